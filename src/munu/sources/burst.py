r"""The neutronization burst of a supernova, and simpler emissions of the same kind.

A burst is a table in time of luminosity, mean energy and alpha of three species: nu_e, nubar_e
and nu_x, which is *one* of nu_mu, nu_tau, nubar_mu, nubar_tau.  Nothing converts here: what
arrives as what is a matrix of probabilities, given to :func:`arriving`.

>>> from munu.units import cm
>>> print(f"{source().components['nu_e'].total * cm**2:.3g}")
3.48e+10
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from munu import _data
from munu._arrays import Numbers, finite, gauss_panels
from munu._guard import formula
from munu.errors import DomainError, UnknownName
from munu.parameters import About, Quantity, declared
from munu.sources._burst import ends, sphere
from munu.sources.source import Component, Source
from munu.units import MeV, erg, ms, s

SPECIES = ("nu_e", "nubar_e", "nu_x")
# the species of each of flavors.SIX
_OF_SIX = (0, 2, 2, 1, 2, 2)
# a species fainter than this has no meaningful mean energy in the tables
_FAINT = 1e48 * erg / s
_PREFIX = "burst_"
_NODES = 3
_E_MAX, _N_E = 100 * MeV, 1001
# energies at a time that are evaluated together, for the memory's sake
_BLOCK = 500


@formula
def alpha_spectrum(E_nu: Numbers, E_mean: Numbers, alpha: Numbers) -> Numbers:
    r"""The alpha fit of a supernova's spectrum, normalized to 1.

    .. math:: f(E) = \frac{1}{\langle E\rangle}\,
       \frac{(\alpha + 1)^{\alpha + 1}}{\Gamma(\alpha + 1)}
       \left(\frac{E}{\langle E\rangle}\right)^{\alpha}
       e^{-(\alpha + 1) E/\langle E\rangle}

    Parameters
    ----------
    E_nu : float or array, at least 0 [energy]
    E_mean : float or array, above 0 [energy]
    alpha : float or array, at least 0 [1]; all three of shapes that fit each other

    Returns
    -------
    float or array [1/energy]

    Raises
    ------
    DomainError

    Source : Keil2003
    Anchors : evt.ibd

    >>> print(round(float(alpha_spectrum(15 * MeV, 15 * MeV, 3.0) * MeV), 5))
    0.0521
    """
    from scipy.special import gammaln, xlogy

    E = finite("the neutrino energy E_nu", E_nu, low=0.0)
    mean = finite("the mean energy E_mean", E_mean)
    a = finite("alpha", alpha, low=0.0)
    if np.any(mean <= 0):
        raise DomainError(f"the mean energy holds {mean.min() / MeV:g} MeV; it must be above 0")
    x = E / mean
    return np.exp(xlogy(a + 1, a + 1) - gammaln(a + 1) + xlogy(a, x) - (a + 1) * x) / mean


@dataclass(frozen=True, eq=False)
class Burst:
    """Emission in time of three species (nu_e, nubar_e, nu_x), linear between the times.

    Attributes
    ----------
    name : str
    t : array (n,), increasing, after bounce [time]
    L : array (3, n), luminosity, of nu_x that of one of its four [energy/time]
    E_mean : array (3, n) [energy]
    alpha : array (3, n) [1]
    papers : keys of the papers
    dark : luminosity up to which a species counts as nothing, where a table gives it no meaningful
        mean energy [energy/time]

    A species shines where its luminosity and its mean energy are above 0.
    """

    name: str
    t: np.ndarray
    L: np.ndarray
    E_mean: np.ndarray
    alpha: np.ndarray
    papers: tuple[str, ...] = ()
    dark: float = 0.0

    def __post_init__(self) -> None:
        finite("dark of the burst", self.dark, low=0.0)
        t = finite("the times of a burst", self.t)
        if t.ndim != 1 or t.size < 2 or np.any(np.diff(t) <= 0):
            raise DomainError("the times of a burst must increase and be at least two")
        for name in ("L", "E_mean", "alpha"):
            column = finite(f"{name} of the burst", getattr(self, name), low=0.0)
            if column.shape != (3, t.size):
                raise DomainError(f"{name} of the burst has the shape {column.shape}; it must be "
                                  f"(3, {t.size}), species by times")

    def _at(self, t: Numbers) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Number rate (3, n_t), mean energy and alpha; harmless stand-ins where it is dark."""
        t = np.atleast_1d(finite("the times", t))
        low, high = self.t[[0, -1]]
        if np.any(t < low) or np.any(t > high):
            raise DomainError(f"times of {t.min() / ms:g} to {t.max() / ms:g} ms were asked; the "
                              f"burst {self.name} is known from {low / ms:g} to {high / ms:g} ms")
        L, mean, alpha = (np.array([np.interp(t, self.t, y) for y in column])
                          for column in (self.L, self.E_mean, self.alpha))
        shines = (self.dark < L) & (mean > 0)
        mean, alpha = np.where(shines, mean, MeV), np.where(shines, alpha, 1.0)
        return np.where(shines, L / mean, 0.0), mean, alpha

    def number_rate(self, E_nu: Numbers, t: Numbers) -> np.ndarray:
        r"""Neutrinos that leave the star, by time and energy.

        .. math:: \frac{\mathrm d^2N}{\mathrm dt\,\mathrm dE} =
           \frac{L(t)}{\langle E\rangle(t)}\, f(E; t)

        Parameters
        ----------
        E_nu : array (n_E,), at least 0 [energy]
        t : array (n_t,), within the table [time]

        Returns
        -------
        array (6, n_t, n_E), in the order of ``flavors.SIX`` [1/(time energy)]

        Raises
        ------
        DomainError
        """
        E = np.atleast_1d(finite("the neutrino energy E_nu", E_nu, low=0.0))
        rate, mean, alpha = (x[..., None] for x in self._at(t))
        return (rate * alpha_spectrum(E, mean, alpha))[list(_OF_SIX)]

    def fluence(self, E_nu: Numbers, window: Numbers, distance: Numbers) -> np.ndarray:
        r"""Neutrinos through a unit area, without conversion.

        .. math:: F(E) = \frac{1}{4\pi d^2}\int\mathrm dt\,
           \frac{\mathrm d^2N}{\mathrm dt\,\mathrm dE}

        Parameters
        ----------
        E_nu : array (n_E,), at least 0 [energy]
        window : text such as ``-10ms:50ms``, or two times, within the table [time]
        distance : above 0, or a text such as ``10kpc`` [length]

        Returns
        -------
        array (6, n_E) [1/(area energy)]

        Raises
        ------
        DomainError

        Source : Huedepohl2010
        Anchors : evt.burst.5.none, evt.burst.10.none, evt.burst.10.IO
        """
        E = np.atleast_1d(finite("the neutrino energy E_nu", E_nu, low=0.0))
        area = sphere(distance)
        low, high = ends(window)
        self._at([low, high])
        inside = self.t[(self.t > low) & (self.t < high)]
        # the table is linear between its times, so a few nodes a cell are enough
        t, w = gauss_panels(np.concatenate([[low], inside, [high]]), _NODES)
        rate, mean, alpha = self._at(t)
        out = np.empty((3, E.size))
        for at in range(0, E.size, _BLOCK):
            part = E[at:at + _BLOCK]
            f = alpha_spectrum(part, mean[..., None], alpha[..., None])
            out[:, at:at + _BLOCK] = np.einsum("xt,t,xte->xe", rate, w, f)
        return out[list(_OF_SIX)] / area


