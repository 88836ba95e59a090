"""Files that a command writes: judged before anything is computed, written after all is."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from munu import results
from munu.cli import _again
from munu.errors import DomainError

PICTURES = (".pdf", ".png", ".svg")
# what nobody calls a folder
_OTHERS = (*results.TABLES, ".json", ".eps", ".ps", ".gif", ".jpg", ".jpeg", ".tif", ".tiff",
           ".webp")


def target(text: str | None) -> Path | None:
    """The place of ``--out``, a table or the whole answer as JSON; None where none is asked."""
    return None if text is None else _place(text, "--out", (*results.TABLES, ".json"))


def picture(text: str | None) -> Path | None:
    """The place of ``--plot``; None where none is asked."""
    return None if text is None else _place(text, "--plot", PICTURES)


def folder(text: str) -> Path:
    """The folder of ``--out``; an empty one is a slip, not the current folder."""
    if not text.strip():
        raise DomainError("--out '' is empty; give a folder, as --out . for this one")
    return Path(text)


def pictures(text: str, formats: str | None, name: str) -> tuple[Path, str, tuple[str, ...]]:
    """Folder, name and formats of a figure; ``--out`` is a folder, or the file of one format."""
    place = folder(text)
    kinds = tuple(f.strip() for f in ("pdf,png" if formats is None else formats).split(",")
                  if f.strip())
    if not kinds or any(f".{k}" not in PICTURES for k in kinds):
        raise DomainError(f"formats '{formats}' must be of pdf, png, svg")
    if place.suffix.lower() not in (*PICTURES, *_OTHERS) or place.is_dir():
        return place, name, kinds
    place = _place(text, "--out", PICTURES)
    if formats is not None:
        raise DomainError(f"--out '{text}' is one file, in the format of its ending; --formats "
                          "goes with a folder")
    return place.parent, place.stem, (place.suffix[1:],)


def _place(text: str, option: str, endings: tuple[str, ...]) -> Path:
    if not text.strip():
        raise DomainError(f"{option} '' is empty; give a file, as {option} mine{endings[0]}")
    return results.target(text, option, endings)


def write(place: Path | None, data: Mapping[str, Any], columns: results.Columns,
          inside: Collection[str], beside: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The answer as a file, ``.json`` whole, a table with all that its columns do not hold in the
    header; the key that says so.

    Parameters
    ----------
    data : what ``--json`` prints
    columns : the table
    inside : keys of ``data`` that the columns hold
    beside : what else is said of these in the header
    """
    if place is None:
        return {}
    made = {"file": str(place)}
    data = {**data, **made, **_again.told()}
    if place.suffix == ".json":
        from munu import _data

        _data.save(place, json.dumps(results.plain(data), allow_nan=False) + "\n")
    else:
        results.to_table(columns, place, {k: x for k, x in data.items() if k not in inside}
                         | dict(beside or {}))
    return made


def draws() -> None:
    """Before matplotlib is loaded: no window, and a folder that it may write."""
    from munu import _places

    # pictures go to files; a backend that there is not would not even let it be imported
    os.environ["MPLBACKEND"] = "Agg"
    if "matplotlib" not in sys.modules and (folder := _places.matplotlib()):
        os.environ["MPLCONFIGDIR"] = str(folder)


def draw(place: Path | None, record: Any) -> dict[str, str]:
    """The picture of a record, its numbers beside it; the key that says so."""
    if place is None:
        return {}
    draws()
    record.plot(path=place)
    return {"plot": str(place)}


def wrote(data: Mapping[str, Any]) -> list[str]:
    """The files that :func:`write` and :func:`draw` made."""
    paths = []
    if data.get("plot"):
        paths += [data["plot"], str(Path(data["plot"]).with_suffix(".ecsv"))]
    if data.get("file"):
        paths.append(data["file"])
    return list(dict.fromkeys(paths))
