"""What the caller says of it afterwards. Codes stand in the trail, the comment in its erasable words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.model.contact import ContactId
from assistant.model.errors import Refused, no_such_contact
from assistant.model.events import Author, EventType, Words
from assistant.model.redaction import redacted, sayable
from assistant.model.storage import Store, UnitOfWork

GIVEN = frozenset({EventType.FEEDBACK_GIVEN})


class Feedback:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def give(self, contact_id: ContactId, scores: Mapping[str, Any], comment: str | None = None) -> None:
        """Keeps the first answer to each question; they may come one by one, as they are keyed in.

        Raises `Refused`: `not_over` before the end, `feedback_given` where nothing of it is new.
        """

        def give(work: UnitOfWork) -> None:
            contact = work.contacts.lock_only(contact_id)
            if contact is None:
                raise no_such_contact()
            if not contact.state.is_over:
                raise Refused("not_over", "Feedback is asked for after the end.")
            before, had_comment = _given(work, contact_id)
            new = {name: score for name, score in scores.items() if name not in before}
            text = redacted(sayable(comment)) if comment and comment.strip() and not had_comment else None
            if not new and text is None:
                raise Refused("feedback_given", "Thank you, we have your answer already.")
            words = Words(Author.CALLER, text) if text is not None else None
            work.trail.append(contact, EventType.FEEDBACK_GIVEN, new, words)

        await self._store.transact(give)

    async def given(self, contact_id: ContactId) -> Mapping[str, Any]:
        """The answers so far, by question."""
        return (await self._store.read(lambda work: _given(work, contact_id)))[0]


def _given(work: UnitOfWork, contact_id: ContactId) -> tuple[dict[str, Any], bool]:
    """The answers so far, and whether there was a comment."""
    events = work.trail.after(contact_id, 0, GIVEN)
    scores: dict[str, Any] = {}
    for event in events:
        scores = event.data | scores
    return scores, any(event.words is not None for event in events)
