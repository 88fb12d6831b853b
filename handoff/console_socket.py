"""GET /api/v1/agent/socket: a snapshot, then everything that changes, and the agent's commands the other way.

Two loops share a connection. The reader carries out frames one after the other, so that what an agent says stays in
order; the pusher looks at the store when a notice or a sweep wakes it. A console that does not read holds up its own
pusher only: notices meanwhile become one look, and after a while the connection is cut.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from assistant.edge.requests import MAX_BYTES
from assistant.flow.presence import AgentPresence
from assistant.model.agent import Presence
from assistant.model.errors import Refused, Unavailable
from assistant.model.ports import Bus, Store, UnitOfWork
from handoff.console_feed import ConsoleFeed
from handoff.console_protocol import SUBPROTOCOL, Hello, Ping, error_frame, ok_frame, read_frame
from handoff.console_view import ConsoleView, Frame, Look
from handoff.desk import Desk
from handoff.sessions import Sessions, SignedIn

HELLO_BYTES = 4 * 1024
CLOSING_TRIES_SECONDS = (0.2, 1.0, 5.0)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a console may take, in seconds. `sweep`: what a lost notice can cost; `heartbeat`: a silent peer."""

    hello: float = 5
    send: float = 10
    sweep: float = 2
    heartbeat: float = 15


class _Gone(Exception):
    """The other side has closed the connection or does not read."""


class ConsoleSocket:
    """One signed-in connection."""

    def __init__(
        self, house: Consoles, socket: web.WebSocketResponse, signed_in: SignedIn, abort: Callable[[], None]
    ) -> None:
        self._house = house
        self._socket = socket
        self._agent = signed_in.agent
        self._session = signed_in.session
        self._abort = abort
        self._id = str(uuid4())
        self._feed = ConsoleFeed(signed_in.agent.id)
        self._following: dict[str, Callable[[], None]] = {}
        self._woken = asyncio.Event()
        self._is_signed_out = False

    async def run(self) -> None:
        self._follow(self._feed.topics)
        await self._house.presence.console_opened(self._agent.id, self._id)
        pusher = asyncio.create_task(self._push(), name="console-pusher")
        try:
            await self._listen()
        except _Gone:
            pass
        finally:
            pusher.cancel()
            await asyncio.gather(pusher, return_exceptions=True)
            for end in self._following.values():
                end()
            await asyncio.shield(self._leave())

    async def _listen(self) -> None:
        async for message in self._socket:
            if message.type is WSMsgType.ERROR:
                return
            await self._answer(message)

    async def _answer(self, message: WSMessage) -> None:
        """Carries out one frame; the answer names its `ref`, and no traceback reaches the other side."""
        ref: str | int | None = None
        try:
            if message.type is not WSMsgType.TEXT:
                raise Refused("malformed_frame", "Frames are JSON text.")
            frame = read_frame(message.data)
            ref = frame.ref
            if isinstance(frame, Ping):
                await self._send({"type": "pong"})
            elif not isinstance(frame, Hello):
                await self._house.desk.carry_out(self._agent, frame)
        except (Refused, Unavailable) as error:
            await self._send(error_frame(error, ref))
            return
        except _Gone:
            raise
        except Exception:
            log.exception("a console's frame failed", extra={"agent_id": self._agent.id})
            await self._send(error_frame(Unavailable("internal", "Something went wrong on our side."), ref))
            return
        if ref is not None:
            await self._send(ok_frame(ref))

    async def _push(self) -> None:
        try:
            await self._push_news()
        except _Gone:
            pass
        except Refused as refused:
            self._is_signed_out = True
            await self._house.turn_away(self._socket, refused)
        except Exception:
            log.exception("a console's pusher failed", extra={"agent_id": self._agent.id})
            await self._socket.close(code=WSCloseCode.INTERNAL_ERROR)

    async def _push_news(self) -> None:
        has_begun = False
        while True:
            self._woken.clear()
            try:
                frames = self._feed.advance(await self._look()) if has_begun else [await self._begin()]
            except Unavailable as error:
                log.warning("a console waits", extra={"code": error.code, "agent_id": self._agent.id})
                frames = []
            else:
                has_begun = True
            for frame in frames:
                await self._send(frame)
            if self._follow(self._feed.topics):
                continue  # followed only now: look once more, so that nothing falls between the look and this
            try:
                async with asyncio.timeout(self._house.patience.sweep):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def _begin(self) -> Frame:
        def look(work: UnitOfWork) -> tuple[Look, dict[str, Any]]:
            self._check_session(work)
            return self._house.view.snapshot(work, self._agent.id)

        return self._feed.begin(*await self._house.store.read(look))

    async def _look(self) -> Look:
        told = self._feed.told

        def look(work: UnitOfWork) -> Look:
            self._check_session(work)
            return self._house.view.look(work, self._agent.id, told)

        return await self._house.store.read(look)

    def _check_session(self, work: UnitOfWork) -> None:
        """A sign-out and the end of the twelve hours close the sockets too."""
        if work.agents.session(self._session) is None:
            raise Refused("unauthorized", "You are signed out.")

    def _follow(self, topics: frozenset[str]) -> bool:
        """Follows exactly these topics; True where one was not followed before."""
        for topic in self._following.keys() - topics:
            self._following.pop(topic)()
        missing = topics - self._following.keys()
        for topic in missing:
            self._following[topic] = self._house.bus.subscribe(topic, lambda _: self._woken.set())
        return bool(missing)

    async def _send(self, frame: Frame) -> None:
        try:
            async with asyncio.timeout(self._house.patience.send):
                await self._socket.send_str(orjson.dumps(frame).decode())
        except TimeoutError:
            log.warning("a console does not read", extra={"agent_id": self._agent.id})
            self._abort()
            raise _Gone from None
        except (ConnectionError, RuntimeError):
            raise _Gone from None

    async def _leave(self) -> None:
        """Gives the console up; a busy database is asked again, because a ghost would be offered contacts."""
        for seconds in (*CLOSING_TRIES_SECONDS, None):
            try:
                await self._house.presence.console_closed(self._id)
                if self._is_signed_out and not await self._has_another():
                    await self._house.presence.set(self._agent.id, Presence.SIGNED_OUT)
                return
            except Unavailable as error:
                log.warning("a console could not be given up", extra={"code": error.code, "console_id": self._id})
            if seconds is not None:
                await asyncio.sleep(seconds)

    async def _has_another(self) -> bool:
        return await self._house.store.read(lambda work: work.agents.has_console(self._agent.id))


