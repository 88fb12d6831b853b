"""What contacts count for in reports follows their events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from arrivals import placed
from busy_day import Lived, within
from busy_day import lived as lived
from sqlalchemy import Connection, func, select

from assistant.adapters.sql_schema import counted_parts, uncounted
from assistant.flow import moves
from assistant.flow.feedback import Feedback
from assistant.flow.recounting import Recounting, count_some
from assistant.model.contact import Contact, Outcome, State
from assistant.model.events import EventType
from assistant.model.measures import Asked, By, Group, Measures
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant


def everything(day: Lived) -> Asked:
    return Asked(day.began_at, day.ended_at, By.QUEUE, {}, 5)


async def leaves(store: Store, contact: Contact, tenant: Tenant) -> None:
    def leave(work: UnitOfWork) -> None:
        locked = work.contacts.lock(contact.id)
        assert locked is not None
        moves.leave_line(work, locked, State.ABANDONED, Outcome.LEFT, tenant.timing)

    await store.transact(leave)


def _rows(connection: Connection) -> tuple[int, int]:
    tables = (counted_parts, uncounted)
    counted, left = (connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)
    return counted, left


async def test_an_arrival_writes_nothing_for_reports(store: Store, database_url: str) -> None:
    await placed(store)
    assert await within(database_url, _rows) == (0, 0)


async def test_who_is_over_is_counted_by_itself_and_open_ones_when_somebody_asks(
    store: Store, database_url: str, fernhill: Tenant
) -> None:
    gone = await placed(store)
    await placed(store)
    await leaves(store, gone, fernhill)
    assert await store.transact(lambda work: count_some(work, are_over=True)) == 1
    assert await within(database_url, _rows) == (1, 0)
    assert await Recounting(store).catch_up()
    assert await within(database_url, _rows) == (2, 0)
    assert await store.transact(lambda work: count_some(work, are_over=False)) == 0, "nothing has happened since"


async def test_what_is_said_of_a_contact_later_counts_too(store: Store, fernhill: Tenant) -> None:
    contact = await placed(store)
    await leaves(store, contact, fernhill)

    async def csat() -> float | None:
        await Recounting(store).catch_up()
        asked = Asked(contact.entered_at, contact.entered_at.replace(year=2030), By.NOTHING, {}, 5)
        return (await store.read(lambda work: work.reports.measures(asked)))[Group(0, "")].csat

    assert await csat() is None
    await Feedback(store).give(contact.id, {"csat": 5})
    assert await csat() == 1.0


async def test_one_that_cannot_be_counted_keeps_no_other_from_it(
    store: Store, database_url: str, fernhill: Tenant
) -> None:
    odd, plain = await placed(store), await placed(store)
    await leaves(store, plain, fernhill)
    await leaves(store, odd, fernhill)

    def tell(work: UnitOfWork) -> None:
        locked = work.contacts.lock(odd.id)
        assert locked is not None
        work.trail.append(locked, EventType.FEEDBACK_GIVEN, {"csat": "five"})

    await store.transact(tell)
    assert await Recounting(store).catch_up()
    assert await within(database_url, _rows) == (1, 0)


async def test_counted_all_anew_nothing_is_different(lived: Lived) -> None:
    async def count() -> dict[Group, Measures]:
        assert await Recounting(lived.store).catch_up()
        return await lived.store.read(lambda work: work.reports.measures(everything(lived)))

    before = await count()
    await lived.store.transact(lambda work: work.parts.count_all_anew())
    assert await count() == before
    assert before


async def test_two_who_count_at_the_same_time_count_nothing_twice(lived: Lived, database_url: str) -> None:
    await lived.store.transact(lambda work: work.parts.count_all_anew())
    await asyncio.gather(*(Recounting(lived.store).catch_up() for _ in range(3)))
    _, left = await within(database_url, _rows)
    entered = await lived.store.read(lambda work: work.reports.measures(everything(lived)))
    await lived.store.transact(lambda work: work.parts.count_all_anew())
    assert await Recounting(lived.store).catch_up()
    assert (left, entered) == (0, await lived.store.read(lambda work: work.reports.measures(everything(lived))))


async def test_who_has_no_time_left_says_so_and_goes_on_later(lived: Lived) -> None:
    await lived.store.transact(lambda work: work.parts.count_all_anew())
    assert not await Recounting(lived.store).catch_up(within_seconds=-1)
    assert await Recounting(lived.store).catch_up()


class Held:
    """A store whose transactions wait until they are let go."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.begun, self.let_go = asyncio.Event(), asyncio.Event()

    async def transact(self, change: Callable[[UnitOfWork], Any]) -> Any:
        self.begun.set()
        await self.let_go.wait()
        return await self._store.transact(change)


async def test_who_asks_while_everything_is_counted_waits_no_longer_than_they_said(lived: Lived) -> None:
    held = Held(lived.store)
    recounting = Recounting(held)  # type: ignore[arg-type]
    others = asyncio.create_task(recounting.catch_up())
    await held.begun.wait()
    assert not await recounting.catch_up(within_seconds=0.01)
    held.let_go.set()
    assert await others
    assert await recounting.catch_up()
