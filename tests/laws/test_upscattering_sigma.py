"""The cross section of up-scattering beside closed forms at sixty digits and own quadratures."""

import os
from dataclasses import replace
from decimal import Decimal, localcontext

import numpy as np
import pytest

from munu import Couplings, DipolePortal, kinematics
from munu.constants import alpha, m_e
from munu.errors import DomainError, UnknownName
from munu.processes import electron_scattering, nuclear_scattering
from munu.processes.upscattering import (
    _total,
    dsigma_dQ2,
    polarization,
    recoils,
    scatterers,
    sigma,
)
from munu.targets import ELECTRON, nucleus
from munu.units import GeV, MeV, fm

EFFORT = int(os.environ.get("MUNU_EFFORT", "60"))
POINT = scatterers(nucleus("C12", form_factor="none"), "coherent")[0]
LEPTON = scatterers("C12", "electrons")[0]
PORTAL = DipolePortal(1e-8, 100 * MeV, "mu")


def closed(E, M, one):
    """Recoils from least to greatest, with sixty digits."""
    with localcontext() as here:
        here.prec = 60
        E, M, m = (Decimal(float(x)) for x in (E, M, one.mass))
        M2 = M * M
        root = E * ((2 * m * E - M2) ** 2 - 4 * m * m * M2).sqrt()
        ends = [(2 * m * E * E - M2 * (E + m) + sign * root) / (2 * m * (m + 2 * E))
                for sign in (-1, 1)]
        if one is LEPTON:
            parts = [x.ln() - x / E + M2 / (4 * E * E * m) * (x - (2 * E + m) * x.ln())
                     + M2 * M2 / (8 * E * E * m * m) * (x.ln() + m / x) for x in ends]
        else:
            parts = [x.ln() - x / E + x * x / (8 * E * E)
                     + M2 * (x / (8 * E * E * m) - x.ln() / (2 * E * m) - x.ln() / (4 * E * E))
                     + M2 * M2 / (8 * E * E * m * x) for x in ends]
        return float(parts[1] - parts[0]), [float(x) for x in ends]


def somewhere(rng, one, near):
    """An energy from an MeV to ten EeV, and a mass of N: anywhere, near threshold, or tiny."""
    E = 10 ** rng.uniform(-3, 10) * GeV
    top = float(kinematics.M_N_max(E, one.mass))
    return E, top * (rng.uniform(1e-3, 1) if near == "any" else 10 ** rng.uniform(-9, -3)
                     if near == "light" else 1 - 10 ** rng.uniform(-6, -1))


@pytest.mark.parametrize("one", [POINT, LEPTON], ids=["spin 0", "electron"])
@pytest.mark.parametrize("near", ["any", "light", "threshold"])
def test_a_point_at_sixty_digits(one, near):
    """500 points at full effort, each kind: nothing cancels, up to where N is at rest."""
    rng = np.random.default_rng(17)
    size = one.nucleus.Z**2 if one.nucleus else 1
    for _ in range(min(EFFORT, 500)):
        E, M = somewhere(rng, one, near)
        exact, ends = closed(E, M, one)
        # the gap to threshold is known as well as the mass is
        loose = 1e-13 * E / (E - M - M**2 / (2 * one.mass)) if near == "threshold" else 0.0
        assert float(_total(np.array([E]), M, one, 0.0, None)[0]) == pytest.approx(
            size * exact, rel=1e-12 + 4 * loose)
        assert kinematics.recoil_range(E, M, one.mass) == pytest.approx(
            ends, rel=1e-12 + 4 * loose)


def test_heavy_N_at_an_EeV():
    """Without a form factor, where the least recoil is 1e-22 of the greatest."""
    E, M = 1e9 * GeV, 10 * GeV
    exact, ends = closed(E, M, POINT)
    assert ends[0] / ends[1] < 1e-21
    portal = DipolePortal(1e-8, M, "mu")
    assert sigma(E, portal, POINT.nucleus) == pytest.approx(
        np.pi * alpha**2 / m_e**2 * 36 * 1e-16 * exact, rel=1e-12)


@pytest.mark.parametrize("name", ["C12", "Ar40", "W184"])
@pytest.mark.parametrize("form", ["helm", "klein_nystrand"])
def test_a_form_factor_that_oscillates(name, form):
    """Beside many more nodes, as long as recoils of less than 3 per fm are open."""
    (one,) = scatterers(nucleus(name, form_factor=form), "coherent")
    rng = np.random.default_rng(2)
    for _ in range(10):
        E = 10 ** rng.uniform(-1, 6) * GeV
        M = min(float(kinematics.M_N_max(E, one.mass)), np.sqrt(6 / fm * E)) * rng.uniform(0.01, 1)
        low, high = kinematics.recoil_range(E, M, one.mass)
        if np.sqrt(2 * one.mass * low) > 3 / fm:
            continue
        T, dT = recoils(low, high, one, widest=0.03, nodes=12)
        c = one.coefficients(T, M)
        fine = (c[0] + c[1] / E + c[2] / E**2) @ dT
        assert float(_total(np.array([E]), M, one, 0.0, None)[0]) == pytest.approx(fine, rel=1e-6)


