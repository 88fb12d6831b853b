"""The work that nobody holds, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Row, case, func, select

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_contact_rows import COLUMNS, from_row
from assistant.adapters.sql_contacts import IN_LINE
from assistant.adapters.sql_schema import contact_events, contacts, facts, messages, spoken_messages
from assistant.model.contact import AgentId, Contact, ContactId, Outcome, QueueId, Reach
from assistant.model.events import Author, EventType
from assistant.model.overview import MessageLeft, Spoken
from assistant.model.spoken import SpokenState

REPLY_TO = "reply_to"
MARKED = (
    select(func.max(contact_events.c.seq))
    .where(contact_events.c.contact_id == contacts.c.id)
    .where(contact_events.c.type == EventType.MESSAGE_MARKED.value)
    .correlate(contacts)
    .scalar_subquery()
)
FIRST_WORDS = (
    select(func.min(messages.c.seq))
    .where(messages.c.contact_id == contacts.c.id, messages.c.author == Author.CALLER.value)
    .correlate(contacts)
    .scalar_subquery()
)
# What was spoken may follow a talk with the assistant: its text is the event that its row names.
THE_WORDS = case((spoken_messages.c.id.is_(None), FIRST_WORDS), else_=spoken_messages.c.words_seq)

# Built once: constructing an expression costs as much as running it.
LEFT = (
    select(
        contacts.c.id,
        contacts.c.queue,
        contacts.c.language,
        contacts.c.entered_at,
        messages.c.text,
        facts.c.value,
        contact_events.c.data,
        contact_events.c.at,
        spoken_messages.c.state,
        spoken_messages.c.seconds,
        spoken_messages.c.recording_sid,
    )
    .outerjoin(spoken_messages, spoken_messages.c.contact_id == contacts.c.id)
    .outerjoin(messages, (messages.c.contact_id == contacts.c.id) & (messages.c.seq == THE_WORDS))
    .outerjoin(facts, (facts.c.contact_id == contacts.c.id) & (facts.c.id == REPLY_TO))
    .outerjoin(contact_events, (contact_events.c.contact_id == contacts.c.id) & (contact_events.c.seq == MARKED))
    .where(contacts.c.outcome == Outcome.MESSAGE_LEFT.value, contacts.c.erased_at.is_(None))
)
OPEN = LEFT.where(contacts.c.disposition.is_(None)).order_by(contacts.c.entered_at)
DONE = LEFT.where(contacts.c.disposition.is_not(None)).order_by(contacts.c.entered_at.desc())
WAITING = select(*COLUMNS).where(contacts.c.state.in_(IN_LINE)).order_by(contacts.c.order_at, contacts.c.id)


class SqlOverview:
    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def messages_left(self, queues: Collection[QueueId], *, is_done: bool, limit: int) -> Sequence[MessageLeft]:
        query = (DONE if is_done else OPEN).where(contacts.c.queue.in_(list(queues))).limit(limit)
        return [_message(row) for row in self._connection.execute(query)]

    def in_line(self, limit: int) -> Sequence[Contact]:
        return [from_row(row) for row in self._connection.execute(WAITING.limit(limit)).mappings()]

    def callbacks(self, queues: Collection[QueueId], limit: int) -> Sequence[Contact]:
        is_callback = (contacts.c.reach == Reach.CALLBACK.value) & contacts.c.queue.in_(list(queues))
        return [from_row(row) for row in self._connection.execute(WAITING.where(is_callback).limit(limit)).mappings()]


def _message(row: Row) -> MessageLeft:  # type: ignore[type-arg]
    id, queue, language, left_at, text, reply_to, mark, marked_at, state, seconds, recording = row
    is_done = bool(mark and mark["is_done"])
    return MessageLeft(
        contact_id=ContactId(id),
        queue=QueueId(queue),
        language=language,
        left_at=left_at,
        text=text or "",
        reply_to=reply_to or "",
        done_by=AgentId(mark["agent_id"]) if is_done else None,
        done_at=marked_at if is_done else None,
        spoken=Spoken(SpokenState(state), seconds, recording is not None) if state else None,
    )
