"""When a queue is open, in its own time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

type Span = tuple[time, time]
"""Opening and closing time of one day; a closing time of 00:00 is the end of the day."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SEARCHED_DAYS = 366


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekly opening spans with holidays on which nothing opens.

    Spans that touch or overlap are one opening: over midnight, and over a change of the clock.
    """

    zone: ZoneInfo
    weekly: tuple[tuple[Span, ...], ...]
    holidays: frozenset[date] = frozenset()

    @property
    def is_always(self) -> bool:
        return not self.holidays and all((time(0), time(0)) in spans for spans in self.weekly)

    def is_open(self, at: datetime) -> bool:
        return self.is_always or any(begin <= at < end for begin, end in self._around(at))

    def next_opening(self, at: datetime) -> datetime | None:
        """The first opening after `at`, in UTC; None where none comes within a year."""
        day = self._day(at)
        for offset in range(SEARCHED_DAYS):
            begins = [begin for begin, _ in self._spans(day + timedelta(days=offset)) if begin > at]
            if begins:
                return min(begins)
        return None

    def open_from(self, at: datetime) -> datetime | None:
        """`at` itself where it is open then, else the next opening."""
        return at if self.is_open(at) else self.next_opening(at)

    def closes_at(self, at: datetime) -> datetime | None:
        """When the opening that holds `at` ends, in UTC; None while closed, and where no end comes within a year."""
        if self.is_always:
            return None
        end = at
        while end < at + timedelta(days=SEARCHED_DAYS):
            later = [closing for begin, closing in self._around(end) if begin <= end < closing]
            if not later:
                return end if end > at else None
            end = max(later)
        return None

    def closed_since(self, at: datetime) -> datetime | None:
        """When the last opening before `at` ended, in UTC; None while open, and where none was within a year."""
        if self.is_open(at):
            return None
        today = self._day(at)
        for offset in range(SEARCHED_DAYS):
            day = today - timedelta(days=offset)
            if any(end <= at for _, end in self._spans(day)):
                # the night before may have ended later than a short span of this day
                return max(end for _, end in self._spans(day - timedelta(days=1)) + self._spans(day) if end <= at)
        return None

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _around(self, at: datetime) -> list[tuple[datetime, datetime]]:
        """The spans that may hold `at`: a span of the day before may end after midnight."""
        today = self._day(at)
        return self._spans(today - timedelta(days=1)) + self._spans(today)

    def _spans(self, day: date) -> list[tuple[datetime, datetime]]:
        if day in self.holidays:
            return []
        spans = []
        for opening, closing in self.weekly[day.weekday()]:
            last = day if closing > opening else day + timedelta(days=1)
            begin = datetime.combine(day, opening, self.zone).astimezone(UTC)
            end = datetime.combine(last, closing, self.zone).astimezone(UTC)
            if begin < end:  # a span may lie in an hour that the clock leaves out
                spans.append((begin, end))
        return spans


ALWAYS = Hours(ZoneInfo("UTC"), (((time(0), time(0)),),) * 7)
