"""An answer in numbered parts: a folder that a killed run leaves whole and that the next one goes
on with.

A part is there whole or not at all, so the parts that are there are the ones that are done.  What
they are parts of stands in a manifest, written before the first of them: a folder of another
configuration is refused.  One process writes at a time; the folder itself bears its lock, which
ends with the process, so that nothing has to be cleaned after a killed one.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from munu import _data
from munu.errors import DataError, DomainError

# readers of a folder of tables take no file whose name begins so
MANIFEST = "_parts.json"
# seconds between attempts to lock a folder
_AGAIN = (0.02, 0.05)


@dataclass(frozen=True)
class Parts:
    """The parts of a folder.

    Attributes
    ----------
    folder : Path
    count : how many there will be
    name : of a part, with a place for its number
    """

    folder: Path
    count: int
    name: str

    def path(self, i: int) -> Path:
        """Where part i is, or will be."""
        return self.folder / self.name.format(i)

    @property
    def missing(self) -> tuple[int, ...]:
        """Numbers of the parts that are not there yet."""
        return tuple(i for i in range(self.count) if not self.path(i).is_file())

    @contextmanager
    def written(self, i: int) -> Iterator[Path]:
        """A file to write into that is part i at the end.  Raises :class:`DataError`."""
        with _data.whole(self.path(i), "what is done is kept, and a run with the same options "
                                       "goes on from there") as part:
            yield part


@contextmanager
def opened(folder: str | Path, configuration: Mapping[str, Any], count: int,
           name: str = "part-{:06d}", *, overwrite: bool = False) -> Iterator[Parts]:
    """The parts of a folder, this process's alone until the end.

    Parameters
    ----------
    folder : made where it is not there
    configuration : what the parts follow from, plain values
    count : number of parts
    name : of a part, with a place for its number
    overwrite : whether parts of another configuration are removed

    Raises
    ------
    DataError, DomainError
        A folder that holds other things or parts of another configuration, that another process
        writes, or that cannot be written.
    """
    place = Path(folder)
    manifest = json.loads(json.dumps({"parts": count, "name": name,
                                      "configuration": dict(configuration)}))
    try:
        place.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise DataError(place, "is a file; give a folder for parts") from None
    except OSError as err:
        raise DataError(place, f"cannot be made ({err.strerror or err}); give another folder"
                        ) from None
    with _alone(place):
        _agreed(place, manifest, overwrite)
        yield Parts(place, count, name)


@contextmanager
def shared(folder: str | Path) -> Iterator[Parts]:
    """The parts of a folder that several processes fill at once, each its own; none of them beside
    one that has :func:`opened` it.

    Raises
    ------
    DataError
        No folder of parts, or one that another process holds alone.
    """
    place = Path(folder)
    found = _manifest(place)
    if found is None:
        raise DataError(folder, f"holds no {MANIFEST}: it is no folder of parts")
    with _alone(place, shared=True):
        yield Parts(place, found["parts"], found["name"])


def held(folder: str | Path) -> bool:
    """Whether a process writes into a folder of parts now, as far as a lock can say."""
    try:
        with _alone(Path(folder)):
            return False
    except DataError:
        return True


def read(folder: str | Path) -> Mapping[str, Any]:
    """The configuration of a folder of parts.

    Raises
    ------
    DataError
        No manifest, or one that is broken.
    """
    found = _manifest(Path(folder))
    if found is None:
        raise DataError(folder, f"holds no {MANIFEST}: it is no folder of parts")
    return found["configuration"]


def _manifest(place: Path) -> dict[str, Any] | None:
    path = place / MANIFEST
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {"parts": int(found["parts"]), "name": str(found["name"]),
                "configuration": dict(found["configuration"])}
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError, OSError) as err:
        raise DataError(path, f"cannot be read ({err}); remove the folder or give another"
                        ) from None


def _agreed(place: Path, manifest: dict[str, Any], overwrite: bool) -> None:
    """The manifest is there and is ours."""
    there = _manifest(place)
    if there == manifest:
        return
    if there is None:
        # what a killed process left is no work of somebody
        if any(not p.name.startswith(".munu-") for p in place.iterdir()):
            raise DataError(place, "is a folder with other things in it; give a new one for parts")
    elif overwrite:
        for i in range(there["parts"]):
            (place / there["name"].format(i)).unlink(missing_ok=True)
    else:
        raise DomainError(f"{place} holds parts of another run ({_differs(there, manifest)}); give "
                          "another folder, the same options, or --overwrite")
    _data.save(place / MANIFEST, json.dumps(manifest, indent=1) + "\n")


def _differs(there: dict[str, Any], here: dict[str, Any]) -> str:
    """Where two manifests differ first, in words."""
    old, new = ({**x, **x["configuration"]} for x in (there, here))
    for key in (*new, *old):
        if key != "configuration" and old.get(key) != new.get(key):
            return f"{key} = {old.get(key)} there, {new.get(key)} here"
    return "in its entries"


@contextmanager
def _alone(place: Path, shared: bool = False) -> Iterator[None]:
    """A lock on the folder, alone or with others that share it, where there are locks: without
    one, parts are still whole and two processes make the same ones."""
    if os.name != "posix":
        yield
        return
    import fcntl

    held = os.open(place, os.O_RDONLY)
    try:
        how = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB
        for again in (*_AGAIN, 0):
            try:
                fcntl.flock(held, how)
                break
            except BlockingIOError:
                # somebody may only have looked
                if again:
                    time.sleep(again)
                    continue
                raise DataError(place, "is being written by another process; wait for it, or give "
                                       "another folder") from None
            except OSError:
                # a file system that has none
                break
        yield
    finally:
        os.close(held)
