"""A caller who comes back on a topic that was given up as settled: then it was not settled, and counts so no longer."""

from __future__ import annotations

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
        await self._store.transact(lambda work: take_back(work, contact.id, topic))


def take_back(work: UnitOfWork, contact_id: ContactId, topic: str) -> None:
    """Takes back the containments of this verified customer on the topic, of the seven days before the contact."""
    contact = work.contacts.get(contact_id)
    if contact is None or contact.customer_number is None:
        return
    since = contact.entered_at - TAKEN_BACK_WITHIN
    for earlier_id in work.contacts.contained_on(contact.customer_number, topic, since, contact.entered_at):
        earlier = work.contacts.lock_only(earlier_id) if earlier_id != contact_id else None
        if earlier is None or earlier.state is not State.CONTAINED:
            continue
        if not work.trail.after(earlier_id, 0, frozenset({EventType.CONTAINMENT_TAKEN_BACK})):
            work.trail.append(earlier, EventType.CONTAINMENT_TAKEN_BACK, {"by": contact_id})
