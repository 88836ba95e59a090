"""Charges that no anomaly forbids: the anomalies, the decays and the bodies they leave neutral."""

import numpy as np
import pytest

from munu import models
from munu.couplings import Couplings, DipolePortal
from munu.errors import DomainError, UnknownName
from munu.models import millicharge
from munu.processes import electron_scattering
from munu.units import MeV, keV

EPSILON = 0.013
ALL = [models.get("millicharge", epsilon=EPSILON, generator=g) for g in millicharge.GENERATORS]


def anomalies(x, right_handed_neutrinos):
    """SU(3)^2 Y, SU(2)^2 Y, Y^3 and gravity, of left-handed fields with Y = Q - T_3."""
    q = x.charge
    strong = weak = cubic = gravity = 0.0
    for f in ("e", "mu", "tau"):
        # multiplicity, hypercharge, colored, doublet; singlets conjugated
        fields = [(6, q("u") - 0.5, True, True), (3, -q("u"), True, False),
                  (3, -q("d"), True, False), (2, q(f"nu_{f}") - 0.5, False, True),
                  (1, -q(f), False, False)]
        if right_handed_neutrinos:
            fields.append((1, -q(f"nu_{f}"), False, False))
        for n, Y, colored, doublet in fields:
            strong += n / 3 * Y * colored
            weak += n / 2 * Y * doublet
            cubic += n * Y**3
            gravity += n * Y
    return np.array([strong, weak, cubic, gravity])


@pytest.mark.parametrize("x", ALL, ids=lambda x: x.generator)
def test_no_anomaly(x):
    with_nu_R = x.generator == "B-L"
    np.testing.assert_allclose(anomalies(x, with_nu_R), 0, atol=1e-13)


def test_B_minus_L_needs_right_handed_neutrinos():
    assert np.abs(anomalies(ALL[0], False)).max() > 1e-3


@pytest.mark.parametrize("x", ALL, ids=lambda x: x.generator)
def test_charge_is_conserved(x):
    q = x.charge
    assert q("p") == pytest.approx(2 * q("u") + q("d"), rel=1e-14)
    assert q("n") == pytest.approx(q("u") + 2 * q("d"), abs=1e-15)
    assert q("u") - q("d") == pytest.approx(q("W"), rel=1e-14)
    for f in ("e", "mu", "tau"):
        assert q(f"nu_{f}") - q(f) == pytest.approx(q("W"), rel=1e-14)
    assert q("n") == pytest.approx(q("p") + q("e") - q("nu_e"), abs=1e-15)
    assert q("mu") == pytest.approx(q("e") + q("nu_mu") - q("nu_e"), rel=1e-14)


def test_neutral_matter():
    """B - L: hydrogen stays neutral and the neutron bears minus the neutrino's charge."""
    B_L, e_mu, _, mu_tau = ALL
    assert B_L.hydrogen == pytest.approx(0, abs=1e-17)
    assert B_L.neutron == pytest.approx(-B_L.charge("nu_e"), rel=1e-14)
    assert B_L.atom_charge(26, 30) == pytest.approx(30 * EPSILON, rel=1e-14)
    assert e_mu.hydrogen == pytest.approx(EPSILON, rel=1e-14)
    assert e_mu.atom_charge(26, 30) == pytest.approx(26 * EPSILON, rel=1e-14)
    assert e_mu.neutron == pytest.approx(0, abs=1e-17)
    assert mu_tau.atom_charge(26, 30) == pytest.approx(0, abs=1e-17)


def test_charged_leptons():
    B_L, e_mu, _, mu_tau = ALL
    assert B_L.lepton_ratio("mu") == pytest.approx(1, rel=1e-14)
    assert B_L.delta_a_mu() == pytest.approx(0, abs=1e-20)
    assert e_mu.lepton_ratio("mu") == pytest.approx((1 + EPSILON) / (1 - EPSILON), rel=1e-14)
    assert e_mu.muonium() == pytest.approx(2 * EPSILON, rel=1e-14)
    schwinger = 1 / 137 / (2 * np.pi)
    assert e_mu.delta_a("mu", alpha=1 / 137) == pytest.approx(
        schwinger * (e_mu.lepton_ratio("mu") ** 2 - 1), rel=1e-12)
    assert mu_tau.delta_a("tau", alpha=1 / 137) == pytest.approx(
        schwinger * ((1 + EPSILON) ** 2 - 1), rel=1e-12)
    # no digits are lost where epsilon is tiny
    tiny = models.get("millicharge", epsilon=1e-21, generator="Le-Lmu")
    assert tiny.delta_a("mu", alpha=1 / 137) == pytest.approx(4e-21 * schwinger, rel=1e-12)


def test_couplings_carry_the_charges():
    for x in ALL:
        says = [float(x.charge(f"nu_{f}")) for f in ("e", "mu", "tau")]
        np.testing.assert_allclose(np.diag(x.couplings().charge).real, says, atol=1e-18)
    assert ALL[0].couplings().nature == "dirac" and ALL[1].couplings().nature is None


def test_what_excludes_it():
    def found(generator, epsilon):
        x = models.get("millicharge", generator=generator, epsilon=epsilon)
        return {c.observable for c in x.constraints() if c.violated}

    assert "charge of hydrogen [e]" in found("Le-Ltau", 3e-21)
    assert "charge of neutron [e]" in found("B-L", 3e-21)
    assert not {x for x in found("Lmu-Ltau", 3e-20) if "hydrogen" in x or "neutron" in x}
    assert "charge of nu_e [e]" in found("Le-Lmu", 1e-11)
    assert not found("B-L", 1e-22)


@pytest.mark.parametrize("T", [0.3 * keV, 2.8 * keV])
def test_equal_rates_at_threshold(T):
    """What is even in the charge against the rate of the moment, T far below E_nu."""
    mu, E = 2.9e-11, 4e3 * MeV
    q = millicharge.charge_of_moment(mu, T)
    moment = electron_scattering.dsigma_dT(T, E, DipolePortal(mu, 0.0, "e"), flavor="e")
    both = [electron_scattering.dsigma_dT_total(T, E, Couplings(charge=[x, 0, 0]), flavor="e")
            for x in (q, -q)]
    even = sum(both) / 2 - electron_scattering.dsigma_dT_sm(T, E, flavor="e")
    assert even == pytest.approx(moment, rel=1e-3)


@pytest.mark.parametrize(("given", "error", "said"), [
    ({"generator": "B+L"}, UnknownName, "B-L"), ({"epsilon": 2.0}, DomainError, "at most 1"),
    ({"epsilon": np.nan}, DomainError, "finite")])
def test_a_slip_is_one_line(given, error, said):
    with pytest.raises(error, match=said):
        models.get("millicharge", **{"epsilon": 1e-3} | given)


def test_other_slips():
    with pytest.raises(UnknownName, match="particle"):
        ALL[0].charge("x")
    with pytest.raises(UnknownName, match="charged lepton"):
        ALL[0].delta_a("nu_e")
    with pytest.raises(DomainError, match="one point"):
        models.get("millicharge", epsilon=[1e-3, 2e-3]).couplings()
