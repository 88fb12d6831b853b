"""An arrival spares its look at the agents while all are known to be busy, and never says what is not true."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import pytest
from arrivals import CARDS, hired, placed
from doubles import ToldBus

from assistant.flow.intake import Intake, Joined, JoinRequest
from assistant.flow.line import Lines
from assistant.flow.offers import Offers
from assistant.flow.routing import Router
from assistant.flow.takers import Takers
from assistant.flow.waiting import Waiting
from assistant.model.agent import Agent, Presence
from assistant.model.contact import Channel, QueueId, State
from assistant.model.ports import Clock
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

ACCOUNTS = QueueId("accounts")


@dataclass
class House:
    store: Store
    intake: Intake
    router: Router
    takers: Takers

    async def arrives(self, queue: QueueId = CARDS) -> Joined:
        return await self.intake.join(JoinRequest(Channel.CHAT, queue))

    async def becomes(self, agent: Agent, presence: Presence) -> None:
        await self.store.transact(lambda work: work.agents.save(replace(agent, presence=presence)))

    async def state_of(self, joined: Joined) -> State:
        contact = await self.store.read(lambda work: work.contacts.get(joined.contact.id))
        assert contact is not None
        return contact.state


@pytest.fixture
async def house(store: Store, bus: ToldBus, clock: Clock, fernhill: Tenant) -> House:
    lines = Lines(store, bus, Waiting(store, clock, fernhill))
    await lines.follow(fernhill.queues)
    takers = Takers(bus)
    intake = Intake(store, fernhill, lines, b"a key", "a process", takers)
    offers = Offers(store, fernhill, call_control=None)  # type: ignore[arg-type] - nobody is rung here
    return House(store, intake, Router(store, bus, fernhill, offers, takers), takers)


async def test_before_the_first_look_everybody_may_be_free(house: House) -> None:
    assert house.takers.may_serve(CARDS)
    assert Takers().may_serve(CARDS)


async def test_who_serves_another_queue_or_is_not_ready_is_known_not_to_be_free(house: House) -> None:
    await hired(house.store, queues=(ACCOUNTS,))
    await hired(house.store, "ben", presence=Presence.NOT_READY)
    await house.router.assign()
    assert not house.takers.may_serve(CARDS)
    assert house.takers.may_serve(ACCOUNTS)


async def test_a_notice_of_an_agent_forgets_what_was_known(house: House) -> None:
    agent = await hired(house.store, presence=Presence.NOT_READY)
    await house.router.assign()
    assert not house.takers.may_serve(CARDS)
    await house.becomes(agent, Presence.READY)
    assert house.takers.may_serve(CARDS)


async def test_a_notice_that_came_during_the_look_is_newer_than_it(house: House) -> None:
    agent = await hired(house.store, presence=Presence.NOT_READY)
    notices = house.takers.notices
    takers = await house.store.read(lambda work: work.agents.takers())
    await house.becomes(agent, Presence.READY)
    house.takers.seen(takers, notices)
    assert house.takers.may_serve(CARDS)


async def test_notices_that_may_have_been_lost_forget_what_was_known(house: House, bus: ToldBus) -> None:
    await house.router.assign()
    assert not house.takers.may_serve(CARDS)
    bus.wake_all()
    assert house.takers.may_serve(CARDS)


async def test_who_arrives_when_an_agent_has_just_become_ready_is_connected_at_once(house: House) -> None:
    agent = await hired(house.store, presence=Presence.NOT_READY)
    await house.router.assign()
    assert "Someone is free" not in (await house.arrives()).greeting
    await house.store.transact(_leave_all)
    await house.becomes(agent, Presence.READY)
    assert "Someone is free" in (await house.arrives()).greeting


def _leave_all(work: UnitOfWork) -> None:
    for _, contact_id in work.lines.snapshot(CARDS).places:
        contact = work.contacts.lock(contact_id)
        assert contact is not None
        work.lines.leave(contact, "left")
        work.contacts.save(contact.moved(State.ABANDONED))


async def test_who_arrives_when_a_slot_has_just_become_free_is_connected_at_once(house: House) -> None:
    agent = await hired(house.store, chats=1)
    holder = await placed(house.store, queue=ACCOUNTS)
    await house.store.transact(lambda work: work.agents.take_slot(agent.id, Channel.CHAT, holder.id))
    await house.store.transact(lambda work: work.agents.take_slot(agent.id, Channel.VOICE, "a call"))
    await house.router.assign()
    assert not house.takers.may_serve(CARDS)
    await house.store.transact(lambda work: [work.agents.free_slot(id) for id in (holder.id, "a call")])
    assert "Someone is free" in (await house.arrives()).greeting


async def test_an_arrival_is_offered_to_a_free_agent_though_nobody_was_free_before(house: House, bus: ToldBus) -> None:
    agent = await hired(house.store, presence=Presence.NOT_READY)
    await house.router.assign()
    assert not house.takers.may_serve(CARDS)
    offers: asyncio.Queue[object] = asyncio.Queue()
    bus.subscribe(f"agent.{agent.id}", lambda told: offers.put_nowait(told["offer_id"]) if "offer_id" in told else None)
    first = await house.arrives()
    async with asyncio.TaskGroup() as tasks:
        routing = tasks.create_task(house.router.run())
        await house.becomes(agent, Presence.READY)
        second = await house.arrives()
        made = {await offers.get(), await offers.get()}
        routing.cancel()
    assert len(made) == 2
    assert [await house.state_of(joined) for joined in (first, second)] == [State.OFFERED, State.OFFERED]
