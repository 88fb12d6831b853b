"""GET /api/v1/agent/socket: who may open a console, and every console of this process."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from assistant.edge.requests import MAX_BYTES
from assistant.model.errors import Refused, Unavailable
from handoff.console_protocol import SUBPROTOCOL, Hello, read_frame
from handoff.console_socket import ConsoleFlow, ConsoleSocket, turn_away
from handoff.sessions import Sessions, SignedIn

HELLO_BYTES = 4 * 1024
GIVING_UP_SECONDS = 2


class Consoles:
    def __init__(self, flow: ConsoleFlow, sessions: Sessions) -> None:
        self._flow = flow
        self._sessions = sessions
        self._open: set[web.WebSocketResponse] = set()
        self._ending: set[asyncio.Task[None]] = set()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/api/v1/agent/socket", self.open)]

    async def open(self, request: web.Request) -> web.WebSocketResponse:
        """Raises `Refused`: `forbidden` for a cookie from another origin, `unknown_protocol`."""
        offered = request.headers.get("Sec-WebSocket-Protocol")
        if offered is not None and SUBPROTOCOL not in [name.strip() for name in offered.split(",")]:
            raise Refused("unknown_protocol", f"Sec-WebSocket-Protocol: {SUBPROTOCOL} is spoken here.")
        signed_in = await self._sessions.of_cookie(request)
        socket = web.WebSocketResponse(
            protocols=(SUBPROTOCOL,),
            compress=False,
            heartbeat=self._flow.patience.heartbeat,
            max_msg_size=MAX_BYTES + 1,  # here: the first size that is refused
        )
        await socket.prepare(request)
        transport = request.transport
        self._open.add(socket)
        try:
            signed_in = signed_in or await self._hello(socket)
            if signed_in is not None and transport is not None:
                await self._serve(socket, ConsoleSocket(self._flow, socket, signed_in, transport.abort))
        finally:
            self._open.discard(socket)
        return socket

    async def _serve(self, socket: web.WebSocketResponse, console: ConsoleSocket) -> None:
        try:
            await console.run()
        except Unavailable as error:
            await turn_away(socket, error)
        finally:
            await self._to_the_end(console.leave())

    async def _to_the_end(self, work: Coroutine[Any, Any, None]) -> None:
        """Waits for this work, which goes on where the waiting handler is cancelled."""
        task = asyncio.create_task(work)
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        await asyncio.shield(task)

    async def _hello(self, socket: web.WebSocketResponse) -> SignedIn | None:
        """The first frame carries the token, within five seconds; nothing else is read before it."""
        try:
            async with asyncio.timeout(self._flow.patience.hello):
                message = await socket.receive()
            if message.type is not WSMsgType.TEXT:
                await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"no hello")
                return None
            if len(message.data) > HELLO_BYTES:
                await socket.close(code=WSCloseCode.MESSAGE_TOO_BIG, message=b"hello is too large")
                return None
            hello = read_frame(message.data)
            if not isinstance(hello, Hello):
                raise Refused("unauthorized", "The first frame must be hello.")
            return await self._sessions.of_token(hello.token)
        except TimeoutError:
            await turn_away(socket, Refused("unauthorized", "No hello came in time."))
        except (Refused, Unavailable) as error:
            await turn_away(socket, error)
        return None

    async def close(self) -> None:
        """The service stops: every console is told to come back, and is given up."""
        closing = [socket.close(code=WSCloseCode.SERVICE_RESTART, message=b"restarting") for socket in self._open]
        await asyncio.gather(*closing, return_exceptions=True)
        if self._ending:
            await asyncio.wait(self._ending, timeout=GIVING_UP_SECONDS)  # a database that is away holds nobody up
