"""``munu calc``: any public formula by its dotted name, units in and out."""

from __future__ import annotations

from typing import Any

import typer

from munu.cli import _arguments, _completion
from munu.cli import _values as v
from munu.errors import DomainError, UnitError, UnknownName


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("calc", context_settings={"ignore_unknown_options": True})(calc)


def resolve(dotted: str) -> Any:
    """What a dotted name means: a formula, or a constant by its name; nothing else is reached."""
    from munu import constants, formulas

    room, _, name = dotted.removeprefix("munu.").rpartition(".")
    if room == "constants" and name in constants.names():
        return constants.value(name)
    try:
        return formulas.get(dotted)
    except UnknownName:
        raise UnknownName("formula", dotted, [
            *formulas.names(), *(f"constants.{n}" for n in constants.names())]) from None


def calc(
    quantity: str = typer.Argument(..., help="Dotted name; see: munu list formulas",
                                   autocompletion=_completion.formula),
    arguments: list[str] = typer.Argument(None, help="key=value, as T=3keV m=m_e flavor=e"),
    unit: str = typer.Option(None, help="Unit of the answer"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """Any public formula by its dotted name, units in and out."""
    from munu.references import papers
    from munu.units import unit as read_unit

    thing = resolve(quantity)
    given: dict[str, str] = {}
    for item in arguments or []:
        key, equals, text = item.partition("=")
        if not equals or not key or not text:
            raise DomainError(f"'{item}' is not key=value; write e.g. T=3keV")
        if key in given:
            raise DomainError(f"{key} is given twice")
        given[key] = text
    if isinstance(thing, float):
        native: tuple[str, ...] = (_arguments.unit_of(quantity.rsplit(".", 1)[-1]),)
        value: Any = thing
    else:
        _, native = _arguments.units(thing)
        value = thing(**_arguments.keywords(quantity, thing, given))
    several = isinstance(value, tuple) and len(native) == len(value) > 1
    if unit and several and len(set(native)) > 1:
        raise DomainError(f"{quantity} gives {', '.join(native)}, which no one unit can be; leave "
                          "--unit out")
    own = native[-1] if native else "1"
    shown_in = unit or (", ".join(native) if several and len(set(native)) > 1 else own)
    if unit and read_unit(unit).dimension != read_unit(own).dimension:
        raise UnitError(f"{quantity} is in {own} or the like; '{unit}' is of another kind")
    result = [_scaled(quantity, x, read_unit(unit or u).factor)
              for x, u in zip(value, native, strict=True)] if several else \
        _scaled(quantity, value, read_unit(unit or own).factor)
    data = v.provenance(quantity=quantity, value=result, unit=shown_in, arguments=given,
                        citations=list(papers(thing)) if callable(thing) else [])
    v.emit(data, as_json, [f"{quantity} = {v.plain(result)} {shown_in}"])


def _scaled(quantity: str, value: Any, factor: float) -> Any:
    """Numbers in the unit asked, all of them finite; or one line."""
    import numpy as np

    if isinstance(value, tuple | list):
        return [_scaled(quantity, x, factor) for x in value]
    made = np.asarray(value)
    if made.dtype.kind not in "iufc":
        raise DomainError(f"the result of {quantity} is a {type(value).__name__}, not a number; "
                          "call it from Python")
    with np.errstate(all="ignore"):
        out = made[()] / factor
    if not np.isfinite(out).all():
        raise DomainError(f"{quantity} is not finite there" + (
            ": it is infinite" if np.isinf(made).any() else "; ask for it in another unit"))
    return out
