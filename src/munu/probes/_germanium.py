"""Reactor antineutrinos in germanium: nuclei by their ionization, electrons as they are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from munu._arrays import Numbers
from munu.detectors import quenching as _quenching
from munu.errors import DomainError, UnknownName
from munu.probes.recoil import Channel, Recoils, gaussian
from munu.processes import electron_scattering, nuclear_scattering
from munu.sources.source import Source
from munu.spectrum import Axis
from munu.targets import atom, material
from munu.units import keV, per_unit

ELECTRONS = ("stepping", "free", "none")
# recoils: from where nothing is smeared up into a bin, to the end point of a reactor (10 MeV)
RECOILS = (0.01 * keV, 3.2 * keV)


def channels(source: Source, edges: np.ndarray, exposure: float,
             sigma: Callable[[Numbers], Numbers], *, quenching: str, k: float = 0.162,
             electrons: str = "stepping", nuclei: bool = True, millicharge: str = "stepping"
            ) -> tuple[Channel, ...]:
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


def difference_errors(edges: np.ndarray, background: float, on: float, off: float) -> np.ndarray:
    r"""Errors of reactor-on minus reactor-off counts, scaled to the time on.

    .. math:: \sigma_i^2 = b\,\Delta E_i\, X_{\rm on}\left(1 + \frac{X_{\rm on}}{X_{\rm off}}\right)

    ``background`` a mass, time and energy; ``on``, ``off`` mass times time.
    """
    _positive(background=background, on=on, off=off)
    return np.sqrt(background * np.diff(edges) * on * (1 + on / off))


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not (np.isfinite(value) and value > 0):
            raise DomainError(f"{name} = {value:g} (internal units) must be above 0")


def sensitivity(name: str, source: Source, edges: np.ndarray, *, on: float, off: float,
                background: float, norm_error: float, electrons: str, papers: tuple[str, ...]
               ) -> Recoils:
    """A germanium detector that subtracts reactor-off from reactor-on, before it has seen any.

    Electron recoils in whole-keV bins, far wider than the resolution (50 eV here).
    """
    made = channels(source, edges, on, lambda E: np.full(np.shape(E), 0.05 * keV),
                    quenching="lindhard", electrons=electrons, nuclei=False)
    return Recoils(name=name, channels=made, axes=(Axis("energy", "keV", edges),), standard="added",
                   norm_error=norm_error, errors=difference_errors(edges, background, on, off),
                   papers=papers)


def whole_bins(low: float, high: float) -> np.ndarray:
    """Edges of bins of 1 keV from ``low`` to about ``high`` [energy]."""
    if not 0 < low <= high - 1 * keV:
        raise DomainError(f"threshold = {low / keV:g} keV must lie above 0 and 1 keV below "
                          f"{high / keV:g} keV")
    return np.linspace(low, high, round((high - low) / keV) + 1)


def said(background: float, electrons: str) -> tuple[str, ...]:
    """What a sensitivity assumes, in words."""
    return ("sensitivity from exposure, threshold and background; the spectra are not public",
            f"background {per_unit(background, '1/(kg d keV)'):g} /(kg d keV), flat",
            f"electrons: {electrons}")
