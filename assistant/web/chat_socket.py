"""The chat door over a socket: everything after `seq`, then live; the place as often as it changes."""

from __future__ import annotations

import asyncio
import contextlib
from asyncio import Transport
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import uuid4

import orjson
from aiohttp import WSCloseCode, WSMsgType, web

from assistant.edge.errors import error_body
from assistant.flow.transcripts import ContactView, frames_of_talk
from assistant.model.contact import Contact, ContactId, QueueId
from assistant.model.errors import HoldfastError, Refused, Unavailable
from assistant.model.events import Event
from assistant.web.carry_out import carry_out
from assistant.web.chat_api import ChatFlow
from assistant.web.chat_protocol import Frame, Hello, Ping, read_frame
from assistant.web.told_place import ToldPlace

HELLO_SECONDS = 5
HELLO_BYTES = 4 * 1024
HEARTBEAT_SECONDS = 20
FRAMES_PER_SECOND = 20
AWAY_SECONDS = 1.0


def _nothing() -> None:
    """The end of what was not begun."""


class ChatSocket:
    """One connection: a reader that carries out the caller's frames and a pusher that tells what has happened.

    `known` is how far the contact has come as far as this connection was told.
    """

    def __init__(
        self,
        flow: ChatFlow,
        gate: asyncio.Semaphore,
        socket: web.WebSocketResponse,
        transport: Transport,
        contact_id: str,
        after: int,
    ) -> None:
        """Behind `gate` a connection comes and goes, for many may do so at the same moment."""
        self._flow = flow
        self._gate = gate
        self._socket = socket
        self._transport = transport
        self.contact_id = ContactId(contact_id)
        self._token = ""
        self._sent = after
        self.known = after
        self._is_let_go = False
        self._id = str(uuid4())
        self._events: list[Event] = []
        self._must_look = True
        self._must_check = False
        self._is_place_due = False
        self._pusher: asyncio.Task[None] | None = None
        self._contact: Contact | None = None
        self._place = ToldPlace(flow.lines)
        self._watched: QueueId | None = None
        self._end_watch: Callable[[], None] = _nothing
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_proved(self) -> bool:
        """The contact may be shown here."""
        return bool(self._token)

    def let_go(self) -> None:
        """Whoever closes this gives up the leg as well: its end is not told from here."""
        self._is_let_go = True

    def has_come_to(self, seq: int) -> None:
        """So far the contact has come: what no notice told of is looked for, and whether this device may see it."""
        if seq > self.known:
            self._must_look = self._must_check = True
            self._wake()

    async def turn_away(self, error: Unavailable) -> None:
        """Says why and closes; coming back later may help."""
        await self._send(error_frame(error))
        await self._socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=error.code.encode())

    async def run(self) -> None:
        """Raises `Unavailable` where the database is away at the beginning."""
        if not await self._hello():
            return
        flow, contact_id = self._flow, self.contact_id
        subscriptions: list[Callable[[], None]] = []
        try:
            async with self._gate:
                await flow.legs.connected(contact_id, self._id)
            subscriptions.append(flow.bus.subscribe(f"contact.{contact_id}", self._on_event))
            subscriptions.append(flow.bus.subscribe(f"typing.{contact_id}", self._on_typing))
            subscriptions.append(flow.bus.subscribe(f"claimed.{contact_id}", self._on_claimed))
            self._wake()
            await self._read()
        finally:
            for end in subscriptions:
                end()
            self._watch(None)
            for task in self._tasks:
                task.cancel()
            if not self._is_let_go:
                # begun before anything is awaited: a handler that is cancelled here must not forget its leg
                await asyncio.shield(asyncio.create_task(self._lost()))

    async def _lost(self) -> None:
        """A database that is away is asked again, because the ghost of a caller would be offered to agents."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
        while True:
            try:
                async with self._gate:
                    await self._flow.legs.lost(self._id)
                return
            except HoldfastError as error:
                if not isinstance(error, Unavailable) or not error.retryable:
                    return
            await asyncio.sleep(AWAY_SECONDS)

    def _on_event(self, payload: dict[str, Any]) -> None:
        if not payload:
            return  # the sweep looks every second anyway
        event = payload.get("event")
        if event is None:
            self._must_look = True
        else:
            self._events.append(event)
            self.known = max(self.known, event.seq)
        self._wake()

    def _on_claimed(self, payload: dict[str, Any]) -> None:
        """The place has moved to another device: this one is told, and its token opens nothing any more."""
        if payload:
            self._start(self._end_claimed())

    async def _end_claimed(self) -> None:
        await self._send(error_frame(Refused("claimed_elsewhere", "Your place has moved to another device.")))
        await self._socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"claimed_elsewhere")

    def _on_typing(self, payload: dict[str, Any]) -> None:
        if payload.get("author") != "caller":
            self._start(self._send({"type": "typing", "data": {"author": payload.get("author")}}))

    async def _hello(self) -> bool:
        """The first frame carries the token, within five seconds; nothing else is read before it."""
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                message = await self._socket.receive()
            if message.type is not WSMsgType.TEXT:
                return False
            if len(message.data) > HELLO_BYTES:
                await self._socket.close(code=WSCloseCode.MESSAGE_TOO_BIG, message=b"hello is too large")
                return False
            hello = read_frame(message.data)
            if not isinstance(hello, Hello):
                raise Refused("unauthorized", "The first frame must be hello.")
            async with self._gate:
                await self._flow.authorise(self.contact_id, hello.token)
            self._token = hello.token
            return True
        except TimeoutError:
            await self._socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"no hello")
        except Refused as refused:
            await self._send(error_frame(refused))
            await self._socket.close(code=WSCloseCode.POLICY_VIOLATION, message=refused.code.encode())
        return False

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                await self._send(error_frame(Refused("malformed_frame", "Frames are JSON text.")))
                continue
            try:
                self._flow.limits.check_here(f"frames:{self._id}", FRAMES_PER_SECOND, 1)
                frame = read_frame(message.data)
            except Refused as refused:
                await self._send(error_frame(refused))
                continue
            if isinstance(frame, Ping):
                await self._send({"type": "pong"})
                continue
            self._start(self._carry_out(frame))

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _carry_out(self, frame: Frame) -> None:
        """Runs beside the reader: a slow turn must not keep the caller from leaving."""
        # shielded: what the caller has said is answered even when the socket drops meanwhile
        await asyncio.shield(self._do_or_tell(frame))

    async def _do_or_tell(self, frame: Frame) -> None:
        try:
            await carry_out(self._flow, self.contact_id, frame)
        except (Refused, Unavailable) as error:
            reference = getattr(frame, "client_id", None) or getattr(frame, "request_id", None)
            await self._send(error_frame(error, reference))

    def _wake(self) -> None:
        """There is a pusher only while there is something to push: most who wait are told nothing but their place."""
        if self._pusher is None or self._pusher.done():
            self._pusher = self._start(self._push())

    async def _push(self) -> None:
        """Tells everything after what was sent, and the place where that may have changed it."""
        while self._must_look or self._events or self._is_place_due:
            events, self._events = self._events, []
            frames = None if self._must_look else frames_of_talk(events, self._sent)
            if frames is None:
                view = await self._look()
                if view is None:
                    return
                frames = view.frames()
                self._sent = max(self._sent, view.contact.seq)
                self.known = max(self.known, view.contact.seq)
                self._is_place_due = True
            elif events:
                self._sent = max(self._sent, events[-1].seq)
            for frame in frames:
                await self._send(frame)
            if self._is_place_due:
                await self._send_place()

    def _watch(self, queue: QueueId | None) -> None:
        """Is told when this line moves; a contact that has been moved to another follows that one."""
        if queue == self._watched:
            return
        self._end_watch()
        self._watched = queue
        self._end_watch = self._flow.lines.watch(queue, self._tell_place) if queue else _nothing

    async def _look(self) -> ContactView | None:
        """The contact from the database, however long that takes: while it is away the socket stays and waits.

        None where this device's token does not open the contact any more.
        """
        while True:
            self._must_look = False
            try:
                if self._must_check:
                    await self._flow.authorise(self.contact_id, self._token)
                    self._must_check = False
                view = await self._flow.transcripts.view(self.contact_id, self._sent)
            except Unavailable:
                await asyncio.sleep(AWAY_SECONDS)
                continue
            except Refused:
                self._start(self._end_claimed())
                return None
            self._watch(view.contact.queue)
            self._contact = view.contact
            return view

    async def _tell_place(self) -> None:
        """The line has moved. A client that does not read holds up its own pusher, and not those behind it in line."""
        if self._transport.get_write_buffer_size():
            self._is_place_due = True
            self._wake()
        else:
            await self._send_place()

    async def _send_place(self) -> None:
        self._is_place_due = False
        frame = self._place.frame(self._contact) if self._contact is not None else None
        if frame is not None:
            await self._send(frame)

    async def _send(self, frame: dict[str, Any]) -> None:
        if not self._socket.closed:
            with contextlib.suppress(ConnectionError, RuntimeError):
                await self._socket.send_frame(orjson.dumps(frame), WSMsgType.TEXT)


def error_frame(error: Refused | Unavailable, reference: str | None = None) -> dict[str, Any]:
    data = error_body(error.code, error.message)["error"]
    return {"type": "error", "data": data | ({"client_id": reference} if reference else {})}
