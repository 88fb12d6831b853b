"""The survey by a link: who was on the telephone is texted it once, and it opens nothing but the questions."""

from __future__ import annotations

import base64
import hmac
import logging
from datetime import timedelta

from assistant.flow.numbers import callable_number
from assistant.model.contact import Channel, Contact, ContactId, Outcome
from assistant.model.errors import Refused, Unavailable
from assistant.model.events import EventType
from assistant.model.ports import Messenger
from assistant.model.storage import Deadline, Store, UnitOfWork
from assistant.settings.tenant import Tenant

TEXTED = "survey_text"
DIGEST_BYTES = 16

log = logging.getLogger(__name__)


class Surveys:
    """`page_url`: where the link leads, behind whose `#` the token stands, which a browser sends to nobody."""

    def __init__(self, store: Store, tenant: Tenant, messenger: Messenger, secret_key: bytes, page_url: str) -> None:
        self._store = store
        self._tenant = tenant
        self._messenger = messenger
        self._secret_key = secret_key
        self._page_url = tenant.survey.page_url or page_url

    def token_of(self, contact_id: ContactId) -> str:
        """What opens this contact's survey, and nothing else of it."""
        digest = hmac.digest(self._secret_key, f"survey:{contact_id}".encode(), "sha256")[:DIGEST_BYTES]
        return f"{contact_id}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"

    async def contact_of(self, token: str) -> ContactId:
        """Whose survey this token opens. Raises `Refused` `no_such_survey`, also once it is too old."""
        contact_id = ContactId(token.rpartition(".")[0])
        is_ours = hmac.compare_digest(self.token_of(contact_id).encode(), token.encode())
        if not is_ours or not await self._store.read(lambda work: self._is_open(work, contact_id)):
            raise Refused("no_such_survey", "This link opens no survey any more.")
        return contact_id

    def _is_open(self, work: UnitOfWork, contact_id: ContactId) -> bool:
        contact = work.contacts.get(contact_id)
        if contact is None or contact.ended_at is None or not contact.state.is_over or contact.erased_at is not None:
            return False
        return work.now - contact.ended_at <= timedelta(days=self._tenant.survey.kept_days)

    async def due(self, deadline: Deadline) -> None:
        """So long after the end of a call nobody has answered by keypad: a link is texted, at most once."""

        def begin(work: UnitOfWork) -> Contact | None:
            contact = work.contacts.lock_only(ContactId(deadline.subject))
            if not work.deadlines.take(deadline) or contact is None or not self._is_wanted(work, contact):
                return None
            return contact if work.effects.begin(contact.id, TEXTED, "1") is None else None

        contact = await self._store.transact(begin)
        if contact is None or contact.ani is None:
            return
        link = f"{self._page_url}#{self.token_of(contact.id)}"
        text = f"{self._tenant.brand}: how was it? {_count(len(self._tenant.survey.questions))}: {link}"
        try:
            await self._messenger.send(contact.ani, text)
        except Unavailable as unavailable:
            log.info("a survey was not texted", extra={"code": unavailable.code, "contact_id": contact.id})

    def _is_wanted(self, work: UnitOfWork, contact: Contact) -> bool:
        """Whose matter an agent has handled, who has not answered, and who has a number that we may write to."""
        if contact.outcome is not Outcome.HANDLED or not contact.state.is_over or contact.channel is Channel.CHAT:
            return False
        if work.trail.after(contact.id, 0, frozenset({EventType.FEEDBACK_GIVEN})):
            return False
        try:
            return bool(contact.ani) and bool(callable_number(contact.ani or "", self._tenant))
        except Refused:
            return False


def _count(questions: int) -> str:
    return "One short question" if questions == 1 else f"{'Two' if questions == 2 else 'Three'} short questions"
