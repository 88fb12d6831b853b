"""GET /telephony/voice/relay/{contact_id}/{n}: the sockets that the telephone company opens for calls.

Each is proven by the handshake's signature, by its ticket, and by the call that it names; and is good once. Who is
turned away here goes on with documents, as who loses the socket does.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging

from aiohttp import WSCloseCode, WSMsgType, web

from assistant.model.contact import ContactId
from assistant.model.errors import Refused, Unavailable
from telephony.addresses import VOICE_RELAY, TurnState
from telephony.genuine import route_of
from telephony.payloads import count
from telephony.relay.desk import RelayDesk
from telephony.relay.document import TICKET, TOLD, Tickets
from telephony.relay.frames import FRAME_LIMIT, MalformedFrame, Setup, read_frame
from telephony.relay.session import RelaySession
from telephony.signature import SIGNATURE_HEADER, SignatureCheck

SETUP_SECONDS = 10.0
SWEEP_SECONDS = 1.0
CLOSE_SECONDS = 2.0

log = logging.getLogger(__name__)


class RelayDoor:
    """All relayed calls of this process, and the sweep that no change escapes."""

    def __init__(self, desk: RelayDesk, check: SignatureCheck, tickets: Tickets) -> None:
        self._desk = desk
        self._check = check
        self._tickets = tickets
        self._open: dict[web.WebSocketResponse, RelaySession | None] = {}
        self._sweeping: asyncio.Task[None] | None = None

    def routes(self) -> list[web.RouteDef]:
        return [web.get(VOICE_RELAY, self.open)]

    async def open(self, request: web.Request) -> web.StreamResponse:
        """Raises `Refused` `forged_signature`."""
        signatures = request.headers.getall(SIGNATURE_HEADER, [])
        if not self._check.is_genuine_socket(request.raw_path, signatures=signatures):
            log.warning("a forged socket was refused", extra={"route": route_of(request)})
            raise Refused("forged_signature", "This request was not signed by the telephone company.")
        socket = web.WebSocketResponse(compress=False, max_msg_size=FRAME_LIMIT + 1)  # it refuses that size itself
        await socket.prepare(request)
        self._open[socket] = None
        try:
            session = await self._session(request, socket)
            if session is not None:
                self._open[socket] = session
                self._sweep_on()
                await session.run()
        finally:
            del self._open[socket]
        return socket

    async def close(self) -> None:
        """The service stops: the calls go on with documents, wherever those are answered."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        farewells = [
            asyncio.create_task(socket.close(code=WSCloseCode.SERVICE_RESTART, message=b"restarting"))
            for socket in self._open
        ]
        if farewells:
            await asyncio.wait(farewells, timeout=CLOSE_SECONDS)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._desk.finished()

    async def _session(self, request: web.Request, socket: web.WebSocketResponse) -> RelaySession | None:
        """The session that its first message proves; None, and the socket closed, where it does not."""
        try:
            return await self._proven(request, socket)
        except MalformedFrame:
            await socket.close(code=WSCloseCode.INVALID_TEXT)
        except (Refused, Unavailable) as error:
            log.warning("a socket was turned away", extra={"code": error.code, "route": route_of(request)})
            await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=error.code.encode())
        except TimeoutError:
            await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"no setup")
        return None

    async def _proven(self, request: web.Request, socket: web.WebSocketResponse) -> RelaySession:
        async with asyncio.timeout(SETUP_SECONDS):
            message = await socket.receive()
        setup = read_frame(message.data) if message.type is WSMsgType.TEXT else None
        if not isinstance(setup, Setup):
            raise MalformedFrame("the first message is no setup")
        contact_id, n = ContactId(request.match_info["contact_id"]), count(request.match_info["n"])
        told = count(setup.parameters.get(TOLD, ""))
        turn = TurnState.read({**setup.parameters, "contact": contact_id, "n": str(n)})
        if n is None or turn is None or told is None:
            raise Refused("invalid_request", "The parameters are not those of a document of ours.")
        if not self._tickets.is_right(contact_id, n, setup.parameters.get(TICKET, "")):
            raise Refused("wrong_ticket", "This socket was not asked for by us.")
        beginning = asyncio.ensure_future(self._desk.flow.relayed.begin(contact_id, setup.call_sid, n))
        try:
            await asyncio.shield(beginning)
        except asyncio.CancelledError:
            self._desk.keep(self._over_already(beginning, contact_id, n, told))
            raise
        self._desk.heard.note(setup.call_sid)
        return RelaySession(self._desk, socket, setup.call_sid, turn, told)

    async def _over_already(self, beginning: asyncio.Task[None], contact_id: ContactId, n: int, told: int) -> None:
        """The socket has gone in the very moment in which its session began."""
        with contextlib.suppress(Refused, Unavailable):
            await beginning
            await self._desk.flow.relayed.end(contact_id, n, told)

    def _sweep_on(self) -> None:
        """While there is a call; most of what happens is told by the bus, which may lose it."""
        if self._sweeping is None or self._sweeping.done():
            self._sweeping = asyncio.create_task(self._sweep(), name="relay-sweep")

    async def _sweep(self) -> None:
        while self._open:
            await asyncio.sleep(SWEEP_SECONDS)
            sessions = [session for session in self._open.values() if session is not None]
            with contextlib.suppress(Unavailable):
                further = await self._desk.flow.transcripts.further_than(
                    {session.contact_id: session.known for session in sessions}
                )
                for session in sessions:
                    session.has_come_to(further.get(session.contact_id, 0))
