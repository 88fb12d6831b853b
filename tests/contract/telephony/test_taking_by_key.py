"""An agent's telephone that was answered: what it is about is said, and a key takes the call; no voicemail box does."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from arrivals import hired
from phone_client import PhoneClient
from test_meeting_agents import met, waiting
from voice_house import VoiceHouse

from assistant.flow import due
from assistant.flow.bridges import TAKING_SECONDS
from assistant.model.agent import Agent, Presence
from assistant.model.contact import Contact, State
from assistant.model.events import EventType
from assistant.model.storage import Deadline
from telephony import voice_wording as words
from telephony.emulator.calls import Progress

DESK = "+442079460199"
WHISPER = "Caller not verified: has not said what it is about. Waiting for less than a minute. Press 1 to take it."


async def answered(house: VoiceHouse, address: str) -> tuple[PhoneClient, PhoneClient, Contact, Agent]:
    """A caller who holds, and an agent whose telephone at this address was answered."""
    caller, contact = await waiting(house)
    agent = await hired(house.store, "amira", phone=address)
    desk = await house.phone(address)
    await house.offer(contact, agent)
    await desk.expects("call", status="ringing")
    await desk.send("answer", call_sid=desk.call_sid)
    return caller, desk, contact, agent


async def reasons(house: VoiceHouse, contact: Contact) -> list[str]:
    return [
        event.data["reason"] for event in await house.events(contact.id) if event.type is EventType.CONTACT_RETURNED
    ]


async def seen(house: VoiceHouse, agent: Agent) -> tuple[Presence, str | None]:
    found = await house.store.read(lambda work: work.agents.get(agent.id))
    assert found is not None
    return found.presence, found.reason


async def test_the_agent_hears_headline_and_waiting_time_and_takes_the_call_with_1(house: VoiceHouse) -> None:
    caller, desk, contact, _ = await answered(house, DESK)
    await desk.expects("spoken", text=WHISPER)
    assert (await house.contact(contact.id)).state is State.OFFERED, "nobody is connected before the key"
    await desk.press("1")
    await desk.expects("conference", joined=True)
    await caller.expects("conference", joined=True)
    await house.expects(contact.id, state=State.CONNECTED)
    assert house.complaints == []


async def test_a_voicemail_box_does_not_take_the_call_and_the_caller_keeps_the_place(house: VoiceHouse) -> None:
    caller, desk, contact, agent = await answered(house, DESK)
    await desk.expects("spoken", text=WHISPER)
    await desk.expects("spoken", text=WHISPER)
    await desk.expects("spoken", text=words.NOBODY_TOOK_IT)
    await desk.expects("call", status="completed")
    back = await house.expects(contact.id, state=State.WAITING)
    assert back.order_at == contact.order_at
    assert await reasons(house, contact) == ["phone_not_taken"]
    assert await seen(house, agent) == (Presence.NOT_READY, "phone_not_taken")
    await caller.expects("play")


async def test_another_key_is_asked_about_once_more(house: VoiceHouse) -> None:
    _, desk, contact, _ = await answered(house, DESK)
    await desk.expects("spoken", text=WHISPER)
    await desk.press("7")
    await desk.expects("spoken", text=WHISPER)
    await desk.press("1")
    await desk.expects("conference", joined=True)
    await house.expects(contact.id, state=State.CONNECTED)


async def test_the_telephone_in_the_console_takes_the_call_by_being_answered(house: VoiceHouse) -> None:
    _, desk, contact, _ = await answered(house, "client:amira")
    await desk.expects("spoken", text=WHISPER)
    await desk.expects("conference", joined=True)
    await house.expects(contact.id, state=State.CONNECTED)


async def test_who_hangs_up_instead_of_pressing_leaves_the_caller_in_the_place(house: VoiceHouse) -> None:
    _, desk, contact, _ = await answered(house, DESK)
    await desk.expects("spoken", text=WHISPER)
    await desk.hang_up()
    await house.expects(contact.id, state=State.WAITING)
    assert await reasons(house, contact) == ["phone_lost"]


async def test_a_caller_who_hangs_up_during_the_whisper_is_told_to_the_agent(house: VoiceHouse) -> None:
    caller, desk, contact, _ = await answered(house, DESK)
    await desk.expects("spoken", text=WHISPER)
    await caller.hang_up()
    await house.expects(contact.id, state=State.ABANDONED)
    await desk.expects("call", status="completed")


async def test_the_ring_s_deadline_does_not_run_out_during_the_whisper(house: VoiceHouse) -> None:
    _, desk, _, _ = await answered(house, DESK)
    await desk.expects("spoken", text=WHISPER)

    def when(work: Any) -> Any:
        (offer,) = [offer for agent in work.agents.all() for offer in work.offers.of_agent(agent.id)]
        return work.deadlines.when("ring", offer.id)

    assert (await house.store.read(when) - house.clock.now()).total_seconds() == TAKING_SECONDS


async def test_without_consent_the_agent_hears_no_matter(house: VoiceHouse) -> None:
    caller, contact = await waiting(house)

    def refuse(work: Any) -> None:
        locked = work.contacts.lock_only(contact.id)
        work.trail.append(locked, EventType.GATHERED_UPDATED, consent=False, topic="report_fraud")

    await house.store.transact(refuse)
    agent = await hired(house.store, "amira", phone=DESK)
    desk = await house.phone(DESK)
    await house.offer(contact, agent)
    await desk.expects("call", status="ringing")
    await desk.send("answer", call_sid=desk.call_sid)
    assert "asked that nothing be passed on" in (await desk.expects("spoken"))["text"]
    await caller.hang_up()


async def test_an_agent_whose_console_is_lost_with_the_telephone_gives_the_caller_back(house: VoiceHouse) -> None:
    caller, desk, contact = await met(house)
    await house.store.transact(lambda work: loses_console(house, work, contact))
    await desk.hang_up()
    back = await house.expects(contact.id, state=State.WAITING)
    assert (back.order_at, await reasons(house, contact)) == (contact.order_at, ["agent_lost"])
    await caller.expects("spoken", text=LOST)
    await caller.expects("listening")


def loses_console(house: VoiceHouse, work: Any, contact: Contact) -> None:
    agent = work.agents.lock(contact.agent_id)
    work.agents.save(replace(agent, is_reachable=False))
    work.deadlines.set(due.CONSOLE, agent.id, work.now + timedelta(seconds=30))


async def the_grace_ends(house: VoiceHouse, contact: Contact) -> None:
    """As when nobody's console came back: whoever is in a call is looked for."""

    def end(work: Any) -> Deadline:
        work.deadlines.clear(due.CONSOLE, contact.agent_id)
        work.deadlines.set(due.AGENT_ABSENT, contact.id, work.now)
        return Deadline(due.AGENT_ABSENT, contact.id, work.now)

    await house.flow.bridges.agent_absent(await house.store.transact(end))


