"""A supervisor's leg is a stored intent like any other: begun in its turn, by any process, and ended where it fails."""

from __future__ import annotations

import pytest
from arrivals import hired
from test_meeting_agents import met
from test_outgoing_rate import house as house
from test_outgoing_rate import made
from test_supervisors_calls import SOFIA, is_beside
from voice_house import VoiceHouse

from assistant.flow import due
from assistant.flow.deadlines import DeadlineRunner
from assistant.flow.supervising import Supervising
from assistant.model.agent import Agent, Role
from assistant.model.errors import Refused
from assistant.model.events import EventType
from assistant.model.supervision import Beside
from telephony.emulator import Fault, FaultKind
from telephony.supervisor_calls import TwilioSupervisorCalls


def another_process(house: VoiceHouse) -> DeadlineRunner:
    """On the same store, which has never heard of the supervisor's wish."""
    calls = TwilioSupervisorCalls(house.call_control, house.conferences)
    supervising = Supervising(house.store, house.tenant, calls)
    handlers = {
        due.SUPERVISOR_RING_BEGINS: supervising.ring_begins,
        due.SUPERVISOR_RING: supervising.ring_expired,
    }
    return DeadlineRunner(house.store, house.bus, house.clock, handlers)


async def sofia_of(house: VoiceHouse, **changes: object) -> Agent:
    return await hired(house.store, "sofia", role=Role.SUPERVISOR, **changes)


async def test_it_waits_for_its_turn_and_is_begun_by_whoever_lives_then(house: VoiceHouse) -> None:
    caller, _, contact = await met(house)
    phone, sofia = await house.phone(SOFIA), await sofia_of(house)
    await house.flow.supervising.stand_beside(contact.id, sofia, Beside.LISTEN)
    assert made(house) == ["client:amira"], "one call a second"
    assert await is_beside(house, contact) == [Beside.LISTEN]
    house.clock.advance(1)
    others = [another_process(house) for _ in range(3)]
    for other in others:
        await other.fire_due()
    assert made(house) == ["client:amira", SOFIA], "once"
    await phone.expects("call", status="ringing")
    await phone.send("answer", call_sid=phone.call_sid)
    await phone.expects("conference", joined=True)
    assert house.tenant.supervision.notice in [frame.get("text") for frame in caller.history], "the notice first"
    house.clock.advance(house.tenant.timing.ring_seconds + 61)
    await others[0].fire_due()
    assert await is_beside(house, contact) == [Beside.LISTEN], "who has answered is not given up"


async def test_who_leaves_before_the_turn_is_not_rung(house: VoiceHouse) -> None:
    _, _, contact = await met(house)
    sofia = await sofia_of(house)
    await house.flow.supervising.stand_beside(contact.id, sofia, Beside.COACH)
    await house.flow.supervising.leave(contact.id, sofia)
    house.clock.advance(5)
    await another_process(house).fire_due()
    assert made(house) == ["client:amira"]


async def test_of_whom_nothing_is_told_is_not_said_to_listen_for_ever(house: VoiceHouse) -> None:
    _, _, contact = await met(house)
    house.emulator.faults.arm(Fault(FaultKind.DROP, "/telephony/supervisor/", times=99))
    sofia = await sofia_of(house)
    await house.flow.supervising.stand_beside(contact.id, sofia, Beside.LISTEN)
    house.clock.advance(1)
    await another_process(house).fire_due()
    assert made(house)[-1] == SOFIA
    house.clock.advance(house.tenant.timing.ring_seconds + 61)
    await another_process(house).fire_due()
    assert await is_beside(house, contact) == []
    changes = [event.data for event in await house.events(contact.id) if event.type is EventType.SUPERVISION_CHANGED]
    assert changes[-1]["reason"] == "phone_not_answered"


async def test_without_a_telephone_that_can_be_rung_nobody_listens_to_a_call(house: VoiceHouse) -> None:
    _, _, contact = await met(house)
    sofia = await sofia_of(house, phone=None, has_softphone=True)
    with pytest.raises(Refused) as refused:
        await house.flow.supervising.stand_beside(contact.id, sofia, Beside.LISTEN)
    assert refused.value.code == "no_telephone"
    assert await is_beside(house, contact) == []
