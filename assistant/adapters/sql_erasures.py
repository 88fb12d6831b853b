"""Erasing in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update

from assistant.adapters.sql_connection import SqlConnection
from assistant.adapters.sql_schema import (
    contacts,
    effects,
    facts,
    messages,
    preferences,
    spoken_messages,
    text_threads,
)
from assistant.model.contact import Contact, ContactId
from assistant.model.erasure import Erasures
from assistant.model.storage import UnitOfWork
from assistant.model.texts import address_of

IS_ERASABLE = contacts.c.ended_at.is_not(None) & contacts.c.erased_at.is_(None)


class SqlErasures(Erasures):
    def __init__(self, connection: SqlConnection, work: UnitOfWork) -> None:
        self._connection = connection
        self._work = work

    def erase(self, contact: Contact, effects_of: str) -> None:
        self._work.flush()
        for table in (messages, facts):
            self._connection.execute(delete(table).where(table.c.contact_id == contact.id))
        is_told = (effects.c.kind == effects_of) & effects.c.outcome.is_not(None)
        told = update(effects).where(effects.c.contact_id == contact.id, is_told)
        self._connection.execute(told.values(outcome={}))
        left = update(spoken_messages).where(spoken_messages.c.contact_id == contact.id)
        self._connection.execute(left.values(ani=None))
        if contact.ani is not None and contact.channel.is_text:
            self._forget_thread(address_of(contact.channel, contact.ani), contact)

    def _forget_thread(self, address: str, contact: Contact) -> None:
        is_its = (text_threads.c.address == address) & (text_threads.c.contact_id == contact.id)
        may_go = is_its & text_threads.c.stopped_at.is_(None)
        if self._connection.execute(delete(text_threads).where(may_go)).rowcount:
            # a new thread counts its contacts anew: what it begins must not be taken for one of these
            theirs = update(contacts).where(contacts.c.ani == contact.ani, contacts.c.channel == contact.channel.value)
            self._connection.execute(theirs.values(key_hash=None, body_hash=None))
        self._connection.execute(update(text_threads).where(is_its).values(contact_id=None))

    def unerased(self, ended_before: datetime, limit: int) -> Sequence[ContactId]:
        query = select(contacts.c.id).where(IS_ERASABLE, contacts.c.ended_at < ended_before)
        rows = self._connection.execute(query.order_by(contacts.c.ended_at).limit(limit))
        return [ContactId(row.id) for row in rows]

    def of_person(self, *, customer_number: str | None = None, number: str | None = None) -> Sequence[ContactId]:
        theirs = [contacts.c.customer_number == customer_number] if customer_number else []
        theirs += [contacts.c.ani == number, contacts.c.callback_number == number] if number else []
        if not theirs:
            return []
        query = select(contacts.c.id).where(or_(*theirs), contacts.c.erased_at.is_(None))
        return [ContactId(row.id) for row in self._connection.execute(query.order_by(contacts.c.entered_at))]

    def forget_customer(self, customer_number: str) -> None:
        self._connection.execute(delete(preferences).where(preferences.c.customer_number == customer_number))
