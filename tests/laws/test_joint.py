"""Moments of the Lagrangian fitted to what experiments saw."""

import pickle
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from munu import flavors, probes
from munu.atlas._joint_fit import Fit
from munu.atlas.joint import joint
from munu.atlas.moments import KINDS, form, fundamental
from munu.errors import DomainError, UnknownName
from munu.inference import limit
from munu.inference.intervals import rise
from munu.inference.likelihood import profile
from munu.inference.matrix import coordinates, hermitian, matrix
from munu.inference.study import study
from munu.probes.expected import Polynomial
from munu.probes.measured import Values
from munu.probes.probe import Probe
from munu.ray import Ray
from munu.spectrum import Axis
from munu.units import keV
from tests.unit.command import run

U = flavors.mixing().U
DELTA = rise(0.90, "profile")
parts = st.lists(st.tuples(st.floats(-2, 2), st.floats(-2, 2)), min_size=3, max_size=3) \
    .map(lambda x: np.array([complex(*z) for z in x]))


class Squares:
    """Bins that each expect Re Tr[R C] over 1e-22 mu_B^2."""

    def __init__(self, states):
        self.states = states

    def __call__(self, ray, **ways):
        C = ray.trace_matrix(U)
        made = np.array([np.trace(R @ C).real for R in self.states]) * 1e22
        return Polynomial(signal={2: made[None]})


def synthetic(states, values, errors, name="squares"):
    axis = Axis("bin", "1", np.arange(len(states) + 1.0))
    return Probe(name=name, title=name, grade="counts", expects=Squares(states),
                 signal=lambda c: None, measured=Values(axis, np.array(values, dtype=float),
                                                        np.array(errors, dtype=float)))


def state(seed):
    """A flavor state of full rank."""
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    R = a @ a.conj().T + 0.3 * np.eye(3)
    return R / np.trace(R).real


@pytest.fixture(scope="module")
def likelihood():
    return matrix([probes.get("xenonnt"), probes.get("conus_plus")], [probes.get("lsnd")])


@cache
def pair():
    many = [probes.get("xenonnt"), probes.get("pandax4t")]
    return many, matrix(many)


def test_coordinates_are_those_of_a_product():
    A, C = state(1), state(2)
    assert coordinates(A) @ coordinates(C) == pytest.approx(np.trace(A @ C).real)
    assert np.allclose(hermitian(coordinates(A)), A)


@given(parts)
@settings(max_examples=4)
def test_it_is_the_likelihood_of_the_probes(x):
    """At any couplings as munu.limit has it along a ray, flux errors, norms and all."""
    if np.abs(x).max() < 0.1:
        return
    many, made = pair()
    value = made.value(coordinates(1e-22 * np.outer(x.conj(), x)))[0]
    s = study(many, Ray.portal(0.0, tuple(x)), flux_nuisances=True)
    assert value == pytest.approx(profile(s.even(), np.array([1e-22]), s.data)[0][0], rel=1e-9)
    assert made.floating == ("xenonnt", "pandax4t")


@given(parts, st.sampled_from(list(KINDS)))
@settings(max_examples=15)
def test_its_gradient_is_its_change(likelihood, x, kind):
    fit = Fit.of(likelihood, kind, U, 1)
    Y = np.tile(x[:, None], (1, fit.columns)) * (1 + np.arange(fit.columns))
    value, slope, _ = fit(Y)
    rng = np.random.default_rng(0)
    d = rng.normal(size=Y.shape) + 1j * rng.normal(size=Y.shape)
    h = 1e-5
    change = (fit(Y + h * d)[0] - fit(Y - h * d)[0]) / (2 * h)
    assert np.sum((slope.conj() * d).real) == pytest.approx(change, rel=1e-4,
                                                            abs=1e-5 * (1 + abs(value)))


