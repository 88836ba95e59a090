"""A process that is killed leaves old files whole, and nothing behind once the next has run."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="killed as POSIX kills")
# of each command; 50 with MUNU_EFFORT=1500
KILLS = max(2, int(os.environ.get("MUNU_EFFORT", "60")) // 30)


@pytest.mark.parametrize("commands", [
    ("limit", "parts"),
    pytest.param(("figure", "scan", "events", "template"), marks=pytest.mark.long)])
def test_killed_at_any_moment(tmp_path, commands):
    seed = int(os.environ.get("MUNU_SEED", time.time_ns() % 10**9))
    print(f"MUNU_SEED={seed}, {KILLS} kills of each command")
    done = subprocess.run([sys.executable, "-m", "tests.laws.killing", str(seed), str(KILLS),
                           str(tmp_path), *commands], cwd=Path(__file__).parents[2], text=True,
                          capture_output=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    print(found)
    assert all(not x["wrong"] for x in found.values()), (seed, found)
    assert sum(x.get("hits", 0) for x in found.values()) > 0, "nothing was running any more"
