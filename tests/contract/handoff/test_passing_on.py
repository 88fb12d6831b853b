"""Passing a contact on over the agents' socket: what each of the two consoles is told, and what it is refused."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from agents_console import Console
from agents_house import House
from agents_house import house as house
from console_screen import Screen

from assistant.model.contact import Contact, State, Verification
from assistant.model.events import EventType


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def at_work(house: House, **changes: Any) -> tuple[Contact, Console, Console]:
    """A contact that amira has in hand, while ben's console is open and ready."""
    amira = await house.opens_console("amira")
    contact = await house.arrives(**changes)
    await amira.takes(contact)
    return contact, amira, await house.opens_console("ben")


async def shows_what_a_fresh_one_shows(house: House, console: Console, username: str) -> None:
    """The followed screen equals a new one, as soon as the last frames have arrived."""
    fresh = Screen((await house.opens(await house.signs_in(username))).snapshot)
    for _ in range(200):
        followed = Screen(console.snapshot)
        for frame in console.frames[1:]:
            followed.apply(frame)
        if followed.shown(fresh) == fresh.shown(fresh):
            return
        await asyncio.sleep(0.01)
    assert followed.shown(fresh) == fresh.shown(fresh)


async def test_what_was_collected_reaches_the_next_agent_service_cloud_voice_10(house: House) -> None:
    proved = {"verification": Verification(2, "pin", house.clock.now()), "customer_number": "10000001"}
    contact, amira, ben = await at_work(house, **proved, customer_name="Maya Okafor", topic="report_lost_card")
    await house.caller_says(contact.id, "and what about the fee?")
    await amira.heard("message.added", text="and what about the fee?")
    about: dict[str, Any] = {"contact_id": contact.id, "to": {"queue": "cards"}, "mode": "cold"}
    await amira.does("transfer", **about, note="Card is frozen. It is about the fee now.")
    returned = (await amira.heard("contact.returned", contact_id=contact.id))["data"]
    assert (returned["reason"], returned["state"]) == ("transferred", "waiting")
    offer = (await ben.heard("offer.made", contact_id=contact.id))["data"]
    assert offer["kind"] == "place"
    assert "from" not in offer
    briefing = await ben.takes(contact)
    assert briefing["transfer_note"] == "Card is frozen. It is about the fee now."
    assert briefing["customer"] == {"number": "10000001", "name": "Maya Okafor"}
    assert (briefing["verification"]["level"], briefing["topic"]) == (2, "report_lost_card")
    assert "and what about the fee?" in [said["text"] for said in briefing["transcript"]]
    assert [note["agent_name"] for note in briefing["notes"]] == ["Amira Haddad"]
    for console, username in ((amira, "amira"), (ben, "ben")):
        await shows_what_a_fresh_one_shows(house, console, username)


async def test_the_first_agents_slot_is_free_at_once(house: House) -> None:
    contact, amira, _ = await at_work(house)
    before = amira.snapshot["agent"]["slots"]
    since = len(amira.frames)
    await amira.does("transfer", contact_id=contact.id, to={"queue": "fraud"})
    await amira.heard("agent.updated", since, slots=before)
    assert await amira.is_refused("wrap_up", contact_id=contact.id, disposition="resolved") == "no_such_contact"
    assert await amira.is_refused("say", contact_id=contact.id, text="one more thing") == "no_such_contact"


async def test_a_colleague_sees_who_hands_over_with_everything_before_saying_yes(house: House) -> None:
    contact, amira, ben = await at_work(house, topic="report_lost_card")
    await house.caller_says(contact.id, "my card is gone")
    about: dict[str, Any] = {"contact_id": contact.id, "to": {"agent": "ben"}, "mode": "warm"}
    await amira.does("transfer", **about, note="please explain the fee")
    asked = (await amira.heard("contact.updated", contact_id=contact.id))["data"]["transfer"]
    assert asked == {"mode": "warm", "to": "ben", "agent_name": "Ben Haddad", "state": "pending", "reason": None}
    offer = (await ben.heard("offer.made", contact_id=contact.id))["data"]
    assert (offer["kind"], offer["from"], offer["ringing"]) == ("warm", "Amira Haddad", False)
    assert offer["briefing"]["transfer_note"] == "please explain the fee"
    assert offer["briefing"]["transcript"][-1]["text"] == "my card is gone"
    assert (await house.contact(contact.id)).state is State.CONNECTED
    for console, username in ((amira, "amira"), (ben, "ben")):
        await shows_what_a_fresh_one_shows(house, console, username)


