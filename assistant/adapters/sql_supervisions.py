"""Supervisors beside contacts, in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, insert, select, true

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_schema import supervisions
from assistant.model.contact import AgentId, ContactId
from assistant.model.storage import UnitOfWork
from assistant.model.supervision import Beside, Supervision


class SqlSupervisions:
    def __init__(self, connection: SqlConnection, work: UnitOfWork) -> None:
        self._connection = connection
        self._work = work

    def put(self, supervision: Supervision) -> None:
        self._work.flush()
        self.end(supervision.contact_id, supervision.agent_id)
        row = {
            "contact_id": supervision.contact_id,
            "agent_id": supervision.agent_id,
            "beside": supervision.beside.value,
            "ring_id": supervision.ring_id,
        }
        self._connection.execute(insert(supervisions).values(row))
        self._work.tell(f"agent.{supervision.agent_id}", supervision=True)

    def end(self, contact_id: ContactId, agent_id: AgentId) -> bool:
        where = (supervisions.c.contact_id == contact_id) & (supervisions.c.agent_id == agent_id)
        self._work.tell(f"agent.{agent_id}", supervision=True)
        return self._connection.execute(delete(supervisions).where(where)).rowcount == 1

    def of_agent(self, agent_id: AgentId) -> Sequence[Supervision]:
        return self._where(supervisions.c.agent_id == agent_id)

    def of_contact(self, contact_id: ContactId) -> Sequence[Supervision]:
        return self._where(supervisions.c.contact_id == contact_id)

    def rung_by(self, ring_id: str) -> Supervision | None:
        return next(iter(self._where(supervisions.c.ring_id == ring_id)), None)

    def of_contacts(self) -> Sequence[Supervision]:
        return self._where(true())

    def _where(self, condition: ColumnElement[bool]) -> Sequence[Supervision]:
        query = select(supervisions).where(condition)
        rows = self._connection.execute(query.order_by(supervisions.c.contact_id, supervisions.c.agent_id))
        return [
            Supervision(ContactId(row.contact_id), AgentId(row.agent_id), Beside(row.beside), row.ring_id or "")
            for row in rows
        ]
