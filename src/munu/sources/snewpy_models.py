r"""Simulated supernovae of SNEWPY as bursts: the adapter, and the only file that knows SNEWPY.

A model of SNEWPY is asked for the spectra that leave the star, at the energies and times that are
needed: nothing is fitted again or put on a grid.  What it calls X is *one* of mu and tau; models
that tell mu from tau, or neutrinos from antineutrinos, are taken at their word.  Nothing converts
here, as in :mod:`munu.sources.burst`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np

from munu import flavors
from munu._arrays import Numbers, finite, gauss_panels
from munu.errors import DataError, DomainError, UnknownName
from munu.parameters import About, Quantity, declared
from munu.sources._burst import ends, sphere
from munu.sources.source import Component, Source
from munu.units import MeV, ms, s

# names of SNEWPY's flavors that hold for each of flavors.SIX: of six flavors, else of four
_NAMES = (("NU_E",), ("NU_MU", "NU_X"), ("NU_TAU", "NU_X"),
          ("NU_E_BAR",), ("NU_MU_BAR", "NU_X_BAR"), ("NU_TAU_BAR", "NU_X_BAR"))
_INSTALL = "is not installed; run: pip install 'munu[snewpy]'"
# an even number: some models step from one time to the next halfway
_NODES = 4
_E_MAX, _N_E = 100 * MeV, 1001
# spectra at a time that are evaluated together, for the memory's sake
_BLOCK = 200_000
# what a model may answer to a question that it does not understand
_FAILURES = (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError)


@dataclass(frozen=True, eq=False)
class SnewpyBurst:
    """Emission in time of six species, as a model of SNEWPY gives it.

    Attributes
    ----------
    name : str
    model : the object of SNEWPY
    t : array (n,), increasing, the times of the simulation, after bounce [time]
    angles : further keywords of ``get_initial_spectra``, such as ``theta`` and ``phi``
    papers : keys of the papers; SNEWPY asks to cite the paper of the simulation as well
    """

    name: str
    model: Any = field(repr=False)
    t: np.ndarray = field(repr=False)
    angles: Mapping[str, object] = field(default_factory=dict)
    papers: tuple[str, ...] = ("Baxter2022",)

    def number_rate(self, E_nu: Numbers, t: Numbers) -> np.ndarray:
        r"""Neutrinos that leave the star, by time and energy.

        .. math:: \frac{\mathrm d^2N}{\mathrm dt\,\mathrm dE}

        Parameters
        ----------
        E_nu : array (n_E,), at least 0 [energy]
        t : array (n_t,), within the times of the simulation [time]

        Returns
        -------
        array (6, n_t, n_E), in the order of ``flavors.SIX`` [1/(time energy)]

        Raises
        ------
        DomainError, DataError
            A time outside the simulation, which SNEWPY would not refuse; a model that does not
            answer with numbers at least 0 for each flavor, time and energy.

        Source : Baxter2022
        """
        E = np.atleast_1d(finite("the neutrino energy E_nu", E_nu, low=0.0))
        t = np.atleast_1d(finite("the times", t))
        low, high = self.t[[0, -1]]
        if np.any(t < low) or np.any(t > high):
            raise DomainError(f"times of {t.min() / ms:g} to {t.max() / ms:g} ms were asked; the "
                              f"burst {self.name} is known from {low / ms:g} to {high / ms:g} ms")
        units = _units()
        try:
            # a logarithm of an energy or a luminosity of 0 is what the models take it for
            with np.errstate(divide="ignore", invalid="ignore"):
                given = self.model.get_initial_spectra(
                    units.Quantity(t / s, "s"), units.Quantity(E / MeV, "MeV"), **self.angles)
            found = {getattr(k, "name", str(k)): np.asarray(x.to_value("1 / (MeV s)"), dtype=float)
                     for k, x in given.items()}
        except _FAILURES as err:
            raise DataError(self.name, f"the model gives no spectra: {_line(err)}") from err
        out = np.empty((6, t.size, E.size))
        for i, names in enumerate(_NAMES):
            name = next((n for n in names if n in found), None)
            if name is None:
                raise DataError(self.name, f"the model gives {', '.join(found) or 'nothing'}, no "
                                           f"{' or '.join(names)}")
            # SNEWPY drops axes of length one
            if found[name].size != t.size * E.size:
                raise DataError(self.name, f"the model gives {name} of shape {found[name].shape} "
                                           f"for {t.size} times and {E.size} energies")
            out[i] = finite(f"{name} of the burst {self.name}", found[name], low=0.0).reshape(
                t.size, E.size)
        return out / (MeV * s)

    def fluence(self, E_nu: Numbers, window: Numbers, distance: Numbers) -> np.ndarray:
        r"""Neutrinos through a unit area, without conversion.

        .. math:: F(E) = \frac{1}{4\pi d^2}\int\mathrm dt\,
           \frac{\mathrm d^2N}{\mathrm dt\,\mathrm dE}

        Parameters
        ----------
        E_nu : array (n_E,), at least 0 [energy]
        window : text such as ``-10ms:50ms``, or two times, within the simulation [time]
        distance : above 0, or a text such as ``10kpc`` [length]

        Returns
        -------
        array (6, n_E) [1/(area energy)]

        Raises
        ------
        DomainError, DataError

        Source : Baxter2022
        """
        E = np.atleast_1d(finite("the neutrino energy E_nu", E_nu, low=0.0))
        area = sphere(distance)
        low, high = ends(window)
        # the models interpolate between their own times
        inside = self.t[(self.t > low) & (self.t < high)]
        t, w = gauss_panels(np.concatenate([[low], inside, [high]]), _NODES)
        each = max(1, _BLOCK // E.size)
        out = np.zeros((6, E.size))
        for at in range(0, t.size, each):
            part = slice(at, at + each)
            out += np.einsum("t,xte->xe", w[part], self.number_rate(E, t[part]))
        return out / area


def burst(model: object, **parameters: Any) -> SnewpyBurst:
    """A model of SNEWPY as a burst.

    Parameters
    ----------
    model : an object of ``snewpy.models`` (1.6, or of six flavors), or the name of a class of
        ``snewpy.models.ccsn``; such a class may download its table when it is first used
    parameters : of an object further keywords of its ``get_initial_spectra``, such as the angles
        ``theta`` and ``phi``; of a name those of the class, such as ``progenitor_mass``

    Returns
    -------
    SnewpyBurst

    Raises
    ------
    DataError
        SNEWPY is not installed, or the model cannot be made: with what it says.
    UnknownName
        No class of that name.
    DomainError
        An object that is no model of SNEWPY, or one of a single time.

    Source : Baxter2022
    """
    angles = {} if isinstance(model, str) else parameters
    name = model if isinstance(model, str) else type(model).__name__
    if isinstance(model, str):
        model = _made(model, parameters)
    if not (hasattr(model, "get_initial_spectra") and hasattr(model, "get_time")):
        raise DomainError(f"a {name} is no model of SNEWPY: it must have get_initial_spectra and "
                          "get_time")
    _units()
    try:
        t = np.asarray(model.get_time().to_value("s"), dtype=float) * s
    except _FAILURES as err:
        raise DataError(name, f"the model gives no times: {_line(err)}") from err
    t = np.unique(finite(f"the times of {name}", t))
    if t.size < 2:
        raise DomainError(f"{name} has {t.size} time; a burst needs two at least")
    return SnewpyBurst(name, model, t, angles)


@declared
def source(*, model: Annotated[Any, About("an object of snewpy.models, or what burst makes of it")],
           distance: Annotated[Quantity, About("of the star", "kpc", bare=True)] = "10kpc",
           window: Annotated[str | tuple[Any, ...], About(
               "from when to when after bounce, as a text or two times", "ms")] = "-10ms:50ms"
           ) -> Source:
    r"""A model of SNEWPY as a source of neutrinos per event, without conversion.

    One component a flavor, up to 100 MeV.

    Raises
    ------
    DomainError, DataError, UnknownName

    Source : Baxter2022
    """
    made = model if isinstance(model, SnewpyBurst) else burst(model)
    E = np.linspace(0, _E_MAX, _N_E)
    fluence = made.fluence(E, window, distance)
    basis = np.zeros((6, 2, 3, 3), dtype=complex)
    parts = {}
    for b, (name, phi) in enumerate(zip(flavors.SIX, fluence, strict=True)):
        basis[b, b // 3, b % 3, b % 3] = 1
        values = np.zeros((6, E.size))
        values[b] = phi
        parts[name] = Component(name, E, values, np.empty(0), np.empty((6, 0)))
    return Source(name="snewpy_models", basis=basis, components=parts, per="event",
                  papers=made.papers)


def _units() -> Any:
    """``astropy.units``, which comes with SNEWPY."""
    try:
        from astropy import units
    except ImportError as err:
        raise DataError("SNEWPY", _INSTALL) from err
    return units


def _made(name: str, parameters: Mapping[str, object]) -> object:
    """A model by the name of its class."""
    try:
        from snewpy.models import ccsn
        from snewpy.models.base import SupernovaModel
    except ImportError as err:
        raise DataError("SNEWPY", _INSTALL) from err
    known = {n: c for n, c in vars(ccsn).items()
             if isinstance(c, type) and issubclass(c, SupernovaModel)
             and c.__module__ == ccsn.__name__ and not n.startswith("_")}
    if name not in known:
        raise UnknownName("model of SNEWPY", name, known)
    try:
        return known[name](**parameters)
    except _FAILURES as err:
        raise DataError(name, f"SNEWPY does not make it: {_line(err)}") from err


def _line(err: BaseException) -> str:
    """What an error of another package says, in one line."""
    return " ".join(str(err).split())[:300] or type(err).__name__
