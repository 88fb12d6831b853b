"""A supervisor's leg in the conference: who hears whom, and that nothing is left over."""

from __future__ import annotations

import pytest
from arrivals import hired
from phone_client import PhoneClient
from test_meeting_agents import met
from voice_house import VoiceHouse

from assistant.model.agent import Agent, Role
from assistant.model.contact import Contact, State
from assistant.model.errors import Unavailable
from assistant.model.supervision import Beside
from telephony import voice_wording as words
from telephony.emulator import Fault, FaultKind

SOFIA = "client:sofia"


async def supervised(
    house: VoiceHouse, beside: Beside, address: str = SOFIA
) -> tuple[PhoneClient, PhoneClient, PhoneClient, Contact, Agent]:
    """Caller and agent in conversation; the supervisor's telephone was answered."""
    caller, desk, contact = await met(house)
    sofia = await hired(house.store, "sofia", role=Role.SUPERVISOR, phone=address)
    phone = await house.phone(address)
    await house.flow.supervising.stand_beside(contact.id, sofia, beside)
    await phone.expects("call", status="ringing")
    await phone.send("answer", call_sid=phone.call_sid)
    return caller, desk, phone, contact, sofia


def heard(phone: PhoneClient) -> list[str]:
    return [frame["text"] for frame in phone.history if frame["type"] == "caption"]


async def is_beside(house: VoiceHouse, contact: Contact) -> list[Beside]:
    return [one.beside for one in await house.store.read(lambda work: work.supervisions.of_contact(contact.id))]


async def test_who_listens_hears_both_and_is_heard_by_nobody(house: VoiceHouse) -> None:
    caller, desk, sofia, _, _ = await supervised(house, Beside.LISTEN)
    await sofia.expects("conference", joined=True)
    await sofia.say("Can anybody hear me?")
    await caller.say("My card is gone.")
    await sofia.expects("caption", text="My card is gone.")
    await desk.say("It is frozen.")
    await sofia.expects("caption", text="It is frozen.")
    assert "Can anybody hear me?" not in heard(caller) + heard(desk)
    assert house.complaints == []


async def test_the_caller_hears_the_notice_before_anybody_listens(house: VoiceHouse) -> None:
    caller, desk, sofia, _, _ = await supervised(house, Beside.LISTEN)
    await sofia.expects("conference", joined=True)
    for phone in (caller, desk):
        assert house.tenant.supervision.notice in [frame.get("text") for frame in phone.history]


async def test_a_coach_is_heard_by_the_agent_alone(house: VoiceHouse) -> None:
    caller, desk, sofia, _, _ = await supervised(house, Beside.COACH)
    await sofia.expects("conference", joined=True)
    await sofia.say("Offer a replacement.")
    await desk.expects("caption", text="Offer a replacement.")
    await desk.say("Would you like a new one?")
    await caller.expects("caption", text="Would you like a new one?")
    assert "Offer a replacement." not in heard(caller)


async def test_listening_becomes_coaching_and_joining_without_another_call(house: VoiceHouse) -> None:
    caller, desk, phone, contact, sofia = await supervised(house, Beside.LISTEN)
    await phone.expects("conference", joined=True)
    await house.flow.supervising.stand_beside(contact.id, sofia, Beside.COACH)
    await phone.expects("part", muted=False, coaching=True)
    await phone.say("Only you.")
    await desk.expects("caption", text="Only you.")
    await house.flow.supervising.stand_beside(contact.id, sofia, Beside.JOIN)
    await phone.expects("part", coaching=False)
    await phone.say("Hello to both.")
    await caller.expects("caption", text="Hello to both.")
    assert "Only you." not in heard(caller)
    assert len([call for call in house.emulator.exchange.calls.values() if call.callee == SOFIA]) == 1


async def test_a_supervisor_who_leaves_ends_nothing(house: VoiceHouse) -> None:
    caller, desk, phone, contact, sofia = await supervised(house, Beside.JOIN)
    await phone.expects("conference", joined=True)
    await house.flow.supervising.leave(contact.id, sofia)
    await phone.expects("call", status="completed")
    await desk.say("Now it's the two of us.")
    await caller.expects("caption", text="Now it's the two of us.")
    assert (await house.contact(contact.id)).state is State.CONNECTED


async def test_a_supervisor_s_hanging_up_ends_the_listening_alone(house: VoiceHouse) -> None:
    caller, _, phone, contact, _ = await supervised(house, Beside.LISTEN)
    await phone.expects("conference", joined=True)
    await phone.hang_up()
    for _ in range(200):
        if not await is_beside(house, contact):
            break
        await caller.send("ping")
        await caller.expects("pong")
    assert await is_beside(house, contact) == []
    assert (await house.contact(contact.id)).state is State.CONNECTED


async def test_the_end_of_the_call_frees_the_supervisor_s_telephone(house: VoiceHouse) -> None:
    caller, desk, phone, contact, _ = await supervised(house, Beside.LISTEN)
    await phone.expects("conference", joined=True)
    await caller.hang_up()
    await phone.expects("call", status="completed")
    await desk.expects("call", status="completed")
    await house.expects(contact.id, state=State.WRAPPING)
    assert await is_beside(house, contact) == []


async def test_a_supervisor_s_voicemail_box_listens_to_nothing(house: VoiceHouse) -> None:
    _, _, phone, _, _ = await supervised(house, Beside.LISTEN, "+442079460188")
    await phone.expects("spoken", text="Press 1 to listen to the call.")
    await phone.expects("spoken", text=words.NOBODY_TOOK_IT)
    await phone.expects("call", status="completed")
    assert "conference" not in [frame["type"] for frame in phone.history]


async def test_with_the_key_a_supervisor_s_telephone_is_in(house: VoiceHouse) -> None:
    _, desk, phone, _, _ = await supervised(house, Beside.JOIN, "+442079460188")
    await phone.expects("spoken", text="Press 1 to join the call.")
    await phone.press("1")
    await phone.expects("conference", joined=True)
    await phone.say("Good morning.")
    await desk.expects("caption", text="Good morning.")


async def test_a_supervisor_who_answers_after_the_end_hears_goodbye(house: VoiceHouse) -> None:
    caller, _, contact = await met(house)
    sofia = await hired(house.store, "sofia", role=Role.SUPERVISOR)
    phone = await house.phone(SOFIA)
    house.emulator.faults.arm(Fault(FaultKind.LOSE_ANSWER, "/Calls.json"))  # so that nobody can silence it
    await house.flow.supervising.stand_beside(contact.id, sofia, Beside.LISTEN)
    await phone.expects("call", status="ringing")
    await caller.hang_up()
    await house.expects(contact.id, state=State.WRAPPING)
    await phone.send("answer", call_sid=phone.call_sid)
    await phone.expects("spoken", text=words.NOT_NEEDED)
    await phone.expects("call", status="completed")


async def test_where_the_notice_cannot_be_told_nobody_listens(house: VoiceHouse) -> None:
    _, _, contact = await met(house)
    sofia = await hired(house.store, "sofia", role=Role.SUPERVISOR)
    house.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Conferences", code=20500, times=9))
    with pytest.raises(Unavailable):
        await house.flow.supervising.stand_beside(contact.id, sofia, Beside.LISTEN)
    assert await is_beside(house, contact) == []
    assert not [call for call in house.emulator.exchange.calls.values() if call.callee == SOFIA]
