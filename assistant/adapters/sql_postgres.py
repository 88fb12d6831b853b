"""PostgreSQL: any number of processes on one database.

A transaction begins late, with the first question that its unit of work asks. A unit that asks nothing, as an arrival
while nobody is free, is written by one statement that is a transaction of its own.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, ScalarResult, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only, greenlet_spawn

from assistant.adapters.sql_beliefs import Beaten, Beliefs, Heads
from assistant.adapters.sql_errors import DISTURBED, away, closed, is_away, is_conflict, is_cut, is_refused_write
from assistant.adapters.sql_gathered import Gathered
from assistant.adapters.sql_trail import NOBODY_IS_TOLD
from assistant.adapters.sql_work import SqlUnitOfWork, Work
from assistant.model.deliveries import Subscriptions
from assistant.model.ports import Bus, Clock

BUSY_SECONDS = 5.0
POOL = 24
IDLE_SECONDS = 3.0  # who waits for the lock of somebody who stands still gets it before giving up
TRIES = 4
SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""Of a reader. One that locks rows too is refused: it would fail wherever somebody changes them meanwhile."""


class LateConnection:
    """Begins a transaction with the first question, and commits it at its end; what was believed is proved first.

    It is had from the pool before anything is decided, so that nobody's decision waits for one.
    """

    _connection: Connection

    def __init__(self, engine: Engine, beliefs: Beliefs) -> None:
        self._engine = engine
        self._beliefs = beliefs
        self._has_begun = False
        self.is_ending = False

    def open(self) -> None:
        """Waits for a connection where all are in use."""
        self._connection = self._engine.connect()

    @property
    def dialect(self) -> Any:
        return self._engine.dialect

    def execute(self, statement: Any, parameters: Any = None, /) -> CursorResult[*tuple[Any, ...]]:
        return self._begun().execute(statement, parameters)

    def scalars(self, statement: Any, parameters: Any = None, /) -> ScalarResult[Any]:
        return self._begun().scalars(statement, parameters)

    def write(self, gathered: Gathered, *, is_last: bool) -> None:
        """Raises `Beaten` where what was believed is not true."""
        if is_last and not self._has_begun:
            self._write_alone(*gathered.take_for_postgres(self._beliefs))
            return
        connection = self._begun()
        if connection.exec_driver_sql(*gathered.take_for_postgres(self._beliefs)).first() is None:
            raise Beaten

    def _begun(self) -> Connection:
        if not self._has_begun:
            self._has_begun = True
            self._connection.begin()
            self._beliefs.prove(self._connection)
        return self._connection

    def _write_alone(self, text: str, parameters: tuple[Any, ...]) -> None:
        """Straight to the driver, outside of any transaction."""
        driver: Any = self._connection.connection.driver_connection
        self.is_ending = True
        try:
            rows = await_only(driver.fetch(text, *parameters))
        except BaseException as error:
            if driver.is_closed() or not isinstance(error, Exception):
                self._connection.invalidate(error)
            raise
        if not rows:
            raise Beaten
        self._beliefs.end()

    def prove(self) -> None:
        """Raises `Beaten` where something is still believed and not true."""
        if self._beliefs.are_unproved:
            self._begun()

    def commit(self) -> None:
        self.prove()
        self.is_ending = True
        if self._has_begun:
            self._connection.commit()

    def close(self) -> None:
        """Rolls back what was not committed."""
        self._connection.close()


class PostgresStore:
    def __init__(
        self,
        engine: AsyncEngine,
        clock: Clock,
        bus: Bus,
        subscriptions: Subscriptions = NOBODY_IS_TOLD,
        heads: Heads | None = None,
    ) -> None:
        """`heads`: of a store of the same database in this process, so that neither is beaten by the other."""
        self._engine = engine
        self._clock = clock
        self._bus = bus
        self._subscriptions = subscriptions
        self._heads = heads or Heads()
        self._is_open = True

    def apart(self, connections: int) -> PostgresStore:
        """The same store with so many connections of its own, for which nobody else has to be waited for."""
        engine = postgres_engine(
            self._engine.url.render_as_string(hide_password=False), pool_size=connections, max_overflow=0
        )
        return PostgresStore(engine, self._clock, self._bus, self._subscriptions, self._heads)

    async def transact[T](self, work: Work[T]) -> T:
        if not self._is_open:
            raise closed()
        for attempt in range(TRIES):
            # who was beaten once asks for everything
            beliefs = Beliefs(None if attempt else self._heads)
            connection = LateConnection(self._engine.sync_engine, beliefs)
            result: T
            try:
                result, unit = await greenlet_spawn(self._run, connection, beliefs, work)
            except (*DISTURBED, Beaten) as error:
                if attempt + 1 < TRIES and (is_conflict(error) or (is_cut(error) and not connection.is_ending)):
                    self._heads.forget()
                    continue
                if is_away(error):
                    raise away(error) from error
                raise
            self._heads.keep(unit.heads)
            for topic, payload in unit.notices:
                self._bus.publish(topic, payload)
            return result
        raise AssertionError("the last attempt returns or raises")

    def _run[T](self, connection: LateConnection, beliefs: Beliefs, work: Work[T]) -> tuple[T, SqlUnitOfWork]:
        connection.open()
        unit = SqlUnitOfWork(connection, self._clock, beliefs, connection.write, subscriptions=self._subscriptions)
        try:
            try:
                result = work(unit)
            except Exception:
                connection.prove()  # a refusal too must stand on what is true
                raise
            unit.finish()
            connection.commit()
        finally:
            connection.close()
        return result, unit

    async def read[T](self, work: Work[T]) -> T:
        if not self._is_open:
            raise closed()
        for attempt in range(TRIES):
            try:
                async with self._engine.connect() as connection:
                    await connection.execution_options(**SNAPSHOT)
                    async with connection.begin():
                        return await connection.run_sync(lambda sync: work(SqlUnitOfWork(sync, self._clock)))
            except DISTURBED as error:
                if attempt + 1 < TRIES and is_cut(error):
                    continue
                if is_away(error) and not is_refused_write(error):
                    raise away(error) from error
                raise
        raise AssertionError("the last attempt returns or raises")

    async def close(self) -> None:
        """Takes nothing more, and gives the connections back."""
        self._is_open = False
        await self._engine.dispose()


def postgres_engine(database_url: str, **options: Any) -> AsyncEngine:
    """An engine that waits for nothing for ever: an unreachable server or a lock that is never released is told.

    Nor does anybody wait for us: a process that stands still in the middle of a transaction loses it, and its locks.
    """
    url = database_url.replace("postgres://", "postgresql://").replace("postgresql://", "postgresql+asyncpg://", 1)
    limits = {"lock_timeout": f"{BUSY_SECONDS:.0f}s", "idle_in_transaction_session_timeout": f"{IDLE_SECONDS:.0f}s"}
    patience = {"timeout": BUSY_SECONDS, "server_settings": limits}
    defaults = {"pool_size": POOL, "max_overflow": 0, "pool_timeout": BUSY_SECONDS, "connect_args": patience}
    engine = create_async_engine(url, hide_parameters=True, **defaults | options)

    @event.listens_for(engine.sync_engine, "checkout")
    def _replace_closed(connection: Any, *_: Any) -> None:
        # a ping would cost three round trips each time; what breaks later breaks before a commit, and is tried again
        if connection.driver_connection.is_closed():
            raise DisconnectionError

    return engine