@given(parts, st.floats(0, 6))
@settings(max_examples=10)
def test_phases_that_nobody_sees_are_not_seen(likelihood, x, phase):
    """All moments together, Majorana phases of the mixing, and what the right-handed states of
    Dirac neutrinos are called."""
    turn = np.diag(np.exp(1j * np.array([0.3, phase, -0.7])))
    for kind in KINDS:
        fit = Fit.of(likelihood, kind, U, 1)
        Y = np.tile(x[:, None], (1, fit.columns)) * (1 + np.arange(fit.columns))
        here = fit(Y)[0]
        assert fit(np.exp(1j * phase) * Y)[0] == pytest.approx(here, rel=1e-9)
        if kind == "dirac":
            V = np.linalg.qr(state(3))[0]
            assert fit(Y @ V)[0] == pytest.approx(here, rel=1e-9)
        if kind != "portal":
            other = Fit.of(likelihood, kind, U @ turn, 1)
            # of the mass states rephased: lambda' = turn lambda, and Lambda is its complement
            own = turn if kind == "dirac" else np.diag(np.prod(np.diag(turn)) / np.diag(turn))
            assert other(own @ Y)[0] == pytest.approx(here, rel=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_one_gaussian_value_is_a_bound_on_its_form(kind):
    """x' W x within its error: the bound of one alone, and that with all others free, are those of
    the ellipsoid."""
    R, error = state(5), 0.7
    found = joint(kind, [synthetic([R], [0.0], [error])], (), points=0)
    W = form(R, kind, U)
    edge = error * np.sqrt(DELTA)
    assert found.alone[:3, 1] * 1e11 == pytest.approx(np.sqrt(edge / np.diag(W).real), rel=1e-5)
    assert found.profiled[:3, 1] * 1e11 == pytest.approx(
        np.sqrt(edge * np.diag(np.linalg.inv(W)).real), rel=1e-4)
    assert found["total"][1] * 1e11 == pytest.approx(
        np.sqrt(edge / np.linalg.eigvalsh(W)[0]), rel=1e-4)
    # what is reached is allowed, and of that size
    for i in range(3):
        Y = found.reached[i] * 1e11
        assert np.linalg.norm(Y[i]) == pytest.approx(found.profiled[i, 1] * 1e11, rel=1e-4)
        assert np.trace(W @ Y @ Y.conj().T).real == pytest.approx(edge, rel=1e-3)


def test_a_plane_leaves_the_third_and_all_phases_free():
    """Of one Gaussian value: the form without the third moment, its phase against the sign."""
    R, error = state(5), 0.7
    found = joint("portal", [synthetic([R], [0.0], [error])], (), points=3, plane=("d_e", "d_tau"))
    names, x, y, ratio = found.plane
    W = form(R, "portal", U)
    left = W[np.ix_([0, 2], [0, 2])] - np.outer(W[[0, 2], 1], W[1, [0, 2]]) / W[1, 1]
    a, b = x[:, None] * 1e11, y[None] * 1e11
    value = a**2 * left[0, 0].real + b**2 * left[1, 1].real - 2 * a * b * abs(left[0, 1])
    assert names == ("d_e", "d_tau")
    assert ratio == pytest.approx((value / error) ** 2, rel=1e-3, abs=1e-6)
    assert found.plane_rise == pytest.approx(4.605, abs=1e-3), "of two parameters"
    assert found.as_dict()["plane"]["moments"] == ["d_e", "d_tau"]


def test_it_is_the_fit_of_limits_where_they_are_parabolas():
    """Of two values, at most as far as the separate limits let it, as both count together."""
    many = [synthetic([state(k)], [0.0], [0.5], f"p{k}") for k in (7, 8)]
    found = joint("portal", many, (), points=0)
    each = [(limit(p, flavor="universal", expected=False, scan=False), state(k))
            for p, k in zip(many, (7, 8), strict=True)]
    apart = fundamental("portal", each)
    assert np.all(found.profiled[:3, 1] < apart.profiled * (1 + 1e-3))
    # both risen by half at least where the separate ones are at their edge
    assert np.all(found.profiled[:3, 1] > apart.profiled * 2**-0.25 * (1 - 1e-3))


@pytest.mark.parametrize(("kind", "i", "along"), [
    ("portal", 0, {"flavor": "e"}), ("portal", 1, {"flavor": "mu"}),
    ("majorana", 0, {"along": "23=1"}), ("majorana", 2, {"along": "12=1"})])
def test_one_alone_is_the_limit_along_it(kind, i, along):
    many, made = pair()
    found = limit(many, flux_nuisances=True, expected=False, scan=False, **along)
    fit = Fit.of(made, kind, U, 1)
    Y = np.zeros((3, 1), dtype=complex)
    Y[i] = found.value * 1e11
    assert fit(Y)[0] - found.meta["minimum_2nll"][0] == pytest.approx(DELTA, rel=1e-5)


@pytest.mark.long
def test_more_data_bound_more_and_a_claim_bounds_too():
    one = joint("portal", ["pandax4t"], (), points=0)
    both = joint("portal", ["pandax4t", "lz"], (), points=0)
    assert np.all(both.profiled[:, 1] < one.profiled[:, 1])
    assert np.all(one.profiled[:3, 1] >= one.alone[:3, 1] * (1 - 1e-6))
    limits = limit("lz", flavor="e", expected=False, scan=False)
    assert both.alone[0, 1] < limits.value


@pytest.mark.long
def test_a_signal_is_found_again_whatever_the_phases():
    """Data of moments with phases: the fit holds them, and none of them may be 0 together."""
    states = [state(k) for k in range(9)]
    true = np.array([1.2, 0.8j, -0.5 + 0.4j])
    seen = [np.trace(R @ np.outer(true.conj(), true)).real for R in states]
    found = joint("portal", [synthetic(states, seen, np.full(9, 0.1))], (), points=3)
    assert found.gain > 50
    for i, name in enumerate(found.names[:3]):
        low, high = found[name]
        assert 0 < low < 1e-11 * abs(true[i]) < high < 1.5e-11 * abs(true[i])
        _, ratio = found.curves[name]
        assert ratio[0] > DELTA and np.all(ratio > -1e-6)
    assert np.abs(found.best[:, 0]) * 1e11 == pytest.approx(np.abs(true), rel=1e-3)
    # relative phases, of which the overall one is nothing
    phase = found.best[:, 0] * np.exp(-1j * np.angle(found.best[0, 0]))
    assert np.angle(phase[1]) == pytest.approx(np.pi / 2, abs=1e-2)
    other = joint("portal", [synthetic(states, seen, np.full(9, 0.1))], (), points=0, seed=7)
    assert other.profiled == pytest.approx(found.profiled, rel=1e-4)


def test_what_no_probe_sees_is_free():
    """Of nu_e alone nothing is known of d_mu and d_tau."""
    found = joint("portal", ["conus_plus"], (), points=0)
    assert np.isfinite(found["d_e"][1])
    assert found["d_mu"] == found["d_tau"] == (0.0, np.inf)
    assert found.rows()[1]["profiled_upper"] is None


def test_a_record_travels_and_says_what_was_left_out():
    found = joint("majorana", ["pandax4t"], points=2)
    again = pickle.loads(pickle.dumps(found))
    assert again.as_dict() == found.as_dict() and repr(again) == repr(found)
    made = found.as_dict()
    assert made["claims"] == ["lsnd"] and "gemma" in made["left_out"]
    assert any("parabola" in a for a in made["assumptions"])
    assert [r["moment"] for r in made["moments"]] == ["Lambda_1", "Lambda_2", "Lambda_3", "total"]
    assert len(made["curves"]["Lambda_1"]["size"]) == 2
    assert found.to_table().count("\n") == 5
    with pytest.raises(UnknownName, match="Lambda_1"):
        found["Lamda_1"]


@pytest.mark.parametrize(("asked", "said"), [
    ({"members": ["gemma", "xenonnt"]}, "do not multiply"),
    ({"members": ["lsnd"]}, "does not multiply"), ({"members": ["darwin"]}, "needs data"),
    ({"claims": ["red_giants"]}, "no claim"), ({"members": []}, "no probe"),
    ({"members": ["sn1987a_neutrinos"]}, "curve"), ({"points": 1}, "points"),
    ({"plane": ("Lambda_1",)}, "two moments"),
    ({"plane": ("Lambda_1", "Lambda_2"), "points": 0}, "points"),
    ({"level": 1.5}, "level"), ({"M_N": 5 * keV}, "leave M_N out"), ({"members": [3]}, "members"),
    ({"members": ["xenonnt", "xenonnt"]}, "same data"),
    ({"claims": ["lsnd", "lsnd"]}, "claim lsnd is named twice")])
def test_slips_are_one_line(asked, said):
    with pytest.raises(DomainError, match=said):
        joint("majorana", **{"claims": (), "members": ["xenonnt"], **asked})
    with pytest.raises(UnknownName, match="majorana"):
        joint("majoran")


@pytest.mark.parametrize(("words", "said"), [
    (["--probes", "xenonnt"], "add --joint"), (["--joint", "--limits", "gemma_2012"], "--limits"),
    (["--joint", "--claims", "red_giants"], "no claim"),
    (["--joint", "--kind", "dirac", "--mass", "5keV"], "leave M_N out"),
    (["--joint", "--plane", "d_e"], "Lambda_1")])
def test_slips_of_the_command_are_one_line(capsys, words, said):
    code, out, err = run(capsys, "moments", *words)
    assert (code, out) == (2, "") and err.count("\n") == 1 and said in err
