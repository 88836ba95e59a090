"""Neutrinos above 50 MeV of SN1987A: what comes of decays of N, and that none was seen."""

from functools import cache

import numpy as np
import pytest

import munu
from munu import _data, flavors, probes
from munu.detectors import supernova, visible
from munu.errors import DomainError, UnknownName
from munu.probes import sn1987a_neutrinos
from munu.probes._collapse import Collapse
from munu.processes import radiative_decay
from munu.rates import arrivals
from munu.ray import Ray
from munu.units import MeV, km, kpc, s

NAME, M = "sn1987a_neutrinos", 100 * MeV


@cache
def predict(nature, flavor="e", mu=3e-13, m=M, **options):
    made = probes.get(NAME, **options).predict(munu.DipolePortal(mu, m, flavor, nature))
    return {n: x.values for n, x in made.components.items()}


def test_no_event_above_50_MeV_was_seen():
    rows = list(_data.load("observations/sn1987a_events").rows())
    assert {d: sum(r["detector"] == d for r in rows) for d in ("KII", "IMB")} == {
        "KII": 12, "IMB": 8}
    assert max(r["E"] for r in rows) < 50 * MeV
    assert probes.get(NAME).measured.counts.tolist() == [0, 0]
    of = sn1987a_neutrinos.seen
    assert of(("KII", "IMB"), 0.0, 20 * s).tolist() == [12, 8]
    assert of(("IMB", "KII"), 30 * MeV, 1 * s).tolist() == [2, 0]


def test_targets_are_those_of_water():
    for r in _data.load("observations/sn1987a_detectors").rows():
        if r["detector"] in ("KII", "IMB"):
            made = supernova.water("x", r["mass"]).targets
            assert r["protons"] == pytest.approx(made["proton"], rel=5e-3)
            assert r["oxygen"] == pytest.approx(made["oxygen"], rel=5e-3)


def test_a_dirac_n_of_electron_neutrinos_sends_hardly_an_antineutrino():
    """The core is full of electron neutrinos; of the other flavors it has as many of each."""
    dirac, majorana = predict("dirac"), predict("majorana")
    assert dirac["ibd_formula"].sum() < 0.1 * dirac["nu_e_oxygen"].sum()
    assert majorana["ibd_formula"].sum() > 2 * majorana["nu_e_oxygen"].sum()
    other = predict("dirac", "mu")
    assert other["ibd_formula"].sum() > other["nu_e_oxygen"].sum()


@pytest.mark.long
@pytest.mark.parametrize("nature", ["dirac", "majorana"])
def test_counts_are_fluence_times_targets(nature):
    """One detector, channel by channel, on a fine grid of energies."""
    (sent,) = Collapse.of("fischer18", 3 * s).sent(Ray.portal(M, "e", nature))
    E, mu = np.linspace(50, 200, 601) * MeV, 3e-13
    E = 0.5 * (E[1:] + E[:-1])
    tau = radiative_decay.lifetime(M, mu, nature)
    kinds = [sent.neutrinos, sent.antineutrinos] if nature == "dirac" else [0.5 * sent.total] * 2
    F = [mu**2 * arrivals.neutrino_fluence(E, sent.E, n, M, tau, 51.4 * kpc, 100 * km,
                                           np.array([0, 20 * s]), nature) for n in kinds]
    U = np.abs(flavors.mixing().U) ** 2
    share = float(U[0] @ U[0])
    made = predict(nature, detectors="KII")
    for channel, flux, targets in (("ibd_formula", F[1], 1.43e32), ("nu_e_oxygen", F[0], 7.15e31),
                                   ("nubar_e_oxygen", F[1], 7.15e31)):
        inside = (200 if channel == "ibd_formula" else 100) * MeV > E
        sigma = supernova.cross_section(channel, E[inside]).sum(axis=0)
        expected = 0.9 * targets * share * 0.25 * MeV * np.sum(
            sigma * flux[inside] * visible.above(channel, E[inside], "50 MeV"))
        assert made[channel][0] == pytest.approx(expected, rel=5e-3)


def test_a_prediction_is_the_expectation():
    probe = probes.get(NAME)
    curve = probe.expected(Ray.portal([0.0, M], (0.8, 0.3j, -0.1), "dirac"))
    x = np.array([1e-13, 1e-12, 1e-10])
    assert not curve.values(x, np.zeros(3, dtype=int)).any()
    for size, row in zip(x, curve.values(x, np.ones(3, dtype=int)), strict=True):
        made = probe.predict(munu.DipolePortal(size, M, (0.8, 0.3j, -0.1), "dirac"))
        assert sum(c.values for c in made.components.values()) == pytest.approx(row, rel=1e-12)


def test_an_edge_is_the_probability_of_no_event():
    for level, events in ((0.90, 2.302585), (0.95, 2.995732)):
        found = munu.limit(NAME, M_N=M, flavor="e", nature="dirac", level=level)
        (island,) = found.excluded[0]
        for edge in island[:2]:
            assert sum(x.sum() for x in predict("dirac", mu=edge).values()) == pytest.approx(
                events, rel=1e-4)
        assert "exact probability" in found.solver and found.upper[0] == island.low


def test_while_decays_are_rare_counts_go_as_the_fourth_power():
    """And while a window holds what decays early, as the square of the mass."""
    one, two = (sum(predict("dirac", mu=x, m=MeV)["nu_e_oxygen"]) for x in (1e-13, 2e-13))
    assert two == pytest.approx(16 * one, rel=1e-2)
    light = sum(predict("dirac", mu=1e-13, m=0.1 * MeV)["nu_e_oxygen"])
    assert one == pytest.approx(100 * light, rel=0.03)
    assert not np.any(list(predict(None, m=0.0).values()))


def test_what_lies_beyond_the_tables_is_said():
    setting = probes.get(NAME).setting
    for nature in ("dirac", "majorana"):
        share = setting.beyond(munu.DipolePortal(3e-13, M, "e", nature))
        assert 0.4 < share["nu_e_oxygen"] < 0.7 and 0.02 < share["ibd_formula"] < 0.15
    assert any("nothing is extrapolated" in x for x in probes.get(NAME).assumptions)


def test_a_higher_threshold_a_shorter_window_and_one_detector_see_less():
    whole = sum(x.sum() for x in predict("majorana").values())
    for less in ({"threshold": "70 MeV"}, {"window": "1 s"}, {"detectors": "KII"},
                 {"distance": "60 kpc"}, {"radius": "1e8 km"}):
        assert sum(x.sum() for x in predict("majorana", **less).values()) < whole


@pytest.mark.parametrize(("options", "said"), [
    ({"threshold": "30 MeV"}, "at least 50 MeV"), ({"threshold": "100 MeV"}, "below 100 MeV"),
    ({"window": "0 s"}, "above 0"), ({"radius": "60 kpc"}, "below the distance"),
    ({"duration": "-1 s"}, "above 0"), ({"detectors": "BAKSAN"}, "detector of"),
    ({"detectors": ("KII", "KII")}, "twice")])
def test_bad_input_gets_one_line(options, said):
    with pytest.raises((DomainError, UnknownName), match=said):
        probes.get(NAME, **options)


def test_what_n_decays_to_needs_its_nature():
    with pytest.raises(DomainError, match="nature is needed"):
        munu.limit(NAME, M_N=M, flavor="e")
