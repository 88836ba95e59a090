"""A model at one point: what it says, what its own constraints and all limits say of that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

import numpy as np

from munu import results
from munu.atlas._answer_text import lines
from munu.atlas.verdict import Verdict, Verdicts, verdict
from munu.errors import DomainError
from munu.models import Constraint, Model, get
from munu.units import unit

_CHECKED = ("mu", "m_nuN", "tuning", "delta_a_mu")



@dataclass(frozen=True, eq=False, kw_only=True)
class Answer:
    """Everything that is known of one point; plain data, which a worker may send home.

    Attributes
    ----------
    model : name
    parameters : name to ``value`` in its ``unit``, and ``about``
    said : answers by name, as of ``Model.answers()``; None where the model says nothing
    constraints : what the model itself must obey
    verdict : what limits say, published and computed, the strictest first
    not_compared : names of limits that could not be compared, and why
    papers : keys of the model's papers
    notes : why something is missing
    unsaid : what the model bears on and no constraint asks
    """

    model: str
    parameters: Mapping[str, Mapping[str, Any]]
    said: Mapping[str, Any]
    constraints: tuple[Constraint, ...]
    verdict: tuple[Verdict, ...]
    papers: tuple[str, ...]
    notes: tuple[str, ...] = ()
    not_compared: Mapping[str, str] = field(default_factory=dict)
    unsaid: tuple[str, ...] = ()

    @property
    def asked(self) -> list[Verdict]:
        """The limits that reach this point."""
        return [x for x in self.verdict if x.excluded or x.margin > 0]

    @property
    def closest(self) -> Verdict | None:
        """The strictest limit that does not exclude it."""
        return next((x for x in self.asked if not x.excluded and x.margin < 1), None)

    @property
    def excluded(self) -> bool:
        """Whether a limit or a constraint speaks against it."""
        return any(x.excluded for x in self.verdict) or any(x.excludes for x in self.constraints)

    @property
    def citations(self) -> tuple[str, ...]:
        """Papers of the model, of its constraints and of what excludes it."""
        return tuple(dict.fromkeys([
            *self.papers, *(x.source for x in self.constraints if x.source),
            *(k for x in self.verdict if x.excluded for k in x.papers)]))

    def as_dict(self) -> dict[str, Any]:
        """The point as ``munu model --json`` prints it."""
        return results.plain(results.provenance(
            model=self.model, **self.said, constraints=[_constraint(x) for x in self.constraints],
            verdict=[{k: getattr(x, k) for k in (
                "name", "margin", "level", "statistic", "assumptions", "certainty", "checked",
                "papers")} for x in self.verdict if x.excluded],
            limits_asked=len(self.asked), not_compared=self.not_compared, excluded=self.excluded,
            parameters=self.parameters, notes=self.notes, unsaid=self.unsaid,
            citations=self.citations))

    def rows(self) -> list[dict[str, Any]]:
        """A row a constraint and a limit that reaches the point."""
        return [{"kind": "constraint", "name": x.observable, "predicted": results.plain(
                     x.predicted), "low": results.plain(x.low), "high": results.plain(x.high),
                 "margin": None, "excluded": bool(x.excludes), "papers": x.source}
                for x in self.constraints] + [
                {"kind": "limit", "name": x.name, "predicted": None, "low": None, "high": None,
                 "margin": x.margin, "excluded": x.excluded, "papers": ",".join(x.papers)}
                for x in self.asked]

    def columns(self) -> results.Columns:
        """The rows as columns; a number that is not there is nan, several are text."""
        held = self.rows()
        numbers = {k: [_number(x[k]) for x in held] for k in ("predicted", "low", "high", "margin")}
        words = {k: [str(x[k] or "-") for x in held] for k in ("kind", "name", "papers")}
        return {"kind": ("", words["kind"]), "name": ("", words["name"]),
                **{k: ("1", x) for k, x in numbers.items()},
                "excluded": ("", ["yes" if x["excluded"] else "no" for x in held]),
                "papers": ("", words["papers"])}

    def __repr__(self) -> str:
        by = [x.name for x in self.verdict if x.excluded] + [
            x.observable for x in self.constraints if x.excludes]
        return f"Answer({self.model}: " + (f"excluded by {', '.join(by)})" if by else
                                           "not excluded)")

    def __str__(self) -> str:
        return "\n".join(lines(self))

    def _repr_html_(self) -> str:
        return results.html(repr(self), self.rows())


def answer(model: Model | str, **parameters) -> Answer:
    """Ask a model and all limits about one point.

    Parameters
    ----------
    model : a point, or a name with its parameters

    Raises
    ------
    DomainError
        Many points (take :func:`munu.atlas.answers.answers`), or a prediction that is no finite
        number.

    >>> answer("leptoquark", m_LQ="1.2TeV", y1=0.05, y2=0.1)
    Answer(leptoquark: excluded by sn1987a_gammas, n_eff, bbn, diffuse_gammas, m_LQ [GeV])
    """
    point = get(model, **parameters) if isinstance(model, str) else model
    many = {k: np.shape(x) for k, x in point.parameters.items()
            if np.ndim(x) and not isinstance(x, tuple | list)}
    if many:
        raise DomainError(f"{', '.join(f'{k} {s}' for k, s in many.items())} are many points; "
                          "an answer is on one (or take a scan)")
    said = point.answers()
    constraints, notes = said.pop("constraints"), said.pop("notes")
    _finite(point.name, {**{k: said[k] for k in _CHECKED},
                         **{x.observable: x.predicted for x in constraints}})
    found = Verdicts() if said["mu"] is None else verdict(point)
    return Answer(model=point.name, said=said, constraints=constraints, not_compared=found.unsaid,
                  verdict=tuple(x for x in found if x.kind == "limit"),
                  papers=tuple(point.papers), notes=tuple(notes), unsaid=point.unsaid, parameters={
                      f.name: {"value": in_unit(f, getattr(point, f.name)),
                               "unit": f.metadata["unit"] or None, "about": f.metadata["about"]}
                      for f in fields(point)})


def _number(value: Any) -> float:
    """A row's value as a number of a column, nan where it is none."""
    return float(value) if isinstance(value, int | float) else float("nan")


def in_unit(f, value: Any) -> Any:
    """A parameter's internal value in its own unit."""
    if value is None or f.metadata["unit"] in ("", "1"):
        return value
    return value / unit(f.metadata["unit"]).factor


def elsewhere(cls: Any, given: Mapping[str, Any], laid: Iterable[str]) -> dict[str, str]:
    """What all points have alike where some parameters are laid out: what was given, defaults."""
    out, laid = {}, tuple(laid)
    for f in fields(cls):
        unit_text, value = f.metadata["unit"], given.get(f.name, f.default)
        if f.name in laid or value is MISSING or value is None:
            continue
        if f.name not in given:
            value = results.shown(in_unit(f, value)) + (
                "" if unit_text in ("", "1") else f" {unit_text}")
        out[f.name] = str(value)
    return out


def _constraint(x: Constraint) -> dict[str, Any]:
    return {k: getattr(x, k) for k in ("observable", "predicted", "low", "high", "violated",
                                       "level", "status", "source", "checked", "note")}


def _finite(name: str, said: Mapping[str, Any]) -> None:
    """What came out must be numbers."""
    for what, x in said.items():
        values = list(x.values()) if isinstance(x, dict) else [] if x is None else [x]
        if not all(np.all(np.isfinite(y)) for y in values):
            raise DomainError(f"{name}: {what} is no finite number here; a parameter is too large "
                              "or too small to compute with")
