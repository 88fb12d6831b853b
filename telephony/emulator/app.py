"""The emulator as a web application, to be mounted or to be run alone."""

from __future__ import annotations

import hmac
import json
from collections.abc import AsyncIterator

from aiohttp import web

from telephony.emulator.exchange import Exchange
from telephony.emulator.faults import Fault, FaultKind, Faults
from telephony.emulator.messages import Texts
from telephony.emulator.pacing import Pace, pace_of
from telephony.emulator.phone_socket import PhoneDoor
from telephony.emulator.recordings import RecordingShelf
from telephony.emulator.rest_door import RestDoor
from telephony.emulator.settings import EmulatorSettings
from telephony.emulator.stage import Stage
from telephony.emulator.webhooks import Webhooks


class Emulator:
    """A strict little Twilio with one account. Nothing runs until its application does."""

    def __init__(self, settings: EmulatorSettings, pace: Pace | None = None) -> None:
        self.settings = settings
        self.faults = Faults()
        webhooks = Webhooks(settings.auth_token, self.faults, settings.webhook_seconds)
        self.stage = Stage(settings.account_sid, pace or pace_of(settings.speed), webhooks)
        self.exchange = Exchange(settings, self.stage, RecordingShelf(self.stage, self.faults))
        self.texts = Texts(settings, self.stage, self.exchange.directory, self.faults)
        self._rest = RestDoor(settings, self.exchange, self.texts, self.faults)
        self._phones = PhoneDoor(self.exchange, self.texts, settings.allowed_origins)

    def app(self) -> web.Application:
        """The application, for `add_subapp("/emulator", …)` or for itself. Its end is silent, as a power cut is."""
        app = web.Application(client_max_size=256 * 1024)
        app.add_routes(self._rest.routes())
        app.router.add_get("/phone", self._phones.serve)
        app.router.add_get("/messages", self._show_texts)
        app.router.add_post("/faults", self._arm)
        app.on_shutdown.append(self._switch_off)
        app.cleanup_ctx.append(self._running)
        return app

    async def close(self) -> None:
        """Ends all calls without telling anybody."""
        self.exchange.switch_off()
        await self._phones.close()
        await self.texts.close()
        await self.exchange.close()
        await self.stage.webhooks.close()

    async def _switch_off(self, _app: web.Application) -> None:
        self.exchange.switch_off()
        await self._phones.close()

    async def _running(self, _app: web.Application) -> AsyncIterator[None]:
        yield
        await self.close()

    async def _show_texts(self, _request: web.Request) -> web.Response:
        return web.Response(text=self.texts.page(), content_type="text/html")

    async def _arm(self, request: web.Request) -> web.Response:
        """Arms a fault from outside: `{"kind", "match", "times"?, "seconds"?, "code"?}`, with the auth token."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(token.encode(), self.settings.auth_token.encode()):
            return web.Response(status=401)
        try:
            asked = json.loads(await request.text())
            fault = Fault(
                FaultKind(asked["kind"]),
                str(asked["match"]),
                int(asked.get("times", 1)),
                float(asked.get("seconds", 0)),
                int(asked.get("code", 20500)),
            )
        except (ValueError, KeyError, TypeError):
            return web.Response(status=400, text="a fault has a kind and a match")
        self.faults.arm(fault)
        return web.Response(status=204)
