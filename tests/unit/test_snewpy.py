"""The adapter of SNEWPY: laws on a stand-in with its public face, and SNEWPY itself if it is there.
"""

import enum
import json
import os
import subprocess
import sys
import types

import numpy as np
import pytest

from munu import Couplings, probes, sources
from munu.errors import DataError, DomainError, UnknownName
from munu.sources import burst, snewpy_models
from munu.units import MeV, cm, erg, kpc, ms, s

WINDOW = "-10ms:50ms"
PER = {"s": 1.0, "ms": 1e-3, "MeV": 1.0, "erg": erg / MeV}


class Quantity:
    """As much of ``astropy.units.Quantity`` as crosses the door: a value, a unit, ``to_value``."""

    def __init__(self, value, unit):
        self.value, self.unit = np.asarray(value, dtype=float), unit

    def to_value(self, unit):
        if self.unit == "1 / (erg s)" and unit == "1 / (MeV s)":
            return self.value / PER["erg"]
        if (self.unit in PER) != (unit in PER):
            raise ValueError(f"'{self.unit}' and '{unit}' are not convertible")
        return self.value * PER[self.unit] / PER[unit]


Four = enum.IntEnum("Four", "NU_E NU_X NU_E_BAR NU_X_BAR", start=0)
Six = enum.IntEnum("Six", "NU_E NU_E_BAR NU_MU NU_MU_BAR NU_TAU NU_TAU_BAR", start=0)
# row of a Burst's table that a flavor takes
ROW = {"NU_E": 0, "NU_E_BAR": 1}


class Model:
    """A pinched model with the face of ``snewpy.models.base.SupernovaModel``: axes of length one
    are dropped, times outside its table are not refused."""

    def __init__(self, table, flavors=Four, factors=None):
        self.table, self.flavors, self.factors = table, flavors, factors or {}

    def get_time(self):
        return Quantity(self.table.t / ms, "ms")

    def get_initial_spectra(self, t, E, flavors=None):
        t, E = t.to_value("s") * s, E.to_value("MeV") * MeV
        t, E = np.atleast_1d(t), np.atleast_1d(E)
        out = {}
        for f in flavors or self.flavors:
            L, mean, a = (np.interp(t, self.table.t, x[ROW.get(f.name, 2)])[:, None]
                          for x in (self.table.L, self.table.E_mean, self.table.alpha))
            shape = burst.alpha_spectrum(E, np.where(mean > 0, mean, MeV), a)
            rate = np.where(mean > 0, L / np.where(mean > 0, mean, MeV), 0) * shape
            out[f] = Quantity(np.squeeze(rate * self.factors.get(f.name, 1.0) * erg * s),
                              "1 / (erg s)")
        return out


@pytest.fixture
def units(monkeypatch):
    """``astropy.units`` by the stand-in, whether it is installed or not."""
    package, module = types.ModuleType("astropy"), types.ModuleType("astropy.units")
    module.Quantity, package.units = Quantity, module
    monkeypatch.setitem(sys.modules, "astropy", package)
    monkeypatch.setitem(sys.modules, "astropy.units", module)


@pytest.fixture(scope="module")
def table():
    return burst.burst()


@pytest.mark.parametrize("flavors", [Four, Six])
def test_a_model_radiates_what_its_table_says(units, table, flavors):
    """Pinched spectra, linear between the times: the same as our own burst, energy by energy."""
    one = snewpy_models.burst(Model(table, flavors))
    E, t = np.array([1.0, 10.0, 30.0]) * MeV, np.array([8.0, 44.5, 120.0]) * ms
    assert one.number_rate(E, t) == pytest.approx(table.number_rate(E, t), rel=1e-9)
    fluence = one.fluence(E, "20ms:120ms", "10kpc")
    assert fluence == pytest.approx(table.fluence(E, "20ms:120ms", 10 * kpc), rel=1e-6)


def test_one_time_and_one_energy_keep_their_axes(units, table):
    one = snewpy_models.burst(Model(table))
    whole = one.number_rate(np.array([5.0, 12.0]) * MeV, np.array([10.0, 20.0]) * ms)
    for i, E in enumerate((5 * MeV, 12 * MeV)):
        for j, t in enumerate((10 * ms, 20 * ms)):
            assert one.number_rate(E, t) == pytest.approx(whole[:, j:j + 1, i:i + 1])


def test_windows_add_up_and_distance_dilutes(units, table):
    one, E = snewpy_models.burst(Model(table)), np.linspace(1, 40, 14) * MeV
    whole = one.fluence(E, WINDOW, "10kpc")
    parts = one.fluence(E, "-10ms:3.3ms", "10kpc") + one.fluence(E, "3.3ms:50ms", 10 * kpc)
    assert parts == pytest.approx(whole, rel=1e-4)
    assert one.fluence(E, WINDOW, "20kpc") == pytest.approx(whole / 4, rel=1e-12)


