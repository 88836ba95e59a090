"""What a factory or a model can be told: each option with its default, unit, kind and one line.

A function declares its options in its signature, and :func:`declared` is the door that reads
them::

    @declared
    def probe(*, exposure: Annotated[Quantity, About("of the signal", "t yr")] = "1.16 t yr",
              sun: Annotated[str, About("solar model", choices=("GS98", "AGSS09met"))] = "GS98"):

A quantity is a text with its unit or anything with ``to_value`` or ``to``; the function gets an
internal float.  A bare number is taken only where it is declared to be in internal units.
"""

from __future__ import annotations

import inspect
import math
import numbers
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from functools import wraps
from pathlib import Path
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ParamSpec,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from munu.errors import DomainError, MunuError, UnitError, meant
from munu.units import parse, sort, split, to_float, unit

P = ParamSpec("P")
R = TypeVar("R")
# a quantity at the door, an internal float inside
Quantity = Any
_WORDS = {float: "a number", int: "a whole number", bool: "true or false", str: "a word",
          tuple: "several numbers, as 1,2", NoneType: "nothing"}
# where the text of a docstring goes on after its parameters
_AFTER = ("Returns\n", "Raises\n", "Holds :", "Power :", "Source :", ">>>")


@dataclass(frozen=True)
class About:
    """What an annotation says of an option.

    Attributes
    ----------
    text : one line
    unit : what it is counted in, ``""`` for a word or a pure number
    choices : the words that it may be, where they are few
    bare : whether a number without unit is taken, as internal units
    assumes : name of the assumption about the world that the option states, of those that
        :mod:`munu.atlas.assumptions` knows; ``""`` where it is exposure, method or detector
    """

    text: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    bare: bool = False
    assumes: str = ""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """An option of a probe, a source or a medium, or a parameter of a model.

    Attributes
    ----------
    name : str
    default : as it is given: a text with its unit, a number, a word; MISSING where it is needed.
        Of a model in internal units
    unit : what it is counted in; ``1`` for a pure number, ``""`` for what is none
    about : one line
    kind : ``quantity``, ``number``, ``whole number``, ``word``, ``yes or no``, ``several``,
        ``file`` (a word where munu has one of that name), ``record``
    choices : the words that it may be, where they are few
    bare : whether a quantity is taken without unit, in internal units
    types : what it may be, as classes
    assumes : the assumption about the world that it states, ``""`` if none
    """

    name: str
    default: Any = MISSING
    unit: str = ""
    about: str = ""
    kind: str = "record"
    choices: tuple[str, ...] = ()
    bare: bool = False
    types: tuple[type, ...] = ()
    assumes: str = ""

    @property
    def needed(self) -> bool:
        """Whether there is no default."""
        return self.default is MISSING

    @property
    def shown(self) -> str:
        """The default as a text that can be given back, ``""`` where there is none."""
        if self.needed or self.default is None:
            return ""
        if self.kind == "quantity" and isinstance(self.default, numbers.Real):
            return _written(float(self.default) / unit(self.unit).factor, self.unit)
        many = self.default if isinstance(self.default, tuple | list) else [self.default]
        return ",".join(f"{x:g}" if isinstance(x, float) else str(x) for x in many)

    def read(self, value: Any, what: str) -> Any:
        """A value as the function wants it; ``what`` begins the line of an error.

        Raises
        ------
        UnitError, DomainError
        """
        if (value is None and NoneType in self.types) or (
                isinstance(value, str) and value in self.choices):
            return value
        if self.kind == "quantity":
            return self._quantity(value, what)
        number = isinstance(value, numbers.Real) and not isinstance(value, bool)
        if float in self.types and not number and not isinstance(value, str) \
                and (hasattr(value, "to_value") or hasattr(value, "to")):
            value, number = _converted(value, "", what), True
        if number and not math.isfinite(value) and {float, int, str} & {*self.types}:
            raise DomainError(f"{what} = {value} must be finite")
        if (isinstance(value, bool) and bool in self.types) or (number and (
                float in self.types or (int in self.types and value == int(value)))):
            return value
        if isinstance(value, str) and "," in value and {tuple, str} <= {*self.types}:
            # as its default is shown
            return tuple(x.strip() for x in value.split(","))
        if isinstance(value, str) and {str, Any} & {*self.types}:
            return value
        if isinstance(value, str) and float in self.types:
            return self._number(value, what)
        if number and str in self.types:
            return f"{value:g}"
        if isinstance(value, tuple | list) and tuple in self.types:
            return tuple(value)
        others = [t for t in self.types if t not in _WORDS]
        if Any in others or (others and not isinstance(value, str | bool) and not number \
                and value is not None):
            return value
        raise DomainError(f"{what} = {value!r} must be {self._said()}")

    def _said(self) -> str:
        return " or ".join(_WORDS.get(t) or f"a {getattr(t, '__name__', t)}"
                           for t in self.types if t is not NoneType)

    def _number(self, text: str, what: str) -> float:
        try:
            return parse(text, "1", what=what)
        except MunuError:
            raise DomainError(f"{what} = {text!r} must be {self._said()}") from None

    def _quantity(self, value: Any, what: str) -> float:
        if isinstance(value, numbers.Real) and not isinstance(value, bool):
            if not math.isfinite(value):
                raise DomainError(f"{what} = {value} must be finite")
            if value != 0 and not self.bare:
                raise UnitError(f"{what} = {value:g} has no unit; write "
                                f"'{_written(float(value), self.unit)}'")
            return float(value)
        if isinstance(value, str):
            return self._text(value, what)
        if hasattr(value, "to_value") or hasattr(value, "to"):
            return _converted(value, self.unit, what)
        raise DomainError(f"{what} = {value!r} must be a text with its unit, such as "
                          f"'{_written(2, self.unit)}'"
                          + (" or " + self._said() if self._said() else ""))

    def _text(self, text: str, what: str) -> float:
        try:
            number, rest = split(text)
        except UnitError:
            raise UnitError(f"{what} = '{text}' must be a number with its unit, such as "
                            f"'{_written(2, self.unit)}'"
                            + (f", or {' or '.join(self.choices)}" if self.choices else "")
                            ) from None
        if not rest and number != 0 and math.isfinite(number):
            raise UnitError(f"{what} = {text.strip()} has no unit; write "
                            f"'{_written(number, self.unit)}'")
        if rest and sort("1" + rest if rest[0] == "/" else rest) != sort(self.unit):
            raise UnitError(f"{what} = '{text}' is not of the kind of {self.unit}; write e.g. "
                            f"'{_written(2, self.unit)}'")
        return parse(text, self.unit, what=what)


