"""One guard at the door of every public formula: :func:`formula`.

It refuses by the argument's name what is no number, not finite, empty, of a wrong shape, or outside
what the docstring says (see :mod:`munu._signature`); an energy or a length is at least 0 where
nothing else is said.  A result that is not finite is an error too, unless ``infinite`` stands under
Returns.  A formula that another one calls is not asked again, and arrays of JAX pass untouched.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import wraps
from math import isfinite
from typing import Any, ParamSpec, TypeVar

import numpy as np

from munu._signature import MOST, Argument, Signature, signature
from munu.errors import DomainError, MunuError, UnitError, meant

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C")


class _State(threading.local):
    # whether a guarded formula is at work in this thread
    inside = False


_state = _State()
_VALUES = (np.ndarray, np.generic, float, complex)
_sum, _min, _max = np.add.reduce, np.minimum.reduce, np.maximum.reduce


def formula(function: Callable[P, R]) -> Callable[P, R]:
    """A public formula behind the guard; what it says of its arguments is held.

    Raises
    ------
    DomainError, UnitError
        When it is called, by the name of the argument.
    """
    if hasattr(function, "__munu_guarded__"):
        return function
    quiet = np.errstate(all="ignore")(function)
    held: list[tuple[Signature, tuple[Argument, ...]]] = []

    @wraps(function)
    def guarded(*args: P.args, **more: P.kwargs) -> R:
        if _state.inside:
            return function(*args, **more)
        if not held:
            made = signature(function)
            held.append((made, tuple(made.arguments.values())))
        known, order = held[0]
        given: list[Any] = list(args)
        for k, a in enumerate(args):
            if k == len(order):
                raise DomainError(f"{function.__name__} takes {k} arguments, not {len(args)}: "
                                  f"{', '.join(known.arguments)}")
            one = order[k]
            # numbers need no more, and are the most
            if not (isinstance(a, float) and one.plain and one.low <= a <= one.high):
                given[k] = _checked(function, one, a)
        for name, a in more.items():
            if name in known.arguments:
                more[name] = _checked(function, known.arguments[name], a)
            elif not known.open:
                raise DomainError(f"{function.__name__} has no argument '{name}'"
                                  + meant(name, known.arguments)
                                  + f" (it takes {', '.join(known.arguments)})")
        # what comes as further keywords is for another formula to judge
        _state.inside = not known.open
        try:
            out = quiet(*given, **more)
        except MunuError:
            raise
        except Exception as err:
            raise _in_words(err, function, known, given, more) from err
        finally:
            _state.inside = False
        if (isinstance(out, float) and isfinite(out)) or _finite(out, known.endless):
            return out
        raise _no_number(function, known, given, more)

    guarded.__dict__["__munu_guarded__"] = True
    return guarded


def called(thing: C) -> C:
    """A function or a class whose arguments may not fit: one line in place of a TypeError.

    >>> @called
    ... def limit(probe, flavor="e"):
    ...     return probe
    >>> limit("lz", flavour="mu")
    Traceback (most recent call last):
        ...
    munu.errors.DomainError: limit has no argument 'flavour'; did you mean 'flavor'? (it takes \
probe, flavor)
    """
    function: Any = thing.__init__ if isinstance(thing, type) else thing  # type: ignore[misc]

    @wraps(function)
    def asked(*args: Any, **more: Any) -> Any:
        try:
            return function(*args, **more)
        except TypeError as err:
            said = _misfit(function, args, more, str(getattr(thing, "__name__", thing)))
            if said is None:
                raise
            raise said from err

    if not isinstance(thing, type):
        return asked  # type: ignore[return-value]
    thing.__init__ = asked  # type: ignore[misc]
    return thing


def changed(record: C, changes: Mapping[str, Any]) -> C:
    """A frozen record with some entries changed; what it has not is refused by name."""
    known = [f.name for f in fields(record) if f.init]  # type: ignore[arg-type]
    for name in changes:
        if name not in known:
            raise DomainError(f"{type(record).__name__} has no entry '{name}'"
                              + meant(name, known) + f" (it has {', '.join(known)})")
    return replace(record, **changes)  # type: ignore[type-var]


def _misfit(function: Callable, args: Any, more: Mapping[str, Any], who: str
            ) -> DomainError | None:
    """What is wrong with the arguments of a call, None where nothing is."""
    known = inspect.signature(function)
    try:
        known.bind(*args, **more)
    except TypeError as err:
        taken = {n: p for n, p in known.parameters.items() if n not in ("self", "cls")}
        opened = any(p.kind is p.VAR_KEYWORD for p in taken.values())
        names = ["further ones by name" if p.kind is p.VAR_KEYWORD else n
                 for n, p in taken.items()]
        for name in more:
            if name not in taken and not opened:
                return DomainError(f"{who} has no argument '{name}'" + meant(name, names)
                                   + f" (it takes {', '.join(names)})")
        return DomainError(f"{who}: {err}; it takes {', '.join(names)}")
    return None


def _is_traced(a: Any) -> bool:
    return type(a).__module__.partition(".")[0] in ("jax", "jaxlib")


def _in_words(err: Exception, function: Callable, known: Signature, given: list,
              more: Mapping[str, Any]) -> Exception:
    """What Python or numpy says of numbers or shapes that do not fit, as munu says it."""
    if isinstance(err, TypeError):
        said = _misfit(function, given, more, function.__name__)
        if said is not None:
            return said
        for n, a in _named(known, given, more):
            if n in known.arguments and known.arguments[n].single and np.ndim(a):
                return DomainError(f"{n} = {_short(a)} must be one number")
    shapes = {n: np.shape(a) for n, a in _named(known, given, more) if np.ndim(a)}
    if shapes and isinstance(err, ValueError | IndexError):
        return DomainError(f"{function.__name__} cannot take arrays of these shapes together: "
                           + ", ".join(f"{n} {s}" for n, s in shapes.items()))
    if isinstance(err, ValueError | ArithmeticError):
        return _no_number(function, known, given, more)
    return err


def _named(known: Signature, given: list, more: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [*zip(known.arguments, given, strict=False), *more.items()]


def _no_number(function: Callable, known: Signature, given: list, more: Mapping[str, Any]
               ) -> DomainError:
    said = ", ".join(f"{n} = {_short(a)}" for n, a in _named(known, given, more)
                     if n not in known.arguments or known.arguments[n].kind == "number")
    return DomainError(f"{function.__name__} has no finite value at {said or 'these arguments'}; "
                       "they are beyond what it can say")


def _all_finite(a: np.ndarray) -> bool:
    # a sum costs one pass and no memory; it overflows before a number does
    return bool(isfinite(abs(_sum(a, axis=None)))) or bool(np.isfinite(a).all())


def _finite(out: Any, endless: bool) -> bool:
    if type(out) is np.ndarray and out.dtype.kind == "f":
        return not np.isnan(out).any() if endless else _all_finite(out)
    if isinstance(out, (tuple, list)):  # a union is made anew at each call
        return all(_finite(x, endless) for x in out)
    if isinstance(out, dict):
        return all(_finite(x, endless) for x in out.values())
    if isinstance(out, _VALUES) \
            and getattr(out, "dtype", np.dtype(float)).kind in "fc":
        return not np.isnan(out).any() if endless else _all_finite(np.asarray(out))
    return True


def _checked(function: Callable, one: Argument, a: Any) -> Any:
    """An argument as the formula takes it, or one line by its name."""
    if (a is None and one.none) or one.kind == "any" or _is_traced(a):
        return a
    if one.kind == "number":
        read = isinstance(a, str) if one.text else False
        if one.texts and isinstance(a, (list, tuple)):
            read = any(isinstance(x, str) for x in a)
        return a if read else _number(one, a)
    if one.kind == "yes or no":
        if not isinstance(a, bool | np.bool_):
            raise DomainError(f"{one.name} = {_short(a)} must be True or False")
    elif one.kind == "word":
        if not isinstance(a, str):
            raise DomainError(f"{one.name} = {_short(a)} must be a word; see the help of "
                              f"{function.__name__}")
    elif not {c.__name__ for c in type(a).__mro__} & set(one.records) and not _acts(one, a):
        words = " or ".join(r for r in one.records if r[:1].isupper())
        raise DomainError(f"{one.name} = {_short(a)} must be a {words}")
    return a


def _acts(one: Argument, a: Any) -> bool:
    """Whether it does what an annotation asks of it that names no class."""
    return ("Callable" in one.records and callable(a)) or "object" in one.records \
        or ("Sequence" in one.records and isinstance(a, list | tuple)) \
        or ("Mapping" in one.records and isinstance(a, Mapping)) \
        or ("str" in one.records and isinstance(a, str)) \
        or "Any" in one.records


def _number(one: Argument, a: Any) -> Any:
    """A number or an array of numbers, finite and within its range."""
    if type(a) is not np.ndarray and (
            hasattr(a, "to_value") or (hasattr(a, "to") and hasattr(a, "units"))):
        raise UnitError(f"{one.name} = {_short(a)} carries its unit; divide it out: "
                        "munu.units.to_float(x, unit)")
    try:
        made = np.asarray(a)
    except (TypeError, ValueError):
        made = np.asarray(None)
    if made.dtype.kind not in ("iufc" if one.complex else "iuf"):
        raise DomainError(f"{one.name} = {_short(a)} must be a number"
                          + ("" if one.scalar else " or an array of numbers")
                          + (", in internal units: as 3 * munu.units.keV"
                             if one.unit == "energy" else ""))
    if made.size == 0:
        raise DomainError(f"{one.name} is empty; give at least one value")
    if not _all_finite(made) and not (one.endless and not np.isnan(made).any()):
        raise DomainError(f"{one.name} = {_short(a)} must be finite")
    if made.dtype.kind != "c" and (
            (one.low > -MOST and (bad := _min(made, axis=None)) < one.low)
            or (one.high < MOST and (bad := _max(made, axis=None)) > one.high)):
        raise DomainError(f"{one.name} = {bad:g} must be {one.beyond(bad)}")
    if (one.scalar and made.ndim) or (one.whole and (made != np.floor(made)).any()):
        raise DomainError(f"{one.name} = {_short(a)} must be one "
                          f"{'whole ' if one.whole else ''}number")
    if one.shapes and not any(_fits(made.shape, s) for s in one.shapes):
        wanted = " or ".join("(" + ", ".join(s) + ")" * (len(s) > 1) + ",)" * (len(s) == 1)
                             if s else "one number" for s in one.shapes)
        raise DomainError(f"{one.name} has the shape {made.shape}; it must be {wanted}")
    if one.whole and not made.ndim:
        return int(made)
    return a if isinstance(a, np.ndarray) and made.dtype.kind in "fc" else \
        made[()] if made.dtype.kind in "fc" else made.astype(float)[()]


def _fits(shape: tuple[int, ...], wanted: tuple[str, ...]) -> bool:
    if "..." in wanted:
        k = wanted.index("...")
        first, last = wanted[:k], wanted[k + 1:]
        return len(shape) >= len(wanted) - 1 and _fits(shape[:k], first) \
            and _fits(shape[len(shape) - len(last):], last)
    return len(shape) == len(wanted) and all(
        not w.isdigit() or n == int(w) for n, w in zip(shape, wanted, strict=True))


def _short(a: Any) -> str:
    text = " ".join(repr(a).split())
    return text if len(text) <= 60 else text[:57] + "..."
