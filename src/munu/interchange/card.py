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

from munu import _data, models, results
from munu._arrays import Numbers
from munu.errors import DataError, DomainError, MunuError, UnitError, UnknownName
from munu.interchange import _files
from munu.models import Model
from munu.references import bibliography
from munu.units import unit

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
    other = {0: "rad", 1: "MeV"}.get(wanted.dimension, f"MeV^{wanted.dimension}")
    finer = value / unit(other).factor
    if np.array_equal(finer * unit(other).factor, value):
        return finer, other
    return counted, text


def number(text: object) -> float | complex:
    """A pure number of a card, real or complex.  Raises DomainError.

    >>> number("0.1-0.2j")
    (0.1-0.2j)
    """
    try:
        value = complex(str(text).strip())
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
    """Keys that the bibliography or the model knows.  Raises DataError."""
    for key, line in keys:
        if key not in bibliography() and key not in model.papers:
            raise DataError(path, str(UnknownName("reference", key, model.papers)), line=line)


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
    if unit(text).dimension != unit(wanted).dimension:
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
    import yaml

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
        text = yaml.safe_dump({key: value}, default_flow_style=True, width=float("inf"),
                              allow_unicode=True)
        return text.strip()[1:-1]

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
    card, lines = _tree(path, _files.load(path))
    for key in card:
        if key not in ENTRIES:
            raise DataError(path, str(UnknownName("entry", key, ENTRIES)), line=lines[key])
    for key, kind, said in (("model", str, "a name"), ("parameters", dict, "name: value"),
                            ("munu", str, "a version"), ("cite", list, "a list of keys")):
        if key in ("model", "parameters") and key not in card:
            raise DataError(path, f"the entry '{key}' is missing; a card needs model and "
                                  "parameters")
        if key in card and not isinstance(card[key][0], kind):
            raise DataError(path, f"'{key}' must be {said}", line=lines[key])
    name, where = card["model"][0], {"": lines["model"]}
    values, words = {}, _words(name)
    for key, (value, line) in card["parameters"][0].items():
        where[key] = line
        try:
            values[key] = (value, None) if key in words else _of_yaml(key, value)
        except MunuError as err:
            raise DataError(path, str(err), line=line) from None
    model = make(path, name, values, where)
    check_citations(path, [(str(k), lines["cite"]) for k in card.get("cite", ([], 0))[0]], model)
    return model


_QUANTITY = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(\S.*)?$")


def _of_yaml(key: str, value: Any) -> tuple[Any, str | None]:
    """Number and unit of a YAML value; a word has the unit None and stays a word."""
    if isinstance(value, dict):
        if set(value) - {"values", "unit"} or "values" not in value:
            raise DomainError(f"{key} must hold 'values' and 'unit'")
        return _array(key, value["values"]), str(value.get("unit", "")) or None
    if isinstance(value, bool) or value is None:
        return value, None
    if isinstance(value, int | float):
        return number(value), None
    if isinstance(value, list):
        return value, None
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


def one_line(err: Exception) -> str:
    """What a reader of YAML says, in one line."""
    return " ".join(str(getattr(err, "problem", None) or err).split())


def _tree(path: Path, text: str) -> tuple[dict[str, tuple[Any, int]], dict[str, int]]:
    """The entries of a YAML card with the line that each stands on; parameters likewise."""
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except RecursionError:
        raise DataError(path, "is nested too deeply for a card") from None
    except yaml.YAMLError as err:
        mark = getattr(err, "problem_mark", None)
        raise DataError(path, "is no YAML: " + one_line(err),
                        line=mark.line + 1 if mark else None) from None
    if not isinstance(root, yaml.MappingNode):
        raise DataError(path, "must hold entries such as 'model: leptoquark'")
    card = _mapping(path, root)
    if "parameters" in card:
        node, line = card["parameters"]
        if isinstance(node, yaml.MappingNode):
            inner = {k: (_value(path, v), at) for k, (v, at) in _mapping(path, node).items()}
            card["parameters"] = (inner, line)
    return ({k: (v if isinstance(v, dict) else _value(path, v), at)
             for k, (v, at) in card.items()}, {k: at for k, (_, at) in card.items()})


def _mapping(path: Path, node: Any) -> dict[str, tuple[Any, int]]:
    out: dict[str, tuple[Any, int]] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key.value, str):
            raise DataError(path, "an entry must have a name", line=line)
        if key.value in out:
            raise DataError(path, f"'{key.value}' stands twice", line=line)
        out[key.value] = (value, line)
    return out


def _value(path: Path, node: Any) -> Any:
    import yaml

    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError, TypeError) as err:
        raise DataError(path, "is no YAML: " + one_line(err),
                        line=node.start_mark.line + 1) from None
    finally:
        loader.dispose()
