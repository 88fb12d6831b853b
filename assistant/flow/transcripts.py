"""What a contact looks like to its caller: frames since a number, and the whole view for a turn on the phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.flow.accepted_offers import is_coming
from assistant.flow.circumstances import was_here
from assistant.flow.gathering import NOTHING, gathered_of
from assistant.flow.line import Lines
from assistant.model.agent import Agent
from assistant.model.briefing import Gathered
from assistant.model.contact import Contact, ContactId, Outcome, PendingInput
from assistant.model.errors import no_such_contact
from assistant.model.events import SEEN_BY_CALLER, Author, Event, EventType
from assistant.model.place import PlaceView, rfc3339
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

CALLER_DATA = {
    EventType.CONTACT_CONNECTED: ("agent_name",),
    EventType.DIALOGUE_CHANGED: ("dialogue",),
    EventType.CONTACT_RETURNED: ("reason",),
    EventType.CONTACT_CLOSED: ("outcome",),
    EventType.INPUT_ENDED: ("request_id", "outcome"),
    EventType.PREFERENCE_ASKED: ("channel", "language"),
    EventType.PREFERENCE_DECIDED: ("is_kept",),
}

NEWEST_ONLY = frozenset({EventType.GATHERED_UPDATED, EventType.CONTACT_CLOSED})
"""Of these only the newest is told: a place that was given up and had back can end again."""

ASKED_AFTERWARDS = frozenset({Outcome.HANDLED.value, Outcome.CONTAINED.value})

TALK = frozenset(
    {
        EventType.MESSAGE_ADDED,
        EventType.DIALOGUE_CHANGED,
        EventType.VERIFICATION_ATTEMPTED,
        EventType.SERVICE_TRIED,
        EventType.WAIT_ANNOUNCED,
        EventType.NOTE_ADDED,
    }
)


@dataclass(frozen=True, slots=True)
class ContactView:
    """A contact and what happened to it after some `seq`, as its caller may know it.

    `is_agent_coming`: one has accepted and is about to be connected; the assistant says nothing more.
    """

    contact: Contact
    place: PlaceView
    events: tuple[Event, ...]
    gathered: Gathered
    agent: Agent | None
    is_agent_coming: bool = False
    survey: tuple[dict[str, Any], ...] = ()

    @property
    def pending_input(self) -> PendingInput | None:
        return self.contact.pending_input

    def frames(self) -> list[dict[str, Any]]:
        """The events as numbered frames of the wire, oldest first."""
        newest = {event.type: event.seq for event in self.events}
        frames = []
        for event in self.events:
            if event.type in NEWEST_ONLY and event.seq < newest[event.type]:
                continue
            data = self._data(event)
            if data is not None:
                frames.append(_frame(event, data))
        return frames

    def _data(self, event: Event) -> dict[str, Any] | None:
        match event.type:
            case EventType.MESSAGE_ADDED:
                return message_data(event)
            case EventType.GATHERED_UPDATED:
                return self.gathered.as_data()
            case EventType.INPUT_REQUESTED:
                pending = self.contact.pending_input
                return event.data if pending and pending.request_id == event.data["request_id"] else None
            case EventType.CONTACT_CLOSED if not self.contact.state.is_over:
                return None  # the place has been had back since
            case EventType.CONTACT_CLOSED if event.data.get("outcome") in ASKED_AFTERWARDS:
                return {"outcome": event.data["outcome"], "survey": list(self.survey)}
            case EventType.CONTACT_RETURNED if event.data.get("from") == "offered":
                return None  # nobody had been announced
        return {key: event.data.get(key) for key in CALLER_DATA[event.type]}


def _frame(event: Event, data: dict[str, Any]) -> dict[str, Any]:
    return {"seq": event.seq, "type": event.type.value, "at": rfc3339(event.at), "data": data}


def frames_of_talk(events: Sequence[Event], sent: int) -> list[dict[str, Any]] | None:
    """The frames of events that follow `sent` without a gap and tell of nothing but talk.

    None where a look at the whole contact is needed, for its state or what was gathered may have changed.
    """
    frames = []
    for event in events:
        if event.seq <= sent:
            continue
        if event.seq != sent + 1 or event.type not in TALK:
            return None
        sent = event.seq
        data = message_data(event) if event.type is EventType.MESSAGE_ADDED else None
        if event.type is EventType.DIALOGUE_CHANGED:
            data = event.data
        if data is not None:
            frames.append(_frame(event, data))
    return frames


def message_data(event: Event) -> dict[str, Any] | None:
    """A message as the wire has it; None once its words were erased."""
    words = event.words
    if words is None:
        return None
    data: dict[str, Any] = {"author": words.author.value, "text": words.text}
    if event.data.get("notice"):
        data["notice"] = True
    if words.client_id:
        data["client_id"] = words.client_id
    if words.buttons:
        data["buttons"] = list(words.buttons)
    if words.agent_name:
        data["agent_name"] = words.agent_name
    if "caption" in event.data:
        data["caption"] = event.data["caption"]
    return data


class Transcripts:
    def __init__(self, store: Store, tenant: Tenant, lines: Lines) -> None:
        self._store = store
        self._tenant = tenant
        self._lines = lines
        self._questions = tuple(tenant.survey.as_data())

    async def view(self, contact_id: ContactId, after: int = 0) -> ContactView:
        """The contact now, with its events after this `seq`. Raises `Refused` `no_such_contact`."""

        def look(work: UnitOfWork) -> tuple[Contact, tuple[Event, ...], Gathered, Agent | None, bool]:
            contact = work.contacts.get(contact_id)
            if contact is None:
                raise no_such_contact()
            events = tuple(work.trail.after(contact_id, max(after, contact.veiled_seq), SEEN_BY_CALLER))
            coming = is_coming(work, contact)
            is_known = contact.connected_at is not None or coming
            agent = work.agents.get(contact.agent_id) if contact.agent_id and is_known else None
            gathered = NOTHING if contact.veiled_seq else gathered_of(work, contact, self._tenant)
            return contact, events, gathered, agent, coming

        contact, events, gathered, agent, coming = await self._store.read(look)
        place = self._lines.view(contact)
        return ContactView(contact, place, events, gathered, agent, coming, self._questions)

    async def further_than(self, known: Mapping[ContactId, int]) -> Mapping[ContactId, int]:
        """Of these contacts those that have come further than is known, and how far. Raises `Unavailable`."""
        return await self._store.read(lambda work: work.contacts.further_than(known))

    async def needs_guidance(self, contact_id: ContactId) -> bool:
        """The caller was never in touch before, nor anybody on this number, and has not said anything yet."""

        def look(work: UnitOfWork) -> bool:
            contact = work.contacts.get(contact_id)
            if contact is None or was_here(work, contact):
                return False
            said = work.trail.after(contact_id, 0, frozenset({EventType.MESSAGE_ADDED}))
            return not any(event.words and event.words.author is Author.CALLER for event in said)

        return await self._store.read(look)
