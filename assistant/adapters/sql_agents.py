"""Agents, their slots, sessions and consoles in SQL. Capacity is rows, so that no counter can drift."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, exists, insert, select, update

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_schema import agent_sessions, agent_slots, agents, consoles
from assistant.model.agent import Agent, Presence, Role, Slot
from assistant.model.contact import AgentId, Channel, ContactId, QueueId
from assistant.model.storage import UnitOfWork

COLUMNS = [column for column in agents.c if column.name != "password_hash"]


def to_row(agent: Agent) -> dict[str, Any]:
    return {
        "id": agent.id,
        "username": agent.username,
        "name": agent.name,
        "role": agent.role.value,
        "presence": agent.presence.value,
        "reason": agent.reason,
        "queues": list(agent.queues),
        "languages": list(agent.languages),
        "phone": agent.phone,
        "idle_since": agent.idle_since,
        "is_reachable": agent.is_reachable,
        "proficiency": dict(agent.proficiency),
    }


def from_row(row: RowMapping) -> Agent:
    return Agent(
        id=AgentId(row["id"]),
        username=row["username"],
        name=row["name"],
        role=Role(row["role"]),
        presence=Presence(row["presence"]),
        reason=row["reason"],
        queues=tuple(QueueId(queue) for queue in row["queues"]),
        languages=tuple(row["languages"]),
        phone=row["phone"],
        idle_since=row["idle_since"],
        is_reachable=row["is_reachable"],
        proficiency={QueueId(queue): level for queue, level in (row["proficiency"] or {}).items()},
    )


class SqlAgents:
    def __init__(self, connection: SqlConnection, work: UnitOfWork) -> None:
        self._connection = connection
        self._work = work

    def add(self, agent: Agent, password_hash: str, slots: Sequence[Slot]) -> None:
        self._connection.execute(insert(agents).values(**to_row(agent), password_hash=password_hash))
        rows = [{"agent_id": slot.agent_id, "channel": slot.channel.value, "n": slot.n} for slot in slots]
        self._connection.execute(insert(agent_slots), rows)

    def get(self, agent_id: AgentId) -> Agent | None:
        row = self._connection.execute(select(*COLUMNS).where(agents.c.id == agent_id)).mappings().first()
        return None if row is None else from_row(row)

    def lock(self, agent_id: AgentId) -> Agent | None:
        query = select(*COLUMNS).where(agents.c.id == agent_id).with_for_update()
        row = self._connection.execute(query).mappings().first()
        return None if row is None else from_row(row)

    def by_username(self, username: str) -> tuple[Agent, str] | None:
        row = self._connection.execute(select(agents).where(agents.c.username == username)).mappings().first()
        return None if row is None else (from_row(row), row["password_hash"])

    def any_password_hash(self) -> str | None:
        return self._connection.execute(select(agents.c.password_hash).limit(1)).scalar()

    def all(self) -> Sequence[Agent]:
        rows = self._connection.execute(select(*COLUMNS).order_by(agents.c.username)).mappings()
        return [from_row(row) for row in rows]

    def takers(self) -> Sequence[Agent]:
        has_free_slot = exists().where(agent_slots.c.agent_id == agents.c.id, agent_slots.c.contact_id.is_(None))
        query = (
            select(*COLUMNS)
            .where(agents.c.presence == Presence.READY.value, agents.c.is_reachable.is_(True), has_free_slot)
            .order_by(agents.c.idle_since.nulls_last(), agents.c.id)
        )
        return [from_row(row) for row in self._connection.execute(query).mappings()]

    def save(self, agent: Agent) -> None:
        self._connection.execute(update(agents).where(agents.c.id == agent.id).values(to_row(agent)))
        self._work.tell(f"agent.{agent.id}", presence=agent.presence.value)
        self._work.tell("routing", agent_id=agent.id)

    def slots(self, agent_id: AgentId) -> list[Slot]:
        query = select(agent_slots).where(agent_slots.c.agent_id == agent_id)
        rows = self._connection.execute(query.order_by(agent_slots.c.channel, agent_slots.c.n))
        return [Slot(AgentId(row.agent_id), Channel(row.channel), row.n, row.contact_id) for row in rows]

    def take_slot(self, agent_id: AgentId, channel: Channel, contact_id: ContactId) -> bool:
        held = select(agent_slots.c.n).where(agent_slots.c.contact_id == contact_id)
        if self._connection.execute(held).first() is not None:
            return False
        key = (agent_slots.c.agent_id == agent_id) & (agent_slots.c.channel == channel.value)
        free = select(agent_slots.c.n).where(key, agent_slots.c.contact_id.is_(None)).order_by(agent_slots.c.n).limit(1)
        while (n := self._connection.execute(free).scalar()) is not None:
            where = key & (agent_slots.c.n == n) & agent_slots.c.contact_id.is_(None)
            taken = self._connection.execute(update(agent_slots).where(where).values(contact_id=contact_id))
            if taken.rowcount == 1:
                return True
            # somebody took it in between; another one may be free
        return False

    def free_slot(self, contact_id: ContactId) -> AgentId | None:
        query = select(agent_slots.c.agent_id).where(agent_slots.c.contact_id == contact_id)
        agent_id = self._connection.execute(query).scalar()
        if agent_id is None:
            return None
        held = agent_slots.c.contact_id == contact_id
        self._connection.execute(update(agent_slots).where(held).values(contact_id=None))
        self._work.tell(f"agent.{agent_id}", slots=True)
        self._work.tell("routing", agent_id=agent_id)
        return AgentId(agent_id)

    def add_session(self, token_hash: str, agent_id: AgentId, expires_at: datetime) -> None:
        is_outdated = (agent_sessions.c.agent_id == agent_id) & (agent_sessions.c.expires_at <= self._work.now)
        self._connection.execute(delete(agent_sessions).where(is_outdated))
        row = {"token_hash": token_hash, "agent_id": agent_id, "expires_at": expires_at}
        self._connection.execute(insert(agent_sessions).values(row))

    def session(self, token_hash: str) -> Agent | None:
        query = (
            select(*COLUMNS)
            .join(agent_sessions, agent_sessions.c.agent_id == agents.c.id)
            .where(agent_sessions.c.token_hash == token_hash, agent_sessions.c.expires_at > self._work.now)
        )
        row = self._connection.execute(query).mappings().first()
        return None if row is None else from_row(row)

    def end_session(self, token_hash: str) -> None:
        self._connection.execute(delete(agent_sessions).where(agent_sessions.c.token_hash == token_hash))

    def add_console(self, console_id: str, agent_id: AgentId, process_id: str) -> None:
        self._connection.execute(insert(consoles).values(id=console_id, agent_id=agent_id, process_id=process_id))

    def end_console(self, console_id: str) -> AgentId | None:
        agent_id = self._connection.execute(select(consoles.c.agent_id).where(consoles.c.id == console_id)).scalar()
        self._connection.execute(delete(consoles).where(consoles.c.id == console_id))
        return AgentId(agent_id) if agent_id else None

    def has_console(self, agent_id: AgentId) -> bool:
        return (
            self._connection.execute(select(consoles.c.id).where(consoles.c.agent_id == agent_id)).first() is not None
        )
