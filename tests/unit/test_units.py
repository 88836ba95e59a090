"""Units are a grammar with limits, and know what they count."""

import numpy as np
import pytest

from munu import flavors, media, probes, sources
from munu._files import scalar
from munu.detectors import supernova
from munu.errors import DomainError, UnitError
from munu.propagation.earth import mass_to_flavor
from munu.sources.burst import SPECIES, Burst
from munu.units import (
    MeV,
    cm,
    deg,
    erg,
    eV,
    g,
    hour,
    km,
    kpc,
    of_kind,
    parse,
    s,
    unit,
)


@pytest.mark.parametrize(("text", "like", "said"), [
    ("1keV-160", "keV", "power -160"), ("1 /eV^90", "1/eV", "power 90"),
    ("1" * 5000, "keV", "5000 characters"), ("1 " + "(" * 1000 + "keV" + ")" * 1000, "keV",
                                             "no number with a unit"),
    ("1 ((((keV))))", "keV", "brackets within brackets"), ("1 eV^999", "keV", "power 999"),
    ("1 (Mpc^12)^12", "km", "beyond what a number can hold"),
    ("1e308 GeV", "keV", "beyond what can be computed with"), ("1e-323 keV", "keV", "beyond"),
    ("1e308 t yr", "t yr", "beyond"), ("1e999 keV", "keV", "not a finite number"),
    ("20 s", "km", "not of the kind of km"), ("3 keV^2", "GW", "not of the kind of GW"),
    ("5 kg", "keV", "not of the kind of keV"), ("5 keV*", "keV", "ends with"),
    ("5 keV * / s", "keV/s", "nothing stands before"), ("1 mu_B", "rad", "kind of rad"),
    ("5", "kg d", "has no unit")])
def test_what_no_quantity_is(text, like, said):
    with pytest.raises(DomainError, match=said.replace("(", r"\(")) as caught:
        parse(text, like)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 500


@pytest.mark.parametrize("text", ["eV^999", "kg^-77", "x" * 101, "\nkeV\nlumen"])
def test_what_no_unit_is(text):
    with pytest.raises(UnitError) as caught:
        unit(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("text", "kind"), [
    ("keV", "counts"), ("%", "counts"), ("mu_B", "counts"), ("keV", "a share"), ("kg", "an energy"),
    ("cm", "an energy"), ("", "an energy"), ("s", "a length"), ("keV^-1", "a length"),
    ("keV^2", "a power"), ("G", "a number"), ("1", "a moment"), ("keV^3", "a density"),
    ("1", "an angle"), ("cm^-1 s^-2 MeV^-1", "a flux")])
def test_powers_of_energy_alone_do_not_make_a_kind(text, kind):
    with pytest.raises(UnitError, match=f"that of {kind}"):
        of_kind(text, kind)


def test_what_a_kind_takes():
    for text, kind in (("", "counts"), ("events", "counts"), ("%", "a share"), ("erg", "an energy"),
                       ("R_sun", "a length"), ("J/s", "a power"), ("g cm-3", "a density"),
                       ("uG", "a field"), ("t yr", "a mass times a time"), ("deg", "an angle"),
                       ("m^-2 d^-1 keV^-1", "a flux"),
                       ("cm^-2 pot^-1 GeV^-1", "a flux per proton")):
        of_kind(text, kind)


@pytest.mark.parametrize("options", [{"distance": "20 s"}, {"power": "3 keV^2"}])
def test_a_reactor_counts_in_watts_and_meters(options):
    with pytest.raises(UnitError, match="is not of the kind of"):
        sources.get("reactor", **({"power": "3 GW", "distance": "20 m"} | options))


# ---- mixing

NO = {"s12": 0.308, "s13": 0.02215, "s23": 0.47, "delta": 212 * deg, "dm21": 7.49e-5 * eV**2,
      "dm31": 2.513e-3 * eV**2}


@pytest.mark.parametrize(("change", "said"), [
    ({"dm21": NO["dm31"], "dm31": NO["dm21"]}, "are the two exchanged"),
    ({"delta": 212.0}, "in radians"), ({"delta": np.nan}, "delta holds a value that is not finite"),
    ({"dm31": np.inf}, "dm31 holds"), ({"s12": np.nan}, "s12 holds"), ({"dm21": -1e-5}, "above 0")])
