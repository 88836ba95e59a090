"""Figures of levels and of the burst: each draws, and the numbers behind it are right."""

import numpy as np
import pytest

from munu import _data, plots

NAMES = ("levels", "burst_spectra", "twist_spectra", "flavor_pictures")


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
    from munu import flavors
    from munu.detectors import supernova
    from munu.plots._burst import left
    from munu.sources import burst
    from munu.units import MeV

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
        left, off, on = (sum(column(figure, "fluence", flavor=f, ordering=ordering, moment=m)
                             for f in ("nu_e", "nubar_e", "nu_x"))
                         for m in ("left", "off", "on"))
        np.testing.assert_allclose(off, left, rtol=1e-9)
        np.testing.assert_allclose(on, left, rtol=1e-9)
        off, on = (column(figure, "fluence", flavor="nubar_e", ordering=ordering, moment=m)
                   for m in ("off", "on"))
        assert np.abs(on / off - 1).max() > 0.3
