"""Entry point of ``munu``: one line for every error, and exit codes 0, 2, 3, 4."""

from __future__ import annotations

import os
import re
import sys
from functools import cache
from typing import Any

import typer

import munu
from munu.cli import (
    _chosen,
    _completion,
    _progress,
    _speech,
    calc,
    check,
    convert,
    data,
    doctor,
    explore,
    export,
    figures,
    fisher,
    limits,
    listing,
    model,
    moments,
    natures,
    posterior,
    propagate,
    reproduce,
    sample,
    site,
    spectrum,
)
from munu.cli._process import closed, run
from munu.errors import MunuError, NotConverged, NotInstalled

HELP = """Electromagnetic properties of neutrinos: couplings, spectra, limits, the map of bounds.

Try: munu map | munu limit xenonnt --mass 0,50keV,1MeV | munu convert "d = 1e-7 /GeV" | munu list

Exit codes: 0 done, 2 bad input, 3 not converged, 4 numbers moved (reproduce alone), 130 stopped by
Ctrl-C.
"""

app = typer.Typer(name="munu", help=HELP, rich_markup_mode=None,
                  pretty_exceptions_enable=False, no_args_is_help=False)
for module in (figures, site, explore, limits, check, natures, fisher, posterior, spectrum,
               model, moments, propagate, sample, convert, calc, export, reproduce, listing,
               doctor, data):
    module.register(app)


def _version(shown: bool) -> None:
    if shown:
        print(munu.__version__)
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(context: typer.Context,
          version: bool = typer.Option(False, "--version", callback=_version, is_eager=True,
                                       help="Print the version."),
          # both are heard before typer reads the words, before and after a command
          quiet: bool = typer.Option(False, *_speech.QUIET, help="No progress and no warnings."),
          verbose: bool = typer.Option(False, *_speech.VERBOSE, help="Say what is done, on stderr.")
          ) -> None:
    if context.invoked_subcommand is None:
        print(HELP.strip())
        print("\nCommands: " + ", ".join(sorted(
            name for name in (*(c.name for c in app.registered_commands),
                              *(g.name for g in app.registered_groups)) if name)))


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code and never shows a traceback of munu's own
    errors."""
    if sys.stdout is None:
        return _say("there is no standard output to write to; keep it open", 2)
    words, level = _speech.heard(sys.argv[1:] if arguments is None else arguments)
    title = " ".join(["munu", *words[:2]])
    with _speech.spoken(level), _progress.shown(title, wanted=level < _speech.SILENT):
        return _run(words)


@cache
def _command() -> Any:
    # typer reads every signature for it, which takes longer than most commands
    return typer.main.get_command(app)


def _run(words: list[str]) -> int:
    try:
        if _completion.script(words):
            return 0
        code = _asked(words)
        sys.stdout.flush()
        return int(code or 0)
    except NotConverged as err:
        return _say(str(err), 3)
    except MunuError as err:
        return _say(str(err), 2)
    except ModuleNotFoundError as err:
        if (err.name or "munu").split(".")[0] == "munu":
            raise
        return _say(str(NotInstalled(err.name)), 2)
    except BrokenPipeError:
        # whoever read has enough
        closed(sys.stdout)
        return 0
    except KeyboardInterrupt:
        return _say("stopped", 130)
    except OSError as err:
        closed(sys.stdout)
        return _say(f"{err.strerror or err}"
                    + (f": {err.filename}" if err.filename else "")
                    + "; check the path and the space left on it", 2)
    except Exception as err:
        if hasattr(err, "format_message"):
            return _say(err.format_message() + _instead(err), 2)
        raise


def _asked(words: list[str]) -> Any:
    """What the words ask for."""
    command = _command()
    if "_MUNU_COMPLETE" in os.environ:
        return command.main(args=words, prog_name="munu", standalone_mode=False)
    # its main would make codes of its own of Ctrl-C and of a pipe that nobody reads
    try:
        with command.make_context("munu", list(words)) as context:
            return command.invoke(context)
    except Exception as err:
        if type(err).__name__ != "Exit":
            raise
        return getattr(err, "exit_code", 0)


def _instead(err: Exception) -> str:
    """Of ``flavour=e``, a word too many, the option that was meant."""
    context = getattr(err, "ctx", None)
    found = re.search(r"unexpected extra argument.*\(([^()]*)\)$", str(err))
    if context is None or not found:
        return ""
    word = found[1]
    key, equals, _ = word.partition("=")
    if not equals:
        return _one_word(context, word.split())
    known = [o for p in context.command.params for o in p.opts if o.startswith("--")]
    near = _chosen.nearest(f"--{key}", known)
    return f"; write {near} and the value" if near else \
        "; options of the probe go as --option key=value" if "--option" in known else ""


def _one_word(context: Any, extra: list[str]) -> str:
    """Of several probes, and of a value beside its unit: both are one word."""
    from munu._kinds import names
    from munu.units import unit

    first = next((x for x in context.params.values() if isinstance(x, str)), "")
    if context.info_name in ("limit", "spectrum") and {first, *extra} <= {*names("probes")}:
        return f"; several probes are one word: {'+'.join([first, *extra])}"
    try:
        unit(extra[0])
    except MunuError:
        return ""
    return f"; a value and its unit are one word: 50{extra[0]}, or '50 {extra[0]}'"


def _say(text: str, code: int) -> int:
    _progress.end()
    print("munu: " + " ".join(text.split()), file=sys.stderr)
    return code


if __name__ == "__main__":
    run()
