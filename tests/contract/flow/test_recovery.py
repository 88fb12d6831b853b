"""Processes that die, pause, or lose the database: time away counts against nobody, and nobody alive is given up."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from arrivals import hired, placed
from doubles import MovedClock, ToldBus
from serving.patience import until

from assistant.adapters.sql_store import open_store
from assistant.flow import due, recovery
from assistant.flow.conversation import Conversation
from assistant.flow.deadlines import DeadlineRunner
from assistant.flow.legs import Legs
from assistant.flow.offers import Offers
from assistant.flow.presence import AgentPresence
from assistant.flow.recovery import Recovery
from assistant.flow.routing import Router
from assistant.model.agent import Agent, Presence
from assistant.model.contact import Contact, ContactId, OfferId, Reach, State
from assistant.model.errors import Unavailable
from assistant.model.events import EventType
from assistant.model.offer import Offer, OfferState
from assistant.model.storage import Deadline, Store, UnitOfWork
from assistant.settings.tenant import Tenant

GRACE = timedelta(seconds=120)


class NoTelephone:
    async def ring_agent(self, offer_id: OfferId, contact: Contact, agent: Agent) -> None: ...

    async def release(self, contact: Contact) -> None: ...


@dataclass
class Process:
    """The parts of one process that are taken up by others when it dies."""

    id: str
    store: Store
    legs: Legs
    offers: Offers
    presence: AgentPresence
    recovery: Recovery
    deadlines: DeadlineRunner
    router: Router

    @classmethod
    def of(cls, id: str, store: Store, clock: MovedClock, tenant: Tenant) -> Process:
        offers, conversation = Offers(store, tenant, NoTelephone()), Conversation(store, tenant, NoTelephone())
        legs, presence = Legs(store, tenant, offers, conversation, id), AgentPresence(store, tenant, offers, id)
        recovery, bus = Recovery(store, clock, legs, offers, presence, id), ToldBus()
        handlers = {due.GRACE: conversation.grace_ended, due.OFFER: offers.expire}
        deadlines = DeadlineRunner(store, bus, clock, handlers, recovery.is_late)
        return cls(id, store, legs, offers, presence, recovery, deadlines, Router(store, bus, tenant, offers))

    async def has_pulsed(self, seconds_ago: float) -> None:
        """Its last pulse was so long ago."""

        def pulse(work: UnitOfWork) -> None:
            work.processes.pulse(self.id, work.processes.now() - timedelta(seconds=seconds_ago))

        await self.store.transact(pulse)

    async def buries(self, other: Process) -> None:
        await other.has_pulsed(recovery.SILENT_SECONDS + 1)
        await self.recovery.bury([other.id])


@pytest.fixture
def here(store: Store, clock: MovedClock, fernhill: Tenant) -> Process:
    return Process.of("here", store, clock, fernhill)


@pytest.fixture
def there(store: Store, clock: MovedClock, fernhill: Tenant) -> Process:
    return Process.of("there", store, clock, fernhill)


async def contact_of(store: Store, contact_id: ContactId) -> Contact:
    contact = await store.read(lambda work: work.contacts.get(contact_id))
    assert contact is not None
    return contact


async def grace_of(store: Store, contact_id: ContactId) -> datetime | None:
    return await store.read(lambda work: work.deadlines.when(due.GRACE, contact_id))


async def agent_of(store: Store, agent: Agent) -> Agent:
    found = await store.read(lambda work: work.agents.get(agent.id))
    assert found is not None
    return found


async def offered_through(process: Process, agent: Agent) -> Offer:
    """A place that waits on this process's console of the agent."""
    await process.presence.console_opened(agent.id, f"console of {agent.username}")
    contact = await placed(process.store)
    await process.legs.connected(contact.id, f"socket of {contact.id}")
    offer = await process.router.assign()
    assert offer is not None
    return offer


async def test_the_callers_of_a_dead_process_have_the_full_grace(
    store: Store, here: Process, there: Process, clock: MovedClock
) -> None:
    callers = [await placed(store) for _ in range(recovery.AT_ONCE * 2 + 1)]
    for caller in callers:
        await there.legs.connected(caller.id, f"socket of {caller.id}")
    clock.advance(3600)
    await here.buries(there)
    for caller in callers:
        found = await contact_of(store, caller.id)
        assert (found.state, found.reach, found.order_at) == (State.WAITING, Reach.AWAY, caller.order_at)
        assert await grace_of(store, caller.id) == clock.now() + GRACE
    assert await store.read(lambda work: work.legs.of_process(there.id)) == []


async def test_who_came_back_elsewhere_before_the_burial_is_not_away(
    store: Store, here: Process, there: Process
) -> None:
    caller, agent = await placed(store), await hired(store)
    for process in (there, here):
        await process.legs.connected(caller.id, f"socket on {process.id}")
        await process.presence.console_opened(agent.id, f"console on {process.id}")
    await here.buries(there)
    assert (await contact_of(store, caller.id)).reach is Reach.PRESENT
    assert await grace_of(store, caller.id) is None
    assert (await agent_of(store, agent)).is_reachable


