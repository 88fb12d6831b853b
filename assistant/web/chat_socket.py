"""The chat door over a socket: everything after `seq`, then live; the place as often as it changes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import orjson
from aiohttp import WSCloseCode, WSMsgType, web

from assistant.edge.errors import error_body
from assistant.edge.requests import MAX_BYTES
from assistant.flow.transcripts import ContactView, frames_of_talk
from assistant.model.contact import Contact, ContactId, QueueId
from assistant.model.errors import HoldfastError, Refused, Unavailable
from assistant.model.events import Event
from assistant.model.place import PlaceView
from assistant.web.chat_api import ChatFlow, after_parameter
from assistant.web.chat_protocol import (
    SUBPROTOCOL,
    Consent,
    Correct,
    Frame,
    Hello,
    HoldQuietly,
    Leave,
    Ping,
    Say,
    Secure,
    Settled,
    read_frame,
)

HELLO_SECONDS = 5
HELLO_BYTES = 4 * 1024
HEARTBEAT_SECONDS = 20
FRAMES_PER_SECOND = 20
AWAY_SECONDS = 1.0


def _nothing() -> None:
    """The end of what was not begun."""


class ChatSocket:
    """One connection: a reader that carries out the caller's frames and a pusher that tells what has happened."""

    def __init__(self, flow: ChatFlow, socket: web.WebSocketResponse, contact_id: str, after: int) -> None:
        self._flow = flow
        self._socket = socket
        self._contact_id = ContactId(contact_id)
        self._sent = after
        self._id = str(uuid4())
        self._woken = asyncio.Event()
        self._events: list[Event] = []
        self._must_look = True
        self._place: PlaceView | None = None
        self._watched: QueueId | None = None
        self._end_watch: Callable[[], None] = _nothing
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        if not await self._hello():
            return
        flow, contact_id = self._flow, self._contact_id
        subscriptions: list[Callable[[], None]] = []
        try:
            contact = await flow.legs.connected(contact_id, self._id)
            subscriptions.append(flow.bus.subscribe(f"contact.{contact_id}", self._on_event))
            subscriptions.append(flow.bus.subscribe(f"typing.{contact_id}", self._on_typing))
            subscriptions.append(flow.bus.subscribe(f"claimed.{contact_id}", self._on_claimed))
            self._watch(contact.queue)
            pusher = asyncio.create_task(self._push())
            self._tasks.add(pusher)
            await self._read()
        finally:
            for end in subscriptions:
                end()
            self._watch(None)
            for task in self._tasks:
                task.cancel()
            # begun before anything is awaited: a handler that is cancelled here must not forget its leg
            await asyncio.shield(asyncio.create_task(self._lost()))

    async def _lost(self) -> None:
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(HoldfastError):
            await self._flow.legs.lost(self._id)

    def _on_event(self, payload: dict[str, Any]) -> None:
        event = payload.get("event")
        if event is None:
            self._must_look = True
        else:
            self._events.append(event)
        self._woken.set()

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
            await self._flow.authorise(self._contact_id, hello.token)
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
                self._flow.limits.check(f"frames:{self._id}", FRAMES_PER_SECOND, 1)
                frame = read_frame(message.data)
            except Refused as refused:
                await self._send(error_frame(refused))
                continue
            if isinstance(frame, Ping):
                await self._send({"type": "pong"})
                continue
            self._start(self._carry_out(frame))

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry_out(self, frame: Frame) -> None:
        """Runs beside the reader: a slow turn must not keep the caller from leaving."""
        # shielded: what the caller has said is answered even when the socket drops meanwhile
        await asyncio.shield(self._do_or_tell(frame))

    async def _do_or_tell(self, frame: Frame) -> None:
        try:
            await self._do(frame)
        except (Refused, Unavailable) as error:
            reference = getattr(frame, "client_id", None) or getattr(frame, "request_id", None)
            await self._send(error_frame(error, reference))

    async def _do(self, frame: Frame) -> None:
        flow, contact_id = self._flow, self._contact_id
        match frame:
            case Say():
                await flow.dialogue.hear(contact_id, frame.text, client_id=frame.client_id)
            case Secure():
                await flow.dialogue.secure(contact_id, frame.request_id, frame.name, frame.value)
            case Correct():
                await flow.corrections.correct(contact_id, frame.id, frame.value)
            case Consent():
                await flow.corrections.consent(contact_id, given=frame.given)
            case HoldQuietly():
                await flow.dialogue.hold_quietly(contact_id)
            case Settled():
                if frame.give_up_place:
                    await flow.conversation.give_up_place(contact_id)
            case Leave():
                await flow.conversation.leave(contact_id)
            case _:
                flow.bus.publish(f"typing.{contact_id}", {"author": "caller"})

    async def _push(self) -> None:
        """Tells everything after what was sent, whenever something happened, and the place when its line moved."""
        contact: Contact | None = None
        while True:
            self._woken.clear()
            events, self._events = self._events, []
            frames = None if self._must_look else frames_of_talk(events, self._sent)
            if contact is None or frames is None:
                view = await self._look()
                contact, frames = view.contact, view.frames()
                self._watch(contact.queue)
                self._sent = max(self._sent, contact.seq)
            elif events:
                self._sent = max(self._sent, events[-1].seq)
            for frame in frames:
                await self._send(frame)
            await self._push_place(contact)
            await self._woken.wait()

    def _watch(self, queue: QueueId | None) -> None:
        """Is woken when this line moves; a contact that has been moved to another follows that one."""
        if queue == self._watched:
            return
        self._end_watch()
        self._watched = queue
        self._end_watch = self._flow.lines.watch(queue, self._woken.set) if queue else _nothing

    async def _look(self) -> ContactView:
        """The contact from the database, however long that takes: while it is away the socket stays and waits."""
        while True:
            try:
                view = await self._flow.transcripts.view(self._contact_id, self._sent)
            except Unavailable:
                await asyncio.sleep(AWAY_SECONDS)
                continue
            self._must_look = False
            return view

    async def _push_place(self, contact: Contact) -> None:
        place = self._flow.lines.view(contact)
        if place.position is None and contact.state.is_in_line:
            return  # line and contact are not of one moment: the other's news is on its way
        before = self._place
        if before is not None and _as_told(before) == _as_told(place):
            return
        data: dict[str, Any] = {"place": place.as_data()}
        if before is not None and place.position and before.position and place.position > before.position:
            data["reason"] = self._flow.lines.why_worse(contact, before)
        self._place = place
        await self._send({"type": "place.updated", "data": data})

    async def _send(self, frame: dict[str, Any]) -> None:
        if not self._socket.closed:
            with contextlib.suppress(ConnectionError, RuntimeError):
                await self._socket.send_str(orjson.dumps(frame).decode())


