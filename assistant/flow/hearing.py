"""How a caller's words are kept: what was asked or announced just before tells whether their digits are a secret."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.model.contact import Contact
from assistant.model.events import Author, EventType
from assistant.model.redaction import announces_secret, asks_for_other_digits, asks_for_secret, has_digits, redacted
from assistant.model.storage import UnitOfWork

RECENT = 12
TELLING = frozenset({EventType.MESSAGE_ADDED, EventType.INPUT_REQUESTED, EventType.VERIFICATION_ATTEMPTED})
TURNS = 2


@dataclass(frozen=True, slots=True)
class _Before:
    """What came before: the caller's own last words, and whether these are likely to be a secret's digits."""

    words: str = ""
    is_secret_near: bool = False


def as_kept(work: UnitOfWork, contact: Contact, words: str) -> str:
    """The words of a caller as they may be stored, and as the engine hears them."""
    asked = contact.pending_input
    if asked is not None and asked.kind == "secret":
        return redacted(words, answers_secret=True)
    if not has_digits(words):
        return redacted(words)
    before = _before(work, contact)
    return redacted(
        words,
        secret_is_near=before.is_secret_near,
        but_for=asked.digits if asked is not None else None,
        after=before.words,
    )


def _before(work: UnitOfWork, contact: Contact) -> _Before:
    words: list[str] = []
    is_near: bool | None = None
    is_proved = False
    for event in reversed(work.trail.after(contact.id, contact.seq - RECENT, TELLING)):
        if event.type is EventType.VERIFICATION_ATTEMPTED:
            is_proved = is_proved or event.data["outcome"] == "passed"
        elif event.type is EventType.INPUT_REQUESTED:
            if is_near is None:
                is_near = event.data["kind"] == "secret" and not is_proved
        elif event.words is not None and event.words.author is Author.CALLER:
            words.append(event.words.text)
            if is_near is None and announces_secret(event.words.text):
                is_near = True
            if len(words) == TURNS:
                break
        elif event.words is not None and is_near is None:
            is_near = _asked(event.words.text)
    return _Before(words[0] if words else "", bool(is_near))


def _asked(text: str) -> bool | None:
    """Whether these words of somebody else ask for a secret, or for something else that has digits; None: neither."""
    if asks_for_other_digits(text):
        return False
    return asks_for_secret(text) or None
