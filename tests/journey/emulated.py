"""A telephone on the emulator's phone socket: what the pages under `/phone` and `/console` do, without a browser."""

from __future__ import annotations

import re
from typing import Any

import aiohttp
from journey.wire import Frame, Heard, Socket

PROTOCOL = "holdfast.phone.v1"
ATTEMPTS = 20
CHANCES = {"spoken", "listening", "play"}


class EmulatedPhone:
    """A registered telephone; `address` is a number or `client:name`."""

    def __init__(self, socket: Socket, address: str) -> None:
        self._socket = socket
        self.address = address
        self.call_sid = ""
        self._acted_at = 0

    @classmethod
    async def register(
        cls, http: aiohttp.ClientSession, url: str, address: str, path: str = "/emulator/phone"
    ) -> EmulatedPhone:
        """`path`: where the emulator's telephones are; it has another one when it runs alone."""
        socket = await Socket.open(http, url + path, PROTOCOL)
        phone = cls(socket, address)
        await socket.send({"type": "register", "address": address})
        await phone.heard.wait_for_type("registered")
        return phone

    @property
    def heard(self) -> Heard:
        return self._socket.heard

    async def dial(self, number: str) -> None:
        """Calls a number and waits until it is answered."""
        self._acted_at = self.heard.mark
        await self._socket.send({"type": "dial", "to": number})
        self.call_sid = (await self.heard.wait_for_type("call", self._acted_at))["call_sid"]
        await self.is_in("in-progress")

    async def is_rung(self, since: int = 0) -> Frame:
        """Waits until somebody calls here."""
        call = await self.heard.wait_for(
            "it rings", lambda frame: _is_call(frame, "ringing") and _is_incoming(frame), since
        )
        self.call_sid = call["call_sid"]
        return call

    async def answer(self) -> None:
        await self._act("answer")
        await self.is_in("in-progress")

    async def take(self) -> None:
        """Answers as an agent, hears what it is about, and takes the call."""
        await self.answer()
        await self.hears("Press 1 to take it")
        await self.press("1")

    async def is_in(self, status: str) -> Frame:
        """Waits until this phone's call has this status."""

        def matches(frame: Frame) -> bool:
            return _is_call(frame, status) and frame["call_sid"] == self.call_sid

        return await self.heard.wait_for(f"the call is {status}", matches)

    async def say(self, text: str) -> None:
        """Speaks, again if nobody listened yet, as a person does."""
        await self._insist("say", text=text)

    async def press(self, digits: str) -> None:
        """Presses keys, again if nobody listened yet."""
        await self._insist("press", digits=digits)

    async def speaks(self, text: str) -> None:
        """Speaks in a conference, where nobody has to listen first."""
        await self._act("say", text=text)

    async def hears(self, pattern: str, since: int | None = None) -> str:
        """What the call says with this pattern since this phone last did something."""
        frame = await self._told("spoken", pattern, since)
        text: str = frame["text"]
        return text

    async def hears_other(self, pattern: str) -> Frame:
        """What somebody else in the conference said."""
        return await self._told("caption", pattern, None)

    async def is_in_conference(self, joined: bool = True) -> Frame:
        """Waits until this phone has joined a conference, or has left it."""
        return await self.heard.wait_for(
            f"conference, joined {joined}",
            lambda frame: frame["type"] == "conference" and frame["joined"] is joined,
        )

    async def hang_up(self) -> None:
        await self._act("hang_up")

    async def close(self) -> None:
        await self._socket.close()

    async def _told(self, frame_type: str, pattern: str, since: int | None) -> Frame:
        def matches(frame: Frame) -> bool:
            return frame["type"] == frame_type and re.search(pattern, frame["text"], re.IGNORECASE) is not None

        at = self._acted_at if since is None else since
        return await self.heard.wait_for(f"{frame_type}: {pattern}", matches, at)

    async def _insist(self, frame_type: str, **fields: Any) -> None:
        for _ in range(ATTEMPTS):
            await self._act(frame_type, **fields)
            answer = await self.heard.wait_for(
                f"{fields} is heard", lambda frame: frame["type"] in {"heard", "error"}, self._acted_at
            )
            if answer["type"] == "heard":
                return
            assert answer["code"] == "not_listening", answer
            at = self._acted_at
            await self.heard.wait_for("a chance", lambda frame: frame["type"] in CHANCES, at)
        raise AssertionError(f"nobody ever listened to {fields}")

    async def _act(self, frame_type: str, **fields: Any) -> None:
        self._acted_at = self.heard.mark
        await self._socket.send({"type": frame_type, "call_sid": self.call_sid, **fields})


def _is_call(frame: Frame, status: str) -> bool:
    return frame["type"] == "call" and frame["status"] == status


def _is_incoming(frame: Frame) -> bool:
    return frame["direction"] == "incoming"
