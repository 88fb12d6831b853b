"""What the caller says of it afterwards. Codes stand in the trail, the comment in its erasable words."""

from __future__ import annotations

from typing import Any

from assistant.model.contact import ContactId
from assistant.model.errors import Refused, no_such_contact
from assistant.model.events import Author, EventType, Words
from assistant.model.redaction import redacted, sayable
from assistant.model.storage import Store, UnitOfWork


class Feedback:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def give(self, contact_id: ContactId, scores: dict[str, Any], comment: str | None) -> None:
        """Keeps one answer per contact. Raises `Refused`: `not_over` before the end, `feedback_given` afterwards."""

        def give(work: UnitOfWork) -> None:
            contact = work.contacts.lock_only(contact_id)
            if contact is None:
                raise no_such_contact()
            if not contact.state.is_over:
                raise Refused("not_over", "Feedback is asked for after the end.")
            if work.trail.after(contact_id, 0, frozenset({EventType.FEEDBACK_GIVEN})):
                raise Refused("feedback_given", "Thank you, we have your answer already.")
            words = Words(Author.CALLER, redacted(sayable(comment))) if comment and comment.strip() else None
            work.trail.append(contact, EventType.FEEDBACK_GIVEN, scores, words)

        await self._store.transact(give)
