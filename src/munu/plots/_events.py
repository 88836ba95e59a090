"""Events: energy and angle of the photon, where N decays."""

from __future__ import annotations

from typing import Any

import numpy as np

from munu.plots import _style

_COLORS = (_style.BLUE, _style.ORANGE, _style.GREEN, _style.PURPLE, _style.SKY, _style.RED)
_BINS = 40


def size(record) -> tuple[float, float]:
    """Of the figure [inches]."""
    return 9.6, 3.4


def axes(ax, record) -> None:
    """Draw into three axes that take the place of one: energy, cosine, and place of the decay.

    Parameters
    ----------
    ax : matplotlib axes
    record : munu.events.Events
    """
    energy, angle, where = _style.split(ax, 3)
    for k, (one, (edges, counts)) in enumerate(zip((energy, angle), _binned(record), strict=True)):
        below = np.zeros(edges.size - 1)
        for i, (name, y) in enumerate(counts.items()):
            color = _COLORS[i % len(_COLORS)]
            one.stairs(below + y, edges, baseline=below, fill=True, color=color, alpha=0.3, lw=0)
            one.stairs(below + y, edges, color=color, lw=1.3, label=name)
            below = below + y
        one.set(xlim=(edges[0], edges[-1]), ylim=(0, 1.3 * max(below.max(initial=0.0), 1e-300)),
                xlabel=r"$E_\gamma$ [GeV]" if k == 0 else r"$\cos\theta_\gamma$",
                ylabel="events / bin" if k == 0 else "")
    energy.legend(fontsize=7.5, frameon=False)
    _places(where, record)


def _places(ax, record) -> None:
    """Distance from the axis of the beam against the way along it."""
    z, r, drawn = _map(record)
    ax.pcolormesh(z / 100, r / 100, drawn.T, cmap="Blues", rasterized=True)
    ax.set(xlabel=r"$z$ of the decay [m]", ylabel=r"$\rho$ [m]")


def _binned(record) -> list[tuple[np.ndarray, dict[str, np.ndarray]]]:
    """Edges and events of the exposure by target, in energy and in cosine."""
    names, target = record.header["targets"], np.asarray(record["target"])
    # of a part of the events, as if it were all
    weight = record.weight * record.header.get("shown", 1.0)
    top = float(np.quantile(record["E_gamma"], 0.998)) if len(record) else 1.0
    out = []
    for x, edges in ((record["E_gamma"], np.linspace(0, max(top, 1e-9), _BINS + 1)),
                     (record.cos_theta, np.linspace(-1, 1, _BINS + 1))):
        out.append((edges, {name: weight * np.histogram(x[target == i], edges)[0]
                            for i, name in enumerate(names)}))
    return out


def _map(record) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rho = np.hypot(record["x_decay"], record["y_decay"])
    ends = [np.quantile(a, q) if len(record) else q for a, q in (
        (record["z_decay"], 0.001), (record["z_decay"], 0.999), (rho, 0.999))]
    z = np.linspace(ends[0], ends[1] + 1e-9, _BINS + 1)
    r = np.linspace(0, ends[2] + 1e-9, _BINS + 1)
    return z, r, np.histogram2d(record["z_decay"], rho, (z, r))[0]


def columns(record) -> dict[str, tuple[str, Any]]:
    """Both histograms: bins in energy and in cosine, events by target."""
    out: dict[str, tuple[str, Any]] = {}
    for (name, unit), (edges, counts) in zip((("E_gamma", "GeV"), ("cos_theta", "1")),
                                             _binned(record), strict=True):
        out |= {f"{name}_low": (unit, edges[:-1]), f"{name}_high": (unit, edges[1:])}
        out |= {f"{name}_{k.replace(' ', '_')}": ("1", y) for k, y in counts.items()}
    return out


def said(record) -> str:
    """One sentence."""
    h = record.header
    return (f"{h['experiment']}: {len(record)} events of {h['nature']} N of {h['M_N_GeV']:g} GeV; "
            f"{h['expected_events']:.4g} expected in {h['volume']}.")