@pytest.mark.parametrize("kind", ["protons", "neutrons"])
def test_bound_nucleons_beside_quad(kind):
    from scipy.integrate import quad

    for incoherent in ("pauli", "one_minus_F2", "free"):
        (one,) = scatterers("C12", kind, incoherent=incoherent)
        E, M = 1 * GeV, 200 * MeV
        low, high = kinematics.recoil_range(E, M, one.mass)
        kink = np.hypot(one.mass, 442 * MeV) - one.mass

        def by_log(x, one=one, E=E, M=M):
            T = np.exp(x)
            return T * sum(c / E**k for k, c in enumerate(one.coefficients(T, M)))

        exact = quad(by_log, np.log(low), np.log(high), epsrel=1e-10, points=[np.log(kink)],
                     limit=200)[0]
        assert float(_total(np.array([E]), M, one, 0.0, None)[0]) == pytest.approx(exact, rel=1e-8)


def test_it_is_the_recoil_spectrum_by_another_name():
    """Of electrons and of nuclei, as the recoil experiments have it."""
    E, T = 500 * MeV, np.array([0.01, 0.1, 1.0, 10.0]) * MeV
    for M in (0.0, 5 * MeV):
        portal = PORTAL.with_(M_N=M)
        made = dsigma_dQ2(2 * m_e * T, E, portal, "C12", kinds="electrons") * 2 * m_e
        assert made == pytest.approx(6 * electron_scattering.dsigma_dT(
            T, E, portal, flavor="mu"), rel=1e-12)
        assert electron_scattering.dsigma_dT(T, E, portal, flavor="mu", target=ELECTRON).min() > 0
        one = nucleus("C12")
        made = dsigma_dQ2(2 * one.mass * T, E, portal, one) * 2 * one.mass
        assert made == pytest.approx(nuclear_scattering.dsigma_dT(
            T, E, portal, one, flavor="mu"), rel=1e-12)


def test_the_window_of_Q2_by_its_product():
    """Q2_min Q2_max = m^2 M^4/s, and nothing outside."""
    one, E, M = nucleus("C12"), 1 * GeV, 100 * MeV
    low, high = (2 * one.mass * t for t in kinematics.recoil_range(E, M, one.mass))
    s = one.mass**2 + 2 * one.mass * E
    assert low * high == pytest.approx(one.mass**2 * M**4 / s, rel=1e-12)
    inside = dsigma_dQ2(np.array([low * 1.001, np.sqrt(low * high), high * 0.999]), E, PORTAL, one)
    assert inside.min() > 0
    assert not dsigma_dQ2(np.array([low * 0.999, high * 1.001]), E, PORTAL, one).any()


def test_parts_of_the_window_add_up():
    cut = 1e4 * MeV**2
    for kinds in ("coherent", "protons", "electrons"):
        whole = sigma(1 * GeV, PORTAL.with_(M_N=20 * MeV), "C12", kinds=kinds)
        parts = [sigma(1 * GeV, PORTAL.with_(M_N=20 * MeV), "C12", kinds=kinds, **k)
                 for k in ({"Q2_max": cut}, {"Q2_min": cut})]
        assert sum(parts) == pytest.approx(whole, rel=1e-6)


def test_nothing_below_threshold_and_little_above():
    one = nucleus("C12")
    E = float(kinematics.threshold(100 * MeV, one.mass))
    made = sigma(E * np.array([0.0, 0.5, 1 - 1e-9, 1 + 1e-9, 1 + 1e-6]), PORTAL, one)
    assert not made[:3].any()
    assert 0 < made[3] < made[4]
    # phase space
    assert made[4] / made[3] == pytest.approx(np.sqrt(1e3), rel=1e-3)


def test_the_limit_of_a_massless_N():
    """The logarithm of the least recoil."""
    light = [float(sigma(1 * GeV, PORTAL.with_(M_N=M * MeV), "C12", Q2_min=1 * MeV**2))
             for M in (0.0, 1e-6, 1e-3)]
    assert light[1] == pytest.approx(light[0], rel=1e-12)
    assert light[2] == pytest.approx(light[0], rel=1e-6)
    rising = np.diff([float(sigma(1 * GeV, PORTAL.with_(M_N=M * MeV), "C12"))
                      for M in (1e-3, 1e-4, 1e-5)])
    assert rising[1] == pytest.approx(rising[0], rel=1e-6)


def test_kinds_and_materials_add_up():
    kinds = ("coherent", "protons", "neutrons", "electrons")
    portal = PORTAL.with_(M_N=20 * MeV)
    each = {k: sigma(1 * GeV, portal, "CH2", kinds=k) for k in kinds}
    assert sigma(1 * GeV, portal, "CH2", kinds=kinds) == pytest.approx(sum(each.values()),
                                                                       rel=1e-12)
    hydrogen = 2 * 0.999885 * sigma(1 * GeV, portal, "H1", kinds="protons")
    assert 0 < hydrogen < each["protons"]
    # carbon is of two isotopes, hydrogen too
    assert {x.name for x in scatterers("CH2", "coherent")} == {"C12", "C13", "H2"}


