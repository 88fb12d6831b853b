"""A console that follows its frames shows what a fresh one shows."""

from __future__ import annotations

import pytest
from agents_house import House
from agents_house import house as house
from console_screen import Screen


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def test_a_snapshot_with_its_frames_equals_a_fresh_snapshot(house: House) -> None:
    token = await house.signs_in("amira")
    amira = await house.opens(token)
    contacts = [await house.arrives() for _ in range(5)]
    await amira.does("ready")
    for contact in contacts[:3]:
        await amira.takes(contact)
    house.clock.advance(3)
    await amira.does("say", contact_id=contacts[0].id, text="good morning", client_id="m1")
    await amira.does("note", contact_id=contacts[0].id, text="calm")
    await house.becomes(contacts[0].id, topic="report_lost_card")
    await house.legs.lost(f"socket of {contacts[1].id}")
    await amira.does("end", contact_id=contacts[1].id)
    await house.conversation.leave(contacts[2].id)
    await amira.does("wrap_up", contact_id=contacts[2].id, disposition="resolved", notes="")
    offer = (await amira.heard("offer.made", contact_id=contacts[3].id))["data"]
    await amira.does("decline", offer_id=offer["offer_id"])
    await amira.heard("offer.made", contact_id=contacts[4].id)
    await house.caller_says(contacts[0].id, "and what now?")
    await amira.heard("message.added", text="and what now?")
    fresh = Screen((await house.opens(token)).snapshot)
    followed = Screen(amira.snapshot)
    for frame in amira.frames[1:]:
        followed.apply(frame)
    assert followed.shown(fresh) == fresh.shown(fresh)
    assert len(fresh.contacts) == 2
    assert fresh.revision > amira.snapshot["revision"]
