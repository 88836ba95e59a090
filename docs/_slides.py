"""Slides beside commands: a line is run as a user types it, and the result on the page is its own.

``python docs/_slides.py`` runs every command that the pages print, the slow ones too, and says
which end badly.
"""

import io
import json
import re
import shlex
import sys
import tempfile
from contextlib import chdir, redirect_stdout
from functools import cache
from pathlib import Path

from munu.cli.__main__ import main

PAGES = ("slides_a.md", "slides_b.md", "conventions.md")
# between quotes or backticks
COMMAND = re.compile(r"""'(munu [a-z][^'\n]*)'|["`](munu [a-z][^"`\n]*)["`]""")
# what draws or serves; not while the pages are built
DRAW = ("map", "figure", "site")


@cache
def answer(command):
    """What a line that begins with ``munu`` answers under ``--json``."""
    program, *words = shlex.split(command)
    out = io.StringIO()
    with redirect_stdout(out):
        code = main([*words, "--json"])
    if program != "munu" or code:
        raise ValueError(f"'{command}' ends with {code}")
    return json.loads(out.getvalue())


def slide(*rows, head="the slide"):
    """A table of rows ``(statement, command, said)``, the first column named.

    ``said`` is a function of the answer that returns a text.  It is a text where the command draws,
    or where there is none.
    """
    from IPython.display import Markdown

    lines = [f"| {head} | munu | result |", "|---|---|---|"]
    for statement, command, said in rows:
        if callable(said):
            said = said(answer(command))
        elif command:
            _draws(command)
        lines.append(f"| {statement} | {f'`{command}`' if command else ''} | {said} |")
    return Markdown("\n".join(lines))


def _draws(command):
    """Refuse a line that is not run here, unless it draws a figure that there is."""
    _, kind, *words = shlex.split(command)
    if kind not in DRAW:
        raise ValueError(f"'{command}' has a result: let a function say it")
    if kind == "figure":
        answer(f"munu figure {words[0]} --parameters")


def number(x, digits=2):
    """``2.73e-11`` as a formula, with so many digits behind the point."""
    if x == 0 or 1e-2 <= abs(x) < 1e3:
        return f"{x:.{digits + 1}g}"
    if 1e3 <= abs(x) < 1e4:
        return f"{x:.0f}"
    a, b = f"{x:.{digits}e}".split("e")
    return rf"${a}\times10^{{{int(b)}}}$"


def size(x):
    """Of a number that may be complex, as JSON has it."""
    return abs(complex(x["re"], x["im"])) if isinstance(x, dict) else abs(x)


def value(found):
    """Of ``calc``: the number and its unit."""
    unit = found["unit"].replace("mu_B", r"$\mu_B$")
    for typed, set_ in (("^2", "²"), ("^3", "³"), ("^-3", "⁻³")):
        unit = unit.replace(typed, set_)
    return number(found["value"]) + ("" if unit == "1" else f" {unit}")


def moment(found):
    """Of ``model``: the moment, the largest where there are several."""
    return f"{number(max(size(x) for x in found['mu'].values()))} $\\mu_B$"


def excluded(found):
    """Of ``limit``: what is excluded, mass by mass."""
    said = []
    for row in found["limits"]:
        pieces = [f"above {number(a)}" if b is None else f"{number(a)} to {number(b)}"
                  for a, b in row["excluded"]]
        m = row["M_N_MeV"]
        # a direction of light neutrinos has no N
        mass = "" if m is None else "$M_N$ = 0: " if m == 0 else \
            f"$M_N$ = {m:g} MeV: " if m >= 1 else f"$M_N$ = {m * 1e3:g} keV: "
        shown = " and ".join(pieces) + r" $\mu_B$" if pieces else "nothing"
        said.append(mass + shown)
    return "; ".join(said)


def printed(page):
    """Every command on a page, in its order."""
    text = Path(__file__).with_name(page).read_text()
    return list(dict.fromkeys(a or b for a, b in COMMAND.findall(text)))


def run_all():
    """Run what the pages print; how many end badly."""
    bad = 0
    for page in PAGES:
        for command in printed(page):
            with tempfile.TemporaryDirectory() as folder, chdir(folder), \
                    redirect_stdout(io.StringIO()):
                code = main(shlex.split(command)[1:])
            bad += code != 0
            print(code, page, command, flush=True)
    return bad


if __name__ == "__main__":
    sys.exit(run_all())
