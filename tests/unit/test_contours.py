"""Where a model is excluded in two of its parameters, and masses that a limit chooses."""

import json

import numpy as np
import pytest

import munu
from munu import atlas, models
from munu.atlas._beyond import beyond
from munu.atlas.answers import answers
from munu.errors import DomainError, NotConverged, UnknownName
from munu.inference.adaptive import adaptive
from munu.units import MeV, TeV, keV
from tests.unit.command import answer, run

PLANE = {"m_LQ": "1TeV:5TeV", "y1": "0.01:1"}
TAU = {"y2": 0.5, "M_N": "100keV"}
WORDS = ["contour", "leptoquark", "y2=0.5", "M_N=100keV", "--over", "m_LQ=1TeV:5TeV", "--over",
         "y1=0.01:1"]


@pytest.fixture(scope="module")
def recoils():
    return atlas.contours("leptoquark", PLANE, ("xenonnt", "lz"), **TAU)


def test_along_a_curve_the_moment_is_the_limit(recoils):
    line = recoils.lines[0]
    bound = min(munu.limit(p, M_N=100 * keV, flavor="tau", expected=False).value
                for p in ("xenonnt", "lz"))
    made = models.get("leptoquark", m_LQ=line[:, 0], y1=line[:, 1], **TAU)
    np.testing.assert_allclose(np.abs(made.moment), bound, rtol=0.01)
    assert recoils.meta["by"] == (("xenonnt",),) and recoils.open_ends == ("m_LQ low", "y1 high")


@pytest.mark.long
@pytest.mark.parametrize("mass, flavor, nature, curves", [
    ("100keV", "e", "majorana", 1), ("150MeV", "mu", "dirac", 5)])
def test_a_model_and_all_limits_say_the_same_of_points(mass, flavor, nature, curves):
    """Constraints, epochs and supernovae at once: strips of allowed moments between others."""
    fixed = {"m_LQ": "2TeV", "M_N": mass, "flavor": flavor, "nature": nature}
    found = atlas.contours("leptoquark", {"y1": "1e-5:1", "y2": "1e-4:1"}, **fixed)
    rng = np.random.default_rng(4)
    y1, y2 = np.exp(rng.uniform(np.log([[1e-5], [1e-4]]), 0, (2, 40)))
    inside = found.contains(y1, y2)
    assert inside.any() and not inside.all() and len(found) >= curves
    for a, b, held in zip(y1, y2, inside, strict=True):
        if atlas.verdict(models.get("leptoquark", y1=a, y2=b, **fixed)).excluded != held:
            assert min(np.min(np.hypot(*np.log(line / [a, b]).T)) for line in found.lines) < 0.01


def test_an_edge_that_ends_somebodys_data_is_no_bound():
    found = atlas.contours("leptoquark", {"M_N": "1MeV:1GeV", "y1": "1e-6:1"}, "bbn_he4_numu",
                           m_LQ="2TeV", y2=0.1, flavor="mu")
    assert "where the data of bbn_he4_numu end an edge is no bound" in found.notes


def test_stars_hold_a_light_N_up_to_their_temperature():
    """A published bound says up to which mass it holds, in words."""
    ends = [atlas.contours("leptoquark", {"m_LQ": "2TeV:4TeV", "y1": "1e-3:1"}, y2=1, M_N=mass,
                           against="capozzi_raffelt_2020_omega_cen", flavor="e",
                           nature="majorana") for mass in ("1keV", "2keV")]
    assert [len(x) for x in ends] == [1, 1]


def test_two_limits_of_one_name_count_both():
    """A published limit and a probe, lsnd: the stronger at each point."""
    fixed = {"m_LQ": 2 * TeV, "M_N": 10 * MeV, "flavor": "mu"}
    points = {"y1": np.geomspace(0.01, 3, 60), "y2": np.full(60, 3.0)}
    depth = beyond("leptoquark", fixed, points, "lsnd")(points)["lsnd"]
    mu = np.abs(models.get("leptoquark", **fixed, **points).moment)
    least = min(atlas.get("lsnd").at(10 * MeV)[0],
                munu.limit("lsnd", M_N=10 * MeV, flavor="mu", expected=False).value)
    np.testing.assert_array_equal(depth > 0, mu > least)


def test_constraints_alone_say_what_a_scan_says():
    over = {"m_LQ": "0.5TeV:5TeV", "y2": "0.1:3"}
    found = atlas.contours("leptoquark", over, "constraints", y1=0.1)
    scan = answers("leptoquark", {k: f"{x}:30" for k, x in over.items()}, y1=0.1)
    m, y2 = scan.columns["m_LQ"][1] * 1e-3 * TeV, scan.columns["y2"][1]
    out = scan.columns["violates"][1] != "-"
    assert np.count_nonzero(found.contains(m, y2) != out) <= 5
    assert 0 < np.count_nonzero(out) < out.size


