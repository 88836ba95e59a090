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
    native_unit: str | None
    if isinstance(thing, float):
        from munu import constants

        name = quantity.rsplit(".", 1)[-1]
        native_unit = "1/GeV" if name == "mu_B" else constants.constant(name).unit
        value: Any = thing
    else:
        wanted, native_unit = _arguments.brackets(thing)
        value = thing(**_arguments.keywords(quantity, thing, given, wanted))
    shown_in = unit or native_unit or "1"
    factor = read_unit(shown_in)
    if native_unit and factor.dimension != read_unit(native_unit).dimension:
        raise UnitError(f"{quantity} is in {native_unit} or the like; '{shown_in}' is of another "
                        "kind")
    result = _scaled(value, factor.factor)
    data = v.provenance(quantity=quantity, value=result, unit=shown_in, arguments=given,
                        citations=list(papers(thing)) if callable(thing) else [])
    text = result if isinstance(result, str) else str(v.plain(result))
    v.emit(data, as_json, [f"{quantity} = {text} {shown_in}"])


def _scaled(value: Any, factor: float) -> Any:
    import numpy as np

    if isinstance(value, str | bool) or value is None:
        return value
    if isinstance(value, tuple | list):
        return [_scaled(x, factor) for x in value]
    try:
        return np.asarray(value)[()] / factor
    except TypeError:
        raise DomainError(f"the result is a {type(value).__name__}, not a number; call it from "
                          "Python") from None
