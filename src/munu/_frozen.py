"""A mapping that nobody changes, and that can travel: pickled, copied, sent to a worker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class FrozenMap(Mapping):
    """What a dict holds, for reading alone.

    >>> import pickle
    >>> held = FrozenMap({"a": 1}, b=2)
    >>> pickle.loads(pickle.dumps(held)) == held == {"a": 1, "b": 2}
    True
    >>> held["a"] = 2
    Traceback (most recent call last):
        ...
    TypeError: 'FrozenMap' object does not support item assignment
    """

    __slots__ = ("_held",)
    _held: dict[Any, Any]

    def __init__(self, *given: Any, **more: Any):
        object.__setattr__(self, "_held", dict(*given, **more))

    def __setattr__(self, name: str, value: Any):
        raise AttributeError(f"a FrozenMap does not change; '{name}' cannot be set")

    def __getitem__(self, key: Any) -> Any:
        return self._held[key]

    def __iter__(self) -> Iterator:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __or__(self, other: Mapping) -> dict:
        return {**self, **other}

    def __ror__(self, other: Mapping) -> dict:
        return {**other, **self}

    def __reduce__(self):
        return FrozenMap, (self._held,)

    def __repr__(self) -> str:
        return f"FrozenMap({self._held!r})"
