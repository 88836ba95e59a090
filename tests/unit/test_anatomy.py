"""What a limit hangs on: powers that are known, sums that close, and inputs without a lever."""

import numpy as np
import pytest

from munu import limit, plots, probes
from munu.errors import DomainError, UnknownName
from munu.inference._levers import KINDS
from munu.inference._swapped import held, swapped
from munu.inference.inputs import anatomy
from munu.inference.record import Limit
from munu.sources.source import Source
from munu.targets.atom import Atom
from munu.units import keV


@pytest.fixture(scope="module")
def xenonnt():
    return anatomy("xenonnt", M_N=100 * keV, flavor="e", only=KINDS[:-1])


def test_a_rate_of_mu_squared_gives_half_a_power(xenonnt):
    """With the data held, whatever multiplies all that a moment makes goes as mu^-2."""
    for key in (("options", "exposure"), ("efficiency", "all"), ("flux", "all"),
                ("shells", "Xe all")):
        assert xenonnt[key].size == pytest.approx(-0.5, abs=1e-6), key


@pytest.mark.parametrize("kind", ["efficiency", "flux", "shells", "counts"])
def test_parts_add_to_the_whole(xenonnt, kind):
    parts = sum(i.size for i in xenonnt.of(kind))
    whole = next(i for i in xenonnt.inputs if i.kind == kind and i.name.endswith("all"))
    assert len(xenonnt.of(kind)) > 5 and parts == pytest.approx(whole.size, abs=1e-3)


def test_the_step_does_not_matter(xenonnt):
    again = anatomy("xenonnt", M_N=100 * keV, flavor="e", step=0.005, only="mixing")
    for i in again.inputs:
        assert xenonnt[i.kind, i.name].size == pytest.approx(i.size, abs=2e-4), i.name
    assert abs(again["mixing", "sin2 theta12"].size) > 0.05, "some of nu_e arrive as others"


def test_a_flux_is_moved_as_by_hand(xenonnt):
    """The limit of the same experiment at 2 % more pp neutrinos, made without levers."""
    probe = probes.get("xenonnt")
    run = probe.expects.__self__
    channel, = run.channels
    limits = []
    for f in (np.exp(-0.02), np.exp(0.02)):
        source = channel.source.scaled({"pp": f})
        moved = type(run)(**{**vars(run), "channels": (type(channel)(
            source=source, reaction=channel.reaction, T=channel.T, fold=channel.fold,
            cells=channel.cells, top=channel.top),)})
        made = moved.probe(probe.title, "counts")
        limits.append(limit(made, M_N=100 * keV, flavor="e", expected=False).value)
    assert np.log(limits[1] / limits[0]) / 0.04 == pytest.approx(xenonnt["flux", "pp"].size,
                                                                 rel=1e-6)


def test_a_projection_with_much_background_goes_as_the_fourth_root_of_time():
    """mu^4 B^-1 t is fixed where a signal is held against the fluctuation of a background."""
    probe = probes.get("darwin", flat="500 /(t yr keV)", flat_error=0.001, xe136_share=1e-6)
    made = anatomy(probe, only=("options", "background"))
    assert made["options", "exposure"].size == pytest.approx(-0.25, abs=0.01)
    assert made["options", "flat"].size == pytest.approx(0.25, abs=0.01)
    assert "nothing was seen" not in made.unmoved


def test_three_events_without_background_go_as_the_square_root_of_exposure():
    made = anatomy(probes.get("fasernu", channels="electrons"), flavor="mu",
                   only=("options", "counts"))
    for key, power in ((("options", "luminosity"), -0.5), (("options", "mass"), -0.5),
                       (("counts", "upper edge of events of electrons"), 0.5)):
        assert made[key].size == pytest.approx(power, rel=1e-4), key


@pytest.mark.long
def test_made_and_seen_by_the_moment_the_root_is_the_fourth():
    """N is made with mu^2 and decays with mu^2: a rate of mu^4 where most fly through."""
    made = anatomy("dune_nd", M_N=100e3 * keV, flavor="mu", nature="dirac",
                   only=("options", "flux"))
    assert made["options", "pot"].size == pytest.approx(-0.25, abs=2e-3)
    flux, = made.of("flux")
    assert flux.size == pytest.approx(made["options", "pot"].size, rel=1e-6)


