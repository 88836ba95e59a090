"""Reference numbers of N in neutrino beams, through what their probes share."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from munu import constants, sources
from munu.detectors.geometry import Sphere
from munu.probes._beams import Beam, targets
from munu.targets import Material, nucleus
from munu.units import GeV, MeV, g, m, tonne

from .tolerances import tolerance

ANCHORS = {x["id"]: x for x in yaml.safe_load(
    (Path(__file__).parent / "beams_probes.yaml").read_text())}
MUON = np.array([[0], [1], [0]], dtype=complex)
C12, H1 = nucleus("C12", form_factor="fourier_bessel"), nucleus("H1")
HELD = {"carbon": (Material("C", ((1.0, C12),), 12.0 * g), 701.1429 * tonne),
        "hydrogen": (Material("H", ((1.0, H1),), 1.00794 * g), 116.857 * tonne)}


def muon_neutrinos(name):
    """The beam without its antineutrinos: what the references count."""
    made = sources.get(name)
    return replace(made, basis=made.basis * np.array([[[1.0]], [[0.0]]]))


def miniboone(i, **more):
    held, mass = HELD[i.get("of", "carbon")]
    beam = Beam(source=muon_neutrinos("bnb"), exposure=18.75e20, energies=(0.1 * GeV, 9 * GeV),
                targets=targets(held, mass, i.get("kind", "coherent"),
                                i.get("k_F_MeV", 0.0) * MeV), **more)
    (row,) = beam.rows(MUON, i["M_GeV"] * GeV, i.get("nature", "dirac"))
    return row, i["mu_per_GeV"] / GeV / constants.mu_B


def every_decay(i):
    row, mu = miniboone(i)
    return float(row.decays(mu)[0])


def inside(i):
    row, mu = miniboone(i, geometry=Sphere(5 * m))
    return float(row.decays(mu)[0]) / (mu**2 * row.total)


def dune(i):
    argon = Material("Ar", ((1.0, nucleus("Ar40")),), 39.948 * g)
    beam = Beam(source=muon_neutrinos("dune_nd"), exposure=1e21,
                targets=targets(argon, tonne, "coherent", 0.0))
    (row,) = beam.rows(MUON, i["M_GeV"] * GeV, "dirac")
    return float(row.decays(i["mu"])[0])


MADE = {"acc35_mb_coh": every_decay, "acc36_mb_pC": every_decay, "acc37_mb_pH": every_decay,
        "acc48_pauli": every_decay, "acc44_dune": dune, "inside_dirac": inside,
        "inside_majorana": inside}


@pytest.mark.parametrize("name", ANCHORS)
def test_anchor(name):
    relative, absolute = tolerance(ANCHORS[name])
    assert MADE[name](ANCHORS[name]["inputs"]) == pytest.approx(
        ANCHORS[name]["value"], rel=relative, abs=absolute)


def test_every_anchor_is_made():
    assert set(MADE) == set(ANCHORS)
