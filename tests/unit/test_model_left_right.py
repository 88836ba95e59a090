"""The left-right model: limits of its moment, and what is held against it."""

from math import pi, sin, sqrt

import numpy as np
import pytest

from munu import models
from munu.errors import DomainError, UnknownName
from munu.units import GeV, TeV, eV


def made(**given):
    return models.get("left_right", **({"sin2xi": 1e-3} | given))


@pytest.mark.parametrize("flavor", ["e", "mu", "tau"])
def test_leading_order(flavor):
    model = made(flavor=flavor, M_W2=1 * TeV)
    m_l = getattr(model, f"m_{flavor}")
    ratio = (model.M_W / TeV) ** 2
    leading = 2 * model.m_e * model.G_F * m_l * 1e-3 * (1 - ratio) / (2 * sqrt(2) * pi**2)
    assert model.moment == pytest.approx(leading, rel=3e-3)


def test_no_mixing_no_mass_no_moment():
    assert made(sin2xi=0.0, M_W2=1 * TeV).moment == 0


def test_w_of_equal_mass_undo_the_mixing():
    """Then the mixing angle means nothing: the terms that flip inside cancel."""
    model = made(sin2xi=1.0, M_W2=80 * GeV, M_W=80 * GeV)
    assert abs(model.moment) < 1e-15 * abs(made(sin2xi=1.0).moment)


def test_a_heavy_w2_decouples():
    far = made(M_W2=1e9 * GeV, m_nu=0.1 * eV)
    assert far.moment == pytest.approx(made(m_nu=0.1 * eV).moment, rel=1e-10)


def test_without_mixing_it_is_the_standard_model_s():
    model = made(sin2xi=0.0, m_nu=0.1 * eV, flavor="e")
    assert model.moment == pytest.approx(3.2026e-20, rel=1e-4)


def test_the_moment_is_odd_in_the_angle():
    assert made(sin2xi=-1e-3).moment == pytest.approx(-made().moment)


def test_couplings_are_dirac_and_diagonal():
    made_ = made().couplings()
    assert (made_.nature, made_.basis) == ("dirac", "flavor")
    sizes = [made().moment_of(x) for x in ("e", "mu", "tau")]
    assert np.diag(made_.mu) == pytest.approx(sizes)
    assert sizes[0] < sizes[1] < sizes[2]


def test_many_points():
    x, M = np.linspace(-0.01, 0.01, 5), np.array([[0.8], [2.0]]) * TeV
    many = made(sin2xi=x, M_W2=M)
    assert many.moment.shape == (2, 5)
    assert many.moment[1, 3] == pytest.approx(made(sin2xi=x[3], M_W2=2 * TeV).moment)
    assert {np.shape(c.violated) for c in many.constraints()} == {(5,), (2, 1), (2, 5)}
    with pytest.raises(DomainError, match="of one point"):
        many.couplings()


@pytest.mark.parametrize(("given", "observable"), [
    ({"sin2xi": sin(2 * 0.018)}, "xi [rad]"), ({"sin2xi": -sin(2 * 0.021)}, "xi [rad]"),
    ({"M_W2": 700 * GeV}, "M_W2 [GeV]"), ({"xi_max": 1e-4}, "|xi| [rad]"),
    ({"M_W2": 3 * TeV, "M_W2_min": 4 * TeV}, "M_W2 [GeV]"),
    ({"sin2xi": 5e-3, "M_W2": 40 * TeV}, "2 k k'/(k^2 + k'^2) [1]"),
])
def test_what_excludes_it(given, observable):
    broken = [c.observable for c in made(**given).constraints() if c.violated]
    assert observable in broken


def test_a_bidoublet_makes_at_most_the_ratio_of_masses():
    """tan beta = 1: the off-diagonal entry of the mass matrix is all of M_L^2."""
    M_L2, M_R2 = (80 * GeV) ** 2, (2 * TeV) ** 2
    masses, mix = np.linalg.eigh(np.array([[M_L2, -M_L2], [-M_L2, M_R2]]))
    xi = np.arctan2(abs(mix[1, 0]), abs(mix[0, 0]))
    model = made(sin2xi=sin(2 * xi), M_W=sqrt(masses[0]), M_W2=sqrt(masses[1]))
    edge = next(c for c in model.constraints() if c.status == "theory")
    assert edge.predicted == pytest.approx(1, rel=1e-9)


def test_a_point_that_nothing_excludes():
    assert not any(c.violated for c in made(sin2xi=1e-3, M_W2=1 * TeV).constraints())


@pytest.mark.parametrize(("given", "error", "said"), [
    ({"sin2xi": 1.5}, DomainError, "at most 1"), ({"flavor": "x"}, UnknownName, "no flavor"),
    ({"M_W2": 50 * GeV}, DomainError, "at least M_W"), ({"M_W2": "3"}, DomainError, "no unit"),
])
def test_bad_input(given, error, said):
    with pytest.raises(error, match=said):
        made(**given)