async def test_an_offer_on_a_dead_process_is_taken_back_and_its_agent_is_not_marked(
    store: Store, here: Process, there: Process
) -> None:
    agent = await hired(store)
    offer = await offered_through(there, agent)
    await here.legs.connected(offer.contact_id, "a socket here")
    await here.buries(there)
    ended = await store.read(lambda work: work.offers.get(offer.id))
    assert ended is not None
    assert (ended.state, ended.reason) == (OfferState.RESCINDED, "service_away")
    found = await agent_of(store, agent)
    assert (found.presence, found.is_reachable) == (Presence.READY, False)
    assert await store.read(lambda work: work.deadlines.when(due.CONSOLE, agent.id)) is not None
    ben = await hired(store, "ben")
    again = await here.router.assign()
    assert again is not None
    assert (again.contact_id, again.agent_id) == (offer.contact_id, ben.id)


async def test_an_offer_that_runs_out_before_the_burial_marks_nobody(
    store: Store, here: Process, there: Process, clock: MovedClock
) -> None:
    agent = await hired(store)
    offer = await offered_through(there, agent)
    clock.advance(3600)
    await there.has_pulsed(3.5)
    await here.offers.expire(Deadline(due.OFFER, offer.id, offer.expires_at))
    ended = await store.read(lambda work: work.offers.get(offer.id))
    assert ended is not None
    assert (ended.state, ended.reason) == (OfferState.RESCINDED, "service_away")
    assert (await agent_of(store, agent)).presence is Presence.READY


async def test_an_offer_that_runs_out_at_a_living_console_is_not_answered(
    store: Store, here: Process, there: Process, clock: MovedClock
) -> None:
    agent = await hired(store)
    offer = await offered_through(there, agent)
    clock.advance(3600)
    await there.has_pulsed(0.1)
    await here.offers.expire(Deadline(due.OFFER, offer.id, offer.expires_at))
    ended = await store.read(lambda work: work.offers.get(offer.id))
    assert ended is not None
    assert ended.state is OfferState.NOT_ANSWERED
    assert (await agent_of(store, agent)).reason == "rona"


async def test_a_process_that_was_taken_for_dead_starts_anew_once(here: Process, there: Process) -> None:
    anew: list[str] = []

    async def start_anew() -> None:
        anew.append("anew")

    there.recovery.when_buried(start_anew)
    await there.recovery.begin(alone=False)
    await there.recovery.beat()
    assert anew == []
    await here.buries(there)
    await there.recovery.beat()
    await there.recovery.beat()
    assert anew == ["anew"]


async def test_who_was_away_itself_buries_nobody_until_it_pulses_steadily(
    store: Store, here: Process, there: Process, monkeypatch: pytest.MonkeyPatch, clock: MovedClock
) -> None:
    """After an outage of the database every pulse is old: who pulses first must not take all others for dead."""
    monkeypatch.setattr(recovery, "SILENT_SECONDS", 0.3)
    await here.has_pulsed(60)
    await there.has_pulsed(60)
    assert await here.recovery.beat() == ()
    await there.has_pulsed(60)
    seen: list[str] = []

    async def is_buried() -> bool:
        clock.advance(0.1)
        seen.extend(await here.recovery.beat())
        return bool(seen)

    await until("who stays silent is to be buried in the end", is_buried)
    assert seen == [there.id]


async def test_an_outage_is_made_up_for_once_by_processes_that_return_together(
    store: Store, clock: MovedClock, fernhill: Tenant
) -> None:
    processes = [Process.of(f"process {n}", store, clock, fernhill) for n in range(5)]
    for process in processes:
        await process.has_pulsed(60)
    due_at = clock.now() + timedelta(seconds=10)
    await store.transact(lambda work: work.deadlines.set(due.GRACE, "caller", due_at))
    await asyncio.gather(*(process.recovery.beat() for process in processes))
    postponed_to = await grace_of(store, ContactId("caller"))
    assert postponed_to is not None
    assert 60 <= (postponed_to - due_at).total_seconds() < 75


async def test_an_outage_takes_open_offers_back_and_they_are_made_anew(store: Store, here: Process) -> None:
    agent = await hired(store)
    offer = await offered_through(here, agent)
    await here.has_pulsed(60)
    await here.recovery.beat()
    ended = await store.read(lambda work: work.offers.get(offer.id))
    assert ended is not None
    assert (ended.state, ended.reason) == (OfferState.RESCINDED, "service_away")
    again = await here.router.assign()
    assert again is not None
    assert (again.contact_id, again.agent_id) == (offer.contact_id, agent.id)


async def test_a_short_stumble_is_no_outage(store: Store, here: Process, clock: MovedClock) -> None:
    due_at = clock.now() + timedelta(seconds=10)
    await store.transact(lambda work: work.deadlines.set(due.GRACE, "caller", due_at))
    await here.has_pulsed(recovery.SILENT_SECONDS - 2)
    await here.recovery.beat()
    assert await grace_of(store, ContactId("caller")) == due_at


