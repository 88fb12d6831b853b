"""An agent asks a caller for the PIN: the caller keys it in outside of the conference, and comes back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from phone_client import PhoneClient
from serving.demo import shows
from test_meeting_agents import met
from voice_house import VoiceHouse

from assistant.model.contact import Contact, State
from assistant.model.errors import Refused, Unavailable
from assistant.model.events import EventType
from telephony import voice_wording as words
from telephony.emulator import Fault, FaultKind

NUMBER, PIN = "10000001", "4821"


async def asked(house: VoiceHouse, method: str = "pin") -> tuple[PhoneClient, PhoneClient, Contact]:
    """In conversation; the agent has asked."""
    caller, desk, contact = await met(house)
    await house.flow.asked_verification.ask(contact.id, await house.of_contact(contact), method)
    await caller.expects("conference", joined=False)
    await caller.expects("spoken", text=words.ASIDE)
    return caller, desk, contact


async def ended(house: VoiceHouse, contact: Contact) -> dict[str, Any]:
    """How what was asked ended last."""
    for _ in range(500):
        events = [one for one in await house.events(contact.id) if one.type is EventType.VERIFICATION_ENDED]
        if events:
            return events[-1].data
        await asyncio.sleep(0.01)
    raise AssertionError("it has not ended")


async def test_the_caller_keys_it_in_alone_and_comes_back_to_the_agent(house: VoiceHouse) -> None:
    caller, desk, contact = await asked(house)
    await caller.expects("spoken", text="What's your customer number? It has eight digits.")
    await caller.press(NUMBER)
    await caller.expects("spoken", text="And your four-digit PIN?")
    await caller.press(PIN)
    await caller.expects("spoken", text="Thank you, that's verified.")
    await caller.expects("spoken", text="Back to Amira now.")
    await caller.expects("conference", joined=True)
    await desk.say("Thank you, Maya.")
    await caller.expects("caption", text="Thank you, Maya.")
    contact = await house.contact(contact.id)
    assert (contact.state, contact.verification.level, contact.customer_name) == (State.CONNECTED, 2, "Maya Okafor")
    assert (await ended(house, contact))["outcome"] == "passed"
    told = [*desk.history, *await house.events(contact.id)]
    assert not shows(PIN, told), "the agent neither sees nor hears the digits"
    assert house.complaints == []


async def test_who_is_known_is_asked_for_the_pin_alone(house: VoiceHouse) -> None:
    caller, _, contact = await met(house)

    def know(work: Any) -> None:
        locked = work.contacts.lock_only(contact.id)
        work.contacts.save(replace(locked, customer_number=NUMBER))

    await house.store.transact(know)
    await house.flow.asked_verification.ask(contact.id, await house.of_contact(contact), "pin")
    await caller.expects("spoken", text="What's your four-digit PIN?")
    await caller.press(PIN)
    await caller.expects("spoken", text="Thank you, that's verified.")


async def test_a_wrong_pin_is_counted_told_to_both_and_can_be_asked_again(house: VoiceHouse) -> None:
    caller, _, contact = await asked(house)
    await caller.expects("spoken", text="What's your customer number? It has eight digits.")
    await caller.press(NUMBER)
    await caller.expects("spoken", text="And your four-digit PIN?")
    await caller.press("0000")
    await caller.expects("spoken", text="I'm sorry, that didn't match.")
    await caller.expects("conference", joined=True)
    assert await ended(house, contact) == {"outcome": "failed", "tries_left": 4}
    await house.flow.asked_verification.ask(contact.id, await house.of_contact(contact), "pin")
    await caller.expects("spoken", text="What's your customer number? It has eight digits.")


@pytest.mark.parametrize("how", ["star", "silence"])
async def test_a_caller_who_would_rather_not_is_back_with_the_agent(house: VoiceHouse, how: str) -> None:
    caller, _, contact = await asked(house)
    await caller.expects("spoken", text="What's your customer number? It has eight digits.")
    if how == "star":
        await caller.press("*")
        await caller.press("#")
    await caller.expects("spoken", text="All right, we'll leave that.")
    await caller.expects("conference", joined=True)
    assert (await ended(house, contact))["outcome"] == "cancelled"


async def test_fewer_digits_are_asked_for_once_more_and_are_no_attempt(house: VoiceHouse) -> None:
    caller, _, contact = await asked(house)
    await caller.expects("spoken", text="What's your customer number? It has eight digits.")
    await caller.press("12#")
    await caller.expects("spoken", text=words.fewer_digits(8))
    await caller.press(NUMBER)
    await caller.expects("spoken", text="And your four-digit PIN?")
    assert (await house.contact(contact.id)).failed_attempts == 0


async def test_a_caller_who_hangs_up_meanwhile_frees_the_agent(house: VoiceHouse) -> None:
    caller, desk, contact = await asked(house)
    await caller.hang_up()
    await desk.expects("call", status="completed")
    await house.expects(contact.id, state=State.WRAPPING, pending_input=None)


async def test_an_agent_who_hangs_up_meanwhile_ends_it_for_the_caller_too(house: VoiceHouse) -> None:
    caller, desk, contact = await asked(house)
    await desk.hang_up()
    await house.expects(contact.id, state=State.WRAPPING)
    await caller.expects("spoken", text=words.closing(contact, house.tenant))
    await caller.expects("call", status="completed")


async def test_a_caller_who_is_on_hold_is_in_the_talk_afterwards(house: VoiceHouse) -> None:
    caller, desk, contact = await met(house)
    amira = await house.of_contact(contact)
    await house.holding.hold(contact.id, amira, is_held=True)
    await house.flow.asked_verification.ask(contact.id, amira, "pin")
    await caller.expects("spoken", text=words.ASIDE)
    await caller.press("*#")
    await caller.expects("conference", joined=True)
    await desk.say("Welcome back.")
    await caller.expects("caption", text="Welcome back.")


async def test_a_telephone_company_that_is_away_asks_for_nothing(house: VoiceHouse) -> None:
    caller, desk, contact = await met(house)
    house.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Participants/", code=20500, times=2))
    with pytest.raises(Unavailable):
        await house.flow.asked_verification.ask(contact.id, await house.of_contact(contact), "pin")
    assert (await house.contact(contact.id)).pending_input is None
    await desk.say("Never mind.")
    await caller.expects("caption", text="Never mind.")


async def test_a_redirect_that_is_refused_leaves_the_two_together(house: VoiceHouse) -> None:
    caller, desk, contact = await met(house)
    house.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Calls/", code=20500, times=2))
    with pytest.raises(Unavailable):
        await house.flow.asked_verification.ask(contact.id, await house.of_contact(contact), "pin")
    await desk.say("Never mind.")
    await caller.expects("caption", text="Never mind.")
    await caller.hang_up()
    await desk.expects("call", status="completed")


async def test_keys_that_are_told_of_twice_are_one_attempt(house: VoiceHouse) -> None:
    caller, _, contact = await asked(house)
    await caller.expects("spoken", text="What's your customer number? It has eight digits.")
    await caller.press(NUMBER)
    await caller.expects("spoken", text="And your four-digit PIN?")
    house.emulator.faults.arm(Fault(FaultKind.DUPLICATE, "/aside/keys"))
    await caller.press("0000")
    await caller.expects("spoken", text="I'm sorry, that didn't match.")
    assert (await house.contact(contact.id)).failed_attempts == 1


async def test_a_method_that_the_tenant_has_not_is_refused(house: VoiceHouse) -> None:
    _, _, contact = await met(house)
    with pytest.raises(Refused) as refused:
        await house.flow.asked_verification.ask(contact.id, await house.of_contact(contact), "voiceprint")
    assert refused.value.code == "unknown_method"
