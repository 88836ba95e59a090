#!/usr/bin/env python3
"""Every reader of files and every parser of texts under a fuzzer that follows coverage.

    python3 tools/fuzz.py                          each reader for a minute
    python3 tools/fuzz.py card grid --seconds 600  some of them, for longer
    python3 tools/fuzz.py --list                   their names

A reader may take what it reads or refuse it as a MunuError of one line; any other error, a warning
of munu, an answer that is not finite, ten seconds or 2 GB for one input is a fault.  Each kind of
fault is said once with its last line of munu, and its input is kept in ``fuzz-faults/``; what has
reached new lines of code is kept in ``fuzz-corpus/`` and is where the next night begins.  Exit code
1 if there was a fault.  Needs atheris (Apache 2.0; wheels for some Pythons alone), beside munu,
pytest-free: an environment of its own with ``pip install . atheris``.
"""

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import traceback
import warnings
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
FAULTS, CORPUS = Path("fuzz-faults"), Path("fuzz-corpus")
# a word, a number, a text in quotes, a list or a mapping without others in it
PART = re.compile(rb"[\[{][^\[\]{}]*[\]}]|\"[^\"]*\"|[\w.+-]+")
WRONG = ("null", "true", "5", "-1", "0", "NaN", "Infinity", "-1e999", "1e308", "[]", "{}", "[1]",
         '""', '"a"', '{"a": 1}', "[" * 5000, "nan", "1e-320", "9" * 400, "&a 1", "*a", "!!set {}",
         "~", "2024-01-01", "0x10", "1_0", "5 keV", "5 / kg", "\u0663", "a\x00b", "e", "1:2:3",
         "=", ",")
WORDS = ("nan", "inf", "1e999", "-1", "keV", "[", "{", "&a ", "*a", "!!", "%ECSV", "# ---", "null",
         "Infinity", "true", "\\x00", "\\xef\\xbb\\xbf", "\\xd9\\xa3", ": ", "- ", "@", "1e308")


def files():
    """Readers of files: name -> (the file, its sound text, those beside it, what reads it)."""
    from tests.laws.sound_files import READERS, plain

    found = {}
    for name, (file, text, beside, read, _) in READERS.items():
        entry = "card.yaml" if name in ("counts", "efficiency") else file
        found[name] = (file, [plain(text)], {k: plain(x) for k, x in beside.items()},
                       lambda folder, read=read, entry=entry: read(folder / entry))

    def said(module, name):
        from importlib import import_module

        return getattr(import_module(module), name)

    more = {
        "result": ("r.json", [_result()], "munu.cli.reproduce", "read"),
        "kept bounds": ("k.json", ['{"format": 1, "made_of": {"hash": "0"}, "bounds": []}'],
                        "munu.atlas._kept", "read"),
        "manifest": ("_parts.json", ['{"parts": 2, "name": "part-{}", "configuration": {}}'],
                     "munu._parts", "read"),
        "burst": ("events.csv", ["detector,time [s],energy [MeV]\ndune,1,60\njuno,2.5,70\n"],
                  "munu.atlas.next_supernova", "read"),
        "anything": ("any.json", [plain(READERS["wcxf"][1])], "munu.interchange", "read")}
    for name, (file, seeds, module, function) in more.items():
        found[name] = (file, seeds, {}, lambda folder, file=file, m=module, f=function: said(m, f)(
            folder if file == "_parts.json" else folder / file))
    if find_spec("pyarrow"):
        found["events"] = ("header.json", ['{"targets": ["C12", "H1"], "n": 2}'], {}, _events)
    return found


def _events(folder):
    """What is fuzzed is the header that makes numbers of the columns."""
    import pyarrow as pa
    from pyarrow import parquet

    from munu.events import output

    table = pa.table({"target": pa.array(["C12", "H1"]).dictionary_encode(), "E_nu": [1.0, 2.0]})
    header = {b"munu": (folder / "header.json").read_bytes()}
    parquet.write_table(table.replace_schema_metadata(header), folder / "e.parquet")
    output.read(folder / "e.parquet")


def _result():
    from munu.results import version

    return json.dumps({"version": version(), "command": {"name": "limit", "arguments":
                       {"probe": "xenonnt"}}, "limit": [1.0]})


def texts():
    """Parsers of texts: name -> (sound texts, what reads one)."""
    from munu import _entries, grid, ray, units
    from munu.couplings import DipolePortal
    from munu.detectors import geometry
    from munu.media import fields
    from munu.propagation import earth

    return {
        "quantity": (["5 keV", "1.16 t yr", "1e13 cm^-2 s^-1", "3 g/cm**(3)"], units.parse),
        "grid": (["0,50keV,1MeV", "1keV:1MeV:60:lin"], grid.masses),
        "entries": (["mu=1e-11,M_N=50keV"],
                    lambda x: _entries.entries(x, "a point", ("mu", "M_N"))),
        "ray": (["emu=1,etau=1", "q:e=1,mu=-1", "r2", "mu"], ray.read),
        "body": (["sphere:5m", "box:4m,3m,5m", "cylinder:2m,10m,z"], geometry.read),
        "earth": (["prem:30deg"], earth.read),
        "fields": (["dipole:5e9G@1000km", "constant:1e6G",
                    "turbulent:1e6G,n=3,l_outer=1e4km,l_inner=1e3km,seed=1"], fields.read),
        "coupling": (["1e-11 mu_B", "4.2186e-9", "1e-7 /GeV"],
                     lambda x: DipolePortal(x, "1 MeV", "mu", "dirac"))}


