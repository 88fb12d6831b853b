"""What the predictor learns: how fast agents work, how long callers stay, how good its ranges are."""

from __future__ import annotations

import math
import random

import pytest

from assistant.model.waiting.calibration import Calibration
from assistant.model.waiting.fading import Fading
from assistant.model.waiting.patience import PRIOR_SECONDS, Patience
from assistant.model.waiting.services import Team
from assistant.model.waiting.sharing import allotted


def services(team: Team, seconds: float, count: int, at: float = 0.0, in_hand: int = 1) -> float:
    """So many contacts finished one after the other by an agent with as many in hand; the time afterwards."""
    for _ in range(count):
        at += seconds / in_hand
        team.worked(in_hand, seconds / in_hand, at, finished=True)
    return at


def test_before_anything_was_seen_the_expectation_counts() -> None:
    assert Team(slots=1).rate(300) == pytest.approx(1 / 300)
    assert Team(slots=3).rate(300) == pytest.approx(3 / 300)


def test_what_was_seen_outweighs_the_expectation_with_time() -> None:
    few, many = Team(slots=1), Team(slots=1)
    services(few, 100, 10)
    services(many, 100, 2000)
    assert 1 / few.rate(300) == pytest.approx(200, rel=0.02)
    assert 1 / many.rate(300) == pytest.approx(100, rel=0.001)


def test_an_agent_with_three_chats_finishes_what_agents_with_three_chats_finished() -> None:
    team = Team(slots=3)
    at = services(team, 300, 200, in_hand=1)
    assert team.rate(300) == pytest.approx(3 / 300, rel=0.01), "until three at once were seen"
    services(team, 600, 200, at, in_hand=3)
    assert team.rate(300) == pytest.approx(3 / 600, rel=0.05)


def test_time_spent_on_offers_that_came_to_nothing_slows_the_line() -> None:
    team = Team(slots=1)
    at = 0.0
    for _ in range(300):
        at = services(team, 100, 1, at) + 20
        team.worked(1, 20, at, finished=False)
    assert 1 / team.rate(100) == pytest.approx(120, rel=0.01)


def test_services_that_become_longer_are_noticed_within_the_hour() -> None:
    draw = random.Random(7)
    team, at = Team(slots=1), 0.0
    for _ in range(2000):
        at += draw.expovariate(1 / 300) / 10
        team.worked(1, draw.expovariate(1 / 300), at, finished=True)
    assert 1 / team.rate(300) == pytest.approx(300, rel=0.15)
    for _ in range(80):
        at += 60.0
        team.worked(1, draw.expovariate(1 / 600), at, finished=True)
    assert 1 / team.rate(300) == pytest.approx(600, rel=0.25)


def test_a_quiet_night_forgets_nothing() -> None:
    team = Team(slots=1)
    at = services(team, 100, 500)
    before = team.rate(900)
    services(team, 100, 1, at + 12 * 3600)
    assert team.rate(900) == pytest.approx(before, rel=0.01)


def test_memory_is_the_longer_of_a_time_and_a_count() -> None:
    busy, slow = Fading(seconds=3600, count=100), Fading(seconds=3600, count=100)
    for n in range(1001):
        busy.next(n * 1.0)
        slow.next(n * 3600.0)
    assert busy.weight == pytest.approx(math.exp(1000 / 3600))
    assert slow.weight == pytest.approx(math.exp(1000 / 100))


def test_weights_that_grow_out_of_hand_are_divided_out_without_a_trace() -> None:
    team, patience, calibration = Team(slots=1), Patience(), Calibration()
    for n in range(30_000):
        at = n * 1000.0
        team.worked(1, 100.0, at, finished=True)
        patience.ended(50.0, at, was_served=n % 2 == 0)
        calibration.ended(waited=50, predicted=50, place=(n % 10) / 10, share_staying=1.0, was_kept=n % 5 > 0, at=at)
    assert 1 / team.rate(300) == pytest.approx(100)
    assert patience.rate == pytest.approx(0.5 / 50, rel=0.01)
    assert calibration.coverage == pytest.approx(0.8, abs=0.01)


def test_abandonments_are_counted_over_all_the_time_waited() -> None:
    patience = Patience()
    for n in range(4000):
        patience.ended(60.0, n * 5.0, was_served=n % 10 > 0)
    assert patience.rate == pytest.approx(1 / 600, rel=0.02)


def test_before_anyone_has_left_callers_are_taken_for_patient() -> None:
    assert Patience().rate == pytest.approx(1 / PRIOR_SECONDS)
    assert Patience().stays(600) == pytest.approx(math.exp(-600 / PRIOR_SECONDS))


