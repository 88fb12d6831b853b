"""A service that speaks the contract and does not keep it: refuses the first join, and then breaks what it promised."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

RETRY_SECONDS = 0.2
WAIT = {"low_seconds": 60, "high_seconds": 120, "known": True}
AGENT = {"username": "amira", "presence": "ready", "slots": [{"channel": "chat", "n": 1}], "phone": None}


class LyingService:
    def __init__(self) -> None:
        self.joins = 0
        self._sockets: dict[str, web.WebSocketResponse] = {}

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/healthz", self.alive)
        app.router.add_route("*", "/api/v1/agent/session", self.sign_in)
        app.router.add_get("/api/v1/agent/socket", self.console)
        app.router.add_post("/api/v1/contacts", self.join)
        app.router.add_get("/api/v1/contacts/{id}/socket", self.talk)
        app.router.add_delete("/api/v1/contacts/{id}", self.leave)
        return app

    async def alive(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def sign_in(self, _: web.Request) -> web.Response:
        return web.json_response({"agent": AGENT, "token": "amiras"})

    async def console(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("holdfast.agent.v1",))
        await socket.prepare(request)
        async for message in socket:
            command = message.json()
            if command["type"] == "hello":
                data = {"revision": 1, "agent": AGENT, "offers": [], "contacts": [], "queues": []}
                await socket.send_json({"type": "snapshot", "revision": 1, "data": data})
            elif "ref" in command:
                await socket.send_json({"type": "ok", "ref": command["ref"], "data": {"ref": command["ref"]}})
        return socket

    async def join(self, _: web.Request) -> web.Response:
        self.joins += 1
        if self.joins == 1:
            error = {"code": "too_many_tries", "message": "Too many.", "retryable": False}
            return web.json_response({"error": error | {"retry_after_seconds": RETRY_SECONDS}}, status=429)
        contact_id = f"contact-{self.joins}"
        return web.json_response(
            {"contact_id": contact_id, "token": contact_id, "place": self._place(2), "greeting": {"text": "Secured."}},
            status=201,
        )

    def _place(self, position: int) -> dict[str, Any]:
        return {"code": "1", "state": "waiting", "position": position, "ahead": position - 1, "wait": WAIT}

    async def talk(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("holdfast.v1",))
        await socket.prepare(request)
        self._sockets[request.match_info["id"]] = socket
        await socket.receive()
        for position in (2, 3):
            await socket.send_json({"type": "place.updated", "data": {"place": self._place(position)}})
        for seq in (1, 2):
            await socket.send_json({"type": "contact.connected", "seq": seq, "data": {"agent_name": "Nobody"}})
        async for _ in socket:
            pass
        return socket

    async def leave(self, request: web.Request) -> web.Response:
        socket = self._sockets.get(request.match_info["id"])
        if socket is not None and not socket.closed:
            await socket.send_json({"type": "contact.closed", "seq": 3, "data": {"outcome": "handled"}})
        return web.Response(status=204)


@asynccontextmanager
async def lying_service() -> AsyncIterator[tuple[str, LyingService]]:
    """Its address, and itself."""
    lying = LyingService()
    runner = web.AppRunner(lying.app(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", lying
    finally:
        await asyncio.shield(runner.cleanup())
