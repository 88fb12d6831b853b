"""Who stands where, as told, is who is offered when: also where somebody comes in ahead, and in each line by itself."""

from __future__ import annotations

import asyncio

import pytest
from arrivals import CARDS
from doubles import QUEUES
from passing_house import ACCOUNTS, House
from passing_house import house as house
from passing_house import tenant as tenant

from assistant.flow import head_starts, routing
from assistant.flow.line import Lines
from assistant.flow.waiting import Waiting
from assistant.model.agent import Presence
from assistant.model.contact import Contact, ContactId, OfferId
from assistant.model.ports import Bus
from assistant.model.storage import UnitOfWork
from assistant.settings.tenant import HeadStartsPart


async def comes_in_first(house: House, contact: Contact) -> None:
    """A head start brings the contact before everybody else."""
    rules = HeadStartsPart(cap_seconds=600, topics={"report_fraud": 600})

    def grant(work: UnitOfWork) -> None:
        locked = work.contacts.lock(contact.id)
        assert locked is not None
        head_starts.grant(work, locked, rules, 600, "topic", "topic:report_fraud")

    await house.store.transact(grant)
    await house.lines.sweep()


def positions(house: House, contacts: list[Contact]) -> list[int | None]:
    return [house.lines.view(contact).position for contact in contacts]


async def test_livehelperchat_who_is_served_first_is_counted_first(house: House) -> None:
    """There a later chat of a higher priority is served first and counted by nobody."""
    contacts = [await house.arrives() for _ in range(5)]
    await comes_in_first(house, contacts[3])
    assert positions(house, contacts) == [2, 3, 4, 1, 5]
    served = []
    for n in range(5):
        await house.hires(f"agent{n}", chats=1)
        offer = await house.offered()
        assert offer is not None
        served.append(offer.contact_id)
    assert served == [contacts[n].id for n in (3, 0, 1, 2, 4)], "in the order that was told"


async def test_asterisk_1691_who_comes_in_at_the_first_place_does_not_stop_the_offers(
    house: House, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There the queue offered nothing any more after somebody had been put in at position 1."""
    monkeypatch.setattr(routing, "SWEEP_SECONDS", 600)  # it is the change that wakes, and no looking now and then
    waiting = await house.arrives()
    amira = await house.hires("amira", presence=Presence.NOT_READY)
    offers: asyncio.Queue[OfferId] = asyncio.Queue()
    bus.subscribe(f"agent.{amira.id}", lambda told: offers.put_nowait(told["offer_id"]) if "offer_id" in told else None)

    async def offered_next() -> ContactId:
        id = await offers.get()
        offer = await house.store.read(lambda work: work.offers.get(id))
        assert offer is not None
        return offer.contact_id

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        at_work = tasks.create_task(house.router.run())
        first = await house.arrives()
        await comes_in_first(house, first)
        assert positions(house, [first, waiting]) == [1, 2]
        await house.goes(amira, Presence.READY)
        assert [await offered_next(), await offered_next()] == [first.id, waiting.id]
        late = await house.arrives()
        assert await offered_next() == late.id
        at_work.cancel()


async def test_zammad_a_position_counts_its_own_line_alone_before_and_after_a_reload(house: House, bus: Bus) -> None:
    """There the count before a reload is of the one chat, and after it of all chats together."""
    contacts = [await house.arrives(queue) for queue in (CARDS, ACCOUNTS, CARDS, ACCOUNTS, ACCOUNTS)]
    anew = Lines(house.store, bus, Waiting(house.store, house.clock, house.tenant))
    await anew.follow(QUEUES)
    for lines in (house.lines, anew):
        assert [lines.view(contact).position for contact in contacts] == [1, 1, 2, 2, 3]
    assert [await house.position(contact) for contact in contacts] == [1, 1, 2, 2, 3]
