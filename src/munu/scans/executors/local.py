"""Processes on this machine; one that is lost is replaced, and its part computed again."""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import munu
from munu._log import log
from munu.errors import DomainError
from munu.parameters import About, declared
from munu.scans.executors import DEATHS, lost

# what a process waits on is the other end of a pipe, so that it ends with whoever started it
# -P: what lies in the current folder is not imported
_LOOP = ("-P", "-m", "munu.scans._worker")
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
LENGTH = 8


def cores() -> int:
    """Cores that this process may use."""
    with suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True)
class Local:
    """Some processes."""

    workers: int

    def __call__(self, work: Callable[[int], bytes], parts: Sequence[int]
                 ) -> Iterator[tuple[int, bytes]]:
        """Each number with what the function gives of it, as it comes."""
        pool = _Pool(work, parts)
        hands = [threading.Thread(target=pool.serve, daemon=True)
                 for _ in range(min(self.workers, len(parts)))]
        try:
            for hand in hands:
                hand.start()
            yield from pool.results(len(hands))
        finally:
            pool.end()


class _Pool:
    """Numbers that wait, and the processes that compute them."""

    def __init__(self, work: Any, parts: Sequence[int]):
        self._work, self._waiting = pickle.dumps(work), list(reversed(parts))
        self._deaths: dict[int, int] = {}
        self._aside: dict[int, str] = {}
        self._lock, self._ended = threading.Lock(), False
        # few results wait to be written: memory holds no more
        self._made: queue.Queue[tuple[int, bytes] | Exception | None] = queue.Queue(2)
        self._processes: set[subprocess.Popen] = set()

    def results(self, hands: int) -> Iterator[tuple[int, bytes]]:
        while hands:
            found = self._made.get()
            if isinstance(found, Exception):
                raise found
            if found is None:
                hands -= 1
            else:
                yield found
        if self._aside:
            raise lost(self._aside)

    def serve(self) -> None:
        """One process after another, until nothing waits any more."""
        try:
            process: subprocess.Popen | None = None
            while (k := self._next()) is not None:
                process = process or self._started()
                found = _asked(process, k)
                if found is None:
                    self._died(k, process)
                    process = None
                elif found[0] == "done":
                    self._give((k, found[1]))
                else:
                    self._give(found[1])
                    return
            if process is not None:
                self._over(process)
            self._give(None)
        except Exception as err:
            self._give(err)

    def _give(self, what: tuple[int, bytes] | Exception | None) -> None:
        """To whoever takes results, as long as somebody does."""
        while not self._ended:
            with suppress(queue.Full):
                self._made.put(what, timeout=0.2)
                return

    def _next(self) -> int | None:
        with self._lock:
            return None if self._ended or not self._waiting else self._waiting.pop()

    def _started(self) -> subprocess.Popen:
        paths = [str(Path(munu.__file__).parents[1]), *filter(None, sys.path)]
        with self._lock:
            if self._ended:
                raise DomainError("stopped")
            process = subprocess.Popen(
                [sys.executable, *_LOOP], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                # Ctrl-C of a terminal is for whoever started it, with whom it ends
                start_new_session=True,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)),
                                  **dict.fromkeys(_THREADS, "1")})
            self._processes.add(process)
        with suppress(OSError):
            send(process.stdin, self._work)
        return process

    def _died(self, k: int, process: subprocess.Popen) -> None:
        """A process that is gone: its part waits again, or is put aside."""
        code = process.wait()
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        self._over(process)
        with self._lock:
            if self._ended:
                return
            self._deaths[k] = self._deaths.get(k, 0) + 1
            if self._deaths[k] < DEATHS:
                self._waiting.append(k)
            else:
                self._aside[k] = how
        log.warning("the process of part %d ended with %s; %s", k, how,
                    "the part is put aside" if k in self._aside else "it is computed again")

    def _over(self, process: subprocess.Popen) -> None:
        """End a process, whatever it does."""
        with suppress(OSError):
            process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            with suppress(OSError, ValueError):
                stream.close()  # type: ignore[union-attr]
        with self._lock:
            self._processes.discard(process)

    def end(self) -> None:
        """End all of them; no hand waits any more for who takes its result."""
        with self._lock:
            self._ended = True
            left = tuple(self._processes)
        for process in left:
            with suppress(OSError):
                process.kill()


def _asked(process: subprocess.Popen, k: int) -> Any:
    """What a process answers, or None of one that is gone."""
    with suppress(OSError, ValueError, EOFError, pickle.UnpicklingError):
        send(process.stdin, pickle.dumps(k))
        return pickle.loads(received(process.stdout))
    return None


def send(stream: Any, content: bytes) -> None:
    """Some bytes behind their length.  Raises OSError."""
    stream.write(len(content).to_bytes(LENGTH, "big") + content)
    stream.flush()


def received(stream: Any) -> bytes:
    """What was sent.  Raises EOFError where nothing more comes."""
    head = stream.read(LENGTH)
    content = stream.read(int.from_bytes(head, "big")) if len(head) == LENGTH else b""
    if len(head) < LENGTH or len(content) < int.from_bytes(head, "big"):
        raise EOFError
    return content


@declared
def executor(*, workers: Annotated[int | None, About("processes; all cores if not said")] = None
             ) -> Local:
    """Processes on this machine."""
    many = cores() if workers is None else workers
    if many < 1:
        raise DomainError(f"workers = {many} must be at least 1")
    return Local(many)
