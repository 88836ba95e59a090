#!/usr/bin/env python3
"""Makes src/munu/data/nucleosynthesis/standard.ecsv with PRIMAT: three minutes.

    python3 tools/nucleosynthesis.py [--environment FOLDER]

Helium and deuterium against the baryon-to-photon ratio and Delta N_eff, what is relativistic and
was there before neutrinos decoupled; withheld points between the nodes for
tests/laws/frozen/nucleosynthesis.ecsv; and how far the rates of the nuclear reactions and the
neutron's lifetime move both, by the Monte Carlo of the package.

PRIMAT is GPL: it is called here, and no part of it is in the project.
"""

from apart import ROOT, rounded, within

if __name__ == "__main__":
    within(["primat==0.3.3", "numpy", "scipy", "pyyaml"])

import numpy as np
from primat import PRIMAT, run_mc

from munu import _data

ETA = (4e-10, 4.75e-10, 5.5e-10, 6e-10, 6.5e-10, 7.25e-10, 8e-10)
DELTA = (0, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6)
BETWEEN = tuple((eta, delta) for eta in (4.3e-10, 5.75e-10, 6.2e-10, 7.7e-10)
                for delta in (0.05, 0.6, 1.25, 2.5, 5))
# eta of the errors; samples and seed of the Monte Carlo
AT, SAMPLES, SEED = 6.12e-10, 200, 1
TABLE = ROOT / "src/munu/data/nucleosynthesis/standard.ecsv"
WITHHELD = ROOT / "tests/laws/frozen/nucleosynthesis.ecsv"
SAID = {"source": "Pitrou2018", "how": "computed",
        "licence": "numbers computed with PRIMAT 0.3.3 (GPL), no part of it",
        "made": "tools/nucleosynthesis.py"}
QUIET = {"show_progress": False}


def density(eta):
    """Omega_b h^2 of a baryon-to-photon ratio, with the constants of the package."""
    known = PRIMAT(QUIET).cfg
    return eta / known.Omegabh2_to_eta0b


def abundances(eta, delta, per):
    made = PRIMAT({**QUIET, "Omegabh2": eta * per, "DeltaNeff": delta}).solve()
    print(f"eta {eta:.3g}, Delta N_eff {delta:g}: Y_p {made['YPBBN']:.5f}, "
          f"D/H {made['DoH']:.4e}", flush=True)
    return [eta, delta, made["YPBBN"], made["DoH"], made["He3oH"], made["Neff"]]


def columns(rows):
    names = ("eta", "delta", "Y_p", "D_H", "He3_H", "N_eff")
    return {n: ("1", rounded(c, 7)) for n, c in zip(names, np.array(rows).T, strict=True)}


def errors(per):
    """Standard deviations of ln Y_p and ln D/H and their correlation."""
    made = run_mc(SAMPLES, ["YPBBN", "DoH"], {**QUIET, "Omegabh2": AT * per},
                  force_backend="python", seed=SEED, n_jobs=1, progress=False)
    logs = np.log([made["YPBBN"].values, made["DoH"].values])
    return logs.std(axis=1, ddof=1), float(np.corrcoef(logs)[0, 1])


if __name__ == "__main__":
    per = density(1.0)
    rows = [abundances(eta, delta, per) for eta in ETA for delta in DELTA]
    held = [abundances(eta, delta, per) for eta, delta in BETWEEN]
    (helium, deuterium), together = errors(per)
    _data.write(TABLE, columns(rows), {
        **SAID, "where": "its small network, all corrections, neutron lifetime 878.4 s",
        "relative_error": {"Y_p": rounded([helium], 3)[0], "D_H": rounded([deuterium], 3)[0],
                           "correlation": rounded([together], 3)[0]},
        "error_from": f"Monte Carlo of the package over nuclear rates and the neutron's lifetime, "
                      f"{SAMPLES} samples, seed {SEED}, at eta = {AT:g}",
        "description": "abundances against the baryon-to-photon ratio and Delta N_eff; D/H and "
                       "He3/H by number, Y_p by mass as 4 times the number per baryon; N_eff is "
                       "what comes out"})
    _data.write(WITHHELD, columns(held), {**SAID, "where": "between the nodes"})
