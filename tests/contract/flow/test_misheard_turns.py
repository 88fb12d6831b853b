"""A turn that was not understood leaves a mark in the trail, and the caller's words of it are found for the review."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, cast

import pytest
from arrivals import placed
from doubles import MovedClock

from assistant.flow import moves
from assistant.flow.line import Lines
from assistant.flow.orders import Orders
from assistant.flow.stimulus import Stimulus
from assistant.flow.turns import Turns
from assistant.flow.waiting import Waiting
from assistant.model.contact import ContactId
from assistant.model.events import Author, Event, EventType
from assistant.model.ports import Bus, Reply, Saying, Turn
from assistant.model.review import Misheard
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

SORRY = ("Sorry, I didn't catch that.", "Is it a debit card or a credit card?")


class Engine:
    """Answers with the same two sentences; a test says what it has understood."""

    intent: str | None = None

    async def turn(self, turn: Turn) -> Reply:
        sayings = tuple(Saying(text) for text in SORRY)
        return Reply(sayings, None, None, {}, None, self.intent, 0.8125 if self.intent else None)

    async def is_ready(self) -> bool:
        return True


type Say = Callable[[str, str | None], Coroutine[Any, Any, ContactId]]


@pytest.fixture
async def say(store: Store, bus: Bus, clock: MovedClock, fernhill: Tenant) -> Say:
    """A new caller says something, and the engine takes it for the intent."""
    lines, engine = Lines(store, bus, Waiting(store, clock, fernhill)), Engine()
    await lines.follow(fernhill.queues)
    orders = Orders(store, fernhill, cast(Any, None), cast(Any, None))  # none of its replies has an order
    turns = Turns(store, fernhill, lines, engine, orders)

    async def say(words: str, intent: str | None) -> ContactId:
        contact, engine.intent = await placed(store), intent

        def take(work: UnitOfWork) -> Stimulus | None:
            current = work.contacts.lock_only(contact.id)
            assert current is not None
            return turns.lease(work, moves.say(work, current, Author.CALLER, words), words=words)

        stimulus = await store.transact(take)
        assert stimulus is not None
        await turns.converse(stimulus)
        return contact.id

    return say


async def answers(store: Store, contact_id: ContactId) -> list[Event]:
    said = await store.read(lambda work: work.trail.after(contact_id, 0, frozenset({EventType.MESSAGE_ADDED})))
    return [event for event in said if event.words and event.words.author is Author.ASSISTANT]


@pytest.mark.parametrize("intent", ["not_understood", "out_of_scope"])
async def test_the_first_answer_tells_what_it_was_taken_for(
    say: Say, store: Store, clock: MovedClock, intent: str
) -> None:
    first, second = await answers(store, await say("blue monday", intent))
    assert first.data == {"author": "assistant", "intent": intent, "confidence": 0.8125}
    assert second.data == {"author": "assistant"}, "one turn is one line of a review"
    week_ago = clock.now() - timedelta(days=7)
    assert await store.read(lambda work: work.trail.misheard(week_ago)) == [Misheard("blue monday", intent)]


@pytest.mark.parametrize("intent", ["report_lost_card", "inform", None])
async def test_what_was_understood_leaves_no_mark(
    say: Say, store: Store, clock: MovedClock, intent: str | None
) -> None:
    for event in await answers(store, await say("i lost my card", intent)):
        assert event.data == {"author": "assistant"}
    week_ago = clock.now() - timedelta(days=7)
    assert await store.read(lambda work: work.trail.misheard(week_ago)) == []
