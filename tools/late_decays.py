#!/usr/bin/env python3
"""Makes src/munu/data/nucleosynthesis/late_decays.ecsv with PRIMAT and munu's own expansion.

    python3 tools/late_decays.py [--environment FOLDER]          tables and withheld points
    python3 tools/late_decays.py [--environment FOLDER] withheld  the points alone

An N of 0.03 s or more changes how fast the Universe expands while nuclei form, and its photons
dilute baryons.  The history of temperature, size and time is that of munu.rates.late_decay; PRIMAT
burns nuclei in it.  Neutrinos that turn neutrons into protons are those of the bath, which cool
with the expansion: what the neutrinos from decays do to neutrons is left out.  What is kept is the
ratio to the same without N, at the same ratio of baryons to photons today, so that what both
backgrounds leave out of neutrino decoupling drops out.  Ten minutes.

Withheld points, between the nodes, for tests/laws/frozen/late_decays.ecsv.

PRIMAT is GPL: it is called here, and no part of it is in the project.
"""

import contextlib
import io
import sys
import tempfile
from pathlib import Path

from apart import ROOT, rounded, within

if __name__ == "__main__":
    within(["primat==0.3.3", "numba", "numpy", "scipy", "pyyaml"])

import numpy as np
from primat import PRIMAT, plasma
from primat.background import CustomBackground
from primat.config import PRIMATConfig

from munu import _data
from munu.media import early_universe
from munu.processes import radiative_decay
from munu.rates import _expansion, _relic, _thermal, freeze_out, late_decay
from munu.units import GeV, K, MeV, s

ETA = 6.12e-10
# the last outlives all: what decays between was there while nuclei formed, and dilutes
TAU = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1e3, 3e3, 1e4, 1e20)
# of that the dilution: number times mass times the root of the lifetime [MeV s^1/2]
SIZES = (0, *rounded(np.geomspace(1e-3, 30, 24), 4))
# masses [MeV], and of each the shortest lifetime that a moment makes which may be asked for, the
# largest number over entropy and how many steps of 2/3 decade go down from it: the heaviest stands
# for all heavier ones, which differ by number times mass alone
MASSES = {0.05: (3e3, 0.03, 5), 0.2: (100, 0.03, 5), 0.6: (10, 0.03, 5), 1.1: (1, 0.03, 5),
          2: (0.3, 0.03, 5), 3.5: (0.1, 0.03, 5), 6: (0.03, 0.03, 6), 12: (0.03, 0.06, 6),
          30: (0.01, 0.2, 7)}
BETWEEN = ((0.1, 8e3, 0.005), (0.1, 4e5, 0.035), (0.4, 2e3, 0.004), (0.5, 3e5, 1e-5),
           (1.4, 5e3, 0.0008), (1.4, 50, 0.006), (4.5, 5, 0.005), (4.5, 4e4, 1e-4),
           (8, 0.5, 0.005), (9, 0.05, 0.005), (20, 40, 0.001), (20, 2e3, 1e-4),
           (100, 0.05, 0.005), (100, 2, 0.002), (100, 6e3, 3e-6))
QUIET = {"show_progress": False, "incomplete_decoupling": False, "spectral_distortions": False,
         "weak_rate_cache": False, "save_nTOp": False, "save_nTOp_thermal": False,
         "numerical_precision": 1e-5, "sampling_nTOp_per_decade": 30}
TABLE = ROOT / "src/munu/data/nucleosynthesis/late_decays.ecsv"
DILUTION = ROOT / "src/munu/data/nucleosynthesis/dilution.ecsv"
WITHHELD = ROOT / "tests/laws/frozen/late_decays.ecsv"
SAID = {"source": "Pitrou2018", "how": "computed",
        "licence": "numbers computed with PRIMAT 0.3.3 (GPL), no part of it",
        "made": "tools/late_decays.py"}
# photons of today's size, and what nuclei ask of the temperatures [MeV]
LAST = 4e-4
# baryons over photons at 0.07 MeV are at most so many times those without N: beyond, what there is
# of deuterium is gone, and the last that was burned stands
MOST = 30


def histories(M, tau, Y, nature):
    """T [MeV], t [s], a and the temperature of neutrinos of the bath [MeV], for each Y."""
    Y = np.asarray(Y, dtype=float)
    mu = np.sqrt(radiative_decay.lifetime(M * MeV, 1.0, nature) / (tau * s))
    mu = min(float(mu), late_decay.largest_moment())
    heavy = _relic.Heavy(np.full(Y.size, M * MeV), np.full(Y.size, mu), np.full(Y.size,
                         1 / (tau * s)), 4 if nature == "dirac" else 2, 1,
                         freeze_out.HARD_THERMAL_LOOPS)
    T = late_decay._BEGIN
    at = min(max(float(freeze_out.T_dec(mu)), T), 100 * GeV)
    bath = float(_thermal.electrons()[0](np.array(np.log(_thermal.electron_mass() / T)))[1])
    entropy = (bath + _thermal.NEUTRINO_ENTROPY) * T**3
    p = _thermal.MEAN * T * (10.75 / float(early_universe.g_s(at))) ** (1 / 3)
    n = np.zeros((2, Y.size)) if nature == "dirac" else np.zeros((1, Y.size))
    n[0] = Y
    steps = []
    _expansion.follow(heavy, _expansion.begin(Y.size, T, n, n * p / np.cbrt(entropy)), steps)
    steps = [x for x in steps if x[1].T.size == Y.size]
    T, S, x, t, together = (np.array([getattr(x[k], name) for x in steps]) for k, name in (
        (1, "T"), (0, "S"), (0, "x"), (0, "t"), (0, "together")))
    end = np.cbrt(S[-1] / _thermal.PHOTON_ENTROPY)
    for i in range(Y.size):
        first = int(np.argmin(together[:, i]))
        nu = np.where(together[:, i], T[:, i], T[first, i] * np.exp(x[first, i] - x[:, i]))
        started = 0.5 / steps[0][1].H[i]
        yield T[:, i] / MeV, (t[:, i] + started) / s, np.exp(x[:, i]) / end[i] * MeV, nu / MeV


