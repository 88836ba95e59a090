"""``munu calc``: texts in the units that each formula documents, and what no text can be."""

import json
import os
import random
import subprocess
import sys

import numpy as np
import pytest

from munu import constants, formulas
from munu._signature import signature
from munu.cli import _arguments
from munu.cli.calc import calc
from munu.errors import MunuError
from munu.units import MeV, keV
from munu.units import unit as unit_of
from tests.contracts.formulas_asked import right
from tests.unit.command import answer, run

EFFORT = int(os.environ.get("MUNU_EFFORT", "60"))


@pytest.mark.parametrize(("words", "said"), [
    ("kinematics.E_nu_min T=3keV M_N=0.2MeV m=m_el", "did you mean 'm_"),
    ("targets.form_factors.helm q=40MeV A=Xe", "could stand for A"),
    ("weak.r2_sm flavor=e M_W=None", "could stand for M_W"),
    ("kinematics.M_N_max E_nu=-5MeV m=m_e", "must be at least 0"),
    ("kinematics.M_N_max E_nu=5MeV m=alpha", "m = alpha is counted in 1, not in MeV"),
    ("kinematics.M_N_max E_nu=5MeV,, m=m_e", "empty entry"),
    ("kinematics.M_N_max E_nu=5s m=m_e", "not of the kind of MeV"),
    ("kinematics.M_N_max E_nu=nan m=m_e", "not a finite number"),
    ("kinematics.M_N_max E_nu=1e100GeV m=m_e", "at most 1e+60"),
    ("kinematics.M_N_max E_nu=true m=m_e", "could stand for E_nu"),
    ("weak.couplings_sm flavor=e radiative=perhaps", "must be true or false"),
    ("weak.couplings_sm flavor=e radiative=1", "must be true or false"),
    ("weak.couplings_sm flavor=e alpha=0.1keV", "pure number"),
    ("processes.radiative_decay.lifetime M_N=0 mu=1e-11 nature=dirac", "it is infinite"),
    ("processes.radiative_decay.width M_N=1MeV mu=1e-11", "nature is needed"),
    ("processes.electron_scattering.dipole_coefficients T=3keV M_N=0 m=m_e --unit keV",
     "no one unit"),
    ("sources.burst.burst", "not a number"),
    ("sources.reactor.energy_per_fission fractions=U235", "call energy_per_fission from Python"),
    ("interchange.wcxf.scalar_singlet left=1 right=1 m_LQ=1TeV", "left is a matrix"),
    ("processes.import_module name=X", "no formula"),
    ("cli.data.template name=probe", "no formula"),
])
def test_odd_words_are_refused_in_one_line(capsys, words, said):
    code, out, err = run(capsys, "calc", *words.split())
    assert (code, out) == (2, "") and said in err and err.count("\n") == 1, err


@pytest.mark.parametrize(("words", "value"), [
    ("processes.radiative_decay.width_of mu=1e-11 M_N=1MeV nature=dirac",
     {"value": 1.746e-25, "unit": "MeV"}),
    ("weak.couplings_sm flavor=e radiative=true alpha=0.0072973525693",
     {"value": [0.95214, 0.4936], "unit": "1"}),
    ("processes.electron_scattering.dipole_coefficients T=3keV M_N=0 m=m_e",
     {"value": [333.333, -1.0, 0.0], "unit": "1/MeV, 1, MeV"}),
    ("kinematics.M_N_max E_nu=1MeV:4MeV:2 m=m_e", {"value": [0.62197, 1.5750], "unit": "MeV"}),
    ("detectors.quenching.lindhard E_nr=1keV Z=32 A=72.63 k=0.157", {"value": 0.17099}),
    ("flavors.pmns s12=0 s13=0 s23=0 delta=180deg", {"value": np.eye(3).tolist()}),
    ("processes.radiative_decay.rate m_i=2MeV m_j=1MeV mu=3e-11 eps=4e-11j",
     {"value": 2.9474e-23}),
])
def test_each_argument_is_read_in_its_own_unit(capsys, words, value):
    got = answer(capsys, "calc", *words.split())
    for key, x in value.items():
        assert got[key] == (x if isinstance(x, str) else pytest.approx(np.array(x), rel=1e-3)), got


