"""What every result record says of itself: plain values, where it comes from, tables.

Columns are a mapping of name to (unit, values), the values counted in that unit.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from munu.errors import DataError, DomainError

# numpy, and what imports it, inside functions: the help page of the command line pays for neither
if TYPE_CHECKING:
    from pathlib import Path

CONVENTION_TEXT = "L = (1/2) mu nubar_L sigma.F N_R + h.c. (mu = 2 d), mu in mu_B"
TABLES = (".ecsv", ".csv")
Columns = Mapping[str, tuple[str, Any]]


def plain(value: Any) -> Any:
    """Anything as JSON knows it: arrays are lists, infinities and nan null, the rest text.

    A complex number is ``{"re": ..., "im": ...}``, or one number where its imaginary part is 0.

    >>> import numpy as np
    >>> plain({"mu": np.array([1.0, np.inf]), "z": 1 + 2j})
    {'mu': [1.0, None], 'z': {'re': 1.0, 'im': 2.0}}
    """
    import numpy as np

    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, np.ndarray):
        listed = value.tolist()
        # most arrays are long and hold nothing but finite numbers
        simple = value.dtype.kind in "biuU" or (value.dtype.kind == "f"
                                                and bool(np.isfinite(value).all()))
        return listed if simple else plain(listed)
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, complex):
        return {"re": plain(value.real), "im": plain(value.imag)} if value.imag \
            else plain(value.real)
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    # words of an enumeration that is a str too
    if isinstance(value, str):
        return str(getattr(value, "value", value))
    return value if isinstance(value, bool | int) or value is None else \
        str(getattr(value, "value", value))


def version() -> str:
    """Of munu.  The package itself is above every room: it is asked when it is needed."""
    return import_module("munu").__version__


def provenance(**more: Any) -> dict[str, Any]:
    """What every result carries: version, hash of the data files, convention."""
    from munu import _data

    return {"version": version(), "data": _data.fingerprint(), "convention": CONVENTION_TEXT,
            **more}


def rows(columns: Columns) -> Iterator[dict[str, Any]]:
    """A table row by row, values plain.

    >>> list(rows({"M_N": ("keV", [1.0, 2.0]), "mu": ("mu_B", [1e-11, float("inf")])}))
    [{'M_N': 1.0, 'mu': 1e-11}, {'M_N': 2.0, 'mu': None}]
    """
    each = [plain(v) for _, v in columns.values()]
    for row in zip(*each, strict=True):
        yield dict(zip(columns, row, strict=True))


def target(path: str | Path, option: str = "the file", endings: tuple[str, ...] = TABLES) -> Path:
    """The place of a table, or of another file, judged before anything is computed.

    Raises
    ------
    DomainError, DataError
        Another ending than those allowed; a folder, or a place that cannot be written.
    """
    from pathlib import Path

    from munu import _places

    place = Path(path)
    if place.suffix not in endings:
        raise DomainError(f"{option} '{path}' must end in {' or '.join(endings)}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise DataError(place, f"cannot be written ({err.strerror or err}); give another file"
                        ) from None
    if place.is_dir():
        raise DataError(place, "is a folder; give a file")
    # a link or a device is written elsewhere
    elsewhere = place.is_symlink() or (place.exists() and not place.is_file())
    if not elsewhere and not _places.writable(place.parent):
        raise DataError(place, "cannot be written; give another file")
    return place


def to_table(columns: Columns, path: str | Path | None = None,
             meta: Mapping[str, Any] | None = None) -> str | Path:
    """A table as the text of a CSV with units in its first line, or as a file.

    Parameters
    ----------
    columns : name to (unit, values), all of one length
    path : None for the text; ends in ``.ecsv``, with ``meta`` as its header, or ``.csv``

    Returns
    -------
    str or Path; the file appears whole or not at all

    Raises
    ------
    DomainError, DataError

    >>> print(to_table({"M_N": ("keV", [1.0]), "who": ("1", ["lz"])}), end="")
    M_N [keV],who
    1.0,lz
    """
    if path is None:
        return "".join(csv(columns))
    from munu import _data

    place = target(path)
    if place.suffix == ".csv":
        return _data.save(place, csv(columns))
    return _data.write(place, columns, plain(meta or {}))


def csv(columns: Columns) -> Iterator[str]:
    """The text of :func:`to_table` in pieces that memory holds."""
    from csv import writer

    from munu import _data

    head = io.StringIO()
    writer(head, lineterminator="\n").writerow(
        [k if u in ("", "1") else f"{k} [{u}]" for k, (u, _) in columns.items()])
    yield head.getvalue()
    yield from _data.lines([v for _, v in columns.values()])


def to_pandas(columns: Columns) -> Any:
    """A pandas.DataFrame; its ``attrs["units"]`` are the units.

    Raises
    ------
    DomainError
        pandas is not installed.
    """
    try:
        import pandas
    except ImportError:
        raise DomainError("to_pandas needs pandas, which is not installed: pip install pandas, or "
                          "take to_table() or rows()") from None
    import numpy as np

    frame = pandas.DataFrame({k: np.atleast_1d(np.asarray(v)) for k, (_, v) in columns.items()})
    frame.attrs["units"] = {k: u for k, (u, _) in columns.items()}
    return frame


def shown(x: Any) -> str:
    """A value for people: a number, a complex one, a word or several.

    >>> shown(1.23456e-11), shown(2 - 1j), shown([1.0, float("inf")]), shown(None)
    ('1.235e-11', '2-1j', '1,inf', 'None')
    """
    import numpy as np

    if isinstance(x, str | bool) or x is None:
        return str(x)
    x = np.asarray(x)
    if x.ndim:
        return ",".join(shown(y) for y in x.ravel())
    if x.dtype.kind not in "fciu":
        return str(x[()])
    # no sign of zero
    number = complex(x[()]) + 0
    if number.imag:
        real = f"{number.real:.4g}" if number.real else ""
        return f"{real}{number.imag:{'+' if real else ''}.4g}j"
    return f"{number.real:.4g}"


def html(title: str, table: list[dict[str, Any]]) -> str:
    """A table for notebooks, of rows with the same keys."""
    from html import escape

    def cells(tag, values):
        return "".join(f"<{tag}>{escape(str(x))}</{tag}>" for x in values)

    body = "".join(f"<tr>{cells('td', ('' if x is None else shown(x) for x in row.values()))}</tr>"
                   for row in table)
    head = f"<tr>{cells('th', table[0])}</tr>" if table else ""
    return f"<table><caption>{escape(title)}</caption>{head}{body}</table>"


def plot(record: Any, kind: str, **options: Any) -> Any:
    """A figure of a record, by the drawer of that kind.

    The room of figures is above every record, so it is asked when it is needed.

    Raises
    ------
    UnknownName, DomainError
    """
    return import_module("munu.plots.drawers").plot(kind, record, **options)
