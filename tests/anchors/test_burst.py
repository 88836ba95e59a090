"""Reference numbers of a supernova's neutronization burst in DUNE, Hyper-Kamiokande and JUNO."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from munu.detectors import supernova
from munu.detectors.supernova import Detector, argon, counts, water
from munu.sources import burst
from munu.units import MeV, cm, erg, kpc, ms, tonne

from .tolerances import tolerance

ANCHORS = yaml.safe_load((Path(__file__).parent / "burst.yaml").read_text())


def inverse_beta_decay(a):
    i = a["inputs"]
    made = burst.alpha_fit(i["E_tot_erg"] * erg, i["E_mean_MeV"] * MeV, i["alpha"])
    detector = water("water", i["water_kt"] * 1e3 * tonne)
    edges = np.append(1.81, np.arange(2, 121)) * MeV
    return counts(detector, "ibd_formula", edges,
                  lambda E: made.fluence(E, i["d_kpc"] * kpc)).sum()


def burst_events(a):
    """DUNE nu_e, DUNE nubar_e, Hyper-Kamiokande inverse beta decay and electrons, JUNO."""
    i = a["inputs"]
    dune = argon("dune", i["argon_kt"] * 1e3 * tonne)
    hk = water("hk", i["water_kt"] * 1e3 * tonne)
    juno = Detector("juno", {"proton": i["juno_protons"]})
    edges = np.arange(0, 101) * MeV
    window = tuple(t * ms for t in i["window_ms"])
    made, P = burst.burst(), burst.adiabatic(i["p"], i["pbar"])

    def fluence(E):
        return burst.arriving(made.fluence(E, window, i["d_kpc"] * kpc), P)

    return [counts(d, c, edges, fluence).sum() for d, c in (
        (dune, "nu_e_argon"), (dune, "nubar_e_argon"), (hk, "ibd"), (hk, "electron"),
        (juno, "ibd"))]


def one_inverse_beta_decay(a):
    return supernova.sigma_ibd(a["inputs"]["E_MeV"] * MeV, Delta=1.293 * MeV) / cm**2


MADE = {"evt.ibd": inverse_beta_decay, "AC57": one_inverse_beta_decay,
        "evt.burst.5.none": burst_events,
        "evt.burst.10.none": burst_events, "evt.burst.10.IO": burst_events}


@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda a: a["id"])
def test_anchor(anchor):
    """Within the larger of the two tolerances."""
    relative, absolute = tolerance(anchor)
    value, made = (np.atleast_1d(x) for x in (anchor["value"], MADE[anchor["id"]](anchor)))
    allowed = np.maximum(relative * np.abs(value), absolute)
    assert made.shape == value.shape
    assert np.all(np.abs(made - value) <= allowed), made


def test_every_anchor_is_run():
    assert {a["id"] for a in ANCHORS} == set(MADE)


def test_the_detectors_are_those_of_the_anchors():
    i = ANCHORS[-1]["inputs"]
    named = supernova.DETECTORS
    assert named["dune"].targets["argon"] == argon(
        "x", i["argon_kt"] * 1e3 * tonne).targets["argon"]
    assert named["hyper_kamiokande"].targets["proton"] == water(
        "x", i["water_kt"] * 1e3 * tonne).targets["proton"]
    assert named["juno"].targets["proton"] == i["juno_protons"]
