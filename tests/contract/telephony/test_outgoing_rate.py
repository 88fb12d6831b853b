"""How fast we call: one leg a second for the whole account, in turn; none is lost, nobody is blamed for the wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from arrivals import hired, placed
from callbacks_house import to_be_called_back
from phone_client import PhoneClient
from voice_house import VoiceHouse, open_voice_house

from assistant.flow import due
from assistant.flow.bridges import Bridges
from assistant.flow.calling_back import CallingBack
from assistant.flow.deadlines import DeadlineRunner
from assistant.flow.offers import Offers
from assistant.flow.outgoing import OutgoingRate
from assistant.model.agent import Agent, Presence
from assistant.model.contact import Channel, Contact, Reach, State
from assistant.model.storage import Leg, LegKind
from assistant.settings.tenant import Tenant
from telephony import voice_wording as words
from telephony.payloads import CallStatus

PEOPLE = ("amira", "ben", "carla", "dan")
RATE = OutgoingRate(1.0)


@pytest.fixture
async def house(sqlite_url: str, clock: Any, fernhill: Tenant) -> AsyncIterator[VoiceHouse]:
    """One call a second from us; the telephone company begins them as they come."""
    async with open_voice_house(sqlite_url, clock, fernhill, rate=RATE, calls_per_second=1000) as house:
        yield house
        for phone in house.phones:
            await phone.close()


async def caller(house: VoiceHouse, n: int) -> Contact:
    """Somebody who waits on the telephone."""
    contact = await placed(house.store, channel=Channel.VOICE, ani=f"+44207183875{n}")
    leg = Leg(f"leg-{n}", contact.id, LegKind.CALL, f"CA{n:032d}", "process-1", house.clock.now())  # type: ignore[arg-type]
    await house.store.transact(lambda work: work.legs.add(leg))
    return contact


async def accepted(house: VoiceHouse, how_many: int) -> list[tuple[Contact, Agent]]:
    """So many callers, each taken by an agent of their own at the same moment, in turn."""
    taken = []
    for n, name in zip(range(how_many), PEOPLE, strict=False):
        agent, contact = await hired(house.store, name), await caller(house, n)
        await house.offer(contact, agent)
        taken.append((contact, agent))
    return taken


def made(house: VoiceHouse) -> list[str]:
    """Whom the telephone company was asked to call, in order."""
    return [call.callee for call in house.emulator.exchange.calls.values() if call.direction == "outbound-api"]


def runner(house: VoiceHouse) -> DeadlineRunner:
    """Another process, on the same store."""
    offers = Offers(house.store, house.tenant, house.call_control, rate=RATE)
    bridges = Bridges(house.store, house.tenant, house.call_control, house.conferences)
    back = CallingBack(house.store, house.tenant, offers, house.flow.legs, house.call_control, RATE)
    handlers = {
        due.RING_BEGINS: offers.ring_begins,
        due.RING: offers.ring_expired,
        due.BRIEFING: offers.when_due,
        due.AGENT_ABSENT: bridges.agent_absent,
        due.CALLBACK_BEGINS: back.begins,
        due.CALLBACK_RING: back.ring_ended,
        due.CALL_CUSTOMER: back.call_customer,
    }
    return DeadlineRunner(house.store, house.bus, house.clock, handlers)


async def a_second_passes(house: VoiceHouse, seconds: float = 1.0) -> None:
    house.clock.advance(seconds)
    await runner(house).fire_due()


async def told(house: VoiceHouse) -> None:
    """Whatever the telephone company has to tell so far has been told."""
    while tasks := set(house.emulator.stage.webhooks._tasks):
        await asyncio.wait(tasks)


async def test_legs_that_are_wanted_together_begin_one_a_second_in_the_order_of_the_acceptances(
    house: VoiceHouse,
) -> None:
    await accepted(house, 4)
    assert made(house) == ["client:amira"], "the first at once"
    for n in (2, 3, 4):
        await a_second_passes(house, 0.9)
        assert len(made(house)) == n - 1
        await a_second_passes(house, 0.1)
        assert made(house) == [f"client:{name}" for name in PEOPLE[:n]]


async def test_a_process_that_dies_over_its_queue_loses_no_leg(house: VoiceHouse) -> None:
    taken = await accepted(house, 3)
    assert len(made(house)) == 1
    house.clock.advance(2)
    await asyncio.gather(*(runner(house).fire_due() for _ in range(4)))  # several live on, and each leg begins once
    assert made(house) == [f"client:{name}" for name in PEOPLE[:3]]
    for contact, agent in taken:
        assert (await house.contact(contact.id)).agent_id == agent.id


async def test_a_telephone_that_had_to_wait_for_its_turn_rings_as_long_as_others(house: VoiceHouse) -> None:
    await accepted(house, 2)
    ring = house.tenant.timing.ring_seconds
    await a_second_passes(house)
    await told(house)
    await a_second_passes(house, ring - 0.5)
    agents = {agent.username: agent for agent in await house.store.read(lambda work: work.agents.all())}
    assert (agents["amira"].presence, agents["amira"].reason) == (Presence.NOT_READY, "phone_not_answered")
    assert agents["ben"].presence is Presence.READY
    await a_second_passes(house, 0.5)
    agents = {agent.username: agent for agent in await house.store.read(lambda work: work.agents.all())}
    assert agents["ben"].reason == "phone_not_answered"


async def test_a_leg_that_nobody_needs_any_more_is_not_begun(house: VoiceHouse) -> None:
    (_, (gone, agent), (_, third)) = await accepted(house, 3)
    await house.flow.conversation.hang_up(gone.id)
    await a_second_passes(house, 2)
    assert made(house) == ["client:amira", f"client:{third.username}"]
    now = await house.store.read(lambda work: work.agents.get(agent.id))
    assert now is not None and now.presence is Presence.READY, "no agent is marked for it"


async def test_customers_who_are_called_back_wait_for_the_same_turn(house: VoiceHouse) -> None:
    await accepted(house, 1)
    contact = await to_be_called_back(house, "+442071838750")
    ben = await hired(house.store, "ben")
    desk = await house.phone("client:ben")
    await house.offer(contact, ben)
    assert made(house) == ["client:amira"]
    await a_second_passes(house)
    await answers(desk)
    await desk.expects("spoken", text=words.CALLING_CUSTOMER)
    assert made(house) == ["client:amira", "client:ben"], "the customer's turn is yet to come"
    waits = await house.store.read(lambda work: work.deadlines.when(due.CALLBACK_RING, contact.id))
    assert waits is not None and (waits - house.clock.now()).total_seconds() > 31
    await a_second_passes(house)
    assert made(house)[-1] == "+442071838750"


async def test_a_customer_whose_agent_has_gone_before_the_turn_is_not_called_and_can_be_called_next(
    house: VoiceHouse,
) -> None:
    await accepted(house, 1)
    contact = await to_be_called_back(house, "+442071838750")
    desk = await house.phone("client:ben")
    await house.offer(contact, await hired(house.store, "ben"))
    await a_second_passes(house)
    await answers(desk)
    await desk.expects("spoken", text=words.CALLING_CUSTOMER)
    await desk.hang_up()
    await house.expects(contact.id, state=State.WAITING)
    await a_second_passes(house)
    assert "+442071838750" not in made(house)
    again = await house.contact(contact.id)
    assert (again.reach, again.callback_tries) == (Reach.CALLBACK, 0)
    assert again.callback_at is not None and again.callback_at <= house.clock.now()


async def answers(phone: PhoneClient) -> None:
    await phone.expects("call", status="ringing", direction="incoming")
    await phone.send("answer", call_sid=phone.call_sid)


async def test_a_call_that_the_telephone_company_keeps_in_its_queue_is_no_telephone_that_was_not_answered(
    sqlite_url: str, clock: Any, fernhill: Tenant
) -> None:
    """Others call by this account too: what we ask for stands `queued` there, and rings later."""
    slow = 20.0  # one call in three of our seconds, at the speed of this emulator
    async with open_voice_house(sqlite_url, clock, fernhill, speed=slow, calls_per_second=1 / 20) as house:
        taken = await accepted(house, 2)
        second = [call for call in house.emulator.exchange.calls.values() if call.callee == "client:ben"]
        assert [call.status for call in second] == [CallStatus.QUEUED]
        house.clock.advance(house.tenant.timing.ring_seconds - 5)
        desk = await house.phone("client:ben")
        await desk.expects("call", status="ringing")
        contact, agent = taken[1]
        for _ in range(300):
            rings_at = await house.store.read(
                lambda work, contact=contact: work.deadlines.when(due.RING, _offer_of(work, contact))
            )
            if rings_at is not None and (rings_at - house.clock.now()).total_seconds() > 20:
                break
            await asyncio.sleep(0.01)
        house.clock.advance(10)
        await runner(house).fire_due()
        now = await house.store.read(lambda work: work.agents.get(agent.id))
        assert now is not None and now.presence is Presence.READY
        for phone in house.phones:
            await phone.close()


def _offer_of(work: Any, contact: Contact) -> str:
    now = work.contacts.get(contact.id)
    return str(now.offer_id)
