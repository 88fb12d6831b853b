"""What both stores promise about a unit of work: all of it or nothing, and told only when it stands."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import replace
from typing import Any
from weakref import ReferenceType, ref

import pytest
from arrivals import CARDS, contact_now, hashed, place, placed
from doubles import MovedClock, ToldBus
from sqlalchemy.exc import DBAPIError

from assistant.adapters.sql_store import open_store
from assistant.model.briefing import Fact
from assistant.model.contact import Channel, Contact, ContactId, PendingInput, Verification
from assistant.model.errors import Refused, Unavailable
from assistant.model.events import EventType
from assistant.model.storage import Store, UnitOfWork


def topics(bus: ToldBus) -> list[str]:
    return [topic for topic, _ in bus.told]


async def test_what_a_unit_wrote_is_there_for_the_next_reader(store: Store) -> None:
    contact = await placed(store)
    assert await store.read(lambda work: work.contacts.get(contact.id)) == contact


async def test_every_field_of_a_contact_survives_to_the_microsecond(store: Store, clock: MovedClock) -> None:
    def add(work: UnitOfWork) -> Contact:
        return place(
            work,
            channel=Channel.VOICE,
            ani="+442071838750",
            dnis="+442079460000",
            topic="report_lost_card",
            customer_number="10000001",
            customer_name="Maya Okafor",
            verification=Verification(2, "pin", work.now),
            pending_input=PendingInput("r1", "secret", "pin", 4, "And your PIN?"),
            pending_number="10000001",
            failed_attempts=2,
            consent=False,
            attempt=3,
            turn_until=work.now,
        )

    clock.advance(0.000_001)
    contact = await store.transact(add)
    found = await store.read(lambda work: work.contacts.get(contact.id))
    assert found == contact
    assert found is not None
    assert found.entered_at.microsecond == 123_458


async def test_notices_are_told_after_the_commit_and_in_order(store: Store, bus: ToldBus) -> None:
    seen: list[Any] = []

    def write(work: UnitOfWork) -> ContactId:
        contact = place(work)
        work.tell("first", contact_id=contact.id)
        work.tell("second", contact_id=contact.id)
        seen.append(topics(bus))
        return contact.id

    bus.told.clear()
    await store.transact(write)
    assert seen[-1] == []
    assert [topic for topic in topics(bus) if topic in {"first", "second"}] == ["first", "second"]


async def test_a_unit_that_fails_leaves_nothing_and_tells_nothing(store: Store, bus: ToldBus) -> None:
    ids: list[ContactId] = []

    def fail(work: UnitOfWork) -> None:
        ids.append(place(work).id)
        work.flush()
        work.tell("never")
        raise Refused("no", "No.")

    with pytest.raises(Refused):
        await store.transact(fail)
    assert await store.read(lambda work: work.contacts.get(ids[0])) is None
    assert "never" not in topics(bus)


async def test_a_unit_that_fails_rolls_back_alone_although_its_batch_commits(store: Store, bus: ToldBus) -> None:
    async def one(n: int) -> Contact:
        def write(work: UnitOfWork) -> Contact:
            contact = place(work)
            work.flush()
            work.tell(f"unit {n}")
            if n % 3 == 0:
                raise Refused("no", f"{contact.id}")
            return contact

        return await store.transact(write)

    results = await asyncio.gather(*(one(n) for n in range(30)), return_exceptions=True)
    kept = [result.id for result in results if isinstance(result, Contact)]
    lost = [str(result) for result in results if isinstance(result, Refused)]
    assert (len(kept), len(lost)) == (20, 10)
    line = await store.read(lambda work: work.lines.snapshot(CARDS))
    assert {contact_id for _, contact_id in line.places} == set(kept)
    assert {topic for topic in topics(bus) if topic.startswith("unit")} == {f"unit {n}" for n in range(30) if n % 3}


async def test_units_of_one_batch_see_each_other_in_order(store: Store) -> None:
    def write(work: UnitOfWork) -> int:
        return work.lines.position(place(work))

    positions = await asyncio.gather(*(store.transact(write) for _ in range(20)))
    assert sorted(positions) == list(range(1, 21))


async def test_a_reader_sees_one_consistent_snapshot(store: Store) -> None:
    contact = await placed(store)
    await asyncio.gather(*(placed(store) for _ in range(20)), *(_length_equals_revision(store) for _ in range(20)))
    assert await store.read(lambda work: work.lines.length(contact.queue)) == 21


async def _length_equals_revision(store: Store) -> None:
    def look(work: UnitOfWork) -> tuple[int, int, int]:
        snapshot = work.lines.snapshot(CARDS)
        return snapshot.revision, len(snapshot.places), work.lines.length(CARDS)

    revision, places, length = await store.read(look)
    assert revision == places == length


async def test_a_reader_that_writes_is_told_as_the_bug_that_it_is(store: Store) -> None:
    with pytest.raises(DBAPIError):
        await store.read(lambda work: work.texts.open_thread("+447700900101", "+442079460000"))
    assert await store.read(lambda work: work.texts.thread("+447700900101")) is None


async def test_a_reader_locks_nothing_as_it_would_fail_wherever_somebody_changes_the_row(
    postgres_url: str, clock: MovedClock, bus: ToldBus
) -> None:
    store = open_store(postgres_url, clock, bus)
    try:
        with pytest.raises(DBAPIError, match="read-only transaction"):
            await store.read(lambda work: work.texts.lock_sent("SM1"))
    finally:
        await store.close()


async def test_a_clash_of_codes_is_tried_again_with_another_code(store: Store) -> None:
    taken = await placed(store)
    codes = iter([taken.code, taken.code, "00000001"])

    def write(work: UnitOfWork) -> Contact:
        return place(work, code=next(codes))

    assert (await store.transact(write)).code == "00000001"


async def test_a_contact_that_this_unit_never_loaded_cannot_be_saved(store: Store) -> None:
    contact = await placed(store)
    with pytest.raises(LookupError, match="never loaded"):
        await store.transact(lambda work: work.contacts.save(replace(contact, topic="balance")))


async def test_an_event_wakes_whoever_follows_its_contact(store: Store, bus: ToldBus) -> None:
    contact = await placed(store)

    def write(work: UnitOfWork) -> None:
        found = work.contacts.lock_only(contact.id)
        assert found is not None
        work.trail.append(found, EventType.REACH_CHANGED, {"reach": "away"})

    bus.told.clear()
    await store.transact(write)
    assert [(topic, payload["seq"]) for topic, payload in bus.told] == [(f"contact.{contact.id}", contact.seq + 1)]


async def test_who_asked_may_go_away_and_the_unit_still_commits_or_not_as_a_whole(store: Store) -> None:
    ids: list[ContactId] = []

    def write(work: UnitOfWork) -> None:
        ids.append(place(work).id)

    task = asyncio.create_task(store.transact(write))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    after = await placed(store)
    found = await store.read(lambda work: work.lines.snapshot(after.queue))
    assert found.revision == len(found.places)


async def test_a_store_that_was_closed_says_so(database_url: str, clock: MovedClock, bus: ToldBus) -> None:
    opened = open_store(database_url, clock, bus)
    await opened.transact(lambda work: work.lines.ensure([CARDS]))
    await opened.close()
    with pytest.raises(Unavailable):
        await opened.transact(lambda work: work.lines.revisions())
    with pytest.raises(Unavailable):
        await opened.read(lambda work: work.lines.revisions())


async def test_a_token_can_be_replaced_and_is_kept_hashed(store: Store) -> None:
    contact = await placed(store)
    assert await store.read(lambda work: work.contacts.token_hash(contact.id)) == hashed(contact.id)
    await store.transact(lambda work: work.contacts.replace_token(contact.id, hashed("new")))
    assert await store.read(lambda work: work.contacts.token_hash(contact.id)) == hashed("new")


async def test_a_contact_can_be_added_and_changed_in_the_same_unit(store: Store) -> None:
    def write(work: UnitOfWork) -> Contact:
        contact = contact_now(work)
        work.contacts.add(contact, hashed("t"), None, None)
        work.flush()
        changed = replace(contact, topic="balance")
        work.contacts.save(changed)
        return changed

    contact = await store.transact(write)
    assert await store.read(lambda work: work.contacts.get(contact.id)) == contact


async def test_what_another_writer_changed_is_not_taken_from_memory(
    store: Store, database_url: str, clock: MovedClock
) -> None:
    contact = await placed(store)
    await store.transact(lambda work: work.trail.put_fact(contact.id, Fact("amount", "Amount", "20")))
    assert await store.transact(lambda work: [fact.value for fact in work.trail.facts(contact.id)]) == ["20"]
    other = open_store(database_url, clock, ToldBus())

    def write(work: UnitOfWork) -> None:
        locked = work.contacts.lock_only(contact.id)
        assert locked is not None
        work.contacts.save(replace(locked, topic="balance"))
        work.trail.put_fact(contact.id, Fact("amount", "Amount", "30"))

    await other.transact(write)
    await other.close()

    def look(work: UnitOfWork) -> tuple[str | None, list[str]]:
        locked = work.contacts.lock_only(contact.id)
        assert locked is not None
        return locked.topic, [fact.value for fact in work.trail.facts(contact.id)]

    assert await store.transact(look) == ("balance", ["30"])


async def test_what_a_failed_unit_wrote_is_not_found_by_the_next_one(store: Store) -> None:
    contact = await placed(store)
    await store.transact(lambda work: work.trail.put_fact(contact.id, Fact("amount", "Amount", "20")))

    def fail(work: UnitOfWork) -> None:
        locked = work.contacts.lock_only(contact.id)
        assert locked is not None
        work.contacts.save(replace(locked, topic="balance"))
        work.trail.put_fact(contact.id, Fact("amount", "Amount", "30"))
        assert [fact.value for fact in work.trail.facts(contact.id)] == ["30"]
        work.flush()
        raise Refused("no", "No.")

    with pytest.raises(Refused):
        await store.transact(fail)

    def look(work: UnitOfWork) -> tuple[str | None, list[str]]:
        found = work.contacts.get(contact.id)
        assert found is not None
        return found.topic, [fact.value for fact in work.trail.facts(contact.id)]

    assert await store.transact(look) == (None, ["20"])


async def test_a_unit_of_work_is_gone_with_its_transaction(store: Store) -> None:
    units: list[ReferenceType[UnitOfWork]] = []

    def work(unit: UnitOfWork) -> None:
        units.append(ref(unit))
        unit.lines.revisions()

    gc.disable()  # a circle would keep it until the next collection of garbage, which looks through everything
    try:
        await store.read(work)
        await store.transact(work)
        await store.transact(lambda _: None)  # SQLite's writer keeps its last one until the next
        assert [unit() for unit in units] == [None, None]
    finally:
        gc.enable()
