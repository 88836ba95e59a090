"""A file that is written stays what it was: a link, somebody's, of its permissions, a device."""

import json
import os
import signal
import stat
import subprocess
import sys
import threading

import pytest

from munu import _data, _part
from munu.errors import DataError
from tests.unit.command import answer, run

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links, devices and locks of POSIX")


def names(folder):
    return sorted(p.name for p in folder.iterdir())


# ---- what stands at the place already


@pytest.mark.parametrize("chain", [("there",), ("next", "there"), ("../here/there",)])
def test_a_link_stays_a_link_and_its_file_is_written(tmp_path, chain):
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "there").write_text("old")
    for name, to in zip(("a", "next"), chain, strict=False):
        (folder / name).symlink_to(to)
    assert _data.save(folder / "a", "new") == folder / "a"
    assert (folder / "a").is_symlink() and not (folder / "there").is_symlink()
    assert (folder / "there").read_text() == "new"
    assert names(folder) == sorted({"a", "there", *chain[:-1]})


def test_a_link_to_another_folder_writes_there_and_leaves_nothing_here(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "near").mkdir()
    (tmp_path / "near" / "a").symlink_to(tmp_path / "far" / "not yet")
    _data.save(tmp_path / "near" / "a", "new")
    assert (tmp_path / "far" / "not yet").read_text() == "new"
    assert names(tmp_path / "near") == ["a"] and names(tmp_path / "far") == ["not yet"]


def test_links_in_a_circle_are_one_line(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(DataError, match=r"cannot be written \(Too many levels"):
        _data.save(tmp_path / "a", "new")
    assert names(tmp_path) == ["a", "b"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o755])
def test_an_old_file_keeps_its_permissions(tmp_path, mode):
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(mode)
    _data.save(path, "new")
    assert path.read_text() == "new" and stat.S_IMODE(path.stat().st_mode) == mode


def test_an_old_file_keeps_its_owner(tmp_path):
    if os.geteuid():
        pytest.skip("only root gives files away")
    path = tmp_path / "a"
    path.write_text("old")
    os.chown(path, 65534, 65534)
    _data.save(path, "new")
    assert (path.stat().st_uid, path.stat().st_gid) == (65534, 65534)


def test_a_file_that_may_not_be_written_is_not_replaced(tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_text("old")
    # root may write everything, so that the answer of the system is what is asked
    monkeypatch.setattr(_part.os, "access", lambda place, mode: place != path)
    with pytest.raises(DataError, match=r"cannot be written \(Permission denied\)"):
        _data.save(path, "new")
    assert path.read_text() == "old" and names(tmp_path) == ["a"]


def test_devices_and_pipes_take_the_content(tmp_path):
    _data.save("/dev/null", "new")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    with pytest.raises(DataError, match=r"cannot be written \(No space left"):
        _data.save("/dev/full", "new")
    (tmp_path / "null.ecsv").symlink_to("/dev/null")
    _data.save(tmp_path / "null.ecsv", "new")
    assert (tmp_path / "null.ecsv").is_symlink() and names(tmp_path) == ["null.ecsv"]
    pipe, got = tmp_path / "pipe.csv", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_text()), daemon=True)
    reader.start()
    _data.save(pipe, "new")
    reader.join(10)
    assert got == ["new"] and stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("place", ["/dev/stdout", "/proc/self/fd/1", "link"])
def test_standard_output_by_name_goes_on(tmp_path, place):
    """Also where it is a file: what was and what will be printed stays."""
    if place == "link":
        (tmp_path / "link").symlink_to("/dev/stdout")
    code = (f"from munu import _data; print('before', flush=True); _data.save({place!r}, 'new\\n');"
            "print('after')")
    with open(tmp_path / "out", "w") as out:
        subprocess.run([sys.executable, "-c", code], stdout=out, check=True, cwd=tmp_path)
    assert (tmp_path / "out").read_text() == "before\nnew\nafter\n"
    assert names(tmp_path) == (["link", "out"] if place == "link" else ["out"])


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(DataError, match="is a folder"):
        _data.save(tmp_path, "new")


@pytest.mark.parametrize("words", [["limit", "xenonnt", "--out", "/proc/a.ecsv"],
                                   ["limit", "xenonnt", "--plot", "/proc/a.png"],
                                   ["map", "--out", "/proc"], ["map", "--out", "/proc/a.pdf"]])
