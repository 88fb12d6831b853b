"""A colleague in an agent's conversation, as both consoles show it, and what either may do there."""

from __future__ import annotations

from typing import Any

import pytest
from agents_console import Console
from agents_house import House
from agents_house import house as house
from test_passing_on import at_work, shows_what_a_fresh_one_shows
from test_supervisors_beside import said

from assistant.model.contact import Contact

NOTE = "can you explain the fee?"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def asked(house: House, **changes: Any) -> tuple[Contact, Console, Console, dict[str, Any]]:
    """Amira has asked ben to come."""
    contact, amira, ben = await at_work(house, **changes)
    await amira.does("transfer", contact_id=contact.id, to={"agent": "ben"}, mode="join", note=NOTE)
    return contact, amira, ben, (await ben.heard("offer.made", contact_id=contact.id))["data"]


async def three(house: House, **changes: Any) -> tuple[Contact, Console, Console]:
    contact, amira, ben, offer = await asked(house, **changes)
    await ben.does("accept", offer_id=offer["offer_id"])
    await ben.heard("contact.briefing", contact_id=contact.id)
    return contact, amira, ben


async def test_who_is_asked_sees_who_asks_and_what_it_is_about(house: House) -> None:
    contact, amira, _, offer = await asked(house)
    assert (offer["kind"], offer["from"]) == ("join", "Amira Haddad")
    assert offer["briefing"]["transfer_note"] == NOTE
    told = (await amira.heard("contact.updated", contact_id=contact.id))["data"]["transfer"]
    assert told == {"mode": "join", "to": "ben", "agent_name": "Ben Haddad", "state": "pending", "reason": None}
    await shows_what_a_fresh_one_shows(house, amira, "amira")


async def test_who_comes_has_the_contact_beside_the_own_ones(house: House) -> None:
    contact, amira, ben = await three(house)
    assert (await ben.heard("watch.updated", contact_id=contact.id))["data"]["mode"] == "join"
    company = [{"username": "ben", "name": "Ben Haddad", "mode": "join"}]
    told = (await amira.heard("contact.updated", contact_id=contact.id, supervisors=company))["data"]
    assert (told["transfer"], told["state"]) == (None, "connected")
    again = await house.opens_console("ben", ready=False)
    assert again.snapshot["contacts"] == []
    (card,) = again.snapshot["watched"]
    assert (card["contact_id"], card["mode"]) == (contact.id, "join")
    assert (card["transfer_note"], card["agent_name"]) == (NOTE, "Amira Haddad")
    (slot,) = [slot for slot in again.snapshot["agent"]["slots"] if slot["contact_id"]]
    assert (slot["contact_id"], slot["work"]) == (contact.id, "connected")
    for console, username in ((amira, "amira"), (ben, "ben")):
        await shows_what_a_fresh_one_shows(house, console, username)


async def test_all_three_read_what_each_of_them_says(house: House) -> None:
    contact, amira, ben = await three(house)
    await ben.does("say", contact_id=contact.id, text="The fee is for the new card.")
    await amira.heard("message.added", contact_id=contact.id, text="The fee is for the new card.")
    await amira.does("say", contact_id=contact.id, text="And I can waive it.")
    await ben.heard("message.added", contact_id=contact.id, text="And I can waive it.")
    await house.caller_says(contact.id, "Lovely.")
    for console in (amira, ben):
        await console.heard("message.added", contact_id=contact.id, text="Lovely.")
    assert (await said(house, contact))[-3:] == [
        ("agent", "The fee is for the new card."),
        ("agent", "And I can waive it."),
        ("caller", "Lovely."),
    ]


async def test_a_briefing_that_a_colleague_has_seen_connects_nobody(house: House) -> None:
    contact, amira, ben = await three(house)
    await ben.does("briefing_shown", contact_id=contact.id)
    assert (await house.contact(contact.id)).agent_id == (await house.agent("amira")).id
    other = await house.arrives()
    assert await ben.is_refused("briefing_shown", contact_id=other.id) == "no_such_contact"
    await shows_what_a_fresh_one_shows(house, amira, "amira")


