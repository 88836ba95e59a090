"""docs/gallery.md shows every figure, by a picture small enough for one page."""

from pathlib import Path

from munu import plots

FOLDER = Path(__file__).parents[2] / "docs" / "_static" / "gallery"
BYTES = 60_000


def test_every_figure_has_its_picture_and_no_picture_is_left_over():
    there = {p.stem for p in FOLDER.glob("*.png")}
    missing, gone = set(plots.names()) - there, there - set(plots.names())
    assert not missing and not gone, \
        f"python tools/gallery.py {' '.join(sorted(missing))}; left over: {sorted(gone)}"


def test_a_picture_is_small_and_whole():
    for path in FOLDER.glob("*.png"):
        data = path.read_bytes()
        assert data[:8] == b"\x89PNG\r\n\x1a\n" and data[-8:-4] == b"IEND", path.name
        assert 2_000 < len(data) <= BYTES, f"{path.name}: {len(data)} bytes"
