"""What the page knows: bounds, lines of models, papers, as plain JSON.

Sizes are mu [mu_B] of L = (1/2) mu nubar sigma.F N, masses M_N [MeV], both to six digits; the file
of a published limit is there as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from munu import _data, constants, flavors, references
from munu.atlas import assumptions, families, lines, own, quote
from munu.atlas.published import published
from munu.inference.record import Limit
from munu.results import CONVENTION_TEXT, plain, provenance
from munu.site import _shapes
from munu.units import GeV, MeV, per_unit

FLAVORS = (*flavors.NAMES, "universal")
NATURES = (None, "dirac", "majorana")
# the formulas that stand in labels, piece by piece
_FORMULA = {r"\nu": "ν", r"\mu": "μ", r"\tau": "τ", r"\gamma": "γ", r"\bar": "", "^4": "⁴",
            "{": "", "}": ""}
_PIECE = re.compile(r"\\[a-z]+|\^4|.", re.DOTALL)
# what the header of a published limit says besides what the record does
_TOLD = ("where", "how", "via", "error", "experiment", "year", "channel", "quantity", "probe",
         "checked_in", "note", "licence", "effective")


@lru_cache(maxsize=1)
def atlas() -> dict[str, Any]:
    """The first data block of the page."""
    mine = {(f, n): own.bounds(f, n) for f in FLAVORS for n in NATURES}
    held = [_published(x) for x in published()] + _computed(mine)
    drawn = list(_lines())
    keys = sorted({k for x in (*held, *drawn) for k in x["papers"]})
    return plain(provenance(
        convention=CONVENTION_TEXT, digits=_shapes.DIGITS, flavors=list(FLAVORS),
        mu_B_per_GeV=float(constants.value("mu_B") * GeV),
        families=[{"name": n, "title": families.TITLES[n], "hue": families.HUES[n]}
                  for n in (*families.FAMILIES, families.OWN)],
        assumptions=[{"name": n, "about": a.about, "unit": a.unit, "words": list(a.words)}
                     for n, a in assumptions.KNOWN.items()],
        bounds=held, lines=drawn,
        bibliography={k: references.bibtex(k) for k in keys}))


def ecsv(bound: dict[str, Any], flavor: str) -> str:
    """The file that the page gives of a bound: the published one as it is, ours made of rows.

    The script ``files.js`` writes the same text.
    """
    if "file" in bound:
        return str(bound["file"])
    shape = bound["on"][flavor]
    rows = [[0.0, *i] for i in shape.get("zero", ())] + \
        [row for r in shape["regions"] for row in r["rows"]]
    meta = {k: bound[k] for k in ("name", "title", "kind", "grade", "level", "statistic", "nature",
                                  "assumptions")} | {"flavor": flavor, "citations": bound["papers"]}
    head = ["%ECSV 1.0", "---", "delimiter: ','", "datatype:",
            "- {name: M_N, unit: MeV, datatype: float64, description: mass of N}",
            "- {name: mu, unit: mu_B, datatype: float64, description: edge of what is excluded}",
            "- {name: edge, unit: '1', datatype: string, description: 'lower, upper, or end: "
            "that of what was computed'}", "meta:"]
    head += [f"  {k}: {json.dumps(v, ensure_ascii=False)}" for k, v in meta.items()]
    out = []
    for M, low, high, *flags in rows:
        flag = flags[0] if flags else 0
        out.append(f"{M!r},{low!r},{'end' if flag & 1 else 'lower'}")
        if high is not None:
            out.append(f"{M!r},{high!r},{'end' if flag & 2 else 'upper'}")
    return "".join(f"# {x}\n" for x in head) + "M_N,mu,edge\n" + "\n".join(out) + "\n"


def worded(label: str) -> str:
    r"""A label of a figure as plain text.

    >>> worded(r"SK atm. $\nu_\mu$"), worded("BBN $^4$He")
    ('SK atm. ν_μ', 'BBN ⁴He')
    """
    plain_ = "".join(_FORMULA.get(x, x) for x in _PIECE.findall(label))
    return plain_.replace("$", "")


def _rests(x: Limit) -> list[dict[str, Any]]:
    """The named assumptions of a bound; a number is in the unit of that assumption."""
    return [{"name": r.name, "text": r.text, "value": r.value if not isinstance(r.value, float)
             else per_unit(r.value, assumptions.KNOWN[r.name].unit)} for r in assumptions.rests(x)]


def _published(x: Limit) -> dict[str, Any]:
    fit, said = flavors.mixing(), _shapes.of(x)
    kind = {"standing": "published", "projection": "projection"}.get(x.status, "superseded")
    return {"id": x.name, "name": x.name, "title": worded(x.meta["label"]), "kind": kind, "ours": False,
            "family": families.of(x), "rests": _rests(x), "status": x.status, **quote.facts(x),
            **{k: x.meta[k] for k in _TOLD if x.meta.get(k) is not None},
            "quoted": quote.said(x), "shape": said,
            "on": {f: said if isinstance(said, str) else _shapes.on(x, f, fit) for f in FLAVORS},
            "file": (_data.ROOT / "limits" / f"{x.name}.ecsv").read_text("utf-8")}


def _computed(mine: dict[tuple[str, str | None], list[Limit]]) -> list[dict[str, Any]]:
    """Ours, one entry for a probe and a nature: what holds for both stands once."""
    made: dict[str, dict[str, Any]] = {}
    for (flavor, nature), found in mine.items():
        both = {x.name for x in mine[flavor, None] if x.meta.get("both")}
        for x in found:
            if nature is not None and x.name not in both:
                continue
            word = nature or ("both" if x.meta.get("both") else x.nature)
            # a published one may have the name of the probe
            name = f"munu.{x.name}.{word}" if word else f"munu.{x.name}"
            kind = "projection" if x.status == "projection" else "computed"
            entry = made.setdefault(name, {
                "id": name, "name": x.name, "title": worded(x.meta["title"]), "kind": kind, "ours": True,
                "family": families.of(x), "rests": _rests(x), "status": x.status, **quote.facts(x), "nature": nature or x.nature,
                "both": bool(x.meta.get("both")), "grade": x.meta.get("grade"),
                "older": bool(x.meta.get("older")), "certainty": "", "checked": "computed",
                "probe": x.meta.get("probe"), "on": {}, "quoted_on": {}})
            entry["on"][flavor] = _shapes.of(x)
            entry["quoted_on"][flavor] = quote.said(x)
    return list(made.values())


def _lines() -> Iterable[dict[str, Any]]:
    """What models say, and where masses stay natural: no limits."""
    made = [lines.naturalness_line(f, Lambda="1TeV", label=f"natural at 1 TeV, {word}")
            for f, word in (("talk_a", "one loop"), ("voloshin", "Voloshin's symmetry"))]
    made.append(lines.model_line("leptoquark", m_LQ=("1TeV", "3TeV"), y1=0.05, y2=1.0,
                                 label="leptoquark, 1 to 3 TeV, y1 y2 = 0.05"))
    for x in made:
        good = np.isfinite(x.upper) & (x.upper > 0)
        yield {"id": f"line.{x.name}", "title": x.label, "kind": x.kind, "flavor": x.flavor,
               "papers": list(x.papers),
               "rows": [[_shapes.rounded(m / MeV), _shapes.rounded(a), _shapes.rounded(b)]
                        for m, a, b in zip(x.M_N[good], x.lower[good], x.upper[good],
                                           strict=True)]}
