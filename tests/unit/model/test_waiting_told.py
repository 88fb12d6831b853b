"""What one caller is told over time, and a whole line at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model.waiting import (
    NOBODY_SERVES,
    UNKNOWN,
    Curve,
    Forecast,
    Longer,
    Outlook,
    Pace,
    Told,
    WaitRange,
    mean,
    quantile,
    told,
    wait_range,
    why_longer,
)

PACE = Pace(slots=10, service_rate=1 / 300, abandon_rate=1 / 600)


def outlook(ahead: int, pace: Pace = PACE) -> Outlook:
    return Outlook(wait_range(ahead, pace), pace.slots, pace.capacity)


def test_asterisk_labs_the_told_wait_does_not_grow_once_the_estimate_has_elapsed() -> None:
    """Asterisk announces `labs((holdtime + 30) - (now - start))`: past the estimate, longer with every minute."""
    asterisk = [abs(180 + 30 - elapsed) // 60 for elapsed in range(0, 601, 60)]
    assert asterisk[-1] > asterisk[3], "the failure this test is named after"
    last = told(None, 3, outlook(3))
    for _ in range(10):
        following = told(last, 3, outlook(3))
        assert following.wait == last.wait
        assert why_longer(last, following) is None
        last = following


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.sampled_from([1.0, 0.97, 0.93, 0.5, 2.0]), st.floats(0.5, 2.0)), max_size=30
    )
)
def test_what_is_told_rises_only_when_more_are_ahead_or_capacity_falls(steps: list[tuple[int, float, float]]) -> None:
    last: Told | None = None
    for ahead, capacity, wander in steps:
        pace = Pace(10 * capacity, 1 / 300, 1 / 600 / wander)
        now = told(last, ahead, outlook(ahead, pace))
        assert now.wait.low_seconds is not None and now.wait.high_seconds is not None
        assert now.wait.low_seconds <= now.wait.high_seconds
        if last is not None and ahead <= last.ahead and pace.capacity >= 0.9 * last.capacity:
            assert last.wait.high_seconds is not None and last.wait.low_seconds is not None
            assert now.wait.high_seconds <= last.wait.high_seconds
            assert now.wait.low_seconds <= last.wait.low_seconds
            assert why_longer(last, now) is None
        last = now


def test_a_place_that_got_worse_is_told_with_its_reason() -> None:
    before = told(None, 3, outlook(3))
    now = told(before, 4, outlook(4))
    assert (now.wait, why_longer(before, now)) == (wait_range(4, PACE), Longer.MORE_AHEAD)


@pytest.mark.parametrize(
    ("slower", "why"),
    [
        (Pace(7, 1 / 300, 1 / 600), Longer.FEWER_AGENTS),
        (Pace(10, 1 / 420, 1 / 600), Longer.LONGER_SERVICES),
    ],
)
def test_a_line_that_is_served_slower_makes_a_longer_wait_with_its_reason(slower: Pace, why: Longer) -> None:
    before = told(None, 3, outlook(3))
    now = told(before, 3, outlook(3, slower))
    assert (now.wait, why_longer(before, now)) == (wait_range(3, slower), why)


def test_a_slow_decline_is_told_when_it_has_become_one() -> None:
    """Each step is within an estimate's wandering; ten of them are not."""
    first = last = told(None, 3, outlook(3))
    reasons = []
    for step in range(1, 11):
        now = told(last, 3, outlook(3, Pace(10 - 0.3 * step, 1 / 300, 1 / 600)))
        reasons.append(why_longer(last, now))
        last = now
    assert Longer.FEWER_AGENTS in reasons
    assert last.wait.high_seconds > first.wait.high_seconds  # type: ignore[operator]


def test_a_shorter_wait_is_told_at_once_and_holds() -> None:
    before = told(None, 9, outlook(9))
    now = told(before, 3, outlook(3))
    assert (now.wait, why_longer(before, now)) == (wait_range(3, PACE), None)


def test_nobody_serves_any_more_so_nothing_is_claimed() -> None:
    now = told(told(None, 3, outlook(3)), 3, NOBODY_SERVES)
    assert now.wait == UNKNOWN
    assert told(now, 3, outlook(3)).wait == wait_range(3, PACE)


def forecasts(asked: list[int] | None = None) -> Callable[[int], Forecast]:
    def forecast(ahead: int) -> Forecast:
        if asked is not None:
            asked.append(ahead)
        return Forecast(ahead, PACE, True, mean(ahead, PACE), quantile(ahead, PACE, 0.1), quantile(ahead, PACE, 0.9))

    return forecast


def test_the_first_ranks_of_a_line_are_exact_and_the_others_nearly() -> None:
    curve = Curve(forecasts())
    for ahead in range(20):
        assert curve.outlook(ahead) == outlook(ahead)
    for ahead in (21, 33, 100, 999, 5000, 123_456):
        near, exact = curve.outlook(ahead).wait, wait_range(ahead, PACE)
        assert near.low_seconds == pytest.approx(exact.low_seconds, rel=0.005)
        assert near.high_seconds == pytest.approx(exact.high_seconds, rel=0.005)


def test_ten_thousand_callers_who_ask_at_once_cost_a_hundred_forecasts() -> None:
    asked: list[int] = []
    curve = Curve(forecasts(asked))
    ranges = [curve.outlook(ahead).wait for ahead in range(10_000)]
    assert len(asked) < 120
    tops = [wait.high_seconds or 0 for wait in ranges]
    assert tops == sorted(tops)


def test_a_line_nobody_serves_is_unknown_at_every_rank() -> None:
    curve = Curve(lambda ahead: None)
    assert [curve.outlook(ahead).wait for ahead in (0, 50)] == [WaitRange(None, None)] * 2
