"""Afterwards: who is still on the line once the agent has hung up may answer a question or two, and need not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from phone_client import PhoneClient
from test_meeting_agents import met
from voice_house import VoiceHouse, open_voice_house

from assistant.flow.recounting import Recounting
from assistant.model.contact import Channel, Contact, State, Verification
from assistant.model.events import EventType
from assistant.model.measures import Asked, By, Group
from assistant.model.survey import Measure
from assistant.settings.survey import QuestionPart, SurveyPart
from assistant.settings.tenant import Tenant
from telephony import voice_wording as words
from telephony.emulator import Fault, FaultKind

OFFER = "Thank you for calling Fernhill Bank. Press 1 to answer {}, or just hang up."
SURVEY = "/telephony/voice/survey"
CLOSING = "Thank you for calling Fernhill Bank. Goodbye."


@asynccontextmanager
async def asking(
    sqlite_url: str, clock: Any, fernhill: Tenant, *measures: Measure, **more: Any
) -> AsyncIterator[VoiceHouse]:
    questions = [QuestionPart(measure=measure) for measure in measures]
    tenant = fernhill.model_copy(update={"survey": SurveyPart(questions=questions, by_keypad=True, **more)})
    async with open_voice_house(sqlite_url, clock, tenant, speed=20.0) as house:
        yield house
        for phone in house.phones:
            await phone.close()
        refused = [one for one in house.complaints if one.startswith(("11", "12")) and "fault" not in one]
        assert refused == [], "every document passed the grammar"


@pytest.fixture
async def house(sqlite_url: str, clock: Any, fernhill: Tenant) -> AsyncIterator[VoiceHouse]:
    async with asking(sqlite_url, clock, fernhill, Measure.CSAT, Measure.RESOLVED, Measure.NPS) as house:
        yield house


async def parted(house: VoiceHouse) -> tuple[PhoneClient, Contact]:
    """The two have talked, and the agent has hung up."""
    caller, agent, contact = await met(house)
    await agent.hang_up()
    await house.expects(contact.id, state=State.WRAPPING)
    return caller, contact


async def offered(house: VoiceHouse, many: str = "three short questions") -> tuple[PhoneClient, Contact]:
    caller, contact = await parted(house)
    await caller.expects("spoken", text=OFFER.format(many))
    await caller.expects("listening")
    return caller, contact


async def says_yes(house: VoiceHouse) -> tuple[PhoneClient, Contact]:
    caller, contact = await offered(house)
    await caller.press("1")
    return caller, contact


async def answers(caller: PhoneClient, measure: Measure, keys: str) -> None:
    await caller.expects("spoken", text=f"{words.QUESTIONS[measure]} {words.KEYS[measure]}")
    await caller.expects("listening")
    await caller.press(keys)


async def given(house: VoiceHouse, contact: Contact) -> dict[str, Any]:
    return dict(await house.flow.feedback.given(contact.id))


async def test_three_answers_feed_three_measures(house: VoiceHouse) -> None:
    caller, contact = await says_yes(house)
    await answers(caller, Measure.CSAT, "5")
    await answers(caller, Measure.RESOLVED, "1")
    await answers(caller, Measure.NPS, "10")
    await caller.expects("spoken", text=words.SURVEY_THANKS)
    await caller.expects("call", status="completed")
    assert await given(house, contact) == {"csat": 5, "resolved": True, "nps": 10}
    now = house.clock.now()
    asked = Asked(now - timedelta(hours=1), now + timedelta(hours=1), By.NOTHING, {}, 5)
    await Recounting(house.store).catch_up()
    counted = await house.store.read(lambda work: work.reports.measures(asked))
    measures = counted[Group(0, "")]
    assert (measures.csat, measures.nps, measures.fcr, measures.ces) == (1.0, 100.0, 1.0, None)
    assert (measures.csat_given, measures.ces_given) == (1, 0), "what was not asked is no answer"


@pytest.mark.parametrize("key", [None, "2", "0"])
async def test_who_would_rather_not_hears_goodbye(house: VoiceHouse, key: str | None) -> None:
    caller, contact = await offered(house)
    if key:
        await caller.press(key)
    await caller.expects("spoken", text=words.GOODBYE)
    await caller.expects("call", status="completed")
    assert await given(house, contact) == {}


async def test_who_hangs_up_in_between_has_given_those_answers(house: VoiceHouse) -> None:
    caller, contact = await says_yes(house)
    await answers(caller, Measure.CSAT, "2")
    await caller.expects("spoken")
    await caller.hang_up()
    await caller.expects("call", status="completed")
    assert await given(house, contact) == {"csat": 2}


async def test_a_key_that_is_no_answer_is_asked_for_once_more_and_then_let_be(house: VoiceHouse) -> None:
    caller, contact = await says_yes(house)
    await answers(caller, Measure.CSAT, "9")
    await caller.expects("spoken", text=words.NO_SUCH_ANSWER)
    await answers(caller, Measure.CSAT, "0")
    await answers(caller, Measure.RESOLVED, "2")
    await answers(caller, Measure.NPS, "7#")
    await caller.expects("spoken", text=words.SURVEY_THANKS)
    assert await given(house, contact) == {"resolved": False, "nps": 7}


async def test_silence_ends_it(house: VoiceHouse) -> None:
    caller, contact = await says_yes(house)
    await caller.expects("spoken", text=words.GOODBYE)
    await caller.expects("call", status="completed")
    assert await given(house, contact) == {}


@pytest.mark.parametrize("kind", [FaultKind.DUPLICATE, FaultKind.DELAY, FaultKind.DROP, FaultKind.TIME_OUT])
async def test_a_webhook_that_goes_wrong_counts_no_answer_twice(house: VoiceHouse, kind: FaultKind) -> None:
    caller, contact = await says_yes(house)
    await caller.expects("spoken")
    await caller.expects("listening")
    caller.frames = list(caller.history[-2:])
    house.emulator.faults.arm(Fault(kind, SURVEY, seconds=0.2))
    await answers(caller, Measure.CSAT, "4")
    if kind in {FaultKind.DROP, FaultKind.TIME_OUT}:
        await caller.expects("spoken", text=words.SURVEY_LOST)
        await caller.expects("call", status="completed")
    else:
        await answers(caller, Measure.RESOLVED, "1")
        await answers(caller, Measure.NPS, "9#")
        await caller.expects("call", status="completed")
    kept = await given(house, contact)
    assert kept.get("csat") == (None if kind is FaultKind.DROP else 4)
    events = [event.data for event in await house.events(contact.id) if event.type is EventType.FEEDBACK_GIVEN]
    assert sum("csat" in data for data in events) <= 1


async def test_nobody_is_asked_whose_agent_did_not_end_it_or_whose_bank_does_not_ask(
    sqlite_url: str, clock: Any, fernhill: Tenant
) -> None:
    async with open_voice_house(sqlite_url, clock, fernhill) as house:
        caller, _ = await parted(house)
        await caller.expects("spoken", text="Thank you for calling Fernhill Bank. Goodbye.")
        for phone in house.phones:
            await phone.close()


async def test_the_bank_s_own_words_are_said_with_the_keys(sqlite_url: str, clock: Any, fernhill: Tenant) -> None:
    question = QuestionPart(measure=Measure.CES, says="Was it easy to reach us?")
    tenant = fernhill.model_copy(update={"survey": SurveyPart(questions=[question], by_keypad=True)})
    async with open_voice_house(sqlite_url, clock, tenant, speed=20.0) as house:
        caller, contact = await offered(house, "one short question")
        await caller.press("1")
        await caller.expects("spoken", text=f"Was it easy to reach us? {words.KEYS[Measure.CES]}")
        await caller.expects("listening")
        await caller.press("6")
        await caller.expects("spoken", text=words.SURVEY_THANKS)
        assert await given(house, contact) == {"ces": 6}
        for phone in house.phones:
            await phone.close()


async def by_key(house: VoiceHouse, key: str | None) -> tuple[PhoneClient, Contact]:
    """A customer who is known has talked to an agent, and is asked whether we may remember the telephone."""
    caller, agent, contact = await met(house)

    def proves(work: Any) -> None:
        current = work.contacts.lock_only(contact.id)
        work.contacts.save(replace(current, customer_number="10000001", verification=Verification(2, "pin")))

    await house.store.transact(proves)
    await agent.hang_up()
    await caller.expects("spoken", text=words.MAY_WE_REMEMBER)
    await caller.expects("listening")
    if key:
        await caller.press(key)
    return caller, contact


@pytest.mark.parametrize(("key", "is_kept"), [("1", True), ("2", False), (None, False)])
async def test_a_known_caller_is_asked_once_whether_we_may_remember_the_telephone(
    sqlite_url: str, clock: Any, fernhill: Tenant, key: str | None, is_kept: bool
) -> None:
    tenant = fernhill.model_copy(update={"asks_preferences": True})
    async with asking(sqlite_url, clock, tenant, Measure.CSAT) as house:
        caller, _ = await by_key(house, key)
        if key == "1":
            await caller.expects("spoken", text=words.REMEMBERED)
        await caller.expects("spoken", text=OFFER.format("one short question") if key else CLOSING)
        await caller.expects("call", status="completed")
        kept = await house.store.read(lambda work: work.preferences.of("10000001"))
        assert kept is not None
        assert kept.is_kept == is_kept
        assert kept.channel is (Channel.VOICE if is_kept else None)
