"""Reference numbers of plasmas, of what stars lose and of what the early Universe made."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml

from munu import constants
from munu.media import early_universe
from munu.media.plasma import Plasma, frequency, screening
from munu.processes import off_shell, plasmon_decay, radiative_decay
from munu.rates import _expansion, _relic, freeze_out
from munu.units import GeV, MeV, cm, erg, g, keV, s

from .tolerances import tolerance

ANCHORS = {a["id"]: a for a in
           yaml.safe_load((Path(__file__).parent / "stars.yaml").read_text())}
OLD = constants.vintage("codata2018")
ALPHA, M_E, AMU = OLD["alpha"].internal, OLD["m_e"].internal, OLD["amu"].internal
MU_B = constants.bohr_magneton(ALPHA, M_E)
HELD = {"alpha": ALPHA, "m_e": M_E, "amu": AMU}


def zone(i):
    T = i["T_keV"] * keV if "T_keV" in i else i["T_MeV"] * MeV
    return i["rho_gcc"] * g / cm**3, T, i["Ye"]


def plasma(i):
    return Plasma.of(*zone(i), **HELD)


def loss(i, M_keV=None):
    M_N = (i["M_keV"] if M_keV is None else M_keV) * keV
    return plasmon_decay.energy_loss_rate(*zone(i), i.get("mu_muB", 1.0), M_N, mu_B=MU_B, **HELD)


def weak(i, c):
    made = plasma(i)
    lost = plasmon_decay.by_weak_current(made, G_F=c["G_F_GeV^-2"] / GeV**2,
                                         sin2_theta_W=c["sin2_theta_W"])
    return lost[0] / made.rho[0] / (erg / g / s)


def moment_over_weak(i, c):
    """At one K, where both widths are known: the kernel of the one and of the other."""
    K2 = (i["K_keV"] * keV) ** 2
    c2 = (0.5 + 2 * c["sin2_theta_W"]) ** 2 + 2 * (0.5 - 2 * c["sin2_theta_W"]) ** 2
    Z_width = c2 * (c["G_F_GeV^-2"] / GeV**2) ** 2 * K2**3 / (48 * np.pi**2 * ALPHA)
    return plasmon_decay.width(1.0, K2, i["mu_muB"], mu_B=MU_B) / Z_width


def mode(i, polarization):
    return plasma(i).mode(polarization, np.array([[i["k_keV"]]]) * keV)[2][0, 0]


def decoupling(i, c):
    return freeze_out.T_dec(i["mu_muB"], rate=i["c_rate"], mu_B=MU_B) / GeV


def moment(i, c):
    return freeze_out.moment_of(i["Delta_N_eff"], i["n_species"], rate=i["c_rate"], mu_B=MU_B)


@cache
def decayed(M_MeV, tau_s, Y0):
    """The compact model of the anchors: a relic that decays, with no inverse and no charges."""
    T = 20 * MeV
    entropy = (2 * np.pi**2 / 45 * 10.75) ** (1 / 3) * T
    p = 3.151 * T * (10.75 / early_universe.g_s(100 * MeV)) ** (1 / 3)
    heavy = _relic.Heavy(np.array([M_MeV * MeV]), np.zeros(1), np.array([1 / (tau_s * s)]), 2, 1,
                         0.0, False)
    Y = np.array([[Y0]])
    return _expansion.follow(heavy, _expansion.begin(1, T, Y, Y * p / entropy))


def decay(name):
    def made(i, c):
        if "Y0_from" in i:
            T = freeze_out.T_dec(i["mu_muB"], rate=0.0132, mu_B=MU_B)
            assert freeze_out.relic(T, 2) == pytest.approx(i["Y0"], rel=1e-4)
        return getattr(decayed(i["M_MeV"], i["tau_s"], i["Y0"]), name)[0]
    return made


def virtual(longitudinal):
    def ratio(i, c):
        made = off_shell.energy_loss_rate(*zone(i), 1.0, i["M_keV"] * keV, mu_B=MU_B,
                                          longitudinal=longitudinal, **HELD)
        return made / loss(i, 0.0)
    return ratio


UNIT = erg / g / s
MADE = {
    **dict.fromkeys(("AC12", "AC14", "AC18"), lambda i, c: frequency(*zone(i), **HELD) / keV),
    **dict.fromkeys(("AC13", "AC17", "AC19"), lambda i, c: loss(i) / UNIT),
    "AC20": lambda i, c: plasma(i).v[0], "AC21": weak, "AC22": moment_over_weak,
    "AC23": lambda i, c: mode(i, "T"), "AC24": lambda i, c: mode(i, "L"),
    "AC25": lambda i, c: plasma(i).k_max[0] / keV,
    "AC26": lambda i, c: loss(i) / loss(i, 0.0),
    "AC27": lambda i, c: i["mu0_muB"] * np.sqrt(loss(i, 0.0) / loss(i)),
    "AC01": lambda i, c: MU_B * GeV,
    **dict.fromkeys(("AC02", "AC03"), lambda i, c: radiative_decay.lifetime(
        i["M_MeV"] * MeV, i["mu_muB"], i["nature"], mu_B=MU_B) / s),
    "AC04": lambda i, c: radiative_decay.asymmetry(i["nature"]),
    "AC51": lambda i, c: radiative_decay.photon_angle(
        i["E_gamma_MeV"] * MeV, i["E_N_MeV"] * MeV, i["M_MeV"] * MeV),
    "AC28": virtual(False), "AC76": virtual(True),
    "AC63": decoupling, "AC64": decoupling, "AC67": moment, "AC68": moment,
    "AC69": lambda i, c: freeze_out.relic(i["T_dec_GeV"] * GeV, i["g"]),
    "AC70": decay("neutrinos"), "AC72": decay("eta"), "AC73": decay("eta"), "AC75": decay("peak"),
    "AC33": lambda i, c: screening(*zone(i), m_p=i["m_p_MeV"] * MeV, **HELD) / MeV,
}


@pytest.mark.parametrize("name", ANCHORS)
def test_anchor(name):
    a = ANCHORS[name]
    relative, absolute = tolerance(a)
    assert MADE[name](a["inputs"], a.get("constants")) == pytest.approx(
        a["value"], rel=relative, abs=absolute)


def test_every_anchor_is_made():
    assert set(MADE) == set(ANCHORS)
