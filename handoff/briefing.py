"""What the agent sees: one line with the offer, everything with the briefing, and what changes afterwards.

A caller who did not consent has nothing passed on: topic, facts and what was said before the agent came stay hidden.
Who was verified and what was done to the account do not come from the caller's words, and are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from assistant.flow.asked_verification import asked_state
from assistant.flow.captions import is_written_down
from assistant.flow.due import WRAP_UP
from assistant.flow.gathering import gathered_of
from assistant.flow.holding import call_state
from assistant.flow.preferring import kept_of
from assistant.flow.tape_moves import recording_state
from assistant.flow.transcripts import message_data
from assistant.model.briefing import Gathered, headline
from assistant.model.contact import Contact, DialogueMode, Reach, State
from assistant.model.events import Author, Event, EventType
from assistant.model.offer import Offer, OfferKind, OfferState
from assistant.model.place import rfc3339
from assistant.model.storage import UnitOfWork
from assistant.model.supervision import Beside
from assistant.settings.tenant import Tenant

SHOWN_HISTORY = 5
ARRIVALS = frozenset({EventType.TEXT_DELIVERED, EventType.TEXT_LOST})
ASKED = frozenset({OfferKind.WARM.value, OfferKind.JOIN.value})
TRANSFERS = frozenset({EventType.CONTACT_CONNECTED, EventType.TRANSFER_ASKED, EventType.TRANSFER_ENDED})


class Briefings:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def offer(self, work: UnitOfWork, offer: Offer, contact: Contact) -> dict[str, Any]:
        """The data of `offer.made`. `in_step`: the caller would lose a step that is under way if cut now.

        A colleague's says who asks, and carries the briefing with the note: one decides on it.
        """
        data: dict[str, Any] = {
            "offer_id": offer.id,
            "contact_id": contact.id,
            "channel": contact.serving_channel.value,
            "queue": contact.queue,
            "waited_seconds": _seconds(contact.entered_at, work.now),
            "expires_at": rfc3339(offer.expires_at),
            "headline": self._headline(contact, self._passed_on(work, contact)),
            "kind": offer.kind.value,
        }
        if offer.kind.is_of_colleague:
            data |= self._asked_by(work, offer, contact)
        if contact.dialogue is DialogueMode.IN_STEP:
            step = "identity" if contact.pending_input else "confirm"
            data["in_step"] = {"step": step, "seconds": self._tenant.timing.after_step_seconds}
        return data

    def _asked_by(self, work: UnitOfWork, offer: Offer, contact: Contact) -> dict[str, Any]:
        first = work.agents.get(contact.agent_id) if contact.agent_id else None
        before = replace(contact, state=State.OFFERED)
        data = {"from": first.name if first else None, "ringing": offer.is_ringing}
        return data | {"briefing": self.full(work, before, work.trail.after(contact.id, 0))}

    def _headline(self, contact: Contact, gathered: Gathered) -> str:
        line = headline(gathered, contact.customer_name, self._tenant.service_done)
        return f"Call back: {line}" if contact.reach is Reach.CALLBACK else line

    def summary(self, work: UnitOfWork, contact: Contact) -> dict[str, Any]:
        """The data of `contact.updated`: all that can change of a contact without a message being added."""
        gathered = self._passed_on(work, contact)
        is_known = contact.customer_number is not None and contact.verification.level >= 2
        verified = contact.verification
        is_in_hand = contact.state in {State.CONNECTED, State.WRAPPING}
        agent = work.agents.get(contact.agent_id) if is_in_hand and contact.agent_id else None
        return {
            "contact_id": contact.id,
            "channel": contact.serving_channel.value,
            "queue": contact.queue,
            "language": contact.language,
            "state": contact.state.value,
            "dialogue": contact.dialogue.value,
            "reach": contact.reach.value,
            "customer": {"number": contact.customer_number, "name": contact.customer_name} if is_known else None,
            "caller_number": contact.callback_number or contact.ani,
            "verification": {"level": verified.level, "method": verified.method, "at": _instant(verified.at)},
            "topic": gathered.topic,
            "topic_label": gathered.topic_label,
            "headline": self._headline(contact, gathered),
            "facts": [fact.as_data() for fact in gathered.facts],
            "tried": [tried.as_data() for tried in gathered.tried],
            "also": [matter.as_data() for matter in gathered.also],
            "urgent": gathered.is_urgent,
            "history": self._history(work, contact),
            "consent": contact.consent,
            "prefers": _prefers(work, contact),
            "waited_seconds": _seconds(contact.entered_at, contact.connected_at or contact.ended_at or work.now),
            "entered_at": rfc3339(contact.entered_at),
            "connected_at": _instant(contact.connected_at),
            "ended_at": _instant(contact.ended_at),
            "outcome": contact.outcome.value if contact.outcome else None,
            "wrap_up_until": self.wrap_up_until(work, contact),
            "texts": _texts(work, contact),
            "transfer": self._transfer(work, contact),
            "call": _call(work, contact),
            "verification_request": asked_state(work, contact),
            "supervisors": self._supervisors(work, contact),
            "agent_name": agent.name if agent else None,
        }

    def _transfer(self, work: UnitOfWork, contact: Contact) -> dict[str, Any] | None:
        """What the agent has asked a colleague, and what has become of it: `pending`, or how it came to nothing."""
        if contact.state not in {State.CONNECTED, State.WRAPPING}:
            return None
        asked: dict[str, Any] | None = None
        for event in work.trail.after(contact.id, 0, TRANSFERS):
            if event.type is not EventType.TRANSFER_ENDED:
                asked = event.data | {"state": "pending"} if event.data.get("mode") in ASKED else None
            elif asked is not None and event.data.get("offer_id") == asked["offer_id"]:
                asked |= {"state": event.data["outcome"], "reason": event.data.get("reason")}
        colleague = work.agents.get(asked["to_agent_id"]) if asked else None
        if asked is None or colleague is None or asked["state"] == OfferState.ACCEPTED:
            return None
        told = {"mode": asked["mode"], "to": colleague.username, "agent_name": colleague.name}
        return told | {"state": asked["state"], "reason": asked.get("reason")}

    def _supervisors(self, work: UnitOfWork, contact: Contact) -> list[dict[str, str]]:
        """Who stands beside the agent, as the agent may know it."""
        shown = []
        for supervision in work.supervisions.of_contact(contact.id):
            supervisor = work.agents.get(supervision.agent_id)
            is_hidden = supervision.beside is Beside.LISTEN and not self._tenant.supervision.agents_see_listeners
            if supervisor is not None and not is_hidden:
                told = {"username": supervisor.username, "name": supervisor.name, "mode": supervision.beside.value}
                shown.append(told)
        return shown

    def wrap_up_until(self, work: UnitOfWork, contact: Contact) -> str | None:
        """When the slot is freed without a disposition."""
        return _instant(work.deadlines.when(WRAP_UP, contact.id)) if contact.state is State.WRAPPING else None

    def full(self, work: UnitOfWork, contact: Contact, events: Sequence[Event]) -> dict[str, Any]:
        """The data of `contact.briefing`; `events` are the contact's from the first to the one it is true for."""
        from_seq = hidden_until(contact, events)
        return self.summary(work, contact) | {
            "transfer_note": transfer_note(contact, events),
            "transcript": [
                {"seq": event.seq, "at": rfc3339(event.at), **data}
                for event in events
                if event.type is EventType.MESSAGE_ADDED and event.seq > from_seq and (data := message_data(event))
            ],
            "notes": [
                {"seq": event.seq, "at": rfc3339(event.at), **note_data(event)}
                for event in events
                if event.type is EventType.NOTE_ADDED and event.words
            ],
            "coaching": [
                {"seq": event.seq, "at": rfc3339(event.at), **note_data(event)}
                for event in events
                if event.type is EventType.COACHING_ADDED and event.words
            ],
            "silent_seconds": _silent_seconds(events),
        }

    def _passed_on(self, work: UnitOfWork, contact: Contact) -> Gathered:
        return gathered_of(work, contact, self._tenant).passed_on(contact.consent)

    def _history(self, work: UnitOfWork, contact: Contact) -> list[dict[str, Any]]:
        """Earlier contacts of the same customer, newest first; only to an agent of a verified caller."""
        if contact.customer_number is None or contact.verification.level < 2:
            return []
        earlier = work.contacts.earlier_of_customer(contact.customer_number, contact.id, SHOWN_HISTORY)
        return [self._history_entry(work, past) for past in earlier]

    def _history_entry(self, work: UnitOfWork, past: Contact) -> dict[str, Any]:
        topic = None if past.consent is False else past.topic
        return {
            "contact_id": past.id,
            "at": rfc3339(past.entered_at),
            "channel": past.channel.value,
            "queue": past.queue,
            "topic": topic,
            "topic_label": self._tenant.topic_label(topic),
            "outcome": past.outcome.value if past.outcome else None,
            "disposition": past.disposition,
            "notes": [] if past.consent is False else _notes_of(work, past),
        }