@dataclass(frozen=True, eq=False)
class Emission:
    """Six species with an alpha fit each; see :func:`alpha_fit`.

    Attributes
    ----------
    E_tot : array (6,), energy that leaves in each species [energy]
    E_mean : array (6,) [energy]
    alpha : array (6,) [1]
    """

    E_tot: np.ndarray
    E_mean: np.ndarray
    alpha: np.ndarray

    def number(self, E_nu: Numbers) -> np.ndarray:
        """Neutrinos that leave the star, (6, n_E) [1/energy]."""
        E = np.atleast_1d(finite("the neutrino energy E_nu", E_nu, low=0.0))
        f = alpha_spectrum(E, self.E_mean[:, None], self.alpha[:, None])
        return (self.E_tot / self.E_mean)[:, None] * f

    def fluence(self, E_nu: Numbers, distance: Numbers) -> np.ndarray:
        """Neutrinos through a unit area, without conversion, (6, n_E) [1/(area energy)].

        ``distance`` is a length above 0 or a text such as ``10kpc``.  Raises
        :class:`DomainError`.
        """
        return self.number(E_nu) / sphere(distance)


@formula
def alpha_fit(E_tot: Numbers, E_mean: Numbers, alpha: Numbers) -> Emission:
    r"""An emission by its totals alone.

    .. math:: \frac{\mathrm dN}{\mathrm dE} = \frac{E_{tot}}{\langle E\rangle}\, f(E)

    Parameters
    ----------
    E_tot : array (6,), or a number that stands for each of the six, at least 0 [energy]
    E_mean : array (6,) or a number, above 0 [energy]
    alpha : array (6,) or a number, at least 0 [1]

    Returns
    -------
    Emission, in the order of ``flavors.SIX``

    Raises
    ------
    DomainError

    Source : Keil2003
    Anchors : evt.ibd

    >>> from munu.units import cm
    >>> made = alpha_fit(5e52 * erg, 15 * MeV, 3.0)
    >>> print(f"{made.fluence(15 * MeV, '10kpc')[3, 0] * MeV * cm**2:.3g}")
    9.06e+09
    """
    values = []
    for name, value, low in (("E_tot", E_tot, 0.0), ("E_mean", E_mean, None),
                             ("alpha", alpha, 0.0)):
        value = finite(name, value, low=low)
        if value.shape not in ((), (1,), (6,)):
            raise DomainError(f"{name} has the shape {value.shape}; give one number or six")
        values.append(np.broadcast_to(value, 6).copy())
    if np.any(values[1] <= 0):
        raise DomainError("E_mean must be above 0 for each of the six species")
    return Emission(*values)


