#!/usr/bin/env python3
"""Makes tests/laws/frozen/beams_darknews*.ecsv and beams_siren.ecsv: other generators on one card.

    python3 tools/beams_peers.py darknews [--environment FOLDER]
    python3 tools/beams_peers.py siren [--environment FOLDER]
    python3 tools/beams_peers.py speed [--environment FOLDER]    printed, nothing is written

MiniBooNE in neutrino mode, M_N = 0.2 GeV, a moment of 1.25e-6 per GeV with muon neutrinos, every
decay counted.  DarkNews makes events of each target and each helicity of N by itself, so that
rates, mean energies and angles of the photon stand beside munu's class by class; the errors are
those of its weights.  Beside them its differential cross section at points.  SIREN takes the
dipole portal from DarkNews; of its own it has the decay.  Its events are not asked for: it fills
tables of cross sections with the callback to DarkNews first, minutes each, and its run of MiniBooNE
ends on a name that is not there.  DarkNews ten minutes, SIREN one, speed five.

DarkNews is MIT, SIREN LGPL: both are called here, and no part of them is in the project.
"""

import math
import sys
import tempfile
import time
from itertools import pairwise

from apart import ROOT, rounded, within

if __name__ == "__main__":
    DARKNEWS = ["DarkNews==0.4.8", "numpy==2.4.6", "vegas==6.4.1", "pandas==3.1.1"]
    PACKAGES = {
        "darknews": DARKNEWS, "speed": [*DARKNEWS, "numba", "scipy", "pyyaml"],
        # the import fails with a newer pyarrow: SIREN asks for numpy<2, that one for numpy 2
        "siren": ["siren==0.1.0", "pyarrow<19"]}
    if not (WORK := next((a for a in sys.argv[1:] if a in PACKAGES), "")):
        sys.exit(f"what to make: {', '.join(PACKAGES)}")
    within(PACKAGES[WORK])

import numpy as np

M_N, MU, SEED = 0.2, 1.25e-6, 42
CARD = {"decay_product": "photon", "m4": M_N, "mu_tr_mu4": MU, "UD4": 0, "Umu4": 0, "epsilon": 0.0,
        "gD": 0.0, "experiment": "miniboone_fhc", "nint": 20, "seed": SEED, "pandas": False,
        "loglevel": "ERROR"}
EVENTS = 100_000
NAMES = {"C12": "C12", "proton_in_C12": "C12 protons", "proton_in_H1": "H1 protons"}
ENERGIES = [*np.arange(0, 1.7, 0.2).round(1), 9.0]
COSINES = [-1, -0.5, 0, 0.5, 0.8, 0.9, 0.95, 0.99, 1]
# mass and energy [GeV], momentum transfers squared [GeV^2], what is struck
POINTS = [(M, 1.0, Q2, struck) for M in (0.03, 0.2, 0.4) for Q2 in (0.01, 0.03)
          for struck in ("C12", "H1 protons")]
FROZEN = ROOT / "tests/laws/frozen"


def table(name, columns, rows, **meta):
    """A table as munu keeps them."""
    head = ["# %ECSV 1.0", "# ---", "# delimiter: ','", "# datatype:"]
    for column, unit in columns.items():
        kind = "string" if unit is None else "float64"
        held = [f"# - name: {column}", f"#   datatype: {kind}"]
        if unit:
            held.insert(1, f"#   unit: '{unit}'")
        head += held
    head += ["# meta:", *(f"#   {k}: {v!r}" for k, v in
                          {**meta, "made": "tools/beams_peers.py"}.items())]
    lines = [",".join(str(x) for x in row) for row in rows]
    (FROZEN / f"{name}.ecsv").write_text("\n".join([*head, ",".join(columns), *lines]) + "\n")


def versions(*names):
    from importlib.metadata import version

    return ", ".join(f"{n} {version(n)}" for n in names)


