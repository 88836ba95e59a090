"""What a prediction says of itself beside what was seen: one mapping, rows, columns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from munu._log import log
from munu.probes.measured import Counts, Values
from munu.probes.probe import Probe
from munu.results import plain, plot, provenance, to_pandas, to_table
from munu.spectrum import Prediction, Spectrum


@dataclass(frozen=True, eq=False, kw_only=True)
class Expectation:
    """A prediction of one probe along its main axis, beside what was seen.

    Attributes
    ----------
    probe : Probe
    made : Prediction, along one axis
    seen : array (n_bins,), or None
    summed_over : names of the axes that were summed over
    about : what was predicted for: couplings, as JSON knows them
    """

    probe: Probe
    made: Prediction
    seen: np.ndarray | None
    summed_over: tuple[str, ...] = ()
    about: dict[str, Any]

    @property
    def unit(self) -> str:
        """What the values are counted in."""
        return self.made.total.unit

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON knows it."""
        axis = self.made.total.main_axis
        return plain(provenance(
            probe=self.probe.name, axis=axis.name, unit=axis.unit, edges=axis.shown(),
            observed=self.seen, summed_over=list(self.summed_over), counted_in=self.unit,
            components={k: s.values for k, s in self.made.components.items()},
            total=self.made.total.values, **self.about, citations=list(self.made.papers)))

    def columns(self) -> dict[str, tuple[str, Any]]:
        """Edges of the bins, what was seen, each component, the sum."""
        held = self.made.columns()
        if self.seen is None:
            return held
        first = dict(list(held.items())[:2])
        return {**first, "observed": (self.unit, self.seen), **held}

    def rows(self) -> list[dict[str, Any]]:
        """One mapping a bin."""
        from munu.results import rows

        return list(rows(self.columns()))

    def to_table(self, path: str | Path | None = None) -> str | Path:
        """As text (CSV with units), or written to ``path`` (``.ecsv``, ``.csv``)."""
        meta = {k: v for k, v in self.as_dict().items() if k not in (
            "edges", "observed", "components", "total")}
        return to_table(self.columns(), path, meta)

    def to_pandas(self) -> Any:
        """As a pandas DataFrame, units in its ``attrs``; pandas must be there."""
        return to_pandas(self.columns())

    def plot(self, **options: Any) -> Any:
        """A figure of it, with what was seen."""
        seen: Any = self.seen
        if seen is not None and isinstance(self.probe.measured, Values):
            # they bring their own errors
            axis, held = self.made.total.main_axis, self.probe.measured
            square = Spectrum(held.axes, (held.errors**2).reshape(held.values.shape)).along(axis)
            seen = Values(axis, seen, np.sqrt(square.values))
        return plot(self.made, "spectrum", seen=seen, **{"label": self.probe.title} | options)

    def __repr__(self) -> str:
        seen = "" if self.seen is None else f", {self.seen.sum():.6g} seen"
        return (f"<Expectation {self.probe.name}: {self.made.total.total:.4g} {self.unit} in "
                f"{self.made.total.values.size} bins of {self.made.total.main_axis.name}{seen}>")


def expectation(probe: Probe, couplings: object, about: dict[str, Any] | None = None
               ) -> Expectation:
    """What a probe should see of couplings, along its main axis, beside what it saw.

    Parameters
    ----------
    probe : Probe
    couplings : DipolePortal, Couplings or a point of a model
    about : what to say of them

    Raises
    ------
    DomainError
    """
    made = probe.predict(couplings)
    axis = made.total.main_axis
    seen = None
    if isinstance(probe.measured, Counts | Values):
        seen = Spectrum(made.total.axes, probe.measured.seen).along(axis).values
    log.info("%s predicts %s: bins %d", probe.name, ", ".join(made.components),
             made.total.values.size)
    others = tuple(a.name for a in made.total.axes if a.name != axis.name)
    return Expectation(probe=probe, seen=seen, summed_over=others, about=about or {},
                       made=Prediction({n: s.along(axis) for n, s in made.components.items()}))
