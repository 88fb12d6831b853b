"""A caller who was in a call until just now and calls again: the place of then, and the same agent first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from arrivals import placed
from phone_client import PhoneClient
from test_meeting_agents import met
from voice_house import VoiceHouse

from assistant.model.contact import Channel, Contact, State

FIRST = "Fernhill Bank. We were cut off, and you have your place back: you're next. I'll ask Amira first."


async def cut(house: VoiceHouse) -> Contact:
    caller, _, contact = await met(house)
    await caller.hang_up()
    return await house.expects(contact.id, state=State.WRAPPING)


async def calls_again(house: VoiceHouse) -> tuple[PhoneClient, str, Contact]:
    phone = await house.phone()
    sid = await phone.call()
    greeting = str((await phone.expects("spoken"))["text"])
    return phone, greeting, await house.contact_of(sid)


async def test_a_caller_who_was_cut_off_has_the_place_back_and_the_same_agent_first(house: VoiceHouse) -> None:
    before = await cut(house)
    await placed(house.store, channel=Channel.VOICE)
    _, greeting, again = await calls_again(house)
    assert greeting == FIRST
    assert (again.order_at, again.direct_agent_id) == (before.order_at, before.agent_id)
    assert again.id != before.id
    assert again.customer_number is None, "the number moves the place and no more"


async def test_an_agent_who_has_recorded_the_outcome_is_done_with_it(house: VoiceHouse) -> None:
    before = await cut(house)
    await house.flow.conversation.wrap_up(before.id, await house.of_contact(before), "resolved", "")
    _, greeting, again = await calls_again(house)
    assert "cut off" not in greeting
    assert (again.order_at > before.order_at, again.direct_agent_id) == (True, None)


async def test_a_call_that_the_agent_ended_was_not_cut_off(house: VoiceHouse) -> None:
    caller, desk, contact = await met(house)
    await desk.hang_up()
    await house.expects(contact.id, state=State.WRAPPING)
    await caller.expects("call", status="completed")
    _, greeting, _ = await calls_again(house)
    assert "cut off" not in greeting


async def test_after_ten_minutes_it_is_another_matter(house: VoiceHouse) -> None:
    await cut(house)
    house.clock.advance(house.tenant.timing.reclaim_seconds + 1)
    _, greeting, _ = await calls_again(house)
    assert "cut off" not in greeting


async def test_where_the_agent_takes_nobody_the_place_is_everybody_s(house: VoiceHouse) -> None:
    before = await cut(house)
    amira = await house.of_contact(before)

    def leave(work: Any) -> None:
        work.agents.save(replace(work.agents.lock(amira.id), is_reachable=False))

    await house.store.transact(leave)
    _, greeting, again = await calls_again(house)
    assert greeting == "Fernhill Bank. We were cut off, and you have your place back: you're next."
    assert (again.order_at, again.direct_agent_id) == (before.order_at, None)


async def test_another_number_has_nothing_of_it(house: VoiceHouse) -> None:
    await cut(house)
    phone = await house.phone("+442079460177")
    await phone.call()
    assert "cut off" not in (await phone.expects("spoken"))["text"]
