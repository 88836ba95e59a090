"""What a scan will cost, from a few of its points."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from munu import results
from munu._frozen import FrozenMap
from munu.scans import _parquet
from munu.scans.dataset import lasting
from munu.scans.plan import Plan
from munu.scans.rows import ERROR, table

# seconds that are spent on it, and points that it begins with
_SECONDS, _FIRST = 0.5, 4


@dataclass(frozen=True)
class Estimate:
    """A plan, and what it will cost.

    Attributes
    ----------
    points, parts, chunk : of the scan
    columns : names of what the dataset will hold
    tried, failed : points that were computed for it, and those that are rows with an error
    seconds : of one core, for all points
    size : bytes of all parts, about
    citations : keys of papers
    elsewhere : of a model the parameters that are the same at all points, defaults too, as text
    """

    points: int
    parts: int
    chunk: int
    columns: tuple[str, ...]
    tried: int
    failed: int
    seconds: float
    size: float
    citations: tuple[str, ...]
    elsewhere: Mapping[str, str] = field(default_factory=FrozenMap)

    def as_dict(self) -> dict[str, Any]:
        """As ``munu scan plan --json`` prints it."""
        return results.plain(results.provenance(
            **{k: getattr(self, k) for k in self.__dataclass_fields__}))

    def __str__(self) -> str:
        return "\n".join([
            f"{self.points} points in " + (
                "one part" if self.parts == 1 else f"{self.parts} parts of {self.chunk}"),
            *([f"everywhere: {', '.join(f'{k} = {x}' for k, x in self.elsewhere.items())}"]
              if self.elsewhere else []),
            f"columns: {', '.join(self.columns)}",
            f"about {lasting(self.seconds)} of one core and {self.size / 1e6:.3g} MB, from "
            f"{self.tried} points" + (f", of which {self.failed} failed" if self.failed else ""),
            f"cite: {', '.join(self.citations)}"])


def estimate(plan: Plan) -> Estimate:
    """Compute a few points of a plan from its middle on.

    Raises
    ------
    MunuError
        A mistake in the plan, see :meth:`Plan.checked`.
    """
    papers = plan.checked()
    first, _ = plan.range(plan.parts // 2)
    most = plan.range(plan.parts // 2)[1] - first
    # what is made once is not counted
    held = one = table(plan, first, first + 1)
    n, took = 1, 0.0
    for n in _sizes(most):
        begun = time.process_time()
        held = table(plan, first, first + n)
        took = time.process_time() - begun
        if took > _SECONDS:
            break
    # a part takes some kB whatever it holds
    alone = len(_parquet.encoded(one, {}))
    each = (len(_parquet.encoded(held, {})) - alone) / max(n - 1, 1)
    return Estimate(
        len(plan), plan.parts, plan.chunk, tuple(held), n,
        int((held[ERROR][1] != "").sum()), took / n * len(plan),
        alone * plan.parts + each * (len(plan) - plan.parts), papers,
        FrozenMap(plan.asked.elsewhere(plan.points.names)))


def _sizes(most: int) -> list[int]:
    """Numbers of points to try, up to those of a part."""
    out = [min(_FIRST, most)]
    while out[-1] < most:
        out.append(min(4 * out[-1], most))
    return out
