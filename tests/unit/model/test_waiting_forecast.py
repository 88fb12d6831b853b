"""The predictor as a whole: what it knows when, and what it must not be led astray by."""

from __future__ import annotations

import time

import pytest

from assistant.model.contact import AgentId, ContactId, QueueId
from assistant.model.waiting import Forecaster, Taker

A, B = QueueId("a"), QueueId("b")


def takers(count: int, *queues: QueueId, slots: int = 1, is_taking: bool = True, prefix: str = "x") -> list[Taker]:
    return [Taker(AgentId(f"{prefix}{n}"), frozenset(queues), slots, is_taking) for n in range(count)]


@pytest.fixture
def desk() -> Forecaster:
    """Two queues of 300 s, ten agents for the first, all of them busy."""
    forecaster = Forecaster({A: 300.0, B: 300.0})
    forecaster.staffed(takers(10, A), 0.0)
    for n in range(10):
        forecaster.taken(AgentId(f"x{n}"), ContactId(f"busy{n}"), 0.0)
    return forecaster


def wait(forecaster: Forecaster, ahead: int, queue: QueueId = A, at: float = 0.0) -> float:
    forecast = forecaster.forecast(queue, ahead, at)
    assert forecast is not None
    return forecast.mean_seconds


def test_nobody_serves_the_queue_so_nothing_is_foretold(desk: Forecaster) -> None:
    assert desk.forecast(B, 0, 0.0) is None
    desk.staffed(takers(10, A, is_taking=False), 1.0)
    assert desk.forecast(A, 0, 1.0) is None
    assert desk.entered(A, ContactId("c"), 2.0) is None


def test_the_first_waits_are_foretold_by_the_tenants_expectation(desk: Forecaster) -> None:
    assert wait(desk, 0) == pytest.approx(30, rel=0.01)
    assert 30 * 7 * 0.85 < wait(desk, 6) < 30 * 7


def test_agents_who_stop_taking_count_no_more_and_what_they_finish_still_teaches(desk: Forecaster) -> None:
    before = wait(desk, 0)
    desk.staffed([*takers(5, A), *takers(10, A, is_taking=False)[5:]], 0.0)
    assert wait(desk, 0) == pytest.approx(2 * before)
    for n in range(10):
        desk.freed(ContactId(f"busy{n}"), 60.0)
    assert wait(desk, 0) < 1.5 * before


def test_a_forecast_is_scored_only_for_who_had_to_wait(desk: Forecaster) -> None:
    assert desk.entered(A, ContactId("waits"), 1.0) is not None
    desk.freed(ContactId("busy0"), 2.0)
    assert desk.entered(A, ContactId("at once"), 2.0) is None


def test_callers_of_another_queue_who_wait_longer_take_shared_agents_first() -> None:
    forecaster = Forecaster({A: 300.0, B: 300.0})
    forecaster.staffed(takers(10, A, B), 0.0)
    alone = wait(forecaster, 0)
    for n in range(5):
        forecaster.entered(B, ContactId(f"b{n}"), 10.0 + n)
    assert wait(forecaster, 0, at=20.0) == pytest.approx(6 * alone, rel=0.05)
    forecaster.entered(A, ContactId("before them"), 9.0)
    assert wait(forecaster, 0, at=20.0) == pytest.approx(alone, rel=0.02)


def test_a_callback_that_has_stood_first_for_hours_makes_nobody_older() -> None:
    forecaster = Forecaster({A: 300.0})
    for n in range(2000):  # callers lose patience after five minutes, then hardly any are left to leave
        forecaster.entered(A, ContactId(f"gone{n}"), n * 10.0)
        forecaster.left(A, ContactId(f"gone{n}"), n * 10.0 + (300 if n % 2 else 200), was_served=n % 2 == 0)
    forecaster.staffed(takers(10, A), 20_400.0)
    for n in range(8):
        forecaster.entered(A, ContactId(f"c{n}"), 20_400.0 + n)
    before = wait(forecaster, 8, at=20_408.0)
    forecaster.left(A, ContactId("c0"), 20_408.0, was_served=True)
    forecaster.entered(A, ContactId("callback"), 20_408.0, place_at=9_000.0)
    assert wait(forecaster, 8, at=20_408.0) == pytest.approx(before, rel=0.1)


def test_a_place_with_a_head_start_is_before_those_who_came_first(desk: Forecaster) -> None:
    for n in range(4):
        desk.entered(A, ContactId(f"c{n}"), 100.0 + n)
    forecast = desk.entered(A, ContactId("urgent"), 110.0, place_at=50.0)
    assert forecast is not None
    assert forecast.ahead == 0


