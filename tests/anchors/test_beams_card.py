"""Reference numbers of the benchmark run card, by quadrature: N in MiniBooNE and their photons.

Photons of the helicity limit are those of N whose spin is all along its momentum; ``shift`` is
what the whole spin adds.  Events drawn on the same card have a runner of their own.
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


class Along(Row):
    """N whose spin is all along its momentum."""

    def _one(self, scatterer):
        one = super()._one(scatterer)
        flat = np.zeros(one.tilt.size)
        return replace(one, tilt=flat + radiative_decay.asymmetry(self.nature), side=flat)


@cache
def row(kind=Row, targets="C12", nature="dirac", M_N=0.2, k_F="221 MeV", radius=None):
    card = events.get("miniboone", k_F=k_F)
    beam = Beam(source=alone(card.source, SIX.index("nu_mu")), targets=card.struck(targets),
                exposure=card.exposure, energies=card.window,
                geometry=None if radius is None else Sphere(radius * m))
    C = DipolePortal(1.0, M_N * GeV, "mu", nature).trace_matrix
    return kind(beam, C, 1.0, M_N * GeV, nature)


def counted(one, energies=ALL, cosines=(-1.0, 1.0)):
    return sum(one.photons(MU, energies, cosines).values())


def positive(target):
    """N of positive helicity, of which the centre of mass has more than the laboratory."""
    total = 0.0
    for made in row(targets=target).made:
        f = made.found
        along, _ = polarization(2 * f.scatterer.mass * f.T, f.E_nu, f.M_N, f.scatterer, frame="cm")
        total += MU**2 * (f.weight * (1 + along) / 2).sum()
    return total


def means(one):
    """Mean energy and mean cosine to the beam of the photons, every decay counted."""
    made, = one.made
    f, w = made.found, made.found.weight / made.found.total
    c, v = np.polynomial.legendre.leggauss(200)
    c = c[:, None]
    far = f.E_N + f.p * c
    # the mean of the cosine of the azimuth is half of the part that goes with it
    ahead = 0.5 * (1 + made.tilt * c) * f.cos_theta * (f.p + f.E_N * c) / far
    across = np.sqrt(1 - f.cos_theta**2) * f.M_N * np.sqrt(1 - c**2) / far
    return (w * 0.5 * (f.E_N + f.p * made.tilt / 3)).sum() / GeV, \
        v @ (w * (ahead + 0.25 * made.side * np.sqrt(1 - c**2) * across)).sum(axis=1)


def made(what, target="C12", nature="dirac", M_N=0.2, k_F="221 MeV", kind=Along):
    if what == "events":
        return MU**2 * row(kind, target, nature, M_N, k_F).total
    if what == "positive":
        return positive(target)
    if what == "c_tau":
        return decay_length(M_N * GeV, M_N * GeV, MU, nature) / cm
    if what == "cos_rest":
        return radiative_decay.asymmetry(nature) / 3
    if what in ("E_gamma", "cos_theta"):
        return means(row(kind, target, nature, M_N))[what == "cos_theta"]
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


def test_means_are_those_of_the_bins():
    for kind in (Along, Row):
        one = row(kind)
        for at, (energies, cosines) in enumerate((
                (np.linspace(0, 9, 901) * GeV, (-1.0, 1.0)), (ALL, np.linspace(-1, 1, 401)))):
            found = counted(one, energies, np.asarray(cosines)).ravel()
            edges = energies / GeV if at == 0 else cosines
            middle = 0.5 * (edges[1:] + edges[:-1])
            assert means(one)[at] == pytest.approx(found @ middle / found.sum(), rel=3e-4)
