"""Calling back: two telephones ring one after the other, and whatever comes of it the place, the slot and the agent
are as they should be. C5 to C7 are the complaints about other systems in `reference/complaints.md`."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from callback_desk import NUMBER, OTHER_NUMBER, Desk
from callback_desk import customer_first as customer_first
from callback_desk import desk as desk

from assistant.flow import moves
from assistant.flow.callbacks import GOODBYE_SECONDS
from assistant.flow.calling_back import SETUP_SECONDS, TAKING_SECONDS
from assistant.model.agent import Agent, Presence
from assistant.model.contact import Channel, Contact, Outcome, Reach, State, Verification
from assistant.model.errors import Unavailable
from assistant.model.events import Author, EventType
from assistant.model.offer import OfferState
from assistant.model.storage import LegKind

THEIR_CALL = "CA-of-the-callback"


async def back_in_place(desk: Desk, before: Contact) -> Contact:
    """The contact, to be called back where it stood."""
    contact = await desk.contact(before.id)
    assert (contact.state, contact.reach) == (State.WAITING, Reach.CALLBACK)
    assert (contact.order_at, contact.callback_number) == (before.order_at, before.callback_number)
    return contact


async def is_ready_and_free(desk: Desk, agent: Agent) -> bool:
    presence = (await desk.person(agent.id)).presence
    return presence is Presence.READY and await desk.free_slots(agent.id) == 4


# -- agent first ----------------------------------------------------------------------------------------------------


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
    assert await desk.deadline(moves.CALLBACK_RING, asking.id) is None
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
    assert await desk.deadline(moves.GRACE, asking.id) is None


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


# -- customer first -------------------------------------------------------------------------------------------------


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


# -- tries that come to nothing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["busy", "no_answer", "not_taken", "failed"])
async def test_c7_a_call_that_nobody_takes_is_told_counted_and_snoozed(desk: Desk, reason: str) -> None:
    asking, agent = await desk.to_be_called_back(), await desk.agent()
    offer = await desk.tries(asking, reason)
    back = await back_in_place(desk, asking)
    assert back.callback_tries == 1
    assert back.callback_at == desk.clock.now() + timedelta(seconds=desk.tenant.callbacks.snooze_seconds)
    assert await is_ready_and_free(desk, agent)
    assert desk.telephones.released == [asking.id]
    (tried,) = await desk.events(asking, EventType.CALLBACK_TRIED)
    assert tried.data == {"offer_id": offer.id, "outcome": reason, "tries": 1}
    (returned,) = await desk.events(asking, EventType.CONTACT_RETURNED)
    assert returned.data["reason"] == f"callback_{reason}"
    assert await desk.calling_back.came_to_nothing(offer.id, asking.id)


async def test_c7_retries_are_snoozed_and_overtake_nobody(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    behind = await desk.joins()
    await desk.agent()
    await desk.tries(asking)
    assert [await desk.position(asking), await desk.position(behind)] == [1, 2]
    await desk.is_offered(behind)
    await desk.agent("ben")
    desk.clock.advance(desk.tenant.callbacks.snooze_seconds - 1)
    assert await desk.router.assign() is None
    desk.clock.advance(1)
    await desk.is_offered(asking)


async def test_c7_after_the_last_try_the_callback_has_failed_and_the_caller_reads_so(desk: Desk) -> None:
    asking, behind = await desk.to_be_called_back(), await desk.joins()
    await desk.conversation.leave(behind.id)
    agent = await desk.agent()
    for _ in range(desk.tenant.callbacks.tries):
        assert (await desk.contact(asking.id)).state is State.WAITING
        await desk.tries(asking)
        desk.clock.advance(desk.tenant.callbacks.snooze_seconds)
    over = await desk.contact(asking.id)
    assert (over.state, over.outcome) == (State.CLOSED, Outcome.CALLBACK_FAILED)
    assert await desk.position(asking) is None
    assert await is_ready_and_free(desk, agent)
    said = [event.words for event in await desk.events(asking, EventType.MESSAGE_ADDED)]
    assert [words.author for words in said[-3:] if words] == [Author.ASSISTANT] * 3
    await desk.to_be_called_back(NUMBER)


async def test_c7_an_end_that_is_never_told_is_a_try_after_a_while(desk: Desk) -> None:
    asking, agent = await desk.to_be_called_back(), await desk.agent()
    await desk.rings_customer(asking)
    await desk.passes(desk.tenant.callbacks.ring_seconds + SETUP_SECONDS)
    assert (await back_in_place(desk, asking)).callback_tries == 1
    assert await is_ready_and_free(desk, agent)


async def test_c7_an_answer_whose_key_is_never_told_is_a_try_after_a_while(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.agent()
    offer = await desk.rings_customer(asking)
    desk.clock.advance(desk.tenant.callbacks.ring_seconds)
    assert await desk.calling_back.answered(offer.id, asking.id)
    await desk.passes(SETUP_SECONDS)
    assert (await desk.contact(asking.id)).state is State.OFFERED
    await desk.passes(TAKING_SECONDS - SETUP_SECONDS)
    assert (await back_in_place(desk, asking)).callback_tries == 1


async def test_c7_an_end_that_is_told_twice_or_late_is_one_try(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.agent()
    offer = await desk.tries(asking)
    desk.clock.advance(desk.tenant.callbacks.snooze_seconds)
    again = await desk.rings_customer(asking)
    await desk.calling_back.ended(offer.id, asking.id, "busy")
    ringing = await desk.contact(asking.id)
    assert (ringing.state, ringing.offer_id, ringing.callback_tries) == (State.OFFERED, again.id, 1)
    assert await desk.deadline(moves.CALLBACK_RING, asking.id) is not None


async def test_a_telephone_company_that_is_away_is_no_try(desk: Desk) -> None:
    asking, agent = await desk.to_be_called_back(), await desk.agent()
    desk.telephones.failure = Unavailable("telephone_unavailable", "away")
    for _ in range(desk.tenant.callbacks.tries + 1):
        offer = await desk.accepted(asking)
        assert await desk.calling_back.agent_answered(offer.id, asking.id) is False
        assert (await back_in_place(desk, asking)).callback_tries == 0
        assert await is_ready_and_free(desk, agent)
        desk.clock.advance(desk.tenant.callbacks.snooze_seconds)


async def test_a_number_that_the_telephone_company_will_not_call_is_a_try(customer_first: Desk) -> None:
    desk = customer_first
    asking, agent = await desk.to_be_called_back(), await desk.agent()
    desk.telephones.failure = Unavailable("number_refused", "no such number", retryable=False)
    await desk.accepted(asking)
    assert (await back_in_place(desk, asking)).callback_tries == 1
    assert await is_ready_and_free(desk, agent)


@pytest.mark.parametrize("failure", ["telephone_unavailable", "no_number"])
async def test_trouble_of_ours_is_no_try_however_lasting(customer_first: Desk, failure: str) -> None:
    desk = customer_first
    asking = await desk.to_be_called_back()
    await desk.agent()
    desk.telephones.failure = Unavailable(failure, "ours", retryable=False)
    await desk.accepted(asking)
    assert (await back_in_place(desk, asking)).callback_tries == 0


async def test_with_another_number_the_tries_begin_anew(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.agent()
    await desk.tries(asking)
    await desk.callbacks.request(asking.id, NUMBER)
    assert (await desk.contact(asking.id)).callback_tries == 1
    await desk.callbacks.request(asking.id, OTHER_NUMBER)
    assert (await desk.contact(asking.id)).callback_tries == 0
    await desk.rings_customer(asking)
    assert [number for _, number in desk.telephones.called] == [NUMBER, OTHER_NUMBER]


async def test_asking_again_for_the_call_that_is_on_its_way_does_not_stop_it(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.agent()
    await desk.rings_customer(asking)
    before = await desk.contact(asking.id)
    await desk.callbacks.request(asking.id, NUMBER)
    assert await desk.contact(asking.id) == before
    assert desk.telephones.released == []


# -- offers that come to nothing ------------------------------------------------------------------------------------


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


# -- never two calls to one person ----------------------------------------------------------------------------------


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


# -- restarts -------------------------------------------------------------------------------------------------------


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
    assert await desk.deadline(moves.CALL_CUSTOMER, asking.id) is not None, "any process takes it up"
    await desk.deadlines.fire_due()
    await desk.passes(desk.tenant.callbacks.ring_seconds + SETUP_SECONDS)
    await back_in_place(desk, asking)
    assert await is_ready_and_free(desk, agent)
