"""Deliveries: with their event or not at all, one at a time per contact, and each for one process alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from arrivals import placed
from doubles import QUEUES, MovedClock, ToldBus

from assistant.adapters.sql_postgres import LateConnection, PostgresStore
from assistant.adapters.sql_store import open_store
from assistant.model.contact import Contact, ContactId
from assistant.model.deliveries import Delivery, DeliveryState, subscriptions
from assistant.model.events import EventType
from assistant.model.storage import Store, UnitOfWork

CRM, AUDIT = "crm.example", "audit.example"
TOLD = subscriptions({CRM: ["contact.placed", "contact.closed"], AUDIT: ["contact.closed"]})
LEASE = timedelta(seconds=60)


@pytest.fixture
async def telling(database_url: str, clock: MovedClock, bus: ToldBus) -> AsyncIterator[Store]:
    opened = open_store(database_url, clock, bus, TOLD)
    await opened.transact(lambda work: work.lines.ensure(QUEUES))
    yield opened
    await opened.close()


async def happens(store: Store, contact_id: ContactId, type: EventType = EventType.CONTACT_CLOSED) -> Contact:
    def append(work: UnitOfWork) -> Contact:
        contact = work.contacts.lock(contact_id)
        assert contact is not None
        return work.trail.append(contact, type, {"outcome": "left"})

    return await store.transact(append)


async def leased(store: Store, endpoint: str = CRM, limit: int = 10) -> list[Delivery]:
    return list(await store.transact(lambda work: work.deliveries.lease(endpoint, work.now + LEASE, limit)))


async def delivered(store: Store, delivery: Delivery) -> None:
    await store.transact(lambda work: work.deliveries.end(delivery, DeliveryState.DELIVERED))


async def in_state(store: Store, state: DeliveryState, endpoint: str | None = None) -> list[Delivery]:
    return list(await store.read(lambda work: work.deliveries.listed(state, endpoint, None, 100)))


async def test_who_subscribed_to_an_event_is_told_and_nobody_else(telling: Store) -> None:
    contact = await placed(telling)
    await happens(telling, contact.id, EventType.NOTE_ADDED)
    closed = await happens(telling, contact.id)
    rows = await in_state(telling, DeliveryState.PENDING)
    assert {(row.endpoint, row.type, row.seq) for row in rows} == {
        (CRM, EventType.CONTACT_PLACED, contact.seq),
        (CRM, EventType.CONTACT_CLOSED, closed.seq),
        (AUDIT, EventType.CONTACT_CLOSED, closed.seq),
    }


async def test_an_event_that_was_rolled_back_is_told_to_nobody(telling: Store) -> None:
    contact = await placed(telling)

    def append_and_fail(work: UnitOfWork) -> None:
        held = work.contacts.lock(contact.id)
        assert held is not None
        work.trail.append(held, EventType.CONTACT_CLOSED, {"outcome": "left"})
        work.flush()
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        await telling.transact(append_and_fail)
    assert [row.type for row in await in_state(telling, DeliveryState.PENDING)] == [EventType.CONTACT_PLACED]


async def test_without_webhooks_nothing_is_stored_and_nobody_is_woken(store: Store, bus: ToldBus) -> None:
    await placed(store)
    assert await in_state(store, DeliveryState.PENDING) == []
    assert "deliveries" not in [topic for topic, _ in bus.told]


async def test_an_arrival_with_webhooks_is_still_one_statement(telling: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    if not isinstance(telling, PostgresStore):
        return  # SQLite has no round trips
    await placed(telling)
    begun: list[LateConnection] = []
    monkeypatch.setattr(LateConnection, "_begun", begun.append)
    await placed(telling)
    assert begun == []
    monkeypatch.undo()
    assert len(await in_state(telling, DeliveryState.PENDING)) == 2


async def test_a_contacts_events_are_leased_one_by_one_in_their_order(telling: Store) -> None:
    first, second = await placed(telling), await placed(telling)
    await happens(telling, first.id)
    due = await leased(telling)
    assert [(row.contact_id, row.type) for row in due] == [
        (first.id, EventType.CONTACT_PLACED),
        (second.id, EventType.CONTACT_PLACED),
    ]
    assert await leased(telling) == []
    await delivered(telling, due[0])
    assert [row.type for row in await leased(telling)] == [EventType.CONTACT_CLOSED]


async def test_a_lease_that_has_run_out_is_somebody_elses(telling: Store, clock: MovedClock) -> None:
    await placed(telling)
    (mine,) = await leased(telling)
    clock.advance(60)
    (theirs,) = await leased(telling)
    assert (theirs.id, theirs.attempts) == (mine.id, 2)
    await telling.transact(lambda work: work.deliveries.end(mine, DeliveryState.PARKED, "http_500"))
    await telling.transact(lambda work: work.deliveries.postpone(mine, work.now + LEASE * 9, "http_500"))
    assert await in_state(telling, DeliveryState.PENDING) == [replace(theirs)]


async def test_what_follows_a_postponed_one_waits_with_it(telling: Store, clock: MovedClock) -> None:
    contact = await placed(telling)
    await happens(telling, contact.id)
    (due,) = await leased(telling)
    later = clock.now() + timedelta(seconds=5)
    await telling.transact(lambda work: work.deliveries.postpone(due, later, "http_503"))
    assert {row.due_at for row in await in_state(telling, DeliveryState.PENDING, CRM)} == {later}
    assert await leased(telling) == []
    clock.advance(5)
    assert [(row.type, row.error) for row in await leased(telling)] == [(EventType.CONTACT_PLACED, "http_503")]


async def test_a_parked_endpoint_gets_nothing_until_it_is_opened(telling: Store, clock: MovedClock) -> None:
    contact = await placed(telling)
    await telling.transact(lambda work: work.deliveries.park_endpoint(CRM, "http_410"))
    await telling.transact(lambda work: work.deliveries.park_endpoint(CRM, "http_410"))
    await happens(telling, contact.id)
    assert await leased(telling) == []
    assert [row.error for row in await in_state(telling, DeliveryState.PARKED)] == ["endpoint_parked"] * 2
    assert await telling.read(lambda work: work.deliveries.parked_endpoints()) == {CRM: "http_410"}
    assert len(await leased(telling, AUDIT)) == 1
    clock.advance(100_000)
    later = clock.now() + timedelta(days=1)
    assert await telling.transact(lambda work: work.deliveries.unpark(None, CRM, later)) == 2
    assert await telling.read(lambda work: work.deliveries.parked_endpoints()) == {}
    (due,) = await leased(telling)
    assert (due.type, due.attempts, due.gives_up_at) == (EventType.CONTACT_PLACED, 1, later)


async def test_a_parked_one_keeps_nobody_waiting_and_is_sent_again_alone(telling: Store, clock: MovedClock) -> None:
    contact = await placed(telling)
    await happens(telling, contact.id)
    (first,) = await leased(telling)
    await telling.transact(lambda work: work.deliveries.end(first, DeliveryState.PARKED, "http_500"))
    assert [row.type for row in await leased(telling)] == [EventType.CONTACT_CLOSED]
    backlog = await telling.read(lambda work: work.deliveries.backlog())
    assert [(each.endpoint, each.state.value, each.count) for each in backlog] == [
        (AUDIT, "pending", 1),
        (CRM, "parked", 1),
        (CRM, "pending", 1),
    ]
    assert await telling.transact(lambda work: work.deliveries.unpark([first.id], None, clock.now() + LEASE)) == 1
    assert [row.id for row in await leased(telling)] == [first.id]


async def test_what_was_not_sent_is_given_back_without_an_attempt(telling: Store) -> None:
    await placed(telling)
    (due,) = await leased(telling)
    await telling.transact(lambda work: work.deliveries.release(due))
    assert [(row.id, row.attempts) for row in await leased(telling)] == [(due.id, 1)]


async def test_what_was_delivered_is_forgotten_in_the_end_and_nothing_else_is(
    telling: Store, clock: MovedClock
) -> None:
    contact = await placed(telling)
    await happens(telling, contact.id)
    (first,) = await leased(telling)
    await delivered(telling, first)
    clock.advance(10)
    assert await telling.transact(lambda work: work.deliveries.forget(clock.now() - LEASE, 10)) == 0
    assert await telling.transact(lambda work: work.deliveries.forget(clock.now(), 10)) == 1
    assert len(await in_state(telling, DeliveryState.PENDING)) == 2


async def test_what_is_for_an_endpoint_that_nobody_knows_any_more_is_parked_in_the_end(
    telling: Store, clock: MovedClock
) -> None:
    await placed(telling)
    assert await telling.transact(lambda work: work.deliveries.park_unknown([AUDIT], clock.now(), "gone")) == 0
    clock.advance(1)
    assert await telling.transact(lambda work: work.deliveries.park_unknown([CRM], clock.now(), "gone")) == 0
    assert await telling.transact(lambda work: work.deliveries.park_unknown([AUDIT], clock.now(), "gone")) == 1


async def test_processes_that_lease_at_once_share_the_work(
    telling: Store, database_url: str, clock: MovedClock
) -> None:
    """Each delivery is had by one of them, and those of a contact one after the other."""
    contacts = [await placed(telling) for _ in range(30)]
    for contact in contacts:
        await happens(telling, contact.id)
    taken: list[Delivery] = []

    async def work_off(store: Store) -> None:
        idle = 0
        while idle < 3:
            due = await leased(store, limit=4)
            idle = 0 if due else idle + 1
            taken.extend(due)
            for delivery in due:
                await delivered(store, delivery)

    others = [open_store(database_url, clock, ToldBus(), TOLD) for _ in range(2)]
    await asyncio.gather(*(work_off(store) for store in (telling, *others)))
    for other in others:
        await other.close()
    assert len({delivery.id for delivery in taken}) == len(taken) == 60
    for contact in contacts:
        seqs = [delivery.seq for delivery in taken if delivery.contact_id == contact.id]
        assert all(one < other for one, other in pairwise(seqs))