def test_a_mixing_that_cannot_be(change, said):
    assert flavors.Mixing(**NO).dm21 < flavors.Mixing(**NO).dm31
    with pytest.raises(DomainError, match=said):
        flavors.Mixing(**(NO | change))
    with pytest.raises(DomainError, match=said):
        flavors.mixing().with_(**change)


def test_a_phase_that_is_not_finite():
    with pytest.raises(DomainError, match="delta = nan must be finite"):
        flavors.pmns(0.3, 0.02, 0.5, np.nan)


@pytest.mark.parametrize(("delta", "said"), [("212", "in radians"), ("212 s", "kind of rad"),
                                             ("nan", "not a finite")])
def test_a_mixing_by_hand_on_the_command_line(capsys, delta, said):
    from munu.cli.__main__ import main

    text = "s12=0.308,s13=0.02215,s23=0.47,dm21=7.49e-5,dm31=2.513e-3 eV^2,delta="
    assert main(["propagate", "--mixing", text + delta]) == 2
    assert said in capsys.readouterr().err


def test_degrees_and_radians_are_one_phase():
    from munu.cli._setting import _mixing

    text = "s12=0.308,s13=0.02215,s23=0.47,dm21=7.49e-5,dm31=2.513e-3 eV^2,delta="
    assert _mixing(text + "212deg", "NO") == _mixing(text + repr(212 * deg), "NO")


# ---- layers of the Earth

@pytest.mark.parametrize("density", ["5 g/cm^3", 5 * g / cm**3, "5000 kg/m^3"])
def test_a_layer_of_the_earth_in_any_unit(density):
    found = mass_to_flavor(flavors.mixing(), [("3000km", density, 0.5)], 10 * MeV)[0, 0, :3]
    assert found == pytest.approx([0.67235, 0.11533, 0.21232], abs=5e-6)


# ---- a faint burst

def _faint(L, alpha):
    t = np.array([0.0, 1.0]) * hour
    return Burst("faint", t, np.full((3, 2), L * erg / s), np.full((3, 2), 4 * MeV),
                 np.full((3, 2), alpha))


def _ibd(made):
    E = np.linspace(1, 60, 591) * MeV
    return supernova.counts("juno", "ibd", E, lambda x: made.fluence(x, (0.0, hour), 0.2 * kpc)
                            ).sum()


def test_a_faint_burst_is_seen_from_near():
    assert len(SPECIES) == 3
    assert _ibd(_faint(1e47, 2.0)) == pytest.approx(1.94e4, rel=5e-3)


def test_a_burst_is_linear_in_its_luminosity_however_faint():
    E = np.array([3.0, 10.0]) * MeV
    one, less = (_faint(L, 0.0).fluence(E, (0.0, hour), kpc) for L in (1e50, 1e40))
    assert one.min() > 0 and less * 1e10 == pytest.approx(one, rel=1e-12)
    # alpha = 0 is an exponential
    assert one[0, 0] / one[0, 1] == pytest.approx(np.exp(7 / 4), rel=1e-12)


# ---- rows of a direction

@pytest.mark.parametrize("n", [4, 5, 6, 7])
def test_a_direction_of_few_rows_turns(tmp_path, n):
    rows = [f"{k}e3,{10**(7 - k)},0.5,{10**(10 - k)},{k}" for k in range(1, n + 1)]
    path = tmp_path / "m.csv"
    path.write_text("\n".join(["r [km],density [g/cm^3],Y_e,B [G],phi [rad]", *rows]))
    made = media.get("from_file", path=path)
    assert made.twist(np.array([1.5, 2.5]) * 1e3 * km) * km == pytest.approx(1e-3, rel=1e-9)


@pytest.mark.parametrize(("word", "value"), [
    ("1e0", 1.0), ("-.5", -0.5), ("012", 12), ("yes", "yes"), ("no", "no"), ("on", "on"),
    ("2024-01-01", "2024-01-01"), ("12:30", "12:30"), ("1_0", "1_0"), ("0x1F", "0x1F"),
    ("true", True), ("~", None), ("1" * 50, float("1" * 50))])
def test_what_a_word_of_yaml_is(word, value):
    found = scalar(word)
    assert found == value and type(found) is type(value)


def test_a_probe_names_its_layers_with_units():
    with pytest.raises(DomainError, match="bare number is in internal units"):
        probes.get("galactic_supernova", earth=(("3000km", 5.0, 0.5),))
