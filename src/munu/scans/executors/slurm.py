"""Slurm: an array whose tasks each compute some of the parts."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Annotated

from munu import _data
from munu.parameters import About, declared
from munu.scans.executors import Job, Submitted, _queue, scripts

_TIME = r"(\d+-)?\d+(:\d\d){0,2}"
_MEMORY = r"\d+[KMGT]?"


@dataclass(frozen=True)
class Slurm:
    """A script for ``sbatch``; ``lines`` are further options of it, name and value."""

    tasks: int
    at_once: int | None
    lines: tuple[tuple[str, str], ...]
    send: bool

    def __call__(self, job: Job) -> Submitted:
        """The script, which may be submitted again: what is done is left."""
        place = scripts(job.folder)
        n, numbers = _queue.tasks(job, self.tasks)
        array = _queue.ranges(numbers) + ("" if self.at_once is None else f"%{self.at_once}")
        head = {"job-name": _queue.plain("name", job.name), "array": array,
                "output": f"{place}/slurm-%A_%a.out", "nodes": "1", "ntasks": "1",
                "cpus-per-task": "1", **dict(self.lines)}
        text = "#!/bin/bash\n" + "".join(f"#SBATCH --{k}={x}\n" for k, x in head.items()) + (
            f"# {job.points} points; each task computes every {n}-th part, those that are there "
            "are left:\n# after a failure submit this file again\n"
            + _queue.command(job, '"$SLURM_ARRAY_TASK_ID"', n))
        path = _data.save(place / "slurm.sh", text)
        answer = _queue.sent("sbatch", "--parsable", str(path)) if self.send else None
        return Submitted((path,), f"sbatch {shlex.quote(str(path))}", answer)


@declared
def submitter(*, tasks: Annotated[int, About("tasks of the array, at most")] = 100,
              at_once: Annotated[int | None, About("tasks that run at the same time")] = None,
              time: Annotated[str | int | None, About("that a task may take, as 2:00:00")] = None,
              memory: Annotated[str | int | None, About("of a task, as 2G")] = None,
              partition: Annotated[str | int | None, About("of the cluster")] = None,
              account: Annotated[str | int | None, About("that pays")] = None,
              qos: Annotated[str | int | None, About("quality of service")] = None,
              constraint: Annotated[str | int | None, About("feature of the nodes")] = None,
              send: Annotated[bool, About("whether it is submitted at once")] = False) -> Slurm:
    """A script for sbatch."""
    given = (("time", time, _TIME), ("mem", memory, _MEMORY), ("partition", partition, ""),
             ("account", account, ""), ("qos", qos, ""), ("constraint", constraint, ""))
    lines = tuple((k, _queue.plain(k, x, shape)) for k, x, shape in given if x is not None)
    if at_once is not None:
        _queue.several("at_once", at_once)
    _queue.several("tasks", tasks)
    return Slurm(tasks, at_once, lines, send)
