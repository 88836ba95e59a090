r"""The global picture: every bound on the dipole portal in (M_N, mu_nu)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from munu import atlas
from munu.atlas import ours
from munu.couplings import check_flavor, check_nature
from munu.errors import DomainError
from munu.flavors import NAMES
from munu.inference.record import Limit
from munu.plots import _labels, _style
from munu.plots.figure import Figure, long_form
from munu.probes.probe import Probe
from munu.units import MeV, keV

X = (1e-3, 1e5)
Y = (1e-13, 3e-6)
_WALL = 1.0
# masses at which stars are asked
_STARS = np.geomspace(1 * keV, 300 * keV, 61)
# and the early Universe, and sizes that are drawn then
_EPOCHS, _DEEP = np.geomspace(1 * keV, 1000 * MeV, 31), (1e-17, 3e-6)
_LINES = {"model": _style.SKY, "naturalness": "0.35"}


def draw(flavor: str | None = None, computed: list[Limit] | None = None,
         published: list[Limit] | None = None, points: bool = True,
         lines: Sequence[atlas.Line] = (), nature: str | None = None) -> Figure:
    """Draw the map.

    Parameters
    ----------
    flavor : ``e``, ``mu``, ``tau``, ``universal``, or None for all
    computed : munu's own limits; default the strongest ones from 1 keV to 50 MeV, see
        :func:`munu.atlas.ours.leading`
    published : default every published one that stands, and on the map of one flavor the projected
        ones too
    points : also the effective moments at M_N -> 0, as ticks at the left
    lines : what models say, of :func:`munu.atlas.model_line` and ``naturalness_line``
    nature : ``dirac`` or ``majorana``: also what the early Universe, supernovae and decays in
        detectors say of such an N, which takes two minutes

    Returns
    -------
    Figure
    """
    if flavor is not None and not isinstance(check_flavor(flavor), str):
        raise DomainError("the map takes one flavor name, or none")
    check_nature(nature)
    held = computed if computed is not None else _ours(flavor, nature)
    theirs = atlas.published() if published is None else published
    if flavor is not None:
        theirs = [x for x in theirs if _bears(x, flavor)]
    theirs = [x for x in theirs if not x.status.startswith("superseded")]
    # of all flavors at once they would cover what stands
    whole = flavor in NAMES or published is not None
    theirs = [x for x in theirs if whole or x.status != "projection"]
    fig, ax = _style.new(7.6, 5.6)
    ax.set(xscale="log", yscale="log", xlim=X, ylim=Y if nature is None else _DEEP)
    items, rows = [], []
    for x in sorted((x for x in theirs if x.axis is not None), key=lambda x: -x.upper.min()):
        items.append(_published(ax, x))
        rows += _rows(x)
    for x in held:
        items.insert(0, _computed(ax, x))
        rows += _rows(x)
    for x in lines:
        items.insert(0, _line(ax, x))
        rows += _line_rows(x)
    spots = [x for x in theirs if x.axis is None and not x.lower.any()
             and x.certainty == "A" and x.checked != "no"
             and x.meta.get("effective") != "Lambda"] if points else []
    ticks = _points(ax, spots)
    rows += [r for x in spots for r in _rows(x)]
    _legend(fig, bool(spots), {x.kind for x in lines},
            any(x.status == "projection" for x in theirs))
    ax.set_xlabel(r"$M_N$ [MeV]")
    ax.set_ylabel(r"$\mu_\nu$ [$\mu_B$]")
    _style.stamp(fig)
    texts = _labels.place(ax, items, keep_clear=ticks)
    _labels.assert_no_overlap(fig, texts)
    papers = tuple(dict.fromkeys(k for x in [*held, *theirs, *lines] for k in x.papers))
    return Figure("map" if flavor is None else f"map_{flavor}", fig, long_form(rows, {
        "name": "1", "kind": "1", "flavor": "1", "level": "1", "checked": "1", "M_N": "MeV",
        "mu": "mu_B"}), _caption(held, theirs, flavor, nature) + _said(lines), papers)


def _ours(flavor: str | None, nature: str | None) -> list[Limit]:
    """The first has its expected bands drawn; a probe that does not see the flavor is left out."""
    masses = np.geomspace(1 * keV, 50 * MeV, 95)
    made = [atlas.computed(probe, M_N=masses, flavor=flavor or "universal", expected=i == 0)
            for i, probe in enumerate(ours.leading(masses, flavor or "universal"))]
    # of stars the strongest, which the others do not pass at any mass (figure stellar_limits); in
    # the early Universe N decays, which its nature decides, and that takes long
    stars = [p for p in ours.skies() if "majorana" in p.rays]
    strongest = min(stars, key=lambda p: _light(p, flavor))
    made.append(atlas.computed(strongest, M_N=_STARS, flavor=flavor or "universal", expected=False))
    if nature is not None:
        made += [atlas.computed(p, M_N=_EPOCHS, flavor=flavor or "universal", nature=nature,
                                expected=False) for p in ours.skies() if p not in stars]
    return [x for x in made if np.isfinite(x.upper).any()]


def _light(star: Probe, flavor: str | None) -> float:
    """The limit of a star on a light N [mu_B]."""
    return atlas.computed(star, M_N=np.zeros(1), flavor=flavor or "universal",
                          expected=False).value


def _bears(x: Limit, flavor: str) -> bool:
    return x.flavor == flavor or (isinstance(x.flavor, tuple) and flavor in x.flavor) \
        or (flavor == "universal")


def _published(ax, x: Limit) -> dict:
    color = _style.flavor_color(x.flavor)
    M, mu = x.axis / MeV, x.upper
    unchecked, projected = x.checked == "no", x.status.startswith("projection")
    if x.shape == "polygon":
        edge_x, edge_y = np.append(M, M[0]), np.append(mu, mu[0])
    else:
        edge_x = np.concatenate([[M[0]], M, [M[-1]]])
        edge_y = np.concatenate([[_WALL], mu, [_WALL]])
    if not projected:
        # two layers: a tint, and for unchecked readings a thin hatch
        ax.fill(edge_x, edge_y, facecolor=color, alpha=0.055, lw=0, zorder=1)
        if unchecked:
            ax.fill(edge_x, edge_y, facecolor="none", edgecolor=(*_rgb(color), 0.16),
                    hatch="////", lw=0, zorder=1.5)
    # the line is what was published: sides that only close the region carry none
    n = M.size - 3 if x.meta.get("closed") == "left_down" else M.size
    ax.plot(M[:n], mu[:n], color=color, lw=0.9, ls="--" if projected else "-", alpha=0.85,
            zorder=3)
    visible = (X[0] <= M) & (X[1] >= M) & (mu >= Y[0]) & (mu <= Y[1])
    if visible.sum() < 2:
        visible[:] = True
    level = "" if x.level in (0.90, None) else f" ({x.level:.0%})"
    return {"text": f"{x.meta['label']}{level}".replace("%", r"%"), "x": M[visible],
            "y": mu[visible], "color": color}


def _rgb(color: str):
    from matplotlib.colors import to_rgb

    return to_rgb(color)


def _computed(ax, x: Limit) -> dict:
    keep = _held(x) & (x.upper < _WALL)
    M, mu = np.maximum(x.axis / MeV, X[0])[keep], x.upper[keep]
    color = _style.ORANGE
    if "2 sigma" in x.bands:
        for name, alpha in (("2 sigma", 0.16), ("1 sigma", 0.30)):
            low, high = x.bands[name][:, keep]
            ax.fill_between(M, np.maximum(low, Y[0] * 1e-3), high, color=color, alpha=alpha, lw=0,
                            zorder=4)
        ax.plot(M, x.expected[keep], color=color, lw=0.9, ls=":", zorder=5)
    ax.plot(M, mu, color=color, lw=2.4 if x.bands else 1.6, zorder=6, solid_joinstyle="round")
    # where a region has another side, it is drawn as well
    far = np.array([max((i.high for i in e if not i.high_ends), default=np.inf)
                    for e in x.excluded])
    if np.isfinite(far).any():
        ax.plot(x.axis / MeV, np.where(np.isfinite(far), far, np.nan), color=color, lw=1, zorder=6)
    if M.size and np.isfinite(x.upper[~keep & (x.axis > M[-1] * MeV)]).any():
        # the counts end here, not what is excluded
        ax.plot(M[-1:], mu[-1:], "o", mfc="white", mec=color, ms=4, zorder=6.5)
    which = _style.FLAVOR_TEXT.get(x.flavor, str(x.flavor))
    title = x.meta.get("title", x.name) + (f", {x.nature} N" if x.nature else "")
    return {"text": f"{title}, computed" + (f" ({which})" if x.bands else ""), "x": M, "y": mu,
            "color": "#A86E00"}


def _held(x: Limit) -> np.ndarray:
    """Masses that leave recoils in the bins; above, a number rests on tails of the resolution."""
    heaviest = x.meta.get("heaviest") if x.ours else None
    return np.isfinite(x.upper) & (True if heaviest is None or x.axis is None
                                   else x.axis <= heaviest)


def _line(ax, x: atlas.Line) -> dict:
    color = _LINES[x.kind]
    good = np.isfinite(x.upper) & (x.upper > 0)
    if not good.any():
        raise DomainError(f"the line {x.label} has no point: its conditions leave none")
    M, low, high = x.M_N[good] / MeV, x.lower[good], x.upper[good]
    ax.fill_between(M, np.maximum(low, Y[0] * 1e-3), high, color=color, alpha=0.22, lw=0, zorder=2)
    for edge in (low, high):
        ax.plot(M, edge, color=color, lw=0.9, ls="-." if x.kind == "naturalness" else "-",
                zorder=3.5)
    return {"text": x.label, "x": M, "y": high, "color": color}


def _line_rows(x: atlas.Line) -> list[dict]:
    return [{"name": f"{x.name} ({edge})", "kind": x.kind, "flavor": str(x.flavor), "level": 0.0,
             "checked": "", "M_N": m / MeV, "mu": u}
            for edge in ("lower", "upper") for m, u in zip(x.M_N, getattr(x, edge), strict=True)
            if np.isfinite(u)]


def _said(lines) -> str:
    if not lines:
        return ""
    return (" Bands: " + ", ".join(x.label for x in lines)
            + ": what models say, not limits.")


def _points(ax, spots: list[Limit]) -> list:
    """Effective moments at M_N -> 0, as ticks that grow from the left frame."""
    return [ax.plot([X[0], X[0] * 1.9], [x.upper[0]] * 2, lw=1.1, solid_capstyle="butt",
                    color=_style.flavor_color(x.flavor), zorder=7)[0] for x in spots]


def _legend(fig, points: bool, kinds: set[str], projected: bool = False):
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [Line2D([], [], color=_style.ORANGE, lw=2.4, label="computed by munu"),
               Line2D([], [], color=_style.ORANGE, lw=0.9, ls=":",
                      label="its expected limit, 1 and 2 sigma")]
    handles += [Line2D([], [], color=_style.FLAVOR[f], lw=1, label=f"published, "
                       f"{_style.FLAVOR_TEXT[f]}") for f in _style.FLAVOR]
    handles.append(Line2D([], [], color=_style.PURPLE, lw=1, label="published, several flavors"))
    handles.append(Patch(facecolor="none", edgecolor="0.6", hatch="////", lw=0,
                         label="reading not checked"))
    if projected:
        handles.append(Line2D([], [], color="0.3", lw=0.9, ls="--", label="published, projection"))
    if points:
        handles.append(Line2D([], [], color="0.3", lw=1.1, marker="_",
                              label=r"$M_N\to 0$ (ticks at the left)"))
    for kind in sorted(kinds):
        handles.append(Patch(facecolor=_LINES[kind], alpha=0.4, lw=0,
                             label=f"{kind}, no limit"))
    return fig.legend(handles=handles, loc="outside upper center", fontsize=7, ncols=3,
                      title="90 % CL unless labelled", title_fontsize=7)


def _rows(x: Limit) -> list[dict]:
    axis = np.zeros(1) if x.axis is None else x.axis / MeV
    return [{"name": x.name, "kind": "computed" if x.ours else "published",
             "flavor": str(x.flavor), "level": x.level or 0.0, "checked": x.checked,
             "M_N": m, "mu": u} for m, u, good in zip(axis, x.upper, _held(x), strict=True) if good]


def _caption(held, theirs, flavor, nature) -> str:
    curves = [x for x in theirs if x.axis is not None]
    unchecked = [x for x in curves if x.checked == "no" and x.status != "projection"]
    loose = [str(x.meta["label"]) for x in curves if x.level is None or x.statistic == "criterion"]
    least = ", ".join(f"{x.name} {atlas.said(x)}" for x in held)
    return (f"Bounds on the neutrino dipole portal{'' if flavor is None else f', {flavor}'}: "
            f"computed here (thick: {least}; dotted: expected, with 1 and 2 sigma bands; a ring "
            f"where the counts of an experiment end) and published (thin). Hatched: readings of "
            f"published figures not checked against the paper ({len(unchecked)} of them). "
            "Level 90 % unless labelled"
            + (f"; criteria or without a level, as published: {', '.join(loose)}" if loose else "")
            + ". Of stars the strongest: figure stellar_limits has all."
            + (" Projections are on the maps of one flavor, as munu map --flavor mu."
               if flavor not in NAMES else "")
            + (" What the early Universe and supernovae say hangs on N's nature: munu map --nature "
               "majorana." if nature is None else ""))


