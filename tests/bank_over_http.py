"""The demo bank behind HTTP, as a tenant would put its own systems: it believes only what is signed."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from assistant.model.ports import BackOffice, Customer

SECRET = "a secret that both sides know"


@dataclass
class BankOverHttp:
    """`failures`: how many requests from now on fail; `answer`: what is answered instead, if anything.

    An effect whose first request is `is_lost` is carried out, and nobody is told. `keys` are those of effects.
    """

    bank: BackOffice
    failures: int = 0
    answer: web.Response | None = None
    is_lost: bool = False
    keys: list[str] = field(default_factory=list)
    has_settled: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes([web.post("/holdfast/{what}", self._serve)])
        return app

    async def _serve(self, request: web.Request) -> web.Response:
        self.asked.append((request.match_info["what"], dict(request.headers)))
        if not _is_signed(request.headers, await request.read()):
            return web.Response(status=401)
        if self.failures:
            self.failures -= 1
            return web.Response(status=503)
        if self.answer is not None:
            return self.answer
        return web.json_response(await self._answer(request.match_info["what"], await request.json()))

    async def _answer(self, what: str, asked: dict[str, Any]) -> dict[str, Any]:
        number = asked["customer_number"]
        match what:
            case "check-pin":
                return {"customer": _told(await self.bank.check_pin(number, asked["pin"]))}
            case "find":
                return {"customer": _told(await self.bank.find(number))}
            case "look-up":
                return {"found": await self.bank.look_up(number, asked["what"])}
        self.keys.append(asked["key"])
        settled = await self.bank.settle(number, asked["service"], asked["arguments"], asked["key"])
        self.has_settled.set()
        if self.is_lost:
            await asyncio.Event().wait()
        return {"outcome": settled.outcome, "text": settled.text}


def _told(customer: Customer | None) -> dict[str, Any] | None:
    return {"name": customer.name, "marks": customer.marks, "phone": customer.phone} if customer else None


def _is_signed(headers: Any, body: bytes) -> bool:
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
    return hmac.compare_digest(headers["webhook-signature"], f"v1,{base64.b64encode(digest).decode()}")
