"""What the clients of the journey share: frames kept as they arrive, and answers that are read strictly.

The clients are written from the contract alone. They import nothing of the service.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

import aiohttp

PATIENCE_SECONDS = 30.0
SECRETS_OF_OURS = re.compile(r"Traceback|File \"|\.py\b|site-packages|sqlalchemy|sqlite3", re.IGNORECASE)

type Frame = dict[str, Any]


class WireRefused(Exception):
    """The service refused, as the contract says: `code`, a sentence, `retryable`; `body` is all that it said."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        error = body["error"]
        super().__init__(f"{status} {error['code']}: {error['message']}")
        assert isinstance(error["message"], str)
        assert isinstance(error["retryable"], bool)
        self.status = status
        self.code: str = error["code"]
        self.message: str = error["message"]
        self.retryable: bool = error["retryable"]
        self.details: dict[str, Any] = error


def assert_no_insides(text: str) -> None:
    """Nothing that was sent to a caller shows how the service is built."""
    found = SECRETS_OF_OURS.search(text)
    assert found is None, f"insides of the service in its answer: {text[:2000]}"


async def read_json(answer: aiohttp.ClientResponse) -> Any:
    """The answer's JSON; raises `WireRefused` for every status from 400 on."""
    text = await answer.text()
    assert_no_insides(text)
    if answer.status == 204:
        return None
    assert answer.content_type == "application/json", f"{answer.status} {answer.content_type}: {text[:500]}"
    body = json.loads(text)
    if answer.status >= 400:
        raise WireRefused(answer.status, body)
    return body


class Heard:
    """Everything that has arrived on one socket, in order."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.close_code: int | None = None
        self._news = asyncio.Event()

    def add(self, frame: Frame) -> None:
        self.frames.append(frame)
        self._news.set()

    def ended(self, close_code: int | None) -> None:
        self.close_code = close_code or 1006
        self._news.set()

    @property
    def mark(self) -> int:
        """Where the next frame will stand: what is waited for `since` it has not arrived yet."""
        return len(self.frames)

    def of(self, frame_type: str, since: int = 0) -> list[Frame]:
        return [frame for frame in self.frames[since:] if frame["type"] == frame_type]

    async def wait_for(
        self, what: str, matches: Callable[[Frame], object], since: int = 0, seconds: float = PATIENCE_SECONDS
    ) -> Frame:
        """The first frame that matches; fails with all that was heard since when none comes in time."""
        try:
            async with asyncio.timeout(seconds):
                at = since
                while True:
                    while at < len(self.frames):
                        if matches(self.frames[at]):
                            return self.frames[at]
                        at += 1
                    if self.close_code is not None:
                        raise AssertionError(
                            f"the socket closed ({self.close_code}) before: {what}\n{self._told(since)}"
                        )
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"not heard within {seconds:g} s: {what}\n{self._told(since)}") from None

    async def wait_for_type(self, frame_type: str, since: int = 0, seconds: float = PATIENCE_SECONDS) -> Frame:
        return await self.wait_for(frame_type, lambda frame: frame["type"] == frame_type, since, seconds)

    async def wait_for_close(self, seconds: float = PATIENCE_SECONDS) -> int:
        """The code with which the other side closed."""
        try:
            async with asyncio.timeout(seconds):
                while self.close_code is None:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"the socket is open still\n{self._told(0)}") from None
        return self.close_code

    def _told(self, since: int) -> str:
        return "\n".join(json.dumps(frame)[:600] for frame in self.frames[since:][-60:]) or "(nothing)"


class Socket:
    """One WebSocket with a reader of its own."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.heard = Heard()
        self._socket = socket
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, http: aiohttp.ClientSession, url: str, protocol: str, **options: Any) -> Socket:
        socket = await http.ws_connect(url, protocols=(protocol,), max_msg_size=0, **options)
        assert socket.protocol == protocol
        assert not socket.compress, "the contract says: no compression"
        return cls(socket)

    async def _read(self) -> None:
        async for message in self._socket:
            assert_no_insides(message.data)
            self.heard.add(json.loads(message.data))
        self.heard.ended(self._socket.close_code)

    async def send(self, frame: Frame) -> None:
        await self._socket.send_str(json.dumps(frame))

    async def send_raw(self, text: str) -> None:
        await self._socket.send_str(text)

    async def send_bytes(self, data: bytes) -> None:
        await self._socket.send_bytes(data)

    async def close(self) -> None:
        """Closes politely."""
        await self._socket.close()
        await asyncio.gather(self._reader, return_exceptions=True)

    async def drop(self) -> None:
        """The line is cut: nothing more is said, as when a train enters a tunnel."""
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)
        connection = self._socket._writer.transport
        assert connection is not None
        connection.abort()