def told_wrong(seed, data):
    """One part of a text in the place of which something else stands: an entry gone or twice, a
    number that is none, a list for a word, a line elsewhere."""
    rng = random.Random(seed)
    parts = list(PART.finditer(data))
    if not parts:
        return data
    one = rng.choice(parts)
    lines, how = data.split(b"\n"), rng.randrange(6)
    if how < 3:
        return data[:one.start()] + rng.choice(WRONG).encode() + data[one.end():]
    if how == 3:
        return data[:one.start()] + data[one.end():]
    k = rng.randrange(len(lines))
    return b"\n".join(lines[:k] + ([] if how == 4 else [lines[k]] * 2) + lines[k + 1:])


def at(err):
    """The last line of munu that an error passed, which is what it is known by."""
    lines = [x for x in traceback.extract_tb(err.__traceback__) if "/munu/" in x.filename]
    place = lines[-1] if lines else traceback.extract_tb(err.__traceback__)[-1]
    return f"{type(err).__name__} in {Path(place.filename).name}, line {place.lineno}"


def child(name, seconds, corpus):
    """The fuzzer in this process, which it ends."""
    import atheris

    with atheris.instrument_imports(include=["munu"]):
        import munu  # noqa: F401
        on_disk, in_words = files(), texts()
        # what readers import when they are called
        from munu import atlas, interchange, media, probes, sources  # noqa: F401
    from munu.errors import MunuError

    warnings.filterwarnings("error", category=RuntimeWarning)
    place = Path(tempfile.mkdtemp(prefix="munu-fuzz-"))
    if name in on_disk:
        file, seeds, beside, read = on_disk[name]
        for other, text in beside.items():
            (place / other).write_text(text)

        def once(data):
            (place / file).write_bytes(data)
            read(place)
    else:
        seeds, reads = in_words[name]

        def once(data):
            reads(data.decode("utf-8", "surrogateescape"))

    seen, start = set(), Path(corpus)
    for seed in seeds:
        (start / hashlib.sha1(seed.encode()).hexdigest()).write_text(seed)
    for seed in seeds:
        # a seed that is refused would be a fuzzer that never enters
        once(seed.encode())

    def judged(data):
        try:
            once(data)
        except MunuError as err:
            said = str(err)
            if said and "\n" not in said and len(said) < 2500:
                return
            wrong = f"a message of {len(said)} characters and {said.count(chr(10))} new lines"
        except Exception as err:
            wrong, said = at(err), str(err)
        else:
            return
        if wrong not in seen:
            seen.add(wrong)
            FAULTS.mkdir(exist_ok=True)
            key = hashlib.sha1(wrong.encode()).hexdigest()[:12]
            stem = FAULTS / f"{name.replace(' ', '_')}-{key}"
            stem.with_suffix(".input").write_bytes(data)
            stem.with_suffix(".txt").write_text(f"{name}: {wrong}: {said[:300]!r}\n")

    def other(data, size, seed):
        made = told_wrong(seed, data) if seed % 2 else atheris.Mutate(data, size)
        return made[:size]

    words = start / "words.dict"
    words.write_text("".join(f'"{w}"\n' for w in WORDS))
    atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048",
                   "-max_len=20000", f"-dict={words}", f"-artifact_prefix={FAULTS}/",
                   "-verbosity=0", "-print_final_stats=1", corpus], judged, custom_mutator=other)
    atheris.Fuzz()


def ran(name, seconds):
    """One reader in a process of its own; whether it went well, and how often it was asked."""
    corpus = CORPUS / name.replace(" ", "_")
    corpus.mkdir(parents=True, exist_ok=True)
    FAULTS.mkdir(exist_ok=True)
    env = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "MUNU_FUZZ_CHILD": str(seconds)}
    with tempfile.TemporaryDirectory() as own:
        done = subprocess.run([sys.executable, __file__, name], text=True, capture_output=True,
                              env={**env, "TMPDIR": own}, errors="replace")
    (corpus / "words.dict").unlink(missing_ok=True)
    asked = [x.split()[1] for x in done.stderr.splitlines() if "number_of_executed_units" in x]
    print(f"{name}: asked {asked[0] if asked else 'never to the end'}", flush=True)
    if done.returncode:
        print(f"{name}: the fuzzer ended with {done.returncode}:\n{done.stderr[-2000:]}",
              flush=True)
    return done.returncode == 0


def main():
    """Every reader asked for; 1 if one has a fault."""
    ask = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    ask.add_argument("readers", nargs="*", metavar="reader", help="default: all")
    ask.add_argument("--seconds", type=int, default=60, help="for each of them")
    ask.add_argument("--list", action="store_true", help="their names, and no more")
    asked = ask.parse_args()
    if find_spec("atheris") is None and not asked.list:
        raise SystemExit("fuzz: atheris is not installed; in an environment of its own: "
                         "pip install . atheris (it has wheels for some Pythons alone)")
    if "MUNU_FUZZ_CHILD" in os.environ:
        child(asked.readers[0], int(os.environ["MUNU_FUZZ_CHILD"]),
              str(CORPUS / asked.readers[0].replace(" ", "_")))
        return 0
    names = [*files(), *texts()]
    if asked.list:
        print("\n".join(names))
        return 0
    for name in set(asked.readers) - set(names):
        ask.error(f"no reader named '{name}'; there are {', '.join(names)}")
    if FAULTS.exists():
        shutil.rmtree(FAULTS)
    well = [ran(name, asked.seconds) for name in asked.readers or names]
    faults = sorted(FAULTS.glob("*.txt"))
    for path in faults:
        print(path.read_text().strip(), flush=True)
    print(f"fuzz: {len(well)} readers, {len(faults)} kinds of fault, "
          f"{well.count(False)} ended early", flush=True)
    return 1 if faults or not all(well) else 0


if __name__ == "__main__":
    sys.exit(main())
