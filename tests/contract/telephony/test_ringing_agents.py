"""An agent's leg in the console, on SIP, and on the telephone: each end to end, and what happens where none answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from arrivals import hired
from phone_client import PhoneClient
from test_meeting_agents import waiting
from test_taking_by_key import WHISPER, reasons, seen
from voice_house import VoiceHouse

from assistant.model.agent import Agent, Presence, RingsAt
from assistant.model.contact import Contact, State
from assistant.model.events import EventType
from assistant.model.offer import Choice
from telephony.emulator import Fault, FaultKind

DESK = "+442079460199"
SIP = "sip:amira@pbx.fernhill.example"


async def at_the_console(house: VoiceHouse, phone: str | None = None, *, is_on: bool = True) -> Agent:
    """An agent with a softphone, whose console has told that it can be rung."""
    agent = await hired(house.store, "amira", phone=phone, has_softphone=True)

    def opens(work: Any) -> None:
        work.agents.add_console("console-1", agent.id, "process-1")
        work.agents.turn_softphone("console-1", is_on=is_on)

    await house.store.transact(opens)
    found = await house.store.read(lambda work: work.agents.get(agent.id))
    assert found is not None
    return found


async def rung(house: VoiceHouse, agent: Agent, address: str) -> tuple[PhoneClient, PhoneClient, Contact]:
    caller, contact = await waiting(house)
    desk = await house.phone(address)
    await house.offer(contact, agent)
    await desk.expects("call", status="ringing", to=address)
    return caller, desk, contact


async def test_a_console_that_answers_is_in_at_once_for_its_agent_has_accepted_there(house: VoiceHouse) -> None:
    agent = await at_the_console(house)
    caller, desk, contact = await rung(house, agent, f"client:{agent.identity}")
    assert (await house.contact(contact.id)).state is State.OFFERED, "nobody is connected before it is answered"
    await desk.send("answer", call_sid=desk.call_sid)
    await desk.expects("conference", joined=True)
    await caller.expects("conference", joined=True)
    await house.expects(contact.id, state=State.CONNECTED)
    assert "spoken" not in [frame["type"] for frame in desk.history], "the briefing is on the screen"
    await desk.say("Amira speaking.")
    await caller.expects("caption", text="Amira speaking.")
    assert house.complaints == []


async def is_back_in_the_place(house: VoiceHouse, contact: Contact, agent: Agent, reason: str) -> None:
    back = await house.expects(contact.id, state=State.WAITING)
    assert back.order_at == contact.order_at
    assert await seen(house, agent) == (Presence.NOT_READY, reason)
    assert await reasons(house, contact) == [reason]


async def test_a_console_that_rings_out_leaves_the_caller_in_the_place(hurried: VoiceHouse) -> None:
    agent = await at_the_console(hurried)
    _, _, contact = await rung(hurried, agent, f"client:{agent.identity}")
    await is_back_in_the_place(hurried, contact, agent, "phone_not_answered")


async def test_a_console_that_declines_leaves_the_caller_in_the_place(house: VoiceHouse) -> None:
    agent = await at_the_console(house)
    _, desk, contact = await rung(house, agent, f"client:{agent.identity}")
    await desk.hang_up()
    await is_back_in_the_place(house, contact, agent, "phone_busy")


async def test_a_console_whose_call_is_refused_leaves_the_caller_in_the_place(house: VoiceHouse) -> None:
    agent = await at_the_console(house)
    _, contact = await waiting(house)
    house.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Calls.json", code=21211))
    await house.offer(contact, agent)
    await is_back_in_the_place(house, contact, agent, "phone_unavailable")


async def test_a_console_that_cannot_be_rung_is_not_and_the_telephone_on_file_asks_for_its_key(
    house: VoiceHouse,
) -> None:
    agent = await at_the_console(house, DESK, is_on=False)
    _, desk, contact = await rung(house, agent, DESK)
    await desk.send("answer", call_sid=desk.call_sid)
    await desk.expects("spoken", text=WHISPER)
    await desk.press("1")
    await house.expects(contact.id, state=State.CONNECTED)


async def test_who_would_rather_have_the_telephone_is_rung_there(house: VoiceHouse) -> None:
    agent = await at_the_console(house, DESK)
    await house.store.transact(lambda work: work.agents.save(replace(agent, ring_choice=RingsAt.PHONE)))
    _, desk, contact = await rung(house, agent, DESK)
    assert desk.call_sid
    assert (await house.contact(contact.id)).state is State.OFFERED


async def test_a_softphone_that_went_off_after_the_acceptance_gives_the_caller_back(house: VoiceHouse) -> None:
    agent = await at_the_console(house)
    _, contact = await waiting(house)

    def make(work: Any) -> Any:
        return house.flow.offers.make(work, work.contacts.lock(contact.id), agent.id, Choice.of(agent, ["voice"], []))

    offer = await house.store.transact(make)
    await house.flow.offers.accept(offer.id, agent.id)
    await house.store.transact(lambda work: work.agents.turn_softphone("console-1", is_on=False))
    await house.flow.offers.briefing_shown(contact.id, agent.id)
    await house.expects(contact.id, state=State.WAITING)
    assert await seen(house, agent) == (Presence.NOT_READY, "phone_unavailable")


async def test_an_agent_on_sip_takes_the_call_with_the_key_like_on_any_telephone(house: VoiceHouse) -> None:
    agent = await hired(house.store, "amira", phone=SIP)
    caller, desk, contact = await rung(house, agent, SIP)
    await desk.send("answer", call_sid=desk.call_sid)
    await desk.expects("spoken", text=WHISPER)
    await desk.press("1")
    await desk.expects("conference", joined=True)
    await caller.expects("conference", joined=True)
    await desk.hang_up()
    await house.expects(contact.id, state=State.WRAPPING)
    assert [event.type for event in await house.events(contact.id)].count(EventType.CALLS_MET) == 1


async def test_a_sip_telephone_with_a_voicemail_box_takes_nobody(house: VoiceHouse) -> None:
    agent = await hired(house.store, "amira", phone=SIP)
    _, desk, contact = await rung(house, agent, SIP)
    await desk.send("answer", call_sid=desk.call_sid)
    await house.expects(contact.id, state=State.WAITING)
    assert await seen(house, agent) == (Presence.NOT_READY, "phone_not_taken")
