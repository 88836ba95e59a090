"""The same card in the manner of the Supersymmetry Les Houches Accord: blocks of numbered lines.

The comment of a line names the parameter and its unit, ``# m_LQ [GeV] mass of S1``; both are
needed.  Imaginary parts stand in a block of their own, IMPARAMETERS; the entries of an array carry
their indices, from 1, behind the number of the parameter.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from munu import _data, _files, results
from munu.errors import DataError, DomainError, UnknownName
from munu.interchange.card import WORD, check_citations, entries, make, number
from munu.models import Model

BLOCKS = ("MODEL", "PARAMETERS", "IMPARAMETERS", "CITE")
_NAMED = re.compile(r"\s*(\w+)\s*(?:\[([^\]]*)\])?")
_WORD_UNIT = "word"


def to_slha(model: Model, path: str | Path) -> Path:
    """Write a card of blocks.

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
    return _data.save(Path(path), slha_text(model))


def slha_text(model: Model) -> str:
    """A card of blocks as text; see :func:`to_slha`."""
    real, imaginary = ["BLOCK PARAMETERS"], ["BLOCK IMPARAMETERS"]
    for i, e in enumerate(entries(model), start=1):
        about = f" {e.about}" if e.about else ""
        if e.unit == WORD:
            real.append(f" {i:3d}   {_word(e.value)}   # {e.name} [{_WORD_UNIT}]{about}")
            continue
        values = np.asarray(e.value)
        for index in np.ndindex(values.shape):
            at = "".join(f" {k + 1:2d}" for k in index)
            tail = f"   # {e.name} [{e.unit}]{about}"
            real.append(f" {i:3d}{at}   {float(values[index].real)!r}{tail}")
            if np.iscomplexobj(values):
                imaginary.append(f" {i:3d}{at}   {float(values[index].imag)!r}{tail}")
    blocks = [["# Parameter card of a model of munu; a pure number has the unit 1", "BLOCK MODEL",
               f"   1   {model.name}   # model", f"   2   {results.version()}   # munu version"],
              real, imaginary if len(imaginary) > 1 else [],
              ["BLOCK CITE", *(f" {i:3d}   {key}" for i, key in enumerate(model.papers, 1))]]
    return "\n".join(x for block in blocks for x in block) + "\n"


def _word(value: Any) -> str:
    """A word as it is; what could be taken for a number, or is none, as JSON."""
    try:
        plain = isinstance(value, str) and value and not re.search(r"[#\s]", value)
        if plain:
            json.loads(value)
    except ValueError:
        return value
    return json.dumps(list(value) if isinstance(value, tuple) else value)


def from_slha(path: str | Path) -> Model:
    """The model of a card of blocks.

    Raises
    ------
    DataError
        A file that is missing or broken, a block, model or parameter that is unknown, a number
        without its unit or out of range: with path and line.
    """
    path = Path(path)
    name, name_line, keys = "", 0, []
    numbers: dict[str, dict[str, Any]] = {}
    units: dict[str, str] = {}
    lines: dict[str, int] = {}
    for block, line, index, text, comment in _rows(path):
        if block == "MODEL":
            if index == (1,):
                name, name_line = text, line
            elif index != (2,):
                raise DataError(path, "block MODEL has the entries 1, name, and 2, version",
                                line=line)
        elif block == "CITE":
            keys.append((text, line))
        else:
            _parameter(path, block, line, index, text, comment, numbers, units, lines)
    if not name:
        raise DataError(path, "block MODEL with entry 1, the model's name, is missing")
    lines[""] = name_line
    values = {}
    for key, parts in numbers.items():
        try:
            values[key] = (_put_together(key, parts), units[key])
        except DomainError as err:
            raise DataError(path, str(err), line=lines[key]) from None
    model = make(path, name, values, lines)
    check_citations(path, keys, model)
    return model


