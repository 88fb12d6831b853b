"""Never two calls to one person, whatever comes twice, late or not at all. C6 is a complaint about other systems in
`docs/known-failures.md`."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from callback_desk import NUMBER, OTHER_NUMBER, THEIR_CALL, Desk, back_in_place, is_ready_and_free
from callback_desk import customer_first as customer_first
from callback_desk import desk as desk

from assistant.flow import due
from assistant.flow.callbacks import GOODBYE_SECONDS
from assistant.flow.calling_back import SETUP_SECONDS
from assistant.model.agent import Presence
from assistant.model.contact import Channel, Reach, State
from assistant.model.events import EventType


async def test_c6_an_agent_s_answer_that_comes_twice_calls_once(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.agent()
    offer = await desk.accepted(asking)
    answers = await asyncio.gather(*(desk.calling_back.agent_answered(offer.id, asking.id) for _ in range(4)))
    assert answers == [True] * 4
    assert len(desk.telephones.called) == 1


async def test_c6_a_briefing_that_is_confirmed_twice_calls_once(customer_first: Desk) -> None:
    desk = customer_first
    asking, agent = await desk.to_be_called_back(), await desk.agent()
    await desk.accepted(asking)
    await desk.offers.briefing_shown(asking.id, agent.id)
    await desk.passes(desk.tenant.timing.briefing_seconds)
    assert len(desk.telephones.called) == 1


async def test_c6_nobody_is_called_again_while_an_agent_s_going_leaves_the_telephone_ringing(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.agent()
    offer = await desk.rings_customer(asking)
    await desk.offers.bridge_failed(offer.id, "phone_lost")
    await back_in_place(desk, asking)
    await desk.agent("ben")
    assert await desk.router.assign() is None
    await desk.calling_back.ended(offer.id, asking.id, "canceled")
    await desk.is_offered(asking)
    assert (await desk.contact(asking.id)).callback_tries == 0


async def test_c6_a_ringing_that_nobody_tells_the_end_of_is_waited_for_in_vain_once(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.agent()
    offer = await desk.rings_customer(asking)
    await desk.offers.bridge_failed(offer.id, "phone_lost")
    await desk.agent("ben")
    await desk.passes(desk.tenant.callbacks.ring_seconds + SETUP_SECONDS)
    assert (await back_in_place(desk, asking)).callback_tries == 0
    await desk.is_offered(asking)


async def test_a_hold_that_runs_out_does_not_end_the_offer_that_follows(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.agent()
    offer = await desk.rings_customer(asking)
    await desk.offers.bridge_failed(offer.id, "phone_lost")
    await desk.agent("ben")
    desk.clock.advance(desk.tenant.callbacks.ring_seconds + SETUP_SECONDS)
    following = await desk.is_offered(asking)
    await desk.deadlines.fire_due()
    offered = await desk.contact(asking.id)
    assert (offered.state, offered.offer_id, offered.callback_tries) == (State.OFFERED, following.id, 0)


async def test_an_agent_is_not_joined_to_the_call_in_which_the_callback_was_asked_for(desk: Desk) -> None:
    asking = await desk.joins(Channel.VOICE, NUMBER)
    await desk.callbacks.request(asking.id, NUMBER)
    await desk.agent()
    await desk.passes(GOODBYE_SECONDS)
    offer = await desk.accepted(asking)
    assert await desk.offers.bridged(offer.id) is None
    assert await desk.calling_back.agent_answered(offer.id, asking.id)
    assert (await desk.contact(asking.id)).state is State.OFFERED


async def test_c6_a_new_number_is_not_called_before_the_old_one_has_stopped_ringing(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.agent()
    offer = await desk.rings_customer(asking)
    await desk.callbacks.request(asking.id, OTHER_NUMBER)
    assert await desk.router.assign() is None
    assert await desk.calling_back.answered(offer.id, asking.id)
    desk.clock.advance(desk.tenant.callbacks.ring_seconds + SETUP_SECONDS)
    assert await desk.router.assign() is None
    await desk.calling_back.ended(offer.id, asking.id, "not_taken")
    await desk.is_offered(asking)


async def test_a_time_that_was_asked_for_is_kept_though_a_call_has_ended_before(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.agent()
    offer = await desk.rings_customer(asking)
    later = desk.clock.now() + timedelta(seconds=20)
    await desk.callbacks.request(asking.id, NUMBER, later)
    await desk.calling_back.ended(offer.id, asking.id, "canceled")
    assert await desk.router.assign() is None
    desk.clock.advance(desk.tenant.callbacks.ring_seconds + SETUP_SECONDS + 1)
    await desk.is_offered(asking)


async def test_who_takes_the_call_after_the_agent_has_gone_waits_on_the_line_in_place(desk: Desk) -> None:
    asking, behind = await desk.to_be_called_back(), await desk.joins()
    await desk.agent()
    offer = await desk.rings_customer(asking)
    await desk.offers.bridge_failed(offer.id, "phone_lost")
    assert await desk.calling_back.taken(offer.id, asking.id, THEIR_CALL)
    there = await desk.contact(asking.id)
    assert (there.state, there.reach, there.channel) == (State.WAITING, Reach.PRESENT, Channel.VOICE)
    assert [await desk.position(asking), await desk.position(behind)] == [1, 2]


async def test_a_key_that_comes_after_the_call_s_end_takes_nothing(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.agent()
    offer = await desk.tries(asking, "not_taken")
    assert await desk.calling_back.taken(offer.id, asking.id, THEIR_CALL) is False
    await back_in_place(desk, asking)


async def test_a_key_that_comes_twice_takes_the_call_once(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.agent()
    offer = await desk.rings_customer(asking)
    taken = await asyncio.gather(*(desk.calling_back.taken(offer.id, asking.id, THEIR_CALL) for _ in range(4)))
    assert taken == [True] * 4
    assert len(await desk.events(asking, EventType.CONTACT_CONNECTED)) == 1


async def test_a_restart_while_the_telephone_rings_is_no_try_and_no_second_call(desk: Desk) -> None:
    asking, agent = await desk.to_be_called_back(), await desk.agent()
    offer = await desk.rings_customer(asking)
    await desk.recovery.end()
    desk.clock.advance(5)
    await desk.recovery.begin(alone=True)
    back = await back_in_place(desk, asking)
    assert (back.callback_tries, (await desk.person(agent.id)).presence) == (0, Presence.READY)
    assert await desk.router.assign() is None
    await desk.calling_back.ended(offer.id, asking.id, "no_answer")
    await desk.is_offered(asking)


async def test_who_takes_the_call_after_a_restart_waits_on_the_line(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.agent()
    offer = await desk.rings_customer(asking)
    await desk.recovery.end()
    desk.clock.advance(5)
    await desk.recovery.begin(alone=True)
    assert await desk.calling_back.taken(offer.id, asking.id, THEIR_CALL)
    assert (await desk.contact(asking.id)).reach is Reach.PRESENT


async def test_a_call_that_was_intended_when_the_process_died_is_given_up_in_time(customer_first: Desk) -> None:
    """The intent is stored and nobody knows whether it was carried out: the agent is not held for ever."""
    desk = customer_first
    asking, agent = await desk.to_be_called_back(), await desk.agent()
    offer = await desk.is_offered(asking)
    await desk.offers.accept(offer.id, agent.id)
    await desk.offers.briefing_shown(asking.id, agent.id)
    assert await desk.deadline(due.CALL_CUSTOMER, asking.id) is not None, "any process takes it up"
    await desk.deadlines.fire_due()
    await desk.passes(desk.tenant.callbacks.ring_seconds + SETUP_SECONDS)
    await back_in_place(desk, asking)
    assert await is_ready_and_free(desk, agent)
