"""XENON1T, electronic recoils of 2020: the excess, 285 events in 1-7 keV where 232 were due.

Solar neutrinos on the electrons of xenon, 0.65 tonne year in 1 keV bins, read from the figures
of the paper.  The background B0 holds efficiency, resolution and the Standard Model neutrinos.
As a bound it is superseded by XENONnT, which saw no excess; it stays as the origin of the
interval 1.4 to 2.9e-11 mu_B.
"""

from __future__ import annotations

from munu import _data, flavors
from munu.detectors.response import Efficiency
from munu.flavors import Mixing
from munu.probes import _xenon
from munu.probes._recoil import Recoils, bins
from munu.probes.measured import Counts
from munu.probes.probe import Nuisance, Probe
from munu.units import tonne, yr

KEY = "XENON1T2020"
EXPOSURE = 0.65


def probe(*, exposure: float = EXPOSURE, sun: str = "GS98", electrons: str = "stepping",
          resolution_scale: float = 1.0, mixing: Mixing | None = None,
          efficiency_in: str = "reconstructed", millicharge: str = "stepping",
          radiative: bool = False) -> Probe:
    """XENON1T's Science Run 1.

    Parameters
    ----------
    exposure : tonne year
    sun : ``GS98`` or ``AGSS09met``
    electrons : ``stepping`` or ``free``
    resolution_scale : factor on the energy resolution
    mixing : Mixing, default NuFIT 6.0 NO
    efficiency_in : ``reconstructed`` or ``true`` energy; the reading does not say which
    millicharge : ``stepping`` or ``epa``
    radiative : bool, radiatively corrected weak couplings

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
    background = table["background"] * exposure * tonne * yr * axis.widths
    run = Recoils(name="xenon1t", channels=(channel,), axes=(axis,), backgrounds={"B0": background},
                  nuisances=(Nuisance("B0"),), measured=Counts(axis, table["counts"]), mixing=mix,
                  papers=(KEY, "Vagnozzi2021"))
    return run.probe(
        "XENON1T 2020", "counts", remake=probe,
        variants=_xenon.variants(resolution_scale)
        | {"efficiency in true energy": {"efficiency_in": "true"}},
        options={"exposure": exposure, "sun": sun, "electrons": electrons,
                 "resolution_scale": resolution_scale, "mixing": mixing,
                 "efficiency_in": efficiency_in, "millicharge": millicharge,
                 "radiative": radiative},
        assumptions=(*_xenon.says(sun, electrons, mix), "counts and background read from figures"))
