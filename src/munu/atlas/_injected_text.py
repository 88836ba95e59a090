"""What an injection says of itself: rows, columns, one mapping, lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from munu import results
from munu.atlas import families
from munu.inference.injected import CARRIED
from munu.units import unit

if TYPE_CHECKING:
    from munu.atlas.inject import Injection
    from munu.inference.injected import Signature

#: significance below which a probe is neither shown nor cited
SEEN = 0.1
# vetoes that are shown
_SHOWN = 8
_EMPTY = {"discovers": None, "excludes": None, "seen": None, "against": None, "value": None,
          "edge": None, "margin": None, "events": None, "background": None, "carried_low": None,
          "carried_high": None, "axis": "", "axis_unit": "", "rests_on": ""}


def rows(x: Injection) -> list[dict[str, Any]]:
    """One mapping a probe, criterion or veto; exposures by the significance that they take."""
    levels = sorted({z for s in x.signatures for z, _ in s.exposures})
    blank = {**_EMPTY, **{_exposure(z): None for z in levels}}
    out = []
    for s in x.signatures:
        at = s.where
        factor = unit(s.axis.unit).factor if s.axis is not None else 1.0
        out.append({"name": s.name, "is": "signature", "family": s.family, "grade": s.grade,
                    "excluded": s.excluded, "level": s.level, **blank,
                    "discovers": s.discovers, "excludes": s.excludes, "seen": s.seen,
                    "against": s.against, "events": float(s.signal.sum()),
                    "background": float(s.background.sum()),
                    **({} if at is None or s.axis is None else {
                        "carried_low": at[0] / factor, "carried_high": at[1] / factor,
                        "axis": s.axis.name, "axis_unit": s.axis.unit}),
                    **{_exposure(z): t for z, t in s.exposures}})
    for c in x.criteria:
        out.append({"name": c.name, "is": "criterion", "family": c.family, "grade": c.grade,
                    "excluded": None if c.projection else c.passed, "level": c.level, **blank,
                    "value": c.value, "edge": c.edge, "margin": c.ratio, "axis": c.what,
                    "axis_unit": c.unit})
    for v in x.vetoes:
        out.append({"name": v.name, "is": "veto", "family": x.families[v.name],
                    "grade": v.checked, "excluded": v.excluded, "level": v.level, **blank,
                    "margin": v.margin, "rests_on": "; ".join(r.text for r in v.rests)})
    return [results.plain(r) for r in out]


def columns(x: Injection) -> results.Columns:
    """The rows as columns; what is not known is nan, or an empty word."""
    held = rows(x)
    words = {"name", "is", "family", "grade", "axis", "axis_unit", "rests_on"}
    out: dict[str, tuple[str, Any]] = {}
    for key in held[0] if held else ():
        many = [r[key] for r in held]
        if key in words:
            out[key] = ("1", [str(v or "") for v in many])
        elif key == "excluded":
            out[key] = ("1", ["" if v is None else str(v).lower() for v in many])
        else:
            out[key] = ("1", np.array([np.nan if v is None else float(v) for v in many]))
    return out


def as_dict(x: Injection) -> dict[str, Any]:
    """Everything, as JSON knows it."""
    prints = {}
    for s in x.signatures:
        prints[s.name] = {
            "axes": [{"name": a.name, "unit": a.unit, "edges": a.shown()} for a in s.axes],
            "signal": s.signal, "background": s.background, "noise": s.noise, "carries": s.carries}
    return results.plain(results.provenance(
        point=x.point, combined=x.combined, vetoed_by=[v.name for v in x.vetoed], rows=rows(x),
        fingerprints=prints, left_out=x.left_out,
        assumptions={s.name: s.assumptions for s in x.signatures}
        | {c.name: c.assumptions for c in x.criteria},
        citations=x.papers))


def lines(x: Injection) -> list[str]:
    """The tables for people."""
    out = [", ".join(f"{k} = {value}" for k, value in x.point.items()) + ", put in"]
    out += _signatures(x)
    told = [c for c in x.criteria if c.ratio > 1e-3]
    if told:
        wide = max(len(c.name) for c in told)
        out.append(f"{'criterion':<{wide}} {'value':>10} {'edge':>10}")
        out += [f"{c.name:<{wide}} {results.shown(c.value):>10} {results.shown(c.edge):>10}  "
                + (f"{c.unit}, " if c.unit != "1" else "")
                + ("within reach" if c.projection and c.passed else "out of reach" if c.projection
                   else "excluded" if c.passed else "allowed") for c in told]
    if x.vetoes:
        out += _vetoes(x)
    if x.left_out:
        out.append(f"left out: {len(x.left_out)} (--json says which and why)")
    if waiting := [k for k, why in x.left_out.items() if "nature is needed" in why]:
        out.append(f"of these wait for the nature of N: {', '.join(waiting)}; "
                   "say nature=dirac or nature=majorana")
    return [*out, f"cite: {', '.join(x.papers)}"]


def _signatures(x: Injection) -> list[str]:
    if not x.signatures:
        return ["no probe with a likelihood was asked"]
    levels = sorted({z for s in x.signatures for z, _ in s.exposures})
    told = [s for s in x.signatures if s.discovers >= SEEN]
    told = told or list(x.signatures[:3])
    wide = max(len(s.name) for s in told)
    out = [f"{'probe':<{wide}} {'Z seen':>7} {'Z out':>6} {'data':>6} {'events':>8} {'backgr.':>9} "
           + " ".join(f"{f'x for {z:g}':>9}" for z in levels) + "  where it tells"]
    for s in told:
        out.append(
            f"{s.name:<{wide}} {_z(s.discovers):>7} {_z(s.excludes):>6} {_z(s.seen):>6} "
            f"{s.signal.sum():>8.3g} {s.background.sum():>9.4g} "
            + " ".join(f"{_times(s.exposure(z)):>9}" for z in levels)
            + f"  {_where(s)}" + (" EXCLUDED" if s.excluded else ""))
    few = len(x.signatures) - len(told)
    if few:
        out.append(f"{few} more below {SEEN:g} sigma, or without a known background")
    both = {"data": "probes with data", "projections": "projections"}
    out.append("together: " + ", ".join(f"{x.combined[k]:.3g} sigma in {word}"
                                        for k, word in both.items()))
    out.append("Z seen: background alone is rejected if it is there; Z out: it is rejected if it "
               "is not; data: what was seen disfavors it by, below 0 where the best fit is larger")
    if any(s.excluded for s in told):
        out.append("EXCLUDED: by the limit of munu limit, profile, on what was seen")
    return [*out, f"x for: times the exposure; where it tells: {CARRIED:.0%} of what tells"]


def _vetoes(x: Injection) -> list[str]:
    held = x.vetoed
    told = held or x.vetoes[:3]
    wide = max(len(v.name) for v in told)
    out = [f"{'vetoed by' if held else 'no veto; closest':<{wide}} {'size/limit':>10}  rests on"]
    out += [f"{v.name:<{wide}} {results.shown(v.margin) if v.margin else '-':>10}  "
            + f"{families.TITLES[x.families[v.name]]}: "
            + ("; ".join(r.text for r in v.rests) or "no named assumption")
            for v in told[:_SHOWN]]
    if len(told) > _SHOWN:
        out.append(f"and {len(told) - _SHOWN} more")
    return out


def _exposure(z: float) -> str:
    return f"exposure_{z:g}_sigma"


def _z(z: float) -> str:
    return "-" if np.isnan(z) else f"{z:.2f}"


def _times(t: float) -> str:
    return "-" if np.isnan(t) else "never" if np.isinf(t) else f"{t:.3g}"


def _where(s: Signature) -> str:
    """The stretch of the axis that carries what tells, in its unit."""
    if s.where is None or s.axis is None:
        return "-"
    low, high = (v / unit(s.axis.unit).factor for v in s.where)
    return f"{low:.4g} to {high:.4g} {s.axis.unit if s.axis.unit != '1' else s.axis.name}"
