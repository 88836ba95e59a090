"""Reference numbers of N from a virtual photon."""

from pathlib import Path

import pytest
import yaml

from munu.processes import annihilation, meson_decay
from munu.units import GeV, per_unit

from .tolerances import tolerance


def acc29_pi0(i):
    return meson_decay.pseudoscalar(
        i["M_GeV"] * GeV, i["mu_GeV^-1"] / GeV, "pi0", mass=i["m_pi0_GeV"] * GeV,
        branching=i["BR_gamma_gamma"], mu_B=1.0)


def acc31_ee(i):
    return per_unit(annihilation.cross_section(
        (i["sqrt_s_GeV"] * GeV) ** 2, i["mu_GeV^-1"] / GeV, i["M_GeV"] * GeV, alpha=i["alpha"],
        mu_B=1.0), "pb")


ANCHORS = yaml.safe_load((Path(__file__).parent / "beams_virtual_photon.yaml").read_text())
ASKED = {"acc29_pi0": acc29_pi0, "acc31_ee": acc31_ee}


@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda a: a["id"])
def test_anchor(anchor):
    relative, absolute = tolerance(anchor)
    assert ASKED[anchor["id"]](anchor["inputs"]) == pytest.approx(
        anchor["value"], rel=relative, abs=absolute)
