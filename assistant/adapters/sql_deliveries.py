"""Deliveries in SQL: leased with SKIP LOCKED, so that processes share the work and never send one at the same time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from uuid_utils import uuid7

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_schema import deliveries, parked_endpoints
from assistant.model.contact import ContactId
from assistant.model.deliveries import Backlog, Deliveries, Delivery, DeliveryState
from assistant.model.events import EventType
from assistant.model.storage import UnitOfWork

ENDPOINT_PARKED = "endpoint_parked"

PENDING = deliveries.c.state == literal(DeliveryState.PENDING.value, literal_execute=True)
PARKED = deliveries.c.state == literal(DeliveryState.PARKED.value, literal_execute=True)
OF_ENDPOINT = deliveries.c.endpoint == bindparam("endpoint")

_earlier = deliveries.alias("earlier")
DUE = (
    select(deliveries)
    .where(
        OF_ENDPOINT,
        PENDING,
        deliveries.c.due_at <= bindparam("now", type_=deliveries.c.due_at.type),
        ~exists(
            select(1).where(
                _earlier.c.endpoint == deliveries.c.endpoint,
                _earlier.c.contact_id == deliveries.c.contact_id,
                _earlier.c.seq < deliveries.c.seq,
                _earlier.c.state == DeliveryState.PENDING.value,
            )
        ),
    )
    .order_by(deliveries.c.due_at, deliveries.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


def new_row(
    endpoint: str, contact_id: ContactId, seq: int, type: EventType, at: datetime, gives_up_at: datetime
) -> dict[str, Any]:
    """A delivery that is due at once, as `Gathered` takes it."""
    return {
        "id": f"msg_{uuid7()}",
        "endpoint": endpoint,
        "contact_id": contact_id,
        "seq": seq,
        "type": type.value,
        "at": at,
        "state": DeliveryState.PENDING.value,
        "attempts": 0,
        "due_at": at,
        "gives_up_at": gives_up_at,
        "ended_at": None,
        "error": None,
    }


class SqlDeliveries(Deliveries):
    def __init__(self, connection: SqlConnection, work: UnitOfWork) -> None:
        self._connection = connection
        self._work = work

    def lease(self, endpoint: str, until: datetime, limit: int) -> Sequence[Delivery]:
        self._work.flush()
        found = self._connection.execute(DUE, {"endpoint": endpoint, "now": self._work.now, "most": limit})
        due = [_delivery(row) for row in found.mappings()]
        if not due:
            return []
        if endpoint in self.parked_endpoints():
            self._park(endpoint)
            return []
        ids = [delivery.id for delivery in due]
        held = update(deliveries).where(deliveries.c.id.in_(ids))
        self._connection.execute(held.values(due_at=until, attempts=deliveries.c.attempts + 1))
        return [_leased(delivery, until) for delivery in due]

    def end(self, delivery: Delivery, state: DeliveryState, error: str | None = None) -> None:
        ended = {"state": state.value, "ended_at": self._work.now, "error": error}
        self._connection.execute(_held(delivery).values(**ended))

    def postpone(self, delivery: Delivery, due_at: datetime, error: str | None) -> None:
        if self._connection.execute(_held(delivery).values(due_at=due_at, error=error)).rowcount == 0:
            return
        behind = update(deliveries).where(
            deliveries.c.endpoint == delivery.endpoint,
            deliveries.c.contact_id == delivery.contact_id,
            deliveries.c.seq > delivery.seq,
            PENDING,
            deliveries.c.due_at < due_at,
        )
        self._connection.execute(behind.values(due_at=due_at))

    def release(self, delivery: Delivery) -> None:
        back = {"due_at": self._work.now, "attempts": delivery.attempts - 1}
        self._connection.execute(_held(delivery).values(**back))

    def again(self, endpoint: str, contact_id: ContactId, seq: int, gives_up_at: datetime) -> None:
        anew = {
            "state": DeliveryState.PENDING.value,
            "attempts": deliveries.c.attempts + 1,  # so that nobody holds a lease of it
            "due_at": self._work.now,
            "gives_up_at": gives_up_at,
            "ended_at": None,
            "error": None,
        }
        of_event = (deliveries.c.contact_id == contact_id) & (deliveries.c.seq == seq)
        row = update(deliveries).where(deliveries.c.endpoint == endpoint, of_event)
        self._connection.execute(row.values(**anew))
        self._work.tell("deliveries")

    def park_endpoint(self, endpoint: str, reason: str) -> None:
        insert = postgres_insert if self._connection.dialect.name == "postgresql" else sqlite_insert
        row = {"endpoint": endpoint, "at": self._work.now, "reason": reason}
        self._connection.execute(insert(parked_endpoints).values(row).on_conflict_do_nothing())
        self._park(endpoint)

    def _park(self, endpoint: str) -> None:
        parked = {"state": DeliveryState.PARKED.value, "ended_at": self._work.now, "error": ENDPOINT_PARKED}
        waiting = update(deliveries).where(deliveries.c.endpoint == endpoint, PENDING)
        self._connection.execute(waiting.values(**parked))

    def unpark(self, ids: Collection[str] | None, endpoint: str | None, gives_up_at: datetime) -> int:
        which = PARKED
        if ids is not None:
            which &= deliveries.c.id.in_(list(ids))
        if endpoint is not None:
            which &= deliveries.c.endpoint == endpoint
        anew = {
            "state": DeliveryState.PENDING.value,
            "attempts": 0,
            "due_at": self._work.now,
            "gives_up_at": gives_up_at,
            "ended_at": None,
            "error": None,
        }
        again = update(deliveries).where(which).values(**anew).returning(deliveries.c.endpoint)
        endpoints = list(self._connection.execute(again).scalars())
        opened = set(endpoints) | ({endpoint} if endpoint is not None else set())
        if opened:
            self._connection.execute(delete(parked_endpoints).where(parked_endpoints.c.endpoint.in_(sorted(opened))))
            self._work.tell("deliveries")
        return len(endpoints)

    def park_unknown(self, known: Collection[str], before: datetime, reason: str) -> int:
        unknown = update(deliveries).where(PENDING, deliveries.c.endpoint.not_in(list(known)), deliveries.c.at < before)
        parked = {"state": DeliveryState.PARKED.value, "ended_at": self._work.now, "error": reason}
        return self._connection.execute(unknown.values(**parked)).rowcount

    def parked_endpoints(self) -> dict[str, str]:
        found = self._connection.execute(select(parked_endpoints.c.endpoint, parked_endpoints.c.reason))
        return {row.endpoint: row.reason for row in found}

    def listed(self, state: DeliveryState, endpoint: str | None, before: str | None, limit: int) -> Sequence[Delivery]:
        query = select(deliveries).where(deliveries.c.state == state.value)
        if endpoint is not None:
            query = query.where(deliveries.c.endpoint == endpoint)
        if before is not None:
            query = query.where(deliveries.c.id < before)
        rows = self._connection.execute(query.order_by(deliveries.c.id.desc()).limit(limit))
        return [_delivery(row) for row in rows.mappings()]

    def backlog(self) -> Sequence[Backlog]:
        by = (deliveries.c.endpoint, deliveries.c.state)
        counted = select(*by, func.count().label("how_many"), func.min(deliveries.c.at).label("oldest_at"))
        rows = self._connection.execute(counted.where(PENDING | PARKED).group_by(*by).order_by(*by))
        return [Backlog(row.endpoint, DeliveryState(row.state), row.how_many, row.oldest_at) for row in rows]

    def forget(self, before: datetime, limit: int) -> int:
        is_old = (deliveries.c.state == DeliveryState.DELIVERED.value) & (deliveries.c.ended_at < before)
        old = select(deliveries.c.id).where(is_old).order_by(deliveries.c.ended_at).limit(limit)
        return self._connection.execute(delete(deliveries).where(deliveries.c.id.in_(old))).rowcount


def _held(delivery: Delivery) -> Any:
    """The row while the lease that gave this attempt is the last one."""
    is_it = (deliveries.c.id == delivery.id) & (deliveries.c.attempts == delivery.attempts)
    return update(deliveries).where(is_it, PENDING)


def _delivery(row: Any) -> Delivery:
    codes = {"contact_id": ContactId(row["contact_id"]), "type": EventType(row["type"])}
    return Delivery(**(dict(row) | codes | {"state": DeliveryState(row["state"])}))


def _leased(delivery: Delivery, until: datetime) -> Delivery:
    return replace(delivery, attempts=delivery.attempts + 1, due_at=until)
