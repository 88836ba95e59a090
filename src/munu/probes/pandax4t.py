"""PandaX-4T, Run 1: electronic recoils below 24 keV in about 1 tonne year.

Solar neutrinos on the electrons of xenon in 1 keV bins.  Counts, background and efficiency are
second-hand readings of figures.  The efficiency falls above 24 keV and the background model of
the reading does not, so the bins above are left out.  Run 0 has no published spectrum.
"""

from __future__ import annotations

from typing import Annotated

from munu import _data, flavors
from munu.detectors.response import Efficiency
from munu.errors import DomainError
from munu.parameters import About, Quantity, declared
from munu.probes import _xenon
from munu.probes._options import Electrons, Millicharge, Mixed, Radiative, Resolution, Sun
from munu.probes.measured import Counts
from munu.probes.probe import Nuisance, Probe
from munu.probes.recoil import Recoils, bins
from munu.units import keV, per_unit, to_float

# of Run 1, about; of both runs
EXPOSURE, MOST = "1 t yr", "1.54 t yr"
RANGE = (1.0, 24.0)


@declared
def probe(*, exposure: Annotated[Quantity, About(
              "of the signal, at most the 1.54 of Run 0 and Run 1", "t yr")] = EXPOSURE,
          sun: Sun = "GS98", electrons: Electrons = "stepping", resolution_scale: Resolution = 1.0,
          mixing: Mixed = None, millicharge: Millicharge = "stepping",
          radiative: Radiative = False) -> Probe:
    """Run 1 of PandaX-4T.

    Raises
    ------
    DomainError, UnknownName

    Source : PandaX4T2025, SNuDD2026
    """
    if exposure > to_float(MOST, "t yr") * (1 + 1e-9):
        raise DomainError(f"exposure = {per_unit(exposure, 't yr'):g} t yr is more than both runs "
                          f"have, {MOST}; counts and background are those of Run 1 alone")
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
        "PandaX-4T Run 1", "counts", variants=_xenon.variants(resolution_scale),
        assumptions=(*_xenon.says(sun, electrons, mix), "counts, background and efficiency read "
                     "from figures, second-hand", "resolution of XENON1T",
                     "exposure of Run 1 not read from its paper"))
