"""Arriving where nobody can come: when it opens, what can be had instead, and the truth about who is on duty."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from arrivals import CARDS
from closing_house import LONDON, MONDAY_CLOSING, NUMBER, TUESDAY_OPENING, House, office
from doubles import MovedClock, ToldBus

from assistant.flow import due
from assistant.flow.admission import LeftMessage
from assistant.flow.intake import Joined
from assistant.model.agent import Presence
from assistant.model.contact import Channel, Outcome, QueueId, Reach, State
from assistant.model.errors import Refused
from assistant.model.events import EventType
from assistant.model.hours import Hours
from assistant.model.storage import Store
from assistant.settings.reaching import CallbacksPart
from assistant.settings.tenant import Tenant

CLOSED_BY_NOW = Hours(LONDON, (((time(9), time(9, 35)),),) * 7)
EVENING = MONDAY_CLOSING + timedelta(hours=3)
KEY = "a-key-of-at-least-128-random-bits"
MAIL = "maya@example.com"


@pytest.fixture
async def house(store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant) -> House:
    return await House.open(store, clock, bus, office(fernhill))


@pytest.fixture
async def closed(house: House) -> House:
    await house.until(EVENING)
    return house


async def small(store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant, limit: int) -> House:
    """A house whose cards queue takes so many places."""
    return await House.open(store, clock, bus, office(fernhill, limit=limit))


async def refused(house: House, **request: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        await house.joins(**request)
    return caught.value


async def writes(house: House, text: str = "My card is gone.", reply_to: str = MAIL, **request: Any) -> Joined:
    return await house.joins(message=LeftMessage(text, reply_to), **request)


# a closed queue


async def test_a_closed_queue_says_when_it_opens_and_what_can_be_had_instead(closed: House) -> None:
    """C20: no way out when no human comes."""
    found = await refused(closed)
    assert found.code == "queue_closed"
    assert found.message == "Cards is closed at the moment. It opens again tomorrow at 9:00."
    assert found.details == {"opens_at": "2026-03-03T09:00:00.000000Z", "instead": ["callback", "message"]}


async def test_who_was_placed_before_the_closing_may_ask_again_after_it(house: House) -> None:
    first = await house.joins(idempotency_key=KEY)
    house.clock.at = first.contact.entered_at + timedelta(minutes=9)
    shut = House.open(house.store, house.clock, ToldBus(), office(house.tenant, CLOSED_BY_NOW))
    again = await (await shut).joins(idempotency_key=KEY)
    assert (again.contact.id, again.is_new) == (first.contact.id, False)


async def test_where_nobody_is_called_a_callback_is_not_promised(
    store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant
) -> None:
    nowhere = office(fernhill).model_copy(update={"callbacks": CallbacksPart(countries=[])})
    house = await House.open(store, clock, bus, nowhere)
    await house.until(EVENING)
    assert (await refused(house)).details["instead"] == ["message"]
    assert (await refused(house, callback=NUMBER)).code == "number_not_allowed"


async def test_a_callback_on_a_closed_queue_is_a_place_in_order_of_entry(closed: House) -> None:
    first = await closed.joins(callback="020 7183 8750")
    second = await closed.joins(callback="+442071838751")
    contact = first.contact
    assert (contact.reach, contact.callback_number, contact.callback_at) == (Reach.CALLBACK, NUMBER, TUESDAY_OPENING)
    assert [first.place.position, second.place.position] == [1, 2]
    assert first.greeting == (
        "Fernhill Bank. We're closed. Your place in the queue is secured: you're next. "
        "We'll call you when we open tomorrow at 9:00."
    )
    assert await closed.due(due.GRACE, contact.id) is None
    await closed.until(TUESDAY_OPENING)
    await closed.agent(chats=0)
    await closed.works()
    assert (await closed.contact(contact.id)).state is State.OFFERED
    assert await closed.line_of() == [contact.id, second.contact.id]


async def test_a_callback_survives_its_visitor_s_coming_and_going(closed: House) -> None:
    contact = (await closed.joins(callback=NUMBER)).contact
    await closed.reconnects(contact.id)
    await closed.drops(contact.id)
    await closed.legs.touched(contact.id)
    await closed.until(TUESDAY_OPENING + timedelta(hours=1))
    assert (await closed.contact(contact.id)).reach is Reach.CALLBACK


async def test_a_callback_on_an_open_queue_comes_when_it_is_its_turn(house: House) -> None:
    visitor = await house.visits()
    joined = await house.joins(callback=NUMBER)
    assert joined.contact.callback_at == house.clock.now()
    assert joined.greeting.endswith("secured: you're second. We'll call you when it's your turn.")
    assert await house.line_of() == [visitor, joined.contact.id]


async def test_a_callback_is_not_told_that_somebody_is_free_and_nobody_behind_it_is(house: House) -> None:
    await house.agent(chats=1)
    assert "Connecting you now" not in (await house.joins(callback=NUMBER)).greeting
    assert "Connecting you now" not in (await house.joins()).greeting, "the agent makes the older call first"


@pytest.mark.parametrize(("number", "code"), [("call me", "invalid_number"), ("+14155550100", "number_not_allowed")])
async def test_a_number_that_we_cannot_call_gets_no_place(closed: House, number: str, code: str) -> None:
    assert (await refused(closed, callback=number)).code == code
    assert await closed.line_of() == []


async def test_one_number_has_one_open_callback(closed: House) -> None:
    """C6: several callbacks to the same person at once."""
    await closed.joins(callback=NUMBER)
    assert (await refused(closed, callback="020 7183 8750")).code == "callback_open"
    answers = await asyncio.gather(*(closed.joins(callback="+442071838751") for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(answer, Joined) for answer in answers) == 1
    assert {answer.code for answer in answers if isinstance(answer, Refused)} == {"callback_open"}


async def test_a_repeated_request_finds_its_callback(closed: House) -> None:
    first = await closed.joins(callback=NUMBER, idempotency_key=KEY)
    again = await closed.joins(callback="020 7183 8750", idempotency_key=KEY)
    assert (again.is_new, again.contact.id, again.greeting) == (False, first.contact.id, first.greeting)
    assert (await refused(closed, callback="+442071838751", idempotency_key=KEY)).code == "idempotency_conflict"


# a message


async def test_a_message_is_kept_and_never_in_a_line(closed: House) -> None:
    joined = await writes(closed)
    contact = await closed.contact(joined.contact.id)
    assert (contact.state, contact.outcome, contact.ended_at) == (State.CLOSED, Outcome.MESSAGE_LEFT, closed.clock.at)
    assert (joined.place.position, joined.greeting) == (None, "Thank you. Your message is kept for the team.")
    assert await closed.line_of() == []
    changes = await closed.store.read(lambda work: work.lines.changes_after(CARDS, 0, 10))
    assert not changes
    view = await closed.transcripts.view(contact.id)
    assert [fact.as_data() for fact in view.gathered.facts] == [{"id": "reply_to", "label": "Reply to", "value": MAIL}]
    said = [event.words.text for event in await closed.events(contact.id) if event.words]
    assert said == ["My card is gone.", "Thank you. Your message is kept for the team."]
    closing = await closed.events(contact.id, EventType.CONTACT_CLOSED)
    assert [event.data["outcome"] for event in closing] == ["message_left"]


async def test_a_message_can_be_left_at_any_hour(house: House) -> None:
    assert (await writes(house, reply_to="+1 415 555 0100")).contact.outcome is Outcome.MESSAGE_LEFT


async def test_what_must_not_be_kept_is_taken_out_of_a_message(closed: House) -> None:
    joined = await writes(closed, "My card 4111 1111 1111 1111 has PIN 4821")
    said = [event.words.text for event in await closed.events(joined.contact.id) if event.words]
    assert "4111 1111" not in said[0]
    assert "4821" not in said[0]
    assert MAIL not in str([event.data for event in await closed.events(joined.contact.id)])


@pytest.mark.parametrize(
    ("text", "reply_to", "code"),
    [
        (" \x00 ", MAIL, "empty_text"),
        ("a" * 4001, MAIL, "text_too_long"),
        ("Hello", "nowhere", "invalid_reply_to"),
        ("Hello", "maya@example", "invalid_reply_to"),
    ],
)
async def test_a_message_that_cannot_be_answered_is_refused(closed: House, text: str, reply_to: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        await writes(closed, text, reply_to)
    assert caught.value.code == code


async def test_a_repeated_message_is_kept_once(closed: House) -> None:
    first, again = await writes(closed, idempotency_key=KEY), await writes(closed, idempotency_key=KEY)
    assert (again.is_new, again.contact.id, again.greeting) == (False, first.contact.id, first.greeting)


async def test_a_message_does_not_count_as_a_place(
    store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant
) -> None:
    house = await small(store, clock, bus, fernhill, 1)
    await writes(house)
    assert (await house.joins()).place.position == 1


# a full queue


async def test_a_full_queue_takes_a_message_instead(
    store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant
) -> None:
    house = await small(store, clock, bus, fernhill, 2)
    await house.joins()
    await house.joins(callback=NUMBER)
    found = await refused(house)
    assert (found.code, found.details) == ("queue_full", {"instead": ["message"]})
    assert (await refused(house, callback="+442071838751")).code == "queue_full"
    assert (await writes(house)).contact.outcome is Outcome.MESSAGE_LEFT
    assert (await house.joins(queue=QueueId("fraud"))).place.position == 1
    await house.until(EVENING)
    assert (await refused(house)).details["instead"] == ["message"]


async def test_a_place_that_is_left_makes_room(store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant) -> None:
    house = await small(store, clock, bus, fernhill, 1)
    joined = await house.joins()
    await house.conversation.leave(joined.contact.id)
    assert (await house.joins()).place.position == 1


async def test_the_limit_holds_for_arrivals_that_come_together(
    store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant
) -> None:
    """Asterisk's counters: the line is counted under the queue's lock, by both processes."""
    houses = [await small(store, clock, bus, fernhill, 5) for _ in range(2)]
    answers = await asyncio.gather(*(house.joins() for house in houses * 10), return_exceptions=True)
    placed = sorted(answer.place.position or 0 for answer in answers if isinstance(answer, Joined))
    assert placed == [1, 2, 3, 4, 5]
    assert {answer.code for answer in answers if isinstance(answer, Refused)} == {"queue_full"}
    assert len(await houses[0].line_of()) == 5


async def test_who_was_placed_may_ask_again_though_the_queue_is_full(
    store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant
) -> None:
    house = await small(store, clock, bus, fernhill, 1)
    first = await house.joins(idempotency_key=KEY)
    again = await house.joins(idempotency_key=KEY)
    assert (again.contact.id, again.is_new) == (first.contact.id, False)


# nobody on duty


async def test_where_nobody_is_signed_in_no_wait_is_pretended(house: House) -> None:
    """C20, C15: chat offered as if somebody came, and conversations for agents who are gone."""
    await house.agent("carla", presence=Presence.SIGNED_OUT, is_reachable=False)
    await house.lines.sweep()
    joined = await house.joins()
    assert joined.greeting.startswith("Fernhill Bank, virtual assistant. Nobody is on duty now. Your place")
    assert "minutes" not in joined.greeting
    assert (joined.place.staffed, joined.place.as_data()["staffed"]) == (False, False)


async def test_who_is_on_a_break_is_on_duty(house: House) -> None:
    await house.agent(presence=Presence.NOT_READY, idle_since=None)
    await house.lines.sweep()
    joined = await house.joins()
    assert "Can I help while you wait?" in joined.greeting
    assert joined.place.staffed


async def test_whose_console_is_gone_is_not_on_duty(house: House) -> None:
    await house.agent(is_reachable=False)
    await house.lines.sweep()
    assert not (await house.joins()).place.staffed


async def test_a_language_that_nobody_speaks_is_said(
    store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant
) -> None:
    house = await House.open(store, clock, bus, fernhill.model_copy(update={"languages": ["en", "cy"]}))
    await house.agent(chats=1)
    await house.lines.sweep()
    welsh = await house.joins(language="cy")
    assert "Nobody on duty speaks your language." in welsh.greeting
    assert "Ask me for a callback" in welsh.greeting
    assert not welsh.place.staffed
    english = await house.joins(language="en")
    assert english.place.staffed
    await house.works()
    states = [(await house.contact(joined.contact.id)).state for joined in (welsh, english)]
    assert states == [State.WAITING, State.OFFERED]


async def test_the_place_follows_who_is_on_duty(house: House) -> None:
    await house.lines.sweep()
    visitor = await house.visits()
    told = asyncio.Event()
    house.lines.watch(CARDS, told.set)
    assert not (await house.transcripts.view(visitor)).place.staffed
    await house.agent(presence=Presence.NOT_READY, idle_since=None)
    await house.lines.sweep()
    assert (await house.transcripts.view(visitor)).place.staffed
    async with asyncio.timeout(5):
        await told.wait()


async def test_an_announcement_says_that_nobody_is_on_duty(house: House) -> None:
    await house.lines.sweep()
    caller = await house.calls()
    await house.lines.sweep()
    await house.dialogue.announce(caller)
    assert await house.told(caller) == ["You're first in line. Nobody is on duty now."]


async def test_before_anybody_has_looked_nobody_is_said_to_be_missing(
    store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant
) -> None:
    house = await House.open(store, clock, bus, fernhill)
    assert "Nobody" not in (await house.joins()).greeting


async def test_at_the_opening_moment_the_door_is_open(closed: House) -> None:
    await closed.until(TUESDAY_OPENING - timedelta(seconds=2))
    assert (await refused(closed)).code == "queue_closed"
    closed.clock.at = datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert (await closed.joins(channel=Channel.CHAT)).place.position == 1
