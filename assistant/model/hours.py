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
    """Weekly opening spans with holidays on which nothing opens."""

    zone: ZoneInfo
    weekly: tuple[tuple[Span, ...], ...]
    holidays: frozenset[date] = frozenset()

    def is_open(self, at: datetime) -> bool:
        today = at.astimezone(self.zone).date()
        # a span of yesterday may end after midnight
        spans = self._spans(today - timedelta(days=1)) + self._spans(today)
        return any(begin <= at < end for begin, end in spans)

    def next_opening(self, at: datetime) -> datetime | None:
        """The first opening after `at`, in UTC; None where none comes within a year."""
        day = at.astimezone(self.zone).date()
        for offset in range(SEARCHED_DAYS):
            for begin, _ in self._spans(day + timedelta(days=offset)):
                if begin > at:
                    return begin
        return None

    def _spans(self, day: date) -> list[tuple[datetime, datetime]]:
        if day in self.holidays:
            return []
        spans = []
        for opening, closing in self.weekly[day.weekday()]:
            last = day if closing > opening else day + timedelta(days=1)
            begin = datetime.combine(day, opening, self.zone).astimezone(UTC)
            spans.append((begin, datetime.combine(last, closing, self.zone).astimezone(UTC)))
        return spans


ALWAYS = Hours(ZoneInfo("UTC"), (((time(0), time(0)),),) * 7)
