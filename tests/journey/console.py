"""An agent at the console."""

from __future__ import annotations

from itertools import count
from typing import Any

import aiohttp
from journey.wire import Frame, Heard, Socket, read_json

PROTOCOL = "holdfast.agent.v1"


class CommandRefused(Exception):
    """The answer to a command was `error`."""

    def __init__(self, frame: Frame) -> None:
        data = frame["data"]
        super().__init__(f"{data['code']}: {data['message']}")
        self.code: str = data["code"]
        self.data: dict[str, Any] = data


class AgentConsole:
    """A signed-in agent with one console open."""

    def __init__(self, http: aiohttp.ClientSession, url: str, token: str) -> None:
        self._http = http
        self._url = url
        self.token = token
        self._socket: Socket | None = None
        self._refs = count(1)

    @classmethod
    async def sign_in(
        cls, http: aiohttp.ClientSession, url: str, username: str, password: str = "holdfast"
    ) -> AgentConsole:
        body = {"username": username, "password": password, "want_token": True}
        async with http.post(f"{url}/api/v1/agent/session", json=body) as answer:
            signed_in = await read_json(answer)
            cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        return await cls(http, url, signed_in["token"]).open()

    async def open(self) -> AgentConsole:
        """Connects; every connection starts with a snapshot."""
        self._socket = await Socket.open(self._http, f"{self._url}/api/v1/agent/socket", PROTOCOL)
        await self._socket.send({"type": "hello", "token": self.token})
        first = await self.heard.wait_for("the first frame", lambda frame: True)
        assert first["type"] == "snapshot"
        return self

    @property
    def heard(self) -> Heard:
        assert self._socket is not None, "the console is closed"
        return self._socket.heard

    @property
    def snapshot(self) -> dict[str, Any]:
        data: dict[str, Any] = self.heard.frames[0]["data"]
        return data

    async def command(self, command_type: str, **fields: Any) -> Frame:
        """Sends a command and waits for its answer; raises `CommandRefused`."""
        assert self._socket is not None
        ref = f"r{next(self._refs)}"
        since = self.heard.mark
        await self._socket.send({"type": command_type, "ref": ref, **fields})
        answer = await self.heard.wait_for(
            f"the answer to {command_type}",
            lambda frame: frame["type"] in {"ok", "error"} and frame.get("ref", frame["data"].get("ref")) == ref,
            since,
        )
        if answer["type"] == "error":
            raise CommandRefused(answer)
        return answer

    async def send_raw(self, text: str) -> None:
        assert self._socket is not None
        await self._socket.send_raw(text)

    async def is_offered(self, contact_id: str | None = None, since: int = 0) -> dict[str, Any]:
        """The first offer since then, of this contact where one is named."""

        def matches(frame: Frame) -> bool:
            return frame["type"] == "offer.made" and contact_id in {None, frame["data"]["contact_id"]}

        offer: dict[str, Any] = (await self.heard.wait_for("an offer", matches, since))["data"]
        return offer

    async def accept(self, offer: dict[str, Any]) -> dict[str, Any]:
        """Accepts and confirms the briefing, as a console does; gives the briefing."""
        since = self.heard.mark
        await self.command("accept", offer_id=offer["offer_id"])
        briefing = await self.about("contact.briefing", offer["contact_id"], since)
        await self.command("briefing_shown", contact_id=offer["contact_id"])
        data: dict[str, Any] = briefing["data"]
        return data

    async def about(self, frame_type: str, contact_id: str, since: int = 0) -> Frame:
        """The first frame of this type about this contact since then."""

        def matches(frame: Frame) -> bool:
            return frame["type"] == frame_type and frame["data"]["contact_id"] == contact_id

        return await self.heard.wait_for(f"{frame_type} of {contact_id}", matches, since)

    async def reads(self, contact_id: str, text: str, author: str = "caller") -> Frame:
        """The message of this text and author in this contact."""

        def matches(frame: Frame) -> bool:
            data = frame.get("data", {})
            is_theirs = frame["type"] == "message.added" and data["contact_id"] == contact_id
            return is_theirs and (data["author"], data["text"]) == (author, text)

        return await self.heard.wait_for(f"{author}: {text}", matches)

    def index(self, frame_type: str, contact_id: str) -> int:
        """Where the first such frame stands among all that was heard."""
        return next(
            at
            for at, frame in enumerate(self.heard.frames)
            if frame["type"] == frame_type and frame["data"]["contact_id"] == contact_id
        )

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()
            self._socket = None