def test_the_hazard_is_fitted_though_most_waits_are_cut_short_by_service() -> None:
    """Erlang-10 patience of 300 s: hardly anybody leaves in the first two minutes, many in the fifth."""
    draw, patience = random.Random(11), Patience()
    for n in range(20_000):
        stays, served_after = draw.gammavariate(10, 30), draw.uniform(100, 400)
        patience.ended(min(stays, served_after), n * 2.0, was_served=served_after < stays)
    assert patience.between(0, 100) < 0.0002
    assert patience.between(280, 320) == pytest.approx(0.0083, rel=0.15)
    assert patience.stays(300) == pytest.approx(0.458, abs=0.03)


def test_exponential_patience_is_the_same_at_every_age() -> None:
    draw, patience = random.Random(12), Patience()
    for n in range(20_000):
        stays, served_after = draw.expovariate(1 / 600), draw.expovariate(1 / 300)
        patience.ended(min(stays, served_after), n * 2.0, was_served=served_after < stays)
    for youngest, oldest in ((0, 60), (100, 300), (0, 600)):
        assert patience.between(youngest, oldest) == pytest.approx(1 / 600, rel=0.2)


def test_a_range_that_was_too_narrow_is_read_off_further_out() -> None:
    draw, calibration = random.Random(13), Calibration()
    for n in range(4000):
        place = min(max(draw.gauss(0.5, 0.4), 0.0), 1.0)
        kept = calibration.levels[0] <= place <= calibration.levels[1]
        calibration.ended(waited=1, predicted=1, place=place, share_staying=1.0, was_kept=kept, at=n * 1.0)
    low, high = calibration.levels
    assert low < 0.05
    assert high > 0.95
    assert calibration.factor == pytest.approx(1.0)


def test_a_prediction_that_is_a_third_too_long_is_corrected() -> None:
    calibration = Calibration()
    for n in range(2000):
        calibration.ended(waited=90, predicted=120, place=0.3, share_staying=1.0, was_kept=True, at=n * 1.0)
    assert calibration.factor == pytest.approx(0.75, abs=0.03)


def test_who_was_served_after_a_long_wait_stands_for_those_who_left() -> None:
    calibration = Calibration()
    for n in range(1000):
        is_long = n % 2 == 0
        staying = 0.25 if is_long else 1.0
        calibration.ended(
            waited=1, predicted=1, place=0.5, share_staying=staying, was_kept=not is_long, at=n * 1.0
        )  # fmt: skip
    assert calibration.coverage == pytest.approx(0.2, abs=0.01)


def test_ranges_that_are_mostly_wrong_are_poor_once_enough_were_scored() -> None:
    calibration = Calibration()
    for n in range(40):
        assert not calibration.is_poor or n >= 30
        calibration.ended(waited=9, predicted=1, place=1.0, share_staying=1.0, was_kept=False, at=n * 60.0)
    assert calibration.is_poor


def test_agents_of_one_queue_give_it_everything() -> None:
    assert allotted("a", {"a": 3, "b": 9}, {frozenset("a"): 2.0, frozenset("b"): 5.0}) == (2.0, 2.0)


def test_agents_of_both_queues_serve_whoever_is_older() -> None:
    of_it, in_all = allotted("a", {"a": 3, "b": 9}, {frozenset("ab"): 4.0})
    assert (3 / of_it, in_all) == (pytest.approx(12 / 4), 4.0)


def test_nobody_waits_elsewhere_so_shared_agents_come_at_once() -> None:
    assert allotted("a", {"a": 3, "b": 0}, {frozenset("a"): 1.0, frozenset("ab"): 4.0}) == (5.0, 5.0)


def test_shared_agents_help_the_line_that_would_lag_behind_until_both_drain_together() -> None:
    teams = {frozenset("a"): 1.0, frozenset("ab"): 1.0}
    for queue in "ab":
        of_it, _ = allotted(queue, {"a": 5, "b": 5}, teams)
        assert 5 / of_it == pytest.approx(10 / 2, rel=0.06)


def test_a_line_that_drains_faster_by_its_own_agents_gets_no_help() -> None:
    teams = {frozenset("a"): 10.0, frozenset("ab"): 1.0}
    of_a, _ = allotted("a", {"a": 5, "b": 5}, teams)
    of_b, _ = allotted("b", {"a": 5, "b": 5}, teams)
    assert of_a == pytest.approx(10.0, rel=0.01)
    assert of_b == pytest.approx(1.0, rel=0.02)
