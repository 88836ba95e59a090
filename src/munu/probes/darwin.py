"""DARWIN/XLZD: a future xenon detector of 40 tonnes; a projection that needs a background.

Electronic recoils of solar neutrinos from 1 to 300 keV.  Two backgrounds cannot be shielded and
are computed: the Standard Model's solar neutrinos and the double beta decay of 136Xe.  What radon,
krypton and materials add is on no page that was opened as a number, so the user gives it; without
it no reach is computed.
"""

from __future__ import annotations

from math import log
from typing import Annotated

import numpy as np

from munu import flavors
from munu.detectors import beta
from munu.detectors.response import matrix, nodes
from munu.detectors.xenon import resolution
from munu.errors import DomainError
from munu.parameters import About, Quantity, declared
from munu.probes import _xenon
from munu.probes._options import Electrons, Millicharge, Mixed, Resolution, Sun
from munu.probes.probe import Nuisance, Probe
from munu.probes.recoil import Channel, Recoils
from munu.spectrum import Axis
from munu.targets import material, nucleus
from munu.units import keV, per_unit

EXPOSURE, TOP, FINE, WIDE = "40 t yr", 300.0, 30.0, 10.0
# 136Xe: half-life with its relative error, energy of the decay, charge of barium
HALF_LIFE, HALF_LIFE_ERROR, Q, Z = "2.165e21 yr", 0.028, 2457.83 * keV, 56
MISSING = ("the rate that radon, krypton and materials leave is not published as a number that was "
           "read; give flat, such as '10 /(t yr keV)', to get a projection")


def xe136(channel: Channel, edges: np.ndarray, exposure: float, half_life: float, enriched: float,
          scale: float) -> np.ndarray:
    """Counts of the double beta decay of 136Xe in natural xenon times ``enriched``."""
    xenon = material("Xe")
    share = {one.name: number for number, one in xenon.parts}[nucleus("Xe136").name]
    decays = exposure * xenon.per_mass() * share * enriched * log(2) / half_life
    T, w = nodes(0.1 * edges[0], channel.T[-1], panels=80)
    seen = matrix(T, edges, lambda E: scale * resolution(E))
    return decays * (seen @ (w * beta.two_neutrino(T, Q, Z)))


@declared
def probe(*, exposure: Annotated[Quantity, About("mass times time", "t yr")] = EXPOSURE,
          flat: Annotated[Quantity | None, About(
              "radon, krypton and materials; without it there is no limit", "1/(t yr keV)")] = None,
          flat_error: Annotated[float, About("relative error of the flat background")] = 0.1,
          xe136_share: Annotated[float, About(
              "of 136Xe over that of natural xenon; 0 is fully depleted")] = 1.0,
          half_life: Annotated[Quantity, About("of 136Xe, by two neutrinos", "yr")] = HALF_LIFE,
          threshold: Annotated[Quantity, About("a whole number of keV", "keV")] = "1 keV",
          sun: Sun = "GS98", electrons: Electrons = "stepping",
          resolution_scale: Resolution = 1.0, mixing: Mixed = None,
          millicharge: Millicharge = "stepping") -> Probe:
    """The reach of a xenon detector of the next generation.

    Raises
    ------
    DomainError, UnknownName

    Source : AristizabalSierra2020, EXO2002014, Redshaw2007
    """
    _xenon.check(exposure=exposure, threshold=threshold, flat_error=flat_error,
                 half_life=half_life)
    rate, low = per_unit(flat or 0.0, "1/(t yr keV)"), threshold / keV
    if rate < 0 or low > FINE - 1 or threshold < _xenon.LOW:
        raise DomainError(f"flat = {rate:g} /(t yr keV) must be at least 0 and threshold = "
                          f"{low:g} keV at least {_xenon.LOW / keV:g}, where recoils begin, and at "
                          f"most {FINE - 1:g}")
    if not (np.isfinite(xe136_share) and xe136_share >= 0):
        raise DomainError(f"xe136_share = {xe136_share} must be at least 0")
    mix = mixing or flavors.mixing()
    fine = np.linspace(low, FINE, max(round(FINE - low), 1) + 1)
    edges = np.append(fine, np.arange(FINE + WIDE, TOP + 0.5 * WIDE, WIDE)) * keV
    axis = Axis("reconstructed energy", "keV", edges)
    channel = _xenon.channel(edges, exposure, sun=sun, electrons=electrons,
                             scale=resolution_scale, mixing=mix, efficiency=None,
                             millicharge=millicharge)
    weak = channel.counts(channel.reaction.weak(channel.T, None, 0))
    # the pp neutrinos make nine tenths of it
    backgrounds, nuisances = {"solar neutrinos": weak}, [
        Nuisance("solar neutrinos", channel.source.components["pp"].uncertainty)]
    if xe136_share > 0:
        backgrounds["136Xe"] = xe136(channel, edges, exposure, half_life, xe136_share,
                                     resolution_scale)
        nuisances.append(Nuisance("136Xe", HALF_LIFE_ERROR))
    if rate > 0:
        backgrounds["flat"] = flat * exposure * axis.widths
        nuisances.append(Nuisance("flat", flat_error))
    run = Recoils(name="darwin", channels=(channel,), axes=(axis,), backgrounds=backgrounds,
                  nuisances=tuple(nuisances), mixing=mix,
                  papers=("AristizabalSierra2020", "EXO2002014", "Redshaw2007", "Kotila2012",
                          "XENON1T2020"))
    says = (*_xenon.says(sun, electrons, mix), f"{per_unit(exposure, 't yr'):g} t yr, "
            f"efficiency 1 above {low:g} keV",
            f"background: solar neutrinos, 136Xe at {xe136_share:g} of natural xenon and "
            f"{rate:g} /(t yr keV)")
    return run.probe("DARWIN/XLZD (projection)", "needs_data" if flat is None else "sensitivity",
                     variants=_xenon.variants(resolution_scale),
                     assumptions=(MISSING, *says[:-1]) if flat is None else says)
