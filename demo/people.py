"""The agents and the supervisor of the embedded run, put in once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import yaml
from argon2 import PasswordHasher
from uuid_utils import uuid7

from assistant.model.agent import Agent, Presence, Role, Slot
from assistant.model.contact import AgentId, Channel, QueueId
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

PEOPLE = Path(__file__).with_name("people.yml")
CHEAP = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)


async def add_people(store: Store, tenant: Tenant, path: Path = PEOPLE) -> list[str]:
    """Adds whoever of the file is not there yet, with the tenant's slots for chats and one for a call.

    Gives the usernames that were added. People who are there already, and what they changed since, stay as they are.
    """
    file = yaml.safe_load(await asyncio.to_thread(path.read_text, encoding="utf-8"))
    known = await store.read(lambda work: {agent.username for agent in work.agents.all()})
    missing = [person for person in file["people"] if person["username"] not in known]
    if not missing:
        return []
    password_hash = await asyncio.to_thread(CHEAP.hash, file["password"])

    def add(work: UnitOfWork) -> list[str]:
        added = [person for person in missing if work.agents.by_username(person["username"]) is None]
        for person in added:
            agent = _agent(person)
            work.agents.add(agent, password_hash, _slots(agent.id, tenant.chat_slots))
        return [person["username"] for person in added]

    return await store.transact(add)


def _agent(person: dict[str, Any]) -> Agent:
    return Agent(
        id=AgentId(str(uuid7())),
        username=person["username"],
        name=person["name"],
        role=Role(person["role"]),
        presence=Presence.SIGNED_OUT,
        reason=None,
        queues=tuple(QueueId(queue) for queue in person["queues"]),
        languages=tuple(person["languages"]),
        phone=person["phone"],
        has_softphone=True,
        idle_since=None,
        is_reachable=False,
    )


def _slots(agent_id: AgentId, chats: int) -> list[Slot]:
    capacity = {Channel.CHAT: chats, Channel.VOICE: 1}
    return [Slot(agent_id, channel, n, None) for channel, slots in capacity.items() for n in range(1, slots + 1)]
