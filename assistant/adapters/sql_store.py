"""The stores: SQLite, embedded, with one writer thread and group commit; PostgreSQL is next door.

Both run a unit of work as a plain function. In SQLite it runs on the writer's own thread over a synchronous
connection, so that a transaction of ten statements costs one hop between threads instead of ten; units that wait at
the same moment share one commit, each behind its own savepoint.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

from assistant.adapters.sql_beliefs import Beliefs
from assistant.adapters.sql_connection import driver_of
from assistant.adapters.sql_errors import DISTURBED, away, closed, is_away, is_conflict, is_refused_write
from assistant.adapters.sql_gathered import Gathered
from assistant.adapters.sql_postgres import PostgresStore, postgres_engine
from assistant.adapters.sql_recent import Recent
from assistant.adapters.sql_trail import NOBODY_IS_TOLD
from assistant.adapters.sql_work import SqlUnitOfWork, Work
from assistant.model.deliveries import Subscriptions
from assistant.model.ports import Bus, Clock
from assistant.model.storage import Notice, Store

MAX_BATCH = 64
READERS = 2
BUSY_SECONDS = 5.0
TRIES = 4


@dataclass(slots=True)
class _Waiting:
    """One unit of work on its way through the writer."""

    work: Work[Any]
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None
    notices: list[Notice] | None = None
    tries: int = 0
    is_beaten: bool = False


class SqliteStore:
    """Embedded: one file, write-ahead log, every commit on disk before it is told."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        bus: Bus,
        *,
        subscriptions: Subscriptions = NOBODY_IS_TOLD,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        self._clock = clock
        self._bus = bus
        self._subscriptions = subscriptions
        self._loop = asyncio.get_running_loop()
        self._engine = sqlite_engine(path, begin="BEGIN IMMEDIATE", busy_seconds=busy_seconds)
        self._writing: Connection | None = None
        self._recent = Recent()
        self._beliefs = Beliefs(self._recent.heads, are_certain=True)
        self._reading = sqlite_engine(path, begin="BEGIN", busy_seconds=busy_seconds, is_reader=True)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-reader")
        self._inbox: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write_batches, name="sqlite-writer", daemon=True)
        self._writer.start()
        self._is_open = True

    def apart(self, connections: int) -> SqliteStore:
        """Itself: there is one writer, and whoever waits for it waits for a few milliseconds."""
        return self

    async def transact[T](self, work: Work[T]) -> T:
        if not self._is_open:
            raise closed()
        waiting = _Waiting(work, self._loop.create_future())
        self._inbox.put(waiting)
        # shielded: the unit commits or not by itself; who asked may go away in the meantime
        result: T = await asyncio.shield(waiting.future)
        return result

    async def read[T](self, work: Work[T]) -> T:
        if not self._is_open:
            raise closed()
        return await self._loop.run_in_executor(self._readers, self._read, work)

    async def close(self) -> None:
        """Ends what was begun, and takes nothing more."""
        if self._is_open:
            self._is_open = False
            self._inbox.put(None)
        await asyncio.to_thread(self._writer.join)
        self._readers.shutdown()
        self._engine.dispose()
        self._reading.dispose()

    def _read[T](self, work: Work[T]) -> T:
        try:
            with self._reading.connect() as connection, connection.begin():
                return work(SqlUnitOfWork(connection, self._clock))
        except DISTURBED as error:
            if is_away(error) and not is_refused_write(error):
                raise away(error) from error
            raise

    def _write_batches(self) -> None:
        while (first := self._inbox.get()) is not None:
            batch = [first]
            is_last = False
            while len(batch) < MAX_BATCH and not self._inbox.empty():
                following = self._inbox.get()
                if following is None:
                    is_last = True
                    break
                batch.append(following)
            while batch:
                self._write(batch)
                settled = [waiting for waiting in batch if not waiting.is_beaten]
                batch = [waiting for waiting in batch if waiting.is_beaten]
                with contextlib.suppress(RuntimeError):  # nobody is there to be told when the loop has ended
                    self._loop.call_soon_threadsafe(self._deliver, settled)
            if is_last:
                break
        if self._writing is not None:
            self._writing.close()

    def _write(self, batch: list[_Waiting]) -> None:
        """One commit for the batch; when it fails nobody is told of success."""
        try:
            self._writing = self._writing or self._engine.connect()
            with self._writing.begin():
                self._recent.check(self._writing)
                for waiting in batch:
                    self._run(self._writing, waiting, is_alone=len(batch) == 1)
        except _RolledBack:
            pass
        except Exception as error:
            self._give_up_writing()
            for waiting in batch:
                waiting.is_beaten = False
                waiting.error = waiting.error or (away(error) if is_away(error) else error)

    def _give_up_writing(self) -> None:
        """After a failed commit nothing is known for certain: the next batch begins on a connection of its own."""
        self._recent.forget()
        if self._writing is not None:
            with contextlib.suppress(*DISTURBED):
                self._writing.close()
            self._writing = None

    def _run(self, connection: Connection, waiting: _Waiting, *, is_alone: bool) -> None:
        write = partial(_write, connection)
        work = SqlUnitOfWork(connection, self._clock, self._beliefs, write, self._recent, self._subscriptions)
        savepoint = None if is_alone else connection.begin_nested()
        waiting.tries += 1
        waiting.is_beaten = False
        try:
            waiting.result = waiting.work(work)
            work.finish()
        except Exception as error:
            waiting.is_beaten = is_conflict(error) and waiting.tries < TRIES
            if not waiting.is_beaten:
                waiting.error = away(error) if is_away(error) else error
            if savepoint is None:
                raise _RolledBack from error
            savepoint.rollback()
            return
        waiting.notices = work.notices
        if savepoint is not None:
            savepoint.commit()
        work.remember()
        self._recent.heads.keep(work.heads)

    def _deliver(self, settled: list[_Waiting]) -> None:
        for waiting in settled:
            if waiting.error is None:
                for topic, payload in waiting.notices or ():
                    self._bus.publish(topic, payload)
            if waiting.future.done():
                continue
            if waiting.error is None:
                waiting.future.set_result(waiting.result)
            else:
                waiting.future.set_exception(waiting.error)


