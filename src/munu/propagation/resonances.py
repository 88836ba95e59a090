r"""Where two states cross, how adiabatically, and what a chain of crossings does.

Crossings are taken pair by pair, after the muon and tau states were rotated by
:math:`\theta_{23}` (primes), each with the splitting of its own two flavors:

- MSW-H, nu_e and nu_tau': :math:`\sqrt2 G_F n_N Y_e = \Delta m^2_{31}\cos2\theta_{13}/2E`
- MSW-L, nu_e and nu_mu': :math:`\sqrt2 G_F n_N Y_e = \Delta m^2_{21}\cos2\theta_{12}/2E`
- RSFP-H, nubar_e and nu_tau': :math:`\sqrt2 G_F n_N(1-2Y_e) = \Delta m^2_{31}\cos2\theta_{13}/2E`
- RSFP-L, nubar_e and nu_mu': the same with :math:`\Delta m^2_{21}` and :math:`\theta_{12}`
- third kind, nubar_mu' and nu_tau':
  :math:`\sqrt2 G_F n_n = (\Delta m^2_{31}c^2_{13}-\Delta m^2_{21}c^2_{12})/2E`

and each with neutrinos and antineutrinos exchanged, where the sign of the potential is.  A field
that turns moves every crossing of a neutrino with an antineutrino by :math:`\dot\phi`; one that is
there because of it is called ``twist``.

**Adiabaticity.** :math:`\gamma = 4 g^2/|\mathrm d\Delta/\mathrm dr|`, g half the least gap and
:math:`\Delta` the difference of the diagonal entries.  The probability to stay on the diabatic
state is :math:`P = e^{-\pi\gamma/2}`; gamma above 1 is adiabatic.
"""

from __future__ import annotations

import itertools
import warnings
from dataclasses import dataclass

import numpy as np

from munu._arrays import finite
from munu.constants import G_F as _G_F
from munu.errors import DomainError
from munu.flavors import Mixing
from munu.media.profile import Profile
from munu.propagation.hamiltonian import Hamiltonian, moment_matrix, potential
from munu.units import km

# radii looked at between two edges; crossings closer than that in ln r are one
_GRID = 4000
# in the rotated basis, antineutrinos three further on
NAMES = ("nu_e", "nu_mu'", "nu_tau'", "nubar_e", "nubar_mu'", "nubar_tau'")


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
    name : ``MSW-H``, ``MSW-L``, ``RSFP-H``, ``RSFP-L``, ``third`` or ``twist``
    states : the two that cross, as indices into ``NAMES``
    r : radius [length]
    E_nu : energy [energy]
    coupling : g, half the least gap [energy]
    slope : change of the difference of the two, |d Delta/dr| [energy^2]; inf at a discontinuity
    gamma : adiabaticity [1]
    P_LZ : probability to stay on the diabatic state [1]
    """

    name: str
    states: tuple[int, int]
    r: float
    E_nu: float
    coupling: float
    slope: float

    @property
    def gamma(self) -> float:
        return 4 * self.coupling**2 / self.slope

    @property
    def P_LZ(self) -> float:
        return landau_zener(self.coupling, self.slope)

    def __str__(self):
        a, b = (NAMES[i] for i in self.states)
        return f"{self.name} of {a} and {b}"


def _pairs(mixing: Mixing, E_nu: float, M: np.ndarray):
    """(name, a, b, charged, neutral, vacuum, coupling function of mu_B B, twist) of every pair.

    The difference of the two is sqrt2 G_F n_N (charged Y_e + neutral Y_n) - vacuum + twist phidot.
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
    # V_e - V_x = Y_e; V_e + V_x = Y_e - Y_n; 2 V_x = -Y_n
    return (("MSW-H", 0, 2, 1, 0, high, (mix_h, 0.0), 0),
            ("MSW-L", 0, 1, 1, 0, low, (mix_l, 0.0), 0),
            ("MSW-H", 3, 5, -1, 0, high, (mix_h, 0.0), 0),
            ("MSW-L", 3, 4, -1, 0, low, (mix_l, 0.0), 0),
            ("RSFP-H", 3, 2, -1, 1, high, (0.0, to_tau), -1),
            ("RSFP-H", 0, 5, 1, -1, high, (0.0, to_tau), 1),
            ("RSFP-L", 3, 1, -1, 1, low, (0.0, to_mu), -1),
            ("RSFP-L", 0, 4, 1, -1, low, (0.0, to_mu), 1),
            ("third", 4, 2, 0, 1, far, (0.0, between), -1),
            ("third", 1, 5, 0, -1, far, (0.0, between), 1))


