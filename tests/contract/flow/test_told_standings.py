"""The audit knows nothing but the trail: wherever a place moves, an event tells how it stands afterwards."""

from __future__ import annotations

from callback_desk import NUMBER, OTHER_NUMBER, Desk
from callback_desk import desk as desk

from assistant.flow import due, silence
from assistant.flow.callbacks import GOODBYE_SECONDS
from assistant.flow.calling_back import TAKING_SECONDS
from assistant.model.contact import Channel, Contact, State
from assistant.model.events import TELLS_STANDING, EventType
from assistant.model.place import rfc3339
from assistant.model.standing import Standing


async def is_told(desk: Desk, contact: Contact) -> Contact:
    """The contact now, which stands as its trail tells."""
    now = await desk.contact(contact.id)
    events = [event for event in await desk.events(contact) if event.type in TELLS_STANDING]
    assert Standing.of_data(events[-1].data["place"]) == Standing.of(now)
    return now


async def reasons(desk: Desk, contact: Contact) -> list[str]:
    return [event.data.get("reason", "") for event in await desk.events(contact, EventType.REACH_CHANGED)]


async def test_a_callback_that_waited_for_a_goodbye_is_due_with_the_hanging_up_and_the_trail_says_so(
    desk: Desk,
) -> None:
    asking = await desk.joins(Channel.VOICE, NUMBER)
    await desk.callbacks.request(asking.id, NUMBER)
    assert (await is_told(desk, asking)).callback_at is not None
    desk.clock.advance(2)
    await desk.legs.lost(await desk.call_of(asking))
    assert (await is_told(desk, asking)).callback_at == desk.clock.now()
    last = (await desk.events(asking, EventType.REACH_CHANGED))[-1]
    assert (last.data["reason"], last.data["callback_at"]) == ("hung_up", rfc3339(desk.clock.now()))


async def test_a_callback_in_its_place_waits_for_a_call_that_was_answered_and_the_trail_says_so(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.agent()
    offer = await desk.rings_customer(asking)
    await desk.offers.bridge_failed(offer.id, "phone_lost")
    desk.clock.advance(2)
    assert await desk.calling_back.answered(offer.id, asking.id)
    waiting = await is_told(desk, asking)
    assert waiting.callback_at is not None
    assert (waiting.callback_at - desk.clock.now()).total_seconds() == TAKING_SECONDS
    assert (await reasons(desk, asking))[-1] == "call_up"


async def test_a_later_time_that_was_asked_for_stands_when_the_call_ends(desk: Desk) -> None:
    asking = await desk.joins(Channel.VOICE, NUMBER)
    later = desk.clock.at.replace(hour=15)
    await desk.callbacks.request(asking.id, NUMBER, later)
    before = await reasons(desk, asking)
    await desk.legs.lost(await desk.call_of(asking))
    assert (await is_told(desk, asking)).callback_at == later
    assert await reasons(desk, asking) == before
    await desk.passes(GOODBYE_SECONDS)
    assert (await is_told(desk, asking)).callback_at == later


async def test_who_was_parked_and_is_called_back_is_not_asked_on_the_telephone_whether_they_are_there(
    desk: Desk,
) -> None:
    asking, agent = await desk.joins(), await desk.agent()
    await desk.accepted(asking)

    await desk.store.transact(
        lambda work: silence.park(work, work.contacts.lock(asking.id), "idle", desk.tenant.timing)
    )  # type: ignore[arg-type]
    await desk.callbacks.request(asking.id, OTHER_NUMBER)
    assert await desk.deadline(due.CALLER_IDLE, asking.id) is None
    offer = await desk.rings_customer(asking)
    assert offer.agent_id == agent.id
    assert await desk.calling_back.taken(offer.id, asking.id, "CA-taken")
    assert (await is_told(desk, asking)).state is State.CONNECTED
