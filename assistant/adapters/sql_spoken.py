"""Spoken messages in SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, RowMapping, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_schema import spoken_messages
from assistant.model.contact import ContactId, QueueId
from assistant.model.spoken import SpokenMessage, SpokenMessages, SpokenState
from assistant.model.storage import UnitOfWork

COLUMNS = spoken_messages.c


class SqlSpoken(SpokenMessages):
    def __init__(self, connection: SqlConnection, work: UnitOfWork) -> None:
        self._connection = connection
        self._work = work

    def of_call(self, call_sid: str) -> SpokenMessage | None:
        return self._one(COLUMNS.call_sid == call_sid)

    def get(self, id: str) -> SpokenMessage | None:
        return self._one(COLUMNS.id == id)

    def lock(self, id: str) -> SpokenMessage | None:
        return self._one(COLUMNS.id == id, is_locked=True)

    def of_contact(self, contact_id: ContactId) -> SpokenMessage | None:
        return self._one(COLUMNS.contact_id == contact_id)

    def add(self, message: SpokenMessage) -> SpokenMessage:
        self._work.flush()  # the contact that it names
        insert_ = postgres_insert if self._connection.dialect.name == "postgresql" else sqlite_insert
        added = insert_(spoken_messages).values(_row(message)).on_conflict_do_nothing(index_elements=["call_sid"])
        self._connection.execute(added)
        return self.of_call(message.call_sid) or message

    def save(self, message: SpokenMessage) -> None:
        self._work.flush()
        self._connection.execute(update(spoken_messages).where(COLUMNS.id == message.id).values(_row(message)))

    def _one(self, where: ColumnElement[bool], *, is_locked: bool = False) -> SpokenMessage | None:
        query = select(spoken_messages).where(where).limit(1)
        found = self._connection.execute(query.with_for_update() if is_locked else query).mappings().first()
        return None if found is None else _message(found)


def _row(message: SpokenMessage) -> dict[str, Any]:
    row = {column.name: getattr(message, column.name) for column in COLUMNS}
    return row | {"state": message.state.value}


def _message(row: RowMapping) -> SpokenMessage:
    contact_id = ContactId(row["contact_id"]) if row["contact_id"] else None
    values = dict(row) | {"queue": QueueId(row["queue"]), "contact_id": contact_id}
    return SpokenMessage(**values | {"state": SpokenState(row["state"])})
