"""A call outside the hours: when it opens, a place for being called back, and callers who still wait at the closing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from voice_house import CALLER, VoiceHouse, open_voice_house

from assistant.flow.closing import Closing
from assistant.model.contact import ContactId, QueueId, Reach, State
from assistant.model.hours import Hours
from assistant.model.storage import UnitOfWork
from assistant.settings.reaching import NoticePart, SpokenPart
from assistant.settings.tenant import Tenant
from telephony import voice_wording as words
from telephony.emulator import Fault, FaultKind
from telephony.emulator.pacing import spoken_seconds

CARDS = QueueId("cards")
OFFICE = Hours(ZoneInfo("Europe/London"), (((time(9), time(17)),),) * 5 + ((), ()))
EVENING = datetime(2026, 3, 2, 20, tzinfo=UTC)
OPENING = datetime(2026, 3, 3, 9, tzinfo=UTC)
CLOSED = "Cards is closed at the moment. It opens again tomorrow at 9:00."
SECURED = "Your place in the queue is secured: you're next. We'll call you when we open tomorrow at 9:00."


def office(fernhill: Tenant, **cards: Any) -> Tenant:
    queue = fernhill.queues[CARDS].model_copy(update={"hours": OFFICE} | cards)
    return fernhill.model_copy(update={"queues": fernhill.queues | {CARDS: queue}})


@pytest.fixture
async def house(sqlite_url: str, clock: Any, fernhill: Tenant) -> AsyncIterator[VoiceHouse]:
    """The telephone on Monday evening: the cards queue keeps office hours."""
    clock.at = EVENING
    async with open_voice_house(sqlite_url, clock, office(fernhill)) as house:
        yield house
        for phone in house.phones:
            await phone.close()
        assert [complaint for complaint in house.complaints if complaint.startswith("12")] == []


async def places(house: VoiceHouse) -> list[ContactId]:
    def look(work: UnitOfWork) -> list[ContactId]:
        return [contact_id for _, contact_id in work.lines.snapshot(CARDS).places]

    return await house.store.read(look)


async def test_a_closed_line_says_when_it_opens_and_calls_back_then(house: VoiceHouse) -> None:
    """C20: no way out when no human comes."""
    phone = await house.phone()
    await phone.call()
    told = [(await phone.expects("spoken"))["text"] for _ in range(2)]
    assert told == [CLOSED, words.PRESS_FOR_EITHER]
    assert spoken_seconds(" ".join(told)) <= 10
    listening = await phone.expects("listening")
    assert (listening["input"], listening["num_digits"]) == (["dtmf"], 1)
    await phone.press("1")
    secured = (await phone.expects("spoken"))["text"]
    assert secured.endswith(SECURED)
    assert spoken_seconds(secured) <= 10
    await phone.expects("spoken", text=words.GOODBYE)
    await phone.expects("call", status="completed")
    (contact_id,) = await places(house)
    contact = await house.contact(contact_id)
    assert (contact.state, contact.reach) == (State.WAITING, Reach.CALLBACK)
    assert (contact.callback_number, contact.callback_at) == (CALLER, OPENING)


async def test_another_key_or_silence_is_a_goodbye_and_no_place(house: VoiceHouse) -> None:
    phone = await house.phone()
    for key in ("3", None):
        await phone.call()
        await phone.expects("listening")
        if key:
            await phone.press(key)
        await phone.expects("spoken", text=words.ANOTHER_TIME)
        await phone.expects("call", status="completed")
    assert await places(house) == []


@pytest.mark.parametrize("address", ["anonymous", "+14155550100"])
async def test_nothing_is_promised_to_whom_we_cannot_call(house: VoiceHouse, address: str) -> None:
    phone = await house.phone(address)
    await phone.call()
    await phone.expects("spoken", text=CLOSED)
    await phone.expects("spoken", text=words.PRESS_FOR_MESSAGE)
    await phone.expects("spoken", text=words.ANOTHER_TIME)
    await phone.expects("call", status="completed")
    assert await places(house) == []


async def test_who_calls_again_hears_that_the_callback_stands(house: VoiceHouse) -> None:
    """C6: several callbacks to the same person at once."""
    phone = await house.phone()
    for heard in (SECURED, "We are to call this number back already."):
        await phone.call()
        await phone.expects("listening")
        await phone.press("1")
        assert heard in (await phone.expects("spoken"))["text"]
        await phone.expects("call", status="completed")
    assert len(await places(house)) == 1


async def test_a_key_that_arrives_twice_secures_one_place(house: VoiceHouse) -> None:
    house.emulator.faults.arm(Fault(FaultKind.DUPLICATE, "/telephony/voice/closed"))
    phone = await house.phone()
    await phone.call()
    await phone.expects("listening")
    await phone.press("1")
    await phone.expects("spoken", text=words.GOODBYE)
    assert len(await places(house)) == 1


async def test_a_key_whose_answer_is_lost_is_asked_for_again(house: VoiceHouse) -> None:
    house.emulator.faults.arm(Fault(FaultKind.DROP, "/telephony/voice/closed"))
    phone = await house.phone()
    await phone.call()
    await phone.expects("listening")
    await phone.press("1")
    await phone.expects("spoken", text=words.NO_PLACE_YET)
    await phone.expects("spoken", text=CLOSED)
    await phone.expects("listening")
    await phone.press("1")
    await phone.expects("spoken", text=words.GOODBYE)
    assert len(await places(house)) == 1


async def test_other_lines_are_open_meanwhile(house: VoiceHouse) -> None:
    phone = await house.phone()
    await phone.call("+442079460002")
    assert "Your place in the queue is secured" in (await phone.expects("spoken"))["text"]


async def test_a_full_line_says_so_and_promises_no_callback(sqlite_url: str, clock: Any, fernhill: Tenant) -> None:
    async with open_voice_house(sqlite_url, clock, office(fernhill, limit=1)) as house:
        first, second = await house.phone(), await house.phone("+442071838751")
        await first.call()
        await first.expects("listening")
        await second.call()
        await second.expects("spoken", text="Cards cannot take anybody more at the moment.")
        await second.expects("spoken", text=words.PRESS_FOR_MESSAGE)
        await second.expects("spoken", text=words.ANOTHER_TIME)
        await second.expects("call", status="completed")
        assert len(await places(house)) == 1
        for phone in house.phones:
            await phone.close()


async def test_where_no_messages_are_taken_either_the_call_ends_with_a_goodbye(
    sqlite_url: str, clock: Any, fernhill: Tenant
) -> None:
    silent = fernhill.model_copy(update={"spoken_messages": SpokenPart(is_offered=False)})
    async with open_voice_house(sqlite_url, clock, office(silent, limit=1)) as house:
        first, second = await house.phone(), await house.phone("+442071838751")
        await first.call()
        await first.expects("listening")
        await second.call()
        await second.expects("spoken", text=words.CALL_AGAIN_LATER)
        await second.expects("call", status="completed")
        for phone in house.phones:
            await phone.close()


async def still_waiting(house: VoiceHouse, address: str = CALLER) -> tuple[Any, ContactId]:
    """A caller who came in time and still waits when the run-off ends."""
    house.clock.at = EVENING - timedelta(hours=4)
    phone = await house.phone(address)
    sid = await phone.call()
    await phone.expects("listening")
    contact = await house.contact_of(sid)
    house.clock.at = EVENING
    await Closing(house.store, house.tenant).sweep()
    return phone, contact.id


async def test_who_still_waits_after_the_run_off_hears_of_the_callback_and_goodbye(house: VoiceHouse) -> None:
    phone, contact_id = await still_waiting(house)
    spoken = (await phone.expects("spoken"))["text"]
    assert spoken == "We're closed now. You keep your place, and we'll call you when we open again tomorrow at 9:00."
    await phone.expects("spoken", text=words.GOODBYE)
    await phone.expects("call", status="completed")
    contact = await house.expects(contact_id, reach=Reach.CALLBACK)
    assert (contact.state, contact.callback_number, contact.callback_at) == (State.WAITING, CALLER, OPENING)
    assert await places(house) == [contact_id]


async def test_who_withholds_the_number_hears_the_code_and_keeps_the_place(house: VoiceHouse) -> None:
    phone, contact_id = await still_waiting(house, "anonymous")
    spoken = (await phone.expects("spoken"))["text"]
    code = (await house.contact(contact_id)).code
    assert spoken.startswith("We're closed now. Call again when we open tomorrow at 9:00: your place is kept, under ")
    assert spoken.endswith(f"{code[:4]} {code[4:]}.")
    await phone.expects("spoken", text=words.GOODBYE)
    await phone.expects("call", status="completed")
    assert (await house.contact(contact_id)).state is State.WAITING


async def test_music_ends_with_the_news_too(house: VoiceHouse) -> None:
    house.clock.at = EVENING - timedelta(hours=4)
    phone = await house.phone()
    sid = await phone.call()
    await phone.expects("listening")
    await phone.press("0")
    await phone.expects("play")
    contact = await house.contact_of(sid)
    house.clock.at = EVENING
    await Closing(house.store, house.tenant).sweep()
    await phone.expects("spoken", text=words.GOODBYE)
    await phone.expects("call", status="completed")
    assert (await house.contact(contact.id)).reach is Reach.CALLBACK


async def test_a_notice_is_spoken_first_on_an_open_line_and_on_a_closed_one(
    sqlite_url: str, clock: Any, fernhill: Tenant
) -> None:
    clock.at = EVENING
    outage = "Our app is down just now. Your cards work."
    tenant = office(fernhill).model_copy(update={"notices": [NoticePart(says=outage)]})
    async with open_voice_house(sqlite_url, clock, tenant) as house:
        phone = await house.phone()
        await phone.call()
        await phone.expects("spoken", text=f"{outage} {CLOSED}")
        await phone.expects("call", status="completed")
        await phone.call("+442079460002")
        assert (await phone.expects("spoken"))["text"] == outage
        assert "Your place in the queue is secured" in (await phone.expects("spoken"))["text"]
        await phone.expects("listening")
        await phone.close()
