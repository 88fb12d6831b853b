"""The audit trail, and the erasable words, facts and tried services beside it."""

from __future__ import annotations

from arrivals import placed
from doubles import MovedClock

from assistant.model.briefing import Fact, Tried
from assistant.model.contact import Contact
from assistant.model.events import Author, EventType, Words
from assistant.model.storage import Store, UnitOfWork

HARD = "naïve “quotes” 🙂 'single' % \\ <wait> 语"


def said(work: UnitOfWork, contact: Contact, words: Words) -> Contact:
    return work.trail.append(contact, EventType.MESSAGE_ADDED, {"author": words.author.value}, words)


async def with_messages(store: Store, *texts: str) -> Contact:
    contact = await placed(store)

    def say(work: UnitOfWork) -> Contact:
        current = work.contacts.lock_only(contact.id)
        assert current is not None
        for n, text in enumerate(texts):
            current = said(work, current, Words(Author.CALLER, text, client_id=f"c{n}"))
        return current

    return await store.transact(say)


async def test_events_come_back_numbered_with_their_words(store: Store, clock: MovedClock) -> None:
    contact = await placed(store)
    buttons = ({"title": "Yes", "say": "yes"},)
    words = Words(Author.AGENT, HARD, client_id="c1", buttons=buttons, agent_name="Amira")

    def write(work: UnitOfWork) -> None:
        current = work.contacts.lock_only(contact.id)
        assert current is not None
        current = said(work, current, words)
        work.trail.append(current, EventType.CALLER_IDLE, {"code": "away", "n": 1, "deep": [None, True]})

    await store.transact(write)
    events = await store.read(lambda work: work.trail.after(contact.id, 0))
    assert [(event.seq, event.type) for event in events] == [
        (1, EventType.CONTACT_PLACED),
        (2, EventType.MESSAGE_ADDED),
        (3, EventType.CALLER_IDLE),
    ]
    assert [event.words for event in events] == [None, words, None]
    assert events[2].data == {"code": "away", "n": 1, "deep": [None, True]}
    assert {event.at for event in events} == {clock.now()}


async def test_a_reader_resumes_after_a_number_and_asks_for_some_types_only(store: Store) -> None:
    contact = await with_messages(store, "one", "two", "three")
    after = await store.read(lambda work: work.trail.after(contact.id, 2))
    assert [event.words and event.words.text for event in after] == ["two", "three"]
    placed_only = frozenset({EventType.CONTACT_PLACED})
    assert len(await store.read(lambda work: work.trail.after(contact.id, 0, placed_only))) == 1
    assert await store.read(lambda work: work.trail.after(contact.id, 4)) == []


async def test_a_unit_reads_the_events_that_it_has_just_written(store: Store) -> None:
    contact = await placed(store)

    def write_and_read(work: UnitOfWork) -> list[int]:
        current = work.contacts.lock_only(contact.id)
        assert current is not None
        said(work, current, Words(Author.CALLER, "hello"))
        return [event.seq for event in work.trail.after(contact.id, 0)]

    assert await store.transact(write_and_read) == [1, 2]


async def test_a_client_id_is_known_once_it_was_used_by_this_contact(store: Store) -> None:
    contact, other = await with_messages(store, "hello"), await placed(store)
    assert await store.read(lambda work: work.trail.has_client_id(contact.id, "c0"))
    assert not await store.read(lambda work: work.trail.has_client_id(contact.id, "c1"))
    assert not await store.read(lambda work: work.trail.has_client_id(other.id, "c0"))


async def test_messages_without_a_client_id_do_not_clash(store: Store) -> None:
    contact = await placed(store)

    def say_twice(work: UnitOfWork) -> None:
        current = work.contacts.lock_only(contact.id)
        assert current is not None
        said(work, said(work, current, Words(Author.ASSISTANT, "one")), Words(Author.ASSISTANT, "two"))

    await store.transact(say_twice)
    assert len(await store.read(lambda work: work.trail.after(contact.id, 1))) == 2


async def test_a_fact_is_put_replaced_and_dropped(store: Store) -> None:
    contact = await placed(store)
    amount, card = Fact("amount", "Amount", "£42.17"), Fact("card_kind", "Card", "credit")
    await store.transact(lambda work: [work.trail.put_fact(contact.id, fact) for fact in (card, amount)])
    assert await store.read(lambda work: work.trail.facts(contact.id)) == (amount, card)
    debit = Fact("card_kind", "Card", "debit")
    await store.transact(lambda work: work.trail.put_fact(contact.id, debit))
    assert await store.read(lambda work: work.trail.facts(contact.id)) == (amount, debit)
    await store.transact(lambda work: work.trail.drop_facts(contact.id, ["amount", "unknown"]))
    await store.transact(lambda work: work.trail.drop_facts(contact.id, []))
    assert await store.read(lambda work: work.trail.facts(contact.id)) == (debit,)


async def test_what_was_tried_stands_in_the_order_in_which_it_was_tried(store: Store) -> None:
    contact = await placed(store)
    entries = (Tried("freeze_card", "Freeze the card", "done"), Tried("order_replacement_card", "Order", "refused"))
    for entry in entries:
        await store.transact(lambda work, entry=entry: work.trail.add_tried(contact.id, entry))
    assert await store.read(lambda work: work.trail.tried(contact.id)) == entries
