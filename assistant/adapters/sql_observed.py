"""What the wait predictor reads, in SQL: by primary keys, so that it costs what has changed, not what is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_schema import agent_slots, contact_events, contacts, line_changes, offers
from assistant.model.contact import AgentId, Channel, ContactId, QueueId, State
from assistant.model.events import EventType
from assistant.model.waiting import InHand, Observed, Passage

PAGE = 2000
WRAPPED_AT = (
    select(func.max(contact_events.c.at))
    .where(contact_events.c.contact_id == contacts.c.id, contact_events.c.type == EventType.CONTACT_WRAPPED.value)
    .correlate(contacts)
    .scalar_subquery()
)
STEP = (
    line_changes.c.revision,
    line_changes.c.op,
    line_changes.c.cause,
    line_changes.c.contact_id,
    line_changes.c.order_at,
    contacts.c.channel,
    contacts.c.entered_at,
    contacts.c.connected_at,
    contacts.c.ended_at,
)
LINE = line_changes.join(contacts, contacts.c.id == line_changes.c.contact_id)

# Built once: constructing an expression costs as much as running it.
NEWER = (
    select(*STEP)
    .select_from(LINE)
    .where(line_changes.c.queue == bindparam("queue"), line_changes.c.revision > bindparam("after"))
    .order_by(line_changes.c.revision)
    .limit(PAGE)
)
LATEST = (
    select(*STEP, contacts.c.agent_id, offers.c.made_at, WRAPPED_AT.label("wrapped_at"))
    .select_from(LINE.outerjoin(offers, offers.c.id == contacts.c.offer_id))
    .where(line_changes.c.queue == bindparam("queue"))
    .order_by(line_changes.c.revision.desc())
    .limit(PAGE)
)
IN_HAND = select(agent_slots.c.agent_id, contacts.c.id, agent_slots.c.channel, contacts.c.state).join(
    contacts, contacts.c.id == agent_slots.c.contact_id
)


def observed(connection: SqlConnection, after: Mapping[QueueId, int | None]) -> Observed:
    """As `ports.Contacts.observed` promises."""
    passages: list[Passage] = []
    for queue, revision in after.items():
        if revision is None:
            passages += reversed(_passages(connection, LATEST, queue))
        else:
            passages += _passages(connection, NEWER, queue, after=revision)
    hands = connection.execute(IN_HAND)
    return Observed(
        tuple(passages),
        tuple(
            InHand(AgentId(agent), ContactId(contact), channel == Channel.VOICE, state != State.OFFERED)
            for agent, contact, channel, state in hands
        ),
    )


def _passages(connection: SqlConnection, query: Select[Any], queue: QueueId, **parameters: int) -> list[Passage]:
    return [
        Passage(
            queue=queue,
            revision=row.revision,
            op=row.op,
            cause=row.cause,
            contact=ContactId(row.contact_id),
            order_at=row.order_at,
            is_call=row.channel == Channel.VOICE,
            entered_at=row.entered_at,
            connected_at=row.connected_at,
            ended_at=row.ended_at,
            agent=AgentId(row.agent_id) if query is LATEST and row.agent_id else None,
            taken_at=row.made_at if query is LATEST else None,
            freed_at=row.wrapped_at if query is LATEST else None,
        )
        for row in connection.execute(query, {"queue": queue, **parameters})
    ]
