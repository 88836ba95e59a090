"""Workers of Dask: those of a scheduler that is running, or some on this machine."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Annotated, Any

from munu._log import log
from munu.errors import DomainError, NotConverged, NotInstalled
from munu.parameters import About, declared
from munu.scans.executors import DEATHS, lost
from munu.scans.executors.local import cores

# parts that are asked for ahead, a thread of a worker: what is done waits in no worker's memory
_AHEAD = 2
# how long a scheduler may take to answer [s]
_PATIENCE = 20
# how a part ends that takes its worker along
_HOW = "its worker was lost"


@dataclass(frozen=True)
class Dask:
    """Workers of a scheduler at an address, or some of our own."""

    workers: int | None = None
    address: str | None = None

    def __call__(self, work: Callable[[int], bytes], parts: Sequence[int]
                 ) -> Iterator[tuple[int, bytes]]:
        """Each number with what the function gives of it, as it comes."""
        with self._client() as client:
            yield from _Window(client, work, parts).results()

    @contextmanager
    def _client(self) -> Iterator[Any]:
        try:
            import dask.config
            from distributed import Client, LocalCluster
        except ImportError as err:
            raise NotInstalled(err.name, "munu[scan]") from None
        with ExitStack() as held:
            address: Any = self.address
            if address is None:
                held.enter_context(dask.config.set({
                    "distributed.scheduler.allowed-failures": DEATHS - 1}))
                address = held.enter_context(LocalCluster(
                    n_workers=self.workers or cores(), threads_per_worker=1, host="127.0.0.1",
                    dashboard_address="127.0.0.1:0", silence_logs="CRITICAL"))
            try:
                client = held.enter_context(Client(address, timeout=_PATIENCE,
                                                   set_as_default=False))
            except (OSError, ValueError) as err:
                raise DomainError(f"no scheduler of Dask answers at {self.address} "
                                  f"({' '.join(str(err).split())[:200]}); give its address, as "
                                  "tcp://host:8786") from None
            yield client


class _Window:
    """A few parts at a time, so that neither the scheduler nor a worker holds many."""

    def __init__(self, client: Any, work: Callable[[int], bytes], parts: Sequence[int]):
        self._client, self._work = client, work
        self._waiting, self._suspect = deque(parts), deque[int]()
        self._aside: dict[int, str] = {}
        self._out: dict[Any, int] = {}

    def results(self) -> Iterator[tuple[int, bytes]]:
        from distributed import as_completed

        done = as_completed(loop=self._client.loop)
        try:
            while self._waiting or self._suspect or self._out:
                for future in self._more():
                    done.add(future)
                future = next(done)
                k = self._out.pop(future)
                content = self._content(k, future)
                future.release()
                if content is not None:
                    self._aside.pop(k, None)
                    yield k, content
        finally:
            # nobody waits for them any more
            with suppress(Exception):
                self._client.cancel(list(self._out), force=True)
        if self._aside:
            raise lost(self._aside)

    def _more(self) -> list[Any]:
        """What is asked for now.  A part whose worker was lost is asked alone, when all else is
        done: perhaps its neighbor's fault."""
        made = []
        while self._waiting and len(self._out) < max(_AHEAD * self._threads(), 1):
            made.append(self._asked(self._waiting.popleft()))
        if not self._out and self._suspect:
            made.append(self._asked(self._suspect.popleft()))
        return made

    def _threads(self) -> int:
        return sum(self._client.nthreads().values())

    def _asked(self, k: int) -> Any:
        future = self._client.submit(_part, self._work, k, pure=False,
                                     key=f"munu-part-{k}-{uuid.uuid4().hex}")
        self._out[future] = k
        return future

    def _content(self, k: int, future: Any) -> bytes | None:
        """What was made of part k, None where it is asked again or put aside."""
        from distributed import KilledWorker

        if future.status == "cancelled" or self._client.status != "running":
            raise NotConverged("the scheduler of Dask is gone; what is done is kept, and the same "
                               "command goes on")
        try:
            return future.result()
        except KilledWorker:
            alone = k in self._aside
            log.warning("the workers of part %d were lost; %s", k, "the part is put aside" if alone
                        else "it is asked again, alone")
            if not alone:
                self._suspect.append(k)
                self._aside[k] = _HOW
            return None
        except (ModuleNotFoundError, AttributeError) as err:
            if isinstance(err, NotInstalled):
                raise
            raise DomainError(f"a worker of Dask cannot compute: {err}; install the same munu, "
                              "with its extra scan, for every worker") from None


def _part(work: Callable[[int], bytes], k: int) -> bytes:
    return work(k)


@declared
def executor(*, workers: Annotated[int | None, About("on this machine; all cores if not said")]
             = None, address: Annotated[str | None, About("of a scheduler, tcp://host:8786")] = None
             ) -> Dask:
    """Workers of Dask, on this machine or at an address."""
    if workers is not None and address is not None:
        raise DomainError("a scheduler at an address has its own workers; leave workers out")
    if workers is not None and workers < 1:
        raise DomainError(f"workers = {workers} must be at least 1")
    if address is not None and "://" not in address:
        raise DomainError(f"address = '{address}' must say how to get there, as tcp://host:8786")
    return Dask(workers, address)
