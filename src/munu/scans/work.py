"""One part computed: a record that travels, and gives the same bytes wherever it is called."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from munu import results
from munu.errors import DomainError
from munu.scans import _parquet
from munu.scans.plan import Plan, again, code, digest
from munu.scans.rows import ERROR, table


@dataclass(frozen=True)
class Work:
    """What a worker does.

    Attributes
    ----------
    text : the configuration of the scan as JSON
    """

    text: str

    def __call__(self, k: int) -> bytes:
        """The file of part k.

        Raises
        ------
        DomainError
            The munu here is not that of whoever asks.
        MunuError
            What is no matter of a point.
        """
        plan, configuration = _read(self.text)
        if configuration["munu"] != code():
            raise DomainError(f"the munu of this worker ({results.version()}, {code()}) is not "
                              f"that of the scan ({configuration['munu']}); install the same "
                              "everywhere")
        columns = table(plan, *plan.range(k))
        return _parquet.encoded(columns, header(plan, configuration, k) | {
            "failed": int(np.count_nonzero(columns[ERROR][1] != ""))})


def header(plan: Plan, configuration: Any, k: int) -> dict[str, Any]:
    """What part k says of itself."""
    start, stop = plan.range(k)
    return results.provenance(digest=digest(configuration), part=k, parts=plan.parts, first=start,
                              rows=stop - start, points=len(plan), scan=configuration)


@lru_cache(maxsize=4)
def _read(text: str) -> tuple[Plan, dict[str, Any]]:
    configuration = json.loads(text)
    return again(configuration), configuration
