"""What others published of the same probe, beside ours at the same masses."""

from __future__ import annotations

from typing import Any

import numpy as np

from munu.units import MeV


def beside(found) -> list[dict[str, Any]]:
    """One mapping a published limit and mass; none where there is none, or of another kind.

    ``value`` is in ``unit``, which is that of ours; ``ratio`` is ours over theirs.
    """
    from munu.atlas import theirs

    if found.along != found.parameter or "+" in found.name:
        return []
    out = []
    flavor = found.flavor if isinstance(found.flavor, str) else None
    for x in theirs(found.name, flavor=flavor):
        if x.parameter == found.parameter:
            out += [_one(found, x, k, value) for k, value in enumerate(_values(found, x))
                    if np.isfinite(value) and np.isfinite(found.upper[k])]
    return out


def _values(found, x) -> np.ndarray:
    """Theirs at each mass of ours, inf where nothing is known."""
    if found.axis is None:
        return np.resize(x.upper, 1) if x.axis is None else x.at(0.0)
    if x.axis is None:
        # of neutrinos without a partner: it speaks of the massless case alone
        return np.where(found.axis == 0, x.upper[0], np.inf)
    return np.asarray(x.at(found.axis))


def _one(found, x, k: int, value: float) -> dict[str, Any]:
    return {"name": x.name, "M_N_MeV": None if found.axis is None else float(found.axis[k] / MeV),
            "value": float(value / x.factor), "unit": x.unit, "level": x.level,
            "statistic": x.statistic, "flavor": x.flavor, "papers": list(x.papers),
            # the choices of the probe that their number was made with
            "options": dict(x.meta.get("options") or {}),
            "ratio": float(found.upper[k] / value)}