def texts(name, rng):
    """Words of a call that works, by name."""
    out = {}
    wanted, _ = _arguments.units(formulas.get(name))
    for key, x in right(name).items():
        if key in ("couplings", "portal"):
            out |= {"mu": "1e-11", "M_N": "1keV", "nature": "majorana"}
        elif key == "target":
            out[key] = "Xe"
        elif key == "nucleus":
            out[key] = "Xe131"
        elif key in ("mixing", "U"):
            out[key] = "nufit-6.0"
        elif isinstance(x, str):
            out[key] = x
        elif isinstance(x, int | float | np.ndarray) and np.size(x) < 5:
            unit = wanted.get(key, "1")
            factor = unit_of(unit).factor
            shown = "" if unit in ("1", "mu_B", "e") else unit if unit[0] != "1" else unit[1:]
            out[key] = ",".join(f"{v / factor:.6g}{shown}" for v in np.ravel(x).tolist())
        else:
            out[key] = "1"
    return out


ODD = ["", "nan", "inf", "-inf", "None", "true", "0", "-1", "-3keV", "3 keV", "3s", "3kg", "m_e",
       "mu_B", "alpha", "1e400MeV", "1e308GeV", "1,2", "1keV:1MeV:3", "1keV,", ":", "1:2", "x", "²",
       "1e-400", "()", "1/0", "5e", "1_0", "e", "mu", "é", "0x10", "1j", "5MeV" * 50, "1+1j",
       "9" * 400,
       "{}", "[1]", "'", "%", "50%", "universal", "../x", "\\", "1 2", "--", "=", "GS98", "b8"]


def test_any_words_give_a_finite_number_or_one_line(capsys):
    """All formulas in turn, each argument odd; more of them with MUNU_EFFORT."""
    rng, names = random.Random(7), formulas.names()
    calls = [(n, None, None) for n in names]
    for _ in range(max(EFFORT, 1000) - len(calls)):
        n = rng.choice(names)
        keys = [*signature(formulas.get(n)).arguments, "mu", "nonsense"]
        calls.append((n, rng.choice(keys), rng.choice(ODD)))
    worked = 0
    for name, key, odd in calls:
        words = texts(name, rng)
        if key is not None:
            words[key] = odd
        where = f"munu calc {name} {words}"
        try:
            calc(name, [f"{k}={x}" for k, x in words.items()], None, True)
        except MunuError as err:
            assert str(err) and "\n" not in str(err), where
            assert capsys.readouterr() == ("", ""), where
        else:
            out = capsys.readouterr()
            assert out.err == "" and "null" not in json.dumps(json.loads(out.out)["value"]), where
            worked += key is None
    # the others want matrices, records or layers, which no text can be, or give no number
    assert worked >= 95


def test_units_do_not_live_in_docstrings():
    env = os.environ | {"PYTHONOPTIMIZE": "2"}
    done = subprocess.run(
        [sys.executable, "-m", "munu", "calc", "kinematics.E_nu_min", "T=3keV", "M_N=0.2MeV",
         "m=m_e", "--unit", "keV", "--json"], env=env, capture_output=True, text=True)
    got = json.loads(done.stdout)
    assert got["value"] == pytest.approx(410.523, rel=1e-5) and got["unit"] == "keV"
    assert got["citations"] == ["Shoemaker2018", "BrdarTalk"]


def test_a_constant_knows_its_unit():
    for name in constants.names():
        assert _arguments.unit_of(name)
    assert _arguments._constant(signature(formulas.get("kinematics.threshold")).arguments["m"],
                                "m_e", "MeV") == constants.m_e
    assert 0 < 3 * keV < MeV
