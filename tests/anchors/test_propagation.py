"""Reference numbers of spin-flavor evolution: constants, closed forms, and whole profiles."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from munu import media, propagation
from munu.couplings import Couplings
from munu.flavors import Mixing
from munu.media import fields
from munu.propagation import galactic, hamiltonian, resonances
from munu.units import GeV, MeV, eV, km, kpc

from .tolerances import tolerance

ANCHORS = yaml.safe_load((Path(__file__).parent / "propagation.yaml").read_text())


def fermi(a):
    return a.get("constants", {}).get("G_F_GeV^-2", 1.1663787e-05) / GeV**2


def mixing(i):
    return Mixing(s12=i["s12"], s13=i["s13"], s23=i["s23"], delta=i["delta_rad"],
                  dm21=i["dm21_eV2"] * eV**2, dm31=i["dm31_eV2"] * eV**2, ordering=i["ordering"])


def moments(i):
    three = []
    for pair in ("emu", "etau", "mutau"):
        value = i.get(f"mu_{pair}_muB", 0.0)
        three.append(complex(*value) if isinstance(value, list) else value)
    # the anchors give the upper block of the Hamiltonian
    return Couplings.majorana(*three).mu


def profile_a(i):
    return media.get("profile_a").with_(field=fields.dipole(i["B0_G"], 1000 * km))


def coefficient(a):
    from munu.units import cm
    medium = media.get("power_law", density="1 g/cm^3", n=0.0, Y_e=1.0)
    assert medium.density(10 * km) * cm**3 == pytest.approx(6.02214076e23)
    return float(hamiltonian.potential(medium, G_F=fermi(a))(10 * km)) / eV


def precession(a):
    i = a["inputs"]
    g = i["mu_muB"] * fields.strength(i["B_G"])
    H = hamiltonian.two_state(lambda r: i["dV_eV"] * eV + 0 * r, lambda r: g + 0 * r)
    start = 100 * km
    return propagation.evolve(H, (start, start + i["L_km"] * km), 15 * MeV,
                              tol=1e-7).probabilities[0, 0, 1]


def two_flavors(a):
    """A constant potential; H is the vacuum term and V on the first state."""
    i = a["inputs"]
    s2, c2 = np.sqrt(i["sin2_2theta"]), np.sqrt(1 - i["sin2_2theta"])
    d = i["dm2_eV2"] * eV**2 / (4 * i["E_MeV"] * MeV)
    H = hamiltonian.two_state(lambda r: i["V_eV"] * eV - 2 * d * c2 + 0 * r,
                              lambda r: d * s2 + 0 * r)
    start = 100 * km
    return propagation.evolve(H, (start, start + i["L_km"] * km), i["E_MeV"] * MeV,
                              tol=1e-7).probabilities[0, 0, 1]


def six_constant(a):
    i = a["inputs"]
    medium = media.get("power_law", density=f"{i['rho_gcc']} g/cm^3", n=0.0, Y_e=i["Ye"]).with_(
        field=fields.constant(i["B_G"]))
    H = hamiltonian.majorana(medium, moments(i), mixing(i), G_F=fermi(a))
    start = 1000 * km
    made = propagation.evolve(H, (start, start + i["L_km"] * km), i["E_MeV"] * MeV, tol=1e-7)
    return made.probabilities[0, H.states.index(i["initial"])]


def crossing(name):
    def made(a):
        i = a["inputs"]
        low = Mixing(s12=0.5 * (1 - 0.392), s13=0.02219, s23=0.573, delta=0.0, dm21=7.42e-5 * eV**2,
                     dm31=2.517e-3 * eV**2)
        found = resonances.find(media.get("profile_a"), low, i["E_MeV"] * MeV, G_F=fermi(a))
        return next(x for x in found if x.name == name).r / km
    return made


def twisted(a):
    """One Dirac neutrino with a diagonal moment, no vacuum term, a field that turns."""
    i = a["inputs"]
    medium = profile_a(i).with_(twist=lambda r: i["phidot_per_km"] / km + 0 * r)
    only = np.diag([i["mu_muB"], 0.0, 0.0])
    H = hamiltonian.dirac(
        medium,
        only,
        Mixing(s12=0.304, s13=0.02219, s23=0.573, delta=0.0, dm21=7.42e-5 * eV**2,
               dm31=2.517e-3 * eV**2),
        vacuum=False,
        G_F=fermi(a),
    )
    r = np.array(i["r_range_km"]) * km
    return propagation.evolve(H, r, 15 * MeV, tol=1e-6).probabilities[0, 0, 3]


def profile(a):
    i = a["inputs"]
    H = hamiltonian.majorana(profile_a(i), moments(i), mixing(i), G_F=fermi(a))
    made = propagation.evolve(H, np.array(i["r_range_km"]) * km, i["E_MeV"] * MeV, tol=1e-5)
    return made.mass_probabilities[0, H.states.index(i["initial"])]


def matter_alone(a):
    i = a["inputs"]
    H = hamiltonian.majorana(media.get("profile_a"), np.zeros((3, 3)), mixing(i), G_F=fermi(a))
    P = propagation.evolve(H, np.array(i["r_range_km"]) * km, i["E_MeV"] * MeV,
                           tol=1e-5).mass_probabilities[0]
    return [*P[0, :3], P[3, 3], P[3, 5]]


def one_crossing(a):
    i = a["inputs"]
    found = resonances.find(profile_a(i), mixing(i), i["E_MeV"] * MeV, moments=moments(i),
                            G_F=fermi(a))
    return 1 - next(x for x in found if x.name == "RSFP-H").P_LZ


def without_potential(a):
    """The electron fraction at which a Dirac electron neutrino feels no matter."""
    from scipy.optimize import brentq

    def V_e(Y_e):
        medium = media.get("power_law", Y_e=Y_e)
        H = hamiltonian.dirac(
            medium,
            np.zeros((3, 3)),
            Mixing(s12=0.304, s13=0.02219, s23=0.573, delta=0.0, dm21=7.42e-5 * eV**2,
                   dm31=2.517e-3 * eV**2),
            vacuum=False,
        )
        return H(2e3 * km, 15 * MeV)[0, 0].real / eV

    return brentq(V_e, 0.1, 0.9, xtol=1e-15, rtol=1e-14)


def white_noise(a):
    i = a["inputs"]
    return galactic.survival_noise(i["mu_muB"], i["b_rms_per_component_G"],
                                   i["corr_kpc"] * kpc, i["L_kpc"] * kpc)


MADE = {
    "const.V_coeff": coefficient,
    "const.muB_km": lambda a: a["inputs"]["mu_muB"] * fields.strength(a["inputs"]["B_G"]) * km,
    "const.vac_phase": lambda a: a["inputs"]["dm2_eV2"] * eV**2 * km / (
        2 * a["inputs"]["E_MeV"] * MeV),
    "const.VmuTau": lambda a: hamiltonian.loop_ratio(
        a["inputs"]["Yn"], G_F=fermi(a), M_W=a["inputs"]["mW_GeV"] * GeV,
        m_tau=a["inputs"]["mtau_GeV"] * GeV),
    "prec.const": precession, "msw.const2": two_flavors,
    "six.const.NO": six_constant, "six.const.cp.NO": six_constant,
    "six.const.IO": six_constant, "six.const.cp.IO": six_constant,
    "res.MSW-L": crossing("MSW-L"), "res.RSFP-H": crossing("RSFP-H"),
    "res.RSFP-L": crossing("RSFP-L"), "dirac.twist.profileA": twisted,
    "dirac.zeroV.Ye": without_potential, "gal.whitenoise": white_noise,
    "msw3.profA.from2e4": matter_alone,
    **{a["id"]: profile for a in ANCHORS if a["id"].startswith("profA.")},
    **{a["id"]: one_crossing for a in ANCHORS if a["id"].startswith("lz.")},
}


@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda a: a["id"])
def test_anchor(anchor):
    relative, absolute = tolerance(anchor)
    if "abs_tol" in anchor and "rel_tol" not in anchor:
        relative = 0.0
    np.testing.assert_allclose(MADE[anchor["id"]](anchor), anchor["value"], rtol=relative,
                               atol=absolute)


def test_talks_that_disagree_with_the_derivation():
    """What a talk prints, beside ours, and why."""
    rows = {r["id"]: r for r in yaml.safe_load(
        (Path(__file__).parent / "disputed_propagation.yaml").read_text())}
    g, slope = 0.2, 0.7
    ours = {
        "adiabaticity": resonances.Resonance(
            name="RSFP-H", states=(3, 2), r=km, E_nu=MeV, coupling=g, slope=slope
        ).gamma
        / (2 * (2 * g) ** 2 / slope),
        "lower block": hamiltonian.majorana(
            media.get("power_law").with_(field=fields.constant("1e9G")),
            Couplings.majorana(1e-12j, 0, 0).mu,
            Mixing(s12=0.304, s13=0.02219, s23=0.573, delta=0.0, dm21=7.42e-5 * eV**2,
                   dm31=2.517e-3 * eV**2),
        )(2e3 * km, 15 * MeV)[3, 1].imag
        / (1e-12 * fields.strength("1e9G")),
        "V_e is never 0": without_potential(None),
    }
    assert set(rows) == set(ours)
    for name, row in rows.items():
        assert ours[name] == pytest.approx(row["ours"], rel=1e-9)
        assert row["why"] and row["talk"] != row["ours"]


def test_every_anchor_is_run():
    assert {a["id"] for a in ANCHORS} == set(MADE)
