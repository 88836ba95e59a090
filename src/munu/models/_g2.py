r"""Anomalous moments of e, mu and tau: what was measured, and what it leaves to new physics.

The electron's is measured and computed to 1e-13, but the two best fine-structure constants that
the theory needs disagree: what is left is written as their difference to the one that the
electron's own g - 2 asks for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot, pi
from typing import Any

from munu import _data
from munu.constants import alpha as _alpha
from munu.errors import UnknownName
from munu.models.model import Constraint

LEPTONS = ("e", "mu", "tau")


@dataclass(frozen=True)
class Discrepancy:
    """Measured less predicted (g - 2)/2 of the muon, with one standard deviation."""

    name: str
    value: float
    error: float
    papers: tuple[str, ...]


def measured(lepton: str, *, used: bool = False) -> list[dict[str, Any]]:
    """Rows of the PDG's listing of (g - 2)/2 of one lepton.

    Parameters
    ----------
    lepton : ``e``, ``mu`` or ``tau``
    used : only those that the listing uses for its average or limit

    Raises
    ------
    UnknownName

    Source : PDG2026

    >>> row = measured("tau", used=True)[0]
    >>> print(row["low"], "to", row["high"], row["document"])
    -0.0024 to 0.0047 AAD 2025BB
    """
    if lepton not in LEPTONS:
        raise UnknownName("lepton", lepton, LEPTONS)
    return [r for r in _data.load("bounds/lepton_moments").rows()
            if r["lepton"] == lepton and (r["used"] or not used)]


_LAST = measured("mu", used=True)[0]
WORLD = (float(_LAST["value"]), float(_LAST["plus"]))
WP25 = Discrepancy("WP25", WORLD[0] - 116592033e-11, hypot(WORLD[1], 62e-11),
                   ("MuonG22025", "WhitePaper2025"))
# before lattice results entered the prediction
WP20 = Discrepancy("WP20", 261.5e-11, 45e-11, ("MuonG22025", "WhitePaper2025"))


def constraint(predicted, sigmas: float = 2.0, against: Discrepancy = WP25) -> Constraint:
    """The band of so many standard deviations about the muon's discrepancy."""
    return Constraint(observable="delta_a_mu [1]", predicted=predicted,
                      low=against.value - sigmas * against.error,
                      high=against.value + sigmas * against.error,
                      level=0.954 if sigmas == 2 else None, source=against.papers[1], status="hard",
                      checked="abstract", note=f"{against.name}, {sigmas:g} sigma")


def electron_left() -> dict[str, tuple[float, float]]:
    r"""What g - 2 of the electron leaves, by the atom whose recoil gives alpha, with its error [1].

    .. math:: \Delta a_e = \frac{\alpha_{g-2} - \alpha_{\rm atom}}{2\pi}

    Holds : to leading order in alpha, 0.3 per cent of the difference.
    Source : Fan2023, Parker2018, Morel2020

    >>> for atom, (value, error) in electron_left().items():
    ...     print(f"{atom} {value:.2e} +- {error:.1e}")
    Cs -1.02e-12 +- 2.6e-13
    Rb 3.39e-13 +- 1.6e-13
    """
    rows = {r["atom"]: r for r in _data.load("bounds/fine_structure").rows()}
    own = rows.pop("electron")
    return {atom: ((1 / own["inverse_alpha"] - 1 / r["inverse_alpha"]) / (2 * pi),
                   hypot(own["error"], r["error"]) / r["inverse_alpha"] ** 2 / (2 * pi))
            for atom, r in rows.items()}


def electron(predicted, sigmas: float = 2.0) -> Constraint:
    """The band that holds what either atom leaves, of so many standard deviations."""
    left = electron_left().values()
    return Constraint(observable="delta_a_e [1]", predicted=predicted,
                      low=float(min(x - sigmas * e for x, e in left)),
                      high=float(max(x + sigmas * e for x, e in left)), source="Fan2023",
                      checked="abstract", note=f"{sigmas:g} sigma about alpha of Cs and of Rb, "
                      "which disagree")


def tau(predicted, *, alpha: float = _alpha) -> Constraint:
    """The measured interval less alpha/2 pi of the Standard Model."""
    row = measured("tau", used=True)[0]
    return Constraint(observable="delta_a_tau [1]", predicted=predicted,
                      low=float(row["low"]) - alpha / (2 * pi),
                      high=float(row["high"]) - alpha / (2 * pi),
                      level=float(row["level"]), source="PDG2026", checked="table",
                      note=f"{row['document']}, alpha/2 pi taken off")


def constraints(delta_a: Callable[[str], Any]) -> tuple[Constraint, ...]:
    """Of a model that gives the shifts of e, mu and tau by name."""
    return electron(delta_a("e")), constraint(delta_a("mu")), tau(delta_a("tau"))