async def test_nothing_comes_due_after_an_outage_before_it_was_made_up_for(
    store: Store, here: Process, clock: MovedClock
) -> None:
    caller = await placed(store)
    await store.transact(lambda work: work.deadlines.set(due.GRACE, caller.id, clock.now() + timedelta(seconds=10)))
    await here.recovery.begin(alone=False)
    await here.has_pulsed(60)
    clock.advance(60)  # the machine was asleep, or the database away
    assert await here.deadlines.fire_due() == 0
    await here.recovery.beat()
    await here.deadlines.fire_due()
    assert (await contact_of(store, caller.id)).state is State.WAITING


async def test_a_deadline_fires_once_of_three_processes(store: Store, clock: MovedClock, fernhill: Tenant) -> None:
    processes = [Process.of(f"process {n}", store, clock, fernhill) for n in range(3)]
    callers = [await placed(store) for _ in range(20)]
    for caller in callers:
        await store.transact(lambda work, id=caller.id: work.deadlines.set(due.GRACE, id, clock.now()))
    await asyncio.gather(*(process.deadlines.fire_due() for process in processes for _ in range(3)))
    closed = frozenset({EventType.CONTACT_CLOSED})
    for caller in callers:
        told = await store.read(lambda work, id=caller.id: work.trail.after(id, 0, closed))
        assert [event.data["outcome"] for event in told] == ["abandoned"]


async def test_an_orderly_end_gives_everything_up_at_once(
    store: Store, here: Process, there: Process, clock: MovedClock
) -> None:
    agent = await hired(store)
    offer = await offered_through(there, agent)
    await there.recovery.begin(alone=False)
    await there.recovery.end()
    found = await contact_of(store, offer.contact_id)
    assert (found.state, found.reach) == (State.WAITING, Reach.AWAY)
    assert await grace_of(store, found.id) == clock.now() + GRACE
    assert not (await agent_of(store, agent)).is_reachable
    assert await store.read(lambda work: work.processes.latest_pulse()) is not None
    assert await here.recovery.begin(alone=False) == 0.0


async def test_a_burial_that_was_cut_is_taken_up_by_somebody_else(
    store: Store, here: Process, there: Process, fernhill: Tenant, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = await placed(store)
    await there.legs.connected(caller.id, "a socket")
    await there.has_pulsed(60)

    def fail(work: UnitOfWork, **_: object) -> None:
        raise Unavailable("database_unavailable", "killed in the middle")

    monkeypatch.setattr(here.recovery, "_lose_legs", fail)
    await here.recovery.bury([there.id])
    third = Process.of("third", store, clock, fernhill)
    await third.recovery.begin(alone=False)
    assert (await contact_of(store, caller.id)).reach is Reach.PRESENT, "somebody is at it already"

    def taken_long_ago(work: UnitOfWork) -> None:
        work.processes.keep_taken(there.id, work.processes.now() - timedelta(seconds=recovery.SILENT_SECONDS + 1))

    await store.transact(taken_long_ago)
    await third.recovery.begin(alone=False)
    assert (await contact_of(store, caller.id)).reach is Reach.AWAY
    assert await store.read(lambda work: work.processes.silent_since(work.processes.now() - GRACE)) == []


async def database_time(store: Store) -> datetime:
    return await store.read(lambda work: work.processes.now())


@pytest.mark.parametrize("skew_seconds", [7.0, -7.0, 86_400.0])
async def test_a_clock_that_differs_from_the_databases_is_told(
    postgres_url: str, fernhill: Tenant, skew_seconds: float, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    clock = MovedClock()
    store = open_store(postgres_url, clock, ToldBus())
    process = Process.of("skewed", store, clock, fernhill)
    clock.at = await database_time(store) + timedelta(seconds=skew_seconds)
    for _ in range(2):
        await process.recovery.beat()
    assert process.recovery.is_skewed
    assert abs(process.recovery.skew_seconds - skew_seconds) < 5
    assert caplog.text.count("this clock and the database's differ") == 1, "told once"
    clock.at = await database_time(store)
    await process.recovery.beat()
    assert (process.recovery.is_skewed, "agree again" in caplog.text) == (False, True)
    await store.close()


async def test_a_process_with_a_wrong_clock_neither_buries_the_living_nor_is_buried(
    postgres_url: str, fernhill: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "SILENT_SECONDS", 1.0)
    stores, processes = [], []
    for name, skew_seconds in (("right", 0.0), ("ahead", 3600.0), ("behind", -3600.0)):
        clock = MovedClock()
        store = open_store(postgres_url, clock, ToldBus())
        clock.at = await database_time(store) + timedelta(seconds=skew_seconds)
        stores.append(store)
        processes.append(Process.of(name, store, clock, fernhill))
    due_at = clock.now() + timedelta(seconds=10)
    await stores[0].transact(lambda work: work.deadlines.set(due.GRACE, "caller", due_at))
    for process in processes:
        await process.recovery.begin(alone=False)
    begun_at = await database_time(stores[0])
    while (await database_time(stores[0]) - begun_at).total_seconds() < 2:
        assert [await process.recovery.beat() for process in processes] == [()] * 3
    assert await grace_of(stores[0], ContactId("caller")) == due_at, "nor is an outage seen where none was"
    for store in stores:
        await store.close()
