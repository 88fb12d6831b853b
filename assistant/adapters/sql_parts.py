"""What each contact counts for, in SQL: which contacts have more events than were counted, and their parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import (
    BigInteger,
    String,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_hours import HOUR
from assistant.adapters.sql_reports import counted
from assistant.adapters.sql_schema import (
    contact_events,
    contacts,
    counted_hours,
    counted_parts,
    hour_sums,
    uncounted,
)
from assistant.model.contact import ContactId
from assistant.model.events import Event, EventType
from assistant.model.facts import COUNTED
from assistant.model.measures import Asked
from assistant.model.parts import BY_RULE, COUNTS, NOBODY, OF_AGENTS, Part, Stale
from assistant.model.place import micros
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
HOURS_OF = (
    select(type_coerce(counted_parts.c.entered_at, BigInteger) // HOUR)
    .where(counted_parts.c.contact_id.in_(bindparam("ids", expanding=True)))
    .distinct()
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

    def put(self, found: Sequence[tuple[Stale, Sequence[Part]]]) -> None:
        if not found:
            return
        ids = [stale.contact_id for stale, _ in found]
        before = self._connection.execute(HOURS_OF, {"ids": ids}).scalars()
        now = [micros(part.entered_at) // HOUR for _, parts in found for part in parts]
        if hours := {*before, *now}:
            self._connection.execute(self._upsert_hours(hours))
        self._connection.execute(FORGET_PARTS, {"ids": ids})
        rows = [_row(part, n, stale.seq) for stale, parts in found for n, part in enumerate(parts)]
        if rows:
            self._connection.execute(insert(counted_parts), rows)
        ends = [{"of_id": stale.contact_id, "up_to": stale.seq} for stale, _ in found]
        self._connection.execute(FORGET_ENDS, ends)

    def _upsert_hours(self, hours: Iterable[int]) -> Any:
        """They are summed up no longer, if they were."""
        insert = postgres_insert if self._connection.dialect.name == "postgresql" else sqlite_insert
        rows = [{"hour": hour, "rules": None} for hour in sorted(hours)]
        return insert(counted_hours).values(rows).on_conflict_do_update(index_elements=["hour"], set_={"rules": None})

    def sum_up(self, rules: Asked, before: datetime, limit: int) -> int:
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(ONE_AT_A_TIME)
        is_old = or_(counted_hours.c.rules.is_(None), counted_hours.c.rules != rules.rules)
        wanted = select(counted_hours.c.hour).where(is_old, counted_hours.c.hour < micros(before) // HOUR)
        hours = self._connection.execute(wanted.order_by(counted_hours.c.hour).limit(limit)).scalars().all()
        if hours:
            self._connection.execute(delete(hour_sums).where(hour_sums.c.hour.in_(hours)))
            for of_agents in (False, True):
                self._connection.execute(_sums_into(rules, hours, of_agents=of_agents))
            mine = update(counted_hours).where(counted_hours.c.hour.in_(hours))
            self._connection.execute(mine.values(rules=rules.rules))
        return len(hours)

    def count_all_anew(self) -> None:
        self._work.flush()
        everything = select(contacts.c.id, contacts.c.seq).where(
            ~select(uncounted.c.contact_id)
            .where(uncounted.c.contact_id == contacts.c.id, uncounted.c.seq == contacts.c.seq)
            .exists()
        )
        self._connection.execute(insert(uncounted).from_select(["contact_id", "seq"], everything))


def _sums_into(rules: Asked, hours: Sequence[int], *, of_agents: bool) -> Any:
    """What the parts of these hours come to: by queue and agent, or by queue, channel and topic."""
    at, part, nothing = type_coerce(counted_parts.c.entered_at, BigInteger), counted_parts.c, literal("", String)
    names = OF_AGENTS if of_agents else (*COUNTS, *BY_RULE)
    numbers = counted(rules)
    keys = (
        (at // HOUR).label("of_hour"),
        part.queue,
        (nothing if of_agents else part.channel).label("of_channel"),
        (nothing if of_agents else part.topic).label("of_topic"),
        (part.agent_id if of_agents else nothing).label("of_agent"),
    )
    # one stretch from the first to the last, and of it these hours alone: so the index of the times is of use
    is_then = and_(at >= hours[0] * HOUR, at < (hours[-1] + 1) * HOUR, (at // HOUR).in_(hours))
    sums = select(*keys, *(func.sum(numbers[name]) for name in names)).where(is_then).group_by(*keys)
    sums = sums.where(part.agent_id != NOBODY) if of_agents else sums
    return insert(hour_sums).from_select(["hour", "queue", "channel", "topic", "agent_id", *names], sums)


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
