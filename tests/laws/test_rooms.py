"""Laws of every source, medium, model, process and figure, and of every option, by name.

A new member is under them by being there.
"""

import inspect
import pickle

import numpy as np
import pytest

from munu import flavors, formulas, media, models, plots, probes, processes, sources
from munu.errors import DomainError, UnitError
from munu.processes.process import Reaction
from munu.references import bibliography, papers
from munu.units import MeV, keV, parse, unit

# what a source needs to be one; those that need a file or a package of the user's have laws of
# their own
NEEDS = {"reactor": {"power": "3 GW", "distance": "20 m"}, "stopped_pion": {"distance": "20 m"},
         "monoenergetic": {"E_nu": "0.75 MeV", "flux": "1e12 cm^-2 s^-1"}}
USERS = ("from_file", "snewpy_models")
SOURCES = [n for n in sources.names() if n not in USERS]
MEDIA = [n for n in media.names() if n not in USERS]
OPTIONS = [(room, n, p) for room in (probes, sources, media, models) for n in room.names()
           for p in room.parameters(n)]
HUMAN = [x for x in OPTIONS if x[2].kind == "quantity" and not x[2].bare]


def ids(x):
    return f"{x[0].__name__.removeprefix('munu.')}.{x[1]}.{x[2].name}"


@pytest.fixture(params=SOURCES)
def source(request):
    return sources.get(request.param, **NEEDS.get(request.param, {}))


def test_a_flux_is_a_state_and_never_negative(source):
    E = np.geomspace(50 * keV, 1e4 * MeV, 60)
    state = source.state(E)
    np.testing.assert_allclose(state, state.conj().swapaxes(1, 2), atol=1e-12 * abs(state).max())
    assert np.all(source.flux(E) >= 0) and source.papers is not None
    assert sum(c.total for c in source.components.values()) > 0


def test_what_is_above_an_energy_falls_with_it(source):
    E = np.geomspace(50 * keV, 1e4 * MeV, 60)
    for moment in source.moments()(E):
        assert np.all(np.diff(moment) <= 1e-9 * moment[0])


def test_a_source_comes_back_from_a_worker(source):
    again = pickle.loads(pickle.dumps(source))
    assert again.options == source.options
    np.testing.assert_array_equal(again.moments()(1 * MeV), source.moments()(1 * MeV))


@pytest.mark.parametrize("name", MEDIA)
def test_a_medium_has_matter_and_a_part_of_it_is_electrons(name):
    medium = media.get(name)
    r = np.geomspace(medium.r_min, medium.r_max, 200)
    assert np.all(medium.density(r) > 0)
    assert np.all((medium.Y_e(r) >= 0) & (medium.Y_e(r) <= 1))
    again = pickle.loads(pickle.dumps(medium))
    np.testing.assert_array_equal(again.density(r), medium.density(r))


def test_a_changed_medium_is_not_remade_as_the_old_one():
    changed = media.get("profile_a").with_(density=lambda r: 0 * r + 1.0)
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(changed)


@pytest.mark.parametrize("name", models.names())
def test_a_model_that_needs_nothing_predicts_something(name):
    if any(p.needed for p in models.parameters(name)):
        with pytest.raises(DomainError, match="needs"):
            models.get(name)
    else:
        made = models.get(name)
        assert made.name == name
        assert all(np.all(np.isfinite(x)) for x in made.parameters.values()
                   if isinstance(x, float | np.ndarray))


@pytest.mark.parametrize("name", processes.names())
def test_a_process_has_formulas_with_papers(name):
    module = getattr(processes, name)
    mine = [f for f in formulas.names() if f.startswith(f"processes.{name}.")]
    assert mine or inspect.isfunction(module.reaction)
    if hasattr(module, "reaction"):
        assert inspect.signature(module.reaction).return_annotation in ("Reaction", Reaction)
    for f in mine:
        assert set(papers(formulas.get(f))) <= set(bibliography()), f


@pytest.mark.parametrize("room", [probes, sources, media, models, processes, plots],
                         ids=lambda r: r.__name__)
def test_a_member_has_a_line(room):
    for name in room.names():
        assert room.about(name).strip(), name


@pytest.mark.parametrize("option", OPTIONS, ids=ids)
def test_an_option_says_what_it_is(option):
    room, _, p = option
    assert p.about and p.kind
    assert unit(p.unit).factor > 0
    if room is not models and p.kind == "quantity" and isinstance(p.default, str) \
            and p.default not in (p.choices or ()):
        assert np.isfinite(parse(p.default, p.unit))


@pytest.mark.parametrize("option", HUMAN, ids=ids)
def test_a_bare_number_is_refused_with_the_unit(option):
    _, name, p = option
    with pytest.raises(UnitError, match=rf"{name}: {p.name} = 2 has no unit; write '2 /?"):
        p.read(2, f"{name}: {p.name}")
    with pytest.raises(UnitError, match="write"):
        p.read("2", f"{name}: {p.name}")
    assert p.read(f"2 {p.unit.removeprefix('1')}", "x") == pytest.approx(2 * unit(p.unit).factor)


BARE = [(n, p) for n in sources.names() for p in sources.parameters(n) if p.bare]


@pytest.mark.parametrize(("name", "p"), BARE, ids=lambda x: getattr(x, "name", x))
@pytest.mark.parametrize("value", [3, 20.0, np.float64(0.75), "3"])
def test_a_source_by_name_is_told_units(name, p, value):
    """A power of 3 is no 3 MeV^2."""
    with pytest.raises(UnitError, match=rf"{name}: {p.name} = .* has no unit; write '\S+ {p.unit}"
                       .replace("^", r"\^")):
        sources.get(name, **NEEDS.get(name, {}) | {p.name: value})


class Astropy:
    """What has ``to_value``."""

    def to_value(self, like):
        return {"t yr": 1.16, "keV": 1.0}[like]


class Pint:
    """What has ``to``."""

    def to(self, like):
        return type("Magnitude", (), {"magnitude": {"t yr": 1.16, "keV": 1.0}[like]})


@pytest.mark.parametrize("quantity", [Astropy(), Pint(), "1160 kg yr"])
def test_a_quantity_and_a_text_are_the_same_exposure(quantity):
    one, other = probes.get("xenonnt", exposure=quantity), probes.get("xenonnt")
    np.testing.assert_allclose(one.backgrounds["B0"].values, other.backgrounds["B0"].values,
                               rtol=1e-12)


def test_what_was_an_internal_float_stays_one():
    made = [sources.stopped_pion.source(distance=d) for d in (parse("20 m"), "20 m")]
    assert made[0].components["prompt"].total == made[1].components["prompt"].total


def test_the_radius_of_the_Sun_is_one():
    """The unit R_sun and the table of IAU constants."""
    from munu.media import sun

    assert sun.radius() == pytest.approx(parse("1 R_sun"), rel=1e-15)


@pytest.mark.parametrize("name", probes.names())
def test_a_probe_knows_what_it_was_made_with(name):
    probe = probes.get(name)
    known = {p.name for p in probes.parameters(name)}
    assert set(probe.options) == known and callable(probe.remake)


def test_a_probe_comes_back_from_a_worker():
    probe = probes.get("xenonnt", exposure="2 t yr", mixing=flavors.mixing("nufit-5.2"))
    again = pickle.loads(pickle.dumps(probe))
    assert dict(again.options) == dict(probe.options)
    np.testing.assert_array_equal(again.backgrounds["B0"].values,
                                  probe.backgrounds["B0"].values)
