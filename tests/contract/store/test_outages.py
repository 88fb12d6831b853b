"""The database is locked, killed or gone: it is said, nothing is lost, and it works again afterwards."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from arrivals import CARDS, place, placed
from doubles import QUEUES, MovedClock, ToldBus
from real_postgres import PostgresServer

from assistant.adapters import sql_postgres
from assistant.adapters.sql_store import PostgresStore, SqliteStore, open_store, postgres_engine, sqlite_path
from assistant.model.contact import Contact
from assistant.model.errors import Unavailable
from assistant.model.storage import Store, UnitOfWork

HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""


@contextmanager
def locked_by_another_process(path: Path) -> Iterator[None]:
    """Another process holds SQLite's write lock meanwhile."""
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield
        holder.kill()


async def length(store: Store) -> int:
    return await store.read(lambda work: work.lines.length(CARDS))


@pytest.fixture
async def impatient(sqlite_url: str, clock: MovedClock, bus: ToldBus) -> AsyncIterator[SqliteStore]:
    """An SQLite store that does not wait long for a lock."""
    store = SqliteStore(sqlite_path(sqlite_url), clock, bus, busy_seconds=0.05)
    await store.transact(lambda work: work.lines.ensure(QUEUES))
    yield store
    await store.close()


async def test_a_locked_database_is_unavailable_and_nothing_is_lost(
    impatient: SqliteStore, sqlite_url: str, bus: ToldBus
) -> None:
    before = await placed(impatient)
    bus.told.clear()
    with locked_by_another_process(sqlite_path(sqlite_url)):
        joins = [placed(impatient) for _ in range(10)]
        results = await asyncio.gather(*joins, return_exceptions=True)
        assert {type(result) for result in results} == {Unavailable}
        assert bus.told == []
        assert await length(impatient) == 1
    after = await placed(impatient)
    snapshot = await impatient.read(lambda work: work.lines.snapshot(CARDS))
    assert [contact_id for _, contact_id in snapshot.places] == [before.id, after.id]
    assert snapshot.revision == 2


async def test_a_reader_is_not_stopped_by_a_writer_of_another_process(impatient: SqliteStore, sqlite_url: str) -> None:
    await placed(impatient)
    with locked_by_another_process(sqlite_path(sqlite_url)):
        assert await length(impatient) == 1


async def test_a_full_disk_is_unavailable_and_nothing_is_lost(impatient: SqliteStore) -> None:
    await placed(impatient)
    # the limit is a connection's own, so it is given to the writer's
    writing = impatient._writing
    assert writing is not None
    with writing.begin():
        pages = writing.exec_driver_sql("PRAGMA page_count").scalar_one()
        writing.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    results = await asyncio.gather(*(placed(impatient) for _ in range(200)), return_exceptions=True)
    kept = [result for result in results if isinstance(result, Contact)]
    assert {type(result) for result in results if not isinstance(result, Contact)} == {Unavailable}
    assert await length(impatient) == 1 + len(kept)


