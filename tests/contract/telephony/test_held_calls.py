"""A caller on hold and a muted agent, by Twilio's participants."""

from __future__ import annotations

import pytest
from test_meeting_agents import met
from voice_house import VoiceHouse

from assistant.model.errors import Refused, Unavailable
from telephony.emulator import Fault, FaultKind


async def test_who_is_on_hold_hears_music_and_nobody_until_resumed(house: VoiceHouse) -> None:
    caller, desk, contact = await met(house)
    amira = await house.of_contact(contact)
    await house.holding.hold(contact.id, amira, is_held=True)
    await caller.expects("part", hold=True)
    await caller.expects("play")
    await desk.say("Can they hear this?")
    await house.holding.hold(contact.id, amira, is_held=False)
    await caller.expects("part", hold=False)
    await desk.say("I am back.")
    await caller.expects("caption", text="I am back.")
    assert "Can they hear this?" not in [frame.get("text") for frame in caller.history]
    assert house.complaints == []


async def test_a_muted_agent_is_not_heard(house: VoiceHouse) -> None:
    caller, desk, contact = await met(house)
    amira = await house.of_contact(contact)
    await house.holding.mute(contact.id, amira, is_muted=True)
    await desk.expects("part", muted=True)
    await desk.say("Bless me.")
    await house.holding.mute(contact.id, amira, is_muted=False)
    await desk.say("Here I am.")
    await caller.expects("caption", text="Here I am.")
    assert "Bless me." not in [frame.get("text") for frame in caller.history]


async def test_an_update_whose_answer_is_lost_is_sent_again(house: VoiceHouse) -> None:
    caller, _, contact = await met(house)
    house.emulator.faults.arm(Fault(FaultKind.LOSE_ANSWER, "/Participants/"))
    await house.holding.hold(contact.id, await house.of_contact(contact), is_held=True)
    await caller.expects("part", hold=True)


async def test_a_telephone_company_that_is_away_is_told_to_the_agent(house: VoiceHouse) -> None:
    _, _, contact = await met(house)
    house.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Participants/", code=20500, times=2))
    with pytest.raises(Unavailable):
        await house.holding.hold(contact.id, await house.of_contact(contact), is_held=True)


async def test_a_conference_that_is_over_holds_nobody(house: VoiceHouse) -> None:
    _, _, contact = await met(house)
    house.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Participants/", code=20404))
    with pytest.raises(Refused) as refused:
        await house.holding.hold(contact.id, await house.of_contact(contact), is_held=True)
    assert refused.value.code == "not_connected"
