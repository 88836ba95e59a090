"""A spectrum or a prediction along its main axis, with what was seen."""

from __future__ import annotations

from typing import Any

import numpy as np

from munu.errors import DomainError
from munu.plots import _style
from munu.spectrum import Axis, Prediction, Spectrum

_COLORS = (_style.BLUE, _style.ORANGE, _style.GREEN, _style.PURPLE, _style.SKY, _style.RED,
           _style.YELLOW)


def axes(ax, record: Spectrum | Prediction, *, seen=None, color: str | None = None,
         label: str | None = None) -> None:
    """Draw steps along the main axis, summed over all others.

    Components are stacked, the last one on top, or drawn each from 0 where one is negative.

    Parameters
    ----------
    ax : matplotlib axes
    record : Spectrum or Prediction
    seen : what was measured: a Spectrum, an array in the bins of the main axis or of all axes,
        or a record with ``counts`` and Gaussian ``errors`` or None; the error bars of counts are
        central 68 %
    color : of a Spectrum
    label : of a Spectrum, or of what was seen
    """
    axis, parts, total = _parts(record)
    edges, one = axis.shown(), isinstance(record, Spectrum)
    stacked = all(np.all(y >= 0) for y in parts.values())
    below = np.zeros(edges.size - 1)
    for i, (name, y) in enumerate(parts.items()):
        shown = color or _COLORS[i % len(_COLORS)]
        text = f"{(label or 'sum') if one else name}, {y.sum():.4g}"
        if stacked:
            ax.stairs(below + y, edges, baseline=below, fill=True, color=shown, alpha=0.30, lw=0)
        ax.stairs(below + y, edges, color=shown, lw=1.5, label=text)
        below = below + y if stacked else below
    if len(parts) > 1 and not stacked:
        ax.stairs(total, edges, color=_style.BLACK, lw=1.8, label=f"total, {total.sum():.4g}")
    top = np.max(total, initial=0)
    if seen is not None:
        n, errors = _observed(record, axis, seen)
        ax.errorbar(0.5 * (edges[1:] + edges[:-1]), n, yerr=errors, fmt="o", ms=3, color="k",
                    lw=0.9, zorder=5, label=f"{(not one and label) or 'seen'}, {n.sum():.4g}")
        top = max(top, np.max(n + errors[1]))
    if stacked and top > 0:
        ax.set_ylim(0, 1.35 * top)
    widths = np.diff(edges)
    unit = (record if isinstance(record, Spectrum) else record.total).unit
    per = f"{widths[0]:.4g} {_text(axis)}".strip() if np.allclose(widths, widths[0]) else "bin"
    ax.set(xlim=(edges[0], edges[-1]), ylabel=f"{unit} / {per}",
           xlabel=axis.name.replace("_", " ") + (f" [{_text(axis)}]" if _text(axis) else ""))
    ax.legend(fontsize=8)


def columns(record: Spectrum | Prediction, *, seen=None, **style) -> dict[str, tuple[str, Any]]:
    """Edges of the bins in the axis's unit, each component, and what was seen."""
    axis, parts, _ = _parts(record)
    edges = axis.shown()
    unit = (record if isinstance(record, Spectrum) else record.total).unit
    out = {"low": (axis.unit, edges[:-1]), "high": (axis.unit, edges[1:])}
    out |= {name or "values": (unit, y) for name, y in parts.items()}
    if seen is not None:
        n, (below, above) = _observed(record, axis, seen)
        out |= {"seen": (unit, n), "seen_below": (unit, below), "seen_above": (unit, above)}
    return out


def said(record: Spectrum | Prediction) -> str:
    """One sentence: what is summed and what stands in it."""
    axis, parts, total = _parts(record)
    whole = record if isinstance(record, Spectrum) else record.total
    summed = [a.name for a in whole.axes if a.name != axis.name]
    return (f"{total.sum():.4g} {whole.unit} against {axis.name}"
            + (f", summed over {', '.join(summed)}" if summed else "")
            + (f": {', '.join(parts)}" if len(parts) > 1 else "") + ".")


def poisson(n) -> np.ndarray:
    """Central 68 % errors of counts, below and above (2, n).  Source : Garwood's interval."""
    from scipy.special import gammaincinv

    n = np.asarray(n, dtype=float)
    low = np.where(n > 0, gammaincinv(np.maximum(n, 1e-9), 0.1586553), 0.0)
    return np.array([n - low, gammaincinv(n + 1, 0.8413447) - n])


def _parts(record) -> tuple[Axis, dict[str, np.ndarray], np.ndarray]:
    """Main axis, values by component along it, and their sum."""
    whole = record if isinstance(record, Spectrum) else record.total
    axis = whole.main_axis
    held = {"": record} if isinstance(record, Spectrum) else record.components
    return axis, {n: s.along(axis).values for n, s in held.items()}, whole.along(axis).values


def _text(axis: Axis) -> str:
    return "" if axis.unit == "1" else axis.unit


def _observed(record, axis: Axis, seen) -> tuple[np.ndarray, np.ndarray]:
    """Values (n,) along the main axis and their errors (2, n)."""
    whole = record if isinstance(record, Spectrum) else record.total
    errors = getattr(seen, "errors", None)
    values = next((getattr(seen, k) for k in ("counts", "values") if hasattr(seen, k)), seen)

    def along(x):
        x = np.asarray(x, dtype=float)
        if x.size == whole.values.size:
            return Spectrum(whole.axes, x.reshape(whole.values.shape)).along(axis).values
        if x.shape != (axis.edges.size - 1,):
            raise DomainError(f"what was seen has shape {x.shape}; it takes the "
                              f"{axis.edges.size - 1} bins of {axis.name}, or those of all axes: "
                              f"{whole.values.shape}")
        return x

    n = along(values)
    if errors is None:
        return n, poisson(n)
    one = np.sqrt(along(np.asarray(errors, dtype=float) ** 2))
    return n, np.array([one, one])
