"""The loop of a worker of ``munu explore``: an empty line when it is ready, then a line of words
in, what the command says out.

It is the wall behind the checks of the page: no table of a user's is opened, nothing is started
and nothing is connected to, whatever the words are.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any

# bytes of memory
MEMORY = 8 * 2**30
_CLOSED = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork",
           "os.startfile", "socket.connect", "socket.bind", "socket.sendto", "ftplib.connect",
           "urllib.Request", "webbrowser.open")
# what Python and its libraries ask of the system itself
_SYSTEM = ("/proc/", "/sys/devices/", "/sys/fs/cgroup/", "/dev/null", "/dev/urandom",
           "/etc/localtime")


def main() -> None:
    """Answer until the input ends."""
    asked, answers = sys.stdin, sys.stdout
    sys.stdin = io.StringIO()
    _warm()
    _wall()
    answers.write("\n")
    answers.flush()
    for line in asked:
        said = _answer(json.loads(line))
        answers.write(json.dumps(said) + "\n")
        answers.flush()


def _answer(words: list[str]) -> dict[str, Any]:
    from munu.cli.__main__ import main as command

    out, err, begun = io.StringIO(), io.StringIO(), time.process_time()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = command(words)
        except MemoryError:
            code = 2
            print("munu: it needs more memory than a question of the page is given", file=err)
        except (Exception, SystemExit) as wrong:
            # none of munu's own errors; one line all the same
            code = 1
            print(f"munu: {words[0]} failed with {type(wrong).__name__}: "
                  f"{' '.join(str(wrong).split())[:200]}", file=err)
    return {"code": code, "out": out.getvalue(), "err": err.getvalue(),
            "cpu": time.process_time() - begun}


def _warm() -> None:
    """What most questions need, before the first comes."""
    from munu.cli import _speech

    _speech.take_warnings()
    with suppress(Exception):
        _answer(["limit", "xenonnt", "--json"])


def _wall() -> None:
    """Memory is bounded; only files of Python, of munu and of its caches can be opened."""
    from munu import _files

    with suppress(ImportError, OSError, ValueError):
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (
            MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard), hard))
    _files.shut()
    roots = tuple(os.path.join(x, "") for x in sorted(_roots()))

    def hook(event: str, arguments: tuple) -> None:
        if event == "open":
            path = arguments[0]
            # a number is a stream that is open already
            if not isinstance(path, int) and not _inside(os.fsdecode(path), roots):
                raise PermissionError(13, "is not open to the page", os.fsdecode(path))
        elif event in _CLOSED:
            raise PermissionError(13, "is not open to the page")

    sys.addaudithook(hook)


def _inside(path: str, roots: tuple[str, ...]) -> bool:
    path = os.path.realpath(path)
    return path.startswith(_SYSTEM) or path.startswith(roots)


def _roots() -> set[str]:
    """Folders of Python's modules, of munu, and of what both keep."""
    from munu import _places

    home = _places.home()
    kept = [os.environ.get(k) for k in ("NUMBA_CACHE_DIR", "MPLCONFIGDIR", "XDG_CACHE_HOME")]
    kept += [str(home / ".cache") if home else None, str(home / ".config" / "matplotlib")
             if home else None]
    kept += [str(x) for x in (_places.temporary(), _places.matplotlib()) if x]
    those = [sys.prefix, sys.base_prefix, sys.exec_prefix, str(Path(__file__).parents[1]),
             *sys.path, *kept]
    return {os.path.realpath(x) for x in those if x and os.path.isabs(x)
            and os.path.realpath(x) != os.path.realpath(os.sep)}


if __name__ == "__main__":
    main()
