"""The telephones' socket: how a browser, or a test, is a telephone.

`GET /phone`, subprotocol `holdfast.phone.v1`, JSON frames, 64 KiB at most. A telephone registers an address, dials,
answers, talks in text, presses keys, hangs up and texts; it is shown and played what a real one would be.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import WSMsgType, web

from telephony.emulator.calls import Call
from telephony.emulator.exchange import Exchange
from telephony.emulator.message_forms import LONGEST_BODY, text_address
from telephony.emulator.messages import Texts
from telephony.emulator.phones import normal_address
from telephony.payloads import CallStatus

PROTOCOL = "holdfast.phone.v1"
FRAME_LIMIT = 64 * 1024
TEXT_LIMIT = 4000
WAITING_FRAMES = 1000
MEDIA_LIMIT = 10
SENSIBLE_KEYS = frozenset("0123456789*#")


class FrameRefused(Exception):
    """A frame that can't be followed; the phone is told the code and the sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class SocketPhone:
    """A telephone at the other end of a socket. Frames wait in order; one that never reads is dropped."""

    def __init__(self) -> None:
        self.address = ""
        self.frames: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(WAITING_FRAMES)

    def send(self, frame: dict[str, Any]) -> None:
        try:
            self.frames.put_nowait(frame)
        except asyncio.QueueFull:
            self.hang()

    def hang(self) -> None:
        """Ends the connection of a phone that doesn't read."""
        while not self.frames.empty():
            self.frames.get_nowait()
        self.frames.put_nowait(None)


class PhoneDoor:
    """Accepts telephones for one exchange. Pages of other origins can't place calls from somebody's browser."""

    def __init__(self, exchange: Exchange, texts: Texts, allowed_origins: tuple[str, ...]) -> None:
        self._exchange = exchange
        self._texts = texts
        self._origins = frozenset(origin.rstrip("/") for origin in allowed_origins)
        self._sockets: set[web.WebSocketResponse] = set()

    async def close(self) -> None:
        for socket in list(self._sockets):
            await socket.close(code=1001)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        if origin is not None and origin not in self._origins and urlsplit(origin).netloc != request.host:
            return web.Response(status=403, text="This page may not place calls.")
        socket = web.WebSocketResponse(protocols=(PROTOCOL,), max_msg_size=FRAME_LIMIT, compress=False, heartbeat=30.0)
        await socket.prepare(request)
        phone = SocketPhone()
        self._sockets.add(socket)
        writer = asyncio.ensure_future(_write(socket, phone))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._take(phone, message.data)
                else:
                    phone.send(_error("malformed", "Frames are text."))
        finally:
            self._exchange.lost(phone)
            self._sockets.discard(socket)
            writer.cancel()
        return socket

    def _take(self, phone: SocketPhone, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            frame = None
        if not isinstance(frame, dict):
            phone.send(_error("malformed", "A frame is a JSON object with a type."))
            return
        handler = self._handlers().get(str(frame.get("type")))
        if handler is None:
            phone.send(_error("unknown_type", "There is no frame of this type."))
            return
        try:
            handler(phone, frame)
        except FrameRefused as refused:
            phone.send(_error(refused.code, str(refused), frame.get("call_sid")))

    def _handlers(self) -> dict[str, Callable[[SocketPhone, dict[str, Any]], None]]:
        return {
            "register": self._register,
            "dial": self._dial,
            "answer": self._answer,
            "say": self._say,
            "press": self._press,
            "hang_up": self._hang_up,
            "text": self._text,
            "ping": lambda phone, _: phone.send({"type": "pong"}),
        }

    def _register(self, phone: SocketPhone, frame: dict[str, Any]) -> None:
        address = normal_address(_text(frame, "address"))
        if address is None:
            raise FrameRefused("bad_address", "An address is a number, client:…, sip:… or anonymous.")
        self._exchange.directory.forget(phone)
        phone.address = address
        phone.send({"type": "registered", "address": address})
        self._exchange.register(phone, address)

    def _dial(self, phone: SocketPhone, frame: dict[str, Any]) -> None:
        if not phone.address:
            raise FrameRefused("not_registered", "A phone registers its address before it dials.")
        number = normal_address(_text(frame, "to"))
        if number is None or self._exchange.dial(phone, number) is None:
            raise FrameRefused("no_such_number", "The number you have dialled is not in service.")

    def _answer(self, phone: SocketPhone, frame: dict[str, Any]) -> None:
        if not self._exchange.answer(phone, self._call(phone, frame)):
            raise FrameRefused("not_ringing", "This call doesn't ring here any more.")

    def _say(self, phone: SocketPhone, frame: dict[str, Any]) -> None:
        call = self._own(phone, frame)
        words = " ".join(_text(frame, "text").split())[:TEXT_LIMIT]
        if words and not self._exchange.say(call, words):
            raise FrameRefused("not_listening", "Nobody listens to words right now.")

    def _press(self, phone: SocketPhone, frame: dict[str, Any]) -> None:
        call, digits = self._own(phone, frame), _text(frame, "digits")
        if not digits or not SENSIBLE_KEYS.issuperset(digits):
            raise FrameRefused("no_keys", "Keys are 0 to 9, * and #.")
        if not self._exchange.press(call, digits):
            raise FrameRefused("not_listening", "Nobody listens to keys right now.")

    def _hang_up(self, phone: SocketPhone, frame: dict[str, Any]) -> None:
        call = self._call(phone, frame)
        if call.phone is phone:
            self._exchange.hang_up(call)
        else:
            self._exchange.decline(phone, call)

    def _text(self, phone: SocketPhone, frame: dict[str, Any]) -> None:
        """Writes to a number, by WhatsApp where `whatsapp:` stands before it; `media` says how many pictures."""
        if not phone.address.startswith("+"):
            raise FrameRefused("not_registered", "A phone registers a number before it texts.")
        number, media = text_address(_text(frame, "to")), frame.get("media", 0)
        body = _text(frame, "body")[:LONGEST_BODY]
        if not isinstance(media, int) or not 0 <= media <= MEDIA_LIMIT:
            raise FrameRefused("malformed", f"media is a number from 0 to {MEDIA_LIMIT}.")
        if number is None or self._texts.receive(phone.address, number, body, media) is None:
            raise FrameRefused("no_such_number", "Nobody reads texts at this number.")

    def _call(self, phone: SocketPhone, frame: dict[str, Any]) -> Call:
        call = self._exchange.calls.get(_text(frame, "call_sid"))
        if call is None or (call.phone is not phone and phone not in call.rung):
            raise FrameRefused("no_such_call", "This phone has no such call.")
        return call

    def _own(self, phone: SocketPhone, frame: dict[str, Any]) -> Call:
        call = self._call(phone, frame)
        if call.phone is not phone or call.status is not CallStatus.IN_PROGRESS:
            raise FrameRefused("not_in_progress", "This call is not in progress here.")
        return call


async def _write(socket: web.WebSocketResponse, phone: SocketPhone) -> None:
    while (frame := await phone.frames.get()) is not None:
        if socket.closed:
            return
        await socket.send_json(frame)
    await socket.close(code=1008, message=b"too slow")


def _text(frame: dict[str, Any], name: str) -> str:
    value = frame.get(name)
    if not isinstance(value, str):
        raise FrameRefused("malformed", f"{name} is missing or is no text.")
    return value


def _error(code: str, message: str, call_sid: object = None) -> dict[str, Any]:
    about = {"call_sid": call_sid} if isinstance(call_sid, str) else {}
    return {"type": "error", "code": code, "message": message, **about}
