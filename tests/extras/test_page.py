"""What the page on derivatives shows of an extra is what it prints."""

import doctest
from pathlib import Path

import pytest

pytestmark = pytest.mark.extras
jax = pytest.importorskip("jax")
PAGE = Path(__file__).parents[2] / "docs" / "gradients.md"


def test_cells_that_need_an_extra_print_what_the_page_shows():
    test = doctest.DocTestParser().get_doctest(PAGE.read_text(), {}, PAGE.name, str(PAGE), 0)
    assert len(test.examples) >= 9
    said = []
    with jax.enable_x64(False):
        doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append)
    assert not said, "".join(said)
