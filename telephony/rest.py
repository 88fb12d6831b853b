"""Twilio's REST interface, reached through the official package's async client.

The stock transport can't be pointed elsewhere, ignores its time-out, and writes addresses with callers' numbers into
the log; this one does what it should. https://www.twilio.com/docs/voice/api
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]
from twilio.http import AsyncHttpClient  # type: ignore[import-untyped]
from twilio.http.async_http_client import AsyncTwilioHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]
from yarl import URL

log = logging.getLogger(__name__)

TWILIO_API_URL = "https://api.twilio.com"
API_VERSION = "2010-04-01"
TOTAL_SECONDS = 8.0
CONNECT_SECONDS = 3.0

# Twilio's codes that the callers of this module tell apart.
CALL_IS_OVER = 21220
CONFERENCE_IS_OVER = 16022
NOT_FOUND = 20404
TOO_MANY = 20429
OVER = frozenset({CALL_IS_OVER, CONFERENCE_IS_OVER, NOT_FOUND})
BUSY_TRIES = 3
BUSY_PAUSE_SECONDS = 0.5
# No such number, none that we may call, or one that cannot be reached: the same the next time.
NUMBER_REFUSED = frozenset({21211, 21214, 21215, 21216, 21217, 21219})


class RedirectedHttpClient(AsyncTwilioHttpClient):  # type: ignore[misc]
    """Sends every request to `api_url` (a path in front is kept) within real time-outs, and logs none of it.

    Raises `aiohttp.ClientError` or `TimeoutError` when nobody answers: whether the request took effect is then unknown.
    """

    def __init__(self, session: aiohttp.ClientSession, api_url: str = TWILIO_API_URL) -> None:
        AsyncHttpClient.__init__(self, log, True, TOTAL_SECONDS)
        self._session = session
        self._timeout = aiohttp.ClientTimeout(total=TOTAL_SECONDS, sock_connect=CONNECT_SECONDS)
        self._api_url = api_url.rstrip("/")

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the package's own signature
        allow_redirects: bool = False,
    ) -> Response:
        sent = dict(headers or {})
        if auth is not None:
            sent["Authorization"] = aiohttp.encode_basic_auth(*auth)
        async with self._session.request(
            method.upper(),
            self._rewritten(url),
            params=_texts(params),
            data=_texts(data) if data else None,
            headers=sent,
            timeout=self._timeout if timeout is None else aiohttp.ClientTimeout(total=timeout),
            allow_redirects=allow_redirects,
        ) as answer:
            return Response(answer.status, await answer.text(), answer.headers)

    async def media(self, url: str, auth: tuple[str, str]) -> bytes:
        """The bytes at this address. Raises `TwilioRestException` where there are none, and as `request` does."""
        headers = {"Authorization": aiohttp.encode_basic_auth(*auth)}
        async with self._session.get(self._rewritten(url), headers=headers, timeout=self._timeout) as answer:
            if answer.status != 200:
                raise TwilioRestException(answer.status, url, "no media", method="GET")
            return await answer.read()

    def _rewritten(self, url: str) -> URL:
        parts = urlsplit(url)
        return URL(self._api_url + parts.path + (f"?{parts.query}" if parts.query else ""), encoded=True)

    async def close(self) -> None:
        """Nothing: the session belongs to whoever made it."""


def _texts(fields: Mapping[str, object] | None) -> list[tuple[str, str]]:
    """The fields as a form has them: lists become repeated names, booleans lower-case words."""
    pairs: list[tuple[str, str]] = []
    for name, value in (fields or {}).items():
        for item in value if isinstance(value, list | tuple) else [value]:
            pairs.append((name, str(item).lower() if isinstance(item, bool) else str(item)))
    return pairs


class Media:
    """What is no JSON, as a recording's sound: the package's own transport takes every answer for text."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._http: RedirectedHttpClient = client.http_client

    async def fetch(self, path: str) -> bytes:
        """What stands at this path of the account. Raises `TwilioRestException`, and as the transport does."""
        client = self._client
        uri = f"/{API_VERSION}/Accounts/{client.account_sid}{path}"
        return await self._http.media(TWILIO_API_URL + uri, (client.username, client.password))


@asynccontextmanager
async def twilio_client(account_sid: str, auth_token: str, api_url: str = TWILIO_API_URL) -> AsyncIterator[Client]:
    """The package's client for this account, for as long as the block runs."""
    async with aiohttp.ClientSession() as session:
        http = RedirectedHttpClient(session, api_url)
        # Not the process's environment, which could redirect it; an empty mapping would mean just that.
        yield Client(account_sid, auth_token, http_client=http, environment={"TWILIO_REGION": ""})


def refusal_code(error: BaseException) -> int | None:
    """Twilio's code of a refusal (20404 for any 404); None when the error is no refusal."""
    if not isinstance(error, TwilioRestException):
        return None
    if error.status == 404:
        return NOT_FOUND
    code: int | None = error.code
    return code


def is_unanswered(error: BaseException) -> bool:
    """Whether nobody answered, so that the request may or may not have taken effect."""
    return isinstance(error, aiohttp.ClientError | asyncio.TimeoutError)


async def patiently(request: Callable[[], Awaitable[Any]]) -> Any:
    """Sends a request; "too many requests" was never processed, and is always safe to repeat."""
    for tries_left in range(BUSY_TRIES, -1, -1):
        try:
            return await request()
        except TwilioRestException as refused:
            if refused.code != TOO_MANY or not tries_left:
                raise
        await asyncio.sleep(BUSY_PAUSE_SECONDS)
    raise AssertionError("the last try returns or raises")
