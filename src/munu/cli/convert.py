"""``munu convert``: the factor-two question, answered in every convention."""

from __future__ import annotations

import typer

from munu.cli import _values as v
from munu.errors import DomainError, UnitError, UnknownName

_TO = {"mu_B": ("mu", "mu_B"), "1/GeV": ("d", "1/GeV"), "/GeV": ("d", "1/GeV"),
       "GeV^-1": ("d", "1/GeV"), "GeV-1": ("d", "1/GeV")}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("convert")(convert)


def moment(text: str) -> float:
    """A text such as ``d = 1e-7 /GeV`` or ``mu = 1e-11 mu_B`` as mu [mu_B]."""
    from munu.constants import mu_B
    from munu.units import split, unit

    name, equals, rest = (p.strip() for p in text.partition("="))
    if not equals or name not in ("mu", "d"):
        raise DomainError(f"'{text}' does not say which convention; write 'mu = 1e-11 mu_B' for "
                          "L = (1/2) mu nubar sigma F N, or 'd = 1e-7 /GeV' for "
                          "L = d nubar sigma F N")
    value, given = split(rest)
    if not 0 <= value < float("inf"):
        raise DomainError(f"{name} = {value} must be finite and at least 0")
    given = given.lstrip("*").strip()
    if not given:
        raise UnitError(f"'{text}' has no unit; write mu_B or /GeV")
    if given == "mu_B":
        size = value
    else:
        found = unit("1" + given if given.startswith("/") else given)
        if found.dimension != -1 or not any(e in given for e in ("eV", "J", "erg")):
            raise UnitError(f"'{given}' is no unit of a moment; use mu_B, 1/GeV, 1/MeV")
        size = value * found.factor / mu_B
    return size * (2.0 if name == "d" else 1.0)


def convert(
    quantity: str = typer.Argument(..., help="'d = 1e-7 /GeV' or 'mu = 1e-11 mu_B'"),
    to: str = typer.Option("mu_B", help="mu_B (mu), 1/GeV (d), or name:unit as mu:1/GeV, d:mu_B"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """A moment in all conventions: mu or d, mu_B or 1/GeV."""
    from munu.constants import mu_B
    from munu.units import GeV

    mu = moment(quantity)
    table = {("mu", "mu_B"): mu, ("mu", "1/GeV"): mu * mu_B * GeV, ("d", "mu_B"): mu / 2,
             ("d", "1/GeV"): mu * mu_B * GeV / 2}
    name, _, unit_text = to.partition(":")
    key = (name.strip(), _TO.get(unit_text.strip(), ("", unit_text.strip()))[1]) if unit_text \
        else _TO.get(to.strip(), ("", ""))
    if key not in table:
        raise UnknownName("target of a conversion", to, ["mu_B", "1/GeV", "mu:mu_B", "mu:1/GeV",
                                                         "d:mu_B", "d:1/GeV"])
    data = v.provenance(input=quantity, quantity=key[0], value=table[key], unit=key[1],
                        mu_mu_B=table["mu", "mu_B"], mu_per_GeV=table["mu", "1/GeV"],
                        d_mu_B=table["d", "mu_B"], d_per_GeV=table["d", "1/GeV"],
                        citations=["BrdarTalk", "Magill2018"])
    v.emit(data, as_json, [
        f"{key[0]} = {table[key]:.6g} {key[1]}", "",
        f"  L = (1/2) mu nubar_L sigma.F N_R + h.c.:  mu = {table['mu', 'mu_B']:.6g} mu_B "
        f"= {table['mu', '1/GeV']:.6g} /GeV",
        f"  L = d nubar_L sigma.F N_R + h.c.:         d  = {table['d', 'mu_B']:.6g} mu_B "
        f"= {table['d', '1/GeV']:.6g} /GeV",
        "  mu = 2 d; mu_B = e/(2 m_e) = " + f"{mu_B * GeV:.6g} /GeV"])
