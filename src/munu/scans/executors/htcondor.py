"""HTCondor: jobs that each compute some of the parts, on a disk that all machines see."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Annotated

from munu import _data
from munu.parameters import About, declared
from munu.scans.executors import Job, Submitted, _queue, scripts

_SIZE = r"\d+([KMGT]B?)?"


@dataclass(frozen=True)
class HTCondor:
    """A description for ``condor_submit`` and the script that it runs."""

    tasks: int
    at_once: int | None
    lines: tuple[tuple[str, str], ...]
    send: bool

    def __call__(self, job: Job) -> Submitted:
        """The two files, which may be submitted again: what is done is left."""
        place = scripts(job.folder)
        n, numbers = _queue.tasks(job, self.tasks)
        script = _data.save(place / "htcondor.sh", "#!/bin/bash\n" + _queue.command(job, '"$1"', n))
        script.chmod(0o755)
        head = {"universe": "vanilla", "executable": script, "arguments": "$(task)",
                "initialdir": place, "output": "htcondor-$(Cluster)_$(task).out",
                "error": "htcondor-$(Cluster)_$(task).err", "log": "htcondor-$(Cluster).log",
                "batch_name": _queue.plain("name", job.name), "request_cpus": "1",
                # the parts lie on a disk of all machines, and so does munu
                "should_transfer_files": "IF_NEEDED", **dict(self.lines)}
        if self.at_once is not None:
            head["max_materialize"] = self.at_once
        every = len(numbers) == n
        text = (f"# {job.points} points; each job computes every {n}-th part, those that are there "
                "are left:\n# after a failure submit this file again\n"
                + "".join(f"{k} = {x}\n" for k, x in head.items())
                + (f"task = $(Process)\nqueue {n}\n" if every else
                   "queue task from (\n" + "".join(f"{k}\n" for k in numbers) + ")\n"))
        path = _data.save(place / "htcondor.sub", text)
        answer = _queue.sent("condor_submit", "-terse", str(path)) if self.send else None
        return Submitted((path, script), f"condor_submit {shlex.quote(str(path))}", answer)


@declared
def submitter(*, tasks: Annotated[int, About("jobs of the cluster, at most")] = 100,
              at_once: Annotated[int | None, About("jobs that wait or run at the same time")]
              = None,
              memory: Annotated[str | int, About("of a job, as 2GB")] = "2GB",
              disk: Annotated[str | int, About("of a job, as 1GB")] = "1GB",
              retries: Annotated[int, About("how often a job that failed is begun again")] = 2,
              group: Annotated[str | int | None, About("that is accounted for")] = None,
              send: Annotated[bool, About("whether it is submitted at once")] = False) -> HTCondor:
    """A description for condor_submit."""
    lines = [("request_memory", _queue.plain("memory", str(memory), _SIZE)),
             ("request_disk", _queue.plain("disk", str(disk), _SIZE)),
             ("max_retries", _queue.plain("retries", retries, r"\d+"))]
    if group is not None:
        lines.append(("accounting_group", _queue.plain("group", group)))
    if at_once is not None:
        _queue.several("at_once", at_once)
    _queue.several("tasks", tasks)
    return HTCondor(tasks, at_once, tuple(lines), send)
