"""A visitor in web chat."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import aiohttp
from journey.wire import Frame, Heard, Socket, read_json

PROTOCOL = "holdfast.v1"


class ChatCaller:
    """One contact on the chat channel, from joining to the end, over HTTP and, once `open` was called, a socket."""

    def __init__(self, http: aiohttp.ClientSession, url: str, joined: dict[str, Any]) -> None:
        self._http = http
        self._url = url
        self.joined = joined
        self.contact_id: str = joined["contact_id"]
        self.token: str = joined["token"]
        self.greeting: str = joined["greeting"]["text"]
        self._socket: Socket | None = None
        self._said_at = 0
        self._answered: set[str] = set()

    @classmethod
    async def join(cls, http: aiohttp.ClientSession, url: str, queue: str = "cards", **body: Any) -> ChatCaller:
        """Joins a queue; the place is durable when this returns."""
        status, joined = await join(http, url, {"channel": "chat", "queue": queue, **body})
        assert status == 201
        return cls(http, url, joined)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def position_at_joining(self) -> int:
        position: int = self.joined["place"]["position"]
        return position

    @property
    def position(self) -> int | None:
        """The latest position that this caller was told."""
        position: int | None = self.place["position"]
        return position

    @property
    def place(self) -> dict[str, Any]:
        """The latest place that this caller was told."""
        told = self.heard.of("place.updated") if self._socket else []
        place: dict[str, Any] = told[-1]["data"]["place"] if told else self.joined["place"]
        return place

    # -- over HTTP ------------------------------------------------------------------------------------------------

    async def show(self) -> dict[str, Any]:
        return await self._call("GET", "")

    async def events(self, after: int = 0) -> list[Frame]:
        events: list[Frame] = (await self._call("GET", f"/events?after={after}"))["events"]
        return events

    async def post(self, text: str, client_id: str | None = None) -> None:
        """Says something without a socket."""
        await self._call("POST", "/messages", json={"text": text, "client_id": client_id or str(uuid4())})

    async def leave(self) -> None:
        await self._call("DELETE", "")

    async def ask_for_callback(self, number: str, **more: str) -> dict[str, Any]:
        """Keeps the place and is called when it is served; gives the contact."""
        shown: dict[str, Any] = await self._call("POST", "/callback", json={"number": number, **more})
        return shown

    async def take_callback_back(self) -> None:
        await self._call("DELETE", "/callback")

    async def _call(self, method: str, path: str, **options: Any) -> Any:
        address = f"{self._url}/api/v1/contacts/{self.contact_id}{path}"
        async with self._http.request(method, address, headers=self.headers, **options) as answer:
            return await read_json(answer)

    # -- over the socket ------------------------------------------------------------------------------------------

    @property
    def socket(self) -> Socket:
        assert self._socket is not None, "open() was not called"
        return self._socket

    @property
    def heard(self) -> Heard:
        return self.socket.heard

    async def open(self, after: int = 0) -> ChatCaller:
        """Connects and says hello; the first place told shows that it was understood."""
        self._socket = await chat_socket(self._http, self._url, self.contact_id, after)
        self._said_at = 0
        await self.send("hello", token=self.token)
        await self.heard.wait_for_type("place.updated")
        return self

    async def send(self, frame_type: str, **fields: Any) -> None:
        await self.socket.send({"type": frame_type, **fields})

    async def say(self, text: str, client_id: str | None = None) -> Frame:
        """Says something; returns its echo, which is the promise that it is kept."""
        client_id = client_id or str(uuid4())
        self._said_at = self.heard.mark
        await self.send("say", text=text, client_id=client_id)
        return await self.heard.wait_for(
            f"the echo of {text!r}", lambda frame: frame.get("data", {}).get("client_id") == client_id, self._said_at
        )

    async def hears(self, pattern: str, author: str = "assistant") -> str:
        """What this author said since the caller last spoke that has this pattern in it, whatever the case."""

        def matches(frame: Frame) -> bool:
            data = frame.get("data", {})
            is_said = frame["type"] == "message.added" and data["author"] == author
            return is_said and re.search(pattern, data["text"], re.IGNORECASE) is not None

        frame = await self.heard.wait_for(f"{author}: {pattern}", matches, self._said_at)
        text: str = frame["data"]["text"]
        return text

    @property
    def is_answered(self) -> bool:
        """The assistant has said something since the caller last spoke."""
        return any(author == "assistant" for author, _ in transcript(self.heard.frames[self._said_at :]))

    async def ask(self, text: str, pattern: str) -> str:
        """Says something and waits for an answer with this pattern."""
        await self.say(text)
        return await self.hears(pattern)

    async def gives(self, name: str, value: str) -> dict[str, Any]:
        """Waits until this is asked for apart from the talk, and answers; gives what was asked."""

        def matches(frame: Frame) -> bool:
            is_asked = frame["type"] == "input.requested" and frame["data"]["name"] == name
            return is_asked and frame["data"]["request_id"] not in self._answered

        asked: dict[str, Any] = (await self.heard.wait_for(f"{name} is asked for", matches))["data"]
        self._answered.add(asked["request_id"])
        self._said_at = self.heard.mark
        await self.send("secure", request_id=asked["request_id"], name=name, value=value)
        return asked

    def another_device(self) -> ChatCaller:
        """The same contact with the same token somewhere else, or after a reload."""
        return ChatCaller(self._http, self._url, self.joined)

    @property
    def numbered(self) -> list[Frame]:
        """The frames that have a `seq`: what happened, without what only is."""
        return [frame for frame in self.heard.frames if "seq" in frame]

    @property
    def seqs(self) -> list[int]:
        return [frame["seq"] for frame in self.numbered]

    @property
    def transcript(self) -> list[tuple[str, str]]:
        return transcript(self.heard.frames)

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()
            self._socket = None


async def join(http: aiohttp.ClientSession, url: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """`POST /api/v1/contacts`: the status, and what was answered."""
    async with http.post(f"{url}/api/v1/contacts", json=body) as answer:
        return answer.status, await read_json(answer)


async def chat_socket(http: aiohttp.ClientSession, url: str, contact_id: str, after: int = 0) -> Socket:
    """The contact's socket before anything was said on it."""
    return await Socket.open(http, f"{url}/api/v1/contacts/{contact_id}/socket?after={after}", PROTOCOL)


def transcript(frames: list[Frame]) -> list[tuple[str, str]]:
    """Who said what, in order."""
    messages = [frame["data"] for frame in frames if frame["type"] == "message.added"]
    return [(data["author"], data["text"]) for data in messages]
