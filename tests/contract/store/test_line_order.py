"""One number orders a line, and every change of it has the next revision."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from arrivals import CARDS, contact_now, hashed, place, placed
from doubles import MovedClock, ToldBus

from assistant.flow.line import Line
from assistant.model.contact import Contact, QueueId, State
from assistant.model.place import EntryCause, micros
from assistant.model.storage import LineChange, LineSnapshot, Store, UnitOfWork

ACCOUNTS = QueueId("accounts")


def leave(work: UnitOfWork, contact: Contact) -> None:
    locked = work.contacts.lock(contact.id)
    assert locked is not None
    work.lines.leave(locked, "left")
    work.contacts.save(replace(locked, state=State.ABANDONED))


async def changes_of(store: Store, queue: QueueId = CARDS, after: int = 0) -> list[LineChange]:
    return list(await store.read(lambda work: work.lines.changes_after(queue, after, 10_000)))


async def snapshot_of(store: Store, queue: QueueId = CARDS) -> LineSnapshot:
    return await store.read(lambda work: work.lines.snapshot(queue))


async def test_the_order_of_an_arrival_is_the_moment_of_entry_in_microseconds(store: Store, clock: MovedClock) -> None:
    contact = await placed(store)
    assert contact.order_at == micros(clock.now())


async def test_the_order_rises_even_when_the_clock_goes_back(store: Store, clock: MovedClock) -> None:
    first = await placed(store)
    clock.advance(-3600)
    second, third = await placed(store), await placed(store)
    assert [second.order_at, third.order_at] == [first.order_at + 1, first.order_at + 2]


async def test_the_order_rises_among_arrivals_of_one_unit(store: Store) -> None:
    arrived = await store.transact(lambda work: [place(work) for _ in range(5)])
    assert [contact.order_at - arrived[0].order_at for contact in arrived] == [0, 1, 2, 3, 4]


async def test_each_queue_has_its_own_order_and_revisions(store: Store) -> None:
    one, other = await placed(store), await placed(store, queue=ACCOUNTS)
    assert one.order_at == other.order_at
    assert await store.read(lambda work: work.lines.revisions()) == {CARDS: 1, ACCOUNTS: 1, "fraud": 0}


async def test_fifty_concurrent_joins_get_contiguous_revisions_in_the_order_of_the_line(store: Store) -> None:
    arrived = await asyncio.gather(*(placed(store) for _ in range(50)))
    changes = await changes_of(store)
    assert [change.revision for change in changes] == list(range(1, 51))
    assert [change.order_at for change in changes] == sorted(contact.order_at for contact in arrived)
    assert len({contact.order_at for contact in arrived}) == 50


async def test_joins_and_departures_at_once_leave_no_gap_and_lose_nobody(store: Store) -> None:
    early = [await placed(store) for _ in range(20)]
    work = [store.transact(lambda work, contact=contact: leave(work, contact)) for contact in early]
    await asyncio.gather(*work, *(placed(store) for _ in range(30)))
    changes = await changes_of(store)
    assert [change.revision for change in changes] == list(range(1, 71))
    assert len((await snapshot_of(store)).places) == 30


async def test_a_snapshot_equals_a_replay_of_the_changes(store: Store) -> None:
    early = [await placed(store) for _ in range(10)]
    await asyncio.gather(
        *(store.transact(lambda work, contact=contact: leave(work, contact)) for contact in early[::2]),
        *(placed(store) for _ in range(10)),
    )
    snapshot = await snapshot_of(store)
    replayed = Line(LineSnapshot(CARDS, 0, ()))
    for change in await changes_of(store):
        replayed.apply(change)
    assert replayed.revision == snapshot.revision
    assert [replayed.position(contact_id) for _, contact_id in snapshot.places] == list(range(1, 16))
    assert len(replayed) == 15


async def test_a_revision_is_told_only_after_its_commit_and_with_the_change_itself(store: Store, bus: ToldBus) -> None:
    contact = await placed(store)
    told = [payload for topic, payload in bus.told if topic == "line.cards"]
    assert [LineChange(**payload) for payload in told] == await changes_of(store)
    assert told[0]["contact_id"] == contact.id


async def test_a_position_counts_everyone_before_it_offered_ones_too_and_nobody_who_left(store: Store) -> None:
    first, second, third, last = [await placed(store) for _ in range(4)]

    def move(work: UnitOfWork) -> int:
        offered = work.contacts.lock(second.id)
        assert offered is not None
        work.contacts.save(offered.moved(State.OFFERED))
        leave(work, third)
        return work.lines.position(last)

    assert await store.transact(move) == 3
    assert await store.read(lambda work: work.lines.length(CARDS)) == 3
    assert await store.read(lambda work: work.lines.position(first)) == 1


async def test_a_length_counts_what_this_unit_has_just_placed(store: Store) -> None:
    await placed(store)

    def write(work: UnitOfWork) -> tuple[int, int, int]:
        place(work)
        snapshot = work.lines.snapshot(CARDS)
        return work.lines.length(CARDS), work.lines.revision(CARDS), len(snapshot.places)

    assert await store.transact(write) == (2, 2, 2)


async def test_ties_break_by_contact_id(store: Store, clock: MovedClock) -> None:
    at = micros(clock.now())
    tied = await store.transact(lambda work: [place(work, order_at=at) for _ in range(5)])
    assert [contact_id for _, contact_id in (await snapshot_of(store)).places] == sorted(c.id for c in tied)
    smallest = min(tied, key=lambda contact: contact.id)
    assert await store.read(lambda work: work.lines.position(smallest)) == 1


async def test_changes_come_in_pages(store: Store) -> None:
    await store.transact(lambda work: [place(work) for _ in range(5)])
    page = await store.read(lambda work: work.lines.changes_after(CARDS, 2, 2))
    assert [change.revision for change in page] == [3, 4]


async def test_a_place_that_comes_back_keeps_its_order_and_gets_a_new_revision(store: Store) -> None:
    first, second = await placed(store), await placed(store)

    def out_and_back(work: UnitOfWork) -> tuple[int, int]:
        contact = work.contacts.lock(first.id)
        assert contact is not None
        left = work.lines.leave(contact, "connected")
        entered = work.lines.enter(contact, EntryCause.RETURNED)
        return left, entered

    assert await store.transact(out_and_back) == (3, 4)
    assert [contact_id for _, contact_id in (await snapshot_of(store)).places] == [first.id, second.id]
    assert (await changes_of(store, after=3))[0].cause == "returned"


async def test_queues_are_made_known_once_and_keep_their_lines(store: Store) -> None:
    await placed(store)
    await store.transact(lambda work: work.lines.ensure([CARDS, QueueId("new")]))
    assert (await store.read(lambda work: work.lines.revisions()))[CARDS] == 1
    assert (await snapshot_of(store, QueueId("new"))).places == ()


async def test_units_that_wait_for_each_other_in_a_circle_both_commit(store: Store) -> None:
    def both(work: UnitOfWork, queues: tuple[QueueId, ...]) -> None:
        for queue in queues:
            contact = contact_now(work, queue=queue)
            work.lines.enter(contact, EntryCause.JOINED)
            work.contacts.add(contact, hashed(contact.id), None, None)

    orders = [(CARDS, ACCOUNTS), (ACCOUNTS, CARDS)]
    await asyncio.gather(*(store.transact(lambda work, order=order: both(work, order)) for order in orders))
    assert await store.read(lambda work: work.lines.revisions()) == {CARDS: 2, ACCOUNTS: 2, "fraud": 0}
