"""How far a call is: one line on stderr where that is a terminal, from two seconds on.

A command that knows its fraction tells it, any other shows the seconds.  The line goes away again,
and nothing of it reaches stdout.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

# seconds before the line is shown, and between two of them
AFTER, EVERY = 2.0, 0.2
CLEAR, _WIDTH = "\r\x1b[K", 30


class Line:
    """The line of one call; a small thread alone writes it."""

    def __init__(self, title: str, stream: TextIO):
        self.title, self.stream = title, stream
        self.fraction: float | None = None
        self.beside = ""
        self._begun, self.seen = time.monotonic(), False
        self._ended, self._lock = threading.Event(), threading.Lock()
        self._thread = threading.Thread(target=self._show, daemon=True)
        self._thread.start()

    def __str__(self) -> str:
        seconds = f"{time.monotonic() - self._begun:.0f} s"
        if self.fraction is None or self.fraction >= 1:
            return f"{self.title} {seconds}"
        full = int(_WIDTH * self.fraction)
        return (f"{self.title} [{'#' * full}{'.' * (_WIDTH - full)}] {self.fraction:4.0%} {seconds}"
                + (f", {self.beside}" if self.beside else ""))

    def tell(self, fraction: float, beside: str = "") -> None:
        """The part that is done, 0 to 1, and what is said beside it."""
        self.fraction, self.beside = fraction, beside

    def say(self, text: str) -> None:
        """A line that stays, above this one."""
        with self._lock:
            self.stream.write((CLEAR if self.seen else "") + text + "\n")
            self.stream.flush()
            self.seen = False

    def end(self) -> None:
        """Clean the line, and show no more of it."""
        self._ended.set()
        self._thread.join()
        if self.seen:
            self.stream.write(CLEAR)
            self.stream.flush()
            self.seen = False

    def _show(self) -> None:
        wait = AFTER
        while not self._ended.wait(wait):
            with self._lock:
                self.stream.write(f"{CLEAR}{self}")
                self.stream.flush()
                self.seen = True
            wait = EVERY


# the line of the call that runs, if it has one
_now: list[Line] = []


@contextmanager
def shown(title: str, *, wanted: bool = True) -> Iterator[None]:
    """A call with its line, where stderr is a terminal."""
    if wanted and sys.stderr.isatty():
        _now.append(Line(title, sys.stderr))
    try:
        yield
    finally:
        end()


def tell() -> Callable[..., None] | None:
    """What takes the fraction done, or None where nobody looks."""
    return _now[-1].tell if _now else None


def say(text: str) -> None:
    """A line on stderr that stays."""
    if _now:
        _now[-1].say(text)
    else:
        print(text, file=sys.stderr)


def drawn() -> bool:
    """Whether a line stands there."""
    return any(line.seen for line in _now)


def end() -> None:
    """Clean the line: what follows is the answer."""
    while _now:
        _now.pop().end()
