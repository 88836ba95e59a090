"""Reference numbers of electron scattering, the Sun and XENONnT."""

from pathlib import Path

import numpy as np
import pytest
import yaml

import munu
from munu import constants, couplings, flavors, kinematics, probes
from munu.probes import xenonnt
from munu.processes import _dipole
from munu.processes import electron_scattering as es
from munu.processes import nuclear_scattering as ns
from munu.rates.recoil import dR_dT
from munu.sources import reactor, solar
from munu.targets import atom, form_factors
from munu.targets.nucleus import Nucleus
from munu.units import N_A, GeV, MeV, cm, deg, eV, fm, g, keV, unit

from .tolerances import tolerance

ANCHORS = yaml.safe_load((Path(__file__).parent / "scattering.yaml").read_text())
RATE = unit("1/(t yr keV)").factor
PORTAL = munu.DipolePortal


def mixing(i):
    """The anchor's own angles; its phase does not enter."""
    return flavors.Mixing(s12=i["s12"], s13=i["s13"], s23=i["s23"], delta=232 * deg,
                          dm21=i["dm21"] * eV**2, dm31=i["dm31"] * eV**2)


def fermi(a):
    return a["constants"]["G_F_GeV^-2"] / GeV**2


def electron(i):
    return i["m_MeV"] * MeV


def dipole(a):
    i = a["inputs"]
    if "d_muB" in i:
        portal = PORTAL.from_d(i["d_muB"] * constants.mu_B, i["M_MeV"] * MeV, "e")
    else:
        portal = PORTAL(i["mu_muB"], i["M_MeV"] * MeV, "e")
    return es.dsigma_dT(i["T_MeV"] * MeV, i["E_MeV"] * MeV, portal, flavor="e",
                        m_e=electron(i)) / (cm**2 / MeV)


def weak(a):
    i = a["inputs"]
    return es.dsigma_dT_sm(i["T_MeV"] * MeV, i["E_MeV"] * MeV, flavor=i["flavor"],
                           antineutrino=i["antineutrino"], sin2_theta_W=i["s2w"],
                           G_F=fermi(a), m_e=electron(i)) / (cm**2 / MeV)


def total(a):
    i = a["inputs"]
    return es.sigma(i["E_MeV"] * MeV, i["M_MeV"] * MeV, m=electron(i))


def weak_total(a):
    i = a["inputs"]
    return es.sigma_sm(i["E_MeV"] * MeV, flavor="e", sin2_theta_W=i["s2w"], G_F=fermi(a),
                       m_e=electron(i)) / cm**2


def survival(a):
    i = a["inputs"]
    return solar.P_ee(i["E_MeV"] * MeV, i["source"], mixing=mixing(i))


def true_rate(a):
    i = a["inputs"]
    T, xenon = np.array([i["T_keV"] * keV]), atom("Xe")
    if "mu_muB" in i:
        terms = es.dipole_terms(T, PORTAL(i["mu_muB"], i["M_keV"] * keV), m_e=electron(i))
        sun = solar.source()
    else:
        terms = es.weak_terms(T, sin2_theta_W=i["s2w"], G_F=fermi(a))
        sun = solar.source(mixing=mixing(i))
    return (dR_dT(terms, sun) * xenon.electrons(T) * xenon.per_mass())[0] / RATE


def limit(a, **more):
    i = a["inputs"]
    probe = probes.get("xenonnt", exposure=f"{i['exposure_t_yr']} t yr",
                       bin_width=f"{i['bin_width_keV']} keV",
                       **({"mixing": mixing(i)} if "s12" in i else {}))
    return munu.limit(probe, M_N=i.get("M_keV", 0) * keV, **more)


def signal(a):
    i = a["inputs"]
    probe = probes.get("xenonnt", exposure=f"{i['exposure_t_yr']} t yr")
    return probe.predict(PORTAL(i["mu_muB"], i["M_keV"] * keV)).components["dipole"]


