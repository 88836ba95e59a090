"""What would have to be given up for an excluded point to be allowed, at the least.

A bound falls with any of its named assumptions, whatever holds instead.  Where munu knows what else
may hold (another core, the least T_RH that is followed), its own bounds are made again with that,
and those that exclude the point all the same are named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from munu._frozen import FrozenMap
from munu.atlas import assumptions, ours
from munu.atlas.verdict import Verdict, Verdicts, verdict
from munu.couplings import NATURES, Couplings, DipolePortal
from munu.errors import MunuError
from munu.flavors import Mixing
from munu.models.model import Model
from munu.probes.probe import Probe

Point = DipolePortal | Couplings | Model


@dataclass(frozen=True)
class GivenUp:
    """One assumption that is given up.

    Attributes
    ----------
    assumption : its name, of :data:`munu.atlas.assumptions.KNOWN`
    bounds : the bounds that exclude the point and rest on it
    instead : of munu's own among them: what else may hold, and which then exclude the point still
    """

    assumption: str
    bounds: tuple[str, ...]
    instead: Mapping[str, tuple[str, ...]] = field(default_factory=FrozenMap)


@dataclass(frozen=True)
class Revival:
    """What revives a point.

    Attributes
    ----------
    ways : the smallest sets of assumptions whose failure leaves no exclusion, those first that
        are the least certain; none where a bound rests on nothing that has a name
    standing : the bounds that rest on no named assumption
    """

    ways: tuple[tuple[GivenUp, ...], ...] = ()
    standing: tuple[str, ...] = ()


def cheapest(point: Point, found: Verdicts, mixing: Mixing | None = None) -> Revival:
    """The smallest sets of assumptions whose failure takes away all that excludes a point.

    Parameters
    ----------
    point : what was judged
    found : what :func:`munu.atlas.verdict` says of it
    mixing : that it was judged with
    """
    against: dict[str, Verdict] = {}
    for v in found:
        if v.excluded:
            against.setdefault(v.name, v)
    rests = {n: {r.name for r in v.rests} for n, v in against.items()}
    standing = tuple(n for n, names in rests.items() if not names)
    if standing or not against:
        return Revival((), standing)
    ways = _smallest(rests)
    made: dict[str, GivenUp] = {}
    for name in dict.fromkeys(n for way in ways for n in way):
        on = tuple(n for n, names in rests.items() if name in names)
        own = [p for p in ours.all_() if p.name in on and against[p.name].checked == "computed"]
        made[name] = GivenUp(name, on, _tried(name, own, point, mixing))
    return Revival(tuple(tuple(made[n] for n in way) for way in ways))


def _smallest(rests: Mapping[str, set[str]]) -> list[tuple[str, ...]]:
    """The smallest sets of names that meet the names of every bound, in the order of KNOWN."""
    names = [n for n in assumptions.KNOWN if any(n in held for held in rests.values())]
    for many in range(1, len(names) + 1):
        found = [way for way in combinations(names, many)
                 if all(held & {*way} for held in rests.values())]
        if found:
            return found
    return []


def _tried(name: str, own: list[Probe], point: Point, mixing: Mixing | None
           ) -> Mapping[str, tuple[str, ...]]:
    """What else may hold, and which of munu's own bounds then exclude the point still."""
    out: dict[str, tuple[str, ...]] = {}
    for probe in own:
        for value, options in others(probe, name):
            try:
                made = probe.remake(**{**probe.options, **options})  # type: ignore[misc]
                each = [verdict(p, [], mixing=mixing, computed=made) for p in _natures(point)]
            except MunuError:
                continue
            # where no nature is said, what both exclude
            still = all(any(v.excluded for v in found if v.kind == "limit") for found in each)
            out[value] = (*out.get(value, ()), *([probe.name] if still else ()))
    return FrozenMap(out)


def _natures(point: Point) -> list[Point]:
    """The point with each nature of N, where none is said."""
    if isinstance(point, DipolePortal) and point.nature is None:
        return [point.with_(nature=n) for n in NATURES]
    return [point]


def others(probe: Probe, name: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Other values of an assumption that a probe knows, each with the options that make it."""
    mine = {p.name: p.assumes for p in getattr(probe.remake, "parameters", ())}
    least = assumptions.KNOWN[name].least
    if least:
        yield least, {o: least for o, assumed in mine.items() if assumed == name}
        return
    for options in probe.variants.values():
        said = [o for o in options if mine.get(o)]
        if said and all(mine[o] == name for o in said):
            yield str(options[said[0]]), options
