#!/usr/bin/env python3
"""A light installation answers what it can, and says in one line how to have the rest.

    python3 tools/light.py .venv-light/bin/munu

The environment holds munu and no more than it cannot do without: no numba, no matplotlib.  What it
takes on disk is printed.  A step of .ci/run; standard library only.
"""

import json
import subprocess
import sys

REFUSED = {("map",): "matplotlib is not installed; run: pip install 'munu[plots]'",
           ("sample", "miniboone", "--n", "10"):
               "numba is not installed; run: pip install 'munu[evolve]'",
           ("propagate", "--field", "dipole:5e9G@1000km", "--mu", "emu=1e-12"):
               "numba is not installed; run: pip install 'munu[evolve]'"}


def asked(munu, *words):
    """Exit code and what was said."""
    done = subprocess.run([munu, *words], text=True, capture_output=True)
    return done.returncode, done.stdout, done.stderr


def main(munu):
    """Limits and a verdict; refusals of one line; sizes."""
    code, out, err = asked(munu, "limit", "xenonnt", "--mass", "0,50keV", "--json")
    assert (code, err) == (0, ""), err
    assert abs(json.loads(out)["limits"][0]["mu"] / 7.475e-12 - 1) < 1e-2, out
    for words in (("check", "emu=7e-12"), ("model", "leptoquark", "m_LQ=1TeV", "y1=0.05", "y2=1")):
        code, _, err = asked(munu, *words, "--json")
        assert (code, err) == (0, ""), err
    for words, line in REFUSED.items():
        code, out, err = asked(munu, *words)
        assert (code, out, err) == (2, "", f"munu: {line}\n"), (words, code, out, err)
    code, out, err = asked(munu, "doctor", "--json")
    assert code == 0, err
    checks = json.loads(out)["checks"]
    assert checks["numba"].startswith("not there") and "munu[plots]" in checks["matplotlib"]
    print(f"light: {checks['on disk']}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
