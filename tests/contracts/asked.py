"""Asks everything of the synthetic members, and prints the answers as one JSON object.

Run with the copy of the package on the path; the folder to draw into is the argument.
"""

import contextlib
import io
import json
import sys
import warnings

COMMANDS = {
    "list": ["list"], "list formulas": ["list", "formulas"], "list data": ["list", "data"],
    "cite probe": ["cite", "synthetic_probe"], "cite source": ["cite", "synthetic_source"],
    "cite model": ["cite", "synthetic_model"], "cite process": ["cite", "synthetic_process"],
    "cite medium": ["cite", "synthetic_medium"], "cite limit": ["cite", "synthetic_limit"],
    "cite formula": ["cite", "processes.synthetic_process.sigma"],
    "calc process": ["calc", "processes.synthetic_process.sigma", "E_nu=2MeV"],
    "calc source": ["calc", "sources.synthetic_source.E_line", "charge=2", "--unit", "keV"],
    "limit": ["limit", "synthetic_probe"],
    "limit of twice": ["limit", "synthetic_probe", "--option", "exposure=10 kg yr"],
    "bare": ["limit", "synthetic_probe", "--option", "exposure=10"],
    "spectrum": ["spectrum", "synthetic_probe"],
    "model": ["model", "synthetic_model", "m_nu=0.2eV"],
    "figure": ["figure", "synthetic_figure", "--formats", "png"],
    "cite experiment": ["cite", "synthetic_experiment"],
    "sample": ["sample", "synthetic_experiment", "--n", "200"],
}


def asked(command):
    """Exit code, the JSON object and what is said on stderr."""
    from munu.cli.__main__ import main

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([*command, "--json"])
    return {"code": code, "out": json.loads(out.getvalue() or "null"), "err": err.getvalue()}


def main(folder):
    """Every command, then what another package brings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        asked(["list"])
        drawn = "matplotlib" in sys.modules
        said = {n: asked([*c, *(["--out", folder] if n == "figure" else [])])
                for n, c in COMMANDS.items()}
    said["matplotlib for a list"] = drawn
    from munu import atlas, media, probes, sources

    said["third"] = {n: sources.names().count(n) for n in ("third_line", "third_broken")}
    said["made"] = sources.get("third_line").name
    try:
        sources.get("third_greedy")
    except Exception as err:
        said["greedy"] = f"{type(err).__name__}: {err}"
    said["warnings"] = [str(w.message) for w in caught if "third_" in str(w.message)]
    said["medium"] = media.get("synthetic_medium", density="2000 kg/m^3").name
    said["published"] = [x.name for x in atlas.published()]
    said["parameters"] = [[p.name, p.unit, p.shown, p.about]
                          for p in probes.parameters("synthetic_probe")]
    print(json.dumps(said))


if __name__ == "__main__":
    main(sys.argv[1])
