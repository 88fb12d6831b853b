"""The measures in SQL, from contacts, offers and the trail: one statement each for what is counted together.

Everything is counted in whole numbers, so that it equals the replay of the events exactly.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    and_,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_schema import contact_events, contacts, offers
from assistant.model.contact import Outcome, Reach, State
from assistant.model.events import EventType
from assistant.model.measures import (
    ANSWERABLE,
    LEFT,
    PASSIVE,
    PROMOTER,
    SATISFIED,
    SECOND,
    Asked,
    By,
    Group,
    Measures,
)
from assistant.model.offer import OfferState
from assistant.model.place import MICROSECOND, EntryCause, micros

OVER = [state.value for state in State if state.is_over]
LEFT_OUTCOMES = [outcome.value for outcome in LEFT]
PARTING = [EventType.CONTACT_CONNECTED, EventType.CONTACT_RETURNED, EventType.CONTACT_WRAPPED]
PERCENTILES = {"median_wait_micros": 50, "p90_wait_micros": 90}

type Counts = dict[Group, dict[str, int]]
type Query = Select[*tuple[Any, ...]]


class SqlReports:
    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection

    def measures(self, asked: Asked) -> dict[Group, Measures]:
        counts: Counts = defaultdict(dict)
        facts = _facts(asked)
        queries: list[Query] = [query(asked, facts) for query in (_services, _proofs, _offers, _feedback)]
        if asked.by is not By.AGENT:
            queries += [_waits(asked, facts), _announcements(asked, facts)]
            queries += [_percentile(asked, facts, name, percent) for name, percent in PERCENTILES.items()]
        for query in queries:
            for row in self._connection.execute(query).mappings():
                names = row.keys() - {"n", "key"}
                group = counts[Group(int(row["n"]), row["key"])]
                group |= {name: int(row[name]) for name in names if row[name] is not None}
        return {group: Measures(**numbers) for group, numbers in counts.items()}


def _raw(instant: Any) -> ColumnElement[int]:
    """An instant as the whole microseconds that are stored."""
    return type_coerce(instant, BigInteger)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


def _sum(number: Any, condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(number).filter(condition), 0)


def _of_type(event: Any, *types: EventType) -> ColumnElement[bool]:
    return event.c.type.in_([type.value for type in types])  # type: ignore[no-any-return]


def _facts(asked: Asked) -> CTE:
    """A row for each contact that entered in time: where and when its wait ended, and what it counts in."""
    connected = contact_events.alias("connected")
    last = contact_events.alias("last")
    merged, callback = contact_events.alias("merged"), contact_events.alias("callback")
    is_first = connected.c.seq == _edge_of(func.min, EventType.CONTACT_CONNECTED)
    is_last = last.c.seq == _edge_of(func.max, EventType.CONTACT_CONNECTED)
    into = merged.c.data["into"].as_string()
    was_merged = select(merged.c.seq).where(
        merged.c.contact_id == contacts.c.id, _of_type(merged, EventType.PLACES_MERGED), into.is_not(None)
    )
    asked_for_callback = select(callback.c.seq).where(
        callback.c.contact_id == contacts.c.id,
        callback.c.data[("place", "reach")].as_string() == Reach.CALLBACK.value,
        or_(connected.c.seq.is_(None), callback.c.seq <= connected.c.seq),
    )
    back = contact_events.alias("back")
    taken_back = select(back.c.seq).where(
        back.c.contact_id == contacts.c.id, _of_type(back, EventType.CONTAINMENT_TAKEN_BACK)
    )
    step = asked.step // MICROSECOND
    return (
        select(
            contacts.c.id,
            contacts.c.outcome,
            ((_raw(contacts.c.entered_at) - micros(asked.begin)) // step).label("n"),
            func.coalesce(connected.c.data[("place", "queue")].as_string(), contacts.c.queue).label("queue"),
            last.c.data["agent_id"].as_string().label("last_agent_id"),
            (_raw(connected.c.at) - _raw(contacts.c.entered_at)).label("waited"),
            (_raw(contacts.c.ended_at) - _raw(contacts.c.entered_at)).label("stayed"),
            asked_for_callback.exists().label("asked_for_callback"),
            taken_back.exists().label("taken_back"),
        )
        .select_from(contacts)
        .outerjoin(connected, and_(connected.c.contact_id == contacts.c.id, is_first))
        .outerjoin(last, and_(last.c.contact_id == contacts.c.id, is_last))
        .where(contacts.c.entered_at >= asked.begin, contacts.c.entered_at < asked.end, ~was_merged.exists())
        .cte("facts")
    )


def _edge_of(edge: Any, type: EventType) -> Any:
    """The number of a contact's first or last event of this type."""
    event = contact_events.alias()
    return (
        select(edge(event.c.seq))
        .where(event.c.contact_id == contacts.c.id, _of_type(event, type))
        .correlate(contacts)
        .scalar_subquery()
    )


