"""From effective moments to moments of the Lagrangian."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import munu
from munu import atlas, flavors
from munu.atlas.moments import DEFAULT, KINDS, form, fundamental, of_limit, state
from munu.couplings import mu_eff_short_baseline
from munu.errors import MunuError
from munu.sources import solar, stopped_pion
from munu.units import MeV, keV, m

MIX = flavors.mixing()
parts = st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=3, max_size=3) \
    .map(lambda x: np.array([complex(*z) for z in x]) * 1e-11)
kinds = st.sampled_from(list(KINDS))


def couplings(kind, x):
    """The couplings that the three numbers of a kind stand for."""
    if kind == "portal":
        return munu.DipolePortal(1.0, 0.0, tuple(x))
    if kind == "dirac":
        mu = np.zeros((3, 3), dtype=complex)
        mu[:, 0] = x
        return munu.Couplings(mu=mu, nature="dirac", basis="mass")
    return munu.Couplings.majorana(x[2], -x[1], x[0], basis="mass")


@given(kinds, parts, st.sampled_from(["e", "mu", "tau"]))
def test_the_form_is_the_effective_moment_of_a_beam(kind, x, flavor):
    if not np.abs(x).max() > 1e-14:
        return
    W = form(flavors.projector(flavor), kind, MIX.U)
    expected = mu_eff_short_baseline(couplings(kind, x), flavor, MIX.U)
    assert np.sqrt((x.conj() @ W @ x).real) == pytest.approx(expected, rel=1e-9, abs=1e-24)


@given(kinds, parts)
def test_the_form_is_the_effective_moment_of_the_sun(kind, x):
    """One line alone, where the average over energies has one term."""
    if not np.abs(x).max() > 1e-14:
        return
    W = form(state(solar.source().only("be7_862"), 2 * keV), kind, MIX.U)
    line = solar.source().only("be7_862").lines[0][0]
    expected = solar.mu_eff(line, couplings(kind, x), "be7_862")
    assert np.sqrt((x.conj() @ W @ x).real) == pytest.approx(expected, rel=1e-9)


def test_solar_states_are_mixtures_of_mass_states():
    """In the mass basis the form is diagonal: no phase is seen."""
    W = form(state(solar.source(), 2 * keV), "dirac", MIX.U)
    assert np.abs(W - np.diag(np.diag(W))).max() < 1e-12
    assert np.trace(W).real == pytest.approx(1.0)


def test_beams_of_both_charges_count_together():
    R = state(stopped_pion.source(distance=20 * m), 1 * MeV)
    assert np.trace(R).real == pytest.approx(1.0)
    assert R[2, 2] == 0 and R[0, 0].real > 0.2


@given(kinds, st.integers(0, 10**6))
def test_nothing_allowed_lies_outside(kind, seed):
    """Random moments on the edge of what all limits allow never exceed the profiled bound."""
    found = fundamental(kind)
    forms = [form(of_limit(atlas.get(n), MIX), kind, MIX.U) / atlas.get(n).upper[0] ** 2
             for n in DEFAULT]
    rng = np.random.default_rng(seed)
    x = (rng.normal(size=(300, 3)) + 1j * rng.normal(size=(300, 3))) \
        * 10 ** rng.uniform(-2, 2, (300, 3))
    q = np.max([np.einsum("na,ab,nb->n", x.conj(), A, x).real for A in forms], axis=0)
    reach = (np.abs(x) / np.sqrt(q)[:, None]).max(axis=0)
    assert np.all(reach <= found.profiled * (1 + 1e-6))


@pytest.mark.parametrize("kind", KINDS)
def test_more_limits_never_loosen(kind):
    few, more = fundamental(kind, DEFAULT[:2]), fundamental(kind, DEFAULT)
    assert np.all(more.alone <= few.alone * (1 + 1e-9))
    assert np.all(more.profiled <= few.profiled * (1 + 1e-6))
    assert np.all(more.alone <= more.profiled * (1 + 1e-9))


def test_a_beam_of_one_flavor_leaves_the_others_free():
    made = fundamental("portal", ["gemma_2012"])
    assert made.profiled[0] == pytest.approx(2.9e-11, rel=1e-6)
    assert np.isinf(made.profiled[1:]).all() and np.isinf(made.alone[1:]).all()


def test_reactors_alone_cannot_bound_majorana_moments_with_free_phases():
    """Two of three Lambda can cancel against each other in one beam; three beams can not."""
    one, three = (fundamental("majorana", x) for x in (
        ["gemma_2012"], ["gemma_2012", "lsnd_2001", "donut_2001"]))
    assert np.isinf(one.profiled).all()
    assert np.isfinite(three.profiled).all() and np.all(three.profiled > 1.5 * three.alone)


def test_a_computed_limit_takes_part():
    ours = munu.limit("borexino", expected=False)
    made = fundamental("portal", [(ours, state(solar.source(), 200 * keV))])
    alone = munu.limit("borexino", flavor="e", expected=False).value
    assert made.alone[0] == pytest.approx(alone, rel=0.05)
    with pytest.raises(MunuError, match="curve"):
        fundamental("portal", [ours])


@pytest.mark.parametrize(("bad", "said"), [
    (["sn1987a_universal"], "curve"), (["juno_sfp_2026"], "another moment"), ([], "no limit"),
    (["gemma"], "gemma_2012")])
def test_what_bounds_no_effective_moment(bad, said):
    with pytest.raises(MunuError, match=said):
        fundamental("majorana", bad)
