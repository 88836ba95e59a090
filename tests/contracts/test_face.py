"""The public face: names, docstrings, and what an import costs."""

import inspect
import os
import statistics
import subprocess
import sys
import time
from importlib import import_module

import pytest

import munu
from munu.cli.calc import formulas, resolve
from munu.references import bibliography, papers

ROOMS = ["kinematics", "couplings", "flavors", "constants", "sources.solar",
         "processes.electron_scattering", "inference.limits"]


def test_public_names_are_sorted_and_there():
    assert munu.__all__ == sorted(munu.__all__)
    for name in munu.__all__:
        assert getattr(munu, name) is not None


def test_no_module_bears_a_public_name():
    from pathlib import Path

    here = Path(munu.__file__).parent
    assert not {p.stem for p in here.iterdir()} & set(munu.__all__)


@pytest.mark.parametrize("dotted", sorted(formulas()))
def test_a_formula_says_what_it_is(dotted):
    function = resolve(dotted)
    doc = inspect.getdoc(function) or ""
    assert "Returns" in doc, "what it returns"
    assert "[" in doc, "units in brackets"
    assert "Source" in doc
    assert papers(function), "its paper"


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_function_has_a_docstring(room):
    module = import_module(f"munu.{room}")
    for name, thing in vars(module).items():
        if inspect.isfunction(thing) and thing.__module__ == module.__name__ \
                and not name.startswith("_"):
            assert inspect.getdoc(thing), name


def test_every_source_line_names_a_known_key():
    import re

    for dotted in formulas():
        line = re.search(r"Source\s*:\s*(.+)", inspect.getdoc(resolve(dotted)))[1]
        words = re.findall(r"[A-Z][A-Za-z]+(?:\d{2,4}|Talk)", line)
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
