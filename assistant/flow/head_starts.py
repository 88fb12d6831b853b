"""Head starts: some callers begin further ahead, by the tenant's rules, with the evidence as an event.

A head start makes a place older, never more than the tenant's cap in all, and is never withdrawn. There are no
priority classes: a head start is used up by waiting, so nobody starves behind it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from assistant.flow import moves
from assistant.model.contact import Contact, ContactId
from assistant.model.events import EventType
from assistant.model.place import EntryCause
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import HeadStartsPart, Tenant

SECOND = 1_000_000  # of the microseconds in which orders count


def grant(work: UnitOfWork, contact: Contact, rules: HeadStartsPart, seconds: int, rule: str, evidence: str) -> Contact:
    """Makes the place so much older, once per rule; the contact and its queue's row are locked.

    `evidence` is a code that tells what the rule was granted for, as `topic:report_fraud`.
    """
    if not contact.state.is_in_line or seconds <= 0:
        return contact
    granted = work.trail.after(contact.id, 0, frozenset({EventType.HEAD_START_GRANTED}))
    if any(event.data["rule"] == rule for event in granted):
        return contact
    total = min(contact.head_start_seconds + seconds, rules.cap_seconds)
    gained = total - contact.head_start_seconds
    if gained <= 0:
        return contact
    older = contact.order_at - gained * SECOND
    contact = moves.advance(work, replace(contact, head_start_seconds=total), older, EntryCause.HEAD_START)
    data = {"rule": rule, "evidence": evidence, "seconds": gained, "order_at": contact.order_at}
    return work.trail.append(contact, EventType.HEAD_START_GRANTED, data)


def for_marks(work: UnitOfWork, contact: Contact, rules: HeadStartsPart, marks: Iterable[str]) -> Contact:
    """The longest head start that the marks of a verified customer give, as `vulnerable` does."""
    given = [(rules.customers[mark], mark) for mark in marks if mark in rules.customers]
    if not given:
        return contact
    seconds, mark = max(given)
    return grant(work, contact, rules, seconds, "customer", f"customer:{mark}")


class HeadStarts:
    """For what the caller rings about: granted once the topic is known, in a transaction of its own."""

    def __init__(self, store: Store, tenant: Tenant) -> None:
        self._store = store
        self._tenant = tenant

    def has_rule_for(self, topic: str | None) -> bool:
        return topic in self._tenant.head_starts.topics

    async def for_topic(self, contact_id: ContactId) -> None:
        def give(work: UnitOfWork) -> None:
            contact = work.contacts.lock(contact_id)
            if contact is not None and contact.topic in self._tenant.head_starts.topics:
                seconds = self._tenant.head_starts.topics[contact.topic]
                grant(work, contact, self._tenant.head_starts, seconds, "topic", f"topic:{contact.topic}")

        await self._store.transact(give)
