"""What a run prints at its end."""

from __future__ import annotations

import pytest

from practice.floor import Customer
from practice.tally import Counts, Scored, Tally, as_time


def row(tally: Tally, label: str) -> list[str]:
    (line,) = (line for line in tally.lines() if line.strip().startswith(label))
    return line.strip().removeprefix(label).split()


@pytest.fixture
def tally() -> Tally:
    cards = Counts(came=6, abandoned=1, contained=1)
    for wait in (0.0, 10.0, 60.0, 190.0):
        cards.was_served(wait)
    cards.has_waited(245.0)
    cards.told = [Scored(30, 90, 60), Scored(30, 90, 190), Scored(60, 120, 10), Scored(0, 10, 10)]
    accounts = Counts(came=1, waiting=1, longest=20.0)
    return Tally({"cards": cards, "accounts": accounts})


def test_each_queue_has_a_column_and_all_of_them_one_more(tally: Tally) -> None:
    assert tally.lines()[0].split() == ["cards", "accounts", "all"]
    assert row(tally, "arrivals") == ["6", "1", "7"]
    assert row(tally, "waiting at the end") == ["0", "1", "1"]


def test_one_queue_is_not_told_twice(tally: Tally) -> None:
    assert Tally({"cards": tally.queues["cards"]}).lines()[0].split() == ["cards"]


def test_waits_are_those_of_the_served_and_the_longest_is_anybodys(tally: Tally) -> None:
    assert row(tally, "wait of the served: mean") == ["1:05", "–", "1:05"]
    assert row(tally, "half of them within") == ["0:35", "–", "0:35"]
    assert row(tally, "longest wait of anybody") == ["4:05", "0:20", "4:05"]
    assert row(tally, "served within 20 s") == ["50%", "–", "50%"]


def test_a_told_range_covers_a_wait_from_its_first_to_its_last_second(tally: Tally) -> None:
    assert row(tally, "the wait lay in it") == ["50%", "–", "50%"]
    assert row(tally, "it was shorter") == ["25%", "–", "25%"]
    assert row(tally, "it was longer") == ["25%", "–", "25%"]


def test_nothing_is_said_of_ranges_where_none_were_told() -> None:
    assert not [line for line in Tally.of(["cards"]).lines() if "range" in line]


def test_what_stood_in_the_way_and_each_violation_stand_below(tally: Tally) -> None:
    assert tally.notes() == ["violations: none"]
    tally.delayed_joins, tally.no_callback = 3, 2
    tally.otherwise["queue_closed"] += 1
    tally.violations.append("contact c1: connected twice")
    notes = tally.notes()
    assert "ended otherwise: 1 queue_closed" in notes
    assert "3 joins were delayed by the service's rate limit" in notes
    assert notes[-2:] == ["violations: 1", "  contact c1: connected twice"]


def test_times_are_minutes_and_seconds() -> None:
    assert [as_time(seconds) for seconds in (0, 59.6, 245, 3700)] == ["0:00", "1:00", "4:05", "61:40"]


def test_one_customer_is_said_to_be_by_one_caller_at_a_time() -> None:
    maya, first, second = Customer("10000001", "4821"), object(), object()
    assert maya.take(first)
    assert maya.take(first)
    assert not maya.take(second)
    maya.give_back(second)
    assert not maya.take(second)
    maya.give_back(first)
    assert maya.take(second)
    assert "4821" not in repr(maya)
