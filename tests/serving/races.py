"""Routers of several processes that race for the same contacts, on one PostgreSQL.

Known failures of others that end here: a call answered by two agents (asterisk #176), an agent with more chats than
there may be (Rocket.Chat #18217, #35722), counters that count twice under load (asterisk #1736).
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection

from arrivals import hired, placed
from doubles import QUEUES

from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.sql_store import open_store
from assistant.adapters.system_clock import SystemClock
from assistant.flow import moves
from assistant.flow.offer_moves import withdraw
from assistant.flow.offers import Offers
from assistant.flow.routing import Router
from assistant.model.agent import Agent
from assistant.model.contact import Channel, Contact, ContactId, OfferId, Outcome, State
from assistant.model.errors import Unavailable
from assistant.model.events import EventType
from assistant.model.offer import Offer
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant, load_tenant
from serving.demo import TENANT

PROCESSES = 2
ROUTERS = 50


@dataclass(frozen=True, slots=True)
class Made:
    """An offer that a router of this process has made."""

    process: int
    contact_id: str
    agent_id: str


class NoTelephone:
    async def ring_agent(self, offer_id: OfferId, contact: Contact, agent: Agent) -> None: ...

    async def release(self, contact: Contact) -> None: ...


def route(url: str, routers: int, orders: Connection) -> None:
    """One process: on each order all its routers assign at once, and it tells which offers they made."""
    asyncio.run(_route(url, routers, orders))


async def _route(url: str, count: int, orders: Connection) -> None:
    tenant, bus = load_tenant(TENANT), MemoryBus()
    store = open_store(url, SystemClock(), bus)
    routers = [Router(store, bus, tenant, Offers(store, tenant, NoTelephone())) for _ in range(count)]
    while await asyncio.to_thread(orders.recv):
        offers = await asyncio.gather(*(_assign(router) for router in routers))
        orders.send([(offer.contact_id, offer.agent_id) for offer in offers if offer is not None])
    await store.close()


async def _assign(router: Router) -> Offer | None:
    while True:
        try:
            return await router.assign()
        except Unavailable:  # nobody had a connection to spare in time; the router tries again too
            await asyncio.sleep(0)


class Race:
    """The processes with their routers, and the store that they share, with its queues and nobody in them."""

    def __init__(self, store: Store, tenant: Tenant, orders: Sequence[Connection]) -> None:
        self.store = store
        self._tenant = tenant
        self._orders = orders

    async def run(self) -> list[Made]:
        """All routers of all processes assign at once, each once; the offers that they made."""
        for orders in self._orders:
            orders.send(True)
        told = await asyncio.gather(*(asyncio.to_thread(orders.recv) for orders in self._orders))
        return [Made(process, *made) for process, offers in enumerate(told) for made in offers]

    async def rounds(self, count: int) -> AsyncIterator[tuple[int, list[Made]]]:
        """One contact a round, which any of five agents could take; it is gone before the next. Asserts each round."""
        for n in range(5):
            await hired(self.store, f"racer{n}", chats=1)
        for n in range(count):
            contact = await placed(self.store)
            made = await self.run()
            assert [offer.contact_id for offer in made] == [contact.id], f"round {n}: {made}"
            await self.is_sound()
            told = await self.store.read(
                lambda work, id=contact.id: work.trail.after(id, 0, frozenset({EventType.OFFER_MADE}))
            )
            assert len(told) == 1
            yield n, made
            await self.store.transact(partial(self._leaves, contact_id=contact.id))

    def _leaves(self, work: UnitOfWork, contact_id: ContactId) -> None:
        contact = work.contacts.lock(contact_id)
        assert contact is not None
        contact = withdraw(work, contact, "caller_left")
        moves.leave_line(work, contact, State.ABANDONED, Outcome.LEFT, self._tenant.timing)

    async def is_sound(self) -> dict[str, list[str]]:
        """Each slot that is held is held for the one offer of its contact; gives what each agent holds."""
        held, pending = await self.store.read(_held)
        by_slots = sorted((agent, contact) for agent, contacts in held.items() for contact in contacts)
        assert by_slots == pending
        assert len({contact for _, contact in pending}) == len(pending), "a contact with two offers"
        return held


def _held(work: UnitOfWork) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    held: dict[str, list[str]] = {}
    for agent in work.agents.all():
        slots = work.agents.slots(agent.id)
        held[agent.id] = [slot.contact_id for slot in slots if slot.channel is Channel.CHAT and slot.contact_id]
    return held, sorted((offer.agent_id, offer.contact_id) for offer in work.offers.pending())


@asynccontextmanager
async def racing(url: str, routers: int = ROUTERS) -> AsyncIterator[Race]:
    """So many routers, spread over the processes, on this migrated database."""
    context = multiprocessing.get_context("spawn")
    pipes = [context.Pipe() for _ in range(PROCESSES)]
    each = routers // PROCESSES
    processes = [context.Process(target=route, args=(url, each, theirs), daemon=True) for _, theirs in pipes]
    for process in processes:
        process.start()
    store = open_store(url, SystemClock(), MemoryBus())
    await store.transact(lambda work: work.lines.ensure(QUEUES))
    try:
        yield Race(store, load_tenant(TENANT), [ours for ours, _ in pipes])
    finally:
        for ours, _ in pipes:
            ours.send(False)
        for process in processes:
            await asyncio.to_thread(process.join)
        await store.close()
