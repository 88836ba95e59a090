"""Xenon: XENON1T's excess and what it prefers, windows that end, nuclear recoils of 8B."""

import numpy as np
import pytest
from scipy.stats import norm, poisson

import munu
from munu import _data, atlas, probes
from munu.errors import DomainError, MunuError
from munu.inference.likelihood import best_fit, profile
from munu.inference.preferred import preferred
from munu.inference.study import study
from munu.probes.recoil import Channel
from munu.probes.xenon1t import excess
from munu.ray import Ray
from munu.units import MeV, keV, tonne, yr

# the paper's rate of B0 is 76 +- 2
B0 = {"b0_error": 0.026}


def fit(**options):
    """Best fit and significance of a massless N, norms with and without it."""
    s = study([probes.get("xenon1t", **options)], Ray.portal())
    problem = s.even()
    y, least, with_ = best_fit(problem, s.data)
    none, _, without = profile(problem, np.zeros(1), s.data)
    return y[0] ** 0.5, float(np.sqrt(none[0] - least[0])), with_[0], without[0], none[0]


# ---- the excess --------------------------------------------------------------------------

def test_the_excess_is_counted_from_the_data():
    """285 events where the paper has 232 and the reading 231: 3.4 sigma by exact counting."""
    found = excess()
    assert found.seen == 285 and found.expected == pytest.approx(232, abs=1.5)
    assert found.p == pytest.approx(poisson.sf(284, found.expected), rel=1e-10)
    assert found.sigma == pytest.approx(norm.isf(found.p)) and 3.2 < found.sigma < 3.6
    # as a Gaussian of the paper's 15 it is 53/15
    assert (found.seen - 232) / 15 == pytest.approx(found.sigma, abs=0.2)
    assert excess(error=2 / 76).sigma < found.sigma
    assert abs(excess(7 * keV, 17 * keV).sigma) < 2.5


@pytest.mark.parametrize(("window", "said"), [
    ((1.5 * keV, 7 * keV), "edges of the bins"), ((1 * keV, 40 * keV), "edges of the bins"),
    ((7 * keV, 1 * keV), "edges of the bins"),
    ((float("nan"), 7 * keV), "low = nan must be finite")])
def test_a_window_that_is_none(window, said):
    with pytest.raises(DomainError, match=said):
        excess(*window)


def test_a_limit_says_the_excess():
    assert any("285 events" in a and "3.4 sigma" in a
               for a in munu.limit("xenon1t", expected=False).assumptions)
    assert not any("285" in a for a in probes.get("xenon1t", exposure="2 t yr").assumptions)


def test_a_moment_is_preferred_as_published():
    """With B0 as well as the paper knows it: 3.2 sigma, 1.4 to 2.9e-11."""
    _, sigma, *_ = fit(**B0)
    assert sigma == pytest.approx(3.2, abs=0.2)
    found = munu.limit(probes.get("xenon1t", **B0), expected=False)
    assert [found.lower[0], found.upper[0]] == pytest.approx([1.4e-11, 2.9e-11], rel=0.10)


# ---- tritium -----------------------------------------------------------------------------

def test_tritium_explains_it_as_well():
    """The paper fits 159 +- 51 decays a tonne and year, at 3.2 sigma over B0 alone."""
    mu, sigma, with_, without, least = fit(tritium="free", **B0)
    assert without[1] == pytest.approx(159, abs=51)
    # the reading of the bins makes it 2.6
    assert np.sqrt(fit(**B0)[4] - least) == pytest.approx(3.2, abs=0.7)
    assert mu == pytest.approx(fit(**B0)[0], rel=1e-3) and with_[1] == pytest.approx(0, abs=1)
    assert sigma < 2 < fit(**B0)[1]


def test_a_rate_of_tritium_lies_between_none_and_free():
    """As its error grows the fit forgets the rate; as the rate falls it is as without."""
    none, free = fit(**B0), fit(tritium="free", **B0)
    little = fit(tritium="1 /(t yr)", tritium_error=0.01, **B0)
    # far more than there can be, within twice that: flat where the fit is
    loose = fit(tritium="1e5 /(t yr)", tritium_error=2, **B0)
    assert little[1] == pytest.approx(none[1], rel=0.02)
    assert loose[1] == pytest.approx(free[1], rel=1e-3)
    assert free[1] < fit(tritium="60 /(t yr)", tritium_error=0.3, **B0)[1] < none[1]


