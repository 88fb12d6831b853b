"""A telephone company of the test's own: takes the REST calls that the service makes, and carries none of them out.

REST: https://www.twilio.com/docs/voice/api/call-resource
"""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

ACCOUNT = "AC" + "7" * 32


@dataclass
class Provider:
    """`made` are the outgoing calls that were asked for, `updated` the changes to calls, each as its form."""

    token: str
    url: str = ""
    made: list[dict[str, str]] = field(default_factory=list)
    updated: list[dict[str, str]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def settings(self) -> dict[str, str]:
        return {
            "HOLDFAST_TWILIO_ACCOUNT_SID": ACCOUNT,
            "HOLDFAST_TWILIO_AUTH_TOKEN": self.token,
            "HOLDFAST_TWILIO_API_URL": self.url,
        }

    async def wait_for(self, what: str, look: Callable[[], list[dict[str, str]]]) -> dict[str, str]:
        """The first of what `look` finds, once it finds something."""
        try:
            async with asyncio.timeout(30):
                while not (found := look()):
                    self.news.clear()
                    await self.news.wait()
        except TimeoutError:
            raise AssertionError(f"never asked for: {what}; made {self.made}, updated {self.updated}") from None
        return found[0]

    async def create(self, request: web.Request) -> web.Response:
        form = await self._form(request)
        form["sid"] = "CA" + secrets.token_hex(16)
        self.made.append(form)
        self.news.set()
        return web.json_response(_call(form["sid"], "queued", form), status=201)

    async def update(self, request: web.Request) -> web.Response:
        form = await self._form(request)
        form["sid"] = request.match_info["sid"]
        self.updated.append(form)
        self.news.set()
        return web.json_response(_call(form["sid"], "in-progress", form))

    async def conferences(self, request: web.Request) -> web.Response:
        await self._form(request)
        return web.json_response({"conferences": [], "page": 0, "page_size": 50, "uri": request.path})

    async def _form(self, request: web.Request) -> dict[str, str]:
        expected = base64.b64encode(f"{ACCOUNT}:{self.token}".encode()).decode()
        assert request.headers["Authorization"] == f"Basic {expected}"
        return {name: str(value) for name, value in (await request.post()).items()}


def _call(sid: str, status: str, form: dict[str, str]) -> dict[str, Any]:
    return {"sid": sid, "account_sid": ACCOUNT, "status": status, "to": form.get("To"), "from": form.get("From")}


@asynccontextmanager
async def provider(token: str) -> AsyncIterator[Provider]:
    """Answers on a free port until the block ends."""
    company = Provider(token)
    calls = f"/2010-04-01/Accounts/{ACCOUNT}/Calls"
    app = web.Application()
    app.router.add_post(f"{calls}.json", company.create)
    app.router.add_post(f"{calls}/{{sid}}.json", company.update)
    app.router.add_get(f"/2010-04-01/Accounts/{ACCOUNT}/Conferences.json", company.conferences)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    company.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield company
    finally:
        await runner.cleanup()
