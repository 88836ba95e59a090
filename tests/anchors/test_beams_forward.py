"""Reference numbers of detectors along the beams of the LHC."""

from pathlib import Path

import pytest
import yaml

from munu import DipolePortal, probes
from munu.units import GeV

from .tolerances import tolerance

ANCHORS = yaml.safe_load((Path(__file__).parent / "beams_forward.yaml").read_text())


@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda a: a["id"])
def test_anchor(anchor):
    i = anchor["inputs"]
    low, high = i["T_GeV"]
    flare = probes.get("flare", spectrum="bins", channels="electrons", luminosity=i["luminosity"],
                       threshold=f"{low} GeV", highest=f"{high} GeV")
    made = flare.predict(DipolePortal(i["mu_muB"], i["M_GeV"] * GeV, "mu"))
    relative, absolute = tolerance(anchor)
    assert made.components["electrons"].total == pytest.approx(anchor["value"], rel=relative,
                                                               abs=absolute)
