"""The crowd in virtual time: theory's figures where theory has some, and each habit with the effect that it has."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

import pytest

from bench.simulation.theory import erlang_a, erlang_c
from practice.arrivals import Arrival, Habits, Stream
from practice.crowd import HOUR, Crowd, Shares
from practice.desk import Agent, Desk
from practice.draws import exponential
from practice.dry import Counting, simulate
from practice.hands import CHATS, VOICE, speeds_of
from practice.tally import Counts, Tally

WORK = 200.0
NOBODY = Shares(drops=0, settles=0, callbacks=0, silent=0, verifies=0)
MARKOV = Crowd(
    {"q": 1},
    agents=tuple(f"a{n}" for n in range(10)),
    work=exponential(WORK),
    patience=exponential(2 * WORK),
    slots=1,
    shares=NOBODY,
    has_breaks=False,
)


def of_load(load: float, crowd: Crowd = MARKOV) -> Crowd:
    return replace(crowd, arrivals_per_hour=load * HOUR / WORK)


def counted(crowd: Crowd, hours: float) -> Counts:
    return simulate(crowd, hours * HOUR).total


def had_to_wait(counts: Counts) -> float:
    at_once = sum(wait == 0 for wait in counts.waits)
    return 1 - at_once / counts.came


def test_a_dry_run_is_the_same_each_time_and_another_with_another_seed() -> None:
    crowd = replace(Crowd({"cards": 2, "accounts": 1}, ("amira", "ben")), arrivals_per_hour=90)
    assert simulate(crowd, 8 * HOUR) == simulate(crowd, 8 * HOUR)
    assert simulate(crowd, 8 * HOUR) != simulate(replace(crowd, seed=8), 8 * HOUR)


def test_with_abandonment_the_line_is_that_of_erlang_a() -> None:
    counts = counted(of_load(11), 300)
    waiting, gone = erlang_a(11, 10, 0.5)
    assert counts.came > 50_000
    assert counts.abandoned / counts.came == pytest.approx(gone, abs=0.008)
    assert had_to_wait(counts) == pytest.approx(waiting, abs=0.02)


def test_without_abandonment_the_line_is_that_of_erlang_c() -> None:
    counts = counted(of_load(8, replace(MARKOV, patience=None)), 400)
    assert had_to_wait(counts) == pytest.approx(erlang_c(10, 8), abs=0.02)
    mean = sum(counts.waits) / len(counts.waits)
    assert mean == pytest.approx(erlang_c(10, 8) * WORK / (10 - 8), rel=0.12)


def test_everybody_who_came_is_somewhere() -> None:
    counts = counted(Crowd({"cards": 1}, ("amira", "ben"), arrivals_per_hour=200), 20)
    assert counts.came == counts.served + counts.abandoned + counts.contained + counts.waiting
    assert counts.served == len(counts.waits)
    assert counts.longest >= max(counts.waits)
    assert min(counts.contained, counts.callbacks, counts.dropped, counts.abandoned) > 0


def test_who_drops_loses_time_and_no_place() -> None:
    """Drops and returns of others make nobody give up more often: the line moves as before."""
    plain, dropping = (
        counted(of_load(11, replace(MARKOV, shares=replace(NOBODY, drops=share))), 200) for share in (0.0, 0.5)
    )
    assert dropping.dropped > 1000
    assert dropping.abandoned / dropping.came == pytest.approx(plain.abandoned / plain.came, abs=0.02)


@dataclass(frozen=True, slots=True)
class Given(Stream):
    """Exactly these callers, and nobody afterwards."""

    who: tuple[Arrival, ...] = ()

    def arrivals(self, queue: str, seed: int | str) -> Iterator[Arrival]:
        yield from self.who
        yield from (Arrival(1e9 + n, 1.0, None) for n in count())


def served_in_order(*who: Arrival, seconds: float = 1000) -> tuple[list[float], Counts]:
    """One agent, one contact at a time: the waits in the order of service."""
    tally = Tally.of(["q"])
    stream = Given(peak=1.0, work=lambda draw: 1.0, who=who)
    Desk([Agent("amira", ["q"], VOICE)], {"q": stream}, Counting(tally), seed=1).run_for(seconds)
    return tally.total.waits, tally.total


def test_who_is_away_is_passed_over_and_comes_first_when_back() -> None:
    away = Habits(drops_after=10, away_seconds=100)
    waits, counts = served_in_order(
        Arrival(0, 50, None), Arrival(1, 50, None, away), Arrival(2, 100, None), Arrival(3, 50, None)
    )
    assert waits == [0, 50 - 2, 150 - 1, 200 - 3], "the third is served meanwhile, the fourth is not"
    assert counts.dropped == 1


def test_who_comes_back_while_an_agent_is_free_is_taken_at_once() -> None:
    away = Habits(drops_after=10, away_seconds=100)
    waits, _ = served_in_order(Arrival(0, 50, None), Arrival(1, 50, None, away))
    assert waits == [0, 110]


def test_who_settles_gives_up_the_place_and_who_asked_for_a_callback_outlasts_all_patience() -> None:
    waits, counts = served_in_order(
        Arrival(0, 100, None),
        Arrival(1, 50, 60, Habits(settles_after=30)),
        Arrival(2, 50, 60, Habits(asks_callback_after=30)),
        Arrival(3, 50, 60),
    )
    assert waits == [0, 98]
    assert (counts.contained, counts.abandoned, counts.callbacks) == (1, 1, 1)


def test_more_chats_in_one_agents_hands_go_slower_each_and_faster_together() -> None:
    assert speeds_of(1) == VOICE
    assert speeds_of(3) == CHATS
    together = [speed * (n + 1) for n, speed in enumerate(speeds_of(6))]
    assert together == sorted(together)
    assert together[3:] == pytest.approx([CHATS[-1] * 3] * 3), "beyond three nothing more gets done"


def test_chance_of_a_crowd_is_its_own() -> None:
    """What anybody else draws from the shared source of chance changes nothing."""
    crowd = Crowd({"cards": 1}, ("amira",))
    before = simulate(crowd, HOUR)
    random.seed(1)
    assert simulate(crowd, HOUR) == before
