"""A key is a paper: one bibliography, and :func:`cite` for anything that has a source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from munu import _data, _kinds, _rooms
from munu.errors import UnknownName

_ENTRY = re.compile(r"@(\w+)\s*\{\s*([^,\s]+)\s*,", re.MULTILINE)


@lru_cache(maxsize=1)
def bibliography() -> dict[str, str]:
    """Every entry of ``data/references.bib`` by key, as BibTeX text."""
    text = (_data.ROOT / "references.bib").read_text(encoding="utf-8")
    entries, starts = {}, list(_ENTRY.finditer(text))
    for match in starts:
        depth, end = 0, match.start()
        for end in range(match.start(), len(text)):
            depth += (text[end] == "{") - (text[end] == "}")
            if depth == 0 and text[end] == "}":
                break
        entries[match[2]] = text[match.start():end + 1]
    return entries


def bibtex(key: str) -> str:
    """The BibTeX entry of a key.  Raises :class:`UnknownName`."""
    try:
        return bibliography()[key]
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
        raise UnknownName("source of", getattr(thing, "__name__", thing), ())
    return "\n\n".join(bibtex(k) for k in keys)
