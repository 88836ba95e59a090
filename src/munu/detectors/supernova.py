r"""Large detectors that see a supernova: targets, cross sections, counts.

A detector counts targets; a channel is a cross section on one target for each of the six
neutrinos.  Elastic scattering on protons (JUNO) is none of the channels: what is seen of it is a
quenched recoil, so it has a function of its own, :func:`proton_recoils`, and the recoil spectrum
is given to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import pi
from typing import Any, TypeAlias

import numpy as np

from munu import _data
from munu._arrays import Numbers, finite, gauss_panels
from munu._frozen import FrozenMap
from munu._guard import formula
from munu.constants import m_e, m_n, m_p
from munu.detectors.response import Efficiency, matrix, resolved
from munu.errors import DomainError, UnknownName
from munu.kinematics import E_nu_min, recoil_range
from munu.units import N_A, MeV, cm, g, m, to_float, tonne

# neutrinos by energies (6, n), or a function of energies that gives them
Fluence: TypeAlias = Callable[..., Any] | np.ndarray

_NODES = 4
# of recoils, whose spectrum falls as a power of the energy within a panel
_RECOIL_NODES = 6
_FINEST = 0.02 * MeV
_E_EDGES = np.linspace(0.0, 100.0, 101) * MeV
# points at which a quenching is looked at for its monotony, halvings that invert it
_LOOKED, _HALVINGS = 2000, 70


@dataclass(frozen=True)
class Interaction:
    """A reaction on one kind of target.

    Attributes
    ----------
    name : str
    target : ``argon``, ``proton``, ``oxygen`` or ``electron``
    table : data file of its cross section, None for the formula of :func:`sigma_ibd`
    columns : one for each of ``flavors.SIX``, None where the neutrino does not react
    papers : keys of the papers
    """

    name: str
    target: str
    table: str | None
    columns: tuple[str | None, ...]
    papers: tuple[str, ...]


@dataclass(frozen=True)
class Detector:
    """Targets by kind.

    Attributes
    ----------
    name : str
    targets : mapping of a kind of target to how many there are [1]
    """

    name: str
    targets: Mapping[str, float]

    def __post_init__(self) -> None:
        if not all(np.isfinite(n) and n > 0 for n in self.targets.values()):
            raise DomainError(f"the numbers of targets of {self.name} must be above 0")
        object.__setattr__(self, "targets", FrozenMap(dict(self.targets)))

    @property
    def channels(self) -> list[str]:
        """The channels that it has targets for."""
        return [n for n, c in CHANNELS.items() if c.target in self.targets]


def argon(name: str, mass: float | str) -> Detector:
    """A detector of liquid argon.

    Parameters
    ----------
    name : str
    mass : above 0 [mass], or a text such as ``40000 t``

    Returns
    -------
    Detector, atoms of 39.948 g/mol and 18 electrons each

    Raises
    ------
    DomainError

    Anchors : evt.burst.10.none
    """
    atoms = _units("argon", mass, 39.948)
    return Detector(name, {"argon": atoms, "electron": 18 * atoms})


def water(name: str, mass: float | str) -> Detector:
    """A detector of water.

    Parameters
    ----------
    name : str
    mass : above 0 [mass], or a text such as ``374000 t``

    Returns
    -------
    Detector, molecules of 18.01528 g/mol: two protons, ten electrons and one oxygen each

    Raises
    ------
    DomainError

    Holds : every hydrogen a free proton, every oxygen 16O.
    Anchors : evt.ibd, evt.burst.10.none

    >>> print(f"{water('x', '1 t').targets['proton']:.4g}")
    6.686e+28
    """
    molecules = _units("water", mass, 18.01528)
    return Detector(name, {"proton": 2 * molecules, "electron": 10 * molecules,
                           "oxygen": molecules})


def _units(material: str, mass: Numbers, molar: float) -> float:
    """Atoms or molecules in a mass, the molar mass in g."""
    mass = to_float(mass, "tonne")
    if not (np.isfinite(mass) and mass > 0):
        raise DomainError(f"the mass of {material} must be above 0")
    return mass / (molar * g) * N_A


_ELECTRON = ("nu_e_electron", "nu_x_electron", "nu_x_electron",
             "nubar_e_electron", "nubar_x_electron", "nubar_x_electron")
_ARGON, _WATER = "targets/argon_cc", "targets/water_cross_sections"


def _first(column: str) -> tuple[str | None, ...]:
    return (column, None, None, None, None, None)


def _fourth(column: str) -> tuple[str | None, ...]:
    return (None, None, None, column, None, None)


CHANNELS: Mapping[str, Interaction] = FrozenMap({c.name: c for c in (
    Interaction("nu_e_argon", "argon", _ARGON, _first("nu_e"), ("Kolbe2003", "GilBotella2003")),
    Interaction("nu_e_argon_marley", "argon", _ARGON, _first("nu_e_marley"), ("Gardiner2021",)),
    Interaction("nubar_e_argon", "argon", _ARGON, _fourth("nubar_e"),
            ("Kolbe2003", "GilBotella2003")),
    Interaction("ibd", "proton", _WATER, _fourth("ibd"), ("StrumiaVissani2003",)),
    Interaction("ibd_formula", "proton", None, _fourth("ibd"), ("StrumiaVissani2003",)),
    Interaction("electron", "electron", _WATER, _ELECTRON, ("MarcianoParsa2003",)),
    Interaction("nu_e_oxygen", "oxygen", _WATER, _first("nu_e_O"), ("Kolbe2002",)),
    Interaction("nubar_e_oxygen", "oxygen", _WATER, _fourth("nubar_e_O"), ("Kolbe2002",)),
)})

DETECTORS: Mapping[str, Detector] = FrozenMap({d.name: d for d in (
    argon("dune", 40e3 * tonne), water("hyper_kamiokande", 374e3 * tonne),
    # inner detectors as cylinders of water, diameter and height: the one tank of the design of 2019
    # (374 kt are two of an earlier one), and the one that runs
    water("hyper_kamiokande_2019", pi / 4 * (64.8 * m) ** 2 * 65.8 * m * g / cm**3),
    water("super_kamiokande", pi / 4 * (33.6815 * m) ** 2 * 36.2 * m * g / cm**3),
    # its scintillator's electrons are not counted: elastic scattering needs a mass of its own
    Detector("juno", {"proton": 1.44e33}),
)})


@formula
def sigma_ibd(E_nu: Numbers, *, Delta: float = m_n - m_p) -> Numbers:
    r"""Inverse beta decay on a free proton, the approximation of Strumia and Vissani.

    .. math:: \sigma = 10^{-43}\,\mathrm{cm}^2\; p_e E_e\,
       E^{-0.07056 + 0.02018\ln E - 0.001953\ln^3 E},\qquad E_e = E - \Delta

    with energies in MeV.

    Parameters
    ----------
    E_nu : float or array, at least 0 [energy]
    Delta : float, mass of the neutron less that of the proton, printed as 1.293 MeV, above 0
        [energy]

    Returns
    -------
    float or array, 0 below the threshold [area]

    Raises
    ------
    DomainError

    Holds : below about 200 MeV; meant for supernovae, better than one per cent there.
    Source : StrumiaVissani2003
    Anchors : evt.ibd, AC57

    >>> print(f"{float(sigma_ibd(20 * MeV) / cm**2):.4g}")
    2.9e-41
    """
    E = finite("the neutrino energy E_nu", E_nu, low=0.0)
    E_e = E - Delta
    open_ = E_e > m_e
    E_e = np.where(open_, E_e, m_e)
    x = np.log(np.where(open_, E, MeV) / MeV)
    p_e = np.sqrt(np.maximum(E_e**2 - m_e**2, 0.0))
    power = np.exp(x * (-0.07056 + 0.02018 * x - 0.001953 * x**3))
    return (1e-43 * cm**2 * p_e * E_e / MeV**2 * power)[()]


@formula
def cross_section(channel: str, E_nu: Numbers) -> np.ndarray:
    """Total cross section of a channel on one target, linear between the nodes of its table.

    Parameters
    ----------
    channel : a name of ``CHANNELS``
    E_nu : array (n,), at least 0 and within the table, up to 100 MeV [energy]

    Returns
    -------
    array (6, n), in the order of ``flavors.SIX``, 0 below the table [area]

    Raises
    ------
    UnknownName
    DomainError
        Above the table: it is not continued.

    Source : SNOwGLoBES (a channel's ``papers`` name the papers)
    Anchors : evt.burst.10.none

    >>> print(cross_section("electron", [10 * MeV])[[0, 1], 0] / cm**2)
    [8.94779e-44 1.58372e-44]
    """
    one = _channel(channel)
    E = np.atleast_1d(finite("the neutrino energy E_nu", E_nu, low=0.0))
    out = np.zeros((6, E.size))
    if one.table is None:
        out[3] = sigma_ibd(E)
        return out
    table = _data.load(one.table)
    nodes = _data.monotone(table, "E_nu")
    if E.max() > nodes[-1] * (1 + 1e-12):
        raise DomainError(f"the cross section of {channel} is known up to {nodes[-1] / MeV:g} "
                          f"MeV; {E.max() / MeV:g} MeV was asked")
    for i, column in enumerate(one.columns):
        if column is not None:
            out[i] = np.interp(E, nodes, table[column], left=0.0)
    return out


def counts(detector: Detector | str, channel: str, E_edges: Numbers, fluence: Fluence, *,
           smearing: Callable[..., Any] | None = None, seen: Numbers = None,
           threshold: float | str = 0.0, efficiency: Efficiency | float | None = None
           ) -> np.ndarray:
    r"""Events in bins of the neutrino's energy.

    .. math:: N_i = N_{target}\int_{\rm bin\ i}\mathrm dE\,\epsilon(E) \sum_a \sigma_a(E) F_a(E)

    With a ``smearing`` the energy is smeared first, and bins, threshold and efficiency are those
    of the reconstructed energy.

    Parameters
    ----------
    detector : Detector, or a name of ``DETECTORS``
    channel : a name of ``CHANNELS``
    E_edges : array (n + 1,), range and bins of the true energy [energy]
    fluence : function of E_nu (n_E,) -> (6, n_E), or an array (6, n) at the middles of the bins,
        in the order of ``flavors.SIX`` [1/(area energy)]
    smearing : function of E_nu, the standard deviation of the reconstructed neutrino energy
        [energy]; None for none
    seen : array (m + 1,), bins of the reconstructed energy; ``E_edges`` if None [energy]
    threshold : nothing is seen below [energy]
    efficiency : Efficiency or a number; None for 1 [1]

    Returns
    -------
    array (n,), or (m,) with ``seen`` [1]

    Raises
    ------
    UnknownName, DomainError

    Source : SNOwGLoBES
    Anchors : evt.ibd, evt.burst.5.none, evt.burst.10.none, evt.burst.10.IO
    """
    made = _detector(detector)
    one = _channel(channel)
    if one.target not in made.targets:
        raise UnknownName(f"channel of {made.name}", channel, made.channels)
    edges = _edges("E_edges", E_edges)
    shown = edges if seen is None else _edges("seen", seen)
    cut = to_float(threshold, "MeV")
    if not (np.isfinite(cut) and cut >= 0):
        raise DomainError(f"the threshold '{threshold}' must be at least 0")
    flat, curve = _efficiency(efficiency)
    cuts = np.unique([*shown, *([cut] if shown[0] < cut < shown[-1] else []),
                      *(() if curve is None else curve.E)])
    E, w, F = _nodes(one, edges, fluence, cuts, smearing)
    rate = made.targets[one.target] * (cross_section(channel, E) * F).sum(axis=0) * w
    if smearing is None:
        passed = rate * flat * (cut <= E) * (1.0 if curve is None else curve(E))
        return np.histogram(E, shown, weights=passed)[0]
    cuts = np.unique(np.concatenate([shown, [cut] if shown[0] < cut < shown[-1] else []]))
    pieces = np.where(cuts[:-1] >= cut, flat * (matrix(E, cuts, smearing, curve) @ rate), 0.0)
    return np.add.reduceat(pieces, np.searchsorted(cuts, shown[:-1]))


def _nodes(one: Interaction, edges: Numbers, fluence: Fluence, cuts: np.ndarray,
           smearing: Callable[..., Any] | None
           ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Energies, weights and the fluence (6, n) there; a function is integrated between kinks, in
    panels of at most 1 MeV that resolve the smearing where a bin begins."""
    if callable(fluence):
        kinks = _data.load(one.table)["E_nu"] if one.table else np.array([m_n - m_p + m_e])
        breaks = np.concatenate([kinks, cuts, _E_EDGES])
        inside = breaks[(breaks > edges[0]) & (breaks < edges[-1])]
        panels = np.unique(np.concatenate([edges, inside]))
        if smearing is not None:
            # a smearing may vanish at E = 0; what is finer than the bins moves nothing
            least = min(_FINEST, 0.1 * np.diff(cuts).min())
            panels = resolved(panels, cuts, lambda x: np.maximum(smearing(x), least),
                              order=_NODES, step=1.0)
        E, w = gauss_panels(panels, _NODES)
        F = np.asarray(fluence(E), dtype=float)
    else:
        E, w = 0.5 * (edges[1:] + edges[:-1]), np.diff(edges)
        F = np.asarray(fluence, dtype=float)
    return E, w, _six(F, E.size)


def _six(F: Numbers, n: int) -> np.ndarray:
    """A fluence by neutrinos and energies, (6, n)."""
    F = finite("the fluence", F, low=0.0)
    if F.shape != (6, n):
        raise DomainError(f"the fluence has the shape {F.shape}; it must be (6, {n}), "
                          "neutrinos by energies")
    return F


def proton_recoils(detector: Detector | str, T_edges: Numbers, fluence: Fluence,
                   dsigma_dT: Callable[..., Any], *, E_edges: Numbers = None,
                   quenching: Callable[..., Any] | None = None, threshold: float | str = 0.0,
                   efficiency: Efficiency | float | None = None) -> np.ndarray:
    r"""Recoiling protons in bins of their kinetic or of their visible energy.

    .. math:: N_i = N_p\int_{\rm bin\ i}\mathrm dT\,\epsilon
       \int_{E_{min}(T)}\mathrm dE\, \sum_a F_a(E)\frac{\mathrm d\sigma_a}{\mathrm dT}(T, E)

    With a ``quenching`` the bins, the threshold and the efficiency are those of the visible
    energy; without one they are those of the recoil.

    Parameters
    ----------
    detector : Detector, or a name of ``DETECTORS``, with protons
    T_edges : array (n + 1,), bins of the recoil, or of the visible energy [energy]
    fluence : function of E_nu (n_E,) -> (6, n_E), or an array (6, n_E) at the middles of
        ``E_edges``, in the order of ``flavors.SIX`` [1/(area energy)]
    dsigma_dT : function of (T, E_nu), which broadcast -> (6, ...) [area/energy]:
        :func:`munu.processes.proton_scattering.dsigma_dT_six`
    E_edges : array (n_E + 1,), the range of neutrino energies; between two of them a fluence that
        is a function must be smooth; None for 0 to 100 MeV in steps of 1 MeV [energy]
    quenching : function of the recoil -> visible energy, increasing up to the hardest recoil
        (17.6 MeV of 100 MeV), such as :class:`munu.detectors.birks.Birks` [energy]; None sees the
        recoil itself
    threshold : nothing is seen below [energy]
    efficiency : Efficiency or a number; None for 1 [1]

    Returns
    -------
    array (n,) [1]

    Raises
    ------
    UnknownName
    DomainError
        A quenching that does not increase, among others.

    Holds : free protons, hydrogen; those bound in carbon or oxygen are not counted.  No smearing.
        The quenching of a scintillator is :func:`munu.detectors.birks.protons`.
    Source : Beacom2002, VonKrosigk2013
    """
    made = _detector(detector)
    if "proton" not in made.targets:
        raise UnknownName(f"target of {made.name}", "proton", made.targets)
    shown = _edges("T_edges", T_edges)
    E = _E_EDGES if E_edges is None else _edges("E_edges", E_edges)
    cut = to_float(threshold, "MeV")
    if not (np.isfinite(cut) and cut >= 0):
        raise DomainError(f"the threshold '{threshold}' must be at least 0")
    flat, curve = _efficiency(efficiency)
    top = float(recoil_range(E[-1], 0.0, m_p)[1])
    cuts = _recoil_of(np.concatenate([shown, [cut], [] if curve is None else curve.E]), quenching,
                      top)
    # the least energy that gives a recoil is the variable: in it nothing has a root at 0, and the
    # kinks of bins and of the fluence are its own
    breaks = np.where(cuts > 0, np.minimum(E_nu_min(np.where(cuts > 0, cuts, m_p), 0.0, m_p),
                                           E[-1]), 0.0)
    low, high = breaks[0], breaks[shown.size - 1]
    if low >= high:
        return np.zeros(shown.size - 1)
    inside = np.concatenate([E, breaks])
    inside = inside[(inside > low) & (inside < high)]
    x, w = gauss_panels(np.unique(np.concatenate([[low], inside, [high]])), _RECOIL_NODES)
    T, slope = recoil_range(x, 0.0, m_p)[1], 4 * x * (m_p + x) / (m_p + 2 * x) ** 2
    seen = T if quenching is None else _visible(quenching, T)
    passed = made.targets["proton"] * flat * w * slope * (cut <= seen) \
        * (1.0 if curve is None else curve(seen)) * _recoils(T, x, E, fluence, dsigma_dT)
    return np.histogram(seen, shown, weights=passed)[0]


def electron_recoils(detector: Detector | str, T_edges: Numbers, fluence: Fluence,
                     share: Callable[..., Any], *, E_edges: Numbers = None,
                     threshold: float | str = 0.0, efficiency: float | None = None) -> np.ndarray:
    r"""Elastic scattering on electrons in bins of the electron's kinetic energy.

    .. math:: N_i = N_e\int\mathrm dE\sum_a F_a(E)\,\sigma_a(E)\,
              \big[S_a(T_{i+1}, E) - S_a(T_i, E)\big]

    Parameters
    ----------
    detector : Detector, or a name of ``DETECTORS``, with electrons
    T_edges : array (n + 1,), bins of the kinetic energy [energy]
    fluence : function of E_nu (n_E,) -> (6, n_E), or an array (6, n_E) at the middles of
        ``E_edges``, in the order of ``flavors.SIX`` [1/(area energy)]
    share : function of (T, E_nu), which broadcast -> (6, ...), the share of recoils below T [1]:
        :func:`munu.processes.electron_scattering.recoil_share_six`
    E_edges : array (n_E + 1,), the range of neutrino energies; None for 0 to 100 MeV in steps of
        1 MeV [energy]
    threshold : nothing is seen below [energy]
    efficiency : a number; None for 1 [1]

    Returns
    -------
    array (n,) [1]

    Raises
    ------
    UnknownName, DomainError

    Holds : no resolution; the total is that of :func:`counts` where the bins hold every recoil.
    Source : MarcianoParsa2003, SNOwGLoBES
    """
    made, one = _detector(detector), CHANNELS["electron"]
    if one.target not in made.targets:
        raise UnknownName(f"channel of {made.name}", "electron", made.channels)
    shown = _edges("T_edges", T_edges)
    cut = to_float(threshold, "MeV")
    if not (np.isfinite(cut) and cut >= 0):
        raise DomainError(f"the threshold '{threshold}' must be at least 0")
    flat, _ = _efficiency(efficiency)
    above = np.maximum(shown, cut)
    edges = _E_EDGES if E_edges is None else _edges("E_edges", E_edges)
    E, w, F = _nodes(one, edges, fluence, E_nu_min(above[above > 0], 0.0, m_e), None)
    size = made.targets[one.target] * flat * cross_section("electron", E) * F * w
    return np.einsum("ane,ae->n", np.diff(share(above[:, None], E), axis=1), size)


def _recoils(T: np.ndarray, E_min: np.ndarray, edges: np.ndarray, fluence: Fluence,
             dsigma_dT: Callable[..., Any]) -> np.ndarray:
    """Recoils of one proton by their energy: panels above E_min, and the rest of its own."""
    E, w = gauss_panels(edges, _RECOIL_NODES)
    u, v = gauss_panels([0.0, 1.0], _RECOIL_NODES)
    above = np.searchsorted(edges, E_min)
    width = np.where(above > 0, edges[above] - E_min, 0.0)[:, None]
    own = E_min[:, None] + width * u
    if callable(fluence):
        F, F_own = _six(fluence(E), E.size), _six(fluence(own.ravel()), own.size)
    else:
        given = _six(fluence, edges.size - 1)
        F = np.repeat(given, _RECOIL_NODES, axis=1)
        F_own = np.repeat(given[:, np.maximum(above - 1, 0)], _RECOIL_NODES, axis=1)
    whole = np.einsum("ate,ae->te", dsigma_dT(T[:, None], E), F * w)
    reached = np.repeat(np.arange(edges.size - 1), _RECOIL_NODES) >= above[:, None]
    rest = np.einsum("ate,ate->te", dsigma_dT(T[:, None], own), F_own.reshape(6, *own.shape))
    return np.where(reached, whole, 0.0).sum(axis=1) + (rest * width * v).sum(axis=1)


def _visible(quenching: Callable[..., Any], T: Numbers) -> np.ndarray:
    seen = finite("the visible energy", quenching(T), low=0.0)
    if seen.shape != T.shape:
        raise DomainError(f"the quenching turns {T.shape} recoils into {seen.shape} energies")
    return seen


def _recoil_of(seen: Numbers, quenching: Callable[..., Any] | None, top: float) -> np.ndarray:
    """The recoils that look like these, at most ``top``."""
    if quenching is None:
        return np.minimum(seen, top)
    looked = _visible(quenching, np.linspace(0.0, top, _LOOKED + 1)[1:])
    if np.any(np.diff(looked) <= 0):
        raise DomainError("the quenching must increase with the recoil, or an energy that is seen "
                          "has no recoil of its own")
    low, high = np.zeros_like(seen), np.full_like(seen, top)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        less = _visible(quenching, middle) < seen
        low, high = np.where(less, middle, low), np.where(less, high, middle)
    return np.where(seen > 0, high, 0.0)


def _efficiency(given: Efficiency | float | None) -> tuple[float, Efficiency | None]:
    """A number and a curve, one of which is 1 or None."""
    if given is None or isinstance(given, Efficiency):
        return 1.0, given
    if not 0 <= given <= 1:
        raise DomainError(f"an efficiency of {given:g} must lie in [0, 1]")
    return float(given), None


def _edges(name: str, values: Any) -> np.ndarray:
    edges = finite(name, values, low=0.0)
    if edges.ndim != 1 or edges.size < 2 or np.any(np.diff(edges) <= 0):
        raise DomainError(f"{name} must increase and be at least two")
    return edges


def _channel(name: str) -> Interaction:
    if name not in CHANNELS:
        raise UnknownName("channel", name, CHANNELS)
    return CHANNELS[name]


def _detector(detector: Detector | str) -> Detector:
    if isinstance(detector, Detector):
        return detector
    if detector not in DETECTORS:
        raise UnknownName("detector of supernova neutrinos", detector, DETECTORS)
    return DETECTORS[detector]
