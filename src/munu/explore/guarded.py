"""Who may ask, and how much at once: judged before a request is read."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

# bytes of a body
MOST = 16 * 1024
_HOST = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
_HEADERS = ((b"x-content-type-options", b"nosniff"), (b"x-frame-options", b"DENY"),
            (b"referrer-policy", b"no-referrer"), (b"cache-control", b"no-store"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"))
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Guard:
    """An application that only this machine's own page can ask.

    Parameters
    ----------
    app : the application
    posts : places that take a body
    """

    def __init__(self, app: Any, posts: Collection[str]) -> None:
        self.app, self.posts = app, frozenset(posts)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return

        async def safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {k.lower() for k, _ in message["headers"]}
                message["headers"] = [*message["headers"],
                                      *((k, x) for k, x in _HEADERS if k not in there)]
            await send(message)

        # elsewhere no body is read: the application says that there is no such method
        posted = scope["method"] == "POST" and scope["path"] in self.posts
        body, refusal = b"", _refusal(scope, posted)
        if refusal is None and posted:
            body, refusal = await _body(receive)
        if refusal is not None:
            await _say(safe, *refusal)
            return
        read = not posted

        async def again() -> Message:
            nonlocal read
            if read:
                return await receive()
            read = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, again, safe)


def _refusal(scope: Message, posted: bool) -> tuple[int, str] | None:
    """Code and line, of a request that is not this page's."""
    found: dict[bytes, list[str]] = {}
    for key, value in scope["headers"]:
        found.setdefault(key.lower(), []).append(value.decode("latin-1"))
    hosts = found.get(b"host", [])
    if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]):
        return 400, "the host of the request is not this machine; ask 127.0.0.1 or localhost"
    origins = found.get(b"origin", [])
    if any(o.lower() != f"http://{hosts[0].lower()}" for o in origins):
        return 403, "the request comes from another page; only munu's own may ask"
    if any(x not in ("same-origin", "none") for x in found.get(b"sec-fetch-site", [])
           if scope["path"] != "/"):
        return 403, "the request comes from another page; only munu's own may ask"
    if posted:
        kinds = [x.partition(";")[0].strip().lower() for x in found.get(b"content-type", [])]
        if kinds != ["application/json"]:
            return 415, "the body of a request is application/json"
        lengths = found.get(b"content-length", [])
        if any(not x.isascii() or not x.isdigit() or int(x[:12]) > MOST for x in lengths):
            return 413, f"a request holds at most {MOST >> 10} kB"
    return None


async def _body(receive: Receive) -> tuple[bytes, tuple[int, str] | None]:
    """The body, of a bounded length; JSON without a name that stands twice."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST:
            return b"", (413, f"a request holds at most {MOST >> 10} kB")
    try:
        json.loads(body, object_pairs_hook=_once, parse_constant=_no)
    except ValueError as err:
        return b"", (422, f"the request is no JSON that can be read ({err})"[:300])
    except RecursionError:
        return b"", (422, "the request is nested too deeply")
    return body, None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice")
    return made


def _no(word: str) -> Any:
    raise ValueError(f"{word} is no number of JSON")


async def _say(send: Send, code: int, line: str) -> None:
    body = json.dumps({"error": line}).encode()
    await send({"type": "http.response.start", "status": code, "headers": [
        (b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]})
    await send({"type": "http.response.body", "body": body})
