"""A script that runs in an environment of its own: packages that munu does not depend on.

`within(packages)` is the first line of such a script.  It makes a virtual environment in a
temporary folder (pip, so PyPI is needed), starts the script again inside, with munu from this
tree, and leaves nothing behind.  `--environment FOLDER` keeps one for the next run.
"""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_INSIDE = "MUNU_TOOL_INSIDE"


def within(packages):
    """Go on inside an environment that holds these packages; outside, run there and leave."""
    if os.environ.get(_INSIDE):
        return
    arguments = sys.argv[1:]
    if "--environment" in arguments:
        i = arguments.index("--environment")
        folder = Path(arguments[i + 1])
        sys.exit(_run(folder, packages, arguments[:i] + arguments[i + 2:]))
    with tempfile.TemporaryDirectory() as folder:
        code = _run(Path(folder), packages, arguments)
    sys.exit(code)


def _run(folder, packages, arguments):
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "-q", "install", *packages], check=True)
    surroundings = {**os.environ, _INSIDE: "1", "PYTHONPATH": str(ROOT / "src"),
                    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run([python, sys.argv[0], *arguments], env=surroundings).returncode


def rounded(values, digits=6):
    """Numbers as a table keeps them."""
    return [float(f"{x:.{digits - 1}e}") for x in values]