def test_a_long_table_is_summed_in_blocks(units, table, monkeypatch):
    one, E = snewpy_models.burst(Model(table)), np.linspace(1, 40, 14) * MeV
    whole = one.fluence(E, WINDOW, "10kpc")
    monkeypatch.setattr(snewpy_models, "_BLOCK", 100)
    assert one.fluence(E, WINDOW, "10kpc") == pytest.approx(whole, rel=1e-12)


def test_each_flavor_comes_out_as_itself(units, table):
    """A factor on one of SNEWPY's flavors is a factor on the same of ours; X is mu and tau."""
    E, t = [12 * MeV], [20 * ms]
    plain = snewpy_models.burst(Model(table, Six)).number_rate(E, t)[:, 0, 0]
    for i, name in enumerate(("NU_E", "NU_MU", "NU_TAU", "NU_E_BAR", "NU_MU_BAR", "NU_TAU_BAR")):
        made = snewpy_models.burst(Model(table, Six, {name: 2.0})).number_rate(E, t)[:, 0, 0]
        assert made / plain == pytest.approx(np.where(np.arange(6) == i, 2, 1))
    made = snewpy_models.burst(Model(table, Four, {"NU_X_BAR": 3.0})).number_rate(E, t)[:, 0, 0]
    assert made / plain == pytest.approx([1, 1, 1, 1, 3, 3])


def test_the_source_is_the_fluence(units, table):
    one = sources.get("snewpy_models", model=Model(table), distance="5kpc", window="-5ms:20ms")
    E = np.array([3.0, 10.0, 31.0]) * MeV
    made = snewpy_models.burst(Model(table))
    assert one.per == "event" and one.papers == ("Baxter2022",)
    assert one.flux(E) == pytest.approx(made.fluence(E, "-5ms:20ms", 5 * kpc), rel=1e-12)
    ready = sources.get("snewpy_models", model=made, distance="5kpc", window="-5ms:20ms")
    assert ready.flux(E) == pytest.approx(one.flux(E), rel=1e-12)


def test_a_probe_counts_a_burst_as_its_own(units, table):
    """The tabulated burst by the adapter, by a Burst and by its name: the same events."""
    def counted(model):
        made = probes.get("galactic_supernova", model=model, detectors="juno",
                          window="20ms:50ms")
        return made, made.setting.expected(Couplings.majorana())["juno ibd"].sum()

    named, events = counted("garching_8p8")
    assert counted(table)[1] == pytest.approx(events, rel=1e-12)
    probe, adapted = counted(snewpy_models.burst(Model(table)))
    assert adapted == pytest.approx(events, rel=1e-4) and events > 1
    assert "Baxter2022" in probe.papers and "Huedepohl2010" in named.papers
    assert probe.assumptions[0].startswith("burst Model at 10 kpc")


def quiet(answer):
    """A model that answers like this."""
    made = types.SimpleNamespace(get_time=lambda: Quantity([0, 1], "s"),
                                 get_initial_spectra=answer)
    return snewpy_models.burst(made)


@pytest.mark.parametrize(("call", "said"), [
    (lambda b: b.fluence([MeV], "-20ms:50ms", kpc), "known from -10 to 300 ms"),
    (lambda b: b.fluence([MeV], WINDOW, "0kpc"), "distance"),
    (lambda b: b.fluence([-MeV], WINDOW, kpc), "E_nu"),
    (lambda b: b.number_rate([MeV], [float("nan")]), "not finite"),
    (lambda b: snewpy_models.burst(b.t), "no model of SNEWPY"),
    (lambda b: snewpy_models.burst(types.SimpleNamespace(
        get_time=lambda: Quantity([1.0], "s"), get_initial_spectra=None)), "two at least"),
    (lambda b: snewpy_models.burst(types.SimpleNamespace(
        get_time=lambda: [1.0, 2.0], get_initial_spectra=None)), "no times"),
    (lambda b: snewpy_models.burst(b.model, theta=1).number_rate([MeV], [ms]), "theta"),
    (lambda b: quiet(lambda t, E: {}).number_rate([MeV], [ms]), "nothing, no NU_E"),
    (lambda b: quiet(lambda t, E: None).number_rate([MeV], [ms]), "no spectra"),
    (lambda b: quiet(lambda t, E: {Four.NU_E: Quantity([[1.0]], "s")}).number_rate(
        [MeV], [ms]), "not convertible"),
    (lambda b: quiet(lambda t, E: {Four.NU_E: Quantity([1.0, 1.0], "1 / (erg s)")}).number_rate(
        [MeV], [ms]), "shape"),
    (lambda b: quiet(lambda t, E: {f: Quantity([-1.0], "1 / (erg s)") for f in Four}).number_rate(
        [MeV], [ms]), "below"),
    (lambda b: probes.get("galactic_supernova", model=b.model), "snewpy_models.burst"),
    (lambda b: probes.get("galactic_supernova", model="garching"), "garching_8p8"),
    (lambda b: sources.get("snewpy_models"), "needs model"),
])
def test_what_cannot_be_is_refused_in_one_line(units, table, call, said):
    with pytest.raises((DataError, DomainError, UnknownName), match=said) as caught:
        call(snewpy_models.burst(Model(table)))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("call", [lambda model: snewpy_models.burst(model),
                                  lambda model: snewpy_models.burst("Nakazato_2013")])
