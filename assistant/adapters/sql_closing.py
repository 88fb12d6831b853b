"""Who is left in a queue when it closes, and who is there again when it opens, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_schema import contacts, deadlines, legs
from assistant.model.contact import ContactId, QueueId, Reach, State

GRACE = "grace"  # as the flow names it
IS_AWAY = contacts.c.reach == Reach.AWAY.value
GRACE_OF_IT = select(deadlines.c.subject).where(deadlines.c.kind == GRACE, deadlines.c.subject == contacts.c.id)
LEG_OF_IT = select(legs.c.id).where(legs.c.contact_id == contacts.c.id, legs.c.ended_at.is_(None))
WAITING = (
    select(contacts.c.id)
    .where(contacts.c.queue == bindparam("queue"), contacts.c.state == State.WAITING.value)
    .order_by(contacts.c.order_at, contacts.c.id)
    .limit(bindparam("at_most"))
)

# Built once: constructing an expression costs as much as running it.
CALLBACKS_BEFORE = WAITING.where(
    contacts.c.reach == Reach.CALLBACK.value, contacts.c.callback_at < bindparam("callback_before")
)
STILL_WAITING = WAITING.where(
    or_(
        contacts.c.reach == Reach.PRESENT.value,
        and_(IS_AWAY, GRACE_OF_IT.where(deadlines.c.due_at < bindparam("kept_until")).exists()),
    )
)
THERE_AGAIN = WAITING.where(IS_AWAY, GRACE_OF_IT.exists(), LEG_OF_IT.exists())


class SqlClosing:
    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def callbacks_before(self, queue: QueueId, at: datetime, limit: int) -> Sequence[ContactId]:
        wanted = {"queue": queue, "at_most": limit, "callback_before": at}
        return [ContactId(id) for id in self._connection.scalars(CALLBACKS_BEFORE, wanted)]

    def still_waiting(self, queue: QueueId, kept_until: datetime, limit: int) -> Sequence[ContactId]:
        wanted = {"queue": queue, "at_most": limit, "kept_until": kept_until}
        return [ContactId(id) for id in self._connection.scalars(STILL_WAITING, wanted)]

    def there_again(self, queue: QueueId, limit: int) -> Sequence[ContactId]:
        return [ContactId(id) for id in self._connection.scalars(THERE_AGAIN, {"queue": queue, "at_most": limit})]
