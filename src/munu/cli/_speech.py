"""What is said beside the answer: ``-v`` all that is done, ``-q`` not even a warning."""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from munu._log import log
from munu.cli import _progress

QUIET, VERBOSE = ("-q", "--quiet"), ("-v", "--verbose")
SILENT = logging.ERROR


def heard(words: Sequence[str]) -> tuple[list[str], int]:
    """The words without ``-q`` and ``-v``, wherever these stand, and the level that they ask."""
    at = words.index("--") if "--" in words else len(words)
    level = logging.WARNING
    for word in words[:at]:
        level = SILENT if word in QUIET else logging.DEBUG if word in VERBOSE else level
    kept = [w for w in words[:at] if w not in (*QUIET, *VERBOSE)]
    return [*kept, *words[at:]], level


class _Lines(logging.Handler):
    """Each record as one line on stderr, what is done with the seconds since the call began."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = time.time()

    def emit(self, record: logging.LogRecord) -> None:
        said = " ".join(record.getMessage().split())
        since = f"{max(0.0, record.created - self._begun):.2f} s: "
        _progress.say("munu: " + ("warning: " if record.levelno >= logging.WARNING else since)
                      + said)


@contextmanager
def spoken(level: int) -> Iterator[None]:
    """The logger is heard on stderr from this level on, and so are Python's warnings."""
    handler, before = _Lines(), log.level
    log.addHandler(handler)
    log.setLevel(level)
    try:
        with warnings.catch_warnings():
            if level > logging.WARNING:
                warnings.simplefilter("ignore")
            warnings.showwarning = lambda message, *where, **more: log.warning("%s", message)
            yield
    finally:
        log.removeHandler(handler)
        log.setLevel(before)
