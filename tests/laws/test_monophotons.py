"""Single photons of N at Belle II and at the Z."""

import numpy as np
import pytest

import munu
from munu import DipolePortal, probes
from munu.errors import DomainError, UnknownName
from munu.models.dipole_completion import DipoleCompletion
from munu.probes import _monophoton, belle2
from munu.processes import annihilation, radiative_decay
from munu.units import GeV, MeV, cm, deg, per_unit


def reach(probe, M=1 * GeV, nature="dirac", flavor="mu"):
    return munu.limit(probe, M_N=M, flavor=flavor, nature=nature, expected=False).value


def seen(setting, x, M, nature="dirac", flavor="mu"):
    row = _monophoton.row(setting.nodes, M, nature, DipolePortal(1.0, M, flavor, nature).matrix)
    return row.seen(np.atleast_1d(np.asarray(x, dtype=float)))


def belle(**options):
    return probes.get("belle2", **options)


@pytest.mark.parametrize("M", [1e-6, 1.0, 300.0, 3000.0, 10500.0])
@pytest.mark.parametrize("nature", ["dirac", "majorana"])
def test_every_photon_is_somewhere(M, nature):
    setting = belle(acceptance="all").setting
    share = setting._photons(M * MeV, None, radiative_decay.asymmetry(nature))[1]
    assert share.sum() == pytest.approx(1, rel=1e-12) and np.all(share >= 0)


def drawn(M, size, asymmetry, beams, rng):
    """Photons and N in the laboratory by four-vectors, and weights: N and photon are isotropic."""
    root = 2 * np.sqrt(beams[0] * beams[1])
    E, p = (root**2 + M**2) / (2 * root), (root**2 - M**2) / (2 * root)

    def directions():
        c, phi = rng.uniform(-1, 1, size), rng.uniform(0, 2 * np.pi, size)
        r = np.sqrt(1 - c * c)
        return np.stack([r * np.cos(phi), r * np.sin(phi), c])
    n, rest = directions(), directions()
    side = np.array([[0], [0], [1]]) - n[2] * n
    side /= np.sqrt((side**2).sum(axis=0))
    along, across = annihilation.polarization(n[2], root**2, M)
    spin = along * n + across * side
    weight = 2 * annihilation.directions(n[2], root**2, M) * (
        1 + asymmetry * (spin * rest).sum(axis=0))
    # boosts: of the photon along N, of both along the electron
    part = (n * rest).sum(axis=0)
    k = 0.5 * M * (rest + n * ((E / M - 1) * part + p / M))
    k0 = 0.5 * M * (E / M + p / M * part)
    gamma = (beams[0] + beams[1]) / root
    beta = (beams[0] - beams[1]) / (beams[0] + beams[1])
    lab_z, lab_0 = gamma * (k[2] + beta * k0), gamma * (k0 + beta * k[2])
    E_lab = gamma * (E + beta * p * n[2])
    return k0, lab_z / lab_0, np.sqrt(E_lab**2 - M**2), weight / size


@pytest.mark.parametrize(("M", "nature"), [(0.5, "dirac"), (6.0, "dirac"), (2.0, "majorana")])
def test_belle2_against_events_by_four_vectors(M, nature):
    M, x, radius = M * GeV, 1e-8, 125 * cm
    probe = belle(E_min="1 GeV")
    k0, cosine, p, w = drawn(M, 200_000, radiative_decay.asymmetry(nature),
                             (7 * GeV, 4 * GeV), np.random.default_rng(3))
    theta = np.arccos(cosine) / deg
    inside = sum(((a < theta) & (theta < b)) for a, b in belle2.ACCEPTANCES["calorimeter"])
    decayed = -np.expm1(-radius * M * radiative_decay.width(M, x, nature) / p)
    share = w * inside * (k0 > GeV) * decayed
    made = per_unit(annihilation.cross_section((2 * np.sqrt(28) * GeV) ** 2, x, M), "ab") * 50
    mean, error = made * share.sum(), made * share.std() * np.sqrt(share.size)
    assert error < 0.01 * mean
    assert seen(probe.setting, x, M, nature)[0] == pytest.approx(mean, abs=4 * error)
    total = probe.predict(DipolePortal(x, M, "mu", nature)).components["single photons"].total
    assert total == pytest.approx(seen(probe.setting, x, M, nature)[0], rel=1e-5)


def test_three_events_at_the_edge_of_the_reach():
    probe = belle()
    for M in (1 * MeV, 1 * GeV):
        assert seen(probe.setting, reach(probe, M), M)[0] == pytest.approx(3, rel=1e-5)


def test_where_N_lives_long_and_where_it_does_not():
    """Fourth and second power; a Majorana N then twice, or alike."""
    setting = belle(acceptance="all").setting
    for M, x, power, more in ((1 * MeV, 1e-7, 4, 2), (5 * GeV, 1e-5, 2, 1)):
        one, two = seen(setting, [x, 2 * x], M)
        assert np.log2(two / one) == pytest.approx(power, abs=1e-3)
        # a Dirac N alone comes with its spin, which all directions together do not see
        assert seen(setting, x, M, "majorana")[0] / one == pytest.approx(more, rel=1e-3)
        assert seen(setting, x, M, flavor="universal")[0] == pytest.approx(3 * one, rel=1e-12)


def test_beams_may_be_turned_round():
    """Nothing but the frame knows which is the electron."""
    one, other = (belle(acceptance="all", E_electron=a, E_positron=b).setting
                  for a, b in (("7 GeV", "4 GeV"), ("4 GeV", "7 GeV")))
    assert seen(one, 1e-9, GeV)[0] == pytest.approx(seen(other, 1e-9, GeV)[0], rel=1e-9)


