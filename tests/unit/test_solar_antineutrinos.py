"""Solar antineutrinos: the bound on moment times field, and what it is compared with."""

import json
from functools import cache

import numpy as np
import pytest

import munu
from munu import _data, media, plots, probes
from munu.cli.__main__ import main
from munu.couplings import Couplings, DipolePortal
from munu.errors import DomainError, UnknownName
from munu.media import fields, sun
from munu.ray import Ray
from munu.sources import solar
from munu.units import MeV, cm, s

NAME = "solar_antineutrinos"
# one mu_B G as an energy
GAUSS = fields.MU_B_PER_GAUSS

# KamLAND 2011, B16-GS98, NuFIT 6.0 NO, field exp(-(r/0.2 R)^2): moment times field at birth [MeV]
FROZEN = {None: 4.50e-20, (1, 0, 0): 6.20e-20, (0, 1, 0): 6.55e-20, (0, 0, 1): 2.87e-19,
          (1, 1, 0): 1.10e-18}


def two_flavors(probe):
    """nu_e and the state that it mixes with by theta_12."""
    mixing = probe.setting.mixing
    return Ray.majorana(np.sqrt(1 - mixing.s23), -np.sqrt(mixing.s23))


def bound(probe, moments=None):
    return munu.limit(probe, two_flavors(probe) if moments is None else Ray.majorana(*moments))


@cache
def kamland(moments=None):
    """The bound of the probe as it comes, once for all who ask."""
    return bound(probes.get(NAME), moments)


def product(probe, moments=None):
    """Moment times the field where neutrinos are made [energy]."""
    return bound(probe, moments).value * probe.setting.field


@pytest.mark.parametrize("moments", [pytest.param(k, marks=pytest.mark.long) if k in (
    (0, 1, 0), (0, 0, 1), (1, 1, 0)) else k for k in FROZEN])
def test_bound_of_kamland(moments):
    found = kamland(moments)
    assert found.value * probes.get(NAME).setting.field / MeV == pytest.approx(FROZEN[moments],
                                                                               rel=1e-2)
    assert found.level == pytest.approx(0.90)


def test_bound_of_kamland_to_seven_digits():
    """And of another ray below, as the command line says it."""
    assert kamland().value == pytest.approx(1.674313e-10, rel=1e-6)


def test_another_level_than_the_published_one_is_refused():
    with pytest.raises(DomainError, match="published at 90%; leave level out"):
        munu.limit(NAME, "12=1", level=0.95)


def test_at_the_bound_the_probability_is_the_limit():
    probe = probes.get(NAME)
    mu, mixing = kamland().value, probe.setting.mixing
    held = Couplings.majorana(mu * np.sqrt(1 - mixing.s23), -mu * np.sqrt(mixing.s23))
    assert probe.setting.mean(held) == pytest.approx(5.3e-5, rel=1e-3)
    flux = probe.setting.energies[1].sum()
    assert probe.predict(held).total.total == pytest.approx(5.3e-5 * flux, rel=1e-3)


@pytest.mark.long
def test_twice_the_field_is_half_the_moment():
    one, two = (probes.get(NAME, B0=B) for B in ("5e4G", "1e5G"))
    assert bound(two).value == pytest.approx(bound(one).value / 2, rel=1e-3)
    assert product(two) == pytest.approx(product(one), rel=1e-3)


@pytest.mark.parametrize("width", [
    "0.1 R_sun", *(pytest.param(x, marks=pytest.mark.long) for x in ("0.15 R_sun", "0.3 R_sun"))])
def test_the_field_at_birth_is_what_counts(width):
    """Field shapes that differ fourfold at 0.2 solar radii bound the same product to 3 %."""
    assert product(probes.get(NAME, width=width)) / MeV == pytest.approx(4.5e-20, rel=0.03)


@pytest.mark.long
def test_models_and_orderings_agree():
    base = product(probes.get(NAME))
    assert product(probes.get(NAME, ordering="IO")) == pytest.approx(base, rel=0.01)
    assert product(probes.get(NAME, model="agss09met")) == pytest.approx(base, rel=0.08)


@pytest.mark.long
def test_a_stronger_limit_bounds_as_its_root():
    one, two = (bound(probes.get(NAME, limit=P, window="8.3MeV:31.8MeV", level=0.9)).value
                for P in (5.3e-5, 5.3e-6))
    assert one == pytest.approx(bound(probes.get(NAME)).value, rel=1e-6)
    assert two == pytest.approx(one / np.sqrt(10), rel=1e-2)


def test_the_flux_of_the_limit_is_its_probability():
    """Their fluxes over their probabilities against 8B of B16 above the threshold: 7 and 3 %."""
    for row in _data.load("observations/solar_antineutrinos").rows():
        if row["flux"] > 0:
            flux = probes.get(NAME, limit=row["name"]).setting.energies[1].sum()
            assert row["flux"] / row["P"] == pytest.approx(flux, rel=0.1), row["name"]


def test_the_flux_of_the_window():
    probe = probes.get(NAME)
    E, pdf = solar.spectrum("b8")
    fine = np.linspace(8.3 * MeV, E[-1], 4001)
    total = np.trapezoid(np.interp(fine, E, pdf), fine) * solar.source().components["b8"].total
    assert probe.setting.energies[1].sum() == pytest.approx(total, rel=1e-4)
    assert total * cm**2 * s == pytest.approx(1.64e6, rel=1e-2)


