"""Offers in SQL: new ones are gathered, and which is open is found by partial indexes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, and_, bindparam, or_, select, text, update

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_gathered import Gathered
from assistant.adapters.sql_schema import offers
from assistant.model.contact import AgentId, ContactId, OfferId
from assistant.model.offer import AcceptWhen, Offer, OfferKind, OfferState
from assistant.model.storage import UnitOfWork

# Built once: constructing an expression costs as much as running it.
BY_ID = select(offers).where(offers.c.id == bindparam("offer_id"))
SAVE = update(offers).where(offers.c.id == bindparam("offer_id"))
# The state stands there as the partial index has it: a parameter would not be matched with it.
PENDING = text("offers.state = 'pending'")
PENDING_OF = select(offers).where(offers.c.contact_id == bindparam("contact_id"), PENDING)
OPEN_OF_AGENT = (
    select(offers)
    .where(offers.c.agent_id == bindparam("agent_id"))
    .where(or_(PENDING, and_(offers.c.state == OfferState.ACCEPTED.value, offers.c.is_joined.is_(False))))
    .order_by(offers.c.made_at)
)


class SqlOffers:
    """New offers are gathered and written at the flush."""

    def __init__(self, connection: SqlConnection, work: UnitOfWork, gathered: Gathered) -> None:
        self._connection = connection
        self._work = work
        self._gathered = gathered

    def add(self, offer: Offer) -> None:
        self._gathered.add(offers, [_offer_row(offer)])
        self._work.tell(f"agent.{offer.agent_id}", offer_id=offer.id)

    def get(self, offer_id: OfferId) -> Offer | None:
        return next(iter(self._find(BY_ID, offer_id=offer_id)), None)

    def save(self, offer: Offer) -> None:
        self._work.flush()
        self._connection.execute(SAVE, _offer_row(offer) | {"offer_id": offer.id})
        self._work.tell(f"agent.{offer.agent_id}", offer_id=offer.id)

    def pending(self) -> Sequence[Offer]:
        return self._find(select(offers).where(PENDING))

    def pending_of(self, contact_id: ContactId) -> Offer | None:
        return next(iter(self._find(PENDING_OF, contact_id=contact_id)), None)

    def of_agent(self, agent_id: AgentId) -> Sequence[Offer]:
        return self._find(OPEN_OF_AGENT, agent_id=agent_id)

    def _find(self, query: Select[Any], **parameters: str) -> Sequence[Offer]:
        self._work.flush()
        return [_offer(row) for row in self._connection.execute(query, parameters).mappings()]


def _offer_row(offer: Offer) -> dict[str, Any]:
    return {
        "id": offer.id,
        "contact_id": offer.contact_id,
        "agent_id": offer.agent_id,
        "state": offer.state.value,
        "made_at": offer.made_at,
        "expires_at": offer.expires_at,
        "ended_at": offer.ended_at,
        "reason": offer.reason,
        "accept_when": offer.accept_when.value if offer.accept_when else None,
        "is_joined": offer.is_joined,
        "kind": offer.kind.value,
    }


def _offer(row: RowMapping) -> Offer:
    return Offer(
        id=OfferId(row["id"]),
        contact_id=ContactId(row["contact_id"]),
        agent_id=AgentId(row["agent_id"]),
        state=OfferState(row["state"]),
        made_at=row["made_at"],
        expires_at=row["expires_at"],
        ended_at=row["ended_at"],
        reason=row["reason"],
        accept_when=AcceptWhen(row["accept_when"]) if row["accept_when"] else None,
        is_joined=row["is_joined"],
        kind=OfferKind(row["kind"]),
    )
