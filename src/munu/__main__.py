"""``python -m munu``: the command line."""

from __future__ import annotations

from munu.cli._process import run

if __name__ == "__main__":
    run()
