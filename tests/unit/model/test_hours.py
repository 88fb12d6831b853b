"""When a queue is open: in its own zone, over changes of the clock and at midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

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
