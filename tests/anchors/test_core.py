"""Reference numbers of what a supernova's core makes, on the zones that they were made with."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml

from munu import constants, media
from munu.media import _fermi
from munu.processes import core_electrons, core_scattering
from munu.units import MeV, cm, erg, km, s

from .tolerances import tolerance

ANCHORS = {a["id"]: a for a in
           yaml.safe_load((Path(__file__).parent / "core.yaml").read_text())}
OLD = constants.vintage("codata2018")
ALPHA, M_E = OLD["alpha"].internal, OLD["m_e"].internal
MU_B = constants.bohr_magneton(ALPHA, M_E)


def energies(M, top, n):
    return M + (top - M) * (np.arange(1, n + 1) / n) ** 2


def cross_section(i):
    return core_scattering.sigma(i["E_MeV"] * MeV, i["M_MeV"] * MeV, i["kS_MeV"] * MeV,
                                 i["mu_muB"], alpha=ALPHA, mu_B=MU_B) / cm**2


def electrons(i):
    M, T, mu_nu, mu_e, k, m = (i[n] * MeV for n in (
        "M_MeV", "T_MeV", "mu_nu_MeV", "mu_e_MeV", "kS_MeV", "m_e_MeV"))
    E = energies(M, mu_nu + 30 * T, 80)
    made = core_electrons.rate(E, M, T, mu_nu, mu_e, k, i["mu_muB"], m=m, alpha=ALPHA, mu_B=MU_B,
                               blocking=i["final_electron_blocking"])
    return np.trapezoid(E * made, E) / (erg / cm**3 / s)


@cache
def zones(name):
    """Midpoints of 1 km, their volumes, T, mu_e, mu_nu, k_S and protons that can scatter."""
    core, m_p = media.get(name), 939 * MeV
    r = (np.arange(20) + 0.5) * km
    plasma = core.plasma(r)
    T = plasma.temperature
    protons = _fermi.slope(T, _fermi.chemical_potential(T, plasma.n_e, m_p), m_p)
    k_S = np.sqrt(4 * np.pi * ALPHA * (protons + _fermi.slope(T, plasma.mu_e, M_E)))
    return 4 * np.pi * r**2 * km, T, plasma.mu_e, core.mu_nu(r), k_S, T * protons


def luminosity(i):
    volume, T, mu_e, mu_nu, k_S, n_eff = zones(i["core"])
    M = i["M_MeV"] * MeV
    E = energies(M, 700 * MeV, 28)
    mu_nu = mu_nu if i["flavor"] == "nu_e" else 0 * T
    made = sum(core_scattering.rate(E, M, *(a[:, None] for a in (T, sign * mu_nu, k_S, n_eff)),
                                    i["mu_muB"], alpha=ALPHA, mu_B=MU_B) for sign in (1, -1))
    points = (np.broadcast_to(a, made.shape).ravel() for a in (
        E, np.array(M), *(a[:, None] for a in (T, mu_nu, mu_e, k_S))))
    made += (i["mu_muB"] * MU_B) ** 2 * core_electrons.by_moment(
        *points, m=M_E, alpha=ALPHA).sum(axis=0).reshape(made.shape)
    return volume @ np.trapezoid(E * made, E, axis=1) / (erg / s)


def limit(i):
    return i["L_at_mu_muB"] * np.sqrt(i["L_max_erg_s"] / luminosity(i))


@pytest.mark.parametrize("name", ANCHORS)
def test_anchor(name):
    a = ANCHORS[name]
    make = {"AC08": cross_section, "AC09": cross_section, "AC38": electrons,
            "AC48": limit}.get(name, luminosity)
    relative, absolute = tolerance(a)
    assert make(a["inputs"]) == pytest.approx(a["value"], rel=relative, abs=absolute)
