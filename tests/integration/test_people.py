"""The operator puts in people, each with a telephone, queues and languages of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr
from serving.service import run_to_its_end

from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.sql_store import open_store
from assistant.adapters.system_clock import SystemClock
from assistant.bootstrap.parts import database_url
from assistant.bootstrap.people import Person, add_person, list_people
from assistant.model.agent import Role
from assistant.model.contact import Channel
from assistant.settings.environment import Settings, SettingsError
from assistant.settings.tenant import Tenant, load_tenant

PASSWORD = "correct horse battery"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of an installation with a real account, whose agents are rung on real telephones."""
    return Settings(data_dir=tmp_path, twilio_account_sid="AC" + "1" * 32, twilio_auth_token=SecretStr("token"))


@pytest.fixture
def tenant(settings: Settings) -> Tenant:
    return load_tenant(settings.tenant)


async def channels_of(settings: Settings, username: str) -> set[Channel]:
    store = open_store(database_url(settings), SystemClock(), MemoryBus())
    try:
        agents = await store.read(
            lambda work: {agent.username: work.agents.slots(agent.id) for agent in work.agents.all()}
        )
    finally:
        await store.close()
    return {slot.channel for slot in agents[username]}


async def test_a_person_serves_what_is_said_and_is_rung_where_it_is_said(settings: Settings, tenant: Tenant) -> None:
    amira = Person("amira", name="Amira Haddad", phone="020 7946 0011", queues=["cards", "fraud"], languages=["en"])
    await add_person(settings, tenant, amira, PASSWORD)
    await add_person(settings, tenant, Person("sofia", role="supervisor"), PASSWORD)
    there = {agent.username: agent for agent in await list_people(settings)}
    assert list(there) == ["amira", "sofia"]
    assert there["amira"].name == "Amira Haddad"
    assert there["amira"].phone == "+442079460011"
    assert there["amira"].queues == ("cards", "fraud")
    assert there["sofia"].role is Role.SUPERVISOR
    assert there["sofia"].queues == tuple(tenant.queues)


async def test_who_has_no_telephone_takes_chats_only(settings: Settings, tenant: Tenant) -> None:
    await add_person(settings, tenant, Person("amira", phone="sip:amira@example.com"), PASSWORD)
    await add_person(settings, tenant, Person("ben"), PASSWORD)
    assert await channels_of(settings, "amira") == {Channel.CHAT, Channel.VOICE}
    assert await channels_of(settings, "ben") == {Channel.CHAT}


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (Person("amira", phone="call me"), "--phone"),
        (Person("amira", phone="12"), "--phone"),
        (Person("amira", queues=["cards", "loans"]), "loans; it has cards, accounts, fraud"),
        (Person("amira", languages=["ka"]), "--languages"),
    ],
)
async def test_what_is_wrong_is_named_and_nobody_is_added(
    settings: Settings, tenant: Tenant, person: Person, reason: str
) -> None:
    with pytest.raises(SettingsError, match=reason):
        await add_person(settings, tenant, person, PASSWORD)
    await add_person(settings, tenant, Person("amira"), PASSWORD)


def test_a_name_that_is_taken_is_refused_on_the_command_line(tmp_path: Path) -> None:
    add = ("agent", "add", "amira", "--queues", "cards, fraud")
    assert run_to_its_end(tmp_path, *add, said=f"{PASSWORD}\n") == (0, "")
    code, said = run_to_its_end(tmp_path, *add, said=f"{PASSWORD}\n")
    assert code == 2
    assert "somebody named 'amira'" in said
