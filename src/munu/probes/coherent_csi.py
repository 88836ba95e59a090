r"""COHERENT on cesium iodide: pions that decay at rest, 14.6 kg, data until 2019 and those of 2017.

Coherent scattering, and electrons where the coupling makes them scatter: scintillation does not
tell them apart.  Photoelectrons follow a gamma distribution about the quenched energy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Annotated, Any

import numpy as np

from munu import _data
from munu._arrays import Numbers
from munu._guard import formula
from munu.detectors.response import Efficiency, nodes
from munu.errors import DomainError, UnknownName
from munu.parameters import About, declared
from munu.probes._coherent import shared, timing
from munu.probes._options import ElectronsOrNone, FluxError, FormFactor
from munu.probes.measured import Counts, Values
from munu.probes.probe import Nuisance, Probe
from munu.probes.recoil import Channel, Recoils, targets
from munu.processes import electron_scattering, nuclear_scattering
from munu.sources import stopped_pion
from munu.spectrum import Axis
from munu.targets import atom, material
from munu.units import MeV, keV, kg, m, unit, us

DATA = ("2021", "2017")
QUENCHING = ("nominal", "qf0 +", "qf0 -", "qf1 +", "qf1 -")
EFFICIENCY = ("nominal", "+", "-")
ELECTRONS = ("stepping", "free", "none")
PE_EDGES = np.arange(8.0, 61.0, 4.0)
TIMES = np.array([0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6])
# relative errors of the backgrounds: steady state from its own counts, neutrons as published
NEUTRONS = {"neutrons": (18.4, 0.25), "induced neutrons": (5.6, 0.35)}


@cache
def _parameters() -> dict[str, float]:
    return {r["name"]: float(r["value"])
            for r in _data.load("observations/coherent_csi2021_parameters").rows()}


@formula
def quenched(T: Numbers, which: str = "nominal") -> Numbers:
    r"""Electron-equivalent energy of a recoil in CsI(Na).

    .. math:: E_{ee} = a x + b x^2 + c x^3 + d x^4,\qquad x = T\quad(\mathrm{both\ in\ MeV})

    Parameters
    ----------
    T : float or array, recoil energy, up to 0.1 MeV [energy]
    which : ``nominal``, or one of the two systematic changes ``qf0 +``, ``qf0 -``, ``qf1 +``,
        ``qf1 -``

    Returns
    -------
    float or array [energy]

    Source : COHERENTCsI2021

    >>> round(float(quenched(15 * keV) / keV), 2)
    1.47
    """
    if which not in QUENCHING:
        raise UnknownName("quenching of coherent_csi", which, QUENCHING)
    p = _parameters()
    name = {"+": "plus", "-": "minus"}
    stem, tail = ("qf", "") if which == "nominal" else (which[:3], f"_{name[which[-1]]}")
    x = np.asarray(T, dtype=float) / MeV
    return sum(p[f"{stem}_{c}{tail}"] * x ** (k + 1) for k, c in enumerate("abcd")) * MeV


def _efficiency(which: str) -> Callable[[Numbers], np.ndarray]:
    if which not in EFFICIENCY:
        raise UnknownName("efficiency of coherent_csi", which, EFFICIENCY)
    tail = {"nominal": "", "+": "_plus1s", "-": "_minus1s"}[which]
    a, b, c, d = (_parameters()[f"eff_{k}{tail}"] for k in "abcd")
    return lambda pe: np.maximum(a / (1 + np.exp(-b * (pe - c))) + d, 0.0)


def _timing_efficiency(t: Numbers) -> np.ndarray:
    p = _parameters()
    return np.exp(-p["t_eff_decay"] * np.maximum(t - p["t_eff_flat_until"], 0.0))


def _seen(E_ee: np.ndarray, edges: np.ndarray, efficiency: Callable[[Numbers], Numbers]
         ) -> np.ndarray:
    """Probability to be seen in each bin of photoelectrons: (n_bins, n), efficiency included."""
    from scipy.special import gammainc

    p = _parameters()
    fine = np.arange(edges[0], edges[-1] + 0.25, 0.5)
    E = np.maximum(E_ee / keV, 1e-6)
    a, b = p["smear_a"] / E, p["smear_b"] * E
    below = gammainc(1 + b, a * (1 + b) * fine[:, None])
    cells = np.diff(below, axis=0) * efficiency(0.5 * (fine[1:] + fine[:-1]))[:, None]
    return np.add.reduceat(cells, np.searchsorted(fine, edges[:-1]), axis=0)


def _channels(pe_edges: np.ndarray, spreads: Sequence[np.ndarray | None], exposure: float,
              efficiency: Callable[[Numbers], Numbers], quenching: str, electrons: str,
              form_factor: str) -> tuple[Channel, ...]:
    """Prompt and delayed neutrinos on nuclei and electrons."""
    p = _parameters()
    source = stopped_pion.source(distance=p["distance"] * m, per_pot=p["nu_per_pot"])
    reactions = [(nuclear_scattering.reaction(material("CsI", form_factor=form_factor)),
                  1 * keV, 80 * keV, lambda T: quenched(T, quenching))]
    if electrons != "none":
        reactions.append((electron_scattering.reaction(atom("CsI", electrons)),
                          0.05 * keV, 10 * keV, lambda T: T))
    out = []
    for reaction, low, high, observed in reactions:
        T, w = nodes(low, high, reaction.breaks, panels=120, order=6)
        fold = _seen(observed(T), pe_edges, efficiency) * targets(reaction, w, exposure)
        out += [Channel(source.only("prompt"), reaction, T, fold, spreads[0]),
                Channel(source.only("nu_e", "nubar_mu"), reaction, T, fold, spreads[1])]
    return tuple(out)


def _backgrounds(pe: np.ndarray, times: np.ndarray
                ) -> tuple[dict[str, np.ndarray], np.ndarray, tuple[Nuisance, ...]]:
    """Steady state from the window before the beam, neutrons as released; the counts."""
    events = _data.load("observations/coherent_csi2021_events")
    PE = unit("PE").factor
    seen = {}
    for window in ("C", "AC"):
        pick = events["window"] == window
        seen[window], *_ = np.histogram2d(events["pe"][pick] / PE, events["t"][pick] / us,
                                          bins=(pe, times))
    quiet = seen["AC"]
    # its energy and its time are independent
    backgrounds = {"steady state": np.outer(quiet.sum(axis=1), quiet.sum(axis=0)) / quiet.sum()}
    nuisances = [Nuisance("steady state", quiet.sum() ** -0.5)]
    shape, time = (_data.load(f"observations/coherent_csi2021_neutron_{k}") for k in ("pe", "time"))
    cell = np.append(time["t"] / us - 0.025, time["t"][-1] / us + 0.025)
    for name, column in (("neutrons", "brn"), ("induced neutrons", "nin")):
        events_there, error = NEUTRONS[name]
        in_pe = np.histogram(shape["pe"] / PE, bins=pe, weights=shape[column])[0]
        # the published numbers are those of the window, after all cuts
        in_time = shared(time[column], cell, times, _timing_efficiency)
        backgrounds[name] = events_there * np.outer(in_pe / in_pe.sum(), in_time / in_time.sum())
        nuisances.append(Nuisance(name, error))
    return backgrounds, seen["C"], tuple(nuisances)


@declared
def probe(*, data: Annotated[str, About(
            "events in photoelectrons and time, or the residual spectrum of the first observation, "
            "normalized to the prediction in the same figure", choices=DATA)] = "2021",
          quenching: Annotated[str, About("as published, or moved by one standard deviation",
                                          choices=QUENCHING, assumes="quenching")] = "nominal",
          efficiency: Annotated[str, About("as published, or moved (2021)",
                                           choices=EFFICIENCY)] = "nominal",
          electrons: ElectronsOrNone = "stepping", form_factor: FormFactor = "helm",
          norm_error: FluxError = 0.10,
          systematics: Annotated[bool, About("pulls for efficiency and quenching within their "
                                             "published errors (2021)")] = True) -> Probe:
    """COHERENT's cesium iodide.

    Raises
    ------
    DomainError, UnknownName

    Source : COHERENTCsI2021, COHERENT2017
    """
    if data not in DATA:
        raise UnknownName("data of coherent_csi", data, DATA)
    if electrons not in ELECTRONS:
        raise UnknownName("treatment of electrons", electrons, ELECTRONS)
    options = {"data": data, "quenching": quenching, "efficiency": efficiency,
               "electrons": electrons, "form_factor": form_factor, "norm_error": norm_error,
               "systematics": systematics}
    run = _first(options) if data == "2017" else _full(options)
    return run.probe(
        f"COHERENT CsI {data}", "counts" if data == "2017" else "events",
        variants={f"quenching {q}": {"quenching": q, "systematics": False} for q in QUENCHING[1:]}
        | ({f"efficiency {e}": {"efficiency": e, "systematics": False} for e in EFFICIENCY[1:]}
           if data == "2021" else {})
        | {"Klein-Nystrand": {"form_factor": "klein_nystrand"},
           "nuclei alone": {"electrons": "none"}},
        assumptions=(f"quenching {quenching}", f"electrons: {electrons}", f"flux within "
                     f"{norm_error:.0%}", *(["efficiency and quenching within their errors"]
                                            if systematics and data == "2021" else []),
                     f"form factor {form_factor}", "no axial current"))


def _full(o: Mapping[str, Any]) -> Recoils:
    p, PE = _parameters(), unit("PE").factor
    spreads = tuple(s[None] for s in timing(TIMES, _timing_efficiency))

    def made(efficiency: str, quenching: str) -> tuple[Channel, ...]:
        return _channels(PE_EDGES, spreads, p["mass"] * kg * p["pot"], _efficiency(efficiency),
                         quenching, o["electrons"], o["form_factor"])

    channels = made(o["efficiency"], o["quenching"])
    # what the collaboration varies, one standard deviation each
    moved = {"efficiency": ("+", "nominal"), "quenching 0": ("nominal", "qf0 +"),
             "quenching 1": ("nominal", "qf1 +")}
    systematics = {n: made(*x) for n, x in moved.items()} if o["systematics"] else {}
    backgrounds, counts, nuisances = _backgrounds(PE_EDGES, TIMES)
    axes = (Axis("photoelectrons", "PE", PE_EDGES * PE), Axis("time", "us", TIMES * us))
    return Recoils(name="coherent_csi", channels=channels, axes=axes, backgrounds=backgrounds,
                   nuisances=nuisances, measured=Counts(axes, counts), standard="added",
                   norm_error=o["norm_error"], systematics=systematics,
                   papers=("COHERENTCsI2021", "Newtrinos2025"))


def _first(o: Mapping[str, Any]) -> Recoils:
    """The first observation: beam-on residual with Gaussian errors."""
    if o["efficiency"] != "nominal":
        raise DomainError("the 2017 data have one efficiency; leave it nominal")
    table = _data.load("observations/coherent_csi2017")
    PE = unit("PE").factor
    centre = table["pe"] / PE
    inside = (centre > 6) & (centre < 30)
    edges = np.append(centre[inside] - 1, centre[inside][-1] + 1)
    curve = _data.load("observations/coherent_csi2017_efficiency")
    accepted = Efficiency(curve["pe"] / PE, curve["efficiency"])
    channels = _channels(edges, (None, None), 1.0, accepted, o["quenching"], o["electrons"],
                         o["form_factor"])
    # the exposure is that which gives the prediction drawn in the figure
    own = sum(c.counts(c.reaction.weak(c.T, None, 0)).sum() for c in channels
              if c.reaction.on == "nuclei")
    scale = table["sm_prediction"][inside].sum() / own
    channels = tuple(Channel(c.source, c.reaction, c.T, c.fold * scale) for c in channels)
    axis = Axis("photoelectrons", "PE", edges * PE)
    errors = 0.5 * (table["upper"] - table["lower"])[inside]
    seen = Values(axis, table["residual"][inside], errors)
    return Recoils(name="coherent_csi", channels=channels, axes=(axis,), backgrounds={},
                   nuisances=(), measured=seen, standard="added", norm_error=o["norm_error"],
                   errors=errors, papers=("COHERENT2017", "Kavanagh2018"))