@pytest.mark.parametrize("formula", [annihilation.directions, annihilation.polarization])
def test_a_cosine_is_one(formula):
    """Beyond 1 a density of directions would fall below 0."""
    formula([-1.0, 1.0], 100.0, 1.0)
    for cosine in (1.5, [0.0, -3.0]):
        with pytest.raises(DomainError, match=r"cosine = .* must"):
            formula(cosine, 100.0, 1.0)


def test_no_N_no_photon():
    for probe in (belle(), probes.get("lep", sigma_max="0.1 pb", radius="1 m")):
        found = munu.limit(probe, M_N=[0.0, 1e-9 * MeV, 100 * GeV], nature="dirac", flavor="e")
        assert found.excluded == ((), (), ())
    assert not belle().predict(DipolePortal(1e-6, 11 * GeV, "e", "dirac")).components[
        "single photons"].values.any()


def test_the_reach_of_belle2_follows_its_options():
    far = 5 * GeV
    base = reach(belle(), far)
    for options, factor in (({"luminosity": "200 /ab"}, 0.5), ({"efficiency": 0.25}, 2.0)):
        assert reach(belle(**options), far) == pytest.approx(factor * base, rel=1e-3)
    assert reach(belle(), 10 * MeV) > reach(belle(radius="5 m"), 10 * MeV)
    assert base < reach(belle(acceptance="barrel"), far) < reach(
        belle(acceptance="barrel", E_min="3 GeV"), far)


def test_a_background_weakens_the_reach():
    made = [belle(background=b, background_error=e) for b, e in ((10.0, 0.1), (1e4, 0.01),
                                                                 (1e4, 0.1))]
    assert "none was stated" in belle().assumptions[0]
    found = [reach(p) for p in made]
    assert found == sorted(found)
    # 1.64 sigma of what fluctuates and of what is not known
    events = seen(made[1].setting, found[1], GeV)[0]
    assert events == pytest.approx(1.645 * np.sqrt(1e4 + 1e4), rel=0.02)


def test_the_cross_section_at_the_Z():
    """At the edge, where every N decays in time, it is that of Z and photon together."""
    M = 10 * GeV
    for ratio in (-1.0, 0.0, 0.7):
        x = reach(probes.get("lep", sigma_max="0.12 pb", radius="1 km", d_W_over_d_B=ratio), M)
        made = DipoleCompletion.from_moment(x, ratio, M_N=M)
        whole = annihilation.cross_section_Z(made.d_Z, M) + annihilation.cross_section(
            made.M_Z**2, x, M)
        assert per_unit(whole, "pb") == pytest.approx(0.12, rel=1e-5)


def test_heavy_N_leaves_photons_for_W_where_it_can():
    M = 85 * GeV
    setting = probes.get("lep", sigma_max="0.1 pb", radius="1 m", d_W_over_d_B=1.0).setting
    widths = setting.completion(M, "dirac").widths()
    sigma, _ = setting.nodes(M, "dirac")
    made = DipoleCompletion.from_moment(1e-9, 1.0, M_N=M)
    all_ = (annihilation.cross_section_Z(made.d_Z, M)
            + annihilation.cross_section(made.M_Z**2, 1e-9, M)) / 1e-18
    assert widths["W"] > 0 == widths["Z"]
    assert sigma[0] == pytest.approx(per_unit(all_, "pb") * widths["gamma"] / (
        widths["gamma"] + widths["W"]), rel=1e-12)


def test_the_published_plateau_is_a_tenth_of_a_picobarn_without_W():
    """0.12 pb at d_W = 0, where N decays at once and is light beside the Z."""
    theirs = munu.atlas.get("lep_gz_universal").at(1 * GeV)[0]
    ours = reach(probes.get("lep", sigma_max="0.12 pb", radius="1 m"))
    assert ours == pytest.approx(theirs, rel=0.02)


@pytest.mark.parametrize(("name", "options", "said"), [
    ("belle2", {"acceptance": "endcap"}, "acceptance"),
    ("belle2", {"radius": "0 cm"}, "radius"),
    ("belle2", {"radius": 125}, "radius"),
    ("belle2", {"E_electron": "1 TeV"}, "the Z is left out"),
    ("belle2", {"E_min": "6 GeV"}, "E_min"),
    ("belle2", {"efficiency": 1.5}, "efficiency"),
    ("belle2", {"background": 10.0}, "background needs background_error"),
    ("belle2", {"background_error": 0.1}, "give background too"),
    ("belle2", {"background": -1.0, "background_error": 0.1}, "background"),
    ("belle2", {"background": 1.0, "background_error": 5}, "background_error"),
    ("belle2", {"luminosity": "50 pb"}, "luminosity"),
    ("lep", {"sigma_max": "0 pb", "radius": "1 m"}, "sigma_max"),
    ("lep", {"sigma_max": "1 pb", "radius": "1 m", "d_W_over_d_B": np.inf}, "finite"),
    ("lep", {"sigma_max": "1 pb", "radius": "1 m", "level": 1.5}, "level")])
def test_what_is_refused(name, options, said):
    with pytest.raises((DomainError, UnknownName), match=said) as err:
        probes.get(name, **options)
    assert "\n" not in str(err.value)


def test_what_is_missing_is_said():
    with pytest.raises(DomainError, match="give sigma_max"):
        munu.limit("lep", M_N=GeV, nature="dirac")
    with pytest.raises(DomainError, match="nature is needed"):
        munu.limit("belle2", M_N=GeV)
    with pytest.raises(DomainError, match="give sigma_max"):
        munu.limit(probes.get("lep", sigma_max="0.1 pb"), M_N=GeV, nature="dirac")
