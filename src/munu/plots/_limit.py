"""A limit: against the mass of N, as a likelihood ratio, or as an interval."""

from __future__ import annotations

import numpy as np

from munu.inference import intervals
from munu.inference.record import Limit
from munu.plots import _limit_words, _style
from munu.plots._limit_words import columns, factor, said, stamp

__all__ = ["axes", "columns", "said", "size", "stamp"]

_BANDS = (("2 sigma", 0.16), ("1 sigma", 0.30))
# more than this above its least value, a curve is shown to rise and no further
_HIGHEST = 1e5
# an island wider than this, upper over lower edge, is drawn against the logarithm
_WIDE = 20
# fewer points than this are shown as such
_FEW = 12
# constructions that hold no rise of -2 ln L that is the same for all data
_NO_RISE = ("feldman_cousins", "cls")


def axes(ax, limit: Limit, *, color: str = _style.ORANGE, label: str | None = None,
         shade: bool = True) -> None:
    """Draw a limit.

    Against M_N the limit, with its expected line and bands, and an open circle where it ends
    because there is none beyond; at one point the likelihood ratio where it was kept, else the
    allowed interval.  The excluded side is shaded.

    Parameters
    ----------
    ax : matplotlib axes
    limit : Limit
    color : of the limit
    label : in the legend; default whose it is
    shade : tint what is excluded
    """
    label = _limit_words.title(limit) if label is None else label
    if limit.axis is not None and limit.axis.size > 1:
        _curve(ax, limit, color, label, shade)
    elif _limit_words.scanned(limit):
        _ratio(ax, limit, color, label, shade)
    else:
        _bar(ax, limit, color, label, shade)
    ax.legend(fontsize=8)


def size(limit: Limit) -> tuple[float, float]:
    """Width and height of a figure of its own [inches]; a bar needs little."""
    bar = (limit.axis is None or limit.axis.size == 1) and not _limit_words.scanned(limit)
    return (6.4, 2.2) if bar else (6.4, 4.6)


def _curve(ax, limit: Limit, color: str, label: str, shade: bool) -> None:
    M, one, alone = _masses(limit), factor(limit), not ax.has_data()
    upper = np.where(np.isfinite(limit.upper), limit.upper / one, np.nan)
    for band, alpha in _BANDS:
        if band in limit.bands:
            low, high = np.asarray(limit.bands[band]) / one
            ax.fill_between(M, low, np.minimum(high, 1e30), color=color, alpha=alpha, lw=0,
                            zorder=2)
    # the sides that only close a published region carry no line
    n = M.size - 3 if limit.meta.get("closed") == "left_down" else M.size
    projected = limit.status == "projection"
    ax.plot(M[:n], upper[:n], color=color, lw=2, zorder=4, ls="--" if projected else "-",
            label=f"{label}, expected" if projected and limit.ours else label,
            marker="." if limit.ours and n < _FEW else "")
    if limit.expected is not None and not projected:
        ax.plot(M, np.asarray(limit.expected) / one, color=color, lw=1, ls=":", zorder=3,
                label="expected" + (", 1 and 2 sigma" if limit.bands else ""))
    islands = _limit_words.islands(limit)
    for x, y in islands:
        ax.plot(np.append(x, x[0]), np.append(y, y[0]), color=color, lw=1.2, zorder=4)
    if limit.shape == "function":
        _edges(ax, limit, M, upper, color, bare=not islands)
    ax.set(xscale="log", xlabel=r"$M_N$ [MeV]",
           ylabel=f"{_limit_words.name(limit)}, {_limit_words.level(limit)}")
    seen = np.concatenate([upper, *(y for _, y in islands)])
    seen = seen[np.isfinite(seen)]
    if seen.size and np.all(seen > 0):
        ax.set_yscale("log")
        if alone:
            ax.set(xlim=(M.min(), M.max()),
                   ylim=(seen.min() / 5, min(seen.max() * 5, seen.min() * _HIGHEST)))
    if not seen.size:
        ax.text(0.5, 0.5, "no limit at any mass", transform=ax.transAxes, ha="center")
    elif shade:
        _shade_beyond(ax, limit, M, upper, color)


def _edges(ax, limit: Limit, M, upper, color: str, *, bare: bool) -> None:
    """The lower edge of what is allowed, and where a limit ends that closes no region."""
    if np.any(limit.lower > 0):
        ax.plot(M, np.where(limit.lower > 0, limit.lower / factor(limit), np.nan), color=color,
                lw=1.2, ls="--", zorder=4, label="lower edge of what is allowed")
    known = np.isfinite(upper)
    ends = known & ~(np.append(known[1:], True) & np.append(True, known[:-1]))
    if bare:
        ax.plot(M[ends], upper[ends], "o", mfc="white", mec=color, ms=5, zorder=5)