def test_a_place_that_cannot_be_written_is_said_before_anything_is_computed(
        capsys, monkeypatch, words):
    from munu import plots
    from munu.inference import limits

    monkeypatch.setattr(limits, "limit", None)
    monkeypatch.setattr(plots, "draw", None)
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "") and "cannot be written; give another" in err


# ---- a full disk, dead and living processes

FULL = """
import json, resource, sys
from munu.cli.__main__ import main
resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
sys.exit(sum(main(words) == 2 for words in json.loads(sys.argv[1])))
"""
TOO_LARGE = [
    ["moments", "--out", "a.ecsv"], ["moments", "--out", "a.json"],
    ["limit", "xenonnt", "--plot", "a.pdf"], ["data", "template", "probe", "--out", "."],
    ["model", "leptoquark", "m_LQ=2TeV", "y1=1", "y2=1", "--write", "a.yaml"]]


def test_a_file_that_finds_no_room_is_one_line_and_the_old_one_whole(tmp_path):
    """A limit on the size of a file stands for a full disk: both end a write with an error."""
    old = {n: n for n in ("a.ecsv", "a.json", "a.pdf", "a.yaml")}
    for name, text in old.items():
        (tmp_path / name).write_text(text)
    done = subprocess.run([sys.executable, "-c", FULL, json.dumps(TOO_LARGE)], cwd=tmp_path,
                          text=True, capture_output=True)
    lines = done.stderr.splitlines()
    assert done.returncode == len(lines) == len(TOO_LARGE), done.stderr
    assert all("cannot be written (File too large)" in x for x in lines)
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == old


DYING = """
import os, signal, sys
from munu import _data
with _data.whole(sys.argv[1]) as part:
    part.write_text(sys.argv[2])
    print(part.name, flush=True)
    sys.stdin.read() if sys.argv[3:] else os.kill(os.getpid(), signal.SIGKILL)
"""


def test_parts_of_dead_processes_go_and_those_of_living_ones_stay(tmp_path):
    path = tmp_path / "a"
    path.write_text("old")
    command = [sys.executable, "-c", DYING, str(path)]
    for text in ("half", ""):
        dead = subprocess.run([*command, text], stdout=subprocess.PIPE, text=True)
        assert dead.returncode == -signal.SIGKILL and path.read_text() == "old"
        assert len(names(tmp_path)) == 2, "the part, which the next one to write removes"
        with subprocess.Popen([*command, "theirs", "wait"], text=True, stdout=subprocess.PIPE,
                              stdin=subprocess.PIPE) as living:
            part = living.stdout.readline().strip()
            assert names(tmp_path) == sorted([part, "a"])
            _data.save(path, "ours")
            assert path.read_text() == "ours" and part in names(tmp_path)
            living.communicate("")
        assert path.read_text() == "theirs" and names(tmp_path) == ["a"]
        path.write_text("old")


@pytest.mark.parametrize("taken", ["before", "after"])
def test_a_part_taken_before_it_was_locked_is_made_again(tmp_path, monkeypatch, taken):
    """By one that looks for parts of the dead, before it is opened or after."""
    made, new, lock = [], _part._new, _part._locked

    def gone(part):
        made.append(part)
        if len(made) == 1:
            part.unlink()

    def make(part):
        new(part)
        if taken == "before":
            gone(part)

    def late(held, wait=True):
        if taken == "after":
            gone(next(tmp_path.glob(".munu-*.part")))
        return lock(held, wait)

    monkeypatch.setattr(_part._part.__wrapped__, "__defaults__", (make,))
    monkeypatch.setattr(_part, "_locked", late)
    _data.save(tmp_path / "a", "new")
    assert len(made) == 2 and (tmp_path / "a").read_text() == "new" and names(tmp_path) == ["a"]


def test_where_nothing_can_be_locked_nothing_is_cleaned(tmp_path, monkeypatch):
    monkeypatch.setattr(_part, "_locked", lambda held, wait=True: False)
    with _data.whole(tmp_path / "a") as one, _data.whole(tmp_path / "b"):
        assert one.exists()
    assert names(tmp_path) == ["a", "b"]


