"""Figures of the atlas: the numbers behind them are those of the records that they show."""

import numpy as np
import pytest

from munu import atlas, flavors, limit, models, plots, probes
from munu.errors import DomainError, MunuError
from munu.plots import _bars, _claims, _ranges, charges, ladder, radii, recoils
from munu.ray import Ray
from munu.units import MeV, cm, eV
from munu.weak import r2_sm


def _column(figure, name):
    return np.array(figure.columns[name][1])


@pytest.fixture(scope="module")
def history():
    return plots.draw("history")


def test_the_history_has_every_dated_limit(history):
    name, year, mu = (_column(history, k) for k in ("name", "year", "mu"))
    assert {*name} == {x.name for x in atlas.published() if "year" in x.meta and x.axis is None
                       and x.status != "projection" and not x.lower.any()}
    for n, y, m in zip(name, year, mu, strict=True):
        x = atlas.get(n)
        assert (x.meta["year"], x.upper[0]) == (y, m)
    assert year.min() == 1957 and "xenon1t_2020" not in name


def test_a_record_is_the_least_limit_of_its_time(history):
    """What was superseded counts until it was: the line of stars goes up once."""
    kind, record = _column(history, "kind"), _column(history, "record") == "yes"
    assert set(_column(history, "name")[record & (kind == "tau")]) == {
        "mac_asp_cello_markj_1988", "bebc_1992", "donut_2001"}
    stars = [x for x in atlas.published() if x.meta.get("effective") == "plasmon"]
    held = _claims.record(stars, 2026)
    assert [(y, x.name) for y, x in held][1:3] == [
        (1990, "raffelt_1990_red_giants"), (1999, "raffelt_1999_red_giants")]
    for year in range(1989, 2027):
        there = [x.upper[0] for x in stars
                 if x.meta["year"] <= year < _claims.until(x, atlas.published())]
        best = [x for y, x in held if y <= year][-1]
        assert best.upper[0] == min(there)


def test_what_is_superseded_names_a_paper_that_is_there():
    known = atlas.published()
    for x in known:
        if x.status.startswith("superseded"):
            assert x.meta["year"] < _claims.until(x, known) < 2100, x.name


def test_a_sensitivity_passes_through_the_probe_as_it_is():
    figure = plots.draw("sensitivity",
                        exposure="1.16 t yr,4.64 t yr,10 t yr,1000 t yr:9000 t yr:2")
    curve, mu = (_column(figure, k) for k in ("curve", "mu"))
    own = limit("xenonnt", scan=False)
    median = mu[curve == "median"]
    assert median[0] == mu[curve == "own, median"] == own.expected.upper[0]
    assert mu[curve == "own, observed"] == own.upper[0]
    assert median[2] == limit(probes.get("xenonnt", exposure="10 t yr")).upper[0]
    # background and signal grow alike: the fourth root, once counts are many
    assert (median[-2] / median[-1]) == pytest.approx(9**0.25, rel=0.01)
    guide = mu[curve == "guide"]
    assert guide[0] == pytest.approx(median[0]) and guide[0] / guide[1] == pytest.approx(2**0.5)


def test_a_sensitivity_says_what_it_needs():
    with pytest.raises(DomainError, match="no option exposure; those that have: darwin"):
        plots.draw("sensitivity", probe="gemma")
    with pytest.raises(DomainError, match="give flat"):
        plots.draw("sensitivity", probe="darwin")
    with pytest.raises(DomainError, match="key=value"):
        plots.draw("sensitivity", options="fast")
    with pytest.raises(DomainError, match=r"1\.54 t yr"):
        plots.draw("sensitivity", probe="pandax4t", exposure="2 t yr,3 t yr")
    least = plots.draw("sensitivity", probe="pandax4t", exposure="0.5 t yr,1 t yr,2 t yr")
    assert "Not drawn: 1" in least.caption


@pytest.mark.long
def test_a_decay_length_is_the_way_it_is_drawn_for():
    from munu.rates import decay_in_flight
    from munu.units import au, kpc, m

    figure = plots.draw("decay_lifetime", energy="20 MeV")
    columns = [_column(figure, k) for k in ("what", "length", "E", "nature", "M_N", "mu")]
    flight = columns[0] != "rest"
    what, length, E, nature, M_N, mu = (c[flight] for c in columns)
    assert {*E} == {20.0} and M_N.max() < 20
    for n in ("dirac", "majorana"):
        of = nature == n
        p = np.sqrt(E[of] ** 2 - M_N[of] ** 2) * MeV
        far = decay_in_flight.decay_length(p, M_N[of] * MeV, mu[of], n)
        np.testing.assert_allclose(far / m, length[of], rtol=1e-9)
    assert {*length[what == "Sun to Earth"]} == {au / m}
    assert length[what == "SN1987A to Earth"][0] == pytest.approx(51.4 * kpc / m)


