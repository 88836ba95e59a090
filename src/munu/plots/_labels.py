"""Labels on curves that touch neither each other nor the frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.patheffects import withStroke

from munu.plots import _style

#: where a label may sit beside a point of its curve, in its own widths and heights
_BESIDE = np.array([(0, 0.9), (0, -0.9), (0.62, 0), (-0.62, 0), (0.6, 0.9), (-0.6, 0.9),
                    (0.6, -0.9), (-0.6, -0.9), (0, 1.8), (0, -1.8), (0.75, 1.8), (-0.75, 1.8),
                    (0.75, -1.8), (-0.75, -1.8), (0, 2.9), (0, -2.9), (0.75, 2.9), (-0.75, 2.9),
                    (0.75, -2.9), (-0.75, -2.9)])


def _inside(box, frame, pad: float = 0):
    """Whether boxes (..., 4) of left, bottom, right, top lie in a frame with this to spare."""
    return ((box[..., 0] - pad >= frame[0]) & (box[..., 2] + pad <= frame[2])
            & (box[..., 1] - pad >= frame[1]) & (box[..., 3] + pad <= frame[3]))


def _meet(a, b):
    """Whether boxes (..., 4) have a point in common, edges included."""
    return ((a[..., 0] <= b[..., 2]) & (b[..., 0] <= a[..., 2])
            & (a[..., 1] <= b[..., 3]) & (b[..., 1] <= a[..., 3]))


def _crossed(boxes, points, pad: float = 1) -> np.ndarray:
    """How many points (2, m) of drawn lines lie under each of the boxes (n, 4)."""
    x, y = points
    x0, y0, x1, y1 = (boxes + np.array([-pad, -pad, pad, pad])).T[..., None]
    return np.count_nonzero((x > x0) & (x < x1) & (y > y0) & (y < y1), axis=1)


def _dense(ax, x, y, n: int = 400):
    """A path in pixels with evenly spaced points, so that crossings are seen between nodes."""
    points = ax.transData.transform(np.column_stack([x, y]))
    step = np.append(0.0, np.cumsum(np.hypot(*np.diff(points, axis=0).T)))
    at = np.linspace(0, step[-1], n)
    return np.array([np.interp(at, step, points[:, 0]), np.interp(at, step, points[:, 1])])


def place(ax, items: Sequence[dict], *, size: float = 7.5, keep_clear: Sequence = (),
          also: Sequence[tuple] = ()) -> list:
    """Write a label beside each curve.  The layout of the figure is settled by this.

    Parameters
    ----------
    ax : axes, with its limits set and every curve drawn
    items : dicts with ``text``, ``x``, ``y`` (data coordinates) and ``color``; the first ones
        choose first
    size : font size
    keep_clear : artists that no label may cover
    also : further lines (x, y) that a label had better not cross

    Returns
    -------
    list of matplotlib Text; a label without any free place is left out (its curve is in the
    legend and in the numbers)
    """
    if not items:
        return []
    _style.settle(ax.figure)
    halo = [withStroke(linewidth=2.2, foreground="white", alpha=0.8)]
    frame = ax.get_window_extent().extents
    lines = [_dense(ax, i["x"], i["y"]) for i in items]
    others = [_dense(ax, x, y) for x, y in also]
    ink = np.hstack([*lines, *others])
    taken = [a.get_window_extent().padded(2).extents for a in keep_clear]
    texts = []
    for item, line in zip(items, lines, strict=True):
        text = ax.text(0, 0, item["text"], fontsize=item.get("size", size), color=item["color"],
                       zorder=20, ha="center", va="center", path_effects=halo,
                       fontweight=item.get("weight", "normal"))
        box = text.get_window_extent()
        apart = np.hstack([np.empty((2, 0)), *(x for x in (*lines, *others) if not (
            x.shape == line.shape and np.allclose(x, line)))])
        at, where = _choose(np.array([box.width, box.height]), line, frame, ink, taken,
                            item.get("above", False), apart)
        if at is None:
            text.remove()
            continue
        text.set_position(ax.transData.inverted().transform(at))
        _lead(ax, where, line, item["color"], 0.09 * text.get_fontsize())
        taken.append(where)
        texts.append(text)
    return texts


def _lead(ax, box, line, color, width: float) -> None:
    """A thin line from a label to its curve, where that is not beside it."""
    near = np.clip(line.T, box[:2], box[2:])
    apart = np.hypot(*(near - line.T).T)
    k = int(apart.argmin())
    if apart[k] > 0.75 * (box[3] - box[1]):
        ends = ax.transData.inverted().transform(np.array([near[k], line.T[k]]))
        ax.plot(*ends.T, color=color, lw=width, zorder=15)


def at_left(ax, names: Sequence[tuple[float, str, str]], *, size: float,
            also: Sequence[tuple] = ()) -> tuple[list, list]:
    """Names of sizes at the left edge, each at a tick, moved along the edge where they would touch.

    Parameters
    ----------
    ax : axes, laid out
    names : size, text, colour
    size : font size
    also : lines (x, y) that a name had better not cross

    Returns
    -------
    lists of matplotlib Text, and of the ticks
    """
    _style.settle(ax.figure)
    frame = ax.get_window_extent().extents
    ink = np.hstack([_dense(ax, x, y) for x, y in also]) if also else np.empty((2, 0))
    halo = [withStroke(linewidth=2.0, foreground="white", alpha=0.85)]
    back = ax.transData.inverted().transform
    texts, ticks, taken = [], [], []
    dot = ax.figure.dpi / 72
    for mu, word, color in sorted(names):
        y = ax.transData.transform((ax.get_xlim()[0], mu))[1]
        text = ax.text(0, 0, word, fontsize=size, color=color, zorder=19, ha="left", va="center",
                       path_effects=halo)
        box = text.get_window_extent()
        left, tall, found = frame[0] + (6 + 0.9 * size) * dot, box.height + 0.3, None
        for step in np.arange(0, 6.01, 0.25):
            for way in (1, -1):
                at = y + way * step * tall
                here = np.array([left, at - tall / 2, left + box.width, at + tall / 2])
                if not _inside(here, frame, 1) or any(_meet(here, t) for t in taken):
                    continue
                cost = 2.5 * step + 0.15 * _crossed(here[None], ink, 0)[0]
                if found is None or cost < found[0]:
                    found = cost, at, here
        if found is None:
            text.remove()
            continue
        _, at, here = found
        text.set_position(back((left, at)))
        taken.append(here)
        x0, x1, x2 = frame[0], frame[0] + 4 * dot, left - 1.5 * dot
        path = back(np.array([(x0, y), (x1, y), (x2, at)]))
        ticks.append(ax.plot(*path.T, color=color, lw=0.09 * size, solid_capstyle="butt",
                             zorder=18)[0])
        texts.append(text)
    return texts, ticks


def beside(ax, x: float, y: float, word: str, size: float):
    """A bold word beside a marked point, on the side that has room."""
    _style.settle(ax.figure)
    right = ax.transAxes.inverted().transform(ax.transData.transform((x, y)))[0] < 0.85
    return ax.annotate(word, (x, y), xytext=((1 if right else -1) * size * 0.62, 0),
                       textcoords="offset points", ha="left" if right else "right", va="center",
                       fontsize=size, fontweight="bold", zorder=22,
                       path_effects=[withStroke(linewidth=2.4, foreground="white")])


def _choose(size, line, frame, ink, taken, above: bool, apart):
    """Middle and box of the cheapest free place for a label of this size, or two None."""
    start = line[:, np.linspace(8, line.shape[1] - 9, 60).astype(int)].T
    middles = (start[:, None] + _BESIDE * size).reshape(-1, 2)
    boxes = np.hstack([middles - size / 2, middles + size / 2])
    free = _inside(boxes, frame, 3)
    for t in taken:
        free &= ~_meet(boxes + np.array([-2.5, -2.5, 2.5, 2.5]), t)
    if not free.any():
        return None, None
    dx, dy = np.tile(_BESIDE, (len(start), 1)).T
    away = 4 * abs(dy) + 8 * abs(dx) + 10 * (dy < 0) * above
    least, best = np.inf, None
    # lines are looked at from the nearest places outwards, and no further than can pay
    for near in np.unique(away[free]):
        if near >= least:
            break
        here = np.flatnonzero(free & (away == near))
        # a label near another curve may be taken for its name
        cost = near + 3 * _crossed(boxes[here], ink) + _crossed(boxes[here], apart, 0.4 * size[1])
        if cost.min() < least:
            least, best = cost.min(), here[cost.argmin()]
    return middles[best], boxes[best]


def assert_no_overlap(fig, texts=None) -> None:
    """No two labels overlap and none leaves its axes, nor those of an axis the figure;
    AssertionError names the culprits."""
    _style.settle(fig)
    for ax in fig.axes:
        for t in (ax.xaxis.label, ax.yaxis.label, ax.title):
            if t.get_text() and t.get_visible() and not _inside(
                    t.get_window_extent().extents, fig.bbox.extents, -1.0):
                raise AssertionError(f"the label '{t.get_text()}' leaves the figure")
    if texts is None:
        texts = [t for ax in fig.axes for t in ax.texts if t.get_text()]
    boxes = [t.get_window_extent().extents for t in texts]
    for i, (t, box) in enumerate(zip(texts, boxes, strict=True)):
        if not _inside(box, t.axes.get_window_extent().extents, -0.5):
            raise AssertionError(f"the label '{t.get_text()}' leaves its axes")
        for other, b in zip(texts[:i], boxes, strict=False):
            if _meet(box, b):
                raise AssertionError(f"the labels '{other.get_text()}' and '{t.get_text()}' "
                                     "overlap")
