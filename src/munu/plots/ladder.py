"""Every bound on a moment at M_N = 0, and how large models make it, on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from munu import atlas
from munu.atlas import families
from munu.couplings import NATURES
from munu.errors import UnknownName
from munu.inference.record import Limit
from munu.parameters import About, declared
from munu.plots import _claims, _labels, _ranges, _style
from munu.plots.figure import Figure, long_form
from munu.units import MeV, parse

# the weakest of nu_tau lie above 1e-6
X = (1e-24, 2e-5)
# above it there is room for words at the left
_ROOM = 1e-17
# of a row [in], and the size of its words
PITCH, SIZE = 0.153, 6.6
ORDERS = ("strength", "year")
# whose curve is that of an N as light as it was asked for, and not level there
_OF_LIGHT = ("n_eff",)
PANELS = (("experiments", ("e", "mu", "tau", "solar")),
          ("astrophysics, cosmology; models", ("stars", "supernova", "cosmology")))
_TITLES = {k: v.text for k, v in _claims.KINDS.items()} | {"supernova": "supernovae"}
_COLORS = {k: v.color for k, v in _claims.KINDS.items()} | {"supernova": "0.35"}
_INK = "#A86E00"
_DEEP, _LIGHT = "#4C9ED0", "#CFE6F5"


class Rung(NamedTuple):
    """A row: its name, the published bound, and what munu computes of the same data."""

    label: str
    theirs: Limit | None
    ours: Limit | None

    @property
    def least(self) -> float:
        """The strongest bound of the row [mu_B]."""
        return min(value(x) for x in (self.theirs, self.ours) if x is not None)


@declared
def draw(order: Annotated[str, About("of the rows in a group", choices=ORDERS)] = "strength",
         superseded: Annotated[bool, About("also what a later paper replaced")] = False) -> Figure:
    """Draw the two ladders: experiments, and the sky with the models."""
    if order not in ORDERS:
        raise UnknownName("order of the ladder", order, ORDERS)
    rungs = _rungs(superseded)
    for group in rungs.values():
        group.sort(key=lambda r: (r.theirs.meta.get("year", 0) if r.theirs is not None else 3000)
                   if order == "year" else -r.least)
    models = _ranges.all_()
    counts = [sum(len(rungs[k]) + 1.6 for k in kinds if rungs[k]) for _, kinds in PANELS]
    counts[1] += len(models) + 1.6
    fig, axes = _style.new(11.0, PITCH * (max(counts) + 1) + 1.1, ncols=2)
    rows: list[dict] = []
    texts: list = []
    for ax, (title, kinds) in zip(axes, PANELS, strict=True):
        ax.set(xscale="log", xlim=X, ylim=(-max(counts) - 0.4, 0.6), xlabel=r"$\mu$ [$\mu_B$]")
        ax.set_title(title, fontsize=9.5)
        ax.set_yticks([])
        ax.tick_params(axis="y", which="both", left=False, right=False)
        for x in 10.0 ** np.arange(-22, -4, 2):
            ax.axvline(x, color="0.94", lw=0.6, zorder=0)
        y = 0.0
        for kind in kinds:
            if not rungs[kind]:
                continue
            texts.append(_title(ax, y, _TITLES[kind], _INK if kind == "stars" else _COLORS[kind]))
            for i, rung in enumerate(rungs[kind]):
                texts.append(_rung(ax, y - 1 - i, rung, _COLORS[kind], kind, rows))
            y -= len(rungs[kind]) + 1.6
        if ax is axes[1]:
            texts.append(_title(ax, y, "models, with what their own constraints leave", "#2B6A94"))
            for i, model in enumerate(models):
                texts.append(_model(ax, y - 1 - i, model, rows))
    _legend(axes[1])
    _style.stamp(fig, _style.STAMP + r";  $M_N=0$, effective moments;  90 % CL unless labelled")
    _labels.assert_no_overlap(fig, texts)
    found = [x for group in rungs.values() for r in group for x in (r.theirs, r.ours) if x]
    return Figure("ladder", fig, long_form(rows, {
        "group": "1", "name": "1", "kind": "1", "flavor": "1", "lower": "mu_B", "mu": "mu_B",
        "level": "1", "year": "yr", "checked": "1"}), _caption(superseded),
        tuple(dict.fromkeys((*(k for x in found for k in x.papers),
                             *(k for m in models for k in m.papers)))))


def value(x: Limit) -> float:
    """The bound at M_N = 0, or at the light end of a curve that is level there [mu_B]."""
    return atlas.quoted(x)[1]


def published(superseded: bool = False) -> list[Limit]:
    """Published limits that hold at M_N = 0."""
    found = []
    for x in atlas.published():
        _, size, strongest = atlas.quoted(x)
        gone = x.status.startswith("superseded") and not x.lower.any()
        if np.isfinite(size) and not strongest and (superseded or not gone):
            found.append(x)
    return found


def computed() -> dict[str, tuple[str, Limit]]:
    """Munu's own bounds at M_N = 0 by probe: the group that each belongs to, and the bound.

    Or at the light end of a curve that is level there.  Of the flavor of the published one where
    there is one, of stars and the sky nu_e, else the flavor that is seen best; universal where the
    Sun's neutrinos recoil.
    """
    seen: dict[str, dict[str, Limit]] = {}
    for flavor in ("universal", "e", "mu", "tau"):
        for nature in (None, *NATURES):
            for x in map(_lightest, atlas.bounds(flavor, nature)):
                _, mu, strongest = atlas.quoted(x)
                if np.isfinite(mu) and not strongest:
                    seen.setdefault(str(x.meta["probe"]), {}).setdefault(flavor, x)
    out = {}
    for probe, by in seen.items():
        theirs = [x for x in atlas.theirs(probe) if x.axis is None]
        single = {f: x for f, x in by.items() if f != "universal"}
        family = families.of(next(iter(by.values())))
        if theirs and _flavor(theirs[0]) in by:
            out[probe] = _claims.kind(theirs[0]), by[_flavor(theirs[0])]
        elif family in ("stars", "supernova", "cosmology"):
            out[probe] = family, by.get("e", next(iter(by.values())))
        elif len(single) == 3 and family == "recoils":
            out[probe] = "solar", by["universal"]
        else:
            best = min(single, key=lambda f: value(single[f]))
            out[probe] = best, single[best]
    return out


def _lightest(x: Limit) -> Limit:
    """Of some bounds that of the lightest N that they were computed for."""
    if x.meta["probe"] not in _OF_LIGHT or x.axis is None:
        return x
    return x.with_(axis=x.axis[:1], upper=x.upper[:1], lower=x.lower[:1], tips=(), again=None,
                   intervals=x.excluded[:1], systematic={})


def _flavor(x: Limit) -> str:
    """The flavor of a portal that is asked for beside a published limit; a star counts all."""
    return x.flavor if isinstance(x.flavor, str) else "e"


def _rungs(superseded: bool) -> dict[str, list[Rung]]:
    out: dict[str, list[Rung]] = {k: [] for _, kinds in PANELS for k in kinds}
    ours, theirs = computed(), published(superseded)
    names = {x.name for x in theirs}
    for x in theirs:
        probe, own = str(x.meta.get("probe")), None
        # the first of theirs is the collaboration's newest: ours stands beside that one
        if probe in ours and x.name == next(y.name for y in atlas.theirs(probe) if y.name in names):
            own = ours.pop(probe)[1]
        aged = "" if own is None else _mass(own, ", ours at") + (
            ", ours older" if own.meta["older"] else "")
        out[_claims.kind(x)].append(Rung(_claims.title(x, year=True) + aged, x, own))
    for kind, x in ours.values():
        nature = f", {x.nature.title()} $N$" if x.nature else ""
        aged = ", older" if x.meta["older"] else ""
        said = f"{x.meta['title']}{nature}{_mass(x, ', at')}{_claims.level(x)}{aged}"
        out[kind].append(Rung(said, None, x))
    return out


def _mass(x: Limit, word: str) -> str:
    """The mass of a bound that is not at 0."""
    M = atlas.quoted(x)[0]
    unit = "MeV" if 0.999 * MeV < M else "keV"
    return rf"{word} $M_N$ = {M / parse(f'1 {unit}'):.3g} {unit}" if M else ""


def _title(ax, y: float, text: str, color: str):
    return ax.text(X[0] * 1.6, y, text, fontsize=7.8, color=color, weight="bold", va="center")


def _rung(ax, y: float, rung: Rung, color: str, kind: str, rows: list[dict]):
    """One row; its words stand to the left of its strongest mark."""
    left = rung.least
    ax.plot([left, X[1]], [y, y], color=color, lw=0.5, alpha=0.35, zorder=1)
    for x, mine in ((rung.theirs, False), (rung.ours, True)):
        if x is None:
            continue
        mu, low = value(x), float(x.lower[0]) if x.axis is None else 0.0
        if low > 0:
            # the data prefer a moment
            ax.plot([low, mu], [y, y], color=color, lw=3.5, solid_capstyle="butt", zorder=3)
            left = min(left, low)
        else:
            hollow = x.status == "projection" or (not mine and x.checked == "no")
            edge = _INK if mine else color
            face = "white" if hollow else _style.ORANGE if mine else color
            ax.plot([mu], [y], "D" if mine else "o", ms=4.0 if mine else 4.2, mec=edge, mfc=face,
                    mew=0.9, zorder=5 if mine else 4)
        rows.append({"group": kind, "name": x.name, "kind": _what(x, low, mine),
                     "flavor": str(x.flavor), "lower": low, "mu": mu, "level": x.level or 0.0,
                     "year": float(x.meta.get("year", 0)), "checked": x.checked})
    return ax.annotate(rung.label, (left, y), xytext=(-5, 0), textcoords="offset points",
                       fontsize=SIZE, ha="right", va="center",
                       color=_INK if rung.theirs is None else "k")


def _what(x: Limit, low: float, mine: bool) -> str:
    if low > 0:
        return "preferred interval"
    who = "computed" if mine else "published"
    return f"{who}, sensitivity" if x.status == "projection" else who


def _model(ax, y: float, model: _ranges.Range, rows: list[dict]):
    """A bar to the greatest moment; dark up to where the mass stays natural."""
    low = max(model.low, X[0])
    exact = model.low > 0
    ax.barh(y, model.high - low, left=low, height=0.78, color=_DEEP if exact else _LIGHT, lw=0,
            zorder=2)
    if model.natural > low:
        ax.barh(y, model.natural - low, left=low, height=0.78, color=_DEEP, lw=0, zorder=3)
    rows += [{"group": "models", "name": model.name, "kind": what, "flavor": "", "lower": model.low,
              "mu": mu, "level": 0.0, "year": 0.0, "checked": ""}
             for what, mu in (("natural", model.natural), ("allowed", model.high))
             if np.isfinite(mu)]
    # where there is room: inside an open bar, else beside it
    at, side = (X[0], 1) if not exact else (low, -1) if low > _ROOM else (model.high, 1)
    return ax.annotate(model.label, (at, y), xytext=(5 * side, 0), textcoords="offset points",
                       fontsize=SIZE, va="center", ha="left" if side > 0 else "right",
                       color="k", zorder=6)


def _legend(ax) -> None:
    def mark(marker: str, face: str, edge: str, text: str):
        return Line2D([], [], ls="none", marker=marker, mfc=face, mec=edge, ms=4.5, label=text)

    handles: Sequence = [
        mark("o", "0.3", "0.3", "published"),
        mark("o", "white", "0.3", "published: sensitivity, or not checked"),
        mark("D", _style.ORANGE, _INK, "computed here"),
        mark("D", "white", _INK, "computed here: sensitivity"),
        Line2D([], [], color="0.3", lw=3.5, label="interval that the data prefer"),
        Patch(color=_DEEP, label="model: without tuning the mass of neutrinos"),
        Patch(color=_LIGHT, label="model: all that its constraints leave")]
    ax.legend(handles=handles, loc="lower left", fontsize=7)


def _caption(superseded: bool) -> str:
    return ("Bounds on the magnetic moment of neutrinos at M_N = 0 and what models make. Left: "
            "experiments by flavor; right: stars, supernovae, the early Universe, and models. What "
            "is solar, of one flavor or of a plasmon is each an effective moment of its own: rungs "
            "of one group compare, groups do not without a model. A computed one (diamond) stands "
            "in the row of the published one of the same data; of stars and the sky "
            "it is for nu_e alone, at the lightest N that was computed where the row says so. "
            f"Models: the greatest moment on a grid of their parameters up to couplings of 3; dark "
            "where the mass that comes along need not be tuned away (0.05 eV), light where the "
            "model's other constraints alone hold; left-right symmetry says nothing of the mass, "
            "and neither b to s gamma nor the LHC is in its constraints here; "
            f"the Standard Model with a lightest neutrino up to {_ranges.LIGHT * 1e6:g} eV. Curves "
            "against M_N that are not level at their light end are on the map. Older: the code or "
            "data that a computed one was made with have changed since."
            + ("" if superseded else " Superseded limits are left out but for XENON1T's interval."))