def test_tritium_counts_are_its_decays():
    """All decays that the efficiency leaves: 100 a tonne and year in 0.65 t yr."""
    made = probes.get("xenon1t", tritium="100 /(t yr)").backgrounds["tritium"]
    assert 0.7 < made.total / 65 < 0.8 and made.values.argmax() == 2
    twice = probes.get("xenon1t", tritium="200 /(t yr)", exposure="1.3 t yr")
    assert twice.backgrounds["tritium"].total == pytest.approx(4 * made.total)


@pytest.mark.parametrize(("options", "said"), [
    ({"tritium": "-5 /(t yr)"}, r"tritium = -5 /\(t yr\) must be above 0; without any it is none$"),
    ({"tritium": "0 /(t yr)"}, r"tritium = 0 /\(t yr\) must be above 0"),
    ({"tritium_error": 0.1}, "tritium_error = 0.1 is that of a rate, and tritium is none"),
    ({"tritium": "free", "tritium_error": 0.1}, "and tritium is free; give the rate, such as"),
    ({"tritium": "some"}, "none or free"),
    ({"tritium": 5}, "has no unit"), ({"tritium": "5 keV"}, "not of the kind"),
    ({"tritium": "5 /(t yr)", "tritium_error": 0.0}, "tritium_error = 0.0 must be above 0"),
    ({"b0_error": -0.1}, "above 0"), ({"b0_error": 0.0}, "above 0")])
def test_tritium_that_cannot_be(options, said):
    with pytest.raises(MunuError, match=said):
        probes.get("xenon1t", **options)


def test_the_error_of_a_rate_of_tritium():
    """0.3 unless said; a variant with free tritium leaves it."""
    made = {x: probes.get("xenon1t", tritium="100 /(t yr)", tritium_error=x) for x in (None, 0.1)}
    assert [p.nuisances[1].relative_error for p in made.values()] == [0.3, 0.1]
    free = probes.get("xenon1t", **made[0.1].options | made[0.1].variants["free tritium"])
    assert free.nuisances[1].relative_error is None


# ---- the preferred region ----------------------------------------------------------------

def published(sigma, M):
    """Lower and upper edge of a published outline at masses, and where it closes."""
    table = _data.load("bounds/xenon1t_excess")
    at = table["sigma"] == sigma
    x, y = np.log(table["M_N"][at]), np.log(table["mu"][at])
    tip = int(np.argmax(x))
    low = np.exp(np.interp(np.log(M), x[:tip + 1], y[:tip + 1]))
    high = [np.exp(max(np.interp(m, x[[i + 1, i]], y[[i + 1, i]]) for i in range(tip, x.size - 1)
                       if x[i + 1] <= m <= x[i])) for m in np.log(M)]
    return np.array([low, high]), np.exp(x[tip])


def test_the_preferred_region_is_the_published_one():
    """One and two sigma of one parameter: edges to 8 % below 90 keV and 17 % up to 115 keV, where
    readings of the counts weigh more; the regions close within 10 % of the same mass."""
    M = np.array([11, 30, 60, 90, 115]) * keV
    near = np.array([124, 130, 136, 142, 148, 154, 160]) * keV
    found = preferred("xenon1t", np.concatenate([M, near]), flavor="mu")
    for sigma, rise in ((1, 1.0), (2, 4.0)):
        theirs, tip = published(sigma, M)
        ratio = found.edges[rise][:, :M.size] / theirs
        assert np.abs(ratio[:, :4] - 1).max() < 0.08
        assert np.abs(ratio[:, 4] - 1).max() < 0.17
        inside = np.isfinite(found.edges[rise][1])
        assert found.axis[inside].max() == pytest.approx(tip, rel=0.10)
    assert found.significance == pytest.approx(fit()[1], rel=0.05)


def test_an_edge_of_the_region_is_where_the_likelihood_has_risen():
    found = preferred("xenon1t", np.array([30, 90, 140]) * keV, rises=(2.3,))
    s = study([probes.get("xenon1t")], Ray.portal(found.axis))
    problem = s.even()
    least = best_fit(problem, s.data)[1].min()
    for side in found.edges[2.3]:
        there = profile(problem, np.nan_to_num(side) ** 2, s.data)[0] - least
        np.testing.assert_allclose(there[np.isfinite(side)], 2.3, atol=1e-6)


@pytest.mark.parametrize(("call", "said"), [
    (lambda: preferred("gemma", [0.0]), "holds no data"),
    (lambda: preferred("xenon1t", [0.0], rises=()), "rises"),
    (lambda: preferred("xenon1t", [0.0], rises=(-1.0,)), "rises")])
def test_a_region_that_cannot_be(call, said):
    with pytest.raises(DomainError, match=said):
        call()


