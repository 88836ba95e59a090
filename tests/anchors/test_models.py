"""Reference numbers of UV models: loops, moments, masses, what comes along."""

from math import sqrt
from pathlib import Path

import numpy as np
import pytest
import yaml

from munu.constants import bohr_magneton
from munu.media import plasma
from munu.models import (
    _b_decays,
    _g2,
    _lep,
    _oblique,
    _scalar,
    _vector,
    get,
    millicharge,
    naturalness,
    rpv,
    seesaw,
    su2h,
)
from munu.processes import radiative_decay
from munu.units import GeV, K, MeV, TeV, cm, eV, g, keV, s

from .tolerances import tolerance

ANCHORS = {a["id"]: a for a in
           yaml.safe_load((Path(__file__).parent / "models.yaml").read_text())}
ALPHA, M_E = 0.0072973525643314245, 0.00051099895069 * GeV
MU_B = bohr_magneton(ALPHA, M_E)
G_F, M_W, S2W = 1.1663788e-5 / GeV**2, 80.3692 * GeV, 0.23122
M_MU, M_TAU, M_B = 0.1056583755 * GeV, 1.77693 * GeV, 4.183 * GeV
LEPTONS = {"m_e": M_E, "m_mu": M_MU, "m_tau": M_TAU}
SM = {"G_F": G_F, "M_W": M_W, **LEPTONS}
FIT = {"s12": 0.308, "s13": 0.02215, "s23": 0.47, "delta": np.deg2rad(212),
       "dm21": 7.49e-5 * eV**2, "dm31": 2.513e-3 * eV**2}
SU2H = {"f": 0.1, "f_prime": 0.1, "sin2alpha": 1.0, "m_h1": 200 * GeV, "m_H1": 500 * GeV,
        "m_tau": M_TAU, "m_e": M_E}
BFZ = {"f_emu": 0.1, "g_s": 0.4616171663910656, "g": 0.6528252573344827, "mu_3": 500 * GeV,
       "m_h": 300 * GeV, "m_plus": 200 * GeV, "m_e": M_E, "M_W": M_W}


def s1(**changes):
    return get("leptoquark", **{"m_LQ": TeV, "y1": 0.05, "y2": 1.0, "m_b": M_B, "G_F": G_F,
                                **changes})


def running(name):
    C = s1(y2=1.0, y_R=1.0).wilson_coefficients()
    return abs(C[f"{name}(4.8)"] / C[name])


def zee():
    made = get("zee", m_h=200 * GeV, m_H=500 * GeV, sin2alpha=1.0, f_etau=1.0, Y_taumu=1.0,
               m_tau=M_TAU, m_e=M_E)
    return abs(made.moment[0, 1] / made.neutrino_mass()[0, 1]) * GeV


def cold(function, **constants):
    """Of cold electrons: 1e4 K are 1e-4 of the Fermi momentum's energy, and count by the square."""
    return function(1e6 * g / cm**3, 1e4 * K, 0.5, amu=1.66053907e-24 * g, m_e=M_E, **constants)


def left_right(flavor, sin2xi):
    return abs(get("left_right", sin2xi=sin2xi, flavor=flavor, **SM).moment)