def _texts(work: UnitOfWork, contact: Contact) -> dict[str, dict[str, Any]]:
    """What became of what was texted, by the `seq` of its message: `{status, error}`. A lost part loses the whole."""
    if not contact.channel.is_text:
        return {}
    told: dict[str, dict[str, Any]] = {}
    for event in work.trail.after(contact.id, 0, ARRIVALS):
        seq = str(event.data["seq"])
        if told.get(seq, {}).get("error") is None:
            told[seq] = {"status": event.data["status"], "error": event.data.get("error")}
    return told


def hidden_until(contact: Contact, events: Sequence[Event]) -> int:
    """The seq up to which the words stay hidden: without consent, what was said before the agent was connected."""
    if contact.consent is not False:
        return 0
    if contact.state not in {State.CONNECTED, State.WRAPPING}:
        return contact.seq
    connected = (event.seq for event in reversed(events) if event.type is EventType.CONTACT_CONNECTED)
    return next(connected, contact.seq)


def transfer_note(contact: Contact, events: Sequence[Event]) -> str | None:
    """What a colleague wrote when passing the contact on, the last time before its agent was connected."""
    note: str | None = None
    notes: list[str | None] = []
    for event in events:
        if event.type is EventType.CONTACT_CONNECTED:
            notes.append(note)
        elif event.type is EventType.TRANSFER_ASKED:
            note = None
        elif event.type is EventType.NOTE_ADDED and event.data.get("transfer") and event.words:
            note = event.words.text
    is_connected = contact.state in {State.CONNECTED, State.WRAPPING}
    return notes[-1] if is_connected and notes else note


