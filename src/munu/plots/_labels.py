"""Labels on curves that touch neither each other nor the frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.patheffects import withStroke

from munu.plots import _style

#: where a label may sit beside a point of its curve, in its own widths and heights
_BESIDE = np.array([(0, 0.9), (0, -0.9), (0.62, 0), (-0.62, 0), (0.6, 0.9), (-0.6, 0.9),
                    (0.6, -0.9), (-0.6, -0.9), (0, 1.8), (0, -1.8), (0.75, 1.8), (-0.75, 1.8)])


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
    ink = np.hstack([*lines, *(_dense(ax, x, y) for x, y in also)])
    taken = [a.get_window_extent().padded(2).extents for a in keep_clear]
    texts = []
    for item, line in zip(items, lines, strict=True):
        text = ax.text(0, 0, item["text"], fontsize=size, color=item["color"], zorder=20,
                       ha="center", va="center", path_effects=halo)
        box = text.get_window_extent()
        at, where = _choose(np.array([box.width, box.height]), line, frame, ink, taken,
                            item.get("above", False))
        if at is None:
            text.remove()
            continue
        text.set_position(ax.transData.inverted().transform(at))
        taken.append(where)
        texts.append(text)
    return texts


def _choose(size, line, frame, ink, taken, above: bool):
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
        cost = near + 3 * _crossed(boxes[here], ink)
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
