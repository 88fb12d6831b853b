"""What callers are told of their wait, learned from a real store: after a restart, an outage, over hours."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from arrivals import CARDS, hired, offer_of, place, placed
from doubles import QUEUES, MovedClock, ToldBus

from assistant.adapters.sql_store import open_store
from assistant.flow.line import Lines
from assistant.flow.waiting import Waiting
from assistant.model.agent import Agent
from assistant.model.contact import Channel, Contact, Outcome, QueueId, State
from assistant.model.errors import Unavailable
from assistant.model.events import EventType
from assistant.model.storage import Store, UnitOfWork
from assistant.model.waiting import UNKNOWN
from assistant.settings.tenant import Tenant


@pytest.fixture
async def store(sqlite_url: str, clock: MovedClock) -> AsyncIterator[Store]:
    opened = open_store(sqlite_url, clock, ToldBus())
    await opened.transact(lambda work: work.lines.ensure(QUEUES))
    yield opened
    await opened.close()


@pytest.fixture
def waiting(store: Store, clock: MovedClock, fernhill: Tenant) -> Waiting:
    return Waiting(store, clock, fernhill)


def take(work: UnitOfWork, contact: Contact, agent: Agent) -> Contact:
    """The agent and the caller are together at once."""
    locked = work.contacts.lock(contact.id)
    assert locked is not None
    assert work.agents.take_slot(agent.id, contact.channel, contact.id)
    work.lines.leave(locked, "connected")
    offer = offer_of(work, contact, agent)
    connected = replace(
        locked, state=State.CONNECTED, connected_at=work.now, agent_id=agent.id, offer_id=offer.id
    )  # fmt: skip
    work.contacts.save(connected)
    return connected


def finish(work: UnitOfWork, contact: Contact) -> None:
    locked = work.contacts.lock(contact.id)
    assert locked is not None
    work.agents.free_slot(contact.id)
    closed = replace(locked, state=State.CLOSED, outcome=Outcome.HANDLED, ended_at=work.now)
    work.trail.append(closed, EventType.CONTACT_WRAPPED, {})


async def serve(
    store: Store, clock: MovedClock, agent: Agent, count: int, seconds: float, waiting: Waiting | None = None
) -> None:
    """One call after the other, each of so many seconds; the predictor looks twice."""
    for _ in range(count):
        call = await placed(store, channel=Channel.VOICE)
        await store.transact(lambda work, call=call: take(work, call, agent))
        for pause in (0.0, seconds / 2, seconds / 2):
            clock.advance(pause)
            if waiting is not None:
                await waiting.refresh()
        await store.transact(lambda work, call=call: finish(work, call))
        if waiting is not None:
            await waiting.refresh()


def top(waiting: Waiting, ahead: int = 3) -> int:
    seconds = waiting.wait(CARDS, Channel.VOICE, ahead).high_seconds
    assert seconds is not None
    return seconds


async def test_services_shorter_than_expected_make_shorter_waits(
    store: Store, clock: MovedClock, waiting: Waiting
) -> None:
    agent = await hired(store)
    await waiting.refresh()
    before = top(waiting)
    await serve(store, clock, agent, 40, 60, waiting)
    assert top(waiting) < before / 2


async def test_a_restart_begins_with_what_was_seen_before_it(
    store: Store, clock: MovedClock, waiting: Waiting, fernhill: Tenant
) -> None:
    agent = await hired(store)
    await waiting.refresh()
    await serve(store, clock, agent, 40, 60, waiting)
    later = Waiting(store, clock, fernhill)
    await later.refresh()
    assert top(later) == pytest.approx(top(waiting), rel=0.1)


async def test_hours_in_which_the_service_was_away_slow_nobody(
    store: Store, clock: MovedClock, waiting: Waiting
) -> None:
    agent = await hired(store)
    await waiting.refresh()
    call = await placed(store, channel=Channel.VOICE)
    await store.transact(lambda work: take(work, call, agent))
    await waiting.refresh()
    before = top(waiting)
    for jump in (8 * 3600.0, -9 * 3600.0):  # an outage, then a clock that is set back
        clock.advance(jump)
        await waiting.refresh()
    clock.advance(30)
    await store.transact(lambda work: finish(work, call))
    await waiting.refresh()
    assert top(waiting) <= before


async def test_what_could_not_be_read_is_read_the_next_time(
    store: Store, clock: MovedClock, waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = await hired(store)
    await waiting.refresh()
    await serve(store, clock, agent, 3, 60)

    async def away(work: object) -> None:
        raise Unavailable("database_unavailable", "The database is away.")

    waiting.line_changed(CARDS)
    with monkeypatch.context() as patch:
        patch.setattr(store, "read", away)
        with pytest.raises(Unavailable):
            await waiting.refresh()
    await waiting.refresh()
    assert waiting._revisions[CARDS] == 6


async def test_a_caller_is_told_no_more_than_before_until_there_is_a_reason(
    store: Store, clock: MovedClock, waiting: Waiting, fernhill: Tenant
) -> None:
    lines = Lines(store, ToldBus(), waiting)
    await lines.follow(QUEUES)
    agents = [await hired(store, name) for name in ("amira", "ben", "carla", "dev")]
    contacts = await store.transact(lambda work: [place(work, channel=Channel.VOICE) for _ in range(5)])
    await lines.sweep()
    mine = contacts[-1]
    told = lines.view(mine).wait
    assert told.is_known
    for contact, agent in zip(contacts, agents, strict=False):
        await store.transact(lambda work, c=contact, a=agent: take(work, c, a))
    await lines.sweep()
    shorter = lines.view(mine).wait
    assert (shorter.high_seconds or 0) < (told.high_seconds or 0)
    for _ in range(20):  # nobody finishes: an estimate wanders up, and the caller is not told so
        clock.advance(50)
        await lines.sweep()
        assert lines.view(mine).wait == shorter
    for agent in agents[:2]:
        await store.transact(lambda work, a=agent: work.agents.save(replace(a, is_reachable=False)))
    await lines.sweep()
    longer = lines.view(mine).wait
    assert (longer.high_seconds or 0) > (shorter.high_seconds or 0)
    for agent in agents[2:]:
        await store.transact(lambda work, a=agent: work.agents.save(replace(a, is_reachable=False)))
    await lines.sweep()
    assert lines.view(mine).wait == UNKNOWN


async def test_ten_thousand_callers_can_be_told_every_second(store: Store, waiting: Waiting) -> None:
    await hired(store)
    await store.transact(lambda work: [place(work) for _ in range(2000)])
    await waiting.refresh()
    contact = await placed(store)
    began = time.process_time()
    for ahead in range(10_000):
        waiting.told(CARDS, Channel.CHAT, ahead, contact.id)
    assert time.process_time() - began < 0.5


async def test_the_wait_of_another_line_is_told_as_it_is_and_blamed_on_nobody(
    store: Store, clock: MovedClock, waiting: Waiting
) -> None:
    await hired(store, queues=("cards", "fraud"))
    await waiting.refresh()
    contact = await placed(store)
    here = waiting.told(CARDS, Channel.CHAT, 2, contact.id).wait
    there = waiting.told(QueueId("fraud"), Channel.CHAT, 2, contact.id).wait
    assert here.high_seconds is not None
    assert there.high_seconds is not None
    assert there.high_seconds > here.high_seconds, "a fraud case takes longer than a lost card"
    assert there == waiting.wait(QueueId("fraud"), Channel.CHAT, 2)
