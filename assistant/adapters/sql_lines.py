"""Queues and their lines in SQL. The queue's row serialises every change of its line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from assistant.adapters.sql_schema import contacts, line_changes, queues
from assistant.model.contact import Contact, ContactId, QueueId, State
from assistant.model.place import EntryCause, next_order_at
from assistant.model.storage import LineChange, LineSnapshot, UnitOfWork

IN_LINE = [state.value for state in State if state.is_in_line]


class SqlLines:
    """Changes are gathered and written at the flush, each with its own revision."""

    def __init__(self, connection: Connection, work: UnitOfWork) -> None:
        self._connection = connection
        self._work = work
        self._locked: dict[QueueId, tuple[int, int]] = {}
        self._changes: list[dict[str, Any]] = []

    def lock(self, queue: QueueId) -> None:
        if queue in self._locked:
            return
        query = select(queues.c.revision, queues.c.last_order_at).where(queues.c.id == queue).with_for_update()
        revision, last_order_at = self._connection.execute(query).one()
        self._locked[queue] = (revision, last_order_at)

    def order_for_arrival(self, queue: QueueId) -> int:
        self.lock(queue)
        revision, last_order_at = self._locked[queue]
        order_at = next_order_at(self._work.now, last_order_at)
        self._locked[queue] = (revision, order_at)
        return order_at

    def enter(self, contact: Contact, cause: EntryCause) -> int:
        return self._change("enter", contact, cause.value)

    def leave(self, contact: Contact, cause: str) -> int:
        return self._change("leave", contact, cause)

    def _change(self, op: str, contact: Contact, cause: str) -> int:
        self.lock(contact.queue)
        revision, last_order_at = self._locked[contact.queue]
        self._locked[contact.queue] = (revision + 1, last_order_at)
        change = {
            "queue": contact.queue,
            "revision": revision + 1,
            "op": op,
            "contact_id": contact.id,
            "order_at": contact.order_at,
            "cause": cause,
        }
        self._changes.append(change)
        self._work.tell(f"line.{contact.queue}", **change)
        return revision + 1

    def flush(self) -> None:
        if not self._changes:
            return
        for queue in {change["queue"] for change in self._changes}:
            revision, last_order_at = self._locked[queue]
            values = {"revision": revision, "last_order_at": last_order_at}
            self._connection.execute(update(queues).where(queues.c.id == queue).values(values))
        self._connection.execute(insert(line_changes), self._changes)
        self._changes = []

    def revision(self, queue: QueueId) -> int:
        if queue in self._locked:
            return self._locked[queue][0]
        revision: int = self._connection.execute(select(queues.c.revision).where(queues.c.id == queue)).scalar_one()
        return revision

    def revisions(self) -> dict[QueueId, int]:
        return {
            QueueId(row.id): row.revision for row in self._connection.execute(select(queues.c.id, queues.c.revision))
        }

    def changes_after(self, queue: QueueId, revision: int, limit: int) -> Sequence[LineChange]:
        query = (
            select(line_changes)
            .where(line_changes.c.queue == queue, line_changes.c.revision > revision)
            .order_by(line_changes.c.revision)
            .limit(limit)
        )
        return [LineChange(**row) for row in self._connection.execute(query).mappings()]

    def length(self, queue: QueueId) -> int:
        self._work.flush()
        query = select(func.count()).where(contacts.c.queue == queue, contacts.c.state.in_(IN_LINE))
        count: int = self._connection.execute(query).scalar_one()
        return count

    def position(self, contact: Contact) -> int:
        self._work.flush()
        is_before = (contacts.c.order_at < contact.order_at) | (
            (contacts.c.order_at == contact.order_at) & (contacts.c.id < contact.id)
        )
        query = select(func.count()).where(contacts.c.queue == contact.queue, contacts.c.state.in_(IN_LINE), is_before)
        ahead: int = self._connection.execute(query).scalar_one()
        return ahead + 1

    def snapshot(self, queue: QueueId) -> LineSnapshot:
        self._work.flush()
        revision = self.revision(queue)
        query = (
            select(contacts.c.order_at, contacts.c.id)
            .where(contacts.c.queue == queue, contacts.c.state.in_(IN_LINE))
            .order_by(contacts.c.order_at, contacts.c.id)
        )
        places = tuple((row.order_at, ContactId(row.id)) for row in self._connection.execute(query))
        return LineSnapshot(queue, revision, places)

    def ensure(self, wanted: Sequence[QueueId]) -> None:
        dialect_insert = postgres_insert if self._connection.dialect.name == "postgresql" else sqlite_insert
        rows = [{"id": queue} for queue in wanted]
        self._connection.execute(dialect_insert(queues).on_conflict_do_nothing(), rows)
