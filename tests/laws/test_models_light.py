"""Light neutrinos in W loops, and the seesaw: unitarity, phases, limits."""

from math import pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from munu import atlas, constants, models
from munu.couplings import mu_eff_short_baseline
from munu.errors import DomainError, MunuError
from munu.models import seesaw
from munu.processes import radiative_decay
from munu.units import GeV, MeV, deg, eV, s

phase = st.floats(0, 2 * pi)
lightest = st.floats(0, 0.5).map(lambda x: x * eV)
ordering = st.sampled_from(["NO", "IO"])
angle = st.complex_numbers(max_magnitude=2, allow_nan=False, allow_infinity=False)


def relative(x, y):
    return np.abs(x - y).max() / np.abs(y).max()


@given(lightest, ordering, phase)
def test_dirac_moments_are_hermitian_and_made_by_the_outgoing_mass(m, order, delta):
    model = models.get("sm_dirac", m_lightest=m, ordering=order, delta=delta)
    mu, eps = model.mu, model.eps
    assert relative(mu, mu.conj().T) < 1e-14
    assert relative(eps, eps.conj().T) < 1e-14
    expected = 2 * model.scale * model.S * model.masses
    assert relative(mu - 1j * eps, expected) < 1e-14


@given(lightest.filter(lambda m: m > 1e-4 * eV), ordering, st.sampled_from(["e", "mu", "tau"]))
def test_a_beam_sees_the_root_mean_square_of_masses(m, order, flavor):
    """Unitarity in the flavor basis: one lepton in the loop, all outgoing masses."""
    model = models.get("sm_dirac", m_lightest=m, ordering=order)
    row = ("e", "mu", "tau").index(flavor)
    rms = np.sqrt(np.abs(model.U[row]) ** 2 @ model.masses**2)
    expected = 2 * model.scale * (1.5 + model.df[row]) * rms
    assert mu_eff_short_baseline(model.couplings(), flavor, model.U) == pytest.approx(
        expected, rel=1e-12)


@given(lightest, ordering, phase, phase, phase)
def test_majorana_moments_in_the_flavor_basis(m, order, delta, a21, a31):
    """Antisymmetric loop times symmetric mass: (f_a - f_b) m_ab, and nothing cancels."""
    model = models.get("sm_majorana", m_lightest=m, ordering=order, delta=delta, alpha21=a21,
                       alpha31=a31)
    size = np.abs(model.eps).max() + np.abs(model.mu).max()
    for moment in (model.mu, model.eps):
        assert np.abs(moment + moment.T).max() < 1e-14 * size
        assert np.abs(moment - moment.conj().T).max() < 1e-14 * size
    lam = model.couplings().amplitude(model.U)
    f = model.df
    expected = 2 * model.scale * (f[:, None] - f) * model.neutrino_mass()
    assert relative(lam, expected) < 1e-13


def test_digits_of_the_smallest_difference_survive():
    """e and mu alone: f_e - f_mu is 2e-6 of f, the moment keeps twelve digits."""
    model = models.get("sm_majorana", m_lightest=0.1 * eV, alpha21=1.0, alpha31=2.0)
    heavier = models.get("sm_majorana", m_lightest=0.1 * eV, alpha21=1.0, alpha31=2.0,
                         m_e=model.m_e * 1.001)
    lam, lam2 = (x.couplings().amplitude(x.U)[0, 1] / x.scale for x in (model, heavier))
    a = (model.m_e / model.M_W) ** 2
    change = 2 * -0.75 * a * (1.001**2 - 1) * model.neutrino_mass()[0, 1]
    assert (lam2 - lam) == pytest.approx(change, rel=1e-5)


@given(lightest, ordering, phase)
def test_equal_parities_leave_one_moment_and_a_phase_of_pi_swaps(m, order, a21):
    """CP conserved: electric only; opposite parities of a pair: magnetic only."""
    same = models.get("sm_majorana", m_lightest=m, ordering=order, delta=0.0)
    other = models.get("sm_majorana", m_lightest=m, ordering=order, delta=0.0, alpha31=pi)
    assert np.abs(same.mu).max() < 1e-14 * np.abs(same.eps).max()
    assert np.abs(other.eps[1, 2]) < 1e-13 * np.abs(other.mu[1, 2])
    sums = same.masses[1] + same.masses[2], abs(same.masses[1] - same.masses[2])
    if sums[1] > 0:
        assert abs(other.mu[1, 2] / same.eps[1, 2]) == pytest.approx(sums[0] / sums[1], rel=1e-9)


@given(lightest.filter(lambda m: m > 0), phase, phase)
def test_a_full_turn_of_a_majorana_phase_changes_nothing_seen(m, a21, a31):
    one = models.get("sm_majorana", m_lightest=m, alpha21=a21, alpha31=a31)
    turned = models.get("sm_majorana", m_lightest=m, alpha21=a21 + 2 * pi, alpha31=a31)
    assert relative(np.abs(turned.mu), np.abs(one.mu)) < 1e-12
    assert relative(np.abs(turned.neutrino_mass()), np.abs(one.neutrino_mass())) < 1e-12


