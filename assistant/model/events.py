"""What happens to a contact, as its audit trail tells it.

Append-only, numbered per contact. Payloads are codes and ids; the words themselves stand in erasable rows beside.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from assistant.model.contact import ContactId


class EventType(StrEnum):
    CONTACT_PLACED = "contact.placed"
    MESSAGE_ADDED = "message.added"
    INPUT_REQUESTED = "input.requested"
    INPUT_ENDED = "input.ended"
    VERIFICATION_ATTEMPTED = "verification.attempted"
    VERIFICATION_ASKED = "verification.asked"
    VERIFICATION_ENDED = "verification.ended"
    GATHERED_UPDATED = "gathered.updated"
    SERVICE_TRIED = "service.tried"
    DIALOGUE_CHANGED = "dialogue.changed"
    REACH_CHANGED = "reach.changed"
    HEAD_START_GRANTED = "head_start.granted"
    QUEUE_CHANGED = "queue.changed"
    PLACES_MERGED = "places.merged"
    TRANSFER_ASKED = "transfer.asked"
    TRANSFER_ENDED = "transfer.ended"
    CALLBACK_TRIED = "callback.tried"
    AGENT_SILENT = "agent.silent"
    CALLER_IDLE = "caller.idle"
    OFFER_MADE = "offer.made"
    OFFER_ENDED = "offer.ended"
    CONTACT_CONNECTED = "contact.connected"
    CONTACT_RETURNED = "contact.returned"
    CONTACT_CLOSED = "contact.closed"
    CONTACT_WRAPPED = "contact.wrapped"
    PLACE_CLAIMED = "place.claimed"
    PLACE_RECLAIMED = "place.reclaimed"
    SUPERVISION_CHANGED = "supervision.changed"
    COACHING_ADDED = "coaching.added"
    CALLS_MET = "calls.met"
    CALL_CHANGED = "call.changed"
    NOTE_ADDED = "note.added"
    FEEDBACK_GIVEN = "feedback.given"
    WAIT_ANNOUNCED = "wait.announced"
    MESSAGE_SPOKEN = "message.spoken"
    PREFERENCE_ASKED = "preference.asked"
    PREFERENCE_DECIDED = "preference.decided"
    MESSAGE_MARKED = "message.marked"
    CONTAINMENT_TAKEN_BACK = "containment.taken_back"
    TEXT_DELIVERED = "text.delivered"
    TEXT_LOST = "text.lost"
    RELAY_BEGAN = "relay.began"
    RELAY_ENDED = "relay.ended"
    SPEECH_CUT = "speech.cut"
    TRANSCRIPTION_CHANGED = "transcription.changed"
    RECORDING_CHANGED = "recording.changed"
    RECORDING_HEARD = "recording.heard"
    CONTACT_ERASED = "contact.erased"


class Author(StrEnum):
    """Who said a message."""

    CALLER = "caller"
    ASSISTANT = "assistant"
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Words:
    """The erasable part of a message: redacted before it is stored."""

    author: Author
    text: str
    client_id: str | None = None
    buttons: tuple[dict[str, str], ...] = ()
    agent_name: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a contact's audit trail. `words` is set for messages whose words have not been erased."""

    contact_id: ContactId
    seq: int
    type: EventType
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    words: Words | None = None


SEEN_BY_CALLER = frozenset(
    {
        EventType.MESSAGE_ADDED,
        EventType.INPUT_REQUESTED,
        EventType.INPUT_ENDED,
        EventType.GATHERED_UPDATED,
        EventType.DIALOGUE_CHANGED,
        EventType.CONTACT_CONNECTED,
        EventType.CONTACT_RETURNED,
        EventType.CONTACT_CLOSED,
        EventType.PREFERENCE_ASKED,
        EventType.PREFERENCE_DECIDED,
    }
)

# Any other event may be a move of the place: its data tell how the place stands after it.
TELLS_STANDING = frozenset(EventType) - {
    EventType.MESSAGE_ADDED,
    EventType.INPUT_REQUESTED,
    EventType.INPUT_ENDED,
    EventType.VERIFICATION_ATTEMPTED,
    EventType.VERIFICATION_ASKED,
    EventType.VERIFICATION_ENDED,
    EventType.GATHERED_UPDATED,
    EventType.SERVICE_TRIED,
    EventType.DIALOGUE_CHANGED,
    EventType.AGENT_SILENT,
    EventType.CALLER_IDLE,
    EventType.SUPERVISION_CHANGED,
    EventType.COACHING_ADDED,
    EventType.CALLS_MET,
    EventType.CALL_CHANGED,
    EventType.NOTE_ADDED,
    EventType.FEEDBACK_GIVEN,
    EventType.WAIT_ANNOUNCED,
    EventType.MESSAGE_SPOKEN,
    EventType.PREFERENCE_ASKED,
    EventType.PREFERENCE_DECIDED,
    EventType.MESSAGE_MARKED,
    EventType.CONTAINMENT_TAKEN_BACK,
    EventType.TEXT_DELIVERED,
    EventType.TEXT_LOST,
    EventType.RELAY_BEGAN,
    EventType.RELAY_ENDED,
    EventType.SPEECH_CUT,
    EventType.TRANSCRIPTION_CHANGED,
    EventType.RECORDING_CHANGED,
    EventType.RECORDING_HEARD,
    EventType.CONTACT_ERASED,
}