async def test_what_is_said_meanwhile_is_in_the_offer_and_the_first_agent_goes_on_talking(house: House) -> None:
    contact, amira, ben = await at_work(house)
    await amira.does("transfer", contact_id=contact.id, to={"agent": "ben"}, mode="warm")
    await ben.heard("offer.made", contact_id=contact.id)
    since = len(ben.frames)
    await amira.does("say", contact_id=contact.id, text="one moment, I'm asking Ben")
    updated = (await ben.heard("offer.updated", since))["data"]
    assert updated["briefing"]["transcript"][-1]["text"] == "one moment, I'm asking Ben"
    assert await ben.is_refused("say", contact_id=contact.id, text="hello") == "no_such_contact"
    await shows_what_a_fresh_one_shows(house, ben, "ben")


async def test_an_accepted_hand_over_moves_the_contact_from_one_console_to_the_other(house: House) -> None:
    contact, amira, ben = await at_work(house)
    about: dict[str, Any] = {"contact_id": contact.id, "to": {"agent": "ben"}, "mode": "warm"}
    await amira.does("transfer", **about, note="she is waiting for the letter")
    offer = (await ben.heard("offer.made", contact_id=contact.id))["data"]
    await ben.does("accept", offer_id=offer["offer_id"])
    assert (await ben.heard("offer.ended", offer_id=offer["offer_id"]))["data"]["outcome"] == "accepted"
    briefing = (await ben.heard("contact.briefing", contact_id=contact.id))["data"]
    assert briefing["transfer_note"] == "she is waiting for the letter"
    await ben.does("briefing_shown", contact_id=contact.id)
    connected = (await ben.heard("contact.connected", contact_id=contact.id))["data"]
    assert connected["agent_name"] == "Ben Haddad"
    told = [type for type in ben.types() if type.startswith(("offer", "contact"))]
    assert told == ["offer.made", "offer.ended", "contact.briefing", "contact.connected"]
    over = (await amira.heard("contact.updated", contact_id=contact.id, state="closed"))["data"]
    assert over["disposition"] == "transferred"
    await ben.does("say", contact_id=contact.id, text="hello, this is Ben")
    await ben.heard("message.added", text="hello, this is Ben")
    said = [frame["data"]["text"] for frame in amira.frames if frame["type"] == "message.added"]
    assert said == ["Ben is taking over from Amira now."], "nothing of what comes after is the first agent's"
    for console, username in ((amira, "amira"), (ben, "ben")):
        await shows_what_a_fresh_one_shows(house, console, username)


@pytest.mark.parametrize(
    ("answer", "state"), [("decline", "declined"), ("time goes by", "not_answered"), ("not ready", "rescinded")]
)
async def test_the_first_agent_is_told_what_became_of_a_hand_over(house: House, answer: str, state: str) -> None:
    contact, amira, ben = await at_work(house)
    await amira.does("transfer", contact_id=contact.id, to={"agent": "ben"}, mode="warm", note="please")
    offer = (await ben.heard("offer.made", contact_id=contact.id))["data"]
    await amira.heard("contact.updated", contact_id=contact.id)
    since = len(amira.frames)
    if answer == "decline":
        await ben.does("decline", offer_id=offer["offer_id"], reason="busy")
    elif answer == "not ready":
        await ben.does("not_ready", reason="lunch")
    else:
        await house.passes(house.tenant.timing.offer_seconds + 0.1)
    told = (await amira.heard("contact.updated", since, contact_id=contact.id))["data"]
    assert (told["transfer"]["state"], told["state"]) == (state, "connected")
    assert (await ben.heard("offer.ended", offer_id=offer["offer_id"]))["data"]["outcome"] == state
    await amira.does("say", contact_id=contact.id, text="I'm still here")
    for console, username in ((amira, "amira"), (ben, "ben")):
        await shows_what_a_fresh_one_shows(house, console, username)
    await amira.does("end", contact_id=contact.id)
    await amira.heard("contact.closed", contact_id=contact.id)
    await shows_what_a_fresh_one_shows(house, amira, "amira")


async def test_a_colleague_without_a_free_slot_hears_why_and_the_first_agent_keeps_the_contact(house: House) -> None:
    contact, amira, ben = await at_work(house)
    await amira.does("transfer", contact_id=contact.id, to={"agent": "ben"}, mode="warm")
    offer = (await ben.heard("offer.made", contact_id=contact.id))["data"]
    await amira.heard("contact.updated", contact_id=contact.id)
    await amira.does("not_ready", reason="one at a time")
    for _ in range(3):
        await ben.takes(await house.arrives())
    since = len(amira.frames)
    assert await ben.is_refused("accept", offer_id=offer["offer_id"]) == "no_slot"
    told = (await amira.heard("contact.updated", since, contact_id=contact.id))["data"]["transfer"]
    assert (told["state"], told["reason"]) == ("rescinded", "no_slot")
    await shows_what_a_fresh_one_shows(house, ben, "ben")


