"""The thing that flows: values over axes, and a prediction made of named parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from munu._arrays import finite
from munu._frozen import FrozenMap
from munu.errors import DomainError
from munu.results import html, plain, plot, provenance, rows, to_pandas, to_table
from munu.units import unit


@dataclass(frozen=True)
class Axis:
    """One axis: a name, a unit to show it in, and the edges of its bins [internal]."""

    name: str
    unit: str
    edges: np.ndarray

    def __post_init__(self) -> None:
        edges = finite(f"the edges of the axis '{self.name}'", self.edges)
        if edges.ndim != 1 or edges.size < 2 or not np.all(np.diff(edges) > 0):
            raise DomainError(f"the axis '{self.name}' needs increasing edges, at least two")
        edges.setflags(write=False)
        object.__setattr__(self, "edges", edges)

    def __reduce__(self) -> tuple[Any, ...]:
        # made anew, so that its edges are read-only there too
        return Axis, (self.name, self.unit, self.edges)

    @property
    def centers(self) -> np.ndarray:
        """Bin centres [internal]."""
        return 0.5 * (self.edges[1:] + self.edges[:-1])

    @property
    def widths(self) -> np.ndarray:
        """Bin widths [internal]."""
        return np.diff(self.edges)

    def shown(self) -> np.ndarray:
        """The edges in the axis's own unit."""
        made = self.edges / unit(self.unit).factor
        # what is 0 but for rounding is 0
        return np.where(np.abs(made) < 1e-9 * np.abs(np.diff(made)).min(), 0.0, made)


@dataclass(frozen=True)
class Spectrum:
    """Numbers of events in bins, over one axis or more."""

    axes: tuple[Axis, ...]
    values: np.ndarray
    unit: str = "events"
    papers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        values = np.asarray(self.values, dtype=float)
        shape = tuple(a.edges.size - 1 for a in self.axes)
        if values.shape != shape:
            raise DomainError(f"values of shape {values.shape} do not fit bins {shape}")
        object.__setattr__(self, "values", values)

    def __repr__(self) -> str:
        over = " x ".join(f"{a.name} [{a.unit}]" for a in self.axes)
        return f"<Spectrum {self.total:.4g} {self.unit} in {self.values.size} bins of {over}>"

    def plot(self, **options: Any) -> Any:
        """A figure of it along its main axis."""
        return plot(self, "spectrum", **options)

    @property
    def total(self) -> float:
        """The sum over all bins."""
        return float(self.values.sum())

    def along(self, axis: Axis) -> Spectrum:
        """Summed over all axes but one, found by its name."""
        keep = [a.name for a in self.axes].index(axis.name)
        others = tuple(i for i in range(len(self.axes)) if i != keep)
        return replace(self, axes=(self.axes[keep],), values=self.values.sum(axis=others))

    @property
    def main_axis(self) -> Axis:
        """The axis to show first: the first that is no pure number, or else the first."""
        return next((a for a in self.axes if a.unit != "1"), self.axes[0])

    def __add__(self, other: Spectrum) -> Spectrum:
        if len(self.axes) != len(other.axes) or any(
                not np.array_equal(a.edges, b.edges)
                for a, b in zip(self.axes, other.axes, strict=True)):
            raise DomainError("spectra on different bins cannot be added")
        return replace(self, values=self.values + other.values,
                       papers=tuple(dict.fromkeys(self.papers + other.papers)))

    def __mul__(self, factor: float) -> Spectrum:
        return replace(self, values=self.values * factor)

    __rmul__ = __mul__


@dataclass(frozen=True)
class Prediction:
    """What a probe should see: named components and their sum.

    >>> axis = Axis("T", "1", np.array([0.0, 1.0, 2.0]))
    >>> p = Prediction({"signal": Spectrum((axis,), [1, 2]), "B0": Spectrum((axis,), [3, 4])})
    >>> p.total.values
    array([4., 6.])
    """

    components: Mapping[str, Spectrum] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.components:
            raise DomainError("a prediction needs at least one component")
        object.__setattr__(self, "components", FrozenMap(dict(self.components)))

    def __repr__(self) -> str:
        parts = ", ".join(f"{n} {s.total:.4g}" for n, s in self.components.items())
        return f"<Prediction {self.total.total:.4g} {self.total.unit}: {parts}>"

    def columns(self) -> dict[str, tuple[str, Any]]:
        """Edges of the bins of the main axis, each component summed along it, and the sum."""
        axis = self.total.main_axis
        short, edges = axis.name.replace(" ", "_"), axis.shown()
        parts = {n: (s.unit, s.along(axis).values) for n, s in self.components.items()}
        return {f"{short}_low": (axis.unit, edges[:-1]), f"{short}_high": (axis.unit, edges[1:]),
                **parts, "total": (self.total.unit, self.total.along(axis).values)}

    def as_dict(self) -> dict[str, Any]:
        """Everything along the main axis, as JSON knows it."""
        return plain(provenance(
            axis=self.total.main_axis.name, components=list(self.components),
            columns={k: {"unit": u, "values": v} for k, (u, v) in self.columns().items()},
            citations=list(self.papers)))

    def rows(self) -> list[dict[str, Any]]:
        """One mapping a bin of the main axis."""
        return list(rows(self.columns()))

    def to_table(self, path: Any = None) -> Any:
        """As text (CSV with units), or written to ``path`` (``.ecsv``, ``.csv``)."""
        return to_table(self.columns(), path, provenance(citations=list(self.papers)))

    def to_pandas(self) -> Any:
        """As a pandas DataFrame, units in its ``attrs``; pandas must be there."""
        return to_pandas(self.columns())

    def _repr_html_(self) -> str:
        return html(repr(self).strip("<>"), self.rows())

    def plot(self, **options: Any) -> Any:
        """A figure of it, components as steps; ``seen`` is drawn beside."""
        return plot(self, "spectrum", **options)

    @property
    def total(self) -> Spectrum:
        """The sum of all components."""
        first, *rest = self.components.values()
        return sum(rest, start=first)

    @property
    def papers(self) -> tuple[str, ...]:
        """The papers that the components rest on."""
        return tuple(dict.fromkeys(k for c in self.components.values() for k in c.papers))
