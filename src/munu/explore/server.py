"""The server on this machine's own address: the page, the forms, the answers.

No file is served but the page.  What another page or another machine asks is refused: a foreign
``Host`` (a name that was made to point here), a foreign ``Origin``, another site's fetch.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
import socket
import threading
import webbrowser
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from functools import cache
from typing import Annotated, Any
from urllib.parse import quote

import uvicorn
from fastapi import Body, FastAPI, Header, HTTPException, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException as StarletteError

import munu
from munu import site
from munu._kinds import KINDS
from munu.errors import DomainError, MunuError, UnknownName
from munu.explore import asked, guarded, inputs, workers

HOME = "127.0.0.1"
# what each code of a worker is in HTTP
_STATUS = {workers.SUPERSEDED: 409, workers.LATE: 408, workers.BUSY: 429}
# kinds whose members the page lists
LISTED = tuple(k for k in KINDS if k not in ("data", "references"))
# seconds between two looks whether anybody still listens, and those that the page is waited for
_LOOK, _PATIENCE = 0.2, 5.0
_SOON = ("<!DOCTYPE html><html lang=\"en\"><title>munu</title><p>munu prepares its page, some "
         "seconds on an idle machine; it comes by itself.</p></html>")


class Error(BaseModel):
    """What is wrong, in one line."""

    error: str


_ERRORS: dict[int | str, dict[str, Any]] = {
    code: {"model": Error, "description": text} for code, text in (
        (400, "No request that can be read, or one of another site"),
        (403, "Of another site"), (404, "No such name"), (408, "Not done in time"),
        (409, "A newer request took its place"), (413, "Too long"),
        (415, "Not application/json"), (422, "What munu refuses"), (429, "Too many wait"))}
Session = Annotated[str | None, Header(
    alias="Munu-Session", pattern=r"^[A-Za-z0-9_-]{1,40}$",
    description="A newer request of the same session takes the place of an older")]


def application(seconds: float = 60.0, number: int = 2) -> Any:
    """The application, behind its guard.

    Parameters
    ----------
    seconds : the longest that a request may take
    number : processes that answer
    """
    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        app.state.workers = await run_in_threadpool(workers.Workers, number, seconds)
        try:
            yield
        finally:
            await run_in_threadpool(app.state.workers.close)

    app = FastAPI(title="munu", version=munu.__version__, docs_url=None, redoc_url=None,
                  lifespan=life, responses=_ERRORS, description=__doc__.partition("\n")[0])
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(MunuError)(_refused)
    app.exception_handler(StarletteError)(_http)
    app.get("/", response_class=HTMLResponse, include_in_schema=False)(_page)
    app.get("/api/list/{kind}", summary="Names of a kind, each with one line")(_list)
    app.get("/api/list/{kind}/{name}", summary="One of them: what it can be told")(_one)
    for command, kind in asked.ASKED.items():
        _route(app, command, kind)
    return guarded.Guard(app, [f"/api/{command}" for command in asked.ASKED])


def interface() -> dict[str, Any]:
    """What can be asked, as OpenAPI."""
    return dict(application().app.openapi())


def _route(app: FastAPI, command: str, kind: type[asked.Asked]) -> None:
    async def answer(request: Request, body: Any, session: Session = None) -> Response:
        return await _answered(request, inputs.words(body), session or "")

    # FastAPI reads the annotations: the body is of this command
    answer.__annotations__ = {"request": Request, "body": Annotated[kind, Body()],
                              "session": Session, "return": Response}
    app.post(f"/api/{command}", summary=inputs.first_line(kind), operation_id=command,
             response_class=JSONResponse,
             responses={200: {"description": f"What munu {command} --json prints"}})(answer)


async def _answered(request: Request, words: list[str], session: str = "") -> Response:
    """What a worker says; called off when nobody listens any more."""
    pool: workers.Workers = request.app.state.workers
    ticket = pool.ticket(session)
    task = asyncio.ensure_future(run_in_threadpool(pool.ask, words, ticket))
    while not task.done():
        await asyncio.wait({task}, timeout=_LOOK)
        if not task.done() and await request.is_disconnected():
            ticket.off = True
    told = task.result()
    if told.code:
        return JSONResponse({"error": told.error}, _STATUS.get(told.code, 422))
    headers = {"Munu-Command": quote(inputs.shown(words), safe=" =+:,/'\"@"),
               "Server-Timing": f"cpu;dur={1e3 * told.cpu:.1f}"}
    if told.said:
        headers["Munu-Said"] = quote("; ".join(told.said)[:1000], safe=" =+:,/")
    return Response(told.out, media_type="application/json", headers=headers)


async def _list(request: Request, kind: Annotated[str, Path(max_length=40)]) -> Response:
    """Names of a kind, each with one line."""
    if kind not in LISTED:
        raise UnknownName("kind", kind, LISTED)
    return await _answered(request, ["list", kind, "--json"])


async def _one(request: Request, kind: Annotated[str, Path(max_length=40)],
               name: Annotated[str, Path(max_length=200)]) -> Response:
    """One of a kind, with its parameters; those that are files are left out."""
    if kind not in LISTED:
        raise UnknownName("kind", kind, LISTED)
    inputs.named(kind, name)
    made = await _answered(request, ["list", kind, name, "--json"])
    if made.status_code != 200:
        return made
    data = json.loads(bytes(made.body))
    data["parameters"] = [p for p in data["parameters"] if p["kind"] not in ("file", "record")]
    return JSONResponse(data)


async def _page() -> HTMLResponse:
    """The page; one that asks again by itself while it is being made."""
    done, _ = await asyncio.wait({asyncio.wrap_future(making())}, timeout=_PATIENCE)
    if not done:
        return HTMLResponse(_SOON, 503, headers={"Retry-After": "2", "Refresh": "2"})
    text, policy = done.pop().result()
    return HTMLResponse(text, headers={"Content-Security-Policy": policy})


@cache
def making() -> Future[tuple[str, str]]:
    """The page, made once in a thread beside the answers; nothing waits for it at the end."""
    made: Future[tuple[str, str]] = Future()

    def make() -> None:
        try:
            made.set_result(page())
        except Exception as err:
            made.set_exception(err)

    threading.Thread(target=make, daemon=True).start()
    return made


def page() -> tuple[str, str]:
    """The page, and the policy that lets its own scripts run and nothing else."""
    text = site.page(live=True)
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    hashes = " ".join("'sha256-" + base64.b64encode(hashlib.sha256(x.encode()).digest()).decode()
                      + "'" for x in scripts)
    return text, ("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors "
                  f"'none'; connect-src 'self'; img-src data: blob:; style-src 'unsafe-inline'; "
                  f"script-src {hashes or chr(39) + 'none' + chr(39)}")


async def _invalid(request: Request, err: Exception) -> JSONResponse:
    """A field that is none, or of another kind."""
    assert isinstance(err, RequestValidationError)
    return JSONResponse({"error": asked.line(err.errors())}, 422)


async def _refused(request: Request, err: Exception) -> JSONResponse:
    """One of munu's own lines."""
    return JSONResponse({"error": str(err)}, 404 if isinstance(err, UnknownName) else 422)


async def _http(request: Request, err: Exception) -> JSONResponse:
    """No such place, no such method."""
    assert isinstance(err, HTTPException | StarletteError)
    return JSONResponse({"error": str(err.detail)}, err.status_code, headers=err.headers)


def serve(port: int, *, browser: bool, seconds: float) -> None:
    """Serve until Ctrl-C, on this machine's own address and no other.

    Raises
    ------
    DomainError
        A port that is taken.
    """
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((HOME, port))
        # whoever reads the address may ask from now on
        door.listen(100)
    except OSError as err:
        door.close()
        raise DomainError(f"port {port} cannot be had ({err.strerror or err}); give another, or "
                          "--port 0 for any that is free") from None
    address = f"http://{HOME}:{door.getsockname()[1]}/"
    making()
    print(f"munu is at {address} (Ctrl-C ends it)", flush=True)
    if browser:
        with suppress(Exception):
            webbrowser.open(address)
    running = uvicorn.Server(uvicorn.Config(
        application(seconds), log_level="warning", access_log=False, server_header=False,
        lifespan="on", timeout_keep_alive=30, limit_concurrency=200, ws="none"))
    with door:
        running.run(sockets=[door])
