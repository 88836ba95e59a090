"""Reference numbers of what decays of N leave in an envelope."""

from pathlib import Path

import pytest
import yaml

import munu
from munu import probes
from munu.units import MeV

from .tolerances import tolerance

(ANCHOR,) = yaml.safe_load((Path(__file__).parent / "deposited.yaml").read_text())


def test_anchor():
    i = ANCHOR["inputs"]
    probe = probes.get("low_energy_supernovae", core=i["core"], duration=f"{i['t_eff_s']} s",
                       inner=f"{i['R_in_cm']} cm", envelope=f"{i['R_star_cm']} cm",
                       deposited=i["deposited"])
    made = probe.predict(munu.DipolePortal(i["mu_muB"], i["M_MeV"] * MeV,
                                           i["flavor"].removeprefix("nu_"), i["nature"]))
    relative, absolute = tolerance(ANCHOR)
    assert made.components["decays"].total == pytest.approx(ANCHOR["value"], rel=relative,
                                                            abs=absolute)
