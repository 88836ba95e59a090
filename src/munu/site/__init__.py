"""The page: the map in one HTML file that needs neither a network nor a server."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from munu import _data
from munu.results import target

_HERE = Path(__file__).parent
#: in the order in which they run; the last starts the page
SCRIPTS = ("vendor/d3.min.js", "page.js", "files.js", "shapes.js", "relax.js", "labels.js", "chart.js",
           "filters.js", "statement.js", "own.js", "newton.js", "recompute.js")
_LIVE = ("live.js",)
_TOKEN = re.compile(r"\{\{(\w+)\}\}")


def page(live: bool = False, *, flavor: str | None = None) -> str:
    """The page as one text: style, scripts, chart library and data inside.

    Parameters
    ----------
    live : with what asks a server of munu, see ``munu explore``
    flavor : ``e``, ``mu``, ``tau``, ``universal``: of the map that it opens with; default
        ``universal``

    Returns
    -------
    str, HTML

    Raises
    ------
    UnknownName
        Of the flavor.
    """
    from munu.errors import UnknownName
    from munu.site import _payload

    if flavor is not None and flavor not in _payload.FLAVORS:
        raise UnknownName("flavor of the page", flavor, _payload.FLAVORS)
    scripts = [n for n in (*SCRIPTS, *(_LIVE if live else ())) if (_HERE / n).is_file()]
    parts = {
        "css": _text("page.css"), "version": _payload.atlas()["version"],
        # a live page talks to where it came from; the other one to nobody
        "connect": "'self'" if live else "'none'",
        "data": _block("munu-atlas", {**_payload.atlas(), "opens": flavor or "universal"})
        + _block("munu-templates", _recoils()),
        "scripts": "\n".join(f"<script>\n{_text(n)}\n</script>" for n in scripts)}
    return _TOKEN.sub(lambda m: parts[m[1]], _text("page.html"))


def write(path: str | Path, *, flavor: str | None = None) -> Path:
    """Write the page to a file ``.html``, which is there whole or not at all.

    Raises
    ------
    UnknownName, DomainError, DataError
        Of the flavor; of another ending; of a place that cannot be written.
    """
    place = target(path, "the page", (".html",))
    return _data.save(place, page(flavor=flavor))


@cache
def _text(name: str) -> str:
    return (_HERE / name).read_text("utf-8")


def _recoils() -> dict[str, Any]:
    try:
        from munu.site import _templates as made
    except ImportError:
        return {}
    return made.templates()


def _block(name: str, data: Any) -> str:
    """Data that a script reads: no text in it can close the block."""
    text = json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return (f'<script type="application/json" id="{name}">'
            + text.replace("<", "\\u003c") + "</script>\n")