def _next(event: Any, *types: EventType) -> Any:
    """The number of the first event of these types after this one."""
    following = contact_events.alias()
    return (
        select(func.min(following.c.seq))
        .where(following.c.contact_id == event.c.contact_id, following.c.seq > event.c.seq)
        .where(_of_type(following, *types))
        .correlate(event)
        .scalar_subquery()
    )


def _grouped(asked: Asked, facts: CTE, queue: Any, agent: Any = None) -> tuple[ColumnElement[int], ColumnElement[str]]:
    """The columns that name a row's group."""
    key = {By.NOTHING: literal(""), By.AGENT: literal("") if agent is None else agent}.get(asked.by, queue)
    return facts.c.n.label("n"), key.label("key")


def _waits(asked: Asked, facts: CTE) -> Query:
    group = _grouped(asked, facts, facts.c.queue)
    was_served, asks = facts.c.waited.is_not(None), facts.c.asked_for_callback
    is_message = and_(~was_served, func.coalesce(facts.c.outcome, "") == Outcome.MESSAGE_LEFT.value)
    was_answered = and_(was_served, ~asks)
    has_left = and_(~was_served, facts.c.outcome.in_(LEFT_OUTCOMES))
    is_short = facts.c.stayed <= round(asked.short_abandon_seconds * SECOND)
    is_contained = and_(~was_served, facts.c.outcome == Outcome.CONTAINED.value)
    in_target = [
        and_(facts.c.queue == queue, facts.c.waited <= seconds * SECOND) for queue, seconds in asked.targets.items()
    ]
    return select(
        *group,
        _count(~is_message).label("entered"),
        _count(is_message).label("messages"),
        _count(was_served).label("served"),
        _count(was_answered).label("answered"),
        _count(and_(was_served, asks)).label("called_back"),
        _count(and_(was_answered, or_(false(), *in_target))).label("in_target"),
        _sum(facts.c.waited, was_answered).label("waited_micros"),
        _count(and_(has_left, ~is_short)).label("abandoned"),
        _count(and_(has_left, is_short)).label("short_abandoned"),
        _count(and_(is_contained, ~facts.c.taken_back)).label("contained"),
        _count(and_(is_contained, facts.c.taken_back)).label("taken_back"),
    ).group_by(*group)


def _percentile(asked: Asked, facts: CTE, name: str, percent: int) -> Query:
    """The nearest rank: the same in every database, whatever percentiles it has of its own."""
    group = _grouped(asked, facts, facts.c.queue)
    ranked: Subquery = (
        select(
            *group,
            facts.c.waited,
            func.row_number().over(partition_by=group, order_by=facts.c.waited).label("rank"),
            func.count().over(partition_by=group).label("many"),
        )
        .where(facts.c.waited.is_not(None), ~facts.c.asked_for_callback)
        .subquery()
    )
    return select(ranked.c.n, ranked.c.key, ranked.c.waited.label(name)).where(
        ranked.c.rank == (ranked.c.many * percent + 99) // 100
    )


def _services(asked: Asked, facts: CTE) -> Query:
    begun, parted = contact_events.alias("begun"), contact_events.alias("parted")
    group = _grouped(asked, facts, begun.c.data[("place", "queue")].as_string(), begun.c.data["agent_id"].as_string())
    cause = parted.c.data["cause"].as_string()
    was_transferred = or_(
        _of_type(parted, EventType.CONTACT_CONNECTED),
        and_(_of_type(parted, EventType.CONTACT_RETURNED), cause == EntryCause.TRANSFERRED_IN.value),
    )
    return (
        select(
            *group,
            func.count().label("services"),
            func.sum(_raw(parted.c.at) - _raw(begun.c.at)).label("handled_micros"),
            _count(was_transferred).label("transferred"),
        )
        .select_from(facts)
        .join(begun, and_(begun.c.contact_id == facts.c.id, _of_type(begun, EventType.CONTACT_CONNECTED)))
        .join(parted, and_(parted.c.contact_id == begun.c.contact_id, parted.c.seq == _next(begun, *PARTING)))
        .group_by(*group)
    )


