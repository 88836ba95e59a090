"""Spectra of recoils for several masses of N, beside the Standard Model's, and who looks where."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
from matplotlib import colormaps
from matplotlib.patheffects import withStroke

from munu import grid, probes
from munu.errors import DomainError
from munu.parameters import About, declared
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.probes.probe import Probe
from munu.probes.recoil import Channel, Recoils
from munu.rates.recoil import dR_dT
from munu.ray import Ray
from munu.units import MeV, keV, tonne, yr


class Setting(NamedTuple):
    """Probes of one source, the first of which gives source and target; a moment, masses of N."""

    probes: tuple[str, ...]
    mu: float
    masses: str


SETTINGS = {
    ("solar", "electrons"): Setting(("xenonnt", "xenon1t_s2only", "borexino"), 1e-11,
                                    "0,50keV,150keV,300keV,600keV,1MeV,2MeV"),
    ("reactor", "nuclei"): Setting(("conus_plus", "dresden2"), 1e-10, "0,1MeV,2MeV,3MeV,4MeV,6MeV"),
    ("reactor", "electrons"): Setting(("gemma", "conus", "texono", "munu_collab_2005"), 1e-10,
                                      "0,50keV,200keV,500keV,1MeV,2MeV"),
    ("stopped_pion", "nuclei"): Setting(("coherent_csi", "coherent_ar"), 1e-9,
                                        "0,5MeV,10MeV,20MeV,30MeV,40MeV")}
SOURCES = tuple(dict.fromkeys(s for s, _ in SETTINGS))
# of what is drawn: recoils [keV], and how far below the highest curve
LEAST, DEEP = {"electrons": 0.1, "nuclei": 0.02}, 1e-8
# per year, or per as many protons
PER = {"second": (yr, "yr"), "pot": (1e23, r"10$^{23}$ protons")}
# share of the counts of a massless N that lies inside a window
SHARE = 0.9


@declared
def draw(source: Annotated[str, About("of the neutrinos", choices=SOURCES)] = "solar",
         recoil: Annotated[str | None, About("default electrons for the Sun, else nuclei",
                                             choices=("electrons", "nuclei"))] = None,
         masses: Annotated[str | None, About("of N, as 0,50keV,1MeV; default by source")] = None,
         mu: Annotated[float | None, About("moment, mu_B; default by source")] = None,
         flavor: Annotated[str, About("universal, e, mu or tau")] = "universal") -> Figure:
    """Draw dR/dT of a probe's source and target, before efficiency and resolution."""
    on = recoil or ("electrons" if source == "solar" else "nuclei")
    if (source, on) not in SETTINGS:
        have = ", ".join(f"{a} on {b}" for a, b in SETTINGS)
        raise DomainError(f"there is no experiment of the source {source} on {on}; those that "
                          f"are: {have}")
    setting = SETTINGS[source, on]
    mu = setting.mu if mu is None else mu
    if not mu > 0:
        raise DomainError(f"mu = {mu:g} must be above 0 (mu_B)")
    M = np.unique(grid.masses(masses or setting.masses))
    runs = {name: _run(probes.get(name)) for name in setting.probes}
    first = [c for c in runs[setting.probes[0]].channels if c.reaction.on == on]
    per, per_text = PER[first[0].source.per]
    unit = 1 / (tonne * keV) / per
    T = np.geomspace(LEAST[on] * keV, _last(first), 1200)
    weak = rates(first, T, None) / unit
    dipole = mu**2 * rates(first, T, Ray.portal(M, flavor)) / unit
    fig, ax = _style.new(7.2, 5.4)
    top = 3 * max(weak.max(), dipole.max())
    ax.set(xscale="log", yscale="log", xlim=(T[0] / keV, T[-1] / keV), ylim=(DEEP * top, top),
           xlabel=f"recoil energy $T$ of {first[0].reaction.name} [keV]",
           ylabel=rf"$dR/dT$ [1/(t keV {per_text})]")
    ax.plot(T / keV, _positive(weak), color="0.45", lw=2.0, ls="--", zorder=2)
    items = [_item(ax, T / keV, weak, "Standard Model", "0.35")]
    rows = _rows("Standard Model", 0.0, T, weak)
    # dark where N is light; the line style tells neighbours apart in grey
    for i, (m, line) in enumerate(zip(M, dipole, strict=True)):
        color = _shade(i, len(M))
        ax.plot(T / keV, _positive(line), color=color, lw=1.6, ls=("-", (0, (5, 1)), "-.")[i % 3],
                zorder=4)
        rows += _rows("dipole", m, T, line)
        if line.max() > ax.get_ylim()[0]:
            items.append(_item(ax, T / keV, line, _mass(m), color))
    gone = [_mass(m) for m, line in zip(M, dipole, strict=True) if not line.max() > DEEP * top]
    bars = _windows(ax, runs, on, flavor, rows)
    _style.stamp(fig, _style.STAMP + f";  {flavor}, " + rf"$\mu$ = {mu:g} $\mu_B$")
    texts = _labels.place(ax, items, size=7.5, keep_clear=bars)
    _labels.assert_no_overlap(fig, [*texts, *bars])
    keys = [k for c in first for k in (*c.source.papers, *c.reaction.papers)]
    return Figure("recoils", fig, long_form(rows, {
        "curve": "1", "M_N": "MeV", "T": "keV", "rate": "1"}), _caption(
            runs, setting, on, source, mu, per_text, gone),
        tuple(dict.fromkeys((*keys, "Brdar2020", *(k for r in runs.values() for k in r.papers)))))