def _written(number: float, like: str) -> str:
    return f"{number:g} {like[1:] if like.startswith('1/') else like}".rstrip()


def _converted(value: Any, like: str, what: str) -> float:
    try:
        found = to_float(value, like)
    except Exception as err:
        raise UnitError(f"{what} = {value} is not of the kind of {like or 'a pure number'} "
                        f"({' '.join(str(err).split())})") from None
    if not math.isfinite(found):
        raise DomainError(f"{what} = {value} must be finite")
    return found


def of_model(cls: type) -> tuple[Parameter, ...]:
    """The parameters of a model, in order."""
    return tuple(Parameter(
        name=f.name, default=f.default, unit=f.metadata["unit"], about=f.metadata["about"],
        kind={"": "word", "1": "number"}.get(f.metadata["unit"], "quantity"), bare=True)
        for f in fields(cls))


def of_function(function: Callable) -> tuple[Parameter, ...]:
    """The options of a factory, in order.

    Raises
    ------
    DomainError
        A factory that swallows what it does not name.
    """
    function = inspect.unwrap(function)
    try:
        hints = get_type_hints(function, include_extras=True)
    except NameError:
        # a name that only a type checker sees
        hints = {}
    out, lines = [], _lines(function)
    for p in inspect.signature(function).parameters.values():
        if p.kind in (p.VAR_KEYWORD, p.VAR_POSITIONAL):
            raise DomainError(f"{_who(function)} takes {str(p).split(':')[0]}; a factory names "
                              "each of its options, and writes out what it hands on")
        default = MISSING if p.default is p.empty else p.default
        out.append(_parameter(p.name, default, hints.get(p.name, Any), lines.get(p.name, "")))
    return tuple(out)


