"""Every experiment: ours over theirs at M_N = 0, 90 %, never tuned; and what a probe must do."""

import numpy as np
import pytest

import munu
from munu import atlas, flavors, probes, ray
from munu.plots.crossing import overtakes
from munu.ray import KINDS, Ray
from munu.units import MeV, cm, keV, parse, per_unit

# a projection of DARWIN needs a background besides what is computed
RADON = {"flat": "10 /(t yr keV)"}
SLOW = {"feldman_cousins": {"toys": 4000, "seed": 1, "expected": False}}
# stars and the Sun answer along moments among the light neutrinos: see test_every_probe.py
ALL = [n for n in probes.names() if probes.get(n).grade not in ("needs_data", "published")
       and probes.get(n).rays == KINDS]
DATA = [n for n in ALL if probes.get(n).measured is not None]

# the share of nu_mu in the Sun's flux is that of the fit with which the bands were set
HELD = {"mixing": flavors.mixing("nufit-5.2")}
# ours, theirs and the band: XENON1T against the upper edge of its interval; Borexino without the
# radiochemical constraint; nu_mu alone against the light end of the curves of arXiv:2007.15563
BANDS = [
    ("xenonnt", {"method": "feldman_cousins"}, 6.4e-12, (0.95, 1.10)),
    ("xenon1t", {}, 2.9e-11, (0.8, 1.25)),
    ("lz", {"options": {"run": "ws2022"}}, 1.36e-11, (0.6, 1.6)),
    ("lz", {}, 1.36e-11, (0.6, 1.6)),
    ("pandax4t", {}, 2.3e-11, (0.6, 1.6)),
    ("borexino", {}, 4.0e-11, (0.7, 1.4)),
    ("xenon1t", {"flavor": "mu", "options": HELD}, 5.7e-11, (0.75, 1.25)),
    ("borexino", {"flavor": "mu"}, 7.0e-11, (0.75, 1.25)),
    ("dresden2", {"flavor": "e", "method": "one_sided", "options": {"quenching": "fef"}}, 2.8e-10,
     (0.7, 1.4)),
]


@pytest.mark.parametrize(("name", "how", "theirs", "band"), BANDS)
def test_ours_over_theirs(name, how, theirs, band):
    how = dict(how)
    probe = probes.get(name, **how.pop("options", {}))
    ours = munu.limit(probe, **how, **SLOW.get(how.get("method"), {})).value
    assert band[0] < ours / theirs < band[1]


def test_the_excess_of_XENON1T_is_fitted():
    """The interval of the collaboration is 1.4 to 2.9e-11; ours covers it to 20 %."""
    found = munu.limit("xenon1t")
    assert found.lower[0] == pytest.approx(1.4e-11, rel=0.2)
    assert found.lower[0] < found.best_fit[0] < found.upper[0]
    seen = probes.get("xenon1t").measured.counts[:6].sum()
    assert seen == 285


def test_where_Borexino_overtakes_XENONnT():
    masses = np.geomspace(50 * keV, 1 * MeV, 121)
    made = {n: atlas.computed(n, M_N=masses, expected=False) for n in ("xenonnt", "borexino")}
    first = overtakes(made["xenonnt"], made["borexino"])[0]
    assert first / keV == pytest.approx(212, abs=5)


@pytest.mark.parametrize(("name", "theirs", "error"), [
    ("coherent_csi", 306, 0.15), ("coherent_ar", 128, 0.10), ("conus_plus", 126, 0.17)])
def test_the_Standard_Model_comes_out_as_published(name, theirs, error):
    """CEvNS events: 306 +- 20 fitted with a flux known to 10 % (CsI), 128 predicted (argon),
    347 +- 59 predicted for 327 kg d, here scaled to 119 (CONUS+)."""
    made = probes.get(name, electrons="none") if name != "coherent_ar" else probes.get(name)
    sm = made.predict(munu.DipolePortal(0.0, 0.0)).components["standard model"].total
    assert sm == pytest.approx(theirs, rel=error)


def test_argon_keeps_the_shape_of_the_released_template():
    from munu.probes.coherent_ar import release

    sm = probes.get("coherent_ar").predict(munu.DipolePortal(0.0, 0.0)) \
        .components["standard model"].values
    theirs = release()["cevns"]
    for axis in ((1, 2), (0, 2), (0, 1)):
        ours, other = sm.sum(axis) / sm.sum(), theirs.sum(axis) / theirs.sum()
        assert np.abs(ours - other).max() < 0.02


def test_dresden_sees_the_strength_of_the_public_analysis():
    """The background model with the Standard Model's CEvNS fits: chi2 near 104 for 123."""
    for quenching in ("fef", "ybe"):
        found = munu.limit(probes.get("dresden2", quenching=quenching), flavor="e", expected=False)
        assert 95 < found.meta["minimum_2nll"][0] < 115


def test_borexino_fits_its_spectrum():
    found = munu.limit("borexino", expected=False)
    bins = probes.get("borexino").measured.counts.size
    assert found.meta["minimum_2nll"][0] / bins == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("name", DATA)
