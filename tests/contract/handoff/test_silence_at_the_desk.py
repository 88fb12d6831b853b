"""What agents and supervisors see of silence in a chat: the reminder, the board, and a visitor who was parked."""

from __future__ import annotations

from typing import Any

from agents_console import Console
from agents_house import House
from agents_house import house as house

from assistant.model.contact import Contact, Reach, State


async def board(house: House) -> list[dict[str, Any]]:
    """The connected contacts as the supervisor's board lists them."""
    status, shown = await house.gets("/api/v1/supervisor/board", await house.signs_in("sofia"))
    assert status == 200
    contacts: list[dict[str, Any]] = shown["contacts"]
    return contacts


async def greeted(house: House) -> tuple[Contact, Console]:
    """A visitor and the agent who has greeted them."""
    contact = await house.arrives()
    amira = await house.opens_console("amira")
    await amira.takes(contact)
    await amira.does("say", contact_id=contact.id, text="Good morning.")
    return contact, amira


async def test_a_silent_agent_s_console_is_told_and_then_the_board_shows_it(house: House) -> None:
    contact, amira = await greeted(house)
    await house.caller_says(contact.id, "my card is gone")
    await house.passes(60)
    told = await amira.heard("contact.updated", contact_id=contact.id, silent_seconds=60)
    assert "state" not in told["data"], "an update that changes this alone"
    assert [(shown["contact_id"], shown["silent"]) for shown in await board(house)] == [(contact.id, False)]
    await house.passes(60)
    await amira.heard("contact.updated", silent_seconds=120)
    (shown,) = await board(house)
    assert (shown["silent"], shown["agent"], shown["queue"], shown["channel"]) == (True, "amira", "cards", "chat")
    assert shown["connected_at"].endswith("Z")


async def test_an_answer_takes_it_off_the_board(house: House) -> None:
    contact, amira = await greeted(house)
    await house.caller_says(contact.id, "my card is gone")
    await house.passes(60)
    await house.passes(60)
    await amira.does("say", contact_id=contact.id, text="I am looking it up.")
    assert [shown["silent"] for shown in await board(house)] == [False]
    await amira.does("end", contact_id=contact.id)
    assert await board(house) == []


async def test_a_console_that_connects_anew_still_shows_the_reminder(house: House) -> None:
    contact, amira = await greeted(house)
    await house.caller_says(contact.id, "my card is gone")
    await house.passes(60)
    await amira.heard("contact.updated", silent_seconds=60)
    again = await house.opens(await house.signs_in("amira"))
    assert [card["silent_seconds"] for card in again.snapshot["contacts"]] == [60]
    await again.does("say", contact_id=contact.id, text="I am here.")
    once_more = await house.opens(await house.signs_in("amira"))
    assert [card["silent_seconds"] for card in once_more.snapshot["contacts"]] == [None]


async def test_the_agent_is_told_that_an_idle_visitor_was_parked_and_has_the_slot_back(house: House) -> None:
    contact, amira = await greeted(house)
    await house.passes(house.tenant.timing.caller_idle_seconds)
    await amira.heard("message.added", author="assistant", text="Are you still there?")
    await house.passes(house.tenant.timing.caller_warned_seconds)
    returned = await amira.heard("contact.returned", contact_id=contact.id)
    assert returned["data"]["reason"] == "idle"
    updated = await amira.heard("agent.updated", since=amira.frames.index(returned))
    assert {slot["work"] for slot in updated["data"]["slots"]} == {None}
    found = await house.contact(contact.id)
    assert (found.state, found.reach, found.order_at) == (State.WAITING, Reach.AWAY, contact.order_at)
    assert await board(house) == []


async def test_a_parked_visitor_who_connects_anew_is_offered_to_the_same_agent(house: House) -> None:
    contact, amira = await greeted(house)
    await house.opens_console("ben")
    await house.passes(house.tenant.timing.caller_idle_seconds)
    await house.passes(house.tenant.timing.caller_warned_seconds)
    returned = await amira.heard("contact.returned", contact_id=contact.id)
    await house.legs.connected(contact.id, "another socket")
    offer = await amira.heard("offer.made", since=amira.frames.index(returned), contact_id=contact.id)
    await amira.does("accept", offer_id=offer["data"]["offer_id"])
    briefing = await amira.heard("contact.briefing", since=amira.frames.index(offer), contact_id=contact.id)
    said = [line["text"] for line in briefing["data"]["transcript"]]
    assert "Good morning." in said, "nobody has to say anything twice"


async def test_a_visitor_who_drops_while_connected_goes_back_to_the_place_after_the_grace(house: House) -> None:
    contact, amira = await greeted(house)
    await house.legs.lost(f"socket of {contact.id}")
    await amira.heard("contact.updated", contact_id=contact.id, reach="away")
    await house.passes(house.tenant.timing.grace_seconds)
    returned = await amira.heard("contact.returned", contact_id=contact.id)
    assert returned["data"]["reason"] == "caller_away"
