"""Models and naturalness as lines in the plane of the map."""

import numpy as np
import pytest

from munu import atlas, models
from munu.errors import DomainError, UnitError, UnknownName
from munu.models import naturalness
from munu.plots import map as map_
from munu.units import GeV, MeV, TeV, eV

M = np.geomspace(0.01, 1e4, 7) * MeV


def test_a_point_is_a_line():
    line = atlas.model_line("leptoquark", M, m_LQ="1TeV", y1=0.05, y2=1.0)
    says = models.get("leptoquark", m_LQ="1TeV", y1=0.05, y2=1.0).couplings().mu
    np.testing.assert_allclose(line.lower, says, rtol=1e-12)
    np.testing.assert_allclose(line.upper, says, rtol=1e-12)
    assert line.flavor == "tau" and "BrdarTalk" in line.papers


def test_a_band_ends_at_the_ends_of_its_ranges():
    line = atlas.model_line("leptoquark", M, m_LQ=("1TeV", 3 * TeV), y1=(0.01, 0.1), y2=1.0)
    for edge, m, y in (("lower", 3, 0.01), ("upper", 1, 0.1)):
        says = models.get("leptoquark", m_LQ=m * TeV, y1=y, y2=1.0).couplings().mu
        np.testing.assert_allclose(getattr(line, edge), says, rtol=1e-12)


def test_name_class_and_point_are_one():
    point = models.get("leptoquark", m_LQ="2TeV", y1=0.05, y2=1.0)
    given = [("leptoquark", {"m_LQ": "2TeV", "y1": 0.05, "y2": 1.0}), (point, {}),
             (type(point), {"m_LQ": "2TeV", "y1": 0.05, "y2": 1.0})]
    lines = [atlas.model_line(x, M, **p) for x, p in given]
    for x in lines[1:]:
        np.testing.assert_allclose(x.upper, lines[0].upper, rtol=1e-12)
    other = atlas.model_line(point, M, y1=0.1)
    np.testing.assert_allclose(other.upper, 2 * lines[0].upper, rtol=1e-12)


def test_tuning_tilts_the_band():
    """Natural moments grow as the root of M_N: the seesaw bears a heavier Dirac mass."""
    line = atlas.model_line("leptoquark", M, max_tuning=10.0, points=201, m_LQ=1.5 * TeV, y2=1.0,
                            y1=(1e-9, 1e-1))
    inside = np.isfinite(line.upper) & (line.upper < 0.9 * np.nanmax(line.upper))
    slope = np.polyfit(np.log(M[inside]), np.log(line.upper[inside]), 1)[0]
    assert inside.sum() >= 4 and slope == pytest.approx(0.5, abs=0.03)
    with pytest.raises(DomainError, match="no point of leptoquark is left"):
        atlas.model_line("leptoquark", M, max_tuning=1e-12, m_LQ=1.5 * TeV, y2=1.0, y1=0.1)


def test_what_a_model_excludes_can_be_left_out():
    ranges = {"m_LQ": ("1TeV", "3TeV"), "y1": 0.05, "y2": 1.0, "points": 5}
    every = atlas.model_line("leptoquark", M[:2], **ranges)
    kept = atlas.model_line("leptoquark", M[:2], allowed=True, **ranges)
    # colliders take the light ones away
    assert np.all(kept.upper < 0.6 * every.upper)
    np.testing.assert_allclose(kept.lower, every.lower, rtol=1e-12)


def test_a_line_of_naturalness():
    line = atlas.naturalness_line("talk_a", M, Lambda=("1TeV", "10TeV"))
    np.testing.assert_allclose(line.upper / line.lower, 100, rtol=1e-9)
    made = naturalness.mass(line.upper, 1 * TeV, "talk_a")
    np.testing.assert_allclose(made, np.sqrt(0.05 * eV * M), rtol=1e-9)
    flat = atlas.naturalness_line("dirac", M, mass="0.1eV")
    np.testing.assert_allclose(flat.upper, naturalness.mu_max(0.1 * eV, TeV, "dirac"), rtol=1e-9)


