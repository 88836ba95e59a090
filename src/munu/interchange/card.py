"""A parameter card: a model's name, its parameters with their units, whom to cite, the version.

What is read is what was written, to the last bit: where a number in the parameter's own unit does
not lead back to it, the card counts in powers of MeV.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from munu import _data, _files, models, references, results
from munu._arrays import Numbers
from munu.errors import DataError, DomainError, MunuError, UnitError, UnknownName
from munu.models import Model
from munu.units import sort, unit

ENTRIES = ("munu", "model", "parameters", "cite")
WORD = ""


@dataclass(frozen=True)
class Entry:
    """A parameter as a card shows it: numbers in ``unit``, or a word (unit ``""``)."""

    name: str
    value: Any
    unit: str
    about: str = ""


def entries(model: Model) -> list[Entry]:
    """The parameters of one model, in order; those that are None by default are left out."""
    _known(model.name)
    made = []
    for f in fields(model):
        value, word = getattr(model, f.name), f.metadata["unit"] == WORD
        if value is None and f.default is None:
            continue
        about = f.metadata["about"]
        if value is None or word:
            made.append(Entry(f.name, value, WORD, about))
            continue
        counted, unit_ = in_unit(np.asarray(value), f.metadata["unit"])
        made.append(Entry(f.name, counted, unit_, about))
    return made


def in_unit(value: np.ndarray, text: str) -> tuple[np.ndarray, str]:
    """Numbers in a unit from which they can be had again, with that unit.

    >>> from munu.units import GeV
    >>> in_unit(np.asarray(1500 * GeV), "GeV")[1]
    'GeV'
    """
    if text == "1":
        return value, text
    wanted = unit(text)
    counted = value / wanted.factor
    if np.array_equal(counted * wanted.factor, value):
        return counted, text
    other = _natural(wanted.dimension)
    finer = value / unit(other).factor
    if np.array_equal(finer * unit(other).factor, value):
        return finer, other
    return counted, text


def _natural(dimension: int) -> str:
    """The unit of a card that munu writes where the parameter's own is not exact."""
    return {0: "rad", 1: "MeV"}.get(dimension, f"MeV^{dimension}")


def number(text: object) -> float | complex:
    """A pure number of a card, real or complex.  Raises DomainError.

    >>> number("0.1-0.2j")
    (0.1-0.2j)
    """
    said = str(text).strip()
    try:
        # 1_0 and digits of other scripts are numbers for Python alone
        value = complex(said if said.isascii() and "_" not in said else "")
    except ValueError:
        raise DomainError(f"'{text}' is no number") from None
    if not (math.isfinite(value.real) and math.isfinite(value.imag)):
        raise DomainError(f"'{text}' is not finite")
    return value if "j" in str(text).lower() else value.real


def shown(value: complex) -> str:
    """A number with all its digits.

    >>> shown(0.1 + 0j), shown(0.1 - 0.2j)
    ('0.1', '0.1-0.2j')
    """
    z = complex(value)
    return repr(z.real) if z.imag == 0 else f"{z.real!r}{z.imag:+}j"


def make(path: Path, name: str, values: Mapping[str, tuple[Any, str | None]],
         lines: Mapping[str, int]) -> Model:
    """The model of what a card holds.

    Parameters
    ----------
    path, lines : for the errors; the line of each parameter, ``""`` that of the name
    values : number, array or word, and its unit; None for a unit that the card does not name

    Raises
    ------
    DataError
    """
    try:
        known = {f.name: f for f in fields(_known(name))}
    except UnknownName as err:
        raise DataError(path, str(err), line=lines[""]) from None
    given = {}
    for key, (value, text) in values.items():
        try:
            if key not in known:
                raise UnknownName(f"parameter of {name}", key, known)
            given[key] = _internal(key, value, text, known[key])
        except MunuError as err:
            raise DataError(path, str(err), line=lines[key]) from None
    missing = [k for k, f in known.items() if f.default is MISSING and k not in given]
    if missing:
        raise DataError(path, f"the model {name} needs {', '.join(missing)}", line=lines[""])
    try:
        return models.get(name, **given)
    except MunuError as err:
        found = re.match(rf"{re.escape(name)}: (\w+)", str(err))
        line = lines.get(found[1] if found else "", lines[""])
        raise DataError(path, str(err), line=line) from None


def check_citations(path: Path, keys: list[tuple[str, int]], model: Model) -> None:
    """Keys that the bibliography, a BibTeX file beside the card or the model knows.

    Raises DataError.
    """
    for key, line in keys:
        try:
            if key not in model.papers:
                references.known([key], path)
        except DomainError as err:
            raise DataError(path, str(err), line=line) from None


def _known(name: str) -> Any:
    if name not in models.names():
        raise UnknownName("model", name, models.names())
    from munu import _plugins

    return _plugins.factory("models", name)


def _words(name: str) -> set[str]:
    """Parameters that are words; of no model, none."""
    try:
        return {f.name for f in fields(_known(name)) if f.metadata["unit"] == WORD}
    except UnknownName:
        return set()