# ---- windows -----------------------------------------------------------------------------

RECOILS = ["xenonnt", "xenon1t", "xenon1t_s2only", "lz", "pandax4t", "borexino", "conus_plus",
           "dresden2", "coherent_csi", "gemma"]


@pytest.mark.parametrize("name", RECOILS)
def test_the_heaviest_N_is_where_the_bins_see_none(name, monkeypatch):
    """Just below it a recoil inside the bins is made, above it none is."""
    channels = []
    first = Channel.heaviest
    monkeypatch.setattr(Channel, "heaviest", property(
        lambda c: channels.append(c) or first.__get__(c)))
    probe = probes.get(name)
    C = np.broadcast_to(np.eye(3, dtype=complex), (2, 3, 3))

    def seen(M):
        return sum(float(c.source.moments(C)(t.E_min[(c.top or np.inf) >= c.T])[0].max())
                   for c in channels for t in c.reaction.dipole(c.T, M, C))

    assert seen(0.999 * probe.heaviest) > 0 == seen(1.001 * probe.heaviest)
    assert f"M_N up to {probe.heaviest / MeV:.3g} MeV" in " ".join(probe.assumptions)


def test_where_the_counts_end_in_mass():
    """Counts to 30 keV end near 2.35 MeV, to 17 keV near 2.1; DARWIN's window goes further."""
    heaviest = {n: probes.get(n).heaviest / MeV for n in ("xenonnt", "xenon1t", "darwin")}
    assert heaviest["xenonnt"] == pytest.approx(2.35, abs=0.01)
    assert heaviest["xenon1t"] == pytest.approx(2.08, abs=0.01)
    assert heaviest["darwin"] > 3.4
    assert munu.limit("xenonnt", expected=False).meta["heaviest"] / MeV == heaviest["xenonnt"]
    both = munu.limit(["xenonnt", "xenon1t"], expected=False).meta["heaviest"]
    assert both / MeV == heaviest["xenonnt"]


def test_the_map_ends_a_curve_where_its_counts_do():
    from munu.plots._map_bounds import seen

    M = np.array([1, 2.3, 2.4]) * MeV
    found = atlas.computed("xenonnt", M_N=M, expected=False)
    drawn, cut = seen(found)
    assert np.isfinite(found.upper).all() and cut and drawn.axis.tolist() == M[:2].tolist()


# ---- DARWIN ------------------------------------------------------------------------------

def test_without_a_background_darwin_has_no_reach():
    with pytest.raises(DomainError, match=r"darwin is needs_data.*radon, krypton"):
        munu.limit("darwin")


def test_darwin_sees_heavy_N():
    """Its recoils go to 300 keV: finite at 2.8 MeV, where counts to 30 keV see nothing."""
    quiet = probes.get("darwin", flat="0 /(t yr keV)", xe136_share=0)
    M = np.array([0, 2.05, 2.8]) * MeV
    found = munu.limit(quiet, M_N=M, expected=False)
    assert found.upper[0] == pytest.approx(2.1e-12, rel=0.05)
    assert found.upper[1] < 2e-9 and found.upper[2] < 2e-8


def test_every_background_of_darwin_weakens_it():
    made = [munu.limit(probes.get("darwin", flat=f"{b} /(t yr keV)", xe136_share=x),
                       expected=False).value for b, x in ((0, 0), (0, 1), (10, 1), (50, 1))]
    assert made == sorted(made) and made[-1] > 1.5 * made[0]


def test_double_beta_decays_are_counted():
    """Natural xenon, 2.165e21 yr: 1.3e5 decays a tonne and year, 2.9 % of them below 209 keV."""
    one = probes.get("darwin", flat="0 /(t yr keV)", exposure="1 t yr").backgrounds["136Xe"]
    edges = one.axes[0].edges / keV
    assert one.values[edges[1:] <= 210].sum() == pytest.approx(1.30e5 * 0.029, rel=0.03)
    slow = probes.get("darwin", flat="0 /(t yr keV)", exposure="1 t yr", xe136_share=0.5,
                      half_life="4.33e21 yr").backgrounds["136Xe"]
    np.testing.assert_allclose(slow.values, one.values / 4, rtol=1e-9)


# ---- nuclear recoils of 8B ---------------------------------------------------------------

STEP = {"step": "1.6 keV", "background": 5.0}


def test_without_an_acceptance_there_is_no_limit():
    with pytest.raises(DomainError, match=r"acceptance.*munu data template xenon_b8_nuclear"):
        munu.limit("xenon_b8_nuclear")


