"""Sphinx: pages in MyST Markdown; every code cell is executed when the pages are built."""

import os
import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))
# the kernels that execute the cells see the same sources
os.environ["PYTHONPATH"] = os.pathsep.join(
    p for p in (str(ROOT / "src"), os.environ.get("PYTHONPATH")) if p)
os.environ.setdefault("MPLBACKEND", "Agg")

from sphinx import addnodes  # noqa: E402

import munu  # noqa: E402

project = "munu"
author = "the munu authors"
copyright = author
version = release = munu.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon",
              "sphinx.ext.mathjax"]
# what a build leaves here is no page of the next one
exclude_patterns = ["_build*", "jupyter_execute", "_templates", "Thumbs.db", ".DS_Store"]
templates_path = ["_templates"]
autosummary_generate = True
autosummary_ignore_module_all = True
# a page of a module that is gone is no page
for page in Path(__file__).parent.glob("api/generated/*.rst"):
    module = ROOT.joinpath("src", *page.stem.split("."))
    if not (module.is_dir() or module.with_suffix(".py").is_file()):
        page.unlink()
html_theme = "furo"
html_title = f"munu {release}"
html_static_path = ["_static"]
# formulas are drawn by a file that lies beside the pages: they are read without a network.  Of
# that package one file serves; as pictures it needs no fonts.
mathjax_path = "mathjax/tex-svg.js"
MATHJAX = Path(find_spec("sphinx-mathjax-offline").origin).parent / "static" / mathjax_path

myst_enable_extensions = ["dollarmath", "amsmath", "deflist", "colon_fence"]
myst_heading_anchors = 3

nb_execution_mode = "force"
nb_execution_raise_on_error = True
# a cell takes seconds; the first that compiles the evolver on a loaded machine takes minutes
nb_execution_timeout = 600
nb_merge_streams = True
nb_render_markdown_format = "myst"

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_default_options = {"members": True, "ignore-module-all": True}
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

# A docstring ends in lines "Holds : ...", "Source : ..." and an example: give them headings,
# and read "``word``   meaning" tables as definition lists.
_TAIL = re.compile(r"(Holds|Power|Source|Anchors|Which to use) : ?(.*)")
_ENTRY = re.compile(r"(``\w+``)\s{2,}(\S.*)")
# "name : array (*T.shape)": a star there is no emphasis
_STARRED = re.compile(r"^\w[\w, ]* : [^`]*\*")
# "|dE/dr|" is a size; in formulas and literals it is left alone
_SIZE = re.compile(r"(``.*?``|`[^`]*`)|\|(?=\S)|(?<=\S)\|")


def _sizes(lines):
    """Lines with the bars of sizes escaped, outside directives and examples."""
    inside = None
    for line in lines:
        depth = len(line) - len(line.lstrip())
        if inside is not None and line.strip() and depth <= inside:
            inside = None
        if inside is None and line.lstrip().startswith((".. ", ">>>")):
            inside = depth
        plain = inside is None and not line.lstrip().startswith("|")
        yield _SIZE.sub(lambda m: m[1] or r"\|", line) if plain else line


def _headed(app, what, name, obj, options, lines):
    out, tail, inside, example, entry = [], False, False, False, False
    for line in list(_sizes(lines)):
        found, word = _TAIL.match(line), _ENTRY.match(line)
        if found:
            if not tail and what != "module":
                out += ["", "Notes", "-----"]
            out += [] if tail or what != "module" else [""]
            out.append(f"| **{found[1]}**: {found[2]}")
            tail = inside = True
            continue
        inside = inside and bool(line.strip())
        if inside:
            # such a line goes on
            out[-1] += f" {line.strip()}"
            continue
        if line.startswith(">>>") and not example and what != "module":
            out += ["", "Examples", "--------"]
            example = True
        if word:
            out += [word[1], f"    {word[2]}"]
        elif _STARRED.match(line):
            out.append(line.replace("*", r"\*"))
        else:
            out.append("    " + line.strip() if entry and line.startswith("     ") else line)
        entry = bool(word) or (entry and line.startswith("     "))
    lines[:] = out


def _meant(app, doctree):
    """A word of a parameter's type is the class that its module knows by it, or only a word."""
    for node in list(doctree.findall(addnodes.pending_xref)):
        target, module = node["reftarget"], sys.modules.get(node.get("py:module") or "")
        if node.get("refdomain") != "py" or node["reftype"] != "class" or "." in target:
            continue
        known = getattr(module, target, None)
        if isinstance(known, type) and known.__module__.startswith("munu."):
            node["reftarget"] = f"{known.__module__}.{known.__qualname__}"
        elif not target[:1].isupper():
            node.replace_self(node.children)


def _formulas(app, error):
    if error is None and app.builder.format == "html":
        there = Path(app.outdir, "_static", mathjax_path)
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MATHJAX, there)


def _map(app, error):
    if error is None and app.builder.format == "html":
        from munu import site

        site.write(Path(app.outdir, "_static", "munu.html"))


def setup(app):
    app.connect("build-finished", _formulas)
    app.connect("build-finished", _map)
    app.connect("autodoc-process-docstring", _headed, priority=100)
    app.connect("doctree-read", _meant)
    return {"parallel_read_safe": True}