def _write(connection: Connection, gathered: Gathered, *, is_last: bool) -> None:
    """Straight to the driver: a row costs it a fifth of what it costs by way of an expression."""
    driver = driver_of(connection)
    for text, rows in gathered.take_for_sqlite():
        driver.executemany(text, rows)


class _RolledBack(Exception):
    """Ends the transaction of a single unit that failed; its own error travels to whoever asked."""


def sqlite_engine(path: Path, *, begin: str, busy_seconds: float = BUSY_SECONDS, is_reader: bool = False) -> Engine:
    """An engine whose transactions begin as told: the driver's own ones lose updates without an error."""
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"check_same_thread": False, "timeout": busy_seconds},
        pool_reset_on_return=None,  # every connection comes back from a transaction that has ended
        hide_parameters=True,  # an error's text ends up in the log, where callers' words have no place
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        if is_reader:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        driver_of(connection).execute(
            begin
        )  # with every transaction: by way of a statement it would cost five times as much

    return engine


def sqlite_path(database_url: str) -> Path:
    return Path(database_url.partition(":///")[2])


def open_store(
    database_url: str, clock: Clock, bus: Bus, subscriptions: Subscriptions = NOBODY_IS_TOLD, **options: Any
) -> Store:
    """The store behind `sqlite:///path` or `postgresql://…`. Call inside the running loop.

    The endpoints of `subscriptions` get a delivery with each event that they want to be told of. `options` are of
    PostgreSQL's engine, such as `pool_size`.
    """
    if database_url.startswith("sqlite"):
        return SqliteStore(sqlite_path(database_url), clock, bus, subscriptions=subscriptions)
    return PostgresStore(postgres_engine(database_url, **options), clock, bus, subscriptions)
