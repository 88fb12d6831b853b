"""From ready to wrapped up, over the agent's socket: offers, the briefing, the talk and its end."""

from __future__ import annotations

import asyncio

from agents_house import House
from agents_house import house as house

from assistant.model.agent import Presence
from assistant.model.contact import Channel, DialogueMode, Reach, State, Verification
from assistant.model.events import EventType


async def test_a_ready_agent_is_offered_the_contact_with_the_smallest_order_at(house: House) -> None:
    first, second = await house.arrives(), await house.arrives()
    assert first.order_at < second.order_at
    amira = await house.opens_console("amira")
    offer = (await amira.heard("offer.made"))["data"]
    assert offer["contact_id"] == first.id
    assert offer["channel"] == "chat"
    assert offer["queue"] == "cards"
    assert offer["waited_seconds"] == 1
    assert offer["expires_at"].endswith("Z")
    assert offer["headline"] == "Caller not verified: has not said what it is about"
    assert "in_step" not in offer


async def test_the_briefing_comes_before_the_connection(house: House) -> None:
    contact = await house.arrives()
    await house.caller_says(contact.id, "I have lost my card")
    amira = await house.opens_console("amira")
    briefing = await amira.takes(contact)
    told = [type for type in amira.types() if type.startswith(("offer", "contact"))]
    assert told[:4] == ["offer.made", "offer.ended", "contact.briefing", "contact.connected"]
    assert briefing["transcript"][-1]["text"] == "I have lost my card"
    assert briefing["state"] == "offered"
    assert (await house.contact(contact.id)).state is State.CONNECTED


async def test_the_briefing_comes_first_even_where_the_connection_was_quicker_than_the_console(house: House) -> None:
    contact = await house.arrives()
    amira = await house.opens_console("amira")
    offer = (await amira.heard("offer.made"))["data"]
    # accepted and connected within one transaction's time of each other, so that one look sees both
    await house.offers.accept(offer["offer_id"], (await house.agent("amira")).id)
    await house.offers.join(offer["offer_id"])
    await amira.heard("contact.connected", contact_id=contact.id)
    told = [frame for frame in amira.frames if frame["type"] in {"contact.briefing", "contact.connected"}]
    assert [frame["type"] for frame in told] == ["contact.briefing", "contact.connected"]
    assert told[0]["seq"] < told[1]["seq"]


async def test_a_briefing_that_nobody_confirms_holds_the_caller_up_for_a_second_only(house: House) -> None:
    contact = await house.arrives()
    amira = await house.opens_console("amira")
    offer = (await amira.heard("offer.made"))["data"]
    await amira.does("accept", offer_id=offer["offer_id"])
    await amira.heard("contact.briefing")
    assert (await house.contact(contact.id)).state is State.OFFERED
    await house.passes(1.1)
    await amira.heard("contact.connected", contact_id=contact.id)


async def test_chat_goes_both_ways_and_ends_with_a_wrap_up(house: House) -> None:
    contact = await house.arrives()
    amira = await house.opens_console("amira")
    await amira.takes(contact)
    await amira.does("say", contact_id=contact.id, text="Good morning!", client_id="c1")
    await amira.does("say", contact_id=contact.id, text="Good morning!", client_id="c1")
    mine = await amira.heard("message.added", text="Good morning!")
    assert (mine["data"]["author"], mine["data"]["client_id"]) == ("agent", "c1")
    await house.caller_says(contact.id, "Morning, Amira")
    theirs = await amira.heard("message.added", text="Morning, Amira")
    assert theirs["data"] == {"contact_id": contact.id, "author": "caller", "text": "Morning, Amira"}
    assert theirs["seq"] > mine["seq"]
    await amira.does("note", contact_id=contact.id, text="asked for a new card")
    await amira.heard("note.added", text="asked for a new card")
    await amira.does("end", contact_id=contact.id)
    closed = (await amira.heard("contact.closed", contact_id=contact.id))["data"]
    assert (closed["outcome"], closed["state"], closed["ended_by"]) == ("handled", "wrapping", "agent")
    assert closed["wrap_up_until"]
    await amira.does("wrap_up", contact_id=contact.id, disposition="resolved", notes="all well")
    wrapped = (await amira.heard("contact.updated", state="closed"))["data"]
    assert wrapped["disposition"] == "resolved"
    assert len([frame for frame in amira.frames if frame["type"] == "message.added"]) == 2
    assert (await house.contact(contact.id)).disposition == "resolved"
    last = (await amira.heard("agent.updated", slots=free_slots()))["data"]
    assert last["presence"] == "ready"


def free_slots() -> list[dict[str, object]]:
    slots = [("chat", 1), ("chat", 2), ("chat", 3), ("voice", 1)]
    return [{"channel": channel, "n": n, "work": None, "contact_id": None} for channel, n in slots]


