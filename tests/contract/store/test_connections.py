"""Agents, routing and deadlines have connections of their own: a burst of callers keeps nobody's acceptance waiting."""

from __future__ import annotations

import asyncio

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
