"""A key is a paper: one bibliography, and :func:`cite` for anything that has a source.

A paper that the bibliography does not know may stand in a BibTeX file beside the card or the
table that names it; its key carries the entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from munu import _data, _files, _kinds, _rooms
from munu.errors import DataError, DomainError, meant

UNPUBLISHED = "unpublished"
_BRACE = re.compile(r"[{}]")
_ENTRY = re.compile(r"@(\w+)\s*\{\s*([^,\s]+)\s*,", re.MULTILINE)


class Key(str):
    """A key with the BibTeX entry that it stands for."""

    entry = ""

    @classmethod
    def of(cls, key: str, entry: str) -> Key:
        """The key of an entry."""
        made = cls(key)
        made.entry = entry
        return made


@lru_cache(maxsize=1)
def bibliography() -> dict[str, str]:
    """Every entry of ``data/references.bib`` by key, as BibTeX text."""
    return entries(_data.ROOT / "references.bib")


def entries(path: str | Path) -> dict[str, str]:
    """The entries of a BibTeX file by key.

    Raises
    ------
    DataError
        A file that cannot be read, an entry whose bracket is not closed.
    """
    text = _files.text(path, most=_files.MOST_YAML)
    found: dict[str, str] = {}
    end = 0
    for match in _ENTRY.finditer(text):
        if match.start() < end:
            continue
        depth = 0
        for brace in _BRACE.finditer(text, match.start()):
            depth += 1 if brace[0] == "{" else -1
            if depth == 0:
                end = brace.end()
                break
        else:
            raise DataError(path, f"the entry '{match[2][:40]}' is not closed",
                            line=text.count("\n", 0, match.start()) + 1)
        found[match[2]] = text[match.start():end]
    return found


def known(keys: Iterable[str], path: str | Path) -> tuple[str, ...]:
    """Keys of the bibliography, or of a BibTeX file in the folder of the file that names them.

    Raises
    ------
    DomainError
        A key that stands in neither.
    DataError
        A BibTeX file that cannot be read.
    """
    made: list[str] = []
    own: dict[str, str] | None = None
    for key in keys:
        if key in bibliography():
            made.append(key)
            continue
        if own is None:
            own = {k: entry for file in sorted(Path(path).parent.glob("*.bib"))
                   for k, entry in entries(file).items()}
        if key not in own:
            raise DomainError(f"no reference named '{key}'{meant(key, {**bibliography(), **own})}; "
                              "it must stand in munu's bibliography, or in a BibTeX file (.bib) "
                              "in the same folder")
        made.append(Key.of(key, own[key]))
    return tuple(made)


def of_table(table: _data.Table) -> tuple[str, ...]:
    """What the header of a table of the user's names in ``source`` and ``via``; ``unpublished`` is
    no paper.

    Raises
    ------
    DataError
        A key that is not known, with its line.
    """
    made: list[str] = []
    for name in ("source", "via"):
        key = table.meta.get(name)
        if key in (None, UNPUBLISHED):
            continue
        try:
            made += known([_files.word(key, name, "KEY")], table.path)
        except DomainError as err:
            raise DataError(table.path, str(err), line=table.said.get(name)) from None
    return tuple(made)


def _computed(meta: Mapping[str, Any], path: str | Path, said: Mapping[str, int]
              ) -> tuple[str, ...]:
    """What the header of a table that munu wrote cites."""
    name = "citations" if "citations" in meta else "papers"
    try:
        return _named(meta[name], path)
    except DomainError as err:
        raise DataError(path, str(err), line=said.get(name)) from None


def _named(given: Any, path: str | Path) -> tuple[str, ...]:
    return known([_files.word(k, "citations", "a key") for k in (
        given if isinstance(given, list | tuple) else [given])], path)


@dataclass(frozen=True)
class Answered:
    """What a file that munu wrote cites."""

    papers: tuple[str, ...]


def answered(path: str | Path) -> Answered:
    """The papers of a result as JSON.

    Raises
    ------
    DataError
        A file that is no result of munu, or that cites nothing or what is no paper.
    """
    made = _files.answer(path)
    if "citations" not in made:
        raise DataError(path, "cites nothing: it has no entry 'citations'")
    try:
        return Answered(_named(made["citations"], path))
    except DomainError as err:
        raise DataError(path, str(err)) from None


def headed(meta: Any, path: str | Path) -> Answered:
    """The papers of a result as a table, by its header alone.

    Raises
    ------
    DataError
        A header that cites what is no paper.
    """
    return Answered(_computed(meta, path, getattr(meta, "lines", {})))


def bibtex(key: str) -> str:
    """The BibTeX entry of a key.  Raises :class:`UnknownName`."""
    try:
        return getattr(key, "entry", "") or bibliography()[key]
    except KeyError:
        raise _kinds.unknown("references", "reference", key, bibliography()) from None


def names() -> list[str]:
    """The keys of the bibliography."""
    return sorted(bibliography())


def about(key: str) -> str:
    """The title of a paper.  Raises :class:`UnknownName`."""
    found = re.search(r"\btitle\s*=\s*[{\"]+(.*?)[}\"]+\s*,?\s*\n", bibtex(key), re.S)
    return " ".join(found[1].replace("{", "").replace("}", "").split()) if found else ""


def papers(thing: Any) -> tuple[str, ...]:
    """The keys that anything rests on, in order, each once.

    Takes a key, the name of anything that has papers (a probe, a model, a published limit), a
    function (the ``Source`` line of its docstring), a record with ``papers``,
    a table with a header, or a list of these.
    """
    return tuple(dict.fromkeys(_papers(thing)))


def _papers(thing: Any) -> list[str]:
    if thing is None:
        return []
    if isinstance(thing, str):
        return [thing] if thing in bibliography() else _papers(_kinds.cited(thing))
    if hasattr(thing, "papers"):
        keys = thing.papers
        return list(keys() if callable(keys) else keys)
    if isinstance(thing, _data.Table) and {"citations", "papers"} & {*thing.meta}:
        return list(_computed(thing.meta, thing.path, thing.said))
    if hasattr(thing, "meta") and isinstance(thing.meta, Mapping):
        return [str(thing.meta[k]) for k in ("source", "via") if thing.meta.get(k)]
    if isinstance(thing, Iterable):
        return [k for item in thing for k in _papers(item)]
    line = re.search(r"Source\s*:\s*(.+)", _rooms.doc_of(thing))
    return [k for k in re.findall(r"[\w:.+-]+", line[1]) if k in bibliography()] if line else []


def cite(thing: Any) -> str:
    """BibTeX of everything that ``thing`` rests on.

    >>> print(cite("VogelEngel1989").splitlines()[0])
    @article{VogelEngel1989,
    """
    keys = papers(thing)
    if not keys:
        said = " ".join(str(getattr(thing, "__name__", repr(thing))).split())[:80]
        raise DomainError(f"{said} names no paper; give a key of the bibliography, the name of "
                          "what rests on one, as xenonnt, or a record of munu")
    return "\n\n".join(bibtex(k) for k in keys)
