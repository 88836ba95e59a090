"""Processes that answer: each one question at a time, and each can be abandoned.

A question has a time; a newer one of the same session takes the place of an older.  Nobody waits
for a process that is abandoned: it is given a moment to finish, then it is ended and replaced.
"""

from __future__ import annotations

import atexit
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import munu

# the command line is above this room: it is started, never imported
_LOOP = ("-m", "munu.cli._answering")
# seconds between two looks, those that an abandoned answer may still take, and those of a start
_LOOK, _GRACE, _START = 0.05, 1.0, 600.0
# questions that wait at once, and sessions that are remembered
_WAITING, _SESSIONS = 12, 1000
# codes beside those of the command line
SUPERSEDED, LATE, BUSY, LOST = 100, 101, 102, 103


@dataclass(frozen=True)
class Told:
    """Exit code, what was printed, the lines beside it, and the seconds of one core."""

    code: int
    out: str = ""
    err: str = ""
    cpu: float = 0.0

    @property
    def error(self) -> str:
        """The line that says what went wrong."""
        lines = [x for x in self.err.splitlines() if x.strip()]
        return lines[-1].removeprefix("munu: ") if lines else "no answer"

    @property
    def said(self) -> list[str]:
        """Warnings and notes beside an answer."""
        return [x.removeprefix("munu: ").removeprefix("warning: ")
                for x in self.err.splitlines() if x.strip()]


class Ticket:
    """A question that can be called off."""

    def __init__(self) -> None:
        self.off = False


class Worker:
    """One process: a line when it is ready, then a line for each line; ``up`` is told when it
    can be asked, or is gone."""

    def __init__(self, loop: Sequence[str], up: Callable[[Worker], None]) -> None:
        root = str(Path(munu.__file__).parents[1])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        self.process = subprocess.Popen(
            # -P: what lies in the current folder is not imported
            [sys.executable, "-P", *loop], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1",
                              "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "Agg"})
        self.answers: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, args=(up,), daemon=True).start()

    def _read(self, up: Callable[[Worker], None]) -> None:
        out = self.process.stdout
        assert out is not None
        with suppress(ValueError, OSError):
            out.readline()
        # a question that had to wait for the start would end it when its time is over
        up(self)
        with suppress(ValueError, OSError):
            for line in out:
                self.answers.put(line)
        self.answers.put(None)

    def send(self, words: Sequence[str]) -> None:
        """Ask; a process that is gone answers None."""
        assert self.process.stdin is not None
        with suppress(OSError, ValueError):
            self.process.stdin.write(json.dumps(list(words)) + "\n")
            self.process.stdin.flush()

    def get(self, seconds: float) -> Told | None:
        """Its answer, or None if there is none yet."""
        with suppress(queue.Empty):
            line = self.answers.get(timeout=seconds)
            return Told(LOST, err="the computation ended without an answer, perhaps for want of "
                                  "memory; ask for less") if line is None else \
                Told(**json.loads(line))
        return None

    def end(self) -> None:
        """End it, whatever it does."""
        with suppress(OSError):
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            with suppress(OSError, ValueError):
                stream.close()  # type: ignore[union-attr]


class Workers:
    """Some processes, and who asks them.

    Parameters
    ----------
    number : processes
    seconds : the longest that a question may take, waiting included but for the first start
    loop : what Python is told to run
    """

    def __init__(self, number: int = 2, seconds: float = 60.0, loop: Sequence[str] = _LOOP
                 ) -> None:
        self.seconds, self._loop = seconds, loop
        self._idle: queue.LifoQueue[Worker] = queue.LifoQueue()
        self._all: set[Worker] = set()
        self._lock, self._first = threading.Lock(), threading.Event()
        self._sessions: OrderedDict[str, Ticket] = OrderedDict()
        self._waiting, self._closed = 0, False
        for _ in range(number):
            self._add()

    def _add(self) -> None:
        with self._lock:
            if self._closed:
                return
            self._all.add(Worker(self._loop, self._up))

    def _up(self, worker: Worker) -> None:
        self._idle.put(worker)
        self._first.set()

    def ticket(self, session: str = "") -> Ticket:
        """A question of a session; the one before is called off."""
        made = Ticket()
        if session:
            with self._lock:
                if session in self._sessions:
                    self._sessions.pop(session).off = True
                self._sessions[session] = made
                if len(self._sessions) > _SESSIONS:
                    self._sessions.popitem(last=False)
        return made

    def ask(self, words: Sequence[str], ticket: Ticket | None = None) -> Told:
        """What the command says; or that the question was called off, or took too long."""
        ticket = ticket or Ticket()
        with self._lock:
            if self._waiting >= _WAITING:
                return Told(BUSY, err=f"{_WAITING} questions wait already; ask again in a moment")
            self._waiting += 1
        try:
            latest = time.monotonic() + _START
            while not (self._first.wait(_LOOK) or ticket.off or time.monotonic() > latest):
                pass
            return self._asked(words, ticket, time.monotonic() + self.seconds)
        finally:
            with self._lock:
                self._waiting -= 1

    def _asked(self, words: Sequence[str], ticket: Ticket, end: float) -> Told:
        worker = None
        while worker is None:
            if (over := self._over(ticket, end)) is not None:
                return over
            with suppress(queue.Empty):
                worker = self._idle.get(timeout=_LOOK)
        worker.send(words)
        while True:
            told = worker.get(_LOOK)
            if told is not None:
                self._back(worker, told)
                return told
            if (over := self._over(ticket, end)) is not None:
                threading.Thread(target=self._abandon, args=(worker,), daemon=True).start()
                return over

    def _over(self, ticket: Ticket, end: float) -> Told | None:
        if ticket.off:
            return Told(SUPERSEDED, err="called off: a newer question took its place")
        if time.monotonic() > end:
            return Told(LATE, err=f"not done within {self.seconds:g} s; ask for less, or on the "
                                  "command line")
        return None

    def _back(self, worker: Worker, told: Told) -> None:
        """To those that are idle, unless it is gone."""
        if told.code != LOST:
            self._idle.put(worker)
            return
        self._end(worker)
        self._add()

    def _abandon(self, worker: Worker) -> None:
        """A moment to finish: a process that is warm is worth more than a new one."""
        told = worker.get(_GRACE)
        self._back(worker, told or Told(LOST))

    def _end(self, worker: Worker) -> None:
        with self._lock:
            self._all.discard(worker)
        worker.end()

    def close(self) -> None:
        """End all of them."""
        with self._lock:
            self._closed, those = True, list(self._all)
        for worker in those:
            self._end(worker)


@cache
def shared() -> Workers:
    """The one process of :func:`munu.explore.ask`, kept until Python ends."""
    made: Any = Workers(1, seconds=600.0)
    atexit.register(made.close)
    return made