async def test_a_declined_offer_returns_the_contact_to_its_own_place(house: House) -> None:
    first, second = await house.arrives(), await house.arrives()
    amira = await house.opens_console("amira")
    offer = (await amira.heard("offer.made", contact_id=first.id))["data"]
    await amira.does("decline", offer_id=offer["offer_id"], reason="not my field")
    ended = (await amira.heard("offer.ended", offer_id=offer["offer_id"]))["data"]
    assert ended["outcome"] == "declined"
    # not offered again to her, but the next one is; another agent gets the first
    await amira.heard("offer.made", contact_id=second.id)
    ben = await house.opens_console("ben")
    assert (await ben.heard("offer.made"))["data"]["contact_id"] == first.id
    assert (await house.contact(first.id)).order_at == first.order_at
    assert [frame["data"]["contact_id"] for frame in amira.frames if frame["type"] == "offer.made"].count(first.id) == 1


async def test_an_unanswered_offer_ends_and_makes_the_agent_not_ready(house: House) -> None:
    contact = await house.arrives()
    amira = await house.opens_console("amira")
    offer = (await amira.heard("offer.made"))["data"]
    await house.passes(house.tenant.timing.offer_seconds + 0.1)
    ended = (await amira.heard("offer.ended", offer_id=offer["offer_id"]))["data"]
    assert ended["outcome"] == "not_answered"
    told = (await amira.heard("agent.updated", presence="not_ready"))["data"]
    assert told["reason"] == "rona"
    found = await house.contact(contact.id)
    assert (found.state, found.order_at) == (State.WAITING, contact.order_at)


async def test_a_second_accept_hears_that_the_offer_has_ended(house: House) -> None:
    contact = await house.arrives()
    amira = await house.opens_console("amira")
    offer = (await amira.heard("offer.made"))["data"]
    await amira.does("accept", offer_id=offer["offer_id"])
    again = await amira.asks("accept", offer_id=offer["offer_id"])
    assert (again["code"], again["outcome"]) == ("offer_ended", "accepted")
    connections = [e for e in await house.events(contact.id) if e.type is EventType.OFFER_ENDED]
    assert len(connections) == 1


async def test_an_offer_is_nobody_elses(house: House) -> None:
    await house.arrives()
    amira, ben = await house.opens_console("amira"), await house.opens_console("ben", ready=False)
    offer = (await amira.heard("offer.made"))["data"]
    assert await ben.is_refused("accept", offer_id=offer["offer_id"]) == "no_such_offer"
    assert await ben.is_refused("decline", offer_id=offer["offer_id"], reason="x") == "no_such_offer"
    assert await ben.is_refused("accept", offer_id="no-such-offer") == "no_such_offer"


async def test_an_offer_is_taken_back_when_the_caller_leaves(house: House) -> None:
    contact = await house.arrives()
    amira = await house.opens_console("amira")
    offer = (await amira.heard("offer.made"))["data"]
    await house.conversation.leave(contact.id)
    ended = (await amira.heard("offer.ended", offer_id=offer["offer_id"]))["data"]
    assert ended["outcome"] == "rescinded"
    assert await amira.is_refused("accept", offer_id=offer["offer_id"]) == "offer_ended"
    assert (await house.agent("amira")).presence.value == "ready"


async def test_a_caller_who_leaves_after_the_briefing_is_told_as_closed(house: House) -> None:
    contact = await house.arrives()
    amira = await house.opens_console("amira")
    offer = (await amira.heard("offer.made"))["data"]
    await amira.does("accept", offer_id=offer["offer_id"])
    await amira.heard("contact.briefing")
    await house.conversation.leave(contact.id)
    closed = (await amira.heard("contact.closed", contact_id=contact.id))["data"]
    assert (closed["outcome"], closed["state"]) == ("left", "abandoned")
    await amira.heard("agent.updated", slots=free_slots())


async def test_the_caller_in_mid_step_is_waited_for_where_the_agent_says_so(house: House) -> None:
    contact = await house.arrives(dialogue=DialogueMode.IN_STEP)
    amira = await house.opens_console("amira")
    offer = (await amira.heard("offer.made"))["data"]
    assert offer["in_step"] == {"step": "confirm", "seconds": 20}
    await amira.does("accept", offer_id=offer["offer_id"], when="after_step")
    await amira.heard("contact.briefing")
    await amira.does("briefing_shown", contact_id=contact.id)
    assert (await house.contact(contact.id)).state is State.OFFERED
    await house.passes(20.1)
    await amira.heard("contact.connected", contact_id=contact.id)


async def test_a_step_that_ends_while_the_offer_stands_changes_the_offer(house: House) -> None:
    contact = await house.arrives(dialogue=DialogueMode.IN_STEP)
    amira = await house.opens_console("amira")
    await amira.heard("offer.made")
    await house.becomes(contact.id, dialogue=DialogueMode.SPEAKING, topic="report_lost_card")
    updated = (await amira.heard("offer.updated", contact_id=contact.id))["data"]
    assert "in_step" not in updated
    assert "lost" in updated["headline"].lower()