def majorana(a):
    i = a["inputs"]
    moments = munu.Couplings.majorana(i["l12"], i["l13"], i["l23"], basis="mass")
    return solar.mu_eff(i["E_MeV"] * MeV, moments, i["source"], mixing=mixing(i)) ** 2


def toys(a):
    return limit(a, method="feldman_cousins", toys=a["inputs"]["toys_per_point"],
                 expected=False).value


def on_xenon(a):
    i = a["inputs"]
    one = nucleus_of(i["A"], i["Z"], i["m_MeV"])
    portal = PORTAL(i["mu_muB"], i["M_MeV"] * MeV, "e")
    return ns.dsigma_dT(i["T_MeV"] * MeV, i["E_MeV"] * MeV, portal, one, flavor="e") / (cm**2 / MeV)


def nucleus_of(A, Z, mass):
    return Nucleus(name="mean", Z=Z, A=A, mass=mass * MeV)


def on_proton(a):
    i = a["inputs"]
    T, E, m = i["T_MeV"] * MeV, i["E_MeV"] * MeV, i["m_MeV"] * MeV
    G_E, G_M = form_factors.sachs(2 * m * T, "p", magnetic_moment=i["G_M_over_G_D"],
                                  Lambda2=i["Lambda2_GeV2"] * GeV**2)
    c = _dipole.dipole_coefficients_sachs(T, i["M_MeV"] * MeV, m, G_E, G_M)
    return T * sum(x / E**k for k, x in enumerate(c))


def fuel(i):
    return {n: i[n] for n in reactor.ISOTOPES}


def gemma(a):
    i = a["inputs"]
    source = reactor.source(flux=f"{i['flux_cm2_s']} cm^-2 s^-1", fractions=fuel(i), captures=0)
    T, ge = np.array([i["T_keV"] * keV]), atom("Ge")
    terms = es.dipole_terms(T, PORTAL(i["mu_muB"], i["M_keV"] * keV), m_e=electron(i))
    per_mass = ge.electrons(T) * N_A / (i["atomic_weight"] * g)
    return (dR_dT(terms, source) * per_mass)[0] / unit("1/(kg d keV)").factor


