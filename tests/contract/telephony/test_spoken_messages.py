"""A message that is spoken where nobody can take the call: closed, full, or nobody on duty. None is lost.

Over real webhooks from the tone to the text, whatever becomes of the webhooks on the way.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from arrivals import hired
from phone_client import PhoneClient
from voice_house import CALLER, VoiceHouse, open_voice_house

from assistant.flow import due
from assistant.flow.deadlines import DeadlineRunner
from assistant.flow.spoken_messages import TELLING_SECONDS, WRITING_SECONDS
from assistant.model.contact import Contact, Outcome, QueueId, State
from assistant.model.events import Author, EventType
from assistant.model.hours import Hours
from assistant.model.overview import MessageLeft
from assistant.model.spoken import SpokenState
from assistant.settings.tenant import Tenant
from telephony import voice_wording as words
from telephony.emulator import Fault, FaultKind
from telephony.emulator.recordings import TakenDown

CARDS = QueueId("cards")
OFFICE = Hours(ZoneInfo("Europe/London"), (((time(9), time(17)),),) * 5 + ((), ()))
EVENING = datetime(2026, 3, 2, 20, tzinfo=UTC)
SAID = "Please call me back about the fee on my last statement."
DONE, RECORDED, WRITTEN = (f"/voice/message/{name}" for name in ("done", "recorded", "written"))


@asynccontextmanager
async def opened(sqlite_url: str, clock: Any, fernhill: Tenant, **cards: Any) -> AsyncIterator[VoiceHouse]:
    queue = fernhill.queues[CARDS].model_copy(update=cards)
    tenant = fernhill.model_copy(update={"queues": fernhill.queues | {CARDS: queue}})
    async with open_voice_house(sqlite_url, clock, tenant) as house:
        yield house
        for phone in house.phones:
            await phone.close()
        refused = [one for one in house.complaints if one.startswith(("11", "12")) and "fault" not in one]
        assert refused == [], "every document passed the grammar"


@pytest.fixture
async def closed(sqlite_url: str, clock: Any, fernhill: Tenant) -> AsyncIterator[VoiceHouse]:
    clock.at = EVENING
    async with opened(sqlite_url, clock, fernhill, hours=OFFICE) as house:
        yield house


@pytest.fixture
async def unstaffed(sqlite_url: str, clock: Any, fernhill: Tenant) -> AsyncIterator[VoiceHouse]:
    """The line is open and nobody is signed in."""
    async with opened(sqlite_url, clock, fernhill) as house:
        await house.flow.intake._lines.sweep()
        yield house


async def to_the_tone(phone: PhoneClient, key: str = "2") -> str:
    sid = await phone.call()
    await phone.expects("listening")
    await phone.press(key)
    await phone.expects("recording")
    return sid


async def leaves(phone: PhoneClient, text: str = SAID) -> str:
    sid = await to_the_tone(phone)
    await phone.say(text)
    await phone.press("#")
    return sid


async def left(house: VoiceHouse) -> list[MessageLeft]:
    return list(
        await house.store.read(lambda work: work.overview.messages_left([CARDS], is_done=False, limit=9)),
    )


async def listed(house: VoiceHouse, text: str | None = None, state: SpokenState | None = None) -> MessageLeft:
    """The one message that was left, once it is as told."""
    async with asyncio.timeout(10):
        while True:
            found = await left(house)
            if found and text in (None, found[0].text) and state in (None, found[0].spoken and found[0].spoken.state):
                (one,) = found
                return one
            await asyncio.sleep(0.01)


async def fires(house: VoiceHouse, seconds: float) -> None:
    """So much time goes by, and what has come due meanwhile happens."""
    house.clock.advance(seconds)
    spoken = house.flow.spoken
    handlers = {due.SPOKEN: spoken.overdue, due.RECORDING_KEPT: spoken.kept_long_enough}
    others = (due.GRACE, due.FIRST_SILENCE, due.RECLAIM, due.OVERFLOW)

    async def not_now(_: Any) -> None:
        """Another part's."""

    runner = DeadlineRunner(house.store, house.bus, house.clock, handlers | dict.fromkeys(others, not_now))
    await runner.fire_due()


def shelf(house: VoiceHouse) -> list[TakenDown]:
    return house.emulator.exchange.shelf.all()


