"""A stretch of a scan as columns: a point that fails is a row with its error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from munu import results
from munu.errors import MunuError, NotInstalled
from munu.scans.points import Box

if TYPE_CHECKING:
    from munu.scans.plan import Plan

# behind the columns of what was asked
LAST = ("violates", "excluded_by")
ERROR = "error"


def table(plan: Plan, start: int, stop: int) -> results.Columns:
    """Points start to stop of a plan, a row each.

    Returns
    -------
    name to (unit, array (stop - start,)): what is laid out, what was answered, and ``error``, text
    that is empty where there is none; the numbers of a point that failed are nan

    Raises
    ------
    MunuError
        What is no matter of a point: a package or a file that is not there.
    """
    box = plan.points.take(start, stop)
    n = stop - start
    found = list(_answered(plan, box, n))
    out: dict[str, tuple[str, np.ndarray]] = {k.name: (k.unit, _parameter(k, box[k.name]))
                                              for k in plan.points.known}
    names: dict[str, tuple[str, np.ndarray]] = {}
    for _, made in found:
        if not isinstance(made, str):
            names |= {k: x for k, x in made.items() if k not in names and k not in out}
    errors = np.full(n, "", dtype=object)
    for k in sorted(names, key=lambda k: LAST.index(k) + 1 if k in LAST else 0):
        unit, like = names[k]
        column = plan.asked.empty(k, np.asarray(like), n)
        for where, made in found:
            if isinstance(made, str):
                column[where] = "" if column.dtype == object else np.nan
            elif k in made:
                column[where] = made[k][1]
        out[k] = (unit, column)
    for where, made in found:
        if isinstance(made, str):
            errors[where] = made
    return out | {ERROR: ("", errors)}


def _parameter(of: Any, x: np.ndarray) -> np.ndarray:
    if of.word:
        return np.array([str(y) for y in x], dtype=object)
    return x / of.factor


def _answered(plan: Plan, box: Box, n: int) -> Iterator[tuple[np.ndarray, Any]]:
    """Points with their columns, or one of them with its error."""
    good = np.ones(n, dtype=bool)
    for where in plan.asked.alike(box, n):
        # what is out of its range is told apart first: that costs little
        for one, wrong in _halved(plan.asked.possible, box, where):
            if isinstance(wrong, str):
                good[one] = False
                yield one, wrong
        there = where[good[where]]
        if there.size:
            yield from _halved(plan.asked.columns, box, there)


def _halved(ask: Callable[[Box, int], Any], box: Box, where: np.ndarray
            ) -> Iterator[tuple[np.ndarray, Any]]:
    """Points together, or, where that fails, in halves until the ones that fail are alone."""
    made = attempt(ask, {k: x[where] for k, x in box.items()}, where.size)
    if not isinstance(made, Exception):
        yield where, made
    elif where.size == 1:
        yield where, said(made)
    else:
        middle = where.size // 2
        yield from _halved(ask, box, where[:middle])
        yield from _halved(ask, box, where[middle:])


def attempt(ask: Callable[[Box, int], Any], box: Box, n: int) -> Any:
    """What is answered of n points that are alike, or the error of one of them.

    Raises
    ------
    MunuError, MemoryError, OSError
        What is no matter of a point.
    """
    try:
        return ask(box, n)
    except (NotInstalled, OSError, MemoryError, ImportError):
        raise
    except Exception as err:
        # of a model that somebody else wrote too
        return err


def said(err: Exception) -> str:
    """An error as the text of a row: one line."""
    text = " ".join(str(err).split())
    return (text if isinstance(err, MunuError) else f"{type(err).__name__}: {text}")[:500]
