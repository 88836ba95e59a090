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

WIDTH = 92
# whatever a recipe writes is no page
os.chdir(tempfile.mkdtemp())


def run(line: str) -> None:
    """What the command says, its long lines broken, and the picture if it wrote one."""
    said, err = StringIO(), sys.stderr
    sys.stderr = said
    try:
        with redirect_stdout(said):
            main(shlex.split(line)[1:])
    finally:
        sys.stderr = err
    for text in said.getvalue().splitlines():
        print(textwrap.fill(text, WIDTH, subsequent_indent="    ") if len(text) > WIDTH else text)
    for path in re.findall(r"wrote ([^ ,]+\.png)", said.getvalue()):
        display(Image(path, width=640, alt=line))
