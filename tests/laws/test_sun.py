"""The Sun: weights that sum to one, coherent couplings, and exact flux moments."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import munu
from munu import flavors
from munu.couplings import mu_eff_mass_states, mu_eff_short_baseline
from munu.sources import solar
from munu.units import MeV, cm, deg, s

energies = st.floats(0.05, 15).map(lambda x: x * MeV)
components = st.sampled_from(solar.COMPONENTS)
phases = st.floats(0, 2 * np.pi)
moments = st.complex_numbers(max_magnitude=5, allow_nan=False, allow_infinity=False)


@given(energies, components, st.sampled_from(solar.MODELS))
def test_every_neutrino_arrives_as_something(E, name, model):
    total = sum(solar.flavor_probability(E, f, name, model) for f in flavors.NAMES)
    assert total == pytest.approx(1, rel=1e-12)
    assert solar.mass_weights(E, name, model).sum(axis=0) == pytest.approx(1, rel=1e-12)


def test_survival_falls_from_vacuum_to_matter():
    P = solar.P_ee(np.geomspace(0.01, 15, 60) * MeV, "b8")
    assert np.all(np.diff(P) < 0)
    mix = flavors.mixing()
    vacuum = (1 - mix.s13) ** 2 * (1 - 2 * mix.s12 * (1 - mix.s12)) + mix.s13**2
    assert P[0] == pytest.approx(vacuum, rel=5e-3)


def test_pmns_is_unitary():
    for name in flavors.names():
        for ordering in ("NO", "IO"):
            U = flavors.mixing(name, ordering).U
            np.testing.assert_allclose(U @ U.conj().T, np.eye(3), atol=1e-14)


def test_orderings_and_data_sets_by_name():
    assert flavors.mixing("nufit-5.2").s23 == pytest.approx(0.451)
    assert flavors.mixing("nufit-5.2-nosk").s23 == pytest.approx(0.572)
    assert flavors.mixing("nufit-6.0", "IO").dm31 < 0 < flavors.mixing("nufit-6.0").dm31


def test_universal_is_weight_one():
    sun = solar.source()
    portal = munu.DipolePortal(3e-11, 0.0)
    C = portal.trace_matrix
    weighted, plain = sun.moments([C, C]), sun.moments()
    E = np.geomspace(0.01, 10, 50) * MeV
    np.testing.assert_allclose(weighted(E), 9e-22 * plain(E), rtol=1e-12)


@pytest.mark.parametrize(("couplings", "delta", "weight"), [
    ((1, 1, 1), 0.0, 0.376), ((1, 1, 1), 232.0, 0.729), ((1, -1, 1), 0.0, 1.82)])
def test_one_coherent_N_is_not_universal(couplings, delta, weight):
    """nu_e, nu_mu and nu_tau on one N interfere: the CP phase decides by how much."""
    mix = flavors.mixing().with_(delta=delta * deg)
    found = solar.mu_eff(0.3 * MeV, munu.DipolePortal(1.0, 0.0, couplings), mixing=mix) ** 2
    assert found == pytest.approx(weight, rel=0.01)


@given(moments, moments, moments, energies)
def test_majorana_closed_form(a, b, c, E):
    """|L|^2 - c13^2 |L2|^2 - s13^2 |L3|^2 + c13^2 P (|L2|^2 - |L1|^2), L_i = eps_ijk l_jk / 2."""
    mix = flavors.mixing()
    c13, s13 = 1 - mix.s13, mix.s13
    L = np.abs([c, b, a]) ** 2
    P = solar.mass_weights(E, "pp")[0] / c13
    closed = L.sum() - c13 * L[1] - s13 * L[2] + c13 * P * (L[1] - L[0])
    found = solar.mu_eff(E, munu.Couplings.majorana(a, b, c, basis="mass"), "pp") ** 2
    assert found == pytest.approx(closed, rel=1e-9, abs=1e-12)


@given(moments, moments, moments, phases)
def test_basis_does_not_matter(a, b, c, delta):
    U = flavors.mixing().with_(delta=delta).U
    here = munu.Couplings.majorana(a, b, c)
    there = here.in_basis("mass", U)
    np.testing.assert_allclose(there.mu, -there.mu.T, atol=1e-12)
    np.testing.assert_allclose(there.in_basis("flavor", U).mu, here.mu, atol=1e-12)
    for flavor in flavors.NAMES:
        assert mu_eff_short_baseline(there, flavor, U) == pytest.approx(
            mu_eff_short_baseline(here, flavor), abs=1e-10)
    P = [0.5, 0.3, 0.2]
    assert mu_eff_mass_states(there, P, U) == pytest.approx(mu_eff_mass_states(here, P, U),
                                                            abs=1e-10)


def test_dirac_moments_keep_the_label_of_the_right_handed_state():
    U = flavors.mixing().U
    matrix = np.arange(9).reshape(3, 3) * (1 + 0.3j)
    here = munu.Couplings(mu=matrix, nature="dirac", basis="mass")
    back = here.in_basis("flavor", U).in_basis("mass", U)
    np.testing.assert_allclose(back.mu, matrix, atol=1e-12)


# ---- flux moments ------------------------------------------------------------------------

def brute(source, C, E):
    """Cell by cell with 12 Gauss nodes, lines by hand."""
    x, w = np.polynomial.legendre.leggauss(12)
    total = np.zeros(3)
    weights = np.einsum("bxij,xji->b", source.basis, C).real
    for c in source.components.values():
        for e, phi in zip(c.lines_E, (weights @ c.lines_phi), strict=True):
            if e >= E:
                total += phi / e ** np.arange(3)
        if c.E.size:
            cuts = np.unique(np.clip(np.append(c.E, E), E, None))
            for low, high in pairwise(cuts):
                at = 0.5 * (high - low) * x + 0.5 * (high + low)
                phi = sum(wb * np.interp(at, c.E, p, right=0) for wb, p in
                          zip(weights, c.phi, strict=True))
                total += [0.5 * (high - low) * np.sum(w * phi / at**k) for k in range(3)]
    return total


@pytest.mark.parametrize("sign", [1, -1])
def test_flux_moments_equal_brute_quadrature(sign):
    sun = solar.source()
    for flavor in ("e", "mu"):
        C = sign * np.broadcast_to(flavors.projector(flavor), (2, 3, 3))
        for E in np.array([0.003, 0.05, 0.3, 0.3843, 0.42, 0.8613, 0.9, 1.4449, 3.0, 14.0]) * MeV:
            np.testing.assert_allclose(sun.moments(C)(E), brute(sun, C, E), rtol=1e-9)


@given(st.floats(0.002, 17).map(lambda x: x * MeV), st.floats(1e-3, 0.5))
def test_moments_fall_with_energy(E, step):
    low, high = (solar.source().moments()(x) for x in (E, E * (1 + step)))
    assert np.all(low >= high)


def test_above_every_end_point_there_is_nothing():
    assert np.all(solar.source().moments()(np.array([20.0, 1e3]) * MeV) == 0)


def test_lines_count_at_their_own_energy():
    sun = solar.source().only("be7_862")
    line = sun.lines[0][0]
    assert sun.moments()(line)[0] == pytest.approx(sun.components["be7_862"].total)
    assert sun.moments()(line * (1 + 1e-12))[0] == 0


@pytest.mark.parametrize("model", solar.MODELS)
def test_fluxes_are_normalized(model):
    from munu import _data

    table = _data.load("fluxes/solar_b16")
    column = "flux_" + model.lower().removesuffix("met")
    for row in table.rows():
        assert solar.source(model).components[row["source"]].total == pytest.approx(
            row[column], rel=1e-12)


def test_six_flavors_share_the_flux():
    sun, E = solar.source(), np.array([0.2, 0.4, 1.0, 5.0]) * MeV
    six = sun.flux(E)
    assert six.shape == (6, 4) and np.all(six[3:] == 0)
    np.testing.assert_allclose(six[0, 0] / six[:, 0].sum(), solar.P_ee(0.2 * MeV, "pp"), rtol=1e-3)
    state = sun.state(E)
    np.testing.assert_allclose(state, state.conj().swapaxes(1, 2), atol=1e-12 * abs(state).max())


def test_total_flux_of_the_sun():
    total = sum(c.total for c in solar.source().components.values())
    assert total * cm**2 * s == pytest.approx(6.5e10, rel=0.02)
