"""What is public stays: no name, command, key of JSON or of a file is taken away in silence.

What goes goes as ``docs/release.md`` says: two minor versions with a warning, then from the frozen
list, by hand.  What is new is frozen by ``python -m tests.contracts.face`` at a release.
"""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.contracts import face

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.mark.parametrize("kind", ["names", "files"])
def test_no_name_and_no_key_is_gone(kind):
    assert face.missing(getattr(face, kind)(), face.frozen()[kind]) == {}


def test_no_command_is_gone():
    assert face.missing({"munu": face.commands()}, face.frozen()["commands"]) == {}


def test_a_removal_is_seen():
    names = face.names()
    names["munu"].remove("limit")
    assert face.missing(names, face.frozen()["names"]) == {"munu": ["limit"]}
    held = face.paths({"version": "1", "limits": [{"mu": 1, "M_N_MeV": 0}]})
    assert face.missing({"a": held - {"limits[].mu"}}, {"a": held}) == {"a": ["limits[].mu"]}


def test_every_command_that_answers_is_frozen():
    from tests.unit.test_cli_daily import COMMANDS

    frozen = face.frozen()["json"]
    assert {"limit", "spectrum", "model", "check", "map"} <= set(frozen) <= set(COMMANDS)
    assert {"version", "command", "citations", "limits[].mu"} <= set(frozen["limit"])


def version():
    """Of the package, read as its build reads it."""
    text = (ROOT / "src/munu/__init__.py").read_text(encoding="utf-8")
    return re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)[1]


def test_what_describes_the_package_says_the_same():
    """pyproject.toml, CITATION.cff, codemeta.json and the recipe."""
    import json

    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    meta = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    assert cff["version"] == meta["version"] == version()
    assert str(cff["date-released"]) == meta["dateModified"]
    assert cff["title"] == meta["name"] == PROJECT["name"]
    assert meta["description"] == PROJECT["description"]
    assert cff["license"] == PROJECT["license"] and meta["license"].endswith(PROJECT["license"])
    assert meta["keywords"] == PROJECT["keywords"]
    assert [a["name"] for a in cff["authors"]] == [a["name"] for a in meta["author"]] \
        == [a["name"] for a in PROJECT["authors"]]
    assert meta["softwareRequirements"] == PROJECT["dependencies"]
    assert meta["runtimePlatform"] == "Python " + PROJECT["requires-python"]


def test_the_recipe_is_that_of_the_package():
    """Conda's names are those of PyPI in small letters; a package has no extras there."""
    recipe = yaml.safe_load((ROOT / "recipe/recipe.yaml").read_text(encoding="utf-8"))
    assert recipe["context"]["version"] == version()
    # the whole of what the command line draws and evolves: conda knows no extras
    extras = PROJECT["optional-dependencies"]
    wanted = [*PROJECT["dependencies"], *extras["evolve"], *extras["plots"]]
    plain = [re.sub(r"^([\w-]+)", lambda m: m[1].lower(), x) for x in wanted]
    run = [x.replace(" ", "") for x in recipe["requirements"]["run"]]
    assert run == [f"python{PROJECT['requires-python']}",
                   *(x.replace("matplotlib", "matplotlib-base") for x in plain)]
    assert recipe["build"]["python"]["entry_points"] == [
        f"{k} = {x}" for k, x in PROJECT["scripts"].items()]
    assert recipe["about"]["license"] == PROJECT["license"]
    assert recipe["about"]["summary"] == PROJECT["description"]


def test_the_forge_runs_what_everybody_runs():
    """The workflows call ``.ci/run`` and the scripts of ``tools/``, and have no steps of theirs."""
    said = {}
    for path in sorted((ROOT / ".github/workflows").glob("*.yml")):
        (job,) = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
        said[path.stem] = [x["run"] for x in job["steps"] if "run" in x]
    assert said["ci"] == [".ci/run"]
    assert said["nightly"][-1].startswith("fuzz/bin/python tools/fuzz.py")
    assert all((ROOT / x.split()[1]).is_file() for x in said["nightly"] if "tools/" in x)
