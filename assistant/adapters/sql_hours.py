"""Which hours of a stretch of time are summed up, so that their contacts need not be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_schema import counted_hours
from assistant.model.measures import Asked, By
from assistant.model.place import MICROSECOND, micros

HOUR = 3_600_000_000  # microseconds
MOST_STRETCHES = 200  # more of them, and looking at every contact is quicker

type Stretch = tuple[int, int]
"""From an instant to before another one, in microseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Stretches of whole hours that are `summed`, and those in which each contact is looked at."""

    summed: Sequence[Stretch]
    loose: Sequence[Stretch]


def hours_of(connection: SqlConnection, asked: Asked) -> Hours:
    """What of the time that is asked for is summed up by its rules, and lies within one step of it."""
    begin, end = micros(asked.begin), micros(asked.end)
    everything = Hours((), ((begin, end),))
    if not _can_be_told_of_sums(asked):
        return everything
    query = select(counted_hours.c.hour, counted_hours.c.rules).order_by(counted_hours.c.hour)
    query = query.where(counted_hours.c.hour >= begin // HOUR, counted_hours.c.hour <= end // HOUR)
    step, rules = asked.step // MICROSECOND, asked.rules
    found: list[tuple[bool, Stretch]] = []
    for hour, known in connection.execute(query):
        first, after = hour * HOUR, (hour + 1) * HOUR
        is_within = begin <= first and after <= end and (first - begin) // step == (after - 1 - begin) // step
        is_summed = known == rules and is_within
        if not is_within:
            first, after = max(first, begin), min(after, end)
        if found and found[-1][0] == is_summed:
            first = found.pop()[1][0]  # nobody entered in the hours between
        found.append((is_summed, (first, after)))
    if len(found) > MOST_STRETCHES:
        return everything
    return Hours(*([stretch for is_summed, stretch in found if is_summed is wanted] for wanted in (True, False)))


def _can_be_told_of_sums(asked: Asked) -> bool:
    """The sums name either channel and topic, or the agent."""
    if asked.by is By.AGENT:
        return not asked.only.keys() & {By.CHANNEL, By.TOPIC}
    return By.AGENT not in asked.only
