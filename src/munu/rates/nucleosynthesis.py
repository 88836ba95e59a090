r"""Helium and deuterium of the early Universe: with more radiation, and with N that decays late.

No network of nuclear reactions is run here.  Three tables were made once with codes of others, by
the scripts in ``tools/``: abundances against the ratio of baryons to photons and
:math:`\Delta N_{\rm eff}` (PRIMAT); how an N changes both that decays while nuclei form, or after
(PRIMAT in the expansion of :mod:`munu.rates.late_decay`); and how often nuclei are broken by the
cascade of one photon, against its energy and the temperature (ACROPOLIS).

Left out: neutrons and protons that neutrinos from decays turn into each other; distortions of the
background radiation; cascades of those neutrinos.

Source : Pitrou2018, Depta2020
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from math import pi
from typing import Any

import numpy as np

from munu import _data
from munu._arrays import Numbers
from munu._guard import formula
from munu.couplings import check_nature
from munu.errors import DomainError, UnknownName
from munu.media import early_universe
from munu.units import GeV, MeV, keV, s

__all__ = ["after_photons", "broken", "deuterium", "helium", "with_decays"]

#: of the tables with N, and the default: baryons over photons
ETA = 6.12e-10
#: of N in the table with decays: one below goes over into radiation
LIGHTEST = 0.05 * MeV
# of an N of three kinds that leaves equilibrium early it is 0.01, late 0.11 to 0.16
_MOST = 0.3
#: threshold of the deuteron, the least mass of N whose photons break it is twice that
DEUTERON = 2.224573 * MeV
#: largest relative errors of Y_p and D/H by interpolation, at points that the tables do not hold:
#: of the standard table, and of the changes in ln by late decays and by photons
INTERPOLATION: Mapping[str, tuple[float, float]] = {
    "standard": (5e-5, 1e-4), "late_decays": (0.25, 0.4), "photodisintegration": (0.02, 0.02)}
#: the same of late decays, root mean square
SPREAD = 0.15
# energy and entropy of the radiation when the electrons have gone
_G_RHO, _G_S = 2 + 7 / 4 * 3.044 * (4 / 11) ** (4 / 3), 43 / 11
# photons of later decays distort the background radiation and do not become more of it
_THERMAL = 1e6 * s
# about where neutrons and protons part; number over entropy of a neutrino and its antineutrino
_PARTING, _NEUTRINO = 0.3 * MeV, 45 * 1.2020569031595942 * 0.75 * 2 / (2 * pi**4 * 10.75)
# below it changes are straight, above it their logarithms; how far beyond its last number a light
# N goes on straight
_SMALL, _MORE = 1e-3, 10
# in place of the logarithm of 0
_LEAST = 1e-30
_STEPS = 400


@cache
def _standard() -> tuple[tuple[Callable[..., Any], ...], tuple[float, float], tuple[float, float]]:
    """Splines of ln Y_p, ln D/H and ln He3/H in (ln eta, Delta N_eff), and where they hold."""
    from scipy.interpolate import RectBivariateSpline

    table = _data.load("nucleosynthesis/standard")
    eta, delta = np.unique(table["eta"]), np.unique(table["delta"])
    made = tuple(RectBivariateSpline(
        np.log(eta), delta, np.log(table[n].reshape(eta.size, delta.size)), s=0).ev
        for n in ("Y_p", "D_H", "He3_H"))
    return made, (float(eta[0]), float(eta[-1])), (float(delta[0]), float(delta[-1]))


def errors() -> tuple[float, float, float]:
    """Relative errors of Y_p and D/H by reaction rates and the neutron's lifetime, and their
    correlation, of the Monte Carlo of PRIMAT."""
    said = _data.load("nucleosynthesis/standard").meta["relative_error"]
    return float(said["Y_p"]), float(said["D_H"]), float(said["correlation"])


def _asked(eta: Numbers, delta: Numbers) -> tuple[np.ndarray, np.ndarray]:
    _, (low, high), (least, most) = _standard()
    eta, delta = np.broadcast_arrays(np.asarray(eta, float), np.asarray(delta, float))
    if np.any((eta < low * (1 - 1e-12)) | (eta > high * (1 + 1e-12))):
        raise DomainError(f"eta must lie between {low:g} and {high:g}, where abundances are "
                          "tabulated")
    if np.any((delta < least) | (delta > most * (1 + 1e-12))):
        raise DomainError(f"Delta N_eff must lie between {least:g} and {most:g}, where abundances "
                          "are tabulated")
    return eta, delta


def _logs(which: int, eta: Numbers, delta: Numbers) -> np.ndarray:
    eta, delta = _asked(eta, delta)
    return _standard()[0][which](np.log(eta), delta)


@formula
def helium(eta: Numbers = ETA, delta_N_eff: Numbers = 0.0) -> Numbers:
    r"""Primordial helium by mass, four times its number over that of baryons.

    .. math:: Y_p = 4n_{\rm He}/n_b

    Parameters
    ----------
    eta : float or array, baryons over photons today [1]
    delta_N_eff : float or array, what is relativistic and was there before neutrinos parted from
        the bath, in neutrinos [1]

    Returns
    -------
    float or array [1]

    Raises
    ------
    DomainError
        Outside the table, 4e-10 to 8e-10 and 0 to 6.

    Source : Pitrou2018

    >>> print(f"{helium(6.137e-10):.4f}")
    0.2470
    """
    return np.exp(_logs(0, eta, delta_N_eff))[()]


@formula
def deuterium(eta: Numbers = ETA, delta_N_eff: Numbers = 0.0) -> Numbers:
    r"""Primordial deuterium over hydrogen, by number.

    .. math:: {\rm D/H} = n_{\rm D}/n_{\rm H}

    Parameters
    ----------
    eta : float or array, baryons over photons today [1]
    delta_N_eff : float or array, as in :func:`helium` [1]

    Returns
    -------
    float or array [1]

    Raises
    ------
    DomainError

    Source : Pitrou2018

    >>> print(f"{deuterium(6.137e-10):.3e}")
    2.436e-05
    """
    return np.exp(_logs(1, eta, delta_N_eff))[()]


# ---- N that decays late ------------------------------------------------------------------------

@cache
def _late(nature: str) -> tuple[np.ndarray, dict[float, tuple[np.ndarray, list[Any]]]]:
    """Masses, and of each the lifetimes and the curves of both changes against the number."""
    from scipy.interpolate import PchipInterpolator

    table = _data.load("nucleosynthesis/late_decays")
    of = table["nature"] == nature
    M, tau, Y = (table[n][of] for n in ("M_N", "tau", "Y_N"))
    changes = np.stack([table["Y_p"][of], table["D_H"][of]], axis=1)
    out: dict[float, tuple[np.ndarray, list[Any]]] = {}
    for m in np.unique(M):
        curves, times = [], np.unique(tau[m == M])
        for t in times:
            here = (m == M) & (t == tau)
            order = np.argsort(Y[here])
            y, c = Y[here][order], changes[here][order]
            curves.append((y, PchipInterpolator(np.arcsinh(y / y[1]), c)))
        out[float(m)] = times, curves
    return np.array(list(out)), out


@cache
def _dilution() -> tuple[np.ndarray, np.ndarray]:
    table = _data.load("nucleosynthesis/dilution")
    return table["size"], np.log(table["ratio"])


def _diluted(M_N: float, tau: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """ln of baryons over photons while nuclei formed, over today, of what decays after."""
    part = -np.expm1(-_THERMAL / tau)
    size = Y * M_N / MeV * np.sqrt(np.minimum(tau, _THERMAL) / s) * part
    at, log = _dilution()
    # where N rules, the ratio is that of its energy
    return np.interp(size, at, log) + np.log(np.maximum(size / at[-1], 1.0))


def _bent(change: np.ndarray) -> np.ndarray:
    """Changes of either sign and of any size, for a straight line between them."""
    return np.arcsinh(change / _SMALL)


def _slice(M: float, nature: str, tau: np.ndarray, Y: np.ndarray, decays: bool) -> np.ndarray:
    """Bent changes (n, 2) of one tabulated mass: of N that decays, or that is there to the end."""
    times, curves = _late(nature)[1][M]

    def at(k: int) -> np.ndarray:
        y, curve = curves[k]
        held = np.clip(Y, 0.0, y[-1])
        over = np.clip(Y, y[-1], _MORE * y[-1]) - y[-1] if MeV > M else 0.0 * Y
        step = (curve(np.arcsinh(y[-1] / y[1])) - curve(np.arcsinh(y[-2] / y[1]))) / (y[-1] - y[-2])
        # without N nothing changes but the digits of the network
        none = 0.0 if decays else curve(0.0)
        return _bent(curve(np.arcsinh(held / y[1])) - none + step * over[:, None])

    if not decays:
        return at(len(times) - 1)
    grid = np.log(times[:-1])
    x = np.clip(np.log(tau), grid[0], grid[-1])
    values = np.stack([at(k) for k in range(grid.size)])
    i = np.clip(np.searchsorted(grid, x) - 1, 0, grid.size - 2)
    w = ((x - grid[i]) / (grid[i + 1] - grid[i]))[:, None]
    n = np.arange(x.size)
    return (1 - w) * values[i, n] + w * values[i + 1, n]


def shortest(M_N: float, nature: str) -> float:
    """The shortest lifetime of the table at a mass [time]: what decays sooner is gone before."""
    masses, held = _late(nature)
    k = int(np.clip(np.searchsorted(masses, M_N, side="right") - 1, 0, masses.size - 2))
    return float(max(held[float(m)][0][0] for m in masses[k:k + 2]))


def _energy(M_N: float, part: Numbers) -> np.ndarray:
    """Of one N when neutrons and protons part, its momentum over that of a neutrino given."""
    return np.hypot(M_N, 3.15 * _PARTING * np.asarray(part))


def _changes(M_N: float, nature: str, tau: np.ndarray, Y: np.ndarray, light: np.ndarray | None,
             decays: bool) -> np.ndarray:
    """Changes (n, 2) of ln Y_p and ln D/H: between masses at one energy of N."""
    made = _between(M_N, nature, tau, Y, light, decays)
    if M_N >= LIGHTEST:
        return made
    w = (M_N / LIGHTEST) ** 2
    return w * made + (1 - w) * _without_mass(np.asarray(light))


def _between(M_N: float, nature: str, tau: np.ndarray, Y: np.ndarray, light: np.ndarray | None,
             decays: bool) -> np.ndarray:
    masses = _late(nature)[0]
    made = (10.75 / float(early_universe.g_s(100 * GeV))) ** (1 / 3)
    part: Numbers = made
    if not decays and light is not None:
        # the table has what was made at 100 GeV; what was made later moves faster
        part = np.where(Y > 0, light * _NEUTRINO / np.where(Y > 0, Y, 1.0), made)

    def of(m: float) -> np.ndarray:
        return _slice(m, nature, tau, Y * _energy(M_N, part) / _energy(m, made), decays)

    k = int(np.clip(np.searchsorted(masses, M_N, side="right") - 1, 0, masses.size - 2))
    low, high = float(masses[k]), float(masses[k + 1])
    w = float(np.clip(np.log(M_N / low) / np.log(high / low), 0.0, 1.0))
    return _SMALL * np.sinh((1 - w) * of(low) + w * of(high))


def _without_mass(light: np.ndarray) -> np.ndarray:
    """Changes (n, 2) by Delta N_eff, at the eta of the table."""
    return np.stack([_logs(k, ETA, light) - _logs(k, ETA, 0.0) for k in (0, 1)], axis=1)


def _logs_with(M_N: float, nature: str, tau: np.ndarray, Y: np.ndarray, eta: float,
               light: np.ndarray | None) -> np.ndarray:
    """ln Y_p, ln D/H and ln He3/H (3, n) when nuclei have formed."""
    def formed(at: np.ndarray, decays: bool) -> np.ndarray:
        change = np.zeros((3, at.size))
        change[:2] = _changes(M_N, nature, at, Y, light, decays).T
        x = np.log(eta) + (0.0 * at if decays else _diluted(M_N, at, Y))
        splines, (_, top), _ = _standard()
        held = np.minimum(x, np.log(top))
        zero = np.zeros_like(held)
        # beyond the table with the slope of its end
        return np.stack([f(held, zero) + f(np.array(np.log(top)), np.array(0.0), dx=1) * (x - held)
                         for f in splines]) + change

    edge = float(_late(nature)[1][float(_late(nature)[0][0])][0][-2])
    last = np.full_like(tau, edge)
    made, late = formed(np.minimum(tau, edge), True), formed(np.maximum(tau, edge), False)
    # what is made by inverse decays falls as 1/tau, by how much it dilutes as the root
    rest = np.sqrt(edge / np.maximum(tau, edge)) * (formed(last, True) - formed(last, False))
    return np.where(tau <= edge, made, late + rest)


@formula
def with_decays(tau: Numbers, Y_N: Numbers, M_N: float, nature: str | None = None, *,
                eta: float = ETA, light: Numbers | None = None, photons: bool = True) -> np.ndarray:
    r"""Helium and deuterium with an N that decays to a neutrino and a photon.

    The Universe expands faster, baryons are diluted, nuclei are broken:

    .. math:: \ln{\rm D/H} = \ln{\rm D/H}(\eta') + \Delta(\tau, Y_N, M_N),\qquad
              \dot n_A = \sum_B n_B\,W_{B\to A}\,\dot n_\gamma/s

    Parameters
    ----------
    tau : float or array, lifetime of N, above 0 [time]
    Y_N : float or array, its number over entropy at 20 MeV, of all kinds together [1]
    M_N : float, mass of N, above 0 [energy]
    nature : ``dirac`` or ``majorana``, needed
    eta : float, baryons over photons today [1]
    light : float or array, Delta N_eff of the same N if it had no mass, needed below 50 keV; above
        it says how fast N moves where it outlives 1e4 s [1]
    photons : bool, whether those of decays break nuclei

    Returns
    -------
    array (2, ...), Y_p and D/H [1]

    Raises
    ------
    DomainError, UnknownName
        No nature, no mass, an eta outside the table.

    Holds : from the shortest lifetime of the table, 0.01 to 0.1 s, which stands for all below, up
        to 1e4 s by the table with decays; an N that lives longer is there while nuclei form,
        and what decays until 1e6 s dilutes.  Photons of 2.2 to 474 MeV break nuclei; those
        of a heavier N are left out, as is what is broken after 3e11 s.  Changes are those at
        eta = 6.12e-10.
    Source : Pitrou2018, Depta2020

    >>> from munu.units import s
    >>> Y_p, D_H = with_decays(20 * s, 5e-3, 10 * MeV, "majorana")
    >>> print(f"{Y_p:.3f}")
    0.253
    """
    check_nature(nature, needed_by="what N does while nuclei form")
    if not M_N > 0:
        raise DomainError("M_N must be above 0: without a mass N does not decay, and counts in "
                          "Delta N_eff")
    if light is None and M_N < LIGHTEST:
        raise DomainError(f"M_N = {M_N / keV:.3g} keV is below {LIGHTEST / keV:.0f} keV, where N "
                          "counts by its Delta N_eff: give light")
    _asked(eta, 0.0)
    given = np.broadcast_arrays(*(np.asarray(x, float) for x in (
        tau, Y_N, *(() if light is None else (light,)))))
    shape, flat = given[0].shape, [x.ravel() for x in given]
    if np.any(flat[0] <= 0):
        raise DomainError("tau must be above 0")
    if np.any((flat[1] < 0) | (flat[1] > _MOST)):
        raise DomainError(f"Y_N must lie between 0 and {_MOST:g}, more than three N in equilibrium "
                          "are")
    logs = _logs_with(float(M_N), str(nature), flat[0], flat[1], float(eta),
                      None if light is None else flat[2])
    made = _broken(flat[0], 0.5 * M_N, flat[1], *np.exp(logs)) if photons else np.exp(logs[:2])
    return np.stack([x.reshape(shape) for x in made])


# ---- photons that break nuclei -----------------------------------------------------------------

# what is broken, and what is left of it: deuterons, tritons, He3, He4
_REACTIONS = {
    "d_np": ("d", ()), "t_nd": ("t", ("d",)), "t_npn": ("t", ()), "He3_pd": ("He3", ("d",)),
    "He3_npp": ("He3", ()), "He4_pt": ("He4", ("t",)), "He4_nHe3": ("He4", ("He3",)),
    "He4_dd": ("He4", ("d", "d")), "He4_npd": ("He4", ("d",))}
_NUCLEI, _BARYONS = ("d", "t", "He3", "He4"), np.array([2.0, 3.0, 3.0, 4.0])


# how a reaction rises from its threshold, about: what is left is smooth
_RISE = 1.5


@cache
def _cascades() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Temperatures and energies of the nodes, thresholds, and breakings by reaction (9, T, E)."""
    table = _data.load("nucleosynthesis/photodisintegration")
    T, E = np.unique(table["T"]), np.unique(table["E"])
    made = np.stack([table[n].reshape(T.size, E.size) for n in _REACTIONS])
    return T, E, np.array([table.meta["threshold"][n] for n in _REACTIONS]) * MeV, made


def _breakings(E: float) -> tuple[np.ndarray, np.ndarray]:
    """ln T of the nodes and ln of the breakings (9, n_T) of one photon of energy E."""
    from scipy.interpolate import PchipInterpolator

    T, nodes, thresholds, made = _cascades()
    out = np.full((len(thresholds), T.size), np.log(_LEAST))
    for row, Q, W in zip(out, thresholds, made, strict=True):
        if Q < E:
            over = nodes > Q
            rest = np.log(np.maximum(W[:, over], _LEAST)) - _RISE * np.log1p(-Q / nodes[over])
            x = np.log(nodes[over])
            row[:] = PchipInterpolator(x, rest, axis=1)(np.clip(np.log(E), x[0], x[-1])) \
                + _RISE * np.log1p(-Q / E)
    return np.log(T), out


@formula
def broken(tau: Numbers, E: float, reaction: str = "d_np") -> Numbers:
    r"""How often the cascades of decays break one nucleus, for one decay in a unit of entropy.

    .. math:: \int\frac{dt}\tau\,e^{-t/\tau}\,W(T(t), E)

    Parameters
    ----------
    tau : float or array, lifetime [time]
    E : float, energy of the photon of each decay, at most 474 MeV [energy]
    reaction : one of ``d_np``, ``t_nd``, ``t_npn``, ``He3_pd``, ``He3_npp``, ``He4_pt``,
        ``He4_nHe3``, ``He4_dd``, ``He4_npd``

    Returns
    -------
    float or array [1]; 0 below 2.2 MeV

    Raises
    ------
    DomainError, UnknownName
        An energy beyond the table.

    Holds : eta = 6.137e-10; radiation rules, and what decays does not change that; from 9e3 s to
        3e11 s.
    Source : Depta2020
    """
    if reaction not in _REACTIONS:
        raise UnknownName("reaction", reaction, _REACTIONS)
    _tabulated(E)
    flat = np.atleast_1d(np.asarray(tau, float))
    made = _exposures(flat.ravel(), float(E))[list(_REACTIONS).index(reaction)]
    return made.reshape(np.shape(tau))[()]


def _exposures(tau: np.ndarray, E: float) -> np.ndarray:
    """The integral of :func:`broken` of every reaction: (9, n)."""
    from scipy.interpolate import PchipInterpolator

    if E <= DEUTERON:
        return np.zeros((len(_REACTIONS), tau.size))
    x, log = _breakings(E)
    u = np.linspace(x[0], x[-1], _STEPS)
    W = np.exp(PchipInterpolator(x, log, axis=1)(u))
    W[W <= 2 * _LEAST] = 0.0
    # dt = -2 t d ln T
    t = early_universe.M_Pl() * np.sqrt(90 / (32 * pi**3 * _G_RHO)) * np.exp(-2 * u)
    ratio = t / tau[:, None]
    weight = 2 * ratio * np.exp(-ratio) * (u[1] - u[0])
    weight[:, [0, -1]] *= 0.5
    return W @ weight.T


@formula
def after_photons(Y_p: Numbers, D_H: Numbers, He3_H: Numbers, tau: Numbers, E: float, Y_N: Numbers
                  ) -> np.ndarray:
    r"""Helium and deuterium when the photons of decays have broken nuclei.

    .. math:: \dot n_A = -n_A\sum_B W_{A\to B}\frac{\dot n_\gamma}s
              + \sum_B n_B\,W_{B\to A}\frac{\dot n_\gamma}s

    Parameters
    ----------
    Y_p, D_H, He3_H : floats or arrays, before: helium by mass, deuterium and the sum of helium-3
        and tritium over hydrogen [1]
    tau : float or array, lifetime of N [time]
    E : float, energy of the photon of each decay, at most 474 MeV [energy]
    Y_N : float or array, number of N over entropy, before it decays [1]

    Returns
    -------
    array (2, ...), Y_p and D/H [1]

    Raises
    ------
    DomainError
        An energy beyond the table.

    Holds : as :func:`broken`; all reactions in one proportion throughout the decays.
    Source : Depta2020
    """
    _tabulated(E)
    given = np.broadcast_arrays(*(np.asarray(x, float) for x in (Y_p, D_H, He3_H, tau, Y_N)))
    flat = [x.ravel() for x in given]
    made = _broken(flat[3], float(E), flat[4], flat[0], flat[1], flat[2])
    return np.stack([x.reshape(given[0].shape) for x in made])


def _tabulated(E: float) -> None:
    top = float(_cascades()[1][-1])
    if top * (1 + 1e-9) < E:
        raise DomainError(f"E = {E / MeV:.4g} MeV must be at most {top / MeV:.0f} MeV, where "
                          "cascades are tabulated")


def _broken(tau: np.ndarray, E: float, Y: np.ndarray, Y_p: np.ndarray, D_H: np.ndarray,
            He3_H: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Y_p and D/H after the photons of decays, those beyond the table left out."""
    from scipy.linalg import expm

    if E <= DEUTERON or float(_cascades()[1][-1]) * (1 + 1e-9) < E:
        return Y_p, D_H
    flow = np.zeros((tau.size, 4, 4))
    for row, (name, left) in zip(_exposures(tau, E) * Y, _REACTIONS.values(), strict=True):
        j = _NUCLEI.index(name)
        flow[:, j, j] -= row
        for what in left:
            flow[:, _NUCLEI.index(what), j] += row
    hydrogen = (1 - Y_p) / (1 + 2 * D_H + 3 * He3_H)
    before = np.stack([D_H * hydrogen, 0 * Y_p, He3_H * hydrogen, Y_p / 4], axis=1)
    after = np.einsum("nij,nj->ni", expm(flow), before)
    # what is no such nucleus is a proton in the end
    hydrogen = 1 - after @ _BARYONS
    return 4 * after[:, 3], after[:, 0] / hydrogen
