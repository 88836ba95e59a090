"""In another internal unit every number in physical units must stand."""

import json
import os
import subprocess
import sys

import pytest

CODE = """
import json
import numpy as np, munu
from munu import atlas, constants, units
from munu.units import *
from munu.processes import electron_scattering as es, process
from munu.sources import solar
out = {
 "mu_B": constants.mu_B * GeV,
 "sigma": es.dsigma_dT(3*keV, 0.42*MeV, munu.DipolePortal(1e-11, 0.1*MeV, "e"), flavor="e")
          / (cm**2/MeV),
 "weak": es.dsigma_dT_sm(3*keV, 0.42*MeV, flavor="mu") / (cm**2/MeV),
 "r2": es.r2_sm("tau") / cm**2,
 "charge": es.delta_gV_charge(1e-12, 3*keV),
 "P_ee": solar.P_ee(10*MeV, "b8"),
 "flux": solar.source().flux(0.3*MeV)[0, 0] * cm**2 * s * MeV,
 "limit": list(munu.limit("xenonnt", M_N=np.array([0, 300, 1000])*keV).upper),
 "q": munu.limit("xenonnt", "q").value,
 "r2 limit": munu.limit("xenonnt", "r2").value / cm**2,
 "lsnd": munu.limit("lsnd", M_N=3*MeV, flavor="mu").value,
 "charm2": munu.limit("charm2", M_N=50*MeV, flavor="mu").value,
 "flare": munu.limit("flare", M_N=200*MeV, flavor="mu", nature="dirac").value,
 "d": munu.DipolePortal(1e-9, 0.0).d * GeV,
 "T_max": munu.kinematics.recoil_range(1*MeV, 0.3*MeV, constants.m_e)[1] / keV,
 "published": atlas.get("charm2_numu").at(10*MeV)[0],
 "interference": sum(t.dsigma_dT(0.8*MeV, process.pure_state("e", False))[0] for t in
    es.interference_terms(np.array([10*keV]), munu.DipolePortal(1e-11, 80*keV, "e",
    mixing=(1e-3, 0, 0)))) / (cm**2/MeV),
}
print(json.dumps({k: np.asarray(v, dtype=float).tolist() for k, v in out.items()}))
"""


def numbers(mev: str) -> dict:
    env = dict(os.environ, MUNU_MEV=mev)
    done = subprocess.run([sys.executable, "-c", CODE], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_units_shaken():
    plain, shaken = numbers("1"), numbers("7.3891")
    for name, value in plain.items():
        assert shaken[name] == pytest.approx(value, rel=1e-8, abs=0), name


@pytest.mark.parametrize("bad", ["0", "-1", "x", "nan"])
def test_an_internal_unit_must_be_positive(bad):
    done = subprocess.run([sys.executable, "-c", "import munu.units"], capture_output=True,
                          text=True, env=dict(os.environ, MUNU_MEV=bad))
    assert done.returncode != 0 and "not a positive number" in done.stderr


@pytest.mark.parametrize("bad", ["abc", "inf"])
def test_the_command_line_says_it_in_one_line(bad):
    done = subprocess.run([sys.executable, "-m", "munu", "list"], capture_output=True, text=True,
                          env=dict(os.environ, MUNU_MEV=bad))
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == f"munu: MUNU_MEV='{bad}' is not a positive number; unset it or give one\n"
