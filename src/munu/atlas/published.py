"""Published limits: one claim a file of ``data/limits``, each a :class:`Limit`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from munu import _data, _kinds
from munu._data import Table
from munu.atlas.quote import facts, quoted, said
from munu.constants import m_e
from munu.errors import DataError
from munu.inference.record import SHAPES, Limit
from munu.units import MeV, parse

REQUIRED = ("source", "where", "how", "shape", "statistic", "flavor", "nature", "convention",
            "status", "checked", "certainty")
STATUS = ("standing", "projection", "superseded_by")
# the weakest first
CHECKED = ("no", "abstract", "table")
# how far below the kinematic reach of a recoil a mass counts as none: its square is the change
_FAR = 0.1
#: how an open path is closed to the excluded region
CLOSED = ("up", "left_down", "self")
#: which neutrinos or moments an effective one is of, where that is no flavor
EFFECTIVE = ("solar", "nu_2", "Lambda", "appearance")


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
    """A limit from an ECSV file of the format of ``data/limits``.

    Raises
    ------
    DataError
        A missing field, an unknown word, a wrong column, a function whose axis does not rise.
    """
    table = _data.read(path, require=("mu",))
    meta = table.meta
    for key in REQUIRED:
        if key not in meta:
            raise DataError(table.path, f"the header lacks '{key}'; a limit needs "
                                        f"{', '.join(REQUIRED)}")
    _words(table)
    shape, axis, ends = str(meta["shape"]), None, None
    mu = table["mu"]
    if np.any(mu <= 0):
        raise DataError(table.path, "a limit must be above 0", column="mu")
    if shape == "interval":
        if len(table) != 1:
            raise DataError(table.path, f"shape 'interval' is one row, there are {len(table)}")
    else:
        axis = _data.monotone(table, "M_N") if shape == "function" else table["M_N"]
        if np.any(axis <= 0):
            raise DataError(table.path, "masses must be above 0", column="M_N")
        axis, mu, shape, ends = _closed(table, axis, mu, shape)
    factor = {"half_mu": 1.0, "one_mu": 2.0}[str(meta["convention"])]
    flavor = meta["flavor"]
    level = meta.get("level")
    return Limit(
        name=table.path.stem, parameter="mu", axis=axis,
        lower=factor * (table["mu_low"] if "mu_low" in table.columns else np.zeros(mu.size)),
        upper=factor * mu, shape=shape, ends=ends, reach=_reach(meta),
        level=None if level is None else float(level),
        statistic=str(meta["statistic"]),
        flavor=tuple(flavor) if isinstance(flavor, list) else str(flavor),
        nature=None if meta["nature"] in (None, "none") else str(meta["nature"]),
        status=str(meta["status"]), certainty=str(meta["certainty"]),
        checked="no" if meta["checked"] in (False, "no") else str(meta["checked"]),
        assumptions=tuple(str(a) for a in (meta.get("assumes") or ())),
        papers=tuple(str(meta[k]) for k in ("source", "via") if meta.get(k)),
        meta={**meta, "label": meta.get("label") or table.path.stem.replace("_", " ")})


def _words(table: Table) -> None:
    meta, word = table.meta, None
    if meta["shape"] not in SHAPES:
        word = ("shape", SHAPES)
    elif str(meta["status"]).split()[0] not in STATUS:
        word = ("status", STATUS)
    elif str(meta["convention"]) not in ("half_mu", "one_mu"):
        word = ("convention", ("half_mu", "one_mu"))
    elif str(meta.get("closed", "up")) not in CLOSED:
        word = ("closed", CLOSED)
    elif meta["checked"] is not False and str(meta["checked"]) not in CHECKED:
        word = ("checked", CHECKED)
    elif "effective" in meta and meta["effective"] not in EFFECTIVE:
        word = ("effective", EFFECTIVE)
    for key, kind in (("probe", str), ("options", dict)):
        if not isinstance(meta.get(key, kind()), kind):
            raise DataError(table.path, f"{key} = {meta[key]!r} must be "
                            + ("the name of one probe" if kind is str else
                               "a mapping of options of that probe, as {quenching: fef}"))
    if word:
        raise DataError(table.path, f"{word[0]} '{meta[word[0]]}' is not one of "
                                    f"{', '.join(word[1])}")


def _reach(meta: Mapping[str, Any]) -> float:
    r"""Up to which mass an effective moment holds: far below :math:`\sqrt{2m_eT}`."""
    if "recoil" not in meta:
        return 0.0
    return _FAR * float(np.sqrt(2 * m_e * parse(str(meta["recoil"]), "keV", what="recoil")))


def _closed(table: Table, axis, mu, shape):
    """A path whose excluded side is not upward becomes a polygon along the paper's frame."""
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