def test_massless_leptons_leave_no_majorana_moment():
    tiny = 1e-12 * GeV
    model = models.get("sm_majorana", m_lightest=0.1 * eV, alpha31=1.0, m_mu=tiny, m_tau=tiny)
    assert np.abs(model.couplings().amplitude(model.U) / model.scale).max() < 1e-9 * 0.1 * eV


def test_sizes_said_in_the_talks():
    dirac = models.get("sm_dirac", m_lightest=0.1 * eV)
    assert dirac.mu[0, 0].real == pytest.approx(3.2e-20, rel=1e-2)
    for order in ("NO", "IO"):
        phases = np.linspace(0, 2 * pi, 13)
        many = models.get("sm_majorana", m_lightest=0.1 * eV, ordering=order, alpha21=phases,
                          alpha31=phases[:, None])
        assert many.mu.shape == (13, 13, 3, 3)
        assert 1e-24 < np.abs(many.mu).max() < 1e-23


def test_many_points_are_the_points():
    m, delta = np.array([0.0, 0.02, 0.3]) * eV, np.array([0.0, 1.0, 2.5])
    many = models.get("sm_majorana", m_lightest=m, delta=delta, alpha21=0.4)
    for k in range(3):
        one = models.get("sm_majorana", m_lightest=m[k], delta=delta[k], alpha21=0.4)
        assert relative(many.mu[k], one.mu) < 1e-13
        assert relative(many.neutrino_mass()[k], one.neutrino_mass()) < 1e-13
    with pytest.raises(DomainError, match="of one point"):
        many.couplings()


@given(lightest, ordering, phase, phase, angle, angle, angle)
def test_the_seesaw_gives_back_its_light_masses(m, order, a21, a31, z12, z13, z23):
    model = models.get("seesaw", m_lightest=m, ordering=order, alpha21=a21, alpha31=a31, z12=z12,
                       z13=z13, z23=z23, M_1=1 * GeV, M_2=40 * GeV, M_3=1e6 * GeV)
    tuning = model.tuning()
    assert tuning >= 1 - 1e-12
    wanted = super(seesaw.Seesaw, model).neutrino_mass()
    assert relative(model.neutrino_mass(), wanted) < 1e-13 * tuning
    R = model.R
    assert np.abs(R @ R.T - np.eye(3)).max() < 1e-13 * np.abs(R).max() ** 2


def test_real_angles_tune_nothing_and_imaginary_ones_as_cosh():
    heavy = {"M_1": 1 * GeV, "M_2": 2 * GeV, "M_3": 3 * GeV}
    assert models.get("seesaw", z12=0.3, z23=1.1, **heavy).tuning() == pytest.approx(1)
    y = 3.0
    model = models.get("seesaw", z23=1j * y, m_lightest=0.0, **heavy)
    assert model.tuning() == pytest.approx(np.cosh(2 * y), rel=1e-12)


def test_mixing_of_one_generation_is_the_line():
    model = models.get("seesaw", m_lightest=0.05 * eV, M_1=1 * GeV, M_2=1 * GeV, M_3=1 * GeV)
    total = (np.abs(model.theta) ** 2).sum(axis=0)
    assert total == pytest.approx(seesaw.theta2_line(1 * GeV, model.masses))


def test_the_photon_of_mixing_alone():
    """The known width of a sterile Majorana neutrino to a photon, 9 alpha G_F^2/(256 pi^4)."""
    model = models.get("seesaw", m_lightest=0.01 * eV, M_1=10 * MeV, M_2=1 * GeV, M_3=500 * GeV,
                       m_mu=1e-6 * GeV, m_tau=1e-6 * GeV)
    portals = model.couplings().portals
    assert len(portals) == 2                               # the third is no light particle
    theta2 = (np.abs(model.theta[:, 0]) ** 2).sum()
    expected = 9 * constants.alpha * model.G_F**2 * (10 * MeV) ** 5 * theta2 / (256 * pi**4)
    assert radiative_decay.width_of(portals[0]) == pytest.approx(expected, rel=1e-9)
    by_mixing = seesaw.width_by_mixing(10 * MeV, theta2, "majorana")
    assert expected / by_mixing == pytest.approx(27 * constants.alpha / (8 * pi), rel=1e-9)


@pytest.mark.parametrize("nature", ["dirac", "majorana"])
def test_on_the_line_both_decays_are_equal(nature):
    M_N = np.array([0.01, 1.0, 30.0]) * MeV
    theta2 = seesaw.theta2_line(M_N, 0.05 * eV)
    photon = radiative_decay.width(M_N, seesaw.mu_equal(M_N, theta2), nature)
    assert photon / seesaw.width_by_mixing(M_N, theta2, nature) == pytest.approx(np.ones(3))


def test_three_neutrinos_of_a_keV_sterile_state():
    """Muon decay is the ruler: the same width, once for Dirac, at the muon's mass and mixing 1."""
    muon = seesaw.width_by_mixing(constants.m_mu, 1.0, "dirac")
    assert 1 / muon / constants.tau_mu == pytest.approx(1, rel=1e-2)


