"""The trail of all contacts at once: in the order of time, streamed, from the events alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from arrivals import place, placed
from busy_day import within
from doubles import MovedClock
from sqlalchemy import delete

from assistant.adapters.sql_schema import contact_events
from assistant.flow import moves
from assistant.model.contact import Contact, ContactId, Reach, State
from assistant.model.events import Author, EventType
from assistant.model.history import Survey
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.timing import TimingPart

TIMING = TimingPart()
type Told = list[tuple[datetime, ContactId, EventType]]


async def told(store: Store, begin: datetime, end: datetime) -> Told:
    def read(work: UnitOfWork) -> Told:
        return [(at, event.contact_id, event.type) for at, event in work.history.moves(begin, end)]

    return await store.read(read)


async def survey(store: Store, begin: datetime, end: datetime) -> Survey:
    return await store.read(lambda work: work.history.survey(begin, end))


async def turns(store: Store, contact: Contact, reach: Reach) -> None:
    def turn(work: UnitOfWork) -> None:
        locked = work.contacts.lock_only(contact.id)
        assert locked is not None
        moves.set_reach(work, moves.say(work, locked, Author.CALLER, "hello"), reach)

    await store.transact(turn)


async def leaves(store: Store, contact: Contact) -> None:
    def leave(work: UnitOfWork) -> None:
        locked = work.contacts.lock(contact.id)
        assert locked is not None
        assert locked.outcome is None
        moves.leave_line(work, locked, State.ABANDONED, moves.Outcome.LEFT, TIMING)

    await store.transact(leave)


async def test_events_of_several_contacts_come_in_the_order_of_time_and_without_the_talk(
    store: Store, clock: MovedClock
) -> None:
    began = clock.now()
    first, second = await placed(store), await placed(store)
    clock.advance(5)
    await turns(store, second, Reach.AWAY)
    clock.advance(5)
    await turns(store, first, Reach.AWAY)
    found = await told(store, began, clock.now() + timedelta(seconds=1))
    assert [(contact_id, type) for _, contact_id, type in found[2:]] == [
        (second.id, EventType.REACH_CHANGED),
        (first.id, EventType.REACH_CHANGED),
    ]
    assert {type for _, _, type in found[:2]} == {EventType.CONTACT_PLACED}
    assert await told(store, began, clock.now()) == found[:3], "the end is not in it"


async def test_a_clock_that_goes_back_is_measured_and_a_contact_s_own_events_keep_their_order(
    store: Store, clock: MovedClock
) -> None:
    began = clock.now()
    contact = await placed(store)
    clock.advance(10)
    await turns(store, contact, Reach.AWAY)
    clock.advance(-3)
    await turns(store, contact, Reach.PRESENT)
    end = began + timedelta(minutes=1)
    assert (await survey(store, began, end)).skew == timedelta(seconds=3)
    times = [at for at, _, _ in await told(store, began, end)]
    assert times == [began, began + timedelta(seconds=10), began + timedelta(seconds=10)]


async def test_who_was_over_before_is_left_out_and_who_still_waited_comes_with_its_whole_story(
    store: Store, clock: MovedClock
) -> None:
    waiting, over = await placed(store), await placed(store)
    clock.advance(10)
    await leaves(store, over)
    clock.advance(3600)
    begin, end = clock.now(), clock.now() + timedelta(hours=1)
    assert [contact_id for _, contact_id, _ in await told(store, begin, end)] == [waiting.id]
    assert await survey(store, begin, end) == Survey(contacts=1, events=1, skew=timedelta(0), gaps=[])


async def test_a_missing_event_leaves_a_gap(store: Store, database_url: str, clock: MovedClock) -> None:
    whole, cut = await placed(store), await placed(store)
    for contact in (whole, cut):
        await turns(store, contact, Reach.AWAY)
    of_cut = (contact_events.c.contact_id == cut.id) & (contact_events.c.seq == 2)
    await within(database_url, lambda connection: connection.execute(delete(contact_events).where(of_cut)))
    found = await survey(store, clock.now(), clock.now() + timedelta(seconds=1))
    assert found.gaps == [cut.id]


async def test_thousands_of_events_are_streamed(store: Store, clock: MovedClock) -> None:
    began = clock.now()
    await store.transact(lambda work: [place(work) for _ in range(2500)])

    def read_some(work: UnitOfWork) -> int:
        moves_of_all = work.history.moves(began, began + timedelta(seconds=1))
        return sum(1 for _ in zip(range(1500), moves_of_all, strict=False))

    assert await store.read(read_some) == 1500
    assert len(await told(store, began, began + timedelta(seconds=1))) == 2500
