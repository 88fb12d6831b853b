"""Agents, their slots, sessions and consoles in SQL. Capacity is rows, so that no counter can drift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, and_, bindparam, delete, exists, insert, select, update

from assistant.adapters.sql_connection import TO_CHANGE, SqlConnection
from assistant.adapters.sql_schema import agent_sessions, agent_slots, agents, consoles
from assistant.model.agent import Agent, Presence, RingsAt, Role, Slot
from assistant.model.contact import AgentId, Channel, ContactId, QueueId
from assistant.model.storage import UnitOfWork

IS_SOFTPHONE_ON = exists().where(consoles.c.agent_id == agents.c.id, consoles.c.is_softphone_on.is_(True))
COLUMNS = [
    *(column for column in agents.c if column.name != "password_hash"),
    IS_SOFTPHONE_ON.label("is_softphone_on"),
]


def to_row(agent: Agent) -> dict[str, Any]:
    """Whether a softphone is on is the consoles' to tell, and stands with them."""
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
        "has_access": agent.has_access,
        "has_softphone": agent.has_softphone,
        "ring_choice": agent.ring_choice.value,
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
        has_access=row["has_access"],
        has_softphone=row["has_softphone"],
        ring_choice=RingsAt(row["ring_choice"]),
        is_softphone_on=bool(row["is_softphone_on"]),
    )


