"""Calls that nobody takes: told, counted, snoozed, and given up in the end. C7 is a complaint about other systems in
`docs/known-failures.md`."""

from __future__ import annotations

from datetime import timedelta

import pytest
from arrivals import told
from callback_desk import NUMBER, OTHER_NUMBER, Desk, back_in_place, is_ready_and_free
from callback_desk import customer_first as customer_first
from callback_desk import desk as desk

from assistant.flow import due
from assistant.flow.calling_back import SETUP_SECONDS, TAKING_SECONDS
from assistant.model.contact import Outcome, State
from assistant.model.errors import Unavailable
from assistant.model.events import Author, EventType


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
    assert told(tried) == {"offer_id": offer.id, "outcome": reason, "tries": 1}
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
    assert await desk.deadline(due.CALLBACK_RING, asking.id) is not None


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