def _internal(key: str, value: Any, text: str | None, f: Any) -> Any:
    """A value of a card in internal units."""
    wanted = f.metadata["unit"]
    if wanted == WORD or value is None:
        return tuple(value) if isinstance(value, list) else value
    if isinstance(value, str):
        raise DomainError(f"{key}: '{value}' is no number")
    if text is None or text == "":
        if wanted == "1":
            return value
        if not np.any(value):
            return np.zeros_like(value)[()]
        raise UnitError(f"{key} = {value} has no unit; write e.g. {value} {wanted}"
                        if np.ndim(value) == 0 else f"{key} has no unit; name e.g. {wanted}")
    found = unit(text).text
    like = found == "1" if wanted == "1" else \
        sort(found) == sort(wanted) or found == _natural(unit(wanted).dimension)
    if not like:
        raise UnitError(f"{key} is counted in {wanted}, not in {text}")
    return np.multiply(value, 1.0 if text == "1" else unit(text).factor)[()]


def to_yaml(model: Model, path: str | Path) -> Path:
    """Write a YAML card of a model's point, or of an array of points.

    Parameters
    ----------
    model : Model
    path : file

    Returns
    -------
    Path

    Raises
    ------
    DataError
        Where nothing can be written.
    """
    return _data.save(Path(path), yaml_text(model))


def yaml_text(model: Model) -> str:
    """A YAML card as text; see :func:`to_yaml`."""
    kept: dict[str, Any] = {}
    for e in entries(model):
        if e.unit == WORD:
            kept[e.name] = list(e.value) if isinstance(e.value, tuple) else e.value
        elif np.ndim(e.value):
            kept[e.name] = {"values": _nested(e.value), "unit": e.unit}
        elif e.unit == "1":
            kept[e.name] = _plain(e.value)
        else:
            kept[e.name] = f"{shown(e.value)} {e.unit}"
    def line(key: str, value: Any) -> str:
        return _files.dump({key: value}, default_flow_style=True, width=float("inf")).strip()[1:-1]

    lines = [line("munu", results.version()), line("model", model.name), "parameters:",
             *(f"  {line(k, v)}" for k, v in kept.items()), line("cite", list(model.papers))]
    return "\n".join(lines) + "\n"


def _plain(value: complex) -> float | str:
    return shown(value) if complex(value).imag else float(np.real(value))


def _nested(value: np.ndarray) -> list[Any]:
    return [_nested(x) if np.ndim(x) else _plain(x) for x in value]


def from_yaml(path: str | Path) -> Model:
    """The model of a YAML card.

    Raises
    ------
    DataError
        A file that is missing or broken, an entry, model or parameter that is unknown, a number
        without its unit or out of range: with path and line.
    """
    path = Path(path)
    card = _files.entries(path, _files.text(path), "must hold entries such as 'model: leptoquark'")
    lines = card.lines
    for key in card:
        if key not in ENTRIES:
            raise DataError(path, str(UnknownName("entry", key, ENTRIES)), line=lines[key])
    for key, kind, said in (("model", str, "a name"), ("parameters", dict, "name: value"),
                            ("munu", str, "a version"), ("cite", list, "a list of keys")):
        if key in ("model", "parameters") and key not in card:
            raise DataError(path, f"the entry '{key}' is missing; a card needs model and "
                                  "parameters")
        if key in card and not isinstance(card[key], kind):
            raise DataError(path, f"'{key}' must be {said}", line=lines[key])
    name, given = card["model"], card["parameters"]
    values, words = {}, _words(name)
    for key, value in given.items():
        try:
            values[key] = (value, None) if key in words else _of_yaml(key, value)
        except MunuError as err:
            raise DataError(path, str(err), line=given.lines[key]) from None
    model = make(path, name, values, {"": lines["model"], **given.lines})
    check_citations(path, [(str(k), lines["cite"]) for k in card.get("cite", ())], model)
    return model


_QUANTITY = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(\S.*)?$", re.ASCII)


def _of_yaml(key: str, value: Any) -> tuple[Any, str | None]:
    """Number and unit of a YAML value; a word has the unit None and stays a word."""
    if isinstance(value, dict):
        if set(value) - {"values", "unit"} or "values" not in value:
            raise DomainError(f"{key} must hold 'values' and 'unit'")
        if "unit" in value:
            _files.word(value["unit"], f"{key}: unit", "GeV")
        return _array(key, value["values"]), value.get("unit")
    if value is None:
        return value, None
    if isinstance(value, bool):
        raise DomainError(f"{key} is {_files.shown(value)}, where a number is meant")
    if isinstance(value, list):
        return _array(key, value), None
    try:
        return number(value), None
    except DomainError:
        found = _QUANTITY.match(str(value))
    return (number(found[1]), found[2]) if found and found[2] else (value, None)


def _array(key: str, nested: Any) -> np.ndarray:
    def read(x: Numbers) -> Any:
        return [read(y) for y in x] if isinstance(x, list) else number(x)

    try:
        return np.array(read(nested))
    except ValueError as err:
        if isinstance(err, DomainError):
            raise DomainError(f"{key}: {err}") from None
        raise DomainError(f"{key}: rows of unlike length") from None
