"""An agent asks a colleague into a call: three hear each other, and each can go without taking the others along."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from arrivals import hired
from phone_client import PhoneClient
from test_meeting_agents import met
from voice_house import VoiceHouse

from assistant.flow import due
from assistant.flow.deadlines import DeadlineRunner
from assistant.flow.transfers import Mode, Target, Transfers
from assistant.model.agent import Agent
from assistant.model.contact import Contact, State
from assistant.model.offer import OfferState
from telephony import voice_wording as words
from telephony.addresses import supervisor_label
from telephony.emulator import Fault, FaultKind

BEN = "client:ben"


class Call:
    """A caller in conversation with amira, who may ask ben."""

    def __init__(self, house: VoiceHouse, caller: PhoneClient, desk: PhoneClient, contact: Contact) -> None:
        self.house, self.caller, self.desk, self.contact = house, caller, desk, contact
        self.amira: Agent
        self.ben: Agent

    async def begin(self) -> Call:
        self.amira, self.ben = await self.house.of_contact(self.contact), await hired(self.house.store, "ben")
        return self

    async def asks(self, mode: Mode) -> str:
        """Ben says yes. The offer by which he was asked."""
        house, contact = self.house, self.contact
        transfers = Transfers(house.store, house.tenant, house.call_control)
        await transfers.transfer(contact.id, self.amira, Target(agent="ben"), mode)
        offer = await house.store.read(lambda work: work.offers.pending_of(contact.id))
        assert offer is not None
        await house.flow.offers.accept(offer.id, self.ben.id)
        await self.fires()
        return offer.id

    async def fires(self) -> None:
        supervising = self.house.flow.supervising
        handlers = {due.SUPERVISOR_RING_BEGINS: supervising.ring_begins, due.SUPERVISOR_RING: supervising.ring_expired}
        await DeadlineRunner(self.house.store, self.house.bus, self.house.clock, handlers).fire_due()

    async def comes(self) -> PhoneClient:
        """Ben's telephone, answered and in the call."""
        phone = await self.house.phone(BEN)
        await self.asks(Mode.JOIN)
        await phone.expects("call", status="ringing", to=BEN)
        await phone.send("answer", call_sid=phone.call_sid)
        await phone.expects("conference", joined=True)
        return phone

    async def is_with(self, agent: Agent) -> Contact:
        return await self.house.expects(self.contact.id, state=State.CONNECTED, agent_id=agent.id)

    async def are_in_the_second_room(self, *phones: PhoneClient) -> None:
        for phone in phones:
            await phone.expects("conference", joined=True, name=f"contact-{self.contact.id}-2")

    async def has_beside(self, *agents: Agent) -> None:
        ids = [agent.id for agent in agents]
        for _ in range(500):
            rows = await self.house.store.read(lambda work: work.supervisions.of_contact(self.contact.id))
            slots = await self.house.store.read(lambda work: work.agents.slots(self.ben.id))
            held = [slot for slot in slots if slot.contact_id]
            if [row.agent_id for row in rows] == ids and len(held) == len(ids):
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{rows} {held}")


@pytest.fixture
async def call(house: VoiceHouse) -> Call:
    return await Call(house, *await met(house)).begin()


async def talk(*phones: PhoneClient) -> None:
    """What each of them says, all the others hear."""
    for n, phone in enumerate(phones):
        said = f"This is number {n}."
        await phone.say(said)
        for other in phones:
            if other is not phone:
                await other.expects("caption", text=said)


async def test_caller_agent_and_colleague_hear_each_other(house: VoiceHouse, call: Call) -> None:
    ben = await call.comes()
    await talk(call.caller, call.desk, ben)
    await call.is_with(call.amira)
    await call.has_beside(call.ben)
    assert house.complaints == []


async def test_a_colleague_who_hangs_up_leaves_the_two_together(house: VoiceHouse, call: Call) -> None:
    ben = await call.comes()
    await ben.hang_up()
    await call.has_beside()
    await talk(call.caller, call.desk)
    await call.is_with(call.amira)


async def test_a_colleague_who_leaves_at_the_console_is_out_of_the_call(house: VoiceHouse, call: Call) -> None:
    ben = await call.comes()
    await house.flow.supervising.leave(call.contact.id, call.ben)
    await ben.expects("call", status="completed")
    await call.has_beside()
    await talk(call.caller, call.desk)


