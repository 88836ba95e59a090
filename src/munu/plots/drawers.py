"""Pictures of records: a kind is a file ``_KIND.py`` of this room that defines ``def axes``.

Such a file draws one record into axes, ``axes(ax, record, **options)``, and may say more:
``columns(record, **options)`` the numbers behind, else those of the record's own ``columns()``;
``said(record)`` a caption, ``stamp(record)`` the convention, ``size(record)`` of the figure
[inches].
"""

from __future__ import annotations

import inspect
import re
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path
from typing import Any

from munu import plots
from munu.errors import DomainError, UnknownName, meant
from munu.plots import _style
from munu.plots.figure import FORMATS, Figure, save


def kinds() -> list[str]:
    """What can be drawn, sorted; nothing is imported."""
    return sorted({p.stem[1:] for folder in plots.__path__ for p in Path(folder).glob("_*.py")
                   if re.search(r"^def axes\(", p.read_text(encoding="utf-8"), re.MULTILINE)})


def plot(kind: str, record: Any, ax=None, path: str | Path | None = None, **options) -> Figure:
    """A record as a figure in munu's style.

    Parameters
    ----------
    kind : ``limit``, ``spectrum``, ... of :func:`kinds`
    record : what that kind draws
    ax : matplotlib axes to draw into, or None for a figure of its own with its convention below
    path : a file to write, ``.pdf``, ``.png`` or ``.svg``; the numbers go beside it, as ``.ecsv``
    options : of the kind, such as ``color``

    Returns
    -------
    Figure

    Raises
    ------
    UnknownName, DomainError, DataError

    >>> import munu
    >>> plot("limit", munu.limit("xenonnt")).caption
    'XENONnT 2022: limit on mu, 7.47e-12 mu_B, 90 %, profile, universal.'
    """
    if kind not in kinds():
        raise UnknownName("drawing", kind, kinds())
    path = None if path is None else Path(path)
    if path is not None and path.suffix[1:] not in FORMATS:
        raise DomainError(f"the path '{path}' must end in .{', .'.join(FORMATS)}")
    file = import_module(f"munu.plots._{kind}")
    try:
        # in axes of the user's by the user's settings
        with _style.settings() if ax is None else nullcontext():
            if ax is None:
                fig, own = _style.new(*(file.size(record) if hasattr(file, "size")
                                        else (6.4, 4.6)))
                _style.stamp(fig, file.stamp(record) if hasattr(file, "stamp") else _style.STAMP)
            else:
                # of axes in a part of a figure, all of it
                fig, own = ax.figure.figure, ax
            file.axes(own, record, **options)
    except TypeError:
        known = list(inspect.signature(file.axes).parameters)[2:]
        for name in options:
            if name not in known:
                raise DomainError(f"a {kind} has no option '{name}' of its drawing"
                                  + meant(name, known) + f" (it has: {', '.join(known) or 'none'})"
                                  ) from None
        raise
    made = Figure(
        kind if path is None else path.stem, fig,
        file.columns(record, **options) if hasattr(file, "columns") else record.columns(),
        file.said(record) if hasattr(file, "said") else repr(record),
        tuple(getattr(record, "papers", ())))
    if path is not None:
        save(made, path.parent, (path.suffix[1:],))
    return made
