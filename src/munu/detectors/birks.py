r"""Birks' law: the light of a slow, heavily ionizing particle in a scintillator.

The stopping power of protons is that of PSTAR (:func:`protons`), or a table of the user.  Birks'
constant belongs to the stopping power that it was fitted with, so it has no default.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from munu import _data
from munu._arrays import Numbers, finite
from munu.errors import DomainError, UnknownName
from munu.units import MeV, cm, g, parse, to_float


@dataclass(frozen=True, eq=False)
class Birks:
    r"""Visible energy of a particle that stops in a scintillator.

    .. math:: T_{vis}(T) = \int_0^T\frac{\mathrm dT'}{1 + k_B\,\mathrm dE/\mathrm dx(T')}

    The stopping power is linear between its energies, where the integral is exact, and is held
    flat below the first one.

    Attributes
    ----------
    T : array (n,), increasing, above 0 [energy]
    dE_dx : array (n,), stopping power there, at least 0 [energy/length]
    kB : Birks' constant, at least 0 [length/energy]; von Krosigk and others fit 0.0094 to 0.0098
        cm/MeV to protons in linear alkylbenzene, with the stopping power of theirs

    Holds : the particle stops inside; no term of second order.
    Source : VonKrosigk2013

    >>> from munu.units import cm
    >>> made = Birks([1 * MeV, 5 * MeV], [100 * MeV / cm, 100 * MeV / cm], 0.01 * cm / MeV)
    >>> print(round(float(made(2 * MeV) / MeV), 6))
    1.0
    """

    T: np.ndarray
    dE_dx: np.ndarray
    kB: float

    def __post_init__(self) -> None:
        T = finite("the energies of a stopping power", self.T, low=0.0)
        S = finite("the stopping power", self.dE_dx, low=0.0)
        if T.ndim != 1 or T.shape != S.shape or T[0] <= 0 or np.any(np.diff(T) <= 0):
            raise DomainError("a stopping power needs one value for each of increasing energies "
                              "above 0")
        if not (np.isfinite(self.kB) and self.kB >= 0):
            raise DomainError(f"Birks' constant kB = {self.kB} must be at least 0")
        object.__setattr__(self, "T", T)
        object.__setattr__(self, "dE_dx", S)

    @cached_property
    def _nodes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Energies from 0 on, what divides the light there, and the light up to there."""
        T = np.concatenate([[0.0], self.T])
        loss = 1 + self.kB * np.concatenate([self.dE_dx[:1], self.dE_dx])
        return T, loss, np.concatenate([[0.0], np.cumsum(_cell(np.diff(T), loss[:-1], loss[1:]))])

    def __call__(self, T: Numbers) -> np.ndarray:
        """Visible energy [energy].

        Raises
        ------
        DomainError
            Above the table: it is not continued.
        """
        T = finite("the kinetic energy T", T, low=0.0)
        nodes, loss, light = self._nodes
        if T.max() > nodes[-1] * (1 + 1e-12):
            raise DomainError(f"the stopping power is known up to {nodes[-1] / MeV:g} MeV; "
                              f"{T.max() / MeV:g} MeV was asked")
        cell = np.clip(np.searchsorted(nodes, T) - 1, 0, nodes.size - 2)
        return (light[cell] + _cell(T - nodes[cell], loss[cell], np.interp(T, nodes, loss)))[()]


#: density of linear alkylbenzene
LAB = 0.861 * g / cm**3


def protons(kB: float | str, material: str = "lab", density: float | str = LAB) -> Birks:
    r"""Visible energy of protons, with the electronic stopping power of PSTAR times the density.

    Parameters
    ----------
    kB : Birks' constant, at least 0, such as ``0.0098cm/MeV`` [length/energy]
    material : a column of the table: ``lab``, ``vinyltoluene``, ``polystyrene``, ``toluene``,
        ``polyethylene``, ``water``, ``CsI``, ``NaI``, ``H``, ``C``
    density : above 0 [mass/volume]; that of linear alkylbenzene at first

    Returns
    -------
    Birks, from 1 keV to 300 MeV

    Raises
    ------
    DomainError, UnknownName

    Holds : ``lab`` is C18H30 by Bragg's sum of hydrogen and carbon, good to a per cent above
        0.5 MeV; a constant that was fitted with another stopping power is another constant.  The
        file of the table names its papers; the density is that of ``sntools``.

    >>> made = protons("0.0098cm/MeV")
    >>> print(f"{float(made(5 * MeV) / MeV):.2f}")
    2.09
    """
    table = _data.load("targets/proton_stopping")
    known = [n for n in table.columns if n != "T"]
    if material not in known:
        raise UnknownName("material of a stopping power", material, known)
    rho = to_float(density, "g/cm^3")
    if not (np.isfinite(rho) and rho > 0):
        raise DomainError(f"the density '{density}' must be above 0")
    if np.ndim(kB):
        raise DomainError(f"kB = {kB!r} must be one number")
    constant = parse(kB, "cm/MeV", what="kB") if isinstance(kB, str) else float(kB)
    return Birks(table["T"], table[material] * rho, constant)


def _cell(width: Numbers, first: Numbers, last: Numbers) -> Numbers:
    """Integral of one over something linear from ``first`` to ``last``."""
    x = last / first - 1
    small = np.abs(x) < 1e-6
    y = np.where(small, 1.0, x)
    return width / first * np.where(small, 1 - x / 2, np.log1p(y) / y)
