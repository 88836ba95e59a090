"""What a limit says of itself: one mapping, rows, columns, a line, a small table."""

from __future__ import annotations

from typing import Any

import numpy as np

from munu import results
from munu.inference.record import Limit
from munu.inference.region import Intervals
from munu.results import CONVENTION_TEXT, plain, provenance
from munu.units import MeV


def shown(x: float | None) -> str:
    """A number for people, a stroke where there is none."""
    return "-" if x is None else results.shown(x)


def edges(intervals: Intervals, factor: float) -> list[list[float | None]]:
    """Excluded intervals as pairs in the limit's unit; null where an edge is no bound."""
    return [[None if x is None else x / factor for x in i.bound] for i in intervals]


def projected(x: Limit) -> bool:
    """Whether it is one of ours that nobody has looked for: it has no observed limit."""
    return x.ours and x.status == "projection" and x.meta.get("grade") == "sensitivity"


def row(x: Limit, k: int) -> dict[str, Any]:
    """One mass of a limit, sizes in its unit; a projection has no observed limit."""
    f, seen = x.factor, not projected(x)
    hoped = x.expected if seen or x.expected is not None else x
    out: dict[str, Any] = {
        "M_N_MeV": None if x.axis is None else float(x.axis[k] / MeV),
        x.parameter: float(x.upper[k] / f) if seen else None,
        "lower": float(x.lower[k] / f) if seen else None,
        "expected": None if hoped is None else float(hoped.upper[k] / f),
        "best_fit": None if x.best_fit is None or not seen else float(x.best_fit[k] / f),
        "excluded": edges(x.excluded[k], f)}
    for name, band in x.bands.items():
        out["expected_" + name.replace(" ", "")] = [float(b) / f for b in band[:, k]]
    if x.unconstrained is not None and seen:
        out["unconstrained"] = float(x.unconstrained[k] / f)
    if x.meta.get("toy_error") is not None:
        out["toy_error"] = float(x.meta["toy_error"][k])
    if x.systematic:
        made = x.envelope()
        out["systematic"] = {n: float(v.upper[k] / f) for n, v in x.systematic.items()}
        out["envelope"] = {"low": float(made["low"][k]) / f, "low_by": made["low_by"][k],
                           "high": float(made["high"][k]) / f, "high_by": made["high_by"][k]}
    for name in ("intervals", "expected_intervals") if seen else ("expected_intervals",):
        if x.meta.get(name) is not None:
            out[name] = [[a / f, b / f] for a, b in x.meta[name]]
    return out


def rows(x: Limit) -> list[dict[str, Any]]:
    """One mapping a mass."""
    return [row(x, k) for k in range(x.upper.size)]


def header(x: Limit) -> dict[str, Any]:
    """All but the rows."""
    return provenance(
        probe=x.name, grade=x.meta.get("grade"), parameter=x.parameter, along=x.along,
        unit=x.unit, level=x.level, statistic=x.statistic, flavor=x.flavor, nature=x.nature,
        convention=CONVENTION_TEXT if x.parameter == "mu" else x.convention, status=x.solver,
        seed=x.seed, toys=x.meta.get("toys"), bands=x.meta.get("bands"),
        assumptions=x.assumptions, citations=list(x.papers),
        **{k: x.meta[k] for k in ("members", "strongest", "power")
           if x.meta.get(k) is not None})


def as_dict(x: Limit) -> dict[str, Any]:
    """Everything, as JSON knows it."""
    return plain(header(x) | {"limits": rows(x)})


def beside(x: Limit) -> dict[str, Any]:
    """What the rows hold and no column can: intervals and variants, a list a mass."""
    made = rows(x)
    out: dict[str, Any] = {name: [r[name] for r in made] for name in (
        "excluded", "systematic", "envelope", "intervals", "expected_intervals")
        if name in made[0]}
    # where a size is excluded from the limit on, the column says it
    column = "expected" if projected(x) else x.parameter
    if all(r["excluded"] in ([], [[r[column], None]]) for r in made):
        del out["excluded"]
    return out


def columns(x: Limit) -> dict[str, tuple[str, Any]]:
    """Columns of a table: masses, the limit, its other edge, what was expected.

    A projection has what is expected alone.
    """
    f, out = x.factor, {}
    if x.axis is not None:
        out["M_N"] = ("MeV", x.axis / MeV)
    seen = not projected(x)
    if seen:
        out[x.parameter] = (x.unit, x.upper / f)
    if seen and x.unconstrained is not None:
        out["unconstrained"] = (x.unit, x.unconstrained / f)
    if seen and x.lower.any():
        out["lower"] = (x.unit, x.lower / f)
    if seen and x.best_fit is not None:
        out["best_fit"] = (x.unit, x.best_fit / f)
    if x.expected is not None or not seen:
        out["expected"] = (x.unit, np.asarray(x if x.expected is None else x.expected) / f)
    for name, band in x.bands.items():
        low, high = band / f
        out |= {f"expected_{name.replace(' ', '')}_low": (x.unit, low),
                f"expected_{name.replace(' ', '')}_high": (x.unit, high)}
    return out


def level(x: Limit) -> str:
    """The level in words."""
    return "criterion" if x.level is None else f"{100 * x.level:.10g} %"


def how(x: Limit) -> str:
    """Level and statistic in words; a criterion has no level, a union has those of its members."""
    each = [(m["level"], m["statistic"]) for m in x.meta.get("members", ())] or \
        [(x.level, x.statistic)]
    return " and ".join(dict.fromkeys(s if p is None else f"{100 * p:.10g} %, {s}"
                                      for p, s in each))


def said(x: Limit) -> str:
    """One line: what is bounded, at which level, in which unit."""
    n, f = x.upper.size, x.factor
    what = x.parameter if x.along == x.parameter else f"{x.parameter} along {x.along}"
    of = "" if x.flavor is None else f", flavor {x.flavor}"
    of += "" if x.nature is None else f", {x.nature}"
    masses = "" if x.axis is None or n == 1 else \
        f", at {n} masses from {shown(x.axis.min() / MeV)} to {shown(x.axis.max() / MeV)} MeV"
    what = f"expected {what}" if projected(x) else what
    if x.signed:
        pieces = x.meta.get("intervals") or [(x.lower[0], x.upper[0])]
        size = f"{what} in " + " or ".join(f"[{shown(a / f)}, {shown(b / f)}]" for a, b in pieces)
    elif np.isinf(x.upper).all():
        size = f"no limit on {what}: {x.solver}; unit" if x.solver else f"{what} < inf"
    elif n == 1:
        size = f"{what} < {shown(x.upper[0] / f)}"
    else:
        size = f"{what} < {shown(x.upper.min() / f)} {x.unit} or weaker"
        return f"<Limit {x.name}: {size}{masses}, {how(x)}{of}>"
    return f"<Limit {x.name}: {size} {x.unit}{masses}, {how(x)}{of}>"


def html(x: Limit, most: int = 12) -> str:
    """A small table for a notebook."""
    held = columns(x)
    n = x.upper.size
    at = range(n) if n <= most else [*range(most // 2), *range(n - most // 2, n)]
    table = [{f"{k} [{u}]": float(v[i]) for k, (u, v) in held.items()} for i in at]
    rest = "" if len(at) == n else f"; {len(at)} masses of {n}"
    return results.html(said(x).strip("<>") + rest, table)
