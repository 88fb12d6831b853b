"""A wait that has become longer than was told is said to be so; nothing is apologised for that nobody can hear."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from assistant.model.announcing import announced, is_much_longer, is_news, why_longer_than_announced
from assistant.model.contact import Announced, QueueId, State
from assistant.model.place import PlaceView
from assistant.model.waiting import UNKNOWN, Told, WaitRange
from assistant.model.wording import filled, longer_sentence

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CARDS, ACCOUNTS = QueueId("cards"), QueueId("accounts")


def place(low: int, high: int, *, ahead: int = 3, slots: float = 10, capacity: float = 0.03) -> PlaceView:
    wait = WaitRange(low, high)
    told = Told(wait, ahead, slots, capacity)
    return PlaceView("48217730", CARDS, State.WAITING, ahead + 1, NOON, wait, 7, told=told)


def heard(view: PlaceView, at: datetime = NOON) -> Announced:
    remembered = announced(None, view, at, None)
    assert remembered is not None
    return remembered


BEFORE = heard(place(240, 420))
SOON = NOON + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (place(300, 540, ahead=5), "more_ahead"),
        (place(300, 540, slots=7, capacity=0.02), "fewer_agents"),
        (place(300, 540, capacity=0.02), "longer_services"),
        (place(300, 540), "longer"),
        (replace(place(300, 540), queue=ACCOUNTS), "other_line"),
    ],
)
def test_a_longer_wait_has_its_reason(now: PlaceView, why: str) -> None:
    assert why_longer_than_announced(BEFORE, now, SOON) == why


@pytest.mark.parametrize("now", [place(240, 420), place(180, 300), place(200, 415), place(241, 420)])
def test_a_wait_that_is_not_longer_to_the_ear_needs_none(now: PlaceView) -> None:
    assert why_longer_than_announced(BEFORE, now, SOON) is None


def test_nothing_is_longer_than_what_was_never_told_or_is_not_known() -> None:
    assert why_longer_than_announced(None, place(300, 540), SOON) is None
    unknown = replace(place(300, 540), wait=UNKNOWN)
    assert why_longer_than_announced(BEFORE, unknown, SOON) is None
    assert announced(BEFORE, unknown, SOON, None) == BEFORE


def test_a_wait_that_has_outlasted_what_was_promised_is_owned_up_to_once() -> None:
    """A caller who was told up to seven minutes hears seven more, each minute a little less: that is longer."""
    remembered, at = BEFORE, NOON
    reasons = []
    for minute in range(1, 16):
        at = NOON + timedelta(minutes=minute)
        now = place(max(240 - 5 * minute, 0), 420 - 5 * minute)
        reasons.append(why_longer_than_announced(remembered, now, at))
        remembered = announced(remembered, now, at, reasons[-1]) or remembered
    assert [minute for minute, why in enumerate(reasons, 1) if why == "overdue"] == [8, 15]
    assert set(reasons) == {None, "overdue"}


def test_a_rise_that_was_told_is_a_new_promise() -> None:
    longer = place(300, 540, ahead=5)
    remembered = announced(BEFORE, longer, SOON, "more_ahead")
    assert remembered is not None
    assert remembered.promised_at == SOON + timedelta(seconds=540)
    assert announced(BEFORE, place(300, 419), SOON, None).promised_at == BEFORE.promised_at  # type: ignore[union-attr]


def test_the_sentence_says_that_it_is_longer_and_why() -> None:
    text = filled("You're <position> in line; <wait>.", place(300, 540, ahead=5), longer="returned")
    assert text == (
        "You're sixth in line; about five to nine minutes. "
        "I'm sorry, that's longer than I told you: somebody who stood before you has come back to their place."
    )


def test_a_text_that_tells_no_wait_says_nothing_of_it() -> None:
    assert filled("You're <position> in line.", place(300, 540), longer="returned") == "You're fourth in line."


@pytest.mark.parametrize("why", ["longer", "a cause that has no words yet"])
def test_a_cause_that_is_not_known_is_not_guessed(why: str) -> None:
    assert longer_sentence(why) == "I'm sorry, that's longer than I told you."


def test_what_takes_longer_than_promised_is_said_so() -> None:
    assert longer_sentence("overdue") == "I'm sorry, this is taking longer than I told you."


@pytest.mark.parametrize(
    ("told", "now", "is_worth_a_word"),
    [
        (6, 4, False),
        (6, 3, True),
        (3, 2, False),
        (3, 1, True),
        (1, 0, True),
        (2, 1, False),
        (40, 30, False),
        (2, 4, True),
        (2, 3, False),
        (3, 3, False),
        (0, 0, False),
        (None, 5, False),
    ],
)
def test_a_position_is_news_when_it_has_changed_by_half_or_to_next(
    told: int | None, now: int, is_worth_a_word: bool
) -> None:
    assert is_news(told, now) is is_worth_a_word


def test_a_wait_is_news_when_it_has_grown_by_half_and_two_minutes() -> None:
    assert is_much_longer(BEFORE, place(300, 640), "fewer_agents")
    assert not is_much_longer(BEFORE, place(300, 600), "fewer_agents")
    assert not is_much_longer(heard(place(30, 60)), place(90, 170), "fewer_agents")
    assert not is_much_longer(BEFORE, place(300, 640), None)
    assert not is_much_longer(None, place(300, 640), "longer")
