r"""Diffuse gamma rays: photons of N that all core collapses so far have sent.

In each bin they may not be more than the isotropic background that Fermi-LAT measured and its
error; what else makes that background is not subtracted.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Annotated

from munu import _data
from munu.errors import DomainError
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
from munu.units import MeV

NAME, SOURCE = "diffuse_gammas", "FermiIGRB2015"


@declared
def probe(*, core: Core = "fischer18", duration: Duration = None, radius: Radius = "3e12 cm",
          fit: Fit = "yuksel", z_max: FirstCollapse = 5.0, energy: Energy = None,
          level: Annotated[float, About(
              "one-sided, of the upper limit of a bin: the flux and so many of its errors; 0.5 is "
              "the flux itself")] = 0.90,
          window: Window = None) -> Probe:
    """Photons of N of all collapses against the isotropic gamma-ray background.

    Raises
    ------
    DomainError, UnknownName

    Source : FermiIGRB2015, BrdarTalk, Yuksel2008
    """
    star = Collapse.of(core, duration)
    setting = Setting(name=NAME, collapse=star,
                      bins=bins(level).within(window), radius=float(radius), fit=fit,
                      z_max=float(z_max),
                      energy=gravity(star.core) if energy is None else float(energy))
    return Probe(
        family="supernova",
        name=NAME, title="Diffuse gamma rays, Fermi-LAT 2015", grade="published",
        measured=Claim(high=1.0, level=level, what="photons of N over the upper limit of the "
                       "strongest bin"),
        signal=setting.predict, expects=setting.expects, rays=("portal",), otherwise=OTHERWISE,
        setting=setting, variants=VARIANTS, data=("Fermi-LAT isotropic background",),
        papers=tuple(dict.fromkeys((SOURCE, *setting.collapse.papers, *PAPERS))),
        assumptions=(
            f"photons of N alone below the isotropic background and its error ({level:.0%}, "
            "one-sided) in each bin, nothing subtracted; statistical, systematic and foreground "
            "errors together, so bins are not joined; setting.strongest says which one decides",
            f"bins from {setting.bins.low.min() / MeV:g} MeV on: nothing below is compared; "
            "photons are not absorbed on the way, which is little below a GeV",
            *setting.says()))


def bins(level: float = 0.90) -> Bins:
    """What each bin of the background may hold, over a solid angle.

    Raises
    ------
    DomainError
    """
    if not 0.5 <= level < 1:
        raise DomainError(f"level = {level:g} of an upper limit must be at least 0.5 and below 1")
    table = _data.load("observations/fermi_igrb")
    return Bins(table["E_low"], table["E_high"],
                table["flux"] + NormalDist().inv_cdf(level) * table["error_high"],
                "Fermi-LAT 2015", level, (SOURCE,))
