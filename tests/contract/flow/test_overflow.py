"""Overflow: who has waited so long is moved to another queue, keeps the order, and is told where that is."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from arrivals import CARDS, told
from passing_house import ACCOUNTS, ACCOUNTS_OVERFLOW_SECONDS, CARDS_OVERFLOW_SECONDS, FRAUD, House
from passing_house import house as house
from passing_house import tenant as tenant

from assistant.flow import due
from assistant.flow.claims import Claim
from assistant.flow.overflow import Overflow
from assistant.model.agent import Presence
from assistant.model.contact import Channel, Contact, State
from assistant.model.events import EventType
from assistant.model.hours import Hours
from assistant.model.storage import Deadline, UnitOfWork


async def test_after_its_time_a_place_moves_to_the_other_queue_and_keeps_its_order(house: House) -> None:
    await house.hires("ben", ACCOUNTS, chats=0)
    older = [await house.arrives(ACCOUNTS) for _ in range(2)]
    contact = await house.arrives()
    younger = await house.arrives(ACCOUNTS)
    await house.keeps_its_promises()
    await house.passes(CARDS_OVERFLOW_SECONDS - 1)
    assert (await house.now(contact)).queue == CARDS
    await house.passes(1.1)
    after = await house.now(contact)
    assert (after.queue, after.order_at, after.state) == (ACCOUNTS, contact.order_at, State.WAITING)
    assert [await house.position(each) for each in (*older, contact, younger)] == [1, 2, 3, 4]
    said = "To get you to somebody sooner I've moved you to Accounts and payments; you're third in line there."
    assert await house.said(contact) == said
    (moved,) = await house.events(contact, EventType.QUEUE_CHANGED)
    assert told(moved) == {"from": "cards", "to": "accounts", "cause": "overflowed_in", "order_at": contact.order_at}
    line = house.lines.line(ACCOUNTS)
    await house.keeps_its_promises()
    assert line.why_worse(younger.id, line.revision - 1) == "overflowed_in"


async def test_an_overflow_goes_on_to_the_next_queue_and_ends_there(house: House) -> None:
    await house.hires("ben", ACCOUNTS, chats=0)
    await house.hires("carla", FRAUD, chats=0)
    contact = await house.arrives()
    await house.passes(CARDS_OVERFLOW_SECONDS + 0.1)
    assert (await house.now(contact)).queue == ACCOUNTS
    await house.passes(ACCOUNTS_OVERFLOW_SECONDS - 1)
    assert (await house.now(contact)).queue == ACCOUNTS
    await house.passes(1.1)
    after = await house.now(contact)
    assert (after.queue, after.order_at) == (FRAUD, contact.order_at)
    await house.passes(10_000)
    assert (await house.now(contact)).queue == FRAUD
    causes = [event.data["cause"] for event in await house.events(contact, EventType.QUEUE_CHANGED)]
    assert causes == ["overflowed_in", "overflowed_in"]
    await house.keeps_its_promises()


async def test_who_is_being_offered_is_not_moved_under_the_agents_hands(house: House) -> None:
    await house.hires("ben", ACCOUNTS, chats=0)
    amira = await house.hires("amira")
    contact = await house.arrives()
    house.clock.advance(CARDS_OVERFLOW_SECONDS - 5)
    offer = await house.offered()
    assert offer is not None
    await house.passes(6)
    assert (await house.now(contact)).queue == CARDS
    await house.offers.decline(offer.id, amira.id, "busy")
    await house.passes(15)
    assert (await house.now(contact)).queue == ACCOUNTS


async def test_a_queue_where_nobody_takes_contacts_is_no_way_to_somebody_sooner(house: House) -> None:
    ben = await house.hires("ben", ACCOUNTS, chats=0)
    spanish = await house.hires("spanish", ACCOUNTS, chats=0, languages=("es",))
    contact = await house.arrives()
    await house.goes(ben)
    await house.passes(CARDS_OVERFLOW_SECONDS + 1)
    assert (await house.now(contact)).queue == CARDS
    assert spanish.languages == ("es",)
    await house.goes(ben, Presence.READY)
    await house.passes(15)
    assert (await house.now(contact)).queue == ACCOUNTS


async def fired_as(house: House, contact: Contact, **accounts: object) -> Contact:
    """What becomes of the contact where the accounts' queue is like this."""
    part = house.tenant.queues[ACCOUNTS].model_copy(update=accounts)
    changed = house.tenant.model_copy(update={"queues": house.tenant.queues | {ACCOUNTS: part}})
    due_at = await house.store.read(lambda work: work.deadlines.when(due.OVERFLOW, contact.id))
    assert due_at is not None
    house.clock.at = due_at
    await Overflow(house.store, changed).fire(Deadline(due.OVERFLOW, contact.id, due_at))
    return await house.now(contact)


