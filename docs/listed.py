"""The lists of README.md, made from what there is: ``python docs/listed.py`` writes them again.

A list stands between ``<!-- generated: NAME -->`` and ``<!-- end -->``; NAME is a function here.
The pages of the documentation that show the same list call the same function.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n)(?:.|\n)*?(<!-- end -->)")
GRADES = {"events": "single observed events", "counts": "observed counts",
          "sensitivity": "exposure and background alone, a projection",
          "published": "a published number", "needs_data": "waiting for data of the user"}


def commands() -> str:
    """Every command with its line of help."""
    import typer

    from munu.cli.__main__ import app

    found = typer.main.get_command(app).commands
    return _table(("command", "does"), [
        (f"`munu {' '.join([name, *_words(command)])}`", command.get_short_help_str(200))
        for name, command in found.items()])


def _words(command):
    given = [p for p in command.params if p.param_type_name == "argument"]
    if hasattr(command, "commands"):
        return ["|".join(command.commands)]
    return [p.name.upper() if p.required else f"[{p.name.upper()}]" for p in given]


def probes() -> str:
    """Every probe by what it rests on."""
    from munu import probes

    made = [probes.get(name) for name in probes.names()]
    return _table(("rests on", "probes"), [
        (f"{said} (`{grade}`)", ", ".join(f"{p.title} `{p.name}`" for p in made
                                          if p.grade == grade))
        for grade, said in GRADES.items() if any(p.grade == grade for p in made)])


def figures() -> str:
    """Every figure by its name."""
    from munu import plots

    return ", ".join(f"`{name}`" for name in plots.names()) + "."


def gallery() -> str:
    """Every figure with the picture that tools/gallery.py made, and the line that draws it."""
    from munu import plots

    return "\n\n".join(
        f"## {name}\n\n{plots.about(name)}\n\n```sh\nmunu {_line(name)}\n```\n\n"
        f"![{plots.about(name)}](_static/gallery/{name}.png)" for name in plots.names())


def _line(name: str) -> str:
    return "map" if name == "map" else f"figure {name}"


def models() -> str:
    """Every model by its name."""
    from munu import models

    return ", ".join(f"`{name}`" for name in models.names()) + "."


def _table(head, rows) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(x.replace("|", "\\|") for x in row) + " |" for row in lines)


def written(text: str) -> str:
    """A text with its lists made anew."""
    return BLOCK.sub(lambda m: f"{m[1]}{globals()[m[2]]()}\n{m[3]}", text)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
