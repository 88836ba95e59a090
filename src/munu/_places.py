"""Where a machine lets munu write what it wants to keep: homes may be closed, installations
read-only."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path


def writable(folder: str | Path) -> bool:
    """Whether a folder takes files, or can be made where it is missing."""
    folder = Path(folder)
    try:
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        # tried: what the system says of rights is not all that may stand against it
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


def home() -> Path | None:
    """The user's home; None for a user whom the system does not know, as in a container: where
    ``~`` means nothing some make a folder of that name."""
    found = os.path.expanduser("~")
    return Path(found) if os.path.isabs(found) else None


def temporary() -> Path | None:
    """A folder in the temporary one that is this user's alone, made if need be; None where there
    is none.  Code that lies there is run, so nobody else may have laid it there."""
    who = os.getuid() if hasattr(os, "getuid") else None
    try:
        folder = Path(tempfile.gettempdir()) / f"munu-{'user' if who is None else who}"
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    ours = stat.S_ISDIR(found.st_mode) and (
        who is None or (found.st_uid == who and not found.st_mode & 0o077))
    return folder if ours and writable(folder) else None


def matplotlib() -> Path | None:
    """The folder of matplotlib's settings and fonts if it cannot have its own: without one it
    warns, and looks for all fonts at each start."""
    given = os.environ.get("MPLCONFIGDIR")
    wanted = [given] if given else [
        f"{os.environ.get(key) or f'{home()}/{other}'}/matplotlib"
        for key, other in (("XDG_CONFIG_HOME", ".config"), ("XDG_CACHE_HOME", ".cache"))]
    if all(os.path.isabs(x) and writable(x) for x in wanted):
        return None
    folder = temporary()
    return None if folder is None else folder / "matplotlib"
