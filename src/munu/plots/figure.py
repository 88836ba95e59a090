"""What a figure is: the drawing, the numbers behind it, a caption and its papers."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import munu
from munu import _data, _places
from munu.errors import DataError, DomainError
from munu.plots import _style
from munu.plots._style import STAMP, new, stamp

__all__ = ["FORMATS", "STAMP", "Figure", "long_form", "new", "ready", "save", "stamp"]

FORMATS = ("pdf", "png", "svg")
# what the formats write of the time, which is left out
_DATE = {"pdf": "CreationDate", "svg": "Date"}


@dataclass(frozen=True, eq=False)
class Figure:
    """A finished figure; it shows itself in a notebook.

    Its layout is settled when it is first shown or saved; after a change of ``fig``,
    ``fig.set_layout_engine("constrained")`` lays it out anew.

    Attributes
    ----------
    name : str
    fig : matplotlib Figure
    columns : name to (unit, values), the numbers behind it in long form
    caption : one paragraph
    papers : keys of the papers
    short : of a caption that is long, what a terminal shows; empty where that is the caption
    """

    name: str
    fig: Any
    columns: Mapping[str, tuple[str, Any]]
    caption: str
    papers: Sequence[str] = field(default_factory=tuple)
    short: str = ""

    def _repr_png_(self) -> bytes:
        """The picture, for a notebook."""
        held = io.BytesIO()
        with _style.saving(self.fig):
            self.fig.savefig(held, format="png", dpi=self.fig.dpi)
        return held.getvalue()

    def _repr_html_(self) -> str:
        """The picture with its caption, for a notebook."""
        picture = base64.b64encode(self._repr_png_()).decode()
        return (f'<figure><img alt="{html.escape(self.name)}" src="data:image/png;base64,'
                f'{picture}"/><figcaption>{html.escape(self.caption)}</figcaption></figure>')


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
    if not _places.writable(out):
        raise DataError(out, "the folder cannot be written; give another with --out")
    return out


def save(figure: Figure, out: str | Path, formats: Sequence[str]) -> list[Path]:
    """Write NAME.FORMAT for each format, and NAME.ecsv; each file appears whole or not at all.

    The same figure makes the same bytes.

    Raises
    ------
    DataError
        The folder cannot be made or written.
    """
    for f in formats:
        if f not in FORMATS:
            raise DomainError(f"format '{f}' must be one of {', '.join(FORMATS)}")
    out, paths = ready(out), []
    with _style.saving(figure.fig):
        for f in formats:
            path = out / f"{figure.name}.{f}"
            # drawn in memory: of a full disk a backend may make another error of its own
            held = io.BytesIO()
            figure.fig.savefig(held, format=f, metadata={_DATE[f]: None} if f in _DATE else {})
            with _data.whole(path, "give another folder with --out") as part:
                part.write_bytes(held.getvalue())
            paths.append(path)
    paths.append(_data.write(out / f"{figure.name}.ecsv", figure.columns, {
        "figure": figure.name, "caption": figure.caption, "papers": list(figure.papers),
        "version": munu.__version__, "data": _data.fingerprint()}))
    return paths


def long_form(rows: Sequence[Mapping[str, Any]], units: Mapping[str, str]
              ) -> dict[str, tuple[str, list]]:
    """Rows of equal keys as columns with their units."""
    return {k: (u, [r[k] for r in rows]) for k, u in units.items()}