def test_time_in_which_nothing_was_seen_slows_nobody(desk: Forecaster) -> None:
    before = wait(desk, 3)
    desk.resumed(12 * 3600.0)
    for n in range(10):
        desk.freed(ContactId(f"busy{n}"), 12 * 3600.0 + 300.0)
    assert wait(desk, 3, at=12 * 3600.0 + 300.0) == pytest.approx(before, rel=0.02)


def test_what_is_told_twice_or_of_unknown_contacts_changes_nothing(desk: Forecaster) -> None:
    before = wait(desk, 3)
    desk.taken(AgentId("nobody"), ContactId("c"), 1.0)
    desk.taken(AgentId("x1"), ContactId("busy0"), 1.0)
    desk.freed(ContactId("never"), 1.0)
    desk.left(A, ContactId("never"), 1.0, was_served=True)
    assert wait(desk, 3) == before


def test_an_agent_who_is_gone_for_good_takes_the_work_in_hand_along(desk: Forecaster) -> None:
    desk.staffed(takers(9, A), 5.0)
    desk.freed(ContactId("busy9"), 9.0)
    desk.staffed(takers(10, A), 10.0)
    desk.taken(AgentId("x9"), ContactId("busy9"), 10.0)
    assert desk.entered(A, ContactId("c"), 11.0) is not None


def test_a_call_takes_all_slots_and_is_expected_as_one_contact_per_agent() -> None:
    forecaster = Forecaster({A: 300.0})
    forecaster.staffed(takers(2, A, slots=3), 0.0)
    call, chat = forecaster.forecast(A, 0, 0.0, takes_all=True), forecaster.forecast(A, 0, 0.0)
    assert call is not None and chat is not None
    assert call.mean_seconds == pytest.approx(3 * chat.mean_seconds)
    forecaster.taken(AgentId("x0"), ContactId("call"), 0.0, takes_all=True)
    forecaster.taken(AgentId("x1"), ContactId("call too"), 0.0, takes_all=True)
    assert forecaster.entered(A, ContactId("c"), 1.0) is not None, "nobody is free beside a call"


def test_ranges_that_prove_wrong_are_known_as_poor(desk: Forecaster) -> None:
    for n in range(60):
        contact = ContactId(f"c{n}")
        desk.entered(A, contact, n * 1.0)
        desk.left(A, contact, n * 1.0 + 5000, was_served=True)
    assert desk.is_poor(A)
    assert (desk.coverage(A) or 0.0) < 0.5
    assert desk.coverage(B) is None


def test_a_forecast_with_a_thousand_ahead_takes_less_than_a_millisecond() -> None:
    """The share of one core is measured, not the time on the wall: the machine may be busy."""
    forecaster = Forecaster({A: 300.0, B: 300.0})
    forecaster.staffed([*takers(50, A), *takers(50, A, B, prefix="y")], 0.0)
    for n in range(1000):
        forecaster.entered(A, ContactId(f"a{n}"), n * 1.0)
        forecaster.entered(B, ContactId(f"b{n}"), n * 1.0)
    began = time.process_time()
    for _ in range(200):
        forecaster.forecast(A, 1000, 1000.0)
    assert (time.process_time() - began) / 200 < 0.001


def test_a_place_that_moves_to_another_line_teaches_no_impatience() -> None:
    def twenty_callers(moves: bool) -> float:
        forecaster = Forecaster({A: 300.0, B: 300.0})
        forecaster.staffed(takers(1, A), 0.0)
        forecaster.taken(AgentId("x0"), ContactId("busy"), 0.0)
        for n in range(20):
            forecaster.entered(A, ContactId(f"c{n}"), 10.0 * n)
            if moves:
                forecaster.moved(A, ContactId(f"c{n}"))
            else:
                forecaster.left(A, ContactId(f"c{n}"), 10.0 * n + 5, was_served=False)
        return wait(forecaster, 5, at=200.0)

    untaught = Forecaster({A: 300.0, B: 300.0})
    untaught.staffed(takers(1, A), 0.0)
    untaught.taken(AgentId("x0"), ContactId("busy"), 0.0)
    assert twenty_callers(moves=True) == pytest.approx(wait(untaught, 5, at=200.0))
    assert twenty_callers(moves=False) < 0.8 * twenty_callers(moves=True)
