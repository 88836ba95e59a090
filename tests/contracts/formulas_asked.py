"""A call that works of every public formula, and what stands in the place of each argument."""

from __future__ import annotations

import numpy as np

from munu import flavors, formulas
from munu._signature import signature
from munu.couplings import Couplings, DipolePortal
from munu.detectors import geometry
from munu.processes.upscattering import scatterers
from munu.targets import ELECTRON, nucleus
from munu.units import GeV, MeV, PeV, TeV, cm, eV, keV, km, s

UNITS = {"energy": 2 * MeV, "length": 1e-13 * cm, "time": 1e-6 * s, "1/energy": 1e-10 / MeV,
         "1/energy^2": 1.166e-11 / MeV**2, "energy^2": 1e4 * MeV**2, "energy^4": 1 * MeV**4,
         "length^2": 1e-33 * cm**2, "1/volume": 1e24 / cm**3, "mu_B": 1e-11, "e": 1e-12, "1": 0.5,
         "rad": 1.0, "G": 1e-6, "mu_N": 2.0, "1/(area energy)": 1 / (cm**2 * MeV), "": 0.5,
         "keV": 10.0}
MIXING = flavors.mixing()
NAMES = {
    "couplings": Couplings.majorana(emu=1e-11), "mixing": MIXING, "flavor": "e", "U": MIXING.U,
    "portal": DipolePortal(1e-9, 1 * MeV, nature="dirac"), "nature": "majorana", "T": 3 * keV,
    "target": ELECTRON, "nucleus": nucleus("Xe131"), "Z": 54, "A": 131.0, "count": 3,
    "component": "nu_e", "isotope": "U235", "nucleon": "p", "channel": "ibd", "earth": [],
    "Lambda": 10 * TeV, "m_LQ": 1 * TeV, "m_h": 300 * GeV, "m_H": 400 * GeV, "m_plus": 300 * GeV,
    "m_zero": 200 * GeV, "M_L": 300 * GeV, "M_R": 400 * GeV, "M": 300 * GeV, "m_S": 1 * TeV,
    "left": np.full((3, 3), 0.1), "right": np.full((3, 3), 0.1), "P": np.eye(6),
    "fluence": np.ones((6, 2)), "edges": np.array([0.0, 1e-6, 2e-6]) * s, "exposure": "1 t yr",
    "probabilities": np.full((3,), 1 / 3), "E_nu": 5 * MeV, "length": 1e17 * km,
    "dm2": 1e-3 * eV**2,
}
FORMULAS = {
    "atlas.moments.form": {"R": np.eye(3) / 3, "kind": "dirac"},
    "atlas.lines.naturalness_line": {"M_N": np.array([1.0, 2.0]) * MeV},
    "detectors.quenching.germanium_table": {"E_nr": 1 * keV, "model": "fef"},
    "detectors.supernova.cross_section": {"E_nu": np.array([5.0, 20.0]) * MeV},
    "interchange.ufo_leptoquark.width": {"left": 0.1, "right": 0.1},
    "propagation.earth.at_earth": {"probabilities": np.ones((1, 6, 6)) / 6},
    "sources.solar": {"component": "b8"}, "propagation.solar": {"component": "b8"},
    "processes.nuclear_scattering": {"target": nucleus("Xe131")},
    "processes.deep_inelastic": {"target": nucleus("Xe131"), "E_nu": 10 * GeV, "nu": 1 * GeV,
                                 "Q2": 1 * GeV**2, "small_x": "frozen", "R": 0.2,
                                 "Q2_max": 10 * GeV**2, "nu_min": 1 * GeV,
                                 "couplings": DipolePortal(1e-9, 100 * MeV, "e")},
    "processes.weak_deep_inelastic": {"E_nu": 1 * PeV, "current": "charged"},
    "targets.structure_functions": {"x": 0.1, "Q2": 1 * GeV**2},
    "rates.skimming": {"chord": 100 * km, "longest": 100 * km, "radius": 6371 * km,
                       "absorption": 400 * km, "decay_length": 10 * km},
    "processes.radiative_decay.rate": {"m_i": 2 * MeV, "m_j": 1 * MeV},
    "processes.upscattering": {
        "target": nucleus("Ar40"), "E_nu": 500 * MeV, "M_N": 20 * MeV, "flavor": "mu",
        "couplings": DipolePortal(1e-9, 20 * MeV, "mu"), "scatterer": scatterers("C12")[0]},
    "targets.form_factors.fourier_bessel": {"nucleus": "C12"},
    "probes.xenonnt.standard_model_events": {"low": 1.0, "high": 30.0},
    "models.su2h.f_prime": {"delta_a_mu": 1e-9, "m_phi": 100 * GeV},
    "detectors.beta": {"Z": 54, "T": 1 * MeV}, "media.early_universe": {"T": 100 * MeV},
    "rates.nucleosynthesis": {"eta": 6e-10, "M_N": 2 * MeV, "tau": 1e6 * s, "E": 5 * MeV,
                              "Y_N": 1e-12, "reaction": "d_np", "Y_p": 0.25, "D_H": 2.4e-5,
                              "He3_H": 1e-5},
    "rates.freeze_out": {"mu": 1e-11, "T": 100 * MeV}, "rates.freeze_out.relic": {"states": 2},
    "rates.freeze_out.reheating_of": {"delta": 0.107},
    "rates.arrivals": {"E": 2 * MeV, "E_gamma": 2 * MeV, "E_nu": 2 * MeV, "M_N": 1 * MeV,
                       "E_N": 4 * MeV, "late": 1.0 * s, "path": 1.0 * s, "distance": 1e12 * s,
                       "lifetime": 1.0 * s, "window": np.array([0.0, 1.0]) * s,
                       "dN_dE": np.array([1.0, 2.0]) / MeV, "radius": 1.0 * s},
    "rates.arrivals.photon_fluence": {"E_N": np.array([3.0, 5.0]) * MeV},
    "rates.arrivals.neutrino_fluence": {"E_N": np.array([3.0, 5.0]) * MeV},
    "rates.diffuse": {"fit": "madau", "z": 1.0, "z_max": 4.0, "H_0": 7e-34 * eV,
                      "E_N": np.array([3.0, 5.0]) * MeV, "dN_dE": np.array([1.0, 2.0]) / MeV,
                      "E_source": np.array([3.0, 5.0]) * MeV, "E": 2 * MeV, "E_gamma": 1 * MeV,
                      "E_nu": 1 * MeV, "M_N": 1 * MeV, "lifetime": 1e15 * s, "radius": 1.0 * s},
    "processes.core_scattering": {"T": 30 * MeV, "E_N": 100 * MeV, "E_nu": 100 * MeV,
                                  "k_S": 40 * MeV, "mu_nu": 50 * MeV, "mu": 1e-12},
    "processes.core_electrons": {"T": 30 * MeV, "E_N": 100 * MeV, "k_S": 40 * MeV,
                                 "mu_nu": 50 * MeV, "mu_e": 100 * MeV, "mu": 1e-12},
    "rates.late_decay": {"M_N": 10 * MeV},
    "rates.decay_in_flight": {"geometry": geometry.Sphere(1e-13 * cm), "p": 5 * MeV,
                              "M_N": 2 * MeV, "mu": 1e-8, "density": np.array([1.0, 2.0]),
                              "edges": np.array([0.0, 1.0, 3.0]) * 1e-13 * cm},
    "media.earth": {"depth": 1 * km},
    "processes.radiative_decay": {"E_N": 5 * MeV, "M_N": 2 * MeV, "E_gamma": 2 * MeV,
                                  "E_nu": 2 * MeV},
    "rates.trapping": {"rho": [1.0, 2.0], "T": [2.0, 3.0], "Y_e": [0.5, 0.5], "volume": [1.0, 3.0],
                       "mass": [0.01, 0.02]},
    "sources.stopped_pion.spectrum": {"E_nu": 20 * MeV},
    "sources.burst.alpha_spectrum": {"alpha": 2.0}, "sources.burst.alpha_fit": {"alpha": 2.0},
}
ODD = {"nan": np.nan, "inf": np.inf, "minus inf": -np.inf, "empty": np.array([]),
       "wrong shape": np.ones((2, 5, 3)), "odd array": np.ones(7), "text": "3 keV", "None": None,
       "bool": True, "object": object(), "list of texts": ["a", "b"], "ragged": [[1.0], [1.0, 2.0]],
       "below": -1.0, "zero": 0.0, "huge": 1e308, "tiny": 1e-308, "array with nan":
       np.array([1.0, np.nan]), "complex": 1 + 1j, "dict": {}, "large whole": 10**400}


def right(name):
    """Arguments of a call that works, those with a default left out where they can be."""
    said = {k: x for prefix, more in FORMULAS.items() if name.startswith(prefix)
            for k, x in more.items()}
    out = {}
    for a in signature(formulas.get(name)).arguments.values():
        if a.needed or a.name in said or a.name == "nature":
            out[a.name] = said.get(a.name, NAMES.get(a.name, UNITS.get(a.unit)))
    return out


def everything(name):
    """Every argument that may be given: those of the call that works, and the others."""
    known = signature(formulas.get(name)).arguments
    return {**dict.fromkeys(known), **right(name)}
