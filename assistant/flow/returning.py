"""A caller who comes back on a topic that was given up as settled: then it was not settled, and counts so no longer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from assistant.model.contact import Contact, ContactId, State
from assistant.model.events import EventType
from assistant.model.storage import Store, UnitOfWork

TAKEN_BACK_WITHIN = timedelta(days=7)
KNOWN = 2


class Returning:
    """Notes it on the earlier contact's trail, once, in a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def note(self, contact: Contact, topic: str | None) -> None:
        """The contact is about this topic now. By whom it is must be proved: nothing is concluded from a number."""
        if topic is None or contact.customer_number is None or contact.verification.level < KNOWN:
            return
        if await self._store.read(lambda work: contained_before(work, contact, topic)):
            await self._store.transact(lambda work: take_back(work, contact, topic))


def contained_before(work: UnitOfWork, contact: Contact, topic: str) -> Sequence[ContactId]:
    """The same customer's contacts on the topic that were contained in the seven days before this one."""
    since = contact.entered_at - TAKEN_BACK_WITHIN
    return work.contacts.contained_on(contact.customer_number or "", topic, since, contact.entered_at)


def take_back(work: UnitOfWork, contact: Contact, topic: str) -> None:
    """Takes those back, each once."""
    for earlier_id in contained_before(work, contact, topic):
        earlier = work.contacts.lock_only(earlier_id) if earlier_id != contact.id else None
        if earlier is None or earlier.state is not State.CONTAINED:
            continue
        if not work.trail.after(earlier_id, 0, frozenset({EventType.CONTAINMENT_TAKEN_BACK})):
            work.trail.append(earlier, EventType.CONTAINMENT_TAKEN_BACK, {"by": contact.id})
