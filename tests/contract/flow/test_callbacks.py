"""Asking for a callback: the place is kept where it was, counts, and is called when its turn comes, once per person.

C5 to C7 are the complaints about other systems in `docs/known-failures.md`.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from callback_desk import NUMBER, OTHER_NUMBER, THIRD_NUMBER, Desk, refusal
from callback_desk import desk as desk

from assistant.model.contact import Channel, Reach, State
from assistant.model.errors import Refused
from assistant.model.events import EventType
from assistant.model.place import WhyPassed


async def test_a_callback_keeps_state_order_and_position(desk: Desk) -> None:
    first, second = await desk.joins(), await desk.joins()
    await desk.callbacks.request(first.id, "020 7183 8750")
    kept = await desk.contact(first.id)
    assert (kept.state, kept.reach, kept.order_at) == (State.WAITING, Reach.CALLBACK, first.order_at)
    assert (kept.callback_number, kept.callback_at) == (NUMBER, desk.clock.now())
    assert [await desk.position(first), await desk.position(second)] == [1, 2]


async def test_c5_callbacks_are_in_the_position_count(desk: Desk) -> None:
    for number in (NUMBER, OTHER_NUMBER):
        await desk.to_be_called_back(number)
    last = await desk.joins()
    assert await desk.position(last) == 3


async def test_c5_a_callback_does_not_overtake_who_stayed_on_the_line(desk: Desk) -> None:
    staying = await desk.joins()
    asking = await desk.to_be_called_back()
    await desk.agent(chats=1)
    assert (await desk.is_offered(staying)).contact_id == staying.id
    await desk.agent("ben")
    await desk.is_offered(asking)


async def test_c5_a_callback_is_not_overtaken_for_being_one(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.joins()
    await desk.agent()
    offer = await desk.is_offered(asking)
    (made,) = await desk.events(asking, EventType.OFFER_MADE)
    assert made.data["passed_over"] == []
    slots = await desk.store.read(lambda work: work.agents.slots(offer.agent_id))
    assert [slot.channel for slot in slots if slot.contact_id == asking.id] == [Channel.VOICE]


async def test_c5_a_callback_being_called_is_still_ahead(desk: Desk) -> None:
    asking, behind = await desk.to_be_called_back(), await desk.joins()
    await desk.agent()
    await desk.rings_customer(asking)
    assert [await desk.position(asking), await desk.position(behind)] == [1, 2]


async def test_who_is_to_be_called_later_is_passed_over_as_away(desk: Desk) -> None:
    asking = await desk.joins()
    later = desk.clock.now() + timedelta(hours=1)
    await desk.callbacks.request(asking.id, NUMBER, later)
    behind = await desk.joins()
    await desk.agent()
    await desk.is_offered(behind)
    (made,) = await desk.events(behind, EventType.OFFER_MADE)
    assert made.data["passed_over"] == [{"contact_id": asking.id, "why": WhyPassed.AWAY}]
    assert await desk.position(asking) == 1
    await desk.agent("ben")
    assert await desk.router.assign() is None
    desk.clock.at = later
    await desk.is_offered(asking)


async def test_an_agent_without_a_free_line_is_not_offered_a_callback(desk: Desk) -> None:
    chatting = await desk.joins()
    await desk.agent()
    await desk.is_offered(chatting)
    await desk.to_be_called_back()
    assert await desk.router.assign() is None


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("hello", "invalid_number"),
        ("", "invalid_number"),
        ("020 7183", "invalid_number"),
        ("+442071838750 ext 5", "invalid_number"),
        ("999", "number_not_allowed"),
        ("118500", "number_not_allowed"),
        ("0909 879 0000", "number_not_allowed"),
        ("0871 234 5678", "number_not_allowed"),
        ("070 1234 5678", "number_not_allowed"),
        ("+1 202 555 0143", "number_not_allowed"),
        ("+44 20 7946 0000", "number_not_allowed"),
    ],
)
async def test_a_number_that_is_none_or_not_allowed_harms_no_place(desk: Desk, number: str, code: str) -> None:
    asking = await desk.joins()
    assert await refusal(desk.callbacks.request(asking.id, number)) == code
    kept = await desk.contact(asking.id)
    assert (kept.reach, kept.callback_number) == (Reach.PRESENT, None)


@pytest.mark.parametrize("seconds", [-61, 15 * 86_400])
async def test_a_time_that_has_passed_or_is_too_far_ahead_is_refused(desk: Desk, seconds: int) -> None:
    asking = await desk.joins()
    at = desk.clock.now() + timedelta(seconds=seconds)
    assert await refusal(desk.callbacks.request(asking.id, NUMBER, at)) == "invalid_request"


async def test_a_time_of_a_moment_ago_means_now(desk: Desk) -> None:
    asking = await desk.joins()
    await desk.callbacks.request(asking.id, NUMBER, desk.clock.now() - timedelta(seconds=30))
    assert (await desk.contact(asking.id)).callback_at == desk.clock.now()


async def test_who_has_left_or_has_an_agent_gets_no_callback(desk: Desk) -> None:
    left, met = await desk.joins(), await desk.joins()
    await desk.conversation.leave(left.id)
    await desk.agent()
    await desk.accepted(met)
    assert await refusal(desk.callbacks.request(left.id, NUMBER)) == "contact_closed"
    assert await refusal(desk.callbacks.request(met.id, NUMBER)) == "place_taken_up"
    assert await refusal(desk.callbacks.cancel(met.id)) == "place_taken_up"


async def test_c6_one_number_is_called_back_for_one_place(desk: Desk) -> None:
    await desk.to_be_called_back()
    other = await desk.joins()
    assert await refusal(desk.callbacks.request(other.id, "+44 20 7183 8750")) == "callback_open"
    await desk.callbacks.request(other.id, OTHER_NUMBER)


async def test_c6_who_asks_again_changes_the_callback(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    later = desk.clock.now() + timedelta(minutes=5)
    await desk.callbacks.request(asking.id, OTHER_NUMBER, later)
    changed = await desk.contact(asking.id)
    assert (changed.callback_number, changed.callback_at) == (OTHER_NUMBER, later)
    await desk.to_be_called_back(NUMBER)


async def test_c6_of_many_who_ask_at_once_for_one_number_one_is_called(desk: Desk) -> None:
    asking = [await desk.joins() for _ in range(8)]
    outcomes = await asyncio.gather(
        *(desk.callbacks.request(contact.id, NUMBER) for contact in asking), return_exceptions=True
    )
    refused = [outcome.code for outcome in outcomes if isinstance(outcome, Refused)]
    assert refused == ["callback_open"] * 7
    assert outcomes.count(None) == 1


async def test_c6_a_verified_customer_is_called_back_for_one_place(desk: Desk) -> None:
    asking = [await desk.joins() for _ in range(4)]
    for contact in asking:
        await desk.becomes(contact.id, customer_number="10000001")
    numbers = [NUMBER, OTHER_NUMBER, THIRD_NUMBER, "+442071838753"]
    outcomes = await asyncio.gather(
        *(desk.callbacks.request(contact.id, number) for contact, number in zip(asking, numbers, strict=True)),
        return_exceptions=True,
    )
    assert outcomes.count(None) == 1
    assert {outcome.code for outcome in outcomes if isinstance(outcome, Refused)} == {"callback_open"}


async def test_the_number_is_free_again_once_the_place_is_given_up_or_taken_back(desk: Desk) -> None:
    first = await desk.to_be_called_back()
    await desk.conversation.leave(first.id)
    second = await desk.to_be_called_back()
    await desk.callbacks.cancel(second.id)
    await desk.to_be_called_back()


async def test_an_offer_made_to_who_then_asks_is_taken_back_and_made_anew_as_a_callback(desk: Desk) -> None:
    asking = await desk.joins(Channel.VOICE, NUMBER)
    await desk.agent()
    await desk.accepted(asking)
    await desk.callbacks.request(asking.id, NUMBER)
    assert desk.telephones.released == [asking.id]
    await desk.legs.lost(await desk.call_of(asking))
    await desk.is_offered(asking)
