"""Webhooks that the telephone company did not sign: refused, and nothing happens because of them."""

from __future__ import annotations

from collections.abc import Iterator

import aiohttp
import pytest
from journey.chat import ChatCaller
from journey.telephone import Line, SignedCall, signature
from serving.service import TWILIO_TOKEN, Service

WEBHOOKS = ("/voice/incoming", "/voice/status", "/voice/fallback", "/voice/turn")


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("forged"), HOLDFAST_RASA_URL="http://127.0.0.1:9") as service:
        yield service
    service.assert_quiet_log()


@pytest.mark.parametrize("path", WEBHOOKS)
async def test_a_forged_or_missing_signature(bank: Service, http: aiohttp.ClientSession, path: str) -> None:
    call = SignedCall(Line(http, bank.url, TWILIO_TOKEN))
    forger = Line(http, bank.url, "another token")
    address = f"{bank.url}/telephony{path}"
    before = await ChatCaller.join(http, bank.url)
    for headers in (None, {}, {"X-Twilio-Signature": ""}, {"X-Twilio-Signature": "AAAA"}):
        answer = await forger.post(address, call.fields(), headers=headers)
        assert answer.status == 403
        assert (await answer.json())["error"]["code"] == "forged_signature"
    after = await ChatCaller.join(http, bank.url)
    assert after.position_at_joining == before.position_at_joining + 1, "no forger got a place"


async def test_a_genuine_signature_of_something_else(bank: Service, http: aiohttp.ClientSession) -> None:
    call = SignedCall(Line(http, bank.url, TWILIO_TOKEN))
    incoming, status = (f"{bank.url}/telephony/voice/{name}" for name in ("incoming", "status"))
    fields = call.fields()
    for address, signed in ((incoming, fields | {"From": "+442079460199"}), (status, fields)):
        headers = {"X-Twilio-Signature": signature(TWILIO_TOKEN, address, signed)}
        answer = await call.line.post(incoming, fields, headers=headers)
        assert answer.status == 403
    headers = {"X-Twilio-Signature": signature(TWILIO_TOKEN, incoming, fields)}
    assert (await call.line.post(incoming, fields, headers=headers)).status == 200
