"""Who comes back on a topic that was given up as settled: the containment is taken back, once, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from arrivals import placed, told
from doubles import MovedClock
from small_bank import MAYA, TOMASZ

from assistant.flow import moves
from assistant.flow.recounting import Recounting
from assistant.flow.returning import Returning
from assistant.model.contact import Contact, Outcome, State, Verification
from assistant.model.counting import measured
from assistant.model.events import EventType
from assistant.model.facts import replayed
from assistant.model.measures import Asked, By, Group, Measures
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

PROVED = Verification(2, "pin", None)


@pytest.fixture
def began_at(clock: MovedClock) -> Any:
    return clock.now()


async def calls(store: Store, number: str = MAYA, topic: str = "balance", level: int = 2) -> Contact:
    known = {"customer_number": number, "verification": replace(PROVED, level=level)} if level else {}
    return await placed(store, topic=topic, **known)


async def contained(store: Store, tenant: Tenant, **about: Any) -> Contact:
    contact = await calls(store, **about)

    def give_up(work: UnitOfWork) -> Contact:
        locked = work.contacts.lock(contact.id)
        assert locked is not None
        return moves.leave_line(work, locked, State.CONTAINED, Outcome.CONTAINED, tenant.timing)

    return await store.transact(give_up)


async def counted(store: Store, began_at: Any, clock: MovedClock, *contacts: Contact) -> Measures:
    """What the database counts, which is what a replay counts."""
    asked = Asked(began_at, clock.now() + timedelta(seconds=1), By.NOTHING, {}, 5)

    def count(work: UnitOfWork) -> tuple[Measures, Measures]:
        facts = [replayed(work.trail.after(contact.id, 0)) for contact in contacts]
        return work.reports.measures(asked)[Group(0, "")], measured(facts, asked)[Group(0, "")]

    await Recounting(store).catch_up()
    by_sql, by_replay = await store.read(count)
    assert by_sql == by_replay
    return by_sql


async def test_a_new_contact_on_the_topic_takes_the_containment_back_once(
    store: Store, fernhill: Tenant, clock: MovedClock, began_at: Any
) -> None:
    first = await contained(store, fernhill)
    before = await counted(store, began_at, clock, first)
    assert (before.contained, before.taken_back, before.containment_rate) == (1, 0, 1.0)
    clock.advance(6 * 86400)
    again = await calls(store)
    for _ in range(2):
        await Returning(store).note(again, "balance")
    after = await counted(store, began_at, clock, first, again)
    assert (after.contained, after.taken_back, after.containment_rate) == (0, 1, 0.0)
    types = frozenset({EventType.CONTAINMENT_TAKEN_BACK})
    events = await store.read(lambda work: work.trail.after(first.id, 0, types))
    assert [told(event) for event in events] == [{"by": again.id}]


@pytest.mark.parametrize(
    ("days", "about"),
    [
        (8, {}),
        (1, {"number": TOMASZ}),
        (1, {"topic": "pay_bill"}),
        (1, {"level": 1}),
        (1, {"level": 0}),
    ],
)
async def test_later_or_of_somebody_else_or_on_something_else_it_stands(
    store: Store, fernhill: Tenant, clock: MovedClock, began_at: Any, days: int, about: dict[str, Any]
) -> None:
    first = await contained(store, fernhill)
    clock.advance(days * 86400)
    again = await calls(store, **about)
    await Returning(store).note(again, again.topic)
    assert (await counted(store, began_at, clock, first, again)).contained == 1


async def test_what_was_contained_after_the_contact_began_is_not_taken_back_by_it(
    store: Store, fernhill: Tenant, clock: MovedClock, began_at: Any
) -> None:
    other_line = await calls(store)
    clock.advance(60)
    first = await contained(store, fernhill)
    await Returning(store).note(other_line, "balance")
    assert (await counted(store, began_at, clock, first, other_line)).contained == 1