def _masses(limit: Limit) -> np.ndarray:
    """Masses in MeV, a massless first point at half of the next: a log axis has no 0."""
    return _limit_words.masses(limit, limit.axis)


def _shade_beyond(ax, limit: Limit, M, upper, color: str) -> None:
    """What is excluded in a light tint, as far as the axes go."""
    bottom, top = ax.get_ylim()
    tint = {"color": color, "alpha": 0.09, "lw": 0, "zorder": 1}
    if limit.shape == "path":
        ax.fill(np.concatenate([M[:1], M, M[-1:]]), np.concatenate([[top], upper, [top]]), **tint)
    else:
        for x, y in _limit_words.outlines(limit):
            ax.fill(x, np.clip(y, bottom, top), **tint)
    ax.set_ylim(bottom, top)


def _ratio(ax, limit: Limit, color: str, label: str, shade: bool) -> None:
    x, q = _limit_words.ratio(limit)
    edges = [e / factor(limit) for e in (limit.lower[0], limit.upper[0])
             if np.isfinite(e) and x[0] < e / factor(limit) < x[-1]]
    ax.plot(x, q, color=color, lw=2, label=label, marker="." if x.size < _FEW else "")
    left, right = x[0], x[-1]
    if edges:
        method = limit.statistic if limit.statistic in intervals.ONE_SIDED else "profile"
        rise = limit.meta.get("rise") or intervals.rise(limit.level or 0.9, method)
        if limit.statistic not in _NO_RISE:
            ax.axhline(rise, color="0.5", lw=0.8, ls="--", label=_limit_words.level(limit))
        ax.set_ylim(0, 3 * rise)
        near = x[q < 4 * rise]
        left, right = near.min(), near.max()
    island = [(i.low / factor(limit), i.high / factor(limit)) for i in limit.excluded[0]
              if i.low > 0 and i.high < x[-1] * factor(limit)]
    if island and island[-1][1] > _WIDE * island[0][0]:
        # on a straight axis its lower edge would lie on the frame
        left, right = island[0][0] / 5, min(5 * island[-1][1], x[-1])
        ax.set_xscale("log")
    for e in edges:
        ax.axvline(e, color=color, lw=0.9, ls=":")
    if limit.unconstrained is not None and limit.unconstrained[0] < limit.upper[0]:
        ax.axvline(limit.unconstrained[0] / factor(limit), color="0.5", lw=0.9, ls="-.",
                   label="before its power constrains it")
    ax.set(xlim=(left, right), xlabel=_limit_words.name(limit), ylabel=r"$-2\,\Delta\ln L$")
    if shade:
        _shade_spans(ax, limit, color)


def _shade_spans(ax, limit: Limit, color: str) -> None:
    left, right = ax.get_xlim()
    one = factor(limit)
    for low, high in ((i.low / one, i.high / one) for i in limit.excluded[0]):
        if low < right and high > left:
            ax.axvspan(max(low, left), min(high, right), color=color, alpha=0.09, lw=0)
    ax.set_xlim(left, right)


def _bar(ax, limit: Limit, color: str, label: str, shade: bool) -> None:
    one = factor(limit)
    low, high = limit.lower[0] / one, limit.upper[0] / one
    held = [limit.lower, limit.upper, *limit.bands.values(),
            *(() if limit.expected is None else (limit.expected.upper,))]
    seen = np.concatenate([np.ravel(x) for x in held])
    reach = 1.3 * np.max(np.abs(seen[np.isfinite(seen)]), initial=0) / one or 1
    left, right = (-reach if low < 0 else 0), reach
    for band, alpha in _BANDS:
        if band in limit.bands:
            a, b = np.asarray(limit.bands[band])[:, 0] / one
            ax.barh(0, b - a, left=a, height=0.8, color=color, alpha=alpha, lw=0)
    if limit.expected is not None:
        ax.plot([limit.expected.upper[0] / one] * 2, [-0.4, 0.4], color=color, lw=1, ls=":",
                label="expected")
    ax.plot([max(low, left), min(high, right)], [0, 0], color=color, lw=5, solid_capstyle="butt",
            label=f"{label}, allowed, {_limit_words.level(limit)}")
    # an end that is none is an arrow
    for end, at, mark in ((low, left, "<"), (high, right, ">")):
        if np.isinf(end):
            ax.plot([at], [0], mark, color=color, ms=9, clip_on=False)
    ax.set(xlim=(left, right), ylim=(-1, 1), yticks=[], xlabel=_limit_words.name(limit))
    if shade:
        _shade_spans(ax, limit, color)