async def test_a_closed_line_takes_a_message_and_the_team_reads_it(closed: VoiceHouse) -> None:
    phone = await closed.phone()
    await phone.call()
    await phone.expects("spoken", text=words.PRESS_FOR_EITHER)
    await phone.expects("listening")
    await phone.press("2")
    await phone.expects("spoken", text=words.SPEAK)
    tone = await phone.expects("recording")
    assert (tone["seconds"], tone["finish_on_key"]) == (120, "#")
    await phone.say(SAID)
    await phone.press("#")
    await phone.expects("spoken", text=words.MESSAGE_KEPT)
    await phone.expects("call", status="completed")
    message = await listed(closed, SAID)
    assert (message.reply_to, message.queue, message.language) == (CALLER, CARDS, "en")
    assert message.spoken is not None
    assert (message.spoken.state, message.spoken.has_recording) == (SpokenState.WRITTEN, True)
    assert message.spoken.seconds is not None and 2 <= message.spoken.seconds <= 6
    contact = await closed.contact(message.contact_id)
    assert (contact.state, contact.outcome, contact.ani) == (State.CLOSED, Outcome.MESSAGE_LEFT, CALLER)
    said = [event.words for event in await closed.events(contact.id) if event.words]
    assert [(each.author, each.text) for each in said][-1] == (Author.CALLER, SAID)
    sound = await closed.flow.spoken.sound_of(contact.id)
    assert sound is not None and sound.startswith(b"RIFF")


async def test_a_full_line_takes_one_too(sqlite_url: str, clock: Any, fernhill: Tenant) -> None:
    async with opened(sqlite_url, clock, fernhill, limit=1) as house:
        first, second = await house.phone(), await house.phone("+442071838751")
        await first.call()
        await first.expects("listening")
        await second.call()
        await second.expects("spoken", text="Cards cannot take anybody more at the moment.")
        await second.expects("spoken", text=words.PRESS_FOR_MESSAGE)
        await second.expects("listening")
        await second.press("2")
        await second.expects("recording")
        await second.say(SAID)
        await second.press("#")
        await second.expects("spoken", text=words.MESSAGE_KEPT)
        assert (await listed(house, SAID)).reply_to == "+442071838751"


async def test_a_callback_is_not_promised_to_who_presses_1_unasked(closed: VoiceHouse) -> None:
    phone = await closed.phone("anonymous")
    await phone.call()
    await phone.expects("spoken", text=words.PRESS_FOR_MESSAGE)
    await phone.expects("listening")
    await phone.press("1")
    await phone.expects("spoken", text=words.ANOTHER_TIME)


async def test_who_withholds_the_number_is_asked_to_say_it(closed: VoiceHouse) -> None:
    phone = await closed.phone("anonymous")
    await phone.call()
    await phone.expects("listening")
    await phone.press("2")
    await phone.expects("spoken", text=words.SPEAK_AND_SAY_NUMBER)
    await phone.expects("recording")
    await phone.say(SAID)
    await phone.press("#")
    assert (await listed(closed, SAID)).reply_to == ""


@pytest.mark.parametrize("kind", [FaultKind.DUPLICATE, FaultKind.DELAY, FaultKind.DROP, FaultKind.TIME_OUT])
@pytest.mark.parametrize("match", [DONE, RECORDED, WRITTEN])
async def test_a_webhook_that_goes_wrong_loses_no_message(closed: VoiceHouse, match: str, kind: FaultKind) -> None:
    closed.emulator.faults.arm(Fault(kind, match, seconds=0.3))
    phone = await closed.phone()
    await leaves(phone)
    await phone.expects("spoken", text=words.MESSAGE_KEPT)
    await phone.expects("call", status="completed")
    message = await listed(closed)
    if (match, kind) == (WRITTEN, FaultKind.DROP):
        await _until_written_there(closed)
        await fires(closed, WRITING_SECONDS + 1)
    await listed(closed, SAID, SpokenState.WRITTEN)
    closings = [event for event in await closed.events(message.contact_id) if event.type is EventType.CONTACT_CLOSED]
    spoken = [event for event in await closed.events(message.contact_id) if event.type is EventType.MESSAGE_SPOKEN]
    assert (len(closings), len(spoken)) == (1, 1)


async def _until_written_there(house: VoiceHouse) -> None:
    for _ in range(1000):
        if any(one.transcription and one.transcription.text for one in shelf(house)):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("never written down")


@pytest.mark.parametrize("lost", [(), (DONE,), (RECORDED,), (DONE, RECORDED), (DONE, RECORDED, WRITTEN)])
async def test_who_hangs_up_while_speaking_has_left_what_was_said(closed: VoiceHouse, lost: tuple[str, ...]) -> None:
    for match in lost:
        closed.emulator.faults.arm(Fault(FaultKind.DROP, match))
    phone = await closed.phone()
    await to_the_tone(phone)
    await phone.say(SAID)
    await phone.expects("heard")
    await phone.hang_up()
    await phone.expects("call", status="completed")
    if len(lost) == 3:
        await _until_written_there(closed)
        await fires(closed, 120 + TELLING_SECONDS + 1)
        await fires(closed, WRITING_SECONDS + 1)
    assert (await listed(closed, SAID, SpokenState.WRITTEN)).reply_to == CALLER


