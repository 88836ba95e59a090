"""CONUS+ (2025): germanium 20.7 m from a reactor core, the excess above its background model.

Detector C3, 160 eV threshold, 119 kg d, as digitised from a figure with its statistical errors;
the covariance of the background model is not in the reading.  A cross-check rather than a
likelihood of the experiment.
"""

from __future__ import annotations

from math import log, sqrt
from typing import Annotated

import numpy as np

from munu import _data
from munu._arrays import Numbers
from munu._guard import formula
from munu.parameters import About, declared
from munu.probes import _germanium
from munu.probes._options import ElectronsOrNone, LowSpectrum, Millicharge
from munu.probes.measured import Values
from munu.probes.probe import Probe
from munu.probes.recoil import Recoils, bins
from munu.sources import reactor
from munu.units import day, eV, kg

EXPOSURE = 119.0
POWER, DISTANCE = "3.6 GW", "20.7 m"
FWHM = 48.0
FANO, PAIR = 0.11, 2.96


@formula
def resolution(E: Numbers) -> Numbers:
    r"""Energy resolution of CONUS+.

    .. math:: \sigma^2 = (48\,\mathrm{eV}/2.355)^2 + 0.11\times2.96\,\mathrm{eV}\;E

    Parameters
    ----------
    E : float or array, ionization energy [energy]

    Returns
    -------
    float or array [energy]

    Source : CONUSPlus2025Nature, Coloma2022

    >>> round(float(resolution(0.2 * 1000 * eV) / eV), 1)
    21.9
    """
    return np.sqrt((FWHM * eV / sqrt(8 * log(2))) ** 2
                   + FANO * PAIR * eV * np.asarray(E, dtype=float))


@declared
def probe(*, k: Annotated[float, About("of Lindhard", assumes="quenching")] = 0.162,
          electrons: ElectronsOrNone = "stepping", millicharge: Millicharge = "stepping",
          low: LowSpectrum = "vogel_engel", norm_error: Annotated[float, About(
              "relative error of flux, quenching and threshold together")] = 0.169) -> Probe:
    """CONUS+.

    Raises
    ------
    DomainError, UnknownName

    Source : CONUSPlus2025Nature, CONUSPlusDetector2024
    """
    table = _data.load("observations/conus_plus_2025")
    axis = bins(table, "E", "ionization energy", "eV")
    source = reactor.source(power=POWER, distance=DISTANCE, low=low)
    channels = _germanium.channels(source, axis.edges, EXPOSURE * kg * day, resolution,
                                   quenching="lindhard", k=k, electrons=electrons,
                                   millicharge=millicharge)
    run = Recoils(name="conus_plus", channels=channels, axes=(axis,), backgrounds={}, nuisances=(),
                  measured=Values(axis, table["excess"], table["error"]), standard="added",
                  norm_error=norm_error, errors=table["error"],
                  papers=("CONUSPlus2025Nature", "CONUSPlusDetector2024"))
    return run.probe(
        "CONUS+ 2025", "counts",
        variants={"k = 0.157": {"k": 0.157}, "nuclei alone": {"electrons": "none"},
                  "Estienne below 2 MeV": {"low": "estienne"}},
        assumptions=(f"Lindhard, k = {k:g}", f"electrons: {electrons}",
                     f"rate within {norm_error:.1%}", "statistical errors of a digitised figure"))
