"""Pairs of states that may meet: two flavors each, levels of three flavors, left and right."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from munu.flavors import Mixing
from munu.media.profile import Profile
from munu.propagation.hamiltonian import moment_matrix, potential


@dataclass(frozen=True)
class _Here:
    """Two states at one radius: half their gap is fixed + moment mu_B B."""

    name: str
    states: tuple[int, int]
    fixed: float
    moment: float
    vacuum: float


@dataclass(frozen=True)
class _Pair:
    """Two states against radius.

    ``apart(r)`` is their difference without twist, to which sense * phidot adds; ``near(r0)`` is
    the function whose slope at r0 counts: the diabatic difference.
    """

    apart: Callable
    here: Callable
    near: Callable
    sense: int


def pairs(profile: Profile, mixing: Mixing, E_nu: float, moments, nature: str, G_F: float,
           three: bool = False) -> list[_Pair]:
    M = np.zeros((3, 3)) if moments is None else moment_matrix(moments, mixing, nature)
    V = potential(profile, G_F=G_F)
    two = _flavor_pairs(profile, mixing, E_nu, M, V)
    if nature == "majorana" and not three:
        return two
    matter = [p for p in two if not p.sense]
    if nature == "majorana":
        return matter + _level_pairs(profile, mixing, E_nu, M, V)
    return [p for p in matter if max(p.here(profile.r_min).states) < 3] \
        + _sterile_pairs(_Left(profile, mixing, E_nu, M, V))


def _flavor_pairs(profile: Profile, mixing: Mixing, E_nu: float, M: np.ndarray, V: Callable
                  ) -> list[_Pair]:
    """Two flavors each.

    Their difference is sqrt2 G_F n_N (charged Y_e + neutral Y_n) - vacuum + sense phidot.
    """
    s12, s13, s23 = mixing.s12, mixing.s13, mixing.s23
    high = mixing.dm31 * (1 - 2 * s13) / (2 * E_nu)
    low = mixing.dm21 * (1 - 2 * s12) / (2 * E_nu)
    far = (mixing.dm31 * (1 - s13) - mixing.dm21 * (1 - s12)) / (2 * E_nu)
    mix_h = abs(mixing.dm31) * 2 * np.sqrt(s13 * (1 - s13)) / (4 * E_nu)
    mix_l = mixing.dm21 * 2 * np.sqrt(s12 * (1 - s12)) / (4 * E_nu)
    s, c = np.sqrt(s23), np.sqrt(1 - s23)
    to_tau, to_mu = abs(s * M[0, 1] + c * M[0, 2]), abs(c * M[0, 1] - s * M[0, 2])
    between = abs(M[1, 2])

    def pair(name, a, b, charged, neutral, vacuum, fixed, moment, sense):
        # Y_n - Y_e from 1 - 2 Y_e itself: their difference is what matters
        common, rest = 0.5 * (charged + neutral), 0.5 * (neutral - charged)

        def apart(at):
            return V(at) * (common + rest * profile.asymmetry(at)) - vacuum

        here = _Here(name, (a, b), fixed, moment, vacuum)
        return _Pair(apart, lambda at: here, lambda at: apart, sense)

    # V_e - V_x = Y_e; V_e + V_x = Y_e - Y_n; 2 V_x = -Y_n
    return [pair("MSW-H", 0, 2, 1, 0, high, mix_h, 0.0, 0),
            pair("MSW-L", 0, 1, 1, 0, low, mix_l, 0.0, 0),
            pair("MSW-H", 3, 5, -1, 0, high, mix_h, 0.0, 0),
            pair("MSW-L", 3, 4, -1, 0, low, mix_l, 0.0, 0),
            pair("RSFP-H", 3, 2, -1, 1, high, 0.0, to_tau, -1),
            pair("RSFP-H", 0, 5, 1, -1, high, 0.0, to_tau, 1),
            pair("RSFP-L", 3, 1, -1, 1, low, 0.0, to_mu, -1),
            pair("RSFP-L", 0, 4, 1, -1, low, 0.0, to_mu, 1),
            pair("third", 4, 2, 0, 1, far, 0.0, between, -1),
            pair("third", 1, 5, 0, -1, far, 0.0, between, 1)]


class _Left:
    """Levels in matter of neutrinos, or of antineutrinos, field off, and the masses in vacuum."""

    def __init__(self, profile: Profile, mixing: Mixing, E_nu: float, M: np.ndarray, V: Callable,
                 sign: int = 1):
        s, c = np.sqrt(mixing.s23), np.sqrt(1 - mixing.s23)
        rotate = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
        self.profile, self.V, self.sign, self._held = profile, V, sign, (None, None)
        self.right = np.array([0.0, mixing.dm21, mixing.dm31]) / (2 * E_nu)
        U = rotate @ (mixing.U if sign > 0 else mixing.U.conj())
        self.vacuum = U @ np.diag(self.right) @ U.conj().T
        self.M = rotate @ M
        self.rotate = rotate

    def __call__(self, r) -> np.ndarray:
        """(n_r, 3, 3), of nu_e, nu_mu', nu_tau' or their antineutrinos."""
        r = np.atleast_1d(r)
        V, odd = self.sign * self.V(r), self.profile.asymmetry(r)
        H = np.tile(self.vacuum.astype(complex), (r.size, 1, 1))
        H[:, 0, 0] += 0.5 * V * (1 - odd)
        H[:, [0, 1, 2], [0, 1, 2]] -= (0.25 * V * (1 + odd))[:, None]
        return H

    def levels(self, r) -> np.ndarray:
        """(n_r, 3), rising; those of the last grid are kept, because every pair asks for them."""
        r = np.atleast_1d(r)
        if r.size == 1 or self._held[0] is not r:
            found = np.linalg.eigvalsh(self(r))
            if r.size == 1:
                return found
            self._held = (r, found)
        return self._held[1]

    def apart(self, r, k: int, i: int) -> np.ndarray:
        """Level k less the mass state i; 0 where it is round-off."""
        H = self(r)
        out = np.linalg.eigvalsh(H)[:, k] - self.right[i]
        out = np.where(np.abs(out) > 1e-14 * np.abs(H).max(axis=(1, 2)), out, 0.0)
        return out if np.ndim(r) else out[0]

    def state(self, r: float, k: int) -> tuple[np.ndarray, int]:
        """The vector of level k, and the flavor that it is most of, one level a flavor."""
        vectors = np.linalg.eigh(self(r)[0])[1]
        share = np.abs(vectors) ** 2
        flavor = max(itertools.permutations(range(3)),
                     key=lambda p: sum(share[a, j] for j, a in enumerate(p)))
        return vectors[:, k], flavor[k]


def _level_pairs(profile: Profile, mixing: Mixing, E_nu: float, M: np.ndarray, V: Callable
                 ) -> list[_Pair]:
    """Each level of neutrinos in matter with each of antineutrinos."""
    nu, bar = (_Left(profile, mixing, E_nu, M, V, sign) for sign in (1, -1))
    between = nu.rotate @ M @ nu.rotate.T
    names = {(0, 2): "RSFP-H", (0, 1): "RSFP-L", (1, 2): "third"}

    def pair(k, i):
        def here(at):
            (v, a), (w, b) = nu.state(at, k), bar.state(at, i)
            far = (v.conj() @ nu.vacuum @ v - w.conj() @ bar.vacuum @ w).real
            return _Here(names.get(tuple(sorted((a, b))), "RSFP"), (a, 3 + b), 0.0,
                         float(abs(v.conj() @ between @ w)), float(-far))

        def near(at):
            v, w = nu.state(at, k)[0], bar.state(at, i)[0]
            return lambda r: float((v.conj() @ nu(r)[0] @ v - w.conj() @ bar(r)[0] @ w).real)

        def apart(r):
            out = nu.levels(r)[:, k] - bar.levels(r)[:, i]
            return out if np.ndim(r) else out[0]

        return _Pair(apart, here, near, 1)

    return [pair(k, i) for k in range(3) for i in range(3)]


def _sterile_pairs(left: _Left) -> list[_Pair]:
    """Each left-handed level with each right-handed mass state."""

    def pair(k, i):
        def here(at):
            v, flavor = left.state(at, k)
            return _Here(f"SFP-{('e', 'mu', 'tau')[flavor]}{i + 1}", (flavor, 3 + i), 0.0,
                         float(abs(v.conj() @ left.M[:, i])),
                         float(left.right[i] - (v.conj() @ left.vacuum @ v).real))

        def near(at):
            v = left.state(at, k)[0]
            return lambda r: float((v.conj() @ left(r)[0] @ v).real)

        return _Pair(lambda r: left.apart(r, k, i), here, near, 1)

    return [pair(k, i) for k in range(3) for i in range(3)]
