"""Overflow: who has waited so long in one queue is moved to another, and keeps the order.

The deadline is set whenever a place enters a queue that has an overflow, and cleared when it leaves the line. It does
not fire into a queue where nobody would be any sooner, nor under the hands of an agent: it is set again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from assistant.flow import due, moves
from assistant.model.agent import Presence
from assistant.model.contact import Contact, ContactId, QueueId, State
from assistant.model.events import Author
from assistant.model.place import EntryCause
from assistant.model.storage import Deadline, Store, UnitOfWork
from assistant.model.wording import ordinal
from assistant.settings.queues import QueuePart
from assistant.settings.tenant import Tenant

AGAIN = timedelta(seconds=15)


def watch(work: UnitOfWork, contact: Contact, queues: Mapping[QueueId, QueuePart]) -> None:
    """Stores when this place, which has just entered its queue, overflows; nothing where the queue has none."""
    part = queues.get(contact.queue)
    if part is not None and part.overflow is not None:
        after = timedelta(seconds=part.overflow.after_seconds)
        work.deadlines.set(due.OVERFLOW, contact.id, work.now + after)


class Overflow:
    def __init__(self, store: Store, tenant: Tenant) -> None:
        self._store = store
        self._tenant = tenant

    async def fire(self, deadline: Deadline) -> None:
        """The place has waited so long: it moves on to the other queue, and the caller is told."""
        await self._store.transact(lambda work: self._fire(work, deadline))

    def _fire(self, work: UnitOfWork, deadline: Deadline) -> None:
        seen = work.contacts.get(ContactId(deadline.subject))
        target = self._target(seen) if seen is not None else None
        contact = moves.lock_for(work, ContactId(deadline.subject), *([target] if target else []))
        if not work.deadlines.take(deadline) or contact is None or not contact.state.is_in_line:
            return
        if target is None or self._target(contact) != target:
            return  # it has entered another queue meanwhile, with a deadline of its own
        is_free = contact.state is State.WAITING and contact.direct_agent_id is None
        if not is_free or not self._is_better(work, contact, target):
            work.deadlines.set(due.OVERFLOW, contact.id, work.now + AGAIN)
            return
        contact = moves.change_queue(work, contact, target, EntryCause.OVERFLOWED_IN)
        watch(work, contact, self._tenant.queues)
        name, where = self._tenant.queues[target].name, ordinal(work.lines.position(contact))
        text = f"To get you to somebody sooner I've moved you to {name}; you're {where} in line there."
        moves.say(work, contact, Author.ASSISTANT, text)

    def _target(self, contact: Contact) -> QueueId | None:
        part = self._tenant.queues.get(contact.queue)
        return part.overflow.to if part is not None and part.overflow is not None else None

    def _is_better(self, work: UnitOfWork, contact: Contact, target: QueueId) -> bool:
        """The other queue is open, has room, and somebody takes contacts there in the caller's language."""
        part = self._tenant.queues[target]
        if not part.hours.is_open(work.now) or (part.limit is not None and work.lines.length(target) >= part.limit):
            return False
        return any(
            agent.presence is Presence.READY
            and agent.is_reachable
            and target in agent.queues
            and contact.language in agent.languages
            for agent in work.agents.all()
        )
