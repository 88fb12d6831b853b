"""The machine's own limits: an aiohttp server that does the least that could be called the same work.

A posted row is committed and answered; on a socket each frame is committed and answered likewise; on the other kind
of socket a frame goes out once a second.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from uuid import uuid4

import orjson
import uvloop
from aiohttp import web
from serving.patience import wait_until
from serving.ports import free_port

from bench.commits import Commit, Through, open_commit
from bench.processes import listens

WAIT = {"low_seconds": 3600, "high_seconds": 5400, "known": True}
PLACE = {"code": "48217730", "queue": "cards", "state": "waiting", "position": 4217, "ahead": 4216, "wait": WAIT}
PLACE |= {"entered_at": "2026-03-02T09:30:00.123457Z"}


@dataclass(frozen=True, slots=True)
class Bare:
    pid: int
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def bare_server(database: str | None = None, through: Through = Through.DRIVER) -> Iterator[Bare]:
    """In a process of its own, on a PostgreSQL address or the path of an SQLite file."""
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(database, through, port), daemon=True)
    process.start()
    assert process.pid is not None
    try:
        wait_until("the bare server answers", lambda: listens(port), 30)
        yield Bare(process.pid, port)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.join()


def _serve(database: str | None, through: Through, port: int) -> None:
    uvloop.run(_run(database, through, port))


async def _run(database: str | None, through: Through, port: int) -> None:
    app = web.Application()
    if database is not None:
        _add_committing(app, await open_commit(database, through))
    told: set[web.WebSocketResponse] = set()
    _add_told(app, told)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    while True:
        begun = perf_counter()
        for socket in list(told):
            await socket.send_frame(orjson.dumps({"type": "place.updated", "data": {"place": PLACE}}), 1)
        await asyncio.sleep(max(0.0, begun + 1 - perf_counter()))


def _add_committing(app: web.Application, commit: Commit) -> None:
    async def post(request: web.Request) -> web.Response:
        row = str(uuid4())
        await commit(row, await request.text())
        return web.json_response({"id": row}, status=201)

    async def open_socket(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        async for message in socket:
            await commit(str(uuid4()), message.data)
            await socket.send_str(message.data)
        return socket

    app.router.add_post("/api/v1/contacts", post)
    app.router.add_get("/commits", open_socket)


def _add_told(app: web.Application, told: set[web.WebSocketResponse]) -> None:
    async def open_socket(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("holdfast.v1",), compress=False)
        await socket.prepare(request)
        told.add(socket)
        async for _ in socket:
            pass
        told.discard(socket)
        return socket

    app.router.add_get("/told", open_socket)
