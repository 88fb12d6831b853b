"""The stores: SQLite with one writer thread and group commit, PostgreSQL with a pool.

Both run a unit of work as a plain function. In SQLite it runs on the writer's own thread over a synchronous
connection, so that a transaction of ten statements costs one hop between threads instead of ten; units that wait at
the same moment share one commit, each behind its own savepoint.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from assistant.adapters.sql_errors import DISTURBED, away, is_away, is_conflict
from assistant.adapters.sql_recent import Recent
from assistant.adapters.sql_work import SqlUnitOfWork
from assistant.model.errors import Unavailable
from assistant.model.ports import Bus, Clock
from assistant.model.storage import Notice, Store, UnitOfWork

MAX_BATCH = 64
READERS = 2
BUSY_SECONDS = 5.0
IDLE_SECONDS = 3.0  # who waits for the lock of somebody who stands still gets it before giving up
TRIES = 4

type Work[T] = Callable[[UnitOfWork], T]


def _closed() -> Unavailable:
    return Unavailable("database_unavailable", "The store was closed.", retryable=False)


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

    def __init__(self, path: Path, clock: Clock, bus: Bus, *, busy_seconds: float = BUSY_SECONDS) -> None:
        self._clock = clock
        self._bus = bus
        self._loop = asyncio.get_running_loop()
        self._engine = sqlite_engine(path, begin="BEGIN IMMEDIATE", busy_seconds=busy_seconds)
        self._writing: Connection | None = None
        self._recent = Recent()
        self._reading = sqlite_engine(path, begin="BEGIN", busy_seconds=busy_seconds)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-reader")
        self._inbox: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write_batches, name="sqlite-writer", daemon=True)
        self._writer.start()
        self._is_open = True

    async def transact[T](self, work: Work[T]) -> T:
        if not self._is_open:
            raise _closed()
        waiting = _Waiting(work, self._loop.create_future())
        self._inbox.put(waiting)
        # shielded: the unit commits or not by itself; who asked may go away in the meantime
        result: T = await asyncio.shield(waiting.future)
        return result

    async def read[T](self, work: Work[T]) -> T:
        if not self._is_open:
            raise _closed()
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
                return work(SqlUnitOfWork(connection, self._clock.now()))
        except DISTURBED as error:
            if is_away(error):
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
        work = SqlUnitOfWork(connection, self._clock.now(), self._recent)
        savepoint = None if is_alone else connection.begin_nested()
        waiting.tries += 1
        waiting.is_beaten = False
        try:
            waiting.result = waiting.work(work)
            work.flush()
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


class _RolledBack(Exception):
    """Ends the transaction of a single unit that failed; its own error travels to whoever asked."""


class PostgresStore:
    """Distributed: any number of processes on one database."""

    def __init__(self, engine: AsyncEngine, clock: Clock, bus: Bus) -> None:
        self._engine = engine
        self._clock = clock
        self._bus = bus
        self._is_open = True

    async def transact[T](self, work: Work[T]) -> T:
        if not self._is_open:
            raise _closed()
        for attempt in range(TRIES):
            try:
                async with self._engine.begin() as connection:
                    result, notices = await connection.run_sync(self._run, work)
            except DISTURBED as error:
                if attempt + 1 < TRIES and is_conflict(error):
                    continue
                if is_away(error):
                    raise away(error) from error
                raise
            for topic, payload in notices:
                self._bus.publish(topic, payload)
            return result
        raise AssertionError("the last attempt returns or raises")

    def _run[T](self, connection: Connection, work: Work[T]) -> tuple[T, list[Notice]]:
        unit = SqlUnitOfWork(connection, self._clock.now())
        result = work(unit)
        unit.flush()
        return result, unit.notices

    async def read[T](self, work: Work[T]) -> T:
        if not self._is_open:
            raise _closed()
        try:
            async with self._engine.connect() as connection:
                await connection.execution_options(isolation_level="REPEATABLE READ")
                async with connection.begin():
                    return await connection.run_sync(lambda sync: work(SqlUnitOfWork(sync, self._clock.now())))
        except DISTURBED as error:
            if is_away(error):
                raise away(error) from error
            raise

    async def close(self) -> None:
        """Takes nothing more, and gives the connections back."""
        self._is_open = False
        await self._engine.dispose()


def sqlite_engine(path: Path, *, begin: str, busy_seconds: float = BUSY_SECONDS) -> Engine:
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

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def sqlite_path(database_url: str) -> Path:
    return Path(database_url.partition(":///")[2])


def postgres_engine(database_url: str, **options: Any) -> AsyncEngine:
    """An engine that waits for nothing for ever: an unreachable server or a lock that is never released is told.

    Nor does anybody wait for us: a process that stands still in the middle of a transaction loses it, and its locks.
    """
    url = database_url.replace("postgres://", "postgresql://").replace("postgresql://", "postgresql+asyncpg://", 1)
    limits = {"lock_timeout": f"{BUSY_SECONDS:.0f}s", "idle_in_transaction_session_timeout": f"{IDLE_SECONDS:.0f}s"}
    patience = {"timeout": BUSY_SECONDS, "server_settings": limits}
    defaults = {"pool_size": 20, "max_overflow": 10, "pool_timeout": BUSY_SECONDS, "connect_args": patience}
    return create_async_engine(url, pool_pre_ping=True, hide_parameters=True, **defaults | options)


def open_store(database_url: str, clock: Clock, bus: Bus, **options: Any) -> Store:
    """The store behind `sqlite:///path` or `postgresql://…`. Call inside the running loop.

    `options` are of PostgreSQL's engine, such as `pool_size`.
    """
    if database_url.startswith("sqlite"):
        return SqliteStore(sqlite_path(database_url), clock, bus)
    return PostgresStore(postgres_engine(database_url, **options), clock, bus)
