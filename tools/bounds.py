"""The bounds that come with munu, made by the code beside them: ``python3 run.py bounds``.

What is older than the code is compared with it at a few masses: the same to 1e-6, it is said to be
of today; else it is computed anew.  ``--all`` computes every bound anew, a name that one alone.
"""

import sys

from munu.atlas import _kept, recompute


def main(words):
    """Which words are names of probes is for the probes to say."""
    names = [w for w in words if not w.startswith("--")] or None
    made = recompute.recompute(
        names, folder=_kept.SHIPPED, stale="--all" not in words,
        progress=lambda n, s, k, of: print(f"{k}/{of} {n}, {s:.1f} s", flush=True))
    for path in _kept.SHIPPED.glob("*.json"):
        if path.stem not in recompute.asked():
            path.unlink()
    print(f"{len(made)} probes; what moved is a number of the map: say it in changelog/")


if __name__ == "__main__":
    main(sys.argv[1:])
