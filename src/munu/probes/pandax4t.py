"""PandaX-4T, Run 1: electronic recoils below 24 keV in about 1 tonne year.

Solar neutrinos on the electrons of xenon in 1 keV bins.  Counts, background and efficiency are
second-hand readings of figures.  The efficiency falls above 24 keV and the background model of
the reading does not, so the bins above are left out.  Run 0 has no published spectrum.
"""

from __future__ import annotations

from munu import _data, flavors
from munu.detectors.response import Efficiency
from munu.flavors import Mixing
from munu.probes import _xenon
from munu.probes._recoil import Recoils, bins
from munu.probes.measured import Counts
from munu.probes.probe import Nuisance, Probe
from munu.units import keV

EXPOSURE = 1.0
RANGE = (1.0, 24.0)


def probe(*, exposure: float = EXPOSURE, sun: str = "GS98", electrons: str = "stepping",
          resolution_scale: float = 1.0, mixing: Mixing | None = None,
          millicharge: str = "stepping", radiative: bool = False) -> Probe:
    """Run 1 of PandaX-4T.

    Parameters
    ----------
    exposure : of the signal, tonne year; Run 0 and Run 1 together have 1.54
    sun : ``GS98`` or ``AGSS09met``
    electrons : ``stepping`` or ``free``
    resolution_scale : factor on the energy resolution, which is that of XENON1T
    mixing : Mixing, default NuFIT 6.0 NO
    millicharge : ``stepping`` or ``epa``
    radiative : bool, radiatively corrected weak couplings

    Raises
    ------
    DomainError, UnknownName

    Source : PandaX4T2025, SNuDD2026
    """
    mix = mixing or flavors.mixing()
    table = _data.load("observations/pandax4t_run1")
    inside = (table["E_low"] >= RANGE[0] * keV * (1 - 1e-9)) \
        & (table["E_high"] <= RANGE[1] * keV * (1 + 1e-9))
    axis = bins(table, "E", "reconstructed energy", "keV", inside)
    response = _data.load("observations/pandax4t_run1_efficiency")
    channel = _xenon.channel(
        axis.edges, exposure, sun=sun, electrons=electrons, scale=resolution_scale, mixing=mix,
        efficiency=Efficiency(response["E"], response["efficiency"]), efficiency_in="true",
        millicharge=millicharge, radiative=radiative)
    run = Recoils(name="pandax4t", channels=(channel,), axes=(axis,),
                  backgrounds={"background": table["background"][inside]},
                  nuisances=(Nuisance("background"),),
                  measured=Counts(axis, table["counts"][inside]), mixing=mix,
                  papers=("PandaX4T2025", "SNuDD2026", "XENON1T2020"))
    return run.probe(
        "PandaX-4T Run 1", "counts", remake=probe, variants=_xenon.variants(resolution_scale),
        options={"exposure": exposure, "sun": sun, "electrons": electrons,
                 "resolution_scale": resolution_scale, "mixing": mixing,
                 "millicharge": millicharge, "radiative": radiative},
        assumptions=(*_xenon.says(sun, electrons, mix), "counts, background and efficiency read "
                     "from figures, second-hand", "resolution of XENON1T",
                     "exposure of Run 1 not read from its paper"))
