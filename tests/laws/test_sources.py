"""Laws of reactors, stopped pions, the atmosphere, the DSNB and users' fluxes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from munu import sources
from munu.constants import tau_mu, tau_pi
from munu.errors import MunuError
from munu.sources import reactor, stopped_pion
from munu.sources.source import Component, Source
from munu.units import MeV, cm, m, s, us

FLUX = "cm^-2 s^-1"


def total(source):
    return sum(c.total for c in source.components.values())


def test_a_gigawatt_at_ten_meters():
    """7.2 neutrinos and 206 MeV a fission give 1.74e13 a square centimeter and second."""
    made = sources.get("reactor", power="1 GW", distance="10 m")
    a_fission = reactor.nu_per_fission(captures=reactor.CAPTURES)
    expected = 1.74e13 * a_fission / 7.2 * 206 / (reactor.energy_per_fission() / MeV)
    assert total(made) * cm**2 * s == pytest.approx(expected, rel=3e-3)


def test_power_distance_and_flux_say_the_same():
    one = sources.get("reactor", power="2 GW", distance="20 m")
    other = reactor.source(flux=total(one))
    assert total(other) == pytest.approx(total(one), rel=1e-12)
    assert total(sources.get("reactor", power="2 GW", distance="40 m")) \
        == pytest.approx(total(one) / 4, rel=1e-12)


@given(st.floats(0, 1))
def test_a_mixture_of_fuels_is_linear(x):
    pure = [reactor.nu_per_fission({n: 1.0}) for n in ("U235", "Pu239")]
    mixed = reactor.nu_per_fission({"U235": x, "Pu239": 1 - x})
    assert mixed == pytest.approx(x * pure[0] + (1 - x) * pure[1], rel=1e-9)


def test_captures_add_two_neutrinos_each():
    assert reactor.nu_per_fission(captures=0.6) - reactor.nu_per_fission() \
        == pytest.approx(1.2, rel=1e-9)


def test_summation_and_conversion_agree_below_2_MeV_to_a_few_per_cent():
    one, other = (reactor.nu_per_fission(low=x) for x in reactor.LOW)
    assert one / other == pytest.approx(1.0, abs=0.1)
    assert one != other


@pytest.mark.parametrize("E", [1.0, 11.0])
def test_the_polynomials_are_never_continued(E):
    with pytest.raises(MunuError, match="2 to 10 MeV"):
        reactor.spectrum(E * MeV, "U235")


@pytest.mark.parametrize(("options", "said"), [
    ({}, "needs power and distance"), ({"power": "1 GW"}, "needs power and distance"),
    ({"power": "1 GW", "distance": "0 m"}, "above 0"),
    ({"flux": "1e13 cm^-2 s^-1", "power": "1 GW"}, "not both"),
    ({"flux": "1e13 cm^-2 s^-1", "fractions": {"U235": 0.5}}, "sum to"),
    ({"flux": "1e13 cm^-2 s^-1", "fractions": {"U236": 1.0}}, "U235"),
    ({"flux": "1e13 cm^-2 s^-1", "low": "none"}, "vogel_engel"),
    ({"power": "1 m", "distance": "1 m"}, "m"),
])
def test_a_reactor_that_cannot_be(options, said):
    with pytest.raises(MunuError, match=said):
        sources.get("reactor", **options)


@pytest.mark.parametrize("component", ["nu_e", "nubar_mu"])
def test_a_muon_gives_one_neutrino_of_each_kind(component):
    from munu.constants import m_mu

    one = quad(lambda E: float(stopped_pion.spectrum(E, component)), 0, m_mu / 2)[0]
    assert one == pytest.approx(1.0, rel=1e-9)


def test_stopped_pions_share_out_alike():
    made = sources.get("stopped_pion", distance="20 m", per_pot=0.08)
    parts = [c.total for c in made.components.values()]
    assert parts == pytest.approx([0.08 / (4 * np.pi * (20 * m) ** 2)] * 3, rel=1e-9)


@given(st.floats(0.01, 0.5))
def test_time_fractions_sum_to_one(width):
    edges = np.linspace(-5, 60, 400) * us
    for component in stopped_pion.COMPONENTS:
        f = stopped_pion.time_fraction(edges, component, pulse_width=width * us)
        assert np.all(f >= -1e-12)
        assert f.sum() == pytest.approx(1.0, abs=1e-9)


def test_mean_times_are_the_lives():
    edges = np.linspace(0, 80, 80001) * us
    middle = 0.5 * (edges[1:] + edges[:-1])
    prompt, delayed = (stopped_pion.time_fraction(edges, c) @ middle for c in ("prompt", "nu_e"))
    assert prompt == pytest.approx(tau_pi, rel=1e-3)
    assert delayed == pytest.approx(tau_pi + tau_mu, rel=1e-3)


def test_the_pulse_read_off_the_release_has_the_pulse_and_the_muon():
    """The prompt pulse is a short hump; the delayed neutrinos follow it with the muon's life."""
    from munu.probes._coherent import shapes

    cell, prompt, delayed = shapes()
    t = 0.5 * (cell[1:] + cell[:-1])
    assert prompt.sum() == pytest.approx(1.0)
    mean = prompt @ t
    width = np.sqrt(prompt @ (t - mean) ** 2)
    assert 0.4 < mean < 0.6 and 0.1 < width < 0.25
    late = (t > 2) & (t < 6)
    life = -1 / np.polyfit(t[late], np.log(delayed[late]), 1)[0]
    assert life == pytest.approx(tau_mu / us, rel=0.01)


