"""The audit trail in SQL, and the erasable words, facts and tried services beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, insert, select

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_deliveries import new_row
from assistant.adapters.sql_gathered import Gathered
from assistant.adapters.sql_recent import Recent
from assistant.adapters.sql_review import misheard
from assistant.adapters.sql_schema import contact_events, deliveries, facts, messages, tried, uncounted
from assistant.model.briefing import Fact, Tried
from assistant.model.contact import TEXT_CHANNELS, Contact, ContactId
from assistant.model.deliveries import GIVES_UP_AFTER, Subscriptions
from assistant.model.events import TELLS_STANDING, Author, Event, EventType, Words
from assistant.model.review import Misheard
from assistant.model.standing import standing_data
from assistant.model.storage import UnitOfWork
from assistant.model.texts import CARRIER, TEXTED, USELESS_AFTER

NOBODY_IS_TOLD: Subscriptions = {}

SAID = (messages.c.author, messages.c.text, messages.c.client_id, messages.c.buttons, messages.c.agent_name)
OF_CONTACT: BindParameter[str] = bindparam("contact_id")

# Built once: constructing an expression costs as much as running it.
AFTER = (
    select(contact_events, *SAID)
    .outerjoin(
        messages, (messages.c.contact_id == contact_events.c.contact_id) & (messages.c.seq == contact_events.c.seq)
    )
    .where(contact_events.c.contact_id == OF_CONTACT, contact_events.c.seq > bindparam("seq"))
    .order_by(contact_events.c.seq)
)
AFTER_OF_TYPES = AFTER.where(contact_events.c.type.in_(bindparam("types", expanding=True)))
BY_CLIENT_ID = select(messages.c.seq).where(
    messages.c.contact_id == OF_CONTACT, messages.c.client_id == bindparam("client_id")
)
FACTS = select(facts.c.id, facts.c.label, facts.c.value).where(facts.c.contact_id == OF_CONTACT).order_by(facts.c.id)
TRIED = (
    select(tried.c.service, tried.c.label, tried.c.outcome).where(tried.c.contact_id == OF_CONTACT).order_by(tried.c.n)
)


class SqlTrail:
    """Events are gathered and written at the flush; each wakes whoever follows its contact after the commit."""

    def __init__(
        self,
        connection: SqlConnection,
        work: UnitOfWork,
        gathered: Gathered,
        recent: Recent | None = None,
        subscriptions: Subscriptions = NOBODY_IS_TOLD,
    ) -> None:
        self._connection = connection
        self._work = work
        self._gathered = gathered
        self._recent = recent
        self._subscriptions = subscriptions
        self._facts: dict[ContactId, tuple[Fact, ...]] = {}
        self._changed_facts: set[ContactId] = set()

    def append(
        self,
        contact: Contact,
        type: EventType,
        data: dict[str, Any] | None = None,
        words: Words | None = None,
        **changes: Any,
    ) -> Contact:
        numbered = replace(contact, seq=contact.seq + 1, **changes)
        words = words if numbered.erased_at is None else None  # said too late: of who was erased no words are kept
        key = {"contact_id": contact.id, "seq": numbered.seq}
        data = data or {}
        if type in TELLS_STANDING:
            data = data | {"place": standing_data(numbered)}
        elif type is EventType.GATHERED_UPDATED:
            data = data | {"topic": numbered.told_topic}
        self._gathered.add(contact_events, [key | {"type": type.value, "at": self._work.now, "data": data}])
        if numbered.ended_at is not None:
            self._gathered.add(uncounted, [key])  # open ones are found by looking: an arrival writes nothing for it
        if type in self._subscriptions:
            self._deliver(numbered, type, self._subscriptions[type], GIVES_UP_AFTER)
        if numbered.channel in TEXT_CHANNELS and type in TEXTED and not _is_own(words):
            self._deliver(numbered, type, (CARRIER,), USELESS_AFTER)
        if words is not None:
            said = {
                "author": words.author.value,
                "text": words.text,
                "client_id": words.client_id,
                "buttons": list(words.buttons),
                "agent_name": words.agent_name,
            }
            self._gathered.add(messages, [key | said])
        self._work.contacts.save(numbered)
        event = Event(contact.id, numbered.seq, type, self._work.now, data, words)
        self._work.tell(f"contact.{contact.id}", seq=numbered.seq, agent_id=numbered.agent_id, event=event)
        return numbered

    def _deliver(self, contact: Contact, type: EventType, endpoints: Sequence[str], patience: timedelta) -> None:
        """Others are told of it: with the event itself, or not at all."""
        at = self._work.now
        rows = [new_row(endpoint, contact.id, contact.seq, type, at, at + patience) for endpoint in endpoints]
        self._gathered.add(deliveries, rows)
        self._work.tell("deliveries")

    def after(self, contact_id: ContactId, seq: int, types: frozenset[EventType] | None = None) -> Sequence[Event]:
        self._work.flush()
        parameters: dict[str, Any] = {"contact_id": contact_id, "seq": seq}
        if types is None:
            return [_event(row) for row in self._connection.execute(AFTER, parameters)]
        parameters["types"] = [type.value for type in types]
        return [_event(row) for row in self._connection.execute(AFTER_OF_TYPES, parameters)]

    def has_client_id(self, contact_id: ContactId, client_id: str) -> bool:
        self._work.flush()
        parameters = {"contact_id": contact_id, "client_id": client_id}
        return self._connection.execute(BY_CLIENT_ID, parameters).first() is not None

    def put_fact(self, contact_id: ContactId, fact: Fact) -> None:
        self.drop_facts(contact_id, [fact.id])
        self._work.flush()
        self._connection.execute(insert(facts).values(contact_id=contact_id, **fact.as_data()))
        self._forget_facts(contact_id)

    def drop_facts(self, contact_id: ContactId, ids: Sequence[str]) -> None:
        if ids:
            self._connection.execute(delete(facts).where(facts.c.contact_id == contact_id, facts.c.id.in_(ids)))
            self._forget_facts(contact_id)

    def _forget_facts(self, contact_id: ContactId) -> None:
        self._facts.pop(contact_id, None)
        self._changed_facts.add(contact_id)

    def facts(self, contact_id: ContactId) -> tuple[Fact, ...]:
        if contact_id not in self._facts:
            recent = None
            if self._recent is not None and contact_id not in self._changed_facts:
                recent = self._recent.facts(contact_id)
            self._facts[contact_id] = self._read_facts(contact_id) if recent is None else recent
        return self._facts[contact_id]

    def _read_facts(self, contact_id: ContactId) -> tuple[Fact, ...]:
        return tuple(Fact(*row) for row in self._connection.execute(FACTS, {"contact_id": contact_id}))

    def remember(self) -> None:
        """What this unit has read of the facts is what the next one finds."""
        if self._recent is not None:
            self._recent.keep_facts(self._facts, self._changed_facts - self._facts.keys())

    def add_tried(self, contact_id: ContactId, entry: Tried) -> None:
        count = self._connection.execute(select(func.count()).where(tried.c.contact_id == contact_id)).scalar_one()
        self._connection.execute(insert(tried).values(contact_id=contact_id, n=count, **entry.as_data()))

    def tried(self, contact_id: ContactId) -> tuple[Tried, ...]:
        return tuple(Tried(*row) for row in self._connection.execute(TRIED, {"contact_id": contact_id}))

    def misheard(self, since: datetime) -> Sequence[Misheard]:
        self._work.flush()
        return misheard(self._connection, since)


def _is_own(words: Words | None) -> bool:
    """Nobody has to be told what they said themselves."""
    return words is not None and words.author is Author.CALLER


def _event(row: Any) -> Event:
    words = None
    if row.author is not None:
        words = Words(Author(row.author), row.text, row.client_id, tuple(row.buttons), row.agent_name)
    return Event(ContactId(row.contact_id), row.seq, EventType(row.type), row.at, row.data, words)
