"""Reference numbers of up-scattering at high and ultra-high energies."""

from pathlib import Path

import pytest
import yaml

from munu.constants import mu_B
from munu.couplings import DipolePortal
from munu.kinematics import recoil_range
from munu.processes import upscattering
from munu.targets.nucleus import Nucleus
from munu.units import GeV, cm

from .tolerances import tolerance

ANCHORS = {a["id"]: a for a in
           yaml.safe_load((Path(__file__).parent / "beams_uhe.yaml").read_text())}


def least(i):
    m = i["m_GeV"] * GeV
    return 2 * m * recoil_range(i["E_GeV"] * GeV, i["M_GeV"] * GeV, m)[0] / GeV**2


def coherent(i):
    target = Nucleus(name=i["target"], Z=i["Z"], A=i["A"], mass=i["m_GeV"] * GeV)
    portal = DipolePortal(i["mu_GeV^-1"] / (mu_B * GeV), i["M_GeV"] * GeV, "mu")
    return upscattering.sigma(i["E_GeV"] * GeV, portal, target, Q2_max=9 * GeV**2) / cm**2


MADE = {"acc06_q2min_tev": least, "acc18_sigW": coherent, "acc19_sigrock_EeV": coherent}


@pytest.mark.parametrize("name", ANCHORS)
def test_anchor(name):
    a = ANCHORS[name]
    relative, absolute = tolerance(a)
    assert MADE[name](a["inputs"]) == pytest.approx(a["value"], rel=relative, abs=absolute)


def test_every_anchor_is_made():
    assert set(MADE) == set(ANCHORS)
