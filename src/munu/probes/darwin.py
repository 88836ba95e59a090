"""DARWIN/XLZD: a future xenon detector of 40 tonnes; a projection, no data.

Electronic recoils of solar neutrinos above 1 keV.  The background is what cannot be shielded,
the Standard Model's solar neutrinos, and a flat rest that the user gives.
"""

from __future__ import annotations

import numpy as np

from munu import flavors
from munu.errors import DomainError
from munu.flavors import Mixing
from munu.probes import _xenon
from munu.probes._recoil import Recoils
from munu.probes.probe import Nuisance, Probe
from munu.spectrum import Axis
from munu.units import keV

EXPOSURE = 40.0
RANGE = (1.0, 30.0)


def probe(*, exposure: float = EXPOSURE, flat: float = 0.0, flat_error: float = 0.1,
          threshold: float = RANGE[0], sun: str = "GS98", electrons: str = "stepping",
          resolution_scale: float = 1.0, mixing: Mixing | None = None) -> Probe:
    """The reach of a xenon detector of the next generation.

    Parameters
    ----------
    exposure : tonne year
    flat : background besides solar neutrinos, events a tonne, year and keV
    flat_error : its relative error
    threshold : keV, a whole number
    sun : ``GS98`` or ``AGSS09met``
    electrons : ``stepping`` or ``free``
    resolution_scale : factor on the resolution of XENONnT
    mixing : Mixing, default NuFIT 6.0 NO

    Raises
    ------
    DomainError, UnknownName

    Source : AristizabalSierra2020
    """
    _xenon.check(exposure=exposure, threshold=threshold, flat_error=flat_error)
    if flat < 0 or threshold > RANGE[1] - 1:
        raise DomainError(f"flat = {flat:g} must be at least 0 and threshold = {threshold:g} keV "
                          f"at most {RANGE[1] - 1:g}")
    mix = mixing or flavors.mixing()
    edges = np.linspace(threshold, RANGE[1], max(round(RANGE[1] - threshold), 1) + 1) * keV
    axis = Axis("reconstructed energy", "keV", edges)
    channel = _xenon.channel(edges, exposure, sun=sun, electrons=electrons,
                             scale=resolution_scale, mixing=mix, efficiency=None)
    weak = channel.counts(channel.reaction.weak(channel.T, None, 0))
    # the pp neutrinos make nine tenths of it
    backgrounds, nuisances = {"solar neutrinos": weak}, [
        Nuisance("solar neutrinos", channel.source.components["pp"].uncertainty)]
    if flat > 0:
        backgrounds["flat"] = flat * exposure * axis.widths / keV
        nuisances.append(Nuisance("flat", flat_error))
    run = Recoils(name="darwin", channels=(channel,), axes=(axis,), backgrounds=backgrounds,
                  nuisances=tuple(nuisances), mixing=mix,
                  papers=("AristizabalSierra2020", "XENON1T2020"))
    return run.probe(
        "DARWIN/XLZD (projection)", "sensitivity", remake=probe,
        variants=_xenon.variants(resolution_scale),
        options={"exposure": exposure, "flat": flat, "flat_error": flat_error,
                 "threshold": threshold, "sun": sun, "electrons": electrons,
                 "resolution_scale": resolution_scale, "mixing": mixing},
        assumptions=(*_xenon.says(sun, electrons, mix), f"{exposure:g} t yr, efficiency 1 above "
                     f"{threshold:g} keV", f"background: solar neutrinos and {flat:g} /(t yr keV)"))
