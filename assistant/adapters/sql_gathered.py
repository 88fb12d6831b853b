"""What a unit of work has gathered to write: new rows and the queues' new heads, written together.

As expressions the inserts of an arrival would cost more than everything else it does. Here each table's insert is a
text made once. SQLite takes the rows as they are; PostgreSQL takes all tables in one statement, each as one JSON
document, and proves in the same statement what the unit believed: so that it can stand alone, as a transaction of its
own that costs one round trip.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import orjson
from sqlalchemy import JSON, Column, Dialect, Table
from sqlalchemy.dialects import postgresql

from assistant.adapters.sql_beliefs import Beliefs, Head
from assistant.adapters.sql_schema import Instant, deadlines, metadata
from assistant.model.contact import QueueId
from assistant.model.place import micros

type Row = dict[str, Any]

IN_ORDER = {table: n for n, table in enumerate(metadata.sorted_tables)}  # what is referred to comes first
POSTGRES: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
REPLACING = {deadlines: " ON CONFLICT (kind, subject) DO UPDATE SET due_at = excluded.due_at"}
HELD = (
    "held AS (SELECT queues.id FROM queues JOIN moves USING (id, revision, last_order_at)"
    " ORDER BY queues.id FOR NO KEY UPDATE OF queues)"
)
ADVANCED = (
    "advanced AS (UPDATE queues SET revision = next_revision, last_order_at = next_order_at"
    " FROM moves, proved WHERE queues.id = moves.id)"
)
MOVE = ("id", "revision", "last_order_at", "next_revision", "next_order_at")


class Gathered:
    def __init__(self) -> None:
        self._rows: dict[Table, list[Row]] = {}
        self._moves: dict[QueueId, tuple[Head, Head]] = {}

    def __bool__(self) -> bool:
        return bool(self._rows or self._moves)

    def add(self, table: Table, rows: Iterable[Row]) -> None:
        """Rows that have a value for every column."""
        self._rows.setdefault(table, []).extend(rows)

    def move(self, queue: QueueId, before: Head, after: Head) -> None:
        """The queue's row goes on from one head to another."""
        self._moves[queue] = before, after

    def take_for_sqlite(self) -> list[tuple[str, list[tuple[Any, ...]]]]:
        """Statements, each with its rows; nothing is gathered any more."""
        written: list[tuple[str, list[tuple[Any, ...]]]] = []
        if self._moves:
            moves = [(*after, queue) for queue, (_, after) in self._moves.items()]
            written.append(("UPDATE queues SET revision = ?, last_order_at = ? WHERE id = ?", moves))
        for table, rows in self._in_order():
            text, values = _sqlite_insert(table)
            written.append((text, [values(row) for row in rows]))
        self._rows, self._moves = {}, {}
        return written

    def take_for_postgres(self, beliefs: Beliefs) -> tuple[str, tuple[Any, ...]]:
        """One statement with its parameters; nothing is gathered any more.

        The statement gives one row. It gives none and has written nothing where something that was believed is not
        true. The queues' rows are locked first, in the order of their ids.
        """
        tables, absence = self._in_order(), beliefs.absence
        moves = {queue: (head, head) for queue, head in beliefs.heads.items()} | self._moves
        text = _postgres_insert(tuple(table for table, _ in tables), bool(moves), absence is not None)
        parameters: list[Any] = [_document(table, rows) for table, rows in tables]
        if moves:
            rows = [(queue, *before, *after) for queue, (before, after) in moves.items()]
            parameters.append(orjson.dumps([dict(zip(MOVE, row, strict=True)) for row in rows]).decode())
        if absence is not None:
            parameters += [list(absence.key_hashes), micros(absence.since)]
        self._rows, self._moves = {}, {}
        return text, tuple(parameters)

    def _in_order(self) -> Sequence[tuple[Table, list[Row]]]:
        return sorted(self._rows.items(), key=lambda item: IN_ORDER[item[0]])


@cache
def _sqlite_insert(table: Table) -> tuple[str, Callable[[Row], tuple[Any, ...]]]:
    columns = [(column.name, _for_sqlite(column)) for column in table.c]
    names = ", ".join(name for name, _ in columns)
    text = f"INSERT INTO {table.name} ({names}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - our own names

    def values(row: Row) -> tuple[Any, ...]:
        return tuple([row[name] if convert is None else convert(row[name]) for name, convert in columns])

    return text + REPLACING.get(table, ""), values


def _for_sqlite(column: Column[Any]) -> Callable[[Any], Any] | None:
    if isinstance(column.type, Instant):
        return lambda value: None if value is None else micros(value)
    if isinstance(column.type, JSON):
        return lambda value: None if value is None else orjson.dumps(value).decode()
    return None


@cache
def _instants(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.c if isinstance(column.type, Instant))


def _document(table: Table, rows: list[Row]) -> str:
    """The rows as JSON; what is missing is null."""
    written = []
    for row in rows:
        kept = {name: value for name, value in row.items() if value is not None}
        for name in _instants(table):
            if name in kept:
                kept[name] = micros(kept[name])
        written.append(kept)
    return orjson.dumps(written).decode()


@cache
def _postgres_insert(tables: tuple[Table, ...], has_moves: bool, has_absence: bool) -> str:
    steps, proof = [], []
    given = len(tables)
    if has_moves:
        given += 1
        shape = ", ".join(f"{name} {'text' if name == 'id' else 'bigint'}" for name in MOVE)
        steps.append(f"moves AS MATERIALIZED (SELECT * FROM json_to_recordset(${given}::text::json) AS r({shape}))")  # noqa: S608
        steps.append(HELD)
        proof.append("(SELECT count(*) FROM held) = (SELECT count(*) FROM moves)")
    if has_absence:
        known = f"key_hash = ANY(${given + 1}::text[]) AND entered_at > ${given + 2}::bigint"
        proof.append(f"NOT EXISTS (SELECT 1 FROM contacts WHERE {known})")  # noqa: S608
    steps.append(f"proved AS MATERIALIZED (SELECT 1 WHERE {' AND '.join(proof) or 'true'})")
    if has_moves:
        steps.append(ADVANCED)
    for n, table in enumerate(tables, 1):
        names = ", ".join(column.name for column in table.c)
        shape = ", ".join(f"{column.name} {column.type.compile(POSTGRES)}" for column in table.c)
        rows = f"SELECT r.* FROM proved, json_to_recordset(${n}::text::json) AS r({shape})"  # noqa: S608
        steps.append(f"{table.name}_added AS (INSERT INTO {table.name} ({names}) {rows}{REPLACING.get(table, '')})")
    return f"WITH {', '.join(steps)} SELECT 1 FROM proved"  # noqa: S608 - our own names
