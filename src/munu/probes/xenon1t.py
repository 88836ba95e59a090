"""XENON1T, electronic recoils of 2020: the excess, 285 events in 1-7 keV where 232 were due.

Solar neutrinos on the electrons of xenon, 0.65 tonne year in 1 keV bins, read from the figures
of the paper.  The background B0 holds efficiency, resolution and the Standard Model neutrinos.
As a bound it is superseded by XENONnT, which saw no excess; it stays as the origin of the
interval 1.4 to 2.9e-11 mu_B.  Traces of tritium would explain the excess as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from munu import _data, flavors
from munu._guard import formula
from munu.detectors import beta
from munu.detectors.response import Efficiency, matrix, nodes
from munu.detectors.xenon import resolution
from munu.errors import DomainError
from munu.parameters import About, Quantity, declared
from munu.probes import _xenon
from munu.probes._options import Electrons, Millicharge, Mixed, Radiative, Resolution, Sun
from munu.probes.expected import MOST_ERROR, check_error
from munu.probes.measured import Counts
from munu.probes.probe import Nuisance, Probe
from munu.probes.recoil import Recoils, bins
from munu.spectrum import Axis
from munu.units import keV, per_unit, tonne, yr

KEY = "XENON1T2020"
EXPOSURE = "0.65 t yr"
# where the collaboration counts the excess [keV]
WINDOW = (1.0, 7.0)
# of a free amplitude: too few decays to be seen, a norm of 1 says nothing
TRACE = 1 / (tonne * yr)
# of a rate of tritium, unless said
_ERROR = 0.3


@dataclass(frozen=True)
class Excess:
    """Events above a background.

    Attributes
    ----------
    seen, expected : events
    p : probability of as many events or more from the background alone
    sigma : the same as standard deviations of a Gaussian, one-sided
    """

    seen: float
    expected: float
    p: float
    sigma: float


@formula
def excess(low: float = WINDOW[0] * keV, high: float = WINDOW[1] * keV, *, error: float = 0.0
           ) -> Excess:
    r"""The events between two energies held against B0, by counting.

    .. math:: p = \Big\langle\sum_{n \ge N}\frac{b^n e^{-b}}{n!}\Big\rangle_b,\qquad
              \sigma = \Phi^{-1}(1 - p)

    Parameters
    ----------
    low, high : edges of bins, 1 to 17 keV [energy]
    error : relative Gaussian error of the background, over which p is averaged [1]

    Returns
    -------
    Excess

    Raises
    ------
    DomainError

    Holds : no look-elsewhere; the shape of the events is not used.
    Source : XENON1T2020, Vagnozzi2021

    >>> found = excess()
    >>> print(f"{found.seen:.0f} seen, {found.expected:.0f} expected")
    285 seen, 231 expected
    """
    from scipy.special import gammainc, ndtri

    table, axis = _counted()
    edges = axis.edges / keV
    inside = (edges[:-1] > low / keV - 1e-6) & (edges[1:] < high / keV + 1e-6)
    if not inside.any() or not np.all(np.isclose([edges[:-1][inside][0], edges[1:][inside][-1]],
                                                 [low / keV, high / keV])):
        raise DomainError(f"{low / keV:g} to {high / keV:g} keV must be edges of the bins, whole "
                          f"numbers from {edges[0]:g} to {edges[-1]:g} keV")
    if not 0 <= error < 0.3:
        raise DomainError(f"error = {error} must lie between 0 and 0.3")
    seen = float(table["counts"][inside].sum())
    one = 0.65 * tonne * yr * axis.widths
    expected = float((table["background"] * one)[inside].sum())
    x, w = np.polynomial.hermite_e.hermegauss(40)
    p = float(gammainc(seen, expected * np.maximum(1 + error * x, 1e-9)) @ w / w.sum())
    return Excess(seen, expected, p, float(-ndtri(p)))


def _counted() -> tuple[_data.Table, Axis]:
    table = _data.load("observations/xenon1t_2020")
    return table, bins(table, "E", "reconstructed energy", "keV")


def _tritium(edges: np.ndarray, rate: float, exposure: float,
             efficiency: Efficiency, efficiency_in: str, scale: float) -> np.ndarray:
    """Counts of the beta decays of tritium, through the same response as the recoils."""
    T, w = nodes(1e-3 * keV, beta.Q_TRITIUM, panels=40)
    after = efficiency if efficiency_in == "reconstructed" else None
    seen = matrix(T, edges, lambda E: scale * resolution(E), after)
    before = 1.0 if after is not None else efficiency(T)
    return rate * exposure * (seen @ (w * before * beta.allowed(T)))


@declared
def probe(*, exposure: Annotated[Quantity, About(
              "of signal and background; another than the run's is a projection", "t yr")]
          = EXPOSURE,
          sun: Sun = "GS98", electrons: Electrons = "stepping", resolution_scale: Resolution = 1.0,
          mixing: Mixed = None,
          efficiency_in: Annotated[str, About("energy of the efficiency; the reading does not say",
                                              choices=("reconstructed", "true"))] = "reconstructed",
          b0_error: Annotated[float | None, About(
              "relative error of B0, as 0.026 for the 76 +- 2 of the paper; without it free")]
          = None,
          tritium: Annotated[Quantity, About(
              "its decays besides B0: none, free, or so many", "1/(t yr)",
              choices=("none", "free"))] = "none",
          tritium_error: Annotated[float | None, About(
              "relative error of a rate of tritium, 0.3 unless said")] = None,
          millicharge: Millicharge = "stepping", radiative: Radiative = False) -> Probe:
    """XENON1T's Science Run 1.

    Raises
    ------
    DomainError, UnknownName

    Source : XENON1T2020, Vagnozzi2021
    """
    mix = mixing or flavors.mixing()
    table, axis = _counted()
    response = _data.load("observations/xenon1t_2020_efficiency")
    efficiency = Efficiency(response["E"], response["efficiency"])
    channel = _xenon.channel(
        axis.edges, exposure, sun=sun, electrons=electrons, scale=resolution_scale, mixing=mix,
        efficiency=efficiency, efficiency_in=efficiency_in, millicharge=millicharge,
        radiative=radiative)
    backgrounds = {"B0": table["background"] * exposure * axis.widths}
    if b0_error is not None and not 0 < b0_error <= MOST_ERROR:
        raise DomainError(f"b0_error = {b0_error:g} must be above 0 and at most {MOST_ERROR:g}, as "
                          "0.026 or '2.6%'; leave it out for a free norm")
    nuisances = [Nuisance("B0", b0_error)]
    if tritium in ("none", "free") and tritium_error is not None:
        raise DomainError(f"tritium_error = {tritium_error:g} is that of a rate, and tritium is "
                          f"{tritium}; give the rate, such as tritium='100 /(t yr)'")
    error = _ERROR if tritium_error is None else tritium_error
    if tritium != "none":
        free = tritium == "free"
        if not free and not tritium > 0:
            raise DomainError(f"tritium = {per_unit(tritium, '1/(t yr)'):g} /(t yr) must be above "
                              "0; without any it is none")
        check_error(error, "tritium_error")
        backgrounds["tritium"] = _tritium(axis.edges, TRACE if free else tritium, exposure,
                                          efficiency, efficiency_in, resolution_scale)
        nuisances.append(Nuisance("tritium", None if free else error))
    real = _xenon.as_run(exposure, EXPOSURE)
    run = Recoils(name="xenon1t", channels=(channel,), axes=(axis,), backgrounds=backgrounds,
                  nuisances=tuple(nuisances), mixing=mix,
                  measured=Counts(axis, table["counts"]) if real else None,
                  papers=(KEY, "Vagnozzi2021", *(() if tritium == "none" else ("Myers2015",))))
    found = excess()
    said = (f"{found.seen:.0f} events from {WINDOW[0]:g} to {WINDOW[1]:g} keV where B0 has "
            f"{found.expected:.0f}: {found.sigma:.1f} sigma by counting")
    return run.probe(
        "XENON1T 2020" if real else "XENON1T (projection)", "counts" if real else "sensitivity",
        variants=_xenon.variants(resolution_scale)
        | {"efficiency in true energy": {"efficiency_in": "true"},
           "free tritium": {"tritium": "free", "tritium_error": None}},
        assumptions=(*_xenon.says(sun, electrons, mix), "counts and background read from figures",
                     "no tritium" if tritium == "none" else
                     "tritium free" if tritium == "free" else
                     f"tritium {per_unit(tritium, '1/(t yr)'):g} /(t yr) within "
                     f"{error:.0%}",
                     *((said,) if real else _xenon.scaled(exposure))))
