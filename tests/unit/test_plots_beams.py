"""Figures of neutrino beams: what they draw is what the probes say."""

import numpy as np
import pytest

import munu
from munu import plots, probes
from munu.units import MeV


def curve(made, *, panel, name):
    held = {c: np.array(made.columns[c][1]) for c in ("panel", "curve")}
    keep = (held["panel"] == panel) & (held["curve"] == name)
    return tuple(np.asarray(made.columns[c][1])[keep] for c in list(made.columns)[2:])


@pytest.mark.long
def test_the_reach_is_that_of_the_command():
    made = plots.draw("beams_reach", points=5)
    M, mu = curve(made, panel="mu", name="SBND")
    found = munu.limit("sbnd", M_N=M[1] * MeV, flavor="mu", nature="dirac")
    assert mu[1] == pytest.approx(found.value, rel=1e-4)
    low, high = (curve(made, panel="mu", name=f"excess, {w} edge")[1] for w in ("lower", "upper"))
    # what is all of the excess is within what is not excluded
    bound = munu.limit("miniboone", M_N=M[1] * MeV, flavor="mu", nature="dirac").value
    assert low[1] < high[1] < bound


@pytest.mark.long
def test_distances_between_two_vertices_add_up():
    made = plots.draw("double_bang", points=3)
    apart, per = curve(made, panel="apart", name="500 MeV")
    whole = per.sum() * (apart[1] - apart[0])
    probe = probes.get("dune_nd", signature="double_bang", separation="1e-6 m")
    seen = probe.predict(munu.DipolePortal(3e-9, 500 * MeV, "mu", "dirac")).total.total
    assert whole == pytest.approx(seen, rel=1e-3)
