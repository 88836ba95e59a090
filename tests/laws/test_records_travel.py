"""Every record can be pickled, copied and sent to a worker, and answers the same there."""

import copy
import dataclasses
import pickle
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from types import MethodType

import numpy as np
import pytest

import munu
from munu import flavors, media, models, probes, sources
from munu.atlas.answer import answer
from munu.atlas.answers import answers
from munu.couplings import Couplings, DipolePortal
from munu.errors import DomainError
from munu.inference.study import study
from munu.media import fields
from munu.probes import Ceiling, Claim, Counts, Curve, Polynomial, Probe, Values
from munu.probes._card import template
from munu.probes.answer import expectation
from munu.propagation import dirac, evolve, majorana
from munu.propagation.run import Setting, run
from munu.ray import Ray
from munu.spectrum import Axis
from munu.units import MeV, km

A = media.get("profile_a")
E = np.array([0.3, 1.0, 5.0, 15.0]) * MeV
PATH = (2e3 * km, 4e3 * km)
TABLE = "r [km],density [g/cm^3],Y_e,B [G],phi [rad]\n" + "".join(
    f"{x},{4e7 * (1e3 / x)**3!r},{0.49 if x < 3000 else 0.4999},{5e9 * (1e3 / x)**3!r},"
    f"{-1e-3 * x!r}\n" for x in range(1000, 10000, 150))
# what the sources and models that cannot be made without need
NEEDED = {
    "monoenergetic": {"E_nu": "747keV", "flux": "1e13 cm^-2 s^-1"},
    "reactor": {"power": "3.6 GW", "distance": "20.7 m"}, "stopped_pion": {"distance": "19.3 m"},
    "dipole_completion": {"d_B": "1e-7 /GeV", "d_W": "0 /GeV", "M_N": "1MeV"},
    "left_right": {"sin2xi": 1e-3}, "leptoquark": {"m_LQ": "1TeV", "y1": 0.05, "y2": 1.0},
    "leptoquark_voloshin": {"m_S1": "1TeV", "y1": 0.05, "y2": 1.0},
    "light_scalar": {"m_phi": "1keV", "y_nu": 1e-7, "y_e": 1e-9}, "millicharge": {"epsilon": 1e-14},
    "rpv": {"lambda1": 1e-3, "lambda2": 1e-3, "M": "1TeV", "A": "1TeV"},
    "seesaw": {"M_1": "1GeV", "M_2": "2GeV", "M_3": "3GeV"},
    "spin_symmetry": {"m_h": "500GeV", "m_plus": "700GeV", "mu_3": "100GeV"},
    "su2h": {"f": 0.1, "f_prime": 0.1, "m_h1": "1TeV", "m_H1": "1TeV", "sin2alpha": 1e-3},
    "zee": {"m_h": "500GeV", "m_H": "700GeV", "sin2alpha": 1e-3},
}
# a file, and models of another package, have to be there
ELSEWHERE = {"from_file", "snewpy_models"}
FIELDS = {
    "dipole": fields.dipole("5e9G", "1000km"), "constant": fields.constant("1e6G"),
    "turbulent": fields.turbulent("5e9G", "1e3km", "2e2km", seed=1, r0="1000km", n=3),
    "cells": fields.cells("5e9G", "500km", "1e3km", "1e4km", 3, n=3)[0],
    "read": fields.read("dipole:5e9G@1000km"),
    "none": fields.tabulated(np.array([1e3, 2e3]) * km, np.zeros(2)),
    "signed": fields.tabulated(np.linspace(1e3, 9e3, 80) * km, np.cos(np.arange(80) / 4)),
    "turning": fields.turning(np.linspace(1e3, 9e3, 80) * km, np.arange(80.0)),
}


def travelled(x):
    """The same by a pickle and by a copy."""
    return pickle.loads(pickle.dumps(x)), copy.deepcopy(x)


def members(room):
    """All that can be made with what is known here."""
    known = ((x, NEEDED.get(x, {})) for x in room.names() if x not in ELSEWHERE)
    made = {}
    for name, options in known:
        try:
            made[name] = room.get(name, **options)
        except DomainError as err:
            # a member that this file does not know, and that must be told something
            if options or "needs" not in str(err):
                raise
    return made


MEDIA, SOURCES, MODELS = (members(room) for room in (media, sources, models))


