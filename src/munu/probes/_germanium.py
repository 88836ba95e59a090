"""Reactor antineutrinos in germanium: nuclei by their ionization, electrons as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

import numpy as np

from munu._arrays import Numbers
from munu.detectors import quenching as _quenching
from munu.errors import DomainError, UnknownName
from munu.parameters import About
from munu.probes.probe import Nuisance
from munu.probes.recoil import Channel, Recoils, gaussian
from munu.processes import electron_scattering, nuclear_scattering
from munu.sources.source import Source
from munu.spectrum import Axis
from munu.targets import atom, material
from munu.units import keV, per_unit

ELECTRONS = ("stepping", "free", "none")
SHAPES = ("bins", "line")
Shape = Annotated[str, About("of the background: each bin of reactor-off time by itself, or one "
                             "straight line through all of them", choices=SHAPES)]
# of a germanium diode at these energies; noise counts below some five of it
RESOLUTION = 0.05 * keV
LEAST = 5 * RESOLUTION
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
                background: float, norm_error: float, electrons: str, papers: tuple[str, ...],
                millicharge: str = "stepping", shape: str = "bins") -> Recoils:
    """A germanium detector that compares reactor-on with reactor-off, before it has seen any.

    Electron recoils in whole-keV bins, far wider than the resolution (50 eV here).  With
    ``shape = "bins"`` each bin with the reactor off is subtracted from the same bin with it on;
    with ``"line"`` both spectra are fitted with one straight line, which uses all energies of the
    reactor-off time at once.

    Raises
    ------
    UnknownName, DomainError
    """
    if shape not in SHAPES:
        raise UnknownName("shape of the background", shape, SHAPES)
    made = channels(source, edges, on, lambda E: np.full(np.shape(E), RESOLUTION),
                    quenching="lindhard", electrons=electrons, nuclei=False,
                    millicharge=millicharge)
    axis = Axis("energy", "keV", edges)
    if shape == "bins":
        return Recoils(name=name, channels=made, axes=(axis,), standard="added",
                       norm_error=norm_error, papers=papers,
                       errors=difference_errors(edges, background, on, off))
    _positive(background=background, on=on, off=off)
    seen = background * np.multiply.outer([on, off], np.diff(edges))
    rising = (axis.centers - edges[0]) / (edges[-1] - edges[0])
    lines = {"falling": seen * (1 - rising), "rising": seen * rising}
    return Recoils(name=name, axes=(Axis("reactor on, off", "1", np.arange(3.0)), axis),
                   channels=tuple(replace(c, fold=np.concatenate([c.fold, 0 * c.fold]))
                                  for c in made),
                   backgrounds=lines, nuisances=tuple(Nuisance(n) for n in lines),
                   standard="added", norm_error=norm_error, errors=np.sqrt(seen), papers=papers)


def whole_bins(low: float, high: float) -> np.ndarray:
    """Edges of bins of 1 keV from ``low`` to about ``high`` [energy]."""
    if not LEAST <= low <= high - 1 * keV:
        raise DomainError(f"threshold = {low / keV:g} keV must be at least {LEAST / keV:g} keV, "
                          "below which noise counts, and 1 keV below "
                          f"{high / keV:g} keV")
    return np.linspace(low, high, round((high - low) / keV) + 1)


def said(background: float, electrons: str, shape: str, *, threshold: float = np.inf,
         published: float = 0.0) -> tuple[str, ...]:
    """What a sensitivity assumes, in words; a threshold below that of the data is said."""
    lower = (f"from {threshold / keV:g} keV on, where the data begin at {published / keV:g} keV: "
             "the background is taken to go on flat",) if threshold < published * (1 - 1e-9) else ()
    return ("sensitivity from exposure, threshold and background; the spectra are not public",
            f"background {per_unit(background, '1/(kg d keV)'):g} /(kg d keV), flat, "
            + ("subtracted bin by bin" if shape == "bins" else "fitted by a straight line"),
            f"electrons: {electrons}", *lower)
