"""What queues of clusters share: which tasks there are, names that no shell or queue misreads."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Sequence

from munu.errors import DomainError
from munu.scans.executors import PLAIN, Job

_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
# how long a queue may take to answer [s]
_PATIENCE = 120


def tasks(job: Job, most: int) -> tuple[int, tuple[int, ...]]:
    """How many tasks share the parts out, and the numbers of those with something to do.

    Task i of n computes parts i, i + n, i + 2n ... that are missing when it runs.
    """
    if most < 1:
        raise DomainError(f"tasks = {most} must be at least 1")
    n = min(most, max(job.missing) + 1)
    return n, tuple(sorted({k % n for k in job.missing}))


def ranges(numbers: Sequence[int]) -> str:
    """Rising numbers as ``0-3,7``."""
    out: list[list[int]] = []
    for k in numbers:
        if out and out[-1][1] == k - 1:
            out[-1][1] = k
        else:
            out.append([k, k])
    return ",".join(f"{a}-{b}" if b > a else f"{a}" for a, b in out)


def plain(name: str, value: object, shape: str = "") -> str:
    """A value of an option of a queue as text.

    Raises
    ------
    DomainError
        Something that a queue would read as more than a value, or not of the ``shape``.
    """
    text = str(value)
    if not PLAIN.fullmatch(text) or text.startswith("-") or (
            shape and not re.fullmatch(shape, text)):
        raise DomainError(f"{name} = '{text}' is no {name} of a queue")
    return text


def several(name: str, value: object) -> str:
    """A number of at least 1 as text.  Raises DomainError."""
    if not re.fullmatch("[1-9][0-9]*", str(value)):
        raise DomainError(f"{name} = {value} must be a whole number, at least 1")
    return plain(name, value)


def command(job: Job, task: str, n: int) -> str:
    """Lines of a shell that compute one task, one thread."""
    said = " ".join(shlex.quote(x) for x in (job.python, "-m", "munu", "scan", "part",
                                              str(job.folder)))
    threads = " ".join(f"{x}=1" for x in _THREADS)
    return f"set -euo pipefail\nexport {threads}\nexec {said} --task {task} --of {n}\n"


def sent(program: str, *arguments: str) -> str:
    """What a queue answers to a script that is handed over.  Raises DomainError."""
    if shutil.which(program) is None:
        raise DomainError(f"{program} is not on this machine; log in where the queue is, or leave "
                          "send out and type the command there")
    try:
        done = subprocess.run([program, *arguments], capture_output=True, text=True,
                              timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as err:
        raise DomainError(f"{program} did not answer: {err}") from None
    if done.returncode:
        why = " ".join((done.stderr or done.stdout).split())[:300]
        raise DomainError(f"{program} refused the script: {why}")
    return done.stdout.strip()
