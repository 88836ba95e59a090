"""What parameters of models are refused: one line, before anything is computed."""

import numpy as np
import pytest

from munu import atlas, models
from munu.errors import MunuError
from munu.models import Constraint
from munu.units import GeV, TeV

S1 = {"m_LQ": 2 * TeV, "y1": 0.1, "y2": 1.0}


@pytest.mark.parametrize(("name", "given", "said"), [
    ("leptoquark", {**S1, "m_LQ": (2 + 1j) * TeV}, "must be real"),
    ("leptoquark", {**S1, "V_cb": 0.04 + 0.01j}, "must be real"),
    ("left_right", {"sin2xi": 0.1j}, "must be real"),
    ("sm_dirac", {"s12": 0.3 + 0.1j}, "must be real"),
    ("leptoquark", {**S1, "m_LQ": None}, "must be given"),
    ("leptoquark", {**S1, "y1": True}, "must be a number"),
    ("leptoquark", {**S1, "y1": [0.1, 0.2], "y2": [1, 2, 3]}, "do not go together"),
    ("leptoquark", {**S1, "m_LQ": 1e300 * TeV}, "beyond what can be computed"),
    ("leptoquark", {**S1, "m_LQ": 1e-300 * TeV}, "beyond what can be computed"),
    ("leptoquark", {**S1, "flavor": np.array(["e"])}, "must be a word"),
    ("leptoquark", {**S1, "mu_R": "1TeV", "Lambda": "9TeV"}, "not both"),
    ("sm_majorana", {"alpha31": "180"}, "write e.g. 180deg"),
    ("dipole_completion", {"d_B": "1e-7", "d_W": "0", "M_N": "1MeV"},
     "write e.g. 1e-7 /GeV"),
    ("leptoquark", {**S1, "m_lq": 1.0}, "did you mean 'm_LQ'")])
def test_one_line(name, given, said):
    with pytest.raises(MunuError, match=said):
        models.get(name, **given)


def test_couplings_may_be_complex():
    made = models.get("leptoquark", **{**S1, "y2": 1 + 0.3j, "y_R": "0.2-0.4j"})
    assert np.iscomplexobj(made.wilson_coefficients()["C_SL"])


def test_what_is_no_number_is_not_allowed():
    assert Constraint(observable="x", predicted=np.nan, high=1.0).violated
    assert not Constraint(observable="x", predicted=np.nan).violated
    np.testing.assert_array_equal(
        Constraint(observable="x", predicted=np.array([0, 2, np.nan]), high=1.0).violated,
        [False, True, True],
    )


@pytest.mark.parametrize("tuning", [-1.0, float("nan"), 1e-30])
def test_a_line_of_no_points(tuning):
    with pytest.raises(MunuError, match=r"(max_tuning)|(is left)"):
        atlas.model_line("leptoquark", np.array([1e-3, 1e-2]) * GeV, max_tuning=tuning, **S1)
