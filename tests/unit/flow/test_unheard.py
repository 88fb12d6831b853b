"""What the engine could not be told while it was away, and how it is told later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant.flow.stimulus import Stimulus
from assistant.flow.unheard import KEPT, LONGEST, Unheard
from assistant.model.contact import Channel, Contact, ContactId, DialogueMode, QueueId, Reach, State
from assistant.model.ports import Circumstances

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def said(words: str | None, name: str = "maya", topic: str | None = None) -> Stimulus:
    contact = Contact(
        ContactId(name),
        Channel.CHAT,
        QueueId("cards"),
        language="en",
        state=State.WAITING,
        dialogue=DialogueMode.SPEAKING,
        reach=Reach.PRESENT,
        code="10000000",
        entered_at=NOW,
        order_at=1,
        topic=topic,
    )
    return Stimulus(contact, {}, Circumstances(), heard_seq=1, words=words)


@pytest.fixture
def unheard() -> Unheard:
    return Unheard()


def test_what_was_said_first_is_said_once_more_with_the_next_words(unheard: Unheard) -> None:
    unheard.keep(said("I lost my card."))
    assert unheard.has(ContactId("maya"))
    assert unheard.before(said("Hello?", "ben")).words == "Hello?", "another's"
    assert unheard.before(said("Hello?")).words == "I lost my card. Hello?"
    assert unheard.before(said("Hello?")).words == "Hello?", "once"
    assert not unheard.has(ContactId("maya"))


def test_an_engine_that_stays_away_hears_all_of_it_in_the_end(unheard: Unheard) -> None:
    unheard.keep(said("I lost my card"))
    unheard.keep(unheard.before(said("Hello?")))
    assert unheard.before(said("Are you there?")).words == "I lost my card. Hello?. Are you there?"


def test_in_the_middle_of_a_matter_nothing_is_said_twice(unheard: Unheard) -> None:
    """A "yes" that was said into the silence is none to the question that comes now."""
    unheard.keep(said("yes", topic="report_lost_card"))
    assert not unheard.has(ContactId("maya"))


def test_an_outcome_is_told_first_and_answers_the_words_too(unheard: Unheard) -> None:
    outcome = ("verified", {"name": "Maya"})
    unheard.keep(said("I lost my card"))
    unheard.keep(replace(said(None), structured=outcome))
    first = unheard.before(said("Hello?"))
    assert (first.words, first.structured) == (None, outcome)
    assert not unheard.has(ContactId("maya"))


def test_it_keeps_no_more_than_it_can_hold(unheard: Unheard) -> None:
    unheard.keep(said("x" * 5000, "first"))
    words = unheard.before(said("and", "first")).words
    assert words is not None and len(words) == LONGEST + len(". and")
    for n in range(KEPT + 1):
        unheard.keep(said("words", f"caller {n}"))
    assert not unheard.has(ContactId("caller 0"))
    assert unheard.has(ContactId(f"caller {KEPT}"))