@formula
def adiabatic(p: float, pbar: float) -> np.ndarray:
    r"""Probabilities of three flavors of which the last two are alike.

    .. math:: F_e = p F_e^0 + (1 - p) F_x^0,\qquad
       F_\mu + F_\tau = (1 - p) F_e^0 + (1 + p) F_x^0

    and the same with :math:`\bar p` for antineutrinos.

    Parameters
    ----------
    p, pbar : survival of nu_e and of nubar_e, 0 to 1 [1]

    Returns
    -------
    array (6, 6), initial by final [1]

    Raises
    ------
    DomainError

    Holds : nu_mu and nu_tau leave and are seen alike; no conversion into antineutrinos.
    Source : Dighe2000
    Anchors : evt.burst.10.IO

    >>> print(adiabatic(0.3, 1.0)[0, :3].round(3))
    [0.3  0.35 0.35]
    """
    P = np.zeros((2, 3, 2, 3))
    for i, (name, value) in enumerate((("p", p), ("pbar", pbar))):
        if not 0 <= value <= 1:
            raise DomainError(f"{name} = {value:g} is no probability; give 0 to 1")
        P[i, :, i] = (1 - value) / 2
        P[i, 0, i, 0] = value
        P[i, 1:, i, 1:] = (1 + value) / 4
    return P.reshape(6, 6)


