"""Figures of models: each draws, and the numbers behind it are those of the models."""

import numpy as np
import pytest

from munu import _data, atlas, models, plots
from munu.models import _b_decays, _g2, naturalness
from munu.units import GeV, MeV, TeV, eV

NAMES = ("mass_moment", "rd_plane", "leptoquark_plane", "g2_strip", "mixing")
OPTIONS = {"g2_strip": {"points": 4000}}


@pytest.fixture(scope="module")
def made():
    return {name: plots.draw(name, **OPTIONS.get(name, {})) for name in NAMES}


def rows(figure, **wanted):
    """Columns in the rows that hold what is wanted."""
    here = np.ones(len(next(iter(figure.columns.values()))[1]), dtype=bool)
    for key, value in wanted.items():
        here &= np.array(figure.columns[key][1]) == value
    assert here.any()
    return {k: np.array(x)[here] for k, (_, x) in figure.columns.items()}


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_keeps_its_numbers(tmp_path, made, name):
    paths = plots.save(made[name], tmp_path)
    assert {p.suffix for p in paths} == {".pdf", ".png", ".ecsv"}
    table = _data.read(next(p for p in paths if p.suffix == ".ecsv"))
    assert len(table) > 100 and set(table.columns) == set(made[name].columns)
    assert any("munu 0" in t.get_text() for t in made[name].fig.texts), "its stamp"
    assert made[name].caption and made[name].papers


def test_lines_of_natural_moments(made):
    for form in ("talk_a", "voloshin", "dirac", "majorana"):
        line = rows(made["mass_moment"], line=f"natural: {form}")
        np.testing.assert_allclose(naturalness.mass(line["mu"], TeV, form) / eV, line["m"])
        np.testing.assert_allclose(line["scale"], 1000)
    one = rows(made["mass_moment"], line="leptoquark")
    # one power: the ratio of mass and moment of a leptoquark knows no coupling
    for mass in (1000, 5000):
        here = np.isclose(one["scale"], mass)
        ratio = one["m"][here] / one["mu"][here]
        np.testing.assert_allclose(ratio, ratio[0])
    assert one["m"][one["scale"] < 2000].max() / one["mu"][one["scale"] < 2000].max() \
        == pytest.approx(2.95e17, rel=1e-2)


def test_the_pair_of_leptoquarks_takes_its_mass_away(made):
    figure = made["mass_moment"]
    alone, pair = (rows(figure, line=n) for n in ("leptoquark", "leptoquark_voloshin"))
    small = alone["scale"] < 2000
    np.testing.assert_allclose(pair["mu"], 2 * alone["mu"][small], rtol=1e-2)
    assert np.all(pair["m"][1:] < 1e-3 * alone["m"][small][1:])


def test_y2_and_a_right_handed_neutrino_go_along_one_line(made):
    m = _b_decays.HFLAV2025
    for curve in ("y2", "N_R"):
        for mass in (1.0, 1.5):
            line = rows(made["rd_plane"], curve=curve, m_LQ=mass)
            np.testing.assert_allclose(line["R_D"] / m.R_D_SM, line["R_Dstar"] / m.R_Dstar_SM,
                                       rtol=1e-9)
            assert line["R_D"][0] == pytest.approx(m.R_D_SM)
    # the same point at coupling times mass
    light, heavy = (rows(made["rd_plane"], curve="y2", m_LQ=x) for x in (1.0, 1.5))
    np.testing.assert_allclose(np.interp(2.0, light["coupling"], light["R_D"]),
                               np.interp(3.0, heavy["coupling"], heavy["R_D"]), rtol=1e-4)


def test_ellipses_are_contours_of_chi2(made):
    for n, rise in ((1, 2.2957), (2, 6.1801), (3, 11.829)):
        m = _b_decays.HFLAV2025
        line = rows(made["rd_plane"], curve=f"HFLAV, {n} sigma")
        np.testing.assert_allclose(_b_decays.chi2(line["R_D"] / m.R_D_SM,
                                                  line["R_Dstar"] / m.R_Dstar_SM), rise, rtol=1e-4)


def test_contours_of_the_leptoquark_lie_where_the_model_says(made):
    figure = made["leptoquark_plane"]
    line = rows(figure, panel="mass", curve="mu = 1e-11")
    root = np.sqrt(line["y"])
    found = models.get("leptoquark", m_LQ=line["x"] * TeV, y1=root, y2=root).moment
    np.testing.assert_allclose(found, 1e-11, rtol=5e-3)
    line = rows(figure, panel="couplings", curve="tuning = 10000")
    made_ = models.get("leptoquark", m_LQ=1.5 * TeV, y1=line["x"], y2=line["y"], M_N=1 * MeV)
    np.testing.assert_allclose(made_.tuning(), 1e4, rtol=5e-3)
    m = _b_decays.HFLAV2025
    edge = rows(figure, curve="R(D*) -1 sigma, y1 = 0")["y"][0]
    R = models.get("leptoquark", m_LQ=1.5 * TeV, y1=0, y2=edge).ratios_RD()["R_Dstar"]
    np.testing.assert_allclose(R, m.R_Dstar - m.R_Dstar_error)


