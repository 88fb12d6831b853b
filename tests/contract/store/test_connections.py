"""Agents, routing and deadlines have connections of their own: a burst of callers keeps nobody's acceptance waiting."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest
from arrivals import CARDS, place
from doubles import MovedClock, ToldBus
from sqlalchemy.util import await_only

from assistant.adapters.sql_store import open_store
from assistant.model.errors import Unavailable
from assistant.model.place import EntryCause
from assistant.model.storage import UnitOfWork


async def test_whoever_has_connections_apart_waits_for_no_crowd(postgres_url: str) -> None:
    store = open_store(postgres_url, MovedClock(), ToldBus(), pool_size=1, pool_timeout=0.2)
    apart = store.apart(1)
    has_begun, may_end = asyncio.Event(), asyncio.Event()

    def crowd(work: UnitOfWork) -> None:
        work.lines.ensure([CARDS])
        has_begun.set()
        await_only(may_end.wait())

    crowding = asyncio.create_task(store.transact(crowd))
    try:
        await has_begun.wait()
        with pytest.raises(Unavailable):
            await store.read(lambda work: work.agents.all())
        assert await apart.read(lambda work: work.agents.all()) == []
        await apart.transact(lambda work: work.deadlines.set("grace", "somebody", work.now))
    finally:
        may_end.set()
        await crowding
        await apart.close()
        await store.close()


async def test_the_time_of_a_decision_is_not_that_at_which_waiting_for_it_began(postgres_url: str) -> None:
    clock = MovedClock()
    store = open_store(postgres_url, clock, ToldBus())
    await store.transact(lambda work: work.lines.ensure([CARDS]))
    contact = await store.transact(place)
    is_locked, may_end = asyncio.Event(), asyncio.Event()

    def hold(work: UnitOfWork) -> None:
        work.contacts.lock_only(contact.id)
        is_locked.set()
        await_only(may_end.wait())

    def decide(work: UnitOfWork) -> datetime:
        work.contacts.lock_only(contact.id)
        return work.now

    try:
        holding = asyncio.create_task(store.transact(hold))
        await is_locked.wait()
        deciding = asyncio.create_task(store.transact(decide))
        await asyncio.sleep(0.2)
        assert not deciding.done()
        clock.advance(3)
        may_end.set()
        await holding
        assert await deciding == clock.now()
    finally:
        may_end.set()
        await store.close()


async def test_a_decision_does_not_wait_for_a_connection(postgres_url: str) -> None:
    """One that asks nothing, and is written in one statement, as an arrival is."""
    clock = MovedClock()
    store = open_store(postgres_url, clock, ToldBus(), pool_size=1)
    await store.transact(lambda work: work.lines.ensure([CARDS]))
    await store.transact(place)
    has_begun, may_end = asyncio.Event(), asyncio.Event()

    def hold(work: UnitOfWork) -> None:
        work.agents.all()
        has_begun.set()
        await_only(may_end.wait())

    try:
        holding = asyncio.create_task(store.transact(hold))
        await has_begun.wait()
        arriving = asyncio.create_task(store.transact(place))
        await asyncio.sleep(0.2)
        clock.advance(3)
        may_end.set()
        await holding
        assert (await arriving).entered_at == clock.now()
    finally:
        may_end.set()
        await store.close()


async def test_what_is_written_apart_is_what_the_other_takes_as_given(postgres_url: str) -> None:
    """Both know how the queues' rows stand: an arrival is not beaten by a move of this same process."""
    store = open_store(postgres_url, MovedClock(), ToldBus())
    apart = store.apart(1)
    await store.transact(lambda work: work.lines.ensure([CARDS]))
    runs = 0

    def arrive(work: UnitOfWork) -> None:
        nonlocal runs
        runs += 1
        place(work)

    try:
        contact = await store.transact(place)
        await apart.transact(lambda work: work.lines.leave(contact, EntryCause.RETURNED.value))
        await store.transact(arrive)
        assert runs == 1
    finally:
        await apart.close()
        await store.close()