def test_every_commit_is_there_after_the_process_was_killed(sqlite_url: str, tmp_path: Path) -> None:
    script = Path(__file__).with_name("joins_until_killed.py")
    command = [sys.executable, str(script), sqlite_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as joining:
        assert joining.stdout is not None
        acknowledged = [joining.stdout.readline().strip() for _ in range(30)]
        joining.kill()
        acknowledged += [line.strip() for line in joining.stdout.readlines() if line.endswith("\n")]
    with sqlite3.connect(sqlite_path(sqlite_url)) as connection:
        found = [row[0] for row in connection.execute("SELECT id FROM contacts ORDER BY order_at, id")]
    assert found[: len(acknowledged)] == acknowledged


async def test_a_postgres_that_was_killed_is_unavailable_and_then_works_again(
    own_postgres: PostgresServer, clock: MovedClock, bus: ToldBus
) -> None:
    store = open_store(own_postgres.url(), clock, bus)
    await store.transact(lambda work: work.lines.ensure(QUEUES))
    acknowledged = [await placed(store) for _ in range(5)]
    own_postgres.kill()
    joins = [placed(store) for _ in range(5)]
    assert {type(result) for result in await asyncio.gather(*joins, return_exceptions=True)} == {Unavailable}
    with pytest.raises(Unavailable):
        await length(store)
    own_postgres.start()
    acknowledged.append(await placed(store))
    snapshot = await store.read(lambda work: work.lines.snapshot(CARDS))
    assert [contact_id for _, contact_id in snapshot.places] == [contact.id for contact in acknowledged]
    await store.close()


async def test_what_a_killed_postgres_acknowledged_in_mid_work_is_kept_in_order(
    own_postgres: PostgresServer, clock: MovedClock, bus: ToldBus
) -> None:
    store = open_store(own_postgres.url(), clock, bus)
    await store.transact(lambda work: work.lines.ensure(QUEUES))
    acknowledged: list[str] = []

    async def join() -> None:
        for _ in range(50):
            acknowledged.append((await placed(store)).id)
            if len(acknowledged) == 60:
                own_postgres.kill()

    results = await asyncio.gather(*(join() for _ in range(4)), return_exceptions=True)
    assert {type(result) for result in results} == {Unavailable}
    own_postgres.start()
    snapshot = await store.read(lambda work: work.lines.snapshot(CARDS))
    assert set(acknowledged) <= {contact_id for _, contact_id in snapshot.places}
    assert snapshot.revision == len(snapshot.places)
    await store.close()


async def test_a_postgres_that_was_never_there_is_unavailable(clock: MovedClock, bus: ToldBus) -> None:
    store = open_store("postgresql://nobody@127.0.0.1:1/nothing", clock, bus)
    with pytest.raises(Unavailable):
        await length(store)
    with pytest.raises(Unavailable):
        await placed(store)
    await store.close()


async def test_a_database_that_does_not_exist_is_unavailable(
    postgres_server: str, clock: MovedClock, bus: ToldBus
) -> None:
    store = open_store(f"{postgres_server}no_such_database", clock, bus)
    with pytest.raises(Unavailable):
        await length(store)
    await store.close()


async def test_a_pool_without_a_free_connection_is_unavailable(
    postgres_url: str, clock: MovedClock, bus: ToldBus
) -> None:
    engine = postgres_engine(postgres_url, pool_size=1, max_overflow=0, pool_timeout=0.05)
    store = PostgresStore(engine, clock, bus)
    async with engine.connect():
        with pytest.raises(Unavailable):
            await length(store)
    assert await length(store) == 0
    await store.close()


async def test_a_lock_that_is_never_released_is_unavailable(postgres_url: str, clock: MovedClock, bus: ToldBus) -> None:
    engine = postgres_engine(postgres_url, connect_args={"server_settings": {"lock_timeout": "50ms"}})
    store = PostgresStore(engine, clock, bus)
    await store.transact(lambda work: work.lines.ensure(QUEUES))
    async with engine.begin() as connection:
        await connection.exec_driver_sql("SELECT 1 FROM queues FOR UPDATE")
        with pytest.raises(Unavailable):
            await placed(store)
    assert (await placed(store)).seq == 1
    await store.close()


async def test_who_stands_still_in_a_transaction_holds_nobody_up(
    postgres_url: str, clock: MovedClock, bus: ToldBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is paused, or whose machine is gone, must not keep a queue's row locked for everybody."""
    monkeypatch.setattr(sql_postgres, "IDLE_SECONDS", 1.0)
    others = open_store(postgres_url, clock, bus)
    await others.transact(lambda work: work.lines.ensure(QUEUES))

    def lock_and_stand_still(work: UnitOfWork) -> None:
        work.lines.lock(CARDS)
        begun.set()
        going_on.wait()
        place(work)

    begun, going_on = threading.Event(), threading.Event()
    standing = asyncio.create_task(asyncio.to_thread(asyncio.run, alone(postgres_url, lock_and_stand_still)))
    await asyncio.to_thread(begun.wait)
    acknowledged = await placed(others)
    going_on.set()
    await standing  # what it held was taken from it, so its unit has run again
    snapshot = await others.read(lambda work: work.lines.snapshot(CARDS))
    assert snapshot.places[0][1] == acknowledged.id
    assert len(snapshot.places) == 2
    await others.close()


async def alone(url: str, work: Callable[[UnitOfWork], None]) -> None:
    """In a loop of its own, which stands still when the work does."""
    store = open_store(url, MovedClock(), ToldBus())
    try:
        await store.transact(work)
    finally:
        await store.close()
