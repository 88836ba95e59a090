"""A folder of files that is there whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from munu import _part
from munu._log import log
from munu.errors import DataError


def check(folder: Path, mark: str, what: str) -> None:
    """Whether it is new, empty, or an earlier one, which holds the file ``mark``."""
    if folder.exists() and not folder.is_dir():
        raise DataError(folder, "is a file; name a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / mark).is_file():
        raise DataError(folder, f"holds other things; name a new folder, or an earlier {what}")


def save(folder: str | Path, files: Mapping[str, str], mark: str, what: str) -> Path:
    """All files or none; an earlier folder goes only when the new one is whole.

    Raises
    ------
    DataError
    """
    folder = Path(folder)
    check(folder, mark, what)
    try:
        with _part.replaced_folder(folder) as part:
            for name, text in files.items():
                (part / name).write_text(text, encoding="utf-8", newline="")
    except OSError as err:
        raise DataError(folder, f"cannot be written ({err.strerror or err})") from None
    log.info("wrote %s", folder)
    return folder