def test_where_the_model_ends_nothing_is_known():
    """A cut-off below the mass is no model: the edge of that is no edge of a bound."""
    found = atlas.contours("leptoquark", {"m_LQ": "1.6TeV:5TeV", "y2": "0.1:3"}, "constraints",
                           y1=0.1, Lambda="3TeV")
    assert not found.known(4 * TeV, 0.3) and found.known(2 * TeV, 0.3)
    assert any("nothing is known" in x for x in found.notes)
    assert all(line[:, 0].max() <= 3.05 * TeV for line in found.lines)


def test_against_the_mass_the_curves_of_the_map_are_read():
    found = atlas.contours("leptoquark", {"M_N": "10keV:1MeV", "y1": "0.001:1"}, ["xenonnt"],
                           m_LQ="2TeV", y2=0.5)
    one = atlas.bound("xenonnt", "tau").with_(again=None)
    M, y1 = found.lines[0].T
    mu = np.abs(models.get("leptoquark", m_LQ="2TeV", y1=y1, y2=0.5).moment)
    np.testing.assert_allclose(mu, [one.at(m)[0] for m in M], rtol=0.03)


def test_moments_of_the_light_neutrinos_too():
    """No portal, so every point is judged by itself; of both couplings the product alone counts."""
    fixed = {"m_h1": "300GeV", "m_H1": "500GeV", "sin2alpha": 0.5}
    found = atlas.contours("su2h", {"f": "1e-4:1", "f_prime": "1e-3:1"}, "xenonnt_2022",
                           precision=0.2, lattice=2, **fixed)
    edge = np.prod(found.lines[0], axis=1)
    for f, f_prime in found.lines[0]:
        margin, = (v.margin for v in atlas.verdict(models.get("su2h", f=f, f_prime=f_prime,
                                                              **fixed)) if v.name == "xenonnt_2022")
        assert margin == pytest.approx(1, rel=0.1)
    assert edge.max() / edge.min() < 1.2
    with pytest.raises(DomainError, match="charm2 says nothing of su2h here"):
        atlas.contours("su2h", {"f": "1e-4:1", "f_prime": "1e-3:1"}, "charm2", **fixed)


@pytest.mark.parametrize("change, error, said", [
    ({"over": {"m_LQ": "1TeV:5TeV"}}, DomainError, "over two parameters, not 1"),
    ({"over": {"m_LQ": "1TeV:5TeV:50", "y1": "0.1:1"}}, DomainError, "must read low:high"),
    ({"over": {"m_LQ": "1TeV", "y1": "0.1:1"}}, DomainError, "must read low:high"),
    ({"over": {"m_LQ": "5TeV:1TeV", "y1": "0.1:1"}}, DomainError, "must be finite and rise"),
    ({"over": {"m_LQ": "1TeV:5TeV", "y3": "0.1:1"}}, UnknownName, "did you mean 'y2' or 'y1'"),
    ({"over": {"m_LQ": "1TeV:5TeV", "flavor": "e:mu"}}, DomainError, "is a word"),
    ({"over": {"m_LQ": "1TeV:5TeV", "y1": "0:1:log"}}, DomainError, "must begin above 0"),
    ({"over": {"m_LQ": "1TeV:5TeV", "y2": "0.1:1"}}, DomainError, "y2 is given twice"),
    ({"against": "xenonn"}, UnknownName, "did you mean 'xenonnt'"),
    ({"against": ()}, DomainError, "against something"), ({"against": 3}, DomainError, "against"),
    ({"over": None}, DomainError, "two parameters"), ({"lattice": 2.5}, DomainError, "lattice"),
    ({"over": {"m_LQ": 3, "y1": "0.1:1"}}, DomainError, "a pair"),
    ({"precision": None}, DomainError, "precision = None"),
    ({"against": "conus_plus_2025"}, DomainError, "here: it is one at M_N = 0"),
    ({"against": "gemma_2012"}, DomainError, "gemma_2012 says nothing of leptoquark here"),
    ({"over": {"m_LQ": "1TeV:5TeV", "y1": "0.1:9"}}, DomainError, "not perturbative"),
    ({"precission": 0.1}, UnknownName, "precission"), ({"level": 2}, DomainError, "level")])
def test_slips_are_refused(change, error, said):
    with pytest.raises(error, match=said):
        atlas.contours("leptoquark", **{"over": PLANE, "against": "xenonnt", **TAU} | change)


def test_the_command(capsys, tmp_path, recoils):
    out = tmp_path / "plane.ecsv"
    made = answer(capsys, *WORDS, "--against", "xenonnt,lz", "--out", out, "--plot",
                  tmp_path / "plane.png")
    assert made["evaluations"] == recoils.evaluations and made["open_ends"] == [
        "m_LQ low", "y1 high"]
    np.testing.assert_allclose(made["curves"][0]["y1"], recoils.lines[0][:, 1])
    assert {p.name for p in tmp_path.iterdir()} == {"plane.ecsv", "plane.png"}
    assert "open_ends" in out.read_text() and (tmp_path / "plane.png").stat().st_size > 5000
    code, text, _ = run(capsys, *WORDS, "--against", "xenonnt", "--against", "lz")
    assert code == 0 and "curve 1: xenonnt" in text and "which is no bound" in text
    for words, said in ((["--against", "xenonnt,"], "empty name"), (["--lattice", "1"], "lattice"),
                        (["--over", "y1=0.1:1"], "y1 is given twice")):
        code, _, err = run(capsys, *WORDS, *words)
        assert code == 2 and said in err and err.count("\n") == 1