async def test_a_colleague_can_do_nothing_else_with_the_contact(house: House) -> None:
    contact, _, ben = await three(house)
    more: dict[str, Any] = {"text": "x", "disposition": "resolved", "to": {"queue": "accounts"}, "method": "pin"}
    for type in ("end", "note", "wrap_up", "hold", "mute", "transfer", "request_verification"):
        assert await ben.is_refused(type, contact_id=contact.id, **more) == "no_such_contact"
    for type in ("listen", "coach", "join"):
        assert await ben.is_refused(type, contact_id=contact.id) == "forbidden"


async def test_a_colleague_who_leaves_sees_no_more_of_it(house: House) -> None:
    contact, amira, ben = await three(house)
    await ben.does("leave", contact_id=contact.id)
    await ben.heard("watch.ended", contact_id=contact.id)
    since = len(ben.frames)
    await amira.does("say", contact_id=contact.id, text="Between us.")
    await amira.heard("message.added", contact_id=contact.id, text="Between us.")
    await ben.does("ready")
    assert "Between us." not in str(ben.frames[since:])
    told = [frame["data"] for frame in amira.frames if frame["type"] == "contact.updated"][-1]
    assert told["supervisors"] == []
    assert await ben.is_refused("say", contact_id=contact.id, text="One thing") == "no_such_contact"
    await ben.does("leave", contact_id=contact.id)
    for console, username in ((amira, "amira"), (ben, "ben")):
        await shows_what_a_fresh_one_shows(house, console, username)


async def test_with_the_agent_s_part_the_colleague_s_is_over(house: House) -> None:
    contact, amira, ben = await three(house)
    await amira.does("end", contact_id=contact.id)
    await ben.heard("contact.closed", contact_id=contact.id)
    await ben.heard("watch.ended", contact_id=contact.id)
    for console, username in ((amira, "amira"), (ben, "ben")):
        await shows_what_a_fresh_one_shows(house, console, username)


async def test_who_is_beside_takes_over_when_the_agent_hands_over(house: House) -> None:
    contact, amira, ben = await three(house)
    since = len(ben.frames)
    await amira.does("transfer", contact_id=contact.id, to={"agent": "ben"}, mode="warm")
    offer = (await ben.heard("offer.made", since, contact_id=contact.id))["data"]
    await ben.does("accept", offer_id=offer["offer_id"])
    await ben.heard("watch.ended", since, contact_id=contact.id)
    await ben.heard("contact.connected", since, contact_id=contact.id)
    await ben.does("say", contact_id=contact.id, text="I'll take it from here.")
    assert await amira.is_refused("say", contact_id=contact.id, text="Bye") == "no_such_contact"
    for console, username in ((amira, "amira"), (ben, "ben")):
        await shows_what_a_fresh_one_shows(house, console, username)
    await ben.does("end", contact_id=contact.id)
    await ben.heard("contact.closed", contact_id=contact.id)
    await shows_what_a_fresh_one_shows(house, ben, "ben")


async def test_who_is_there_already_is_not_asked_again(house: House) -> None:
    contact, amira, _ = await three(house)
    about: dict[str, Any] = {"contact_id": contact.id, "to": {"agent": "ben"}, "mode": "join"}
    assert await amira.is_refused("transfer", **about) == "beside_already"


async def test_who_did_not_consent_has_nothing_passed_on_to_who_comes_either(house: House) -> None:
    contact, amira, ben = await at_work(house, consent=False, topic="report_lost_card")
    await house.caller_says(contact.id, "between us two")
    await amira.does("transfer", contact_id=contact.id, to={"agent": "ben"}, mode="join")
    offer = (await ben.heard("offer.made", contact_id=contact.id))["data"]
    await ben.does("accept", offer_id=offer["offer_id"])
    await ben.heard("contact.briefing", contact_id=contact.id)
    await house.caller_says(contact.id, "hello you two")
    await ben.heard("message.added", text="hello you two")
    assert offer["briefing"]["topic"] is None
