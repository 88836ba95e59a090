"""The live page: everything that munu can be asked, from a browser on this machine.

A request becomes the words of one of munu's own commands, and a worker process answers them: what
comes back is what the command prints with ``--json``, number for number.  Nothing of a request is
a path, and no file is read for one.
"""

from __future__ import annotations

from typing import Any

from munu.errors import DomainError, MunuError, NotConverged, UnknownName, meant

__all__ = ["ask", "commands", "serve"]


def commands() -> list[str]:
    """What can be asked.

    >>> "limit" in commands()  # doctest: +SKIP
    True
    """
    from munu.explore.asked import ASKED

    return sorted(ASKED)


def ask(command: str, /, **fields: Any) -> dict[str, Any]:
    """What the page is told, without a server: the same checks, the same worker, one answer.

    Parameters
    ----------
    command : of :func:`commands`
    fields : as the body of the request, such as ``probe="xenonnt", mass="50keV"``

    Returns
    -------
    dict; what the command prints with ``--json``

    Raises
    ------
    DomainError, UnknownName, NotConverged
    """
    import json

    from munu.explore import asked, inputs, workers

    if command not in asked.ASKED:
        raise UnknownName("command that can be asked", command, asked.ASKED)
    known = asked.ASKED[command].model_fields
    for key in fields:
        if key not in known:
            raise DomainError(f"{command} has no field '{key}'{meant(key, known)} (it has: "
                              f"{', '.join(known)})")
    words = inputs.words(asked.read(command, fields))
    told = workers.shared().ask(words)
    if told.code == 0:
        return dict(json.loads(told.out))
    raise {2: DomainError, 3: NotConverged}.get(told.code, MunuError)(told.error)


def serve(port: int = 8137, *, browser: bool = True, seconds: float = 60.0) -> None:
    """Serve the page on this machine alone, until Ctrl-C.

    Parameters
    ----------
    port : 0 for any that is free
    browser : whether it is opened
    seconds : the longest that a request may take

    Raises
    ------
    DomainError
        A port that is taken.
    NotInstalled
        Without the extra ``web``.
    """
    from munu.explore import server

    server.serve(port, browser=browser, seconds=seconds)
