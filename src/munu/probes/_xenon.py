"""Electronic recoils of solar neutrinos in liquid xenon: what its experiments share."""

from __future__ import annotations

import numpy as np

from munu.detectors.response import Efficiency
from munu.detectors.xenon import resolution
from munu.errors import DomainError
from munu.flavors import Mixing
from munu.probes.recoil import Channel, gaussian
from munu.processes import electron_scattering
from munu.sources import solar
from munu.targets.atom import atom
from munu.units import keV, per_unit, to_float

LOW = 0.15 * keV

# a systematic choice of each experiment, by name
VARIANTS: dict[str, dict[str, object]] = {
    "AGSS09met fluxes": {"sun": "AGSS09met"}, "free electrons": {"electrons": "free"}}


def variants(scale: float) -> dict[str, dict[str, object]]:
    """The systematic choices, with the resolution 10 % to both sides."""
    return VARIANTS | {"resolution +10 %": {"resolution_scale": 1.1 * scale},
                       "resolution -10 %": {"resolution_scale": 0.9 * scale}}


def check(**values: float) -> None:
    """Exposures and scales above 0, or one line."""
    for name, value in values.items():
        if not (np.isfinite(value) and value > 0):
            raise DomainError(f"{name} = {value:g} (internal units) must be above 0")


def as_run(exposure: float, published: str) -> bool:
    """Whether an exposure is that of the data; with another one there are none."""
    return abs(exposure / to_float(published, "t yr") - 1) < 1e-9


def scaled(exposure: float) -> tuple[str, ...]:
    """What a projection to another exposure assumes."""
    return (f"a projection: signal and background scaled to {per_unit(exposure, 't yr'):g} t yr, "
            "no data",)


def channel(edges: np.ndarray, exposure: float, *, sun: str, electrons: str, scale: float,
            mixing: Mixing, efficiency: Efficiency | None, efficiency_in: str = "reconstructed",
            radiative: bool = False, millicharge: str = "stepping", weak_ratio: str = "none",
            events: np.ndarray | None = None) -> Channel:
    """Solar neutrinos on the electrons of xenon; ``exposure`` is mass times time."""
    check(exposure=exposure, resolution_scale=scale)
    reaction = electron_scattering.reaction(atom("Xe", electrons), radiative=radiative,
                                            millicharge=millicharge, weak_ratio=weak_ratio)
    top = edges[-1]
    return gaussian(solar.source(sun, mixing), reaction, edges, exposure,
                    lambda E: scale * resolution(E), efficiency=efficiency,
                    efficiency_in=efficiency_in, low=LOW,
                    high=top + 5 * scale * resolution(top) + 5 * keV, events=events)


def says(sun: str, electrons: str, mixing: Mixing) -> tuple[str, ...]:
    """What was assumed, in words."""
    return (f"solar fluxes B16-{sun}", f"electrons: {electrons}", "day",
            f"{mixing.name} {mixing.ordering}")
