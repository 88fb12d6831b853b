"""An accepted offer: the agent's telephone rings, both meet in a conference, and every way in which that breaks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from phone_client import PhoneClient
from voice_house import VoiceHouse

from assistant.model.agent import Presence
from assistant.model.contact import Contact, State
from assistant.model.events import EventType
from telephony import voice_wording as words
from telephony.emulator import Fault, FaultKind

AGENT = "client:amira"


async def waiting(house: VoiceHouse) -> tuple[PhoneClient, Contact]:
    """A caller who holds to music."""
    phone = await house.phone()
    sid = await phone.call()
    await phone.expects("listening")
    await phone.press("0")
    await phone.expects("play")
    return phone, await house.contact_of(sid)


async def met(house: VoiceHouse) -> tuple[PhoneClient, PhoneClient, Contact]:
    """A caller and an agent in one conference."""
    caller, contact = await waiting(house)
    agent = await house.phone(AGENT)
    await house.offer(contact, await house.agent())
    await agent.expects("call", status="ringing")
    await agent.send("answer", call_sid=agent.call_sid)
    await agent.expects("conference", joined=True)
    await caller.expects("conference", joined=True)
    return caller, agent, await house.expects(contact.id, state=State.CONNECTED)


async def test_an_accepted_caller_and_the_agent_meet_in_one_conference(house: VoiceHouse) -> None:
    caller, contact = await waiting(house)
    agent = await house.phone(AGENT)
    await house.offer(contact, await house.agent())
    ringing = await agent.expects("call", status="ringing", direction="incoming")
    assert ringing["from"] == "+442079460000"
    await agent.send("answer", call_sid=agent.call_sid)
    joined = await agent.expects("conference", joined=True)
    assert joined["name"] == f"contact-{contact.id}-1"
    await caller.expects("spoken", text="Amira is here. Connecting you now.")
    assert (await caller.expects("conference", joined=True))["name"] == joined["name"]
    await house.expects(contact.id, state=State.CONNECTED)
    await caller.say("My card is gone.")
    await agent.expects("caption", text="My card is gone.")
    await agent.say("It is frozen already.")
    await caller.expects("caption", text="It is frozen already.")
    assert house.complaints == []


async def test_a_free_agent_on_arrival_means_no_menu_and_no_questions(house: VoiceHouse) -> None:
    await house.agent()
    phone = await house.phone()
    await phone.call()
    assert (await phone.expects("spoken"))["text"].endswith("Someone is free. Connecting you now.")
    await phone.expects("play")


async def test_the_agent_s_hanging_up_ends_the_conversation_for_both(house: VoiceHouse) -> None:
    caller, agent, contact = await met(house)
    await agent.hang_up()
    await caller.expects("spoken", text=words.closing(contact, house.tenant))
    await caller.expects("call", status="completed")
    assert (await house.expects(contact.id, state=State.WRAPPING)).ended_at is not None


async def test_the_caller_s_hanging_up_frees_the_agent(house: VoiceHouse) -> None:
    caller, agent, contact = await met(house)
    await caller.hang_up()
    await agent.expects("call", status="completed")
    await house.expects(contact.id, state=State.WRAPPING)


async def test_ending_at_the_console_ends_both_legs(house: VoiceHouse) -> None:
    caller, agent, contact = await met(house)
    assert contact.agent_id is not None
    await house.flow.conversation.end(contact.id, contact.agent_id)
    await agent.expects("call", status="completed")
    await caller.expects("spoken", text=words.closing(contact, house.tenant))
    await caller.expects("call", status="completed")


async def test_an_agent_who_declines_the_call_sends_the_caller_back_to_the_place(house: VoiceHouse) -> None:
    _, contact = await waiting(house)
    agent = await house.phone(AGENT)
    await house.offer(contact, await house.agent())
    await agent.expects("call", status="ringing")
    await agent.hang_up()
    back = await house.expects(contact.id, state=State.WAITING)
    assert back.order_at == contact.order_at
    reasons = [event.data["reason"] for event in await house.events(contact.id) if event.data.get("from") == "offered"]
    assert reasons == ["phone_busy"]


async def test_an_agent_s_phone_that_nobody_answers_is_a_rona_of_its_own(hurried: VoiceHouse) -> None:
    caller, contact = await waiting(hurried)
    agent = await hurried.agent()
    await hurried.offer(contact, agent)
    await hurried.expects(contact.id, state=State.WAITING)
    found = await hurried.store.read(lambda work: work.agents.get(agent.id))
    assert found is not None
    assert (found.presence, found.reason) == (Presence.NOT_READY, "phone_not_answered")
    await caller.expects("play")


async def test_a_caller_who_hangs_up_while_the_agent_s_phone_rings_silences_it(house: VoiceHouse) -> None:
    caller, contact = await waiting(house)
    agent = await house.phone(AGENT)
    await house.offer(contact, await house.agent())
    await agent.expects("call", status="ringing")
    await caller.hang_up()
    await agent.expects("call", status="canceled")
    await house.expects(contact.id, state=State.ABANDONED)


async def test_an_agent_who_answers_too_late_hears_goodbye(house: VoiceHouse) -> None:
    caller, contact = await waiting(house)
    agent = await house.phone(AGENT)
    offer = await house.offer(contact, await house.agent())
    await agent.expects("call", status="ringing")
    await house.flow.offers.bridge_failed(offer.id, "phone_not_answered")
    await agent.send("answer", call_sid=agent.call_sid)
    await agent.expects("spoken", text=words.CALLER_GONE)
    await agent.expects("call", status="completed")
    assert (await house.contact(contact.id)).state is State.WAITING
    await caller.expects("play")


async def test_a_caller_who_is_gone_when_called_to_the_conference_is_told_to_the_agent(house: VoiceHouse) -> None:
    _, contact = await waiting(house)
    agent = await house.phone(AGENT)
    await house.offer(contact, await house.agent())
    await agent.expects("call", status="ringing")
    house.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Calls/", code=21220))
    await agent.send("answer", call_sid=agent.call_sid)
    await agent.expects("spoken", text=words.CALLER_HUNG_UP)
    await house.expects(contact.id, state=State.WRAPPING)


async def test_a_redirect_that_gets_no_answer_still_brings_both_together(house: VoiceHouse) -> None:
    caller, contact = await waiting(house)
    agent = await house.phone(AGENT)
    await house.offer(contact, await house.agent())
    await agent.expects("call", status="ringing")
    house.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Calls/", code=20503))
    await agent.send("answer", call_sid=agent.call_sid)
    await agent.expects("conference", joined=True)
    await caller.expects("conference", joined=True)


async def test_a_telephone_company_that_is_away_costs_the_caller_nothing(house: VoiceHouse) -> None:
    caller, contact = await waiting(house)
    house.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Calls.json", code=20500))
    await house.offer(contact, await house.agent())
    back = await house.expects(contact.id, state=State.WAITING)
    assert back.order_at == contact.order_at
    await caller.expects("play")


async def test_too_many_requests_are_simply_asked_again(house: VoiceHouse) -> None:
    _, contact = await waiting(house)
    agent = await house.phone(AGENT)
    house.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Calls.json", code=20429, times=2))
    await house.offer(contact, await house.agent())
    await agent.expects("call", status="ringing")


async def test_a_leg_whose_creation_was_not_confirmed_still_rings_and_connects(house: VoiceHouse) -> None:
    caller, contact = await waiting(house)
    agent = await house.phone(AGENT)
    house.emulator.faults.arm(Fault(FaultKind.LOSE_ANSWER, "/Calls.json"))
    await house.offer(contact, await house.agent())
    await agent.expects("call", status="ringing")
    await agent.send("answer", call_sid=agent.call_sid)
    await caller.expects("conference", joined=True)


async def test_an_answer_that_comes_twice_connects_once(house: VoiceHouse) -> None:
    _, contact = await waiting(house)
    agent = await house.phone(AGENT)
    await house.offer(contact, await house.agent())
    await agent.expects("call", status="ringing")
    house.emulator.faults.arm(Fault(FaultKind.DUPLICATE, "/answer"))
    await agent.send("answer", call_sid=agent.call_sid)
    await agent.expects("conference", joined=True)
    await house.expects(contact.id, state=State.CONNECTED)
    connected = [one for one in await house.events(contact.id) if one.type is EventType.CONTACT_CONNECTED]
    assert len(connected) == 1


async def test_an_agent_who_hangs_up_before_the_two_have_met_leaves_the_caller_in_the_place(house: VoiceHouse) -> None:
    caller, contact = await waiting(house)
    agent = await house.phone(AGENT)
    await house.offer(contact, await house.agent())
    await agent.expects("call", status="ringing")
    house.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Calls/", code=20503))
    await agent.send("answer", call_sid=agent.call_sid)
    await agent.expects("conference", joined=True)
    await agent.hang_up()
    back = await house.expects(contact.id, state=State.WAITING)
    assert back.order_at == contact.order_at
    await caller.expects(
        "spoken", text="I'm sorry, we lost the connection to Amira. You're back in your place: first in line."
    )
    assert {room.status for room in house.emulator.exchange.rooms.all()} == {"completed"}


async def test_a_conversation_outlives_the_process_that_knew_its_call(house: VoiceHouse) -> None:
    caller, agent, contact = await met(house)
    legs, reconciler = house.flow.legs, house.reconciler

    def bury(work: Any) -> None:
        for leg in work.legs.of_contact(contact.id):
            legs.lose(work, leg, hung_up=False)

    await house.store.transact(bury)
    later = house.clock.now() + timedelta(seconds=house.tenant.timing.grace_seconds + 1)
    assert await house.store.read(lambda work: work.deadlines.due(later, 10))
    await reconciler.look()
    assert (await house.contact_of(caller.call_sid)).state is State.CONNECTED
    assert [one.kind for one in await house.store.read(lambda work: work.deadlines.due(later, 10))] == []
    await caller.hang_up()
    await agent.expects("call", status="completed")
    await house.expects(contact.id, state=State.WRAPPING)


async def test_a_conversation_whose_call_is_gone_too_is_left_to_its_grace(house: VoiceHouse) -> None:
    _, _, contact = await met(house)
    legs, reconciler = house.flow.legs, house.reconciler

    def bury(work: Any) -> None:
        for leg in work.legs.of_contact(contact.id):
            legs.lose(work, leg, hung_up=False)

    await house.store.transact(bury)
    house.emulator.exchange.rooms.close()
    for room in house.emulator.exchange.rooms.all():
        house.emulator.exchange.rooms._rooms.pop(room.sid)
    await reconciler.look()
    later = house.clock.now() + timedelta(seconds=house.tenant.timing.grace_seconds + 1)
    assert [one.kind for one in await house.store.read(lambda work: work.deadlines.due(later, 10))] == ["grace"]