def _rows(path: Path) -> Iterator[tuple[str, int, tuple[int, ...], str, str]]:
    """Block, line, indices, value and comment of every line that holds something."""
    block: str | None = None
    seen: set[str] = set()
    words: set[tuple[int, ...]] = set()
    for line, raw in enumerate(_files.text(path).split("\n"), start=1):
        text, _, comment = raw.partition("#")
        if not text.strip():
            continue
        head = text.split()
        if head[0].upper() == "BLOCK":
            block = head[1].upper() if len(head) > 1 else ""
            if block not in BLOCKS:
                raise DataError(path, str(UnknownName("block", block, BLOCKS)), line=line)
            if block in seen:
                raise DataError(path, f"block {block} stands twice", line=line)
            seen.add(block)
            words = set()
            continue
        if block is None:
            raise DataError(path, f"'{head[0]}' stands before any BLOCK", line=line)
        # a word written as JSON may hold blanks: only what is left of it are indices
        found = re.match(r"\s*((?:[0-9]{1,6}\s+)+)(\S.*)$", text)
        if not found:
            raise DataError(path, "a line is a number and a value, as in '1  1000.0  # m_LQ "
                                  "[GeV]'", line=line)
        index = tuple(int(k) for k in found[1].split())
        if index in words:
            raise DataError(path, f"entry {' '.join(map(str, index))} stands twice", line=line)
        words.add(index)
        yield block, line, index, found[2].strip(), comment


def _parameter(path: Path, block: str, line: int, index: tuple[int, ...], text: str, comment: str,
               numbers: dict[str, dict[str, Any]], units: dict[str, str], lines: dict[str, int]
               ) -> None:
    """Take one line of PARAMETERS or IMPARAMETERS in."""
    found = _NAMED.match(comment)
    if not found:
        raise DataError(path, "the comment must name the parameter and its unit, as in '# m_LQ "
                              "[GeV]'", line=line)
    key, unit = found[1], (found[2] or "").strip()
    if not unit:
        raise DataError(path, f"{key} has no unit; write it into the comment, as in '# {key} "
                              "[GeV]', or [1] for a pure number", line=line)
    if units.setdefault(key, unit) != unit:
        raise DataError(path, f"{key} is in {units[key]} and here in {unit}", line=line)
    lines.setdefault(key, line)
    parts = numbers.setdefault(key, {"PARAMETERS": {}, "IMPARAMETERS": {}, "entry": index[0]})
    if parts["entry"] != index[0]:
        raise DataError(path, f"{key} stands twice", line=line)
    if any(p["entry"] == index[0] for k, p in numbers.items() if k != key):
        raise DataError(path, f"entry {index[0]} is another parameter already", line=line)
    if unit == _WORD_UNIT:
        parts["word"] = _unword(text)
        return
    try:
        value = number(text)
        if isinstance(value, complex):
            raise DomainError(f"'{text}' is complex; its imaginary part goes into the block "
                              "IMPARAMETERS")
    except DomainError as err:
        raise DataError(path, str(err), line=line) from None
    parts[block][index[1:]] = value


def _unword(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _put_together(key: str, parts: dict[str, Any]) -> Any:
    """A number, or an array that has all its entries, or a word."""
    if "word" in parts:
        return parts["word"]
    real, imaginary = parts["PARAMETERS"], parts["IMPARAMETERS"]
    every = set(real) | set(imaginary)
    if len({len(k) for k in every}) != 1 or any(0 in k for k in every):
        raise DomainError(f"{key}: entries with unlike numbers of indices, which count from 1")
    shape = tuple(max(k[i] for k in every) for i in range(len(next(iter(every)))))
    if math.prod(shape) != len(every):
        raise DomainError(f"{key}: {len(every)} entries where {shape} need {math.prod(shape)}")
    out = np.zeros(shape, dtype=complex if imaginary else float)
    for k in every:
        value = real.get(k, 0.0) + (1j * imaginary.get(k, 0.0) if imaginary else 0.0)
        out[tuple(i - 1 for i in k)] = value
    return out[()]
