"""The lessons of the documentation: each can be taken away, runs, and says whom to cite."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
LESSONS = sorted((DOCS / "notebooks").glob("*.md"))
CELL = re.compile(r"^```\{code-cell\} ipython3\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def test_every_lesson_is_listed():
    listed = re.findall(r"^notebooks/(\w+)$", (DOCS / "notebooks.md").read_text(), re.MULTILINE)
    assert sorted(listed) == [p.stem for p in LESSONS] and len(LESSONS) >= 5


@pytest.mark.parametrize("page", LESSONS, ids=lambda p: p.stem)
def test_a_lesson_can_be_taken_away_and_ends_with_whom_to_cite(page):
    text = page.read_text(encoding="utf-8")
    assert f"{{nb-download}}`{page.stem}.ipynb`" in text
    heads = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert heads[-1] == "Whom to cite" and "munu.cite" in text.rpartition("## ")[2]
    # a link without words is a blank in Jupyter
    assert "[](" not in text


@pytest.mark.long
@pytest.mark.parametrize("page", LESSONS, ids=lambda p: p.stem)
def test_a_lesson_runs_as_plain_python(page, tmp_path, monkeypatch):
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    monkeypatch.chdir(tmp_path)
    told = {}
    with mpl.rc_context():
        for cell in CELL.findall(page.read_text(encoding="utf-8")):
            # a line for Jupyter alone
            plain = re.sub(r"^%.*$", "", cell, flags=re.MULTILINE)
            exec(compile(plain, page.name, "exec"), told)
    plt.close("all")
    assert "munu" in told and not list(tmp_path.iterdir())


def test_the_recipes_are_ten_and_name_commands_that_there_are():
    import typer

    from munu.cli.__main__ import app

    text = (DOCS / "recipes.md").read_text(encoding="utf-8")
    asked = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert len(asked) >= 10 and all(q.endswith("?") for q in asked)
    known = typer.main.get_command(app).commands
    named = set(re.findall(r"(?:run\([\"']|^|`)munu ([a-z]+)", text, re.MULTILINE))
    assert len(named) > 8 and named <= set(known), named - set(known)
