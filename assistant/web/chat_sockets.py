"""GET /api/v1/contacts/{id}/socket: every chat connection of this process, and the sweep that no change escapes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from functools import partial
from itertools import batched

from aiohttp import WSCloseCode, web

from assistant.edge.requests import MAX_BYTES
from assistant.model.contact import ContactId
from assistant.model.errors import Unavailable
from assistant.model.storage import UnitOfWork
from assistant.web.chat_api import ChatFlow, after_parameter
from assistant.web.chat_protocol import SUBPROTOCOL
from assistant.web.chat_socket import HEARTBEAT_SECONDS, ChatSocket

SWEEP_SECONDS = 1.0
SWEPT_AT_ONCE = 1000

log = logging.getLogger(__name__)


class ChatSockets:
    def __init__(self, flow: ChatFlow) -> None:
        self._flow = flow
        self._open: dict[web.WebSocketResponse, ChatSocket] = {}

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/api/v1/contacts/{id}/socket", self.open)]

    async def open(self, request: web.Request) -> web.WebSocketResponse:
        """`?after=SEQ`"""
        after = after_parameter(request)
        socket = web.WebSocketResponse(
            protocols=(SUBPROTOCOL,), compress=False, heartbeat=HEARTBEAT_SECONDS, max_msg_size=MAX_BYTES
        )
        await socket.prepare(request)
        transport = request.transport
        if transport is None:  # the client has gone meanwhile
            return socket
        chat = self._open[socket] = ChatSocket(self._flow, socket, transport, request.match_info["id"], after)
        try:
            await chat.run()
        except Unavailable as error:
            await chat.turn_away(error)
        finally:
            del self._open[socket]
        return socket

    async def sweep(self) -> None:
        """Wakes whoever shows a contact that has come further than any notice told. Raises `Unavailable`."""
        showing = [(contact_id, chat) for chat in self._open.values() if (contact_id := chat.shows)]
        for some in batched(showing, SWEPT_AT_ONCE):
            ids = [contact_id for contact_id, _ in some]
            seqs = await self._flow.store.read(partial(_seqs, ids=ids))
            for contact_id, chat in some:
                chat.has_come_to(seqs.get(contact_id, 0))

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

    async def close(self) -> None:
        """The service stops: every client is told to come back."""
        closing = [socket.close(code=WSCloseCode.SERVICE_RESTART, message=b"restarting") for socket in self._open]
        await asyncio.gather(*closing, return_exceptions=True)


def _seqs(work: UnitOfWork, ids: list[ContactId]) -> dict[ContactId, int]:
    return work.contacts.seqs(ids)
