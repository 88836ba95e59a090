"""Reference numbers of gamma rays of SN1987A."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from munu import DipolePortal
from munu.probes._collapse import Collapse
from munu.processes import radiative_decay
from munu.rates import _arriving
from munu.units import MeV, cm, kpc, s

from .tolerances import tolerance

(ANCHOR,) = yaml.safe_load((Path(__file__).parent / "gammas.yaml").read_text())


def test_anchor():
    i = ANCHOR["inputs"]
    M, mu = i["M_MeV"] * MeV, i["mu_muB"]
    (sent,) = Collapse.of(i["core"], i["t_eff_s"] * s).of_matrix(
        DipolePortal(mu, M, i["flavor"]).matrix, M)
    low, high = (x * MeV for x in i["band_MeV"])
    made = _arriving.photons([(low, high)], np.array([0.0, i["delay_s"] * s]), sent.E, sent.total,
                             M, i["d_kpc"] * kpc, i["R_star_cm"] * cm, i["nature"], helicity=0.0)
    tau = radiative_decay.lifetime(M, sent.moment, i["nature"])
    relative, absolute = tolerance(ANCHOR)
    assert made.fluence(float(tau)).item() * cm**2 == pytest.approx(ANCHOR["value"], rel=relative,
                                                                    abs=absolute)
