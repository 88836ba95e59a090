"""Sphinx: pages in MyST Markdown; every code cell is executed when the pages are built."""

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))
# the kernels that execute the cells see the same sources
os.environ["PYTHONPATH"] = os.pathsep.join(
    p for p in (str(ROOT / "src"), os.environ.get("PYTHONPATH")) if p)
os.environ.setdefault("MPLBACKEND", "Agg")

import munu  # noqa: E402

project = "munu"
author = "the munu authors"
copyright = author
version = release = munu.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
exclude_patterns = ["_build", "Thumbs.db", ".DS_Store"]
html_theme = "furo"
html_title = f"munu {release}"
html_static_path = ["_static"]

myst_enable_extensions = ["dollarmath", "amsmath", "deflist", "colon_fence"]
myst_heading_anchors = 3

nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 60
nb_merge_streams = True
nb_render_markdown_format = "myst"

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_default_options = {"members": True}
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

# A docstring ends in lines "Holds : ...", "Source : ..." and an example: give them headings,
# and read "``word``   meaning" tables as definition lists.
_TAIL = re.compile(r"(Holds|Power|Source|Anchors|Which to use) : ?(.*)")
_ENTRY = re.compile(r"(``\w+``)\s{2,}(\S.*)")


def _headed(app, what, name, obj, options, lines):
    out, tail, example, entry = [], False, False, False
    for line in lines:
        found, word = _TAIL.match(line), _ENTRY.match(line)
        if found:
            if not tail and what != "module":
                out += ["", "Notes", "-----"]
            out += [] if tail or what != "module" else [""]
            out.append(f"| **{found[1]}**: {found[2]}")
            tail = True
            continue
        if line.startswith(">>>") and not example and what != "module":
            out += ["", "Examples", "--------"]
            example = True
        if word:
            out += [word[1], f"    {word[2]}"]
        else:
            out.append("    " + line.strip() if entry and line.startswith("     ") else line)
        entry = bool(word) or (entry and line.startswith("     "))
    lines[:] = out


def setup(app):
    app.connect("autodoc-process-docstring", _headed, priority=100)
    return {"parallel_read_safe": True}
