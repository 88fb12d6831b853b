"""Webhooks that are lost, late, twice or out of order while caller and agent are brought together and part.

In each case the caller is with the agent, in the place, or over; and no leg is left.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from phone_client import PhoneClient
from test_meeting_agents import AGENT, met, waiting
from voice_house import VoiceHouse

from assistant.model.contact import Contact, State
from assistant.model.events import EventType
from telephony import voice_wording as words
from telephony.emulator import Fault, FaultKind

NOTICES = ("/voice/status", "/agent/", "/conference/status")


async def answered(house: VoiceHouse) -> tuple[PhoneClient, PhoneClient, Contact]:
    """The agent has answered; the key is still to come."""
    caller, contact = await waiting(house)
    desk = await house.phone(AGENT)
    await house.offer(contact, await house.agent())
    await desk.expects("call", status="ringing")
    await desk.send("answer", call_sid=desk.call_sid)
    return caller, desk, contact


async def nobody_is_left(house: VoiceHouse) -> None:
    """No call is in progress or rings, and no conference is open."""

    def left() -> bool:
        return any(not call.status.is_over for call in house.emulator.exchange.calls.values())

    for _ in range(500):
        if not left():
            break
        await asyncio.sleep(0.02)
    assert not left()
    assert {room.status for room in house.emulator.exchange.rooms.all()} <= {"completed"}


@pytest.mark.parametrize("kind", [FaultKind.DUPLICATE, FaultKind.REORDER, FaultKind.DELAY, FaultKind.DROP])
@pytest.mark.parametrize("match", NOTICES)
@pytest.mark.parametrize("who", ["caller", "agent"])
async def test_a_notice_that_goes_wrong_changes_no_ending(
    house: VoiceHouse, who: str, match: str, kind: FaultKind
) -> None:
    caller, desk, contact = await answered(house)
    house.emulator.faults.arm(Fault(kind, match, times=1, seconds=0.3))
    await desk.expects("conference", joined=True)
    await caller.expects("conference", joined=True)
    await caller.say("Good morning.")
    await desk.expects("caption", text="Good morning.")
    await (caller if who == "caller" else desk).hang_up()
    ended = {State.WRAPPING} | ({State.WAITING} if (who, match) == ("agent", "/conference/status") else set())
    for _ in range(500):
        state = (await house.contact(contact.id)).state
        if state in ended:
            break
        await asyncio.sleep(0.02)
    assert state in ended
    if state is State.WAITING:  # nobody told that the two had met: the caller is owed the place
        await caller.hang_up()
    await nobody_is_left(house)


@pytest.mark.parametrize("match", ["/answer", "/key", "/voice/bridge"])
@pytest.mark.parametrize("kind", [FaultKind.DUPLICATE, FaultKind.DELAY, FaultKind.DROP, FaultKind.TIME_OUT])
async def test_a_document_that_goes_wrong_brings_them_together_or_the_caller_back(
    house: VoiceHouse, match: str, kind: FaultKind
) -> None:
    caller, contact = await waiting(house)
    desk = await house.phone(AGENT)
    await house.offer(contact, await house.agent())
    await desk.expects("call", status="ringing")
    house.emulator.faults.arm(Fault(kind, match, seconds=0.3))
    await desk.send("answer", call_sid=desk.call_sid)
    for _ in range(700):
        now = await house.contact(contact.id)
        is_in = any(frame["type"] == "conference" for frame in caller.history)
        is_settled = (now.state is State.CONNECTED and is_in) or (now.state is State.WAITING and now.attempt == 1)
        if is_settled:
            break
        await asyncio.sleep(0.02)
    assert is_settled
    assert now.order_at == contact.order_at
    await caller.hang_up()
    await nobody_is_left(house)


async def test_a_caller_who_hung_up_unheard_in_the_line_is_found_out(house: VoiceHouse) -> None:
    caller, contact = await waiting(house)
    house.emulator.faults.arm(Fault(FaultKind.DROP, "/voice/status"))
    await caller.hang_up()
    await caller.expects("call", status="completed")
    await house.reconciler.look()
    assert (await house.contact(contact.id)).state is State.WAITING, "it has just been heard of"
    house.clock.advance(120)
    await house.reconciler.look()
    assert (await house.contact(contact.id)).state is State.ABANDONED


async def test_a_caller_who_holds_is_not_taken_for_gone(house: VoiceHouse) -> None:
    _, contact = await waiting(house)
    house.clock.advance(120)
    await house.reconciler.look()
    assert (await house.contact(contact.id)).state is State.WAITING


async def test_an_agent_alone_in_a_conference_that_does_not_begin_gets_the_caller(house: VoiceHouse) -> None:
    caller, desk, _ = await answered(house)
    house.emulator.faults.arm(Fault(FaultKind.DROP, "/voice/turn", times=2))
    house.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Calls/", code=20503))
    await desk.expects("conference", joined=True)
    house.clock.advance(30)
    await caller.expects("conference", joined=True)
    await desk.say("There you are.")
    await caller.expects("caption", text="There you are.")


async def test_an_agent_alone_whose_caller_has_gone_unheard_is_freed(house: VoiceHouse) -> None:
    caller, desk, contact = await answered(house)
    house.emulator.faults.arm(Fault(FaultKind.DROP, "/voice/status", times=5))
    house.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Calls/", code=20503))
    await desk.expects("spoken")
    await caller.hang_up()
    await desk.expects("conference", joined=True)
    house.clock.advance(30)
    await desk.expects("call", status="completed")
    assert (await house.contact(contact.id)).state is not State.CONNECTED
    await nobody_is_left(house)


async def test_a_process_that_dies_between_the_key_and_the_redirect_loses_nobody(
    house: VoiceHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, desk, contact = await answered(house)

    has_died = asyncio.Event()

    async def dies(*_: Any) -> None:
        has_died.set()
        raise asyncio.CancelledError

    monkeypatch.setattr(house.call_control, "bring_in", dies)
    await desk.expects("listening")
    await desk.press("1")
    await has_died.wait()
    await house.expects(contact.id, state=State.CONNECTED)
    monkeypatch.undo()
    await desk.expects("spoken", text=words.ONE_MOMENT)
    await desk.expects("conference", joined=True)
    await caller.expects("conference", joined=True)
    await desk.say("Sorry, that took a moment.")
    await caller.expects("caption", text="Sorry, that took a moment.")
    await caller.hang_up()
    await nobody_is_left(house)


async def test_a_process_that_dies_with_the_key_and_stays_away_leaves_the_caller_in_the_place(
    house: VoiceHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, desk, contact = await answered(house)

    async def dies(*_: Any) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(house.call_control, "bring_in", dies)
    await desk.expects("call", status="completed")
    back = await house.expects(contact.id, state=State.WAITING)
    assert back.order_at == contact.order_at
    monkeypatch.undo()
    await caller.hang_up()
    await nobody_is_left(house)


async def test_the_start_that_is_told_after_the_end_counts(house: VoiceHouse) -> None:
    caller, desk, contact = await answered(house)
    house.emulator.faults.arm(Fault(FaultKind.DELAY, "/conference/status", times=1, seconds=0.5))
    await caller.expects("conference", joined=True)
    await desk.hang_up()
    await house.expects(contact.id, state=State.WRAPPING)
    await caller.expects("spoken", text=words.closing(contact, house.tenant))
    assert [one.type for one in await house.events(contact.id)].count(EventType.CALLS_MET) == 1


async def test_a_conversation_in_which_nothing_goes_wrong_leaves_nothing(house: VoiceHouse) -> None:
    caller, desk, contact = await met(house)
    later = house.clock.now() + timedelta(hours=1)
    await desk.hang_up()
    await house.expects(contact.id, state=State.WRAPPING)
    await caller.expects("call", status="completed")
    await nobody_is_left(house)
    kinds = [one.kind for one in await house.store.read(lambda work: work.deadlines.due(later, 10))]
    assert kinds == ["wrap_up"]