@pytest.mark.long
def test_of_several_axes_each_is_cut_in_slices():
    made = anatomy("lz", only=("efficiency", "counts"))
    for axis in ("run", "reconstructed energy"):
        for kind in ("efficiency", "counts"):
            parts = [i.size for i in made.of(kind) if i.name.startswith(axis)]
            assert sum(parts) == pytest.approx(made[kind, "all"].size, abs=1e-3)


def test_a_choice_is_a_step_to_the_limit_of_the_variant():
    made = anatomy("xenonnt", only="choices")
    other = limit(probes.get("xenonnt").varied("free electrons"), expected=False).value
    step = made["choices", "free electrons"]
    assert step.stepped and step.size == pytest.approx(np.log(other / made.limit.value))
    names = [i.name for i in made.inputs]
    assert "electrons free" not in names, "the variant says it already"
    assert "radiative true" in names


def test_what_has_no_lever_is_named(xenonnt):
    assert "free" in xenonnt.unmoved["background: B0"]
    assert "0.1 keV" in xenonnt.unmoved["options: bin_width"]
    star = anatomy("white_dwarfs", only=KINDS[:-1])
    assert {"flux", "mixing", "shells", "options: criterion"} <= {*star.unmoved}
    assert star["counts", "upper edge of effective moment squared"].size == pytest.approx(0.5)


@pytest.mark.parametrize(("more", "said"), [
    ({"only": "bins"}, "kind of input"), ({"only": ()}, "only is empty"),
    ({"method": "feldman_cousins"}, "toys"),
    ({"step": 0.0}, "step"), ({"M_N": [0.0, 1.0]}, "one mass"),
    ({"M_N": 1e6 * keV}, "upper limit")])
def test_what_cannot_be_asked_is_one_line(more, said):
    with pytest.raises((DomainError, UnknownName), match=said) as e:
        anatomy("xenonnt", **more)
    assert "\n" not in str(e.value)


def test_a_record_is_changed_wherever_it_is_held():
    """Methods bound to a changed record are those of the new one; what holds none stays itself."""
    expects = probes.get("xenonnt").expects
    atom, = held(expects, Atom)
    new = swapped(expects, Atom, lambda a: Atom(**{**vars(a), "scheme": "free"}))
    assert held(new, Atom)[0].scheme == "free" and held(expects, Atom) == [atom]
    reaction = new.__self__.channels[0].reaction
    assert reaction.dipole.__self__ is reaction.weak.__self__ is reaction.interference.__self__
    assert held(new, Source)[0] is held(expects, Source)[0]
    assert swapped(expects, Limit, dict) is expects, "it holds no limit"


def test_an_anatomy_travels_as_plain_numbers(xenonnt):
    plain = xenonnt.as_dict()
    assert plain["limit"] == pytest.approx(xenonnt.limit.value) and plain["citations"]
    assert plain["inputs"][0]["input"] == xenonnt.rows()[0]["input"]
    assert abs(plain["inputs"][0]["size"]) >= abs(plain["inputs"][-1]["size"])
    assert "Anatomy(xenonnt" in repr(xenonnt)
    assert xenonnt.to_table().count("\n") == len(xenonnt.inputs) + 1
    with pytest.raises(UnknownName, match="flux: pp"):
        xenonnt["flux", "p"]


@pytest.mark.long
def test_the_tornado_has_the_strongest_first(tmp_path):
    made = plots.draw("anatomy", probe="xenonnt", options="exposure=5 t yr",
                      only=("choices", "flux", "counts"))
    sizes = np.abs(made.columns["size"][1])
    assert np.all(np.diff(sizes) <= 0) and "nothing was seen" in made.caption
    plots.save(made, tmp_path)
    slopes, steps = made.fig.axes
    assert "limit" in slopes.get_xlabel() and len(steps.patches) > 1
    with pytest.raises(DomainError, match="key=value"):
        plots.draw("anatomy", probe="xenonnt", options="sun")
