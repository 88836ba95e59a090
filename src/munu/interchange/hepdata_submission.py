"""Limits as a submission to HEPData: ``submission.yaml`` and one file a table.

A curve is a table of upper limits against M_N, observed and expected with its bands as errors.  A
region is a table a contour: its points in order, the first again at the end where it is closed.

Source : Hepdata2017
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from munu import _files, references
from munu.errors import DomainError
from munu.inference.record import Limit
from munu.inference.tell import projected
from munu.interchange import _folder
from munu.interchange._outlines import Outline, is_curve, outlines
from munu.results import CONVENTION_TEXT, provenance
from munu.units import MeV

#: where a table has no number: no limit there
NONE = "-"
_NAMES = {"mu": "|mu|, magnetic moment", "q": "q, electric charge", "r2": "<r^2>, charge radius"}
_PHRASES = {"mu": ("neutrino magnetic moment", "heavy neutral lepton"), "q": ("millicharge",),
            "r2": ("neutrino charge radius",)}
# of a name of a table, of where it stands
_LONG, _WHERE = 64, 256


def hepdata(limits: Limit | Sequence[Limit]) -> dict[str, str]:
    """The files of a submission by name.

    Parameters
    ----------
    limits : one or several, published or computed

    Returns
    -------
    dict
        ``submission.yaml`` and the tables, as YAML

    Raises
    ------
    DomainError
        Nothing was given.

    >>> from munu import atlas
    >>> sorted(hepdata(atlas.get("sn1987a_universal")))
    ['sn1987a_universal.yaml', 'submission.yaml']
    """
    many = [limits] if isinstance(limits, Limit) else list(limits)
    if not many:
        raise DomainError("there is no limit to write; give at least one")
    keys = tuple(dict.fromkeys(str(k) for x in many for k in x.papers))
    known = provenance()
    documents: list[dict[str, Any]] = [{
        "comment": f"Written by munu {known['version']}, data {known['data']}. Sizes are of "
                   f"{CONVENTION_TEXT}. '{NONE}': no limit. Papers: " + "; ".join(
                       f"{k} ({_where(k)})" for k in keys)}]
    files: dict[str, str] = {}
    for x in many:
        for label, description, table in _tables(x):
            name, file = _free(f"{x.name}{label}", files)
            documents.append({
                "name": name, "location": str(x.meta.get("where") or "computed")[:_WHERE],
                "description": description, "data_file": file,
                "keywords": [{"name": "phrases", "values": list(_PHRASES[x.parameter])}]})
            files[file] = _files.dump(table, sort_keys=False, width=100)
    return {"submission.yaml": "".join(
        "---\n" + _files.dump(d, sort_keys=False, width=100) for d in documents), **files}


def to_hepdata(limits: Limit | Sequence[Limit], folder: str | Path) -> Path:
    """Write the folder of a submission: new, empty, or an earlier one.  Raises DataError."""
    return _folder.save(folder, hepdata(limits), "submission.yaml", "submission")


def _free(name: str, files: Mapping[str, str]) -> tuple[str, str]:
    """A name that no other table has, and that of its file."""
    short = name[:_LONG - 3]
    for n in range(1, 1000):
        made = short if n == 1 else f"{short} {n}"
        file = "".join(c if c.isalnum() or c in "-_" else "_" for c in made) + ".yaml"
        if file not in files and file != "submission.yaml":
            return made, file
    raise DomainError(f"a thousand tables are named '{short}'; write them apart")


def _where(key: str) -> str:
    """DOI or arXiv number of a paper, or its title."""
    from re import search

    entry = references.bibtex(key) if key in references.bibliography() else getattr(
        references.known([key], ".")[0], "entry", "")
    for name, said in (("doi", "doi:"), ("eprint", "arXiv:")):
        if found := search(rf"\b{name}\s*=\s*[{{\"]+([^}}\"]+)", entry):
            return said + found[1]
    return references.about(key)


def _tables(x: Limit) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Label, description and table of everything that a limit holds."""
    said = _description(x)
    if x.signed:
        yield "", said, _interval(x)
        return
    if is_curve(x):
        yield "", said, _curve(x)
        return
    hoped = [] if x.expected is None else [("expected", x.expected)]
    for kind, one in ([] if projected(x) and hoped else [("observed", x)]) + hoped:
        kind = "expected" if projected(x) else kind
        found = outlines(one) if one.axis is not None else []
        for k, outline in enumerate(found, start=1):
            label = (f" {kind}" if hoped else "") + (f" {k}" if len(found) > 1 else "")
            yield label, f"{said} {_of(outline)}", _contour(x, outline, kind)