FOLDER = """
import os, signal, sys
from pathlib import Path
from munu import _part
with _part.replaced_folder(Path(sys.argv[1])) as new:
    (new / "b").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_folder_is_there_whole_or_as_it_was(tmp_path):
    place = tmp_path / "model"
    place.mkdir()
    (place / "a").write_text("old")
    dead = subprocess.run([sys.executable, "-c", FOLDER, str(place)])
    assert dead.returncode == -signal.SIGKILL and names(place) == ["a"]
    assert len(names(tmp_path)) == 2
    (tmp_path / "link").symlink_to("model")
    with pytest.raises(ZeroDivisionError), _part.replaced_folder(tmp_path / "link"):
        raise ZeroDivisionError
    assert names(place) == ["a"] and names(tmp_path) == ["link", "model"], "the dead one's went"
    with _part.replaced_folder(tmp_path / "link") as one, \
            _part.replaced_folder(place) as two:
        (one / "b").write_text("one"), (two / "c").write_text("two")
    assert names(place) == ["b"] and names(tmp_path) == ["link", "model"], "the last to finish"
    assert (tmp_path / "link").is_symlink()


# ---- what a command writes, and says


def test_a_figure_in_one_file(capsys, tmp_path):
    path = tmp_path / "new" / "mine.png"
    code, out, err = run(capsys, "figure", "xenonnt_spectrum", "--out", path)
    assert code == 0 and names(path.parent) == sorted(["mine.ecsv", path.name])
    assert err == f"munu: wrote {path}, {path.with_suffix('.ecsv')}\n" and str(path) not in out
    assert path.read_bytes()[:5] == b"\x89PNG\r"


def test_a_figure_in_a_folder_says_its_files(capsys, tmp_path):
    got = answer(capsys, "figure", "xenonnt_spectrum", "--out", tmp_path / "v1.2", "--formats",
                 "svg")
    assert got["wrote"] == [str(tmp_path / "v1.2" / f"xenonnt_spectrum.{x}")
                            for x in ("svg", "ecsv")]
    assert names(tmp_path / "v1.2") == ["xenonnt_spectrum.ecsv", "xenonnt_spectrum.svg"]


@pytest.mark.parametrize(("out", "more", "said"), [
    ("x.pdf", ["--formats", "svg"], "--formats goes with a folder"),
    ("x.jpg", [], "must end in .pdf or .png or .svg"), ("x.PDF", [], "must end in .pdf"),
    ("x.ecsv", [], "must end in .pdf"), ("old/x.pdf", [], "cannot be written"),
    ("old", [], "cannot be made")])
@pytest.mark.parametrize("command", [["figure", "xenonnt_spectrum"], ["map"]])
def test_a_place_that_is_no_place_for_a_figure(capsys, tmp_path, monkeypatch, command, out, more,
                                               said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old").write_text("old")
    code, printed, err = run(capsys, *command, "--out", out, *more)
    assert (code, printed) == (2, "") and said in err and err.count("\n") == 1
    assert names(tmp_path) == ["old"]


def test_a_template_that_a_killed_run_left_half_is_completed(capsys, tmp_path):
    got = answer(capsys, "data", "template", "probe", "--out", tmp_path / "mine")
    files = {p.name: p.read_text() for p in (tmp_path / "mine").iterdir()}
    assert got["wrote"] and {str(tmp_path / "mine" / n) for n in files} == set(got["wrote"])
    code, out, err = run(capsys, "data", "template", "probe", "--out", tmp_path / "mine")
    assert (code, out) == (2, "") and "exists already; nothing was written" in err
    first, *rest = files
    for name in rest:
        (tmp_path / "mine" / name).unlink()
    code, out, err = run(capsys, "data", "template", "probe", "--out", tmp_path / "mine")
    assert code == 0 and err.startswith("munu: wrote ") and "fill them in" in out
    assert {p.name: p.read_text() for p in (tmp_path / "mine").iterdir()} == files
    # what somebody filled in is no template
    (tmp_path / "mine" / rest[0]).unlink()
    (tmp_path / "mine" / first).write_text(files[first] + "# mine\n")
    code, out, err = run(capsys, "data", "template", "probe", "--out", tmp_path / "mine")
    assert code == 2 and "nothing was written" in err and rest[0] not in names(tmp_path / "mine")