@pytest.mark.parametrize(("call", "error", "said"), [
    (lambda: atlas.model_line("leptoquart", M), UnknownName, "leptoquark"),
    (lambda: atlas.model_line("leptoquark", M, m_LQ="1TeV"), DomainError, "needs y1"),
    (lambda: atlas.model_line("leptoquark", M, y3=1.0), UnknownName, "y1"),
    (lambda: atlas.model_line("millicharge", M, epsilon=1e-3), DomainError, "no line"),
    (lambda: atlas.model_line("leptoquark", [0.0], m_LQ="1TeV", y1=1, y2=1), DomainError,
     "above 0"),
    (lambda: atlas.model_line("leptoquark", M, m_LQ=("3TeV", "1TeV"), y1=1, y2=1), DomainError,
     "rise"),
    (lambda: atlas.model_line("leptoquark", M, m_LQ=("1", "3TeV"), y1=1, y2=1), UnitError, "m_LQ"),
    (lambda: atlas.model_line("leptoquark", M, points=300, m_LQ=("1TeV", "3TeV"), y1=(0.1, 1),
                              y2=(0.1, 1)), DomainError, "lower points"),
    (lambda: atlas.model_line(3, M), DomainError, "name, a class or a point"),
    (lambda: atlas.naturalness_line("majorana", M), UnknownName, "talk_a")])
def test_a_slip_is_one_line(call, error, said):
    with pytest.raises(error, match=said):
        call()


def test_the_map_bears_lines_and_stays_itself_without():
    lines = [atlas.model_line("leptoquark", m_LQ=("1.5TeV", "5TeV"), y1=(1e-3, 0.1), y2=1.0),
             atlas.naturalness_line("voloshin", Lambda="1TeV")]
    plain = map_.draw("tau", computed=[])
    drawn = map_.draw("tau", computed=[], lines=lines)
    kinds = dict.fromkeys(drawn.columns["kind"][1])
    assert set(kinds) - set(plain.columns["kind"][1]) == {"model", "naturalness"}
    kept = [r for r, k in zip(zip(*(c for _, c in drawn.columns.values()), strict=True),
                              drawn.columns["kind"][1], strict=True)
            if k not in ("model", "naturalness")]
    assert kept == list(zip(*(c for _, c in plain.columns.values()), strict=True))
    assert "what models say" in drawn.caption and drawn.caption.startswith(plain.caption)
    with pytest.raises(DomainError, match="no point"):
        map_.draw("tau", computed=[], lines=[atlas.model_line(
            "leptoquark", max_tuning=1e-12, m_LQ=5 * TeV, y1=0.1, y2=1.0)])
    assert 1 * GeV < lines[0].M_N[-1]


def test_the_moment_of_the_seesaw_is_a_line():
    """By mixing alone, against the mass of the first N: as the portal of a point has it."""
    masses = np.array([0.1, 1.0, 10.0]) * GeV
    others = {"M_2": "20GeV", "M_3": "30GeV", "m_lightest": "0.01eV"}
    line = atlas.model_line("seesaw", masses, **others)
    for i, M_1 in enumerate(masses):
        portal = models.get("seesaw", M_1=M_1, **others).couplings().portals[0]
        assert line.upper[i] == line.lower[i] == pytest.approx(portal.mu) and portal.M_N == M_1
    # above M_W there is no portal; of heavier ones the line does not speak
    far = atlas.model_line("seesaw", np.array([1.0, 500.0]) * GeV, **others)
    assert np.isfinite(far.upper[0]) and np.isnan(far.upper[1])
    with pytest.raises(DomainError, match="needs M_2, M_3"):
        atlas.model_line("seesaw", masses)
    with pytest.raises(DomainError, match="lightest neutrino is massless"):
        atlas.model_line("seesaw", masses, M_2="20GeV", M_3="30GeV")
