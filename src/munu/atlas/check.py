"""A point held against all limits: what excludes it, on what that rests, what would revive it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from munu import references, results
from munu._guard import called
from munu.atlas import cheapest as searched
from munu.atlas.answer import in_unit
from munu.atlas.cheapest import Point, Revival
from munu.atlas.verdict import Verdict, verdict
from munu.flavors import Mixing
from munu.models import Model

# verdicts of limits that allow the point, shown to people
_SHOWN = 5


@dataclass(frozen=True, eq=False, kw_only=True)
class Check:
    """The verdict on a point; plain data, which a worker may send home.

    Attributes
    ----------
    point : what was asked, as words
    verdict : what each limit says, those that exclude first, the strictest first
    revival : the fewest assumptions whose failure leaves no exclusion
    not_compared : names of limits that could not be compared, and why
    """

    point: Mapping[str, Any]
    verdict: tuple[Verdict, ...]
    revival: Revival = field(default_factory=Revival)
    not_compared: Mapping[str, str] = field(default_factory=dict)

    @property
    def excluded(self) -> bool:
        """Whether any limit excludes the point."""
        return bool(self.against)

    @property
    def against(self) -> tuple[Verdict, ...]:
        """The verdicts that exclude it."""
        return tuple(v for v in self.verdict if v.excluded)

    @property
    def papers(self) -> tuple[str, ...]:
        """Whom to cite: of what excludes the point, or of the limit that is closest to it."""
        held = self.against or self.verdict[:1]
        return tuple(dict.fromkeys(k for v in held for k in v.papers))

    def bibtex(self) -> str:
        """Their entries."""
        return "\n\n".join(references.bibtex(k) for k in self.papers)

    def as_dict(self) -> dict[str, Any]:
        """The check as ``munu check --json`` prints it."""
        return results.plain(results.provenance(
            point=self.point, excluded=self.excluded, verdict=self.rows(),
            cheapest=[[{"assumption": g.assumption, "bounds": g.bounds, "instead": [
                {"value": x, "still_excluded_by": still} for x, still in g.instead.items()]}
                for g in way] for way in self.revival.ways],
            resting_on_none=self.revival.standing, not_compared=self.not_compared,
            citations=self.papers, bibtex={k: references.bibtex(k) for k in self.papers}))

    def rows(self) -> list[dict[str, Any]]:
        """A row a limit."""
        return [{"name": v.name, "kind": v.kind, "excluded": v.excluded,
                 "margin": results.plain(v.margin), "level": v.level, "statistic": v.statistic,
                 "rests_on": list(dict.fromkeys(r.name for r in v.rests)),
                 "assumptions": list(v.assumptions), "certainty": v.certainty,
                 "checked": v.checked, "papers": list(v.papers)} for v in self.verdict]

    def __repr__(self) -> str:
        by = ", ".join(v.name for v in self.against)
        return f"<Check: {'excluded by ' + by if by else 'not excluded'}; " \
               f"{len(self.verdict)} limits compared, {len(self.not_compared)} not>"

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    def _repr_html_(self) -> str:
        return results.html(repr(self).strip("<>"), [
            {k: ", ".join(x) if isinstance(x, list) else x for k, x in row.items()
             if k != "assumptions"} for row in self.rows()])


@called
def check(point: Point, *, mixing: Mixing | None = None, about: Mapping[str, Any] | None = None
          ) -> Check:
    """Hold a point against all published limits that stand and all that munu computes.

    Parameters
    ----------
    point : DipolePortal, Couplings or a point of a Model
    mixing : of the Sun and of moments among the light neutrinos, default NuFIT 6.0 NO
    about : what to say of the point

    Raises
    ------
    DomainError

    >>> from munu.couplings import Couplings
    >>> check(Couplings.majorana(emu=1e-11)).excluded
    True
    """
    found = verdict(point, mixing=mixing)
    return Check(point=dict(about or _said(point)), verdict=tuple(found),
                 revival=searched.cheapest(point, found, mixing), not_compared=found.unsaid)


def _said(point: Point) -> dict[str, Any]:
    """What a point is: of a model what was given otherwise than its default, with its units."""
    if not isinstance(point, Model):
        return {"point": repr(point)}
    said: dict[str, Any] = {"model": point.name}
    for f in fields(point):
        value, word = in_unit(f, getattr(point, f.name)), f.metadata["unit"]
        default: Any = f.default
        if not np.array_equal(getattr(point, f.name), default):
            said[f.name] = value if word in ("", "1") else f"{results.shown(value)} {word}"
    return said


def _lines(x: Check) -> list[str]:
    """The table for people."""
    out = [", ".join(f"{k} = {value}" for k, value in x.point.items())
           + (": excluded" if x.excluded else ": not excluded")]
    told = x.against or x.verdict[:_SHOWN]
    wide = max((len(v.name) for v in told), default=0)
    if told:
        out.append(f"{'excluded by' if x.excluded else 'closest':<{wide}} {'size/limit':>11} "
                   f"{'level':>9}  rests on")
    out += [f"{v.name:<{wide}} {results.shown(v.margin) if v.margin else '-':>11} "
            f"{'criterion' if v.level is None else f'{v.level:.0%}':>9}  {_rests(v)}"
            for v in told]
    out += _revived(x.revival) if x.excluded else []
    if x.not_compared:
        out.append(f"not compared: {len(x.not_compared)} (--json says which and why)")
    # what decides most points of the plane may be among these
    if waiting := [k for k, why in x.not_compared.items() if why.startswith("nature is needed")]:
        out.append(f"of these wait for the nature of N: {', '.join(waiting)}; "
                   "say nature=dirac or nature=majorana")
    return [*out, f"cite: {', '.join(x.papers) or '-'}   (--bibtex)"]


def _rests(v: Verdict) -> str:
    if v.kind == "constraint":
        return "constraint of the model" + ("" if v.excluded or v.margin <= 1 else
                                            ", which does not exclude")
    names = [r.text for r in v.rests] or ["no named assumption"]
    return "; ".join(names) + ("" if v.checked == "computed" else f" (published, {v.statistic})")


def _revived(x: Revival) -> list[str]:
    """The cheapest ways, and what else was tried in place of each assumption."""
    if not x.ways:
        return [f"no assumption revives it: {', '.join(x.standing)} rest"
                f"{'' if len(x.standing) > 1 else 's'} on none that has a name"]
    names = [" and ".join(g.assumption for g in way) for way in x.ways]
    out = ["allowed if this fails: " + ", or ".join(names)]
    for g in {g.assumption: g for way in x.ways for g in way}.values():
        out.append(f"  without {g.assumption}: no word of {', '.join(g.bounds)}")
        for still in dict.fromkeys(g.instead.values()):
            # a variant may have a comma in its name
            values = " or ".join(x for x, held in g.instead.items() if held == still)
            out.append(f"    {g.assumption} {values}: " + (
                f"{', '.join(still)} exclude{'' if len(still) > 1 else 's'} it still" if still
                else "none of munu's own excludes it"))
    return out