def test_counts_above_a_step_are_the_integral():
    """Dense midpoints over recoils and isotopes against the channel, N of 4 MeV."""
    from munu.processes import nuclear_scattering
    from munu.rates.recoil import dR_dT
    from munu.sources import solar
    from munu.targets import material

    portal = munu.DipolePortal(1e-9, 4 * MeV, "mu")
    made = probes.get("xenon_b8_nuclear", height=0.5, **STEP).predict(portal)
    reaction = nuclear_scattering.reaction(material("Xe"))
    T = (1.6 + (np.arange(20000) + 0.5) * 6.4 / 20000) * keV
    rate = dR_dT(reaction.dipole_terms(T, portal), solar.source().only("b8", "hep"))
    by_hand = 0.5 * 0.6 * tonne * yr * reaction.per_mass * rate.sum() * 6.4 / 20000 * keV
    assert made.components["dipole"].total == pytest.approx(by_hand, rel=1e-5)


def test_a_higher_step_is_weaker_and_ends_earlier():
    made = [probes.get("xenon_b8_nuclear", step=f"{s} keV", background=5.0) for s in (1, 2, 3)]
    limits = [munu.limit(p, flavor="mu", expected=False).value for p in made]
    heaviest = [p.heaviest for p in made]
    assert limits == sorted(limits) and heaviest == sorted(heaviest, reverse=True)


def test_a_step_near_three_keV_meets_the_published_curve():
    """arXiv:2007.15563 drew XENON1T's curve for nu_mu before the search with the lower threshold:
    half of the recoils above 3 keV in a tonne year come within 40 % of it up to 8.7 MeV."""
    (theirs,) = atlas.theirs("xenon_b8_nuclear", "mu")
    M = np.array([0.8, 3, 5, 7, 8.7]) * MeV
    ours = munu.limit(probes.get("xenon_b8_nuclear", step="3 keV", background=1.0,
                                 exposure="1 t yr", height=0.5), M_N=M, flavor="mu",
                      expected=False)
    assert np.abs(np.log(ours.upper / theirs.at(M))).max() < np.log(1.4)


def test_few_events_are_said():
    found = munu.limit(probes.get("xenon_b8_nuclear", seen=3, step="1.6 keV", background=1.0,
                                  height=0.2), flavor="mu", expected=False)
    assert found.status == "standing" and "few events" in found.solver


def test_the_user_brings_the_acceptance(tmp_path):
    """A step in a table is the stated step, up to the nodes of a card, which do not know it."""
    from munu.probes.xenon_b8_nuclear import template

    files = template()
    files["xenon_b8_nuclear.yaml"] = files["xenon_b8_nuclear.yaml"].replace("TO FILL", "0.6 t yr")
    files["efficiency.ecsv"] += "1.5999,0\n1.6001,1\n9,1\n"
    files["counts.ecsv"] = files["counts.ecsv"].replace("0.5,8,0,1\n", "0.5,8,5,5\n")
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    mine = probes.get("xenon_b8_nuclear", card=str(tmp_path / "xenon_b8_nuclear.yaml"))
    assert mine.grade == "counts" and "XENON1TB82021" in mine.papers
    portal = munu.DipolePortal(1e-9, 0.0, "mu")
    step = probes.get("xenon_b8_nuclear", **STEP).predict(portal).components["dipole"].total
    assert mine.predict(portal).components["dipole"].total == pytest.approx(step, rel=0.03)


@pytest.mark.parametrize(("options", "said"), [
    ({"step": "1.6 keV"}, "needs its background"), ({"background": 3.0}, "give step too"),
    ({"seen": 3}, "give step too"), ({"step": "9 keV", "background": 1.0}, "below 8 keV"),
    ({"step": "1 keV", "background": -1.0}, "at least 0"),
    ({"step": "1 keV", "background": 1.0, "height": 2.0}, "at most at 1"),
    ({"step": "1 keV", "background": 1.0, "seen": -1}, "at least 0"),
    ({"card": "no.yaml"}, "no such card"), ({"card": "no.yaml", "step": "1 keV"}, "step goes")])
def test_a_step_that_cannot_be(options, said):
    with pytest.raises(MunuError, match=said):
        probes.get("xenon_b8_nuclear", **options)


def test_ionization_alone_has_no_expected_limit():
    """Its background is not modelled: nothing says what the median experiment sees."""
    assert munu.limit("xenon1t_s2only").expected is None


def test_a_preferred_region_takes_masses_as_a_limit_does():
    text, number = (preferred("xenon1t", M).best for M in ("50 keV", 50 * keV))
    assert text.shape == (1,) and np.array_equal(text, number)
