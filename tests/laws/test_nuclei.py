"""Laws of scattering on nuclei and nucleons, and of atoms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import munu
from munu.constants import alpha, m_p, mu_B
from munu.errors import MunuError
from munu.kinematics import recoil_range
from munu.processes import _dipole
from munu.processes import electron_scattering as es
from munu.processes import nuclear_scattering as ns
from munu.processes.process import pure_state
from munu.targets import atom, form_factors, material, nucleus
from munu.targets.atom import names as atoms
from munu.targets.nucleus import NEUTRON, PROTON
from munu.units import GeV, MeV, cm, fm, keV
from munu.weak import couplings_nucleon, r2_sm

XE, AR = nucleus("Xe132"), nucleus("Ar40")
energies = st.floats(1.0, 60.0).map(lambda x: x * MeV)
heavy = st.floats(0.0, 20.0).map(lambda x: x * MeV)


def bracket(c, E):
    return sum(x / E**k for k, x in enumerate(c))


@given(E=energies, M=heavy, t=st.floats(1e-3, 0.999))
def test_spin_0_minus_spin_1_2_is_as_derived(E, M, t):
    m = XE.mass
    T = t * 2 * E**2 / m
    zero, half = (bracket(f(T, M, m), E) for f in
                  (_dipole.dipole_coefficients_spin0, es.dipole_coefficients))
    derived = (m * T - M**2) * (M**2 + 2 * m * T) / (8 * E**2 * T * m**2)
    assert zero - half == pytest.approx(derived, rel=1e-6, abs=1e-12 * abs(half))


@given(E=st.floats(40, 2000).map(lambda x: x * MeV), M=heavy, t=st.floats(1e-3, 0.999))
def test_a_point_with_both_form_factors_one_is_spin_1_2(E, M, t):
    low, high = recoil_range(E, M, m_p)
    T = low + t * (high - low)
    sachs = bracket(_dipole.dipole_coefficients_sachs(T, M, m_p, 1.0, 1.0), E)
    assert sachs == pytest.approx(bracket(es.dipole_coefficients(T, M, m_p), E), rel=1e-9,
                                  abs=1e-14)


@given(E=energies, x=st.floats(0.0, 0.999), t=st.floats(1e-3, 0.999))
def test_positive_inside_and_zero_outside(E, x, t):
    def at(T, M):
        return ns.dsigma_dT(T, E, munu.DipolePortal(1e-9, M, "mu"), XE, flavor="mu")

    low, high = recoil_range(E, x * E, XE.mass)
    assert at(low + t * (high - low), x * E) > 0
    assert at(1.01 * high, x * E) == 0 and (low == 0 or at(0.99 * low, x * E) == 0)
    assert at(low + t * (high - low), (1 + t) * E) == 0


def test_the_coherent_limit():
    """At small momentum a nucleus is its charge: Z^2 times the massless 1/T - 1/E."""
    T, E = 1e-6 * keV, 10 * MeV
    portal = munu.DipolePortal(1e-10, 0.0, "e")
    point = alpha * (1e-10 * mu_B) ** 2 * (1 / T - 1 / E + T / (4 * E**2))
    assert ns.dsigma_dT(T, E, portal, XE, flavor="e") == pytest.approx(54**2 * point, rel=1e-6)


def test_cevns_grows_with_the_square_of_the_neutrons():
    T, E = 1e-6 * keV, 5 * MeV
    sigma = {n: ns.dsigma_dT_sm(T, E, nucleus(n), flavor="mu") / nucleus(n).mass
             for n in ("Xe124", "Xe136")}
    g_p, g_n = couplings_nucleon("mu")
    charge = {n: (54 * g_p + (int(n[2:]) - 54) * g_n) ** 2 for n in sigma}
    assert sigma["Xe136"] / sigma["Xe124"] == pytest.approx(charge["Xe136"] / charge["Xe124"],
                                                           rel=1e-6)


@pytest.mark.parametrize("form", [form_factors.helm, form_factors.klein_nystrand])
def test_a_form_factor_is_1_at_0_and_falls(form):
    q = np.linspace(0, 60, 61) * MeV
    F = form(q, 132)
    assert F[0] == pytest.approx(1.0, abs=1e-12)
    assert np.all(np.diff(F) < 0)


@pytest.mark.parametrize("form", [form_factors.helm, form_factors.klein_nystrand])
def test_a_form_factor_knows_its_radius(form):
    """F = 1 - q^2 <r^2>/6: both give a radius near the measured one of argon, 3.43 fm."""
    q = 1e-2 * MeV
    r = np.sqrt(6 * (1 - form(q, 40)) / q**2) / fm
    assert 3.3 < r < 3.7


def test_a_skin_thins_the_neutrons_alone():
    thick = nucleus("Cs133", skin=0.2 * fm)
    T = 20 * keV
    assert thick.F_charge(T) == nucleus("Cs133").F_charge(T)
    assert thick.F_neutron(T) < nucleus("Cs133").F_neutron(T)


def test_nucleons_at_rest_are_their_charges_and_moments():
    p, n = form_factors.sachs(0.0, "p"), form_factors.sachs(0.0, "n")
    assert p == pytest.approx((1.0, 2.79284735), rel=1e-6)
    assert n == pytest.approx((0.0, -1.91304273), rel=1e-6)


def test_the_neutron_scatters_by_its_moment_alone():
    portal = munu.DipolePortal(1e-9, 0.0, "mu")
    T = np.array([1e-3, 50.0]) * MeV
    ratio = ns.dsigma_dT(T, 500 * MeV, portal, NEUTRON, flavor="mu") \
        / ns.dsigma_dT(T, 500 * MeV, portal, PROTON, flavor="mu")
    assert ratio[0] < 1e-4 < ratio[1]


def test_loose_nucleons_matter_only_at_large_momentum():
    portal = munu.DipolePortal(1e-9, 0.0, "mu")
    c = nucleus("C12")
    low, high = (ns.dsigma_dT_incoherent(t * MeV, 500 * MeV, portal, c, flavor="mu")
                 / ns.dsigma_dT(t * MeV * m_p / c.mass, 500 * MeV, portal, c, flavor="mu")
                 for t in (0.1, 50))
    assert low < 1e-3 < high


def test_radiative_couplings_differ_between_flavors_by_the_charge_radius():
    g = {f: couplings_nucleon(f)[0] for f in ("e", "mu", "tau")}
    assert g["e"] - g["mu"] == pytest.approx(0.0083, abs=5e-5)
    assert g["e"] > g["mu"] > g["tau"]


def test_a_charge_radius_shifts_protons_as_the_difference_of_flavors_does():
    """Giving nu_mu the radius of nu_e makes its CEvNS that of nu_e."""
    T, E = 5 * keV, 30 * MeV
    shift = munu.Couplings(r2=[0.0, r2_sm("e") - r2_sm("mu"), 0.0])
    turned = ns.dsigma_dT_total(T, E, shift, AR, flavor="mu")
    assert turned == pytest.approx(ns.dsigma_dT_sm(T, E, AR, flavor="e"), rel=1e-4)


def test_a_charge_of_either_sign_interferes_oppositely():
    """Protons repel a positive neutrino, which the neutrons' weak charge attracts."""
    T, E, q = 5 * keV, 30 * MeV, 1e-9
    plus, minus, none = (ns.dsigma_dT_total(T, E, munu.Couplings(charge=[0, c, 0]), AR, flavor="mu")
                         for c in (q, -q, 0.0))
    assert plus + minus - 2 * none > 0
    assert plus < none < minus


