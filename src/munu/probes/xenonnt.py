r"""XENONnT, first science run (2022): 433 electronic-recoil events, 1.16 tonne year.

Solar neutrinos on the electrons of xenon.  The published background model B0 already holds
the efficiency and the Standard Model solar neutrinos: neither is applied or added again.
Resolution: a Gaussian with :math:`\sigma = 0.310\sqrt{E/\mathrm{keV}} + 0.0037\,E/\mathrm{keV}`
keV (parametrization of XENON1T).
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from munu import _data, flavors
from munu.couplings import Couplings, DipolePortal
from munu.detectors.response import Efficiency, density, matrix, nodes
from munu.errors import DomainError, UnknownName
from munu.flavors import Mixing
from munu.probes.probe import Measured, Nuisance, Probe, Templates
from munu.processes import electron_scattering as electrons
from munu.processes.process import Term
from munu.rates.recoil import dR_dT
from munu.sources import solar
from munu.spectrum import Axis, Prediction, Spectrum
from munu.targets.atom import atom
from munu.units import keV, tonne, yr

KEY = "XENONnT2022"
EXPOSURE = 1.16
RANGE = (1.0, 30.0)


def resolution(T):
    r"""Energy resolution of XENONnT.

    .. math:: \sigma = 0.310\sqrt{E/\mathrm{keV}} + 0.0037\, E/\mathrm{keV}\quad[\mathrm{keV}]

    Parameters
    ----------
    T : float or array [energy]

    Returns
    -------
    float or array [energy]

    Source : XENON1T2020

    >>> print(round(resolution(10 * keV) / keV, 3))
    1.017
    """
    x = T / keV
    return (0.310 * np.sqrt(x) + 0.0037 * x) * keV


class _Run:
    """The prepared experiment: quadrature nodes and the folded response, made once."""

    def __init__(self, exposure, sun, treatment, scale, bin_width, mixing, radiative,
                 energy_range):
        self.sun = solar.source(sun, mixing)
        self.mixing, self.radiative = mixing, radiative
        self.atom = atom("Xe", treatment)
        table = _data.load("observations/xenonnt_2022_efficiency")
        self.efficiency = Efficiency(table["E"], table["efficiency"])
        self.sigma = lambda T: scale * resolution(T)
        self.axis = Axis("reconstructed energy", "keV", _edges(energy_range, bin_width))
        # up to where nothing is smeared down into the last bin
        top = energy_range[1] * keV + 5 * self.sigma(energy_range[1] * keV) + 5 * keV
        self.T, w = nodes(0.15 * keV, top, self.atom.binding)
        self.weight = (w * self.atom.per_mass() * exposure * tonne * yr
                       * self.atom.electrons(self.T))

    @cached_property
    def binned(self) -> np.ndarray:
        return matrix(self.T, self.axis.edges, self.sigma, self.efficiency) * self.weight

    def at(self, E) -> np.ndarray:
        return density(self.T, E, self.sigma, self.efficiency) * self.weight

    def spectrum(self, terms: list[Term], *keys: str) -> Spectrum:
        papers = (KEY, *self.sun.sources, *self.atom.sources, *keys)
        return Spectrum((self.axis,), self.binned @ dR_dT(terms, self.sun),
                        sources=tuple(dict.fromkeys(papers)))

    def predict(self, couplings) -> Prediction:
        U = self.mixing.U
        portals = couplings.portals if isinstance(couplings, Couplings) else (couplings,)
        parts = {}
        dipole = electrons.dipole_terms(self.T, couplings, U=U)
        if dipole:
            parts["dipole"] = self.spectrum(dipole, "Brdar2020")
        if isinstance(couplings, Couplings):
            shift = [t for p in (1, 2) for t in electrons.weak_terms(
                self.T, couplings, U=U, radiative=self.radiative, power=p)]
            if shift:
                parts["charge and radius"] = self.spectrum(shift, "GiuntiStudenikin2014")
        mixed = [t for p in portals for t in electrons.interference_terms(self.T, p)]
        if mixed:
            parts["interference"] = self.spectrum(mixed, "Brdar2020")
        if not parts:
            raise DomainError("these couplings are all 0; there is nothing to predict")
        return Prediction(parts)

    def standard(self) -> Spectrum:
        """Solar neutrinos of the Standard Model alone; B0 already holds them."""
        return self.spectrum(electrons.weak_terms(self.T, radiative=self.radiative),
                             "Bahcall1995")

    def rates(self, parameter, M_N, flavor, sun) -> dict[int, np.ndarray]:
        """dR/dT for a unit of the parameter, by power: arrays (n_mass, n_T)."""
        if parameter == "mu":
            C = DipolePortal(1.0, 0.0, flavor).trace_matrix
            return {2: dR_dT([electrons.dipole_term(self.T, M_N[:, None], C)], sun)}
        which = [1.0] * 3 if flavor == "universal" else np.diag(flavors.projector(flavor)).real
        new = Couplings(**{{"q": "charge", "r2": "r2"}[parameter]: np.array(which)})
        return {p: dR_dT(electrons.weak_terms(self.T, new, radiative=self.radiative, power=p),
                         sun)[None] for p in (1, 2)}


def _edges(energy_range, bin_width) -> np.ndarray:
    low, high = (float(x) for x in energy_range)
    n = (high - low) / bin_width if bin_width > 0 else 0
    if not (n >= 1 and abs(n - round(n)) < 1e-6 and abs(bin_width * 10 - round(bin_width * 10))
            < 1e-6):
        raise DomainError(f"bins of {bin_width:g} keV do not fit {low:g} to {high:g} keV on the "
                          "0.1 keV grid of the background; take 0.1, 0.2, 0.5 or 1 (keV)")
    return np.linspace(low, high, round(n) + 1) * keV


def _background(exposure: float, edges) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """B0 counts in the bins, and its density at the grid [energy], [1/energy]."""
    table = _data.load("observations/xenonnt_2022_background")
    E, rate = table["E"], table["rate"] * exposure * tonne * yr
    step = 0.1 * keV
    counts, _ = np.histogram(E, bins=edges, weights=rate * step)
    return counts, E, rate


def probe(*, exposure: float = EXPOSURE, sun: str = "GS98", electrons: str = "stepping",
          resolution_scale: float = 1.0, bin_width: float = 1.0, mixing: Mixing | None = None,
          radiative: bool = False) -> Probe:
    """XENONnT's first science run.

    Parameters
    ----------
    exposure : tonne year
    sun : ``GS98`` or ``AGSS09met``
    electrons : ``stepping`` or ``free``
    resolution_scale : factor on the energy resolution
    bin_width : keV, a multiple of 0.1
    mixing : Mixing, default NuFIT 5.2 NO
    radiative : bool, radiatively corrected weak couplings for charge and charge radius

    Raises
    ------
    DomainError, UnknownName

    Source : XENONnT2022
    """
    for name, value in (("exposure", exposure), ("resolution_scale", resolution_scale)):
        if not (np.isfinite(value) and value > 0):
            raise DomainError(f"{name} = {value} must be above 0")
    mix = mixing or flavors.mixing()
    run = _Run(exposure, sun, electrons, resolution_scale, bin_width, mix, radiative, RANGE)
    counts, grid, rate = _background(exposure, run.axis.edges)
    seen = _data.load("observations/xenonnt_2022_events")["E"]
    observed, _ = np.histogram(seen, bins=run.axis.edges)

    def templates(parameter, M_N, flavor, *, flux=False, unbinned=False) -> Templates:
        if parameter not in ("mu", "q", "r2"):
            raise UnknownName("parameter of xenonnt", parameter, ("mu", "q", "r2"))
        fold = run.at(seen) if unbinned else run.binned
        parts = {p: r @ fold.T for p, r in run.rates(parameter, M_N, flavor, run.sun).items()}
        split = {}
        for group in ({n.split("_")[0] for n in run.sun.components} if flux else ()):
            members = [n for n in run.sun.components if n.split("_")[0] == group]
            rates = run.rates(parameter, M_N, flavor, run.sun.only(*members))
            split[f"flux {group}"] = (run.sun.components[members[0]].uncertainty,
                                      {p: r @ fold.T for p, r in rates.items()})
        totals = None
        if unbinned:
            rates = run.rates(parameter, M_N, flavor, run.sun)
            totals = {p: (r @ run.binned.T).sum(axis=1) for p, r in rates.items()}
        return Templates(parts, {"B0": np.interp(seen, grid, rate) if unbinned else counts},
                         (Nuisance("B0"),), split, signal_totals=totals,
                         background_totals={"B0": float(counts.sum())} if unbinned else None)

    options = {"exposure": exposure, "sun": sun, "electrons": electrons,
               "resolution_scale": resolution_scale, "bin_width": bin_width, "mixing": mixing,
               "radiative": radiative}
    return Probe(
        "xenonnt", "XENONnT 2022", "events", Measured(run.axis, observed.astype(float), seen),
        {"B0": Spectrum((run.axis,), counts, sources=(KEY,))}, (Nuisance("B0"),),
        run.predict, templates, ("mu", "q", "r2"),
        variants={"AGSS09met fluxes": {"sun": "AGSS09met"}, "free electrons": {"electrons": "free"},
                  "resolution +10 %": {"resolution_scale": 1.1 * resolution_scale},
                  "resolution -10 %": {"resolution_scale": 0.9 * resolution_scale}},
        remake=probe, options=options,
        assumptions=(f"solar fluxes B16-{sun}", f"electrons: {electrons}", "day", mix.name),
        sources=tuple(dict.fromkeys((KEY, "XENON1T2020", *run.sun.sources, *run.atom.sources))))


def standard_model_events(low: float = RANGE[0], high: float = RANGE[1], *,
                          exposure: float = EXPOSURE, sun: str = "GS98",
                          mixing: Mixing | None = None, radiative: bool = False) -> float:
    """Solar-neutrino events of the Standard Model between two reconstructed energies.

    Parameters
    ----------
    low, high : keV
    exposure : tonne year
    others : as :func:`probe`

    Returns
    -------
    float [events]

    Source : XENONnT2022, Bahcall1995

    >>> round(standard_model_events(1, 140))
    316
    """
    run = _Run(exposure, sun, "stepping", 1.0, high - low, mixing or flavors.mixing(), radiative,
               (low, high))
    return run.standard().total
