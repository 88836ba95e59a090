"""Answers in parts: whole, one writer at a time, and a run goes on where the last one ended."""

import os
import subprocess
import sys

import pytest

from munu import _parts
from munu.errors import DataError, DomainError, MunuError

SAME = {"mass": "0.2 GeV", "seed": 7}


def fill(folder, configuration=SAME, count=4, stop=None, **more):
    """Write the parts that are missing; which ones these were."""
    with _parts.opened(folder, configuration, count, "part-{:03d}.txt", **more) as parts:
        for i in (made := parts.missing):
            if i == stop:
                raise KeyboardInterrupt
            with parts.written(i) as path:
                path.write_text(f"part {i}\n")
    return made


def names(folder):
    return sorted(p.name for p in folder.iterdir())


def test_a_run_goes_on_at_the_first_part_that_is_missing(tmp_path):
    folder = tmp_path / "deep" / "made"
    with pytest.raises(KeyboardInterrupt):
        fill(folder, stop=2)
    assert names(folder) == ["_parts.json", "part-000.txt", "part-001.txt"]
    assert fill(folder) == (2, 3)
    assert fill(folder) == ()
    assert _parts.read(folder) == SAME
    (folder / "part-001.txt").unlink()
    assert fill(folder) == (1,)


def test_another_configuration_is_refused_and_named(tmp_path):
    fill(tmp_path / "made")
    before = names(tmp_path / "made")
    for other, said in (({**SAME, "mass": "0.3 GeV"}, "mass = 0.2 GeV there, 0.3 GeV here"),
                        ({**SAME, "nature": "dirac"}, "nature = None there, dirac here"),
                        ({"seed": 7}, "mass = 0.2 GeV there, None here")):
        with pytest.raises(DomainError, match=said) as found:
            fill(tmp_path / "made", other)
        assert "\n" not in str(found.value)
    with pytest.raises(DomainError, match="parts = 4 there, 5 here"):
        fill(tmp_path / "made", count=5)
    assert names(tmp_path / "made") == before
    # tuples are lists where they are read back
    fill(tmp_path / "other", {"cuts": (1, 2)})
    assert fill(tmp_path / "other", {"cuts": (1, 2)}) == ()


def test_asked_for_it_replaces_parts_and_nothing_else(tmp_path):
    fill(tmp_path / "made")
    (tmp_path / "made" / "notes").write_text("mine")
    assert fill(tmp_path / "made", {**SAME, "seed": 8}, 2, overwrite=True) == (0, 1)
    assert names(tmp_path / "made") == ["_parts.json", "notes", "part-000.txt", "part-001.txt"]


def test_two_writers_refuse_each_other(tmp_path):
    with _parts.opened(tmp_path / "made", SAME, 1):
        code = ("import sys; from munu import _parts\n"
                f"with _parts.opened({str(tmp_path / 'made')!r}, {SAME!r}, 1): pass")
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert done.returncode == 1 and "is being written by another process" in done.stderr
    # the lock ends with the process
    with _parts.opened(tmp_path / "made", SAME, 1):
        pass


@pytest.mark.parametrize("spoil", ["file", "others", "broken", "below a file"])
def test_a_place_that_is_no_folder_of_parts_is_refused(tmp_path, spoil):
    place = tmp_path / "made"
    if spoil in ("file", "below a file"):
        place.write_text("mine")
        place = place / "deep" if spoil == "below a file" else place
    elif spoil == "others":
        place.mkdir()
        (place / "thesis.tex").write_text("mine")
    else:
        fill(place)
        (place / _parts.MANIFEST).write_text("{")
    with pytest.raises((DataError, DomainError)) as found:
        fill(place)
    assert "\n" not in str(found.value)


def test_what_is_no_folder_of_parts_cannot_be_read(tmp_path):
    with pytest.raises(MunuError, match="no folder of parts"):
        _parts.read(tmp_path)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_full_disk_is_one_line_and_keeps_what_is_done(tmp_path):
    fill(tmp_path / "made", count=2)
    (tmp_path / "made" / "part-001.txt").unlink()
    (tmp_path / "made" / "part-001.txt").symlink_to("/dev/full")
    with _parts.opened(tmp_path / "made", SAME, 2, "part-{:03d}.txt") as parts:
        assert parts.missing == (1,)
        with pytest.raises(DataError, match=r"No space left.*goes on"), parts.written(1) as path:
            path.write_text("x" * 100)
    assert (tmp_path / "made" / "part-000.txt").read_text() == "part 0\n"
