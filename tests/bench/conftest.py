"""Rows of the performance page: every bench test measures, holds a bound and gives what it found.

``python3 run.py bench`` runs all of them and writes the page; a part of them, or a run in which one
failed, writes nothing.
"""

from pathlib import Path

import pytest

from .page import Rows

ROWS = pytest.StashKey[Rows]()


def pytest_addoption(parser):
    parser.addoption("--page", type=Path, help="the performance page, written if all went well")


def pytest_configure(config):
    config.stash[ROWS] = Rows()


@pytest.fixture
def rows(request):
    """Where a test says what it measured: speed, growth, workers, parts, or a peer's."""
    return request.config.stash[ROWS]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """What is skipped leaves the block of peers as it is: they are measured together or not."""
    report = yield
    if report.skipped and item.get_closest_marker("bench"):
        block = "peers" if "peers" in item.path.name else "bench"
        item.config.stash[ROWS].missing[block] = str(report.longrepr[-1])
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    page = session.config.getoption("--page", None)
    if page is None:
        return
    made = session.config.stash[ROWS]
    for block, why in made.missing.items():
        print(f"\n{page}: the table '{block}' stays as it is ({why})")
    if exitstatus == 0 and not session.testsfailed:
        page.write_text(made.written(page.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"\nwrote {page}")
    else:
        print(f"\n{page} stays as it is: not every test passed")
