"""Figures of levels and of the burst: each draws, and the numbers behind it are right."""

import numpy as np
import pytest

from munu import _data, flavors, media, plots
from munu.errors import DomainError
from munu.media import fields
from munu.propagation import resonances
from munu.units import MeV, km

NAMES = ("levels", "burst_spectra", "twist_spectra", "flavor_pictures",
         "twist_resonance", "passage")


@pytest.fixture(scope="module")
def made():
    return {name: plots.draw(name) for name in NAMES}


def column(figure, name, **wanted):
    """Values of one column in the rows that hold what is wanted."""
    here = np.ones(len(figure.columns[name][1]), dtype=bool)
    for key, value in wanted.items():
        here &= np.array(figure.columns[key][1]) == value
    assert here.any()
    return np.array(figure.columns[name][1])[here]


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_keeps_its_numbers(tmp_path, made, name):
    paths = plots.save(made[name], tmp_path)
    assert {p.suffix for p in paths} == {".pdf", ".png", ".ecsv"}
    table = _data.read(next(p for p in paths if p.suffix == ".ecsv"))
    assert len(table) > 100 and set(table.columns) == set(made[name].columns)
    assert any("munu 0" in t.get_text() for t in made[name].fig.texts), "its stamp"
    assert made[name].caption and made[name].papers


def test_levels_cross_without_the_field_and_not_with_it(made):
    for ordering, at in (("NO", 3506.6), ("IO", 3528.6)):
        r = column(made["levels"], "r", ordering=ordering, kind="RSFP-H")
        np.testing.assert_allclose(r, at, rtol=1e-3)
        gamma = column(made["levels"], "gamma", ordering=ordering, kind="RSFP-H")
        assert 0.1 < gamma[0] < 0.13
        # the trace does not know the field
        off, on = (sum(column(made["levels"], "level", ordering=ordering, kind=k, state=s)
                       for s in "123456") for k in ("off", "on"))
        np.testing.assert_allclose(off, on, atol=1e-8)


def test_the_burst_off_is_adiabatic_conversion(made):
    """No moment: nu_e leaves as nu_3 (NO) or nu_2 (IO), nubar_e as nubar_1 or nubar_3."""
    from munu.detectors import supernova
    from munu.plots._burst import left
    from munu.sources import burst

    edges = np.arange(0, 81, 2.0) * MeV
    for ordering, (nu, nubar) in (("NO", (2, 0)), ("IO", (1, 2))):
        share = np.abs(flavors.mixing("nufit-6.0", ordering).U[0]) ** 2
        P = burst.adiabatic(float(share[nu]), float(share[nubar]))
        for detector, channel in (("dune", "nu_e_argon"), ("hyper_kamiokande", "ibd"),
                                  ("juno", "ibd")):
            n = supernova.counts(detector, channel, edges,
                                 lambda E, P=P: burst.arriving(left(E), P))
            off, on = (column(made["burst_spectra"], "events", detector=detector,
                              ordering=ordering, moment=m) for m in ("off", "on"))
            np.testing.assert_allclose(off.sum(), n.sum(), rtol=1e-3)
            assert abs(on.sum() / off.sum() - 1) > 0.02


def test_a_field_that_turns_makes_a_dirac_neutrino_sterile(made):
    """The two-state evolution through the same resonance leaves 0.395."""
    figure = made["twist_spectra"]
    for ordering in ("NO", "IO"):
        off, on = (column(figure, "value", nature="dirac", ordering=ordering, field=f,
                          quantity="stays") for f in ("off", "on"))
        np.testing.assert_allclose(off, 1, atol=1e-4)
        np.testing.assert_allclose(on, 0.3946, atol=5e-3)
        off, on = (column(figure, "value", nature="dirac", ordering=ordering, field=f,
                          quantity="events").sum() for f in ("off", "on"))
        assert on < 0.97 * off
        # without what either figure turns on they show the same
        np.testing.assert_allclose(off, column(made["burst_spectra"], "events", detector="dune",
                                               ordering=ordering, moment="off").sum(), rtol=1e-3)