def test_without_snewpy_it_says_how_to_get_it(monkeypatch, table, call):
    for name in ("astropy", "snewpy", "snewpy.models"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(DataError, match=r"pip install 'munu\[snewpy\]'") as caught:
        call(Model(table))
    assert "\n" not in str(caught.value)


def test_the_adapter_is_imported_without_snewpy():
    code = ("import sys; import munu.sources.snewpy_models as m; "
            "print([x for x in sys.modules if x.split('.')[0] in ('snewpy', 'astropy')])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


CODE = """
import json, sys
import numpy as np
sys.path.insert(0, {folder!r})
import test_snewpy as here
from munu.units import MeV, cm, s, ms
import types
module = types.ModuleType("astropy.units")
module.Quantity = here.Quantity
sys.modules["astropy"] = types.SimpleNamespace(units=module)
sys.modules["astropy.units"] = module
b = here.snewpy_models.burst(here.Model(here.burst.burst()))
E = np.array([5.0, 15.0]) * MeV
print(json.dumps([(b.number_rate(E, [20 * ms]) * s * MeV).ravel().tolist(),
                  (b.fluence(E, "20ms:50ms", "10kpc") * cm**2 * MeV).ravel().tolist()]))
"""


def test_units_shaken():
    code = CODE.format(folder=os.path.dirname(__file__))
    one, other = (json.loads(subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "MUNU_MEV": mev}, check=True,
        capture_output=True, text=True).stdout) for mev in ("1", "7.3891"))
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-9, atol=0)


@pytest.fixture
def analytic(table, tmp_path):
    """A model of SNEWPY itself that reads our table."""
    ccsn = pytest.importorskip("snewpy.models.ccsn")
    columns = {"TIME": table.t / s}
    for row, name in enumerate(("NU_E", "NU_E_BAR", "NU_X")):
        columns |= {f"L_{name}": table.L[row] * s / erg, f"E_{name}": table.E_mean[row] / MeV,
                    f"ALPHA_{name}": table.alpha[row]}
    path = tmp_path / "table.txt"
    np.savetxt(path, np.transpose(list(columns.values())), header=" ".join(columns), comments="",
               fmt="%.17g")
    return ccsn.Analytic3Species(str(path))


def test_snewpy_itself_gives_our_rate(analytic, table):
    """Its ``Analytic3Species`` on our table: L, mean energy and alpha through both."""
    one = snewpy_models.burst(analytic)
    E, t = np.linspace(0, 80, 81) * MeV, np.linspace(5, 290, 50) * ms
    assert one.number_rate(E, t) == pytest.approx(table.number_rate(E, t), rel=1e-9)
    assert one.fluence(E, "50ms:300ms", "10kpc") * cm**2 * MeV == pytest.approx(
        table.fluence(E, "50ms:300ms", "10kpc") * cm**2 * MeV, rel=1e-8)
    # where a species switches on, our burst is dark below 1e48 erg/s and SNEWPY is not
    F, G = one.fluence(E, WINDOW, "10kpc"), table.fluence(E, WINDOW, "10kpc")
    assert np.abs(F - G).max(axis=1) / G.max(axis=1) == pytest.approx(0, abs=1e-4)


def test_snewpy_itself_gives_our_events(analytic):
    def events(model):
        made = probes.get("galactic_supernova", model=model)
        return [x.sum() for x in made.setting.expected(Couplings.majorana()).values()]

    assert events(snewpy_models.burst(analytic)) == pytest.approx(events("garching_8p8"), rel=1e-4)


def test_a_name_that_snewpy_does_not_have():
    pytest.importorskip("snewpy")
    with pytest.raises(UnknownName, match="Nakazato_2013"):
        snewpy_models.burst("Nakazato_2014")
    with pytest.raises(DataError, match="progenitor_mass") as caught:
        snewpy_models.burst("Nakazato_2013", progenitor_mass=1)
    assert "\n" not in str(caught.value)
