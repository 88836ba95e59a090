"""Models as files that other programs read: parameter cards, Wilson coefficients, UFO models.

``write(model, path, kind)``, ``write_all`` for several at once and ``read(path, kind)``; kinds are
``yaml`` and ``slha`` (parameter cards, both ways), ``wcxf`` (Wilson coefficients; reading gives
numbers) and ``ufo`` (a folder for event generators; written only).

Limits as files: ``hepdata`` (a submission), ``pyhf`` (the likelihood of a probe as a workspace),
``curves`` (CSV that the atlas reads back), each with ``to_...`` that writes it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from munu import _data
from munu.errors import DataError, DomainError, UnknownName
from munu.interchange import ufo
from munu.interchange.card import from_yaml, to_yaml, yaml_text
from munu.interchange.curves import curves, to_csv
from munu.interchange.hepdata_submission import hepdata, to_hepdata
from munu.interchange.histfactory import pyhf, to_pyhf
from munu.interchange.slha import from_slha, slha_text, to_slha
from munu.interchange.ufo import to_ufo
from munu.interchange.wcxf import WilsonCoefficients, from_wcxf, to_wcxf, wcxf_text

__all__ = ["KINDS", "WilsonCoefficients", "curves", "from_slha", "from_wcxf", "from_yaml",
           "hepdata", "kind_of", "pyhf", "read", "to_csv", "to_hepdata", "to_pyhf", "to_slha",
           "to_ufo", "to_wcxf", "to_yaml", "write", "write_all"]

KINDS = ("slha", "ufo", "wcxf", "yaml")
_ENDINGS = {".yaml": "yaml", ".yml": "yaml", ".slha": "slha", ".dat": "slha", ".json": "wcxf"}
_WRITERS: dict[str, Callable[..., Path]] = {"yaml": to_yaml, "slha": to_slha, "wcxf": to_wcxf,
                                            "ufo": to_ufo}
_TEXTS: dict[str, Callable[[Any], str]] = {"yaml": yaml_text, "slha": slha_text,
                                           "wcxf": wcxf_text}
_READERS = {"yaml": from_yaml, "slha": from_slha, "wcxf": from_wcxf}


def kind_of(path: str | Path) -> str:
    """The kind that the ending of a file says.

    >>> kind_of("point.yaml")
    'yaml'
    """
    ending = Path(path).suffix.lower()
    if ending not in _ENDINGS:
        raise DomainError(f"the file '{path}' does not say its kind; end it in "
                          f"{', '.join(_ENDINGS)} or name one of {', '.join(KINDS)}")
    return _ENDINGS[ending]


def write(model: Any, path: str | Path, kind: str | None = None, **options: Any) -> Path:
    """Write one point of a model; for ``ufo`` the path is a folder.

    Parameters
    ----------
    model : Model; for ``ufo`` also a DipolePortal
    path : file or folder
    kind : one of :data:`KINDS`; of the file's ending if it is not given
    options : of the writer, such as ``d_W_over_d_B`` of :func:`to_ufo`

    Raises
    ------
    UnknownName, DomainError, DataError
    """
    kind = kind_of(path) if kind is None else kind
    if kind not in KINDS:
        raise UnknownName("kind of file", kind, KINDS)
    return _WRITERS[kind](model, path, **options)


def write_all(model: Any, files: Sequence[tuple[str | Path, str | None]]) -> list[Path]:
    """Write one point into several files and folders: all of them, or none.

    Everything is made, and refused if it must be, before the first is written; should a disk then
    refuse one, those that were not there before go again.

    Parameters
    ----------
    model : as of :func:`write`
    files : pairs of path and kind, or None for that of the ending

    Raises
    ------
    UnknownName, DomainError, DataError
    """
    made: list[tuple[Path, str | dict[str, str]]] = []
    for name, kind in files:
        kind = kind_of(name) if kind is None else kind
        if kind not in KINDS:
            raise UnknownName("kind of file", kind, KINDS)
        made.append((Path(name), ufo.ufo_files(model, name) if kind == "ufo"
                     else _TEXTS[kind](model)))
    new: list[Path] = []
    try:
        for path, what in made:
            if not path.exists():
                new.append(path)
            _data.save(path, what) if isinstance(what, str) else ufo.save(path, what)
    except DataError:
        for path in filter(Path.exists, new):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()
        raise
    return [path for path, _ in made]


def read(path: str | Path, kind: str | None = None) -> Any:
    """A Model of a card, or :class:`WilsonCoefficients`.

    Raises
    ------
    UnknownName, DomainError, DataError
        With path and line.
    """
    kind = kind_of(path) if kind is None else kind
    if kind not in _READERS:
        raise UnknownName("kind of file that munu reads", kind, _READERS)
    return _READERS[kind](path)
