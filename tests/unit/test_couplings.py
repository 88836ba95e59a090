"""Conventions that cannot be misread."""

import numpy as np
import pytest

import munu
from munu.couplings import check_flavor, d_of_mu, mu_of_d
from munu.errors import DomainError, UnitError, UnknownName
from munu.units import GeV, MeV, keV, parse, to_float, unit


def test_mu_is_twice_d():
    portal = munu.DipolePortal.from_d(1e-7 / GeV, 1 * MeV, "mu")
    assert portal.mu == pytest.approx(6.74982e-10, rel=1e-5)
    assert portal.d * GeV == pytest.approx(1e-7) and portal.convention == "half_mu"
    assert mu_of_d(d_of_mu(3e-11)) == pytest.approx(3e-11)


def test_all_is_refused_with_both_meanings():
    with pytest.raises(DomainError, match=r"universal.*\(1, 1, 1\)"):
        check_flavor("all")


@pytest.mark.parametrize("arguments", [
    {"mu": -1e-11}, {"mu": np.nan}, {"mu": "1e-11"}, {"mu": 1e-11j}, {"M_N": -1.0},
    {"M_N": np.inf}, {"mu": np.array([1e-11, 2e-11])}, {"flavor": (1, 2)}, {"flavor": (0, 0, 0)},
    {"flavor": 3}, {"mixing": (1, 2)}])
def test_a_portal_refuses_what_makes_no_sense(arguments):
    with pytest.raises(DomainError):
        munu.DipolePortal(**{"mu": 1e-11, "M_N": 0.0, **arguments})


def test_unknown_words_give_the_nearest():
    with pytest.raises(UnknownName, match="'tau'"):
        munu.DipolePortal(1e-11, 0.0, "tao")
    with pytest.raises(UnknownName, match="'majorana'"):
        munu.DipolePortal(1e-11, 0.0, nature="majoran")


def test_moments_need_a_nature():
    with pytest.raises(DomainError, match="nature is needed here"):
        munu.Couplings(mu=np.eye(3) * 1e-11)


def test_majorana_moments_are_antisymmetric_and_uncharged():
    with pytest.raises(DomainError, match="antisymmetric"):
        munu.Couplings(mu=np.eye(3) * 1e-11, nature="majorana")
    with pytest.raises(DomainError, match="no charge"):
        munu.Couplings(charge=1e-12, nature="majorana")


def test_electric_moments_count_like_magnetic_ones():
    m = np.array([[1, 0, 0], [0, 0, 0], [0, 0, 0]]) * 1e-11
    magnetic, electric = (munu.Couplings(**{n: m}, nature="dirac") for n in ("mu", "eps"))
    e = np.diag([1, 0, 0]).astype(complex)
    assert magnetic.weight(e) == pytest.approx(electric.weight(e))
    both = munu.Couplings(mu=m, eps=1j * m, nature="dirac")
    # mu - i eps doubles for neutrinos and vanishes for antineutrinos of the conjugate sign
    assert both.weight(e) == pytest.approx(4 * magnetic.weight(e))


@pytest.mark.parametrize(("text", "value"), [("50keV", 50 * keV), ("1e3 keV", MeV), ("0", 0.0),
                                             ("1e-7 /GeV", 1e-7 / GeV), (".5MeV", 0.5 * MeV)])
def test_a_quantity_is_read(text, value):
    assert parse(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["keV", "", "5 keV keV/", "5 (keV", "5 keV)", "5 a/b/c", "5 $"])
def test_a_unit_that_cannot_be_read(text):
    with pytest.raises(UnitError):
        parse(text)


def test_objects_with_a_unit_come_in_at_the_door():
    class Quantity:
        def to_value(self, text):
            return {"keV": 3.0}[text]

    assert to_float(Quantity(), "keV") == pytest.approx(3 * keV)
    assert to_float("3 keV", "MeV") == to_float(3 * keV, "MeV")


def test_dimensions_of_compound_units():
    assert unit("1/(t yr keV)").dimension == -1 and unit("cm^-2 s^-1").dimension == 3
    assert unit("m^3/(kg s^2)").dimension == unit("m^3/(s^2 kg)").dimension
    assert unit("keV^(-2)").dimension == -2
    assert unit("cm**2/MeV").factor == pytest.approx(unit("cm2 MeV-1").factor)


@pytest.mark.parametrize(("make", "said"), [
    (lambda: munu.Couplings(r2=[0, "-1e-32 cm^2", 0]), r"r2 must .*as -1e-32 \* munu.units.cm"),
    (lambda: munu.Couplings(charge={"e": 1e-12}), "charge must be"),
    (lambda: munu.Couplings.majorana(emu="1e-11 mu_B"), "mu must be one number")])
def test_a_matrix_of_no_numbers_is_refused_in_one_line(make, said):
    with pytest.raises(DomainError, match=said):
        make()
