"""What is asked of the contacts in SQL: who has this code or number, who is next, who is with whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import orjson
from sqlalchemy import and_, bindparam, func, select, text, update

from assistant.adapters.sql_beliefs import Beliefs
from assistant.adapters.sql_closing import SqlClosing
from assistant.adapters.sql_connection import TO_CHANGE, SqlConnection, driver_of
from assistant.adapters.sql_contact_rows import COLUMNS
from assistant.adapters.sql_eligible import COULD_BE_OFFERED, SqlEligible
from assistant.adapters.sql_gathered import Gathered
from assistant.adapters.sql_held_contacts import HeldContacts
from assistant.adapters.sql_observed import observed
from assistant.adapters.sql_recent import Recent
from assistant.adapters.sql_schema import Instant, contacts
from assistant.adapters.sql_silence import silent
from assistant.model.agent import Agent
from assistant.model.contact import (
    AgentId,
    Channel,
    Contact,
    ContactId,
    QueueId,
    Reach,
    State,
)
from assistant.model.place import Head, PassedOver, micros
from assistant.model.storage import IN_HAND, InHand, Tally, UnitOfWork
from assistant.model.waiting import Observed

IN_LINE = [state.value for state in State if state.is_in_line]
GIVEN_UP = [State.CONTAINED.value, State.ABANDONED.value]
# Thousands are asked for every second: one document goes in, and only what has changed comes out.
FURTHER_THAN = {
    "sqlite": text(
        "SELECT contacts.id, contacts.seq FROM json_each(:known) AS known"
        " JOIN contacts ON contacts.id = known.key WHERE contacts.seq > known.value"
    ),
    "postgresql": text(
        "SELECT contacts.id, contacts.seq FROM json_each_text(CAST(:known AS json)) AS known"
        " JOIN contacts ON contacts.id = known.key WHERE contacts.seq > CAST(known.value AS integer)"
    ),
}
IS_ANY_KNOWN = (
    "SELECT EXISTS (SELECT 1 FROM json_each(?) AS asked JOIN contacts ON contacts.key_hash = asked.value"
    " WHERE contacts.entered_at > ?)"
)
# newest first, so that of two with one key the first that was placed stands
BY_KEYS = (
    select(*COLUMNS, contacts.c.key_hash, contacts.c.body_hash)
    .where(contacts.c.key_hash.in_(bindparam("keys", expanding=True)), contacts.c.entered_at > bindparam("since"))
    .order_by(contacts.c.order_at.desc())
)
LOST_CALL = (
    select(*COLUMNS)
    .where(contacts.c.ani == bindparam("ani"), contacts.c.queue == bindparam("queue"))
    .where(contacts.c.channel == Channel.VOICE.value)
    .where(
        and_(contacts.c.state == State.WAITING.value, contacts.c.reach == Reach.AWAY.value)
        | and_(contacts.c.state == State.ABANDONED.value, contacts.c.ended_at >= bindparam("since", type_=Instant()))
    )
    .order_by(contacts.c.order_at)
    .limit(1)
)
TOKEN_HASH = select(contacts.c.token_hash).where(contacts.c.id == bindparam("id"))


class SqlContacts(HeldContacts):
    def __init__(
        self,
        connection: SqlConnection,
        work: UnitOfWork,
        gathered: Gathered,
        beliefs: Beliefs,
        recent: Recent | None = None,
    ) -> None:
        super().__init__(connection, work, gathered, recent)
        self._beliefs = beliefs
        self._eligible = SqlEligible(connection, work)
        self._closing = SqlClosing(connection)

    def token_hash(self, contact_id: ContactId) -> str | None:
        return self._connection.execute(TOKEN_HASH, {"id": contact_id}).scalar()

    def replace_token(self, contact_id: ContactId, token_hash: str) -> None:
        self._connection.execute(update(contacts).where(contacts.c.id == contact_id).values(token_hash=token_hash))

    def further_than(self, known: Mapping[ContactId, int]) -> dict[ContactId, int]:
        query = FURTHER_THAN[self._connection.dialect.name]
        rows = self._connection.execute(query, {"known": orjson.dumps(known).decode()})
        return {ContactId(row.id): row.seq for row in rows}

    def by_keys(self, key_hashes: Sequence[str], since: datetime) -> dict[str, tuple[Contact, str]]:
        if not key_hashes or self._beliefs.suppose_absent(key_hashes, since):
            return {}
        if self._connection.dialect.name == "sqlite" and not self._is_any_known(key_hashes, since):
            return {}
        rows = self._connection.execute(BY_KEYS, {"keys": list(key_hashes), "since": since}).mappings().all()
        return {row["key_hash"]: (self.keep(row), row["body_hash"]) for row in rows}

    def _is_any_known(self, key_hashes: Sequence[str], since: datetime) -> bool:
        """Hardly ever: so it is asked in SQLite's own words, before the contacts are."""
        asked = orjson.dumps(key_hashes).decode(), micros(since)
        return bool(driver_of(self._connection).execute(IS_ANY_KNOWN, asked).fetchone()[0])

    def by_code(self, code: str) -> Contact | None:
        query = select(*COLUMNS).where(contacts.c.code == code).order_by(contacts.c.entered_at.desc()).limit(1)
        return self.load(query)

    def last_call_of(self, ani: str, since: datetime) -> Contact | None:
        self._work.flush()
        is_recent = (contacts.c.entered_at >= since) | (contacts.c.ended_at >= since)
        query = select(*COLUMNS).where(contacts.c.ani == ani, contacts.c.channel == Channel.VOICE.value, is_recent)
        return self.load(query.order_by(contacts.c.entered_at.desc()).limit(1))

    def lost_call_of(self, ani: str, queue: QueueId, since: datetime) -> Contact | None:
        self._work.flush()
        return self.load(LOST_CALL, ani=ani, queue=queue, since=since)

    def callback_to(self, number: str) -> Contact | None:
        self._work.flush()
        query = select(*COLUMNS).where(contacts.c.callback_number == number, contacts.c.ended_at.is_(None))
        return self.load(query)

    def of_customer_in_line(self, customer_number: str) -> Sequence[ContactId]:
        self._work.flush()
        in_line = [state.value for state in State if state.is_in_line]
        query = select(contacts.c.id).where(
            contacts.c.customer_number == customer_number, contacts.c.state.in_(in_line)
        )
        return [ContactId(id) for id in self._connection.execute(query.order_by(contacts.c.id)).scalars()]

    def head(self, agent: Agent, channels: Sequence[Channel], not_declined_since: datetime) -> Head | None:
        self._work.flush()
        return self._eligible.head(agent, channels, not_declined_since)

    def next_eligible(
        self,
        agent: Agent,
        channels: Sequence[Channel],
        not_declined_since: datetime,
        seen: Head | None = None,
        *,
        waits: bool = True,
    ) -> Contact | InHand | None:
        head = seen or self.head(agent, channels, not_declined_since)
        if head is None:
            return None
        # never the one after it: who happens to say something at this moment must not be overtaken for it
        contact = self.lock_only(head.contact_id) if waits else self.lock_if_free(head.contact_id)
        is_first = contact is not None and self.head(agent, channels, not_declined_since) == head
        return contact if is_first else IN_HAND

    def passed_over(
        self, agent: Agent, channels: Sequence[Channel], not_declined_since: datetime, chosen: Contact
    ) -> list[PassedOver]:
        self._work.flush()
        return self._eligible.passed_over(agent, channels, not_declined_since, chosen)

    def singled_out(self, not_declined_since: datetime) -> frozenset[AgentId]:
        self._work.flush()
        return self._eligible.singled_out(not_declined_since)

    def by_callback_number(self, number: str) -> Contact | None:
        self._work.flush()
        return self.load(select(*COLUMNS).where(contacts.c.callback_number == number, contacts.c.ended_at.is_(None)))

    def callbacks_before(self, queue: QueueId, at: datetime, limit: int) -> Sequence[ContactId]:
        self._work.flush()
        return self._closing.callbacks_before(queue, at, limit)

    def still_waiting(self, queue: QueueId, kept_until: datetime, limit: int) -> Sequence[ContactId]:
        self._work.flush()
        return self._closing.still_waiting(queue, kept_until, limit)

    def there_again(self, queue: QueueId, limit: int) -> Sequence[ContactId]:
        self._work.flush()
        return self._closing.there_again(queue, limit)

    def in_conversation(self) -> Sequence[Contact]:
        self._work.flush()
        query = select(*COLUMNS).where(contacts.c.state == State.CONNECTED.value).order_by(contacts.c.connected_at)
        return [self.keep(row) for row in self._connection.execute(query).mappings()]

    def with_silent_agent(self) -> frozenset[ContactId]:
        self._work.flush()
        return silent(self._connection)

    def contained_on(self, customer_number: str, topic: str, since: datetime, before: datetime) -> Sequence[ContactId]:
        self._work.flush()
        ended_then = (contacts.c.ended_at >= since) & (contacts.c.ended_at <= before)
        query = select(contacts.c.id).where(
            contacts.c.customer_number == customer_number,
            contacts.c.verified_level >= 2,
            contacts.c.topic == topic,
            contacts.c.state == State.CONTAINED.value,
            ended_then,
        )
        return [ContactId(id) for id in self._connection.execute(query.order_by(contacts.c.id)).scalars()]

    def has_called_before(self, ani: str, before: ContactId) -> bool:
        query = select(contacts.c.id).where(contacts.c.ani == ani, contacts.c.id != before).limit(1)
        return self._connection.execute(query).first() is not None

    def earlier_of_customer(self, customer_number: str, before: ContactId, limit: int) -> Sequence[Contact]:
        query = (
            select(*COLUMNS)
            .where(contacts.c.customer_number == customer_number, contacts.c.id != before)
            .where(contacts.c.verified_level >= 2, contacts.c.ended_at.is_not(None))
            .order_by(contacts.c.entered_at.desc())
            .limit(limit)
        )
        return [self.keep(row) for row in self._connection.execute(query).mappings()]

    def places_of_customer(self, customer_number: str, queue: QueueId, given_up_since: datetime) -> Sequence[Contact]:
        self._work.flush()
        was_given_up = contacts.c.state.in_(GIVEN_UP) & (contacts.c.ended_at > given_up_since)
        query = (
            select(*COLUMNS)
            .where(contacts.c.customer_number == customer_number, contacts.c.queue == queue)
            .where(contacts.c.state.in_(IN_LINE) | was_given_up)
            .order_by(contacts.c.order_at, contacts.c.id)
            .with_for_update(key_share=TO_CHANGE)
        )
        return [self.keep(row) for row in self._connection.execute(query).mappings()]

    def count_waiting(self, queue: QueueId) -> int:
        self._work.flush()
        query = select(func.count()).where(contacts.c.queue == queue, COULD_BE_OFFERED)
        count: int = self._connection.execute(query, {"now": self._work.now}).scalar_one()
        return count

    def with_agent(self, agent_id: AgentId) -> Sequence[Contact]:
        self._work.flush()
        states = [State.OFFERED.value, State.CONNECTED.value, State.WRAPPING.value]
        query = select(*COLUMNS).where(contacts.c.agent_id == agent_id, contacts.c.state.in_(states))
        return [self.keep(row) for row in self._connection.execute(query.order_by(contacts.c.order_at)).mappings()]

    def kept_for(self, agent_id: AgentId) -> Sequence[Contact]:
        self._work.flush()
        query = select(*COLUMNS).where(contacts.c.direct_agent_id == agent_id, contacts.c.state == State.WAITING.value)
        return [self.keep(row) for row in self._connection.execute(query.order_by(contacts.c.id)).mappings()]

    def unanswered(self, before: datetime) -> Sequence[ContactId]:
        return [ContactId(id) for id in self._connection.execute(
            select(contacts.c.id).where(contacts.c.turn_until < before).limit(100)
        ).scalars()]  # fmt: skip

    def tally(self) -> list[Tally]:
        self._work.flush()
        key = (contacts.c.queue, contacts.c.agent_id, contacts.c.state)
        states = [State.WAITING.value, State.OFFERED.value, State.CONNECTED.value]
        query = select(*key, func.count(), func.min(contacts.c.entered_at)).where(contacts.c.state.in_(states))
        rows = self._connection.execute(query.group_by(*key))
        return [Tally(queue, agent_id, State(state), count, first) for queue, agent_id, state, count, first in rows]

    def observed(self, after: Mapping[QueueId, int | None]) -> Observed:
        self._work.flush()
        return observed(self._connection, after)
