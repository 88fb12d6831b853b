"""Which agents have been silent for too long, in SQL."""

from __future__ import annotations

from sqlalchemy import func, select

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_schema import contact_events, contacts, messages
from assistant.model.contact import ContactId, State
from assistant.model.events import Author, EventType

TOLD_TO_SUPERVISORS = 2  # the first time it is the agent alone who is told
SINCE_CONNECTED = (
    select(func.max(contact_events.c.seq))
    .where(contact_events.c.contact_id == contacts.c.id)
    .where(contact_events.c.type == EventType.CONTACT_CONNECTED.value)
    .correlate(contacts)
    .scalar_subquery()
)
SINCE_AGENT_SPOKE = (
    select(func.coalesce(func.max(messages.c.seq), 0))
    .where(messages.c.contact_id == contacts.c.id, messages.c.author == Author.AGENT.value)
    .correlate(contacts)
    .scalar_subquery()
)

# Built once: constructing an expression costs as much as running it.
SILENT = (
    select(contacts.c.id)
    .join(contact_events, contact_events.c.contact_id == contacts.c.id)
    .where(contacts.c.state == State.CONNECTED.value, contact_events.c.type == EventType.AGENT_SILENT.value)
    .where(contact_events.c.seq > SINCE_CONNECTED, contact_events.c.seq > SINCE_AGENT_SPOKE)
    .group_by(contacts.c.id)
    .having(func.count() >= TOLD_TO_SUPERVISORS)
)


def silent(connection: SqlConnection) -> frozenset[ContactId]:
    """As `Contacts.with_silent_agent` promises."""
    return frozenset(ContactId(id) for id in connection.scalars(SILENT))
