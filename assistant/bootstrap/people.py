"""People of the console, put in by the operator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import phonenumbers
from uuid_utils import uuid7

from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.migrate import migrate
from assistant.adapters.sql_store import open_store
from assistant.adapters.system_clock import SystemClock
from assistant.bootstrap.parts import database_url
from assistant.model.agent import Agent, Presence, Role, Slot
from assistant.model.contact import AgentId, Channel, QueueId
from assistant.model.storage import UnitOfWork
from assistant.settings.environment import Settings, SettingsError
from assistant.settings.tenant import Tenant
from handoff.passwords import password_hash


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to sign in. Without queues or languages: all of the tenant's. `phone` is a number, `sip:` or `client:`."""

    username: str
    role: str = Role.AGENT.value
    name: str | None = None
    phone: str | None = None
    queues: Sequence[str] = ()
    languages: Sequence[str] = ()


async def add_person(settings: Settings, tenant: Tenant, person: Person, password: str) -> Agent:
    """Adds somebody, who takes calls only where there is a telephone to ring: without `phone`, the emulator's.

    Raises `SettingsError` for a taken name, a queue or language that the tenant doesn't have, and a wrong number.
    """
    agent = _agent(settings, tenant, person)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    await migrate(database_url(settings))
    store = open_store(database_url(settings), SystemClock(), MemoryBus())
    capacity = {Channel.CHAT: tenant.chat_slots, Channel.VOICE: 1 if agent.phone else 0}
    slots = [Slot(agent.id, channel, n, None) for channel, most in capacity.items() for n in range(1, most + 1)]

    def add(work: UnitOfWork) -> bool:
        if work.agents.by_username(agent.username) is not None:
            return False
        work.agents.add(agent, password_hash(password), slots)
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


def _agent(settings: Settings, tenant: Tenant, person: Person) -> Agent:
    phone = person.phone or (f"client:{person.username}" if settings.has_emulator else None)
    return Agent(
        id=AgentId(str(uuid7())),
        username=person.username,
        name=person.name or person.username.title(),
        role=Role(person.role),
        presence=Presence.SIGNED_OUT,
        reason=None,
        queues=tuple(QueueId(queue) for queue in _known("--queues", person.queues, tuple(tenant.queues))),
        languages=_known("--languages", person.languages, tuple(tenant.languages)),
        phone=_to_ring(phone, tenant.callbacks.region) if phone else None,
        idle_since=None,
        is_reachable=False,
    )


def _known(option: str, asked: Sequence[str], there: tuple[str, ...]) -> tuple[str, ...]:
    strangers = [name for name in asked if name not in there]
    if strangers:
        raise SettingsError(f"{option}: the tenant has no {', '.join(strangers)}; it has {', '.join(there)}")
    return tuple(asked) or there


def _to_ring(phone: str, region: str) -> str:
    """A telephone number in E.164, or an address of SIP or of the Voice SDK as it is."""
    if phone.startswith(("sip:", "client:")):
        return phone
    try:
        number = phonenumbers.parse(phone, region)
    except phonenumbers.NumberParseException:
        raise SettingsError(f"--phone: {phone!r} is no telephone number, and neither sip: nor client:") from None
    if not phonenumbers.is_valid_number(number):
        raise SettingsError(f"--phone: {phone!r} is not a number that can be rung")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
