"""A tenant's own system that is told of contacts: it believes only what is signed, and answers as a test says."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from serving.demo import changed_tenant

EVERYTHING = [
    "contact.placed",
    "contact.offered",
    "contact.connected",
    "contact.returned",
    "contact.closed",
    "feedback.given",
]
SECRET = "whsec_" + base64.b64encode(b"a key of thirty-two bytes, or so").decode()


@dataclass(frozen=True, slots=True)
class Told:
    """One message as it came, and with what it was answered."""

    id: str
    body: dict[str, Any]
    status: int

    @property
    def type(self) -> str:
        return str(self.body["type"])

    @property
    def data(self) -> dict[str, Any]:
        data: dict[str, Any] = self.body["data"]
        return data


def is_signed(headers: Any, body: bytes, secret: str = SECRET) -> bool:
    """As a receiver checks it, with nothing of ours: https://www.standardwebhooks.com"""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(expected, each) for each in headers["webhook-signature"].split(" "))


@dataclass
class Endpoint:
    """`answers` gives the status of each message; `pause` is waited for before it is given."""

    answers: Callable[[Told], int] = lambda told: 204
    headers: dict[str, str] = field(default_factory=dict)
    pause: Callable[[], Any] | None = None
    url: str = ""
    heard: list[Told] = field(default_factory=list)
    at_once: dict[str, int] = field(default_factory=dict)
    most_at_once: int = 0
    """How often the same message was being told at the same time, at most."""

    @property
    def accepted(self) -> list[Told]:
        return [told for told in self.heard if 200 <= told.status < 300]

    def of_contact(self, contact_id: str) -> list[str]:
        """The kinds of event that were accepted of a contact, each once, in the order in which they first came."""
        return list(dict.fromkeys(told.type for told in self.accepted if told.data["contact_id"] == contact_id))

    async def _hear(self, request: web.Request) -> web.Response:
        raw = await request.read()
        if not is_signed(request.headers, raw):
            return web.Response(status=401)
        told = Told(request.headers["webhook-id"], json.loads(raw), 0)
        self.at_once[told.id] = self.at_once.get(told.id, 0) + 1
        self.most_at_once = max(self.most_at_once, self.at_once[told.id])
        try:
            if self.pause is not None:
                await self.pause()
            status = self.answers(told)
            self.heard.append(Told(told.id, told.body, status))
            return web.Response(status=status, headers=self.headers)
        finally:
            self.at_once[told.id] -= 1


def telling(folder: Path, url: str, **options: Any) -> dict[str, str]:
    """The settings of a tenant whose endpoint this is: told of everything, where `options` do not say otherwise."""
    webhook = {"url": url, "secret_env": "CRM_SECRET", "events": EVERYTHING, "name": "crm"} | options
    return changed_tenant(folder, parts={"webhooks": [webhook]}) | {"CRM_SECRET": SECRET}


@asynccontextmanager
async def endpoint(**behaviour: Any) -> AsyncIterator[Endpoint]:
    """One that listens on a port of its own."""
    opened = Endpoint(**behaviour)
    app = web.Application()
    app.router.add_post("/hooks", opened._hear)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    opened.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hooks"
    try:
        yield opened
    finally:
        await asyncio.shield(runner.cleanup())
