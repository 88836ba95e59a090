"""What a plan may hold, as pydantic reads it; a slip is one line with its place in the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from munu._files import Entries, shown
from munu.errors import DataError, DomainError, meant


def _whole(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise ValueError(f"is {shown(value)}, where a whole number is meant")
    return value


def _amount(value: Any) -> Any:
    # a yes is no 1
    if isinstance(value, bool):
        raise ValueError(f"is {shown(value)}, where a number is meant")
    return value


def _name(value: Any) -> Any:
    if isinstance(value, list):
        return "+".join(str(x) for x in value)
    return value


def _several(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _entries(value: Any) -> Any:
    # an entry that is empty, as a file may have it
    return {} if value is None else value


Whole = Annotated[int, BeforeValidator(_whole)]
Several = Annotated[list[str], BeforeValidator(_several)]
Amount = Annotated[float | str | None, BeforeValidator(_amount)]
Given = Annotated[dict[str, Any], BeforeValidator(_entries)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False)


class Sequence(_Strict):
    """A sequence of Sobol's."""

    n: Annotated[Whole, Field(ge=1)]
    seed: Annotated[Whole, Field(ge=0)] = 1
    over: Annotated[dict[str, Any], Field(min_length=1)]


class File(_Strict):
    """A file of points."""

    path: str
    columns: Several = []


class Laid(_Strict):
    """How points are laid."""

    grid: Given = {}
    sobol: Sequence | None = None
    file: File | None = None


class OfModel(_Strict):
    """A model, and what its moments are held against."""

    model: str
    parameters: Given = {}
    against: Several = []
    level: Amount = None
    within: Annotated[float | None, BeforeValidator(_amount)] = None
    points: Laid
    chunk: Annotated[Whole, Field(ge=1)] = 10_000


class OfLimit(_Strict):
    """A limit of a probe."""

    limit: Annotated[str, BeforeValidator(_name)]
    options: Given = {}
    along: str | None = None
    flavor: str | list[Any] = "universal"
    nature: str | None = None
    M_N: Amount = None
    method: str = "profile"
    level: Amount = None
    toys: Whole | None = None
    seed: Whole | None = None
    flux_nuisances: bool = False
    background_error: Amount = None
    unbinned: bool = False
    expected: bool = False
    points: Laid
    chunk: Annotated[Whole, Field(ge=1)] = 100


# what pydantic misses, in the words of munu
_MEANT = {"string_type": "a word", "list_type": "a list", "dict_type": "entries, as {name: value}",
          "model_type": "entries, as {name: value}", "int_type": "a whole number",
          "int_from_float": "a whole number", "int_parsing_size": "a whole number of usual size",
          "float_type": "a number", "float_parsing": "a number", "bool_type": "true or false",
          "bool_parsing": "true or false", "too_short": "at least one entry"}
KINDS: dict[str, type[_Strict]] = {"model": OfModel, "limit": OfLimit}


def checked(given: Mapping[str, Any], path: object = "the plan") -> tuple[str, dict[str, Any]]:
    """The kind of a plan, and all its entries with their defaults.

    Raises
    ------
    DataError, DomainError
        With the line, where there are lines.
    """
    asked = [k for k in KINDS if k in given]
    if len(asked) != 1:
        known = dict.fromkeys([*OfModel.model_fields, *OfLimit.model_fields])
        slip = next((f"'{k}' is no entry of a plan{meant(k, known)}; " for k in given
                     if k not in known), "")
        raise slipped(path, given, (), f"{slip}a plan asks for one of model: NAME and limit: PROBE")
    laid = given.get("points")
    if isinstance(laid, Mapping) and isinstance(laid.get("file"), str):
        made = Entries()
        made.update(laid, file={"path": laid["file"]})
        made.lines |= getattr(laid, "lines", {})
        whole = Entries()
        whole.update(given, points=made)
        whole.lines |= getattr(given, "lines", {})
        given = whole
    try:
        return asked[0], KINDS[asked[0]].model_validate(dict(given)).model_dump()
    except ValidationError as err:
        # what is unknown first: it may be what is missing
        first = min(err.errors(), key=lambda e: e["type"] != "extra_forbidden")
        raise slipped(path, given, first["loc"], _said(first, KINDS[asked[0]])) from None


def slipped(path: object, given: Any, where: tuple[Any, ...], said: str) -> DataError | DomainError:
    """The error of an entry: with the line of the innermost that has one."""
    line = None
    for key in where:
        lines = getattr(given, "lines", {})
        line = lines.get(key, line)
        given = given.get(key) if isinstance(given, Mapping) else None
    return DataError(path, said, line=line) if line or str(path) != "the plan" else \
        DomainError(said)


def _said(error: Any, root: type[BaseModel]) -> str:
    """One error of pydantic in the words of munu."""
    where = [x for x in error["loc"] if isinstance(x, str)]
    name = ".".join(x for x in where if x not in ("str", "list[any]", "float", "dict[str,any]")
                    and not x.startswith("function-"))
    if error["type"] == "extra_forbidden":
        known = _known(root, where[:-1])
        return f"'{where[-1]}' is no entry{_of(where)}{meant(where[-1], known)} (there are: " \
               f"{', '.join(known)})"
    if error["type"] == "missing":
        return f"the entry '{name}' is missing"
    text = error["msg"].removeprefix("Value error, ")
    if text.startswith("is "):
        return f"{name} {text}"
    if error["type"] in _MEANT:
        return f"{name} is {shown(error['input'])}, where {_MEANT[error['type']]} is meant"
    if error["type"] == "greater_than_equal":
        return f"{name} = {shown(error['input'])} must be at least {error['ctx']['ge']}"
    return f"{name} = {shown(error['input'])}: {text[:1].lower()}{text[1:]}"


def _of(where: list[str]) -> str:
    return f" of {'.'.join(where[:-1])}" if len(where) > 1 else " of this plan"


def _known(root: type[BaseModel], where: list[str]) -> list[str]:
    """The entries that there may be at a place."""
    at: Any = root
    for key in where:
        at = {"points": Laid, "sobol": Sequence, "file": File}.get(key, at)
    return list(at.model_fields)
