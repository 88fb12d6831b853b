"""How contacts are found again: by key, code, customer and unfinished turn."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from arrivals import hashed, placed
from doubles import MovedClock

from assistant.model.contact import ContactId, Outcome, State, Verification
from assistant.model.events import EventType
from assistant.model.storage import Store, UnitOfWork

TEN_MINUTES = timedelta(minutes=10)


async def test_contacts_are_found_by_the_hash_of_their_key_while_it_is_valid(store: Store, clock: MovedClock) -> None:
    contact = await placed(store, key="k1")
    await placed(store, key="k2")
    await placed(store)
    keys = [hashed("k1"), hashed("unknown")]

    def find(work: UnitOfWork) -> object:
        return work.contacts.by_keys(keys, work.now - TEN_MINUTES)

    assert await store.read(find) == {hashed("k1"): (contact, hashed("body"))}
    clock.advance(600)
    assert await store.read(find) == {}
    assert await store.read(lambda work: work.contacts.by_keys([], work.now)) == {}


async def test_of_two_contacts_with_one_key_the_first_is_found(store: Store, clock: MovedClock) -> None:
    first = await placed(store, key="again")
    clock.advance(1)
    await placed(store, key="again")
    found = await store.read(lambda work: work.contacts.by_keys([hashed("again")] * 2, work.now - TEN_MINUTES))
    assert found == {hashed("again"): (first, hashed("body"))}


async def test_a_code_leads_to_the_newest_contact_that_has_it(store: Store, clock: MovedClock) -> None:
    await placed(store, code="12345678", state=State.CLOSED, ended_at=clock.now())
    clock.advance(60)
    newer = await placed(store, code="12345678")
    assert await store.read(lambda work: work.contacts.by_code("12345678")) == newer
    assert await store.read(lambda work: work.contacts.by_code("00000000")) is None


async def test_earlier_contacts_of_a_customer_are_ended_verified_and_newest_first(
    store: Store, clock: MovedClock
) -> None:
    verified = Verification(2, "pin", clock.now())
    maya = {"customer_number": "10000001", "verification": verified}
    ended = {"state": State.CLOSED, "ended_at": clock.now()}
    older = await placed(store, **maya, **ended)
    await placed(store, **ended, customer_number="10000001")
    await placed(store, **maya)
    await placed(store, **ended, customer_number="10000002", verification=verified)
    clock.advance(60)
    newer = await placed(store, **maya, **ended)
    current = await placed(store, **maya, **ended)

    async def earlier(limit: int) -> list[str]:
        found = await store.read(lambda work: work.contacts.earlier_of_customer("10000001", current.id, limit))
        return [contact.id for contact in found]

    assert await earlier(5) == [newer.id, older.id]
    assert await earlier(1) == [newer.id]


async def test_a_turn_whose_lease_ran_out_is_unanswered(store: Store, clock: MovedClock) -> None:
    lease_ends = clock.now() + timedelta(seconds=10)
    contact = await placed(store, turn_until=lease_ends)
    await placed(store)
    assert await store.read(lambda work: work.contacts.unanswered(work.now)) == []
    clock.advance(11)
    assert await store.read(lambda work: work.contacts.unanswered(work.now)) == [contact.id]


async def test_a_locked_contact_is_as_it_was_committed_last(store: Store) -> None:
    contact = await placed(store)

    def end(work: UnitOfWork) -> None:
        locked = work.contacts.lock(contact.id)
        assert locked is not None
        work.lines.leave(locked, "left")
        moved = locked.moved(State.ABANDONED, ended_at=work.now, outcome=Outcome.LEFT)
        work.trail.append(moved, EventType.CONTACT_CLOSED, {"outcome": "left"})

    await store.transact(end)
    after = await store.transact(lambda work: work.contacts.lock_only(contact.id))
    assert after is not None
    assert (after.state, after.outcome, after.seq) == (State.ABANDONED, Outcome.LEFT, 2)
    assert await store.transact(lambda work: work.contacts.lock(ContactId("nobody"))) is None


def note(work: UnitOfWork, contact_id: ContactId) -> None:
    contact = work.contacts.lock(contact_id)
    assert contact is not None
    work.trail.append(contact, EventType.NOTE_ADDED)


async def test_only_who_has_come_further_than_is_known_is_told_of(store: Store) -> None:
    behind, level, silent = [await placed(store) for _ in range(3)]
    for contact in (behind, level):
        await store.transact(partial(note, contact_id=contact.id))
    known = {behind.id: behind.seq, level.id: level.seq + 1, silent.id: silent.seq, ContactId("gone"): 0}
    assert await store.read(lambda work: work.contacts.further_than(known)) == {behind.id: behind.seq + 1}
    assert await store.read(lambda work: work.contacts.further_than({})) == {}
