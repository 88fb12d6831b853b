"""Texts by telephone: who writes with us, what we have sent, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from assistant.model.contact import Channel, Contact, ContactId, QueueId
from assistant.model.events import EventType

CARRIER = "texts"
"""The endpoint by which what is texted stands among the deliveries."""

TEXTED = frozenset(
    {
        EventType.MESSAGE_ADDED,
        EventType.INPUT_REQUESTED,
        EventType.CONTACT_CONNECTED,
        EventType.CONTACT_RETURNED,
        EventType.CONTACT_CLOSED,
    }
)
"""The events of which a caller who texts may be told."""

USELESS_AFTER = timedelta(minutes=10)
"""A text that could not be sent for so long is not sent any more: what it says may not be true by then."""

WHATSAPP = "whatsapp:"
WHATSAPP_WINDOW = timedelta(hours=24)
"""Free words may be written so long after the other side's last message; later only an approved template."""

STATUSES = ("accepted", "scheduled", "queued", "sending", "sent", "delivered", "undelivered", "failed", "read")
"""In the order in which they may follow each other: https://www.twilio.com/docs/messaging/api/message-resource"""
FINAL = frozenset({"delivered", "undelivered", "failed", "read"})
LOST = frozenset({"undelivered", "failed"})

TEMPLATE_PART = 100
"""The part as which a template stands among what was sent of an event: after all that its words can be divided into."""


def address_of(channel: Channel, number: str) -> str:
    """How the telephone company names this number on this channel."""
    return f"{WHATSAPP}{number}" if channel is Channel.WHATSAPP else number


def is_later(status: str, than: str) -> bool:
    """Notices come in any order; a message's life goes one way, and has one end: what has arrived may still be read."""
    if status not in STATUSES or (than in FINAL and (than, status) != ("delivered", "read")):
        return False
    return than not in STATUSES or STATUSES.index(status) > STATUSES.index(than)


@dataclass(frozen=True, slots=True)
class Thread:
    """One number that writes with us; `address` is theirs, `ours` the one they wrote to last.

    `contact_id` is what it is about now, `generation` how many contacts there were: two texts at once begin one.
    Nothing is written to them from `stopped_at` on, and on WhatsApp nothing free long after `heard_at`.
    """

    address: str
    ours: str
    contact_id: ContactId | None
    generation: int
    heard_at: datetime
    stopped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SentText:
    """A part of what one event told, as the telephone company has it."""

    sid: str
    contact_id: ContactId
    seq: int
    part: int
    status: str
    error: str | None = None


class Texts(Protocol):
    def thread(self, address: str) -> Thread | None: ...
    def open_thread(self, address: str, ours: str) -> Thread:
        """The thread, locked to the commit; a new one where there was none. It has just been heard of."""
        ...

    def save_thread(self, thread: Thread) -> None: ...
    def stop(self, address: str) -> None:
        """Nothing is written to this thread from now on, if there is one; it has not been heard of by that."""
        ...

    def is_stopped(self, address: str) -> bool: ...
    def add_sent(self, sent: SentText) -> None:
        """Keeps it; one that is known already stays as it is."""
        ...

    def sent_of(self, contact_id: ContactId, seq: int) -> Mapping[int, SentText]:
        """What was sent of this event already, by its part."""
        ...

    def sent(self, sid: str) -> SentText | None: ...
    def lock_sent(self, sid: str) -> SentText | None:
        """The text, for this unit alone until it ends."""
        ...

    def save_status(self, sid: str, status: str, error: str | None) -> None: ...
    def waiting(self) -> Sequence[Contact]:
        """Those who wait and text, by queue and in order."""
        ...

    def rivals(self, queue: QueueId, contact: Contact, asked: str) -> int:
        """How many before this place could be offered now, or have a deadline of the kind `asked`."""
        ...