class Ours(CustomBackground):
    """A background of ours: a is 1 where photons have today's temperature."""

    def __init__(self, cfg, gas, T, t, a, nu):
        super(CustomBackground, self).__init__(cfg, gas)
        from scipy.interpolate import PchipInterpolator

        down = -np.log(T)
        fine = np.linspace(down[0], -np.log(LAST), 5000)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "history.csv"
            np.savetxt(path, np.column_stack([
                np.exp(-fine), np.exp(PchipInterpolator(down, np.log(t))(fine)),
                cfg.T0CMB * K / MeV * np.exp(PchipInterpolator(down, np.log(a))(fine))]),
                delimiter=",", header="T,t,a", comments="")
            self._load_table(str(path))
        self._Tnue_of_Tg = self._Tnumu_of_Tg = self._Tnutau_of_Tg = lambda x: np.exp(np.interp(
            -np.log(x), down, np.log(nu)))
        self.Tg_vec = np.geomspace(LAST * 1.0001, T[0] * 0.9999, 3000)
        self.Tnue_vec = self._Tnue_of_Tg(self.Tg_vec)
        self._setup_weak_rates()


def burned(history):
    """ln Y_p and ln D/H in a history."""
    cfg = PRIMATConfig(dict(QUIET))
    cfg["Omegabh2"] = ETA / cfg.Omegabh2_to_eta0b
    with contextlib.redirect_stderr(io.StringIO()):
        made = PRIMAT(background=Ours(cfg, plasma.Plasma(cfg), *history)).solve()
    return np.log([made["YPBBN"], made["DoH"]])


def at_nuclei(T, a):
    """Baryons over photons at 0.07 MeV, over the same today."""
    return float(np.exp(-3 * np.interp(-np.log(0.07), -np.log(T), np.log(a * T))))


def dilution():
    """What decays after nuclei formed, by how much it dilutes baryons: M_N and tau are one."""
    M, tau = 3.0, 1e6
    made = [at_nuclei(h[0], h[2]) for h in
            histories(M, tau, [x / M / tau**0.5 for x in SIZES], "majorana")]
    _data.write(DILUTION, {"size": ("1", SIZES),
                           "ratio": ("1", rounded(np.array(made) / made[0]))}, {
        "source": "BrdarTalk", "how": "computed", "licence": "computed by munu",
        "made": SAID["made"], "where": "munu.rates.late_decay, at 3 MeV and 1e6 s",
        "description": "baryons over photons at 0.07 MeV over the same today, less that without "
                       "N, against number over entropy times mass times the root of the lifetime, "
                       "in MeV and seconds"})


def rows(M, tau, Y, nature, standard):
    """Of rising numbers over entropy."""
    logs = None
    for number, history in zip(Y, histories(M, tau, Y, nature), strict=True):
        T, _, a, _ = history
        if logs is None or at_nuclei(T, a) < MOST:
            logs = burned(history) - standard
        yield [M, tau, number, *logs]


def written(path, found, more):
    names, numbers = [x[0] for x in found], np.array([x[1:] for x in found]).T
    M, tau, Y, *logs = numbers
    _data.write(path, {
        "nature": ("1", names), "M_N": ("MeV", M), "tau": ("s", tau), "Y_N": ("1", rounded(Y, 4)),
        **{k: ("1", [round(float(x), 6) for x in v])
           for k, v in zip(("Y_p", "D_H"), logs, strict=True)}}, {**SAID, **more})


def table(standard):
    found = []
    for nature in ("majorana", "dirac"):
        for M, (shortest, top, many) in MASSES.items():
            for tau in (x for x in TAU if x >= shortest):
                Y = np.append(0.0, top * 10 ** (-2 / 3 * np.arange(many)[::-1]))
                found += [[nature, *x] for x in rows(M, tau, Y, nature, standard)]
            print(nature, M, "MeV", flush=True)
    written(TABLE, found, {
        "where": "its small network in the expansion of munu.rates.late_decay", "eta": ETA,
        "description": "ln of Y_p and of D/H over the same without N, at one ratio of baryons to "
                       "photons today, for N of a mass and lifetime and its number over entropy at "
                       "20 MeV"})


def withheld(standard):
    written(WITHHELD, [[nature, *x] for nature in ("majorana", "dirac") for M, tau, Y in BETWEEN
                       for x in rows(M, tau, [Y], nature, standard)], {
        "where": "between the nodes"})


if __name__ == "__main__":
    nothing = burned(next(histories(1.0, 1e12, [0.0], "majorana")))
    print("without N", np.exp(nothing), flush=True)
    if sys.argv[1:] != ["withheld"]:
        dilution()
        table(nothing)
    withheld(nothing)
