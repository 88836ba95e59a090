"""A process that computes parts: ``python -m munu.scans._worker``, asked through its input.

It ends when its input does, whatever it is doing: with the process that started it.
"""

from __future__ import annotations

import os
import pickle
import queue
import sys
import threading
from typing import Any

from munu.scans.executors.local import received, send


def main() -> None:
    """Answer until nothing is asked any more."""
    # what is printed on the way is no answer
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    asked: queue.Queue[Any] = queue.Queue()
    threading.Thread(target=_hear, args=(sys.stdin.buffer, asked), daemon=True).start()
    work = asked.get()
    while True:
        k = asked.get()
        try:
            answer = ("done", work(k))
        except Exception as err:
            answer = ("failed", _travels(err))
        try:
            send(out, pickle.dumps(answer))
        except OSError:
            # whoever asked is gone
            os._exit(0)


def _hear(stream: Any, asked: queue.Queue[Any]) -> None:
    try:
        while True:
            asked.put(pickle.loads(received(stream)))
    except (EOFError, OSError):
        os._exit(0)


def _travels(err: Exception) -> Exception:
    """The error, or what it says where it cannot be sent."""
    try:
        return err if isinstance(pickle.loads(pickle.dumps(err)), type(err)) else RuntimeError(err)
    except Exception:
        return RuntimeError(f"{type(err).__name__}: {err}")


if __name__ == "__main__":
    main()
