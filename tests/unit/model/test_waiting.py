"""The predicted wait against exact values, its limits and a simulation (Ibrahim & Whitt 2009, QL_m)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, gamma

from assistant.model.waiting import (
    UNKNOWN,
    Pace,
    WaitRange,
    chance_served,
    chance_within,
    mean,
    quantile,
    wait_range,
)

EXAMPLE = Pace(slots=10, service_rate=1 / 300, abandon_rate=1 / 600)
paces = st.builds(
    Pace,
    slots=st.floats(0.3, 200),
    service_rate=st.floats(1 / 3600, 1 / 10),
    abandon_rate=st.floats(1e-6, 1 / 30),
)


def test_the_worked_example_of_ten_agents_and_six_ahead() -> None:
    assert wait_range(6, EXAMPLE) == WaitRange(102, 277)


def test_the_quantile_is_that_of_the_exact_distribution() -> None:
    for ahead in (0, 1, 6, 50, 1000):
        for p in (0.1, 0.5, 0.9):
            exact = -np.log(beta.ppf(1 - p, 10 * (1 / 300) / (1 / 600), ahead + 1)) * 600
            assert quantile(ahead, EXAMPLE, p) == pytest.approx(exact, rel=1e-6)


def test_where_nobody_abandons_the_quantile_is_the_gamma_distribution_s() -> None:
    patient = Pace(10, 1 / 300, 0.0)
    for p in (0.1, 0.9):
        assert quantile(6, patient, p) == pytest.approx(gamma.ppf(p, 7, scale=30))


def test_hardly_any_abandonment_is_hardly_any_difference() -> None:
    patient, hardly = Pace(10, 1 / 300, 0.0), Pace(10, 1 / 300, 1e-7)
    assert quantile(6, hardly, 0.9) == pytest.approx(quantile(6, patient, 0.9), rel=1e-3)


@pytest.mark.parametrize("ahead", [0, 6, 40])
def test_the_announced_range_holds_for_eight_of_ten_simulated_callers(ahead: int) -> None:
    draw = np.random.default_rng(4821)
    rates = [10 / 300 + i / 600 for i in range(ahead + 1)]
    waits = sum(draw.exponential(1 / rate, 20_000) for rate in rates)
    said = wait_range(ahead, EXAMPLE)
    covered = np.mean((waits >= said.low_seconds) & (waits <= said.high_seconds))
    assert covered == pytest.approx(0.80, abs=0.015)


@given(paces, st.integers(0, 500))
def test_a_range_is_in_order_and_longer_for_who_stands_further_behind(pace: Pace, ahead: int) -> None:
    here, behind = wait_range(ahead, pace), wait_range(ahead + 1, pace)
    assert here.low_seconds is not None and here.high_seconds is not None
    assert behind.low_seconds is not None and behind.high_seconds is not None
    assert 0 <= here.low_seconds <= here.high_seconds
    assert behind.low_seconds >= here.low_seconds
    assert behind.high_seconds >= here.high_seconds


@pytest.mark.parametrize("pace", [None, Pace(0, 1 / 300, 0), Pace(3, 0, 0)])
def test_without_agents_or_a_pace_the_wait_is_unknown_and_never_nothing(pace: Pace | None) -> None:
    assert wait_range(3, pace) == UNKNOWN
    assert UNKNOWN.as_data() == {"low_seconds": None, "high_seconds": None, "known": False}
    assert not UNKNOWN.is_known


def test_ten_thousand_ahead_are_still_a_finite_number() -> None:
    said = wait_range(10_000, EXAMPLE)
    assert said.high_seconds is not None
    assert 0 < said.high_seconds < 10_000 * 30


def test_the_mean_is_the_sum_of_the_mean_steps() -> None:
    assert mean(6, EXAMPLE) == pytest.approx(sum(1 / (10 / 300 + i / 600) for i in range(7)))
    assert mean(6, Pace(10, 1 / 300, 0.0)) == pytest.approx(7 * 30)


@given(paces, st.integers(0, 300), st.floats(0.02, 0.98))
def test_the_chance_to_be_served_within_a_quantile_is_its_probability(pace: Pace, ahead: int, p: float) -> None:
    assert chance_within(ahead, pace, quantile(ahead, pace, p)) == pytest.approx(p, abs=1e-4)


def test_three_of_four_callers_behind_six_places_stay_until_served() -> None:
    assert chance_served(6, EXAMPLE) == pytest.approx(0.741, abs=0.0005)
    assert chance_served(6, Pace(10, 1 / 300, 0.0)) == 1.0
