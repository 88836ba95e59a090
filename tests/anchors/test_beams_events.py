"""Reference numbers of events: the benchmark run card of N in MiniBooNE."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml

from munu import DipolePortal, events
from munu.constants import mu_B
from munu.units import GeV

from .tolerances import tolerance

ANCHORS = {a["id"]: a for a in
           yaml.safe_load((Path(__file__).parent / "beams_events.yaml").read_text())}
MU = 1.25e-6 / GeV / mu_B
COSINES = [-1, -0.5, 0, 0.5, 0.8, 0.9, 0.95, 0.99, 1]


def portal(nature="dirac"):
    return DipolePortal(MU, "0.2 GeV", "mu", nature)


@cache
def drawn(target, nature):
    return events.sample("miniboone", portal(nature), 100_000, 7, targets=target, spin="helicity",
                         include_escaping=True)


def made(target, what, nature="dirac", k_F="221 MeV"):
    if what in ("all_decays", "inside"):
        header = events.run("miniboone", portal(nature), targets=target, k_F=k_F).header(1)
        return header["all_decays"] if what == "all_decays" else \
            header["expected_events"] / header["all_decays"]
    e = drawn(target, nature)
    if what == "hard":
        return np.mean(e["inside"] & (e["E_gamma"] > 0.14))
    if what in ("E_gamma", "cos_theta"):
        return np.mean(e[what] if what == "E_gamma" else e.cos_theta)
    values, edges = (e["E_gamma"], 0.2 * np.arange(9)) if what == "energies" else \
        (e.cos_theta, COSINES)
    return np.histogram(values, edges)[0] / len(e)


@pytest.mark.parametrize("name", ANCHORS)
def test_anchor(name):
    a = ANCHORS[name]
    relative, absolute = tolerance(a)
    np.testing.assert_allclose(made(**a["inputs"]), a["value"], rtol=relative, atol=absolute)