def _description(x: Limit) -> str:
    title = str(x.meta.get("title") or x.meta.get("label") or x.name)
    said = [f"{title}: {'computed' if x.ours else 'published'} limit on {_NAMES[x.parameter]}"]
    if x.along != x.parameter:
        said[0] += f" along {x.along}"
    if x.assumptions:
        said.append("Assumes: " + "; ".join(x.assumptions))
    if not x.ours:
        said.append(f"Read: {x.meta.get('how', 'unknown')}, certainty {x.certainty}, compared: "
                    f"{x.checked}")
    if x.meta.get("licence"):
        said.append(f"Licence: {x.meta['licence']}")
    return ". ".join(said) + "."


def _of(outline: Outline) -> str:
    """What a contour is, and where it ends."""
    M = outline.M_N / MeV
    said = "A closed contour, points in their order, the first again at the end; inside is " \
           "excluded." if outline.closed else \
        "An open line, points in their order; above it is excluded, or between its two edges " \
        "where it comes back."
    return f"{said} It was looked at from M_N = {M.min():.6g} to {M.max():.6g} MeV."


def _qualifiers(x: Limit, kind: str) -> list[dict[str, Any]]:
    flavor = x.flavor if isinstance(x.flavor, str) else ",".join(map(str, x.flavor))
    return [{"name": name, "value": value} for name, value in (
        ("Exclusion", kind), ("Neutrino flavor", flavor),
        ("Confidence level", "none, a criterion" if x.level is None else x.level),
        ("Statistic", x.statistic), ("Nature of N", x.nature or "any"),
        ("Convention", CONVENTION_TEXT if x.parameter == "mu" else x.convention),
        ("Status", x.status))]


def _number(value: float) -> float | str:
    return float(value) if np.isfinite(value) else NONE


def _values(values: Any) -> list[dict[str, Any]]:
    return [{"value": _number(v)} for v in np.atleast_1d(values)]


def _masses(M: np.ndarray | None) -> dict[str, Any]:
    return {"header": {"name": "M_N", "units": "MeV"},
            "values": _values(0.0 if M is None else M / MeV)}


def _dependent(x: Limit, name: str, values: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    return {"header": {"name": name, "units": x.unit}, "qualifiers": _qualifiers(x, kind),
            "values": values}


def _curve(x: Limit) -> dict[str, Any]:
    """Upper limits against the mass; what has no axis holds at 0."""
    name, f, made = f"Upper limit on {_NAMES[x.parameter]}", x.factor, []
    if not projected(x):
        made.append(_dependent(x, name, _values(x.upper / f), "observed"))
        if x.unconstrained is not None:
            made.append(_dependent(x, f"{name}, before its power constrains it",
                                   _values(x.unconstrained / f), "observed"))
        if x.lower.any():
            made.append(_dependent(x, f"Lower edge of {_NAMES[x.parameter]}, a signal is preferred",
                                   _values(x.lower / f), "observed"))
    if x.expected is not None or projected(x):
        middle = np.asarray(x if x.expected is None else x.expected) / f
        values = _values(middle)
        for label, band in x.bands.items():
            for k, value in enumerate(values):
                low, high = band[:, k] / f
                if np.isfinite([low, high, middle[k]]).all():
                    value.setdefault("errors", []).append({
                        "asymerror": {"minus": float(low - middle[k]),
                                      "plus": float(high - middle[k])}, "label": label})
        made.append(_dependent(x, name, values, "median expected"))
    return {"independent_variables": [_masses(x.axis)], "dependent_variables": made}


def _interval(x: Limit) -> dict[str, Any]:
    """Both edges of what is allowed, of a size with a sign; no mass."""
    made, f = [], x.factor
    flavor = x.flavor if isinstance(x.flavor, str) else ",".join(map(str, x.flavor))
    pairs = x.meta.get("intervals") or [(x.lower[0], x.upper[0])]
    for edge, k in (("Lower", 0), ("Upper", 1)):
        made.append(_dependent(x, f"{edge} edge of {_NAMES[x.parameter]}",
                               _values([p[k] / f for p in pairs]), "observed"))
    return {"independent_variables": [{"header": {"name": "Neutrino flavor"},
                                       "values": [{"value": str(flavor)} for _ in pairs]}],
            "dependent_variables": made}


def _contour(x: Limit, outline: Outline, kind: str) -> dict[str, Any]:
    """Points in their order; where the data end is said point by point, if anywhere."""
    again = [0] if outline.closed else []
    order = [*range(outline.M_N.size), *again]
    made = [_dependent(x, f"Edge of {_NAMES[x.parameter]}", _values(outline.size[order] / x.factor),
                       kind)]
    if outline.ends.any():
        made.append({"header": {"name": "What the point is"}, "qualifiers": _qualifiers(x, kind),
                     "values": [{"value": "end of the data, no bound" if outline.ends[k] else
                                 "bound"} for k in order]})
    return {"independent_variables": [_masses(outline.M_N[order])], "dependent_variables": made}
