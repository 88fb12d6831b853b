"""Webhooks as Twilio sends them: over real HTTP, form-encoded, signed, with a token that is equal across retries.

https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]
from yarl import URL

from telephony.emulator.faults import Fault, FaultKind, Faults

log = logging.getLogger(__name__)

CONNECTION_FAILED = 11205
HTTP_FAILED = 11200
CONNECT_SECONDS = 5.0
SOCKET_LIMIT = 256 * 1024

type Notice = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an application answered: its body and content type."""

    body: bytes
    content_type: str


class WebhookFailed(Exception):
    """Nobody answered as they should; `code` is Twilio's for the reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the address's fragment asks for: retries after a failed connection, and milliseconds to wait."""

    retries: int = 1
    connect_ms: int = 5000
    read_ms: int = 15000


class Webhooks:
    """Sends an account's webhooks. Requests (`fetch`) want an answer; notices (`notify`) are sent in order per key."""

    def __init__(self, auth_token: str, faults: Faults, read_seconds: float) -> None:
        self._validator = RequestValidator(auth_token)
        self._faults = faults
        self._read_seconds = read_seconds
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._latest: dict[str, asyncio.Task[None]] = {}
        self._held: dict[str, Notice] = {}

    async def fetch(self, url: str, method: str, params: Mapping[str, str]) -> Answer:
        """The application's answer. Raises `WebhookFailed`. A request that was begun is finished, even if the one who
        asked is cancelled: a caller's hang-up doesn't undo a webhook."""
        task = self._spawn(self._fetch(url, method, params))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_unheard)
            raise

    def notify(self, key: str, url: str, method: str, params: Mapping[str, str]) -> None:
        """Tells the application something; what it answers changes nothing."""
        fault = self._faults.hit(url)
        if fault and fault.kind is FaultKind.REORDER:
            self._held[key] = partial(self._notify, url, method, params, None)
            return
        self._queue(key, partial(self._notify, url, method, params, fault))
        if (held := self._held.pop(key, None)) is not None:
            self._queue(key, held)

    async def close(self) -> None:
        """Sends nothing more; what is under way is given up."""
        self._held.clear()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def get(self, url: str) -> Answer:
        """A file, fetched as Twilio fetches media: unsigned. Raises `WebhookFailed`."""
        return await self._send(url, "GET", {}, "", _overrides(url))

    async def connect(self, url: str) -> aiohttp.ClientWebSocketResponse:
        """A socket of the application's, opened with a signed handshake. Raises `aiohttp.ClientError`, `TimeoutError`.

        The address is signed as it stands in the document.
        """
        fault = self._faults.hit(url)
        if fault and fault.kind is FaultKind.DROP:
            raise aiohttp.ClientConnectionError("never opened: a fault was armed")
        signature = self._validator.compute_signature(url, {})
        headers = {"X-Twilio-Signature": signature, "User-Agent": "TwilioProxy/1.1 (Holdfast emulator)"}
        async with asyncio.timeout(self._read_seconds):
            return await self._connected().ws_connect(
                url, headers=headers, max_msg_size=SOCKET_LIMIT, timeout=aiohttp.ClientWSTimeout(ws_close=1.0)
            )

    def _spawn[T](self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _queue(self, key: str, notice: Notice) -> None:
        before = self._latest.get(key)

        async def after() -> None:
            if before is not None:
                await asyncio.wait({before})
            await notice()

        task = self._spawn(after())
        self._latest[key] = task
        task.add_done_callback(lambda _: self._latest.pop(key) if self._latest.get(key) is task else None)

    async def _notify(self, url: str, method: str, params: Mapping[str, str], fault: Fault | None) -> None:
        try:
            await self._attempt(url, method, params, fault)
        except WebhookFailed as failed:
            log.warning("a notice was not taken (%d): %s", failed.code, failed)

    async def _fetch(self, url: str, method: str, params: Mapping[str, str]) -> Answer:
        return await self._attempt(url, method, params, self._faults.hit(url))

    async def _attempt(self, url: str, method: str, params: Mapping[str, str], fault: Fault | None) -> Answer:
        token = str(uuid.uuid4())
        overrides = _overrides(url)
        kind = fault.kind if fault else None
        if fault and kind is FaultKind.DELAY:
            await asyncio.sleep(fault.seconds)
        if kind is FaultKind.DROP:
            raise WebhookFailed(CONNECTION_FAILED, "never sent: a fault was armed")
        if kind is FaultKind.ERROR:
            raise WebhookFailed(HTTP_FAILED, "answered 502: a fault was armed")
        if kind is FaultKind.DUPLICATE:
            self._spawn(self._twin(url, method, params, token))
        for tries_left in range(overrides.retries, -1, -1):
            try:
                answer = await self._send(url, method, params, token, overrides)
            except WebhookFailed as failed:
                if failed.code != CONNECTION_FAILED or not tries_left:
                    raise
            else:
                if kind is FaultKind.TIME_OUT:
                    raise WebhookFailed(HTTP_FAILED, "timed out: a fault was armed")
                return answer
        raise AssertionError("the last try returns or raises")

    async def _twin(self, url: str, method: str, params: Mapping[str, str], token: str) -> None:
        try:
            await self._send(url, method, params, token, _overrides(url))
        except WebhookFailed as failed:
            log.info("a duplicate was not taken (%d)", failed.code)

    async def _send(self, url: str, method: str, params: Mapping[str, str], token: str, overrides: Overrides) -> Answer:
        address = url.partition("#")[0]
        if method == "GET" and params:
            address += ("&" if "?" in address else "?") + urlencode(params)
        signed = params if method == "POST" else {}
        headers = {
            "X-Twilio-Signature": self._validator.compute_signature(address, signed),
            "I-Twilio-Idempotency-Token": token,
            "User-Agent": "TwilioProxy/1.1 (Holdfast emulator)",
            "Accept": "*/*",
        }
        seconds = min(self._read_seconds, overrides.read_ms / 1000)
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=min(CONNECT_SECONDS, overrides.connect_ms / 1000))
        data = urlencode(params).encode() if method == "POST" else None
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        try:
            async with self._connected().request(
                method, URL(address, encoded=True), data=data, headers=headers, timeout=timeout
            ) as answer:
                body = await answer.read()
                if answer.status >= 400:
                    raise WebhookFailed(HTTP_FAILED, f"answered {answer.status}")
                return Answer(body, answer.content_type)
        except aiohttp.ClientConnectorError as error:
            raise WebhookFailed(CONNECTION_FAILED, type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise WebhookFailed(HTTP_FAILED, type(error).__name__) from None

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self._session


def _unheard(task: asyncio.Task[Answer]) -> None:
    """Whoever asked is gone: a webhook that then fails is told to the log instead."""
    failed = None if task.cancelled() else task.exception()
    if failed is not None:
        log.warning("a webhook was not answered, and the one who asked is gone: %s", failed)


def _overrides(url: str) -> Overrides:
    asked = parse_qs(urlsplit(url).fragment)

    def number(name: str, low: int, high: int, default: int) -> int:
        text = asked.get(name, [""])[0]
        return min(max(int(text), low), high) if text.isascii() and text.isdigit() else default

    return Overrides(
        number("rc", 0, 5, 1),
        number("ct", 100, 10000, 5000),
        number("rt", 100, 15000, 15000),
    )
