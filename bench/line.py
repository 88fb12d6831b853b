"""A line from a thousand to a million places: in memory, its head as the router finds it in SQL, a follower's start.

Beside each figure stands the limit: a bare sorted list, the driver's own look at the first row, the driver's own read.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import asyncpg
from sortedcontainers import SortedList

from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.migrate import migrate
from assistant.adapters.sql_store import open_store
from assistant.adapters.system_clock import SystemClock
from assistant.flow.line import Line
from assistant.model.agent import Agent, Presence, Role
from assistant.model.contact import AgentId, Channel, ContactId, QueueId
from assistant.model.storage import LineChange, LineSnapshot, Store, UnitOfWork
from bench.databases import postgres
from bench.processes import load_average
from bench.table import print_table

SIZES = (1_000, 10_000, 100_000, 1_000_000)
FOLLOWED = 100_000
ROUNDS = 2_000
LOOKS = 300
QUEUE = QueueId("cards")
FIRST = 4  # before this place stand one who is away, one of another language and two callbacks for later

# every hundredth is away, speaks Spanish, or is to be called back tomorrow
PLACES = """
INSERT INTO contacts (id, channel, queue, language, state, dialogue, reach, entered_at, order_at, code, seq, token_hash,
                      callback_at)
SELECT {id}, 'chat', 'cards', CASE n % 100 WHEN 1 THEN 'es' ELSE 'en' END, 'waiting', 'speaking',
       CASE n % 100 WHEN 0 THEN 'away' WHEN 2 THEN 'callback' WHEN 3 THEN 'callback' ELSE 'present' END,
       n * 1000, n * 1000, n, 1, '', CASE n % 100 WHEN 2 THEN {later} WHEN 3 THEN {later} END
