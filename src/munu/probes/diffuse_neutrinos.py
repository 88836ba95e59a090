r"""Diffuse neutrinos: electron antineutrinos of N that all core collapses so far have sent.

Super-Kamiokande has bounded their flux bin by bin, whatever their spectrum; what N send alone may
not be more.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np

from munu import _data, flavors
from munu.errors import DomainError, UnknownName
from munu.flavors import Mixing
from munu.parameters import About, declared
from munu.probes._collapse import OTHERWISE, Collapse, Core, Duration
from munu.probes._diffuse import (
    PAPERS,
    VARIANTS,
    Bins,
    Energy,
    FirstCollapse,
    Fit,
    Radius,
    Setting,
    Window,
    gravity,
)
from munu.probes.measured import Claim
from munu.probes.probe import Probe

NAME, TABLE = "diffuse_neutrinos", "observations/superk_dsnb"
_COLUMNS = {"E_low": "an energy", "E_high": "an energy", "limit": "a flux"}


@declared
def probe(*, limits: Annotated[str | Path, About(
              "sk_gd_2026, sk_4 (its two strongest bins), or a table of one's own with the columns "
              "E_low, E_high and limit [cm^-2 s^-1 MeV^-1]")] = "sk_gd_2026",
          level: Annotated[float | None, About("of a table of one's own, in (0, 1)")] = None,
          core: Core = "fischer18", duration: Duration = None, radius: Radius = "3e12 cm",
          fit: Fit = "yuksel", z_max: FirstCollapse = 5.0, energy: Energy = None,
          mixing: Annotated[Mixing | str, About("name of a fit, or a Mixing")] = flavors.DEFAULT,
          ordering: Annotated[str, About("of a mixing by name", choices=("NO", "IO"),
                                         assumes="ordering")] = "NO",
          window: Window = None) -> Probe:
    """Electron antineutrinos of N of all collapses against Super-Kamiokande.

    Raises
    ------
    DataError, DomainError, UnknownName

    Source : SuperK2026dsnb, BrdarTalk, Yuksel2008
    """
    made = mixing if isinstance(mixing, Mixing) else flavors.mixing(mixing, ordering)
    star = Collapse.of(core, duration)
    setting = Setting(name=NAME, collapse=star,
                      bins=bins(limits, level).within(window), radius=float(radius), fit=fit,
                      z_max=float(z_max),
                      energy=gravity(star.core) if energy is None else float(energy), mixing=made)
    held = setting.bins
    return Probe(
        family="supernova",
        name=NAME, title=f"Diffuse neutrinos, {held.title}", grade="published",
        measured=Claim(high=1.0, level=held.level, what="antineutrinos of N over the upper limit "
                       "of the strongest bin"),
        signal=setting.predict, expects=setting.expects, rays=("portal",), otherwise=OTHERWISE,
        setting=setting, variants={"SK-IV": {"limits": "sk_4"}, **VARIANTS}
        if limits == "sk_gd_2026" and window is None else VARIANTS,
        data=("Super-Kamiokande antineutrinos",),
        papers=tuple(dict.fromkeys((*held.papers, *setting.collapse.papers, *made.papers,
                                    *PAPERS))),
        assumptions=(
            "antineutrinos of N alone below the upper limit of each bin"
            + (f" ({held.level:.0%})" if held.level else "")
            + ", nothing subtracted for the usual diffuse neutrinos; bins are not joined; "
            "setting.strongest says which one decides",
            "of a Dirac N its anti-N alone sends antineutrinos, of which a core makes few by nu_e; "
            "of a Majorana N half are",
            f"mass states arrive apart: {made.name} {made.ordering}, no matter on the way",
            *setting.says()))


def bins(limits: str | Path, level: float | None = None) -> Bins:
    """Upper limits on the flux of electron antineutrinos, by name or from a file.

    Raises
    ------
    DataError, DomainError, UnknownName
    """
    if isinstance(limits, Path) or limits.endswith((".csv", ".ecsv")):
        table = _data.read(limits, require=tuple(_COLUMNS)).check(_COLUMNS)
        if level is not None and not 0 < level < 1:
            raise DomainError(f"level = {level} of a table of one's own must lie between 0 and 1")
        low, high, most = (np.asarray(table[n]) for n in _COLUMNS)
        table.refuse("E_high", ~((high > low) & (low >= 0)), "must be above E_low, from 0 on")
        table.refuse("limit", ~(most > 0), "must be above 0")
        return Bins(low, high, most * (high - low), "a table of one's own", level)
    table = _data.load(TABLE)
    rows = table["name"] == limits
    if not rows.any():
        raise UnknownName("limits of diffuse_neutrinos", limits,
                          tuple(dict.fromkeys(table["name"])))
    if level is not None:
        raise DomainError(f"limits {limits} bring their level; leave level out")
    low, high, most = (table[n][rows] for n in _COLUMNS)
    return Bins(low, high, most * (high - low), str(table["title"][rows][0]),
                float(table["level"][rows][0]),
                tuple(str(table.meta[k]) for k in ("source", "via")))
