"""Probabilities of a passage: along radius where radii were asked, else along energy."""

from __future__ import annotations

import numpy as np

from munu.plots import _style
from munu.units import MeV, km

_COLORS = (_style.BLUE, _style.RED, _style.GREEN)
# energies of one picture along radius, each fainter than the one before
_FEW, _FADES = 3, (1.0, 0.55, 0.3)
# what is less than this everywhere is not to be seen, and not named
_LEAST = 1e-3


def axes(ax_or_fig, passage):
    """Draw a passage into axes, or into new axes of a figure.

    Parameters
    ----------
    ax_or_fig : matplotlib Axes or Figure
    passage : munu.propagation.passage.Passage

    Returns
    -------
    matplotlib Axes
    """
    ax = ax_or_fig if hasattr(ax_or_fig, "plot") else ax_or_fig.subplots()
    if passage.at_radii is not None:
        _along_r(ax, passage)
    elif passage.energies.size > 1:
        order = np.argsort(passage.energies)
        for i, name in enumerate(passage.states):
            P = passage.probabilities[order, i]
            _line(ax, i, name, passage.energies[order] / MeV, P, shown=P.max() > _LEAST)
        ax.set_xlabel(r"$E_\nu$ [MeV]")
    else:
        ax.bar([_text(x) for x in passage.states], passage.probabilities[0],
               color=[_COLORS[i % 3] for i in range(len(passage.states))])
        ax.set_xlabel(rf"state at the end, $E_\nu={passage.energies[0] / MeV:g}$ MeV")
    ax.set(ylim=(0, 1.05), ylabel="probability")
    s = passage.setting
    ax.set_title(f"{_text(s.initial)} through {_style.named(s.medium.name)}, "
                 f"{s.path[0] / km:g} to {s.path[1] / km:g} km", fontsize=9)
    if ax.get_legend_handles_labels()[1]:
        ax.legend(ncols=2, fontsize=7.5)
    return ax


def _along_r(ax, passage) -> None:
    r, E = passage.setting.radii / km, passage.energies
    chosen = np.unique(np.linspace(0, E.size - 1, min(_FEW, E.size)).astype(int))
    seen = passage.at_radii[chosen].max(axis=(0, 1)) > _LEAST
    for k, fade in zip(chosen, _FADES, strict=False):
        for i, name in enumerate(passage.states):
            _line(ax, i, name, r, passage.at_radii[k, :, i], alpha=fade,
                  shown=seen[i] and k == chosen[0])
    if r.size > 1 and r.min() > 0 and r.max() > 10 * r.min():
        ax.set_xscale("log")
    said = ", ".join(f"{E[k] / MeV:g}" for k in chosen)
    ax.set_xlabel(rf"$r$ [km]; $E_\nu={said}$ MeV" + (", paler in turn" if chosen.size > 1 else ""))


def _line(ax, i: int, name: str, x, P, *, shown: bool, alpha: float = 1.0) -> None:
    """One state, ``shown`` in the legend or not."""
    style = "-" if i < 3 else ("--" if name.startswith("nubar") else ":")
    ax.plot(x, P, color=_COLORS[i % 3], ls=style, lw=1.5, alpha=alpha,
            label=_text(name) if shown else None)


def _text(name: str) -> str:
    """A state in mathtext, as nubar_mu or N_1."""
    kind, _, index = name.partition("_")
    letter = {"nu": r"\nu", "nubar": r"\bar\nu"}.get(kind, kind)
    below = rf"\{index}" if index in ("mu", "tau") else index
    return rf"${letter}_{{{below}}}$"