async def test_with_the_caller_everybody_is_gone(house: VoiceHouse, call: Call) -> None:
    ben = await call.comes()
    await call.caller.hang_up()
    for phone in (call.desk, ben):
        await phone.expects("call", status="completed")
    await house.expects(call.contact.id, state=State.WRAPPING)
    await call.has_beside()


async def test_with_the_agent_the_conversation_is_over_for_all_three(house: VoiceHouse, call: Call) -> None:
    ben = await call.comes()
    await call.desk.hang_up()
    await ben.expects("call", status="completed")
    await call.caller.expects("call", status="completed")
    await house.expects(call.contact.id, state=State.WRAPPING)
    await call.has_beside()


async def test_a_colleague_whose_telephone_is_busy_does_not_come_and_is_told_of(house: VoiceHouse, call: Call) -> None:
    phone = await house.phone(BEN)
    await call.asks(Mode.JOIN)
    await phone.expects("call", status="ringing")
    await phone.hang_up()
    await call.has_beside()
    changed = [event.data for event in await house.events(call.contact.id) if event.type == "supervision.changed"]
    assert changed[-1]["reason"] == "phone_not_answered"
    await talk(call.caller, call.desk)


async def test_a_telephone_company_that_refuses_the_colleagues_call_changes_nothing(
    house: VoiceHouse, call: Call
) -> None:
    house.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Calls.json", code=21211))
    await call.asks(Mode.JOIN)
    await call.has_beside()
    await talk(call.caller, call.desk)
    await call.is_with(call.amira)


async def test_a_colleague_who_is_there_takes_over_without_being_rung(house: VoiceHouse, call: Call) -> None:
    ben = await call.comes()
    made = len(house.emulator.exchange.calls)
    await call.asks(Mode.WARM)
    await call.is_with(call.ben)
    await call.are_in_the_second_room(ben, call.caller)
    await call.desk.expects("call", status="completed")
    assert len(house.emulator.exchange.calls) == made, "nobody was called for it"
    await talk(call.caller, ben)
    await ben.hang_up()
    await house.expects(call.contact.id, state=State.WRAPPING, agent_id=call.ben.id)
    await call.caller.expects("call", status="completed")
    assert house.complaints == []


@pytest.mark.parametrize("fault", ["refused", "unanswered"])
async def test_a_colleague_who_cannot_be_moved_talks_on_beside(house: VoiceHouse, call: Call, fault: str) -> None:
    ben = await call.comes()
    kind = FaultKind.REFUSE if fault == "refused" else FaultKind.LOSE_ANSWER
    house.emulator.faults.arm(Fault(kind, f"/Calls/{ben.call_sid}.json", times=9, code=20500))
    offer_id = await call.asks(Mode.WARM)
    if fault == "refused":
        offer = await house.store.read(lambda work: work.offers.get(offer_id))
        assert offer is not None and (offer.state, offer.reason) == (OfferState.NOT_ANSWERED, "phone_unavailable")
        await call.is_with(call.amira)
        await call.has_beside(call.ben)
        await talk(call.caller, call.desk, ben)
        return
    await call.is_with(call.ben)
    await call.are_in_the_second_room(ben, call.caller)
    await talk(call.caller, ben)


async def test_a_colleague_who_has_not_answered_yet_is_rung_for_the_hand_over_instead(
    house: VoiceHouse, call: Call
) -> None:
    phone = await house.phone(BEN)
    await call.asks(Mode.JOIN)
    await phone.expects("call", status="ringing")
    await call.asks(Mode.WARM)
    await phone.expects("call", status="canceled")
    second = await phone.expects("call", status="ringing")
    await phone.send("answer", call_sid=second["call_sid"])
    await call.is_with(call.ben)
    await call.are_in_the_second_room(phone, call.caller)
    await talk(call.caller, phone)


async def test_the_colleague_is_labelled_apart_from_the_agent(house: VoiceHouse, call: Call) -> None:
    ben = await call.comes()
    labels: dict[str, Any] = {}
    for label in ("agent", supervisor_label(call.ben.id)):
        labels[label] = await house.conferences.call_of(call.contact, label)
    assert labels[supervisor_label(call.ben.id)] == ben.call_sid
    assert labels["agent"] == call.desk.call_sid
    assert words.NOT_NEEDED not in [frame.get("text") for frame in ben.history]
