"""What was not understood is found again for a review: the caller's words of that turn, and no others."""

from __future__ import annotations

from datetime import timedelta

from arrivals import placed
from doubles import MovedClock

from assistant.flow import moves
from assistant.model.contact import ContactId, Outcome, State
from assistant.model.events import Author
from assistant.model.review import Misheard
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

MISSED = {"intent": "not_understood", "confidence": 0.9}


async def talk(store: Store, *said: tuple[Author, str, dict[str, object] | None]) -> ContactId:
    contact = await placed(store)

    def say(work: UnitOfWork) -> None:
        current = work.contacts.lock_only(contact.id)
        assert current is not None
        for author, text, told in said:
            current = moves.say(work, current, author, text, told)

    await store.transact(say)
    return contact.id


async def misheard(store: Store, clock: MovedClock) -> list[Misheard]:
    week_ago = clock.now() - timedelta(days=7)
    return list(await store.read(lambda work: work.trail.misheard(week_ago)))


async def test_the_words_of_the_turn_that_was_missed_are_found(store: Store, clock: MovedClock) -> None:
    await talk(
        store,
        (Author.CALLER, "my balance", None),
        (Author.ASSISTANT, "Which account is it?", None),
        (Author.CALLER, "the pot", None),
        (Author.CALLER, "you know", None),
        (Author.SYSTEM, "You're next.", None),
        (Author.ASSISTANT, "Sorry, I didn't catch that.", MISSED),
        (Author.CALLER, "sing me a song", None),
        (Author.ASSISTANT, "I can't help with that myself.", {"intent": "out_of_scope", "confidence": 0.7}),
    )
    assert await misheard(store, clock) == [
        Misheard("the pot you know", "not_understood"),
        Misheard("sing me a song", "out_of_scope"),
    ]


async def test_the_last_words_of_who_left_the_line_are_found_once(
    store: Store, clock: MovedClock, fernhill: Tenant
) -> None:
    left = await talk(store, (Author.CALLER, "the pot", None), (Author.ASSISTANT, "Which bill is it?", None))
    missed = await talk(store, (Author.CALLER, "blah", None), (Author.ASSISTANT, "Sorry?", MISSED))
    silent = await talk(store, (Author.ASSISTANT, "Can I help while you wait?", None))

    def leave(work: UnitOfWork) -> None:
        for id in (left, missed, silent):
            contact = work.contacts.lock(id)
            assert contact is not None
            moves.leave_line(work, contact, State.ABANDONED, Outcome.ABANDONED, fernhill.timing)

    await store.transact(leave)
    assert sorted((each.text, each.why) for each in await misheard(store, clock)) == [
        ("blah", "not_understood"),
        ("the pot", "abandoned"),
    ]


async def test_older_turns_and_turns_that_were_understood_are_left_out(store: Store, clock: MovedClock) -> None:
    await talk(store, (Author.CALLER, "long ago", None), (Author.ASSISTANT, "Sorry?", MISSED))
    clock.advance(8 * 86400)
    await talk(store, (Author.CALLER, "my balance", None), (Author.ASSISTANT, "Which account is it?", None))
    assert await misheard(store, clock) == []
