"""Tasks spread over processes: each process answers one task after the other, an answer knows
nothing of how many there are, and a script needs no guard around its own lines."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, TypeVar

import munu
from munu.errors import DomainError, MunuError, NotConverged

Task = TypeVar("Task")
Answer = TypeVar("Answer")


def each(work: Callable[[Task], Answer], tasks: Sequence[Task], workers: int = 1
         ) -> Iterator[Answer]:
    """``work`` of every task, in their order, as they are done.

    Parameters
    ----------
    work : function of a module; it and the tasks can be pickled
    workers : processes; 1 works in this one

    Raises
    ------
    NotConverged
        A process ended without an answer.
    """
    if workers <= 1 or len(tasks) <= 1:
        yield from map(work, tasks)
        return
    idle: SimpleQueue[_Process] = SimpleQueue()
    started: list[_Process] = []
    try:
        for _ in range(min(workers, len(tasks))):
            started.append(_Process())
            idle.put(started[-1])
        with ThreadPoolExecutor(len(started)) as pool:
            jobs = [pool.submit(_asked, idle, work, task) for task in tasks]
            try:
                for job in jobs:
                    yield job.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                # who waits for an answer gets none
                for one in started:
                    one.end()
                raise
    finally:
        for one in started:
            one.end()


def _asked(idle: SimpleQueue[_Process], work: Callable[[Any], Any], task: Any) -> Any:
    one = idle.get()
    try:
        return one.answer(work, task)
    finally:
        idle.put(one)


class _Process:
    """Python with munu, and nothing of what this process was told to run."""

    def __init__(self) -> None:
        root = str(Path(munu.__file__).parents[1])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            # -P: what lies in the current folder is not imported
            [sys.executable, "-P", "-c", "from munu.inference import spread; spread.main()"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | {
                "PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1"})

    def answer(self, work: Callable[[Any], Any], task: Any) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            pickle.dump((work, task), self._process.stdin)
            self._process.stdin.flush()
            kind, made = pickle.load(self._process.stdout)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            raise NotConverged("a worker process ended without an answer, perhaps for want of "
                               "memory; ask again with fewer workers or toys") from None
        if kind is None:
            return made
        raise (NotConverged if kind == "NotConverged" else DomainError)(made)

    def end(self) -> None:
        with suppress(OSError):
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError, ValueError):
                stream.close()  # type: ignore[union-attr]


def serve(asked: IO[bytes], out: IO[bytes]) -> None:
    """Answer until nothing is asked any more."""
    while True:
        try:
            work, task = pickle.load(asked)
        except EOFError:
            return
        try:
            answer: tuple[str | None, Any] = None, work(task)
        except MunuError as error:
            answer = type(error).__name__, str(error)
        pickle.dump(answer, out)
        out.flush()


def main() -> None:
    """What a worker process runs."""
    # whatever is printed goes elsewhere
    told = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with suppress(KeyboardInterrupt, BrokenPipeError):
        serve(sys.stdin.buffer, told)