class Consoles:
    """Every console connection of this process."""

    def __init__(
        self,
        *,
        store: Store,
        bus: Bus,
        view: ConsoleView,
        desk: Desk,
        sessions: Sessions,
        presence: AgentPresence,
        patience: Patience | None = None,
    ) -> None:
        self.store = store
        self.bus = bus
        self.view = view
        self.desk = desk
        self.presence = presence
        self.patience = patience or Patience()
        self._sessions = sessions
        self._open: set[web.WebSocketResponse] = set()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/api/v1/agent/socket", self.open)]

    async def open(self, request: web.Request) -> web.WebSocketResponse:
        """Raises `Refused`: `forbidden` for a cookie from another origin, `unknown_protocol`."""
        offered = request.headers.get("Sec-WebSocket-Protocol")
        if offered is not None and SUBPROTOCOL not in [name.strip() for name in offered.split(",")]:
            raise Refused("unknown_protocol", f"Sec-WebSocket-Protocol: {SUBPROTOCOL} is spoken here.")
        signed_in = await self._sessions.of_cookie(request)
        socket = web.WebSocketResponse(
            protocols=(SUBPROTOCOL,), compress=False, heartbeat=self.patience.heartbeat, max_msg_size=MAX_BYTES + 1
        )
        await socket.prepare(request)
        transport = request.transport
        self._open.add(socket)
        try:
            signed_in = signed_in or await self._hello(socket)
            if signed_in is not None and transport is not None:
                await ConsoleSocket(self, socket, signed_in, transport.abort).run()
        finally:
            self._open.discard(socket)
        return socket

    async def _hello(self, socket: web.WebSocketResponse) -> SignedIn | None:
        """The first frame carries the token, within five seconds; nothing else is read before it."""
        try:
            async with asyncio.timeout(self.patience.hello):
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
            await self.turn_away(socket, Refused("unauthorized", "No hello came in time."))
        except (Refused, Unavailable) as error:
            await self.turn_away(socket, error)
        return None

    async def turn_away(self, socket: web.WebSocketResponse, error: Refused | Unavailable) -> None:
        """Says why and closes: 1008 where coming back as now is useless, 1013 where it may help later."""
        try:
            await socket.send_str(orjson.dumps(error_frame(error)).decode())
        except (ConnectionError, RuntimeError):
            return
        code = WSCloseCode.POLICY_VIOLATION if isinstance(error, Refused) else WSCloseCode.TRY_AGAIN_LATER
        await socket.close(code=code, message=error.code.encode())

    async def close(self) -> None:
        """The service stops: every console is told to come back."""
        closing = [socket.close(code=WSCloseCode.SERVICE_RESTART, message=b"restarting") for socket in self._open]
        await asyncio.gather(*closing, return_exceptions=True)
