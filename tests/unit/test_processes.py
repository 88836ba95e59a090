"""munu as a process: closed streams, Ctrl-C, places that cannot be written, odd surroundings."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import munu
from munu import _places

SOURCE = Path(munu.__file__).parent
MUNU = [sys.executable, "-m", "munu"]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="streams and signals of POSIX")


def shell(line, **more):
    """A line of bash in which $MUNU is the command; a broken pipe counts."""
    env = os.environ | {"MUNU": " ".join(MUNU)} | more
    return subprocess.run(["bash", "-c", f"set -o pipefail; {line}"], text=True, env=env,
                          capture_output=True)


@pytest.mark.parametrize(("line", "code", "out", "err"), [
    ("$MUNU list >&-", 2, "", "munu: there is no standard output to write to; keep it open\n"),
    ("$MUNU list mixings 2>&- | tail -1 | wc -l", 0, "1\n", ""),
    ("$MUNU list nothing <&- >&- 2>&-", 2, "", ""),
    ("$MUNU list formulas | head -1", 0, "formulas:\n", ""),
    ("$MUNU --help >/dev/full", 2, "", "No space left on device")])
def test_streams_that_take_nothing(line, code, out, err):
    done = shell(line)
    assert (done.returncode, done.stdout) == (code, out), done.stderr
    assert err in done.stderr and done.stderr.count("\n") == bool(err)


def test_what_is_said_goes_into_no_file(tmp_path):
    """The first file opened would bear the number of a closed stream."""
    done = shell(f"$MUNU data template probe --out {tmp_path} 2>&-")
    assert done.returncode == 0 and done.stdout.startswith("fill them in")
    found = [p.read_text() for p in tmp_path.iterdir()]
    assert found and all("munu: wrote" not in text for text in found)


# what a process does when it says that it is ready to be stopped
LOADING = """
import sys, time
class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == "typer":
            print("ready", flush=True)
            time.sleep(60)
sys.meta_path.insert(0, Slow())
"""
WRITING = """
from munu import _data
write = _data.lines
def slow(columns):
    yield from write(columns)
    print("ready", flush=True)
    import time
    time.sleep(60)
_data.lines = slow
"""
# threads that count would be waited for
COUNTING = """
import concurrent.futures, time
import munu.inference.limits
def limit(*args, **more):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        pool.submit(time.sleep, 60)
        print("ready", flush=True)
        pool.submit(time.sleep, 60).result()
munu.inference.limits.limit = limit
"""
# an exception there is printed and forgotten
COLLECTING = """
import munu.inference.limits
class Heavy:
    def __del__(self):
        print("ready", flush=True)
        for _ in range(600):
            time.sleep(0.1)
import time
def limit(*args, **more):
    Heavy()
