"""A limit for people: a row a mass, what it has besides, published values beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# published values that are written out; more are summed up
_SHOWN = 12


def lines(found, data: Mapping[str, Any]) -> list[str]:
    """The table."""
    from munu.inference.tell import projected, shown

    none = None if projected(found) else float("inf")
    of = "" if found.flavor is None else f", flavor {found.flavor}"
    of += "" if found.nature is None else f", {found.nature}"
    out = [f"{found.meta['title']}: {_head(found)} on {found.along} "
           f"[{found.unit}]{_by(found)}{of}",
           f"{'M_N [MeV]':>12} {'limit':>11} {'expected':>11} {'best fit':>11}"]
    for row in data["limits"]:
        cells = [none if row[found.parameter] is None else row[found.parameter],
                 row["expected"], row["best_fit"]]
        mass = "-" if row["M_N_MeV"] is None else f"{row['M_N_MeV']:.6g}"
        out.append(f"{mass:>12} " + " ".join(f"{shown(c):>11}" for c in cells))
        out += _details(row)
    return [*out, f"status: {found.solver}", *published(data["published"]),
            f"convention: {data['convention']}; assumes {'; '.join(found.assumptions)}",
            f"cite: {', '.join(found.papers)}   (munu cite {data['configuration']['probe']})"]


def _head(found) -> str:
    from munu.inference.tell import level

    return f"limit by {found.statistic}" if found.level is None else f"{level(found)} limit"


def _by(found) -> str:
    # of ours: the number that it is held to was published, not the limit
    word = {"published": "held to a published number"}.get(found.statistic, found.statistic)
    return "" if found.level is None else f", {word}"


def _details(row: Mapping[str, Any]) -> list[str]:
    """What one mass has besides: islands, allowed intervals, variants."""
    from munu.inference.tell import shown

    def span(pair) -> str:
        low, high = pair
        return f"[{'..' if low is None else shown(low)}, {'..' if high is None else shown(high)}]"

    said = []
    islands = [p for p in row["excluded"] if p[0] is not None and p[1] is not None]
    if row.get("lower") and not islands and "intervals" not in row:
        said.append(f"lower edge: {shown(row['lower'])}")
    if islands and "intervals" not in row:
        said.append("excluded: " + ", ".join(span(p) for p in row["excluded"]))
    if row.get("unconstrained") not in (None, row.get("mu")):
        said.append(f"before its power held it: {shown(row['unconstrained'])}")
    for name, word in (("intervals", "allowed"), ("expected_intervals", "expected")):
        if row.get(name):
            said.append(f"{word}: " + ", ".join(span(p) for p in row[name]))
    if row.get("systematic"):
        said.append("systematic: " + ", ".join(f"{k} {shown(x)}"
                                               for k, x in row["systematic"].items()))
    return [" " * 13 + text for text in said]


def published(theirs: list[dict[str, Any]]) -> list[str]:
    """Published values and how ours stands to each."""
    from munu.inference.tell import shown

    out = []
    for x in theirs[:_SHOWN]:
        level = "criterion" if x["level"] is None else f"{100 * x['level']:g} %"
        at = "" if x["M_N_MeV"] in (None, 0) else f" at {x['M_N_MeV']:.6g} MeV"
        out.append(f"published: {x['name']} {shown(x['value'])} {x['unit']}{at}, {level}, "
                   f"{x['statistic']}, flavor {x['flavor']} ({', '.join(x['papers'])})"
                   + "".join(f", {k}={y}" for k, y in x["options"].items()) + "; "
                   f"ours/theirs {x['ratio']:.3g}")
    if len(theirs) > _SHOWN:
        ratios = [x["ratio"] for x in theirs]
        out.append(f"published: {len(theirs)} values in all, ours/theirs {min(ratios):.3g} to "
                   f"{max(ratios):.3g}; all: --json")
    return out
