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
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from munu._arrays import finite
from munu._guard import formula
from munu.constants import G_F as _G_F
from munu.couplings import check_nature
from munu.errors import DomainError, UnknownName
from munu.flavors import Mixing
from munu.media.profile import Profile
from munu.propagation._pairs import pairs
from munu.propagation.hamiltonian import Hamiltonian
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


@formula
def landau_zener(coupling: float, slope: float) -> float:
    r"""Probability that a state stays on its diabatic level at a crossing.

    .. math:: P = \exp\left(-\frac{2\pi g^2}{|\mathrm d\Delta/\mathrm dr|}\right)

    Parameters
    ----------
    coupling : float, g, half the least gap [energy]
    slope : float, :math:`|\mathrm d\Delta/\mathrm dr|` [energy^2], at least 0

    Returns
    -------
    float [1]

    Source : Zener1932
    Anchors : lz.profA

    >>> landau_zener(0.0, 1.0)
    1.0
    """
    return float(np.exp(-2 * np.pi * coupling**2 / slope))


@dataclass(frozen=True, kw_only=True)
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
        # at a discontinuity nothing converts
        return 1.0 if np.isinf(self.slope) else landau_zener(self.coupling, self.slope)

    def __str__(self):
        return f"{self.name} of {' and '.join(self.between)}"


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
    for pair in pairs(profile, mixing, E_nu, moments, nature, G_F, three_flavors):

        def apart(at, pair=pair):
            return pair.apart(at) + pair.sense * turn(at)

        for at, slope in _meetings(apart, pair, turn, edges):
            here = pair.here(at)
            turned = pair.sense and abs(float(turn(at))) > abs(here.vacuum)
            found.append(
                Resonance(name="twist" if turned else here.name, states=here.states, r=float(at),
                          E_nu=float(E_nu),
                          coupling=float(abs(here.fixed + here.moment * field(at))),
                          slope=float(slope), nature=nature)
            )
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
    for pair in pairs(profile, mixing, E_nu, None, nature, G_F):
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
    moments times field up to 1e-2 mu_B G at 1000 km.  A nu_mu or nu_tau is a mixture of two levels,
    whose interference is lost: up to 0.1 where both convert.
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
