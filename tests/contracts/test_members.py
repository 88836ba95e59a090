"""A new member is one file: listed, cited, calculated, drawn and under the laws by being there.

Into a copy of the package goes one synthetic member of each kind, and what another package brings
by entry points.  What a kind cannot do is not asked of it: a medium is not calculated, a process
draws nothing, a figure is cited by what it draws.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
SYNTHETIC = HERE / "synthetic"
LISTED = {"probes": "synthetic_probe", "sources": "synthetic_source", "models": "synthetic_model",
          "processes": "synthetic_process", "media": "synthetic_medium",
          "figures": "synthetic_figure", "events": "synthetic_experiment",
          "limits": "synthetic_limit"}
PAPERS = {"probe": "Vinyoles2017", "experiment": "Vinyoles2017", "source": "Vinyoles2017",
          "model": "BrdarTalk", "process": "VogelEngel1989", "medium": "Dighe2000",
          "limit": "Brdar2020", "formula": "VogelEngel1989"}
THIRD = '''"""A line of another package."""
from munu.sources import monoenergetic


def source(*, flavor: str = "e"):
    return monoenergetic.source(E_nu="1 MeV", flux="1 cm^-2 s^-1", flavor=flavor)
'''
POINTS = """[munu.sources]
third_line = third_line
third_broken = third_broken
third_greedy = third_greedy
"""


def hashes(folder):
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts}


def run(path, *command, code=0):
    env = {**os.environ, "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1",
           "MPLBACKEND": "Agg",
           # of a copy every loop would be compiled anew, for two hundred events
           "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run([sys.executable, *map(str, command)], cwd=ROOT, env=env, text=True,
                          capture_output=True)
    assert done.returncode == code, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The package with the synthetic members, and what it was before."""
    folder = tmp_path_factory.mktemp("copy")
    bare = shutil.ignore_patterns("__pycache__")
    # with its byte code, which a copy of the same time may use
    shutil.copytree(ROOT / "src" / "munu", folder / "munu")
    before = hashes(folder / "munu")
    shutil.copytree(SYNTHETIC / "munu", folder / "munu", ignore=bare, dirs_exist_ok=True)
    return folder, before


@pytest.fixture(scope="module")
def said(copy, tmp_path_factory):
    """What every command answers, with another package at hand."""
    out, third = tmp_path_factory.mktemp("drawn"), tmp_path_factory.mktemp("third")
    (third / "third_line.py").write_text(THIRD)
    (third / "third_broken.py").write_text("import a_package_that_is_not_there\n")
    (third / "third_greedy.py").write_text("def source(**options):\n    return options\n")
    points = third / "third-1.0.dist-info"
    points.mkdir()
    (points / "METADATA").write_text("Metadata-Version: 2.1\nName: third\nVersion: 1.0\n")
    (points / "entry_points.txt").write_text(POINTS)
    path = os.pathsep.join(map(str, (copy[0], third)))
    return json.loads(run(path, HERE / "asked.py", out)) | {"folder": out}


def test_every_command_answers(said):
    for name, answer in said.items():
        if isinstance(answer, dict) and "code" in answer and name != "bare":
            assert answer["code"] == 0, (name, answer["err"])


@pytest.mark.parametrize("kind", LISTED)
def test_listed_with_a_line(said, kind):
    told = said["list"]["out"][kind][LISTED[kind]]
    # a bound is told by its fields
    assert (told if isinstance(told, str) else told["label"]).strip()
    assert said["matplotlib for a list"] is False


def test_a_helper_beside_a_member_is_none(said):
    """What bears no factory is not listed: media/fields.py, models/naturalness.py."""
    listed = said["list"]["out"]
    assert "fields" not in listed["media"] and "naturalness" not in listed["models"]
    assert "probe" not in listed["probes"] and "_xenon" not in listed["probes"]


@pytest.mark.parametrize("kind", PAPERS)
def test_cited(said, kind):
    assert PAPERS[kind] in said[f"cite {kind}"]["out"]["keys"]


def test_calculated(said):
    assert said["calc process"]["out"]["value"] > 0
    assert said["calc source"]["out"]["value"] == pytest.approx(1500)
    assert {"processes.synthetic_process.sigma", "sources.synthetic_source.E_line"} \
        <= set(said["list formulas"]["out"]["formulas"])
    assert "limits/synthetic_limit" in said["list data"]["out"]["data"]


def test_the_probe_makes_a_limit_and_a_spectrum(said):
    """Four times the exposure on the same counts and background is half the limit."""
    once, twice = (said[n]["out"]["limits"][0]["mu"] for n in ("limit", "limit of twice"))
    assert twice == pytest.approx(once / 2**0.5, rel=0.05)
    assert sum(said["spectrum"]["out"]["observed"]) == 60
    assert said["bare"]["code"] == 2 and "exposure = 10 has no unit; write '10 kg yr'" \
        in said["bare"]["err"]
    assert said["parameters"] == [["exposure", "kg yr", "5 kg yr", "mass times time"]]


