"""The command line: one file a command group; heavy imports happen inside the commands."""

import sys

from munu.errors import MunuError

try:
    # its internal unit is read when it is imported, before any command could say a word
    import munu.units  # noqa: F401
except MunuError as err:
    print(f"munu: {err}", file=sys.stderr)
    raise SystemExit(2) from None
