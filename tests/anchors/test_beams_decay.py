"""Reference numbers of N that decays in flight."""

from pathlib import Path

import pytest
import yaml

from munu.rates import decay_in_flight
from munu.units import cm, m

from .tolerances import tolerance

ANCHORS = {a["id"]: a for a in
           yaml.safe_load((Path(__file__).parent / "beams_decay.yaml").read_text())}
MADE = {
    "acc26_pin": lambda i: decay_in_flight.inside(i["L_cm"] * cm, i["lambda_cm"] * cm),
    "acc27_dbang": lambda i: decay_in_flight.double_bang(i["L_m"] * m, i["lambda_m"] * m,
                                                         i["d_m"] * m),
    "acc28_pdec": lambda i: decay_in_flight.between(i["z1_m"] * m, i["z2_m"] * m,
                                                    i["lambda_m"] * m),
}


@pytest.mark.parametrize("name", ANCHORS)
def test_anchor(name):
    a = ANCHORS[name]
    relative, absolute = tolerance(a)
    assert MADE[name](a["inputs"]) == pytest.approx(a["value"], rel=relative, abs=absolute)


def test_every_anchor_is_made():
    assert set(MADE) == set(ANCHORS)
