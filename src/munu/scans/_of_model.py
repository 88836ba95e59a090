"""What a scan asks of a model: its answers, and the bounds that its moments are held against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from munu import _plugins, probes, results
from munu._frozen import FrozenMap
from munu.atlas._columns import alike, asked, empty, unit_of
from munu.atlas.answer import elsewhere
from munu.errors import DomainError, UnknownName
from munu.inference.intervals import check_level
from munu.models import get
from munu.models.model import check_names
from munu.scans.points import Box, Known

# points that are computed at the same time
_AT_ONCE = 5000


@dataclass(frozen=True)
class OfModel:
    """A model with its fixed parameters.

    Attributes
    ----------
    name : of the model
    fixed : the parameters that are the same everywhere, as ``models.get`` takes them
    against : bounds that its moments are held against, see :mod:`munu.atlas.margins`
    level : of these, None where they have their own
    within : relative error that they may have between the masses of a table, None for none
    """

    name: str
    fixed: Mapping[str, Any]
    against: tuple[str, ...] = ()
    level: float | None = None
    within: float | None = None

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> OfModel:
        """From the entries of a plan.  Raises UnknownName, DomainError."""
        _plugins.factory("models", said["model"])
        level = None if said["level"] is None else check_level(said["level"])
        if said["against"]:
            from munu.atlas.margins import known
            from munu.atlas.published import names as published_names

            known(said["against"])
            for name in {*said["against"]} & {*_plugins.names("probes")} - {*published_names()}:
                # its column would be empty at every point
                p = probes.get(name)
                if p.grade == "needs_data":
                    raise DomainError(f"{name} needs data, and bounds nothing: "
                                      f"{'; '.join(p.assumptions[:1])}; leave it out of against")
        else:
            for key in ("level", "within"):
                if said[key] is not None:
                    raise DomainError(f"{key} is of the bounds under against, and there are none")
        return cls(said["model"], FrozenMap(said["parameters"]), tuple(said["against"]), level,
                   said["within"])

    def elsewhere(self, laid: tuple[str, ...]) -> dict[str, str]:
        """What all points have alike, as text."""
        return elsewhere(_plugins.factory("models", self.name), self.fixed, laid)

    @property
    def members(self) -> tuple[tuple[str, str], ...]:
        """Kind and name of what it asks."""
        return (("models", self.name), *(("probes", x) for x in self.against
                                         if x in _plugins.names("probes")))

    def known(self, name: str) -> Known:
        """A parameter.  Raises UnknownName."""
        units = _facts(self.name)[1]
        if name not in units:
            raise UnknownName(f"parameter of {self.name}", name, units)
        return Known(name, units[name])

    def fits(self, laid: tuple[str, ...]) -> None:
        """Every parameter is there, once.  Raises DomainError, UnknownName."""
        for name in laid:
            if name in self.fixed:
                raise DomainError(f"parameter {name} is given twice: fixed, and laid out")
        check_names(self.name, dict.fromkeys((*self.fixed, *laid)), _facts(self.name)[0])

    def papers(self, box: Box) -> tuple[str, ...]:
        """Keys of papers, of the first of some points and of all bounds.  Raises MunuError."""
        first = get(self.name, **self.fixed, **{k: x[0] for k, x in box.items()})
        bounds: tuple[str, ...] = ()
        if self.against:
            from munu.atlas import margins

            bounds = margins.papers(self.against)
        return tuple(dict.fromkeys(
            [*first.papers, *(x.source for x in first.constraints() if x.source), *bounds]))

    def alike(self, box: Box, n: int) -> Iterator[np.ndarray]:
        """Points that are computed together."""
        for start in range(0, n, _AT_ONCE):
            where = np.arange(start, min(start + _AT_ONCE, n))
            here = {k: x[where] for k, x in box.items()}
            yield from alike(where, here, self._one)

    @property
    def _one(self) -> tuple[str, ...]:
        """What takes no array."""
        return _facts(self.name)[2]

    def possible(self, box: Box, n: int) -> None:
        """Whether all of n points, which are alike, are in range.  Raises MunuError."""
        _facts(self.name)[0](**self.fixed, **{k: x[0] if k in self._one else x
                                              for k, x in box.items()})

    def columns(self, box: Box, n: int) -> results.Columns:
        """All columns of n points, which are alike.  Raises MunuError of any of them."""
        cls, units, _ = _facts(self.name)
        made = asked(cls, self.fixed, box, n)
        out = {k: (units[k] if k in box else unit_of(k), x) for k, x in made.items()}
        if not self.against:
            return out
        from munu.atlas.margins import margins

        one = {k: x[0] for k, x in box.items() if k in self._one}
        return out | margins(self.name, {**self.fixed, **one},
                             {k: x for k, x in box.items() if k not in one}, self.against,
                             self.level, within=self.within)

    @staticmethod
    def empty(name: str, like: np.ndarray, n: int) -> np.ndarray:
        """A column of points that do not name it: a coupling is 0, all else unknown."""
        return np.full(n, "", dtype=object) if like.dtype == object else empty(name, like, n)


@lru_cache(maxsize=8)
def _facts(name: str) -> tuple[Any, dict[str, str], tuple[str, ...]]:
    """The class of a model, its parameters with their units, and those that take no array."""
    cls: Any = _plugins.factory("models", name)
    units = {p.name: p.unit for p in _plugins.parameters("models", name)}
    return cls, units, (*cls.single, *(k for k, u in units.items() if u == ""))
