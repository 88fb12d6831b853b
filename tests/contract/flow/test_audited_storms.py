"""Two processes on one database, each with a clock of its own, everything at once: the order is proved all the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pytest
from arrivals import ready_agent
from doubles import QUEUES, ToldBus

from assistant.adapters.sql_store import open_store
from assistant.adapters.system_clock import SystemClock
from assistant.flow.conversation import Conversation
from assistant.flow.intake import Intake, JoinRequest
from assistant.flow.legs import Legs
from assistant.flow.line import Lines
from assistant.flow.offers import Offers
from assistant.flow.routing import Router
from assistant.flow.waiting import Waiting
from assistant.model.agent import Agent
from assistant.model.audit import TOLERANCE, Audit, Finding
from assistant.model.contact import Channel, Contact, ContactId, OfferId
from assistant.model.errors import Refused
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

CALLERS = 30
ENOUGH = 16
SKEW = timedelta(milliseconds=400)


class NoTelephone:
    async def ring_agent(self, offer_id: OfferId, contact: Contact, agent: Agent) -> None: ...

    async def release(self, contact: Contact) -> None: ...


class SkewedClock(SystemClock):
    """The clock of a machine that is a little ahead."""

    def now(self) -> datetime:
        return super().now() + SKEW


@dataclass
class Process:
    """One service process: its own clock, store and bus."""

    store: Store
    intake: Intake
    legs: Legs
    offers: Offers
    conversation: Conversation
    router: Router
    random: Random
    handled: list[ContactId]
    callers: list[ContactId] = field(default_factory=list)

    async def callers_arrive(self) -> None:
        for _ in range(CALLERS // 2):
            joined = await self.intake.join(JoinRequest(Channel.CHAT, self.random.choice(QUEUES)))
            self.callers.append(joined.contact.id)
            await self.legs.connected(joined.contact.id, f"socket of {joined.contact.id}")

    async def callers_drop_and_come_back(self) -> None:
        while len(self.handled) < ENOUGH:
            if self.callers:
                ref = self.random.choice(self.callers)
                await self.legs.lost(f"socket of {ref}")
                await self.legs.connected(ref, f"socket of {ref}")
            await asyncio.sleep(0)

    async def routes(self) -> None:
        while len(self.handled) < ENOUGH:
            await self.router.assign()
            await asyncio.sleep(0)

    async def agents_work(self) -> None:
        while len(self.handled) < ENOUGH:
            for offer in await self.store.read(lambda work: list(work.offers.pending())):
                with suppress(Refused):
                    if self.random.random() < 0.2:
                        await self.offers.decline(offer.id, offer.agent_id, "busy")
                        continue
                    await self.offers.accept(offer.id, offer.agent_id)
                    await self.offers.briefing_shown(offer.contact_id, offer.agent_id)
                    await self.conversation.end(offer.contact_id, offer.agent_id)
                    agent = await self.store.read(lambda work, id=offer.agent_id: work.agents.get(id))
                    assert agent is not None
                    await self.conversation.wrap_up(offer.contact_id, agent, "resolved", "")
                    self.handled.append(offer.contact_id)
            await asyncio.sleep(0)


@pytest.fixture
async def processes(database_url: str, fernhill: Tenant) -> AsyncIterator[list[Process]]:
    async with AsyncExitStack() as stack:
        found: list[Process] = []
        handled: list[ContactId] = []
        for seed, clock in enumerate((SystemClock(), SkewedClock())):
            bus = ToldBus()
            store = open_store(database_url, clock, bus)
            stack.push_async_callback(store.close)
            await store.transact(lambda work: work.lines.ensure(QUEUES))
            lines = Lines(store, bus, Waiting(store, clock, fernhill))
            await lines.follow(QUEUES)
            offers = Offers(store, fernhill, NoTelephone())
            conversation = Conversation(store, fernhill, NoTelephone())
            found.append(
                Process(
                    store=store,
                    intake=Intake(store, fernhill, lines, b"a key", f"process {seed}"),
                    legs=Legs(store, fernhill, offers, conversation, f"process {seed}"),
                    offers=offers,
                    conversation=conversation,
                    router=Router(store, bus, fernhill, offers),
                    random=Random(seed),
                    handled=handled,
                )
            )
        yield found


async def test_two_processes_at_once_overtake_nobody_without_a_cause(processes: list[Process]) -> None:
    first = processes[0]
    began = SystemClock().now() - timedelta(minutes=1)
    for name, queues in (("amira", QUEUES), ("ben", QUEUES[:2]), ("carla", QUEUES[1:])):
        await first.store.transact(lambda work, n=name, q=queues: ready_agent(work, n, queues=q, chats=2))
    await asyncio.gather(
        *(
            deeds()
            for process in processes
            for deeds in (
                process.callers_arrive,
                process.callers_drop_and_come_back,
                process.routes,
                process.agents_work,
            )
        )
    )

    def replay(work: UnitOfWork) -> tuple[Audit, list[Finding]]:
        end = work.now + timedelta(minutes=1)
        audit = Audit(began, end, TOLERANCE + work.history.survey(began, end).skew)
        found = [finding for at, event in work.history.moves(began, end) for finding in audit.see(at, event)]
        return audit, [*found, *audit.finish()]

    audit, found = await first.store.read(replay)
    assert audit.is_proved, found
    assert audit.first_offers >= ENOUGH