async def test_a_queue_that_is_closed_or_full_is_tried_again_later(house: House) -> None:
    await house.hires("ben", ACCOUNTS, chats=0)
    await house.arrives(ACCOUNTS)
    contact = await house.arrives()
    shut = Hours(house.tenant.queues[ACCOUNTS].hours.zone, ((),) * 7)
    assert (await fired_as(house, contact, hours=shut)).queue == CARDS
    assert (await fired_as(house, contact, limit=1)).queue == CARDS
    assert (await fired_as(house, contact, limit=2)).queue == ACCOUNTS


async def test_whoever_leaves_the_line_has_no_overflow_any_more(house: House) -> None:
    amira = await house.hires("amira")
    connected, left, contained = [await house.arrives() for _ in range(3)]
    await house.connects(connected, amira)
    await house.conversation.leave(left.id)
    await house.conversation.give_up_place(contained.id)
    for contact in (connected, left, contained):
        assert await house.store.read(lambda work, c=contact: work.deadlines.when(due.OVERFLOW, c.id)) is None


async def when(house: House, contact: Contact) -> float | None:
    """In how many seconds this place overflows."""
    at = await house.store.read(lambda work: work.deadlines.when(due.OVERFLOW, contact.id))
    return None if at is None else round((at - house.clock.now()).total_seconds(), 1)


async def test_whoever_enters_a_line_anew_has_the_whole_time_again(house: House) -> None:
    amira = await house.hires("amira")
    contact = await house.arrives()
    assert await when(house, contact) == CARDS_OVERFLOW_SECONDS
    house.clock.advance(30)
    await house.cold(await house.connects(contact, amira), amira, ACCOUNTS)
    assert await when(house, contact) == ACCOUNTS_OVERFLOW_SECONDS
    await house.conversation.leave(contact.id)
    assert await when(house, contact) is None
    await house.claims.claim(Claim(contact.code, Channel.CHAT, token=house.joined[contact.id].token))
    assert await when(house, contact) == ACCOUNTS_OVERFLOW_SECONDS
    second = await house.talks(amira)
    await house.loses(amira)
    assert await when(house, second) == CARDS_OVERFLOW_SECONDS
    third = await house.arrives(FRAUD)
    assert await when(house, third) is None, "that queue has none"


async def test_a_place_that_is_kept_for_one_agent_is_not_moved_away_from_that_agent(house: House) -> None:
    amira, ben = await house.hires("amira"), await house.hires("ben", CARDS, chats=0)
    await house.hires("carla", ACCOUNTS, chats=0)
    contact = await house.cold(await house.talks(amira), amira, ben)
    assert (await fired_as(house, contact)).queue == CARDS
    assert await when(house, contact) == 15


def has_been_away(work: UnitOfWork) -> None:
    """In the database's own time, which no test moves."""
    work.processes.pulse("process-1", work.processes.now() - timedelta(seconds=10_000))


async def test_time_in_which_the_service_was_away_overflows_nobody(house: House) -> None:
    await house.hires("ben", ACCOUNTS, chats=0)
    contact = await house.arrives()
    await house.recovery.begin(alone=True)
    house.clock.advance(10_000)
    await house.store.transact(has_been_away)
    await house.recovery.begin(alone=True)
    await house.passes(0)
    assert (await house.now(contact)).queue == CARDS
    assert await when(house, contact) == CARDS_OVERFLOW_SECONDS


@pytest.mark.parametrize("rival", ["leave", "offer", "twice"])
async def test_an_overflow_and_a_rival_at_once_have_one_outcome(house: House, rival: str) -> None:
    await house.hires("ben", ACCOUNTS)
    await house.hires("amira")
    contact = await house.arrives()
    house.clock.advance(CARDS_OVERFLOW_SECONDS + 1)
    rivals = {
        "leave": lambda: house.conversation.leave(contact.id),
        "offer": house.offered,
        "twice": house.deadlines.fire_due,
    }
    await asyncio.gather(house.deadlines.fire_due(), rivals[rival]())
    assert len(await house.events(contact, EventType.QUEUE_CHANGED)) <= 1
    await house.keeps_its_promises()