def functions(profile):
    r = np.geomspace(profile.r_min, profile.r_max, 60)
    return [f(r) for f in (profile.density, profile.asymmetry, profile.field, profile.twist,
                            profile.temperature) if f]


def same(a, b):
    for x, y in zip(a, b, strict=True):
        np.testing.assert_array_equal(x, y)


@pytest.fixture(scope="module")
def star(tmp_path_factory):
    """A medium of one's own, with its field and its turning."""
    path = tmp_path_factory.mktemp("travel") / "star.csv"
    path.write_text(TABLE)
    return media.get(str(path))


def test_hardly_any_member_stays_at_home():
    for room, made in ((media, MEDIA), (sources, SOURCES), (models, MODELS)):
        assert set(NEEDED) & set(room.names()) <= set(made)
        assert len(made) >= 0.7 * len(room.names())


@pytest.mark.parametrize("name", sorted(MEDIA))
def test_a_medium(name):
    made = MEDIA[name]
    for other in travelled(made):
        same(functions(made), functions(other))


def test_a_medium_from_a_file(star):
    for other in travelled(star):
        same(functions(star), functions(other))


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_a_field(name):
    r = np.geomspace(1e3, 9e3, 50) * km
    for other in travelled(FIELDS[name]):
        np.testing.assert_array_equal(other(r), FIELDS[name](r))


@pytest.mark.parametrize("make", [majorana, dirac])
@pytest.mark.parametrize("loop", [False, True])
def test_a_hamiltonian_gives_the_same_evolution(star, make, loop):
    M = Couplings.majorana(1e-12, 7e-13).mu if make is majorana else np.eye(3) * 1e-11
    # a field of a hundred modes, which takes most of the time, once
    wild = [A.with_(field=FIELDS["turbulent"])] if (make, loop) == (dirac, True) else []
    for medium in (star, A, *wild):
        H = make(medium, M, flavors.mixing(), loop=loop)
        made = evolve(H, PATH, 15 * MeV)
        for other in travelled(H):
            got = evolve(other, PATH, 15 * MeV)
            np.testing.assert_array_equal(got.amplitudes, made.amplitudes)
            np.testing.assert_array_equal(got.error, made.error)


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_a_source(name):
    made = SOURCES[name]
    for other in travelled(made):
        np.testing.assert_array_equal(other.flux(E), made.flux(E))
        np.testing.assert_array_equal(other.moments()(E), made.moments()(E))
        with pytest.raises(TypeError):
            other.components["more"] = None


@pytest.mark.parametrize("name", sorted(MODELS))
def test_a_model_and_its_couplings(name):
    made = MODELS[name]
    for other in travelled(made):
        assert other.parameters.keys() == made.parameters.keys()
        same(other.parameters.values(), made.parameters.values())
    try:
        couplings = made.couplings()
    except models.NotPredicted:
        return
    for other in travelled(couplings):
        same([getattr(other, f.name) for f in dataclasses.fields(other)],
             [getattr(couplings, f.name) for f in dataclasses.fields(couplings)])


def results():
    """A limit, a prediction, its spectrum, a passage."""
    limit = munu.limit("xenonnt", "mu", M_N=np.array([0.0, 50e-3]) * MeV)
    prediction = probes.get("xenonnt").predict(DipolePortal(mu=1e-11, M_N=0.0))
    setting = Setting(medium=A.with_(field=FIELDS["dipole"]), energies=["15MeV"], path=PATH,
                      moments={"emu": 1e-12}, radii=["3e3km"], twist="-1e-4/km")
    return limit, prediction, prediction.total, run(setting)


def numbers(limit, prediction, spectrum, passage):
    return [limit.upper, limit.at(0.03 * MeV), *(c.values for c in prediction.components.values()),
            spectrum.total, spectrum.main_axis.shown(), passage.probabilities, passage.at_radii,
            [x.r for x in passage.resonances], passage.to_table()]


def test_what_comes_out():
    made = results()
    for other in travelled(made):
        same(numbers(*other), numbers(*made))
        assert not other[2].main_axis.edges.flags.writeable
        assert other[3].as_dict() == made[3].as_dict()


# ---- probes, what they expect, and what comes of it ------------------------------------------

