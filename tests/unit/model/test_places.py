"""Instants and orders are exact to the microsecond."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from assistant.model.contact import QueueId, State
from assistant.model.place import PlaceView, from_micros, micros, next_order_at, rfc3339
from assistant.model.waiting import UNKNOWN

instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))


@given(instants)
def test_an_instant_survives_the_way_through_microseconds(at: datetime) -> None:
    assert from_micros(micros(at)) == at


@given(instants, st.integers(1, 10**6))
def test_microseconds_are_in_the_order_of_the_instants(at: datetime, more: int) -> None:
    assert micros(at + timedelta(microseconds=more)) - micros(at) == more


@given(instants, st.integers(0, 5 * 10**15))
def test_the_next_order_is_now_or_just_after_the_last(now: datetime, last: int) -> None:
    order_at = next_order_at(now, last)
    assert order_at > last
    assert order_at in {micros(now), last + 1}


def test_an_instant_on_the_wire_is_utc_with_microseconds() -> None:
    summer = datetime(2026, 7, 1, 12, 0, 0, 5, tzinfo=timezone(timedelta(hours=1)))
    assert rfc3339(summer) == "2026-07-01T11:00:00.000005Z"


def test_a_place_on_the_wire_has_its_position_and_who_is_ahead() -> None:
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    place = PlaceView("48217730", QueueId("cards"), State.WAITING, 4, at, UNKNOWN)
    assert place.as_data() == {
        "code": "48217730",
        "queue": "cards",
        "state": "waiting",
        "position": 4,
        "ahead": 3,
        "entered_at": "2026-03-02T09:30:00.000000Z",
        "wait": {"low_seconds": None, "high_seconds": None, "known": False},
        "staffed": True,
        "reach": "present",
        "callback_at": None,
    }
    gone = PlaceView("48217730", QueueId("cards"), State.CLOSED, None, at, UNKNOWN).as_data()
    assert (gone["position"], gone["ahead"]) == (None, None)
