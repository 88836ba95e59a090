"""The page on performance is made of one whole run: every bench test gives a row."""

import ast
from pathlib import Path

import pytest

from tests.bench import page

ROOT = Path(__file__).parents[2]
# they hold other people's numbers, not their speed
NUMBERS = {"test_peers_listing.py", "test_peers_models.py", "test_peers_stars.py"}


def written():
    for path in sorted((ROOT / "tests/bench").glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield path, node


def test_every_bench_test_gives_a_row_and_holds_a_bound():
    found = [(p, n) for p, n in written() if p.name not in NUMBERS]
    assert len(found) > 25
    for path, node in found:
        calls = {ast.unparse(x.func) for x in ast.walk(node) if isinstance(x, ast.Call)}
        assert calls & {f"rows.{x}" for x in ("speed", "count", "growth", "workers", "parts",
                                               "peer")}, (
            path.name, node.name)
        assert any(isinstance(x, ast.Assert) for x in ast.walk(node)), (path.name, node.name)


def test_the_page_has_a_place_for_each_table():
    text = (ROOT / "docs/performance.md").read_text(encoding="utf-8")
    for name in page.BLOCKS:
        assert page.put(text, name, [("a",) * len(page.BLOCKS[name][1])]) != text


def test_a_table_takes_the_place_of_the_old_one_and_of_nothing_else():
    rows = page.Rows()
    rows.speed("a limit", 0.016, "a script", 3200.0)
    rows.growth("masses of a limit", [1, 10, 100], [1.0, 2.0, 20.0])
    rows.workers("points", (2.0, 1.0), (2.0, 2.2))
    rows.parts({"imports": 1.0, "labels": 3.0})
    rows.missing["peers"] = "not installed"
    text = "".join(f"before\n<!-- {n}:begin -->\nold\n<!-- {n}:end -->\n" for n in page.BLOCKS)
    made = rows.written(text)
    assert "| a limit | 16 ms | a script: 3200 s | 2e5 |" in made
    assert "| masses of a limit | 1 | 1 s | 2 s | 20 s | 1.00 |" in made
    assert "| points | 2 s | 1 s | 2 | 1.1 |" in made and "| labels | 3 s | 75 % |" in made
    assert made.count("old") == 1 and made.count("before") == len(page.BLOCKS)
    assert rows.written(made) == made


def test_half_a_page_is_not_written():
    with pytest.raises(ValueError, match="bench: 0 rows"):
        page.Rows().written("")


@pytest.mark.parametrize(("seconds", "said"), [
    (2800, "2800 s"), (0.0163, "16 ms"), (1.0, "1 s"), (0.999, "1 s"), (3.4e-7, "340 ns"),
    (5e-10, "0.5 ns"), ("123 MB", "123 MB")])
def test_two_digits_and_a_unit(seconds, said):
    assert page.shown(seconds) == said
