"""Changes of settings and people in SQL: rows that are only added, under one row that gives the next version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_schema import change_heads, changes
from assistant.model.changes import Change, Changes, Value
from assistant.model.contact import AgentId
from assistant.model.storage import UnitOfWork

HEAD_ID = "settings"
HEAD = select(change_heads.c.version).where(change_heads.c.id == HEAD_ID)
LATEST_OF_EACH = select(func.max(changes.c.version)).group_by(changes.c.section)
CURRENT = select(changes).where(changes.c.version.in_(LATEST_OF_EACH)).order_by(changes.c.version)
NEWEST_FIRST = select(changes).order_by(changes.c.version.desc())


class SqlChanges(Changes):
    def __init__(self, connection: SqlConnection, work: UnitOfWork) -> None:
        self._connection = connection
        self._work = work

    def lock(self) -> int:
        insert_ = postgres_insert if self._connection.dialect.name == "postgresql" else sqlite_insert
        self._connection.execute(insert_(change_heads).values(id=HEAD_ID, version=0).on_conflict_do_nothing())
        return int(self._connection.execute(HEAD.with_for_update()).scalar() or 0)

    def latest(self) -> int:
        return int(self._connection.execute(HEAD).scalar() or 0)

    def current(self) -> Sequence[Change]:
        return self._all(CURRENT)

    def of_section(self, section: str, before: int | None = None) -> Change | None:
        found = self.listed(1, before, section)
        return found[0] if found else None

    def get(self, version: int) -> Change | None:
        found = self._all(select(changes).where(changes.c.version == version))
        return found[0] if found else None

    def listed(self, limit: int, before: int | None = None, section: str | None = None) -> Sequence[Change]:
        query = NEWEST_FIRST.limit(limit)
        if before is not None:
            query = query.where(changes.c.version < before)
        if section is not None:
            query = query.where(changes.c.section == section)
        return self._all(query)

    def append(
        self,
        section: str,
        by: AgentId | None,
        *,
        before: Value,
        after: Value,
        comment: str | None = None,
        undoes: int | None = None,
    ) -> Change:
        change = Change(self.latest() + 1, self._work.now, by, section, before, after, comment, undoes)
        row = {column.name: getattr(change, column.name) for column in changes.c}
        self._connection.execute(insert(changes).values(row))
        self._connection.execute(
            update(change_heads).where(change_heads.c.id == HEAD_ID).values(version=change.version)
        )
        self._work.tell("settings", version=change.version)
        return change

    def _all(self, query: Select[Any]) -> list[Change]:
        return [_change(row) for row in self._connection.execute(query).mappings()]


def _change(row: RowMapping) -> Change:
    values = dict(row)
    return Change(**values | {"by": AgentId(values["by"]) if values["by"] else None})
