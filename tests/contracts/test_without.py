"""Without a package that only some answers need: the others stand, these say what to install."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
# what the recoil probes, the lists and the command line cannot do without
CORE = {"numpy", "scipy", "typer", "PyYAML"}
HOOK = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Blocked())
"""
MAIN = "from munu.cli.__main__ import main; sys.exit(main({arguments!r}))"


def without(blocked, code):
    """The code in a process of its own where these modules cannot be imported."""
    return subprocess.run([sys.executable, "-c", HOOK.format(blocked=blocked) + code],
                          capture_output=True, text=True)


def named(requirements):
    return {re.match(r"[\w-]+", r)[0].replace("-", "_") for r in requirements}


def optional():
    """Every package that is not core: of an extra, or of the core but for one kind of answer."""
    extras = set().union(*map(named, PROJECT["optional-dependencies"].values()))
    # pydantic comes with typer, whose later versions are built on it
    return sorted((extras | named(PROJECT["dependencies"]) - CORE | {"pandas", "astropy", "rich"})
                  - {"pydantic"})


def test_the_core_is_named():
    assert named(PROJECT["dependencies"]) - CORE == {"numba", "matplotlib"}
    assert {"iminuit", "numba", "pyarrow", "snewpy", "jax"} <= set(optional())


def test_a_recoil_probe_answers_without_any_of_them():
    done = without(optional(), "import munu; print(munu.limit('xenonnt').value)")
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) == pytest.approx(7.475e-12, rel=1e-3)


@pytest.mark.parametrize("arguments", [["list"], ["spectrum", "xenonnt"], ["limit", "xenonnt"]])
def test_the_command_line_answers_without_numba(arguments):
    blocked = [x for x in optional() if x != "matplotlib"]
    done = without(blocked, MAIN.format(arguments=arguments))
    assert (done.returncode, done.stderr) == (0, "") and "xenonnt" in done.stdout.lower()


@pytest.mark.parametrize(("missing", "arguments"), [
    ("numba", ["propagate", "--field", "dipole:5e9G@1000km", "--mu", "emu=1e-12"]),
    ("numba", ["sample", "miniboone", "--n", "10"]),
    ("pyarrow", ["sample", "miniboone", "--n", "10", "--out", "none.parquet"]),
    ("matplotlib", ["map"]), ("matplotlib", ["figure", "solar_flux"]),
    ("yaml", ["limit", "xenonnt"]), ("scipy", ["limit", "xenonnt"])])
def test_what_needs_a_package_says_so(tmp_path, missing, arguments):
    done = without([missing], MAIN.format(arguments=arguments))
    package = {"yaml": "PyYAML"}.get(missing, missing)
    assert done.returncode == 2
    assert done.stderr == f"munu: {package} is not installed; run: pip install {package}\n"


@pytest.mark.parametrize("missing", ["pydantic", "pyarrow"])
def test_a_scan_names_the_extra_that_it_needs(missing):
    code = ("from munu import scans; scans.run({'model': 'leptoquark', 'parameters': {'y1': 1, "
            "'y2': 1}, 'points': {'grid': {'m_LQ': '2TeV'}}}, 'made', executor='serial')")
    caught = f"from munu.errors import MunuError\ntry: {code}\nexcept MunuError as e: print(e)"
    done = without([missing], caught)
    assert done.stdout == f"{missing} is not installed; run: pip install 'munu[scan]'\n", \
        done.stderr


@pytest.mark.parametrize(("missing", "code"), [
    ("matplotlib", "from munu import plots; plots.draw('map')"),
    ("numba", "from munu import events, DipolePortal; "
              "events.sample('miniboone', DipolePortal(1e-9, '1 MeV', 'mu', 'dirac'), 10)"),
    ("numba", "from munu import Couplings, flavors, media, propagation as p; "
              "from munu.units import MeV, km; "
              "p.evolve(p.majorana(media.get('profile_a'), Couplings.majorana(1e-12, 0, 0).mu, "
              "flavors.mixing()), (1e3 * km, 1e4 * km), 10 * MeV)")])
def test_in_python_it_is_an_error_of_munu(missing, code):
    caught = f"from munu.errors import MunuError\ntry: {code}\nexcept MunuError as e: print(e)"
    done = without([missing], caught)
    assert done.stdout == f"{missing} is not installed; run: pip install {missing}\n", done.stderr