@pytest.mark.parametrize("said", [None, "Oh."])
async def test_an_empty_recording_is_asked_for_once_more_and_opens_nothing(
    closed: VoiceHouse, said: str | None
) -> None:
    phone = await closed.phone()
    await to_the_tone(phone)
    for line in (words.HEARD_NOTHING, words.NOTHING_KEPT):
        if said:
            await phone.say(said)
        await phone.press("#")
        await phone.expects("spoken", text=line)
        if line == words.HEARD_NOTHING:
            await phone.expects("recording")
    await phone.expects("call", status="completed")
    await fires(closed, 1)
    await fires(closed, 3600)
    assert await left(closed) == []
    if said:
        assert len(shelf(closed)) <= 1, "the second try has the row now; what it holds is deleted"


async def test_who_says_something_at_the_second_try_is_kept(closed: VoiceHouse) -> None:
    phone = await closed.phone()
    await to_the_tone(phone)
    await phone.expects("spoken", text=words.HEARD_NOTHING)
    await phone.expects("recording")
    await phone.say(SAID)
    await phone.press("#")
    await phone.expects("spoken", text=words.MESSAGE_KEPT)
    await listed(closed, SAID)


async def test_who_hangs_up_without_a_word_has_left_nothing(closed: VoiceHouse) -> None:
    phone = await closed.phone()
    await to_the_tone(phone)
    await phone.hang_up()
    await phone.expects("call", status="completed")
    await fires(closed, 120 + TELLING_SECONDS + 1)
    assert await left(closed) == []
    await fires(closed, 3600)
    assert await left(closed) == []


async def test_a_recording_is_over_after_two_minutes(closed: VoiceHouse) -> None:
    phone = await closed.phone()
    await to_the_tone(phone)
    await phone.say("and another thing " * 200)
    await phone.expects("spoken", text=words.MESSAGE_KEPT)
    message = await listed(closed, state=SpokenState.WRITTEN)
    assert message.spoken is not None and message.spoken.seconds == 120


async def test_what_nobody_could_write_down_can_be_played(closed: VoiceHouse) -> None:
    closed.emulator.faults.arm(Fault(FaultKind.UNWRITTEN, WRITTEN))
    phone = await closed.phone()
    await leaves(phone)
    message = await listed(closed, "", SpokenState.UNWRITTEN)
    assert message.spoken is not None and message.spoken.has_recording
    assert await closed.flow.spoken.sound_of(message.contact_id) is not None


async def test_a_text_that_never_comes_is_looked_up_and_then_given_up(closed: VoiceHouse) -> None:
    closed.emulator.faults.arm(Fault(FaultKind.DROP, WRITTEN))
    closed.emulator.faults.arm(Fault(FaultKind.UNWRITTEN, WRITTEN))
    phone = await closed.phone()
    await leaves(phone)
    await listed(closed, "", SpokenState.RECORDED)
    closed.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Recordings/", code=20503))
    await fires(closed, WRITING_SECONDS + 1)
    await listed(closed, "", SpokenState.RECORDED)
    await fires(closed, 61)
    await listed(closed, "", SpokenState.UNWRITTEN)


async def test_a_text_that_comes_after_it_was_given_up_is_taken_and_the_first_one_stands(closed: VoiceHouse) -> None:
    closed.emulator.faults.arm(Fault(FaultKind.UNWRITTEN, WRITTEN))
    phone = await closed.phone()
    sid = await leaves(phone)
    message = await listed(closed, "", SpokenState.UNWRITTEN)
    (taken,) = shelf(closed)
    for text in (SAID, "Something else.", None):
        await closed.flow.spoken.written(sid, taken.sid, text)
    assert (await listed(closed)).text == SAID
    said = [event.words.text for event in await closed.events(message.contact_id) if event.words]
    assert said.count(SAID) == 1 and "Something else." not in said


async def test_a_card_number_is_not_kept_neither_as_text_nor_as_sound(closed: VoiceHouse) -> None:
    phone = await closed.phone()
    await leaves(phone, "My card is 4111 1111 1111 1111, please call me back.")
    message = await listed(closed, state=SpokenState.WRITTEN)
    assert message.text == "My card is •••1111, please call me back."
    await fires(closed, 0)
    assert shelf(closed) == [], "deleted where it was recorded"
    message = await listed(closed)
    assert message.spoken is not None and not message.spoken.has_recording
    assert await closed.flow.spoken.sound_of(message.contact_id) is None


async def test_a_recording_is_deleted_in_time_also_when_the_telephone_company_is_away(closed: VoiceHouse) -> None:
    phone = await closed.phone()
    await leaves(phone)
    await listed(closed, SAID)
    closed.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Recordings/", code=20503))
    kept = timedelta(days=closed.tenant.spoken_messages.kept_days).total_seconds()
    await fires(closed, kept - 1)
    assert len(shelf(closed)) == 1
    await fires(closed, 2)
    assert len(shelf(closed)) == 1, "nobody answered"
    await fires(closed, 61)
    assert shelf(closed) == []
    assert (await listed(closed)).text == SAID


