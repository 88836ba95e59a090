"""A browser for all tests of a run, a page from disk for each."""

import pytest

from munu import site
from tests.browser.chromium import Browser


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """Chromium, once."""
    made = Browser(tmp_path_factory.mktemp("chromium"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def page_file(tmp_path_factory):
    """The page as ``munu site`` writes it."""
    return site.write(tmp_path_factory.mktemp("site") / "munu.html")


@pytest.fixture
def opened(browser, page_file, tmp_path):
    """A function: the page from disk at a permalink, in a tab of its own."""
    pages = []

    def at(link="", **how):
        pages.append(browser.page(page_file.as_uri() + (f"#{link}" if link else ""),
                                  downloads=tmp_path, **how))
        pages[-1].wait("window.munu?.chart?.sorted")
        return pages[-1]

    yield at
    for page in pages:
        page.close()
