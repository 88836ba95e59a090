"""Other generators of N in a beam beside munu, on one card; their numbers are frozen.

The criterion is what is derived here.  Where a code of a named version says otherwise, by how
much is a fact about that version and is held as one.  tools/beams_peers.py made the numbers.
"""

from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from munu import DipolePortal, _data
from munu.kinematics import threshold
from munu.processes import radiative_decay
from munu.processes.upscattering import dsigma_dQ2, polarization, scatterers
from munu.rates.decay_in_flight import decay_length
from munu.targets.nucleus import nucleus
from munu.units import GeV, cm

from ..anchors.test_beams_card import COSINES, ENERGIES, MU, counted, helicities, means, row

FROZEN = Path(__file__).parent / "frozen"
TARGETS = ("C12", "C12 protons", "H1 protons")
M_N = 0.2 * GeV
#: by mass and Q2 [GeV, GeV^2]: of its public differential cross section the ratio at positive
#: helicity, on carbon and on protons
POINTS = {(0.03, 0.01): (0.9990, 0.9883), (0.03, 0.03): (0.9990, 0.9882),
          (0.2, 0.01): (0.9944, 0.9540), (0.2, 0.03): (0.9946, 0.9403),
          (0.4, 0.01): (0.9757, 2.486), (0.4, 0.03): (0.9898, 1.071)}


def held(name, *keys):
    return {tuple(r[k] for k in keys): r for r in _data.read(FROZEN / f"{name}.ecsv").rows()}


@cache
def frozen():
    return held("beams_darknews", "nature", "helicity", "target", "quantity")


def pull(expected, *key):
    r = frozen()[key]
    return (r["value"] - expected) / r["error"]


@cache
def ours(target):
    """As DarkNews 0.4.8 has it: energies from 1.05 times the threshold, bound protons free."""
    mass = row(targets=target).made[0].found.scatterer.mass
    return row(targets=target, k_F="0 MeV", low=1.05 * threshold(M_N, mass) / GeV)


@pytest.mark.parametrize("nature", ["dirac", "majorana"])
@pytest.mark.parametrize("target", TARGETS)
def test_rates_agree_for_each_target_and_helicity(target, nature):
    f = ours(target).made[0].found
    for sign, w in zip("+-", helicities(ours(target)), strict=True):
        assert abs(pull(w.sum(), nature, sign, target, "events")) < 3
        assert abs(pull(w @ f.E_N / w.sum() / GeV, nature, sign, target, "E_N")) < 3


def test_one_helicity_is_less_than_all():
    """With noHC=True, as the card of DarkNews is mostly run, a per cent is not there."""
    for target in TARGETS:
        share = frozen()["dirac", "+", target, "events"]["value"] / sum(
            w.sum() for w in helicities(row(targets=target, k_F="0 MeV")))
        assert share == pytest.approx(0.9893, abs=2e-3)


@pytest.mark.parametrize("target", TARGETS)
def test_photons_of_majorana_n_agree_and_those_of_dirac_n_are_turned_around(target):
    """The asymmetry of a Dirac N has the other sign in DarkNews 0.4.8; with that sign all else is
    alike."""
    A = radiative_decay.asymmetry("dirac")
    f = ours(target).made[0].found
    for sign, w in zip((1, -1), helicities(ours(target)), strict=True):
        h = "+" if sign > 0 else "-"
        assert abs(pull(-A * sign / 3, "dirac", h, target, "cos_rest")) < 3
        assert abs(pull(A * sign / 3, "dirac", h, target, "cos_rest")) > 300
        for nature, tilt in (("dirac", -A * sign), ("majorana", 0.0)):
            for name, mean in zip(("E_gamma", "cos_theta"), means(f, tilt, weight=w), strict=True):
                assert abs(pull(mean, nature, h, target, name)) < 3


def test_spectra_of_a_majorana_n_agree_bin_by_bin():
    """Both helicities, every bin within its error of Monte Carlo."""
    for target in TARGETS:
        one = row(targets=target, k_F="0 MeV", nature="majorana")
        edges = np.append(ENERGIES, 9 * GeV)
        for name, found, at in (("E_gamma", counted(one, edges), edges / GeV),
                                ("cos_theta", counted(one, cosines=COSINES), COSINES)):
            shares = found.ravel() / found.sum()
            for (a, b), share in zip(pairwise(at), shares, strict=True):
                key = f"{name} {a:.1f} to {b:.1f}" if name == "E_gamma" else \
                    f"{name} {a:g} to {b:g}"
                parts = [frozen()["majorana", h, target, k] for h in "+-"
                         for k in ("events", key)]
                n = parts[0]["value"], parts[2]["value"]
                theirs = (n[0] * parts[1]["value"] + n[1] * parts[3]["value"]) / sum(n)
                error = np.hypot(n[0] * parts[1]["error"], n[1] * parts[3]["error"]) / sum(n)
                assert abs(theirs - share) < 4 * error + 0.002 * share, (target, key)


@pytest.mark.parametrize(("nature", "length", "width"), [("dirac", 2, 0.5), ("majorana", 4, 0.5)])
def test_lifetimes_of_darknews(nature, length, width):
    """Dirac: half of the width that belongs to the same moment; the events of a Majorana N have
    the lifetime of a Dirac one."""
    far = decay_length(M_N, M_N, MU, nature) / cm
    gamma = radiative_decay.width(M_N, MU, nature) / GeV
    r = {k: frozen()[nature, "both", "all", k]["value"] for k in ("c_tau", "width")}
    assert r["c_tau"] / far == pytest.approx(length, rel=1e-3)
    assert r["width"] / gamma == pytest.approx(width, rel=1e-4)


def test_the_public_differential_cross_section_of_darknews():
    """Its momentum transfer u has the mass of N where its square belongs; its events do not."""
    portal = DipolePortal(MU, M_N, "mu", "dirac")
    rows = {(r["target"], r["helicity"], round(r["M_N"] / GeV, 6), round(r["Q2"] / GeV**2, 6)):
            r["dsigma_dQ2"] for r in _data.read(FROZEN / "beams_darknews_points.ecsv").rows()}
    for (M, Q2), ratios in POINTS.items():
        for (name, kind, one), ratio in zip((
                ("C12", "coherent", nucleus("C12", form_factor="fourier_bessel")),
                ("H1 protons", "protons", nucleus("p"))), ratios, strict=True):
            at = Q2 * GeV**2, GeV
            along, _ = polarization(*at, M * GeV, scatterers(one, kind)[0], frame="cm")
            whole = dsigma_dQ2(*at, portal.with_(M_N=M * GeV), one, kinds=kind)
            plus, minus = (rows[name, h, M, Q2] for h in "+-")
            assert plus / (whole * (1 + along) / 2) == pytest.approx(ratio, rel=1e-3)
            # below 0 where the mass is small
            assert (minus < 0) == (M < 0.4)


def test_the_decay_of_siren():
    """Backward for a Dirac N of positive helicity, as here; its Majorana width is the Dirac one."""
    rows = held("beams_siren", "nature", "quantity")
    for nature, ratio in (("dirac", 1.0), ("majorana", 0.5)):
        gamma = radiative_decay.width(M_N, MU, nature) / GeV
        assert rows[nature, "width"]["value"] / gamma == pytest.approx(ratio, rel=1e-6)
        A = radiative_decay.asymmetry(nature)
        for sign in "+-":
            for c in (-0.9, -0.5, 0.0, 0.5, 0.9):
                assert rows[nature, f"density {sign} at {c}"]["value"] == pytest.approx(
                    (1 + A * float(f"{sign}1") * c) / 2, rel=1e-6)
