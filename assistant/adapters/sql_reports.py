"""The measures in SQL: sums over what was counted of each contact.

Everything is summed in whole numbers, so that it equals what is counted in memory exactly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, func, literal, or_, select, type_coerce
from sqlalchemy.types import BigInteger

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_schema import counted_parts
from assistant.model.measures import PERCENTILES, SECOND, Asked, By, Group, Measures
from assistant.model.parts import COUNTS, NOBODY, OF_AGENTS
from assistant.model.place import MICROSECOND, micros

PART = counted_parts.c
COLUMNS = {By.QUEUE: PART.queue, By.CHANNEL: PART.channel, By.TOPIC: PART.topic, By.AGENT: PART.agent_id}

type Query = Select[*tuple[Any, ...]]


class SqlReports:
    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def measures(self, asked: Asked) -> dict[Group, Measures]:
        counts: dict[Group, dict[str, int]] = defaultdict(dict)
        queries = [_sums(asked)] if asked.by is By.AGENT else [_sums(asked), _percentiles(asked)]
        for query in queries:
            for row in self._connection.execute(query).mappings():
                numbers = {name: int(row[name]) for name in row.keys() - {"step", "key"} if row[name] is not None}
                counts[Group(int(row["step"]), row["key"])] |= numbers
        found = {group: Measures(**numbers) for group, numbers in counts.items()}
        return {group: measures for group, measures in found.items() if measures != Measures()}


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


def _group(asked: Asked) -> tuple[ColumnElement[int], ColumnElement[str]]:
    """The columns that name a row's group."""
    step: ColumnElement[int] = literal(0, BigInteger)
    if asked.begin + asked.step < asked.end:
        step = (type_coerce(PART.entered_at, BigInteger) - micros(asked.begin)) // (asked.step // MICROSECOND)
    key = literal("", String) if asked.key is None else COLUMNS[asked.key]
    return step.label("step"), key.label("key")


def _sums(asked: Asked) -> Query:
    group, numbers = _group(asked), counted(asked)
    names = OF_AGENTS if asked.by is By.AGENT else tuple(numbers)
    query = select(*group, *(func.sum(numbers[name]).label(name) for name in names)).where(asked_for(asked))
    return (query.where(PART.agent_id != NOBODY) if asked.by is By.AGENT else query).group_by(*group)


def _percentiles(asked: Asked) -> Query:
    """The nearest rank, the same in every database; from how many waited each number of seconds, not from each wait."""
    group = _group(asked)
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
