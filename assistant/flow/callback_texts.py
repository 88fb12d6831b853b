"""A callback that came to nothing is told by text, so that nobody goes on waiting for a call."""

from __future__ import annotations

import logging

from assistant.model.contact import Contact, ContactId, Outcome
from assistant.model.errors import Unavailable
from assistant.model.ports import Messenger
from assistant.model.storage import Deadline, Store, UnitOfWork
from assistant.settings.tenant import Tenant

TOLD = "callback_told"

log = logging.getLogger(__name__)


class CallbackTexts:
    def __init__(self, store: Store, tenant: Tenant, messenger: Messenger) -> None:
        self._store = store
        self._tenant = tenant
        self._messenger = messenger

    async def due(self, deadline: Deadline) -> None:
        """After the last try: where to call instead. At most once, and not to who has said STOP."""

        def begin(work: UnitOfWork) -> Contact | None:
            contact = work.contacts.lock_only(ContactId(deadline.subject))
            if not work.deadlines.take(deadline) or contact is None or contact.outcome is not Outcome.CALLBACK_FAILED:
                return None
            return contact if work.effects.begin(contact.id, TOLD, "1") is None else None

        contact = await self._store.transact(begin)
        if contact is None or contact.ani is None:
            return
        try:
            await self._messenger.send(contact.ani, self._text(contact))
        except Unavailable as unavailable:
            log.info("a failed callback was not texted", extra={"code": unavailable.code, "contact_id": contact.id})

    def _text(self, contact: Contact) -> str:
        queue = self._tenant.queues.get(contact.queue)
        line = contact.dnis or (queue.dnis[0] if queue and queue.dnis else None)
        told = f"{self._tenant.brand}: we called you back and couldn't reach you."
        return f"{told} Call us on {line} whenever it suits you." if line else f"{told} Please get in touch again."
