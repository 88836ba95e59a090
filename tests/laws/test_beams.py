"""Laws of beams, the forward region of the LHC, the high atmosphere and cosmogenic neutrinos."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from munu import flavors, sources
from munu.errors import MunuError
from munu.sources import forward
from munu.sources._tables import finer
from munu.units import GeV, cm, parse, s, sort, unit

EXPERIMENTS = {"fasernu": 150, "fasernu2": 3000, "flare10": 3000, "sndlhc": 150}


def total(source):
    return sum(c.total for c in source.components.values())


@pytest.mark.parametrize(("name", "at"), [("bnb", 541), ("dune_nd", 574)])
@given(x=st.floats(0.1, 10))
def test_a_beam_thins_as_the_square_of_the_distance(name, at, x):
    moved = sources.get(name, distance=f"{at * x!r} m")
    assert total(moved) * x**2 == pytest.approx(total(sources.get(name)), rel=1e-9)
    assert bool(moved.assumed) == (abs(x - 1) > 1e-9)


@pytest.mark.parametrize("name", ["bnb", "numi", "dune_nd"])
def test_the_horns_choose_the_sign(name):
    """Neutrinos in one mode, antineutrinos in the other, by the sums over the beam."""
    def muons(mode):
        (part,) = (made := sources.get(name, mode=mode)).components.values()
        phi = np.einsum("bxii,bn->xin", made.basis, part.phi).real
        return np.trapezoid(phi[:, 1], part.E, axis=-1)

    fhc, rhc = muons("fhc"), muons("rhc")
    assert fhc[0] > 4 * fhc[1] and rhc[1] > 4 * rhc[0]
    assert rhc[1] < fhc[0]


def test_beams_are_per_proton_and_of_the_size_that_is_published():
    """A square centimeter: 5e-10 at MiniBooNE; a square METER in the file of CHARM-II."""
    sizes = {n: total(sources.get(n)) * cm**2 for n in ("bnb", "numi", "dune_nd", "charm2_wbb")}
    assert sizes["bnb"] == pytest.approx(5.5e-10, rel=0.02)
    assert sizes["numi"] == pytest.approx(7.0e-8, rel=0.02)
    assert sizes["dune_nd"] == pytest.approx(1.13e-7, rel=0.02)
    assert 1e-9 < sizes["charm2_wbb"] < 1e-7
    assert all(sources.get(n).per == "pot" for n in sizes)


def test_the_wide_band_beam_has_the_mean_energy_of_its_file():
    (part,) = sources.get("charm2_wbb").components.values()
    mean = np.trapezoid(part.phi[0] * part.E, part.E) / np.trapezoid(part.phi[0], part.E)
    assert mean / GeV == pytest.approx(24.9, abs=0.1)


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_the_number_of_each_bin_is_kept(experiment):
    """The density integrates to the number of the bin: exactly, bin by bin, flavor by flavor."""
    lines = sources.get("forward", experiment=experiment, spectrum="bins").components["table"]
    made = sources.get("forward", experiment=experiment).components["table"]
    edges = forward.edges(lines.lines_E, 1.26261)
    assert len(lines.lines_E) == 28 and np.all(made.phi >= 0)
    for b in range(6):
        cells = 0.5 * (made.phi[b, 1:] + made.phi[b, :-1]) * np.diff(made.E)
        number = cells.reshape(28, 2).sum(axis=1)
        np.testing.assert_allclose(number, lines.lines_phi[b], rtol=1e-12, atol=0)
    assert edges[0] == pytest.approx(made.E[0]) and edges[-1] == pytest.approx(made.E[-1])


@given(st.lists(st.floats(0, 1e12), min_size=2, max_size=12))
def test_any_numbers_make_a_positive_continuous_density(numbers):
    edges = np.geomspace(1.0, 100.0, len(numbers) + 1)
    E, f = forward.density(edges, np.array(numbers))
    assert np.all(f >= 0) and np.all(np.diff(E) > 0)
    cells = (0.5 * (f[1:] + f[:-1]) * np.diff(E)).reshape(-1, 2).sum(axis=1)
    np.testing.assert_allclose(cells, numbers, rtol=1e-9, atol=1e-9 * (max(numbers) + 1e-290))


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_a_forward_flux_times_luminosity_and_area_is_the_number(experiment):
    from munu import _data

    made = sources.get("forward", experiment=experiment)
    table = _data.load(f"fluxes/forward_{experiment}")
    exposure = parse(f"{EXPERIMENTS[experiment]} fb^-1", "fb^-1") * parse(table.meta["area"],
                                                                         "cm^2")
    assert made.per == "luminosity"
    assert total(made) * exposure == pytest.approx(sum(table[n].sum() for n in flavors.SIX),
                                                   rel=1e-9)


def test_an_inverse_femtobarn_is_an_area_to_the_minus_one():
    assert unit("fb^-1").factor * cm**2 == pytest.approx(1e39)
    assert unit("ab").factor == pytest.approx(1e-3 * unit("fb").factor)
    assert sort("cm^-2 MeV^-1 fb") not in (sort("cm^-2 MeV^-1"), sort("cm^-2 s^-1 MeV^-1"))


def test_the_two_tables_of_the_atmosphere_meet():
    """At 31.6 GeV by 1 per cent for muons and by 8 for electrons; the joined one takes both."""
    E = np.array([31.6]) * GeV
    low, high, both = (sources.get("atmospheric", table=t) for t in ("hkkm14", "honda2006",
                                                                     "joined"))
    ratio = (low.flux(E) / np.where(high.flux(E) > 0, high.flux(E), np.inf))[[0, 1, 3, 4], 0]
    np.testing.assert_allclose(ratio, [1.05, 1.005, 1.075, 1.0], atol=0.006)
    for where, table in ((np.array([0.2, 3.0, 31.0]) * GeV, low),
                         (np.array([100.0, 1e3, 9e3]) * GeV, high)):
        np.testing.assert_allclose(both.flux(where), table.flux(where), rtol=2e-3)
    assert both.support == (low.support[0], high.support[1])
    assert np.all(np.diff(both.components["joined"].E) > 0)


@pytest.mark.parametrize(("options", "said"), [
    ({"table": "honda2006", "site": "kamioka"}, "no site"),
    ({"table": "honda2006", "activity": "solmax"}, "no activity"),
    ({"table": "battistoni2005_sk", "site": "kamioka", "activity": "solmax"}, "no activity"),
    ({"table": "joined", "site": "kamioka", "activity": "solmax"}, "minimum alone"),
])
def test_an_option_that_would_change_nothing_is_refused(options, said):
    with pytest.raises(MunuError, match=said):
        sources.get("atmospheric", **options)


def test_cosmogenic_neutrinos_are_six_alike_and_their_sum_is_the_table():
    from munu import _data

    table, made = _data.load("fluxes/cosmogenic_vanvliet2019"), sources.get("cosmogenic")
    E = table["E_nu"]
    f = made.flux(E)
    np.testing.assert_allclose(f, np.broadcast_to(f[:1], f.shape), rtol=1e-12)
    np.testing.assert_allclose(f.sum(axis=0) * E**2 / (4 * np.pi), table["E2_flux"], rtol=1e-9)
    peak = table["E2_flux"].max() * cm**2 * s / GeV
    assert 1e-10 < peak < 1e-7
    assert any("sixth" in x for x in made.assumed)


@given(st.floats(1, 4))
def test_finer_nodes_follow_a_power(p):
    E = np.geomspace(1, 1e4, 41)
    fine, phi = finer(E, (E**-p)[None])
    np.testing.assert_allclose(phi[0], fine**-p, rtol=1e-9)
    assert set(E) <= set(fine)


def test_finer_nodes_stay_linear_at_a_zero():
    E, phi = finer(np.array([1.0, 2.0, 3.0]), np.array([[0.0, 2.0, 0.0]]), 2)
    np.testing.assert_allclose(phi[0], [0, 2 * (E[1] - 1), 2, 2 * (3 - E[3]), 0])


@pytest.mark.parametrize("name", ["bnb", "numi", "dune_nd", "charm2_wbb", "forward", "cosmogenic",
                                  "atmospheric"])
def test_outside_its_table_a_source_is_dark_and_says_where(name):
    made = sources.get(name)
    low, high = made.support
    assert low < high
    outside = np.array([x for x in (0.999 * low, 1.001 * high) if x > 0])
    assert not made.flux(outside).any()
    assert made.flux(np.sqrt(max(low, 0.05 * high) * high)).any()


@pytest.mark.parametrize(("name", "options", "said"), [
    ("bnb", {"mode": "fch"}, "fhc"), ("bnb", {"distance": "0 m"}, "above 0"),
    ("bnb", {"distance": 110}, "unit"), ("bnb", {"distance": "3 s"}, "kind"),
    ("dune_nd", {"distance": "-1 m"}, "above 0"), ("numi", {"distance": "1 km"}, "distance"),
    ("forward", {"experiment": "faser"}, "fasernu"), ("forward", {"spectrum": "lines"}, "bins"),
])
def test_a_beam_that_cannot_be(name, options, said):
    with pytest.raises(MunuError, match=said):
        sources.get(name, **options)


def test_a_flux_of_ones_own_per_luminosity(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("E_nu [GeV], nu_mu [cm^-2 GeV^-1 fb]\n100, 1e6\n200, 1e6\n")
    made = sources.get("from_file", path=path)
    assert made.per == "luminosity"
    assert total(made) * parse("1 fb^-1", "fb^-1") * cm**2 == pytest.approx(1e8)
    path.write_text("E_nu [GeV], nu_mu [cm^-2 GeV^-1 fb], nu_e [cm^-2 GeV^-1]\n100,1,1\n200,1,1\n")
    with pytest.raises(MunuError, match="per luminosity"):
        sources.get("from_file", path=path)


def test_a_table_of_numbers_is_no_flux(tmp_path):
    """Numbers per bin have no unit; they are refused, not read as a flux."""
    path = tmp_path / "mine.csv"
    path.write_text("E_nu [GeV], nu_mu\n100, 1e6\n200, 1e6\n")
    with pytest.raises(MunuError, match="flux"):
        sources.get("from_file", path=path)


def test_the_distance_scaling_is_said():
    (line,) = sources.get("bnb", distance="110 m").assumed
    assert "541 m" in line and "110 m" in line


def test_what_is_known_of_detectors_agrees_with_the_tables_of_fluxes():
    from munu import _data
    from munu.probes import _beam_detectors as known
    from munu.references import bibliography

    for name in known.names():
        assert set(known.papers(name)) <= set(bibliography()), name
    for name, area in ((n, known.facts(n)["x"] * known.facts(n)["y"]) for n in EXPERIMENTS):
        meta = _data.load(f"fluxes/forward_{name}").meta
        assert area == pytest.approx(parse(meta["area"], "cm^2"))
        assert known.facts(name)["luminosity"] == pytest.approx(parse(meta["luminosity"], "fb^-1"))
        assert known.facts(name)["distance"] == pytest.approx(parse(meta["distance"], "m"))
    for name, table in (("miniboone", "bnb_fhc"), ("dune_nd", "dune_nd_rhc")):
        assert known.facts(name)["distance"] == pytest.approx(
            parse(_data.load(f"fluxes/{table}").meta["distance"], "m"))
    with pytest.raises(MunuError, match="microboone"):
        known.facts("microbone")


def test_masses_fill_their_detectors():
    """Liquid argon of 1.4 g/cm^3 the boxes, mineral oil the whole tank of MiniBooNE."""
    from munu.probes import _beam_detectors as known
    from munu.units import g

    for name in ("sbnd", "microboone"):
        f = known.facts(name)
        assert f["mass"] / (f["x"] * f["y"] * f["z"]) / (g / cm**3) == pytest.approx(1.4, rel=0.03)
    f = known.facts("miniboone")
    assert f["density"] * 4 * np.pi / 3 * f["radius"]**3 == pytest.approx(f["mass"], rel=0.03)
    assert np.hypot(f["excess_stat"], f["excess_syst"]) == pytest.approx(132.8, abs=0.1)
    assert "excess_fhc" in known.unchecked("miniboone")
