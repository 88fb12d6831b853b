"""Caller and agent see that the other is writing; nothing is kept of it, and whoever only stands beside is not seen."""

from __future__ import annotations

from typing import Any

import pytest
from agents_house import House
from agents_house import house as house

from assistant.model.contact import Contact


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def told_of(house: House, contact: Contact) -> list[dict[str, Any]]:
    """What the caller's side is told of who is writing, from now on."""
    told: list[dict[str, Any]] = []
    house.bus.subscribe(f"typing.{contact.id}", lambda payload: told.append(payload) if payload else None)
    return told


async def test_the_agent_sees_that_the_caller_is_writing(house: House) -> None:
    contact = await house.arrives()
    amira, ben = await house.opens_console("amira"), await house.opens_console("ben", ready=False)
    await amira.takes(contact)
    before = await house.events(contact.id)
    house.bus.publish(f"typing.{contact.id}", {"contact_id": contact.id, "author": "caller"})
    frame = await amira.heard("typing", contact_id=contact.id)
    assert frame["data"]["author"] == "caller"
    assert "seq" not in frame
    await ben.does("not_ready", reason="break")
    assert "typing" not in ben.types(), "the contact is none of his"
    assert await house.events(contact.id) == before


async def test_the_caller_is_told_that_the_agent_is_writing(house: House) -> None:
    contact = await house.arrives()
    amira, ben = await house.opens_console("amira"), await house.opens_console("ben", ready=False)
    await amira.takes(contact)
    told = told_of(house, contact)
    await amira.does("typing", contact_id=contact.id)
    assert told == [{"contact_id": contact.id, "author": "agent"}]
    await ben.does("typing", contact_id=contact.id)
    assert len(told) == 1, "nobody writes to another agent's caller"
    assert "typing" not in amira.types(), "nobody is told of their own writing"


async def test_a_supervisor_who_stands_beside_is_not_seen_to_write(house: House) -> None:
    contact = await house.arrives()
    amira, sofia = await house.opens_console("amira"), await house.opens_console("sofia", ready=False)
    await amira.takes(contact)
    await sofia.does("listen", contact_id=contact.id)
    await sofia.heard("contact.briefing", contact_id=contact.id)
    told = told_of(house, contact)
    await sofia.does("typing", contact_id=contact.id)
    assert told == []


async def test_every_console_has_the_pages_of_the_tenant_to_look_things_up(house: House) -> None:
    amira = await house.opens_console("amira", ready=False)
    pages = {article["id"]: article for article in amira.snapshot["knowledge"]}
    assert pages["international_fees"]["title"] == "Fees abroad"
    assert pages["international_fees"]["text"] == house.tenant.services["international_fees"].page.says  # type: ignore[union-attr]
    assert "freeze_card" not in pages, "what has no page is done, not told"
