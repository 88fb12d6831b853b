"""When a queue is open: in its own zone, over changes of the clock and at midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model.hours import ALWAYS, Hours

LONDON, NEW_YORK, TOKYO = ZoneInfo("Europe/London"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")
NINE_TO_FIVE = ((time(9), time(17)),)
WEEKDAYS = (NINE_TO_FIVE,) * 5 + ((), ())
LONDON_OFFICE = Hours(LONDON, WEEKDAYS, frozenset({date(2026, 12, 25)}))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def test_the_opening_minute_is_open_and_the_closing_minute_is_not() -> None:
    monday = (2026, 3, 2)
    assert not LONDON_OFFICE.is_open(utc(*monday, 8, 59, 59))
    assert LONDON_OFFICE.is_open(utc(*monday, 9))
    assert LONDON_OFFICE.is_open(utc(*monday, 16, 59, 59))
    assert not LONDON_OFFICE.is_open(utc(*monday, 17))


def test_the_hours_are_those_of_the_queue_s_own_zone() -> None:
    nine_in_new_york = utc(2026, 3, 2, 14)
    assert Hours(NEW_YORK, WEEKDAYS).is_open(nine_in_new_york)
    assert not Hours(NEW_YORK, WEEKDAYS).is_open(utc(2026, 3, 2, 9))
    sunday_in_utc_but_monday_in_tokyo = utc(2026, 3, 1, 23, 30)
    tokyo = Hours(TOKYO, (((time(8), time(17)),),) + ((),) * 6)
    assert tokyo.is_open(sunday_in_utc_but_monday_in_tokyo)


def test_the_hours_follow_the_clock_when_it_goes_forward_and_back() -> None:
    daily = Hours(LONDON, (NINE_TO_FIVE,) * 7)
    assert not daily.is_open(utc(2026, 3, 28, 8, 30))
    assert daily.is_open(utc(2026, 3, 29, 8, 30)), "summer time began in the night"
    assert daily.is_open(utc(2026, 10, 24, 8, 30))
    assert not daily.is_open(utc(2026, 10, 25, 8, 30)), "summer time ended in the night"


def test_a_day_on_which_the_clock_changes_is_open_from_midnight_to_midnight() -> None:
    around_the_clock = Hours(LONDON, (((time(0), time(0)),),) * 7)
    for hour in range(24):
        assert around_the_clock.is_open(utc(2026, 3, 29, hour))
        assert around_the_clock.is_open(utc(2026, 10, 25, hour, 30))


def test_closing_at_midnight_is_the_end_of_the_day() -> None:
    evenings = Hours(LONDON, (((time(18), time(0)),),) * 7)
    assert evenings.is_open(utc(2026, 3, 2, 23, 59, 59))
    assert not evenings.is_open(utc(2026, 3, 3, 0))
    assert not evenings.is_open(utc(2026, 3, 3, 17, 59))


def test_a_night_shift_goes_on_after_midnight_until_its_own_end() -> None:
    nights = Hours(LONDON, (((time(22), time(2)),),) + ((),) * 6)
    monday_night = [utc(2026, 3, 2, 23), utc(2026, 3, 3, 1, 59), utc(2026, 3, 3, 2), utc(2026, 3, 4, 1)]
    assert [nights.is_open(at) for at in monday_night] == [True, True, False, False]


def test_always_is_always() -> None:
    assert all(ALWAYS.is_open(utc(2026, month, 1, hour)) for month in range(1, 13) for hour in range(24))


def test_a_lunch_break_is_closed() -> None:
    split = Hours(LONDON, (((time(9), time(12)), (time(13), time(17))),) * 7)
    assert [split.is_open(utc(2026, 3, 2, hour)) for hour in (11, 12, 13)] == [True, False, True]
    assert split.next_opening(utc(2026, 3, 2, 12, 10)) == utc(2026, 3, 2, 13)


def test_nothing_opens_on_a_holiday() -> None:
    assert not LONDON_OFFICE.is_open(utc(2026, 12, 25, 10))
    assert LONDON_OFFICE.is_open(utc(2026, 12, 24, 10))


def test_the_next_opening_passes_over_nights_weekends_and_holidays() -> None:
    assert LONDON_OFFICE.next_opening(utc(2026, 3, 2, 7)) == utc(2026, 3, 2, 9)
    friday_evening = utc(2026, 3, 6, 18)
    assert LONDON_OFFICE.next_opening(friday_evening) == utc(2026, 3, 9, 9)
    christmas_eve = utc(2026, 12, 24, 18)
    assert LONDON_OFFICE.next_opening(christmas_eve) == utc(2026, 12, 28, 9)


def test_the_next_opening_is_told_in_utc_on_the_right_side_of_a_change_of_the_clock() -> None:
    daily = Hours(LONDON, (NINE_TO_FIVE,) * 7)
    opening = daily.next_opening(utc(2026, 3, 28, 18))
    assert opening == utc(2026, 3, 29, 8)
    assert opening is not None
    assert opening.tzinfo is UTC


def test_hours_that_never_open_have_no_next_opening() -> None:
    assert Hours(LONDON, ((),) * 7).next_opening(utc(2026, 3, 2, 9)) is None


def test_an_opening_closes_at_the_end_of_its_span() -> None:
    assert LONDON_OFFICE.closes_at(utc(2026, 3, 2, 9)) == utc(2026, 3, 2, 17)
    assert LONDON_OFFICE.closes_at(utc(2026, 3, 2, 16, 59, 59)) == utc(2026, 3, 2, 17)


@pytest.mark.parametrize("closed", [(2026, 3, 2, 8, 59), (2026, 3, 2, 17), (2026, 3, 7, 12), (2026, 12, 25, 10)])
def test_what_is_closed_does_not_close(closed: tuple[int, ...]) -> None:
    assert LONDON_OFFICE.closes_at(utc(*closed)) is None


def test_spans_that_meet_at_midnight_are_one_opening() -> None:
    evening, morning = (time(18), time(0)), (time(0), time(2))
    weekend = Hours(LONDON, ((), (), (), (), (evening,), (morning, evening), (morning,)))
    assert weekend.closes_at(utc(2026, 3, 6, 20)) == utc(2026, 3, 7, 2)
    nights = Hours(LONDON, (((time(22), time(2)),),) + ((),) * 6)
    assert nights.closes_at(utc(2026, 3, 2, 23)) == nights.closes_at(utc(2026, 3, 3, 1)) == utc(2026, 3, 3, 2)


def test_overlapping_and_touching_spans_of_a_day_are_one_opening() -> None:
    split = Hours(LONDON, (((time(9), time(13)), (time(12), time(15)), (time(15), time(17))),) * 7)
    assert split.closes_at(utc(2026, 3, 2, 10)) == utc(2026, 3, 2, 17)


def test_an_opening_over_a_change_of_the_clock_ends_by_the_clock_on_the_wall() -> None:
    saturday_night = Hours(LONDON, ((), (), (), (), (), ((time(20), time(6)),), ()))
    assert saturday_night.closes_at(utc(2026, 3, 28, 21)) == utc(2026, 3, 29, 5), "summer time began in the night"
    assert saturday_night.closes_at(utc(2026, 10, 24, 20)) == utc(2026, 10, 25, 6), "summer time ended in the night"


def test_around_the_clock_closes_on_the_holiday_only() -> None:
    but_for_christmas = Hours(LONDON, (((time(0), time(0)),),) * 7, frozenset({date(2026, 12, 25)}))
    assert but_for_christmas.closes_at(utc(2026, 3, 2, 9)) == utc(2026, 12, 25)
    assert ALWAYS.closes_at(utc(2026, 3, 2, 9)) is None


def test_closed_since_is_the_last_closing_over_nights_weekends_and_short_spans() -> None:
    assert LONDON_OFFICE.closed_since(utc(2026, 3, 9, 8)) == utc(2026, 3, 6, 17)
    assert LONDON_OFFICE.closed_since(utc(2026, 3, 2, 12)) is None
    night_and_early = Hours(LONDON, (((time(22), time(3)),), ((time(0), time(1)),), (), (), (), (), ()))
    assert night_and_early.closed_since(utc(2026, 3, 4, 12)) == utc(2026, 3, 3, 3)
    assert Hours(LONDON, ((),) * 7).closed_since(utc(2026, 3, 2)) is None


def test_the_next_opening_is_the_earliest_however_the_spans_are_listed() -> None:
    upside_down = Hours(LONDON, (((time(13), time(17)), (time(9), time(12))),) * 7)
    assert upside_down.next_opening(utc(2026, 3, 2, 7)) == utc(2026, 3, 2, 9)


def test_a_span_in_the_hour_that_the_clock_leaves_out_never_opens() -> None:
    sunday_small_hours = Hours(LONDON, ((),) * 6 + (((time(1, 15), time(2)),),))
    opening = sunday_small_hours.next_opening(utc(2026, 3, 28, 12))
    assert opening == utc(2026, 4, 5, 0, 15)


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
TIMES = st.times(timezones=st.none()).map(lambda at: at.replace(second=0, microsecond=0))
WEEKS = st.tuples(*[st.lists(st.tuples(TIMES, TIMES), max_size=3).map(tuple)] * 7)
HOURS = st.builds(
    Hours,
    st.sampled_from([LONDON, NEW_YORK, TOKYO, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Pacific/Apia")]),
    WEEKS,
    st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=5),
)
A_MOMENT = timedelta(microseconds=1)


@given(HOURS, MOMENTS)
def test_it_is_open_until_it_closes_and_closed_at_that_very_moment(hours: Hours, at: datetime) -> None:
    closes_at = hours.closes_at(at)
    if closes_at is None:
        return
    assert at < closes_at
    assert hours.is_open(at)
    assert hours.is_open(closes_at - A_MOMENT)
    assert not hours.is_open(closes_at)
    halfway = at + (closes_at - at) / 2
    assert hours.is_open(halfway)
    assert hours.closes_at(halfway) == closes_at
    assert hours.closed_since(closes_at) == closes_at


@given(HOURS, MOMENTS)
def test_what_is_open_closes_or_is_open_for_a_year(hours: Hours, at: datetime) -> None:
    if hours.is_open(at) and hours.closes_at(at) is None:
        assert all(hours.is_open(at + timedelta(days=day)) for day in range(365))


@given(HOURS, MOMENTS)
def test_closed_time_lies_between_the_last_closing_and_the_next_opening(hours: Hours, at: datetime) -> None:
    if hours.is_open(at):
        assert hours.open_from(at) == at
        return
    since, until = hours.closed_since(at), hours.next_opening(at)
    assert hours.open_from(at) == until
    if until is not None:
        assert hours.is_open(until)
        assert not hours.is_open(until - A_MOMENT)
        assert not hours.is_open(at + (until - at) / 2)
    if since is not None:
        assert hours.is_open(since - A_MOMENT)
        assert not hours.is_open(since)
        assert not hours.is_open(since + (at - since) / 2)