@pytest.mark.parametrize(("name", "held", "factor"), [("radii", atlas.radii, cm**2),
                                                      ("charges", atlas.charges, 1.0)],
                         ids=("radii", "charges"))
def test_bounds_of_either_sign_are_those_of_the_tables(name, held, factor):
    figure = plots.draw(name, computed=False)
    bound, lower, upper = (_column(figure, k) for k in ("bound", "lower", "upper"))
    assert len(bound) == len(held()) + 3 * (name == "radii")
    for x in held():
        at, = np.flatnonzero(bound == x.name)
        assert lower[at] == pytest.approx(x.lower[0] / factor)
        assert upper[at] == pytest.approx(x.upper[0] / factor)
    kind = _column(figure, "kind")
    assert "computed" not in kind
    if name == "radii":
        np.testing.assert_allclose(lower[kind == "model"],
                                   [r2_sm(f) / cm**2 for f in ("e", "mu", "tau")], rtol=1e-12)


def test_what_is_allowed_is_the_rest_of_what_is_excluded():
    x = limit("conus_plus", "r2", flavor="e", expected=False, scan=False)
    inside = _bars.allowed(x)
    assert len(inside) == 2, "beside 0, and where the coupling has turned its sign"
    (a, b), (c, d) = inside
    for size in (a, d, 0.5 * (b + c)):
        assert _excluded(x, size * 1.01)
    for size in (0.5 * (a + b), 0.5 * (c + d), 0.0):
        assert not _excluded(x, size)


def _excluded(x, size):
    return any(i.low <= size <= i.high for i in x.excluded[0])


@pytest.mark.long
@pytest.mark.parametrize(("name", "along"), [("radii", "r2"), ("charges", "q")])
def test_the_computed_bounds_of_a_flavor_are_the_strongest(name, along):
    """Of all probes of recoils with data, by the larger edge of what is allowed around 0."""
    from munu.atlas import ours

    drawn = {"radii": radii, "charges": charges}[name].OURS
    for flavor, names in drawn.items():
        edge = {}
        for probe in ours.recoils():
            try:
                x = limit(probe, along, flavor=flavor, expected=False, scan=False)
            except DomainError:
                continue
            for low, high in _bars.allowed(x):
                if low <= 0 <= high:
                    edge[probe.name] = max(-low, high)
        assert {*names} == {*sorted(edge, key=edge.get)[:len(names)]}, flavor


def test_recoils_are_what_the_probe_counts():
    """Folded with the response of XENONnT, the curves are its expectation, mass by mass."""
    run = probes.get("xenonnt").expects.__self__
    channel, = run.channels
    ray = Ray.portal(np.array([0.0, 0.2]) * MeV, "e")
    rate = recoils.rates([channel], channel.T, ray) / channel.reaction.per_mass
    np.testing.assert_allclose(rate @ channel.fold.T, run.expects(ray).signal[2], rtol=1e-3)
    light = rate[0] * channel.fold.sum(axis=0)
    low, high = recoils.window([channel], Ray.portal(np.zeros(1), "e"))
    inside = (low <= channel.T) & (high >= channel.T)
    assert light[inside].sum() == pytest.approx(0.9 * light.sum(), rel=0.03)


@pytest.mark.long
def test_recoils_of_a_heavy_N_lie_between_two_ends():
    figure = plots.draw("recoils", source="stopped_pion", masses="0,20MeV,40MeV", mu=1e-9)
    curve, M, T, rate = (_column(figure, k) for k in ("curve", "M_N", "T", "rate"))
    ends = []
    for m in (0, 20, 40):
        seen = T[(curve == "dipole") & (m == M) & (rate > 0)]
        ends.append((seen.min(), seen.max()))
    assert ends[0][0] < ends[1][0] < ends[2][0] < ends[2][1] < ends[1][1] <= ends[0][1]
    twice = plots.draw("recoils", source="stopped_pion", masses="0,20MeV,40MeV", mu=2e-9)
    dipole = curve == "dipole"
    np.testing.assert_allclose(_column(twice, "rate")[dipole], 4 * rate[dipole], rtol=1e-12)
    with pytest.raises(DomainError, match="solar on electrons, reactor on nuclei"):
        plots.draw("recoils", recoil="nuclei")


@pytest.fixture(scope="module")
def rungs():
    return plots.draw("ladder")


@pytest.mark.long
def test_the_ladder_has_every_limit_at_mass_0(rungs):
    name, kind, mu, lower = (_column(rungs, k) for k in ("name", "kind", "mu", "lower"))
    theirs = kind != "computed"
    for x in atlas.published(status="standing"):
        _, size, strongest = atlas.quoted(x)
        at = np.flatnonzero((name == x.name) & theirs & (kind != "computed, sensitivity"))
        assert len(at) == (not strongest and np.isfinite(size)), x.name
        assert all(mu[at] == size)
    fit, = np.flatnonzero(kind == "preferred interval")
    assert name[fit] == "xenon1t_2020" and 0 < lower[fit] < mu[fit]


