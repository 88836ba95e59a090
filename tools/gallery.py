"""The pictures of docs/gallery.md, small: ``python tools/gallery.py [NAME ...]``, all by default.

Some figures take half a minute, so the pages show these and draw none.  A test says which are
missing; draw anew what a change of yours moves.
"""

import io
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "_static" / "gallery"
# a page of all of them has to load
WIDTHS, COLORS, BYTES = (680, 560, 440), (128, 64, 32), 60_000


def small(figure) -> bytes:
    """A figure as a PNG, of as many colours as fit."""
    from PIL import Image

    from munu.plots import _style

    held = io.BytesIO()
    with _style.saving(figure.fig):
        # twice as wide as it is shown: shrinking it makes the edges smooth
        figure.fig.savefig(held, format="png", dpi=2 * WIDTHS[0] / figure.fig.get_figwidth())
    with Image.open(held) as opened:
        drawn = opened.convert("RGB")
    for width in WIDTHS:
        shrunk = drawn.resize((width, round(width * drawn.height / drawn.width)),
                              Image.Resampling.LANCZOS)
        for colors in COLORS:
            out = io.BytesIO()
            few = shrunk.quantize(palette=_palette(shrunk, colors), dither=Image.Dither.NONE)
            _white(few)
            few.save(out, format="png", optimize=True)
            if out.tell() <= BYTES:
                return out.getvalue()
    raise SystemExit(f"{figure.name}: {out.tell()} bytes, at most {BYTES}")


def _palette(picture, colors: int):
    """Half of it the colours of fills as they are, half those that lie far from each other."""
    from PIL import Image

    often = sorted(picture.getcolors(picture.width * picture.height), reverse=True)
    wide = picture.quantize(colors // 2, Image.Quantize.MAXCOVERAGE).getpalette()
    palette = Image.new("P", (1, 1))
    palette.putpalette([x for _, color in often[:colors // 2] for x in color]
                       + wide[:3 * (colors // 2)])
    return palette


def _white(picture) -> None:
    """Paper that is nearly white is white: the nearest colour is looked for in coarse steps."""
    entries = picture.getpalette()
    rows = [entries[i:i + 3] for i in range(0, len(entries), 3)]
    picture.putpalette([x for row in rows for x in ([255] * 3 if min(row) >= 250 else row)])


def main(names) -> None:
    """Draw the figures of these names, or all, and take away pictures of figures that are gone."""
    from munu import plots

    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.png"):
        if path.stem not in plots.names():
            path.unlink()
    for name in names or plots.names():
        start = time.process_time()
        picture = small(plots.draw(name))
        (FOLDER / f"{name}.png").write_bytes(picture)
        print(f"{name:24s} {len(picture) / 1e3:5.1f} kB {time.process_time() - start:6.1f} s",
              flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))
    main(sys.argv[1:])
