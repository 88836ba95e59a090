"""What a shell may complete: names of the rooms, read from the files and never imported."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import typer

from munu._kinds import KINDS, names

SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")
_ASKED = ("--show-completion", "--install-completion")


def _from(known: Callable[[], Iterable[str]], between: str = "") -> Callable[[str], list[str]]:
    """A callback of typer; of ``a+b`` only the last name is completed."""
    def complete(incomplete: str) -> list[str]:
        head = ""
        if between and between in incomplete:
            head, _, incomplete = incomplete.rpartition(between)
            head += between
        return [head + name for name in sorted(known()) if name.startswith(incomplete)]

    return complete


def _cited() -> Iterable[str]:
    kinds = ("references", "probes", "sources", "media", "models", "processes", "limits")
    return {n for kind in kinds for n in names(kind)}


probe = _from(lambda: names("probes"), "+")
experiment = _from(lambda: names("events"))
model = _from(lambda: names("models"))
medium = _from(lambda: names("media"))
figure = _from(lambda: names("figures"))
formula = _from(lambda: names("formulas"))
published = _from(lambda: names("limits"), ",")
kind = _from(lambda: KINDS)
cited = _from(_cited, "+")


def of_kind(ctx: typer.Context, incomplete: str) -> list[str]:
    """The names of the kind that stands before."""
    return _from(lambda: names(str(ctx.params.get("kind"))))(incomplete)


def script(words: list[str]) -> bool:
    """Print or install the completion of a shell that is named; typer itself only knows the one
    that it runs in."""
    if len(words) != 2 or words[0] not in _ASKED or words[1] not in SHELLS:
        return False
    from typer.completion import get_completion_script, install  # type: ignore[attr-defined]

    asked = {"shell": words[1], "prog_name": "munu", "complete_var": "_MUNU_COMPLETE"}
    if words[0] == _ASKED[0]:
        print(get_completion_script(**asked))
    else:
        shell, path = install(**asked)
        print(f"completion of {shell} is in {path}; it takes effect in the next shell")
    return True
