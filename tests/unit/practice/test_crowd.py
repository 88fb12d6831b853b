"""Who comes: the same for the same seed, at the rate that was asked for, with the habits that were asked for."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, pairwise
from statistics import fmean

import pytest

from practice.arrivals import Arrival, Stream
from practice.crowd import HOUR, Crowd, Shares
from practice.draws import exponential, lognormal
from practice.rota import BREAK, shift

CROWD = Crowd({"cards": 3, "accounts": 1}, ("amira", "ben"), arrivals_per_hour=120, seed=7)
EVERYBODY = Shares(drops=1, settles=1, callbacks=1, silent=1, verifies=1, calls=0)


def first(crowd: Crowd, count: int) -> list[tuple[str, Arrival]]:
    return list(islice(crowd.arrivals(), count))


def test_the_same_seed_brings_the_same_crowd_and_another_seed_another() -> None:
    assert first(CROWD, 500) == first(replace(CROWD), 500)
    assert first(CROWD, 5) != first(replace(CROWD, seed=8), 5)


def test_callers_come_in_order_at_the_rate_that_was_asked_for() -> None:
    """Of a Poisson process: in ten thousand arrivals the mean gap is right within three in a hundred."""
    times = [arrival.at for _, arrival in first(CROWD, 10_000)]
    assert times == sorted(times)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert fmean(gaps) == pytest.approx(HOUR / 120, rel=0.03)
    beyond_mean = sum(gap > HOUR / 120 for gap in gaps) / len(gaps)
    assert beyond_mean == pytest.approx(0.368, abs=0.015), "exponential gaps: 1/e are longer than the mean"


def test_queues_have_callers_by_their_weight() -> None:
    queues = [queue for queue, _ in first(CROWD, 8_000)]
    assert queues.count("cards") / len(queues) == pytest.approx(0.75, abs=0.02)


def test_a_rate_that_changes_is_followed() -> None:
    """Twice as many in the second half of each hour."""
    stream = Stream(peak=0.2, work=exponential(1), rate=lambda at: 0.2 if at % HOUR > HOUR / 2 else 0.1)
    late = [arrival.at % HOUR > HOUR / 2 for arrival in islice(stream.arrivals("q", 1), 20_000)]
    assert sum(late) / len(late) == pytest.approx(2 / 3, abs=0.015)


def test_work_and_patience_last_as_long_as_asked_for_in_the_mean() -> None:
    crowd = replace(CROWD, work=lognormal(200, 0.8), patience=exponential(500))
    arrivals = [arrival for _, arrival in first(crowd, 20_000)]
    assert fmean(arrival.work for arrival in arrivals) == pytest.approx(200, rel=0.03)
    assert fmean(arrival.patience or 0 for arrival in arrivals) == pytest.approx(500, rel=0.03)


def test_habits_are_as_frequent_as_asked_for() -> None:
    shares = Shares(drops=0.2, settles=0.1, callbacks=0.3, silent=0.5, verifies=0.25, calls=0)
    habits = [arrival.habits for _, arrival in first(replace(CROWD, shares=shares), 10_000)]
    for share, has in (
        (shares.drops, [one.drops_after is not None for one in habits]),
        (shares.settles, [one.settles_after is not None for one in habits]),
        (shares.callbacks, [one.asks_callback_after is not None for one in habits]),
        (shares.silent, [one.leaves_silently for one in habits]),
        (shares.verifies, [one.verifies for one in habits]),
    ):
        assert sum(has) / len(has) == pytest.approx(share, abs=0.02)


def test_other_habits_leave_arrivals_work_and_patience_as_they_were() -> None:
    plain, lively = first(CROWD, 200), first(replace(CROWD, shares=EVERYBODY), 200)
    assert [(queue, one.at, one.work, one.patience) for queue, one in plain] == [
        (queue, one.at, one.work, one.patience) for queue, one in lively
    ]


def test_who_rings_up_neither_drops_nor_settles_nor_asks_for_a_callback() -> None:
    for _, arrival in first(replace(CROWD, shares=replace(EVERYBODY, calls=1)), 100):
        habits = arrival.habits
        assert habits.calls
        assert (habits.drops_after, habits.settles_after, habits.asks_callback_after) == (None, None, None)


def test_an_agents_breaks_alternate_with_work_and_are_as_long_as_breaks_are() -> None:
    changes = list(islice(shift("amira", 7), 40))
    assert [is_taking for _, is_taking in changes[:4]] == [False, True, False, True]
    for (begins, _), (ends, is_taking) in pairwise(changes):
        if is_taking:
            assert BREAK[0] <= ends - begins <= BREAK[1]


def test_the_rota_is_everybodys_shifts_together() -> None:
    taking = {"amira", "ben"}
    of_each = sorted((at, agent, on) for agent in CROWD.agents for at, on in islice(shift(agent, CROWD.name), 20))
    for (at, agent, on), (rota_at, told) in zip(of_each[:20], CROWD.shifts(), strict=False):
        taking = taking | {agent} if on else taking - {agent}
        assert (rota_at, told) == (at, frozenset(taking))
