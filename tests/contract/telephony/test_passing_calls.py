"""A call that is passed on: cold it comes back into the loop at its place, warm it changes from agent to agent."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from arrivals import hired
from phone_client import PhoneClient
from voice_house import VoiceHouse

from assistant.flow.transfers import Mode, Target, Transfers
from assistant.model.agent import Agent
from assistant.model.contact import Contact, QueueId, State
from assistant.model.events import EventType
from assistant.model.offer import Offer
from telephony import voice_wording as words
from telephony.emulator import Fault, FaultKind


class Call:
    """A caller in conversation with amira; ben has a telephone too."""

    def __init__(self, house: VoiceHouse) -> None:
        self.house = house
        self.transfers = Transfers(house.store, house.tenant, house.call_control)

    async def begin(self) -> Call:
        house = self.house
        self.caller = await house.phone()
        sid = await self.caller.call()
        await self.caller.expects("listening")
        await self.caller.press("0")
        await self.caller.expects("play")
        self.amira, self.ben = await hired(house.store, "amira"), await hired(house.store, "ben")
        self.desk, self.other_desk = await house.phone("client:amira"), await house.phone("client:ben")
        contact = await house.contact_of(sid)
        await house.offer(contact, self.amira)
        await self.answers(self.desk)
        await self.caller.expects("conference", joined=True)
        self.contact = await house.expects(contact.id, state=State.CONNECTED)
        return self

    async def answers(self, desk: PhoneClient) -> None:
        await desk.expects("call", status="ringing")
        await desk.send("answer", call_sid=desk.call_sid)
        await desk.expects("conference", joined=True)

    async def cold(self, to: Target, note: str = "") -> None:
        await self.transfers.transfer(self.contact.id, self.amira, to, Mode.COLD, note)

    async def warm(self) -> Offer:
        """Ben has said yes; his telephone rings."""
        await self.transfers.transfer(self.contact.id, self.amira, Target(agent="ben"), Mode.WARM)
        offer = await self.house.store.read(lambda work: work.offers.pending_of(self.contact.id))
        assert offer is not None
        await self.house.flow.offers.accept(offer.id, self.ben.id)
        return offer

    async def has_ended_asking(self) -> None:
        """Returns once the hand-over has come to nothing."""
        for _ in range(1000):
            if [one for one in await self.house.events(self.contact.id) if one.type is EventType.TRANSFER_ENDED]:
                return
            await asyncio.sleep(0.01)
        raise AssertionError("it is asked still")

    async def is_with(self, agent: Agent, **changes: Any) -> Contact:
        return await self.house.expects(self.contact.id, state=State.CONNECTED, agent_id=agent.id, **changes)

    async def speak_to_each_other(self, desk: PhoneClient) -> None:
        await desk.say("Good morning, I have it all here.")
        await self.caller.expects("caption", text="Good morning, I have it all here.")


@pytest.fixture
async def call(house: VoiceHouse) -> Call:
    return await Call(house).begin()


async def test_a_call_passed_on_cold_comes_back_to_the_loop_and_hears_its_place(house: VoiceHouse, call: Call) -> None:
    await call.cold(Target(queue=QueueId("accounts")), "about the fee")
    told = "Amira is passing you on to Accounts and payments. You keep the place you had: you're next."
    await call.caller.expects("conference", joined=False)
    await call.caller.expects("spoken", text=told)
    await call.desk.expects("call", status="completed")
    waiting = await house.expects(call.contact.id, state=State.WAITING, queue="accounts")
    assert waiting.order_at == call.contact.order_at
    await call.caller.expects("listening")
    await call.caller.say("are you still there?")
    await call.caller.expects("spoken", text="You said are you still there?.")
    assert words.RETURNED not in [frame.get("text") for frame in call.caller.history]
    assert not [one for one in await house.events(call.contact.id) if one.type is EventType.CONTACT_CLOSED]


async def test_a_call_passed_on_cold_meets_the_next_agent_in_another_conference(house: VoiceHouse, call: Call) -> None:
    await call.cold(Target(agent="ben"))
    await call.caller.expects("spoken")
    waiting = await house.expects(call.contact.id, state=State.WAITING)
    await house.offer(waiting, call.ben)
    await call.answers(call.other_desk)
    joined = await call.caller.expects("conference", joined=True)
    assert joined["name"] == f"contact-{call.contact.id}-2"
    await call.is_with(call.ben)
    await call.speak_to_each_other(call.other_desk)
    await call.other_desk.hang_up()
    await house.expects(call.contact.id, state=State.WRAPPING)


async def test_a_caller_who_hangs_up_while_being_passed_on_has_left(house: VoiceHouse, call: Call) -> None:
    await call.cold(Target(queue=QueueId("accounts")))
    await call.caller.hang_up()
    await house.expects(call.contact.id, state=State.ABANDONED)
    await call.desk.expects("call", status="completed")


async def test_a_telephone_company_that_is_away_costs_a_caller_who_is_passed_on_nothing(
    house: VoiceHouse, call: Call
) -> None:
    house.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Conferences", code=20500))
    await call.cold(Target(queue=QueueId("accounts")))
    waiting = await house.expects(call.contact.id, state=State.WAITING, queue="accounts")
    await house.offer(waiting, call.ben)
    await call.answers(call.other_desk)
    assert (await call.caller.expects("conference", joined=True))["name"].endswith("-2")
    await call.desk.expects("call", status="completed")
    await call.is_with(call.ben)


async def test_a_call_handed_over_warm_changes_from_agent_to_agent(house: VoiceHouse, call: Call) -> None:
    await call.warm()
    await call.other_desk.expects("call", status="ringing")
    await call.desk.say("Ben will take over in a moment.")
    await call.caller.expects("caption", text="Ben will take over in a moment.")
    await call.is_with(call.amira, attempt=1)
    await call.other_desk.send("answer", call_sid=call.other_desk.call_sid)
    await call.other_desk.expects("conference", joined=True)
    await call.caller.expects("spoken", text="Ben is here. Connecting you now.")
    assert (await call.caller.expects("conference", joined=True))["name"].endswith("-2")
    await call.desk.expects("call", status="completed")
    await call.is_with(call.ben, attempt=2)
    await call.speak_to_each_other(call.other_desk)
    await call.other_desk.hang_up()
    await call.caller.expects("spoken", text=words.closing(call.contact, house.tenant))
    after = await house.expects(call.contact.id, state=State.WRAPPING)
    assert after.agent_id == call.ben.id


async def test_a_colleague_who_does_not_pick_up_leaves_both_talking(house: VoiceHouse, call: Call) -> None:
    await call.warm()
    await call.other_desk.expects("call", status="ringing")
    await call.other_desk.hang_up()
    await call.other_desk.expects("call", status="busy")
    await call.has_ended_asking()
    await call.is_with(call.amira, attempt=1)
    await call.speak_to_each_other(call.desk)
    await call.desk.hang_up()
    await house.expects(call.contact.id, state=State.WRAPPING)


async def test_a_first_agent_who_hangs_up_while_the_colleague_is_rung_has_ended_the_call(
    house: VoiceHouse, call: Call
) -> None:
    await call.warm()
    await call.other_desk.expects("call", status="ringing")
    await call.desk.hang_up()
    after = await house.expects(call.contact.id, state=State.WRAPPING)
    assert after.agent_id == call.amira.id
    await call.other_desk.expects("call", status="canceled")
    await call.caller.expects("call", status="completed")


async def test_a_caller_who_hangs_up_while_the_colleague_is_rung_silences_the_telephone(
    house: VoiceHouse, call: Call
) -> None:
    await call.warm()
    await call.other_desk.expects("call", status="ringing")
    await call.caller.hang_up()
    await call.other_desk.expects("call", status="canceled")
    await call.desk.expects("call", status="completed")
    await house.expects(call.contact.id, state=State.WRAPPING)


async def test_a_redirect_that_gets_no_answer_still_brings_the_caller_to_the_colleague(
    house: VoiceHouse, call: Call
) -> None:
    await call.warm()
    await call.other_desk.expects("call", status="ringing")
    house.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Calls/", code=20503))
    await call.other_desk.send("answer", call_sid=call.other_desk.call_sid)
    await call.other_desk.expects("conference", joined=True)
    assert (await call.caller.expects("conference", joined=True))["name"].endswith("-2")
    await call.desk.expects("call", status="completed")
    await call.is_with(call.ben, attempt=2)
    await call.speak_to_each_other(call.other_desk)


async def test_a_colleague_who_answers_after_a_cold_transfer_hears_goodbye(house: VoiceHouse, call: Call) -> None:
    await call.warm()
    await call.other_desk.expects("call", status="ringing")
    await call.cold(Target(queue=QueueId("fraud")))
    await call.other_desk.expects("call", status="canceled")
    waiting = await house.expects(call.contact.id, state=State.WAITING)
    assert (waiting.queue, waiting.order_at) == ("fraud", call.contact.order_at)
    slots = await house.store.read(lambda work: work.agents.slots(call.ben.id))
    assert all(slot.contact_id is None for slot in slots)