"""
LATER = 4_102_444_800_000_000  # the year 2100
IN_SQLITE = "WITH RECURSIVE series(n) AS (SELECT {begin} UNION ALL SELECT n + 1 FROM series WHERE n < {end} - 1) "
HEAD = "SELECT order_at, id FROM contacts WHERE queue = 'cards' AND state = 'waiting' ORDER BY order_at, id LIMIT 1"
WHOLE = "SELECT order_at, id FROM contacts WHERE queue = 'cards' AND state = 'waiting' ORDER BY order_at, id"


def in_memory(size: int) -> tuple[float, float]:
    """Microseconds to enter, rank and leave: a line, and a bare sorted list of pairs."""
    chance = random.Random(size)
    places = tuple((n * 1000, ContactId(f"{n:036d}")) for n in range(size))
    line, bare = Line(LineSnapshot(QUEUE, 0, places)), SortedList(places)
    revision, took, took_bare = 0, [], []
    for n in range(ROUNDS):
        contact_id, order_at = ContactId(f"new-{n}"), chance.randrange(size * 1000)
        begun = perf_counter()
        line.apply(LineChange(QUEUE, revision + 1, "enter", contact_id, order_at, "returned"))
        line.position(contact_id)
        line.apply(LineChange(QUEUE, revision + 2, "leave", contact_id, order_at, "connected"))
        took.append(perf_counter() - begun)
        revision += 2
        begun = perf_counter()
        bare.add((order_at, contact_id))
        bare.index((order_at, contact_id))
        bare.remove((order_at, contact_id))
        took_bare.append(perf_counter() - begun)
    return median(took) * 1e6, median(took_bare) * 1e6


class Database:
    """Filled in steps and asked, by way of the store and of the bare driver."""

    def __init__(
        self,
        name: str,
        store: Store,
        fill: Callable[[int, int], Awaitable[None]],
        ask: Callable[[str], Awaitable[list[Any]]],
    ) -> None:
        self.name = name
        self._store = store
        self._fill = fill
        self._ask = ask
        self._size = 0

    async def grow(self, size: int) -> None:
        await self._fill(self._size, size)
        self._size = size

    async def head(self) -> tuple[float, float]:
        """Milliseconds to find the next place that an agent can be offered, and to read the very first one bare."""
        took, took_bare = [], []
        for _ in range(LOOKS):
            took.append(await self._store.transact(_find_head))
            begun = perf_counter()
            await self._ask(HEAD)
            took_bare.append(perf_counter() - begun)
        return median(took) * 1e3, median(took_bare) * 1e3

    async def follow(self) -> tuple[float, float]:
        """Seconds until a new follower knows the whole line, and until the driver has read it."""
        begun = perf_counter()
        line = Line(await self._store.read(lambda work: work.lines.snapshot(QUEUE)))
        took = perf_counter() - begun
        begun = perf_counter()
        rows = await self._ask(WHOLE)
        took_bare = perf_counter() - begun
        if [line.position(row[1]) for row in rows] != list(range(1, len(line) + 1)):
            raise RuntimeError(f"the follower has another order than {self.name}")
        return took, took_bare


def _find_head(work: UnitOfWork) -> float:
    agent = Agent(
        AgentId("a"), "a", "A", Role.AGENT, Presence.READY, None, (QUEUE,), ("en",), None, work.now, is_reachable=True
    )
    begun = perf_counter()
    head = work.contacts.head(agent, [Channel.CHAT, Channel.VOICE], work.now - timedelta(seconds=60))
    took = perf_counter() - begun
    if head is None or head.order_at != FIRST * 1000:
        raise RuntimeError("the head of the line was not found")
    return took


async def in_sql(database: Database) -> Iterable[tuple[str, ...]]:
    heads = []
    for size in SIZES:
        await database.grow(size)
        heads.append((f"{size:,}", *(f"{ms:.2f}" for ms in await database.head())))
        if size == FOLLOWED:
            followed = await database.follow()
    print_table((f"head of the line from {database.name}", "ms", "bare look, ms"), heads)
    print()
    return [(database.name, *(f"{seconds:.2f}" for seconds in followed))]


async def on_sqlite(folder: Path) -> Iterable[tuple[str, ...]]:
    url = f"sqlite:///{folder / 'line.db'}"
    await migrate(url)
    bare = sqlite3.connect(folder / "line.db", isolation_level=None)

    async def fill(begin: int, end: int) -> None:
        places = PLACES.format(id="printf('%036d', n)", later=LATER)
        bare.execute(f"{IN_SQLITE.format(begin=begin, end=end)} {places} FROM series")

    async def ask(query: str) -> list[Any]:
        return bare.execute(query).fetchall()

    store = open_store(url, SystemClock(), MemoryBus())
    await store.transact(lambda work: work.lines.ensure([QUEUE]))
    try:
        return await in_sql(Database(f"SQLite {sqlite3.sqlite_version}", store, fill, ask))
    finally:
        await store.close()
        bare.close()


async def on_postgres(url: str) -> Iterable[tuple[str, ...]]:
    await migrate(url)
    bare = await asyncpg.connect(url)

    async def fill(begin: int, end: int) -> None:
        places = PLACES.format(id="lpad(n::text, 36, '0')", later=LATER)
        await bare.execute(f"{places} FROM generate_series({begin}, {end - 1}) AS n")
        await bare.execute("ANALYZE contacts")  # as autovacuum does, which is off here

    async def ask(query: str) -> list[Any]:
        return list(await bare.fetch(query))

    store = open_store(url, SystemClock(), MemoryBus())
    await store.transact(lambda work: work.lines.ensure([QUEUE]))
    try:
        version = bare.get_server_version()
        return await in_sql(Database(f"PostgreSQL {version.major}", store, fill, ask))
    finally:
        await store.close()
        await bare.close()


def main() -> None:
    rows = []
    for size in SIZES:
        ours, bare = in_memory(size)
        rows.append((f"{size:,}", f"{ours:.1f}", f"{bare:.1f}"))
    print_table((f"waiting (load {load_average()})", "enter + rank + leave, us", "bare sorted list, us"), rows)
    print()
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        followed = [*asyncio.run(on_sqlite(folder))]
        with postgres(folder / "postgres") as server:
            followed += asyncio.run(on_postgres(server.url()))
    print_table((f"a follower starts, {FOLLOWED:,} waiting, identical order", "s", "bare read, s"), followed)