munu.inference.limits.limit = limit
"""


@pytest.mark.parametrize("doing", [LOADING, WRITING, COUNTING, COLLECTING],
                         ids=["loading", "writing", "threads", "collecting"])
def test_ctrl_c_is_one_line_and_130(tmp_path, doing):
    (tmp_path / "a.ecsv").write_text("old")
    code = (f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n{doing}"
            "from munu.cli._process import run; run()")
    with subprocess.Popen([sys.executable, "-c", code, "limit", "xenonnt", "--out", "a.ecsv"],
                          cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "munu: stopped\n")
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]


def test_whoever_ignores_ctrl_c_goes_on():
    """As under nohup, or in the background of a script."""
    code = ("import os, signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
            "from munu.cli._process import _listen; _listen(); os.kill(os.getpid(), 2); print(1)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr


def test_ctrl_c_in_the_process_of_another(capsys, monkeypatch):
    from munu.cli import __main__ as cli

    def stopped(words):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_asked", stopped)
    assert cli.main(["list"]) == 130 and capsys.readouterr().err == "munu: stopped\n"


# ---- nowhere to write


@pytest.fixture
def closed(tmp_path):
    """An installation and a home that nobody can write, not even root; temporary is left."""
    inside = tmp_path / "munu"
    (inside / "propagation").mkdir(parents=True)
    for path in SOURCE.iterdir():
        if path.name not in ("propagation", "__pycache__"):
            (inside / path.name).symlink_to(path)
    for path in (SOURCE / "propagation").glob("*.py"):
        (inside / "propagation" / path.name).symlink_to(path)
    # a file where a folder would have to be
    (inside / "propagation" / "__pycache__").write_text("")
    (tmp_path / "temporary").mkdir()
    env = {k: x for k, x in os.environ.items()
           if not k.startswith(("XDG_", "NUMBA_", "MPL", "PYTHON"))}
    return tmp_path, env | {"HOME": "/proc/none", "TMPDIR": str(tmp_path / "temporary"),
                            "PYTHONPATH": str(tmp_path)}


def said(env, code):
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip(), done.stderr


KEPT = "from munu.propagation import evolution as e; print(e.kept())"
ANNOUNCED = f"{KEPT}; e._announce(e._loaded().evolve._cache.cache_path)"


def test_the_evolver_is_kept_in_a_temporary_folder_of_ones_own(closed):
    place, env = closed
    ours = place / "temporary" / f"munu-{os.getuid()}"
    out, err = said(env, ANNOUNCED)
    assert out.startswith(str(ours)) and out.endswith("not compiled yet (about half a minute)")
    assert err == "munu: compiling the evolver (about half a minute), once on this machine\n"
    assert ours.stat().st_mode & 0o777 == 0o700 and list(ours.rglob("*.nbc"))


@pytest.mark.parametrize("why", ["a file", "open to others", "a link", "nowhere"])
def test_no_folder_in_which_others_may_write_is_taken(tmp_path, monkeypatch, why):
    """Whoever else can write there could lay code there that is run."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / ("none" if why == "nowhere" else "")))
    ours = tmp_path / f"munu-{os.getuid()}"
    if why == "a file":
        ours.write_text("")
    elif why == "a link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        ours.symlink_to(tmp_path / "elsewhere")
    elif why == "open to others":
        ours.mkdir()
        ours.chmod(0o777)
    assert _places.temporary() is None


def test_a_user_whom_the_system_does_not_know_gets_no_folder_named_tilde(monkeypatch, tmp_path):
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("MPLCONFIGDIR", raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert _places.home() is None
    assert _places.matplotlib() == tmp_path / f"munu-{os.getuid()}" / "matplotlib"


def test_without_any_folder_the_evolver_is_compiled_each_time(monkeypatch, capsys):
    from munu.propagation import _kernel, evolution

    monkeypatch.setattr("numba.core.caching.CacheImpl._locator_classes", [])
    monkeypatch.setattr(_places, "temporary", lambda: None)
    assert _kernel._kept() is False
    evolution._announce(None)
    assert capsys.readouterr().err == (
        "munu: compiling the evolver (about half a minute), at each start: no folder for it can "
        "be written; name one in NUMBA_CACHE_DIR\n")


def test_a_disk_that_is_full_costs_the_cache_and_not_the_answer():
    from munu.propagation import evolution

    def full(*compiled):
        raise OSError(28, "No space left on device")

    assert evolution._forgiving(full)("signature", "code") is None
    saves = {f._cache.save_overload.__code__ for f in vars(evolution._loaded()).values()
             if hasattr(f, "_cache")}
    assert saves == {evolution._forgiving(full).__code__}


# ---- surroundings


def test_a_picture_without_a_home_and_with_any_display(closed):
    place, env = closed
    done = subprocess.run([*MUNU, "limit", "xenonnt", "--plot", str(place / "a.svg")], text=True,
                          env=env | {"MPLBACKEND": "nonsense"}, capture_output=True)
    assert (done.returncode, done.stderr) == (
        0, f"munu: wrote {place / 'a.svg'}, {place / 'a.ecsv'}\n")
    assert (place / "temporary" / f"munu-{os.getuid()}" / "matplotlib").is_dir()


def test_without_docstrings_a_limit_is_the_same():
    done = shell("$MUNU limit xenonnt --json", PYTHONOPTIMIZE="2")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["limits"][0]["mu"] == munu.limit("xenonnt").value


def test_what_fails_while_modules_are_loaded_is_one_line():
    done = shell("$MUNU limit xenonnt", MUNU_MEV="abc")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == "munu: MUNU_MEV='abc' is not a positive number; unset it or give one\n"
