"""With the limits on, as they are by default: one address cannot fill the line, and the telephone company can."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest
from journey.chat import ChatCaller
from journey.telephone import Line, SignedCall
from journey.wire import WireRefused
from serving.rasa import Rasa
from serving.service import TWILIO_TOKEN, Service
from serving.together import together

JOINS_PER_MINUTE = 30
FRAMES_PER_SECOND = 20
CLAIMS = 5


async def test_limits_hold_back_one_address_and_nobody_else(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    with Service(tmp_path, HOLDFAST_RATE_LIMITS="on", HOLDFAST_RASA_URL="http://127.0.0.1:9") as service:
        callers = [await ChatCaller.join(http, service.url) for _ in range(JOINS_PER_MINUTE)]
        with pytest.raises(WireRefused) as refused:
            await ChatCaller.join(http, service.url)
        assert (refused.value.status, refused.value.code) == (429, "too_many_tries")
        assert 0 < refused.value.details["retry_after_seconds"] <= 60
        for position in (31, 32, 33):
            call = SignedCall(Line(http, service.url, TWILIO_TOKEN))
            assert f"{position - 1} people are ahead of you" in await call.dial()

        caller = await callers[0].open()
        for _ in range(3 * FRAMES_PER_SECOND):
            await caller.send("typing")
        error = await caller.heard.wait_for_type("error")
        assert error["data"]["code"] == "too_many_tries"
        assert (await caller.show())["place"]["position"] == 1, "whoever is too fast keeps the place"
    service.assert_quiet_log()


async def test_who_guesses_codes_gets_no_more_tries_from_several_processes(
    tmp_path: Path, rasa: Rasa, postgres_url: str, redis_url: str, http: aiohttp.ClientSession
) -> None:
    stores = {"database_url": postgres_url, "redis_url": redis_url}
    with together(tmp_path, 2, (), **stores, **rasa.settings, HOLDFAST_RATE_LIMITS="on") as running:
        passed = 0
        for guess in range(2 * CLAIMS):
            claim = {"code": f"{guess:08d}", "proof": {"number": "+442071838750"}}
            async with http.post(f"{running.services[guess % 2].url}/api/v1/places/claim", json=claim) as answer:
                passed += answer.status != 429
            await asyncio.sleep(0.05)  # what Redis takes to pass a notice on
        assert passed == CLAIMS
