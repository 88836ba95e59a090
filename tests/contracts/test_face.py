"""The public face: names, docstrings, and what an import costs."""

import ast
import inspect
import os
import statistics
import subprocess
import sys
import time

import pytest

import munu
from munu import _rooms, formulas
from munu.cli.calc import resolve
from munu.errors import UnknownName
from munu.references import bibliography, papers


def test_public_names_are_sorted_and_there():
    assert munu.__all__ == sorted(munu.__all__)
    for name in munu.__all__:
        assert getattr(munu, name) is not None


def test_no_module_bears_a_public_name():
    from pathlib import Path

    here = Path(munu.__file__).parent
    assert not {p.stem for p in here.iterdir()} & set(munu.__all__)


@pytest.mark.parametrize("dotted", formulas.names())
def test_a_formula_says_what_it_is(dotted):
    function = formulas.get(dotted)
    doc = inspect.getdoc(function) or ""
    assert "Returns" in doc, "what it returns"
    assert "[" in doc, "units in brackets"
    assert "Source" in doc
    assert papers(function), "its paper"


@pytest.mark.parametrize("path", list(_rooms.files()), ids=_rooms.dotted)
def test_every_public_function_has_a_docstring(path):
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


def test_the_packages_of_the_face_are_its_files():
    assert set(_rooms.rooms()) <= set(dir(munu))
    assert munu.weak.__name__ == "munu.weak"
    assert not {"cli", "site"} & set(dir(munu))


@pytest.mark.parametrize("slip", ["processes.import_module", "media.fields.strength",
                                  "cli.calc.resolve", "kinematics.np.sqrt", "constants.vintage"])
def test_calc_reaches_formulas_and_constants_alone(slip):
    with pytest.raises(UnknownName, match="no formula"):
        resolve(slip)


def test_every_source_line_names_a_known_key():
    import re

    for dotted in formulas.names():
        line = re.search(r"Source\s*:\s*(.+)", inspect.getdoc(formulas.get(dotted)))[1]
        words = re.findall(r"[A-Z]\w+(?:\d{2,4}|Talk)\b", line)
        assert words or "``papers``" in line, dotted
        for word in words:
            assert word in bibliography(), (dotted, word)


def seconds(code: str) -> float:
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=env, capture_output=True)
    return time.perf_counter() - start


def test_an_import_costs_next_to_nothing():
    """Budgets as ratios to numpy: import 1.5, the help page 2 (median of interleaved runs)."""
    page = "from munu.cli.__main__ import main; main(['--help'])"
    for code in ("import numpy", "import munu", page):
        seconds(code)
    runs = [[seconds(c) for c in ("import numpy", "import munu", page)] for _ in range(7)]
    numpy, ours, help_ = (statistics.median(x) for x in zip(*runs, strict=True))
    assert ours / numpy < 1.5
    assert help_ / numpy < 2.0


def test_an_import_brings_nothing_heavy():
    code = "import sys, munu; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"numpy", "scipy", "numba", "matplotlib", "pydantic", "iminuit"}
