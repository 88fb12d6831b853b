"""A process takes the heads of the queues from its memory; what another process has done meanwhile still counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest
from arrivals import CARDS, hashed, place, placed
from doubles import MovedClock, ToldBus
from sqlalchemy import Engine, event, text

from assistant.adapters.sql_store import open_store
from assistant.adapters.sql_work import SqlUnitOfWork
from assistant.model.contact import Contact, ContactId, QueueId
from assistant.model.errors import Refused
from assistant.model.storage import Store, UnitOfWork

ACCOUNTS = QueueId("accounts")
TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
async def other(store: Store, database_url: str, clock: MovedClock) -> AsyncIterator[Store]:
    """Another process on the same database; both have seen the queues' rows."""
    opened = open_store(database_url, clock, ToldBus())
    await placed(opened)
    await placed(store)
    yield opened
    await opened.close()


async def places(store: Store, queue: QueueId = CARDS) -> list[ContactId]:
    snapshot = await store.read(lambda work: work.lines.snapshot(queue))
    assert snapshot.revision == len(snapshot.places)
    return [contact_id for _, contact_id in snapshot.places]


async def test_a_queue_as_this_process_left_it_is_not_read_again(store: Store) -> None:
    await placed(store)
    asked: list[str] = []

    def note(_: object, __: object, statement: str, *rest: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        await placed(store)
        locked = [statement for statement in asked if statement.startswith("SELECT queues")]
        await store.read(lambda work: work.lines.revision(CARDS))
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert locked == []
    assert asked[-1].startswith("SELECT queues"), "the listener heard nothing"


async def test_processes_that_take_turns_give_every_place_its_own_order_and_revision(
    store: Store, other: Store
) -> None:
    before = await places(store)
    arrived = [await placed(process) for _ in range(5) for process in (store, other)]
    assert await places(store) == before + [contact.id for contact in arrived]


async def test_processes_that_write_at_once_give_every_place_its_own_order_and_revision(
    store: Store, other: Store
) -> None:
    joins = [placed(process) for _ in range(20) for process in (store, other)]
    arrived = await asyncio.gather(*joins)
    found = await places(store)
    assert set(found[2:]) == {contact.id for contact in arrived}


async def test_places_in_two_queues_stand_or_fall_together(store: Store, other: Store) -> None:
    await placed(store, queue=ACCOUNTS)
    await placed(other)

    def both(work: UnitOfWork) -> list[Contact]:
        return [place(work, queue=queue) for queue in (ACCOUNTS, CARDS)]

    first, second = await store.transact(both)
    assert (await places(store, ACCOUNTS))[-1] == first.id
    assert (await places(store))[-1] == second.id


async def test_a_key_that_another_process_has_seen_is_found(store: Store, other: Store) -> None:
    known = await placed(other, key="k")

    def arrive(work: UnitOfWork) -> Contact:
        work.lines.lock(CARDS)
        seen = work.contacts.by_keys([hashed("k")], work.now - TEN_MINUTES)
        return seen[hashed("k")][0] if seen else place(work, key="k")

    assert (await store.transact(arrive)).id == known.id
    assert (await store.transact(arrive)).id == known.id


async def test_a_key_that_this_process_has_seen_a_moment_ago_is_found(store: Store) -> None:
    def arrive(work: UnitOfWork) -> Contact:
        work.lines.lock(CARDS)
        seen = work.contacts.by_keys([hashed("k")], work.now - TEN_MINUTES)
        return seen[hashed("k")][0] if seen else place(work, key="k")

    assert len({(await store.transact(arrive)).id for _ in range(3)}) == 1


async def test_a_unit_that_asks_in_the_middle_is_told_the_truth(store: Store, other: Store) -> None:
    await placed(other)

    def arrive(work: UnitOfWork) -> tuple[int, int]:
        return work.lines.position(place(work)), work.lines.revision(CARDS)

    assert await store.transact(arrive) == (4, 4)


async def test_a_unit_that_writes_nothing_is_told_the_truth(store: Store, other: Store) -> None:
    await placed(other)

    def look(work: UnitOfWork) -> int:
        work.lines.lock(CARDS)
        return work.lines.revision(CARDS)

    assert await store.transact(look) == 3


async def test_a_refusal_stands_on_what_is_true(store: Store, other: Store) -> None:
    await placed(other)

    def arrive(work: UnitOfWork) -> Contact:
        work.lines.lock(CARDS)
        if work.lines.revision(CARDS) < 3:
            raise Refused("too_early", "The line is too short.")
        return place(work)

    arrived = await store.transact(arrive)
    assert (await places(store))[-1] == arrived.id


async def test_a_place_that_failed_is_not_believed_to_be_there(store: Store) -> None:
    def fail(work: UnitOfWork) -> None:
        place(work)
        raise Refused("no", "No.")

    await placed(store)
    with pytest.raises(Refused):
        await store.transact(fail)
    arrived = await placed(store)
    assert (await places(store))[-1] == arrived.id


async def test_connections_that_were_cut_while_they_were_idle_are_replaced(
    postgres_url: str, clock: MovedClock, bus: ToldBus
) -> None:
    store = open_store(postgres_url, clock, bus)
    await store.transact(lambda work: work.lines.ensure([CARDS]))
    arrived = [await placed(store)]
    await asyncio.gather(*(places(store) for _ in range(5)))
    killer = await asyncpg.connect(postgres_url)
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> $1"
    for _ in range(3):
        await killer.execute(cut, killer.get_server_pid())
        assert await places(store) == [contact.id for contact in arrived]
        arrived.append(await placed(store))
    await killer.close()
    await store.close()


async def test_a_connection_that_breaks_before_the_commit_costs_nothing(
    postgres_url: str, clock: MovedClock, bus: ToldBus
) -> None:
    store = open_store(postgres_url, clock, bus)
    await store.transact(lambda work: work.lines.ensure([CARDS]))
    tries: list[ContactId] = []

    def arrive(work: SqlUnitOfWork) -> Contact:
        contact = place(work)
        tries.append(contact.id)
        assert work.lines.length(CARDS) == 1
        if len(tries) == 1:
            work.lines._connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return contact

    arrived = await store.transact(arrive)
    assert await places(store) == [arrived.id] == tries[1:]
    await store.close()
