"""The muon's g - 2: what was measured, today's Standard Model and the historical one."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

from munu.models.model import Constraint


@dataclass(frozen=True)
class Discrepancy:
    """Measured less predicted (g - 2)/2 of the muon, with one standard deviation."""

    name: str
    value: float
    error: float
    papers: tuple[str, ...]


WORLD = (116592071.5e-11, 14.5e-11)
WP25 = Discrepancy("WP25", WORLD[0] - 116592033e-11, hypot(WORLD[1], 62e-11),
                   ("MuonG22025", "WhitePaper2025"))
# before lattice results entered the prediction
WP20 = Discrepancy("WP20", 261.5e-11, 45e-11, ("MuonG22025", "WhitePaper2025"))


def constraint(predicted, sigmas: float = 2.0, against: Discrepancy = WP25) -> Constraint:
    """The band of so many standard deviations about the discrepancy."""
    return Constraint(observable="delta_a_mu [1]", predicted=predicted,
                      low=against.value - sigmas * against.error,
                      high=against.value + sigmas * against.error,
                      level=0.954 if sigmas == 2 else None, source=against.papers[1], status="hard",
                      checked="abstract", note=f"{against.name}, {sigmas:g} sigma")
