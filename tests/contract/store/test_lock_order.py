"""Nobody waits for somebody who waits for them: each move locks queues by id, contacts, agents, and deadlines last.

Where two did it the other way round, PostgreSQL found out after a second, for which the queue stood still; under load
that made more deadlines come due, and more such pairs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import asyncpg
import pytest
from arrivals import CARDS, hired, placed
from doubles import MovedClock, ToldBus
from serving.patience import until
from sqlalchemy.util import await_only

from assistant.adapters import sql_postgres
from assistant.adapters.sql_store import open_store
from assistant.flow import due
from assistant.flow.conversation import Conversation
from assistant.flow.offers import Offers
from assistant.flow.presence import AgentPresence
from assistant.flow.routing import Router
from assistant.model.agent import Agent, Presence
from assistant.model.contact import Channel, Contact, ContactId, OfferId, QueueId
from assistant.model.storage import IN_HAND, Deadline, InHand, Store, UnitOfWork
from assistant.settings.tenant import Tenant

ACCOUNTS = QueueId("accounts")
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

type Move = Callable[[], Awaitable[object]]


class NoTelephone:
    async def ring_agent(self, offer_id: OfferId, contact: Contact, agent: Agent) -> None: ...

    async def release(self, contact: Contact) -> None: ...


@dataclass
class Desk:
    store: Store
    clock: MovedClock
    tenant: Tenant
    offers: Offers
    conversation: Conversation
    presence: AgentPresence
    router: Router
    watching: asyncpg.Connection

    @asynccontextmanager
    async def held(self, lock: Callable[[UnitOfWork], object]) -> AsyncIterator[None]:
        """Another transaction has locked this meanwhile."""
        has_begun, may_end = asyncio.Event(), asyncio.Event()

        def hold(work: UnitOfWork) -> None:
            lock(work)
            has_begun.set()
            await_only(may_end.wait())

        holding = asyncio.create_task(self.store.transact(hold))
        await has_begun.wait()
        try:
            yield
        finally:
            may_end.set()
            await holding

    async def in_turn(self, lock: Callable[[UnitOfWork], object], *all_moves: Move) -> None:
        """Each of them is begun, in this order, while somebody has locked this."""
        begun: list[asyncio.Future[object]] = []
        async with self.held(lock):
            for move in all_moves:
                begun.append(asyncio.ensure_future(move()))
                await until("it waits", lambda: self._wait(len(begun)))
        await asyncio.gather(*begun)

    async def _wait(self, count: int) -> bool:
        waiting: int = await self.watching.fetchval(WAITING)
        return waiting >= count

    async def accepted(self) -> tuple[Contact, Agent, OfferId]:
        agent, contact = await hired(self.store), await placed(self.store)
        offer = await self.router.assign()
        assert offer is not None
        await self.offers.accept(offer.id, agent.id)
        return contact, agent, offer.id

    async def due(self, kind: str, subject: str) -> Deadline:
        """This deadline, which has come due."""
        due_at = await self.store.read(lambda work: work.deadlines.when(kind, subject))
        assert due_at is not None
        self.clock.at = max(self.clock.at, due_at + timedelta(seconds=1))
        return Deadline(kind, subject, due_at)

    async def contact(self, id: ContactId) -> Contact:
        contact = await self.store.read(lambda work: work.contacts.get(id))
        assert contact is not None
        return contact


@pytest.fixture
async def desk(postgres_url: str, fernhill: Tenant, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """Whose store does not try again what has met a deadlock."""
    monkeypatch.setattr(sql_postgres, "TRIES", 1)
    clock, bus = MovedClock(), ToldBus()
    store = open_store(postgres_url, clock, bus)
    await store.transact(lambda work: work.lines.ensure([ACCOUNTS, CARDS]))
    offers = Offers(store, fernhill, NoTelephone())
    watching = await asyncpg.connect(postgres_url)
    yield Desk(
        store=store,
        clock=clock,
        tenant=fernhill,
        offers=offers,
        conversation=Conversation(store, fernhill, NoTelephone()),
        presence=AgentPresence(store, fernhill, offers, "process-1"),
        router=Router(store, bus, fernhill, offers),
        watching=watching,
    )
    await watching.close()
    await store.close()


def place_of(contact: Contact) -> Callable[[UnitOfWork], object]:
    return lambda work: work.contacts.lock(contact.id)


async def test_a_briefing_that_is_shown_when_its_time_is_up_connects_once(desk: Desk) -> None:
    contact, agent, offer_id = await desk.accepted()
    deadline = await desk.due(due.BRIEFING, offer_id)
    await desk.in_turn(
        place_of(contact),
        lambda: desk.offers.briefing_shown(contact.id, agent.id),
        lambda: desk.offers.when_due(deadline),
    )
    assert (await desk.contact(contact.id)).state == "connected"


async def test_whoever_leaves_when_the_grace_is_up_has_left_once(desk: Desk) -> None:
    contact = await placed(desk.store)
    await desk.store.transact(lambda work: work.deadlines.set(due.GRACE, contact.id, work.now))
    deadline = await desk.due(due.GRACE, contact.id)
    await desk.in_turn(
        place_of(contact),
        lambda: desk.conversation.leave(contact.id),
        lambda: desk.conversation.grace_ended(deadline),
    )
    assert (await desk.contact(contact.id)).outcome == "left"


async def test_a_wrap_up_that_ends_when_its_time_is_up_ends_once(desk: Desk) -> None:
    contact, agent, offer_id = await desk.accepted()
    await desk.offers.join(offer_id)
    await desk.conversation.end(contact.id, agent.id)
    deadline = await desk.due(due.WRAP_UP, contact.id)
    await desk.in_turn(
        place_of(contact),
        lambda: desk.conversation.wrap_up(contact.id, agent, "resolved", ""),
        lambda: desk.conversation.wrap_up_ended(deadline),
    )
    assert (await desk.contact(contact.id)).disposition == "resolved"


async def test_a_console_that_comes_back_when_its_grace_is_up_is_there(desk: Desk) -> None:
    contact, agent, offer_id = await desk.accepted()
    await desk.offers.join(offer_id)
    await desk.presence.console_opened(agent.id, "console-1")
    await desk.presence.console_closed("console-1")
    deadline = await desk.due(due.CONSOLE, agent.id)
    await desk.in_turn(
        lambda work: work.agents.lock(agent.id),
        lambda: desk.presence.console_opened(agent.id, "console-2"),
        lambda: desk.presence.console_grace_ended(deadline),
    )
    assert (await desk.contact(contact.id)).agent_id == agent.id
    assert await desk.store.read(lambda work: work.agents.get(agent.id).is_reachable)  # type: ignore[union-attr]


async def test_an_agent_with_offers_of_two_queues_takes_a_break_while_both_are_changed(desk: Desk) -> None:
    agent = await hired(desk.store, queues=(CARDS, ACCOUNTS))
    for queue in (CARDS, ACCOUNTS):
        await placed(desk.store, queue=queue)
        assert await desk.router.assign() is not None
    break_is_taken = asyncio.Event()

    def change_both(work: UnitOfWork) -> None:
        work.lines.lock(ACCOUNTS)
        begun.set()
        await_only(break_is_taken.wait())
        work.lines.lock(CARDS)

    begun = asyncio.Event()
    changing = asyncio.create_task(desk.store.transact(change_both))
    await begun.wait()
    resting = asyncio.create_task(desk.presence.set(agent.id, Presence.NOT_READY, "break"))
    await asyncio.wait([resting], timeout=1)
    break_is_taken.set()
    await asyncio.gather(changing, resting)
    assert await desk.store.read(lambda work: work.offers.pending()) == []


async def test_a_contact_that_changes_twice_at_once_does_not_wait_for_its_queue(desk: Desk) -> None:
    contact = await placed(desk.store)

    def change_twice(work: UnitOfWork) -> None:
        locked = work.contacts.lock_only(contact.id)
        assert locked is not None
        for topic in ("balance", "transactions"):
            work.contacts.save(replace(locked, topic=topic))
            work.flush()

    async with desk.held(lambda work: work.lines.lock(CARDS)):
        await desk.store.transact(change_twice)
    assert (await desk.contact(contact.id)).topic == "transactions"


async def test_a_console_opens_while_its_agent_is_changed(desk: Desk) -> None:
    agent = await hired(desk.store)
    async with desk.held(lambda work: work.agents.lock(agent.id)):
        await desk.store.transact(lambda work: work.agents.add_console("console-1", agent.id, "process-1"))


async def test_a_router_does_not_queue_for_a_contact_that_somebody_is_at(desk: Desk) -> None:
    """Of fifty that want one contact, forty-nine would wait for each other, and the last for longer than it may."""
    agent, contact = await hired(desk.store), await placed(desk.store)

    def glance(work: UnitOfWork) -> Contact | InHand | None:
        return work.contacts.next_eligible(agent, [Channel.CHAT], work.now, waits=False)

    async with desk.held(lambda work: work.contacts.lock_only(contact.id)):
        assert await desk.store.transact(glance) == IN_HAND
        routing = asyncio.ensure_future(desk.router.assign())
    made = await routing
    assert made is not None
    assert made.contact_id == contact.id


async def test_a_deadline_that_somebody_is_at_is_not_waited_for(desk: Desk) -> None:
    await desk.store.transact(lambda work: work.deadlines.set(due.RECLAIM, "somebody", work.now))
    deadline = await desk.due(due.RECLAIM, "somebody")
    async with desk.held(lambda work: work.deadlines.take(deadline)):
        assert not await desk.store.transact(lambda work: work.deadlines.take(deadline))
