"""DARWIN/XLZD: a future xenon detector of 40 tonnes; a projection, no data.

Electronic recoils of solar neutrinos above 1 keV.  The background is what cannot be shielded,
the Standard Model's solar neutrinos, and a flat rest that the user gives.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from munu import flavors
from munu.errors import DomainError
from munu.parameters import About, Quantity, declared
from munu.probes import _xenon
from munu.probes._options import Electrons, Mixed, Resolution, Sun
from munu.probes.probe import Nuisance, Probe
from munu.probes.recoil import Recoils
from munu.spectrum import Axis
from munu.units import keV, per_unit

EXPOSURE, TOP = "40 t yr", 30.0


@declared
def probe(*, exposure: Annotated[Quantity, About("mass times time", "t yr")] = EXPOSURE,
          flat: Annotated[Quantity, About("background besides solar neutrinos",
                                          "1/(t yr keV)")] = "0 /(t yr keV)",
          flat_error: Annotated[float, About("relative error of the flat background")] = 0.1,
          threshold: Annotated[Quantity, About("a whole number of keV", "keV")] = "1 keV",
          sun: Sun = "GS98", electrons: Electrons = "stepping",
          resolution_scale: Resolution = 1.0, mixing: Mixed = None) -> Probe:
    """The reach of a xenon detector of the next generation.

    Raises
    ------
    DomainError, UnknownName

    Source : AristizabalSierra2020
    """
    _xenon.check(exposure=exposure, threshold=threshold, flat_error=flat_error)
    rate, low = per_unit(flat, "1/(t yr keV)"), threshold / keV
    if rate < 0 or low > TOP - 1:
        raise DomainError(f"flat = {rate:g} /(t yr keV) must be at least 0 and threshold = "
                          f"{low:g} keV at most {TOP - 1:g}")
    mix = mixing or flavors.mixing()
    edges = np.linspace(low, TOP, max(round(TOP - low), 1) + 1) * keV
    axis = Axis("reconstructed energy", "keV", edges)
    channel = _xenon.channel(edges, exposure, sun=sun, electrons=electrons,
                             scale=resolution_scale, mixing=mix, efficiency=None)
    weak = channel.counts(channel.reaction.weak(channel.T, None, 0))
    # the pp neutrinos make nine tenths of it
    backgrounds, nuisances = {"solar neutrinos": weak}, [
        Nuisance("solar neutrinos", channel.source.components["pp"].uncertainty)]
    if flat > 0:
        backgrounds["flat"] = flat * exposure * axis.widths
        nuisances.append(Nuisance("flat", flat_error))
    run = Recoils(name="darwin", channels=(channel,), axes=(axis,), backgrounds=backgrounds,
                  nuisances=tuple(nuisances), mixing=mix,
                  papers=("AristizabalSierra2020", "XENON1T2020"))
    return run.probe(
        "DARWIN/XLZD (projection)", "sensitivity", variants=_xenon.variants(resolution_scale),
        assumptions=(*_xenon.says(sun, electrons, mix), f"{per_unit(exposure, 't yr'):g} t yr, "
                     f"efficiency 1 above {low:g} keV",
                     f"background: solar neutrinos and {rate:g} /(t yr keV)"))
