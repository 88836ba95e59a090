"""How one number stands for a limit: with the mass that it holds for, and what is known of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from munu.inference.record import Limit
from munu.units import parse

# the slope d ln mu / d ln M below which a curve is that of a massless N
_LEVEL = 0.05


def facts(x: Limit) -> dict[str, Any]:
    """What any bound says of itself, as plain data."""
    flavor = list(x.flavor) if isinstance(x.flavor, tuple) else x.flavor
    return {"level": x.level, "statistic": x.statistic, "flavor": flavor, "nature": x.nature,
            "convention": x.convention, "certainty": x.certainty, "checked": x.checked,
            "assumptions": list(x.assumptions), "papers": list(x.papers)}


def quoted(x: Limit) -> tuple[float, float, bool]:
    """The one number that a limit is quoted by: a mass [energy], the bound there, and its kind.

    Without an axis it holds at mass 0.  A curve that is level at its light end is the limit of a
    massless N and quoted there.  Any other, and an outline, is quoted by the lowest point of its
    edge, which the third value says; the frame of a paper's figure is no edge.  (0, inf, False)
    where nothing is excluded.
    """
    if x.axis is None:
        return 0.0, float(x.upper[0]), False
    M, low = x.axis, x.upper
    if x.outlined:
        edges = [(m, i.low) for m in np.unique(M) for i in x.excluded_at(m) if not i.low_ends]
        M, low = np.array(edges or [(0.0, np.inf)]).T
    good = np.isfinite(low)
    if not good.any():
        return 0.0, float("inf"), False
    M, low = M[good], low[good]
    if not x.outlined and (M.size == 1 or M[0] == 0 or _level(M, low)):
        return float(M[0]), float(low[0]), False
    i = int(np.argmin(low))
    return float(M[i]), float(low[i]), True


def _level(M: np.ndarray, low: np.ndarray) -> bool:
    """Whether a curve that rises in M is level at its light end."""
    return bool(abs(np.log(low[1] / low[0]) / np.log(M[1] / M[0])) < _LEVEL)


def said(x: Limit) -> str:
    """The number of :func:`quoted` in words.

    >>> from munu.atlas import get
    >>> said(get("borexino_numu"))
    '6.96e-11 mu_B at M_N = 10 keV'
    """
    M, size, strongest = quoted(x)
    if not np.isfinite(size):
        return "no bound"
    unit = next((u for u in ("GeV", "MeV", "keV") if parse(f"1 {u}") <= 1.001 * M), "eV")
    at = f"M_N = {M / parse(f'1 {unit}'):.3g} {unit}" if M else "M_N = 0"
    return f"{size:.3g} mu_B " + (f"at its lowest, {at}" if strongest else f"at {at}")
