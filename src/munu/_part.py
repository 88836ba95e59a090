"""A file that is there whole or not at all: written under another name, which no other process
bears, and renamed at the end.

A process that is killed leaves such a part behind.  It held a lock on it until then, so the next
one that writes into the folder knows it from the part of a living one, and removes it.
"""

from __future__ import annotations

import os
import platform
import shutil
import stat
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class _GoneError(Exception):
    """Another process took it."""


# parts of this process, for the one that ends it
living: set[Path] = set()


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A file to write into whose content ``path`` has at the end.

    Links are followed; a device or a pipe takes the content itself; a new file gets the
    permissions of the umask, an old one keeps its own.  Raises :class:`OSError`.
    """
    old = _there(path)
    place = _behind(path)
    if isinstance(place, Path) and (old is None or stat.S_ISREG(old.st_mode)):
        if old is not None and not os.access(place, os.W_OK):
            raise PermissionError(13, "Permission denied", str(place))
        place.parent.mkdir(parents=True, exist_ok=True)
        with _part(place) as part:
            yield part
            if old is not None:
                _as_before(part, old)
            os.replace(part, place)
        return
    if old is not None and stat.S_ISDIR(old.st_mode):
        raise IsADirectoryError(21, "is a folder", str(place))
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / path.name
        yield part
        open_one = os.dup(place) if isinstance(place, int) else place
        with open(part, "rb") as source, open(open_one, "wb", buffering=0) as stream:
            shutil.copyfileobj(source, stream)


@contextmanager
def replaced_folder(path: Path) -> Iterator[Path]:
    """A folder to write into that stands in the place of ``path``, and of all that it held, at
    the end.  Raises :class:`OSError`."""
    place = Path(os.path.realpath(path))
    place.parent.mkdir(parents=True, exist_ok=True)
    with _part(place, Path.mkdir) as part:
        new = part / "new"
        new.mkdir()
        yield new
        if place.exists():
            place.rename(part / "old")
        new.rename(place)


def remove(part: Path) -> None:
    """A part, whatever it is; what is not there is gone."""
    with suppress(OSError):
        if part.is_dir():
            shutil.rmtree(part)
        else:
            part.unlink()


def _there(path: Path) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _behind(path: Path) -> Path | int:
    """Where links lead; of /dev/stdout and its like the open stream, which may be a file of
    which others hold the place."""
    while path.is_symlink():
        if path.name.isdigit() and os.path.realpath(path.parent) == f"/proc/{os.getpid()}/fd":
            return int(path.name)
        path = path.parent / os.readlink(path)
    return path


def _as_before(part: Path, old: os.stat_result) -> None:
    """Owner, as far as this user may give it away, and permissions."""
    with suppress(OSError, AttributeError):
        os.chown(part, old.st_uid, old.st_gid)
    with suppress(OSError):
        os.chmod(part, stat.S_IMODE(old.st_mode))


def _new(part: Path) -> None:
    # the umask speaks; tempfile's files are the user's alone
    os.close(os.open(part, os.O_CREAT | os.O_EXCL, 0o666))


@contextmanager
def _part(place: Path, make: Callable[[Path], None] = _new) -> Iterator[Path]:
    """Something new and empty beside, locked as long as this process lives, gone at the end."""
    # a lock says nothing of a process on another machine
    mine = f".munu-{zlib.crc32(platform.node().encode()):08x}-"
    for left in place.parent.glob(f"{mine}*.part"):
        _clean(left)
    while True:
        part = place.with_name(f"{mine}{os.urandom(8).hex()}.part")
        living.add(part)
        try:
            make(part)
            with _held(part) as held:
                # another may have taken it for a dead one's before it was locked
                if held is None or not _locked(held) or os.path.lexists(part):
                    yield part
                    return
        except _GoneError:
            continue
        finally:
            remove(part)
            living.discard(part)


def _clean(left: Path) -> None:
    """Remove a part whose process is dead."""
    with suppress(OSError, _GoneError), _held(left) as held:
        if held is not None and _locked(held, wait=False):
            remove(left)


@contextmanager
def _held(part: Path) -> Iterator[int | None]:
    """Open, for a lock; None where what is open could not be renamed."""
    if os.name != "posix":
        yield None
        return
    try:
        held = os.open(part, os.O_RDONLY if part.is_dir() else os.O_RDWR)
    except FileNotFoundError:
        raise _GoneError from None
    try:
        yield held
    finally:
        os.close(held)


def _locked(held: int, wait: bool = True) -> bool:
    """Whether an open file is this process's alone now; never where there are no locks."""
    try:
        import fcntl

        fcntl.flock(held, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except (ImportError, OSError):
        return False
    return True
