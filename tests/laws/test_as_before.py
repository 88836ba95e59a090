"""What every recoil probe said before its walls were moved, to 1e-6: see frozen/limits.ecsv."""

from pathlib import Path

import numpy as np
import pytest

import munu
from munu import _data, flavors, probes
from munu.ray import KINDS

TABLE = _data.read(Path(__file__).parent / "frozen" / "limits.ecsv")
KEYS = list(dict.fromkeys(zip(TABLE["probe"], TABLE["parameter"], TABLE["flavor"], strict=True)))
HELD = flavors.mixing("nufit-6.0")


# what was the default when the table was made, and the background that DARWIN now needs
OPTIONS = {"borexino": {"scale": "axis"},
           "darwin": {"flat": "10 /(t yr keV)"}, "dresden2": {"quenching": "lindhard"}}


def probe(name):
    has = any(p.name == "mixing" for p in probes.parameters(name))
    return probes.get(name, **OPTIONS.get(name, {}), **({"mixing": HELD} if has else {}))


def rows(*key):
    return np.logical_and.reduce([TABLE[c] == k for c, k in zip(
        ("probe", "parameter", "flavor"), key, strict=True)])


@pytest.mark.parametrize(("name", "parameter", "flavor"), [k for k in KEYS if k[1] == "mu"])
def test_moments(name, parameter, flavor):
    at = rows(name, parameter, flavor)
    found = munu.limit(probe(name), M_N=TABLE["M_N"][at], flavor=flavor)
    edges = {"upper": found.upper, "lower": found.lower}
    if found.expected is not None:
        edges["expected"] = found.expected.upper
    assert (found.expected is None) == (name == "xenon1t_s2only"), "no background is known there"
    for column, ours in edges.items():
        frozen = TABLE[column][at]
        np.testing.assert_allclose(np.where(np.isinf(ours), -1.0, ours), frozen, rtol=1e-6,
                                   atol=1e-300, err_msg=column)
    some = found.upper < np.inf
    np.testing.assert_allclose(found.best_fit[some], TABLE["best_fit"][at][some], rtol=1e-5,
                               atol=1e-4 * found.upper.min(initial=1.0))


# a two-dimensional fit with many pulls takes seconds a key
LONG = ("coherent_ar", "coherent_csi")


@pytest.mark.parametrize(("name", "parameter", "flavor"), [
    pytest.param(*k, marks=pytest.mark.long) if k[0] in LONG else k
    for k in KEYS if k[1] in ("q", "r2")])
def test_charges_and_radii(name, parameter, flavor):
    found = munu.limit(probe(name), parameter, flavor=flavor)
    kept = {parameter: "intervals", f"{parameter}_expected": "expected_intervals"}
    for key, held in list(kept.items())[:1 if found.expected is None else 2]:
        at = rows(name, key, flavor)
        frozen = np.column_stack([TABLE["lower"][at], TABLE["upper"][at]])
        np.testing.assert_allclose(np.array(found.meta[held]) / found.factor, frozen, rtol=1e-6,
                                   err_msg=held)


def test_every_recoil_probe_is_there():
    assert {k[0] for k in KEYS} == {n for n in probes.names() if probes.get(n).rays == KINDS
                                    and probe(n).grade not in ("needs_data", "published")}
