"""A tenant's own systems behind HTTP: signed, timed out, retried and circuit-broken. The wire: docs/connectors.md.

Every request is safe to repeat: questions change nothing, and an effect carries its key, under which the other side
carries it out once. Nothing of a request or an answer is ever logged.
"""

from __future__ import annotations

import asyncio
import random
from typing import Any
from uuid import uuid4

import aiohttp
import orjson

from assistant.adapters.breaker import Breaker
from assistant.adapters.signing import signed
from assistant.model.errors import Unavailable
from assistant.model.ports import Clock, Customer, ServiceOutcome
from assistant.settings.tenant import ConnectorPart

OUTCOMES = frozenset({"done", "already_done", "refused", "failed"})
PAUSE_SECONDS = 0.2
LONGEST_TEXT = 600
SHOWN_AT_MOST = 50


class HttpBackOffice:
    """Implements the port `BackOffice`. Call inside the running loop; `close` ends its connections."""

    def __init__(self, part: ConnectorPart, secret: str, clock: Clock) -> None:
        self._url = part.url.rstrip("/")
        self._tries = part.retries + 1
        self._secret = secret.encode()
        self._clock = clock
        self._breaker = Breaker(clock)
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=part.timeout_seconds))

    async def check_pin(self, customer_number: str, pin: str) -> Customer | None:
        answer = await self._ask("check-pin", {"customer_number": customer_number, "pin": pin})
        return _customer(answer, customer_number)

    async def find(self, customer_number: str) -> Customer | None:
        return _customer(await self._ask("find", {"customer_number": customer_number}), customer_number)

    async def look_up(self, customer_number: str, what: str) -> list[dict[str, str]]:
        found = (await self._ask("look-up", {"customer_number": customer_number, "what": what})).get("found")
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise _makes_no_sense()
        return [{str(name): str(value) for name, value in each.items()} for each in found[:SHOWN_AT_MOST]]

    async def settle(self, customer_number: str, service: str, arguments: dict[str, Any], key: str) -> ServiceOutcome:
        asked = {"customer_number": customer_number, "service": service, "arguments": arguments, "key": key}
        answer = await self._ask("settle", asked)
        outcome, text = answer.get("outcome"), answer.get("text")
        if outcome not in OUTCOMES or not isinstance(text, str):
            raise _makes_no_sense()
        return ServiceOutcome(outcome, text[:LONGEST_TEXT])

    async def close(self) -> None:
        await self._session.close()

    async def _ask(self, what: str, asked: dict[str, Any]) -> dict[str, Any]:
        if self._breaker.is_open:
            raise Unavailable("back_office_unavailable", "The back office is away.")
        body, id = orjson.dumps(asked), str(uuid4())
        for left in reversed(range(self._tries)):
            try:
                answer = await self._send(what, body, id)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                self._breaker.failed()
                if not left or self._breaker.is_open:
                    why = type(error).__name__
                    raise Unavailable("back_office_unavailable", f"The back office did not answer ({why}).") from error
                await asyncio.sleep(PAUSE_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 - spreads the load
                continue
            self._breaker.succeeded()
            return answer
        raise AssertionError("the last try returns or raises")

    async def _send(self, what: str, body: bytes, id: str) -> dict[str, Any]:
        """One try. Anything but 200 with an object counts as no answer."""
        headers = signed([self._secret], id, self._clock.now(), body) | {"Content-Type": "application/json"}
        async with self._session.post(
            f"{self._url}/{what}", data=body, headers=headers, allow_redirects=False
        ) as answer:
            if answer.status != 200:
                raise aiohttp.ClientPayloadError(f"status {answer.status}")
            try:
                told = orjson.loads(await answer.read())
            except orjson.JSONDecodeError:
                raise aiohttp.ClientPayloadError("not JSON") from None
        if not isinstance(told, dict):
            raise aiohttp.ClientPayloadError("not an object")
        return told


def _customer(answer: dict[str, Any], number: str) -> Customer | None:
    told = answer.get("customer")
    if told is None:
        return None
    try:
        marks = tuple(str(mark) for mark in told.get("marks", ()))
        phone = told.get("phone")
        return Customer(number, str(told["name"])[:200], marks, str(phone) if phone else None)
    except (KeyError, TypeError, AttributeError):
        raise _makes_no_sense() from None


def _makes_no_sense() -> Unavailable:
    return Unavailable("back_office_unavailable", "The back office gave an answer that makes no sense.")