async def test_a_caller_who_leaves_takes_the_hand_over_from_the_colleagues_screen(house: House) -> None:
    contact, amira, ben = await at_work(house)
    await amira.does("transfer", contact_id=contact.id, to={"agent": "ben"}, mode="warm")
    offer = (await ben.heard("offer.made", contact_id=contact.id))["data"]
    await house.conversation.leave(contact.id)
    assert (await ben.heard("offer.ended", offer_id=offer["offer_id"]))["data"]["outcome"] == "rescinded"
    await amira.heard("contact.closed", contact_id=contact.id)
    for console, username in ((amira, "amira"), (ben, "ben")):
        await shows_what_a_fresh_one_shows(house, console, username)


async def test_a_contact_that_goes_and_comes_back_by_hand_is_introduced_anew(house: House) -> None:
    contact, amira, ben = await at_work(house)
    for giver, taker, name in ((amira, ben, "ben"), (ben, amira, "amira")):
        since = len(taker.frames)
        about: dict[str, Any] = {"contact_id": contact.id, "to": {"agent": name}, "mode": "warm"}
        await giver.does("transfer", **about, note=f"to {name}")
        offer = (await taker.heard("offer.made", since, contact_id=contact.id))["data"]
        await taker.does("accept", offer_id=offer["offer_id"])
        briefing = (await taker.heard("contact.briefing", since, contact_id=contact.id))["data"]
        assert briefing["transfer_note"] == f"to {name}"
        await taker.heard("contact.connected", since, contact_id=contact.id)
    for console, username in ((amira, "amira"), (ben, "ben")):
        await shows_what_a_fresh_one_shows(house, console, username)


async def test_who_did_not_consent_has_nothing_passed_on_to_the_colleague_either(house: House) -> None:
    contact, amira, ben = await at_work(house, consent=False, topic="report_lost_card")
    await house.caller_says(contact.id, "between us two")
    await amira.does("transfer", contact_id=contact.id, to={"agent": "ben"}, mode="warm", note="a fee")
    offer = (await ben.heard("offer.made", contact_id=contact.id))["data"]
    assert offer["briefing"]["transcript"] == []
    assert (offer["briefing"]["topic"], offer["briefing"]["transfer_note"]) == (None, "a fee")
    await ben.does("accept", offer_id=offer["offer_id"])
    await ben.heard("contact.connected", contact_id=contact.id)
    assert "between us two" not in str(ben.frames)
    await shows_what_a_fresh_one_shows(house, ben, "ben")


async def test_a_transfer_is_refused_with_the_reason_and_the_contact_stays(house: House) -> None:
    contact, amira, ben = await at_work(house)
    about: dict[str, Any] = {"contact_id": contact.id}
    refusals: list[tuple[dict[str, Any], str]] = [
        ({"to": {"queue": "mortgages"}}, "unknown_queue"),
        ({"to": {"agent": "nobody"}}, "no_such_agent"),
        ({"to": {"agent": "amira"}}, "same_agent"),
        ({"to": {"agent": "sofia"}}, "agent_away"),
        ({"to": {"queue": "fraud"}, "mode": "warm"}, "queue_busy"),
        ({"to": {}}, "malformed_frame"),
        ({"to": {"queue": "fraud", "agent": "ben"}}, "malformed_frame"),
        ({"to": "fraud"}, "malformed_frame"),
        ({}, "malformed_frame"),
        ({"to": {"queue": "fraud"}, "mode": "lukewarm"}, "malformed_frame"),
        ({"to": {"queue": "fraud"}, "note": "x" * 4001}, "malformed_frame"),
    ]
    for fields, code in refusals:
        assert await amira.is_refused("transfer", **about, **fields) == code, fields
    assert await ben.is_refused("transfer", **about, to={"queue": "fraud"}) == "no_such_contact"
    assert (await house.contact(contact.id)).state is State.CONNECTED
    await amira.does("end", **about)
    assert await amira.is_refused("transfer", **about, to={"queue": "fraud"}) == "contact_closed"


async def test_supervisors_move_a_waiting_contact_and_agents_do_not(house: House) -> None:
    amira, sofia = await house.opens_console("amira", ready=False), await house.opens_console("sofia", ready=False)
    contact = await house.arrives()
    move = {"contact_id": contact.id, "queue": "fraud", "reason": "sounds like fraud, see the letter"}
    assert await amira.is_refused("move_contact", **move) == "forbidden"
    await sofia.does("move_contact", **move)
    moved = await house.contact(contact.id)
    assert (moved.queue, moved.order_at) == ("fraud", contact.order_at)
    (event,) = [event for event in await house.events(contact.id) if event.type is EventType.QUEUE_CHANGED]
    assert event.data["by"] == "id-of-sofia"
    assert await sofia.is_refused("move_contact", **move) == "same_queue"
    assert await sofia.is_refused("move_contact", **(move | {"queue": "mortgages"})) == "unknown_queue"
    assert await sofia.is_refused("move_contact", **(move | {"reason": " "})) == "empty_text"