async def waits(house: VoiceHouse) -> tuple[PhoneClient, Contact]:
    """A caller with a place in a line in which nobody is on duty, at the tone."""
    phone = await house.phone()
    sid = await phone.call()
    assert "Nobody is on duty" in (await phone.expects("spoken"))["text"]
    await phone.expects("spoken", text=words.STILL_HERE)
    await phone.expects("spoken", text=words.OR_LEAVE_MESSAGE)
    await phone.expects("listening")
    contact = await house.contact_of(sid)
    await phone.press("7")
    await phone.expects("recording")
    return phone, contact


async def test_where_nobody_is_on_duty_a_message_takes_the_place_of_waiting(unstaffed: VoiceHouse) -> None:
    phone, contact = await waits(unstaffed)
    assert (await unstaffed.contact(contact.id)).state is State.WAITING, "the place stands until something is said"
    await phone.say(SAID)
    await phone.press("#")
    await phone.expects("spoken", text=words.MESSAGE_KEPT)
    await phone.expects("call", status="completed")
    await unstaffed.expects(contact.id, state=State.CLOSED, outcome=Outcome.MESSAGE_LEFT)
    message = await listed(unstaffed, SAID)
    assert (message.contact_id, message.reply_to) == (contact.id, CALLER)


async def test_who_says_nothing_keeps_the_place_and_the_talk(unstaffed: VoiceHouse) -> None:
    phone, contact = await waits(unstaffed)
    await phone.expects("spoken", text=words.HEARD_NOTHING)
    await phone.expects("spoken", text=words.NOTHING_KEPT_PLACE)
    await phone.expects("listening")
    kept = await unstaffed.contact(contact.id)
    assert (kept.state, kept.order_at) == (State.WAITING, contact.order_at)
    await phone.say("hello there")
    await phone.expects("spoken", text="You said hello there.")
    assert await left(unstaffed) == []


@pytest.mark.parametrize("lost", [(), (DONE,), (DONE, RECORDED, WRITTEN)])
async def test_who_hangs_up_while_speaking_has_left_the_line_with_a_message(
    unstaffed: VoiceHouse, lost: tuple[str, ...]
) -> None:
    for match in lost:
        unstaffed.emulator.faults.arm(Fault(FaultKind.DROP, match))
    phone, contact = await waits(unstaffed)
    await phone.say(SAID)
    await phone.expects("heard")
    await phone.hang_up()
    await phone.expects("call", status="completed")
    if len(lost) == 3:
        await unstaffed.expects(contact.id, state=State.ABANDONED)
        await _until_written_there(unstaffed)
        await fires(unstaffed, 120 + TELLING_SECONDS + 1)
        await fires(unstaffed, WRITING_SECONDS + 1)
    message = await listed(unstaffed, SAID)
    assert message.contact_id == contact.id
    ended = await unstaffed.contact(contact.id)
    assert (ended.state, ended.outcome) == (State.CLOSED, Outcome.MESSAGE_LEFT)


async def test_an_agent_who_comes_meanwhile_gets_the_caller_and_what_was_said(unstaffed: VoiceHouse) -> None:
    phone, contact = await waits(unstaffed)
    await phone.say(SAID)
    await phone.expects("heard")
    desk = await unstaffed.phone("client:amira")
    await unstaffed.offer(contact, await hired(unstaffed.store, "amira"))
    await desk.expects("call", status="ringing")
    await desk.send("answer", call_sid=desk.call_sid)
    await phone.expects("conference", joined=True)
    connected = await unstaffed.expects(contact.id, state=State.CONNECTED)
    for _ in range(1000):
        if SAID in [event.words.text for event in await unstaffed.events(connected.id) if event.words]:
            break
        await asyncio.sleep(0.01)
    else:
        raise AssertionError("the agent never reads what was said")
    assert (await unstaffed.contact(contact.id)).state is State.CONNECTED
    assert await left(unstaffed) == [], "it is no message that anybody left: the two are talking"


async def test_a_line_with_somebody_on_duty_offers_no_message(house: VoiceHouse) -> None:
    await house.agent()
    phone = await house.phone()
    await phone.call()
    await phone.expects("listening")
    await phone.press("7")
    await phone.expects("spoken", text=words.HELP)


async def test_a_recording_of_a_call_that_nobody_asked_for_opens_nothing(closed: VoiceHouse) -> None:
    assert await closed.flow.spoken.recorded("CA" + "9" * 32, "RE" + "9" * 32, 9) is None
    await closed.flow.spoken.written("CA" + "9" * 32, "RE" + "9" * 32, SAID)
    assert await left(closed) == []
