"""The likelihood of named parameters: the same number as the limit's own, and exact derivatives."""

import pickle

import numpy as np
import pytest

from munu import flavors, probes
from munu.errors import DomainError, UnknownName
from munu.inference.likelihood import nll
from munu.inference.named import named
from munu.inference.study import study
from munu.probes.measured import Counts
from munu.ray import Ray, read
from munu.units import eV, keV

SIZES = {"xenonnt": 1e-11, "borexino": 4e-11, "conus_plus": 2e-10, "coherent_csi": 3e-9,
         "texono": 1e-10}


def somewhere(model, size):
    """A point off every centre."""
    rng = np.random.default_rng(3)
    eta = model.centre + 0.05 * rng.uniform(size=model.centre.size)
    return model.at(**{model.couplings.names[0]: size}, **dict(zip(model.nuisances, eta,
                                                                    strict=True)))


@pytest.mark.parametrize("name", SIZES)
def test_it_is_the_likelihood_of_the_limit(name):
    """Poisson, Gaussian, correlated errors, pulls and priors."""
    model = named(name)
    p = somewhere(model, SIZES[name])
    problem = study([probes.get(name)], Ray.portal()).at(np.array([p["mu"]]), np.zeros(1, int))
    eta = np.array([[p[n] for n in model.nuisances]])
    assert model(p) == pytest.approx(nll(problem, np.ones(1), eta, model.data)[0], rel=1e-12)


def test_two_probes_multiply():
    both = named(["xenonnt", "conus_plus"])
    p = somewhere(both, 1e-11)
    alone = named("xenonnt"), named("conus_plus")
    parts = [m(m.at(mu=1e-11, **{n: p[f"{who}: {n}"] for n in m.nuisances}))
             for who, m in zip(("xenonnt", "conus_plus"), alone, strict=True)]
    assert both(p) == pytest.approx(sum(parts), rel=1e-12)


@pytest.mark.parametrize("name", ["xenonnt", "coherent_csi"])
def test_derivatives_of_the_expectation_are_exact(name):
    model = named(name, flavor="e", mixing={"s12": 0.012} if name == "xenonnt" else None)
    p = somewhere(model, SIZES[name])
    for row, key in zip(model.jacobian(p), model.names, strict=True):
        h = 1e-3 * abs(p[key]) or 1e-3
        # the expectation is quadratic in each: a central difference has no error but round-off
        two = (model.mean({**p, key: p[key] + h}) - model.mean({**p, key: p[key] - h})) / (2 * h)
        assert row == pytest.approx(two, rel=1e-7, abs=1e-9 * np.abs(row).max()), key


@pytest.mark.parametrize(("kind", "along", "moments"), [
    ("majorana", "emu=1+2j,etau=-1,mutau=3+1j", {"emu": 1 + 2j, "etau": -1, "mutau": 3 + 1j}),
    ("dirac", "ee=1,emu=0.5j,mutau=-2,tautau=1+1j",
     {"ee": 1, "emu": 0.5j, "mutau": -2, "tautau": 1 + 1j}),
])
def test_a_moment_matrix_expects_what_its_ray_expects(kind, along, moments):
    whole = named("borexino", moments=kind)
    ray = named("borexino", read(along, nature=kind))
    v = dict.fromkeys(whole.couplings.names, 0.0)
    for n, z in moments.items():
        v |= {f"re_{n}": 1e-11 * np.real(z), f"im_{n}": 1e-11 * np.imag(z)}
    assert whole.mean(whole.at(**v)) == pytest.approx(ray.mean(ray.at(mu=1e-11)), rel=1e-12)


def test_a_portal_of_three_moments_keeps_their_phases():
    whole = named("borexino", M_N=200 * keV, moments="portal")
    flavor = (1.0, 0.3 - 0.5j, 0.8j)
    ray = named("borexino", M_N=200 * keV, flavor=flavor)
    v = {f"{part}_d_{a}": 2e-11 * getattr(complex(z), part2)
         for a, z in zip(flavors.NAMES, flavor, strict=True)
         for part, part2 in (("re", "real"), ("im", "imag"))}
    p = whole.at(**v)
    assert whole.mean(p) == pytest.approx(ray.mean(ray.at(mu=2e-11)), rel=1e-11)
    # turning all phases together changes nothing
    J = whole.jacobian(p)[:6]
    turn = np.array([-p[n.replace("re", "im")] if n[:2] == "re" else p[n.replace("im", "re")]
                     for n in whole.couplings.names])
    # d(d_a)/d(phase) = i d_a
    assert np.abs(turn @ J).max() < 1e-12 * np.abs(J).max() * np.abs(turn).max()


def test_a_mixing_angle_moves_what_is_expected_to_second_order():
    model = named("xenonnt", flavor="e", mixing={"s12": 0.012})
    fit = flavors.mixing()
    for shift, off in ((1.0, 1e-4), (0.25, 1e-9)):
        there = named(probes.get("xenonnt", mixing=fit.with_(s12=fit.s12 + 0.012 * shift)),
                      flavor="e")
        assert model.mean(model.at(mu=2e-11, s12=shift)) == pytest.approx(
            there.mean(there.at(mu=2e-11)), rel=off)


def test_it_travels():
    model = named("conus_plus")
    p = model.at(mu=1e-10)
    assert pickle.loads(pickle.dumps(model))(p) == model(p)


def test_a_seen_bin_without_expectation_is_impossible():
    model = named("xenonnt")
    assert isinstance(probes.get("xenonnt").measured, Counts)
    assert model(model.at(mu=0.0, B0=0.0)) == np.inf


@pytest.mark.parametrize(("call", "said"), [
    (lambda: named("xenonnt", M_N="1keV,2keV"), "of one mass; 2 were given"),
    (lambda: named("red_giants"), "ceiling or a claim"),
    (lambda: named("darwin"), "needs_data: it holds no data"),
    (lambda: named("xenonnt", mixing={"s12": 0.0}), "error of s12 = 0.0 must be a number above 0"),
    (lambda: named("xenonnt", mixing={"s12": 0.01}), "nothing that is expected depends on s12"),
    (lambda: named("borexino", moments="majorana", M_N=1 * keV), "take moments='portal'"),
    (lambda: named("borexino", moments="majorana", flavor="e"), "leave along and flavor out"),
    (lambda: named("xenonnt", "q", flavor="e", squared=True), "odd powers of q"),
    (lambda: named("xenonnt", mixing=["s12"]), "must name parts with their errors"),
    (lambda: named("xenonnt", background_error=-0.1),
     "background_error = -0.1 must be a number above 1e-9"),
    (lambda: named("conus_plus", background_error=0.1), "leave background_error out"),
    (lambda: named("xenonnt")({"mu": 0.0}), "the parameters B0 are missing"),
    (lambda: named("xenonnt").at(), "give mu too"),
])
def test_what_cannot_be_is_said_in_one_line(call, said):
    with pytest.raises(DomainError) as caught:
        call()
    assert said in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("call", [
    lambda: named("xenonnt", mixing={"s1": 0.01}),
    lambda: named("xenonnt", moments="scalar"),
    lambda: named("xenonnt").at(mu=0.0, b0=1.0),
    lambda: named("xenonnt")({"mu": 0.0, "B0": 1.0, "B1": 1.0}),
])
def test_unknown_names_are_refused_with_those_that_there_are(call):
    with pytest.raises(UnknownName):
        call()


def test_a_splitting_is_in_its_unit():
    model = named("borexino", flavor="e", mixing={"dm21": 2e-6 * eV**2})
    assert model.units["dm21"] == f"{2e-6 * eV**2:.6g}"
