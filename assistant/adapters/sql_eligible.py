"""Which place an agent can be offered now, and which older ones are passed over for it, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Row, and_, bindparam, or_, select, tuple_, union, union_all

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_schema import contacts, offers
from assistant.model.agent import Agent
from assistant.model.contact import AgentId, Channel, Contact, ContactId, QueueId, Reach, State
from assistant.model.offer import PASSED_ON, OfferState
from assistant.model.place import Head, PassedOver, WhyPassed
from assistant.model.storage import UnitOfWork

TURNED_DOWN = [OfferState.DECLINED.value, OfferState.NOT_ANSWERED.value]
# Who has just passed a contact on must not be the one who is offered it: that is turning it down too.
# A colleague who was asked meanwhile, in vain, has turned nothing down.
IS_PASSED_ON = and_(offers.c.state == OfferState.ACCEPTED.value, offers.c.reason == PASSED_ON)
IS_TURNED_DOWN = or_(offers.c.state.in_(TURNED_DOWN), IS_PASSED_ON)
TURNED_AWAY = (
    select(offers.c.id)
    .where(offers.c.contact_id == contacts.c.id, offers.c.agent_id == bindparam("agent_id"))
    .where(offers.c.ended_at > bindparam("since"), IS_TURNED_DOWN)
)
IS_WAITING = contacts.c.state == State.WAITING.value
IS_PRESENT = contacts.c.reach == Reach.PRESENT.value
IS_CALLABLE = and_(contacts.c.reach == Reach.CALLBACK.value, contacts.c.callback_at <= bindparam("now"))
CAN_BE_SERVED = or_(
    and_(IS_PRESENT, contacts.c.channel.in_(bindparam("channels", expanding=True))),
    and_(IS_CALLABLE, bindparam("takes_calls")),
)
PLACE = (contacts.c.order_at, contacts.c.id, contacts.c.queue)

# Built once: constructing an expression costs as much as running it.
DIRECT = (
    select(*PLACE)
    .where(contacts.c.direct_agent_id == bindparam("agent_id"), IS_WAITING, CAN_BE_SERVED)
    .order_by(contacts.c.order_at, contacts.c.id)
    .limit(1)
)


@cache
def heads(queues: int) -> CompoundSelect[*tuple[Any, ...]]:
    """The first place in each of so many queues, `queue_0` and so on, and the first that is kept for the agent."""
    first = [
        select(*PLACE)
        .where(contacts.c.queue == bindparam(f"queue_{n}"), IS_WAITING, contacts.c.direct_agent_id.is_(None))
        .where(contacts.c.language.in_(bindparam("languages", expanding=True)), CAN_BE_SERVED, ~TURNED_AWAY.exists())
        .order_by(contacts.c.order_at, contacts.c.id)
        .limit(1)
        for n in range(queues)
    ]
    return union_all(*(select(head.subquery()) for head in (*first, DIRECT)))


OLDER = (
    select(*PLACE, contacts.c.channel, contacts.c.language, contacts.c.reach, contacts.c.callback_at)
    .add_columns(contacts.c.direct_agent_id, TURNED_AWAY.exists().label("is_turned_away"))
    .where(tuple_(contacts.c.order_at, contacts.c.id) < tuple_(bindparam("order_at"), bindparam("id")), IS_WAITING)
)
SINGLED_OUT = union(
    select(offers.c.agent_id).where(offers.c.ended_at > bindparam("since"), IS_TURNED_DOWN),
    select(contacts.c.direct_agent_id).where(contacts.c.direct_agent_id.is_not(None), IS_WAITING),
)
COULD_BE_OFFERED = and_(IS_WAITING, or_(IS_PRESENT, IS_CALLABLE))
IS_SERVED = contacts.c.queue.in_(bindparam("queues", expanding=True))
# Places for this agent alone count whatever their queue; a union, for either half has an index of its own.
BEFORE = union_all(
    OLDER.where(IS_SERVED), OLDER.where(contacts.c.direct_agent_id == bindparam("agent_id"), ~IS_SERVED)
).order_by("order_at", "id")


class SqlEligible:
    def __init__(self, connection: SqlConnection, work: UnitOfWork) -> None:
        self._connection = connection
        self._work = work

    def head(self, agent: Agent, channels: Sequence[Channel], since: datetime) -> Head | None:
        """The smallest `(order_at, id)` over the agent's queues; a place of the agent's own whatever its queue.

        What was turned down before it was passed on to this very agent does not stand against it.
        """
        wanted = self._wanted(agent, channels, since) | {f"queue_{n}": queue for n, queue in enumerate(agent.queues)}
        rows = self._connection.execute(heads(len(agent.queues)), wanted)
        return min((Head(order_at, ContactId(id), QueueId(queue)) for order_at, id, queue in rows), default=None)

    def passed_over(
        self, agent: Agent, channels: Sequence[Channel], since: datetime, chosen: Contact
    ) -> list[PassedOver]:
        """The older places of the agent's queues, and for this agent alone, with why each was passed over.

        `why` None: it should not have been.
        """
        wanted = self._wanted(agent, channels, since)
        wanted |= {"queues": list(agent.queues), "order_at": chosen.order_at, "id": chosen.id}
        rows = self._connection.execute(BEFORE, wanted)
        return [PassedOver(ContactId(row.id), self._why(row, agent, channels)) for row in rows]

    def singled_out(self, since: datetime) -> frozenset[AgentId]:
        """The agents for whom the head of the line may be another than for their colleagues."""
        return frozenset(AgentId(id) for (id,) in self._connection.execute(SINGLED_OUT, {"since": since}))

    def _wanted(self, agent: Agent, channels: Sequence[Channel], since: datetime) -> dict[str, Any]:
        return {
            "agent_id": agent.id,
            "since": since,
            "now": self._work.now,
            "channels": [channel.value for channel in Channel if channel.of_slot in channels],
            "takes_calls": Channel.VOICE in channels,
            "languages": list(agent.languages),
        }

    def _why(self, row: Row[Any], agent: Agent, channels: Sequence[Channel]) -> WhyPassed | None:
        is_callback = row.reach == Reach.CALLBACK
        if row.reach == Reach.AWAY or (is_callback and not row.callback_at <= self._work.now):
            return WhyPassed.AWAY
        if row.direct_agent_id not in {None, agent.id}:
            return WhyPassed.DIRECT_TRANSFER
        if row.language not in agent.languages and row.direct_agent_id is None:
            return WhyPassed.LANGUAGE
        if (Channel.VOICE if is_callback else Channel(row.channel).of_slot) not in channels:
            return WhyPassed.NO_SLOT
        return WhyPassed.DECLINED_RECENTLY if row.is_turned_away and row.direct_agent_id is None else None