# as little work as an answer needs
EASY = {"galactic_supernova": {"tol": 1e-3, "detectors": ("dune",), "window": "0ms:5ms"},
        "galactic_supernova_twist": {"tol": 1e-3, "detectors": ("dune",), "window": "0ms:5ms"},
        "solar_antineutrinos": {"tol": 1e-3, "nodes": 2}}
COUPLED = {"portal": DipolePortal(mu=1e-11, M_N=0.03 * MeV, flavor="e", nature="majorana"),
           "majorana": Couplings.majorana(emu=1e-12, etau=1e-12),
           "dirac": Couplings(mu=1e-11 * np.eye(3), nature="dirac")}
POINT = {"m_LQ": "1TeV", "y1": 0.05, "y2": 1.0}


def alike(a, b):
    """Whether two things hold the same, to the last bit."""
    if dataclasses.is_dataclass(a) and not isinstance(a, type):
        return type(a) is type(b) and all(
            alike(getattr(a, f.name), getattr(b, f.name)) for f in dataclasses.fields(a))
    if isinstance(a, np.ndarray | float | complex | np.generic):
        x, y = np.asarray(a), np.asarray(b)
        same_bits = x.tolist() == y.tolist() if x.dtype == object else x.tobytes() == y.tobytes()
        return type(a) is type(b) and x.shape == y.shape and x.dtype == y.dtype and same_bits
    if isinstance(a, Mapping):
        return list(a) == list(b) and all(alike(a[k], b[k]) for k in a)
    if isinstance(a, tuple | list):
        return len(a) == len(b) and all(map(alike, a, b))
    if isinstance(a, MethodType):
        return a.__func__ is b.__func__ and alike(a.__self__, b.__self__)
    if hasattr(a, "t") and hasattr(a, "c"):
        # a spline of scipy knows no equality
        return alike((a.t, a.c, a.k), (b.t, b.c, b.k))
    return a == b


def lines(probe):
    """Rays that the probe answers, masses of N too."""
    known = {"portal": Ray.portal(np.array([0.0, 0.03]) * MeV, "e", "majorana"),
             "charge": Ray.charge("e"),
             "radius": Ray.radius((1, 0, 0)), "majorana": Ray.majorana(emu=1, etau=1),
             "dirac": Ray.dirac(np.eye(3))}
    return [known[k] for k in probe.rays if k in known]


def size(ray):
    """Large enough to be seen, in the ray's unit."""
    return {"mu": 1e-11, "q": 1e-12, "r2": 1e-32}[ray.parameter] * ray.factor


def expectations(probe):
    """What a probe predicts, and what it expects along its rays, at one size of each."""
    if probe.grade == "needs_data":
        return [probe.assumptions]
    signal = {k: probe.predict(COUPLED[k]) for k in COUPLED if k in probe.rays}
    made = [probe.expected(ray) for ray in lines(probe)]
    return [signal, made if all(isinstance(e, Polynomial) for e in made) else [], [
        e.values([size(r)], [r.rows - 1]) for e, r in zip(made, lines(probe), strict=True)]]


# what is another one's with other numbers: of the stars, of the beams, of the next supernova
LIKE_ANOTHER = {"horizontal_branch", "sun_cooling", "white_dwarfs", "sbnd", "microboone",
                "galactic_supernova_twist", "super_kamiokande_upscattering"}


@pytest.mark.parametrize("name", [
    pytest.param(n, marks=pytest.mark.long) if n in LIKE_ANOTHER else n for n in probes.names()])
def test_a_probe_expects_the_same(name):
    """By the call that made it, by its fields where they were changed, and by a variant."""
    made = probes.get(name, **EASY.get(name, {}))
    changed = dataclasses.replace(made, title="another")
    for one in (made, changed, *map(made.varied, list(made.variants)[:1])):
        for other in travelled(one):
            assert alike(other, one)
    assert alike(expectations(travelled(changed)[0]), expectations(made))


def test_a_probe_from_a_card_travels_without_its_files(tmp_path):
    for name, text in template("mine").items():
        (tmp_path / name).write_text(text)
    made = probes.from_card(tmp_path / "mine.yaml")
    wanted = expectations(made)
    for path in tmp_path.iterdir():
        path.unlink()
    for other in travelled(made):
        assert alike(expectations(other), wanted)


