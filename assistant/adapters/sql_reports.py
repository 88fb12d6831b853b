"""The measures in SQL: sums over what was counted of each contact, and over hours that were summed up.

Everything is summed in whole numbers, so that it equals what is counted in memory exactly.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    RowMapping,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    text,
    type_coerce,
    union_all,
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
        ranks = _by_group(self._ranks(asked, _percentiles)) if asked.by is not By.AGENT else {}
        return _measured(self._counts(asked), ranks)

    def with_total(self, asked: Asked) -> tuple[dict[Group, Measures], Measures]:
        if asked.by is By.AGENT:  # whose rows are not all there is: nobody's contacts are in none of them
            whole = self.measures(replace(asked, by=By.NOTHING))
            return self.measures(asked), whole.get(Group(0, ""), Measures())
        counts, rows = self._counts(asked), self._ranks(asked, _percentiles_with_total)
        return (
            _measured(counts, _by_group([row for row in rows if not row["is_total"]])),
            Measures(**_of_total(counts), **next((_ranks_in(row) for row in rows if row["is_total"]), {})),
        )

    def _counts(self, asked: Asked) -> dict[Group, Counter[str]]:
        counts: dict[Group, Counter[str]] = defaultdict(Counter)
        known = hours_of(self._connection, asked)
        if known.summed:
            self._add(counts, _sums_of_hours(asked, known.summed))
        if known.loose:
            self._add(counts, _sums(asked, known.loose))
        return counts

    def _ranks(self, asked: Asked, query_of: Callable[[Asked], Query]) -> Sequence[RowMapping]:
        if not asked.percentiles:
            return []
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(ROOM_TO_GROUP)
        return self._rows(query_of(asked))

    def _add(self, counts: dict[Group, Counter[str]], query: Query) -> None:
        for row in self._rows(query):
            counts[_group_of(row)].update(_numbers(row))

    def _rows(self, query: Query) -> Sequence[RowMapping]:
        return self._connection.execute(query).mappings().all()


def _measured(
    counts: Mapping[Group, Mapping[str, int]], ranks: Mapping[Group, Mapping[str, int]]
) -> dict[Group, Measures]:
    found = {group: Measures(**numbers, **ranks.get(group, {})) for group, numbers in counts.items()}
    return {group: measures for group, measures in found.items() if measures != Measures()}


def _of_total(counts: Mapping[Group, Mapping[str, int]]) -> dict[str, int]:
    """Every part stands in one group: what all come to is the sum of the groups. Sums of errors may be below zero."""
    total = Counter[str]()
    for numbers in counts.values():
        total.update(numbers)
    return dict(total)


def _by_group(rows: Sequence[RowMapping]) -> dict[Group, dict[str, int]]:
    return {_group_of(row): _ranks_in(row) for row in rows}


def _ranks_in(row: RowMapping) -> dict[str, int]:
    return {name: int(row[name]) for name in PERCENTILES if row[name] is not None}


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


def _waits(asked: Asked) -> CTE:
    """How many waited each number of seconds, by group: every part is looked at once, whatever is made of it."""
    group = _group(asked, type_coerce(PART.entered_at, BigInteger), PART)
    seconds = ((PART.waited_micros + (SECOND - 1)) // SECOND).label("seconds")
    return (
        select(*group, seconds, func.count().label("many"))
        .where(asked_for(asked), PART.waited_micros.is_not(None))
        .group_by(*group, seconds)
        .cte("waits")
    )


def _percentiles(asked: Asked) -> Query:
    return _ranked(select(*_waits(asked).c, literal(0, Integer).label("is_total")).subquery())


def _percentiles_with_total(asked: Asked) -> Query:
    """Besides those of the groups, one row of all of them together, `is_total`."""
    waits = _waits(asked)
    many = cast(func.sum(waits.c.many), BigInteger)
    step, key = literal(0, BigInteger).label("step"), literal("", String).label("key")
    total = select(step, key, waits.c.seconds, many.label("many"), literal(1, Integer).label("is_total"))
    groups = select(*waits.c, literal(0, Integer).label("is_total"))
    return _ranked(union_all(groups, total.group_by(waits.c.seconds)).subquery())


def _ranked(many: Subquery) -> Query:
    """The nearest rank, the same in every database; from how many waited each number of seconds, not from each wait."""
    within = (many.c.is_total, many.c.step, many.c.key)
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
    of = (upto.c.is_total, upto.c.step, upto.c.key)
    return select(*of, *ranks).group_by(*of)