U = get("sm_dirac", **FIT, **SM).U
MADE = {
    "muB_GeV": lambda: MU_B * GeV,
    "f_fs_0": lambda: _vector.f(0.0), "f_fs_5": lambda: _vector.f(5.0),
    "df_tau": lambda: _vector.df(0.0004888339366105399),
    "df_e": lambda: _vector.df(4.042599574579448e-11),
    "mu_dirac_0p1": lambda: 2 * _vector.moment_scale(G_F=G_F, m_e=M_E) * _vector.f(0.0) * 0.1 * eV,
    "absU2_check_12": lambda: abs(U[0, 1]), "absU2_check_13": lambda: abs(U[0, 2]),
    "jarlskog": lambda: (U[0, 0] * U[1, 1] * U[0, 1].conj() * U[1, 0].conj()).imag,
    "mu_D_32": lambda: abs(get("sm_dirac", **SM, **FIT).mu[1, 2]),
    "eps_M_32": lambda: abs(get("sm_majorana", **SM, **FIT).eps[1, 2]),
    "Gamma_rad": lambda: radiative_decay.rate(eV, 0.0, 1e-11, mu_B=MU_B) * s,
    "tau_N_majorana": lambda: radiative_decay.lifetime(MeV, 1e-11, "majorana", mu_B=MU_B) / s,
    **{f"r2_{name}_{short}": lambda i=i, long=long: get(
        "charge_radius", convention=long, **SM).r2[i] / cm**2
       for i, name in enumerate(("e", "mu", "tau"))
       for short, long in (("bernabeu", "bernabeu"), ("phys", "lh_vertex"))},
    "casas_ibarra_reco": lambda: abs(get(
        "seesaw", **SM, **FIT, M_1=GeV, M_2=2 * GeV, M_3=3 * GeV,
        z12=0.4 + 0.3j).neutrino_mass()[0, 0]) / eV,
    "theta_seesaw": lambda: sqrt(seesaw.theta2_line(GeV, 0.05 * eV)),
    "J_1.75e-05": lambda: _scalar.J(1.75e-5), "J_0.3": lambda: _scalar.J(0.3),
    "J_2": lambda: _scalar.J(2.0),
    "y1y2_for_1e-10": lambda: 1e-10 / _scalar.moment(1.0, M_B, TeV, alpha=ALPHA, mu_B=MU_B),
    "mD_S1_cut": lambda: s1(Lambda=10 * TeV).neutrino_mass() / GeV,
    "B0_fin": lambda: _scalar.B0(M_B, TeV, TeV),
    "mD_over_mu_ratio": lambda: s1().neutrino_mass() / _scalar.moment(
        0.05, M_B, TeV, alpha=ALPHA, mu_B=MU_B) / GeV,
    "seed_Brdar_mass_estimate_MeV": lambda: naturalness.mass(
        1e-10, 100 * GeV, "talk_a", m_e=M_E) / MeV,
    "seed_Jana_mass_estimate_MeV": lambda: naturalness.mass(
        1e-11, 100 * GeV, "talk_b", m_e=M_E) / MeV,
    "CVL_1TeV": lambda: s1().wilson_coefficients()["C_VL"],
    "wilson_CVL_4p8": lambda: s1().wilson_coefficients()["C_VL(4.8)"],
    "rg_CSL_over_CT": lambda: -4 * running("C_SL") / running("C_T"),
    "RD_scalar": lambda: _b_decays.ratios(C_SL=0.1)[0],
    "RDs_tensor": lambda: _b_decays.ratios(C_T=0.05)[1],
    "RDs_N": lambda: _b_decays.ratios(N_VR=0.37)[1],
    "damu_S1": lambda: s1(y_L_mu=1e-3, y_R_mu=1.0, m_t=162.5 * GeV).delta_a_mu(),
    "mu_SU2H": lambda: get("su2h", **SU2H).moment,
    "Mnu_SU2H_split_eV": lambda: get("su2h", **SU2H, m_h2=200.2 * GeV).neutrino_mass() / eV,
    "damu_f1_100": lambda: _scalar.g2_neutral(M_MU, M_TAU, 100 * GeV, 1.0),
    "damu_WP25": lambda: _g2.WP25.value, "sig_damu_WP25": lambda: _g2.WP25.error,
    "T_doublet": lambda: _oblique.T(100 * GeV, 150 * GeV, 150 * GeV, M_W=M_W, sin2_theta_W=S2W),
    "mu_BFZ": lambda: abs(get("spin_symmetry", **BFZ).moment[0, 1]),
    "mu_BFZ_check": lambda: abs(get("spin_symmetry", **BFZ).moment[0, 1]),
    "mu_zee_ratio": zee,
    "mu_LR_tau": lambda: left_right("tau", 1e-3), "mu_LR_e": lambda: left_right("e", 4e-3),
    "mu_RPV": lambda: rpv.estimate(1e-2, M_TAU, TeV, TeV, alpha=ALPHA, mu_B=MU_B),
    "strip_fprime_max_today": lambda: su2h.f_prime(1.659e-9, 100 * GeV, m_mu=M_MU, m_tau=0),
    "strip_f_sin2a": lambda: su2h.f_sin2alpha(
        1e-11, 1.0299984392061097, 200 * GeV, 500 * GeV, m_tau=M_TAU, m_e=M_E),
    **{f"lep_tautau_f{f:g}": lambda f=f: _lep.ratio(
        f, 100 * GeV, 200 * GeV, alpha=1 / 128, sin2_theta_W=S2W, M_Z=91.188 * GeV)
       for f in (1, 0.2)},
    "bell_D_eft": lambda: naturalness.dirac(
        eV, TeV, f=1.0, v=246.22 * GeV, m_e=M_E, alpha=ALPHA, G_F=G_F, sin2_theta_W=S2W),
    "bell_M_mue": lambda: naturalness.majorana(eV, TeV, pair="emu", masses=(M_E, M_MU, M_TAU)),
    "omega_p_1e6": lambda: cold(plasma.frequency, alpha=ALPHA) / keV,
    "ns_1e6": lambda: cold(plasma.scalar_density) / GeV**3,
    "q_gemma": lambda: millicharge.charge_of_moment(2.9e-11, 2.8 * keV, m_e=M_E),
}


@pytest.mark.parametrize("name", ANCHORS)
def test_anchor(name):
    relative, absolute = tolerance(ANCHORS[name])
    np.testing.assert_allclose(np.real(MADE[name]()), ANCHORS[name]["value"], rtol=relative,
                               atol=absolute)


def test_every_anchor_is_run():
    assert set(ANCHORS) == set(MADE)


def test_talks_that_disagree_with_the_derivation():
    """What a talk prints of a model, beside ours, and why."""
    rows = yaml.safe_load((Path(__file__).parent / "disputed_models.yaml").read_text())
    ours = {
        "Dirac moment at 0.1 eV": MADE["mu_dirac_0p1"],
        "leptoquark, 1 TeV, y1 y2 = 0.05": lambda: s1().moment,
        "Voloshin mass": lambda: naturalness.mass(
            1e-11, TeV, "voloshin", m_e=M_E, alpha=ALPHA) / GeV,
        "SU(2)_H": MADE["mu_SU2H"],
        "y2 for R(D*) at 1.5 TeV": lambda: sqrt(0.065 / s1(
            m_LQ=1.5 * TeV).wilson_coefficients()["C_VL"]),
        "reactor charge": MADE["q_gemma"],
        "running of C_SL": lambda: running("C_SL"), "running of C_T": lambda: running("C_T"),
        "left-right, tau loop": lambda: left_right("tau", 1e-3),
    }
    assert {r["id"] for r in rows} == set(ours)
    for row in rows:
        assert ours[row["id"]]() == pytest.approx(row["ours"], rel=row["rel_tol"])
        assert row["why"] and abs(row["talk"] / row["ours"] - 1) > row["rel_tol"]
