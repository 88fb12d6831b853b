"""The day when the service itself is gone: what callers hear then, and that the places which stood still stand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from phone_client import PhoneClient
from voice_house import VoiceHouse, open_voice_house

from assistant.flow import due
from assistant.flow.deadlines import DeadlineRunner
from assistant.model.contact import Contact, Outcome, Reach, State
from assistant.settings.reaching import FallbackPart
from assistant.settings.tenant import Tenant
from telephony import fallback
from telephony.emulator import Fault, FaultKind, NumberHooks

OURS = "/telephony/"
MAYA, BEN = "+442071838750", "+442071838751"
CUT = "Fernhill Bank. We were cut off, and you have your place back: you're next."


@pytest.fixture
async def house(sqlite_url: str, clock: Any, fernhill: Tenant) -> AsyncIterator[VoiceHouse]:
    """A bank whose numbers fall back on a file that stands elsewhere."""
    tenant = fernhill.model_copy(update={"fallback": FallbackPart(number="+44 20 7946 0999")})
    async with open_voice_house(sqlite_url, clock, tenant, static=fallback.call(tenant)) as house:
        yield house
        for phone in house.phones:
            await phone.close()


def is_gone(house: VoiceHouse) -> None:
    house.emulator.faults.arm(Fault(FaultKind.ERROR, OURS, times=1000))


async def is_back(house: VoiceHouse) -> None:
    """Another process takes up what the one that died has left."""
    house.emulator.faults.disarm()
    legs = await house.store.read(lambda work: work.legs.of_process("process-1"))
    for leg in legs:
        await house.store.transact(lambda work, leg=leg: house.flow.legs.lose(work, leg, hung_up=False))


async def hears_that_we_are_gone(phone: PhoneClient) -> None:
    await phone.expects("spoken", text=f"Fernhill Bank. {fallback.SORRY}")
    await phone.expects("spoken", text=fallback.PLACE_KEPT)
    number = "0 2 0, 7 9 4 6, 0 9 9 9"
    await phone.expects("spoken", text=f"You can call {number} instead. Once more: {number}.")
    await phone.expects("spoken", text="We're open day and night.")
    await phone.expects("call", status="completed")


async def waits(house: VoiceHouse, number: str) -> tuple[PhoneClient, Contact]:
    phone = await house.phone(number)
    sid = await phone.call()
    await phone.expects("listening")
    return phone, await house.contact_of(sid)


@pytest.mark.parametrize("kind", [FaultKind.ERROR, FaultKind.TIME_OUT, FaultKind.DROP])
async def test_a_caller_who_comes_then_hears_it_and_what_else_to_do(house: VoiceHouse, kind: FaultKind) -> None:
    house.emulator.faults.arm(Fault(kind, "/voice/incoming"))
    phone = await house.phone()
    await phone.call()
    await hears_that_we_are_gone(phone)


async def test_a_place_that_stood_still_stands_and_calling_again_has_it_back(house: VoiceHouse) -> None:
    maya, before = await waits(house, MAYA)
    _, behind = await waits(house, BEN)
    is_gone(house)
    await maya.say("hello?")
    await hears_that_we_are_gone(maya)
    assert (await house.contact(before.id)).state is State.WAITING
    await is_back(house)
    assert (await house.contact(before.id)).reach is Reach.AWAY
    sid = await maya.call()
    await maya.expects("spoken", text=CUT)
    again = await house.contact_of(sid)
    assert (again.order_at, again.entered_at) == (before.order_at, before.entered_at)
    line = await house.store.read(lambda work: work.lines.snapshot(before.queue))
    places = [place for _, place in line.places]
    assert places[0] == again.id, "the first one's place"
    assert set(places) <= {again.id, behind.id}, "and no other; whose call met the file meanwhile may have left"
    assert again.topic is None and again.customer_number is None, "the number moves the place and no more"


async def test_the_grace_may_have_run_out_meanwhile_but_not_the_ten_minutes_after_it(house: VoiceHouse) -> None:
    maya, before = await waits(house, MAYA)
    is_gone(house)
    await maya.press("2")
    await hears_that_we_are_gone(maya)
    await is_back(house)
    house.clock.advance(house.tenant.timing.grace_seconds + 1)
    handlers = {due.GRACE: house.flow.conversation.grace_ended}
    await DeadlineRunner(house.store, house.bus, house.clock, handlers).fire_due()
    await house.expects(before.id, state=State.ABANDONED, outcome=Outcome.ABANDONED)
    sid = await maya.call()
    await maya.expects("spoken", text=CUT)
    assert (await house.contact_of(sid)).order_at == before.order_at


async def test_a_call_whose_old_place_is_hours_old_has_one_place_however_often_it_is_told_of(house: VoiceHouse) -> None:
    maya, before = await waits(house, MAYA)
    is_gone(house)
    await maya.say("hello?")
    await hears_that_we_are_gone(maya)
    await is_back(house)
    house.clock.advance(3600)
    house.emulator.faults.arm(Fault(FaultKind.DUPLICATE, "/voice/incoming"))
    sid = await maya.call()
    await maya.expects("spoken", text=CUT)
    await maya.expects("listening")
    again = await house.contact_of(sid)
    line = await house.store.read(lambda work: work.lines.snapshot(before.queue))
    assert [place for _, place in line.places] == [again.id]


async def test_who_hung_up_has_left_and_begins_anew(house: VoiceHouse) -> None:
    maya, before = await waits(house, MAYA)
    await maya.hang_up()
    await house.expects(before.id, state=State.ABANDONED, outcome=Outcome.LEFT)
    sid = await maya.call()
    assert "cut off" not in (await maya.expects("spoken"))["text"]
    assert (await house.contact_of(sid)).order_at > before.order_at


async def test_another_number_has_nobody_s_place_but_its_own(house: VoiceHouse) -> None:
    maya, before = await waits(house, MAYA)
    is_gone(house)
    await maya.say("hello?")
    await hears_that_we_are_gone(maya)
    await is_back(house)
    for number in (BEN, "anonymous"):
        _, other = await waits(house, number)
        assert other.order_at > before.order_at
    assert (await house.contact(before.id)).state is State.WAITING


async def test_a_text_is_answered_by_the_file_too(exchange: Any, fernhill: Tenant) -> None:
    tenant = fernhill.model_copy(update={"fallback": FallbackPart(number="+44 20 7946 0999")})
    exchange.application.on("/texts", web.Response(status=502))
    exchange.application.on("/fallback-texts", fallback.text(tenant))
    numbers = dict(exchange.emulator.settings.numbers)
    for number, hooks in numbers.items():
        numbers[number] = NumberHooks(
            hooks.voice_url, sms_url=hooks.sms_url, sms_fallback_url=exchange.url("/fallback-texts")
        )
    object.__setattr__(exchange.emulator.settings, "numbers", numbers)
    phone = await exchange.phone()
    await phone.send("text", to="+442079460000", body="hello")
    told = await phone.expects("text", direction="incoming")
    assert told["body"] == f"Fernhill Bank: {fallback.SORRY_IN_TEXT} Or call 020 7946 0999."
    asked = await exchange.application.expects("/fallback-texts")
    assert asked.fields["ErrorCode"] == "11200"
    assert asked.fields["ErrorUrl"] == exchange.url("/texts")
