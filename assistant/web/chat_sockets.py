"""GET /api/v1/contacts/{id}/socket: every chat connection of this process, and the sweep that no change escapes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from itertools import batched

from aiohttp import WSCloseCode, web

from assistant.edge.requests import MAX_BYTES
from assistant.model.contact import ContactId
from assistant.model.errors import Unavailable
from assistant.web.chat_api import ChatFlow, after_parameter
from assistant.web.chat_protocol import SUBPROTOCOL
from assistant.web.chat_socket import HEARTBEAT_SECONDS, ChatSocket

SWEEP_SECONDS = 1.0
SWEPT_AT_ONCE = 1000
AT_ONCE = 50
CLOSE_SECONDS = 2.0

log = logging.getLogger(__name__)


class ChatSockets:
    def __init__(self, flow: ChatFlow) -> None:
        self._flow = flow
        self._open: dict[web.WebSocketResponse, ChatSocket] = {}
        # thousands who come back at the same moment, or are cut off, keep nobody from the database
        self._gate = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/api/v1/contacts/{id}/socket", self.open)]

    async def open(self, request: web.Request) -> web.StreamResponse:
        """`?after=SEQ`"""
        after = after_parameter(request)
        socket = web.WebSocketResponse(
            protocols=(SUBPROTOCOL,), compress=False, heartbeat=HEARTBEAT_SECONDS, max_msg_size=MAX_BYTES
        )
        try:
            await socket.prepare(request)
        except ConnectionError:  # the client has gone meanwhile
            return web.Response()
        transport = request.transport
        if transport is None:  # here too
            return socket
        chat = self._open[socket] = ChatSocket(
            self._flow, self._gate, socket, transport, request.match_info["id"], after
        )
        try:
            await chat.run()
        except Unavailable as error:
            await chat.turn_away(error)
        finally:
            del self._open[socket]
        return socket

    async def sweep(self) -> None:
        """Wakes whoever shows a contact that has come further than any notice told. Raises `Unavailable`."""
        for some in batched([chat for chat in self._open.values() if chat.is_proved], SWEPT_AT_ONCE):
            known: dict[ContactId, int] = {}
            for chat in some:  # of two devices that show one contact the one that is behind counts
                known[chat.contact_id] = min(chat.known, known.get(chat.contact_id, chat.known))
            further = await self._flow.transcripts.further_than(known)
            for chat in some if further else ():
                chat.has_come_to(further.get(chat.contact_id, 0))

    async def sweeping(self, _: web.Application) -> AsyncIterator[None]:
        """Sweeps every second while the application runs: for its `cleanup_ctx`."""
        task = asyncio.create_task(self._sweep_on(), name="chat-sweep")
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _sweep_on(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                with contextlib.suppress(Unavailable):
                    await self.sweep()
            except Exception:
                log.exception("a sweep failed")

    async def stop(self) -> None:
        """The service stops, and gives up the legs of all at once: no socket tells of its own."""
        for chat in self._open.values():
            chat.let_go()
        await self.close()

    async def close(self) -> None:
        """Every client is told to come back; who does not answer in time is cut off, however many they are."""
        farewells = [
            asyncio.create_task(socket.close(code=WSCloseCode.SERVICE_RESTART, message=b"restarting"))
            for socket in self._open
        ]
        if farewells:
            _, late = await asyncio.wait(farewells, timeout=CLOSE_SECONDS)
            for farewell in late:
                farewell.cancel()  # closes the connection
            await asyncio.gather(*farewells, return_exceptions=True)