async def test_what_changes_about_the_caller_reaches_the_agent(house: House) -> None:
    contact = await house.arrives()
    amira = await house.opens_console("amira")
    await amira.takes(contact)
    await house.legs.lost(f"socket of {contact.id}")
    away = await amira.heard("contact.updated", contact_id=contact.id, reach=Reach.AWAY.value)
    await house.legs.connected(contact.id, "another socket")
    back = await amira.heard("contact.updated", contact_id=contact.id, reach=Reach.PRESENT.value)
    assert back["seq"] > away["seq"]
    verified = {"verification": Verification(2, "pin", house.clock.now()), "customer_number": "10000001"}
    await house.becomes(contact.id, **verified, customer_name="Maya Okafor")
    told = (await amira.heard("contact.updated", customer={"number": "10000001", "name": "Maya Okafor"}))["data"]
    assert told["verification"]["level"] == 2


async def test_three_chats_fit_and_a_fourth_waits(house: House) -> None:
    contacts = [await house.arrives() for _ in range(4)]
    amira = await house.opens_console("amira")
    for contact in contacts[:3]:
        await amira.takes(contact)
    assert (await house.contact(contacts[3].id)).state is State.WAITING
    await amira.does("end", contact_id=contacts[1].id)
    await amira.does("wrap_up", contact_id=contacts[1].id, disposition="resolved")
    await amira.takes(contacts[3])


async def test_a_call_rings_the_agents_telephone_after_the_briefing(house: House) -> None:
    contact = await house.arrives(channel=Channel.VOICE)
    amira = await house.opens_console("amira")
    offer = (await amira.heard("offer.made"))["data"]
    await amira.does("accept", offer_id=offer["offer_id"])
    await amira.heard("contact.briefing")
    await amira.does("briefing_shown", contact_id=contact.id)
    assert house.telephones.rung == [(offer["offer_id"], contact.id)]
    assert await house.offers.bridged(offer["offer_id"]) is not None
    await amira.heard("contact.connected", contact_id=contact.id)
    assert await amira.is_refused("say", contact_id=contact.id, text="can you read this?") == "not_supported"
    await amira.does("end", contact_id=contact.id)
    assert house.telephones.released == [contact.id]


async def test_a_telephone_that_cannot_be_reached_gives_the_caller_the_place_back(house: House) -> None:
    contact = await house.arrives(channel=Channel.VOICE)
    amira = await house.opens_console("amira")
    offer = (await amira.heard("offer.made"))["data"]
    await amira.does("accept", offer_id=offer["offer_id"])
    await amira.heard("contact.briefing")
    house.telephones.is_away = True
    await amira.does("briefing_shown", contact_id=contact.id)
    returned = (await amira.heard("contact.returned", contact_id=contact.id))["data"]
    assert returned["reason"] == "phone_unavailable"
    assert (await amira.heard("agent.updated", presence="not_ready"))["data"]["reason"] == "phone_unavailable"
    assert (await house.contact(contact.id)).order_at == contact.order_at


async def test_not_ready_stops_new_offers_only(house: House) -> None:
    contact = await house.arrives()
    amira = await house.opens_console("amira")
    offer = (await amira.heard("offer.made"))["data"]
    await amira.does("accept", offer_id=offer["offer_id"])
    await amira.does("not_ready", reason="lunch")
    assert (await amira.heard("agent.updated", presence="not_ready"))["data"]["reason"] == "lunch"
    await amira.does("briefing_shown", contact_id=contact.id)
    await amira.heard("contact.connected", contact_id=contact.id)


async def test_c15_who_asked_for_no_more_is_not_made_ready_again_by_the_end_of_a_talk(house: House) -> None:
    contact = await house.arrives()
    amira = await house.opens_console("amira")
    await amira.takes(contact)
    await amira.does("not_ready", reason="lunch")
    await house.arrives()
    await amira.does("end", contact_id=contact.id)
    await amira.does("wrap_up", contact_id=contact.id, disposition="resolved")
    await amira.heard("contact.updated", state="closed")
    found = await house.agent("amira")
    assert (found.presence, found.reason) == (Presence.NOT_READY, "lunch")
    assert amira.types().count("offer.made") == 1


async def test_a_pending_offer_is_taken_back_from_an_agent_who_is_not_ready_any_more(house: House) -> None:
    contact = await house.arrives()
    amira = await house.opens_console("amira")
    await amira.heard("offer.made", contact_id=contact.id)
    await amira.does("not_ready", reason="break")
    assert (await amira.heard("offer.ended"))["data"]["outcome"] == "rescinded"
    ben = await house.opens_console("ben")
    await ben.heard("offer.made", contact_id=contact.id)


async def test_words_that_come_at_once_are_all_told_in_order(house: House) -> None:
    contact = await house.arrives()
    amira = await house.opens_console("amira")
    await amira.takes(contact)
    await asyncio.gather(*(house.caller_says(contact.id, f"word {n}") for n in range(50)))
    await house.caller_says(contact.id, "the last")
    await amira.heard("message.added", text="the last")
    told = [frame for frame in amira.frames if frame["type"] == "message.added"]
    assert {frame["data"]["text"] for frame in told} == {*(f"word {n}" for n in range(50)), "the last"}
    seqs = [frame["seq"] for frame in told]
    assert seqs == sorted(set(seqs))
