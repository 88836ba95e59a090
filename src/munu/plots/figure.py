"""What a figure is: the drawing, the numbers behind it, a caption and its papers."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import munu
from munu import _data
from munu.errors import DataError, DomainError


@dataclass(frozen=True, eq=False)
class Figure:
    """A finished figure.

    Attributes
    ----------
    name : str
    fig : matplotlib Figure
    columns : name to (unit, values), the numbers behind it in long form
    caption : one paragraph
    papers : keys of the papers
    """

    name: str
    fig: Any
    columns: Mapping[str, tuple[str, Any]]
    caption: str
    papers: Sequence[str] = field(default_factory=tuple)


def ready(out: str | Path) -> Path:
    """The folder, made if need be: a slip is said before anything is drawn.

    Raises
    ------
    DataError
    """
    out = Path(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise DataError(out, f"the folder cannot be made ({err.strerror or err}); give another "
                             "with --out") from None
    return out


def save(figure: Figure, out: str | Path, formats: Sequence[str]) -> list[Path]:
    """Write NAME.FORMAT for each format, and NAME.ecsv; each file appears whole or not at all.

    Raises
    ------
    DataError
        The folder cannot be made or written.
    """
    for f in formats:
        if f not in ("pdf", "png", "svg"):
            raise DomainError(f"format '{f}' must be pdf, png or svg")
    out, paths = ready(out), []
    for f in formats:
        path, part = out / f"{figure.name}.{f}", out / f".{figure.name}.part"
        try:
            meta = {"CreationDate": None} if f == "pdf" else ({"Date": None} if f == "svg" else {})
            figure.fig.savefig(part, format=f, metadata=meta)
            os.replace(part, path)
        except OSError as err:
            part.unlink(missing_ok=True)
            raise DataError(path, f"cannot be written ({err.strerror or err}); give another "
                                  "folder with --out") from None
        paths.append(path)
    paths.append(_data.write(out / f"{figure.name}.ecsv", figure.columns, {
        "figure": figure.name, "caption": figure.caption, "papers": list(figure.papers),
        "version": munu.__version__, "data": _data.fingerprint()}))
    return paths


def long_form(rows: Sequence[Mapping[str, Any]], units: Mapping[str, str]
              ) -> dict[str, tuple[str, list]]:
    """Rows of equal keys as columns with their units."""
    return {k: (u, [r[k] for r in rows]) for k, u in units.items()}
