"""What the files of the package say of themselves, read and never imported.

The folder is the list: a room is a public file or folder of the package, a member is a public
file of a room that defines the room's factory at its left margin, a formula is a public function
whose docstring says what it returns and from which paper it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast

_HERE = Path(__file__).parent
# what a member defines at its left margin, by room
FACTORIES = {"probes": r"^def probe\b", "sources": r"^def source\b", "media": r"^def medium\b",
             "plots": r"^def draw\b", "processes": r"^def reaction\b|^__all__\b",
             "events": r"^def experiment\b",
             "models": r"^class \w+\([^)]*\bModel\b|^model\s*[:=]"}
# rooms that print or draw: what others say is no formula of theirs
_MUTE = ("cli", "site", "plots")
# what no text can be: functions that take one are called from Python
_RECORDS = re.compile(r"\b(Profile|Hamiltonian|Callable|Probe|Source|Limit|Templates|object)\b")
_DOC = re.compile(r'(?:\s*#.*\n|\s)*([rR]?(?:"""(?:.|\n)*?"""|"(?:[^"\\\n]|\\.)*"))')


@cache
def rooms() -> tuple[str, ...]:
    """Public files and folders of the package, the command line and the pages apart."""
    found = {p.stem for p in _HERE.iterdir() if p.suffix == ".py" or (p / "__init__.py").is_file()}
    pages = ("cli", "explore", "site")
    return tuple(sorted(n for n in found if not n.startswith("_") and n not in pages))


def kinds() -> tuple[str, ...]:
    """Rooms whose members are files."""
    return tuple(FACTORIES)


def files(room: str = "") -> Iterator[Path]:
    """Public files of a room, or of the package, in folders too."""
    for path in sorted((_HERE / room).rglob("*.py")):
        if not any(part.startswith("_") for part in path.relative_to(_HERE).parts):
            yield path


@cache
def stored(folder: str) -> tuple[str, ...]:
    """Names of the data files of a folder, sorted."""
    return tuple(sorted(p.stem for p in (_HERE / "data" / folder).glob("*.ecsv")))


@cache
def keys() -> tuple[str, ...]:
    """Keys of the bibliography, sorted."""
    text = (_HERE / "data" / "references.bib").read_text(encoding="utf-8")
    return tuple(sorted(re.findall(r"^@\w+\s*\{\s*([^,\s]+)", text, re.MULTILINE)))


def dotted(path: Path) -> str:
    """The name by which a file is imported."""
    return ".".join(("munu", *path.relative_to(_HERE).with_suffix("").parts))


@cache
def members(room: str) -> Mapping[str, Path]:
    """Files of a room by name that bear its factory; what else lies there is a helper."""
    bears = re.compile(FACTORIES[room], re.MULTILINE)
    return MappingProxyType({p.stem: p for p in files(room)
                             if bears.search(p.read_text(encoding="utf-8"))})


def about(path: Path) -> str:
    """The first line of a file's docstring."""
    from ast import literal_eval

    found = _DOC.match(path.read_text(encoding="utf-8"))
    return first_line(literal_eval(found[1])) if found else ""


def first_line(doc: str | None) -> str:
    """The first line of a docstring, or nothing."""
    return (doc or "").strip().split("\n", 1)[0]


@cache
def _docs(path: Path) -> Mapping[str, str]:
    import ast

    return MappingProxyType({n.name: ast.get_docstring(n) or "" for n in
                             ast.parse(path.read_text(encoding="utf-8")).body
                             if isinstance(n, ast.FunctionDef)})


def doc_of(function: object) -> str:
    """The docstring of a function of a module, from its file where Python dropped it (``-OO``)."""
    from inspect import cleandoc, unwrap

    inner = unwrap(function) if callable(function) else function
    doc, code = getattr(inner, "__doc__", None), getattr(inner, "__code__", None)
    if doc or code is None or not Path(code.co_filename).is_file():
        return cleandoc(doc or "")
    return _docs(Path(code.co_filename)).get(code.co_name, "")


@cache
def _said(path: Path) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """What a file defines, or has from a helper, that says what it returns and from which paper:
    name to one line and to the arguments that no text can be."""
    import ast

    out = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            doc = ast.get_docstring(node) or ""
            if not node.name.startswith("_") and {"Returns", "Source"} <= set(doc.split()):
                out[node.name] = first_line(doc), _records(node)
        elif isinstance(node, ast.ImportFrom):
            parts = (node.module or "").split(".")
            if parts[0] != "munu" or not parts[-1].startswith("_"):
                continue
            helper = _HERE.joinpath(*parts[1:]).with_suffix(".py")
            theirs = _said(helper) if helper.is_file() else {}
            out |= {n: theirs[a.name] for a in node.names if a.name in theirs
                    and not (n := a.asname or a.name).startswith("_")}
    return MappingProxyType(out)


def _records(node: ast.FunctionDef) -> tuple[str, ...]:
    """Arguments of a function that no text can be."""
    from ast import unparse

    return tuple(a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
                 if a.annotation and _RECORDS.search(unparse(a.annotation)))


@cache
def formulas_of(path: Path) -> Mapping[str, str]:
    """Formulas of a file: name to one line."""
    return MappingProxyType({n: line for n, (line, records) in _said(path).items() if not records})


@cache
def formulas() -> Mapping[str, str]:
    """Every public formula by its dotted name, with one line."""
    found: dict[str, str] = {}
    for path in files():
        name = dotted(path).removeprefix("munu.")
        if name.split(".")[0] not in _MUTE:
            found |= {f"{name}.{k}": line for k, line in formulas_of(path).items()}
    return MappingProxyType(dict(sorted(found.items())))


def formula(name: str) -> tuple[str, ...] | None:
    """Arguments that no text can be of the formula of a dotted name; None where it is none."""
    room, _, last = name.rpartition(".")
    parts = room.split(".")
    path = _HERE.joinpath(*parts).with_suffix(".py")
    if parts[0] in _MUTE or not all(p.isidentifier() and p[0] != "_" for p in parts) \
            or not path.is_file() or last not in _said(path):
        return None
    return _said(path)[last][1]