# a probability, a moment times field in mu_B G, and where they stand together; ours over theirs
@pytest.mark.parametrize(("P", "theirs", "window", "ratio"), [
    (2.07e-5, 7.27e-11 * 5e4, "8MeV:16.8MeV", 1.34),     # JUNOSFP2026, abstract
    (3.8e-3, 1e-12 * 4.9e7, "8.3MeV:16MeV", 1.40),       # Chauhan2003, abstract
])
@pytest.mark.long
def test_bounds_of_two_flavor_papers_are_lower_by_a_quarter(P, theirs, window, ratio):
    """They share one coefficient of P over (mu B)^2, 1.8 and 2 times ours: see the page."""
    probe = probes.get(NAME, limit=P, window=window, level=0.9, width="0.3 R_sun")
    assert product(probe) / GAUSS / theirs == pytest.approx(ratio, rel=0.05)


@pytest.mark.long
@pytest.mark.parametrize(("at", "peak"), [(0.5, 6.1e-5), (0.6, 4.6e-6), (0.75, 4.1e-6)])
def test_a_field_in_the_envelope_is_bounded_too(at, peak):
    """A shell of 0.05 solar radii and no field where neutrinos are made [mu_B G]."""
    star = media.get("sun").with_(field=lambda r: 1e5 * GAUSS * np.exp(
        -(((np.asarray(r, dtype=float) / sun.radius() - at) / 0.05) ** 2)))
    probe = probes.get(NAME, medium=star)
    setting = probe.setting
    assert setting.field < 1e-5 * setting.greatest * GAUSS
    assert bound(probe).value * setting.greatest == pytest.approx(peak, rel=0.02)
    assert any("its own field" in x for x in probe.assumptions)


def test_grades():
    assert probes.get(NAME).grade == "published"
    assert probes.get(NAME, limit="juno_2026").grade == "sensitivity"


@pytest.mark.parametrize(("options", "error", "said"), [
    ({"limit": "kamland"}, UnknownName, "kamland_2011"), ({"limit": 2.0}, DomainError, "between"),
    ({"limit": 1e-4}, DomainError, "level"),
    ({"limit": 1e-4, "level": 0.9}, DomainError, "two energies"),
    ({"limit": 1e-4, "level": 0.9, "window": "9MeV:8MeV"}, DomainError, "rise"),
    ({"limit": "juno_2026", "level": 0.9}, DomainError, "brings"),
    ({"B0": "0 G"}, DomainError, "must not be 0"), ({"B0": "5kG"}, DomainError, "G"),
    ({"width": "-1 R_sun"}, DomainError, "width"),
    ({"width": 0.2}, DomainError, "has no unit; write '0.2 R_sun'"),
    ({"B0": 5e4}, DomainError, "has no unit; write '50000 G'"),
    ({"model": "x"}, UnknownName, "gs98"),
    ({"medium": "profile_a"}, UnknownName, "sun"), ({"mixing": "x"}, UnknownName, "nufit"),
])
def test_slips_are_said_in_one_line(options, error, said):
    with pytest.raises(error, match=said) as told:
        probes.get(NAME, **options)
    assert "\n" not in str(told.value)


def test_a_window_beyond_the_spectrum():
    with pytest.raises(DomainError, match="beyond the end"):
        bound(probes.get(NAME, limit=1e-4, level=0.9, window="20MeV:30MeV"))


def test_what_is_no_transition_moment():
    probe = probes.get(NAME)
    with pytest.raises(DomainError, match="transition moments alone"):
        probe.predict(DipolePortal(1e-10, 0.0))
    with pytest.raises(DomainError, match="transition moments alone"):
        probe.setting.probability(Couplings(charge=1e-12))
    with pytest.raises(DomainError, match="not to a portal to N"):
        munu.limit(probe, M_N=1.0)


@pytest.mark.long
def test_a_field_too_weak_for_any_moment():
    star = media.get("sun").with_(field=lambda r: np.where(
        np.asarray(r, dtype=float) > 0.9 * sun.radius(), 1e-8, 0.0) * GAUSS,
        breaks=(0.9 * sun.radius(),))
    found = bound(probes.get(NAME, limit=0.6, level=0.9, window="8MeV:15MeV", medium=star))
    assert found.excluded == ((),) and np.isinf(found.value)


def test_the_command_line_says_why_not(capsys):
    assert main(["limit", NAME]) == 2
    assert "munu.limit('solar_antineutrinos', '12=1')" in capsys.readouterr().err
    assert main(["limit", NAME, "--along", "12=1", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)["limits"][0]
    assert row["mu"] == pytest.approx(1.654072e-10, rel=1e-6)


@pytest.mark.long
def test_its_figure(tmp_path):
    made = plots.draw(NAME)
    paths = plots.save(made, tmp_path, ("png",))
    table = _data.read(next(p for p in paths if p.suffix == ".ecsv"))
    panel, curve, x, y = (table[k] for k in ("panel", "curve", "x", "y"))
    at = (panel == "bound") & (curve == "kamland_2011")
    np.testing.assert_allclose((x * y)[at], 4.50e-20 * MeV / GAUSS, rtol=1e-2)
    # lines and dots: evolved and leading order
    line, dots = (panel == "conversion"), (panel == "leading")
    for name in set(curve[dots]):
        of = np.interp(x[dots & (curve == name)], x[line & (curve == name)],
                       y[line & (curve == name)])
        np.testing.assert_allclose(of, y[dots & (curve == name)], rtol=1e-2)
    assert "munu 0" in json.dumps([t.get_text() for t in made.fig.texts])