def rates(channels: list[Channel], T, ray: Ray | None) -> np.ndarray:
    """Recoils by mass, time and energy: of the Standard Model, or of a unit moment along a ray.

    An array with one row a mass [1/(time energy^2)] for recoils T (n,), summed over the channels'
    sources.
    """
    made = []
    for c in channels:
        if ray is None:
            terms = c.reaction.weak(T, None, 0)
        else:
            C = ray.trace_matrix()
            terms = c.reaction.dipole(T, np.asarray(ray.masses)[:, None], C)
        made.append(c.reaction.per_mass * dR_dT(terms, c.source))
    return np.asarray(sum(made))


def window(channels: list[Channel], ray: Ray) -> tuple[float, float]:
    """True recoils between which the middle ``SHARE`` of the counts of a ray lies [energy]."""
    at, counts = [], []
    for c in channels:
        M = np.asarray(ray.masses)[:, None]
        rate = dR_dT(c.reaction.dipole(c.T, M, ray.trace_matrix()), c.source)[0]
        at.append(c.T)
        counts.append(c.fold.sum(axis=0) * rate)
    order = np.argsort(np.concatenate(at))
    T, summed = np.concatenate(at)[order], np.cumsum(np.concatenate(counts)[order])
    if not summed[-1] > 0:
        raise DomainError("nothing of that flavor is seen")
    low, high = np.interp(np.array([1 - SHARE, 1 + SHARE]) / 2, summed / summed[-1], T)
    return float(low), float(high)


def _run(probe: Probe) -> Recoils:
    """The experiment of recoils behind a probe."""
    owner = getattr(probe.expects, "__self__", None)
    run = owner if isinstance(owner, Recoils) else getattr(owner, "free", None)
    if not isinstance(run, Recoils):
        raise DomainError(f"{probe.name} is no experiment of recoils")
    return run


def _last(channels: list[Channel]) -> float:
    """A little beyond the last recoil of the Standard Model [energy]."""
    T = np.geomspace(1e-2 * keV, 100 * MeV, 800)
    seen = rates(channels, T, None)
    return 1.2 * float(T[seen > DEEP * seen.max()][-1])


def _windows(ax, runs: dict[str, Recoils], on: str, flavor: str, rows: list[dict]) -> list:
    """A bar at the foot for each experiment that sees this flavor; their names."""
    low, high = ax.get_ylim()
    texts, n = [], 0
    for name, run in runs.items():
        channels = [c for c in run.channels if c.reaction.on == on]
        try:
            ends = window(channels, Ray.portal(np.zeros(1), flavor))
        except DomainError:
            continue
        y = low * (high / low) ** (0.025 + 0.043 * n)
        n += 1
        ax.plot(np.array(ends) / keV, [y, y], color=_style.ORANGE, lw=4, solid_capstyle="butt",
                alpha=0.8, zorder=5)
        right = np.sqrt(ends[0] * ends[1]) > np.sqrt(np.prod(ax.get_xlim())) * keV
        texts.append(ax.annotate(
            probes.get(name).title, (ends[0 if right else 1] / keV, y),
            xytext=(-4 if right else 4, 0), textcoords="offset points", fontsize=7,
            color="#A86E00", va="center", ha="right" if right else "left", zorder=6,
            path_effects=[withStroke(linewidth=2, foreground="white")]))
        rows += [{"curve": f"window of {name}", "M_N": 0.0, "T": T / keV, "rate": 0.0}
                 for T in ends]
    return texts


def _shade(i: int, n: int):
    # without the light end, which white paper swallows
    return colormaps["viridis"](0.82 * i / max(n - 1, 1))


def _mass(m: float) -> str:
    if m == 0:
        return "$M_N=0$"
    return f"{m / MeV:g} MeV" if m >= MeV else f"{m / keV:g} keV"


def _positive(y):
    return np.where(y > 0, y, np.nan)


def _item(ax, T, y, text: str, color) -> dict:
    low, high = ax.get_ylim()
    seen = (y > 3 * low) & (y < high)
    return {"text": text, "x": T[seen], "y": y[seen], "color": color}


def _rows(curve: str, m: float, T, y) -> list[dict]:
    return [{"curve": curve, "M_N": m / MeV, "T": t / keV, "rate": r}
            for t, r in zip(T[::4], y[::4], strict=True)]


def _caption(runs, setting: Setting, on: str, source: str, mu: float, per: str, gone) -> str:
    plain = per.replace("$", "").replace("^{23}", "^23")
    return (f"Recoils of {on} by neutrinos of the source {source} as at "
            f"{probes.get(setting.probes[0]).title}, by a moment of {mu:g} mu_B for several masses "
            f"of N (full and broken) and by the Standard Model (dashed, grey), per tonne, keV and "
            f"{plain}, before efficiency and resolution. A heavy N needs energy: its recoils "
            "begin where a neutrino can still make it, and both ends move in. Bars: true recoils "
            f"between which {100 * SHARE:g} % of the counts of a massless N lie in each "
            "experiment." + (f" Below the frame: {', '.join(gone)}." if gone else ""))
