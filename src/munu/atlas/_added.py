"""What people add to the picture: an experiment's card, a curve, a point, a line of a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from munu import _plugins, flavors, models
from munu._entries import entries
from munu.atlas.lines import Line, model_line, naturalness_line
from munu.atlas.published import read
from munu.constants import mu_B
from munu.errors import DomainError, UnknownName
from munu.inference.record import Limit
from munu.models import naturalness
from munu.ray import check_mass
from munu.units import MeV, keV, parse, split

CARDS, TABLES = (".yaml", ".yml"), (".csv", ".ecsv")
# masses of an experiment of one's own
_MASSES = np.concatenate([[0.0], np.geomspace(1 * keV, 50 * MeV, 95)])
# what a model leaves open, at the scale of the two talks
_OPEN = {"GeV": ("1TeV", "5TeV"), "1": (0.1, 1.0)}


class Point(NamedTuple):
    """A point of the plane: mass [energy], moment [mu_B], a word."""

    M_N: float
    mu: float
    label: str


def limit(given: Limit | str | Path, flavor: str, nature: str | None = None) -> Limit:
    """A limit of somebody's own: as it is, computed from a card, or read from a table.

    Parameters
    ----------
    given : Limit, or the path of a card ``.yaml``, of an ECSV of the format of ``data/limits``,
        or of a CSV, both by :func:`munu.atlas.read`
    flavor, nature : of the portal, where it is computed

    Raises
    ------
    DataError, DomainError, UnknownName
        With file and line of what is wrong.
    """
    if isinstance(given, Limit):
        return given
    path = Path(given)
    ending = path.suffix.lower()
    if ending in CARDS:
        return _computed(path, flavor, nature)
    if ending not in TABLES:
        raise DomainError(f"'{given}' is nothing that can be added; give a card (.yaml) or a curve "
                          "(.ecsv, .csv)")
    return read(path)


def _computed(path: Path, flavor: str, nature: str | None) -> Limit:
    from munu import inference, probes

    probe = probes.get(path)
    seen = probe.measured is not None and probe.grade != "sensitivity"
    made = inference.limit(probe, M_N=_MASSES, flavor=flavor, nature=nature, expected=not seen,
                           scan=False)
    shown = made if seen or made.expected is None else made.expected
    return shown.with_(again=None, ours=True, status="standing" if seen else "projection", meta={
        **made.meta, "label": probe.title.replace("_", " "), "family": "own", "probe": probe.name})


def point(given: str | Mapping[str, Any] | Point, index: int = 0) -> Point:
    """A point from ``mu=1e-11,M_N=50keV,label=A``; ``d=1e-9/GeV`` in place of mu.

    Raises
    ------
    DomainError, UnknownName, UnitError

    >>> point("mu=1e-11,M_N=50keV,label=A").mu
    1e-11
    """
    if isinstance(given, Point):
        return given
    known = ("mu", "d", "M_N", "label")
    held = entries(given, "point", known) if isinstance(given, str) else dict(given)
    for key in held:
        if key not in known:
            raise UnknownName("entry of a point", key, known)
    if "M_N" not in held or ("mu" in held) == ("d" in held):
        raise DomainError(f"the point '{given}' needs M_N and one of mu and d, as "
                          "mu=1e-11,M_N=50keV,label=A")
    M = parse(held["M_N"], "MeV", what="M_N") if isinstance(held["M_N"], str) else held["M_N"]
    if "mu" in held:
        mu = _moment(held["mu"])
    else:
        d = parse(held["d"], "1/GeV", what="d") if isinstance(held["d"], str) else held["d"]
        mu = 2 * float(d) / mu_B
    if not 0 < mu < np.inf:
        raise DomainError(f"the point '{given}' has no place on a logarithmic axis: its size must "
                          "be above 0")
    return Point(float(check_mass(M)), mu, str(held.get("label", chr(ord("A") + index % 26))))


def _moment(given: Any) -> float:
    if isinstance(given, str) and split(given)[1] in ("", "1"):
        return float(parse(given, "1", what="mu"))
    return parse(given, "mu_B", what="mu") if isinstance(given, str) else float(given)


def line(given: str | Line, flavor: str = "universal") -> Line:
    """A line of a model from ``leptoquark`` or ``leptoquark:m_LQ=1TeV:3TeV,y1=0.05``.

    Couplings that must be said and are not run from 0.1 to 1, masses from 1 to 5 TeV.  A word of
    :data:`munu.models.naturalness.FORMS` is that estimate, by default at Lambda = 1 TeV.  A model
    of one flavor is of that of the map.

    Raises
    ------
    DomainError, UnknownName, UnitError
    """
    if isinstance(given, Line):
        return given
    name, _, rest = given.partition(":")
    forms = [f for f in naturalness.FORMS if f != "majorana"]
    if name in forms:
        held = entries(rest, "line", ("Lambda", "m_nu", "mass")) if rest else {}
        return naturalness_line(name, **({"Lambda": "1TeV"} | held))
    axis = getattr(_plugins.factory("models", name), "axis", None)
    asked = [p for p in models.parameters(name) if p.name != axis]
    held = entries(rest, f"parameter of {name}", [p.name for p in asked]) if rest else {}
    taken: dict[str, Any] = {p.name: _OPEN[p.unit] for p in asked
                             if p.needed and p.name not in held and p.unit in _OPEN}
    if flavor in flavors.NAMES and any(p.name == "flavor" for p in asked):
        held = {"flavor": flavor} | held
    said: dict[str, Any] = {k: tuple(x.split(":")) if x.count(":") == 1 else x
                            for k, x in held.items()} | taken
    made = model_line(name, **said)
    told = {k: " to ".join(map(str, x)) if isinstance(x, tuple) else x for k, x in said.items()}
    return replace(made, meta={**made.meta, "told": ", ".join(f"{k} = {x}"
                                                              for k, x in told.items())})
