"""Recordings of calls in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_schema import call_recordings
from assistant.model.call_recordings import Tape, Tapes, TapeState
from assistant.model.contact import ContactId
from assistant.model.storage import UnitOfWork

COLUMNS = call_recordings.c


class SqlTapes(Tapes):
    def __init__(self, connection: SqlConnection, work: UnitOfWork) -> None:
        self._connection = connection
        self._work = work

    def get(self, id: str) -> Tape | None:
        return self._one(COLUMNS.id == id)

    def lock(self, id: str) -> Tape | None:
        return self._one(COLUMNS.id == id, is_locked=True)

    def of_contact(self, contact_id: ContactId) -> Sequence[Tape]:
        query = select(call_recordings).where(COLUMNS.contact_id == contact_id).order_by(COLUMNS.attempt)
        return [_tape(row) for row in self._connection.execute(query).mappings()]

    def add(self, tape: Tape) -> bool:
        self._work.flush()  # the contact that it names
        insert_ = postgres_insert if self._connection.dialect.name == "postgresql" else sqlite_insert
        columns = ["contact_id", "attempt"]
        added = insert_(call_recordings).values(_row(tape)).on_conflict_do_nothing(index_elements=columns)
        return self._connection.execute(added).rowcount == 1

    def save(self, tape: Tape) -> None:
        self._work.flush()
        self._connection.execute(update(call_recordings).where(COLUMNS.id == tape.id).values(_row(tape)))

    def _one(self, where: ColumnElement[bool], *, is_locked: bool = False) -> Tape | None:
        query = select(call_recordings).where(where).limit(1)
        found = self._connection.execute(query.with_for_update() if is_locked else query).mappings().first()
        return None if found is None else _tape(found)


def _row(tape: Tape) -> dict[str, Any]:
    return {column.name: getattr(tape, column.name) for column in COLUMNS} | {"state": tape.state.value}


def _tape(row: RowMapping) -> Tape:
    return Tape(**dict(row) | {"contact_id": ContactId(row["contact_id"]), "state": TapeState(row["state"])})
