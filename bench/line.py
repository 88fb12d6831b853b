"""A line in memory from a thousand to a million places, and its head as the router finds it in SQL."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import insert

from assistant.adapters.sql_contacts import to_row
from assistant.adapters.sql_schema import contacts, metadata
from assistant.adapters.sql_store import sqlite_engine
from assistant.adapters.sql_work import SqlUnitOfWork
from assistant.flow.line import Line
from assistant.model.agent import Agent, Presence, Role
from assistant.model.contact import AgentId, Channel, Contact, ContactId, DialogueMode, QueueId, Reach, State
from assistant.model.storage import LineChange, LineSnapshot
from bench.table import print_table

SIZES = (1_000, 10_000, 100_000, 1_000_000)
ROUNDS = 2_000
HEADS = 200
QUEUE = QueueId("cards")


def in_memory(size: int) -> tuple[float, float]:
    """Microseconds to enter, rank and leave; seconds to build the line from a snapshot."""
    chance = random.Random(size)
    places = tuple((n * 1000, ContactId(f"{n:036d}")) for n in range(size))
    begun = perf_counter()
    line = Line(LineSnapshot(QUEUE, 0, places))
    built = perf_counter() - begun
    revision, took = 0, []
    for n in range(ROUNDS):
        contact_id, order_at = ContactId(f"new-{n}"), chance.randrange(size * 1000)
        begun = perf_counter()
        line.apply(LineChange(QUEUE, revision + 1, "enter", contact_id, order_at, "returned"))
        line.position(contact_id)
        line.apply(LineChange(QUEUE, revision + 2, "leave", contact_id, order_at, "connected"))
        took.append(perf_counter() - begun)
        revision += 2
    return median(took) * 1e6, built


def head_in_sql(size: int, folder: Path) -> float:
    """Milliseconds to find the next eligible contact of an agent among `size` waiting ones."""
    engine = sqlite_engine(folder / f"{size}.db", begin="BEGIN IMMEDIATE")
    metadata.create_all(engine)
    now = datetime.now(UTC)
    secrets = {"token_hash": "", "key_hash": None, "body_hash": None}
    with engine.connect() as connection, connection.begin():
        SqlUnitOfWork(connection, now).lines.ensure([QUEUE])
        for begin in range(0, size, 10_000):
            rows = [to_row(_contact(n, now)) | secrets for n in range(begin, min(size, begin + 10_000))]
            connection.execute(insert(contacts), rows)
    agent = Agent(
        AgentId("a"), "a", "A", Role.AGENT, Presence.READY, None, (QUEUE,), ("en",), None, now, is_reachable=True
    )
    took = []
    with engine.connect() as connection:
        for _ in range(HEADS):
            with connection.begin():
                work = SqlUnitOfWork(connection, now)
                begun = perf_counter()
                head = work.contacts.next_eligible(agent, [Channel.CHAT, Channel.VOICE], now - timedelta(seconds=60))
                took.append(perf_counter() - begun)
                if head is None or head.order_at != 0:
                    raise RuntimeError("the head of the line was not found")
    engine.dispose()
    return median(took) * 1e3


def _contact(n: int, now: datetime) -> Contact:
    return Contact(
        id=ContactId(f"{n:036d}"),
        channel=Channel.CHAT,
        queue=QUEUE,
        language="en",
        state=State.WAITING,
        dialogue=DialogueMode.SPEAKING,
        reach=Reach.PRESENT,
        entered_at=now,
        order_at=n * 1000,
        code=f"{n:08d}",
    )


def main() -> None:
    rows = []
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as folder:
        for size in SIZES:
            micros, built = in_memory(size)
            rows.append((f"{size:,}", f"{micros:.1f}", f"{built:.2f}", f"{head_in_sql(size, Path(folder)):.2f}"))
    head = (
        "waiting",
        "enter + rank + leave, us",
        "follower starts, s",
        f"head from SQLite {sqlite3.sqlite_version}, ms",
    )
    print_table(head, rows)