def test_the_model_predicts_and_the_medium_is_made(said):
    assert said["model"]["out"]["mu"]["11"] == pytest.approx(2e-11)
    assert said["medium"] == "synthetic_medium"


def test_the_experiment_is_sampled(said):
    made = said["sample"]["out"]
    assert made["targets"] == ["O16"] and made["kept"] == 200 and made["expected_events"] > 0


def test_drawn_with_its_numbers(said):
    assert {p.name for p in said["folder"].iterdir()} \
        == {"synthetic_figure.png", "synthetic_figure.ecsv"}
    assert said["figure"]["out"]["citations"] == ["VogelEngel1989"]


def test_a_limit_is_among_all_and_speaks_against_a_model(said):
    assert "synthetic_limit" in said["published"]
    assert "synthetic_limit" in [x["name"] for x in said["model"]["out"]["verdict"]]


def test_another_package_brings_members_and_a_broken_one_is_one_warning(said):
    assert said["third"] == {"third_line": 1, "third_broken": 0}
    assert said["made"] == "third_line"
    assert len(said["warnings"]) == 1 and "'third_broken'" in said["warnings"][0]
    assert said["greedy"].startswith("DomainError: source third_greedy takes **options")


def test_under_the_laws(copy):
    """The laws run over names: for each kind that has laws, some hold for the new member."""
    told = run(copy[0], "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "-k", "synthetic",
               "tests/laws/test_rooms.py", "tests/laws/test_probes.py")
    for law in ("test_rooms.py::test_a_flux_is_a_state_and_never_negative[synthetic_source]",
                "test_rooms.py::test_a_medium_has_matter_and_a_part_of_it_is_electrons"
                "[synthetic_medium]",
                "test_rooms.py::test_a_model_that_needs_nothing_predicts_something"
                "[synthetic_model]",
                "test_rooms.py::test_a_process_has_formulas_with_papers[synthetic_process]",
                "test_rooms.py::test_an_option_says_what_it_is[probes.synthetic_probe.exposure]",
                "test_probes.py::test_a_template_is_what_the_prediction_says[synthetic_probe]"):
        assert f"PASSED tests/laws/{law}" in told, law


def test_refused_where_it_knows_a_sibling_or_draws(copy, tmp_path):
    """A copy of the copy, so that no other test sees the offenders."""
    shutil.copytree(copy[0] / "munu", tmp_path / "munu")
    assert run(tmp_path, HERE / "siblings.py") == ""
    for room, other in (("probes/synthetic", "munu.probes.lz"), ("sources", "munu.sources.solar"),
                        ("models", "munu.models.zee"), ("media", "munu.media.sun"),
                        ("processes", "munu.processes.radiative_decay"),
                        ("events/experiments", "munu.events.experiments.miniboone"),
                        ("plots", "munu.plots.map")):
        kind = room.split("/")[0]
        file = next((tmp_path / "munu" / room).glob("synthetic_*.py"))
        drawing = "" if kind == "plots" else "\nimport matplotlib\n"
        file.write_text(f"{file.read_text()}\n\nimport {other}\n{drawing}")
    lines = run(tmp_path, HERE / "siblings.py").splitlines()
    for kind in ("probes", "sources", "models", "media", "processes", "events", "plots"):
        assert any(f"members of {kind} do not know" in line and "synthetic" in line
                   for line in lines), kind
    assert sum("imports matplotlib" in line for line in lines) == 6 and len(lines) == 13


def test_no_other_file_was_touched(copy, said):
    folder, before = copy
    after = hashes(folder / "munu")
    new = {p.relative_to(SYNTHETIC / "munu").as_posix() for p in (SYNTHETIC / "munu").rglob("*")
           if p.is_file() and "__pycache__" not in p.parts}
    assert {k: x for k, x in after.items() if k not in new} == before
    assert new == set(after) - set(before)


def test_a_page_is_reached():
    """A page of docs: found by its place, since the list of pages is a pattern."""
    docs = ROOT / "docs"
    pages = [p.relative_to(docs) for folder in ("probes", "models", "add", "physics")
             for p in (docs / folder).glob("*.md")]
    pages += [p.relative_to(SYNTHETIC / "docs") for p in (SYNTHETIC / "docs").rglob("*.md")]
    patterns = [line.strip() for page in docs.glob("*.md")
                for block in page.read_text().split(":glob:")[1:]
                for line in block.split("```")[0].splitlines() if "*" in line]
    assert len(pages) > 40 and "probes/*" in patterns
    for page in pages:
        assert any(page.with_suffix("").match(p) for p in patterns), page
