"""Contacts in SQL: loaded once per unit of work, written once at its flush with the columns that changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import RowMapping, Select, and_, bindparam, func, select, text, update

from assistant.adapters.sql_beliefs import Beliefs
from assistant.adapters.sql_closing import SqlClosing
from assistant.adapters.sql_connection import TO_CHANGE, SqlConnection
from assistant.adapters.sql_eligible import COULD_BE_OFFERED, SqlEligible
from assistant.adapters.sql_gathered import Gathered
from assistant.adapters.sql_observed import observed
from assistant.adapters.sql_recent import Recent
from assistant.adapters.sql_schema import Instant, contacts
from assistant.adapters.sql_silence import silent
from assistant.model.agent import Agent
from assistant.model.contact import (
    AgentId,
    Announced,
    Channel,
    Contact,
    ContactId,
    DialogueMode,
    Matter,
    OfferId,
    Outcome,
    PendingInput,
    QueueId,
    Reach,
    State,
    Verification,
)
from assistant.model.place import Head, PassedOver, from_micros, micros
from assistant.model.storage import IN_HAND, InHand, Tally, UnitOfWork
from assistant.model.waiting import Observed

IN_LINE = [state.value for state in State if state.is_in_line]
GIVEN_UP = [State.CONTAINED.value, State.ABANDONED.value]
SECRETS = {"token_hash", "key_hash", "body_hash"}
COLUMNS = [column for column in contacts.c if column.name not in SECRETS]
PLAIN = [
    "id", "queue", "language", "entered_at", "order_at", "code", "seq", "ani", "dnis", "topic", "is_urgent",
    "customer_number", "customer_name", "pending_number", "veiled_seq", "failed_attempts", "consent", "consent_asked",
    "told_ahead", "head_start_seconds", "direct_agent_id", "callback_number", "callback_at", "callback_tries",
    "may_call_back", "agent_id", "offer_id", "attempt", "turn_until", "connected_at", "ended_at", "disposition",
]  # fmt: skip
PLAIN_OF = attrgetter(*PLAIN)
ANNOUNCED = ["low_seconds", "high_seconds", "ahead", "slots", "capacity", "queue", "revision"]
# Built once: constructing an expression costs as much as running it.
BY_ID = select(*COLUMNS).where(contacts.c.id == bindparam("id"))
BY_ID_LOCKED = BY_ID.with_for_update(key_share=TO_CHANGE)
BY_ID_IF_FREE = BY_ID.with_for_update(key_share=TO_CHANGE, skip_locked=True)
UPDATE = update(contacts).where(contacts.c.id == bindparam("of_id"))
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


def to_row(contact: Contact) -> dict[str, Any]:
    row = dict(zip(PLAIN, PLAIN_OF(contact), strict=True))
    row |= {name: getattr(contact, name).value for name in ("channel", "state", "dialogue", "reach")}
    row["outcome"] = contact.outcome.value if contact.outcome else None
    row["verified_level"] = contact.verification.level
    row["verified_method"] = contact.verification.method
    row["verified_at"] = contact.verification.at
    row["pending_input"] = contact.pending_input.as_data() if contact.pending_input else None
    row["also"] = [matter.as_data() for matter in contact.also] or None
    row["announced"] = _announced_row(contact.announced) if contact.announced else None
    return row


def from_row(row: RowMapping) -> Contact:
    values = {name: row[name] for name in PLAIN}
    values["id"] = ContactId(row["id"])
    values["queue"] = QueueId(row["queue"])
    values["agent_id"] = AgentId(row["agent_id"]) if row["agent_id"] else None
    values["direct_agent_id"] = AgentId(row["direct_agent_id"]) if row["direct_agent_id"] else None
    values["offer_id"] = OfferId(row["offer_id"]) if row["offer_id"] else None
    return Contact(
        **values,
        channel=Channel(row["channel"]),
        state=State(row["state"]),
        dialogue=DialogueMode(row["dialogue"]),
        reach=Reach(row["reach"]),
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        verification=Verification(row["verified_level"], row["verified_method"], row["verified_at"]),
        pending_input=PendingInput(**row["pending_input"]) if row["pending_input"] else None,
        announced=_announced(row["announced"]) if row["announced"] else None,
        also=tuple(Matter(**matter) for matter in row["also"] or ()),
    )


def _announced_row(announced: Announced) -> dict[str, Any]:
    row = {name: getattr(announced, name) for name in ANNOUNCED}
    return row | {"promised_at": micros(announced.promised_at)}


def _announced(row: dict[str, Any]) -> Announced:
    return Announced(**row | {"promised_at": from_micros(row["promised_at"])})


class SqlContacts:
    def __init__(
        self,
        connection: SqlConnection,
        work: UnitOfWork,
        gathered: Gathered,
        beliefs: Beliefs,
        recent: Recent | None = None,
    ) -> None:
        self._connection = connection
        self._work = work
        self._gathered = gathered
        self._beliefs = beliefs
        self._recent = recent
        self._stored: dict[ContactId, Contact] = {}
        self._current: dict[ContactId, Contact] = {}
        self._added: list[dict[str, Any]] = []
        self._eligible = SqlEligible(connection, work.now)
        self._closing = SqlClosing(connection)

    def get(self, contact_id: ContactId) -> Contact | None:
        if contact_id in self._current:
            return self._current[contact_id]
        recent = self._recent.contact(contact_id) if self._recent else None
        if recent is not None:
            self._stored[contact_id] = self._current[contact_id] = recent
            return recent
        return self._load(BY_ID, id=contact_id)

    def remember(self) -> None:
        """What this unit has read and written is what the next one finds. Call when all of it is flushed."""
        if self._recent is not None:
            self._recent.keep_contacts(self._current)

    def lock(self, contact_id: ContactId) -> Contact | None:
        seen = self.get(contact_id)
        while seen is not None:
            self._work.lines.lock(seen.queue)
            locked = self.lock_only(contact_id)
            if locked is None or locked.queue == seen.queue:
                return locked
            seen = locked  # moved to another queue between the two locks
        return None

    def lock_only(self, contact_id: ContactId) -> Contact | None:
        if self._connection.dialect.name == "sqlite" or (
            contact_id not in self._stored and contact_id in self._current
        ):
            return self.get(contact_id)
        changed = self._current.get(contact_id)
        if changed is not None and changed != self._stored.get(contact_id):
            return changed  # locked and changed in this transaction already
        return self._load(BY_ID_LOCKED, id=contact_id)

    def add(self, contact: Contact, token_hash: str, key_hash: str | None, body_hash: str | None) -> None:
        self._current[contact.id] = contact
        self._added.append({"id": contact.id, "token_hash": token_hash, "key_hash": key_hash, "body_hash": body_hash})

    def save(self, contact: Contact) -> None:
        if contact.id not in self._current:
            raise LookupError(f"contact {contact.id} was never loaded by this unit of work")
        self._current[contact.id] = contact

    def flush(self) -> None:
        if self._added:
            self._gathered.add(contacts, [to_row(self._current[added["id"]]) | added for added in self._added])
            self._stored |= {added["id"]: self._current[added["id"]] for added in self._added}
            self._added = []
        for contact_id, contact in self._current.items():
            stored = self._stored.get(contact_id)
            if stored is contact or stored is None:
                continue
            before, after = to_row(stored), to_row(contact)
            changed = {name: value for name, value in after.items() if value != before[name]}
            if changed:
                self._connection.execute(UPDATE, changed | {"of_id": contact_id})
            self._stored[contact_id] = contact

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
        rows = self._connection.execute(BY_KEYS, {"keys": list(key_hashes), "since": since}).mappings().all()
        return {row["key_hash"]: (self._keep(row), row["body_hash"]) for row in rows}

    def by_code(self, code: str) -> Contact | None:
        query = select(*COLUMNS).where(contacts.c.code == code).order_by(contacts.c.entered_at.desc()).limit(1)
        return self._load(query)

    def last_call_of(self, ani: str, since: datetime) -> Contact | None:
        self._work.flush()
        is_recent = (contacts.c.entered_at >= since) | (contacts.c.ended_at >= since)
        query = select(*COLUMNS).where(contacts.c.ani == ani, contacts.c.channel == Channel.VOICE.value, is_recent)
        return self._load(query.order_by(contacts.c.entered_at.desc()).limit(1))

    def lost_call_of(self, ani: str, queue: QueueId, since: datetime) -> Contact | None:
        self._work.flush()
        return self._load(LOST_CALL, ani=ani, queue=queue, since=since)

    def callback_to(self, number: str) -> Contact | None:
        self._work.flush()
        query = select(*COLUMNS).where(contacts.c.callback_number == number, contacts.c.ended_at.is_(None))
        return self._load(query)

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
        contact = self.lock_only(head.contact_id) if waits else self._lock_if_free(head.contact_id)
        is_first = contact is not None and self.head(agent, channels, not_declined_since) == head
        return contact if is_first else IN_HAND

    def _lock_if_free(self, contact_id: ContactId) -> Contact | None:
        """None where somebody else has it locked."""
        if self._connection.dialect.name == "sqlite":
            return self.get(contact_id)
        return self._load(BY_ID_IF_FREE, id=contact_id)

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
        return self._load(select(*COLUMNS).where(contacts.c.callback_number == number, contacts.c.ended_at.is_(None)))

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
        return [self._keep(row) for row in self._connection.execute(query).mappings()]

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
        return [self._keep(row) for row in self._connection.execute(query).mappings()]

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
        return [self._keep(row) for row in self._connection.execute(query).mappings()]

    def count_waiting(self, queue: QueueId) -> int:
        self._work.flush()
        query = select(func.count()).where(contacts.c.queue == queue, COULD_BE_OFFERED)
        count: int = self._connection.execute(query, {"now": self._work.now}).scalar_one()
        return count

    def with_agent(self, agent_id: AgentId) -> Sequence[Contact]:
        self._work.flush()
        states = [State.OFFERED.value, State.CONNECTED.value, State.WRAPPING.value]
        query = select(*COLUMNS).where(contacts.c.agent_id == agent_id, contacts.c.state.in_(states))
        return [self._keep(row) for row in self._connection.execute(query.order_by(contacts.c.order_at)).mappings()]

    def kept_for(self, agent_id: AgentId) -> Sequence[Contact]:
        self._work.flush()
        query = select(*COLUMNS).where(contacts.c.direct_agent_id == agent_id, contacts.c.state == State.WAITING.value)
        return [self._keep(row) for row in self._connection.execute(query.order_by(contacts.c.id)).mappings()]

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

    def _load(self, query: Select[Any], **parameters: Any) -> Contact | None:
        row = self._connection.execute(query, parameters).mappings().first()
        return None if row is None else self._keep(row)

    def _keep(self, row: RowMapping) -> Contact:
        """What this transaction changed wins over what was read: it is newer, and locked."""
        contact = from_row(row)
        known, stored = self._current.get(contact.id), self._stored.get(contact.id)
        if known is not None and known is not stored:
            return known
        self._stored[contact.id] = self._current[contact.id] = contact
        return contact
