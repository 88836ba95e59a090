"""Labels on curves that touch neither each other nor the frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.patheffects import withStroke


def _inside(box, frame) -> bool:
    return (box.x0 >= frame.x0 and box.x1 <= frame.x1
            and box.y0 >= frame.y0 and box.y1 <= frame.y1)


def _crossed(box, lines) -> int:
    """How many points of drawn lines lie under a box."""
    pad = 1.0
    return sum(int(np.count_nonzero((x > box.x0 - pad) & (x < box.x1 + pad)
                                    & (y > box.y0 - pad) & (y < box.y1 + pad)))
               for x, y in lines)


def _dense(ax, x, y, n: int = 400):
    """A path in pixels with evenly spaced points, so that crossings are seen between nodes."""
    points = ax.transData.transform(np.column_stack([x, y]))
    step = np.append(0.0, np.cumsum(np.hypot(*np.diff(points, axis=0).T)))
    at = np.linspace(0, step[-1], n)
    return np.interp(at, step, points[:, 0]), np.interp(at, step, points[:, 1])


def place(ax, items: Sequence[dict], *, size: float = 7.5, keep_clear: Sequence = (),
          also: Sequence[tuple] = ()) -> list:
    """Write a label beside each curve.

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
    fig = ax.figure
    fig.canvas.draw()
    halo = [withStroke(linewidth=2.2, foreground="white", alpha=0.8)]
    renderer, frame = fig.canvas.get_renderer(), ax.get_window_extent()
    lines = [_dense(ax, i["x"], i["y"]) for i in items]
    crossed = [*lines, *(_dense(ax, x, y) for x, y in also)]
    taken = [a.get_window_extent(renderer).padded(2) for a in keep_clear]
    texts = []
    for item, (px, py) in zip(items, lines, strict=True):
        text = ax.text(0, 0, item["text"], fontsize=size, color=item["color"], zorder=20,
                       path_effects=halo)
        box = text.get_window_extent(renderer)
        w, h = box.width, box.height
        best = None
        for k in np.linspace(8, len(px) - 9, 60).astype(int):
            for dx, dy in ((0, 0.9), (0, -0.9), (0.62, 0), (-0.62, 0), (0.6, 0.9), (-0.6, 0.9),
                           (0.6, -0.9), (-0.6, -0.9), (0, 1.8), (0, -1.8), (0.75, 1.8),
                           (-0.75, 1.8)):
                cx, cy = px[k] + dx * w, py[k] + dy * h
                candidate = box.translated(cx - (box.x0 + w / 2), cy - (box.y0 + h / 2))
                if not _inside(candidate.padded(3), frame) \
                        or any(candidate.padded(2.5).overlaps(t) for t in taken):
                    continue
                cost = 3 * _crossed(candidate, crossed) + 4 * abs(dy) + 8 * abs(dx) \
                    + 10 * (dy < 0) * item.get("above", False)
                if best is None or cost < best[0]:
                    best = (cost, cx, cy, candidate)
        if best is None:
            text.remove()
            continue
        x, y = ax.transData.inverted().transform((best[1], best[2]))
        text.set_position((x, y))
        text.set_ha("center")
        text.set_va("center")
        taken.append(best[3])
        texts.append(text)
    return texts


def assert_no_overlap(fig, texts=None) -> None:
    """No two labels overlap and none leaves its axes; AssertionError names the culprits."""
    fig.canvas.draw()
    renderer = fig.canvas.get_renderer()
    if texts is None:
        texts = [t for ax in fig.axes for t in ax.texts if t.get_text()]
    boxes = [(t, t.get_window_extent(renderer)) for t in texts]
    for t, box in boxes:
        frame = t.axes.get_window_extent(renderer)
        if not _inside(box, frame.padded(0.5)):
            raise AssertionError(f"the label '{t.get_text()}' leaves its axes")
    for i, (a, box_a) in enumerate(boxes):
        for b, box_b in boxes[i + 1:]:
            if box_a.overlaps(box_b):
                raise AssertionError(f"the labels '{a.get_text()}' and '{b.get_text()}' overlap")
