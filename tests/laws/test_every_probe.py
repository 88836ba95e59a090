"""Laws of every probe: each names the number that it looked at, and none may be without one."""

from functools import cache

import numpy as np
import pytest

import munu
from munu import flavors, media, probes
from munu.probes import Ceiling, Claim
from munu.ray import Ray
from munu.units import MeV, keV, km, parse, per_unit

# what cannot be limited, and why
WITHOUT = {n: probes.get(n).grade for n in probes.names()
           if probes.get(n).grade in ("published", "needs_data") and probes.get(n).measured is None}


# probabilities as close as a limit here is judged
EASY = {"galactic_supernova": {"tol": 1e-3}, "galactic_supernova_twist": {
    "tol": 1e-3, "medium": media.get("profile_a").with_(r_max=5e3 * km)},
        "solar_antineutrinos": {"tol": 1e-4, "nodes": 4},
        # of which a core that has no more than it has excludes nothing
        "diffuse_neutrinos": {"energy": "1e60 erg", "radius": "0 cm"}}


# the flavor that a beam has where it has no nu_e
SEES = {"charm2": (0, 1, 0)}


@cache
def probe(name):
    return probes.get(name, **EASY.get(name, {}))


@cache
def limit(name, k=0, level=None):
    """Along one of the rays of the probe, for every law that asks."""
    return munu.limit(probe(name), rays(name)[k], level=level, expected=False)


def mass(name):
    """Of N: 0, but where nothing else than its decay is seen."""
    return 10 * MeV if probes.get(name).rays == ("portal",) else 0.0


def rays(name):
    """A ray that the probe answers, and the same with twice the direction."""
    if "portal" in probes.get(name).rays:
        nature = "dirac" if mass(name) else None
        return [Ray.portal(mass(name), tuple(k * x for x in SEES.get(name, (1, 0, 0))), nature)
                for k in (1, 2)]
    if probes.get(name).rays == ("dirac",):
        return Ray.dirac(np.diag([1, 0, 0])), Ray.dirac(np.diag([2, 0, 0]))
    return Ray.majorana(emu=1, etau=1), Ray.majorana(emu=2, etau=2)


# an evolution for every size: what the laws below ask of them is long
EVOLVED = {"galactic_supernova_twist", "solar_antineutrinos"}
LIMITED = [pytest.param(n, marks=pytest.mark.long) if n in EVOLVED else n
           for n in probes.names() if n not in WITHOUT]


@pytest.mark.parametrize("name", LIMITED)
def test_a_limit_scales_with_the_ray(name):
    one, two = limit(name), limit(name, 1)
    assert np.isfinite(one.value), f"{name}: no number along {one.along}"
    assert two.value == pytest.approx(one.value / 2, rel=1e-6), f"{name}: {one.value}"


@pytest.mark.parametrize("name", LIMITED)
def test_what_is_contained_is_excluded(name):
    """Inside every interval a size is contained; below the first one and next to 0 none is."""
    found = limit(name)
    (intervals,) = found.excluded
    assert intervals, f"{name} excludes nothing"
    for i in intervals:
        high = min(i.high, 10 * max(i.low, 1e-20))
        middle = np.sqrt(max(i.low, 1e-30) * high)
        assert found.contains(mass(name), middle) and found.excluded_at(mass(name))
    assert not any(found.contains(mass(name), x) for x in (0.5 * intervals[0].low, 0.0))
    assert found.at(mass(name))[0] == found.value


@pytest.mark.parametrize("name", [n for n in probes.names()
                                  if n not in WITHOUT and "portal" in probes.get(n).rays])
def test_a_tuple_is_its_flavor(name):
    masses = [0.0, mass(name) or 30 * keV]
    for flavor, entries in (("e", (1, 0, 0)), ("mu", (0, 1, 0))):
        word, tuple_ = (munu.limit(name, M_N=masses, flavor=f, nature="majorana",
                                   expected=False).upper for f in (flavor, entries))
        np.testing.assert_allclose(word, tuple_, rtol=1e-12, err_msg=f"{name} {flavor}")


def exposed(name):
    return any(p.name == "exposure" for p in probes.parameters(name))


@pytest.mark.parametrize("name", [n for n in probes.names() if n not in WITHOUT and exposed(n)])
def test_a_limit_tightens_with_exposure(name):
    """Signal and background grow, and the median experiment sees further; a reach too."""
    wide = probes.get(name)
    given = next(p for p in probes.parameters(name) if p.name == "exposure")
    size = parse(str(wide.options["exposure"]), given.unit)
    # PandaX-4T's is no projection and has no more than that
    more = 1.5 if name == "pandax4t" else 4
    grown = wide.remake(**{**wide.options,
                           "exposure": f"{more * per_unit(size, given.unit):.12g} {given.unit}"})
    ray = rays(name)[0]
    one, further = ((found.expected or found).value for found in (
        munu.limit(p, ray) for p in (wide, grown)))
    assert further < one, f"{name}: {further} for {more} times the exposure, {one}"


@pytest.mark.parametrize("name", probes.names())
def test_a_probe_that_has_no_limit_says_why(name):
    probe = probes.get(name)
    if name not in WITHOUT:
        assert probe.measured is not None or probe.grade == "sensitivity"
        return
    with pytest.raises(munu.errors.DomainError, match=r"holds no data|needs data"):
        munu.limit(name)


@pytest.mark.parametrize("name", LIMITED)
def test_another_level_moves_the_limit_or_is_refused(name):
    if isinstance(probe(name).measured, Ceiling | Claim):
        with pytest.raises(munu.errors.DomainError, match="leave level out"):
            munu.limit(name, rays(name)[0], level=0.5)
        return
    assert limit(name).value < limit(name, level=0.95).value


@pytest.mark.parametrize("name", [n for n in probes.names() if "portal" in probes.get(n).rays
                                  and n not in WITHOUT])
def test_one_mixing_in_the_whole_house(name):
    held = flavors.mixing(flavors.DEFAULT)
    if not any(p.name == "mixing" for p in probes.parameters(name)):
        pytest.skip("no neutrinos of the Sun")
    one, two = (munu.limit(probes.get(name, **o), flavor="tau", M_N=mass(name), expected=False,
                           nature="dirac" if mass(name) else None).value
                for o in ({}, {"mixing": held}))
    assert one == two