@pytest.mark.parametrize(("name", "given", "said"), [
    ("sm_dirac", {"mixing": "nufit-5.9"}, "no mixing named"),
    ("sm_dirac", {"ordering": "XO"}, "no ordering named"),
    ("sm_dirac", {"m_lightest": -1 * eV}, "at least 0 eV"),
    ("sm_dirac", {"m_lightest": "0.1"}, "has no unit"),
    ("sm_dirac", {"s12": 1.2}, "at most 1"),
    ("sm_dirac", {"dm31": -2.5e-3 * eV**2}, "does not go with ordering NO"),
    ("sm_dirac", {"s13": np.array([0.02, 0.03])}, "must be one number"),
    ("sm_majorana", {"alpha": 1.0}, "did you mean 'alpha"),
    ("seesaw", {"M_1": 1 * GeV}, "needs M_2, M_3"),
])
def test_bad_input_gets_one_line(name, given, said):
    with pytest.raises(MunuError, match=said) as stopped:
        models.get(name, **given)
    assert "\n" not in str(stopped.value)


def test_texts_with_units():
    model = models.get("sm_majorana", m_lightest="0.1eV", delta="90deg", alpha31="180deg")
    assert (model.delta, model.alpha31) == (pytest.approx(90 * deg), pytest.approx(pi))
    made = models.get("seesaw", M_1="1GeV", M_2="2GeV", M_3="3GeV", z12="0.4+0.3j")
    assert made.z12 == pytest.approx(0.4 + 0.3j)


def test_the_yukawa_coupling_of_a_heavy_seesaw_is_flagged():
    heavy = dict.fromkeys(("M_1", "M_2", "M_3"), 1e17 * GeV)
    assert models.get("seesaw", **heavy).constraints()[0].violated
    light = dict.fromkeys(("M_1", "M_2", "M_3"), 1e3 * GeV)
    model = models.get("seesaw", **light)
    assert not any(c.violated for c in model.constraints())
    v = 1 / sqrt(sqrt(2) * model.G_F)
    m3 = model.masses[2]
    assert model.constraints()[0].predicted == pytest.approx(
        np.abs(model.U[:, 2]).max() * sqrt(2 * m3 * 1e3 * GeV) / v, rel=0.5)


def test_rates_of_decay():
    assert radiative_decay.rate(0.0, 0.0, 1e-11) == 0
    assert radiative_decay.rate(0.1 * eV, 0.2 * eV, 1e-11) == 0
    both = radiative_decay.rate(1 * eV, 0.5 * eV, 3e-11j, 4e-11)
    assert both == pytest.approx(radiative_decay.rate(1 * eV, 0.5 * eV, 5e-11))
    assert both * s == pytest.approx(5.3073 * 25e-22 * 0.75**3, rel=1e-4)
    assert radiative_decay.lifetime(1 * MeV, 0.0, "dirac") == np.inf
    with pytest.raises(DomainError, match="at least 0"):
        radiative_decay.rate(-1 * eV, 0.0, 1e-11)


@pytest.mark.parametrize("flavor", ["universal", "mu", (1, 1j, 0)])
def test_width_of_a_portal(flavor):
    from munu import DipolePortal

    portal = DipolePortal(1e-10, 1 * MeV, flavor, "dirac")
    squares = 2 if isinstance(flavor, tuple) else 1
    assert radiative_decay.width_of(portal) == pytest.approx(
        squares * radiative_decay.width(1 * MeV, 1e-10, "dirac"))
    assert radiative_decay.width_of(portal.with_(nature="majorana")) == pytest.approx(
        2 * radiative_decay.width_of(portal))
    with pytest.raises(DomainError, match="nature is needed"):
        radiative_decay.width_of(portal.with_(nature=None))


def test_large_seesaw_mixing_outweighs_the_lepton_masses():
    """With theta^2 of 3e-4 what is not unitary doubles the moment; with a real R it is nothing."""
    held = {"m_lightest": 0.01 * eV, "mixing": "nufit-5.2"}
    at = {"M_1": GeV, "M_2": GeV, "M_3": GeV, **held}
    light = models.get("sm_majorana", **held)

    def ratio(z):
        made = models.get("seesaw", **at, z23=z)
        return np.abs(made.mu - 1j * made.eps)[1, 2] / np.abs(light.mu - 1j * light.eps)[1, 2]

    assert ratio(0.0) == pytest.approx(1, rel=1e-6)
    assert ratio(8j) == pytest.approx(2.16, rel=0.02)


def test_a_verdict_on_light_moments_knows_their_own_phases():
    made = models.get("sm_majorana", ordering="IO", alpha21=3.0)
    flat = made.couplings().in_basis("flavor", made.U)
    by_model, by_moments = ({v.name: v.margin for v in found} for found in
                            (atlas.verdict(made), atlas.verdict(flat, mixing=made.fit)))
    assert by_moments and by_moments == pytest.approx(by_model, rel=1e-10)
