"""With an account of a telephone company: only its REST calls and its signed webhooks, and no emulator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from journey.console import AgentConsole
from journey.provider import ACCOUNT, Provider, provider
from journey.telephone import CARDS_LINE, Line, SignedCall
from serving.rasa import Rasa
from serving.service import TWILIO_TOKEN, Service

MAYAS_PHONE = "+442071838750"
OLD_TOKEN = "the-token-of-last-month"


@pytest.fixture
async def company() -> AsyncIterator[Provider]:
    async with provider(TWILIO_TOKEN) as started:
        yield started


async def test_a_signed_call_and_an_agents_leg_meet_by_the_companys_means(
    tmp_path: Path, rasa: Rasa, http: aiohttp.ClientSession, company: Provider
) -> None:
    with Service(tmp_path, **rasa.settings, **company.settings) as service:
        service.wait_until_ready()
        line = Line(http, service.url, TWILIO_TOKEN)
        caller = SignedCall(line, MAYAS_PHONE)
        assert "you're next" in await caller.dial()
        await caller.say("somebody stole my credit card")
        amira = await AgentConsole.sign_in(http, service.url, "amira")
        await amira.command("ready")
        offer = await amira.is_offered()
        assert company.made == [], "nobody is rung before the offer is accepted"
        briefing = await amira.accept(offer)
        assert briefing["topic"] == "report_lost_card"

        asked = await company.wait_for("the agent's leg", lambda: company.made)
        assert asked["To"] == "client:amira"
        assert asked["From"] == CARDS_LINE
        leg = SignedCall(line, CARDS_LINE, "client:amira", sid=asked["sid"], direction="outbound-api")
        assert "Press 1 to take it" in await leg.follow(asked["Url"])
        assert company.updated == [], "the caller is brought in by the key"
        await leg.press("1")
        moved = await company.wait_for(
            "the caller's way out of the loop", lambda: [form for form in company.updated if form["sid"] == caller.sid]
        )
        await caller.follow(moved["Url"])
        assert "Amira" in " ".join(caller.step)
        assert caller.conference is not None
        assert caller.conference == leg.conference
        await line.post(*leg.conference_begins())
        await amira.about("contact.connected", offer["contact_id"])

        await line.post(asked["StatusCallback"], leg.fields(CallStatus="completed", SequenceNumber="3"))
        closed = await amira.about("contact.closed", offer["contact_id"])
        assert closed["data"]["outcome"] == "handled"
        assert "Press 1 to answer three short questions" in await caller.leave_conference()
        assert "How satisfied were you" in await caller.press("1")
        assert "Is your matter settled?" in await caller.press("5")
        assert "Goodbye" in await caller.stay_silent()
        await amira.command("wrap_up", contact_id=offer["contact_id"], disposition="resolved", notes="")
        async with http.get(f"{service.url}/emulator/phone") as answer:
            assert answer.status == 404, "with an account there is no emulator"
    service.assert_quiet_log()


async def test_an_agent_who_answers_after_the_caller_has_gone_hears_so(
    tmp_path: Path, rasa: Rasa, http: aiohttp.ClientSession, company: Provider
) -> None:
    with Service(tmp_path, **rasa.settings, **company.settings) as service:
        line = Line(http, service.url, TWILIO_TOKEN)
        caller = SignedCall(line, MAYAS_PHONE)
        await caller.dial()
        amira = await AgentConsole.sign_in(http, service.url, "amira")
        await amira.command("ready")
        await amira.accept(await amira.is_offered())
        asked = await company.wait_for("the agent's leg", lambda: company.made)
        await caller.hang_up()
        leg = SignedCall(line, CARDS_LINE, "client:amira", sid=asked["sid"], direction="outbound-api")
        assert "isn't waiting any more" in await leg.follow(asked["Url"])
        assert leg.conference is None
    service.assert_quiet_log()


async def test_both_tokens_count_while_they_are_rotated(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    settings = {
        "HOLDFAST_TWILIO_ACCOUNT_SID": ACCOUNT,
        "HOLDFAST_TWILIO_AUTH_TOKEN": f"{TWILIO_TOKEN}, {OLD_TOKEN},",
        "HOLDFAST_RASA_URL": "http://127.0.0.1:9",
    }
    with Service(tmp_path, **settings) as service:
        for position, token in enumerate((TWILIO_TOKEN, OLD_TOKEN)):
            call = SignedCall(Line(http, service.url, token))
            heard = await call.dial()
            assert ("you're next", "one person is ahead")[position] in heard
        forged = await Line(http, service.url, "").post(f"{service.url}/telephony/voice/incoming", call.fields())
        assert forged.status == 403, "what is signed with nothing is not signed"
