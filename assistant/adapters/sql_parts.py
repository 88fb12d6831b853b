"""What each contact counts for, in SQL: which contacts have more events than were counted, and their parts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, or_, select, text

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_schema import contact_events, contacts, counted_parts, uncounted
from assistant.model.contact import ContactId
from assistant.model.events import Event, EventType
from assistant.model.facts import COUNTED
from assistant.model.parts import COUNTS, Part, Stale
from assistant.model.storage import UnitOfWork

# Any number, if only the same in every process.
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(5017311)")
OVER = (
    select(contacts.c.id, contacts.c.seq)
    .where(contacts.c.id.in_(select(uncounted.c.contact_id).distinct().limit(bindparam("limit"))))
    .order_by(contacts.c.id)
)
OPEN = (
    select(contacts.c.id, contacts.c.seq)
    .outerjoin(counted_parts, and_(counted_parts.c.contact_id == contacts.c.id, counted_parts.c.n == 0))
    .where(contacts.c.ended_at.is_(None))
    .where(or_(counted_parts.c.seq.is_(None), counted_parts.c.seq < contacts.c.seq))
    .limit(bindparam("limit"))
)
EVENTS = (
    select(contact_events)
    .where(contact_events.c.contact_id.in_(bindparam("ids", expanding=True)))
    .where(contact_events.c.type.in_([type.value for type in COUNTED]))
    .order_by(contact_events.c.contact_id, contact_events.c.seq)
)
FORGET_PARTS = delete(counted_parts).where(counted_parts.c.contact_id.in_(bindparam("ids", expanding=True)))
FORGET_ENDS = delete(uncounted).where(
    uncounted.c.contact_id == bindparam("of_id"), uncounted.c.seq <= bindparam("up_to")
)
NOTHING = dict.fromkeys(COUNTS)


class SqlParts:
    def __init__(self, connection: SqlConnection, work: UnitOfWork) -> None:
        self._connection = connection
        self._work = work

    def stale(self, limit: int, *, are_over: bool) -> Sequence[Stale]:
        self._work.flush()
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(ONE_AT_A_TIME)
        found = self._connection.execute(OVER if are_over else OPEN, {"limit": limit}).all()
        if not found:
            return []
        rows = self._connection.execute(EVENTS, {"ids": [row.id for row in found]})
        events = {id: tuple(map(_event, told)) for id, told in groupby(rows, key=lambda row: row.contact_id)}
        return [Stale(ContactId(row.id), row.seq, events.get(row.id, ())) for row in found]

    def put(self, counted: Sequence[tuple[Stale, Sequence[Part]]]) -> None:
        if not counted:
            return
        self._connection.execute(FORGET_PARTS, {"ids": [stale.contact_id for stale, _ in counted]})
        rows = [_row(part, n, stale.seq) for stale, parts in counted for n, part in enumerate(parts)]
        if rows:
            self._connection.execute(insert(counted_parts), rows)
        ends = [{"of_id": stale.contact_id, "up_to": stale.seq} for stale, _ in counted]
        self._connection.execute(FORGET_ENDS, ends)

    def count_all_anew(self) -> None:
        self._work.flush()
        everything = select(contacts.c.id, contacts.c.seq).where(
            ~select(uncounted.c.contact_id)
            .where(uncounted.c.contact_id == contacts.c.id, uncounted.c.seq == contacts.c.seq)
            .exists()
        )
        self._connection.execute(insert(uncounted).from_select(["contact_id", "seq"], everything))


def _event(row: Any) -> Event:
    return Event(ContactId(row.contact_id), row.seq, EventType(row.type), row.at, row.data)


def _row(part: Part, n: int, seq: int) -> dict[str, Any]:
    told = {
        "contact_id": part.contact_id,
        "n": n,
        "seq": seq,
        "entered_at": part.entered_at,
        "queue": part.queue,
        "channel": part.channel.value,
        "topic": part.topic or "",
        "agent_id": part.agent_id,
        "waited_micros": part.waited_micros,
        "left_micros": part.left_micros,
    }
    return told | NOTHING | dict(part.counts)