def test_pauli_blocks_and_the_stricter_choices_lie_as_they_should():
    """All free, what Pauli's principle lets go, and what the whole nucleus leaves."""
    portal = PORTAL.with_(M_N=50 * MeV)
    free, pauli, left = (sigma(1 * GeV, portal, "C12", kinds="protons", incoherent=x)
                         for x in ("free", "pauli", "one_minus_F2"))
    assert pauli < left < free
    assert sigma(1 * GeV, portal, "C12", kinds="protons", k_F=0.0) == free
    # of much momentum nothing is held back
    for x in ("pauli", "one_minus_F2"):
        assert sigma(1 * GeV, portal, "C12", kinds="protons", incoherent=x, Q2_min=0.5 * GeV**2) \
            == pytest.approx(sigma(1 * GeV, portal, "C12", kinds="protons", incoherent="free",
                                   Q2_min=0.5 * GeV**2), rel=1e-3)
    # a free proton knows no such thing
    assert len({float(sigma(1 * GeV, portal, "H1", kinds="protons", incoherent=x))
                for x in ("free", "pauli", "one_minus_F2")}) == 1
    (bound,) = scatterers("C12", "protons", incoherent="one_minus_F2")
    assert "BednyakovNaumov2018" in bound.papers


def test_neutrinos_and_antineutrinos_and_flavors():
    E = 1 * GeV
    alone = sigma(E, PORTAL, "C12")
    assert sigma(E, PORTAL, "C12", antineutrino=True) == pytest.approx(float(alone), rel=1e-12)
    assert sigma(E, PORTAL, "C12", flavor="e") == 0
    assert sigma(E, PORTAL.with_(flavor="universal"), "C12") == pytest.approx(float(alone),
                                                                              rel=1e-12)
    both = Couplings(portals=(PORTAL, PORTAL.with_(M_N=200 * MeV)))
    assert sigma(E, both, "C12", flavor="mu") == pytest.approx(
        alone + sigma(E, PORTAL.with_(M_N=200 * MeV), "C12"), rel=1e-12)


def test_the_mass_of_the_electron_is_that_of_what_is_struck():
    portal = PORTAL.with_(M_N=1 * MeV)
    for m in (m_e, 2 * m_e):
        made = sigma(1 * GeV, portal, "C12", kinds="electrons", m_e=m)
        one = replace(LEPTON, mass=m)
        T, dT = recoils(*kinematics.recoil_range(1 * GeV, 1 * MeV, m), one)
        by_hand = sum(c / GeV**k for k, c in enumerate(one.coefficients(T, 1 * MeV))) @ dT
        assert made == pytest.approx(6 * np.pi * alpha**2 / m**2 * 1e-16 * by_hand, rel=1e-9)


@pytest.mark.parametrize(("call", "said"), [
    (lambda: sigma(GeV, PORTAL, "C12", kinds="coherant"), "did you mean 'coherent'"),
    (lambda: sigma(GeV, PORTAL, "C12", kinds=("coherent", "coherent")), "names one twice"),
    (lambda: sigma(GeV, PORTAL, "C12", kinds=()), "must be some of coherent, protons"),
    (lambda: sigma(GeV, PORTAL, "H1"), "H1 has nothing of the kinds coherent; it has protons"),
    (lambda: sigma(GeV, PORTAL.with_(flavor=(1, 1, 0)), "C12"), "incoming flavor is needed"),
    (lambda: sigma(GeV, PORTAL.with_(M_N=0.0), "C12"), "give Q2_min"),
    (lambda: sigma(GeV, PORTAL, "C12", Q2_min=2.0, Q2_max=1.0), "must be above Q2_min"),
    (lambda: sigma(GeV, PORTAL, "C12", incoherent="Pauli"), "did you mean 'pauli'"),
    (lambda: sigma(GeV, PORTAL, "C12", incoherent="free", k_F=100.0 * MeV), "alone, not with"),
    (lambda: sigma(np.nan, PORTAL, "C12"), "E_nu = nan must be finite"),
    (lambda: dsigma_dQ2(0.0, GeV, PORTAL, "C12"), "Q2 = 0 must be above 0"),
    (lambda: scatterers(ELECTRON), "must be a Nucleus, a Material"),
    (lambda: scatterers("C12", 5), "must be some of"),
    (lambda: scatterers("C12", k_F=None), "k_F = None must be one finite momentum"),
    (lambda: scatterers("C12", k_F=-1.0), "at least 0"),
    (lambda: polarization(1e4 * MeV**2, 50 * MeV, 100 * MeV, POINT), "that needs E_nu of at least"),
    (lambda: polarization(1e4 * MeV**2, 0.0, 100 * MeV, POINT), "no N of 100 MeV is made on C12"),
    (lambda: polarization(1e4 * MeV**2, GeV, 0.0, POINT), "M_N = 0 must be above 0"),
    (lambda: polarization(1e4 * MeV**2, GeV, MeV, POINT, frame="rest"), "no frame named 'rest'"),
])
def test_what_cannot_be_is_said(call, said):
    with pytest.raises((DomainError, UnknownName)) as caught:
        call()
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
