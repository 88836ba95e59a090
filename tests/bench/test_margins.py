"""Many points against bounds at once, beside the loop over the verdict on one point."""

import json

import numpy as np
import pytest

from munu import atlas, models, scans
from munu.atlas.margins import known, margins
from munu.probes.probe import FAMILIES
from munu.scans.work import Work
from munu.units import TeV

from .test_speed import cpu, say

pytestmark = pytest.mark.bench
FIXED = {"M_N": "1MeV", "nature": "dirac"}


def box(n, seed=3):
    rng = np.random.default_rng(seed)
    return {"m_LQ": rng.uniform(1, 5, n) * TeV, "y1": rng.uniform(0.05, 3, n),
            "y2": rng.uniform(0.05, 3, n)}


def test_all_bounds_at_once():
    """Every probe and published limit: at least 500 points in the time of one verdict."""
    every = [*FAMILIES, *(x.name for x in atlas.published(status="standing"))]
    names = [*dict.fromkeys([*known(FAMILIES), *every[len(FAMILIES):]])]
    few, many = box(3), box(20_000)
    points = [models.get("leptoquark", **FIXED, **{k: x[i] for k, x in few.items()})
              for i in range(3)]
    found = [atlas.verdict(p) for p in points]
    made = margins("leptoquark", FIXED, few, names)
    # the same work
    for i, verdicts in enumerate(found):
        first = {}
        for v in verdicts:
            if v.kind == "limit":
                first.setdefault(v.name, v.margin)
        assert first == pytest.approx(
            {n: made[f"margin_{n}"][1][i] for n in first}, rel=1e-9, abs=0)
    loop = cpu(lambda: [atlas.verdict(p) for p in points], 2) / 3
    once = cpu(lambda: margins("leptoquark", FIXED, many, names), 2) / 20_000
    say(f"{len(names)} bounds: verdict {loop * 1e3:.0f} ms a point, margins {once * 1e6:.1f} us; "
        f"ratio to the loop over munu.atlas.verdict {loop / once:.0f}")
    assert loop / once > 500


def test_a_part_of_a_scan():
    """Answers, margins of all recoils and the file: 0.1 ms a point; a million in 300 s of two
    cores leave 0.6 ms."""
    plan = scans.plan.of({
        "model": "leptoquark", "parameters": {"nature": "dirac"}, "against": ["recoils"],
        "points": {"sobol": {"n": 1_000_000, "over": {
            "m_LQ": "1TeV:5TeV", "y1": "0.05:3.5", "y2": "0.05:3.5"}}}, "chunk": 20_000})
    work = Work(json.dumps(plan.configuration()))
    work(0)
    each = cpu(lambda: work(1), 2) / 20_000
    say(f"a million points {each * 1e6:.1f} CPU s")
    assert each < 1e-4
