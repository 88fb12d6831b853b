"""Messages that were left: an agent deals with one and marks it done, or opens it again."""

from __future__ import annotations

from assistant.model.agent import Agent
from assistant.model.contact import ContactId, Outcome
from assistant.model.errors import no_such_contact
from assistant.model.events import EventType
from assistant.model.storage import Store, UnitOfWork

ANSWERED = "answered"
"""The disposition of a contact whose message was dealt with."""


class MessagesLeft:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def mark(self, contact_id: ContactId, agent: Agent, *, is_done: bool) -> None:
        """Marks the message; one that stands so already changes nothing.

        Raises `Refused` `no_such_contact` where no message was left, or in a queue that is not the agent's to see.
        """

        def mark(work: UnitOfWork) -> None:
            contact = work.contacts.lock_only(contact_id)
            if contact is None or contact.outcome is not Outcome.MESSAGE_LEFT or not agent.sees(contact.queue):
                raise no_such_contact()
            if (contact.disposition is not None) != is_done:
                data = {"agent_id": agent.id, "is_done": is_done}
                disposition = ANSWERED if is_done else None
                work.trail.append(contact, EventType.MESSAGE_MARKED, data, disposition=disposition)

        await self._store.transact(mark)
