#!/usr/bin/env python3
"""Set munu up and run it, from a bare checkout with Python 3.11 to 3.14 alone.

    python3 run.py map      the global picture of bounds, into out/
    python3 run.py test     the test suite with its coverage, the floors, the types, the linter;
                            --quick: a minute, one test of every room and no more
    python3 run.py long     what takes minutes: coverage of whole constructions
    python3 run.py shake    the suite again in another internal unit
    python3 run.py bench    speed against the baselines; all of it writes docs/performance.md
    python3 run.py docs     the documentation, into docs/_build/
    python3 run.py pages    that documentation, opened in Chromium without a network
    python3 run.py peers    other people's code beside munu, in .venv-peers
    python3 run.py extras   what needs an optional package, such as jax, in .venv-extras
    python3 run.py bounds   the bounds that come with munu, once code or data changed
    python3 run.py munu ... any munu command

Standard library only.  Makes .venv here, installs requirements.lock (hashed wheels) and the
project, and does so again only when they change.  --verbose shows what pip says.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
NEEDED = 1_500_000_000
CHECKS = (["ruff", "check", "."], ["lint-imports"], ["mypy"])
COVERAGE = ["--cov", "--cov-report="]
# compiles the evolver, for complex numbers and for real ones
COMPILED = [["munu", "--quiet", "propagate", "--energies", "15MeV", "--field",
             "dipole:5e9G@1000km", "--mu", "emu=1e-12", *more]
            for more in ([], ["--mixing", "s12=0.3,s13=0.02,s23=0.5,dm21=7.4e-5,dm31=2.5e-3,"
                                  "delta=0"])]
# what another unit of energy cannot move: names and texts, processes and files, the browser's page;
# figures keep their numbers' test, which divides units out
UNSHAKEN = ("tests/contracts/test_face.py", "tests/contracts/test_floors.py",
            "tests/contracts/test_lists.py", "tests/contracts/test_members.py",
            "tests/contracts/test_gallery.py", "tests/contracts/test_without.py",
            "tests/contracts/test_stability.py", "tests/contracts/test_no_network.py",
            "tests/contracts/test_performance.py",
            "tests/laws/test_killed.py", "tests/laws/test_readers_fuzzed.py",
            "tests/notebooks", "tests/quick", "tests/unit/test_cli_beside.py",
            "tests/unit/test_explore.py", "tests/unit/test_figure_files.py",
            "tests/unit/test_map_picture.py", "tests/unit/test_parts.py",
            "tests/unit/test_processes.py", "tests/unit/test_site.py",
            "tests/unit/test_site_live.py", "tests/unit/test_written_files.py")
OLDEST, NEWEST = (3, 11), (3, 14)
# of the verbs that need another one
LOCKS = {"docs": "requirements-docs.lock", "peers": "tests/peers/requirements.lock",
         "extras": "tests/extras/requirements.lock"}
# verbs that have an environment of their own
APART = ("peers", "extras")


def refuse(text):
    """One line, exit code 2."""
    sys.stderr.write("run.py: " + text + "\n")
    raise SystemExit(2)


def check_python(version=None):
    """3.11 to 3.14."""
    major, minor = (version or sys.version_info)[:2]
    if not OLDEST <= (major, minor) <= NEWEST:
        refuse(f"this is Python {major}.{minor}; munu needs 3.11 to 3.14: run this file with "
               "one of them, e.g. python3.11 run.py")


def check_room():
    """Space for the environment, where there is none yet, and a folder that takes files."""
    if not os.access(ROOT, os.W_OK):
        refuse(f"the folder {ROOT} cannot be written; copy the checkout to one that can")
    free = shutil.disk_usage(ROOT).free
    if not (VENV / "stamp").exists() and free < NEEDED:
        refuse(f"{free / 1e9:.1f} GB are free in {ROOT}; the environment needs 1.5 GB: make room"
               )


def environment():
    """No display, and every cache inside .venv if the home folder cannot be written."""
    env = dict(os.environ, MPLBACKEND="Agg")
    env.pop("PYTHONPATH", None)
    home = Path(os.path.expanduser("~"))
    if not (home.is_dir() and os.access(home, os.W_OK)):
        caches = {"PIP_CACHE_DIR": "pip", "XDG_CACHE_HOME": "cache", "XDG_CONFIG_HOME": "config"}
        env.update({k: str(VENV / "caches" / v) for k, v in caches.items()})
    env.setdefault("MPLCONFIGDIR", str(VENV / "caches" / "matplotlib"))
    env.setdefault("NUMBA_CACHE_DIR", str(VENV / "caches" / "numba"))
    return env


def pip(arguments, env, verbose):
    """Run pip quietly; on failure say its last words."""
    command = [str(BIN / "python"), "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, env=env, cwd=str(ROOT), text=True,
                          stdout=None if verbose else subprocess.PIPE,
                          stderr=None if verbose else subprocess.STDOUT)
    if done.returncode:
        said = [x for x in (done.stdout or "").splitlines()
                if x.strip() and not x.startswith("WARNING")][-3:]
        refuse("pip failed ({}): {}; check the network and the space left, then run again, with "
               "--verbose to see all".format(" ".join(arguments[:2]), " | ".join(said) or "see "
                                                                                          "above"))


def fresh(lock):
    """What the environment must hold, as one hash."""
    digest = hashlib.sha256(lock.read_bytes())
    digest.update((ROOT / "pyproject.toml").read_bytes())
    digest.update(str(ROOT).encode())
    digest.update(sys.version.encode())
    return digest.hexdigest()


def install(lock_name, env, verbose):
    """Make .venv and fill it; a killed install is repaired by the next run."""
    lock, stamp = ROOT / lock_name, VENV / "stamp"
    wanted = lock_name + " " + fresh(lock)
    have = stamp.read_text().splitlines() if stamp.exists() else []
    if wanted in have:
        return
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        refuse("this Python has no ensurepip; install it first: apt-get install python3-venv")
    print(f"run.py: installing into {VENV.name} (once, a minute or two)", flush=True)
    if not have:
        shutil.rmtree(VENV, ignore_errors=True)
        done = subprocess.run([sys.executable, "-m", "venv", str(VENV)], env=env,
                              capture_output=True, text=True)
        if done.returncode:
            refuse("cannot make {}: {}; on Debian: apt-get install python3-venv".format(
                VENV.name, " ".join((done.stderr or done.stdout).split())[-200:]))
    pip(["install", "--require-hashes", "--only-binary", ":all:", "-r", lock_name], env, verbose)
    pip(["install", "--no-deps", "--no-build-isolation", "--editable", "."], env, verbose)
    part = stamp.with_suffix(".part")
    part.write_text("\n".join([*have, wanted]) + "\n")
    os.replace(str(part), str(stamp))


def call(command, env, extra=None, quiet=False):
    """Run one command of the environment; returns its exit code."""
    return subprocess.call([str(BIN / command[0]), *command[1:]], cwd=str(ROOT),
                           env=dict(env, **(extra or {})),
                           stdout=subprocess.DEVNULL if quiet else None)


def tests(env, rest):
    """Linter, floors and types first, so that the last line is the suite's own.

    Coverage has a floor for the whole suite: a part of it is run without.
    """
    if rest[:1] == ["--quick"]:
        return call(["python", "-m", "pytest", "-q", "tests/quick", *rest[1:]], env)
    # two workers would both compile it; beside the linter it costs no time
    with ThreadPoolExecutor() as beside:
        compiling = [beside.submit(call, c, env, quiet=True) for c in COMPILED]
        for command in CHECKS:
            code = call(command, env)
            if code:
                return code
        for one in compiling:
            one.result()
    return call(["python", "-m", "pytest", "-n", "2", "-q", *(rest or COVERAGE)], env)


def main(arguments):
    """Dispatch a verb."""
    verbose = "--verbose" in arguments
    arguments = [a for a in arguments if a != "--verbose"]
    verbs = ("map", "test", "long", "shake", "bench", "docs", "pages", "peers", "extras",
             "bounds", "munu")
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__.strip())
        return 0
    verb, rest = arguments[0], arguments[1:]
    if verb not in verbs:
        refuse("no verb '{}'; there are {}".format(verb, ", ".join(verbs)))
    check_python()
    if verb in APART:
        global VENV, BIN
        VENV = ROOT / (".venv-" + verb)
        BIN = VENV / BIN.name
    check_room()
    env = environment()
    install(LOCKS.get(verb, "requirements.lock"), env, verbose)
    if verb == "test":
        return tests(env, rest)
    if verb == "long":
        return call(["python", "-m", "pytest", "-n", "2", "-q", "-m",
                     "long and not browser and not peers and not extras", *rest], env)
    if verb == "pages":
        if not (shutil.which("chromium") or shutil.which("chromium-browser")):
            refuse("Chromium is not here; on Debian: apt-get install chromium")
        return call(["python", "-m", "pytest", "-q", "-m", "browser", *rest], env)
    if verb in APART:
        return call(["python", "-m", "pytest", "-q", "-m", verb, "tests/" + verb, *rest], env)
    if verb == "shake":
        return call(["python", "-m", "pytest", "-n", "2", "-q", "-m",
                     "not bench and not long and not browser and not peers and not extras",
                     *(f"--ignore={x}" for x in UNSHAKEN), *rest], env,
                    {"MUNU_MEV": "7.3891", "NUMBA_CACHE_DIR": str(VENV / "caches" / "shaken")})
    if verb == "bench":
        where = [] if any("tests" in x for x in rest) else ["tests/bench"]
        page = [] if rest else ["--page", "docs/performance.md"]
        return call(["python", "-m", "pytest", "-q", "-m", "bench", "-s", *where, *page, *rest],
                    env)
    if verb == "bounds":
        return call(["python", "tools/bounds.py", *rest], env)
    if verb == "docs":
        return call(["python", "-m", "sphinx", "-W", "-b", "html", "docs", "docs/_build", *rest],
                    env)
    return call(["munu", *(rest if verb == "munu" else [verb, *rest])], env)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        refuse("stopped; run again to go on")
    except OSError as err:
        refuse(f"{err.strerror or err}: {err.filename or ROOT}; check the space left and the "
               "rights on it")
