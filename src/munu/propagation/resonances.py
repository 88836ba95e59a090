r"""Where two states cross, how adiabatically, and what a chain of crossings does.

Crossings are taken pair by pair, after the muon and tau states were rotated by
:math:`\theta_{23}` (primes), each with the splitting of its own two flavors:

- MSW-H, nu_e and nu_tau': :math:`\sqrt2 G_F n_N Y_e = \Delta m^2_{31}\cos2\theta_{13}/2E`
- MSW-L, nu_e and nu_mu': :math:`\sqrt2 G_F n_N Y_e = \Delta m^2_{21}\cos2\theta_{12}/2E`
- RSFP-H, nubar_e and nu_tau': :math:`\sqrt2 G_F n_N(1-2Y_e) = \Delta m^2_{31}\cos2\theta_{13}/2E`
- RSFP-L, nubar_e and nu_mu': the same with :math:`\Delta m^2_{21}` and :math:`\theta_{12}`
- third kind, nubar_mu' and nu_tau':
  :math:`\sqrt2 G_F n_n = (\Delta m^2_{31}c^2_{13}-\Delta m^2_{21}c^2_{12})/2E`

and each with neutrinos and antineutrinos exchanged, where the sign of the potential is.

These conditions of two flavors are what the names mean.  RSFP-L is not where levels meet: it lies
inside MSW-H, where :math:`s^2_{13}\Delta m^2_{31}` outweighs
:math:`\Delta m^2_{21}\cos2\theta_{12}`, so that in normal ordering it is nu_e and nubar_mu' that
meet (1 - 2 Y_e above 0), and in inverted ordering the radius is another.
``find(..., three_flavors=True)`` and :func:`crossings` go by the levels of three flavors in matter.

A **Dirac** neutrino has MSW-H and MSW-L (of neutrinos), and meets the right-handed states
N_1, N_2, N_3, which feel no matter:

- SFP-ai, a one of e, mu, tau and i of 1, 2, 3: nu_a' and N_i, where a level of the left-handed
  neutrinos in matter, :math:`\lambda_k(r)`, has the energy :math:`m_i^2/2E` of N_i.  Deep inside
  :math:`\lambda` is :math:`V_a` and vacuum terms: SFP-e sits at :math:`V_e =
  \sqrt2G_Fn_N(3Y_e-1)/2 \approx 0`, at :math:`Y_e = \tfrac13`, and g is the moment of the level
  (a mixture of flavors) times B.

A field that turns, :math:`H_{LR} = \mu Be^{+i\phi}`, moves every left-handed state by
:math:`\dot\phi` against every right-handed one (antineutrinos, if Majorana): :math:`V + \dot\phi`
takes the place of V.  A crossing where :math:`|\dot\phi|` is larger than the splitting in vacuum
is called ``twist``.

**Adiabaticity.** :math:`\gamma = 4 g^2/|\mathrm d\Delta/\mathrm dr|`, g half the least gap and
:math:`\Delta` the difference of the diagonal entries.  The probability to stay on the diabatic
state is :math:`P = e^{-\pi\gamma/2}`; gamma above 1 is adiabatic.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from munu._arrays import finite
from munu.constants import G_F as _G_F
from munu.couplings import check_nature
from munu.errors import DomainError, UnknownName
from munu.flavors import Mixing
from munu.media.profile import Profile
from munu.propagation.hamiltonian import Hamiltonian, moment_matrix, potential
from munu.units import km

# radii looked at between two edges; crossings closer than that in ln r are one
_GRID = 4000
# in the rotated basis, antineutrinos three further on
NAMES = ("nu_e", "nu_mu'", "nu_tau'", "nubar_e", "nubar_mu'", "nubar_tau'")
# of Dirac neutrinos, right-handed mass states three further on
DIRAC_NAMES = (*NAMES[:3], "N_1", "N_2", "N_3")


def states_of(nature: str) -> tuple[str, ...]:
    """The names that ``Resonance.states`` counts."""
    return NAMES if nature == "majorana" else DIRAC_NAMES


def landau_zener(coupling: float, slope: float) -> float:
    r"""Probability that a state stays on its diabatic level at a crossing.

    .. math:: P = \exp\left(-\frac{2\pi g^2}{|\mathrm d\Delta/\mathrm dr|}\right)

    Parameters
    ----------
    coupling : float, g, half the least gap [energy]
    slope : float, :math:`|\mathrm d\Delta/\mathrm dr|` [energy^2]

    Returns
    -------
    float [1]

    Source : Zener1932
    Anchors : lz.profA

    >>> landau_zener(0.0, 1.0)
    1.0
    """
    return float(np.exp(-2 * np.pi * coupling**2 / slope))


@dataclass(frozen=True)
class Resonance:
    """One crossing of two states.

    Attributes
    ----------
    name : ``MSW-H``, ``MSW-L``, ``RSFP-H``, ``RSFP-L``, ``third``, ``SFP-e1`` ... ``SFP-tau3`` or
        ``twist``
    states : the two that cross, as indices into ``NAMES`` (``DIRAC_NAMES``)
    r : radius [length]
    E_nu : energy [energy]
    coupling : g, half the least gap [energy]
    slope : change of the difference of the two, |d Delta/dr| [energy^2]; inf at a discontinuity
    nature : ``majorana`` or ``dirac``
    between : names of the two
    gamma : adiabaticity [1]
    P_LZ : probability to stay on the diabatic state [1]
    """

    name: str
    states: tuple[int, int]
    r: float
    E_nu: float
    coupling: float
    slope: float
    nature: str = "majorana"

    @property
    def between(self) -> tuple[str, str]:
        names = states_of(self.nature)
        return names[self.states[0]], names[self.states[1]]

    @property
    def gamma(self) -> float:
        return 4 * self.coupling**2 / self.slope

    @property
    def P_LZ(self) -> float:
        return landau_zener(self.coupling, self.slope)

    def __str__(self):
        return f"{self.name} of {' and '.join(self.between)}"


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


def _pairs(profile: Profile, mixing: Mixing, E_nu: float, moments, nature: str, G_F: float,
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


def find(profile: Profile, mixing: Mixing, E_nu: float, *, moments=None, r=None,
         nature: str = "majorana", three_flavors: bool = False, G_F: float = _G_F
         ) -> list[Resonance]:
    """Every crossing of two states between two radii, inside first.

    Parameters
    ----------
    profile : Profile, with its field and twist
    mixing : Mixing
    E_nu : float [energy]
    moments : Couplings or (3, 3) [mu_B], antisymmetric if Majorana, else (flavor, right-handed
        mass state); without them spin crossings have gamma 0
    r : (from, to) [length], default the whole profile
    nature : ``majorana`` or ``dirac``
    three_flavors : spin crossings of Majorana neutrinos where levels of three flavors in matter
        meet, instead of by the two-flavor conditions; Dirac ones always are
    G_F : float [1/energy^2]

    Returns
    -------
    list of Resonance

    Raises
    ------
    DomainError, UnknownName

    Warns when the range ends inside a resonance, with its radius.

    Source : LimMarciano1988, Akhmedov1988, Mikheyev1985
    Anchors : res.MSW-L, res.RSFP-H, res.RSFP-L, dirac.twist.profileA
    """
    check_nature(nature, needed_by="which states there are")
    if not (np.isfinite(E_nu) and E_nu > 0):
        raise DomainError(f"E_nu = {E_nu} must be above 0")
    low, high = (profile.r_min, profile.r_max) if r is None else sorted(finite("the radii r", r))
    profile.check([low, high])
    turn = profile.twist or (lambda r: 0.0 * np.asarray(r, dtype=float))
    field = profile.field or (lambda r: 0.0 * np.asarray(r, dtype=float))
    names = states_of(nature)
    # a hair off each discontinuity, so that both of its sides are looked at
    inner = [b for b in profile.breaks if low < b < high]
    edges = [low, *(b * (1 + s) for b in inner for s in (-1e-12, 1e-12)), high]
    found = []
    for pair in _pairs(profile, mixing, E_nu, moments, nature, G_F, three_flavors):

        def apart(at, pair=pair):
            return pair.apart(at) + pair.sense * turn(at)

        for at, slope in _meetings(apart, pair, turn, edges):
            here = pair.here(at)
            turned = pair.sense and abs(float(turn(at))) > abs(here.vacuum)
            found.append(Resonance("twist" if turned else here.name, here.states, float(at),
                                   float(E_nu), float(abs(here.fixed + here.moment * field(at))),
                                   float(slope), nature))
        for end in (low, high):
            here = pair.here(end)
            # in vacuum mixing is no resonance, however large
            gap = abs(float(apart(end)))
            if gap < 4 * (here.fixed + here.moment * abs(float(field(end)))) \
                    and abs(float(apart(end)) + here.vacuum) > 0.1 * abs(here.vacuum):
                a, b = here.states
                word = "begins" if end == low else "ends"
                warnings.warn(f"the range {word} at {end / km:.6g} km, inside the resonance "
                              f"{here.name} of {names[a]} and {names[b]}: what comes out depends "
                              f"on where it {word}", RuntimeWarning, stacklevel=2)
    return sorted(found, key=lambda x: x.r)


@lru_cache(maxsize=64)
def _grid(start: float, end: float, n: int) -> np.ndarray:
    """Radii even in the logarithm; the same object for the same ends."""
    out = np.geomspace(start, end, n)
    out.setflags(write=False)
    return out


def _meetings(apart, pair, turn, edges):
    """Radii at which two states meet, with the slope of their difference there."""
    from scipy.optimize import brentq

    for k, (start, end) in enumerate(itertools.pairwise(edges)):
        jump = k % 2 == 1
        grid = _grid(start, end, 2 if jump else _GRID)
        # what is 0 to round-off has no sign, and is no crossing
        signs = np.sign(apart(grid))
        known = np.flatnonzero(signs)
        for i, j in itertools.pairwise(known):
            if signs[i] == signs[j]:
                continue
            if jump:
                yield 0.5 * (start + end), np.inf
                continue
            at = brentq(apart, grid[i], grid[j], xtol=1e-13 * grid[i], rtol=1e-14)
            step = 1e-4 * min(at, (end - start))
            left, right = max(at - step, start), min(at + step, end)
            near = pair.near(at)
            change = near(right) - near(left) + pair.sense * (turn(right) - turn(left))
            yield at, abs(change) / (right - left)


def twist_needed(profile: Profile, mixing: Mixing, E_nu: float, r, states: tuple[str, str], *,
                 nature: str = "majorana", G_F: float = _G_F):
    r"""Rate of turning of the field with which two states meet at a radius.

    .. math:: \dot\phi = -\Delta\big|_{\dot\phi = 0}

    for :math:`H_{LR} = \mu B e^{+i\phi}`, :math:`\Delta` the left-handed level less the
    right-handed one; divided by :math:`2\pi`, turns a length.  Far inside a star it is
    :math:`-V_e` of a Dirac nu_e.

    Parameters
    ----------
    profile : Profile; its own twist is left out
    mixing : Mixing
    E_nu : float [energy]
    r : float or array (n,) [length]
    states : names, such as ("nu_e", "nubar_tau'") or, Dirac, ("nu_e", "N_1")
    nature : ``majorana`` or ``dirac``
    G_F : float [1/energy^2]

    Returns
    -------
    float or array (n,) [1/length]

    Raises
    ------
    DomainError, UnknownName

    Source : LimMarciano1988
    """
    check_nature(nature, needed_by="which states there are")
    if not (np.isfinite(E_nu) and E_nu > 0):
        raise DomainError(f"E_nu = {E_nu} must be above 0")
    names = states_of(nature)
    for name in states:
        if name not in names:
            raise UnknownName(f"{nature} state", name, names)
    r = profile.check(r)
    wanted = tuple(sorted(names.index(x) for x in states))
    at, out = np.atleast_1d(r), None
    for pair in _pairs(profile, mixing, E_nu, None, nature, G_F):
        if not pair.sense:
            continue
        met = np.array([tuple(sorted(pair.here(x).states)) == wanted for x in at])
        if met.any():
            out = np.zeros(at.shape) if out is None else out
            out[met] = -pair.sense * pair.apart(at)[met]
    if out is None:
        raise DomainError(f"{' and '.join(states)} do not meet by a field that turns: one must be "
                          "left- and one right-handed, and of two flavors if Majorana")
    return out.reshape(np.shape(r)) if np.ndim(r) else float(out[0])


def crossings(profile: Profile, mixing: Mixing, E_nu, *, moments=None, r=None,
              G_F: float = _G_F) -> np.ndarray:
    r"""Probabilities by a chain of Landau-Zener crossings: fast, and without interference.

    Every crossing is passed once, inside first, as a 2 x 2 matrix of probabilities.  Far outside
    nu_e, nu_mu', nu_tau' are nu_1, nu_2, nu_3.

    Parameters
    ----------
    as :func:`find`; E_nu : float or array (n_E,) [energy]

    Returns
    -------
    array (n_E, 6, 6), [energy, initial flavor, nu_1 ... nubar_3]

    Holds : resonances that do not overlap and lie inside the range; to 1e-2 on profile A with
    moments times field up to 1e-2 mu_B G at 1000 km.
    Use :func:`munu.propagation.evolve` otherwise.
    Source : Zener1932, Dighe2000
    """
    s, c = np.sqrt(mixing.s23), np.sqrt(1 - mixing.s23)
    rotate = np.array([[1, 0, 0], [0, c, -s], [0, s, c]]) ** 2
    start = np.zeros((6, 6))
    start[:3, :3] = start[3:, 3:] = rotate
    out = []
    for E in np.atleast_1d(finite("the neutrino energy E_nu", E_nu)):
        P = start.copy()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            passed = find(profile, mixing, float(E), moments=moments, r=r, three_flavors=True,
                          G_F=G_F)
        for x in passed:
            a, b = x.states
            stay = x.P_LZ
            P[:, a], P[:, b] = (stay * P[:, a] + (1 - stay) * P[:, b],
                                stay * P[:, b] + (1 - stay) * P[:, a])
        out.append(P)
    return np.array(out)


def levels(hamiltonian: Hamiltonian, r, E_nu: float) -> np.ndarray:
    """Energies of the states in matter and field against radius: (n_r, n), rising [energy].

    Parameters
    ----------
    hamiltonian : Hamiltonian
    r : array (n_r,) [length]
    E_nu : float [energy]
    """
    return np.array([np.linalg.eigvalsh(hamiltonian(float(x), E_nu)) for x in np.atleast_1d(r)])
