"""Hold and mute at the console: what was confirmed is told, durable, and over with the connection."""

from __future__ import annotations

from typing import Any

import pytest
from agents_console import Console
from agents_house import House
from agents_house import house as house

from assistant.model.contact import Channel, Contact
from assistant.model.events import EventType
from assistant.model.storage import UnitOfWork

NEITHER = {"written_down": False, "recording": "off"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def talking(house: House) -> tuple[Console, Contact]:
    contact = await house.arrives(channel=Channel.VOICE)
    amira = await house.opens_console("amira")
    offer = await amira.heard("offer.made", contact_id=contact.id)
    await amira.does("accept", offer_id=offer["data"]["offer_id"])
    await amira.does("briefing_shown", contact_id=contact.id)
    ((offer_id, _),) = house.telephones.rung
    await house.offers.bridged(offer_id)
    await amira.heard("contact.connected", contact_id=contact.id)
    return amira, contact


async def test_a_caller_on_hold_is_seen_by_every_console_of_the_agent(house: House) -> None:
    amira, contact = await talking(house)
    await amira.does("hold", contact_id=contact.id)
    updated = await amira.heard("contact.updated", call={"on_hold": True, "muted": False} | NEITHER)
    assert updated["data"]["contact_id"] == contact.id
    again = await house.opens_console("amira", ready=False)
    assert again.snapshot["contacts"][0]["call"] == {
        "on_hold": True,
        "muted": False,
        "written_down": False,
        "recording": "off",
    }
    await again.does("resume", contact_id=contact.id)
    await amira.heard("contact.updated", call={"on_hold": False, "muted": False} | NEITHER)
    assert house.telephones.changed == [("hold", True), ("hold", False)]


async def test_mute_and_hold_stand_side_by_side_and_mute_can_be_taken_back(house: House) -> None:
    amira, contact = await talking(house)
    await amira.does("mute", contact_id=contact.id)
    await amira.does("hold", contact_id=contact.id)
    await amira.heard("contact.updated", call={"on_hold": True, "muted": True} | NEITHER)
    await amira.does("mute", contact_id=contact.id, muted=False)
    await amira.heard("contact.updated", call={"on_hold": True, "muted": False} | NEITHER)


async def test_nobody_is_told_to_be_on_hold_whom_the_telephone_company_has_not_put_there(house: House) -> None:
    amira, contact = await talking(house)
    house.telephones.is_away = True
    assert await amira.is_refused("hold", contact_id=contact.id) == "telephone_unavailable"
    again = await house.opens_console("amira", ready=False)
    assert again.snapshot["contacts"][0]["call"] == {
        "on_hold": False,
        "muted": False,
        "written_down": False,
        "recording": "off",
    }


async def test_a_hold_repeated_is_one_change(house: House) -> None:
    amira, contact = await talking(house)
    await amira.does("hold", contact_id=contact.id)
    await amira.does("hold", contact_id=contact.id)
    changes = [event for event in await house.events(contact.id) if event.type == "call.changed"]
    assert len(changes) == 1


async def test_a_call_that_is_over_has_no_hold(house: House) -> None:
    amira, contact = await talking(house)
    await amira.does("hold", contact_id=contact.id)
    await amira.does("end", contact_id=contact.id)
    assert await amira.is_refused("resume", contact_id=contact.id) == "contact_closed"
    again = await house.opens_console("amira", ready=False)
    assert again.snapshot["contacts"][0]["call"] is None


async def test_whether_a_call_is_recorded_is_told_as_it_changes_and_is_no_more_with_the_next_connection(
    house: House,
) -> None:
    amira, contact = await talking(house)
    attempt = (await house.contact(contact.id)).attempt

    def becomes(state: str, attempt: int) -> Any:
        def change(work: UnitOfWork) -> None:
            data = {"attempt": attempt, "state": state}
            work.trail.append(work.contacts.lock_only(contact.id), EventType.RECORDING_CHANGED, data)  # type: ignore[arg-type]

        return house.store.transact(change)

    call = {"on_hold": False, "muted": False, "written_down": False}
    for state in ("on", "paused", "on"):
        await becomes(state, attempt)
        await amira.heard("contact.updated", call=call | {"recording": state})
    await becomes("paused", attempt - 1)
    again = await house.opens_console("amira", ready=False)
    assert again.snapshot["contacts"][0]["call"] == call | {"recording": "on"}