# Built once: constructing an expression costs as much as running it.
BY_ID = select(*COLUMNS).where(agents.c.id == bindparam("agent_id"))
BY_USERNAME = select(*COLUMNS, agents.c.password_hash).where(agents.c.username == bindparam("username"))
BY_ID_LOCKED = BY_ID.with_for_update(key_share=TO_CHANGE)
TAKERS = (
    select(*COLUMNS)
    .where(agents.c.presence == Presence.READY.value, agents.c.is_reachable.is_(True))
    .where(exists().where(agent_slots.c.agent_id == agents.c.id, agent_slots.c.contact_id.is_(None)))
    .order_by(agents.c.idle_since.nulls_last(), agents.c.id)
)
SAVE = update(agents).where(agents.c.id == bindparam("agent_id"))
SLOTS = (
    select(agent_slots)
    .where(agent_slots.c.agent_id.in_(bindparam("agent_ids", expanding=True)))
    .order_by(agent_slots.c.channel, agent_slots.c.n)
)
OF_CONTACT = agent_slots.c.contact_id == bindparam("of_contact")
HOLDER = select(agent_slots.c.agent_id).where(OF_CONTACT)
IS_FREE = and_(
    agent_slots.c.agent_id == bindparam("of_agent"),
    agent_slots.c.channel == bindparam("on_channel"),
    agent_slots.c.contact_id.is_(None),
)
FREE = select(agent_slots.c.n).where(IS_FREE).order_by(agent_slots.c.n).limit(1)
TAKE = update(agent_slots).where(IS_FREE, agent_slots.c.n == FREE.scalar_subquery(), ~HOLDER.exists())
LET_GO = update(agent_slots).where(OF_CONTACT).values(contact_id=None)
BY_SESSION = (
    select(*COLUMNS)
    .join(agent_sessions, agent_sessions.c.agent_id == agents.c.id)
    .where(agent_sessions.c.token_hash == bindparam("token_hash"), agent_sessions.c.expires_at > bindparam("now"))
    .where(agents.c.has_access.is_(True))
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
        row = self._connection.execute(BY_ID, {"agent_id": agent_id}).mappings().first()
        return None if row is None else from_row(row)

    def lock(self, agent_id: AgentId) -> Agent | None:
        row = self._connection.execute(BY_ID_LOCKED, {"agent_id": agent_id}).mappings().first()
        return None if row is None else from_row(row)

    def by_username(self, username: str) -> tuple[Agent, str] | None:
        row = self._connection.execute(BY_USERNAME, {"username": username}).mappings().first()
        return None if row is None else (from_row(row), row["password_hash"])

    def set_password(self, agent_id: AgentId, password_hash: str) -> None:
        self._connection.execute(update(agents).where(agents.c.id == agent_id).values(password_hash=password_hash))

    def any_password_hash(self) -> str | None:
        return self._connection.execute(select(agents.c.password_hash).limit(1)).scalar()

    def all(self) -> Sequence[Agent]:
        rows = self._connection.execute(select(*COLUMNS).order_by(agents.c.username)).mappings()
        return [from_row(row) for row in rows]

    def takers(self) -> Sequence[Agent]:
        return [from_row(row) for row in self._connection.execute(TAKERS).mappings()]

    def save(self, agent: Agent) -> None:
        self._connection.execute(SAVE, to_row(agent) | {"agent_id": agent.id})
        self._work.tell(f"agent.{agent.id}", presence=agent.presence.value)
        self._work.tell("routing", agent_id=agent.id)

    def slots(self, agent_id: AgentId) -> list[Slot]:
        return self.slots_of_all([agent_id])[agent_id]

    def slots_of_all(self, agent_ids: Sequence[AgentId]) -> Mapping[AgentId, list[Slot]]:
        found: dict[AgentId, list[Slot]] = {agent_id: [] for agent_id in agent_ids}
        for row in self._connection.execute(SLOTS, {"agent_ids": list(agent_ids)}):
            found[AgentId(row.agent_id)].append(
                Slot(AgentId(row.agent_id), Channel(row.channel), row.n, row.contact_id)
            )
        return found

    def has_slots(self, agent_id: AgentId, channel: Channel, count: int) -> bool:
        of_channel = (agent_slots.c.agent_id == agent_id) & (agent_slots.c.channel == channel.value)
        left_over = of_channel & (agent_slots.c.n > count)
        self._connection.execute(delete(agent_slots).where(left_over, agent_slots.c.contact_id.is_(None)))
        there = set(self._connection.execute(select(agent_slots.c.n).where(of_channel)).scalars())
        missing = [n for n in range(1, count + 1) if n not in there]
        if missing:
            rows = [{"agent_id": agent_id, "channel": channel.value, "n": n} for n in missing]
            self._connection.execute(insert(agent_slots), rows)
        return all(n <= count for n in there)

    def take_slot(self, agent_id: AgentId, channel: Channel, contact_id: ContactId) -> bool:
        key = {"of_agent": agent_id, "on_channel": channel.value}
        while True:
            taken = self._connection.execute(TAKE, key | {"of_contact": contact_id, "contact_id": contact_id})
            if taken.rowcount == 1:
                return True
            if self._connection.execute(HOLDER, {"of_contact": contact_id}).first() is not None:
                return False
            if self._connection.execute(FREE, key).first() is None:
                return False
            # somebody took it in between; another one is free

    def free_slot(self, contact_id: ContactId) -> AgentId | None:
        agent_id = self._connection.execute(HOLDER, {"of_contact": contact_id}).scalar()
        if agent_id is None:
            return None
        self._connection.execute(LET_GO, {"of_contact": contact_id})
        self._work.tell(f"agent.{agent_id}", slots=True)
        self._work.tell("routing", agent_id=agent_id)
        return AgentId(agent_id)

    def add_session(self, token_hash: str, agent_id: AgentId, expires_at: datetime) -> None:
        is_outdated = (agent_sessions.c.agent_id == agent_id) & (agent_sessions.c.expires_at <= self._work.now)
        self._connection.execute(delete(agent_sessions).where(is_outdated))
        row = {"token_hash": token_hash, "agent_id": agent_id, "expires_at": expires_at}
        self._connection.execute(insert(agent_sessions).values(row))

    def session(self, token_hash: str) -> Agent | None:
        parameters = {"token_hash": token_hash, "now": self._work.now}
        row = self._connection.execute(BY_SESSION, parameters).mappings().first()
        return None if row is None else from_row(row)

    def end_session(self, token_hash: str) -> None:
        self._connection.execute(delete(agent_sessions).where(agent_sessions.c.token_hash == token_hash))

    def end_sessions(self, agent_id: AgentId) -> None:
        self._connection.execute(delete(agent_sessions).where(agent_sessions.c.agent_id == agent_id))
        self._work.tell(f"agent.{agent_id}", session_ended=True)

    def add_console(self, console_id: str, agent_id: AgentId, process_id: str, session: str | None = None) -> None:
        row = {"id": console_id, "agent_id": agent_id, "process_id": process_id, "session": session}
        self._connection.execute(insert(consoles).values(row))

    def turn_softphone(self, console_id: str, *, is_on: bool) -> AgentId | None:
        told = (consoles.c.id == console_id) & (consoles.c.is_softphone_on.is_(not is_on))
        turned = update(consoles).where(told).values(is_softphone_on=is_on).returning(consoles.c.agent_id)
        agent_id = self._connection.execute(turned).scalar()
        return AgentId(agent_id) if agent_id else None

    def end_console(self, console_id: str) -> AgentId | None:
        agent_id = self._connection.execute(select(consoles.c.agent_id).where(consoles.c.id == console_id)).scalar()
        self._connection.execute(delete(consoles).where(consoles.c.id == console_id))
        self._work.tell(f"agent.{agent_id}", console=False)
        return AgentId(agent_id) if agent_id else None

    def has_console(self, agent_id: AgentId, but_of: str | None = None) -> bool:
        query = select(consoles.c.id).where(consoles.c.agent_id == agent_id)
        if but_of is not None:
            query = query.where(consoles.c.session.is_distinct_from(but_of))
        return self._connection.execute(query.limit(1)).first() is not None
