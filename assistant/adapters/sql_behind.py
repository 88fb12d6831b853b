"""The contacts behind a figure, in SQL: a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, tuple_

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_contact_rows import COLUMNS, from_row
from assistant.adapters.sql_reports import PART, asked_for, counted
from assistant.adapters.sql_schema import contacts, counted_parts
from assistant.model.contact import AgentId
from assistant.model.figures import Behind, Cursor, Figure
from assistant.model.measures import Asked


class SqlBehindFigures:
    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def contacts(self, asked: Asked, figure: Figure, before: Cursor | None, limit: int) -> Sequence[Behind]:
        numbers = counted(asked)
        of = [numbers[name] for name in figure.of]
        page = (
            select(PART.entered_at, PART.contact_id, _sum(numbers, figure.part), _sum(numbers, figure.of, "times"))
            .where(asked_for(asked), or_(*(number.is_not(None) for number in of)))
            .group_by(PART.entered_at, PART.contact_id)
            .order_by(PART.entered_at.desc(), PART.contact_id.desc())
            .limit(limit)
        )
        if before is not None:
            page = page.where(tuple_(PART.entered_at, PART.contact_id) < _values(before))
        found = page.subquery()
        main = counted_parts.alias("main")
        query = (
            select(
                *COLUMNS,
                found.c.part,
                found.c.times,
                main.c.agent_id.label("last_agent_id"),
                func.coalesce(main.c.waited_micros, main.c.left_micros).label("waited"),
            )
            .join(found, found.c.contact_id == contacts.c.id)
            .join(main, and_(main.c.contact_id == contacts.c.id, main.c.n == 0))
            .order_by(found.c.entered_at.desc(), found.c.contact_id.desc())
        )
        return [_behind(row) for row in self._connection.execute(query).mappings()]


def _sum(numbers: Any, names: tuple[str, ...], label: str = "part") -> ColumnElement[int]:
    """Of all the parts of a contact that are asked for; a name with a minus is taken away."""
    total: ColumnElement[int] = literal(0)
    for name in names:
        summed = func.coalesce(func.sum(numbers[name.removeprefix("-")]), 0)
        total = total - summed if name.startswith("-") else total + summed
    return total.label(label)


def _values(before: Cursor) -> Any:
    return tuple_(
        literal(before.entered_at, PART.entered_at.type), literal(before.contact_id, PART.contact_id.type)
    )  # fmt: skip


def _behind(row: Any) -> Behind:
    return Behind(
        contact=from_row(row),
        part=int(row["part"]),
        times=int(row["times"]),
        last_agent_id=AgentId(row["last_agent_id"]) if row["last_agent_id"] else None,
        waited_micros=row["waited"],
    )
