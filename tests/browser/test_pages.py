"""The built pages in headless Chromium, without a network."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
BUILT = Path(__file__).parents[2] / "docs" / "_build"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
MATH = re.compile(r'class="math(?: notranslate nohighlight)?"')


def pages(*folders):
    found = sorted(p for f in folders for p in BUILT.glob(f"{f}/*.html"))
    return [p for p in found if MATH.search(p.read_text("utf-8"))]


def opened(page, home):
    """The page's elements after its scripts have run; every name of a host is unknown."""
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={home}",
         "--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=60000", "--dump-dom",
         page.as_uri()], capture_output=True, text=True, timeout=180, check=True)
    return done.stdout


@pytest.mark.parametrize("folder", ["physics", "models", "api/generated"])
def test_formulas_are_drawn(folder, tmp_path):
    """Each formula of a page becomes a picture, and none an error."""
    chosen = pages(folder)
    assert len(chosen) >= 3, "build the pages first: python3 run.py docs"
    for page in chosen[::max(1, len(chosen) // 8)]:
        formulas = len(MATH.findall(page.read_text("utf-8")))
        dom = opened(page, tmp_path)
        assert len(re.findall(r"<mjx-container", dom)) >= formulas > 0, page.name
        assert "data-mjx-error" not in dom and "<merror" not in dom, page.name


def test_a_page_with_formulas_has_what_draws_them():
    """Also where a formula stands in the title of another page, which the sidebar repeats."""
    assert [p.name for p in pages(".", "*", "api/generated")
            if "mathjax/tex-svg.js" not in p.read_text("utf-8")] == []


def test_no_page_needs_another_place():
    """No script, style sheet or picture comes from outside."""
    outside = re.compile(r'<(?:script|link|img|iframe)\b[^>]*(?:src|href)="(?:https?:)?//[^"]*"')
    for page in BUILT.rglob("*.html"):
        found = [x for x in outside.findall(page.read_text("utf-8")) if 'rel="canonical"' not in x]
        assert not found, (page.name, found[:3])
