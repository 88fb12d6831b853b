"""What a caller on the phone can rely on: by signed webhooks, and through the emulator up to the agent's telephone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from journey.chat import ChatCaller
from journey.console import AgentConsole
from journey.emulated import EmulatedPhone
from journey.telephone import CARDS_LINE, Line, SignedCall
from journey.texter import Texter
from serving.demo import card_status, changed_tenant
from serving.patience import until
from serving.rasa import Rasa
from serving.service import TWILIO_TOKEN, Service

MAYAS_PHONE = "+442071838750"
WORDS_PER_SECOND = 2.6
FAST = {"HOLDFAST_EMULATOR_SPEED": "10"}


@pytest.fixture
def lively(tmp_path: Path, rasa: Rasa) -> Iterator[Service]:
    """A service whose emulator hurries, and which tells who holds the position every second."""
    tenant = changed_tenant(tmp_path, announcement_seconds=1)
    with Service(tmp_path, **rasa.settings, **tenant, **FAST) as service:
        service.wait_until_ready()
        yield service
    service.assert_quiet_log()


def _call(service: Service, http: aiohttp.ClientSession, caller: str = MAYAS_PHONE) -> SignedCall:
    return SignedCall(Line(http, service.url, TWILIO_TOKEN), caller)


async def test_a_card_is_frozen_by_phone_with_the_pin_on_the_keypad(
    service: Service, http: aiohttp.ClientSession
) -> None:
    call = _call(service, http)
    first = await call.dial()
    assert "Your place in the queue is secured: you're next" in first
    assert len(re.findall(r"\w+", first)) / WORDS_PER_SECOND < 10, "position and wait within ten seconds"
    assert call.listens_for() == {"dtmf", "speech"}
    heard = await call.say("my wallet is gone and my debit card was in it, I had it this morning")
    for _ in range(3):
        if "customer number" in heard:
            break
        heard = await call.say("I lost it")
    assert "customer number" in heard
    assert call.listens_for() == {"dtmf"}, "nothing secret goes through speech recognition"
    assert "PIN" in await call.press("10000001")
    assert call.listens_for() == {"dtmf"}
    assert "freeze your debit card ending 4417" in await call.press("4821")
    assert card_status(service.data_dir, "card-1001") == "active", "not before the caller's yes"
    assert "debit card ending 4417 is frozen" in await call.say("yes please")
    assert card_status(service.data_dir, "card-1001") == "frozen"
    await call.hang_up()


async def test_webhooks_that_come_twice_are_answered_alike(service: Service, http: aiohttp.ClientSession) -> None:
    call = _call(service, http)
    await call.dial()
    again = await call.fetch(f"{service.url}/telephony/voice/incoming", CallStatus="ringing")
    assert [said.text for said in again.iter("Say")] == call.step
    assert call.at is not None
    action = call.at.attrib["action"]
    words = {"SpeechResult": "where am I in the queue?", "Confidence": "0.93"}
    first = await call.fetch(action, **words)
    twice = await call.fetch(action, **words)
    assert [said.text for said in first.iter("Say")] == [said.text for said in twice.iter("Say")]
    behind = await ChatCaller.join(http, service.url)
    assert behind.position_at_joining == 2, "one call has one place"


async def test_silence_brings_music_and_announcements_and_zero_brings_peace(
    lively: Service, http: aiohttp.ClientSession
) -> None:
    call = _call(lively, http)
    await call.dial()
    for _ in range(4):
        if call.plays_music():
            break
        await call.stay_silent()
    assert call.plays_music()
    announced = await until("who holds hears the position from time to time", call.stay_silent)
    assert "first in line" in announced
    await call.press("1")
    assert call.listens_for() == {"dtmf", "speech"}, "the assistant is back"
    said = await call.press("0")
    assert "quiet" in said
    assert call.plays_music()
    assert call.listens_for() == {"dtmf"}, "nobody is recognised while it is quiet"
    assert "back" in await call.press("1")
    assert "first" in await call.press("2")


async def test_a_person_asked_for_by_phone_is_promised_and_the_assistant_falls_silent(
    service: Service, http: aiohttp.ClientSession
) -> None:
    call = _call(service, http)
    await call.dial()
    said = await call.say("agent")
    assert "Of course" in said
    assert "first in line" in said
    assert call.plays_music()


async def test_caller_and_agent_meet_in_a_conference(lively: Service, http: aiohttp.ClientSession) -> None:
    maya = await EmulatedPhone.register(http, lively.url, MAYAS_PHONE)
    desk = await EmulatedPhone.register(http, lively.url, "client:amira")
    await maya.dial(CARDS_LINE)
    await maya.hears("your place in the queue is secured", since=0)
    await maya.say("I lost my credit card yesterday")
    await maya.hears("customer number")
    amira = await AgentConsole.sign_in(http, lively.url, "amira")
    await amira.command("ready")
    offer = await amira.is_offered()
    assert (offer["channel"], offer["queue"]) == ("voice", "cards")
    briefing = await amira.accept(offer)
    assert briefing["topic"] == "report_lost_card"
    assert ("caller", "I lost my credit card yesterday") in [
        (message["author"], message["text"]) for message in briefing["transcript"]
    ]
    await desk.is_rung()
    assert "contact.connected" not in [frame["type"] for frame in amira.heard.frames], "the briefing came before"
    await desk.take()
    rooms = {(await phone.is_in_conference())["name"] for phone in (maya, desk)}
    assert len(rooms) == 1
    await amira.about("contact.connected", offer["contact_id"])
    await desk.speaks("Hello Maya, this is Amira")
    assert "Hello Maya" in (await maya.hears_other("this is Amira"))["text"]
    await maya.speaks("Hello Amira")
    await desk.hears_other("Hello Amira")

    await amira.command("end", contact_id=offer["contact_id"])
    await maya.is_in("completed")
    await desk.is_in("completed")
    await amira.command("wrap_up", contact_id=offer["contact_id"], disposition="resolved", notes="")
    await amira.heard.wait_for(
        "all slots are free",
        lambda frame: frame["type"] == "agent.updated" and not _busy(frame["data"]["slots"]),
    )


async def test_a_caller_takes_the_place_along_to_the_browser_by_a_link(
    lively: Service, http: aiohttp.ClientSession
) -> None:
    number = "+442071838751"
    caller = await EmulatedPhone.register(http, lively.url, number)
    mobile = await Texter.with_phone(http, lively.url, number)
    await caller.dial(CARDS_LINE)
    await caller.hears("your place in the queue is secured", since=0)
    await caller.press("1")
    await caller.hears("press 5 for a link")
    await caller.press("5")
    await caller.hears("texted you a link")
    link = await mobile.reads("in the browser")
    code, _, token = link.partition("#holdfast=")[2].split()[0].partition(":")
    claim = {"code": code, "proof": {"token": token}}
    async with http.post(f"{lively.url}/api/v1/places/claim", json=claim) as answer:
        assert answer.status == 200, await answer.text()
        joined = await answer.json()
    chat = await ChatCaller(http, lively.url, joined | {"greeting": {"text": ""}}).open()
    await caller.press("2")
    await caller.hears("goes on in the browser now")
    await caller.is_in("completed")
    await chat.say("where am I in the queue?")
    await chat.hears("first in line")
    await chat.close()


async def test_an_agents_telephone_that_nobody_answers_costs_the_caller_nothing(
    lively: Service, http: aiohttp.ClientSession
) -> None:
    maya = await EmulatedPhone.register(http, lively.url, MAYAS_PHONE)
    desk = await EmulatedPhone.register(http, lively.url, "client:amira")
    await maya.dial(CARDS_LINE)
    behind = await ChatCaller.join(http, lively.url)
    amira = await AgentConsole.sign_in(http, lively.url, "amira")
    await amira.command("ready")
    offer = await amira.is_offered()
    assert offer["channel"] == "voice"
    await amira.accept(offer)
    await desk.is_rung()
    marked = await amira.heard.wait_for(
        "no more offers", lambda frame: frame["type"] == "agent.updated" and frame["data"]["presence"] == "not_ready"
    )
    assert marked["data"]["reason"].startswith("phone_")
    await maya.press("2")
    await maya.hears("first in line")
    assert (await behind.show())["place"]["position"] == 2


async def test_a_caller_who_hangs_up_leaves_the_line_and_the_console(
    lively: Service, http: aiohttp.ClientSession
) -> None:
    maya = await EmulatedPhone.register(http, lively.url, MAYAS_PHONE)
    await maya.dial(CARDS_LINE)
    behind = await (await ChatCaller.join(http, lively.url)).open()
    amira = await AgentConsole.sign_in(http, lively.url, "amira")
    await amira.command("ready")
    offer = await amira.is_offered()
    await maya.hang_up()
    ended = await amira.heard.wait_for_type("offer.ended")
    assert (ended["data"]["offer_id"], ended["data"]["outcome"]) == (offer["offer_id"], "rescinded")
    await behind.heard.wait_for(
        "the first place",
        lambda frame: frame["type"] == "place.updated" and frame["data"]["place"]["position"] == 1,
    )
    assert (await amira.is_offered(behind.contact_id))["channel"] == "chat"


def _busy(slots: list[dict[str, object]]) -> list[dict[str, object]]:
    return [slot for slot in slots if slot.get("contact_id")]
