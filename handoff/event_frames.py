"""Events as the frames of an agent's console, and which of them end the agent's part.

What changes a contact's summary (`UPDATES`) is told by the newest summary alone: see `ConsoleView`.
"""

from __future__ import annotations

from typing import Any

from assistant.flow.transcripts import message_data
from assistant.model.contact import Contact, State
from assistant.model.events import Event, EventType
from assistant.model.offer import PASSED_ON
from assistant.model.place import rfc3339
from handoff.briefing import note_data
from handoff.console_protocol import contact_frame

type Frame = dict[str, Any]

UPDATES = {
    EventType.GATHERED_UPDATED,
    EventType.DIALOGUE_CHANGED,
    EventType.REACH_CHANGED,
    EventType.INPUT_ENDED,
    EventType.VERIFICATION_ATTEMPTED,
    EventType.VERIFICATION_ASKED,
    EventType.VERIFICATION_ENDED,
    EventType.TRANSFER_ASKED,
    EventType.TRANSFER_ENDED,
    EventType.CALL_CHANGED,
    EventType.TRANSCRIPTION_CHANGED,
    EventType.RECORDING_CHANGED,
    EventType.SUPERVISION_CHANGED,
    EventType.TEXT_DELIVERED,
    EventType.TEXT_LOST,
}
PARTIAL_UPDATES = {EventType.CONTACT_WRAPPED, EventType.AGENT_SILENT}


def event_frame(contact: Contact, event: Event, hidden: int) -> Frame | None:
    """The frame of this event; None for what an agent is not told. Words up to `hidden` are not passed on."""
    data = _event_data(contact, event, hidden)
    if data is None:
        return None
    type = "contact.updated" if event.type in PARTIAL_UPDATES else event.type.value
    return contact_frame(type, event.seq, event.at, {"contact_id": contact.id, **data})


def handed_over(event: Event) -> Frame:
    """The first agent's part of a warm hand-over is over, without a wrap-up."""
    data = {"contact_id": event.contact_id, "state": State.CLOSED.value, "disposition": PASSED_ON}
    return contact_frame("contact.updated", event.seq, event.at, data)


def parts(event: Event) -> bool:
    """With this event the contact leaves its agent: passed on, wrapped up, or gone before it was connected."""
    if event.type is EventType.CONTACT_CLOSED:
        return "ended_by" not in event.data
    if event.type is EventType.CONTACT_CONNECTED:
        return event.data.get("from_agent_id") is not None
    return event.type in {EventType.CONTACT_RETURNED, EventType.CONTACT_WRAPPED}


def ends(event: Event) -> bool:
    """With this event the agent's part in the conversation is over, and with it the part of who stood beside."""
    return event.type is EventType.CONTACT_CLOSED or parts(event)


def _event_data(contact: Contact, event: Event, hidden: int) -> dict[str, Any] | None:
    match event.type:
        case EventType.MESSAGE_ADDED:
            return message_data(event) if event.seq > hidden else None
        case EventType.NOTE_ADDED:
            return note_data(event) if event.words else None
        case EventType.COACHING_ADDED:
            return {"author": "supervisor", **note_data(event)} if event.words else None
        case EventType.CONTACT_CONNECTED:
            connected = {"state": State.CONNECTED.value, "dialogue": contact.dialogue.value}
            return connected | {"connected_at": rfc3339(event.at), "agent_name": event.data.get("agent_name")}
        case EventType.CONTACT_CLOSED:
            state = State.WRAPPING if "ended_by" in event.data else contact.state
            told = {name: event.data[name] for name in ("outcome", "ended_by") if name in event.data}
            return told | {"state": state.value, "ended_at": rfc3339(event.at)}
        case EventType.CONTACT_RETURNED:
            return {"reason": event.data.get("reason"), "state": State.WAITING.value}
        case EventType.AGENT_SILENT:
            return {"silent_seconds": event.data["silent_seconds"]}
        case EventType.CONTACT_WRAPPED:
            return {"state": State.CLOSED.value, "disposition": event.data.get("disposition")}
    return None
