"""What stands beside an answer: what is said of the doing, how far a call is, completion."""

import io
import json
import logging
import os
import subprocess
import sys
import time
import warnings
from types import SimpleNamespace

import pytest

from munu import _rooms, atlas, references
from munu.cli import _progress, _speech
from munu.cli.__main__ import main

EARLY = ["propagate", "--field", "dipole:5e9G@1000km", "--mu", "emu=1e-12", "--energies", "15MeV",
         "--to", "2e4km", "--fast"]


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    """A stderr that is a terminal, and calls that are long at once."""
    made = Terminal()
    monkeypatch.setattr(_progress, "sys", SimpleNamespace(stderr=made))
    monkeypatch.setattr(_progress, "AFTER", 0.02)
    monkeypatch.setattr(_progress, "EVERY", 0.01)
    return made


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("flag", ["-v", "--verbose"])
def test_what_is_done_is_said_on_stderr_alone(capsys, tmp_path, flag, place):
    words = ["limit", "xenonnt", "--mass", "0,1keV", "--json", "--out", str(tmp_path / "a.ecsv")]
    words.insert(place, flag)
    assert main(words) == 0
    out = capsys.readouterr()
    assert json.loads(out.out)["probe"] == "xenonnt"
    assert all(x.startswith("munu: ") and " s: " in x for x in out.err.splitlines())
    for said in ("limit of xenonnt along mu: masses 2, profile",
                 "block 1 of 1: masses 2, bins 29", f"wrote {tmp_path / 'a.ecsv'}"):
        assert said in out.err
    main(["propagate", "--energies", "5MeV,15MeV", "--fast", flag])
    err = capsys.readouterr().err
    assert "nubar_e through profile_a: energies 2" in err and "passed in" in err


def test_a_file_that_is_read_is_said(caplog, tmp_path):
    from munu import _data

    with caplog.at_level(logging.DEBUG, logger="munu"):
        _data.read(_data.ROOT / "limits" / "gemma_2012.ecsv")
    assert [x.message for x in caplog.records] == [
        f"reads {_data.ROOT / 'limits' / 'gemma_2012.ecsv'}"]


def test_without_a_word_nothing_is_said(capsys):
    assert main(["limit", "xenonnt"]) == 0
    assert capsys.readouterr().err == ""
    log = logging.getLogger("munu")
    assert log.level == logging.NOTSET, "the library is as it was before the call"
    assert [type(x) for x in log.handlers] == [logging.NullHandler]


def test_a_warning_is_a_line_that_quiet_keeps_back(capsys):
    assert main(EARLY) == 0
    assert capsys.readouterr().err.startswith("munu: warning: the chain of crossings")
    for words in (["-q", *EARLY], [*EARLY, "--quiet"]):
        assert main(words) == 0
        assert capsys.readouterr().err == ""
    assert main(["-q", "limit", "xenont"]) == 2
    assert "did you mean" in capsys.readouterr().err, "an error is no warning"


def test_a_warning_of_python_is_a_line_too(capsys):
    with _speech.spoken(logging.WARNING):
        warnings.warn("two\nlines", UserWarning, stacklevel=1)
    assert capsys.readouterr().err == "munu: warning: two lines\n"
    with _speech.spoken(_speech.SILENT):
        warnings.warn("none", UserWarning, stacklevel=1)
    assert capsys.readouterr().err == ""


def test_words_behind_two_dashes_are_no_flags():
    assert _speech.heard(["calc", "-v", "--", "-q"]) == (["calc", "--", "-q"], logging.DEBUG)


def test_a_long_call_shows_its_seconds_and_cleans_up(terminal, capsys):
    with _progress.shown("munu figure"):
        time.sleep(0.08)
        _progress.say("munu: warning: stays")
        time.sleep(0.05)
    assert _progress.tell() is None
    text = terminal.getvalue()
    assert "munu figure 0 s" in text and text.endswith("\r\x1b[K")
    assert "\r\x1b[Kmunu: warning: stays\n" in text, "a line that stays begins a clean one"
    assert capsys.readouterr().out == ""


def test_a_call_that_knows_its_fraction_shows_it(terminal):
    with _progress.shown("munu limit"):
        _progress.tell()(0.5)
        time.sleep(0.06)
    assert f"[{'#' * 15}{'.' * 15}]  50% 0 s" in terminal.getvalue()


def test_a_short_call_shows_nothing(monkeypatch):
    made = Terminal()
    monkeypatch.setattr(_progress, "sys", SimpleNamespace(stderr=made))
    assert main(["convert", "mu = 1e-11 mu_B"]) == 0
    assert made.getvalue() == ""


@pytest.mark.parametrize("words", [
    ["limit", "xenonnt", "--method", "feldman_cousins", "--toys", "400", "--mass", "0,1keV"],
    ["model", "leptoquark", "y1=1", "y2=1", "--scan", "m_LQ=1TeV:5TeV:20000"],
    ["propagate", "--energies", "5MeV:40MeV:200"], ["figure", "solar_flux", "--formats", "svg"]])
def test_every_long_command_shows_itself(terminal, capsys, tmp_path, words):
    if words[0] == "figure":
        words = [*words, "--out", str(tmp_path)]
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)
    shown = terminal.getvalue()
    assert f"munu {words[0]}" in shown and shown.endswith("\r\x1b[K")
    assert ("%" in shown) is (words[0] != "figure")
    terminal.truncate(0)
    assert main([*words, "--json", "-q"]) == 0
    assert terminal.getvalue().strip("\0") == ""


def completed(text: str) -> list[str]:
    """What a shell is offered for the last word, and no numpy for it."""
    words = text.split(" ")
    code = ("import sys, atexit\nfrom munu.cli.__main__ import main\n"
            "atexit.register(lambda: print('numpy' in sys.modules, file=sys.stderr))\nmain([])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={
        **os.environ, "_MUNU_COMPLETE": "complete_bash", "COMP_WORDS": text,
        "COMP_CWORD": str(len(words) - 1)})
    assert done.stderr == "False\n"
    return done.stdout.split()


@pytest.mark.parametrize(("text", "among"), [
    ("munu limit xenonn", ["xenonnt"]), ("munu limit xenonnt+l", ["xenonnt+lsnd", "xenonnt+lz"]),
    ("munu spectrum dres", ["dresden2"]), ("munu model lept", ["leptoquark"]),
    ("munu figure ma", ["map", "mass_moment"]), ("munu propagate --medium profile_", ["profile_a"]),
    ("munu list med", ["media"]), ("munu list sources reac", ["reactor"]),
    ("munu list limits gemma_2012", ["gemma_2012"]), ("munu cite VogelE", ["VogelEngel1989"]),
    ("munu cite xenonnt+sol", ["xenonnt+solar"]), ("munu calc kinematics.E_nu_m",
                                                    ["kinematics.E_nu_min"]),
    ("munu moments --limits gemma_2012,borexino_2", ["gemma_2012,borexino_2017"]),
    ("munu -v lim", ["limit"])])
def test_completion_lists_names(text, among):
    found = completed(text)
    assert set(among) <= set(found)
    assert all(x.startswith(text.split(" ")[-1]) for x in found)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell(capsys, shell):
    assert main(["--show-completion", shell]) == 0
    out = capsys.readouterr().out
    assert "_MUNU_COMPLETE" in out and "complete_" + shell in out


def test_names_for_a_shell_are_those_of_the_rooms():
    assert list(_rooms.keys()) == references.names()
    assert list(_rooms.stored("limits")) == atlas.names()
