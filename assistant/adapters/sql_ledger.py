"""The smaller tables of a unit of work: deadlines, legs, effects, attempts, one-time codes and processes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    RowMapping,
    bindparam,
    delete,
    func,
    insert,
    select,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_gathered import Gathered
from assistant.adapters.sql_schema import (
    consoles,
    deadlines,
    effects,
    legs,
    one_time_codes,
    paces,
    processes,
    verification_attempts,
)
from assistant.model.contact import AgentId, ContactId, LegId
from assistant.model.place import EPOCH, MICROSECOND, micros
from assistant.model.storage import Deadline, Leg, LegKind, UnitOfWork


class _Ledger:
    def __init__(self, connection: SqlConnection, work: UnitOfWork) -> None:
        self._connection = connection
        self._work = work

    def _insert(self, table: Any) -> Any:
        return (postgres_insert if self._connection.dialect.name == "postgresql" else sqlite_insert)(table)

    def _upsert(self, table: Any, key: Sequence[str], row: dict[str, Any]) -> None:
        values = {name: value for name, value in row.items() if name not in key}
        statement = self._insert(table).values(row).on_conflict_do_update(index_elements=list(key), set_=values)
        self._connection.execute(statement)


CLEAR = delete(deadlines).where(tuple_(deadlines.c.kind, deadlines.c.subject).in_(bindparam("keys", expanding=True)))

IS_IT = (deadlines.c.kind == bindparam("of_kind")) & (deadlines.c.subject == bindparam("of_subject"))
# Whoever finds it locked is second already: who waited for it might be waited for.
IS_DUE = deadlines.c.due_at <= bindparam("now")
TAKE = delete(deadlines).where(
    IS_IT, deadlines.c.subject.in_(select(deadlines.c.subject).where(IS_IT, IS_DUE).with_for_update(skip_locked=True))
)


class SqlDeadlines(_Ledger):
    """The last word on each deadline is written at the flush."""

    def __init__(self, connection: SqlConnection, work: UnitOfWork, gathered: Gathered) -> None:
        super().__init__(connection, work)
        self._gathered = gathered
        self._changed: dict[tuple[str, str], datetime | None] = {}

    def set(self, kind: str, subject: str, due_at: datetime) -> None:
        self._changed[kind, subject] = due_at
        self._work.tell("deadlines", due_at=due_at.timestamp())

    def clear(self, kind: str, subject: str) -> None:
        self._changed[kind, subject] = None

    def flush(self) -> None:
        changed, self._changed = self._changed, {}
        gone = [key for key, due_at in changed.items() if due_at is None]
        if gone:
            self._connection.execute(CLEAR, {"keys": gone})
        rows = [{"kind": kind, "subject": subject, "due_at": at} for (kind, subject), at in changed.items() if at]
        if rows:
            self._gathered.add(deadlines, rows)

    def when(self, kind: str, subject: str) -> datetime | None:
        if (kind, subject) in self._changed:
            return self._changed[kind, subject]
        query = select(deadlines.c.due_at).where(deadlines.c.kind == kind, deadlines.c.subject == subject)
        return self._connection.execute(query).scalar()

    def due(self, at: datetime, limit: int, but: Collection[str] = ()) -> Sequence[Deadline]:
        self._work.flush()
        query = select(deadlines).where(deadlines.c.due_at <= at).order_by(deadlines.c.due_at).limit(limit)
        if but:
            query = query.where(deadlines.c.kind.not_in(sorted(but)))
        return [Deadline(**row) for row in self._connection.execute(query).mappings()]

    def later_than(self, kind: str, at: datetime) -> Sequence[Deadline]:
        self._work.flush()
        query = select(deadlines).where(deadlines.c.kind == kind, deadlines.c.due_at > at)
        return [Deadline(**row) for row in self._connection.execute(query).mappings()]

    def take(self, deadline: Deadline) -> bool:
        self._work.flush()
        this = {"of_kind": deadline.kind, "of_subject": deadline.subject, "now": self._work.now}
        return self._connection.execute(TAKE, this).rowcount == 1

    def postpone_all(self, kinds: Sequence[str], seconds: float) -> None:
        self._work.flush()
        later = type_coerce(deadlines.c.due_at, BigInteger) + round(seconds * 1_000_000)
        self._connection.execute(update(deadlines).where(deadlines.c.kind.in_(kinds)).values(due_at=later))


# Built once: constructing an expression costs as much as running it, and thousands of legs may end together.
OPEN_LEGS = select(legs).where(legs.c.contact_id == bindparam("contact_id"), legs.c.ended_at.is_(None))
LEG_BY_REF = select(legs).where(legs.c.ref == bindparam("ref"))
ADD_LEG = insert(legs)
END_LEG = (
    update(legs)
    .where(legs.c.id == bindparam("of_id"), legs.c.ended_at.is_(None))
    .values(ended_at=bindparam("at", type_=legs.c.ended_at.type))
)


class SqlLegs(_Ledger):
    def add(self, leg: Leg) -> None:
        self._work.flush()
        row = {
            "id": leg.id,
            "contact_id": leg.contact_id,
            "kind": leg.kind.value,
            "ref": leg.ref,
            "process_id": leg.process_id,
            "started_at": leg.started_at,
        }
        self._connection.execute(ADD_LEG, row)

    def by_ref(self, ref: str) -> Leg | None:
        row = self._connection.execute(LEG_BY_REF, {"ref": ref}).mappings().first()
        return None if row is None else _leg(row)

    def of_contact(self, contact_id: ContactId) -> Sequence[Leg]:
        rows = self._connection.execute(OPEN_LEGS, {"contact_id": contact_id}).mappings()
        return [_leg(row) for row in rows]

    def end(self, leg_id: LegId) -> bool:
        return self._connection.execute(END_LEG, {"of_id": leg_id, "at": self._work.now}).rowcount == 1

    def reopen(self, leg_id: LegId, process_id: str) -> None:
        self._connection.execute(update(legs).where(legs.c.id == leg_id).values(ended_at=None, process_id=process_id))

    def of_process(self, process_id: str) -> Sequence[Leg]:
        query = select(legs).where(legs.c.process_id == process_id, legs.c.ended_at.is_(None))
        rows = self._connection.execute(query.order_by(legs.c.contact_id, legs.c.id)).mappings()
        return [_leg(row) for row in rows]


def _leg(row: RowMapping) -> Leg:
    return Leg(
        id=LegId(row["id"]),
        contact_id=ContactId(row["contact_id"]),
        kind=LegKind(row["kind"]),
        ref=row["ref"],
        process_id=row["process_id"],
        started_at=row["started_at"],
    )


class SqlEffects(_Ledger):
    def begin(self, contact_id: ContactId, kind: str, attempt: str) -> dict[str, Any] | None:
        self._work.flush()
        known = self.outcome(contact_id, kind, attempt)
        if known is None:
            key = {"contact_id": contact_id, "kind": kind, "attempt": attempt}
            self._connection.execute(insert(effects).values(**key, begun_at=self._work.now))
        return known

    def outcome(self, contact_id: ContactId, kind: str, attempt: str) -> dict[str, Any] | None:
        where = (effects.c.contact_id == contact_id) & (effects.c.kind == kind) & (effects.c.attempt == attempt)
        known = self._connection.execute(select(effects.c.outcome).where(where)).first()
        return None if known is None else known.outcome or {}

    def finish(self, contact_id: ContactId, kind: str, attempt: str, outcome: dict[str, Any]) -> None:
        where = (effects.c.contact_id == contact_id) & (effects.c.kind == kind) & (effects.c.attempt == attempt)
        self._connection.execute(update(effects).where(where).values(outcome=outcome))


class SqlPaces(_Ledger):
    def next(self, id: str, gap: timedelta) -> datetime:
        self._work.flush()  # what follows is the last lock that is waited for
        added = self._insert(paces).values(id=id, next_at=self._work.now + gap)
        later = func.greatest if self._connection.dialect.name == "postgresql" else func.max
        now, step = micros(self._work.now), gap // MICROSECOND
        following = later(type_coerce(paces.c.next_at, BigInteger), now) + step
        taken = added.on_conflict_do_update(index_elements=["id"], set_={"next_at": following})
        next_at: datetime = self._connection.execute(taken.returning(paces.c.next_at)).scalar_one()
        return next_at - gap


class SqlAttempts(_Ledger):
    def failures(self, subject: str) -> tuple[int, datetime | None]:
        # locks the row to the commit, also a new one: of two attempts at once the second must see the first
        table = verification_attempts
        seen = self._insert(table).values(subject=subject, failures=0)
        seen = seen.on_conflict_do_update(index_elements=["subject"], set_={"subject": seen.excluded.subject})
        row = self._connection.execute(seen.returning(table.c.failures, table.c.locked_until)).one()
        return row.failures, row.locked_until

    def record(self, subject: str, failures: int, locked_until: datetime | None) -> None:
        row = {"subject": subject, "failures": failures, "locked_until": locked_until}
        self._upsert(verification_attempts, ("subject",), row)


class SqlCodes(_Ledger):
    def keep(self, subject: str, code_hash: str, expires_at: datetime, at_most: int, since: datetime) -> bool:
        query = select(one_time_codes).where(one_time_codes.c.subject == subject).with_for_update()
        known = self._connection.execute(query).first()
        is_counted = known is not None and known.counted_from > since
        if known is not None and is_counted and known.sent >= at_most:
            return False
        row = {
            "subject": subject,
            "code_hash": code_hash,
            "expires_at": expires_at,
            "sent": known.sent + 1 if known is not None and is_counted else 1,
            "counted_from": known.counted_from if known is not None and is_counted else self._work.now,
        }
        self._upsert(one_time_codes, ("subject",), row)
        return True

    def take(self, subject: str, code_hash: str) -> bool:
        is_it = (one_time_codes.c.subject == subject) & (one_time_codes.c.code_hash == code_hash)
        is_good = one_time_codes.c.expires_at > self._work.now
        used = update(one_time_codes).where(is_it, is_good).values(code_hash=None)
        return self._connection.execute(used).rowcount == 1


# A process that was taken for dead has instead of its pulse when that was, as far before the epoch as it was after.
IS_BELIEVED = processes.c.pulse_at > EPOCH
LAST_SIGN = func.abs(type_coerce(processes.c.pulse_at, BigInteger))


def _mirrored(at: datetime) -> datetime:
    return EPOCH - (at - EPOCH)


class SqlProcesses(_Ledger):
    def now(self) -> datetime:
        if self._connection.dialect.name != "postgresql":
            return self._work.now
        now: datetime = self._connection.execute(select(func.clock_timestamp())).scalar_one()
        return now

    def pulse(self, process_id: str, at: datetime) -> bool:
        beat = update(processes).where(processes.c.id == process_id, IS_BELIEVED).values(pulse_at=at)
        if self._connection.execute(beat).rowcount == 1:
            return True
        self._upsert(processes, ("id",), {"id": process_id, "pulse_at": at})
        return False

    def silent_since(self, before: datetime) -> Sequence[str]:
        query = select(processes.c.id).where(micros(before) > LAST_SIGN).order_by(processes.c.id)
        return list(self._connection.execute(query).scalars())

    def latest_pulse(self) -> datetime | None:
        return self._connection.execute(select(func.max(processes.c.pulse_at)).where(IS_BELIEVED)).scalar()

    def take_for_dead(self, process_id: str, silent_since: datetime, at: datetime) -> Sequence[AgentId] | None:
        is_silent = (processes.c.id == process_id) & (micros(silent_since) > LAST_SIGN)
        marked = update(processes).where(is_silent).values(pulse_at=_mirrored(at))
        if self._connection.execute(marked).rowcount == 0:
            return None
        held = delete(consoles).where(consoles.c.process_id == process_id).returning(consoles.c.agent_id)
        return [AgentId(agent_id) for agent_id in sorted(set(self._connection.execute(held).scalars()))]

    def keep_taken(self, process_id: str, at: datetime) -> None:
        taken = update(processes).where(processes.c.id == process_id, ~IS_BELIEVED)
        self._connection.execute(taken.values(pulse_at=_mirrored(at)))

    def remove(self, process_id: str) -> None:
        self._connection.execute(delete(processes).where(processes.c.id == process_id, ~IS_BELIEVED))

    def of_consoles(self, agent_id: AgentId) -> frozenset[str]:
        query = select(consoles.c.process_id).where(consoles.c.agent_id == agent_id)
        return frozenset(self._connection.execute(query).scalars())

    def has_cut_off(self, agent_id: AgentId, before: datetime) -> bool:
        everywhere = consoles.outerjoin(processes, consoles.c.process_id == processes.c.id)
        query = select(processes.c.pulse_at).select_from(everywhere).where(consoles.c.agent_id == agent_id)
        pulses = self._connection.execute(query).scalars().all()
        return bool(pulses) and all(at is not None and at < before for at in pulses)