def find(profile: Profile, mixing: Mixing, E_nu: float, *, moments=None, r=None,
         G_F: float = _G_F) -> list[Resonance]:
    """Every crossing of two Majorana states between two radii, inside first.

    Parameters
    ----------
    profile : Profile, with its field and twist
    mixing : Mixing
    E_nu : float [energy]
    moments : Couplings or antisymmetric (3, 3) [mu_B]; without them spin crossings have gamma 0
    r : (from, to) [length], default the whole profile
    G_F : float [1/energy^2]

    Returns
    -------
    list of Resonance

    Raises
    ------
    DomainError

    Warns when the range ends inside a resonance, with its radius.

    Source : LimMarciano1988, Akhmedov1988, Mikheyev1985
    Anchors : res.MSW-L, res.RSFP-H, res.RSFP-L
    """
    from scipy.optimize import brentq

    if not (np.isfinite(E_nu) and E_nu > 0):
        raise DomainError(f"E_nu = {E_nu} must be above 0")
    low, high = (profile.r_min, profile.r_max) if r is None else sorted(finite("the radii r", r))
    profile.check([low, high])
    M = np.zeros((3, 3)) if moments is None else moment_matrix(moments, mixing, "majorana")
    V = potential(profile, G_F=G_F)
    turn = profile.twist or (lambda r: 0.0 * np.asarray(r, dtype=float))
    field = profile.field or (lambda r: 0.0 * np.asarray(r, dtype=float))
    # a hair off each discontinuity, so that both of its sides are looked at
    inner = [b for b in profile.breaks if low < b < high]
    edges = [low, *(b * (1 + s) for b in inner for s in (-1e-12, 1e-12)), high]
    found = []
    for name, a, b, charged, neutral, vacuum, (fixed, moment), sense in _pairs(mixing, E_nu, M):

        def apart(at, charged=charged, neutral=neutral, vacuum=vacuum, sense=sense):
            # Y_n - Y_e from 1 - 2 Y_e itself: their difference is what matters
            odd = profile.asymmetry(at)
            common, rest = 0.5 * (charged + neutral), 0.5 * (neutral - charged)
            return V(at) * (common + rest * odd) - vacuum + sense * turn(at)

        def add(at, slope, name=name, a=a, b=b, fixed=fixed, moment=moment, sense=sense,
                vacuum=vacuum):
            turned = sense and abs(float(turn(at))) > abs(vacuum)
            found.append(Resonance("twist" if turned else name, (a, b), float(at), float(E_nu),
                                   float(abs(fixed + moment * field(at))), float(slope)))

        for k, (start, end) in enumerate(itertools.pairwise(edges)):
            jump = k % 2 == 1
            grid = np.array([start, end]) if jump else np.geomspace(start, end, _GRID)
            values = apart(grid)
            for i in np.flatnonzero(np.sign(values[:-1]) * np.sign(values[1:]) < 0):
                if jump:
                    add(0.5 * (start + end), np.inf)
                    continue
                at = brentq(apart, grid[i], grid[i + 1], xtol=1e-13 * grid[i], rtol=1e-14)
                step = 1e-4 * min(at, (end - start))
                left, right = max(at - step, start), min(at + step, end)
                add(at, abs(apart(right) - apart(left)) / (right - left))
        for end in (low, high):
            # in vacuum mixing is no resonance, however large
            gap = abs(float(apart(end)))
            if gap < 4 * (fixed + moment * abs(float(field(end)))) \
                    and abs(float(apart(end)) + vacuum) > 0.1 * abs(vacuum):
                warnings.warn(f"the range ends at {end / km:.6g} km, inside the resonance {name} "
                              f"of {NAMES[a]} and {NAMES[b]}: what comes out depends on where it "
                              "ends", RuntimeWarning, stacklevel=2)
    return sorted(found, key=lambda x: x.r)


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

    Holds : resonances that do not overlap and lie inside the range; to 1e-2 on profile A.
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
            passed = find(profile, mixing, float(E), moments=moments, r=r, G_F=G_F)
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
