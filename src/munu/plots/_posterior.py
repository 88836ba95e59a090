"""A posterior: the density of a coupling's size, shaded beyond the limit."""

from __future__ import annotations

from typing import Any

import numpy as np

from munu.inference.posterior import Posterior
from munu.plots import _limit_words, _style

# so much of the draws lies within the axis, in so many bins
_WITHIN, _BINS = 0.998, 40


def axes(ax, record: Posterior, *, color: str = _style.BLUE, label: str | None = None) -> None:
    """Draw the density of the size, of its logarithm where the prior is flat in that.

    Parameters
    ----------
    ax : matplotlib axes
    record : Posterior
    color : of the density
    label : in the legend; default the probe and its prior
    """
    low, high, density = _binned(record)
    ray: Any = record.model.study.ray
    end = record.upper / ray.factor
    edges = np.append(low, high[-1])
    ax.stairs(density, edges, color=color, lw=1.8,
              label=f"{record.name}, {record.prior}" if label is None else label)
    # the last bin that is allowed is cut where the limit lies
    beyond = np.clip(edges, end, None)
    ax.stairs(np.where(np.diff(beyond) > 0, density, 0.0), beyond, fill=True, color=color,
              alpha=0.3, lw=0)
    if ray.signed:
        below = np.clip(edges, None, -end)
        ax.stairs(np.where(np.diff(below) > 0, density, 0.0), below, fill=True, color=color,
                  alpha=0.3, lw=0)
    below_it = f"{100 * record.level:.6g} % " + ("within" if ray.signed else "below")
    for k, at in enumerate((end, -end) if ray.signed else (end,)):
        ax.plot([at, at], [0, 1.05], color=color, lw=1, ls="--",
                label="" if k else f"{below_it} {end:.3g}")
    logarithm = record.prior.startswith("log_")
    ax.set(xlim=(edges[0], edges[-1]), ylim=(0, 1.35), xlabel=_limit_words.name(ray),
           xscale="log" if logarithm else "linear",
           ylabel="density in the logarithm, greatest 1" if logarithm else "density, greatest 1")
    ax.legend(fontsize=8, loc="upper left" if logarithm else "upper right")


def columns(record: Posterior, **style) -> dict[str, tuple[str, Any]]:
    """Edges of the bins and the density."""
    low, high, density = _binned(record)
    unit = record.model.study.ray.unit
    return {"low": (unit, low), "high": (unit, high), "density": ("1", density)}


def said(record: Posterior) -> str:
    """One sentence: what lies below what."""
    ray = record.model.study.ray
    return (f"{record.name}: {100 * record.level:.6g} % of the posterior of {ray.parameter} lie "
            f"below {record.upper / ray.factor:.3g} {ray.unit}, prior {record.prior}.")


def stamp(record: Posterior) -> str:
    """The convention of the coupling, which flavor and which nature."""
    ray: Any = record.model.study.ray
    return _limit_words.stamp(ray)


def _binned(record: Posterior) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x = record.size / record.model.study.ray.factor
    tail = 0.5 * (1 - _WITHIN)
    low, high = np.quantile(x, [tail, 1 - tail])
    if record.prior.startswith("log_"):
        edges = np.geomspace(low, high, _BINS + 1)
    else:
        edges = np.linspace(low if record.model.study.ray.signed else 0.0, high, _BINS + 1)
    counts, _ = np.histogram(np.log(x) if record.prior.startswith("log_") else x,
                             np.log(edges) if record.prior.startswith("log_") else edges)
    return edges[:-1], edges[1:], counts / counts.max()
