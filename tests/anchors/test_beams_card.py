"""Reference numbers of the benchmark run card, by quadrature: N in MiniBooNE and their photons.

Photons of the helicity limit are those of N whose spin is all along its momentum; ``shift`` is
what the whole spin adds.  Events that are drawn are held to the same numbers.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml

from munu import DipolePortal, events
from munu.constants import mu_B
from munu.detectors.geometry import Sphere
from munu.events._density import alone
from munu.flavors import SIX
from munu.probes._beam_rows import Row
from munu.probes._beams import COSINES, Beam
from munu.processes import radiative_decay
from munu.processes.upscattering import polarization
from munu.rates.decay_in_flight import decay_length
from munu.units import GeV, cm, m

from .tolerances import tolerance

ANCHORS = {a["id"]: a for a in
           yaml.safe_load((Path(__file__).parent / "beams_card.yaml").read_text())}
MU = 1.25e-6 / GeV / mu_B
ENERGIES = np.arange(0, 1.7, 0.2) * GeV
ALL = np.array([0.0, 9.0]) * GeV


def portal(nature="dirac", M_N=0.2):
    return DipolePortal(MU, M_N * GeV, "mu", nature)


class Along(Row):
    """N whose spin is all along its momentum."""

    def _one(self, scatterer):
        one = super()._one(scatterer)
        flat = np.zeros(one.tilt.size)
        return replace(one, tilt=flat + radiative_decay.asymmetry(self.nature), side=flat)


@cache
def row(kind=Row, targets="C12", nature="dirac", M_N=0.2, k_F="221 MeV", radius=None, low=0.1):
    card = events.get("miniboone", k_F=k_F)
    beam = Beam(source=alone(card.source, SIX.index("nu_mu")), targets=card.struck(targets),
                exposure=card.exposure, energies=(low * GeV, 9 * GeV),
                geometry=None if radius is None else Sphere(radius * m))
    return kind(beam, portal(nature, M_N).with_(mu=1.0).trace_matrix, 1.0, M_N * GeV, nature)


def counted(one, energies=ALL, cosines=(-1.0, 1.0)):
    return sum(one.photons(MU, energies, cosines).values())


def helicities(one):
    """Weights of N of positive and of negative helicity in the centre of mass."""
    f = one.made[0].found
    along, _ = polarization(2 * f.scatterer.mass * f.T, f.E_nu, f.M_N, f.scatterer, frame="cm")
    return MU**2 * f.weight * (1 + along) / 2, MU**2 * f.weight * (1 - along) / 2


def means(f, tilt, side=0.0, weight=None):
    """Mean energy and mean cosine to the beam of the photons of N that f holds."""
    w = f.weight if weight is None else weight
    c, v = np.polynomial.legendre.leggauss(60)
    c = c[:, None]
    far = f.E_N + f.p * c
    # the mean of the cosine of the azimuth is half of the part that goes with it
    ahead = 0.5 * (1 + tilt * c) * f.cos_theta * (f.p + f.E_N * c) / far
    across = np.sqrt(1 - f.cos_theta**2) * f.M_N * np.sqrt(1 - c**2) / far
    return (w * 0.5 * (f.E_N + f.p * tilt / 3)).sum() / w.sum() / GeV, \
        v @ (w * (ahead + 0.25 * side * np.sqrt(1 - c**2) * across)).sum(axis=1) / w.sum()


def seen(one):
    one, = one.made
    return means(one.found, one.tilt, one.side)


def made(what, target="C12", nature="dirac", M_N=0.2, k_F="221 MeV", kind=Along):
    if what == "events":
        return MU**2 * row(kind, target, nature, M_N, k_F).total
    if what == "positive":
        return helicities(row(Row, target, k_F=k_F))[0].sum()
    if what == "c_tau":
        return decay_length(M_N * GeV, M_N * GeV, MU, nature) / cm
    if what == "cos_rest":
        return radiative_decay.asymmetry(nature) / 3
    if what in ("E_gamma", "cos_theta"):
        return seen(row(kind, target, nature, M_N))[what == "cos_theta"]
    if what in ("inside", "hard"):
        low = 0.14 if what == "hard" else 0.0
        return counted(row(kind, target, nature, M_N, radius=5), [low * GeV, 9 * GeV]).sum() \
            / counted(row(kind, target, nature, M_N)).sum()
    one = row(kind, target, nature, M_N)
    found = counted(one, ENERGIES) if what == "energies" else counted(one, cosines=COSINES)
    return (found / counted(one).sum()).ravel()


@pytest.mark.parametrize("name", ANCHORS)
def test_anchor(name):
    a = ANCHORS[name]
    relative, absolute = tolerance(a)
    inputs = dict(a["inputs"])
    if inputs.pop("shift", False):
        value = made(**inputs, kind=Row) / made(**inputs) - 1
    else:
        value = made(**inputs)
    np.testing.assert_allclose(value, a["value"], rtol=relative, atol=absolute)


@cache
def drawn(nature):
    return events.sample("miniboone", portal(nature), 100_000, 7, targets="C12", spin="helicity",
                         include_escaping=True)


@pytest.mark.parametrize("name", [k for k, a in ANCHORS.items() if "drawn_tol" in a])
def test_anchor_of_events_drawn(name):
    what = ANCHORS[name]["inputs"]["what"]
    e = drawn(ANCHORS[name]["inputs"].get("nature", "dirac"))
    found = {"E_gamma": lambda: e["E_gamma"].mean(), "cos_theta": lambda: e.cos_theta.mean(),
             "inside": lambda: e["inside"].mean(),
             "hard": lambda: np.mean(e["inside"] & (e["E_gamma"] > 0.14)),
             "energies": lambda: np.histogram(e["E_gamma"], ENERGIES / GeV)[0] / len(e),
             "cosines": lambda: np.histogram(e.cos_theta, COSINES)[0] / len(e)}[what]()
    np.testing.assert_allclose(found, ANCHORS[name]["value"], rtol=0,
                               atol=ANCHORS[name]["drawn_tol"])


@pytest.mark.parametrize("k_F", ["0 MeV", "221 MeV"])
def test_events_amount_to_what_the_probes_have(k_F):
    header = events.run("miniboone", portal(), targets=None, k_F=k_F).header(1)
    assert header["all_decays"] == pytest.approx(made("events", None, k_F=k_F), rel=1e-4)
    inside = events.run("miniboone", portal(), targets="C12").header(1)
    assert inside["expected_events"] / inside["all_decays"] == pytest.approx(
        made("inside"), rel=1e-3)


def test_means_are_those_of_the_bins():
    one = row()
    for at, (energies, cosines) in enumerate((
            (np.linspace(0, 9, 301) * GeV, np.array([-1.0, 1.0])),
            (ALL, np.linspace(-1, 1, 101)))):
        found = counted(one, energies, cosines).ravel()
        edges = cosines if at else energies / GeV
        assert seen(one)[at] == pytest.approx(
            found @ (0.5 * (edges[1:] + edges[:-1])) / found.sum(), rel=1e-3)
