r"""XENONnT, first science run (2022): 433 electronic-recoil events, 1.16 tonne year.

Solar neutrinos on the electrons of xenon.  The published background model B0 already holds
the efficiency and the Standard Model solar neutrinos: neither is applied or added again.
Resolution: a Gaussian with :math:`\sigma = 0.310\sqrt{E/\mathrm{keV}} + 0.0037\,E/\mathrm{keV}`
keV (parametrization of XENON1T).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np

from munu import _data, flavors
from munu._guard import formula
from munu.detectors.response import Efficiency
from munu.detectors.xenon import resolution as resolution
from munu.errors import DomainError
from munu.flavors import Mixing
from munu.parameters import About, Quantity, declared
from munu.probes import _xenon
from munu.probes._options import Electrons, Millicharge, Mixed, Radiative, Resolution, Sun
from munu.probes.measured import Counts
from munu.probes.probe import Nuisance, Probe
from munu.probes.recoil import Channel, Recoils
from munu.spectrum import Axis
from munu.units import keV, to_float

KEY = "XENONnT2022"
EXPOSURE = "1.16 t yr"
RANGE = (1.0, 30.0)


def _edges(energy_range: Sequence[float], bin_width: float) -> np.ndarray:
    low, high = (float(x) for x in energy_range)
    bin_width = bin_width / keV
    n = (high - low) / bin_width if bin_width > 0 else 0
    if not (n >= 1 and abs(n - round(n)) < 1e-6 and abs(bin_width * 10 - round(bin_width * 10))
            < 1e-6):
        raise DomainError(f"bins of {bin_width:g} keV do not fit {low:g} to {high:g} keV on the "
                          "0.1 keV grid of the background; take 0.1, 0.2, 0.5 or 1 (keV)")
    return np.linspace(low, high, round(n) + 1) * keV


def _channel(edges: np.ndarray, exposure: float, **options: Any) -> Channel:
    table = _data.load("observations/xenonnt_2022_efficiency")
    return _xenon.channel(edges, exposure, efficiency=Efficiency(table["E"], table["efficiency"]),
                          **options)


def _background(exposure: float, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """B0 counts in the bins, and its density at the grid [energy], [1/energy]."""
    table = _data.load("observations/xenonnt_2022_background")
    E, rate = table["E"], table["rate"] * exposure
    step = 0.1 * keV
    counts, _ = np.histogram(E, bins=edges, weights=rate * step)
    return counts, E, rate


@declared
def probe(*, exposure: Annotated[Quantity, About(
              "of signal and background; another than the run's is a projection", "t yr")]
          = EXPOSURE,
          sun: Sun = "GS98", electrons: Electrons = "stepping", resolution_scale: Resolution = 1.0,
          bin_width: Annotated[Quantity, About("a multiple of 0.1 keV", "keV")] = "1 keV",
          mixing: Mixed = None, radiative: Radiative = False,
          millicharge: Millicharge = "stepping") -> Probe:
    """XENONnT's first science run.

    Raises
    ------
    DomainError, UnknownName

    Source : XENONnT2022
    """
    mix = mixing or flavors.mixing()
    edges = _edges(RANGE, bin_width)
    seen = _data.load("observations/xenonnt_2022_events")["E"]
    axis = Axis("reconstructed energy", "keV", edges)
    observed, _ = np.histogram(seen, bins=edges)
    channel = _channel(edges, exposure, sun=sun, electrons=electrons, scale=resolution_scale,
                       mixing=mix, radiative=radiative, millicharge=millicharge, events=seen)
    counts, grid, rate = _background(exposure, edges)
    real = _xenon.as_run(exposure, EXPOSURE)
    run = Recoils(name="xenonnt", channels=(channel,), axes=(axis,), backgrounds={"B0": counts},
                  nuisances=(Nuisance("B0"),),
                  measured=Counts(axis, observed.astype(float), seen) if real else None, mixing=mix,
                  background_at={"B0": np.interp(seen, grid, rate)}, papers=(KEY, "XENON1T2020"))
    return run.probe(
        "XENONnT 2022" if real else "XENONnT (projection)", "events" if real else "sensitivity",
        variants=_xenon.variants(resolution_scale),
        assumptions=(*_xenon.says(sun, electrons, mix), *(() if real else _xenon.scaled(exposure))))


@formula
def standard_model_events(low: float = RANGE[0], high: float = RANGE[1], *,
                          exposure: float | str = EXPOSURE, sun: str = "GS98",
                          mixing: Mixing | None = None, radiative: bool = False,
                          weak_ratio: str = "none") -> float:
    """Solar-neutrino events of the Standard Model between two reconstructed energies.

    Parameters
    ----------
    low, high : plain numbers, counted in keV [1], at least 0; low below high
    exposure : a number, mass times time, above 0, or a text such as ``1.16 t yr`` [t yr]
    weak_ratio : ``none``, or ``rrpa`` for the relativistic random-phase approximation
    others : as :func:`probe`

    Returns
    -------
    float [events]

    Source : XENONnT2022, Bahcall1995

    >>> round(standard_model_events(1, 140))
    315
    """
    if not low < high:
        raise DomainError(f"low = {low:g} must lie below high = {high:g} (keV)")
    mix = mixing or flavors.mixing()
    edges = _edges((low, high), (high - low) * keV)
    channel = _channel(edges, to_float(exposure, "t yr"), sun=sun, electrons="stepping",
                       scale=1.0, mixing=mix, radiative=radiative, weak_ratio=weak_ratio)
    axis = Axis("reconstructed energy", "keV", edges)
    return (
        Recoils(name="xenonnt", channels=(channel,), axes=(axis,), mixing=mix,
                standard="added")
        .standard_model()
        .total
    )
