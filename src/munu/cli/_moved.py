"""Two answers side by side: what moved from one to the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

#: entries that say when, where and by which munu, not what
ABOUT = ("version", "data", "file", "wrote", "plot", "command", "bibtex")
# of the largest number in a list: below, a number is rounding
_NONE = 1e-12


@dataclass(frozen=True)
class Moved:
    """One entry that is another.

    Attributes
    ----------
    where : the way to it, as ``limits[3].mu``
    old, new : what it was and is; None also where there is none
    relative : the difference over the larger of two numbers, None of what is no number
    """

    where: str
    old: Any
    new: Any
    relative: float | None = None

    @property
    def word(self) -> bool:
        """Whether both are texts, on which no number hangs."""
        return isinstance(self.old, str) and isinstance(self.new, str)


def compared(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[list[Moved], int]:
    """All that is another in two answers, and how many numbers were compared."""
    found = list(_each("", {k: x for k, x in old.items() if k not in ABOUT},
                       {k: x for k, x in new.items() if k not in ABOUT}, 0.0))
    return [x for x in found if x.old != x.new], sum(x.relative is not None for x in found)


def _each(where: str, old: Any, new: Any, scale: float) -> Iterator[Moved]:
    """Every entry of both, those that are the same too."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*old, *new)):
            if (key in old) != (key in new):
                # null is not the same as nothing
                yield Moved(f"{where}.{key}".lstrip("."), old.get(key, "(nothing)"),
                            new.get(key, "(nothing)"), None)
            else:
                yield from _each(f"{where}.{key}".lstrip("."), old[key], new[key], 0.0)
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            yield Moved(f"{where} (length)", len(old), len(new), float("inf"))
        largest = max((abs(x) for x in (*old, *new) if _number(x)), default=0.0)
        for i, (a, b) in enumerate(zip(old, new, strict=False)):
            yield from _each(f"{where}[{i}]", a, b, largest)
    elif _number(old) and _number(new):
        apart = abs(old - new)
        far = apart / max(abs(old), abs(new)) if apart > _NONE * scale else 0.0
        yield Moved(where, old, old if far == 0.0 else new, far)
    else:
        yield Moved(where, old, new)


def _number(x: Any) -> bool:
    return isinstance(x, int | float) and not isinstance(x, bool)
