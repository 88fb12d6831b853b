"""How the service is reached: requests and sockets, as the contract says them."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

DEFAULT_RETRY_SECONDS = 5.0
CLOSE_SECONDS = 2.0

type Frame = dict[str, Any]


class Refused(Exception):
    """The service said no: its status, its code, and how long to wait where it says so."""

    def __init__(self, status: int, code: str, message: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.retry_after_seconds = retry_after_seconds


class Away(Exception):
    """Nobody answers, or says that it can't just now. Asking again may help."""


class Door:
    """The service at one address."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = url.rstrip("/")

    async def ask(self, method: str, path: str, *, token: str | None = None, body: Any = None) -> Any:
        """The JSON of the answer, None where it has none. Raises `Refused` and `Away`."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            async with self._http.request(method, self._url + path, headers=headers, json=body) as answer:
                text = await answer.text()
                return _read(answer.status, text)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Away(str(error) or type(error).__name__) from None

    async def socket(self, path: str, protocol: str) -> Socket:
        """Raises `Refused` where there is no such socket, and `Away`."""
        try:
            return Socket(await self._http.ws_connect(self._url + path, protocols=(protocol,), max_msg_size=0))
        except aiohttp.WSServerHandshakeError as refused:
            if refused.status >= 500:
                raise Away(refused.message) from None
            raise Refused(refused.status, "no_socket", refused.message) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Away(str(error) or type(error).__name__) from None


def _read(status: int, text: str) -> Any:
    if status == 204 or (status < 300 and not text):
        return None
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    if status < 400 and body is not None:
        return body
    error = body.get("error") if isinstance(body, dict) else None
    error = error if isinstance(error, dict) else {}
    code, message = str(error.get("code", f"status_{status}")), str(error.get("message", "no reason given"))
    if status >= 500 and status != 501:
        raise Away(f"{code}: {message}")
    raise Refused(status, code, message, error.get("retry_after_seconds"))


class Socket:
    """One WebSocket. Frames end when it is closed by whomever; what is sent to a closed one is lost."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    @property
    def is_open(self) -> bool:
        return not self._socket.closed

    async def frames(self) -> AsyncIterator[Frame]:
        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                yield json.loads(message.data)

    async def send(self, type: str, **fields: Any) -> None:
        if self.is_open:
            try:
                await self._socket.send_str(json.dumps({"type": type, **fields}))
            except (aiohttp.ClientError, ConnectionError, RuntimeError):
                return

    async def close(self) -> None:
        """Politely."""
        await self._socket.close()

    def drop(self) -> None:
        """The line is cut, as when a train enters a tunnel: nothing more is said."""
        line = self._socket.get_extra_info("socket")
        if line is not None:
            line.shutdown(socket.SHUT_RDWR)
