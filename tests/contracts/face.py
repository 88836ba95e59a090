"""What is public, as names: what the package exports, how the command line answers, keys of files.

``python -m tests.contracts.face`` adds to the frozen list what is new; it takes nothing away.
"""

import contextlib
import io
import json
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import munu
from munu import _rooms
from munu.cli.__main__ import app, main
from munu.interchange import card as model_card
from munu.probes import _card as probe_card

FROZEN = Path(__file__).parent / "frozen" / "face.json"


def names():
    """Of the package and of each room: what ``from munu.X import *`` would bring."""
    found = {"munu": list(munu.__all__)}
    for room in sorted(_rooms.rooms()):
        made = import_module(f"munu.{room}")
        if hasattr(made, "__all__"):
            found[f"munu.{room}"] = sorted(made.__all__)
    return found


def paths(answer):
    """Keys of a JSON object, and of the first row of each table in it: ``limits[].mu``."""
    found = set(answer)
    for key, value in answer.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            found |= {f"{key}[].{k}" for k in value[0]}
    return found


def files():
    """Keys of the files that people keep: a card of an experiment or a model, a limit's header."""
    published = import_module("munu.atlas.published")
    return {"card": sorted((*probe_card.REQUIRED, *probe_card.OPTIONAL)),
            "model card": sorted(model_card.ENTRIES),
            "limit": sorted((*published.REQUIRED, *published.OPTIONAL))}


def commands():
    """Those that are there."""
    return sorted({c.name for c in app.registered_commands}
                  | {g.name for g in app.registered_groups})


def frozen():
    return json.loads(FROZEN.read_text(encoding="utf-8"))


def missing(now, before):
    """What was there and is not any more."""
    return {k: sorted(gone) for k, x in before.items() if (gone := set(x) - set(now.get(k, ())))}


def _asked():
    """The keys that each command of the daily tests answers with."""
    from tests.unit.test_cli_daily import COMMANDS

    found = {}
    for name, words in COMMANDS.items():
        with tempfile.TemporaryDirectory() as place:
            out = {"map": ["--out", place], "figure": ["--out", place],
                   "data": ["--out", f"{place}/a"], "export": ["--out", f"{place}/a"],
                   "site": ["--out", f"{place}/a.html"]}.get(words[0], [])
            said = io.StringIO()
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
                code = main([*words, *out, "--json"])
        assert code == 0, words
        found[name] = paths(json.loads(said.getvalue()))
    return found


def write():
    """The frozen list with what is new."""
    now = {"names": names(), "json": _asked(), "files": files(), "commands": {"munu": commands()}}
    before = frozen() if FROZEN.exists() else {}
    made = {}
    for kind, entries in now.items():
        old = before.get(kind, {})
        made[kind] = {k: sorted({*entries.get(k, ()), *old.get(k, ())})
                      for k in sorted({*entries, *old})}
    FROZEN.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(write())