def test_a_flavor_changing_radius_adds_without_interference():
    T, E = 5 * keV, 30 * MeV
    off = np.zeros((3, 3))
    off[0, 1] = off[1, 0] = 1e-31 * cm**2
    added = [ns.dsigma_dT_total(T, E, munu.Couplings(r2=s * off), AR, flavor="mu")
             for s in (1, -1)]
    assert added[0] == added[1] > ns.dsigma_dT_sm(T, E, AR, flavor="mu")


@pytest.mark.parametrize("name", [n for n in atoms() if n != "e"])
def test_shells_sum_to_Z(name):
    one = atom(name)
    assert sum(one.occupancy) == one.Z == one.electrons(np.array([1 * MeV]))[0]
    assert np.all(np.diff(one.electrons(np.geomspace(1e-3, 1e3, 200) * keV)) >= 0)


@pytest.mark.parametrize("element", ["Ar", "Ge", "Xe", "Cs", "I", "Si"])
def test_isotopes_share_out_an_element(element):
    made = material(element)
    assert sum(x for x, _ in made.parts) == pytest.approx(1.0, abs=2e-3)
    mean = sum(x * n.A for x, n in made.parts)
    assert mean == pytest.approx(made.molar_mass / munu.units.g, rel=2e-3)


def test_a_bare_nucleus_is_lighter_than_its_atom_by_its_electrons():
    """The alpha particle against CODATA."""
    assert nucleus("He4").mass / GeV == pytest.approx(3.7273794, rel=1e-7)


@pytest.mark.parametrize("bad", ["Xe133", "Qq12", "Xe", "132", ""])
def test_an_isotope_that_does_not_exist(bad):
    with pytest.raises(MunuError, match="isotope"):
        nucleus(bad)


def test_a_millicharge_ionizes_more_easily_than_free_electrons_say():
    """Equivalent photons against free electrons: 10 to 100 times below a few keV."""
    xe, E = atom("Xe"), 0.3 * MeV
    T = np.array([0.5, 1.0, 3.0]) * keV
    C = np.eye(3)
    state = pure_state("e", False)
    photons = es.millicharge_epa_term(T, C, xe).dsigma_dT(E, state)
    free = sum(t.dsigma_dT(E, state) for t in es.weak_terms(T, munu.Couplings(charge=1.0),
                                                            power=2)) * xe.electrons(T)
    # charges of 1 in both: the square of the charge alone
    assert np.all((photons / free > 2) & (photons / free < 300))


def test_nuclear_recoils_of_8B_in_xenon_against_the_published_moment():
    """1.1e-8 (nu_mu): 1 tonne year gives the 2.3 events of an empty search for a threshold
    between that of the 8B search (2.6 keV) and the search's own window (4.9 keV)."""
    from munu.rates.recoil import dR_dT
    from munu.sources import solar
    from munu.units import tonne, yr

    reaction, sun = ns.reaction(material("Xe")), solar.source()
    T = np.geomspace(1, 6, 400) * keV
    C = munu.DipolePortal(1.0, 0.0, "mu").trace_matrix
    rate = dR_dT(reaction.dipole(T, 0.0, C), sun) * reaction.per_mass * tonne * yr

    def moment(threshold):
        return np.sqrt(2.3 / np.trapezoid(np.where(threshold < T, rate, 0), T))

    published = munu.atlas.get("xenon1t_nr_numu").upper.min()
    assert moment(2.6 * keV) < published < moment(4.9 * keV)
    # the moment is as steep in the threshold as that: 0.2 keV are a factor of 1.6
    grid = np.linspace(2.6, 4.9, 47)
    equal = np.interp(np.log(published), [np.log(moment(t * keV)) for t in grid], grid)
    assert 3.0 < equal < 3.3
