"""The words under the map, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from munu.atlas import Line
from munu.atlas._added import Point
from munu.inference import region
from munu.plots import _map_bounds, _map_look
from munu.plots._map_bounds import GRID, Bound, Track
from munu.plots._map_content import Content
from munu.units import MeV, parse

_WORDS = {"e": "nu_e", "mu": "nu_mu", "tau": "nu_tau",
          "universal": "one moment for all flavors"}


def caption(content: Content, spots: Sequence[Point], models: Sequence[Line], relaxed: Any,
            missed: Sequence[str]) -> str:
    """One paragraph: what is drawn, how, and all that is not."""
    c = content
    nature = f"{c.nature} N" if c.nature else "what Dirac and Majorana N both exclude"
    out = [f"Bounds on the dipole portal, {_WORDS[c.flavor]}; {nature}. Toned: the union of all "
           "that stands. Bold: computed here, by class; thin: published; dashed: projections, "
           "which are no part of the union. A line ends where its data do; a ring: the counts of "
           "an experiment end, not what is excluded. Names at the left: the strongest bounds on a "
           "massless N. Sizes of bounds on another set of flavors are shared out by their flavor "
           "states."]
    if any(x.limit.systematic for x in c.drawn):
        out.append("Bands: between inputs of stars that are contested.")
    out += _levels([*c.drawn, *c.zero])
    out += _listed("Within others of their class, or within what is excluded, and not drawn",
                   _names(c.hidden))
    out += _listed("Of no name on the map for want of room", missed)
    older = [x.label for x in c.drawn if x.limit.meta.get("older")]
    out += _listed("Made before their code or data last changed", older)
    prefer = [_map_bounds.label(x) for x, why in c.silent if "prefers" in why]
    out += _listed("Left out, as their data prefer a signal", prefer)
    out += _listed(f"Left out, as they say nothing of {_WORDS[c.flavor]}", [
        x for x in dict.fromkeys(_map_bounds.label(x) for x, _ in c.silent) if x not in prefer])
    if c.old:
        out.append(f"Left out: {len(c.old)} that newer ones supersede.")
    out += _listed("Left out by wish", c.without)
    if relaxed:
        fell = [f"{x.label} ({'; '.join(x.fell)})" for x in c.faded]
        out.append(f"Given up: {getattr(relaxed, 'text', relaxed)}; "
                   + (f"what falls is faded: {', '.join(fell)}." if fell else "nothing falls."))
    out += [_spot(p, c) for p in spots]
    if models:
        told = [x.label + (f" ({x.meta['told']})" if x.meta.get("told") else "") for x in models]
        out.append(f"Bands: {'; '.join(told)}: what models say, not limits.")
    return " ".join(out).replace(r"\%", "%")


def short(contents: Sequence[Content], spots: Sequence[Point], models: Sequence[Sequence[Line]],
          relaxed: Any) -> str:
    """What a terminal says: what is drawn, each thing that was asked for, counts of the rest."""
    one = contents[0]
    nature = f"{one.nature} N" if one.nature else "what Dirac and Majorana N both exclude"
    out = [f"Bounds on the dipole portal, {', '.join(_WORDS[c.flavor] for c in contents)}; "
           f"{nature}. Toned: the union of all that stands. Bold: computed here; thin: published; "
           "dashed: projections."]
    for c in contents:
        of = f"{_WORDS[c.flavor]}: " if len(contents) > 1 else ""
        out.append(f"{of}{len(c.drawn)} drawn, {len(c.hidden)} within these; "
                   f"{len(c.silent)} limits say nothing of it.")
        out += [of + _spot(p, c) for p in spots]
        if relaxed:
            out += _listed(f"{of}Faded", _names(c.faded)) or [f"{of}Nothing falls."]
        out += _listed(f"{of}Added, but not of it", [
            f"{x.name} ({why})" for x, why in c.silent if x.name in c.added])
    out += _listed("Bands, what models say", dict.fromkeys(x.label for m in models for x in m))
    if older := {x.limit.name for c in contents for x in c.drawn if x.limit.meta.get("older")}:
        out.append(f"{len(older)} older than their code or data: munu map --recompute.")
    return " ".join(out).replace(r"\%", "%")


def _names(bounds: Iterable[Bound]) -> dict[str, None]:
    return dict.fromkeys(x.label for x in bounds)


def _listed(head: str, names: Iterable[str]) -> list[str]:
    held = list(names)
    return [f"{head}: {', '.join(held)}."] if held else []


def _levels(bounds: Sequence[Bound]) -> list[str]:
    none = [x.label for x in bounds if x.limit.level is None]
    levels = {x.limit.level for x in bounds if x.limit.level is not None}
    said = [f"{level:.0%}: " + ", ".join(_names(x for x in bounds if x.limit.level == level))
            for level in sorted(levels - {0.90})]
    if none:
        said.append("criteria or without a level: " + ", ".join(dict.fromkeys(none)))
    return ["Level 90%" + (f"; {'; '.join(said)}" if said else "") + "."]


def _spot(p: Point, c: Content) -> str:
    """Where a point lies: the bounds that exclude it, as the map has them."""
    M = p.M_N / MeV
    by = [x.label for x in (*c.drawn, *c.hidden, *c.zero) if not x.projected
          and region.contains(x.excluded(M), p.mu)]
    unit = next((u for u in ("GeV", "MeV", "keV", "eV") if parse(f"1 {u}") <= p.M_N), "eV")
    at = f"{p.label} (M_N = {p.M_N / parse(f'1 {unit}'):.3g} {unit}, mu = {p.mu:.3g} mu_B)"
    return f"{at} is excluded by {', '.join(by)}." if by else f"{at} is excluded by none of these."


def rows(content: Content, spots: Sequence[Point], models: Sequence[Line]) -> list[dict]:
    """The numbers in long form: bounds by their edges, the union, points and lines."""
    c, out = content, []
    for x in (*c.drawn, *c.hidden, *c.faded):
        kind = "faded" if x.fell else "projection" if x.projected else \
            "own" if x.family == "own" else "computed" if x.ours else "published"
        head = _head(x.limit.name, kind, x.family, c.flavor, x.limit.level)
        for k, line in enumerate(x.lines()):
            out += [_row(head, "bound", k, *point) for point in line]
    for x in c.zero:
        out.append(_row(_head(x.limit.name, "massless", x.family, c.flavor, x.limit.level), "bound",
                        0, 0.0, x.at_zero()))
    for k, t in enumerate(_map_bounds.tracks(GRID, c.union)):
        out += _outline(_head("union", "union", "", c.flavor, None), k, t)
    for p in spots:
        out.append(_row(_head(p.label, "point", "own", c.flavor, None), "", 0, p.M_N / MeV, p.mu))
    for m in models:
        head = _head(m.name, m.kind, "", str(m.flavor), None)
        for edge in ("lower", "upper"):
            out += [_row(head, edge, 0, at / MeV, u)
                    for at, u in zip(m.M_N, getattr(m, edge), strict=True) if np.isfinite(u)]
    return out


def _outline(head: dict, part: int, t: Track) -> list[dict]:
    """Both edges of one part of the union; an edge that only ends the data says so."""
    out = []
    for edge in ("low", "high"):
        values, is_ = getattr(t, edge), getattr(t, f"{edge}_is")
        out += [_row(head, edge if b else f"{edge} (end of the data)", part, m, u)
                for m, u, b in zip(t.M, values, is_, strict=True) if np.isfinite(u)]
    return out


def _head(name: str, kind: str, family: str, flavor: str, level: float | None) -> dict:
    return {"name": name, "kind": kind, "class": family, "flavor": flavor, "level": level or 0.0}


def _row(head: dict, edge: str, part: int, M: float, mu: float) -> dict:
    return {**head, "edge": edge, "part": part, "M_N": float(M), "mu": float(mu),
            "d": float(mu * _map_look.PER_GEV)}

