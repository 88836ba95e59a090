"""A process of munu's own: its streams, Ctrl-C, its threads; modules are loaded after that."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from typing import Any, TextIO

from munu.errors import MunuError, NotInstalled

STOPPED = 130


def run() -> None:
    """Console script."""
    _streams()
    _listen()
    # on the small matrices of a limit more threads of BLAS only wait for each other
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from munu.cli import _speech
        from munu.cli.__main__ import main

        _speech.take_warnings()
        code = main()
    except KeyboardInterrupt:
        _stop()
    except (MunuError, ModuleNotFoundError) as err:
        # while modules are loaded; later ones are main's
        missing = getattr(err, "name", None)
        print(f"munu: {NotInstalled(missing) if missing else err}", file=sys.stderr)
        code = 2
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            closed(stream)
    # the answer is out; what Python clears away now is not worth a word
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)


def closed(stream: TextIO) -> None:
    """Lead a stream that takes nothing any more into nothing: what its buffer holds would be an
    error again when Python ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _streams() -> None:
    """A closed one leads nowhere: the next file that is opened would get its number, and with it
    what is said to the user."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", closefd=False)


def _listen() -> None:
    """On Ctrl-C end at once with one line, whatever runs: an exception would be lost in what
    compiles and be waited for by threads that count."""
    if os.name != "posix" or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return
    ears, mouth = os.pipe()
    os.set_blocking(mouth, False)

    def wait() -> None:
        if os.read(ears, 1):
            _stop()

    # written by the signal itself, also while the main thread is in compiled code
    signal.set_wakeup_fd(mouth, warn_on_full_buffer=False)
    signal.signal(signal.SIGINT, _nothing)
    threading.Thread(target=wait, daemon=True).start()


def _nothing(*signal: Any) -> None:
    """The thread that waits does all."""


def _stop() -> None:
    """One line, no file half written, 130."""
    part = sys.modules.get("munu._part")
    if part:
        for path in tuple(part.living):
            part.remove(path)
    progress = sys.modules.get("munu.cli._progress")
    clear = progress.CLEAR if progress and progress.drawn() else ""
    with suppress(OSError):
        os.write(2, f"{clear}munu: stopped\n".encode())
    os._exit(STOPPED)