def launched(**options):
    """Events of DarkNews, and CPU seconds."""
    from DarkNews.GenLauncher import GenLauncher

    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        frame = GenLauncher(**{**CARD, "neval": EVENTS, "path": folder, **options}).run(
            loglevel="ERROR")
        return frame, time.process_time() - start


def model(nature, M=M_N):
    from DarkNews.model import ThreePortalModel

    return ThreePortalModel(HNLtype=nature, m4=M, mu_tr_mu4=MU, UD4=0, Umu4=0, epsilon=0.0, gD=0.0)


def mean(x, w):
    """Weighted mean and its error."""
    at = (w * x).sum() / w.sum()
    return at, np.sqrt((w**2 * (x - at) ** 2).sum()) / w.sum()


def seen(frame):
    """Of one class: what, its value, its error."""
    w = frame["w_event_rate"].to_numpy().ravel()
    N, photon = (np.stack([frame[name, str(k)].to_numpy() for k in range(4)])
                 for name in ("P_decay_N_parent", "P_decay_photon"))
    beta = np.sqrt(1 - (M_N / N[0]) ** 2)
    cosine = photon[3] / photon[0]
    yield "events", w.sum(), np.sqrt((w**2).sum())
    for name, x in (("E_gamma", photon[0]), ("cos_theta", cosine), ("E_N", N[0]),
                    ("cos_rest", (2 * photon[0] / N[0] - 1) / beta)):
        yield name, *mean(x, w)
    for name, x, edges in (("E_gamma", photon[0], ENERGIES), ("cos_theta", cosine, COSINES)):
        for a, b in pairwise(edges):
            yield f"{name} {a} to {b}", *mean(((x >= a) & (x < b)).astype(float), w)


def darknews():
    from DarkNews import pdg
    from DarkNews.nuclear_tools import NuclearTarget
    from DarkNews.processes import FermionSinglePhotonDecay, UpscatteringProcess

    rows = []
    for nature in ("dirac", "majorana"):
        frame, _ = launched(HNLtype=nature, noHC=False)
        rows.append((nature, "both", "all", "c_tau",
                     *rounded([float(frame.attrs["N4_ctau0"])]), 0.0))
        width = FermionSinglePhotonDecay(pdg.neutrino4, pdg.nulight, model(nature)).total_width()
        rows.append((nature, "both", "all", "width", *rounded([float(width)]), 0.0))
        for target, name in NAMES.items():
            for helicity, sign in (("flipping", "+"), ("conserving", "-")):
                held = frame[((frame["target"] == target)
                              & (frame["helicity"] == helicity)).to_numpy().ravel()]
                rows += [(nature, sign, name, what, *rounded(numbers))
                         for what, *numbers in seen(held)]
    where = versions("DarkNews", "numpy", "vegas", "pandas")
    table("beams_darknews",
          {"nature": None, "helicity": None, "target": None, "quantity": None, "value": "1",
           "error": "1"}, rows,
          source="DarkNews", how="computed", where=where, licence="MIT",
          note="GenLauncher miniboone_fhc, photon, m4 0.2, mu_tr_mu4 1.25e-6, neval 100000, nint "
               "20, seed 42; noHC=True is helicity + alone; c_tau in cm, energies and width in GeV")
    points = []
    for M, E, Q2, name in POINTS:
        struck, regime = {"C12": ("C12", "coherent"), "H1 protons": ("H1", "p-el")}[name]
        theory = model("dirac", M)
        for helicity, sign in (("flipping", "+"), ("conserving", "-")):
            one = UpscatteringProcess(
                nu_projectile=pdg.numu, nu_upscattered=pdg.neutrino4, TheoryModel=theory,
                nuclear_target=NuclearTarget(struck), scattering_regime=regime, helicity=helicity)
            value = float(np.squeeze(one.diff_xsec_Q2(E, Q2)))
            points.append((M, E, Q2, name, sign, *rounded([value], 8)))
    table("beams_darknews_points",
          {"M_N": "GeV", "E_nu": "GeV", "Q2": "GeV^2", "target": None, "helicity": None,
           "dsigma_dQ2": "cm^2/GeV^2"}, points, source="DarkNews", how="computed", where=where,
          licence="MIT", note="UpscatteringProcess.diff_xsec_Q2, dirac, mu_tr_mu4 1.25e-6")


