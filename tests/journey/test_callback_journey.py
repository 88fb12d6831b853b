"""A callback, from the wish to the conversation: over the wire, on the telephone, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from journey.chat import ChatCaller
from journey.console import AgentConsole
from journey.emulated import EmulatedPhone
from journey.telephone import CARDS_LINE, Line
from journey.texter import SignedTexts, Texter
from journey.wire import WireRefused, read_json
from serving.demo import changed_tenant
from serving.rasa import Rasa
from serving.service import TWILIO_TOKEN, Service

MAYAS_PHONE = "+442071838750"
FAST = {"HOLDFAST_EMULATOR_SPEED": "10"}


@pytest.fixture
def lively(tmp_path: Path, rasa: Rasa) -> Iterator[Service]:
    """A service whose emulator hurries, and which tries a callback twice, a second apart."""
    tenant = changed_tenant(tmp_path, parts={"callbacks": {"tries": 2, "snooze_seconds": 1, "ring_seconds": 10}})
    with Service(tmp_path, **rasa.settings, **tenant, **FAST) as service:
        service.wait_until_ready()
        yield service
    service.assert_quiet_log()


async def _at_work(http: aiohttp.ClientSession, service: Service) -> tuple[AgentConsole, EmulatedPhone]:
    desk = await EmulatedPhone.register(http, service.url, "client:amira")
    amira = await AgentConsole.sign_in(http, service.url, "amira")
    await amira.command("ready")
    return amira, desk


async def test_a_visitor_leaves_the_page_and_is_called_back_in_turn(
    lively: Service, http: aiohttp.ClientSession
) -> None:
    maya = await (await ChatCaller.join(http, lively.url)).open()
    await maya.ask("I lost my credit card yesterday", ".")
    shown = await maya.ask_for_callback("020 7183 8750")
    assert (shown["reach"], shown["state"], shown["place"]["position"]) == ("callback", "waiting", 1)
    await maya.close()
    behind = await ChatCaller.join(http, lively.url)
    assert behind.position_at_joining == 2, "who is to be called back counts"
    handset = await EmulatedPhone.register(http, lively.url, MAYAS_PHONE)

    amira, desk = await _at_work(http, lively)
    offer = await amira.is_offered()
    assert (offer["contact_id"], offer["channel"]) == (maya.contact_id, "voice")
    assert offer["headline"].startswith("Call back: ")
    briefing = await amira.accept(offer)
    assert briefing["caller_number"] == MAYAS_PHONE
    assert briefing["topic"] == "report_lost_card"
    await desk.is_rung()
    await desk.take()
    await handset.is_rung()
    assert (await maya.show())["place"]["position"] == 1, "still in line until both are there"
    await handset.answer()
    await handset.hears("press 1", since=0)
    await handset.press("1")
    rooms = {(await phone.is_in_conference())["name"] for phone in (handset, desk)}
    assert len(rooms) == 1
    await amira.about("contact.connected", maya.contact_id)
    await desk.speaks("Hello Maya, this is Amira")
    await handset.hears_other("this is Amira")
    assert (await maya.show())["state"] == "connected"

    await amira.command("end", contact_id=maya.contact_id)
    await handset.is_in("completed")
    await desk.is_in("completed")


async def test_a_caller_presses_nine_hangs_up_and_is_called_back(lively: Service, http: aiohttp.ClientSession) -> None:
    maya = await EmulatedPhone.register(http, lively.url, MAYAS_PHONE)
    await maya.dial(CARDS_LINE)
    await maya.hears("your place in the queue is secured", since=0)
    await maya.press("9")
    await maya.hears("you keep your place. Goodbye")
    await maya.is_in("completed")
    behind = await ChatCaller.join(http, lively.url)
    assert behind.position_at_joining == 2
    amira, desk = await _at_work(http, lively)
    offer = await amira.is_offered()
    await amira.accept(offer)
    await desk.is_rung()
    await desk.take()
    await maya.is_rung()
    await maya.answer()
    await maya.press("1")
    await maya.is_in_conference()
    await desk.is_in_conference()


async def test_c7_a_callback_that_nobody_takes_is_told_to_agent_and_caller(
    lively: Service, http: aiohttp.ClientSession
) -> None:
    maya = await (await ChatCaller.join(http, lively.url)).open()
    await maya.ask_for_callback(MAYAS_PHONE)
    mobile = await Texter.with_phone(http, lively.url, MAYAS_PHONE)
    amira, desk = await _at_work(http, lively)
    since = 0
    for _ in range(2):
        offer = await amira.is_offered(maya.contact_id, since)
        since, quiet = amira.heard.mark, desk.heard.mark
        await amira.accept(offer)
        await desk.is_rung(quiet)
        await desk.take()
        await desk.hears("couldn't be reached")
        returned = await amira.about("contact.returned", maya.contact_id, since)
        assert returned["data"]["reason"] == "callback_no_answer"
    assert amira.heard.of("agent.updated")[-1]["data"]["presence"] == "ready", "an agent is not marked for it"
    closed = await maya.heard.wait_for_type("contact.closed")
    assert closed["data"]["outcome"] == "callback_failed"
    assert [text for author, text in maya.transcript if "nobody took the call" in text]
    assert CARDS_LINE in await mobile.reads("couldn't reach you")
    assert len(mobile.read) == 1, "told once, after the last try"


async def test_a_callback_is_refused_with_its_reason_and_harms_no_place(
    service: Service, http: aiohttp.ClientSession
) -> None:
    maya, other = await ChatCaller.join(http, service.url), await ChatCaller.join(http, service.url)
    await maya.ask_for_callback(MAYAS_PHONE)
    long_ago, far_ahead = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(days=400)
    for number, more, status, code in (
        ("hello", {}, 400, "invalid_number"),
        ("999", {}, 403, "number_not_allowed"),
        ("+1 202 555 0143", {}, 403, "number_not_allowed"),
        (CARDS_LINE, {}, 403, "number_not_allowed"),
        (MAYAS_PHONE, {}, 409, "callback_open"),
        ("020 7183 8751", {"not_before": long_ago.isoformat()}, 400, "invalid_request"),
        ("020 7183 8751", {"not_before": far_ahead.isoformat()}, 400, "invalid_request"),
        ("020 7183 8751", {"not_before": "2026-03-02T09:30:00"}, 400, "invalid_request"),
        ("020 7183 8751", {"not_before": "tomorrow"}, 400, "invalid_request"),
        ("1" * 41, {}, 400, "invalid_request"),
    ):
        with pytest.raises(WireRefused) as refused:
            await other.ask_for_callback(number, **more)
        assert (refused.value.status, refused.value.code) == (status, code)
    shown = await other.show()
    assert (shown["reach"], shown["place"]["position"]) == ("present", 2)


async def test_a_callback_can_be_changed_and_taken_back(service: Service, http: aiohttp.ClientSession) -> None:
    maya = await ChatCaller.join(http, service.url)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    await maya.ask_for_callback(MAYAS_PHONE)
    assert (await maya.ask_for_callback("020 7183 8751", not_before=tomorrow))["reach"] == "callback"
    other = await ChatCaller.join(http, service.url)
    await other.ask_for_callback(MAYAS_PHONE)
    for _ in range(2):
        await maya.take_callback_back()
        shown = await maya.show()
        assert (shown["reach"], shown["place"]["position"]) == ("present", 1)
    await maya.leave()
    with pytest.raises(WireRefused) as refused:
        await maya.ask_for_callback(MAYAS_PHONE)
    assert refused.value.code == "contact_closed"


async def test_a_callback_needs_the_contact_s_own_token(service: Service, http: aiohttp.ClientSession) -> None:
    maya, other = await ChatCaller.join(http, service.url), await ChatCaller.join(http, service.url)
    address = f"{service.url}/api/v1/contacts/{maya.contact_id}/callback"
    for headers, status in (({}, 401), (other.headers, 404)):
        async with http.post(address, json={"number": MAYAS_PHONE}, headers=headers) as answer:
            with pytest.raises(WireRefused) as refused:
                await read_json(answer)
        assert refused.value.status == status


async def test_the_callback_is_described(service: Service, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{service.url}/api/v1/openapi.json") as answer:
        described = await read_json(answer)
    assert set(described["paths"]["/api/v1/contacts/{id}/callback"]) == {"post", "delete"}
    assert described["components"]["schemas"]["CallbackBody"]["required"] == ["number"]


async def test_a_visitor_asks_in_words_and_says_the_number(lively: Service, http: aiohttp.ClientSession) -> None:
    maya = await (await ChatCaller.join(http, lively.url)).open()
    await maya.ask("Could somebody call me back please?", "Which number")
    await maya.ask("+1 202 555 0143", "we can't call that number")
    assert (await maya.show())["reach"] == "present"
    await maya.ask("020 7183 8750", "We'll call you on that number")
    shown = await maya.show()
    assert (shown["reach"], shown["state"], shown["place"]["position"]) == ("callback", "waiting", 1)


async def test_a_caller_asks_in_words_to_be_called_on_this_number(lively: Service, http: aiohttp.ClientSession) -> None:
    maya = await EmulatedPhone.register(http, lively.url, MAYAS_PHONE)
    await maya.dial(CARDS_LINE)
    await maya.hears("your place in the queue is secured", since=0)
    await maya.say("can you call me back please")
    await maya.hears("We'll call you on that number")
    await maya.is_in("completed")
    behind = await ChatCaller.join(http, lively.url)
    assert behind.position_at_joining == 2, "who is to be called back counts"


async def test_a_callback_is_called_off_by_text(lively: Service, http: aiohttp.ClientSession) -> None:
    handset = await EmulatedPhone.register(http, lively.url, MAYAS_PHONE)
    await handset.dial(CARDS_LINE)
    await handset.hears("secured", since=0)
    await handset.press("9")
    await handset.is_in("completed")
    behind = await (await ChatCaller.join(http, lively.url)).open()
    assert behind.position == 2
    texter = await Texter.with_phone(http, lively.url, MAYAS_PHONE)
    await texter.asks("Cancel my callback, please", "won't call you back")
    assert (await behind.show())["place"]["position"] == 1
    await texter.asks("no call", "won't call you back")
    other = await ChatCaller.join(http, lively.url)
    assert other.position_at_joining == 2, "nobody has joined the line to say so"
    for closing in (handset.close, texter.close, behind.close):
        await closing()


async def test_a_callback_that_a_visitor_asked_for_in_chat_is_called_off_by_text_and_the_place_stays(
    lively: Service, http: aiohttp.ClientSession
) -> None:
    maya = await (await ChatCaller.join(http, lively.url)).open()
    await maya.ask_for_callback("020 7183 8750")
    texter = await Texter.with_phone(http, lively.url, MAYAS_PHONE)
    await texter.asks("don't call me back", "won't call you back")
    shown = await maya.show()
    assert (shown["reach"], shown["state"], shown["place"]["position"]) == ("present", "waiting", 1)
    await texter.close()
    await maya.close()


async def test_a_number_that_has_stopped_calls_off_its_callback_and_is_written_nothing(
    lively: Service, http: aiohttp.ClientSession
) -> None:
    maya = await (await ChatCaller.join(http, lively.url)).open()
    await maya.ask_for_callback("020 7183 8750")
    texts = SignedTexts(Line(http, lively.url, TWILIO_TOKEN))
    await texts.tell(texts.fields("STOP", MAYAS_PHONE))
    status, document = await texts.tell(texts.fields("don't call me back", MAYAS_PHONE))
    assert (status, "<Message>" in document) == (200, False)
    assert (await maya.show())["reach"] == "present"
    await maya.close()
