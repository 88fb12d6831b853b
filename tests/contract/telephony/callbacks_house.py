"""Customers who are called back, agents who wait for them, and the voice door in either order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from arrivals import placed
from phone_client import PhoneClient
from voice_house import CALLER, PATIENT_SECONDS, VoiceHouse, open_voice_house

from assistant.flow import due
from assistant.flow.deadlines import DeadlineRunner
from assistant.model.agent import Presence
from assistant.model.contact import Channel, Contact, Reach, State
from assistant.model.events import EventType
from assistant.settings.calls import RelayPart
from telephony import voice_wording as words

AGENT = "client:amira"
UNHURRIED = 20.0  # a person has to find the key before the call is given up
LONGEST_SECONDS = 120.0  # that a customer's telephone may ring


@asynccontextmanager
async def _calling_first(
    first: str,
    sqlite_url: str,
    clock: Any,
    tenant: Any,
    relay: RelayPart | None = None,
    ring_seconds: float = PATIENT_SECONDS,
    customer_ring_seconds: float = LONGEST_SECONDS,
) -> AsyncIterator[VoiceHouse]:
    callbacks = tenant.callbacks.model_copy(update={"first": first, "ring_seconds": customer_ring_seconds})
    changed = tenant.model_copy(update={"callbacks": callbacks, "relay": relay})
    async with open_voice_house(sqlite_url, clock, changed, UNHURRIED, ring_seconds=ring_seconds) as opened:
        yield opened
        for phone in opened.phones:
            await phone.close()
        assert [one for one in opened.complaints if one.startswith(("11", "12")) and "fault" not in one] == []


@pytest.fixture
async def house(sqlite_url: str, clock: Any, fernhill: Any) -> AsyncIterator[VoiceHouse]:
    """A house that calls the agent first."""
    async with _calling_first("agent", sqlite_url, clock, fernhill) as opened:
        yield opened


@pytest.fixture
async def hurried(sqlite_url: str, clock: Any, fernhill: Any) -> AsyncIterator[VoiceHouse]:
    """The same where every telephone soon stops ringing."""
    soon = {"ring_seconds": 20.0, "customer_ring_seconds": 20.0}
    async with _calling_first("agent", sqlite_url, clock, fernhill, **soon) as opened:
        yield opened


@pytest.fixture
async def customer_first(sqlite_url: str, clock: Any, fernhill: Any) -> AsyncIterator[VoiceHouse]:
    """A house that calls the customer first."""
    async with _calling_first("customer", sqlite_url, clock, fernhill) as opened:
        yield opened


@pytest.fixture
async def unanswered(sqlite_url: str, clock: Any, fernhill: Any) -> AsyncIterator[VoiceHouse]:
    """The same where an agent's telephone soon stops ringing."""
    async with _calling_first("customer", sqlite_url, clock, fernhill, ring_seconds=20) as opened:
        yield opened


@pytest.fixture
async def relaying(sqlite_url: str, clock: Any, fernhill: Any) -> AsyncIterator[VoiceHouse]:
    """The same over one socket per call."""
    async with _calling_first("customer", sqlite_url, clock, fernhill, RelayPart()) as opened:
        yield opened


async def to_be_called_back(house: VoiceHouse, number: str = CALLER) -> Contact:
    """A visitor in chat who asked to be called back."""
    contact = await placed(house.store, channel=Channel.CHAT)
    await house.flow.callbacks.request(contact.id, number)
    return await house.contact(contact.id)


async def fires(house: VoiceHouse) -> None:
    """What is due happens."""
    handlers = {
        due.CALL_CUSTOMER: house.flow.calling_back.call_customer,
        due.CALLBACK_RING: house.flow.calling_back.ring_ended,
        due.BRIEFING: house.flow.offers.when_due,
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


async def calls(house: VoiceHouse, address: str = CALLER) -> tuple[PhoneClient, str]:
    phone = await house.phone(address)
    sid = await phone.call()
    await phone.expects("listening")
    return phone, sid
