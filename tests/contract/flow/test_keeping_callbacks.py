"""Callbacks and what their holders do meanwhile: they come, go, change their minds, are cut off; and we restart."""

from __future__ import annotations

import pytest
from callback_desk import NUMBER, Desk, refusal
from callback_desk import desk as desk

from assistant.flow import due
from assistant.flow.callbacks import GOODBYE_SECONDS
from assistant.flow.claims import Claim, Claims
from assistant.model.agent import Presence
from assistant.model.contact import Channel, DialogueMode, Outcome, PendingInput, Reach, State
from assistant.model.events import EventType


async def test_a_dropped_socket_leaves_a_callback_as_it_is(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.legs.lost(desk.socket_of(asking))
    await desk.passes(desk.tenant.timing.grace_seconds + 1)
    kept = await desk.contact(asking.id)
    assert (kept.state, kept.reach) == (State.WAITING, Reach.CALLBACK)
    assert await desk.deadline(due.GRACE, asking.id) is None


async def test_looking_in_does_not_take_the_callback_back(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.legs.lost(desk.socket_of(asking))
    await desk.legs.touched(asking.id)
    await desk.legs.connected(asking.id, "another socket")
    assert (await desk.contact(asking.id)).reach is Reach.CALLBACK
    assert await desk.deadline(due.GRACE, asking.id) is None


async def test_a_socket_that_drops_while_the_customer_is_called_takes_no_offer_back(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.agent()
    await desk.rings_customer(asking)
    await desk.legs.lost(desk.socket_of(asking))
    assert (await desk.contact(asking.id)).state is State.OFFERED


async def test_a_caller_who_asked_and_hangs_up_keeps_the_place(desk: Desk) -> None:
    asking, behind = await desk.joins(Channel.VOICE, NUMBER), await desk.joins()
    await desk.callbacks.request(asking.id, NUMBER)
    await desk.legs.lost(await desk.call_of(asking))
    kept = await desk.contact(asking.id)
    assert (kept.state, kept.reach) == (State.WAITING, Reach.CALLBACK)
    assert [await desk.position(asking), await desk.position(behind)] == [1, 2]


async def test_c6_nobody_is_rung_while_still_being_told_goodbye(desk: Desk) -> None:
    asking = await desk.joins(Channel.VOICE, NUMBER)
    call = await desk.call_of(asking)
    await desk.callbacks.request(asking.id, NUMBER)
    await desk.agent()
    assert await desk.router.assign() is None
    await desk.legs.lost(call)
    await desk.is_offered(asking)


async def test_a_goodbye_whose_end_is_never_told_holds_the_callback_up_for_a_moment_only(desk: Desk) -> None:
    asking = await desk.joins(Channel.VOICE, NUMBER)
    await desk.callbacks.request(asking.id, NUMBER)
    await desk.agent()
    await desk.passes(GOODBYE_SECONDS)
    await desk.is_offered(asking)


async def test_a_caller_who_hangs_up_ends_no_step_that_is_waited_for(desk: Desk) -> None:
    asking = await desk.joins(Channel.VOICE, NUMBER)
    pending = PendingInput("r1", "secret", "pin", 4, "And your PIN?")
    await desk.becomes(asking.id, dialogue=DialogueMode.IN_STEP, pending_input=pending)
    await desk.callbacks.request(asking.id, NUMBER)
    kept = await desk.contact(asking.id)
    assert (kept.dialogue, kept.pending_input) == (DialogueMode.SPEAKING, None)


async def test_who_takes_the_callback_back_waits_here_again(desk: Desk) -> None:
    asking, behind = await desk.to_be_called_back(), await desk.joins()
    await desk.callbacks.cancel(asking.id)
    back = await desk.contact(asking.id)
    assert (back.reach, back.callback_number, back.callback_at) == (Reach.PRESENT, None, None)
    assert back.order_at == asking.order_at
    assert [await desk.position(asking), await desk.position(behind)] == [1, 2]


async def test_who_takes_it_back_without_a_connection_has_the_grace_to_come(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.legs.lost(desk.socket_of(asking))
    await desk.callbacks.cancel(asking.id)
    assert (await desk.contact(asking.id)).reach is Reach.AWAY
    await desk.passes(desk.tenant.timing.grace_seconds)
    assert (await desk.contact(asking.id)).state is State.ABANDONED


async def test_taking_back_what_was_not_asked_for_changes_nothing(desk: Desk) -> None:
    waiting = await desk.joins()
    before = await desk.contact(waiting.id)
    await desk.callbacks.cancel(waiting.id)
    assert await desk.contact(waiting.id) == before


async def test_who_takes_it_back_while_being_called_is_rung_no_more(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    agent = await desk.agent()
    offer = await desk.rings_customer(asking)
    await desk.callbacks.cancel(asking.id)
    assert desk.telephones.released == [asking.id]
    assert await desk.free_slots(agent.id) == 4
    assert await desk.calling_back.taken(offer.id, asking.id, "CA9") is False
    assert (await desk.contact(asking.id)).reach is Reach.PRESENT


async def test_leaving_ends_the_callback_and_silences_the_telephone(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.agent()
    offer = await desk.rings_customer(asking)
    await desk.conversation.leave(asking.id)
    left = await desk.contact(asking.id)
    assert (left.state, left.outcome, left.callback_number) == (State.ABANDONED, Outcome.LEFT, None)
    assert desk.telephones.released == [asking.id]
    assert await desk.calling_back.taken(offer.id, asking.id, "CA9") is False


async def test_a_call_that_is_cut_becomes_a_callback_where_that_was_agreed(desk: Desk) -> None:
    cut, behind = await desk.joins(Channel.VOICE, NUMBER), await desk.joins()
    await desk.callbacks.agree(cut.id)
    await desk.legs.lost(await desk.call_of(cut))
    kept = await desk.contact(cut.id)
    assert (kept.state, kept.reach, kept.callback_number) == (State.WAITING, Reach.CALLBACK, NUMBER)
    assert [await desk.position(cut), await desk.position(behind)] == [1, 2]


async def test_a_call_that_is_cut_while_an_agent_is_rung_becomes_a_callback_too(desk: Desk) -> None:
    cut = await desk.joins(Channel.VOICE, NUMBER)
    await desk.callbacks.agree(cut.id)
    agent = await desk.agent()
    await desk.accepted(cut)
    await desk.legs.lost(await desk.call_of(cut))
    assert desk.telephones.released == [cut.id]
    assert (await desk.person(agent.id)).presence is Presence.READY
    await desk.is_offered(cut)


async def test_a_call_that_died_with_its_process_becomes_a_callback_after_the_grace(desk: Desk) -> None:
    cut = await desk.joins(Channel.VOICE, NUMBER)
    await desk.callbacks.agree(cut.id)
    await desk.recovery.end()
    assert (await desk.contact(cut.id)).reach is Reach.AWAY
    await desk.passes(desk.tenant.timing.grace_seconds)
    assert (await desk.contact(cut.id)).reach is Reach.CALLBACK


async def test_a_call_that_is_cut_without_an_agreement_is_over(desk: Desk) -> None:
    cut = await desk.joins(Channel.VOICE, NUMBER)
    await desk.legs.lost(await desk.call_of(cut))
    assert (await desk.contact(cut.id)).state is State.ABANDONED


async def test_a_cut_call_whose_number_is_to_be_called_already_is_over(desk: Desk) -> None:
    await desk.to_be_called_back()
    cut = await desk.joins(Channel.VOICE, NUMBER)
    await desk.callbacks.agree(cut.id)
    await desk.legs.lost(await desk.call_of(cut))
    assert (await desk.contact(cut.id)).state is State.ABANDONED


@pytest.mark.parametrize(("ani", "code"), [(None, "invalid_number"), ("+12025550143", "number_not_allowed")])
async def test_nobody_is_promised_a_call_to_a_number_that_cannot_be_called(
    desk: Desk, ani: str | None, code: str
) -> None:
    calling = await desk.joins(Channel.VOICE, ani)
    assert await refusal(desk.callbacks.agree(calling.id)) == code


async def test_a_restart_leaves_callbacks_as_they_are(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    await desk.recovery.end()
    desk.clock.advance(3600)
    await desk.recovery.begin(alone=True)
    await desk.passes(desk.tenant.timing.grace_seconds + 1)
    kept = await desk.contact(asking.id)
    assert (kept.state, kept.reach) == (State.WAITING, Reach.CALLBACK)
    await desk.agent()
    await desk.is_offered(asking)


async def test_a_place_that_is_claimed_elsewhere_is_waited_at_again(desk: Desk) -> None:
    asking = await desk.to_be_called_back()
    claim = Claim(asking.code, Channel.CHAT, token=desk.intake.token_of(asking.id))
    claimed = await Claims(desk.store, desk.tenant, desk.lines).claim(claim)
    assert (claimed.contact.reach, claimed.contact.callback_number) == (Reach.PRESENT, None)
    assert claimed.place.position == 1


async def test_an_arrival_behind_a_callback_that_is_due_is_not_told_that_somebody_is_free(desk: Desk) -> None:
    await desk.to_be_called_back()
    await desk.agent(chats=1)
    behind = await desk.joins()
    (placed,) = await desk.events(behind, EventType.CONTACT_PLACED)
    assert (placed.data["position"], placed.data["connecting"]) == (2, False)


async def test_the_wait_of_a_callback_is_that_of_a_call(desk: Desk) -> None:
    for _ in range(4):
        await desk.joins()
    last = await desk.joins()
    await desk.agent()
    await desk.lines.sweep()
    in_chat = (await desk.transcripts.view(last.id)).place.wait
    await desk.callbacks.request(last.id, NUMBER)
    on_the_phone = (await desk.transcripts.view(last.id)).place.wait
    assert on_the_phone != in_chat