def test_the_picture_shows_what_is_excluded(recoils):
    drawn = recoils.plot(label="recoils")
    ax = drawn.fig.axes[0]
    assert ax.get_xscale() == "log" and ax.get_xlim() == pytest.approx((1e3, 5e3))
    patch = ax.patches[0].get_path()
    assert patch.contains_point((1.1e3, 0.9)) and not patch.contains_point((4e3, 0.02))
    assert ax.get_legend_handles_labels()[1] == ["recoils"]
    assert len(drawn.columns["y1"][1]) == len(recoils.rows()) and "no bound" in drawn.caption


# ---- masses that a limit chooses ---------------------------------------------------------------

def steps(found, truth, precision):
    """Where a limit between its masses is what is computed, there or as near in M_N."""
    M = found.axis[:-1] * (found.axis[1:] / found.axis[:-1])**0.3
    line, near = found.at(M), [truth(M * (1 + precision)**k) for k in (-1, 0, 1)]
    low, high = np.min(near, axis=0), np.max(near, axis=0)
    return (low * (1 - precision) <= line) & (line <= high * (1 + precision))


def test_a_limit_is_right_between_the_masses_that_it_chose():
    found = adaptive("xenonnt", "1keV:10MeV", expected=False)
    ratio = found.axis[1:] / found.axis[:-1]
    # few where it is flat, down to the precision at the kinematic edge
    assert ratio[:10].min() > 1.1 and ratio.min() < 1.02
    assert len(found) == found.meta["adaptive"]["masses"] < np.log(1e4) / 0.01 / 4
    assert steps(found, lambda M: munu.limit("xenonnt", M_N=M, expected=False).upper, 0.01).all()
    last = np.max(found.axis[np.isfinite(found.upper)])
    assert munu.limit("xenonnt", M_N=1.02 * last, expected=False).upper[0] == np.inf


@pytest.mark.parametrize("probe, masses, precision", [
    ("charm2", (10 * MeV, 500 * MeV), 0.01),
    pytest.param("sn1987a_cooling", (100 * MeV, 200 * MeV), 0.03, marks=pytest.mark.long)])
def test_a_region_is_followed_to_where_it_ends(probe, masses, precision):
    """At the heaviest N of a beam, and where what a supernova excludes closes."""
    found = adaptive(probe, masses, flavor="mu", expected=False, precision=precision)
    change = np.flatnonzero(np.diff([len(x) for x in found.excluded]))
    assert change.size == 1
    low, high = found.axis[change[0]], found.axis[change[0] + 1]
    assert 1 < high / low <= 1 + precision
    assert found.axis[0] == masses[0] and found.axis[-1] == pytest.approx(masses[1])


def test_the_command_takes_the_word(capsys):
    made = answer(capsys, "limit", "xenonnt", "--mass", "10keV:1MeV:adaptive")
    assert 15 < len(made["limits"]) < 150 and "straight to 0.01" in made["status"]
    for words, said in (
            (["limit", "xenonnt", "--mass", "0:1MeV:adaptive"], "rise from above 0"),
            (["limit", "xenonnt", "--mass", "1keV:5:1MeV:adaptive"], "low:high:adaptive"),
            (["limit", "xenonnt", "--mass", "1keV:1MeV:adaptive", "--method", "feldman_cousins"],
             "toys scatter"),
            (["limit", "xenonnt", "--along", "q", "--mass", "1keV:1MeV:adaptive"],
             "knows no mass"),
            (["spectrum", "xenonnt", "--mass", "1keV:1MeV:adaptive"], "asks for 'adaptive'")):
        code, out, err = run(capsys, *words)
        assert (code, out) == (2, "") and said in err and err.count("\n") == 1


def test_too_many_masses_are_said():
    with pytest.raises(NotConverged, match="more than 40 masses"):
        adaptive("xenonnt", "1keV:10MeV", most=40)
    with pytest.raises(DomainError, match="precision"):
        adaptive("xenonnt", "1keV:10MeV", precision=0)


def test_a_result_names_what_to_run_again(capsys, tmp_path):
    out = tmp_path / "plane.json"
    answer(capsys, *WORDS, "--against", "xenonnt", "--out", out)
    assert json.loads(out.read_text())["command"]["arguments"]["over"] == [
        "m_LQ=1TeV:5TeV", "y1=0.01:1"]
    assert run(capsys, "reproduce", out)[0] == 0