@formula
def arriving(fluence: Numbers, P: Numbers) -> np.ndarray:
    r"""What arrives of what left.

    .. math:: F_b(E) = \sum_a F_a^0(E)\, P_{ab}(E)

    Parameters
    ----------
    fluence : array (6, n_E) [1/(area energy)]
    P : array (6, 6) or (n_E, 6, 6), probabilities, initial by final [1]

    Returns
    -------
    array (6, n_E) [1/(area energy)]

    Raises
    ------
    DomainError

    Source : Dighe2000
    Anchors : evt.burst.10.IO
    """
    F, P = finite("the fluence", fluence), finite("the probabilities", P)
    if F.ndim != 2 or len(F) != 6 or P.shape not in ((6, 6), (F.shape[1], 6, 6)):
        raise DomainError(f"a fluence of shape {F.shape} and probabilities of shape {P.shape} do "
                          "not fit; they must be (6, n) and (6, 6) or (n, 6, 6)")
    if P.min() < -1e-9 or P.sum(axis=-1).max() > 1 + 1e-6:
        raise DomainError("probabilities, initial by final, must be at least 0 and sum to at most "
                          "1 over the final states")
    return np.einsum("an,...nab->bn" if P.ndim == 3 else "an,ab->bn", F, P)


def models() -> list[str]:
    """The bursts that there are: the files ``data/fluxes/burst_*.ecsv``."""
    return [n.removeprefix(_PREFIX) for n in _data.names("fluxes") if n.startswith(_PREFIX)]


@formula
def burst(model: str = "garching_8p8") -> Burst:
    """A simulated burst by name.

    Parameters
    ----------
    model : ``garching_8p8``, an electron-capture supernova of 8.8 solar masses

    Returns
    -------
    Burst

    Raises
    ------
    UnknownName

    Source : Huedepohl2010, Kopp2022
    Anchors : evt.burst.5.none, evt.burst.10.none, evt.burst.10.IO

    >>> peak = burst().L[0].max()
    >>> print(f"{peak / (erg / s):.3g}")
    3.82e+53
    """
    if model not in models():
        raise UnknownName("supernova burst", model, models())
    table = _data.load(f"fluxes/{_PREFIX}{model}")
    L, E_mean, alpha = (np.array([table[f"{column}_{x}"] for x in SPECIES])
                        for column in ("L", "E_mean", "alpha"))
    keys = tuple(str(table.meta[k]) for k in ("source", "via") if table.meta.get(k))
    return Burst(model, _data.monotone(table, "t"), L, E_mean, alpha, keys, _FAINT)


@declared
def source(*, distance: Annotated[Quantity, About("of the star", "kpc", bare=True)] = "10kpc",
           window: Annotated[str | tuple[Any, ...], About(
               "from when to when after bounce, as a text or two times", "ms")] = "-10ms:50ms",
           model: Annotated[str, About("name of a burst")] = "garching_8p8") -> Source:
    r"""The burst as a source of neutrinos per event, without conversion.

    Components ``nu_e``, ``nubar_e`` and ``nu_x`` (the four others together), up to 100 MeV.

    Raises
    ------
    DomainError, UnknownName

    Source : Huedepohl2010, Kopp2022
    """
    made = burst(model)
    E = np.linspace(0, _E_MAX, _N_E)
    fluence = made.fluence(E, window, distance)
    basis = np.zeros((3, 2, 3, 3), dtype=complex)
    basis[0, 0, 0, 0] = basis[1, 1, 0, 0] = 1
    basis[2, :, [1, 2], [1, 2]] = 0.25
    parts = {}
    for b, (name, phi) in enumerate(zip(SPECIES, (fluence[0], fluence[3], 4 * fluence[1]),
                                        strict=True)):
        values = np.zeros((3, E.size))
        values[b] = phi
        parts[name] = Component(name, E, values, np.empty(0), np.empty((3, 0)))
    return Source(name="burst", basis=basis, components=parts, per="event", papers=made.papers)