def _lines(function: Callable) -> dict[str, str]:
    """What a docstring says of parameters that no annotation speaks of."""
    block = (inspect.getdoc(function) or "").partition("\nParameters\n")[2].partition("\n\n")[0]
    return {name.strip(): text for names, text in re.findall(r"^(\w[\w, ]*?) : (.+)", block, re.M)
            for name in names.split(",")}


def _parameter(name: str, default: Any, hint: Any, line: str) -> Parameter:
    said = About(line)
    if get_origin(hint) is Annotated:
        said = next((x for x in get_args(hint)[1:] if isinstance(x, About)), said)
        hint = get_args(hint)[0]
    members = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    types = tuple(get_origin(t) or t for t in members)
    if said.unit and Any in types:
        kind = "quantity"
        types = tuple(t for t in types if t is not Any)
    else:
        words = {bool: "yes or no", float: "number", int: "whole number", str: "word",
                 tuple: "several"}
        kind = "file" if Path in types else \
            next((words[t] for t in types if t in words), "record")
    pure = "1" if kind in ("number", "whole number") else ""
    return Parameter(name=name, default=default, unit=said.unit or pure, about=said.text,
                     kind=kind, choices=said.choices, bare=said.bare, types=types,
                     assumes=said.assumes)


def _who(function: Callable) -> str:
    return f"{function.__name__} {function.__module__.rpartition('.')[2]}"


def declared(factory: Callable[P, R]) -> Callable[P, R]:
    """A factory whose options are read as its signature declares them.

    What it makes keeps the options as they were given, those left out by their defaults, where it
    has a field ``options``, and the factory in a field ``remake``; their list goes into the
    docstring.

    Raises
    ------
    DomainError
        When it is called: an option that there is not, one that is needed, a value of another
        kind than declared.
    """
    if hasattr(factory, "parameters"):
        return factory
    known = {p.name: p for p in of_function(factory)}
    signature, who = inspect.signature(factory), _who(factory)

    @wraps(factory)
    def made(*args: P.args, **given: P.kwargs) -> R:
        options, said = _bound(who, signature, args, given)
        values = {n: known[n].read(x, f"{who}: {n}") if n in said or known[n].kind == "quantity"
                  else x for n, x in options.items()}
        return _kept(factory(**values), options=options, remake=made)  # type: ignore[call-arg]

    made.__dict__["parameters"] = tuple(known.values())
    made.__doc__ = _documented(inspect.getdoc(factory) or "", tuple(known.values()))
    return made


def _bound(who: str, signature: inspect.Signature, args: tuple, given: Mapping[str, Any]
           ) -> tuple[dict[str, Any], frozenset[str]]:
    """Options by name, defaults too, and which were given; or one line of what is wrong."""
    known = signature.parameters
    for name in given:
        if name not in known:
            raise DomainError(f"{who} has no option '{name}'{meant(name, known)} (it has: "
                              f"{', '.join(sorted(known)) or 'none'})")
    bound = signature.bind_partial(*args, **given)
    said = frozenset(bound.arguments)
    bound.apply_defaults()
    missing = [n for n in known if n not in bound.arguments]
    if missing:
        raise DomainError(f"{who} needs {', '.join(missing)}; its options are {', '.join(known)}")
    return dict(bound.arguments), said


def _kept(record: R, **more: Any) -> R:
    """The record with what it has a field for."""
    names = {f.name for f in fields(record)} if is_dataclass(record) else set()
    held = {k: x for k, x in more.items() if k in names}
    return replace(record, **held) if held else record  # type: ignore[type-var]


def _documented(doc: str, known: tuple[Parameter, ...]) -> str:
    """A docstring with the list of its parameters, unless it brings one."""
    if not known or "\nParameters\n" in doc or not any(p.about for p in known):
        return doc
    lines = ["Parameters", "----------"]
    for p in known:
        lines.append(f"{p.name} : {p.about or p.kind}" + (f" [{p.unit}]" if p.unit else "")
                     + (f"; {', '.join(f'``{c}``' for c in p.choices)}" if p.choices else ""))
    at = min((doc.index(word) for word in _AFTER if word in doc), default=len(doc))
    return "\n".join((doc[:at].rstrip(), "", *lines, "", doc[at:])).rstrip()