def company_note(events: Sequence[Event]) -> str | None:
    """What the contact's agent wrote when a colleague was last asked to join."""
    note: str | None = None
    is_asked = False
    for event in events:
        if event.type is EventType.TRANSFER_ASKED:
            note, is_asked = None, event.data.get("mode") == OfferKind.JOIN.value
        elif is_asked and event.type is EventType.NOTE_ADDED and event.data.get("transfer") and event.words:
            note = event.words.text
    return note


def _notes_of(work: UnitOfWork, contact: Contact) -> list[str]:
    written = work.trail.after(contact.id, 0, frozenset({EventType.NOTE_ADDED}))
    return [event.words.text for event in written if event.words]


def _silent_seconds(events: Sequence[Event]) -> int | None:
    """How long the caller had waited for an answer when the agent was last told of it; None once there is one."""
    for event in reversed(events):
        if event.type is EventType.AGENT_SILENT:
            seconds: int = event.data["silent_seconds"]
            return seconds
        is_agents_word = event.type is EventType.MESSAGE_ADDED and event.words and event.words.author is Author.AGENT
        if is_agents_word or event.type is EventType.CONTACT_CONNECTED:
            return None
    return None


def _call(work: UnitOfWork, contact: Contact) -> dict[str, Any] | None:
    state = call_state(work, contact)
    if state is None:
        return None
    kept = {"written_down": is_written_down(work, contact), "recording": recording_state(work, contact)}
    return asdict(state) | kept


def note_data(event: Event) -> dict[str, Any]:
    """A note, or a supervisor's words to the agent, as the wire has it; the caller never gets it."""
    words = event.words
    return {"text": words.text if words else "", "agent_name": words.agent_name if words else None}


def _seconds(since: datetime, until: datetime) -> int:
    return max(0, int((until - since).total_seconds()))


def _instant(at: datetime | None) -> str | None:
    return rfc3339(at) if at else None


def _prefers(work: UnitOfWork, contact: Contact) -> dict[str, Any] | None:
    """How the customer asked to be reached, where that is remembered."""
    kept = kept_of(work, contact)
    return {"channel": kept.channel.value, "language": kept.language} if kept is not None and kept.channel else None
