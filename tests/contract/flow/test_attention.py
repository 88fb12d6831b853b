"""Nobody is marked for an offer that they had no fair chance to answer, or have answered: the delay was ours (D12)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from arrivals import hired, placed
from doubles import MovedClock

from assistant.flow import due
from assistant.flow.attention import REMEMBERED, Attention
from assistant.flow.offers import Offers
from assistant.flow.presence import AgentPresence
from assistant.flow.routing import Router
from assistant.model.agent import Agent, Presence
from assistant.model.contact import Contact, OfferId
from assistant.model.errors import Unavailable
from assistant.model.offer import Offer
from assistant.model.ports import Bus
from assistant.model.storage import Deadline, Store, UnitOfWork
from assistant.settings.tenant import Tenant

HERE, ELSEWHERE = "this process", "another process"


class NoTelephone:
    async def ring_agent(self, offer_id: OfferId, contact: Contact, agent: Agent) -> None: ...

    async def release(self, contact: Contact) -> None: ...


@dataclass
class Desk:
    store: Store
    bus: Bus
    clock: MovedClock
    tenant: Tenant
    attention: Attention
    offers: Offers

    async def offered(self, console_at: str = HERE) -> tuple[Agent, Offer]:
        """To an agent whose console is connected to that process."""
        agent = await hired(self.store)
        presence = AgentPresence(self.store, self.tenant, self.offers, console_at)
        await presence.console_opened(agent.id, "console")
        await placed(self.store)
        offer = await Router(self.store, self.bus, self.tenant, self.offers).assign()
        assert offer is not None
        return agent, offer

    async def passes(self, seconds: float) -> None:
        """Time goes by, and both processes live on."""
        self.clock.advance(seconds)

        def pulse(work: UnitOfWork) -> None:
            for process in (HERE, ELSEWHERE):
                work.processes.pulse(process, work.processes.now())

        await self.store.transact(pulse)

    async def expires(self, offer: Offer) -> str:
        """What has become of the offer once its deadline has fired here."""
        await self.offers.expire(Deadline(due.OFFER, offer.id, offer.expires_at))
        return await self.state_of(offer)

    async def state_of(self, offer: Offer) -> str:
        found = await self.store.read(lambda work: work.offers.get(offer.id))
        assert found is not None
        return found.state.value

    async def is_ready(self, agent: Agent) -> bool:
        found = await self.store.read(lambda work: work.agents.get(agent.id))
        assert found is not None
        return found.presence is Presence.READY

    @property
    def time_to_answer(self) -> float:
        return self.tenant.timing.offer_seconds


@pytest.fixture
async def desk(store: Store, bus: Bus, clock: MovedClock, fernhill: Tenant) -> AsyncIterator[Desk]:
    attention = Attention(clock, HERE)
    yield Desk(store, bus, clock, fernhill, attention, Offers(store, fernhill, NoTelephone(), attention))


async def test_an_offer_that_was_seen_all_its_time_and_not_answered_is_rona(desk: Desk) -> None:
    agent, offer = await desk.offered()
    desk.attention.shown(offer.id)
    await desk.passes(desk.time_to_answer)
    assert await desk.expires(offer) == "not_answered"
    assert not await desk.is_ready(agent)


@pytest.mark.parametrize("late_by", [0.6, 1.0])
async def test_an_offer_that_came_late_to_the_screen_is_made_anew_and_marks_nobody(desk: Desk, late_by: float) -> None:
    agent, offer = await desk.offered()
    await desk.passes(desk.time_to_answer * late_by)
    desk.attention.shown(offer.id)
    await desk.passes(desk.time_to_answer * (1 - late_by))
    assert await desk.expires(offer) == "rescinded"
    assert await desk.is_ready(agent)


async def test_an_answer_that_is_here_and_waits_for_the_database_is_waited_for(desk: Desk) -> None:
    agent, offer = await desk.offered()
    desk.attention.shown(offer.id)
    await desk.passes(desk.time_to_answer)
    with desk.attention.answering(offer.id):
        assert await desk.expires(offer) == "pending"
    await desk.offers.accept(offer.id, agent.id)
    assert await desk.expires(offer) == "accepted"


async def test_an_answer_that_the_database_could_not_take_marks_nobody(desk: Desk) -> None:
    agent, offer = await desk.offered()
    desk.attention.shown(offer.id)
    await desk.passes(desk.time_to_answer * 0.9)
    with pytest.raises(Unavailable), desk.attention.answering(offer.id):
        raise Unavailable("database_unavailable", "It is away.")
    await desk.passes(desk.time_to_answer * 0.1)
    assert await desk.expires(offer) == "rescinded"
    assert await desk.is_ready(agent)


async def test_an_acceptance_and_its_end_at_the_same_moment_leave_the_agent_ready(desk: Desk) -> None:
    agent, offer = await desk.offered()
    desk.attention.shown(offer.id)
    await desk.passes(desk.time_to_answer)
    await asyncio.gather(desk.offers.accept(offer.id, agent.id), desk.expires(offer))
    assert await desk.state_of(offer) == "accepted"
    assert await desk.is_ready(agent)


async def test_the_process_to_which_the_console_is_connected_judges_first(desk: Desk) -> None:
    _, offer = await desk.offered(console_at=ELSEWHERE)
    await desk.passes(desk.time_to_answer)
    assert await desk.expires(offer) == "pending"
    there = Attention(desk.clock, ELSEWHERE)
    there.shown(offer.id)
    await desk.passes(desk.time_to_answer / 2)
    offers = Offers(desk.store, desk.tenant, NoTelephone(), there)
    await offers.expire(Deadline(due.OFFER, offer.id, offer.expires_at))
    assert await desk.state_of(offer) == "not_answered"


async def test_where_that_process_does_not_come_to_it_nobody_is_marked(desk: Desk) -> None:
    agent, offer = await desk.offered(console_at=ELSEWHERE)
    await desk.passes(desk.time_to_answer + 5)
    assert await desk.expires(offer) == "rescinded"
    assert await desk.is_ready(agent)


async def test_what_was_shown_long_ago_is_forgotten(desk: Desk) -> None:
    _, offer = await desk.offered()
    desk.attention.shown(offer.id)
    await desk.passes(REMEMBERED.total_seconds() + 1)
    assert await desk.store.read(lambda work: not desk.attention.came_late(work, offer))
    desk.attention.shown(OfferId("a later one"))
    assert await desk.store.read(lambda work: desk.attention.came_late(work, offer))
