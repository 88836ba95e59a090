"""Cells of the pages that are command lines: ``run("munu ...")``, in a folder that goes away."""

import os
import re
import shlex
import sys
import tempfile
import textwrap
from contextlib import redirect_stdout
from io import StringIO

from IPython.display import Image, display

from munu.cli.__main__ import main

CAPTION = 12
# whatever a recipe writes is no page
os.chdir(tempfile.mkdtemp())


def run(line: str) -> None:
    """What the command says, its long lines broken, and the picture if it wrote one.

    Of a long caption the first line and the last two are shown, with a mark between.
    """
    said, err = StringIO(), sys.stderr
    sys.stderr = said
    try:
        with redirect_stdout(said):
            main(shlex.split(line)[1:])
    finally:
        sys.stderr = err
    for text in said.getvalue().splitlines():
        lines = textwrap.wrap(text, 110, subsequent_indent="    ") if len(text) > 110 else [text]
        if len(lines) > CAPTION:
            lines = [lines[0], "    [...]", *lines[-2:]]
        print("\n".join(lines))
    for path in re.findall(r"wrote ([^ ,]+\.png)", said.getvalue()):
        display(Image(path, width=640, alt=line))