def test_no_moment_no_events(name):
    probe = probes.get(name)
    made = {m: probe.predict(munu.DipolePortal(m, 0.0, "universal")).components["dipole"].total
            for m in (1e-11, 2e-11)}
    assert made[2e-11] == pytest.approx(4 * made[1e-11], rel=1e-9)
    assert made[1e-11] > 0


@pytest.mark.parametrize("name", ALL)
def test_a_template_is_what_the_prediction_says(name):
    probe = probes.get(name)
    masses = np.array([0.0, 50 * keV])
    t = probe.expected(Ray.portal(masses, "e"))
    for j, M in enumerate(masses):
        made = probe.predict(munu.DipolePortal(1e-10, M, "e")).components["dipole"].values.ravel()
        np.testing.assert_allclose(1e-20 * t.signal[2][j], made, rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("parameter", ["q", "r2"])
def test_charge_and_radius_are_polynomials(name, parameter):
    """x and 2x fix the linear and the quadratic part of the prediction."""
    probe = probes.get(name)
    t = probe.expected(ray.read(parameter, flavor="e"))
    field, x = {"q": ("charge", 1e-11), "r2": ("r2", 1e-31 * cm**2)}[parameter]
    made = probe.predict(munu.Couplings(**{field: [x, 0, 0]})).components["charge and radius"]
    expected = x * t.signal[1][0] + x**2 * t.signal[2][0]
    np.testing.assert_allclose(made.values.ravel(), expected, rtol=1e-8,
                               atol=1e-9 * np.abs(expected).max())


@pytest.mark.parametrize(("name", "options"), [
    ("xenonnt", {}), ("xenon1t", {}), ("pandax4t", {}), ("darwin", RADON)])
def test_a_limit_tightens_with_exposure(name, options):
    wide = probes.get(name, **options)
    # of PandaX-4T no more was counted
    exposure = per_unit((1.5 if name == "pandax4t" else 4) * parse(wide.options["exposure"]),
                        "t yr")
    more = wide.remake(**{**wide.options, "exposure": f"{exposure} t yr"})
    assert munu.limit(more, expected=True).expected[0] < munu.limit(wide).expected[0]


@pytest.mark.parametrize(("name", "options"), [
    ("gemma", {}), ("texono", {}), ("conus", {}), ("darwin", RADON)])
def test_a_sensitivity_says_so(name, options):
    found = munu.limit(probes.get(name, **options))
    assert found.status == "projection" and "no data" in found.solver
    assert found.value == found.expected[0]


def test_a_sensitivity_never_uses_the_published_limit():
    """GEMMA's reach scales with the root of its background's root, from its own inputs alone."""
    quiet, loud = (munu.limit(probes.get("gemma", background=f"{b} /(kg d keV)")).value
                   for b in (1.0, 16.0))
    assert loud / quiet == pytest.approx(2.0, rel=0.02)


@pytest.mark.parametrize("name", ["coherent_csi", "coherent_ar", "dresden2", "conus_plus"])
def test_radius_bounds_are_degenerate(name):
    """The Standard Model's rate comes back where the radius turns the amplitude's sign."""
    found = munu.limit(name, "r2", flavor="mu" if name.startswith("coherent") else "e",
                       expected=False)
    pieces = np.array(found.meta["intervals"]) / cm**2
    assert pieces.min() < -4e-31 and pieces.max() > 0
    assert any(a < 0 < b for a, b in pieces)


def test_the_flavors_that_a_beam_lacks_are_refused_or_free():
    assert np.isinf(munu.limit("conus_plus", flavor="tau", expected=False).value)
    with pytest.raises(munu.errors.DomainError, match="sees nothing"):
        munu.limit("conus_plus", "r2", flavor="tau")


def test_electrons_of_caesium_iodide_carry_the_charge():
    """Without them the bound on q of nu_mu is weaker: electrons recoil as 1/T^2."""
    with_, without = (munu.limit(probes.get("coherent_csi", electrons=e), "q", flavor="mu",
                                 expected=False) for e in ("stepping", "none"))
    assert with_.upper[0] < 0.3 * without.upper[0]


def test_equivalent_photons_tighten_the_charge():
    plain, photons = (munu.limit(probes.get("xenonnt", millicharge=m), "q", expected=False)
                      for m in ("stepping", "epa"))
    assert photons.upper[0] < 0.6 * plain.upper[0]


def test_a_threshold_above_the_end_point_gives_no_events():
    """Xenon nuclei cannot take 100 keV from solar neutrinos: zero events, said."""
    masses = np.array([0.0, 100 * MeV])
    found = munu.limit("xenonnt", M_N=masses, expected=False)
    assert np.isfinite(found.upper[0]) and np.isinf(found.upper[1])
    assert "1 of 2 masses give no signal" in found.solver


def test_the_first_data_of_caesium_iodide_agree_with_the_full_ones():
    first, full = (munu.limit(probes.get("coherent_csi", data=d), flavor="mu").expected[0]
                   for d in ("2017", "2021"))
    assert 1.0 < first / full < 2.0


def test_what_is_not_known_loosens_the_expected_limit():
    """Pulls for efficiency and quenching of CsI, each within its published error."""
    with_, without = (munu.limit(probes.get("coherent_csi", systematics=s), flavor="mu").expected[0]
                      for s in (True, False))
    assert 1.01 < with_ / without < 1.3


def test_a_radius_and_the_solar_rates_are_tied():
    """Free solar norms would take up the change of rate that a radius makes."""
    free, tied = (munu.limit(probes.get("borexino", solar_rates=s), "r2", flavor="e",
                             expected=False).meta["intervals"] for s in ("free", "ssm"))
    np.testing.assert_allclose(free, tied, rtol=1e-6)


def test_quenching_decides_dresden():
    limits = munu.limit(probes.get("dresden2"), flavor="e", expected=False, systematic=True)
    # fef is its own quenching, no variant
    assert limits[0] < limits.systematic["quenching ybe"][0] \
        < limits.systematic["quenching lindhard"][0]


@pytest.mark.parametrize("region", [(90, 165), (165, 272), (272, 500), (1000, 3000)])
def test_the_flat_background_of_the_S2_only_release_is_one_rate(region):
    """52 events a tonne, year and keV in every range of S2, with the rows that the probe uses."""
    from munu import _data
    from munu.probes.xenon1t_s2only import LOWEST
    from munu.units import unit

    bins = _data.load("observations/xenon1t_s2only")
    matrix = _data.load("observations/xenon1t_s2only_response")
    PE = unit("PE").factor
    inside = (bins["S2_low"] / PE >= region[0]) & (bins["S2_high"] / PE <= region[1])
    rows = np.stack([matrix[c] for c in matrix.columns if c[0] == "p" and c[1:].isdigit()], axis=1)
    widths = np.maximum(matrix["E_high"] - np.maximum(matrix["E_low"], parse(LOWEST)), 0) / keV
    rate = bins["er_background"][inside].sum() / (0.97678 * (widths @ rows)[inside].sum())
    assert rate == pytest.approx(52, rel=0.03)


# ---- germanium at reactors -----------------------------------------------------------------

@pytest.mark.parametrize("name", ["dresden2", "conus_plus", "conus", "gemma", "texono"])
def test_equivalent_photons_tighten_the_charge_in_germanium(name):
    """More for lower windows; the moment does not know them."""
    plain, photons = (probes.get(name, millicharge=m) for m in ("stepping", "epa"))
    q = [munu.limit(p, "q", flavor="e", expected=False).upper[0] for p in (plain, photons)]
    assert q[1] < (0.6 if name in ("dresden2", "conus_plus", "conus") else 0.9) * q[0]
    mu = [munu.limit(p, flavor="e", expected=False).value for p in (plain, photons)]
    assert mu[0] == mu[1]


def test_a_rise_of_the_background_is_no_charge():
    """Dresden-II by the measured quenching allows q = 0; by Lindhard's it would not."""
    assert probes.get("dresden2").options["quenching"] == "fef"
    measured, lindhard = (munu.limit(probes.get("dresden2", quenching=q), "q", flavor="e",
                                     expected=False).meta["intervals"]
                          for q in ("fef", "lindhard"))
    assert any(a < 0 < b for a, b in measured) and not any(a < 0 < b for a, b in lindhard)


def test_what_the_reactor_off_time_costs():
    """Bins that are subtracted: the error grows by 1 + on/off, the limit by its fourth root."""
    short, long = (munu.limit(probes.get("conus", off=off), flavor="e", expected=False).value
                   for off in ("58.8 kg d", "1e9 kg d"))
    assert short / long == pytest.approx((1 + 248.7 / 58.8) ** 0.25, rel=0.01)


@pytest.mark.parametrize("name", ["gemma", "texono", "conus"])
def test_a_smooth_background_costs_less_than_free_bins(name):
    bins, line = (munu.limit(probes.get(name, shape=s), flavor="e", expected=False).value
                  for s in ("bins", "line"))
    assert 0.8 * bins < line < 0.995 * bins


@pytest.mark.parametrize(("name", "theirs", "on_off"), [
    ("gemma", 3.2e-11, 11982 / 2874), ("texono", 1.3e-10, 4712 / 1250),
    ("conus", 7.5e-11, 248.7 / 58.8)])
def test_the_published_limits_lie_between_two_uses_of_the_same_data(name, theirs, on_off):
    """Above the one-sided reach with the background known, below the two-sided one with each bin
    subtracted: GEMMA of 2010, TEXONO of 2003, CONUS of 2022."""
    worst = munu.limit(name, flavor="e", expected=False).value
    best = munu.limit(name, flavor="e", method="one_sided", expected=False).value \
        / (1 + on_off) ** 0.25
    assert best < theirs < worst