def _as_told(place: PlaceView) -> tuple[object, ...]:
    """What a caller would notice: a new revision alone is nothing to tell."""
    return place.queue, place.position, place.state, place.wait, place.staffed


def error_frame(error: Refused | Unavailable, reference: str | None = None) -> dict[str, Any]:
    data = error_body(error.code, error.message)["error"]
    return {"type": "error", "data": data | ({"client_id": reference} if reference else {})}


class ChatSockets:
    """Every chat connection of this process."""

    def __init__(self, flow: ChatFlow) -> None:
        self._flow = flow
        self._open: set[web.WebSocketResponse] = set()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/api/v1/contacts/{id}/socket", self.open)]

    async def open(self, request: web.Request) -> web.WebSocketResponse:
        """GET /api/v1/contacts/{id}/socket?after=SEQ"""
        after = after_parameter(request)
        socket = web.WebSocketResponse(
            protocols=(SUBPROTOCOL,), compress=False, heartbeat=HEARTBEAT_SECONDS, max_msg_size=MAX_BYTES
        )
        await socket.prepare(request)
        self._open.add(socket)
        try:
            await ChatSocket(self._flow, socket, request.match_info["id"], after).run()
        finally:
            self._open.discard(socket)
        return socket

    async def close(self) -> None:
        """The service stops: every client is told to come back."""
        closing = [socket.close(code=WSCloseCode.SERVICE_RESTART, message=b"restarting") for socket in self._open]
        await asyncio.gather(*closing, return_exceptions=True)
