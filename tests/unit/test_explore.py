"""The live page: it answers as the command line does, reads no file, and nothing makes it hang."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from munu import _plugins, explore
from munu.errors import DomainError, MunuError, UnknownName
from munu.explore import asked, guarded, inputs, server, workers
from tests.unit.command import run

HOME = "http://127.0.0.1:8137"
# a worker that sleeps for as long as it is told, and goes when it is told "end"
SLEEPER = ("-c", """
import json, sys, time
print(flush=True)
for line in sys.stdin:
    word = json.loads(line)[0]
    if word == "end":
        break
    time.sleep(float(word))
    print(json.dumps({"code": 0, "out": word, "err": ""}), flush=True)
""")
SECRET = "a secret that no answer may hold"


@pytest.fixture(scope="module")
def page():
    with TestClient(server.application(number=1), base_url=HOME) as client:
        yield client


@pytest.fixture
def sleepers():
    made = []

    def make(number=1, seconds=30.0):
        made.append(workers.Workers(number, seconds, SLEEPER))
        return made[-1]

    yield make
    for one in made:
        one.close()


ASKED = [
    ("limit", {"probe": "xenonnt", "mass": "0,50keV", "flavor": "mu",
               "option": {"sun": "AGSS09met"}}),
    pytest.param("limit", {"probe": "xenonnt+lz", "along": "emu=1,etau=1"},
                 marks=pytest.mark.long),
    pytest.param("spectrum", {"probe": "xenonnt", "mass": "50keV"}, marks=pytest.mark.long),
    ("calc", {"formula": "kinematics.E_nu_min",
              "arguments": {"T": "3keV", "M_N": "0MeV", "m": "m_e"}, "unit": "keV"}),
    ("convert", {"quantity": "d = 1e-7 /GeV", "to": "mu:1/GeV"}),
    pytest.param("model", {"name": "leptoquark", "parameters": {
        "m_LQ": "2TeV", "y1": 0.1, "y2": 0.1}, "scan": {"M_N": "1keV:1MeV:3"}},
        marks=pytest.mark.long),
    pytest.param("check", {"point": {"mu": 1e-10, "M_N": "50keV", "flavor": "mu"}},
                 marks=pytest.mark.long),
    pytest.param("propagate", {"energies": "15MeV,20MeV", "fast": True, "from": "1e3km"},
                 marks=pytest.mark.long),
    pytest.param("moments", {"kind": "portal", "limits": "gemma_2012"}, marks=pytest.mark.long),
]


@pytest.mark.parametrize(("command", "fields"), ASKED)
def test_the_page_says_what_the_command_prints(page, capsys, command, fields):
    got = page.post(f"/api/{command}", json=fields)
    assert got.status_code == 200, got.text
    words = inputs.words(asked.read(command, fields))
    assert run(capsys, *words)[:2] == (0, got.text)
    assert unquote(got.headers["munu-command"]) == inputs.shown(words)


@pytest.mark.long
def test_a_point_is_judged_as_the_limit_of_the_same_page_says(page):
    """Far above every bound it is excluded, far below it stands; the margin is mu over the limit,
    in proportion to mu."""
    def asked_of(command, **fields):
        got = page.post(f"/api/{command}", json=fields)
        assert got.status_code == 200, got.text
        return got.json()

    judged = {mu: asked_of("check", point={"mu": mu, "M_N": "50keV", "flavor": "mu"})
              for mu in (1e-8, 1e-16)}
    assert judged[1e-8]["excluded"] is True and judged[1e-16]["excluded"] is False
    high, low = ({v["name"]: v for v in x["verdict"]}["xenonnt"] for x in judged.values())
    mu = asked_of("limit", probe="xenonnt", mass="50keV", flavor="mu")["limits"][0]["mu"]
    assert high["margin"] == pytest.approx(1e-8 / mu, rel=1e-3)
    assert low["margin"] == pytest.approx(1e-8 * high["margin"], rel=1e-9)


def test_the_page_says_so_while_it_is_made(page, monkeypatch):
    """And comes by itself; a browser is not left before an empty window."""
    made = Future()
    monkeypatch.setattr(server, "making", lambda: made)
    monkeypatch.setattr(server, "_PATIENCE", 0.01)
    got = page.get("/")
    assert got.status_code == 503 and got.headers["refresh"] and "by itself" in got.text
    made.set_result(("<p>the map", "default-src 'none'"))
    got = page.get("/")
    assert (got.status_code, got.text) == (200, "<p>the map")
    assert got.headers["content-security-policy"] == "default-src 'none'"


def test_no_question_is_given_to_a_process_that_still_starts():
    """It would be ended with it, and so would the next."""
    slow = (SLEEPER[0], "import time; time.sleep(1)\n" + SLEEPER[1])
    pool = workers.Workers(1, 0.5, slow)
    try:
        assert pool.ask(["0"]).out == "0"
        assert pool.ask(["20"]).code == workers.LATE
        assert pool.ask(["0"]).code == workers.LATE, "the next process starts"
        pool.seconds = 30
        assert pool.ask(["0"]).out == "0", "and was not ended for it"
    finally:
        pool.close()


def test_in_python_the_same(page):
    same = page.post("/api/convert", json={"quantity": "mu = 1e-11 mu_B"}).json()
    assert same["d_mu_B"] == pytest.approx(5e-12, rel=1e-15)
    asked.ASKED["convert"](quantity="mu = 1e-11 mu_B")
    with pytest.raises(UnknownName, match="limit"):
        explore.ask("limits")
    with pytest.raises(DomainError, match="did you mean 'mass'"):
        explore.ask("limit", probe="xenonnt", masses="0")
    assert set(explore.commands()) == set(asked.ASKED)


def test_forms_are_made_from_the_parameters(page):
    got = page.get("/api/list/probes/ship").json()
    known = {p.name: p for p in _plugins.parameters("probes", "ship")}
    assert {p["name"] for p in got["parameters"]} == set(known) - {"flux"}, "which is a file"
    assert page.get("/api/list/models/leptoquark").json()["parameters"][0]["unit"]
    assert "xenonnt" in page.get("/api/list/probes").json()["probes"]


@pytest.mark.parametrize(("command", "fields", "code", "said"), [
    ("limit", {"probe": "xenont"}, 404, "did you mean 'xenonnt'"),
    ("limit", {"probe": "xenonnt", "mass": "50"}, 422, "50"),
    ("limit", {"probe": "xenonnt", "masses": "50keV"}, 422, "masses: there is no such field"),
    ("limit", {}, 422, "probe: is needed"),
    ("check", {}, 422, "a point is needed"),
    ("limit", {"probe": "xenonnt", "option": {"moon": 1}}, 422, "no option 'moon'"),
    ("limit", {"probe": "xenonnt", "mass": "1keV:1MeV:100000"}, 422, "at most 300"),
    ("limit", {"probe": "xenonnt", "mass": "0," * 99 + "0", "option": {"sun": "x" * 201}}, 422,
     "200 characters"),
    ("limit", {"probe": "miniboone", "mass": "50MeV"}, 422, "nature is needed"),
    # all formulas are read for the names in the line
    pytest.param("calc", {"formula": "os.system"}, 404, "no formula named 'os.system'",
                 marks=pytest.mark.long),
    pytest.param("calc", {"formula": "munu.cli.doctor.doctor"}, 404, "no formula named",
                 marks=pytest.mark.long),
    ("model", {"name": "leptoquark", "scan": {"y1": "0.1:1:300", "y2": "0.1:1:300"}}, 422,
     "90000 points"),
    ("model", {"name": "os"}, 404, "no model named 'os'"),
])
def test_what_is_wrong_is_one_line(page, command, fields, code, said):
    got = page.post(f"/api/{command}", json=fields)
    assert got.status_code == code and set(got.json()) == {"error"}
    assert said in got.json()["error"] and "\n" not in got.json()["error"]


def doors(path):
    """Every place of a request where a path could stand."""
    text = str(path)
    yield "limit", {"probe": text}
    yield "spectrum", {"probe": text}
    yield "model", {"name": text}
    yield "propagate", {"medium": text}
    yield "propagate", {"medium": "from_file", "option": {"path": text}}
    yield "propagate", {"field": text}
    yield "propagate", {"field": f"file:{text}"}
    yield "propagate", {"mixing": text}
    yield "moments", {"limits": text}
    yield "calc", {"formula": text}
    yield "calc", {"formula": "kinematics.E_nu_min", "arguments": {"T": text}}
    for probe, option in (("nomad", "flux"), ("lsnd", "card"), ("diffuse_neutrinos", "limits"),
                          ("trinity", "aperture"), ("sn1987a_cooling", "core"),
                          ("galactic_supernova", "field"), ("red_giants", "star"),
                          ("galactic_supernova_decays", "detectors")):
        yield "limit", {"probe": probe, "nature": "dirac", "option": {option: text}}


def test_no_file_of_a_request_is_read(page, tmp_path):
    """Nor is it said whether there is one."""
    for name in ("here.ecsv", "here.yaml", "here"):
        there, none = tmp_path / name, tmp_path / name.replace("here", "none")
        there.write_text(f"{SECRET}\n")
        for (command, fields), (_, others) in zip(doors(there), doors(none), strict=True):
            got = [page.post(f"/api/{command}", json=x) for x in (fields, others)]
            assert {x.status_code for x in got} <= {404, 422}, got[0].text
            assert got[0].text.replace("here", "none") == got[1].text
            assert SECRET not in got[0].text


def test_no_file_is_read_even_where_the_checks_let_one_pass(page, tmp_path):
    """The words as the command line would take them, past all that judges a request."""
    pool = page.app.app.state.workers
    (tmp_path / "mine.ecsv").write_text(f"{SECRET}\n")
    (tmp_path / "mine.yaml").write_text(f"name: {SECRET}\n")
    table, card = str(tmp_path / "mine.ecsv"), str(tmp_path / "mine.yaml")
    for words in (["limit", card], ["model", card], ["cite", table],
                  ["limit", "lsnd", f"--option=card={card}"],
                  ["limit", "diffuse_neutrinos", f"--option=limits={table}", "--nature=dirac",
                   "--option=level=0.9"],
                  ["propagate", f"--field=file:{table}"],
                  ["propagate", "--medium=from_file", f"--option=path={table}"],
                  ["limit", "sn1987a_cooling", f"--option=core={table}"],
                  ["convert", "mu = 1e-11 mu_B", f"--out={tmp_path / 'new.json'}"],
                  ["limit", "lz", f"--out={tmp_path / 'new.json'}"],
                  ["limit", "lz", f"--plot={tmp_path / 'new.png'}"],
                  ["data", "template", "probe", f"--out={tmp_path / 'new'}"]):
        told = pool.ask([*words, "--json"])
        assert told.code == 2, words
        assert SECRET not in told.out + told.err and "internal" not in told.err
    assert {p.name for p in tmp_path.rglob("*") if p.is_file()} == {"mine.ecsv", "mine.yaml"}


def test_an_option_that_takes_a_path_says_so():
    """By its type, so that one which is added tomorrow is refused too."""
    from pathlib import Path

    for room in ("probes", "media"):
        for name in _plugins.names(room):
            for p in _plugins.parameters(room, name):
                assert (p.kind == "file") == (Path in p.types), (name, p.name)


@pytest.mark.parametrize(("headers", "code"), [
    ({"host": "evil.example"}, 400), ({"host": "127.0.0.1.evil.example"}, 400),
    ({"host": "evil.example:8137"}, 400), ({"host": "127.0.0.1@evil.example"}, 400),
    ({"host": ""}, 400), ({"host": "localhost:8137"}, 200), ({"host": "[::1]:8137"}, 200),
    ({"origin": "http://evil.example"}, 403), ({"origin": "null"}, 403),
    ({"origin": "http://127.0.0.1:9"}, 403), ({"origin": "https://127.0.0.1:8137"}, 403),
    ({"origin": HOME}, 200), ({"sec-fetch-site": "cross-site"}, 403),
    ({"sec-fetch-site": "same-site"}, 403), ({"sec-fetch-site": "same-origin"}, 200),
    ({"content-type": "text/plain"}, 415), ({"content-type": "multipart/form-data"}, 415),
])
def test_only_its_own_page_may_ask(page, headers, code):
    got = page.post("/api/convert", content=b'{"quantity": "mu = 1e-11 mu_B"}',
                    headers={"content-type": "application/json"} | headers)
    assert got.status_code == code, got.text
    assert not [k for k in got.headers if k.startswith("access-control")]
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in got.headers["content-security-policy"]


@pytest.mark.parametrize(("body", "code"), [
    (b"", 422), (b"{", 422), (b"\xff", 422), (b"[]", 422), (b"null", 422), (b"[" * 9000, 422),
    (b'{"quantity": NaN}', 422), (b'{"quantity": 1e999}', 422),
    (b'{"quantity": "mu = 1 mu_B", "quantity": "mu = 2 mu_B"}', 422),
    (b'{"quantity": "\\ud800"}', 422), (b'{"quantity": "\\u0000"}', 422),
    (b'{"quantity": ' + b"9" * 9000 + b"}", 422), (b" " * (guarded.MOST + 1), 413),
])
def test_what_is_no_request_is_one_line_too(page, body, code):
    got = page.post("/api/convert", content=body, headers={"content-type": "application/json"})
    assert got.status_code == code and set(got.json()) == {"error"}


@pytest.mark.parametrize(("place", "name", "value"), [
    ("natures", "seed", False), ("natures", "toys", "0"), ("limit", "seed", "1"),
    ("limit", "toys", True), ("limit", "unbinned", 1), ("limit", "systematic", "yes")])
def test_what_looks_like_a_number_or_a_yes_is_none(page, place, name, value):
    """Refused before anything is computed, where a number would do the same."""
    probe = {"natures": "sbnd", "limit": "xenonnt"}[place]
    got = page.post(f"/api/{place}", json={"probe": probe, name: value})
    assert got.status_code == 422 and name in got.json()["error"], got.text


def test_a_place_that_takes_no_body_says_so(page):
    for path in ("/", "/api/list/probes", "/openapi.json"):
        got = page.post(path, content=b"{")
        assert got.status_code == 405 and set(got.json()) == {"error"}


def test_a_newer_question_takes_the_place_of_an_older(sleepers):
    pool, got = sleepers(2), []
    ticket = pool.ticket("slider")
    old = threading.Thread(target=lambda: got.append(pool.ask(["20"], ticket)))
    old.start()
    time.sleep(0.2)
    begun = time.monotonic()
    assert pool.ask(["0"], pool.ticket("slider")).out == "0"
    old.join(5)
    assert got[0].code == workers.SUPERSEDED and time.monotonic() - begun < 5
    assert pool.ask(["0"], pool.ticket("another")).out == "0"


def test_a_question_has_an_end_and_the_next_is_answered(sleepers):
    pool = sleepers(1, seconds=0.3)
    assert pool.ask(["20"]).code == workers.LATE
    pool.seconds = 20
    assert pool.ask(["0"]).out == "0", "by a new process"
    assert pool.ask(["end"]).code == workers.LOST
    assert pool.ask(["0"]).out == "0"


def test_too_many_at_once_are_told_so(sleepers):
    pool, got = sleepers(1, seconds=0.4), []
    those = [threading.Thread(target=lambda: got.append(pool.ask(["20"]).code))
             for _ in range(20)]
    for one in those:
        one.start()
    for one in those:
        one.join(10)
    assert set(got) == {workers.LATE, workers.BUSY} and got.count(workers.BUSY) >= 8


def test_whoever_listens_no_more_is_not_computed_for(sleepers):
    """The page lets go of a request: its worker is free again."""
    import asyncio

    class Gone:
        async def is_disconnected(self):
            return True

    request = Gone()
    request.app = type("App", (), {})()
    request.app.state = type("State", (), {"workers": sleepers(1)})()
    begun = time.monotonic()
    got = asyncio.run(server._answered(request, ["20"]))
    assert got.status_code == 409 and time.monotonic() - begun < 5


word = st.text(max_size=30) | st.sampled_from([
    "0", "50keV", "1keV:1MeV:3", "-1", "--out=x", "../x", "/etc/passwd", "x.yaml", "nan", "1e999",
    "dirac", "e", "__import__('os')", "$(id)", "a=b", "'", "\"", "xenonnt", "%s", "{0}"])
plain = st.none() | st.booleans() | st.integers() | st.floats() | word
anything = st.recursive(plain, lambda x: st.lists(x, max_size=3) | st.dictionaries(word, x,
                                                                                   max_size=3))


@pytest.mark.long
@given(st.data())
def test_whatever_comes_is_words_of_the_command_or_one_line(data):
    """And of the words none is an option that writes or reads a file."""
    command = data.draw(st.sampled_from(sorted(asked.ASKED)))
    kind = asked.ASKED[command]
    names = [f.alias or n for n, f in kind.model_fields.items()]
    fields = data.draw(st.dictionaries(st.sampled_from(names) | word, anything, max_size=4))
    if kind.NAME and data.draw(st.booleans()):
        fields[kind.NAME] = data.draw(st.sampled_from(
            ["xenonnt", "leptoquark", "profile_a", "kinematics.E_nu_min", "mu = 1e-11 mu_B"]))
    try:
        words = inputs.words(asked.read(command, fields))
    except MunuError as err:
        assert str(err) and "\n" not in str(err)
        return
    assert words[0] == command and words[-1] == "--json"
    known = {"--" + n.replace("_", "-") for n in names}
    flags = [w.partition("=")[0] for w in words[1:-1] if w.startswith("-")]
    assert set(flags) <= known and not {"--out", "--plot", "--write"} & set(flags)


@pytest.mark.long
def test_the_server_is_on_this_machine_alone_and_ends(tmp_path):
    """Started as a user starts it; its processes end with it."""
    with subprocess.Popen([sys.executable, "-m", "munu", "explore", "--port", "0",
                           "--no-browser", "--seconds", "600"], stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.DEVNULL, cwd=tmp_path, start_new_session=True,
                          # what a shell starts in the background does not hear it, nor its children
                          preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
                          ) as running:
        try:
            line = running.stdout.readline()
            port = int(line.split("127.0.0.1:")[1].split("/")[0])
            home = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
            home.request("POST", "/api/convert", json.dumps({"quantity": "mu = 1e-11 mu_B"}),
                         {"Content-Type": "application/json"})
            got = home.getresponse()
            assert got.status == 200 and json.loads(got.read())["unit"] == "mu_B"
            home.request("GET", "/", headers={"Host": "evil.example"})
            assert home.getresponse().status == 400
            again = subprocess.run([sys.executable, "-m", "munu", "explore", "--port", str(port),
                                    "--no-browser"], capture_output=True, text=True)
            assert again.returncode == 2 and again.stderr.count("\n") == 1
            assert f"port {port} cannot be had" in again.stderr
        finally:
            # as a terminal does: to all of its processes
            os.killpg(running.pid, signal.SIGINT)
        assert running.wait(120) == 130


def test_without_its_packages_one_line_says_what_to_install():
    code = ("import sys; sys.modules['fastapi'] = None\n"
            "from munu.cli.__main__ import main; sys.exit(main(['explore']))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == "munu: fastapi is not installed; run: pip install 'munu[web]'\n"
