"""``munu check``: the verdict of all limits on a point or a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

from munu._entries import entries
from munu.cli import _completion
from munu.cli import _values as v
from munu.errors import DomainError

_FLAVORS = ("e", "mu", "tau")
_PORTAL = ("mu", "d", "M_N", "flavor", "nature")
_MOMENTS = ("emu", "etau", "mutau")
_SIGNED = tuple(k + f for k in ("q", "r2") for f in ("", *(f"_{x}" for x in _FLAVORS)))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(
    point: list[str] = typer.Argument(..., help="mu=1e-11 (or d=1e-8/GeV) M_N=50keV flavor=mu "
                                      "nature=majorana; emu=1e-12 etau=.. mutau=.. of light "
                                      "Majorana neutrinos; charges q=1e-13 or q_e=..; radii "
                                      "r2_mu=1e-32cm^2; or a model, or its card, and its "
                                      "parameters: leptoquark m_LQ=2TeV y1=0.1 y2=0.1",
                                      autocompletion=_completion.model),
    mixing: str = typer.Option(None, help="nufit-5.0 to nufit-6.0, -nosk for without SK-atm; "
                               "default that of the model, or nufit-6.0"),
    ordering: str = typer.Option("NO", help="NO or IO, of a mixing that is named"),
    bibtex: bool = typer.Option(False, "--bibtex", help="The papers as BibTeX, and nothing else"),
    as_json: bool = typer.Option(False, "--json", help="One JSON object on stdout"),
) -> None:
    """Verdict on a point or a model: what excludes it, and what would have to fail to revive it."""
    from munu import flavors
    from munu.atlas.check import check as judge

    if mixing is None and ordering != "NO":
        mixing = flavors.DEFAULT
    made, about = _read(point)
    found = judge(made, mixing=None if mixing is None else flavors.mixing(mixing, ordering),
                  about=about)
    v.emit(found.as_dict, as_json, [found.bibtex() if bibtex else str(found)])


def _read(words: list[str]) -> tuple[Any, dict[str, Any]]:
    """A point of a model, or couplings, and what was asked."""
    first, *rest = words
    if "=" in first:
        # with commas as munu map --point takes them, too
        given = entries(",".join(words), "key of a point", (*_PORTAL, *_MOMENTS, *_SIGNED))
        return _couplings(given), given
    from munu import _plugins, models

    if first.endswith((".yaml", ".yml", ".slha", ".dat")):
        if rest:
            raise DomainError(f"the card {first} says all of one point; no parameters go with it")
        from munu import interchange

        return interchange.read(first), {"model": first}
    from munu.cli.model import _settings

    given = _settings(_plugins.factory("models", first), rest)
    return models.get(first, **given), {"model": first, **given}


def _couplings(given: Mapping[str, str]) -> Any:
    """Couplings of a portal, of the light neutrinos, or both."""
    from munu.cli._arguments import _portal
    from munu.couplings import Couplings

    portal = {k: x for k, x in given.items() if k in _PORTAL}
    rest = {k: x for k, x in given.items() if k not in _PORTAL}
    if not rest:
        return _portal(portal)
    moments: dict[str, Any] = {k: v.amount(x, k, "mu_B") for k, x in rest.items()
                               if k in _MOMENTS}
    nature = portal.get("nature") if {"mu", "d"} & {*portal} else portal.pop("nature", None)
    if moments and nature not in (None, "majorana"):
        raise DomainError(f"{', '.join(moments)} are of Majorana neutrinos, nature is {nature}; "
                          "leave it out")
    light = Couplings.majorana(**moments) if moments else Couplings(nature=nature)
    return Couplings(mu=light.mu, nature=light.nature, charge=_diagonal("q", rest),
                     r2=_diagonal("r2", rest), portals=(_portal(portal),) if portal else ())


def _diagonal(name: str, given: Mapping[str, str]) -> Any:
    """Sizes by flavor, from one for all or one each."""
    from munu.units import parse

    held = {k: parse(x, "cm^2", what=k) if name == "r2" else v.number(x, k, like="e")
            for k, x in given.items() if k in _SIGNED and k.partition("_")[0] == name}
    if name in held and len(held) > 1:
        raise DomainError(f"{name} is of all flavors; give it, or {name}_e, {name}_mu, {name}_tau")
    return [held.get(name, held.get(f"{name}_{f}", 0.0)) for f in _FLAVORS]
