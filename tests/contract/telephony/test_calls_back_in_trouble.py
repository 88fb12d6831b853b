"""Callbacks when webhooks, requests or agents get lost on the way. C7 is a complaint about other systems in
`docs/known-failures.md`."""

from __future__ import annotations

from typing import Any

from callbacks_house import AGENT, agent_waits, answers, fires, snoozed, takes, to_be_called_back
from callbacks_house import house as house
from voice_house import VoiceHouse

from assistant.flow.calling_back import SETUP_SECONDS
from assistant.model.contact import Reach, State
from assistant.model.events import EventType
from telephony import voice_wording as words
from telephony.emulator import Fault, FaultKind


async def test_c7_an_end_that_is_never_told_frees_the_agent_after_a_while(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    house.emulator.faults.arm(Fault(FaultKind.DROP, "/telephony/callback/", times=100))
    agent = await agent_waits(house, contact)
    await agent.expects("conference", joined=True)
    house.clock.advance(house.tenant.callbacks.ring_seconds + SETUP_SECONDS)
    await fires(house)
    await agent.expects("spoken", text=words.CUSTOMER_NOT_REACHED)
    await snoozed(house, contact)


async def test_an_answer_that_is_lost_on_the_way_is_asked_for_again(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    maya = await house.phone()
    await agent_waits(house, contact)
    house.emulator.faults.arm(Fault(FaultKind.TIME_OUT, "/answer"))
    await answers(maya)
    await maya.expects("spoken", text=words.TROUBLE)
    await maya.expects("spoken", text=words.calling_back(house.tenant))
    await maya.press("1")
    await maya.expects("conference", joined=True)


async def test_a_key_that_comes_twice_connects_once(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    maya = await house.phone()
    await agent_waits(house, contact)
    house.emulator.faults.arm(Fault(FaultKind.DUPLICATE, "/key"))
    await takes(house, maya)
    await maya.expects("conference", joined=True)
    connected = [one for one in await house.events(contact.id) if one.type is EventType.CONTACT_CONNECTED]
    assert len(connected) == 1


async def test_a_number_that_is_refused_is_told_to_the_agent(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    agent = await house.phone(AGENT)
    await house.offer(contact, await house.agent())
    await agent.expects("call", status="ringing")
    house.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Calls.json", code=21211))
    await agent.send("answer", call_sid=agent.call_sid)
    await agent.expects("spoken", text=words.CUSTOMER_NOT_REACHED)
    await snoozed(house, contact)


async def test_a_telephone_company_in_trouble_is_no_try(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    agent = await house.phone(AGENT)
    await house.offer(contact, await house.agent())
    await agent.expects("call", status="ringing")
    house.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Calls.json", code=20500))
    await agent.send("answer", call_sid=agent.call_sid)
    await agent.expects("spoken", text=words.CUSTOMER_NOT_REACHED)
    back = await house.expects(contact.id, state=State.WAITING)
    assert (back.reach, back.callback_tries) == (Reach.CALLBACK, 0)


async def test_a_call_whose_creation_was_not_confirmed_still_reaches_the_customer(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    maya, agent = await house.phone(), await house.phone(AGENT)
    await house.offer(contact, await house.agent())
    await agent.expects("call", status="ringing")
    house.emulator.faults.arm(Fault(FaultKind.LOSE_ANSWER, "/Calls.json"))
    await agent.send("answer", call_sid=agent.call_sid)
    await takes(house, maya)
    await maya.expects("conference", joined=True)


async def test_an_agent_does_not_wait_alone_for_a_callback_that_was_taken_from_them(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    agent = await agent_waits(house, contact)
    await agent.expects("conference", joined=True)

    def rescind(work: Any) -> None:
        house.flow.offers.rescind(work, work.contacts.lock(contact.id), "service_away")

    await house.store.transact(rescind)
    await agent.expects("conference", joined=False)
    await agent.expects("call", status="completed")
