"""A supervisor takes a place out of its line."""

from __future__ import annotations

from agents_house import House
from agents_house import house as house

from assistant.model.contact import AgentId, Outcome, State
from assistant.model.events import EventType
from assistant.model.offer import OfferState


async def test_a_supervisor_takes_a_waiting_contact_out_of_its_line_for_good(house: House) -> None:
    amira, sofia = await house.opens_console("amira", ready=False), await house.opens_console("sofia", ready=False)
    first, second = await house.arrives(), await house.arrives()
    order = {"contact_id": first.id, "reason": "rings every minute and says nothing"}
    assert await amira.is_refused("take_out", **order) == "forbidden"
    assert await sofia.is_refused("take_out", **(order | {"reason": " "})) == "empty_text"
    await sofia.does("take_out", **order)
    gone = await house.contact(first.id)
    assert (gone.state, gone.outcome) == (State.CLOSED, Outcome.REMOVED)
    assert await house.store.read(lambda work: work.lines.position(second)) == 1
    events = await house.events(first.id)
    (note,) = [event for event in events if event.type is EventType.NOTE_ADDED]
    assert (note.data["agent_id"], note.words and note.words.text) == ("id-of-sofia", order["reason"])
    assert events[-1].data["outcome"] == "removed"
    assert events[-2].words is not None, "the caller is told so"
    assert await sofia.is_refused("take_out", **order) == "contact_closed"


async def test_who_is_just_being_offered_is_taken_out_too_and_the_agent_is_free(house: House) -> None:
    amira, sofia = await house.opens_console("amira"), await house.opens_console("sofia", ready=False)
    contact = await house.arrives()
    made = (await amira.heard("offer.made"))["data"]
    await sofia.does("take_out", contact_id=contact.id, reason="a wrong number")
    ended = (await amira.heard("offer.ended"))["data"]
    assert (ended["offer_id"], ended["outcome"]) == (made["offer_id"], OfferState.RESCINDED)
    slots = await house.store.read(lambda work: work.agents.slots(AgentId("id-of-amira")))
    assert [slot.contact_id for slot in slots] == [None] * 4


async def test_whom_an_agent_serves_nobody_takes_out(house: House) -> None:
    amira, sofia = await house.opens_console("amira"), await house.opens_console("sofia", ready=False)
    contact = await house.arrives()
    await amira.takes(contact)
    assert await sofia.is_refused("take_out", contact_id=contact.id, reason="enough") == "place_taken_up"
    assert await sofia.is_refused("take_out", contact_id="nobody", reason="enough") == "no_such_contact"


async def test_the_board_tells_the_thresholds_and_who_is_ready(house: House) -> None:
    await house.opens_console("amira")
    _, board = await house.gets("/api/v1/supervisor/board", await house.signs_in("sofia"))
    assert board["alarms"] == house.tenant.alarms.model_dump()
    ready = {queue["id"]: queue["ready"] for queue in board["queues"]}
    assert (ready["cards"], ready["fraud"]) == (1, 0)
