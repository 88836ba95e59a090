"""The command line as tests ask it: in this process, what it prints caught."""

import json

from munu.cli.__main__ import main


def run(capsys, *arguments):
    """Exit code, stdout and stderr."""
    code = main([str(x) for x in arguments])
    out = capsys.readouterr()
    return code, out.out, out.err


def answer(capsys, *arguments):
    """Its one JSON object; nothing may be said on stderr."""
    code, out, err = run(capsys, *arguments, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)
