"""What if it is there: significances, what was seen, fingerprints, vetoes."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import munu
from munu import models, probes
from munu.atlas.inject import VETOES, inject
from munu.couplings import Couplings
from munu.errors import DomainError, UnknownName
from munu.inference import limit
from munu.inference.injected import CARRIED, signature
from munu.inference.intervals import rise
from munu.probes.expected import Background, Polynomial, Pull
from munu.probes.measured import Counts, Values
from munu.probes.probe import Probe
from munu.ray import Ray
from munu.spectrum import Axis
from munu.units import MeV, keV

RAY = Ray.portal(0.0)
AXIS = Axis("recoil", "keV", np.array([1.0, 2.0, 3.0, 4.0]) * keV)
SIGNAL = np.array([3.0, 2.0, 1.0])


class Expects:
    """Of a unit size, so many events over so many, of a known or a free norm."""

    def __init__(self, times=1.0, error=None, pull=None, background=20.0):
        self.times, self.error, self.pull, self.background = times, error, pull, background

    def __call__(self, ray, **ways):
        pulls = {} if self.pull is None else {"norm": Pull("all", self.pull)}
        return Polynomial(
            signal={2: self.times * SIGNAL[None]}, pulls=pulls,
            backgrounds={"flat": Background(self.times * np.full(3, self.background), self.error)})


def synthetic(name="synthetic", measured=None, grade="sensitivity", **how):
    return Probe(name=name, title=name, grade=grade, measured=measured, expects=Expects(**how),
                 signal=lambda c: None)


@pytest.mark.parametrize("name", ["xenonnt", "lz", "borexino", "conus_plus", "gemma"])
def test_an_expected_limit_is_excluded_at_its_level(name):
    """Where nothing is there, the median experiment rejects the size of its one-sided limit at
    1.28 standard deviations."""
    probe = probes.get(name)
    found = limit(probe, method="one_sided", scan=False)
    size = float((found.expected or found).upper[0])
    made = signature(probe, RAY, size)
    assert made.excludes == pytest.approx(np.sqrt(rise(0.90, "one_sided")), rel=1e-6)
    assert made.excludes == pytest.approx(1.2816, abs=1e-4)
    if name in ("xenonnt", "lz"):
        # where no norm rests at 0 and nothing of the signal errs, the other way round is alike
        assert made.discovers == pytest.approx(made.excludes, rel=0.02)


def test_of_gaussian_errors_both_are_one_number():
    class Value:
        def __call__(self, ray, **ways):
            return Polynomial(signal={2: SIGNAL[None]})

    errors = np.array([1.0, 2.0, 4.0])
    probe = Probe(name="v", title="v", grade="counts", expects=Value(), signal=lambda c: None,
                  measured=Values(AXIS, 2 * SIGNAL, errors))
    made = signature(probe, RAY, 1.5)
    z = 1.5**2 * np.sqrt(np.sum((SIGNAL / errors) ** 2))
    assert made.discovers == pytest.approx(z, rel=1e-9)
    assert made.excludes == pytest.approx(z, rel=1e-9)
    # seen is twice the unit signal, which fits best
    assert made.seen == pytest.approx(z * (1.5**2 - 2) / 1.5**2, rel=1e-6)
    assert signature(probe, RAY, 1.0).seen == pytest.approx(-z / 1.5**2, rel=1e-6), "more was seen"
    assert made.carries == pytest.approx((SIGNAL / errors) ** 2 / np.sum((SIGNAL / errors) ** 2))
    assert made.exposure(3.0) == pytest.approx((3 / z) ** 2, rel=1e-6)


def test_the_significance_of_one_known_background_is_the_textbook():
    """Z^2 = 2 [(s + b) ln(1 + s/b) - s] in each bin, of a background that is known."""
    made = signature(synthetic(error=1e-8), RAY, 2.0)
    s, b = 4 * SIGNAL, 20.0
    assert made.discovers**2 == pytest.approx(np.sum(2 * ((s + b) * np.log1p(s / b) - s)), rel=1e-6)
    assert made.excludes**2 == pytest.approx(np.sum(2 * (s - b * np.log1p(s / b))), rel=1e-6)


@pytest.mark.parametrize("how", [{"error": 1e-6}, {"error": None}, {"error": 0.1}, {"pull": 0.2}])
@given(st.floats(0.5, 3.0), st.floats(1.05, 2.0))
@settings(max_examples=4)
def test_it_grows_with_size_and_exposure(how, size, more):
    probe, longer = synthetic(**how), synthetic(times=more, **how)
    here, larger = signature(probe, RAY, size), signature(probe, RAY, more * size)
    later = signature(longer, RAY, size)
    assert 0 < here.discovers < larger.discovers and here.excludes < larger.excludes
    assert here.discovers < later.discovers and here.excludes < later.excludes
    assert here.exposure(5.0) >= here.exposure(3.0) > 0
    assert larger.exposure(3.0) < here.exposure(3.0)


@pytest.mark.parametrize("how", [{"error": 1e-6}, {"error": None}, {"error": 0.05}, {"pull": 0.2}])
def test_the_exposure_that_is_asked_gives_the_significance(how):
    made = signature(synthetic(**how), RAY, 1.7)
    for z in (3.0, 5.0):
        needed = made.exposure(z)
        if np.isfinite(needed):
            assert signature(synthetic(times=needed, **how), RAY, 1.7).discovers == pytest.approx(
                z, rel=1e-4)


def test_an_error_that_does_not_shrink_forbids_a_discovery():
    class Alike:
        def __call__(self, ray, **ways):
            return Polynomial(signal={2: np.ones((1, 3))},
                              backgrounds={"flat": Background(np.full(3, 20.0), 0.2)})

    probe = replace(synthetic(), expects=Alike())
    # a norm that is off by 5 and more of 20 events in every bin is not found at 5 sigma
    made = signature(probe, RAY, 1.0)
    assert made.exposure(3.0) == np.inf and made.discovers < 0.3


@pytest.mark.parametrize("name", ["xenonnt", "conus_plus", "coherent_csi", "gemma"])
def test_nothing_is_nothing(name):
    made = signature(probes.get(name), RAY, 0.0)
    assert made.discovers == made.excludes == 0 and not made.signal.any()
    assert made.where is None and not made.exposures
    assert made.against in (0.0, pytest.approx(0.0, abs=1e-9)) or np.isnan(made.against)


def test_what_was_seen_is_what_the_limit_says():
    """At the edge of the observed limit the data are as far off as its level says."""
    found = limit("xenonnt", scan=False)
    for size, beyond in ((found.value * 0.999, False), (found.value * 1.001, True)):
        made = signature(probes.get("xenonnt"), RAY, size)
        assert made.seen == pytest.approx(np.sqrt(rise(0.90, "profile")), rel=5e-3)
        assert made.excluded is beyond and made.level == 0.90


def test_an_excess_prefers_a_signal():
    made = signature(probes.get("xenon1t"), RAY, 2e-11)
    assert made.against < 0 and made.excluded is False
    assert made.where == pytest.approx((1 * keV, 4 * keV)), "the excess was between 1 and 7 keV"


def test_the_bins_that_carry_it_hold_as_much_as_they_say():
    made = signature(probes.get("lz"), RAY, 2e-11)
    low, high = made.where
    edges, share = made.axis.edges, made.along("carries")
    inside = (edges[:-1] >= low) & (edges[1:] <= high)
    assert made.axis.unit == "keV" and share.sum() == pytest.approx(1.0)
    assert CARRIED <= share[inside].sum() < 1
    assert made.along("signal").sum() == pytest.approx(made.signal.sum())


def test_independent_probes_add_in_quadrature():
    one = synthetic("one", Counts(AXIS, np.full(3, 20.0)), "counts")
    two = synthetic("two", Counts(AXIS, np.full(3, 22.0)), "counts", times=2.0)
    both = inject(munu.DipolePortal(1.0, 0.0), [one, two])
    z = [s.discovers for s in both.signatures]
    assert both.combined["data"] == pytest.approx(np.hypot(*z), rel=1e-12)
    assert z == sorted(z, reverse=True) and [s.name for s in both.signatures] == ["two", "one"]
    # what rests on the same data is counted once, and a projection is apart
    same = [replace(p, data=("one run",)) for p in (one, two)]
    assert inject(munu.DipolePortal(1.0, 0.0), same).combined["data"] == pytest.approx(max(z))
    beside = inject(munu.DipolePortal(1.0, 0.0), [one, synthetic("three")])
    assert beside.combined["data"] == pytest.approx(min(z))
    assert beside.combined["projections"] == pytest.approx(min(z))


def test_two_runs_are_one_of_their_likelihood():
    """The quadrature is the likelihood of both, if they share nothing that is not known."""
    from munu.inference.likelihood import profile
    from munu.inference.study import study

    pair, size = [probes.get("xenonnt"), probes.get("pandax4t")], 1e-11
    s = study(pair, RAY)
    x, j = np.array([size]), np.zeros(1, dtype=int)
    there, none = s.at(x, j), s.at(0 * x, j)
    mean = there.signal[0] + there.fixed + there.background.sum(axis=0)
    q = profile(none, np.ones(1), mean)[0][0]
    found = inject(munu.DipolePortal(size, 0.0), pair)
    assert found.combined["data"] == pytest.approx(np.sqrt(q), rel=1e-6)


def test_phases_and_bases_of_the_same_moments_are_seen_alike():
    from munu import flavors

    U = flavors.mixing().U
    light = Couplings.majorana(emu=1e-11, etau=4e-12j)
    turned = Couplings(mu=np.exp(0.7j) * light.mu, nature="majorana")
    among = ["xenonnt", "borexino", "conus_plus"]
    z = {s.name: s.discovers for s in inject(light, among).signatures}
    for same in (turned, light.in_basis("mass", U)):
        other = {s.name: s.discovers for s in inject(same, among).signatures}
        assert other == pytest.approx(z, rel=1e-6)


def test_a_moment_to_a_massless_n_is_seen_as_one_of_light_neutrinos():
    mu = np.zeros((3, 3), dtype=complex)
    mu[0, 0] = 9e-12
    one = inject(Couplings(mu=mu, nature="dirac"), ["xenonnt"])
    other = inject(munu.DipolePortal(9e-12, 0.0, "e"), ["xenonnt"])
    assert one["xenonnt"].discovers == pytest.approx(other["xenonnt"].discovers, rel=1e-9)


@pytest.fixture(scope="module")
def whole():
    return inject(munu.DipolePortal(2e-11, 0.0, "e", "majorana"))


def test_every_probe_has_its_say_once(whole):
    said = [*(s.name for s in whole.signatures), *(c.name for c in whole.criteria),
            *(v.name for v in whole.vetoes), *whole.left_out]
    assert len(said) == len(set(said))
    assert set(probes.names()) <= {*said}
    assert all(why for why in whole.left_out.values())


def test_vetoes_are_those_of_a_check(whole):
    checked = {v.name: v for v in munu.atlas.check(
        munu.DipolePortal(2e-11, 0.0, "e", "majorana")).verdict}
    assert whole.vetoed and {*whole.families.values()} == {*VETOES}
    for v in whole.vetoes:
        assert (v.excluded, v.margin) == (checked[v.name].excluded, checked[v.name].margin)
    # what the data say is what the check says, too
    for s in whole.signatures:
        if s.excluded is not None and s.name in checked:
            assert s.excluded == checked[s.name].excluded


def test_it_travels_and_says_the_same_everywhere(whole):
    again = pickle.loads(pickle.dumps(whole))
    assert again.as_dict() == whole.as_dict() and str(again) == str(whole)
    made = whole.as_dict()
    assert [r["name"] for r in made["rows"]] == [r["name"] for r in whole.rows()]
    assert made["fingerprints"]["xenonnt"]["axes"][0]["unit"] == "keV"
    assert whole.to_table().count("\n") == len(whole.rows()) + 1
    assert "red_giants" in str(whole) and "2e-11" in repr(whole)
    assert whole["xenonnt"].name == "xenonnt"
    with pytest.raises(UnknownName, match="xenonnt"):
        whole["xenont"]


def test_n_of_a_beam_has_criteria_and_no_significance():
    found = inject(munu.DipolePortal(1e-8, 100 * MeV, "mu", "dirac"),
                   ["miniboone", "sbnd", "xenonnt"])
    held = {c.name: c for c in found.criteria}
    assert held["miniboone"].passed and not held["miniboone"].projection
    assert held["sbnd"].projection and held["sbnd"].exposure < 1
    assert held["sbnd"].ratio == pytest.approx(1 / held["sbnd"].exposure)
    assert found["xenonnt"].discovers == 0
    rows = {r["name"]: r for r in found.rows()}
    assert rows["miniboone"]["excluded"] is True and rows["sbnd"]["excluded"] is None


def test_a_model_is_put_in_by_its_moment():
    made = models.get("leptoquark", m_LQ=1e6, y1=0.05, y2=0.1)
    found = inject(made, ["xenonnt"])
    assert found["xenonnt"].signal.sum() > 0


@pytest.mark.parametrize(("point", "said"), [
    (Couplings(charge=1e-13), "limit along q"), (Couplings(), "0 moments"),
    (Couplings(portals=(munu.DipolePortal(1e-11, 0.0), munu.DipolePortal(1e-11, 1.0))),
     "2 moments")])
def test_what_is_no_one_moment_is_refused(point, said):
    with pytest.raises(DomainError, match=said):
        inject(point, "xenonnt")


@pytest.mark.parametrize("asked", [{"among": []}, {"among": [3]}, {"levels": (0.0,)},
                                   {"levels": (float("nan"),)}])
def test_slips_are_one_line(asked):
    with pytest.raises(DomainError):
        inject(munu.DipolePortal(1e-11, 0.0), **{"among": "xenonnt", **asked})
    with pytest.raises(UnknownName, match="xenonnt"):
        inject(munu.DipolePortal(1e-11, 0.0), "xenont")


def test_why_a_probe_is_left_out_is_said():
    found = inject(munu.DipolePortal(1e-11, 0.0), ["darwin", "munu_collab_2005", "nomad"])
    assert not found.signatures and set(found.left_out) >= {"darwin", "munu_collab_2005"}
    assert "needs data" in found.left_out["darwin"]
    assert "no data" in found.left_out["munu_collab_2005"]
