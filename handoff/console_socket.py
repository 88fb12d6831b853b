"""One console's connection: a snapshot, then everything that changes, and the agent's commands the other way.

Two loops share it. The reader carries out frames one after the other, so that what an agent says stays in
order; the pusher looks at the store when a notice or a sweep wakes it. A console that does not read holds up its own
pusher only: notices meanwhile become one look, and after a while the connection is cut.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any
from uuid import uuid4

import orjson
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from assistant.flow.attention import Attention
from assistant.flow.presence import AgentPresence
from assistant.model.agent import Presence
from assistant.model.contact import ContactId
from assistant.model.errors import Refused, Unavailable
from assistant.model.ports import Bus
from assistant.model.storage import Store, UnitOfWork
from handoff.console_feed import ConsoleFeed
from handoff.console_protocol import Hello, Ping, Softphone, Typing, error_frame, ok_frame, read_frame
from handoff.console_view import ConsoleView, Look
from handoff.desk import Desk
from handoff.event_frames import Frame
from handoff.sessions import SignedIn

CLOSING_TRIES_SECONDS = (0.2, 1.0, 5.0)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a console may take, in seconds. `sweep`: what a lost notice can cost; `heartbeat`: a silent peer."""

    hello: float = 5
    send: float = 10
    sweep: float = 2
    heartbeat: float = 15


@dataclass(frozen=True, slots=True)
class ConsoleFlow:
    """What a console stands on."""

    store: Store
    bus: Bus
    view: ConsoleView
    desk: Desk
    presence: AgentPresence
    patience: Patience
    attention: Attention | None = None


class _Gone(Exception):
    """The other side has closed the connection or does not read."""


class ConsoleSocket:
    """One signed-in connection. `leave` must follow `run`, however that ended. `cut` ends it without a word."""

    def __init__(
        self, flow: ConsoleFlow, socket: web.WebSocketResponse, signed_in: SignedIn, cut: Callable[[], None]
    ) -> None:
        self._flow = flow
        self._socket = socket
        self._cut = cut
        self._agent = signed_in.agent
        self._session = signed_in.session
        self._id = str(uuid4())
        self._feed = ConsoleFeed(signed_in.agent.id)
        self._following: dict[str, Callable[[], None]] = {}
        self._woken = asyncio.Event()
        self._passing: dict[tuple[str, str, str], Frame] = {}
        self._pusher: asyncio.Task[None] | None = None
        self._is_signed_out = False

    async def run(self) -> None:
        self._follow(self._feed.topics)
        await self._flow.presence.console_opened(self._agent.id, self._id, self._session)
        self._pusher = asyncio.create_task(self._push(), name="console-pusher")
        with contextlib.suppress(_Gone):
            await self._listen()

    async def leave(self) -> None:
        """Puts in order what the connection leaves behind: its task, its subscriptions, its row."""
        for end in self._following.values():
            end()
        if self._pusher is not None:
            self._pusher.cancel()
            await asyncio.gather(self._pusher, return_exceptions=True)
        await self._give_up_console()

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
            elif isinstance(frame, Typing):
                self._tell_typing(frame)
            elif isinstance(frame, Softphone):
                await self._flow.presence.turn_softphone(self._id, is_on=frame.ready)
            elif not isinstance(frame, Hello):
                await self._flow.desk.carry_out(self._agent, frame)
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

    def _tell_typing(self, frame: Typing) -> None:
        """To the caller of one's own contact; a supervisor beside another's is not seen to write."""
        told, contact_id = self._feed.told, ContactId(frame.contact_id)
        if contact_id in told.seqs and contact_id not in told.beside:
            self._flow.bus.publish(f"typing.{contact_id}", {"contact_id": contact_id, "author": "agent"})

    async def _push(self) -> None:
        try:
            await self._push_news()
        except _Gone:
            pass
        except Refused as refused:
            self._is_signed_out = True
            await turn_away(self._socket, refused)
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
            for frame in [*frames, *self._taken_passing()]:
                await self._send(frame)
            self._note_shown()
            if self._follow(self._feed.topics):
                continue  # followed only now: look once more, so that nothing falls between the look and this
            try:
                async with asyncio.timeout(self._flow.patience.sweep):
                    await self._woken.wait()
            except TimeoutError:
                pass

    def _note_shown(self) -> None:
        if self._flow.attention is not None:
            for offer_id in self._feed.told.offers:
                self._flow.attention.shown(offer_id)

    async def _begin(self) -> Frame:
        def look(work: UnitOfWork) -> tuple[Look, dict[str, Any]]:
            self._check_session(work)
            return self._flow.view.snapshot(work, self._agent.id)

        return self._feed.begin(*await self._flow.store.read(look))

    async def _look(self) -> Look:
        told = self._feed.told

        def look(work: UnitOfWork) -> Look:
            self._check_session(work)
            return self._flow.view.look(work, self._agent.id, told)

        return await self._flow.store.read(look)

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
            self._following[topic] = self._flow.bus.subscribe(topic, self._on_notice)
        return bool(missing)

    def _on_notice(self, payload: dict[str, Any]) -> None:
        """A notice says that it is time to look; only what is kept nowhere, what is being said or written now, comes
        with it."""
        if "author" in payload:
            type = "caption" if "text" in payload else "typing"
            if type == "typing" and payload["author"] == "agent":
                return
            self._passing[payload["contact_id"], payload["author"], type] = {"type": type, "data": payload}
        self._woken.set()

    def _taken_passing(self) -> list[Frame]:
        """The newest of each speaker; shown to whoever may see the contact."""
        passing, self._passing = self._passing, {}
        return [frame for (contact_id, *_), frame in passing.items() if contact_id in self._feed.told.seqs]

    async def _send(self, frame: Frame) -> None:
        try:
            async with asyncio.timeout(self._flow.patience.send):
                await self._socket.send_str(orjson.dumps(frame).decode())
        except TimeoutError:
            log.warning("a console does not read", extra={"agent_id": self._agent.id})
            self._cut()
            raise _Gone from None
        except (ConnectionError, RuntimeError):
            raise _Gone from None

    async def _give_up_console(self) -> None:
        """A database that is away is asked again, because the ghost of a console would be offered contacts."""
        for seconds in chain(CLOSING_TRIES_SECONDS, repeat(CLOSING_TRIES_SECONDS[-1])):
            try:
                await self._flow.presence.console_closed(self._id)
                if self._is_signed_out and not await self._has_another():
                    await self._flow.presence.set(self._agent.id, Presence.SIGNED_OUT)
                return
            except Unavailable as error:
                log.warning("a console could not be given up", extra={"code": error.code, "console_id": self._id})
                if not error.retryable:
                    return
            await asyncio.sleep(seconds)

    async def _has_another(self) -> bool:
        return await self._flow.store.read(lambda work: work.agents.has_console(self._agent.id))


async def turn_away(socket: web.WebSocketResponse, error: Refused | Unavailable) -> None:
    """Says why and closes: 1008 where coming back as now is useless, 1013 where it may help later."""
    try:
        await socket.send_str(orjson.dumps(error_frame(error)).decode())
    except (ConnectionError, RuntimeError):
        return
    code = WSCloseCode.POLICY_VIOLATION if isinstance(error, Refused) else WSCloseCode.TRY_AGAIN_LATER
    await socket.close(code=code, message=error.code.encode())
