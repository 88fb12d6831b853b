"""Calling back: two telephones ring one after the other, and an offer that comes to nothing costs no place."""

from __future__ import annotations

from callback_desk import NUMBER, THEIR_CALL, Desk, back_in_place, is_ready_and_free
from callback_desk import customer_first as customer_first
from callback_desk import desk as desk

from assistant.flow import due
from assistant.model.agent import Presence
from assistant.model.contact import Channel, Reach, State, Verification
from assistant.model.events import EventType
from assistant.model.offer import OfferState
from assistant.model.storage import LegKind


async def test_the_agent_is_rung_first_and_the_customer_when_the_agent_is_there(desk: Desk) -> None:
    asking, agent = await desk.to_be_called_back(), await desk.agent()
    offer = await desk.accepted(asking)
    assert (desk.telephones.rung, desk.telephones.called) == ([offer.id], [])
    assert await desk.calling_back.agent_answered(offer.id, asking.id)
    assert desk.telephones.called == [(offer.id, NUMBER)]
    called = await desk.contact(asking.id)
    assert (called.state, called.reach) == (State.OFFERED, Reach.CALLBACK)
    assert await desk.free_slots(agent.id) == 3


async def test_both_are_connected_when_a_person_takes_the_call(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    agent = await desk.agent()
    offer = await desk.rings_customer(asking)
    assert await desk.calling_back.answered(offer.id, asking.id)
    assert (await desk.contact(asking.id)).state is State.OFFERED
    assert await desk.calling_back.taken(offer.id, asking.id, THEIR_CALL)
    met = await desk.contact(asking.id)
    assert (met.state, met.reach, met.channel, met.ani) == (State.CONNECTED, Reach.PRESENT, Channel.VOICE, NUMBER)
    assert (met.agent_id, met.callback_number, met.callback_at) == (agent.id, None, None)
    assert await desk.position(asking) is None
    assert await desk.deadline(due.CALLBACK_RING, asking.id) is None
    legs = await desk.store.read(lambda work: work.legs.of_contact(asking.id))
    assert [leg.ref for leg in legs] == [THEIR_CALL]


async def test_who_hangs_up_the_call_they_took_ends_the_conversation(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.agent()
    offer = await desk.rings_customer(asking)
    await desk.calling_back.taken(offer.id, asking.id, THEIR_CALL)
    await desk.calling_back.ended(offer.id, asking.id, "not_taken")
    await desk.legs.lost(THEIR_CALL)
    assert (await desk.contact(asking.id)).state is State.WRAPPING
    assert await desk.events(asking, EventType.CALLBACK_TRIED) == []
    await desk.legs.lost(desk.socket_of(asking))


async def test_a_page_that_is_closed_after_the_call_was_taken_ends_nothing(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.agent()
    offer = await desk.rings_customer(asking)
    await desk.calling_back.taken(offer.id, asking.id, THEIR_CALL)
    await desk.legs.lost(desk.socket_of(asking))
    assert (await desk.contact(asking.id)).reach is Reach.PRESENT
    assert await desk.deadline(due.GRACE, asking.id) is None


async def test_who_hangs_up_while_holding_has_left_though_the_page_is_still_open(customer_first: Desk) -> None:
    desk = customer_first
    asking = await desk.to_be_called_back()
    await desk.agent()
    offer = await desk.accepted(asking)
    await desk.calling_back.taken(offer.id, asking.id, THEIR_CALL)
    await desk.legs.connected(asking.id, "the page, loaded anew")
    await desk.legs.lost(THEIR_CALL)
    assert (await desk.contact(asking.id)).state is State.ABANDONED


async def test_a_page_that_is_still_open_does_not_pass_for_the_call(customer_first: Desk) -> None:
    desk = customer_first
    asking = await desk.to_be_called_back()
    await desk.agent()
    offer = await desk.accepted(asking)
    await desk.calling_back.taken(offer.id, asking.id, THEIR_CALL)
    await desk.recovery.end()
    await desk.legs.connected(asking.id, "the page, loaded anew")
    await desk.legs.touched(asking.id)
    assert (await desk.contact(asking.id)).reach is Reach.AWAY
    await desk.legs.connected(asking.id, THEIR_CALL, LegKind.CALL)
    assert (await desk.contact(asking.id)).reach is Reach.PRESENT


async def test_what_was_proved_in_chat_does_not_prove_who_takes_the_call(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.becomes(asking.id, verification=Verification(2, "pin", desk.clock.now()), customer_number="10000001")
    await desk.agent()
    offer = await desk.rings_customer(asking)
    await desk.calling_back.taken(offer.id, asking.id, THEIR_CALL)
    met = await desk.contact(asking.id)
    assert (met.verification.level, met.customer_number) == (1, "10000001")


async def test_customer_first_the_agent_is_rung_when_the_customer_is_there(customer_first: Desk) -> None:
    desk = customer_first
    asking = await desk.to_be_called_back()
    agent = await desk.agent()
    offer = await desk.accepted(asking)
    assert (desk.telephones.rung, desk.telephones.called) == ([], [(offer.id, NUMBER)])
    assert await desk.calling_back.taken(offer.id, asking.id, THEIR_CALL)
    await desk.deadlines.fire_due()
    assert desk.telephones.rung == [offer.id]
    there = await desk.contact(asking.id)
    assert (there.state, there.reach, there.channel) == (State.OFFERED, Reach.PRESENT, Channel.VOICE)
    assert await desk.free_slots(agent.id) == 3
    assert await desk.offers.bridged(offer.id) == THEIR_CALL
    assert (await desk.contact(asking.id)).state is State.CONNECTED


async def test_customer_first_an_agent_who_does_not_answer_leaves_the_customer_present_in_place(
    customer_first: Desk,
) -> None:
    desk = customer_first
    asking, behind = await desk.to_be_called_back(), await desk.joins()
    agent = await desk.agent()
    offer = await desk.accepted(asking)
    await desk.calling_back.taken(offer.id, asking.id, THEIR_CALL)
    await desk.deadlines.fire_due()
    await desk.passes(desk.tenant.timing.ring_seconds)
    back = await desk.contact(asking.id)
    assert (back.state, back.reach, back.channel) == (State.WAITING, Reach.PRESENT, Channel.VOICE)
    assert [await desk.position(asking), await desk.position(behind)] == [1, 2]
    assert (await desk.person(agent.id)).reason == "phone_not_answered"


async def test_customer_first_a_busy_customer_costs_the_agent_nothing(customer_first: Desk) -> None:
    desk = customer_first
    asking, agent = await desk.to_be_called_back(), await desk.agent()
    offer = await desk.accepted(asking)
    await desk.calling_back.ended(offer.id, asking.id, "busy")
    await back_in_place(desk, asking)
    assert await is_ready_and_free(desk, agent)
    assert desk.telephones.rung == []


async def test_a_declined_callback_is_back_in_its_place(desk: Desk) -> None:
    asking, agent = await desk.to_be_called_back(), await desk.agent()
    offer = await desk.is_offered(asking)
    await desk.offers.decline(offer.id, agent.id, "busy")
    await back_in_place(desk, asking)
    await desk.agent("ben")
    await desk.is_offered(asking)


async def test_a_callback_whose_offer_is_not_answered_is_back_in_its_place(desk: Desk) -> None:
    asking, agent = await desk.to_be_called_back(), await desk.agent()
    offer = await desk.is_offered(asking)
    await desk.passes(desk.tenant.timing.offer_seconds)
    await back_in_place(desk, asking)
    ended = await desk.store.read(lambda work: work.offers.get(offer.id))
    assert ended is not None and ended.state is OfferState.NOT_ANSWERED
    assert (await desk.person(agent.id)).reason == "rona"


async def test_a_callback_whose_offer_is_rescinded_is_back_in_its_place(desk: Desk) -> None:
    asking, agent = await desk.to_be_called_back(), await desk.agent()
    await desk.is_offered(asking)
    await desk.presence.set(agent.id, Presence.NOT_READY, "lunch")
    await back_in_place(desk, asking)


async def test_an_agent_who_does_not_answer_the_phone_costs_the_customer_nothing(desk: Desk) -> None:
    asking, agent = await desk.to_be_called_back(), await desk.agent()
    await desk.accepted(asking)
    await desk.passes(desk.tenant.timing.ring_seconds)
    back = await back_in_place(desk, asking)
    assert (back.callback_tries, desk.telephones.called) == (0, [])
    assert (await desk.person(agent.id)).reason == "phone_not_answered"
    await desk.agent("ben")
    await desk.is_offered(asking)
