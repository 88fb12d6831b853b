"""A place moves to another queue, by a supervisor or because the topic belongs there, and keeps its order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from arrivals import CARDS
from passing_house import ACCOUNTS, ACCOUNTS_OVERFLOW_SECONDS, FRAUD, House
from passing_house import house as house
from passing_house import tenant as tenant
from small_bank import SmallBank, Telephones

from assistant.flow import due
from assistant.flow.dialogue import Dialogue
from assistant.flow.one_time_codes import OneTimeCodes
from assistant.flow.orders import Orders
from assistant.flow.turns import Turns
from assistant.flow.verification import VerificationDesk
from assistant.model.agent import Agent
from assistant.model.contact import Contact, ContactId, QueueId, State
from assistant.model.errors import Refused
from assistant.model.events import EventType
from assistant.model.ports import Order, Reply, Saying, Turn


async def refusal(house: House, contact_id: ContactId, by: Agent, queue: QueueId, reason: str = "fits") -> str:
    with pytest.raises(Refused) as refused:
        await house.transfers.move(contact_id, by, queue, reason)
    return refused.value.code


async def test_a_supervisor_moves_a_place_with_its_order_and_the_reason_is_a_note(house: House) -> None:
    sofia = await house.hires("sofia", queues=())
    contact, other = await house.arrives(), await house.arrives(FRAUD)
    await house.keeps_its_promises()
    await house.transfers.move(contact.id, sofia, FRAUD, "she fears a fraud; card 4929 1234 5678 9123")
    after = await house.now(contact)
    assert (after.queue, after.order_at, after.state) == (FRAUD, contact.order_at, State.WAITING)
    assert [await house.position(each) for each in (contact, other)] == [1, 2]
    (moved,) = await house.events(contact, EventType.QUEUE_CHANGED)
    assert moved.data["by"] == sofia.id
    assert moved.data["cause"] == "supervisor"
    (note,) = await house.events(contact, EventType.NOTE_ADDED)
    assert note.words is not None
    assert note.words.text.startswith("she fears a fraud")
    assert note.data == {"agent_id": sofia.id}, "no note of a colleague who hands over"
    assert "fears" not in str([event.data for event in await house.events(contact)])
    assert await house.said(contact) == "You've been moved to Fraud. You keep the place you had: you're next."
    await house.keeps_its_promises()
    line = house.lines.line(FRAUD)
    assert line.why_worse(other.id, line.revision - 1) == "supervisor"
    assert line.why_here(contact.id) == "supervisor"


async def test_what_a_supervisor_cannot_move_is_said_why(house: House) -> None:
    sofia, amira = await house.hires("sofia", queues=()), await house.hires("amira")
    contact = await house.arrives()
    assert await refusal(house, ContactId("nobody"), sofia, FRAUD) == "no_such_contact"
    assert await refusal(house, contact.id, sofia, QueueId("mortgages")) == "unknown_queue"
    assert await refusal(house, contact.id, sofia, CARDS) == "same_queue"
    assert await refusal(house, contact.id, sofia, FRAUD, " ") == "empty_text"
    offer = await house.offered()
    assert offer is not None
    assert await refusal(house, contact.id, sofia, FRAUD) == "place_taken_up"
    await house.takes(offer)
    assert await refusal(house, contact.id, sofia, FRAUD) == "place_taken_up"
    await house.conversation.end(contact.id, amira.id)
    assert await refusal(house, contact.id, sofia, FRAUD) == "contact_closed"
    assert not await house.events(contact, EventType.QUEUE_CHANGED)


async def test_a_place_that_was_kept_for_an_agent_is_open_where_a_supervisor_moves_it(house: House) -> None:
    sofia, amira, ben = await house.hires("sofia", queues=()), await house.hires("amira"), await house.hires("ben")
    contact = await house.cold(await house.talks(amira), amira, ben)
    carla = await house.hires("carla", FRAUD)
    await house.transfers.move(contact.id, sofia, FRAUD, "fits better")
    offer = await house.offered()
    assert offer is not None
    assert offer.agent_id == carla.id
    assert await house.store.read(lambda work: work.deadlines.when(due.DIRECT, contact.id)) is None


@dataclass
class Mover:
    """An engine that orders a move to `queue` whatever is said, and goes on with the matter once it is told of it."""

    queue: Any = "fraud"
    turns: list[Turn] = field(default_factory=list)

    async def is_ready(self) -> bool:
        return True

    async def turn(self, turn: Turn) -> Reply:
        self.turns.append(turn)
        if turn.structured is not None:
            return Reply((Saying("How much was it?"),), None, turn.topic, {}, None)
        order = Order("move_queue", {"queue": self.queue})
        return Reply((Saying("That sounds like fraud."),), order, "report_fraud", {}, None)


def talk(house: House, engine: Mover) -> Dialogue:
    bank, codes = SmallBank(), OneTimeCodes(house.tenant, Telephones(), b"a key")
    desk = VerificationDesk(house.store, house.tenant, bank, codes, b"a key")
    orders = Orders(house.store, house.tenant, bank, desk)
    return Dialogue(house.store, house.lines, desk, Turns(house.store, house.tenant, house.lines, engine, orders))


async def hears(house: House, contact: Contact, engine: Mover) -> Contact:
    await talk(house, engine).hear(contact.id, "somebody paid with my card")
    return await house.now(contact)


async def test_a_topic_of_another_queue_moves_the_place_there_with_its_order(house: House) -> None:
    contact, other = await house.arrives(), await house.arrives(FRAUD)
    await house.keeps_its_promises()
    after = await hears(house, contact, Mover())
    assert (after.queue, after.order_at) == (FRAUD, contact.order_at)
    assert [await house.position(each) for each in (contact, other)] == [1, 2]
    told = "I've moved you to Fraud, who take care of this. You keep the place you had: you're next."
    said = [event.words.text for event in await house.events(contact, EventType.MESSAGE_ADDED) if event.words]
    assert said[-2:] == [told, "How much was it?"]
    (moved,) = await house.events(contact, EventType.QUEUE_CHANGED)
    assert (moved.data["by"], moved.data["cause"]) == ("assistant", "transferred_in")
    assert moved.data["reason"] == "topic:report_fraud"
    await house.keeps_its_promises()
    again = await hears(house, contact, Mover())
    assert again.turn_until is None
    assert len(await house.events(contact, EventType.QUEUE_CHANGED)) == 1, "it is there already"


async def test_a_place_moved_by_its_topic_overflows_as_the_other_queue_says(house: House) -> None:
    contact = await house.arrives()
    await hears(house, contact, Mover("accounts"))
    due_at = await house.store.read(lambda work: work.deadlines.when(due.OVERFLOW, contact.id))
    assert due_at is not None
    assert (due_at - house.clock.now()).total_seconds() == ACCOUNTS_OVERFLOW_SECONDS


@pytest.mark.parametrize("queue", ["mortgages", "", None, 7, ["fraud"]])
async def test_an_order_to_move_nowhere_is_logged_and_the_talk_goes_on(
    house: House, queue: Any, caplog: pytest.LogCaptureFixture
) -> None:
    contact = await house.arrives()
    after = await hears(house, contact, Mover(queue))
    assert (after.queue, after.turn_until) == (CARDS, None)
    assert await house.said(contact) == "That sounds like fraud."
    assert "an order to move was not carried out" in caplog.text


async def test_who_is_offered_to_an_agent_meanwhile_stays(house: House) -> None:
    await house.hires("amira")
    contact = await house.arrives(ACCOUNTS)
    await house.hires("ben", ACCOUNTS)
    assert await house.offered() is not None
    after = await hears(house, contact, Mover())
    assert (after.queue, after.state) == (ACCOUNTS, State.OFFERED)
    said = [event.words.text for event in await house.events(contact, EventType.MESSAGE_ADDED) if event.words]
    assert said[-2].startswith("I can't move you just now"), "nobody is left with a yes that came to nothing"
    assert said[-1] == "How much was it?"