def _proofs(asked: Asked, facts: CTE) -> Query:
    proof = contact_events.alias("proof")
    group = _grouped(asked, facts, proof.c.data["queue"].as_string(), proof.c.data["by"].as_string())
    return (
        select(
            *group,
            func.count().label("proofs_asked"),
            _count(proof.c.data["again"].as_boolean()).label("proofs_asked_again"),
        )
        .select_from(facts)
        .join(proof, and_(proof.c.contact_id == facts.c.id, _of_type(proof, EventType.VERIFICATION_ASKED)))
        .group_by(*group)
    )


def _offers(asked: Asked, facts: CTE) -> Query:
    made = contact_events.alias("made")
    group = _grouped(asked, facts, made.c.data["queue"].as_string(), offers.c.agent_id)
    return (
        select(
            *group,
            func.count().label("offers"),
            _count(offers.c.state == OfferState.NOT_ANSWERED.value).label("not_answered"),
        )
        .select_from(facts)
        .join(offers, offers.c.contact_id == facts.c.id)
        .join(made, and_(made.c.contact_id == facts.c.id, made.c.data["offer_id"].as_string() == offers.c.id))
        .where(_of_type(made, EventType.OFFER_MADE), offers.c.state.in_([state.value for state in ANSWERABLE]))
        .group_by(*group)
    )


def _feedback(asked: Asked, facts: CTE) -> Query:
    given = contact_events.alias("given")
    group = _grouped(asked, facts, facts.c.queue, facts.c.last_agent_id)
    csat, nps, ces = (given.c.data[name].as_integer() for name in ("csat", "nps", "ces"))
    resolved = given.c.data["resolved"].as_boolean()
    query = (
        select(
            *group,
            func.count(csat).label("csat_given"),
            _count(csat >= SATISFIED).label("satisfied"),
            func.count(nps).label("nps_given"),
            _count(nps >= PROMOTER).label("promoters"),
            _count(nps < PASSIVE).label("detractors"),
            func.count(ces).label("ces_given"),
            _sum(ces, ces.is_not(None)).label("ces_sum"),
            func.count(resolved).label("resolved_given"),
            _count(resolved).label("resolved"),
        )
        .select_from(facts)
        .join(given, and_(given.c.contact_id == facts.c.id, _of_type(given, EventType.FEEDBACK_GIVEN)))
        .group_by(*group)
    )
    return query.where(facts.c.last_agent_id.is_not(None)) if asked.by is By.AGENT else query


def _announcements(asked: Asked, facts: CTE) -> Query:
    """Ranges that were told, to callers who were there all the time until they were served."""
    told, served = contact_events.alias("told"), contact_events.alias("served")
    between = contact_events.alias("between")
    group = _grouped(asked, facts, told.c.data["queue"].as_string())
    low, high = (
        cast(told.c.data[("wait", name)].as_string(), BigInteger) for name in ("low_seconds", "high_seconds")
    )  # fmt: skip
    waited = _raw(served.c.at) - _raw(told.c.at)
    was_not_there = select(between.c.seq).where(
        between.c.contact_id == told.c.contact_id,
        between.c.seq > told.c.seq,
        between.c.seq <= served.c.seq,
        or_(
            between.c.data[("place", "reach")].as_string() != Reach.PRESENT.value,
            between.c.data[("place", "state")].as_string().in_(OVER),
        ),
    )
    is_connecting = func.coalesce(told.c.data["connecting"].as_boolean(), false())
    return (
        select(
            *group,
            func.count().label("scored"),
            _count(and_(waited >= low * SECOND, waited <= high * SECOND)).label("in_range"),
            _count(waited > high * SECOND).label("longer"),
            func.sum(waited - (low + high) * (SECOND // 2)).label("error_micros"),
        )
        .select_from(facts)
        .join(told, told.c.contact_id == facts.c.id)
        .join(
            served,
            and_(served.c.contact_id == told.c.contact_id, served.c.seq == _next(told, EventType.CONTACT_CONNECTED)),
        )
        .where(_of_type(told, EventType.CONTACT_PLACED, EventType.WAIT_ANNOUNCED), high.is_not(None))
        .where(~is_connecting, ~was_not_there.exists())
        .group_by(*group)
    )