def test_several_curves_in_one_row_travel():
    """What is joined of curves is one too, with its shared pulls."""
    ray, both = lines(probes.get("galactic_supernova"))[0], [
        dataclasses.replace(probes.get("galactic_supernova", distance=d,
                                       **EASY["galactic_supernova"]), data=(d,))
        for d in ("5kpc", "10kpc")]
    row = study(both, ray).expected
    x, j = [size(ray)], [0]
    wanted = row.values(x, j)
    for other in travelled(row):
        assert alike(other.values(x, j), wanted)
        assert all(alike(other.change(n, x, j, wanted), row.change(n, x, j, wanted))
                   for n in row.pulls)


AXIS = Axis("energy", "keV", np.arange(5.0))
RECORDS = {
    "counts": Counts(AXIS, np.arange(4.0), np.array([1.5])),
    "values": Values((AXIS,), np.arange(4.0), np.eye(4)),
    "ceiling": Ceiling(3.0, "erg/s", "a loss"), "claim": Claim(high=1e-3, level=0.9),
    **{f"ray of {r.along}": r for r in lines(probes.get("darwin"))},
}


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_a_record(name):
    for other in travelled(RECORDS[name]):
        assert alike(other, RECORDS[name])


def caught(x, j):
    """What leaves a star that traps, at two masses: an island at the first."""
    return (np.array([1e24, 1e20])[j] * x**2 * np.exp(-((x / 1e-9) ** 2)))[:, None]


def searched(j):
    return 1e-14, 1e-6


def trapped(ray):
    return Curve(signal=caught, where=searched)


TRAP = Probe(name="trap", title="Trap", grade="published", measured=Ceiling(1e4), signal=trapped,
             expects=trapped, rays=("portal",))


def limits():
    """With bands, intervals, an envelope, a scan, tips; and of a ceiling."""
    masses = np.array([0.0, 0.05]) * MeV
    return [munu.limit("texono", M_N=masses, systematic=True), munu.limit("texono", "q"),
            munu.limit("xenon1t", method="feldman_cousins", toys=100, expected=False),
            munu.limit(["texono", "gemma"], M_N=masses), munu.limit(TRAP, M_N=masses + 0.05 * MeV)]


def told():
    """What a model at a point and on a grid says, and a prediction beside the counts."""
    return [answer("leptoquark", **POINT), answers("leptoquark", POINT | {"m_LQ": "1TeV:2TeV:3"}),
            expectation(probes.get("texono"), COUPLED["portal"])]


@pytest.mark.parametrize("make", [limits, told])
def test_what_is_computed_of_probes_and_models(make):
    for one in make():
        for other in travelled(one):
            assert alike(other, one) and other.as_dict() == one.as_dict()
            assert repr(other) == repr(one)


def test_all_of_them_go_to_a_worker_and_come_back(star):
    """One process that shares nothing with this one; what it computes is the same."""
    H = majorana(star, Couplings.majorana(1e-12, 7e-13), flavors.mixing())
    made, masses = results(), np.array([0.0, 0.05]) * MeV
    held = {"media": MEDIA, "sources": SOURCES, "models": MODELS, "fields": FIELDS, "H": H,
            "results": made}
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        back, there, passage, *more = (f.result(timeout=120) for f in (
            pool.submit(copy.copy, held), pool.submit(evolve, H, PATH, 15 * MeV),
            pool.submit(run, made[3].setting), pool.submit(munu.limit, "texono", M_N=masses),
            pool.submit(munu.limit, probes.get("xenonnt"), M_N=masses),
            pool.submit(answer, "leptoquark", **POINT)))
    for name, one in MEDIA.items():
        same(functions(one), functions(back["media"][name]))
    for name, one in SOURCES.items():
        same([one.flux(E)], [back["sources"][name].flux(E)])
    for name, one in MODELS.items():
        same(one.parameters.values(), back["models"][name].parameters.values())
    same(numbers(*back["results"]), numbers(*made))
    np.testing.assert_array_equal(there.amplitudes, evolve(H, PATH, 15 * MeV).amplitudes)
    assert passage.as_dict() == made[3].as_dict()
    for got, wanted in zip(more, (munu.limit("texono", M_N=masses), munu.limit(
            "xenonnt", M_N=masses), answer("leptoquark", **POINT)), strict=True):
        assert alike(got, wanted)