def density(decay, helicity, c):
    """Of SIREN: the differential width at a cosine in the rest frame of N, of N that moves."""
    from siren.dataclasses import InteractionRecord, Particle

    E = 5 * M_N
    p, s = math.sqrt(E**2 - M_N**2), math.sqrt(1 - c**2)
    photon = [(E + p * c) / 2, M_N / 2 * s, 0.0, (p + E * c) / 2]
    record = InteractionRecord()
    record.signature = next(
        x for x in decay.GetPossibleSignaturesFromParent(Particle.ParticleType.N4)
        if Particle.ParticleType.NuMu in x.secondary_types)
    record.primary_mass, record.primary_helicity = M_N, helicity
    record.primary_momentum = [E, 0.0, 0.0, p]
    record.secondary_momenta = [photon, [a - b for a, b in zip([E, 0.0, 0.0, p], photon,
                                                               strict=True)]]
    record.secondary_masses = record.secondary_helicities = [0.0, 0.0]
    return decay.DifferentialDecayWidth(record)


def siren():
    from siren.dataclasses import Particle
    from siren.interactions import HNLDipoleDecay

    rows = []

    for nature, kind in (("dirac", HNLDipoleDecay.Dirac), ("majorana", HNLDipoleDecay.Majorana)):
        # its coupling is d, half of the moment
        decay = HNLDipoleDecay(M_N, [0.0, MU / 2, 0.0], kind)
        width = decay.TotalDecayWidth(Particle.ParticleType.N4)
        rows.append((nature, "width", *rounded([width], 8)))
        for helicity, sign in ((1.0, "+"), (-1.0, "-")):
            for c in (-0.9, -0.5, 0.0, 0.5, 0.9):
                share = density(decay, helicity, c) / width
                rows.append((nature, f"density {sign} at {c}", *rounded([share])))
    table("beams_siren", {"nature": None, "quantity": None, "value": "1"}, rows,
          source="SIREN", how="computed", where=versions("siren", "numpy", "pyarrow", "awkward"),
          licence="LGPL", note="interactions.HNLDipoleDecay, d = mu/2 = 0.625e-6 per GeV, M_N 0.2 "
          "GeV: width in GeV, density of the cosine of the photon to the momentum of N in its rest "
          "frame, by the helicity of N")


def speed():
    """CPU seconds of one core, the least of three runs of munu."""
    from munu import DipolePortal, events
    from munu.constants import mu_B
    from munu.units import GeV

    frame, seconds = launched(HNLtype="dirac", noHC=True)
    w = frame["w_event_rate"].to_numpy().ravel()
    effective = w.sum() ** 2 / (w**2).sum()
    theirs = effective / seconds
    print(f"DarkNews: {w.size} weighted events, {effective:.3g} effective, {seconds:.1f} s: "
          f"{w.size / seconds:.3g} and {theirs:.3g} a second")
    portal = DipolePortal(MU / GeV / mu_B, M_N * GeV, "mu", "dirac")
    # compiled and its tables made before the clock starts, as vegas has its warm-up inside
    for words, options in (("every decay", {"include_escaping": True}), ("decays inside", {}),
                           ("every decay, carbon", {"include_escaping": True, "targets": "C12"})):
        events.sample("miniboone", portal, 1000, **options)
        best = math.inf
        for _ in range(3):
            start = time.process_time()
            events.sample("miniboone", portal, 1_000_000, **options)
            best = min(best, time.process_time() - start)
        print(f"munu, {words}: 1e6 events in {best:.2f} s, {1e6 / best / theirs:.0f} times as many "
              "a second")


if __name__ == "__main__":
    {"darknews": darknews, "siren": siren, "speed": speed}[WORK]()