@pytest.mark.long
def test_the_ladder_has_munus_own_bounds_from_the_files(rungs):
    name, kind, mu = (_column(rungs, k) for k in ("name", "kind", "mu"))
    ours = np.char.startswith(kind, "computed")
    # of the early Universe the lightest N stands for all light ones
    assert "n_eff" in name[ours]
    assert {*name[ours]} - {"n_eff"} == {
        x.meta["probe"] for f in ("universal", "e", "mu", "tau")
        for n in (None, "dirac", "majorana") for x in atlas.bounds(f, n)
        if x.name != "n_eff" and not atlas.quoted(x)[2] and np.isfinite(atlas.quoted(x)[1])}
    held = {x.meta["probe"]: x.upper[0] for x in atlas.bounds("universal")}
    assert mu[ours & (name == "xenonnt")] == held["xenonnt"]
    reactor = {x.meta["probe"]: x.upper[0] for x in atlas.bounds("e")}
    assert mu[ours & (name == "conus_plus")] == reactor["conus_plus"]
    flavor, group = _column(rungs, "flavor"), _column(rungs, "group")
    assert flavor[ours & (name == "coherent_csi")] == "mu"
    assert group[ours & (name == "sn1987a_cooling")] == "supernova"


@pytest.mark.long
def test_the_ladder_of_models_says_what_symmetry_buys(rungs):
    """SU(2)_H needs no tuning; a leptoquark and Zee's model do, by six decades."""
    name, kind, mu = (_column(rungs, k) for k in ("name", "kind", "mu"))
    made = {(n, k): m for n, k, m in zip(name, kind, mu, strict=True)}
    for n in _ranges.GRIDS:
        assert 0 < made.get((n, "natural"), 0.5 * made[n, "allowed"]) <= made[n, "allowed"]
    assert made["su2h", "natural"] == made["su2h", "allowed"] > 3e-11
    for n in ("leptoquark", "zee"):
        assert made[n, "natural"] < 1e-5 * made[n, "allowed"]
    # 3 e G_F m/(8 sqrt2 pi^2) of the heaviest state
    m_3 = np.hypot(0.1, np.sqrt(flavors.mixing().dm31 / eV**2))
    assert made["sm_dirac", "allowed"] == pytest.approx(3.20e-20 * m_3 / 0.1, rel=2e-3)
    assert ("left_right", "natural") not in made


@pytest.mark.long
def test_the_ladder_goes_by_strength_or_by_year(rungs):
    name, group = _column(rungs, "name"), _column(rungs, "group")
    mu = _column(rungs, "mu")
    tau = group == "tau"
    assert np.all(np.diff(mu[tau]) <= 0) and name[tau][-1] == "donut_2001"
    other = plots.draw("ladder", order="year", superseded=True)
    year = _column(other, "year")[(_column(other, "group") == "tau")]
    assert np.all(np.diff(year) >= 0)
    assert "gemma_2007" in _column(other, "name") and "gemma_2007" not in name


def test_a_range_ends_at_what_a_model_allows():
    """One loop of the Standard Model by the masses; of S1 the greatest point that nothing excludes.
    """
    light = _ranges.of_masses("sm_dirac", "")
    m_3 = np.hypot([0, 0.1], np.sqrt(flavors.mixing().dm31 / eV**2))
    np.testing.assert_allclose([light.low, light.high], 3.20e-20 * m_3 / 0.1, rtol=2e-3)
    found = _ranges.of_grid("leptoquark")
    made = models.get("leptoquark", **_ranges.GRIDS["leptoquark"][1]())
    free = ~np.any([np.broadcast_to(c.excludes, made.shape) for c in made.constraints()], axis=0)
    mu, calm = np.abs(made.moment), made.tuning() <= 1
    assert found.high == mu[free].max() < mu.max()
    assert found.natural == mu[free & calm].max() < 1e-5 * found.high


@pytest.mark.parametrize(("name", "option", "allowed"), [
    ("ladder", {"order": "years"}, "strength, year"), ("history", {"kind": "nue"}, "solar"),
    ("recoils", {"source": "sun"}, "stopped_pion on nuclei"),
    ("recoils", {"mu": 0.0}, "above 0"), ("recoils", {"masses": "-1keV"}, "at least 0")])
def test_a_word_that_a_figure_does_not_know_is_refused(name, option, allowed):
    with pytest.raises(MunuError, match=allowed):
        plots.draw(name, **option)


def test_a_light_n_of_the_early_universe_is_a_rung():
    """Its curve falls towards heavier N: the rung is of the lightest that is kept, and says so."""
    _, x = ladder.computed()["n_eff"]
    whole = atlas.bound("n_eff", "universal")
    assert ladder.value(x) == whole.upper[0] and x.axis[0] == whole.axis[0] > 0
    rungs = [r for r in ladder._rungs(False)["cosmology"] if r.ours is not None]
    assert any("$M_N$ = 1 keV" in r.label and r.ours.name == "n_eff" for r in rungs)