@pytest.mark.parametrize("site", ["gran_sasso", "frejus", "kamioka"])
def test_atmospheric_neutrinos_have_two_mu_for_one_e(site):
    E = np.array([300.0, 1000.0]) * MeV
    f = sources.get("atmospheric", site=site).flux(E)
    ratio = (f[1] + f[4]) / (f[0] + f[3])
    assert np.all((ratio > 1.5) & (ratio < 3))


def test_the_dsnb_is_tens_a_square_centimeter_and_second():
    thermal = total(sources.get("dsnb", model="thermal")) * cm**2 * s
    assert thermal == pytest.approx(85.7, rel=0.02)


HEADER = """# %ECSV 1.0
# ---
# delimiter: ','
# datatype:
# - {{name: E_nu, unit: MeV, datatype: float64}}
# - {{name: {flavor}, unit: '{unit}', datatype: float64}}
# meta: {{source: unpublished}}
E_nu,{flavor}
"""


def write(path, rows, flavor="nu_e", unit="cm^-2 s^-1 MeV^-1"):
    path.write_text(HEADER.format(flavor=flavor, unit=unit) + rows)
    return path


def test_a_flux_of_ones_own(tmp_path):
    made = sources.get("from_file", path=write(tmp_path / "f.ecsv", "1,0\n2,3\n3,0\n"))
    assert total(made) * cm**2 * s == pytest.approx(3.0)
    assert made.per == "second"


def test_a_flux_per_proton(tmp_path):
    made = sources.get("from_file", path=write(tmp_path / "f.ecsv", "1,1\n2,1\n",
                                               unit="cm^-2 MeV^-1"))
    assert made.per == "pot"


@pytest.mark.parametrize(("rows", "changes", "said"), [
    ("1,1\n2,-1\n", {}, "negative"), ("2,1\n1,1\n", {}, "rise|increas"),
    ("1,1\n2,nan\n", {}, "finite"), ("1,1\n2,1\n", {"flavor": "nu_x"}, "nu_e"),
    ("1,1\n2,1\n", {"unit": "MeV"}, "flux"), ("", {}, "no rows"),
    ("1,1\n2,1\n", {"unit": "cm^-2"}, "flux"), ("1,1\n", {}, "two rows"),
])
def test_a_flux_file_that_cannot_be(tmp_path, rows, changes, said):
    with pytest.raises(MunuError, match=said):
        sources.get("from_file", path=write(tmp_path / "f.ecsv", rows, **changes))


@given(st.lists(st.floats(0, 5), min_size=3, max_size=8), st.floats(0.3, 5.0))
def test_the_logarithmic_moment_against_quadrature(phi, low):
    E = np.linspace(1, 6, len(phi))
    part = Component("x", E, np.array([phi]), np.array([2.5]), np.array([[0.7]]))
    basis = np.zeros((1, 2, 3, 3), dtype=complex)
    basis[0, 0] = np.eye(3) / 3
    moments = Source(name="x", basis=basis, components={"x": part}).moments()

    def f(e):
        return np.interp(e, E, phi, left=0, right=0) * np.log(e / 0.5)

    cuts = [c for c in E if c > low]
    exact = sum(quad(f, a, b, epsabs=1e-13)[0] for a, b in zip([max(low, 1.0), *cuts][:-1],
                                                              cuts, strict=False)) if cuts else 0
    exact += 0.7 * np.log(2.5 / 0.5) * (low <= 2.5)
    assert float(moments.log(np.array(low), 0.5)) == pytest.approx(exact, rel=1e-8, abs=1e-10)


def test_a_mono_energetic_source_is_a_line():
    made = sources.get("monoenergetic", E_nu="0.75 MeV", flavor="e", flux="1e12 cm^-2 s^-1")
    (E, rho), = made.lines
    assert pytest.approx(0.75 * MeV) == E
    assert np.trace(rho[0]).real * cm**2 * s == pytest.approx(1e12)