MADE = {
    "mu_B_GeV": lambda a: constants.bohr_magneton(
        a["inputs"]["alpha"], a["inputs"]["m_e_MeV"] * MeV) * GeV,
    "pref_cm2": lambda a: a["inputs"]["alpha"] * constants.bohr_magneton(
        a["inputs"]["alpha"], a["inputs"]["m_e_MeV"] * MeV) ** 2
        * (a["inputs"]["hbarc_MeV_fm"] * MeV * fm) ** 2 / cm**2,
    "dip_e_M04": dipole, "dip_e_M3_8B": dipole, "dip_e_d_convention": dipole,
    "sigma_e_tot": total, "sigma_e_tot2": total,
    "recoil_lim_e_1.0_0.3": lambda a: np.array(kinematics.recoil_range(
        a["inputs"]["E_MeV"] * MeV, a["inputs"]["M_MeV"] * MeV, electron(a["inputs"]))) / MeV,
    "enu_min_2": lambda a: kinematics.E_nu_min(
        a["inputs"]["T_MeV"] * MeV, a["inputs"]["M_MeV"] * MeV, electron(a["inputs"])) / MeV,
    "Mmax_be7": lambda a: kinematics.M_N_max(a["inputs"]["E_MeV"] * MeV, electron(a["inputs"]))
        / MeV,
    "sm_e_nue": weak, "sm_e_numu": weak, "sm_e_nuebar": weak, "sm_e_tot_be7": weak_total,
    "dgv_q": lambda a: es.delta_gV_charge(
        a["inputs"]["q"], a["inputs"]["T_MeV"] * MeV, G_F=fermi(a), alpha=a["inputs"]["alpha"],
        m=electron(a["inputs"])),
    "dgv_r2": lambda a: es.delta_gV_r2(a["inputs"]["r2_cm2"] * cm**2, G_F=fermi(a),
                                       alpha=a["inputs"]["alpha"]),
    "r2_sm_mu": lambda a: es.r2_sm(
        a["inputs"]["flavor"], G_F=fermi(a), M_W=a["inputs"]["M_W_GeV"] * GeV,
        m_l=a["inputs"]["m_l_MeV"] * MeV) / cm**2,
    "Pee_pp": survival, "Pee_be7": survival, "Pee_pep": survival, "Pee_b8": survival,
    "zeff_xe": lambda a: atom("Xe").electrons(np.array(a["inputs"]["T_keV"]) * keV),
    "rate_xe_5keV": true_rate, "rate_xe_10keV": true_rate, "rate_xe_20keV": true_rate,
    "rate_xe_3keV_M200": true_rate, "rate_xe_3keV_M400": true_rate, "sm_xe_1keV": true_rate,
    "sm_xe_10keV": true_rate,
    "xent_sm_1_140": lambda a: xenonnt.standard_model_events(
        *a["inputs"]["E_range_keV"], exposure=f"{a['inputs']['exposure_t_yr']} t yr",
        mixing=mixing(a["inputs"])),
    "xent_obs": lambda a: probes.get("xenonnt").measured.counts.sum(),
    "xent_sig": lambda a: signal(a).total,
    "xent_sig_bins": lambda a: signal(a).values[:5],
    "xent_gof": lambda a: limit(a).meta["minimum_2nll"][0],
    "xent_lim": lambda a: limit(a).value, "xent_lim_fine": lambda a: limit(a).value,
    "xent_lim_M300": lambda a: limit(a).value, "xent_lim_M1000": lambda a: limit(a).value,
    "mueff_majorana": majorana, "xent_fc_1keV": toys, "xent_fc_0p5keV": toys,
    "xent_asimov": lambda a: limit(a).expected[0],
    "xent_q_lo": lambda a: limit(a, parameter="q").lower[0],
}
MADE["Mmax_pp"] = MADE["Mmax_be7"]
MADE |= {f"hm_{n}": lambda a: reactor.spectrum(
    a["inputs"]["E_MeV"] * MeV, a["inputs"]["isotope"]) * MeV for n in reactor.ISOTOPES}
MADE |= {
    "helm_cs": lambda a: form_factors.helm(a["inputs"]["q_MeV"] * MeV, a["inputs"]["A"]) ** 2,
    "dip_A_xe0": on_xenon, "dip_p_sachs": on_proton, "gemma_rate": gemma,
    "reactor_nu_per_fission": lambda a: reactor.nu_per_fission(fuel(a["inputs"])),
}


@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda a: a["id"])
def test_anchor(anchor):
    relative, absolute = tolerance(anchor)
    np.testing.assert_allclose(MADE[anchor["id"]](anchor), anchor["value"], rtol=relative,
                               atol=absolute)


def test_every_anchor_is_run():
    assert {a["id"] for a in ANCHORS} == set(MADE)


def test_talks_that_disagree_with_the_derivation():
    """What the talks print, beside ours: each row keeps both and says why."""
    rows = yaml.safe_load((Path(__file__).parent / "disputed.yaml").read_text())
    ours = {
        "charge radius of nu_e": es.r2_sm("e") / cm**2,
        "charge radius of nu_e, Bernabeu": es.r2_sm("e", "bernabeu") / cm**2,
        "mu of d": couplings.mu_of_d(1 / GeV) * constants.mu_B * GeV,
        "XENONnT over talk A": 7e-11 / munu.limit(
            probes.get("xenonnt", mixing=flavors.mixing("nufit-6.0")), flavor="mu").value,
    }
    assert {r["id"] for r in rows} == set(ours)
    for row in rows:
        assert ours[row["id"]] == pytest.approx(row["ours"], rel=row["rel_tol"], abs=0)
        assert row["why"] and row["talk"] != pytest.approx(
            row["ours"], rel=row["rel_tol"], abs=0)
