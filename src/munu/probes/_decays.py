r"""What decays of N outside a collapse send, for many sizes of the moment at once.

Paths, times and spectra do not depend on the size; what is sent grows as its square, and the rate
of a decay as its square too.  So paths are found once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import pi

import numpy as np

from munu._arrays import Numbers
from munu.couplings import check_nature
from munu.errors import DomainError
from munu.flavors import Mixing
from munu.probes._collapse import Sent
from munu.processes import radiative_decay
from munu.rates import arrivals
from munu.units import per_unit

# numbers that one block of sizes may hold
_BLOCK = 2_000_000


@dataclass(frozen=True, eq=False)
class Decays:
    """Of one state of N, seen from far.

    Attributes
    ----------
    sent : what leaves of it
    nature : ``dirac`` or ``majorana``, needed where N has a mass
    distance : of the star [length]
    radius : within it decays are not seen [length]
    """

    sent: Sent
    nature: str | None
    distance: float
    radius: float
    kept: dict[tuple[bytes, float, float, bool], _Paths] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_nature(self.nature, needed_by="what N decays to" if self.sent.M_N else None)
        if not 0 <= self.radius < self.distance < np.inf:
            raise DomainError(f"radius = {per_unit(self.radius, 'km'):g} km must be at least 0 "
                              f"and below the distance, {per_unit(self.distance, 'km'):g} km")

    @property
    def slowest(self) -> float:
        """Rate of decay a length of the hardest N, at a size of 1 [1/length]."""
        s = self.sent
        p = np.sqrt((s.E[-1] - s.M_N) * (s.E[-1] + s.M_N))
        return float(s.M_N / (p * radiative_decay.lifetime(s.M_N, s.moment, self.nature)))

    def photons(self, sizes: Numbers, E: Numbers, window: Numbers) -> np.ndarray:
        """Photons that arrive in a window: (sizes, E) [1/(area energy)].

        Parameters
        ----------
        sizes : array (m,), at least 0 [mu_B]
        E : array (n,), energies [energy]
        window : array (2,), begin and end after the light front [time]
        """
        return self._arrive(sizes, E, window, False).sum(axis=0)

    def arrive(self, sizes: Numbers, E: Numbers, window: Numbers
               ) -> tuple[np.ndarray, np.ndarray]:
        """The same of neutrinos and of antineutrinos, each (sizes, E) and of all flavors.

        Of a Dirac N come neutrinos, of its anti-N antineutrinos; of a Majorana N as many of each.
        """
        made = self._arrive(sizes, E, window, True)
        if self.nature == "majorana":
            half = 0.5 * made.sum(axis=0)
            return half, half
        return made[0], made[1]

    def _arrive(self, sizes: Numbers, E: Numbers, window: Numbers, neutrinos: bool) -> np.ndarray:
        """Of N and of anti-N, (2, sizes, E)."""
        x, E = (np.atleast_1d(np.asarray(a, dtype=float)) for a in (sizes, E))
        begin, end = (float(t) for t in window)
        if end < begin:
            raise DomainError("window must be a begin and a later end")
        out = np.zeros((2, x.size, E.size))
        if self.sent.M_N == 0:  # a massless N never decays
            return out
        key = (E.tobytes(), begin, end, neutrinos)
        if key not in self.kept:
            self.kept[key] = self._paths(E, (begin, end), neutrinos)
        paths = self.kept[key]
        step = max(1, _BLOCK // max(1, paths.steep.size))
        for k in range(0, x.size, step):
            out[..., k:k + step, :] = paths.arrive(x[k:k + step])
        return out

    def _paths(self, E: np.ndarray, window: tuple[float, float], neutrinos: bool) -> _Paths:
        s = self.sent
        spectrum = radiative_decay.neutrino_spectrum if neutrinos else \
            radiative_decay.photon_spectrum
        life = float(radiative_decay.lifetime(s.M_N, s.moment, self.nature))
        parts, many = [], []
        for one in E:
            if one <= 0:
                many.append(0)
                continue
            at, p, w, near, far = arrivals.flights(float(one), s.E, s.M_N, self.distance,
                                                   self.radius, np.array(window))
            many.append(at.size)
            if at.size:
                w = w * spectrum(one, at, s.M_N, self.nature) / (4 * pi * self.distance**2)
                both = [w * np.interp(at, s.E, y) for y in (s.neutrinos, s.antineutrinos)]
                parts.append(np.array([*both, s.M_N / (p * life), *near, *far]))
        made = np.concatenate(parts, axis=1) if parts else np.zeros((7, 0))
        return _Paths(np.array(many), made[:2], made[2], (made[3], made[4]), (made[5], made[6]))


@dataclass(frozen=True, eq=False)
class _Paths:
    """Nodes of all energies in one row.

    ``many`` (n_E,) says how many belong to each energy, ``weight`` (2, nodes) is of N and anti-N,
    ``steep`` the rate of decay a length, at a size of 1.
    """

    many: np.ndarray
    weight: np.ndarray
    steep: np.ndarray
    near: tuple[np.ndarray, np.ndarray]
    far: tuple[np.ndarray, np.ndarray]

    def arrive(self, x: np.ndarray) -> np.ndarray:
        """At sizes (m,): (2, m, n_E)."""
        out = np.zeros((2, x.size, self.many.size))
        some = self.many > 0
        if not some.any():
            return out
        square = x[:, None] ** 2
        share = arrivals.decayed(*self.near, square * self.steep)
        again = self.far[1] > self.far[0]
        if again.any():
            share[:, again] += arrivals.decayed(self.far[0][again], self.far[1][again],
                                                square * self.steep[again])
        share *= square
        first = np.concatenate([[0], np.cumsum(self.many[some])[:-1]])
        for made, weight in zip(out, self.weight, strict=True):
            made[:, some] = np.add.reduceat(share * weight, first, axis=1)
        return out


def at_earth(moments: Numbers, mixing: Mixing) -> np.ndarray:
    r"""Flavors (3,) at the Earth of the neutrinos that one state of N decays to.

    .. math:: P_b = \sum_i|U_{bi}|^2\,\Big|\sum_a U_{ai}\lambda_a\Big|^2\Big/\sum_a|\lambda_a|^2

    What a state decays to is one combination of flavors; over such a path its mass states arrive
    apart, those of antineutrinos in the same shares.  Of one flavor a it is
    :math:`\sum_i|U_{ai}|^2|U_{bi}|^2`.

    Parameters
    ----------
    moments : array (3,), of the state: a column of the matrix of a portal
    mixing : Mixing
    """
    moments = np.asarray(moments)
    mass = np.abs(mixing.U.T @ moments) ** 2 / np.sum(np.abs(moments) ** 2)
    return np.abs(mixing.U) ** 2 @ mass
