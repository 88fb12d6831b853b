"""How often something may be tried, here and beside other processes."""

from __future__ import annotations

import pytest
from doubles import MovedClock

from assistant.adapters.memory_bus import MemoryBus
from assistant.edge import limits
from assistant.edge.limits import TOPIC, Limits
from assistant.model.errors import Refused


def tries(limit: Limits, count: int, key: str = "claim:192.0.2.7", most: int = 3) -> int:
    """How many of so many tries pass."""
    passed = 0
    for _ in range(count):
        try:
            limit.check(key, most, 60)
            passed += 1
        except Refused as refused:
            assert refused.code == "too_many_tries"
    return passed


def test_a_window_slides() -> None:
    clock = MovedClock()
    limit = Limits(clock)
    assert tries(limit, 2) == 2
    clock.advance(30)
    assert tries(limit, 2) == 1
    clock.advance(31)
    assert tries(limit, 5) == 2


def test_a_refusal_says_how_long_to_wait() -> None:
    clock = MovedClock()
    limit = Limits(clock)
    tries(limit, 3)
    clock.advance(20)
    with pytest.raises(Refused) as refused:
        limit.check("claim:192.0.2.7", 3, 60)
    assert refused.value.details["retry_after_seconds"] == 40.0


def test_each_key_has_a_window_of_its_own() -> None:
    limit = Limits(MovedClock())
    assert tries(limit, 5, "claim:192.0.2.7") == 3
    assert tries(limit, 5, "claim:192.0.2.8") == 3


def test_what_passes_in_one_process_counts_in_the_others() -> None:
    clock, bus = MovedClock(), MemoryBus()
    here, there = Limits(clock, bus), Limits(clock, bus)
    assert tries(here, 2) == 2
    assert tries(there, 5) == 1
    assert tries(here, 5) == 0
    clock.advance(61)
    assert tries(here, 5) == 3


def test_what_is_refused_counts_nowhere() -> None:
    clock, bus = MovedClock(), MemoryBus()
    here, there = Limits(clock, bus), Limits(clock, bus)
    tries(here, 50)
    clock.advance(61)
    assert tries(there, 5) == 3


def test_what_concerns_one_process_is_not_told() -> None:
    clock, bus = MovedClock(), MemoryBus()
    here, there = Limits(clock, bus), Limits(clock, bus)
    for _ in range(3):
        here.check_here("frames:1", 3, 60)
    with pytest.raises(Refused):
        here.check_here("frames:1", 3, 60)
    there.check_here("frames:1", 3, 60)


def test_a_notice_that_tells_nothing_changes_nothing() -> None:
    bus = MemoryBus()
    limit = Limits(MovedClock(), bus)
    bus.publish(TOPIC, {})
    assert tries(limit, 5) == 3


def test_who_is_told_of_tries_learns_no_address() -> None:
    bus = MemoryBus()
    told: list[object] = []
    bus.subscribe(TOPIC, told.append)
    Limits(MovedClock(), bus).check("claim-code:48214821", 3, 60)
    assert told
    assert "48214821" not in str(told)


def test_switched_off_it_lets_everything_pass() -> None:
    assert tries(Limits(MovedClock(), is_on=False), 50) == 50


def test_keys_whose_window_is_over_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_KEYS", 10)
    clock = MovedClock()
    limit = Limits(clock)
    for n in range(11):
        limit.check(f"join:{n}", 3, 60)
    clock.advance(61)
    limit.check("join:12", 3, 60)
    assert len(limit._tries) == 1


def test_many_short_windows_do_not_have_a_long_one_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_KEYS", 10)
    clock = MovedClock()
    limit = Limits(clock)
    assert tries(limit, 3) == 3
    clock.advance(5)
    for n in range(50):
        limit.check_here(f"frames:{n}", 20, 1)
    assert tries(limit, 1) == 0
