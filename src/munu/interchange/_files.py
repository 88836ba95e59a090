"""Text in; which munu wrote it."""

from __future__ import annotations

import re
from pathlib import Path

from munu.errors import DataError

_STRANGE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def load(path: Path) -> str:
    """The text of a file.  Raises DataError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DataError(path, "no such file") from None
    except UnicodeDecodeError:
        raise DataError(path, "is no text in UTF-8") from None
    except OSError as err:
        raise DataError(path, f"cannot be read ({err.strerror or err})") from None
    strange = _STRANGE.search(text)
    if strange:
        raise DataError(path, f"holds the character {strange[0]!r}, which is no text",
                        line=text.count("\n", 0, strange.start()) + 1)
    return text

