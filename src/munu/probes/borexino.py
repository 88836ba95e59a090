r"""Borexino, Phase II (2011 to 2016): the energy spectrum of solar neutrinos in scintillator.

Elastic scattering on electrons, in bins of the number of hits.  Our own solar spectra (pp, 7Be,
pep, CNO, 8B) and the published background shapes are fitted together.  The energies that stand
beside the published hits are those of an axis,

.. math:: N_h = 0.9874 + 4.382\times10^{-4} E - 3.798\times10^{-11} E^2
          + 3.289\times10^{-18} E^3\ (E\ \mathrm{in\ eV}),\qquad
          \sigma = 1.41255\sqrt{N_h} - 0.017804\, N_h

not of recoil electrons: the published solar curve ends its 7Be shoulder, 665 keV of recoil, where
the axis says 707 keV.  An electron therefore makes :func:`recoil_hits`.

The published curves are smooth; the estimator is not.  What the published fit shows over the
sum of its curves, bin by bin, is taken as a property of the estimator and multiplies all parts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from munu import _data, flavors
from munu._arrays import Numbers
from munu._guard import formula
from munu.detectors.response import matrix, nodes
from munu.errors import DomainError, UnknownName
from munu.parameters import About, declared
from munu.probes._options import Mixed, Radiative, Sun
from munu.probes.expected import Polynomial
from munu.probes.measured import Counts
from munu.probes.probe import Nuisance, Probe
from munu.probes.recoil import Channel, Recoils, targets
from munu.processes import electron_scattering
from munu.ray import Ray
from munu.sources import solar
from munu.spectrum import Axis
from munu.targets.atom import ELECTRON
from munu.units import day, eV, keV, tonne

EXPOSURE = 582.326
ELECTRONS = 3.307e31
SOLAR = {"pp": ("pp",), "be7": ("be7_862", "be7_384"), "pep": ("pep",),
         "cno": ("n13", "o15", "f17"), "b8": ("b8", "hep")}
BACKGROUNDS = ("c14", "pileup", "po210", "kr85", "bi210", "c11", "ext")
RATES = ("free", "ssm")
# fitted to the published solar curve from 110 hits on, at the rates of the published fit
SCALE, SHIFT = 1.087, -4.45


@formula
def hits(E: Numbers) -> Numbers:
    r"""Number of hits beside an energy of the published axis.

    .. math:: N_h = 0.9874 + 4.382\times10^{-4} E - 3.798\times10^{-11} E^2
              + 3.289\times10^{-18} E^3\quad (E\ \mathrm{in\ eV})

    Parameters
    ----------
    E : float or array [energy]

    Returns
    -------
    float or array [1]

    Source : Brdar2020

    >>> round(float(hits(231 * keV)))
    100
    """
    x = np.asarray(E, dtype=float) / eV
    return 0.9874 + 4.382e-4 * x - 3.798e-11 * x**2 + 3.289e-18 * x**3


@formula
def recoil_hits(E: Numbers) -> Numbers:
    r"""Mean number of hits of a recoil electron, :math:`N_h(1.087\,E) - 4.45`.

    .. math:: N_h = N_{\rm axis}(1.087\,E) - 4.45

    Our spectra at the published rates, folded with it, are the published solar curve to 1.5 %.
    An electron of less energy quenches more: the axis is 5 % low at 0.3 MeV, 7 % at 0.7 MeV.

    Parameters
    ----------
    E : float or array [energy]

    Returns
    -------
    float or array [1]

    Holds : 0.25 to 0.95 MeV, where the curve is

    Source : BorexinoPhaseII2018, Newtrinos2025

    >>> round(float(recoil_hits(665 * keV)))
    295
    """
    return hits(SCALE * np.asarray(E, dtype=float)) + SHIFT


SCALES = {"electron": recoil_hits, "axis": hits}


@formula
def hits_width(N: Numbers) -> Numbers:
    r"""Standard deviation of the number of hits, :math:`1.41255\sqrt{N} - 0.017804\,N`.

    Parameters
    ----------
    N : float or array, mean number of hits [1]

    Returns
    -------
    float or array [1]

    Source : Brdar2020

    >>> round(float(hits_width(189.0)))
    16
    """
    return 1.41255 * np.sqrt(N) - 0.017804 * np.asarray(N)


def _published(low: int, high: int) -> tuple[Axis, np.ndarray, dict[str, np.ndarray], np.ndarray]:
    """Bins, counts, background shapes and what the estimator does to each bin."""
    spectrum = _data.load("observations/borexino_phase2")
    n = spectrum["n_h"]
    if low != int(low) or high != int(high) or low < n[0] or high > n[-1] + 1:
        raise DomainError(f"hits_range = {low:g}, {high:g} must be whole numbers from {n[0]:g} to "
                          f"{n[-1] + 1:g}; the last one is not included")
    inside = (n >= low) & (n < high)
    if inside.sum() < 10:
        raise DomainError(f"hits from {low} to {high} hold {inside.sum()} bins; there are 100 to "
                          "400, and a fit needs ten")
    n = n[inside]
    curves = _data.load("observations/borexino_phase2_components")
    smooth = {c: np.maximum(np.interp(n, curves["n_h"], curves[c]), 0.0)
              for c in (*BACKGROUNDS, "solar")}
    # steep: straight in the logarithm between the points of the reading
    seen = curves["c14"] > 0
    smooth["c14"] = np.where(n <= curves["n_h"][seen][-1], np.exp(np.interp(
        n, curves["n_h"][seen], np.log(curves["c14"][seen]))), 0.0)
    estimator = spectrum["fit_total"][inside] / sum(smooth.values())
    axis = Axis("hits", "1", np.append(n - 0.5, n[-1] + 0.5))
    return axis, spectrum["counts"][inside], smooth, estimator


@dataclass(frozen=True, eq=False)
class _ByRay:
    """The run that moments are fitted with, and the one of charges and radii."""

    free: Recoils
    tied: Recoils

    def expects(self, ray: Ray, **ways: bool) -> Polynomial:
        return (self.tied if ray.signed else self.free).expects(ray, **ways)


@declared
def probe(*, hits_range: Annotated[tuple[int, int], About(
            "first hit and the one after the last; below 110 the 14C curve is too steep for its "
            "reading")] = (110, 401),
          solar_rates: Annotated[str, About(
              "pp and 7Be free or within the errors of the solar model; pep, CNO and 8B are always "
              "within them, and all are for a charge or a radius", choices=RATES)] = "free",
          scale: Annotated[str, About(
              "energy of a hit: that of a recoil electron, from the published solar curve, or the "
              "published axis read as if it were", choices=tuple(SCALES))] = "electron",
          sun: Sun = "GS98", mixing: Mixed = None, radiative: Radiative = False) -> Probe:
    """Borexino's Phase II.

    Raises
    ------
    DomainError, UnknownName

    Source : BorexinoPhaseII2018, Newtrinos2025
    """
    if solar_rates not in RATES:
        raise UnknownName("treatment of the solar rates", solar_rates, RATES)
    if scale not in SCALES:
        raise UnknownName("energy of a hit", scale, SCALES)
    observed = SCALES[scale]
    mix = mixing or flavors.mixing()
    if len(hits_range) != 2:
        raise DomainError(f"hits_range = {hits_range} must be two numbers, as 110,401")
    axis, counts, smooth, estimator = _published(*hits_range)
    reaction = electron_scattering.reaction(ELECTRON, per_mass=ELECTRONS / (100 * tonne),
                                            radiative=radiative)
    source = solar.source(sun, mix)
    T, w = nodes(50 * keV, 1.5e3 * keV, panels=240)
    fold = matrix(observed(T), axis.edges, hits_width) * estimator[:, None] \
        * targets(reaction, w, EXPOSURE * day * 100 * tonne)
    channel = Channel(source, reaction, T, fold,
                      top=float(T[observed(T) <= axis.edges[-1]].max()))
    weak = reaction.weak(T, None, 0)
    # the published sum of the solar curves, shared out by our own spectra
    own = {n: channel.counts(weak, source.only(*parts)) for n, parts in SOLAR.items()}
    backgrounds = {n: smooth["solar"] * estimator * part / sum(own.values())
                   for n, part in own.items()}
    errors = {n: source.error(*parts) for n, parts in SOLAR.items()}
    free = {"pp": None, "be7": None} if solar_rates == "free" else {}
    # a shape that is nowhere in the bins has no norm to fit
    shapes = {n: smooth[n] * estimator for n in BACKGROUNDS if smooth[n].sum() > 0.5}
    names = (*backgrounds, *shapes)
    run = Recoils(name="borexino", channels=(channel,), axes=(axis,),
                  backgrounds=backgrounds | shapes,
                  nuisances=tuple(Nuisance(n, (errors | free).get(n)) for n in names),
                  measured=Counts(axis, counts), mixing=mix,
                  papers=("BorexinoPhaseII2018", "Newtrinos2025", "Brdar2020"))
    # a charge or a radius changes the rate of the same neutrinos: a free norm would take it up
    tied = replace(run, nuisances=tuple(Nuisance(n, errors.get(n)) for n in names))

    made = run.probe(
        "Borexino Phase II", "counts",
        variants={"AGSS09met fluxes": {"sun": "AGSS09met"},
                  "from 120 hits": {"hits_range": (120, 401)},
                  "solar rates of the model": {"solar_rates": "ssm"},
                  "energies of the published axis": {"scale": "axis"}},
        assumptions=(f"solar fluxes B16-{sun}, pp and 7Be {solar_rates} (for q and r2 within the "
                     "model's errors)", "no radiochemical constraint", "day", mix.name,
                     "background shapes from the published fit"))
    return replace(made, expects=_ByRay(run, tied).expects)