def test_points_of_the_strip_are_points_of_the_model(made):
    """Each point anew, alone; and the strip is wide: the moment is free at one g - 2."""
    from munu.plots.g2_strip import ALLOWED, bound

    edge, found = bound()
    table = {k: x[:4000] for k, x in rows(made["g2_strip"]).items()}
    for i in (0, 17, 3999):
        one = models.get("su2h", f=table["f"][i], f_prime=table["f_prime"][i],
                         sin2alpha=table["sin2alpha"][i], m_h1=table["m_h1"][i] * GeV,
                         m_H1=table["m_H1"][i] * GeV, m_phi1=table["m_phi1"][i] * GeV,
                         m_phi2=table["m_phi2"][i] * GeV)
        assert one.delta_a_mu() == pytest.approx(table["delta_a_mu"][i])
        assert abs(one.couplings().mu[0, 1]) == pytest.approx(table["mu"][i])
        above = {v.name: v.excluded for v in atlas.verdict(one, [found])}[found.name]
        assert above == (table["mu"][i] > edge)
        assert (any(c.violated for c in one.constraints()) or above) \
            == (table["class"][i] != ALLOWED)
    assert table["mu"][table["class"] == ALLOWED].max() < edge < table["mu"].max()
    near = np.abs(np.log10(table["delta_a_mu"][table["delta_a_mu"] > 0]) + 10) < 0.1
    mu = table["mu"][table["delta_a_mu"] > 0][near]
    assert mu.max() / mu.min() > 1e3
    # T wants the scalars of a doublet alike, and they are drawn apart
    assert 0.003 < np.mean(table["class"] == ALLOWED) < 0.1
    assert 0.2 < np.mean(table["class"] == "$T$") < 0.8


def test_every_class_of_the_strip_is_seen_and_the_talk_s_line_is_of_the_model(made):
    from munu.plots import g2_strip

    table = rows(made["g2_strip"])
    here = (table["delta_a_mu"] > g2_strip.X[0]) & (table["mu"] > g2_strip.Y[0])
    shown = {t.get_text() for x in made["g2_strip"].fig.legends for t in x.get_texts()}
    assert len(shown) == len(g2_strip.CLASSES), "all but those that nothing falls in"
    for word in shown:
        assert np.count_nonzero(here & (table["class"] == word.removeprefix("excluded: "))) > 5
    line = rows(made["g2_strip"], **{"class": "line of the talk"})
    x, y = line["delta_a_mu"], line["mu"]
    assert np.interp(_g2.WP20.value, x, y) == pytest.approx(1e-11, rel=1e-2)
    # f' moves the shift by its square and the moment by itself; f takes a little away
    np.testing.assert_allclose((np.diff(np.log(y)) / np.diff(np.log(x)))[x[1:] > 1e-12], 0.5,
                               rtol=1e-2)


def test_a_scan_is_made_again_by_its_seed():
    from munu.plots import g2_strip

    one, two, other = (g2_strip.sample(50, s) for s in (1, 1, 2))
    for k in one:
        np.testing.assert_allclose(one[k], two[k])
        assert not np.allclose(one[k], other[k])


def test_the_seesaw_s_lines_bound_what_it_makes_without_cancellation(made):
    """A real orthogonal matrix leaves the mixing of a flavor below the dashed line."""
    rng = np.random.default_rng(3)
    dashed = {f: rows(made["mixing"], kind="seesaw, no cancellation", flavor=f)
              for f in ("e", "mu", "tau")}
    z = rng.uniform(0, 2 * np.pi, (3, 50))
    found = models.get("seesaw", M_1="1GeV", M_2="2GeV", M_3="3GeV", m_lightest=0.0, z12=z[0],
                       z13=z[1], z23=z[2])
    for a, line in enumerate(dashed.values()):
        # both fall as 1/M
        most = line["U2"][0] * line["M_low"][0] * MeV
        size = (np.abs(found.theta[:, a]) ** 2 * found.M_N).max()
        assert 0.3 * most < size <= most * (1 + 1e-9)
    single = rows(made["mixing"], kind="seesaw, 0.05 eV", flavor="e")
    np.testing.assert_allclose(single["U2"] * single["M_low"] * MeV / eV, 0.05)


def test_no_line_runs_through_a_name_of_mixing():
    strongest = 0
    # not yet saved: in pixels of its own
    for ax in plots.draw("mixing").fig.axes:
        lines = [x.get_transform().transform_path(x.get_path()) for x in ax.lines
                 if x.get_marker() == "None"]
        names = [t for t in ax.texts if t.get_text()[-4:].isdigit()]
        strongest += any(t.get_text() == "T2K 2019" for t in names)
        for t in names:
            box = t.get_window_extent()
            assert not any(x.intersects_bbox(box, filled=False) for x in lines), t.get_text()
    assert strongest == 2, "of nu_e and nu_mu, the lowest rows"


def test_the_limits_on_mixing_are_the_listing(made):
    table = rows(made["mixing"], kind="limit")
    assert len(table["U2"]) == len(_data.load("bounds/heavy_neutrinos"))
    best = table["U2"][table["flavor"] == "e"].min()
    assert best == pytest.approx(1e-9) and "no row below 7 keV" in made["mixing"].caption
