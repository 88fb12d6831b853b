"""Services of the tests' own that speak the contract: one that breaks what it promised, and one that calls back."""

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
    """Refuses the first join, then tells a worse position without a reason and connects its caller twice."""

    def __init__(self) -> None:
        self.joins = 0
        self.refuses_first = True
        self.says_of_leaving = "handled"
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
        if self.joins == 1 and self.refuses_first:
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
        await self._tell(socket)
        async for _ in socket:
            pass
        return socket

    async def _tell(self, socket: web.WebSocketResponse) -> None:
        for position in (2, 3):
            await socket.send_json({"type": "place.updated", "data": {"place": self._place(position)}})
        for seq in (1, 2):
            await socket.send_json({"type": "contact.connected", "seq": seq, "data": {"agent_name": "Nobody"}})

    async def leave(self, request: web.Request) -> web.Response:
        socket = self._sockets.get(request.match_info["id"])
        if socket is not None and not socket.closed:
            await socket.send_json({"type": "contact.closed", "seq": 3, "data": {"outcome": self.says_of_leaving}})
        return web.Response(status=204)


class CallingBackService(LyingService):
    """Keeps its promises: promises a callback to who asks, rings that telephone, and connects who picks up."""

    def __init__(self) -> None:
        super().__init__()
        self.refuses_first = False
        self.says_of_leaving = "left"
        self.called_back: list[str] = []
        self._wanted: dict[str, str] = {}

    def app(self) -> web.Application:
        app = super().app()
        app.router.add_post("/api/v1/contacts/{id}/callback", self.promise)
        app.router.add_get("/emulator/phone", self.telephone)
        return app

    async def _tell(self, socket: web.WebSocketResponse) -> None:
        await socket.send_json({"type": "place.updated", "data": {"place": self._place(2)}})

    async def promise(self, request: web.Request) -> web.Response:
        self._wanted[(await request.json())["number"]] = request.match_info["id"]
        return web.Response(status=204)

    async def telephone(self, request: web.Request) -> web.WebSocketResponse:
        phone = web.WebSocketResponse(protocols=("holdfast.phone.v1",))
        await phone.prepare(request)
        async for message in phone:
            frame = message.json()
            if frame["type"] == "register" and frame["address"] in self._wanted:
                call = {"call_sid": self._wanted[frame["address"]], "direction": "incoming", "status": "ringing"}
                await phone.send_json({"type": "call", **call})
            elif frame["type"] == "answer":
                await self._serve(frame["call_sid"])
        return phone

    async def _serve(self, contact_id: str) -> None:
        self.called_back.append(contact_id)
        chat = self._sockets[contact_id]
        await chat.send_json({"type": "contact.connected", "seq": 1, "data": {"agent_name": "Amira"}})
        await chat.send_json({"type": "contact.closed", "seq": 2, "data": {"outcome": "handled"}})


@asynccontextmanager
async def serving[S: LyingService](service: S) -> AsyncIterator[tuple[str, S]]:
    """Its address, and itself."""
    runner = web.AppRunner(service.app(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", service
    finally:
        await asyncio.shield(runner.cleanup())
