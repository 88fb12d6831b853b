"""What the only writer of a database left in it: a turn then reads nothing that was written a moment ago."""

from __future__ import annotations

from collections.abc import Mapping, Set

from sqlalchemy import Connection

from assistant.adapters.sql_beliefs import Heads
from assistant.adapters.sql_connection import driver_of
from assistant.model.briefing import Fact
from assistant.model.contact import Contact, ContactId

KEPT = 10_000


class Recent:
    """Contacts, their facts and the heads of the queues as the last commits left them.

    Good for one connection that takes the database to itself for each transaction, as SQLite's writer does. Whatever
    another connection writes meanwhile changes SQLite's `data_version`, and all is forgotten.
    """

    def __init__(self) -> None:
        self.heads = Heads()
        self._contacts: dict[ContactId, Contact] = {}
        self._facts: dict[ContactId, tuple[Fact, ...]] = {}
        self._version: int | None = None

    def check(self, connection: Connection) -> None:
        """Call at the beginning of each transaction."""
        (version,) = driver_of(connection).execute("PRAGMA data_version").fetchone()
        if version != self._version or len(self._contacts) > KEPT or len(self._facts) > KEPT:
            self.forget()
            self._version = version

    def forget(self) -> None:
        self.heads.forget()
        self._contacts.clear()
        self._facts.clear()

    def contact(self, contact_id: ContactId) -> Contact | None:
        return self._contacts.get(contact_id)

    def facts(self, contact_id: ContactId) -> tuple[Fact, ...] | None:
        """None where they are not known; a contact without facts has an empty tuple."""
        return self._facts.get(contact_id)

    def keep_contacts(self, contacts: Mapping[ContactId, Contact]) -> None:
        self._contacts |= contacts

    def keep_facts(self, known: Mapping[ContactId, tuple[Fact, ...]], changed: Set[ContactId]) -> None:
        self._facts |= known
        for contact_id in changed:
            self._facts.pop(contact_id, None)
