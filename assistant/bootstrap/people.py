"""People of the console, put in by the operator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.migrate import migrate
from assistant.adapters.sql_store import open_store
from assistant.adapters.system_clock import SystemClock
from assistant.bootstrap.parts import database_url
from assistant.flow import person as rules
from assistant.flow.people import section_of_person
from assistant.model.agent import Agent, Role
from assistant.model.errors import Refused
from assistant.model.storage import UnitOfWork
from assistant.settings.environment import Settings, SettingsError
from assistant.settings.tenant import Tenant
from handoff.passwords import password_hash


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to sign in. Without queues or languages: all of the tenant's. `phone` is a number, `sip:` or `client:`;
    `has_softphone`: calls may be taken in the console.
    """

    username: str
    role: str = Role.AGENT.value
    name: str | None = None
    phone: str | None = None
    has_softphone: bool = False
    queues: Sequence[str] = ()
    languages: Sequence[str] = ()


async def add_person(settings: Settings, tenant: Tenant, person: Person, password: str) -> Agent:
    """Adds somebody, who takes calls only where there is a telephone to ring; with the emulator there always is.

    Raises `SettingsError` for a taken name, a queue or language that the tenant doesn't have, and a wrong number.
    """
    asked = _checked(settings, tenant, person)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    await migrate(database_url(settings))
    store = open_store(database_url(settings), SystemClock(), MemoryBus())
    agent = rules.new_agent(person.username, asked)

    def add(work: UnitOfWork) -> bool:
        work.changes.lock()
        if work.agents.by_username(agent.username) is not None:
            return False
        work.agents.add(agent, password_hash(password), rules.slots_of(agent, tenant))
        work.changes.append(section_of_person(agent.username), None, before=None, after=asked.as_data())
        return True

    try:
        if not await store.transact(add):
            raise SettingsError(f"NAME: there is somebody named {agent.username!r} already")
    finally:
        await store.close()
    return agent


async def list_people(settings: Settings) -> Sequence[Agent]:
    """Everybody who can sign in, by username."""
    store = open_store(database_url(settings), SystemClock(), MemoryBus())
    try:
        return await store.read(lambda work: work.agents.all())
    finally:
        await store.close()


def _checked(settings: Settings, tenant: Tenant, person: Person) -> rules.Person:
    phone = person.phone or (f"client:{person.username}" if settings.has_emulator else None)
    asked = rules.Person(
        name=person.name or person.username.title(),
        role=Role(person.role),
        queues=person.queues or tuple(tenant.queues),
        languages=person.languages or tuple(tenant.languages),
        phone=phone,
        has_softphone=person.has_softphone or settings.has_emulator,
    )
    try:
        return rules.checked_person(asked, tenant)
    except Refused as refused:
        raise SettingsError(f"--{refused.message}") from None
