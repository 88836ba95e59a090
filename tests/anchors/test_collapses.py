"""Reference numbers of all core collapses so far and of what they send."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from munu.rates import diffuse
from munu.units import MeV, Mpc, cm, km, s

from .tolerances import tolerance

ANCHORS = {a["id"]: a for a in
           yaml.safe_load((Path(__file__).parent / "collapses.yaml").read_text())}


def cosmos(i):
    return {"H_0": i["H0_km_s_Mpc"] * km / s / Mpc, "Omega_m": i["Omega_m"]}


def events(i):
    return diffuse.past_events(i["rate"], i["z_max"], **cosmos(i)) * Mpc**3


def flux(i):
    mean = i["E0_MeV"] * MeV
    E = np.linspace(0, 10, 3001) * mean
    sent = i["N_tot"] * 27 * E**2 / (2 * mean**3) * np.exp(-3 * E / mean)
    return diffuse.redshifted_flux(i["E_MeV"] * MeV, E, sent, i["rate"], i["z_max"],
                                   **cosmos(i)) * cm**2 * s * MeV


MADE = {"AC59": events, "AC60": events, "AC61": events, "AC62": flux}


@pytest.mark.parametrize("name", MADE)
def test_anchor(name):
    a = ANCHORS[name]
    relative, absolute = tolerance(a)
    assert MADE[name](a["inputs"]) == pytest.approx(a["value"], rel=relative, abs=absolute)


def test_every_anchor_is_made():
    assert set(MADE) == set(ANCHORS)
