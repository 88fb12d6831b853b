"""The measures in SQL: sums over what was counted of each contact, and over hours that were summed up.

Everything is summed in whole numbers, so that it equals what is counted in memory exactly.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    text,
    type_coerce,
)
from sqlalchemy.types import BigInteger

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_hours import HOUR, Stretch, hours_of
from assistant.adapters.sql_schema import counted_parts, hour_sums
from assistant.model.measures import PERCENTILES, SECOND, Asked, By, Group, Measures
from assistant.model.parts import BY_RULE, COUNTS, NOBODY, OF_AGENTS
from assistant.model.place import MICROSECOND, micros

PART = counted_parts.c
COLUMNS = {By.QUEUE: PART.queue, By.CHANNEL: PART.channel, By.TOPIC: PART.topic, By.AGENT: PART.agent_id}

ROOM_TO_GROUP = text("SET LOCAL work_mem = '64MB'")
"""Else waits are sorted on disk, because nobody can tell how few seconds they have in common."""

type Query = Select[*tuple[Any, ...]]


class SqlReports:
    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def measures(self, asked: Asked) -> dict[Group, Measures]:
        counts: dict[Group, Counter[str]] = defaultdict(Counter)
        known = hours_of(self._connection, asked)
        if known.summed:
            self._add(counts, _sums_of_hours(asked, known.summed))
        if known.loose:
            self._add(counts, _sums(asked, known.loose))
        ranks: dict[Group, dict[str, int]] = defaultdict(dict)
        if asked.percentiles and asked.by is not By.AGENT:
            if self._connection.dialect.name == "postgresql":
                self._connection.execute(ROOM_TO_GROUP)
            for row in self._rows(_percentiles(asked)):
                ranks[_group_of(row)] = _numbers(row)
        found = {group: Measures(**numbers, **ranks[group]) for group, numbers in counts.items()}
        return {group: measures for group, measures in found.items() if measures != Measures()}

    def _add(self, counts: dict[Group, Counter[str]], query: Query) -> None:
        for row in self._rows(query):
            counts[_group_of(row)].update(_numbers(row))

    def _rows(self, query: Query) -> Sequence[RowMapping]:
        return self._connection.execute(query).mappings().all()


def _group_of(row: RowMapping) -> Group:
    return Group(int(row["step"]), row["key"])


def _numbers(row: RowMapping) -> dict[str, int]:
    return {name: int(row[name]) for name in row.keys() - {"step", "key"} if row[name] is not None}


def counted(asked: Asked) -> Mapping[str, ColumnElement[int]]:
    """What each part adds to every count, by the rules that are asked for; null for nothing."""
    in_target = [
        and_(PART.queue == queue, PART.waited_micros <= seconds * SECOND) for queue, seconds in asked.targets.items()
    ]
    is_short = PART.left_micros <= asked.short_abandon_micros
    by_rule: dict[str, ColumnElement[int]] = {
        "waited_micros": PART.waited_micros,
        "in_target": _one_if(or_(*in_target)) if in_target else literal(None, BigInteger),
        "abandoned": _one_if(~is_short),
        "short_abandoned": _one_if(is_short),
    }
    return {name: PART[name] for name in COUNTS} | by_rule


def asked_for(asked: Asked) -> ColumnElement[bool]:
    """The parts of the contacts that are asked for."""
    is_wanted = [PART.entered_at >= asked.begin, PART.entered_at < asked.end]
    is_wanted += [COLUMNS[by] == value for by, value in asked.only.items()]
    return and_(*is_wanted)


def _one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1))


def _group(asked: Asked, at: ColumnElement[int], columns: Any) -> tuple[ColumnElement[int], ColumnElement[str]]:
    """What names a row's group; `at` is its instant in microseconds."""
    step: ColumnElement[int] = literal(0, BigInteger)
    if asked.begin + asked.step < asked.end:
        step = (at - micros(asked.begin)) // (asked.step // MICROSECOND)
    key = literal("", String) if asked.key is None else columns[COLUMNS[asked.key].name]
    return step.label("step"), key.label("key")


def _names(asked: Asked) -> tuple[str, ...]:
    return OF_AGENTS if asked.by is By.AGENT else (*COUNTS, *BY_RULE)


def _sums(asked: Asked, loose: Sequence[Stretch]) -> Query:
    """Over the parts of the contacts that entered in these stretches of time."""
    group, numbers = _group(asked, type_coerce(PART.entered_at, BigInteger), PART), counted(asked)
    at = type_coerce(PART.entered_at, BigInteger)
    is_then = or_(*(and_(at >= begin, at < end) for begin, end in loose))
    query = select(*group, *(func.sum(numbers[name]).label(name) for name in _names(asked)))
    query = query.where(asked_for(asked), is_then)
    return (query.where(PART.agent_id != NOBODY) if asked.by is By.AGENT else query).group_by(*group)


def _sums_of_hours(asked: Asked, hours: Sequence[Stretch]) -> Query:
    """Over what hours were summed up to, in these stretches of them."""
    sums = hour_sums.c
    at = cast(sums.hour, BigInteger) * HOUR
    group = _group(asked, at, sums)
    is_then = or_(*(and_(sums.hour >= begin // HOUR, sums.hour < end // HOUR) for begin, end in hours))
    is_wanted = [sums[COLUMNS[by].name] == value for by, value in asked.only.items()]
    is_of_agents = sums.agent_id != NOBODY if asked.by is By.AGENT else sums.agent_id == NOBODY
    query = select(*group, *(func.sum(sums[name]).label(name) for name in _names(asked)))
    return query.where(is_then, is_of_agents, *is_wanted).group_by(*group)


def _percentiles(asked: Asked) -> Query:
    """The nearest rank, the same in every database; from how many waited each number of seconds, not from each wait."""
    group = _group(asked, type_coerce(PART.entered_at, BigInteger), PART)
    seconds = ((PART.waited_micros + (SECOND - 1)) // SECOND).label("seconds")
    many = (
        select(*group, seconds, func.count().label("many"))
        .where(asked_for(asked), PART.waited_micros.is_not(None))
        .group_by(*group, seconds)
        .subquery()
    )
    within = (many.c.step, many.c.key)
    upto = (
        select(
            *within,
            many.c.seconds,
            func.sum(many.c.many).over(partition_by=within, order_by=many.c.seconds).label("upto"),
            func.sum(many.c.many).over(partition_by=within).label("whole"),
        )
    ).subquery()
    ranks = [
        func.min(upto.c.seconds).filter(upto.c.upto * 100 >= upto.c.whole * percent).label(name)
        for name, percent in PERCENTILES.items()
    ]
    return select(upto.c.step, upto.c.key, *ranks).group_by(upto.c.step, upto.c.key)
