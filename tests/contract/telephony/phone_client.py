"""A telephone in a test: the client's side of the phone socket."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp

PROTOCOL = "holdfast.phone.v1"
LINE = "+442079460000"
PATIENCE_SECONDS = 10.0


class PhoneClient:
    """A telephone in a test: what arrives is kept, and can be waited for."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.frames: list[dict[str, Any]] = []
        self.history: list[dict[str, Any]] = []
        self._changed = asyncio.Event()
        self._reader = asyncio.ensure_future(self._read())
        self.call_sid = ""

    async def _read(self) -> None:
        async for message in self._socket:
            frame = message.json()
            self.frames.append(frame)
            self.history.append(frame)
            if frame["type"] == "call":
                self.call_sid = frame["call_sid"]
            self._changed.set()

    async def send(self, type: str, **content: Any) -> None:
        await self._socket.send_json({"type": type, **content})

    async def expects(self, type: str, **content: Any) -> dict[str, Any]:
        """The first frame of this type and content that no earlier one has passed."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    for index, frame in enumerate(self.frames):
                        if frame["type"] == type and content.items() <= frame.items():
                            del self.frames[: index + 1]
                            return frame
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"no {type} with {content} came, but {self.frames}") from None

    async def register(self, address: str) -> None:
        await self.send("register", address=address)
        await self.expects("registered")

    async def call(self, number: str = LINE) -> str:
        """Dials, and gives the call's id once it rings."""
        await self.send("dial", to=number)
        return str((await self.expects("call", status="ringing"))["call_sid"])

    async def say(self, text: str) -> None:
        await self.send("say", call_sid=self.call_sid, text=text)

    async def press(self, digits: str) -> None:
        await self.send("press", call_sid=self.call_sid, digits=digits)

    async def hang_up(self) -> None:
        await self.send("hang_up", call_sid=self.call_sid)

    async def close(self) -> None:
        await self._socket.close()
        await self._reader


async def open_phone(http: aiohttp.ClientSession, url: str, address: str) -> PhoneClient:
    """A telephone that is registered."""
    phone = PhoneClient(await http.ws_connect(url, protocols=[PROTOCOL]))
    await phone.register(address)
    return phone
