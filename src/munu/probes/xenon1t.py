"""XENON1T, electronic recoils of 2020: the excess, 285 events in 1-7 keV where 232 were due.

Solar neutrinos on the electrons of xenon, 0.65 tonne year in 1 keV bins, read from the figures
of the paper.  The background B0 holds efficiency, resolution and the Standard Model neutrinos.
As a bound it is superseded by XENONnT, which saw no excess; it stays as the origin of the
interval 1.4 to 2.9e-11 mu_B.
"""

from __future__ import annotations

from typing import Annotated

from munu import _data, flavors
from munu.detectors.response import Efficiency
from munu.parameters import About, Quantity, declared
from munu.probes import _xenon
from munu.probes._options import Electrons, Millicharge, Mixed, Radiative, Resolution, Sun
from munu.probes.measured import Counts
from munu.probes.probe import Nuisance, Probe
from munu.probes.recoil import Recoils, bins

KEY = "XENON1T2020"
EXPOSURE = "0.65 t yr"


@declared
def probe(*, exposure: Annotated[Quantity, About(
              "of signal and background; another than the run's is a projection", "t yr")]
          = EXPOSURE,
          sun: Sun = "GS98", electrons: Electrons = "stepping", resolution_scale: Resolution = 1.0,
          mixing: Mixed = None,
          efficiency_in: Annotated[str, About("energy of the efficiency; the reading does not say",
                                              choices=("reconstructed", "true"))] = "reconstructed",
          millicharge: Millicharge = "stepping", radiative: Radiative = False) -> Probe:
    """XENON1T's Science Run 1.

    Raises
    ------
    DomainError, UnknownName

    Source : XENON1T2020, Vagnozzi2021
    """
    mix = mixing or flavors.mixing()
    table = _data.load("observations/xenon1t_2020")
    axis = bins(table, "E", "reconstructed energy", "keV")
    response = _data.load("observations/xenon1t_2020_efficiency")
    channel = _xenon.channel(
        axis.edges, exposure, sun=sun, electrons=electrons, scale=resolution_scale, mixing=mix,
        efficiency=Efficiency(response["E"], response["efficiency"]), efficiency_in=efficiency_in,
        millicharge=millicharge, radiative=radiative)
    background = table["background"] * exposure * axis.widths
    real = _xenon.as_run(exposure, EXPOSURE)
    run = Recoils(name="xenon1t", channels=(channel,), axes=(axis,), backgrounds={"B0": background},
                  nuisances=(Nuisance("B0"),), mixing=mix,
                  measured=Counts(axis, table["counts"]) if real else None,
                  papers=(KEY, "Vagnozzi2021"))
    return run.probe(
        "XENON1T 2020" if real else "XENON1T (projection)", "counts" if real else "sensitivity",
        variants=_xenon.variants(resolution_scale)
        | {"efficiency in true energy": {"efficiency_in": "true"}},
        assumptions=(*_xenon.says(sun, electrons, mix), "counts and background read from figures",
                     *(() if real else _xenon.scaled(exposure))))
