"""Following lines: contiguous revisions from the bus, and the database where the bus lost something."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from arrivals import CARDS, hired, place, placed
from doubles import QUEUES, MovedClock, ToldBus

from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.sql_store import open_store
from assistant.flow import line as following
from assistant.flow.line import Lines
from assistant.flow.waiting import Waiting
from assistant.model.agent import Presence
from assistant.model.contact import Channel, Contact, State
from assistant.model.storage import Store, UnitOfWork
from assistant.model.waiting import UNKNOWN
from assistant.settings.tenant import Tenant


class LossyBus(MemoryBus):
    """Loses what it is told to lose, and keeps the rest back until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.is_lossy = False
        self.kept: list[tuple[str, dict[str, Any]]] = []

    def publish(self, topic: str, payload: dict[str, Any]) -> None:
        if self.is_lossy:
            self.kept.append((topic, payload))
        else:
            super().publish(topic, payload)

    def deliver(self, *numbers: int) -> None:
        """Delivers what was kept back, in this order."""
        self.is_lossy = False
        told = [(topic, payload) for topic, payload in self.kept if topic.startswith("line.")]
        for number in numbers:
            self.publish(*told[number])


@pytest.fixture
def bus() -> LossyBus:
    return LossyBus()


@pytest.fixture
async def store(sqlite_url: str, clock: MovedClock, bus: LossyBus) -> AsyncIterator[Store]:
    opened = open_store(sqlite_url, clock, bus)
    await opened.transact(lambda work: work.lines.ensure(QUEUES))
    yield opened
    await opened.close()


@pytest.fixture
def lines(store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant) -> Lines:
    return Lines(store, bus, Waiting(store, clock, fernhill))


def position(lines: Lines, contact: Contact) -> int | None:
    return lines.view(contact).position


async def test_a_follower_begins_with_the_line_as_it_stands(store: Store, lines: Lines) -> None:
    first, second = await placed(store), await placed(store)
    await lines.follow(QUEUES)
    assert (position(lines, first), position(lines, second)) == (1, 2)


async def test_a_follower_hears_of_every_entry_and_departure(store: Store, lines: Lines) -> None:
    await lines.follow(QUEUES)
    first, second = await placed(store), await placed(store)
    assert (position(lines, first), position(lines, second)) == (1, 2)

    def leave(work: UnitOfWork) -> None:
        contact = work.contacts.lock(first.id)
        assert contact is not None
        work.lines.leave(contact, "left")
        work.contacts.save(contact.moved(State.ABANDONED))

    await store.transact(leave)
    assert position(lines, second) == 1
    assert lines.line(CARDS).revision == 3
    stale, gone = lines.view(first), lines.view(first.moved(State.ABANDONED))
    assert not stale.is_consistent, "a caller is not told to wait without a position"
    assert gone.is_consistent
    assert lines.view(second).is_consistent


async def test_notices_that_come_in_another_order_are_applied_in_the_order_of_revisions(
    store: Store, lines: Lines, bus: LossyBus
) -> None:
    await lines.follow(QUEUES)
    bus.is_lossy = True
    arrived = [await placed(store) for _ in range(3)]
    bus.deliver(2, 1)
    assert lines.line(CARDS).revision == 0
    bus.deliver(0, 0, 1)
    assert lines.line(CARDS).revision == 3
    assert [position(lines, contact) for contact in arrived] == [1, 2, 3]


async def test_a_lost_notice_is_made_up_for_by_the_sweep(store: Store, lines: Lines, bus: LossyBus) -> None:
    await lines.follow(QUEUES)
    bus.is_lossy = True
    contact = await placed(store)
    assert position(lines, contact) is None
    await lines.sweep()
    assert position(lines, contact) == 1


async def test_a_position_told_after_a_commit_is_not_older_than_it(store: Store, lines: Lines, bus: LossyBus) -> None:
    await lines.follow(QUEUES)
    bus.is_lossy = True
    contact = await placed(store)
    line = await lines.at_least(CARDS, 1)
    assert line.position(contact.id) == 1


async def test_a_follower_far_behind_takes_a_new_snapshot(
    store: Store, lines: Lines, bus: LossyBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "PAGE", 5)
    await lines.follow(QUEUES)
    bus.is_lossy = True
    arrived = await store.transact(lambda work: [place(work) for _ in range(12)])
    await lines.sweep()
    assert lines.line(CARDS).revision == 12
    assert position(lines, arrived[-1]) == 12


async def test_the_wait_is_unknown_until_someone_who_serves_the_queue_is_ready(store: Store, lines: Lines) -> None:
    await lines.follow(QUEUES)
    await placed(store)
    contact = await placed(store)
    assert lines.view(contact).wait == UNKNOWN
    agent = await hired(store, presence=Presence.NOT_READY)
    await lines.sweep()
    assert lines.view(contact).wait == UNKNOWN
    await hired(store, "ben")
    await lines.sweep()
    assert lines.view(contact).wait.is_known
    assert agent.presence is Presence.NOT_READY


async def test_one_call_at_a_time_makes_a_longer_wait_than_three_chats(store: Store, lines: Lines) -> None:
    await lines.follow(QUEUES)
    await hired(store)
    await lines.sweep()
    chat, call = (lines.wait(CARDS, channel, 3).high_seconds for channel in (Channel.CHAT, Channel.VOICE))
    assert chat is not None
    assert call is not None
    assert call > 2 * chat


async def test_a_contact_that_left_the_line_has_no_position_and_no_wait(store: Store, lines: Lines) -> None:
    contact = await placed(store, state=State.CONNECTED)
    await lines.follow(QUEUES)
    view = lines.view(contact)
    assert (view.position, view.wait) == (None, UNKNOWN)
