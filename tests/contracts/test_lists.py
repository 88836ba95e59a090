"""No list of what there is is kept by hand: README's are made, and made again when they are old."""

import importlib.util
import re
import shlex
from pathlib import Path

import pytest

from munu import models, plots, probes
from munu.cli.__main__ import main

ROOT = Path(__file__).parents[2]
# but for a card of one's own
TRIED = [line for line in re.findall(r"^\| `munu ([^`]+)` \|", (ROOT / "README.md").read_text(
    encoding="utf-8").partition("| try |")[2], re.MULTILINE) if "./" not in line]


def listed(name="listed"):
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_the_lists_of_the_readme_are_those_of_the_package():
    made, text = listed(), (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = {m[2]: m[0] for m in made.BLOCK.finditer(text)}
    assert set(blocks) == {"commands", "probes", "figures", "models"}
    assert text == made.written(text), "README.md is old; write it again: python docs/listed.py"
    for kind, room in (("probes", probes), ("figures", plots), ("models", models)):
        assert all(f"`{name}`" in blocks[kind] for name in room.names())


def test_an_old_list_is_seen():
    made, text = listed(), (ROOT / "README.md").read_text(encoding="utf-8")
    old = re.sub(r"[^|\n]*`xenonnt`", "", text, count=1)
    assert old != text and made.written(old) == text


def test_the_number_of_a_paper_stands_in_its_file_alone():
    """XENONnT's own limit is read from data/limits where a page or a figure shows it."""
    told = [p.relative_to(ROOT).as_posix() for folder in ("docs", "src/munu")
            for p in (ROOT / folder).rglob("*") if p.suffix in (".md", ".py")
            and not {"_build", "generated", "jupyter_execute"} & set(p.parts)
            and re.search(r"6\.4e-12|6\.4\\times10\^\{-12\}", p.read_text(encoding="utf-8"))]
    assert told == []


def test_the_example_of_the_readme_says_what_it_says(capsys):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    exec(re.search(r"```python\n(.*?)```", text, re.DOTALL)[1], {})
    out = capsys.readouterr().out
    assert "    0 keV: mu < 7.47e-12 mu_B (expected 1.05e-11)" in out
    assert "<Limit xenonnt+lz: mu along emu=1,etau=1 < " in out and "@article{XENONnT2022" in out


@pytest.mark.parametrize("line", TRIED)
def test_what_the_readme_lets_one_try_works(line, capsys):
    assert main(shlex.split(line)) == 0, capsys.readouterr().err
    assert capsys.readouterr().out


def test_figures_that_the_slides_name_without_drawing_them_are_there():
    slides = listed("_slides")
    lines = [shlex.split(c) for page in slides.PAGES for c in slides.printed(page)]
    drawn = {words[2] for words in lines if words[1] == "figure"}
    assert len(lines) > 100 and len(drawn) > 20
    assert drawn <= {*plots.names()}
    # a page is built without them: what they are told must be what the command takes
    assert all(main([*words[1:], "--help"]) == 0 for words in lines if words[1] in slides.DRAW)
