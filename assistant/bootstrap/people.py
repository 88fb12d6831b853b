"""People of the console, put in by the operator."""

from __future__ import annotations

from uuid_utils import uuid7

from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.migrate import migrate
from assistant.adapters.sql_store import open_store
from assistant.adapters.system_clock import SystemClock
from assistant.bootstrap.parts import database_url
from assistant.model.agent import Agent, Presence, Role, Slot
from assistant.model.contact import AgentId, Channel
from assistant.model.storage import UnitOfWork
from assistant.settings.environment import Settings, SettingsError
from assistant.settings.tenant import Tenant
from handoff.passwords import password_hash


async def add_agent(settings: Settings, tenant: Tenant, username: str, role: str, password: str) -> None:
    """Adds a person who serves every queue and language of the tenant. Raises `SettingsError` for a taken name."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    await migrate(database_url(settings))
    store = open_store(database_url(settings), SystemClock(), MemoryBus())
    agent = Agent(
        id=AgentId(str(uuid7())),
        username=username,
        name=username.title(),
        role=Role(role),
        presence=Presence.SIGNED_OUT,
        reason=None,
        queues=tuple(tenant.queues),
        languages=tuple(tenant.languages),
        phone=f"client:{username}",
        idle_since=None,
        is_reachable=False,
    )
    capacity = {Channel.CHAT: tenant.chat_slots, Channel.VOICE: 1}
    slots = [Slot(agent.id, channel, n, None) for channel, most in capacity.items() for n in range(1, most + 1)]

    def add(work: UnitOfWork) -> bool:
        if work.agents.by_username(username) is not None:
            return False
        work.agents.add(agent, password_hash(password), slots)
        return True

    try:
        if not await store.transact(add):
            raise SettingsError(f"NAME: there is somebody named {username!r} already")
    finally:
        await store.close()
