"""A caller's place, taken along to the web: a link by text that opens the chat where the call is now."""

from __future__ import annotations

import hashlib
import logging
import secrets

from assistant.flow.numbers import callable_number
from assistant.model.contact import Contact, ContactId
from assistant.model.errors import Refused, Unavailable, contact_closed
from assistant.model.ports import Messenger
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

LINKED = "place_link"
MOST = 3

log = logging.getLogger(__name__)


class PlaceLinks:
    """`page` is where the widget is; None: nowhere, and no link is offered."""

    def __init__(self, store: Store, tenant: Tenant, messenger: Messenger, page: str | None) -> None:
        self._store = store
        self._tenant = tenant
        self._messenger = messenger
        self._page = page

    def may_be_sent(self, contact: Contact) -> bool:
        """Whether there is a page, and a number that we may write to."""
        try:
            return self._page is not None and bool(callable_number(contact.ani or "", self._tenant))
        except Refused:
            return False

    async def send(self, contact_id: ContactId) -> bool:
        """Texts it to the number of the call; False where it was texted as often as is sensible. It is good once.

        Raises `Refused` `contact_closed`, `invalid_number`, `number_not_allowed`; and `Unavailable`.
        """
        bits = secrets.token_urlsafe(32)

        def begin(work: UnitOfWork) -> tuple[Contact, str] | None:
            contact = work.contacts.lock_only(contact_id)
            if contact is None or contact.state.is_over:
                raise contact_closed()
            for attempt in range(1, MOST + 1):
                if work.effects.begin(contact_id, LINKED, str(attempt)) is None:
                    break
            else:
                return None
            token = f"{contact_id}.{bits}"
            work.contacts.replace_token(contact_id, hashlib.sha256(token.encode()).hexdigest())
            return contact, token

        begun = await self._store.transact(begin)
        if begun is None:
            return False
        contact, token = begun
        number = callable_number(contact.ani or "", self._tenant)
        link = claim_link(self._page or "", contact, token)
        text = f"{self._tenant.brand}: your place in line, in the browser: {link}"
        try:
            await self._messenger.send(number, text)
        except Unavailable as unavailable:
            log.info("a link was not texted", extra={"code": unavailable.code, "contact_id": contact_id})
            raise
        return True


def claim_link(page: str, contact: Contact, token: str) -> str:
    """The page on which the place goes on. What proves it stands behind the #, which no server ever sees.

    It is good once: the place that is claimed has another token. The widget reads it (`web/widget/link.ts`).
    """
    return f"{page}#holdfast={contact.code}:{token}"
