"""Answers of many points as columns, computed block by block so that memory holds no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from munu.atlas._answer_text import UNITS
from munu.atlas.answer import in_unit
from munu.models import Constraint
from munu.models._answers import RATIOS

# points that are computed at the same time, and parts that a long scan is shown in
_AT_ONCE, _LEAST, _PARTS = 5000, 1000, 20
_SCALARS = ("tuning", "delta_a_mu", *RATIOS, "B_to_K_nunu_ratio")


def fill(cls, given: Mapping[str, Any], points: Callable, n: int,
         progress: Callable[[float], None] | None = None) -> dict[str, tuple[str, np.ndarray]]:
    """All columns, made once and filled block by block.

    Parameters
    ----------
    cls, given : the model and its fixed parameters
    points : function of indices (k,), the scanned parameters there
    n : points
    progress : called with the part that is done, or None

    Returns
    -------
    name to (unit, array (n,)); ``violates`` is the last
    """
    known = {f.name: f for f in fields(cls)}
    out: dict[str, np.ndarray] = {}
    size = min(_AT_ONCE, max(_LEAST, -(-n // _PARTS)))
    scanned = list(points(0))
    for start in range(0, n, size):
        where = np.arange(start, min(start + size, n))
        for part in alike(where, points(where), cls.single):
            for key, x in asked(cls, given, points(part), part.size).items():
                if key not in out:
                    out[key] = empty(key, x, n)
                out[key][part] = x
        if progress is not None and n > size:
            progress((where[-1] + 1) / n)
    order = [*scanned, *(k for k in out if k not in scanned and k != "violates"), "violates"]
    units = {k: known[k].metadata["unit"] for k in scanned}
    return {k: (units.get(k) or unit_of(k), out[k]) for k in order}


def asked(cls, given: Mapping[str, Any], box: Mapping[str, np.ndarray], n: int
          ) -> dict[str, np.ndarray]:
    """Parameters in their units, and what a model says of n points; those that take no array are
    the same at all of them.

    Raises
    ------
    DomainError
        A parameter that is out of its range at one of the points.
    """
    known = {f.name: f for f in fields(cls)}
    made = {k: in_unit(known[k], x) for k, x in box.items()}
    one = {k: x[0] if k in cls.single or known[k].metadata["unit"] == "" else x
           for k, x in box.items()}
    return made | flat(cls(**given, **one).answers((n,)), n)


def alike(where: np.ndarray, box: Mapping[str, np.ndarray], single) -> Iterator[np.ndarray]:
    """Parts of a block in which everything that takes no array is the same."""
    keys = [x.tolist() for k, x in box.items() if k in single]
    if not keys:
        yield where
        return
    which: dict[tuple, list[int]] = {}
    for i, key in enumerate(zip(*keys, strict=True)):
        which.setdefault(key, []).append(i)
    for part in which.values():
        yield where[part]


def empty(key: str, x: np.ndarray, n: int) -> np.ndarray:
    """A column before it is filled: a coupling that is not named is 0, all else unknown."""
    if key == "violates":
        return np.empty(n, dtype=object)
    if key.split("_")[0] in ("mu", "eps", "charge", "r2"):
        return np.zeros(n)
    return np.full(n, np.nan, dtype=complex if np.iscomplexobj(x) else float)


def flat(said: Mapping[str, Any], n: int) -> dict[str, np.ndarray]:
    """Answers of n points by the names of columns: sizes of what is complex."""
    out = {f"{key}_{k}": _size(x) for key in ("mu", "eps", "charge", "r2")
           for k, x in (said.get(key) or {}).items()}
    mass = said["m_nuN"]
    if mass is not None:
        out |= {"m_nuN" + "".join(f"_{i + 1}" for i in at): _size(mass[(..., *at)])
                for at in np.ndindex(*np.shape(mass)[1:])}
    out |= {k: _size(said[k]) for k in _SCALARS if said.get(k) is not None}
    return out | {"violates": _violates(said["constraints"], n)}


def _size(x: Any) -> np.ndarray:
    # no sign of zero
    return np.abs(x) if np.iscomplexobj(x) else x + 0.0


def _violates(constraints: tuple[Constraint, ...], n: int) -> np.ndarray:
    """Names of what excludes each point; few different sets, so each is joined once."""
    code = np.zeros(n, dtype=np.int64)
    for k, x in enumerate(constraints):
        code += np.broadcast_to(x.excludes, (n,)).astype(np.int64) << k
    sets, which = np.unique(code, return_inverse=True)
    names = [x.observable.split(" [")[0] for x in constraints]
    texts = [";".join(dict.fromkeys(x for k, x in enumerate(names) if s >> k & 1)) or "-"
             for s in sets.tolist()]
    return np.array(texts, dtype=object)[which]


def unit_of(key: str) -> str:
    return UNITS.get(key) or next(
        (u for k, u in UNITS.items() if key.startswith(f"{k}_")), "1")