async def test_who_talks_on_the_telephone_is_not_cut_off_for_a_lost_console(house: VoiceHouse) -> None:
    caller, desk, contact = await met(house)
    await house.store.transact(lambda work: loses_console(house, work, contact))
    await the_grace_ends(house, contact)
    assert (await house.contact(contact.id)).state is State.CONNECTED
    looks_again = await house.store.read(lambda work: work.deadlines.when(due.AGENT_ABSENT, contact.id))
    assert looks_again is not None and looks_again > house.clock.now()
    await desk.say("Are you still there?")
    await caller.expects("caption", text="Are you still there?")


async def test_a_lost_agent_s_caller_who_is_alone_in_the_conference_is_back_in_the_place(house: VoiceHouse) -> None:
    caller, _, contact = await met(house)
    (room,) = house.emulator.exchange.rooms.all()
    agent = room.find("agent")
    assert agent is not None
    agent.end_on_exit = False  # whatever left the caller alone there
    agent.call.progress = Progress(None)
    await house.store.transact(lambda work: loses_console(house, work, contact))
    house.emulator.exchange.hang_up(agent.call)
    await the_grace_ends(house, contact)
    await caller.expects("conference", joined=False)
    await caller.expects("spoken", text=LOST)
    assert (await house.contact(contact.id)).order_at == contact.order_at


LOST = "I'm sorry, we lost the connection to Amira. You're back in your place: first in line."
