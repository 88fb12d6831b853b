"""The contacts that a unit of work holds: loaded once, written once at its flush with the columns that changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping, Select, bindparam, select, update

from assistant.adapters.sql_connection import TO_CHANGE, SqlConnection
from assistant.adapters.sql_contact_rows import COLUMNS, from_row, to_row
from assistant.adapters.sql_gathered import Gathered
from assistant.adapters.sql_recent import Recent
from assistant.adapters.sql_schema import contacts
from assistant.model.contact import Contact, ContactId
from assistant.model.storage import UnitOfWork

# Built once: constructing an expression costs as much as running it.
BY_ID = select(*COLUMNS).where(contacts.c.id == bindparam("id"))
BY_ID_LOCKED = BY_ID.with_for_update(key_share=TO_CHANGE)
BY_ID_IF_FREE = BY_ID.with_for_update(key_share=TO_CHANGE, skip_locked=True)
UPDATE = update(contacts).where(contacts.c.id == bindparam("of_id"))


class HeldContacts:
    """Each contact once, however often it is asked for: what this unit has changed wins over what the table says."""

    def __init__(
        self,
        connection: SqlConnection,
        work: UnitOfWork,
        gathered: Gathered,
        recent: Recent | None = None,
    ) -> None:
        self._connection = connection
        self._work = work
        self._gathered = gathered
        self._recent = recent
        self._stored: dict[ContactId, Contact] = {}
        self._current: dict[ContactId, Contact] = {}
        self._added: list[dict[str, Any]] = []

    def get(self, contact_id: ContactId) -> Contact | None:
        if contact_id in self._current:
            return self._current[contact_id]
        recent = self._recent.contact(contact_id) if self._recent else None
        if recent is not None:
            self._stored[contact_id] = self._current[contact_id] = recent
            return recent
        return self.load(BY_ID, id=contact_id)

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
        return self.load(BY_ID_LOCKED, id=contact_id)

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

    def lock_if_free(self, contact_id: ContactId) -> Contact | None:
        """None where somebody else has it locked."""
        if self._connection.dialect.name == "sqlite":
            return self.get(contact_id)
        return self.load(BY_ID_IF_FREE, id=contact_id)

    def load(self, query: Select[Any], **parameters: Any) -> Contact | None:
        row = self._connection.execute(query, parameters).mappings().first()
        return None if row is None else self.keep(row)

    def keep(self, row: RowMapping) -> Contact:
        """What this transaction changed wins over what was read: it is newer, and locked."""
        contact = from_row(row)
        known, stored = self._current.get(contact.id), self._stored.get(contact.id)
        if known is not None and known is not stored:
            return known
        self._stored[contact.id] = self._current[contact.id] = contact
        return contact