def test_what_left_arrives(made):
    """Majorana neutrinos go nowhere else: the sum over flavors stands, field off and on."""
    figure = made["flavor_pictures"]
    for ordering in ("NO", "IO"):
        left, off, on = (sum(column(figure, "value", arrives="", flavor=f, ordering=ordering,
                                    moment=m)
                             for f in ("nu_e", "nubar_e", "nu_x"))
                         for m in ("left", "off", "on"))
        np.testing.assert_allclose(off, left, rtol=1e-9)
        np.testing.assert_allclose(on, left, rtol=1e-9)
        off, on = (column(figure, "value", arrives="", flavor="nubar_e", ordering=ordering,
                          moment=m)
                   for m in ("off", "on"))
        assert np.abs(on / off - 1).max() > 0.3


def test_who_arrives_and_what_is_sterile(made):
    """Shares of one flavor that leaves are all of it, and only a Dirac moment makes it sterile."""
    for ordering in ("NO", "IO"):
        for moment in ("off", "majorana", "dirac"):
            for flavor in ("nu_e", "nu_x", "nubar_e", "nubar_x"):
                wanted = {"ordering": ordering, "moment": moment, "flavor": flavor}
                parts = {a: column(made["flavor_pictures"], "value", arrives=a, **wanted)[0]
                         for a in ("nu_e", "nu_x", "nubar_e", "nubar_x", "sterile")}
                assert sum(parts.values()) == pytest.approx(1, abs=1e-6)
                lost = 0.6054 if moment == "dirac" and flavor in ("nu_e", "nubar_e") else 0.0
                assert parts["sterile"] == pytest.approx(lost, abs=5e-3)
                if moment != "majorana":
                    bar = flavor.startswith("nubar")
                    assert max(p for x, p in parts.items()
                               if x != "sterile" and x.startswith("nubar") != bar) < 1e-9


def test_a_resonance_at_a_radius_is_that_of_the_room(made):
    """gamma(r_0, mu B) is what the search for resonances finds of a field that turns as V_e."""
    figure, at, size = made["twist_resonance"], 2000.0, 0.01
    assert column(figure, "r", quantity="met") == pytest.approx(3377.4, rel=0.012)
    V = np.interp(at, column(figure, "r", quantity="V_e"), column(figure, "value", quantity="V_e"))
    star = media.get("profile_a").with_(field=fields.constant(1e9),
                                        twist=lambda r: -V / km + 0 * np.asarray(r))
    found = resonances.find(star, flavors.mixing(), 15 * MeV, nature="dirac",
                            moments=np.diag([size / 1e9, 0, 0]))
    (met,) = [x for x in found if x.between == ("nu_e", "N_1") and x.name == "twist"]
    assert met.r / km == pytest.approx(at, rel=1e-3)
    r_0, gamma = (column(figure, n, quantity="gamma", mu_B=size) for n in ("r", "value"))
    assert np.interp(at, r_0, gamma) == pytest.approx(met.gamma, rel=5e-3)


def test_the_way_ends_where_the_spectrum_begins(made):
    """At the last radius, what the twist leaves; nothing is lost on the way."""
    figure = made["passage"]
    states = {n: column(figure, "probability", nature="dirac", state=n)
              for n in ("nu_1", "nu_2", "nu_3", "N_1", "N_2", "N_3")}
    np.testing.assert_allclose(sum(states.values()), 1, atol=1e-6)
    assert states["N_1"][-1] == pytest.approx(0.6054, abs=5e-3)
    assert states["nu_3"][0] == pytest.approx(1, abs=1e-3)


def test_a_reach_at_ten_kiloparsecs_is_the_limit():
    figure = plots.draw("burst_reach", nature="majorana", ordering="NO",
                        field="dipole:5e9G@1000km")
    d, mu, mu_B = (column(figure, n) for n in ("distance", "mu", "mu_B"))
    assert np.interp(10, d, mu) == pytest.approx(6.3154e-13, rel=1e-2)
    np.testing.assert_allclose(mu_B, 5e9 * mu, rtol=1e-6)
    assert np.all(np.diff(mu) > 0) and d[-1] < 100


def test_levels_by_field_energy_and_ordering(made):
    figure = plots.draw("levels", field="dipole:5e10G@1000km", energy="30MeV", ordering="IO")
    assert set(figure.columns["ordering"][1]) == {"IO"}
    r, gamma = (column(figure, n, kind="RSFP-H")[0] for n in ("r", "gamma"))
    here, there = (column(made["levels"], n, kind="RSFP-H", ordering="IO")[0]
                   for n in ("r", "gamma"))
    assert r > here and gamma > 20 * there
    assert "30 MeV" in figure.caption
    with pytest.raises(DomainError, match="above 0"):
        plots.draw("levels", energy="0MeV")
