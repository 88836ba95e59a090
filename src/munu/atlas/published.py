"""Published limits: one claim a file of ``data/limits``, each a :class:`Limit`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from munu import _data, _files, _kinds, flavors, references
from munu._data import Table
from munu.atlas import _curves
from munu.atlas.quote import facts, quoted, said
from munu.constants import m_e
from munu.errors import DataError, DomainError, UnknownName, meant
from munu.inference.record import SHAPES, Limit
from munu.probes.probe import FAMILIES
from munu.units import MeV, parse

REQUIRED = ("source", "where", "how", "shape", "level", "statistic", "flavor", "nature",
            "convention", "status", "checked", "certainty")
OPTIONAL = ("via", "error", "closed", "frame", "assumes", "licence", "label", "experiment",
            "frame_sides", "year", "channel", "kind", "quantity", "antineutrino", "effective",
            "recoil", "heaviest", "convention_printed", "checked_in", "probe", "options", "note",
            "family")
# the weakest first
CHECKED = ("no", "abstract", "table")
#: how an open path is closed to the excluded region
CLOSED = ("up", "left_down", "self")
#: of a closed region, sides along the paper's frame
SIDES = ("left", "right")
#: which neutrinos or moments an effective one is of, where that is no flavor
EFFECTIVE = ("solar", "nu_2", "Lambda", "appearance", "plasmon")
# the words that an entry may be
_CHOICES = {
    "shape": SHAPES, "convention": ("half_mu", "one_mu"), "closed": CLOSED, "checked": CHECKED,
    "effective": EFFECTIVE, "family": FAMILIES,
    "certainty": ("A", "B", "C"), "nature": ("none", "dirac", "majorana"),
    "how": ("ancillary", "digitised", "transcribed", "derived", "unknown"),
    "statistic": ("unknown", "profile", "one_sided", "feldman_cousins", "cls",
                  "power_constrained", "bayes", "counting", "criterion")}
STATUS = ("standing", "projection", "superseded_by")
_COLUMNS = {"M_N": "an energy", "mu": "a moment", "mu_low": "a moment", "d": "an inverse energy"}
# how far below the kinematic reach of a recoil a mass counts as none: its square is the change
_FAR = 0.1
# how near to the first or last mass both ends of an upright side along the frame are
_UPRIGHT = 0.01


def names() -> list[str]:
    """The names of the published limits."""
    return _data.names("limits")


def about(name: str) -> str:
    """One line on a published limit: its value and the mass of that, level, flavor, standing."""
    x = get(name)
    level = "-" if x.level is None else f"{x.level:.0%}"
    return (f"{said(x)}  {level}  {x.flavor}  {x.status}, checked: {x.checked}")


def row(name: str) -> dict[str, Any]:
    """The limit as plain data: a value [mu_B] and the mass [MeV] that it holds for."""
    x = get(name)
    M, mu, strongest = quoted(x)
    told = ("label", "year", "channel", "probe")
    return {"mu": mu, "M_N_MeV": M / MeV, "strongest": strongest, "shape": x.shape,
            "status": x.status, **facts(x), **{k: x.meta.get(k) for k in told}}


def get(name: str) -> Limit:
    """One published limit by name.  Raises :class:`UnknownName` with the nearest names."""
    if name not in names():
        raise _kinds.unknown("limits", "published limit", name, names())
    return _load(name)


@cache
def _load(name: str) -> Limit:
    return read(_data.ROOT / "limits" / f"{name}.ecsv")


def published(*, flavor: str | None = None, status: str | None = None) -> list[Limit]:
    """Every published limit, or those of a flavor or a status.

    Parameters
    ----------
    flavor : ``e``, ``mu``, ``tau``, ``universal``
    status : ``standing``, ``projection``, ``superseded``

    >>> any(limit.name == "xenonnt_2022" for limit in published())
    True
    """
    found = [_load(n) for n in names()]
    if flavor is not None:
        found = [x for x in found if x.flavor == flavor or
                 (isinstance(x.flavor, tuple) and flavor in x.flavor)]
    if status is not None:
        found = [x for x in found if x.status.startswith(status)]
    return found


def theirs(probe: str, flavor: str | None = None) -> list[Limit]:
    """What was published of the data that a probe holds, or of its detector where it holds none.

    The collaboration's own come first, then the newest.  The header of a limit names the probe
    (``probe``), and with ``options`` the choices of the probe that the published number was made
    with; both stay in ``meta``.

    Parameters
    ----------
    probe : its name
    flavor : ``e``, ``mu``, ``tau``, ``universal``

    >>> [x.meta["label"] for x in theirs("lz", flavor="universal")]
    ['LZ WS2022 2023', 'LZ WS2022 2022']
    """
    found = [x for x in published(flavor=flavor) if x.meta.get("probe") == probe]
    return sorted(found, key=lambda x: (x.axis is not None, x.meta.get("kind") == "re-analysis",
                                        -x.meta.get("year", 0)))


def read(path: str | Path) -> Limit:
    """A limit from a file of the format of ``data/limits``, or from a curve in CSV.

    CSV names its columns with their units in its first line, ``M_N [MeV], mu [mu_B]`` or
    ``M_N [MeV], d [1/GeV]``; above that stand ``# level: 0.9`` and ``# flavor: tau``, and whatever
    else a header may say.  What it does not say is listed in ``meta["defaults"]``.

    Raises
    ------
    DataError
        A missing or unknown field, an unknown word or key, a wrong column, a function whose axis
        does not rise; with the line.
    """
    table = _data.read(path)
    if "citations" in table.meta or {"best_fit", "expected"} & {*table.columns}:
        raise DataError(table.path, "is a result that munu computed, no published limit: write it "
                                    "as one by munu export PROBE --out curve.csv; that has "
                                    f"the columns {', '.join(_COLUMNS)}, and a header that says "
                                    f"{', '.join(REQUIRED)}")
    table.check(_COLUMNS)
    for key in table.meta:
        if key not in (*REQUIRED, *OPTIONAL):
            raise DataError(table.path, str(UnknownName("entry of a limit's header", key, (
                *REQUIRED, *OPTIONAL))), line=table.said.get(key))
    meta = _curves.entries(table, (*REQUIRED, *OPTIONAL)) if table.plain else table.meta
    for key in REQUIRED:
        if key not in meta:
            raise DataError(table.path, f"the header lacks '{key}'; a limit needs "
                                        f"{', '.join(REQUIRED)}")
    said = {}
    for key, value in meta.items():
        try:
            said[key] = _entry(key, value, table.path)
        except (DomainError, UnknownName) as err:
            raise DataError(table.path, str(err), line=table.said.get(key)) from None
    shape, axis, ends = said["shape"], None, None
    table = _curves.moments(table, said["convention"])
    mu = table["mu"]
    low = table["mu_low"] if "mu_low" in table.columns else np.zeros(mu.size)
    table.refuse("mu_low", (low < 0) | (low >= mu), "a lower edge must be at least 0 and below mu")
    if shape == "interval":
        if len(table) != 1 or "M_N" in table.columns:
            raise DataError(table.path, "shape 'interval' is one row without M_N, there are "
                                        f"{len(table)}")
    else:
        axis = table.having("M_N")["M_N"]
        if shape == "function":
            steps = np.diff(axis, prepend=0)
            table.refuse("M_N", steps == 0, "this mass stands twice; a function has one limit at "
                                            "each")
            table.refuse("M_N", steps < 0, "does not increase, and the axis of a function must be "
                         "strictly increasing; sort it, or say 'shape: path' of a curve that "
                         "turns back, 'shape: polygon' of a closed one")
        if low.any() and shape != "function":
            raise DataError(table.path, f"a {shape} has no lower edge", column="mu_low")
        axis, mu, shape, ends = _closed(table, axis, mu, shape)
        low = np.zeros(mu.size) if shape == "polygon" else low
    factor = {"half_mu": 1.0, "one_mu": 2.0}[said["convention"]]
    return Limit(
        name=table.path.stem, parameter="mu", axis=axis, lower=factor * low,
        upper=factor * mu, shape=shape, ends=ends, reach=_reach(meta), level=said.get("level"),
        statistic=said["statistic"], flavor=said["flavor"],
        nature=None if said["nature"] == "none" else said["nature"],
        status=said["status"], certainty=said["certainty"], checked=said["checked"],
        assumptions=said.get("assumes", ()),
        papers=tuple(said[k] for k in ("source", "via") if said.get(k)),
        meta={**meta, "label": meta.get("label") or table.path.stem.replace("_", " ")})


def _entry(key: str, value: Any, path: Path) -> Any:
    """An entry of the header as the record keeps it.  Raises DomainError, UnknownName."""
    if key in _CHOICES:
        word = "none" if key == "nature" and value is None else \
            _files.word(value, key, _CHOICES[key][0])
        if word not in _CHOICES[key]:
            raise DomainError(f"{key} '{word}'{meant(word, _CHOICES[key])} is not one of "
                              f"{', '.join(_CHOICES[key])}")
        return word
    if key in ("source", "via"):
        known = [_files.word(value, key, "a key")]
        return None if known == [references.UNPUBLISHED] else references.known(known, path)[0]
    if key == "status":
        word, _, other = _files.word(value, key, "standing").partition(" ")
        if word not in STATUS or bool(other) != (word == "superseded_by"):
            raise DomainError(f"status '{value}' is not one of standing, projection, superseded_by "
                              "KEY")
        references.known([other] if other else [], path)
        return value
    if key == "flavor":
        several = tuple(value) if isinstance(value, list) else (value,)
        known = (*flavors.NAMES, "universal")
        for one in several:
            if one not in (known if len(several) == 1 else flavors.NAMES):
                raise UnknownName("flavor", _files.shown(one).strip("'"), known)
        if not several or len(set(several)) < len(several):
            raise DomainError(f"flavor {value} must name one or more, each once")
        return several[0] if len(several) == 1 else several
    if key == "level":
        return None if value is None else _files.number(value, key, low=0.5, high=1, strict=True,
                                                        like="0.9, or null for none")
    if key in ("recoil", "heaviest"):
        parse(_files.word(value, key, "2 keV"), "keV", what=key, strict=True, low=0)
    elif key == "error" and value != "unknown":
        _files.number(value, key, low=0, like="0.05, or unknown")
    elif key == "year":
        _files.number(value, key, low=1930, high=2200, like="2026")
    elif key == "antineutrino" and not isinstance(value, bool):
        raise DomainError(f"antineutrino is {_files.shown(value)}; it must be true or false")
    elif key == "assumes":
        if not isinstance(value, list):
            raise DomainError("assumes must be a list, as [T_RH > 10 MeV]")
        return tuple(_files.word(x, "an assumption") for x in value)
    elif key in ("probe", "options"):
        kind = str if key == "probe" else dict
        if not isinstance(value, kind):
            raise DomainError(f"{key} is {_files.shown(value)}; it must be "
                              + ("the name of one probe" if kind is str else
                                 "a mapping of options of that probe, as {quenching: fef}"))
    elif key == "frame_sides":
        if not isinstance(value, list) or not value or any(x not in SIDES for x in value):
            raise DomainError(f"frame_sides must be a list of {', '.join(SIDES)}, as [left]")
    elif key == "frame":
        if not isinstance(value, dict) or set(value) != {"M_N_MeV", "mu"}:
            raise DomainError("frame must be the corner of the paper's figure: {M_N_MeV: ..., mu: "
                              "...}")
        for name, x in value.items():
            _files.number(x, f"{key}: {name}", low=0, strict=True)
    elif key in ("where", "label", "experiment", "channel", "kind", "quantity"):
        _files.word(value, key)
    return value


def _reach(meta: Mapping[str, Any]) -> float:
    r"""Up to which mass an effective moment holds: as said, or far below :math:`\sqrt{2m_eT}`."""
    if "heaviest" in meta:
        return parse(meta["heaviest"], "keV", what="heaviest")
    if "recoil" not in meta:
        return 0.0
    return _FAR * float(np.sqrt(2 * m_e * parse(meta["recoil"], "keV", what="recoil")))


def _closed(table: Table, axis, mu, shape):
    """A path whose excluded side is not upward becomes a polygon along the paper's frame; sides of
    a polygon that lie on it are ends, as the figure has nothing beyond."""
    if "frame_sides" in table.meta:
        return axis, mu, shape, _on_frame(table, axis, mu, shape)
    if table.meta.get("closed") != "left_down":
        return axis, mu, shape, None
    frame = table.meta.get("frame")
    if not frame:
        raise DataError(table.path, "closed 'left_down' needs 'frame', the corner of the paper's "
                                    "figure: {M_N_MeV: ..., mu: ...}")
    corner_M, corner_mu = float(frame["M_N_MeV"]) * MeV, float(frame["mu"])
    upper, right = (0, -1) if mu[0] > mu[-1] else (-1, 0)
    path = slice(None) if upper == -1 else slice(None, None, -1)
    x, y = axis[path], mu[path]
    # the sides of the frame say where the figure ends, not what is allowed beyond
    ends = np.append(np.zeros(x.size - 1, dtype=bool), np.ones(4, dtype=bool))
    return (np.concatenate([x, [corner_M, corner_M, axis[right]]]),
            np.concatenate([y, [y[-1], corner_mu, corner_mu]]), "polygon", ends)


def _on_frame(table: Table, axis, mu, shape) -> np.ndarray:
    """Which sides of a polygon run along the sides of the frame that its header names."""
    line = table.said.get("frame_sides")
    if shape != "polygon":
        raise DataError(table.path, f"'frame_sides' is of a polygon, this is a {shape}", line=line)
    on = np.zeros(axis.size, dtype=bool)
    for side in table.meta["frame_sides"]:
        edge = axis.min() if side == "left" else axis.max()
        near = np.abs(np.log(axis / edge)) < _UPRIGHT
        # upright: from one size to another, not a piece of the curve that ends there
        found = near & np.roll(near, -1) & (np.abs(np.log(np.roll(mu, -1) / mu)) > _UPRIGHT)
        if not found.any():
            raise DataError(table.path, f"no side of the polygon is upright at its {side} end; "
                                        f"leave '{side}' out of frame_sides", line=line)
        on |= found
    return on
