"""The audit trail over a stretch of time, in SQL: sorted by the database, read through a cursor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Subquery, and_, func, or_, select, type_coerce

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_schema import contact_events
from assistant.model.contact import ContactId
from assistant.model.events import TELLS_STANDING, Event, EventType
from assistant.model.history import Survey

AT_ONCE = 1000
GAPS_TOLD = 1000
EVENT = contact_events.c
IS_END = EVENT.type == EventType.CONTACT_CLOSED.value
IS_RETURN = EVENT.type == EventType.PLACE_RECLAIMED.value


class SqlHistory:
    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def survey(self, begin: datetime, end: datetime) -> Survey:
        open_ones = _open_between(begin, end)
        sums = select(func.count(), func.coalesce(func.sum(open_ones.c.events), 0))
        contacts, events = self._connection.execute(sums).one()
        has_gap = open_ones.c.events != open_ones.c.last_seq
        gaps = select(open_ones.c.contact_id).where(has_gap).order_by(open_ones.c.contact_id).limit(GAPS_TOLD)
        replayed = _in_time(begin, end)
        back = type_coerce(replayed.c.replayed_at, BigInteger) - type_coerce(replayed.c.at, BigInteger)
        skew = self._connection.execute(select(func.max(back))).scalar() or 0
        found = [ContactId(contact_id) for contact_id in self._connection.scalars(gaps)]
        return Survey(contacts, int(events), timedelta(microseconds=int(skew)), found)

    def moves(self, begin: datetime, end: datetime) -> Iterator[tuple[datetime, Event]]:
        replayed = _in_time(begin, end)
        query = (
            select(replayed)
            .where(replayed.c.type.in_([type.value for type in TELLS_STANDING]))
            .order_by(replayed.c.replayed_at, replayed.c.contact_id, replayed.c.seq)
            .execution_options(stream_results=True, yield_per=AT_ONCE)
        )
        for row in self._connection.execute(query):
            event = Event(ContactId(row.contact_id), row.seq, EventType(row.type), row.at, row.data)
            yield row.replayed_at, event


def _open_between(begin: datetime, end: datetime) -> Subquery:
    """Contacts that had begun before `end`, and were open at `begin` or had an event since."""
    is_before = EVENT.at < end
    ends = func.count().filter(and_(IS_END, is_before))
    returns = func.count().filter(and_(IS_RETURN, is_before))
    return (
        select(EVENT.contact_id, func.count().label("events"), func.max(EVENT.seq).label("last_seq"))
        .group_by(EVENT.contact_id)
        .having(func.count().filter(is_before) > 0)
        .having(or_(func.max(EVENT.at).filter(is_before) >= begin, ends <= returns))
        .subquery()
    )


def _in_time(begin: datetime, end: datetime) -> Subquery:
    """Those contacts' events with their times in the replay: the latest time that the contact has told so far."""
    latest = func.max(EVENT.at).over(partition_by=EVENT.contact_id, order_by=EVENT.seq)
    return (
        select(contact_events, latest.label("replayed_at"))
        .where(EVENT.contact_id.in_(select(_open_between(begin, end).c.contact_id)), EVENT.at < end)
        .subquery()
    )
