"""Calling customers back through the telephone company: who is rung first, who takes the call, and what goes wrong.

C5 to C7 are the complaints about other systems in `reference/complaints.md`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from arrivals import placed
from phone_client import PhoneClient
from voice_house import CALLER, VoiceHouse, open_voice_house

from assistant.flow import moves
from assistant.flow.calling_back import SETUP_SECONDS
from assistant.flow.deadlines import DeadlineRunner
from assistant.model.agent import Presence
from assistant.model.contact import Channel, Contact, Reach, State
from assistant.model.events import EventType
from telephony import voice_wording as words
from telephony.emulator import Fault, FaultKind

AGENT = "client:amira"


@pytest.fixture
async def customer_first(sqlite_url: str, clock: Any, fernhill: Any) -> AsyncIterator[VoiceHouse]:
    """A house that calls the customer first."""
    callbacks = fernhill.callbacks.model_copy(update={"first": "customer"})
    async with open_voice_house(sqlite_url, clock, fernhill.model_copy(update={"callbacks": callbacks})) as house:
        yield house
        for phone in house.phones:
            await phone.close()
        assert [one for one in house.complaints if one.startswith(("11", "12")) and "fault" not in one] == []


async def to_be_called_back(house: VoiceHouse, number: str = CALLER) -> Contact:
    """A visitor in chat who asked to be called back."""
    contact = await placed(house.store, channel=Channel.CHAT)
    await house.flow.callbacks.request(contact.id, number)
    return await house.contact(contact.id)


async def fires(house: VoiceHouse) -> None:
    """What is due happens."""
    handlers = {
        moves.CALL_CUSTOMER: house.flow.calling_back.call_customer,
        moves.CALLBACK_RING: house.flow.calling_back.ring_ended,
        moves.BRIEFING: house.flow.offers.when_due,
    }
    runner = DeadlineRunner(house.store, house.bus, house.clock, handlers)
    await runner.fire_due()


async def agent_waits(house: VoiceHouse, contact: Contact) -> PhoneClient:
    """Agent first: the agent has answered and waits while the customer is called."""
    agent = await house.phone(AGENT)
    await house.offer(contact, await house.agent())
    await answers(agent)
    await agent.expects("spoken", text=words.CALLING_CUSTOMER)
    return agent


async def answers(phone: PhoneClient) -> dict[str, Any]:
    ringing = await phone.expects("call", status="ringing", direction="incoming")
    await phone.send("answer", call_sid=phone.call_sid)
    return ringing


async def takes(house: VoiceHouse, phone: PhoneClient) -> None:
    """Answers, hears who calls, and presses the key."""
    await answers(phone)
    await phone.expects("spoken", text=words.calling_back(house.tenant))
    await phone.press("1")


async def tried(house: VoiceHouse, contact: Contact) -> list[str]:
    """What became of each try so far."""
    events = await house.events(contact.id)
    return [event.data["outcome"] for event in events if event.type is EventType.CALLBACK_TRIED]


async def snoozed(house: VoiceHouse, contact: Contact) -> Contact:
    """The contact, back in its place after a try that came to nothing; its agent is ready for others."""
    back = await house.expects(contact.id, state=State.WAITING, callback_tries=1)
    assert (back.reach, back.order_at, back.callback_number) == (Reach.CALLBACK, contact.order_at, CALLER)
    assert back.callback_at is not None and back.callback_at > house.clock.now()
    agents = await house.store.read(lambda work: work.agents.all())
    assert {agent.presence for agent in agents} == {Presence.READY}
    return back


# -- asking on the phone --------------------------------------------------------------------------------------------


async def calls(house: VoiceHouse, address: str = CALLER) -> tuple[PhoneClient, str]:
    phone = await house.phone(address)
    sid = await phone.call()
    await phone.expects("listening")
    return phone, sid


async def test_nine_asks_for_a_callback_ends_the_call_and_keeps_the_place(house: VoiceHouse) -> None:
    phone, sid = await calls(house)
    contact = await house.contact_of(sid)
    await phone.press("9")
    await phone.expects("spoken", text=words.CALL_BACK)
    await phone.expects("call", status="completed")
    kept = await house.expects(contact.id, callback_at=house.clock.now())
    assert (kept.state, kept.reach, kept.callback_number) == (State.WAITING, Reach.CALLBACK, CALLER)
    assert await house.store.read(lambda work: work.legs.of_contact(contact.id)) == []


async def test_nine_works_while_holding_too(house: VoiceHouse) -> None:
    phone, _ = await calls(house)
    await phone.press("0")
    await phone.expects("play")
    await phone.press("9")
    await phone.expects("spoken", text=words.CALL_BACK)


async def test_a_withheld_number_is_told_that_it_cannot_be_called(house: VoiceHouse) -> None:
    phone, sid = await calls(house, "anonymous")
    for key in ("9", "8"):
        await phone.press(key)
        await phone.expects("spoken", text=words.NO_CALLER_NUMBER)
        await phone.expects("listening")
    assert (await house.contact_of(sid)).reach is Reach.PRESENT


async def test_a_number_that_may_not_be_called_is_told_so_and_waits_on(house: VoiceHouse) -> None:
    phone, sid = await calls(house, "+12025550143")
    for key in ("9", "8"):
        await phone.press(key)
        await phone.expects("spoken", text=words.NOT_THIS_NUMBER)
        await phone.expects("listening")
    contact = await house.contact_of(sid)
    assert (contact.reach, contact.may_call_back) == (Reach.PRESENT, False)


async def test_c6_a_number_that_is_to_be_called_already_is_told_so_and_waits_on(house: VoiceHouse) -> None:
    await to_be_called_back(house)
    phone, sid = await calls(house)
    await phone.press("9")
    await phone.expects("spoken", text=words.CALLED_ALREADY)
    await phone.expects("listening")
    assert (await house.contact_of(sid)).reach is Reach.PRESENT


async def test_the_help_tells_of_the_callback(house: VoiceHouse) -> None:
    phone, _ = await calls(house)
    await phone.press("7")
    assert "9 to be called back" in (await phone.expects("spoken", text=words.HELP))["text"]


async def test_a_call_that_is_cut_after_eight_is_called_back(house: VoiceHouse) -> None:
    phone, sid = await calls(house)
    contact = await house.contact_of(sid)
    await phone.press("8")
    await phone.expects("spoken", text=words.CALL_BACK_IF_CUT)
    await phone.hang_up()
    kept = await house.expects(contact.id, reach=Reach.CALLBACK)
    assert (kept.state, kept.callback_number) == (State.WAITING, CALLER)


# -- agent first ----------------------------------------------------------------------------------------------------


async def test_agent_first_both_meet_once_a_person_has_taken_the_call(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    maya = await house.phone()
    agent = await agent_waits(house, contact)
    ringing = await answers(maya)
    assert ringing["from"] == "+442079460000"
    await maya.expects("spoken", text=words.calling_back(house.tenant))
    assert (await house.contact(contact.id)).state is State.OFFERED
    await maya.press("1")
    await maya.expects("spoken", text="Amira is here. Connecting you now.")
    room = await maya.expects("conference", joined=True)
    assert (await agent.expects("conference", joined=True))["name"] == room["name"]
    met = await house.expects(contact.id, state=State.CONNECTED)
    assert (met.channel, met.reach, met.ani) == (Channel.VOICE, Reach.PRESENT, CALLER)
    await maya.say("You called me.")
    await agent.expects("caption", text="You called me.")
    assert house.complaints == []
    await maya.hang_up()
    await agent.expects("call", status="completed")
    await house.expects(contact.id, state=State.WRAPPING)


async def test_who_asked_on_the_phone_is_called_back_there(house: VoiceHouse) -> None:
    maya, sid = await calls(house)
    contact = await house.contact_of(sid)
    await maya.press("9")
    await maya.expects("call", status="completed")
    await house.expects(contact.id, callback_at=house.clock.now())
    agent = await agent_waits(house, contact)
    await takes(house, maya)
    await maya.expects("conference", joined=True)
    await agent.hang_up()
    await maya.expects("spoken", text=words.closing(await house.contact(contact.id), house.tenant))
    await house.expects(contact.id, state=State.WRAPPING)


async def test_c7_a_busy_line_is_told_to_the_agent_and_tried_again_later(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    maya = await house.phone()
    agent = await agent_waits(house, contact)
    await maya.expects("call", status="ringing")
    await maya.hang_up()
    await agent.expects("spoken", text=words.CUSTOMER_NOT_REACHED)
    await agent.expects("call", status="completed")
    await snoozed(house, contact)
    assert await tried(house, contact) == ["busy"]


async def test_c7_a_telephone_that_nobody_answers_is_told_and_tried_again_later(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    agent = await agent_waits(house, contact)
    await agent.expects("spoken", text=words.CUSTOMER_NOT_REACHED)
    await snoozed(house, contact)
    assert await tried(house, contact) == ["no_answer"]


async def test_a_voicemail_box_takes_no_call(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    box = await house.phone()
    agent = await agent_waits(house, contact)
    await answers(box)
    for _ in range(2):
        await box.expects("spoken", text=words.calling_back(house.tenant))
    await box.expects("spoken", text=words.NOBODY_TOOK_IT)
    await box.expects("call", status="completed")
    await agent.expects("spoken", text=words.CUSTOMER_NOT_REACHED)
    await snoozed(house, contact)
    assert await tried(house, contact) == ["not_taken"]


async def test_another_key_takes_no_call(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    maya = await house.phone()
    await agent_waits(house, contact)
    await answers(maya)
    await maya.expects("listening")
    await maya.press("5")
    await maya.expects("spoken", text=words.calling_back(house.tenant))
    assert (await house.contact(contact.id)).state is State.OFFERED
    await maya.press("1")
    await maya.expects("conference", joined=True)


async def test_an_agent_who_does_not_answer_has_no_customer_called(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    maya = await house.phone()
    agent = await house.agent()
    await house.offer(contact, agent)
    back = await house.expects(contact.id, state=State.WAITING)
    assert (back.reach, back.callback_tries) == (Reach.CALLBACK, 0)
    found = await house.store.read(lambda work: work.agents.get(agent.id))
    assert found is not None and found.reason == "phone_not_answered"
    assert [frame for frame in maya.history if frame["type"] == "call"] == []


async def test_c6_a_customer_s_telephone_stops_ringing_when_the_agent_hangs_up(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    maya = await house.phone()
    agent = await agent_waits(house, contact)
    await maya.expects("call", status="ringing")
    await agent.hang_up()
    await maya.expects("call", status="canceled")
    back = await house.expects(contact.id, state=State.WAITING, callback_at=house.clock.now())
    assert (back.reach, back.callback_tries) == (Reach.CALLBACK, 0)


async def test_who_takes_the_call_after_the_agent_has_gone_holds_in_place(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    maya = await house.phone()
    agent = await agent_waits(house, contact)
    await answers(maya)
    await maya.expects("spoken")
    await agent.hang_up()
    await house.expects(contact.id, state=State.WAITING)
    await maya.press("1")
    await maya.expects("spoken", text=words.AGENT_CALLED_AWAY)
    await maya.expects("play")
    there = await house.contact(contact.id)
    assert (there.state, there.reach, there.order_at) == (State.WAITING, Reach.PRESENT, contact.order_at)
    await maya.press("2")
    assert "first in line" in (await maya.expects("spoken"))["text"]


async def test_who_has_left_meanwhile_is_told_that_the_call_is_not_needed(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    maya = await house.phone()
    agent = await agent_waits(house, contact)
    await answers(maya)
    await maya.expects("spoken")
    await house.flow.conversation.leave(contact.id)
    await maya.press("1")
    await maya.expects("spoken", text=words.NOT_NEEDED)
    await agent.expects("call", status="completed")


async def test_a_callback_that_is_taken_back_stops_the_ringing_and_lets_the_agent_go(house: VoiceHouse) -> None:
    contact = await to_be_called_back(house)
    maya = await house.phone()
    agent = await agent_waits(house, contact)
    await agent.expects("conference", joined=True)
    await maya.expects("call", status="ringing")
    await house.flow.callbacks.cancel(contact.id)
    await maya.expects("call", status="canceled")
    await agent.expects("call", status="completed")


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


# -- customer first -------------------------------------------------------------------------------------------------


async def test_customer_first_the_agent_is_rung_when_the_customer_is_there(customer_first: VoiceHouse) -> None:
    house = customer_first
    contact = await to_be_called_back(house)
    maya, agent = await house.phone(), await house.phone(AGENT)
    await house.offer(contact, await house.agent())
    await fires(house)
    await answers(maya)
    await maya.expects("spoken", text=words.calling_back(house.tenant))
    assert [frame for frame in agent.history if frame["type"] == "call"] == []
    await maya.press("1")
    await maya.expects("spoken", text=words.RINGING_AGENT)
    await house.expects(contact.id, reach=Reach.PRESENT, state=State.OFFERED)
    await fires(house)
    await answers(agent)
    await maya.expects("spoken", text="Amira is here. Connecting you now.")
    await maya.expects("conference", joined=True)
    await agent.expects("conference", joined=True)
    await house.expects(contact.id, state=State.CONNECTED)
    assert house.complaints == []


async def test_customer_first_a_busy_line_does_not_ring_the_agent(customer_first: VoiceHouse) -> None:
    house = customer_first
    contact = await to_be_called_back(house)
    maya, agent = await house.phone(), await house.phone(AGENT)
    await house.offer(contact, await house.agent())
    await fires(house)
    await maya.expects("call", status="ringing")
    await maya.hang_up()
    await snoozed(house, contact)
    assert await tried(house, contact) == ["busy"]
    assert [frame for frame in agent.history if frame["type"] == "call"] == []


async def test_customer_first_an_agent_who_does_not_answer_leaves_the_customer_holding_in_place(
    customer_first: VoiceHouse,
) -> None:
    house = customer_first
    contact = await to_be_called_back(house)
    maya = await house.phone()
    await house.offer(contact, await house.agent())
    await fires(house)
    await takes(house, maya)
    await maya.expects("spoken", text=words.RINGING_AGENT)
    await house.expects(contact.id, reach=Reach.PRESENT)
    await fires(house)
    back = await house.expects(contact.id, state=State.WAITING)
    assert (back.reach, back.channel, back.order_at) == (Reach.PRESENT, Channel.VOICE, contact.order_at)
    await maya.expects("play")
    await maya.press("2")
    assert "first in line" in (await maya.expects("spoken"))["text"]


async def test_customer_first_who_hangs_up_before_the_agent_is_there_has_left(customer_first: VoiceHouse) -> None:
    house = customer_first
    contact = await to_be_called_back(house)
    maya = await house.phone()
    await house.offer(contact, await house.agent())
    await fires(house)
    await takes(house, maya)
    await house.expects(contact.id, reach=Reach.PRESENT)
    await maya.hang_up()
    await house.expects(contact.id, state=State.ABANDONED)
