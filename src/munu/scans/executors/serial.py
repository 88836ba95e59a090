"""One part after another, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from munu.parameters import declared


@dataclass(frozen=True)
class Serial:
    """One after another."""

    def __call__(self, work: Callable[[int], bytes], parts: Sequence[int]
                 ) -> Iterator[tuple[int, bytes]]:
        """Each number with what the function gives of it."""
        for k in parts:
            yield k, work(k)


@declared
def executor() -> Serial:
    """One part after another, in this process."""
    return Serial()
