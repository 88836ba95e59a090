#!/usr/bin/env python3
"""Makes src/munu/data/nucleosynthesis/photodisintegration.ecsv with ACROPOLIS: ten minutes.

    python3 tools/photodisintegration.py [--environment FOLDER]          table and withheld points
    python3 tools/photodisintegration.py [--environment FOLDER] withheld  the points alone

One photon of energy E enters the plasma of temperature T and makes a cascade.  How often that
breaks a nucleus depends on T and E alone, and adds up over photons: a table in (T, E), which any
lifetime and any number of decays can be integrated with.  ACROPOLIS solves the cascade equation on
a grid of energies; its kernels do not depend on the energy of the injected photon, so that one set
serves all of them at a temperature.  What is tabulated is the rate of a reaction over the rate of
injection, times the entropy density: breakings of one nucleus if one photon is injected in each
volume that holds one unit of entropy.

Withheld points: the whole chain of ACROPOLIS for a decaying particle, at lifetimes and energies
between the nodes, for tests/laws/frozen/photodisintegration.ecsv.

ACROPOLIS is GPL: it is called here, and no part of it is in the project.
"""

import sys

from apart import ROOT, rounded, within

if __name__ == "__main__":
    within(["acropolis==1.3.1", "numpy", "scipy", "pyyaml"])

import numpy as np
from acropolis import cascade, flags, nucl
from acropolis.input import InputInterface, locate_sm_file
from acropolis.models import DecayModel

from munu import _data

flags.verbose = False
# nodes: of the cascade's energy, each of which may be the injected one, and of temperature [MeV]
LOWEST, PER_DECADE, TOP = 1.5, 120, 300
T = np.geomspace(2e-6, 1.2e-2, 46)
# entropy after the electrons have gone, s = 2 pi^2/45 g_s T^3
G_S = 43 / 11
# lifetime [s], energy [MeV] and number over that of photons at 10 keV of what is withheld
POINTS = ((3e5, 3.3, 1e-9), (1e6, 8.9, 1e-9), (1e7, 13.7, 1e-10), (3e7, 33.0, 1e-9),
          (3e8, 71.0, 3e-10))
NAMES = ("d_np", "t_nd", "t_npn", "He3_pd", "He3_npp", "He4_pt", "He4_nHe3", "He4_dd", "He4_npd")
TABLE = ROOT / "src/munu/data/nucleosynthesis/photodisintegration.ecsv"
WITHHELD = ROOT / "tests/laws/frozen/photodisintegration.ecsv"
SAID = {"source": "Depta2020", "how": "computed",
        "licence": "numbers computed with ACROPOLIS 1.3.1 (GPL), no part of it",
        "made": "tools/photodisintegration.py"}


def nodes():
    """Which energies are injected: all near the threshold of the deuteron, then 30 a decade."""
    return [*range(21, 31), *range(31, 40, 2), *range(40, TOP + 1, 4)]


class Nested(cascade.SpectrumGenerator):
    """Spectra of all injected energies of one grid from one set of kernels."""

    def __init__(self, interface):
        super().__init__(interface)
        self.E = LOWEST * 10 ** (np.arange(TOP + 1) / PER_DECADE)
        self.temperature = None

    def fill(self, temperature):
        n, kinds = self.E.size, range(self._sNX)
        self.rates = np.array([[self._rate_x(x, e, temperature) for e in self.E] for x in kinds])
        self.kernels = np.zeros((self._sNX, self._sNX, n, n))
        for x in kinds:
            for y in kinds:
                for i in range(n):
                    for j in range(i, n):
                        self.kernels[x, y, i, j] = self._kernel_x_xp(
                            x, y, self.E[i], self.E[j], temperature)
        self.temperature = temperature

    def get_spectrum(self, E0, S0f, SCf, T, allX=False):
        if self.temperature != T:
            self.fill(T)
        k = int(np.argmin(abs(self.E - E0))) + 1
        solved = cascade._JIT_solve_cascade_equation(
            self.E[:k], np.ascontiguousarray(self.rates[:, :k]),
            np.ascontiguousarray(self.kernels[:, :, :k, :k]),
            np.array([s(T) for s in S0f]), np.zeros((self._sNX, k)), T)
        return solved[:2]


def table():
    interface = InputInterface(locate_sm_file())
    nested = Nested(interface)
    rows = []
    for temperature in T:
        s = 2 * np.pi**2 / 45 * G_S * temperature**3
        for k in nodes():
            reactor = nucl.NuclearReactor(
                [lambda T: 1.0, lambda T: 0.0, lambda T: 0.0], None,
                (temperature / 2, temperature), nested.E[k], interface)
            reactor._sGen = nested
            rates = reactor._pdi_rates(temperature)
            made = np.array([rates[i] for i in range(1, 10)]) * s
            # its number for nothing is 1e-200
            rows.append([temperature, nested.E[k], *np.where(made < 1e-30, 0, made)])
        print(f"T = {temperature:.3g} MeV", flush=True)
    columns = np.array(rows).T
    _data.write(TABLE, {
        "T": ("MeV", rounded(columns[0])), "E": ("MeV", rounded(columns[1])),
        **{n: ("1", rounded(c, 4)) for n, c in zip(NAMES, columns[2:], strict=True)}},
        {**SAID, "where": "its cascade equation and cross sections, at nodes",
         "eta": float(interface.parameter("eta")), "g_s": "43/11",
         "threshold": {n: nucl._eth[i] for i, n in enumerate(NAMES, start=1)},
         "description": "breakings of one nucleus for one photon of energy E injected in each "
                        "volume with one unit of entropy, at the temperature T, reaction by "
                        "reaction (what is broken, then what is left of it)"})


def withheld():
    """The package's own chain from a decaying particle to abundances."""
    rows = []
    for tau, E, n0 in POINTS:
        # one photon of half the mass a decay; at 10 keV electrons have gone, so n/s is kept
        model = DecayModel(2 * E, tau, 1e-2, n0, 0.0, 0.5)
        before = model._sII.bbn_abundances()[:, 0]
        after = model.run_disintegration()[:, 0]
        # photons over entropy, with the decays until then undone
        Y = n0 * (2 * 1.2020569031595942 / np.pi**2) / (2 * np.pi**2 / 45 * G_S)
        Y *= np.exp(model._sII.time(1e-2) / tau)
        rows.append([tau, E, Y, *before[[1, 2, 3, 4, 5]], *after[[1, 2, 4, 5]]])
        print(f"tau = {tau:.3g} s, E = {E:.3g} MeV: D {after[2] / before[2]:.3f}", flush=True)
    columns = np.array(rows).T
    names = ("p", "d", "t", "He3", "He4", "p_after", "d_after", "He3_after", "He4_after")
    _data.write(WITHHELD, {
        "tau": ("s", columns[0]), "E": ("MeV", columns[1]), "Y_N": ("1", rounded(columns[2])),
        **{n: ("1", rounded(c)) for n, c in zip(names, columns[3:], strict=True)}},
        {**SAID, "where": "DecayModel, one photon a decay",
         "description": "nuclei over baryons before and after N of lifetime tau and number over "
                        "entropy Y_N, of before it decays, each made one photon of energy E"})


if __name__ == "__main__":
    if sys.argv[1:] != ["withheld"]:
        table()
    withheld()
