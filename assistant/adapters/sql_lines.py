"""Queues and their lines in SQL. The queue's row serialises every change of its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from assistant.adapters.sql_beliefs import Beliefs, Head
from assistant.adapters.sql_connection import TO_CHANGE, SqlConnection
from assistant.adapters.sql_gathered import Gathered
from assistant.adapters.sql_schema import contacts, line_changes, queues
from assistant.model.contact import Contact, ContactId, QueueId, State
from assistant.model.place import EntryCause, next_order_at
from assistant.model.storage import LineChange, LineSnapshot, UnitOfWork

HEAD = select(queues.c.revision, queues.c.last_order_at).where(queues.c.id == bindparam("id"))
LOCK = HEAD.with_for_update(key_share=TO_CHANGE)
IN_LINE = [state.value for state in State if state.is_in_line]


class SqlLines:
    """Changes are gathered and written at the flush, each with its own revision."""

    def __init__(self, connection: SqlConnection, work: UnitOfWork, gathered: Gathered, beliefs: Beliefs) -> None:
        self._connection = connection
        self._work = work
        self._gathered = gathered
        self._beliefs = beliefs
        self._stored: dict[QueueId, Head] = {}
        self._heads: dict[QueueId, Head] = {}

    @property
    def heads(self) -> Mapping[QueueId, Head]:
        """The queues that were locked, as they stand now."""
        return self._heads

    def lock(self, queue: QueueId) -> None:
        if queue in self._heads:
            return
        head = self._beliefs.head(queue) or Head(*self._connection.execute(LOCK, {"id": queue}).one())
        self._stored[queue] = self._heads[queue] = head

    def order_for_arrival(self, queue: QueueId) -> int:
        self.lock(queue)
        revision, last_order_at = self._heads[queue]
        order_at = next_order_at(self._work.now, last_order_at)
        self._heads[queue] = Head(revision, order_at)
        return order_at

    def enter(self, contact: Contact, cause: EntryCause) -> int:
        return self._change("enter", contact, cause.value)

    def leave(self, contact: Contact, cause: str) -> int:
        return self._change("leave", contact, cause)

    def _change(self, op: str, contact: Contact, cause: str) -> int:
        self.lock(contact.queue)
        before, last_order_at = self._heads[contact.queue]
        revision = before + 1
        self._heads[contact.queue] = Head(revision, last_order_at)
        change = {
            "queue": contact.queue,
            "revision": revision,
            "op": op,
            "contact_id": contact.id,
            "order_at": contact.order_at,
            "cause": cause,
        }
        self._gathered.add(line_changes, [change])
        self._work.tell(f"line.{contact.queue}", **change)
        return revision

    def flush(self) -> None:
        for queue, head in self._heads.items():
            if head != self._stored[queue]:
                self._gathered.move(queue, self._stored[queue], head)
                self._stored[queue] = head

    def revision(self, queue: QueueId) -> int:
        if queue in self._heads:
            return self._heads[queue].revision
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
        places = tuple((order_at, ContactId(id)) for order_at, id in self._connection.execute(query))
        return LineSnapshot(queue, revision, places)

    def ensure(self, wanted: Sequence[QueueId]) -> None:
        dialect_insert = postgres_insert if self._connection.dialect.name == "postgresql" else sqlite_insert
        rows = [{"id": queue} for queue in wanted]
        self._connection.execute(dialect_insert(queues).on_conflict_do_nothing(), rows)
