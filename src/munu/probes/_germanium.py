"""Reactor antineutrinos in germanium: nuclei by their ionization, electrons as they are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from munu.detectors import quenching as _quenching
from munu.errors import UnknownName
from munu.probes._recoil import Channel, gaussian
from munu.processes import electron_scattering, nuclear_scattering
from munu.sources.source import Source
from munu.targets import atom, material
from munu.units import keV

ELECTRONS = ("stepping", "free", "none")
# recoils: from where nothing is smeared up into a bin, to the end point of a reactor (10 MeV)
RECOILS = (0.01 * keV, 3.2 * keV)


def channels(source: Source, edges, exposure: float, sigma: Callable, *, quenching: str,
             k: float = 0.162, electrons: str = "stepping", nuclei: bool = True,
             millicharge: str = "stepping") -> tuple[Channel, ...]:
    """Channels in bins of ionization energy; ``exposure`` is mass times time.

    Raises
    ------
    UnknownName
    """
    if electrons not in ELECTRONS:
        raise UnknownName("treatment of electrons", electrons, ELECTRONS)
    out = []
    if nuclei:
        observed = _quenching.germanium(quenching, k)
        out.append(gaussian(source, nuclear_scattering.reaction(material("Ge")), edges, exposure,
                            sigma, low=RECOILS[0], high=RECOILS[1], observed=observed, panels=80))
    if electrons != "none":
        reaction = electron_scattering.reaction(atom("Ge", electrons), millicharge=millicharge)
        low = max(0.02 * keV, edges[0] - 8 * float(np.max(sigma(np.array([edges[0]])))))
        out.append(gaussian(source, reaction, edges, exposure, sigma, low=low, panels=40))
    return tuple(out)
