#!/usr/bin/env python3
"""The quick suite with the lowest and the newest packages, on every Python of 3.11 to 3.14 here.

    python3 tools/versions.py                       all of it
    python3 tools/versions.py lowest --python 3.11  a part: lowest, newest, closed

`closed` is an installation that cannot be written, used by somebody without a home.  Standard
library only; uv, which knows lowest versions, is taken from the path or from PyPI.  Nothing is
left behind.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
WAYS = ("lowest", "newest", "closed")
TOOLS = ("pytest>=8", "hypothesis")
NOBODY = 65534


def called(command, **more):
    """A command, quietly; what it said and whether it went well."""
    done = subprocess.run([str(x) for x in command], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, **more)
    return done.stdout, done.returncode == 0


def must(command, **more):
    """A command without which nothing can be shown."""
    said, well = called(command, **more)
    if not well:
        raise SystemExit(f"versions: {' '.join(str(x) for x in command[:4])} ... failed:\n{said}")
    return said


def found(version):
    """Every interpreter of a version: on the path, of pyenv, of uv."""
    name = "python" + version
    near = [sys.executable, *(Path(p) / name for p in os.get_exec_path()), *sorted(
        p for folder in (".pyenv/versions", ".local/share/uv/python")
        for p in Path.home().glob(f"{folder}/*{version}.*/bin/{name}"))]
    out = []
    for path in near:
        said, well = called([path, "-c", "import sys; print(*sys.version_info[:2], sep='.')"]) \
            if os.access(path, os.X_OK) else ("", False)
        if well and said.split()[-1:] == [version] and path not in out:
            out.append(path)
    return out


def uv(place):
    """The program, installed if need be."""
    there = shutil.which("uv")
    if there is None:
        must([sys.executable, "-m", "venv", place / "uv"])
        must([place / "uv/bin/python", "-m", "pip", "-q", "install", "uv"])
        there = place / "uv/bin/uv"
    return there


def installed(place, program, python, way, wheel):
    """An environment with munu and the packages that it names, lowest or newest."""
    folder = place / f"{way}-{python.name}-{time.monotonic_ns()}"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    resolution = "lowest-direct" if way == "lowest" else "highest"
    must([program, "venv", "-q", "--python", python, folder])
    install = [program, "pip", "install", "-q", "--python", folder]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["evolve"], *extras["plots"]]
    must([*install, "--only-binary", ":all:", "--resolution", resolution, *wanted])
    must([*install, *TOOLS])
    must([*install, "--no-deps", wheel])
    said = must([program, "pip", "freeze", "--python", folder])
    names = [re.split(r"[<>=!~ ]", x)[0].lower() for x in wanted]
    print("   " + " ".join(sorted(x for x in said.split() if x.split("==")[0].lower() in names)),
          flush=True)
    return folder


def quick(place, python, **more):
    """The quick suite, from a copy of the tests without the sources; its last line."""
    env = {k: v for k, v in os.environ.items()
           if not k.startswith(("PYTHON", "XDG_", "MUNU_", "NUMBA_", "MPL"))}
    return called([python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/quick"],
                  cwd=place / "tree", env=env | {"NUMBA_CACHE_DIR": str(place / "code")}
                  | more.pop("env", {}), **more)


def closed(place, folder):
    """The same where nothing but the temporary folder can be written."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222 | 0o444 | (0o111 if path.is_dir() else 0))
    other = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    return quick(place, folder / "bin/python", **other, env={
        "HOME": "/nonexistent", "NUMBA_CACHE_DIR": "", "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(place / "tmp")})


def reachable(python):
    """Whether somebody else may run it."""
    if os.geteuid():
        return True
    try:
        return called([python, "-c", ""], user=NOBODY, group=NOBODY, extra_groups=[], cwd="/")[1]
    except OSError:
        return False


def main():
    """Every way asked for on every Python there is; 1 if one failed."""
    ask = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    ask.add_argument("ways", nargs="*", metavar="way", help=", ".join(WAYS))
    ask.add_argument("--python", action="append", choices=PYTHONS)
    asked = ask.parse_args()
    ways = asked.ways or WAYS
    if set(ways) - set(WAYS):
        ask.error(f"a way is one of {', '.join(WAYS)}")
    failed, shown = [], 0
    place = Path(tempfile.mkdtemp(prefix="munu-versions-"))
    try:
        place.chmod(0o755)
        (place / "tmp").mkdir()
        (place / "tmp").chmod(0o777)
        shutil.copytree(ROOT / "tests", place / "tree/tests",
                        ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", place / "tree")
        program = uv(place)
        must([program, "build", "-q", "--wheel", "-o", place / "wheel", ROOT])
        wheel = next((place / "wheel").glob("*.whl"))
        for version in asked.python or PYTHONS:
            pythons = found(version)
            if not pythons:
                print(f"{version}: none on this machine, left out", flush=True)
            for way in ways if pythons else ():
                usable = [p for p in pythons if way != "closed" or reachable(p)]
                if not usable:
                    print(f"{version} {way}: no interpreter that another user may run, left out",
                          flush=True)
                    continue
                print(f"{version} {way}: {usable[0]}", flush=True)
                begun = time.monotonic()
                folder = installed(place, program, Path(usable[0]), way, wheel)
                said, well = closed(place, folder) if way == "closed" else \
                    quick(place, folder / "bin/python")
                print(f"   {time.monotonic() - begun:.0f} s: " + (
                    said.strip().splitlines()[-1] if well else "failed\n" + said), flush=True)
                failed += [] if well else [f"{version} {way}"]
                shown += 1
    finally:
        for path in place.rglob("*"):
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)
        shutil.rmtree(place, ignore_errors=True)
    print(f"versions: {shown} shown, failed: {', '.join(failed) or 'none'}")
    return 1 if failed or not shown else 0


if __name__ == "__main__":
    sys.exit(main())
