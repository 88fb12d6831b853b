"""What a tenant's systems are told of an event: codes and ids; with the briefing, nothing that its caller may not see.

Made from the trail when it is sent, so that words that were erased meanwhile are not told.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson

from assistant.flow.gathering import gathered_of
from assistant.flow.transcripts import message_data
from assistant.model.agent import Agent
from assistant.model.briefing import headline
from assistant.model.contact import AgentId, Contact
from assistant.model.deliveries import TOLD_AS, Delivery
from assistant.model.events import Event, EventType
from assistant.model.place import from_micros, rfc3339
from assistant.model.storage import UnitOfWork
from assistant.settings.tenant import Tenant

TOLD_DATA = {
    EventType.CONTACT_PLACED: ("position", "reach", "wait"),
    EventType.OFFER_MADE: ("offer_id", "attempt"),
    EventType.CONTACT_CONNECTED: ("offer_id",),
    EventType.CONTACT_RETURNED: ("reason", "from"),
    EventType.CONTACT_CLOSED: ("outcome",),
    EventType.FEEDBACK_GIVEN: ("csat", "ces", "nps", "resolved"),
    EventType.CONTACT_ERASED: ("reason",),
}


class DeliveryPayloads:
    """`with_briefing`: the endpoints that asked for it."""

    def __init__(self, tenant: Tenant, with_briefing: Collection[str]) -> None:
        self._tenant = tenant
        self._with_briefing = frozenset(with_briefing)

    def payload(self, work: UnitOfWork, delivery: Delivery) -> bytes | None:
        """`{type, timestamp, data}` as JSON; None where the contact or the event is there no longer."""
        contact = work.contacts.get(delivery.contact_id)
        events = work.trail.after(delivery.contact_id, 0)
        event = next((each for each in events if each.seq == delivery.seq), None)
        if contact is None or event is None:
            return None
        data = self._of_contact(contact, event) | self._of_event(work, contact, event)
        if event.type is EventType.CONTACT_CONNECTED and delivery.endpoint in self._with_briefing:
            data["briefing"] = self.briefing(work, contact, [each for each in events if each.seq <= event.seq])
        told = {"type": TOLD_AS[event.type], "timestamp": rfc3339(event.at), "data": data}
        return orjson.dumps(told)

    def _of_contact(self, contact: Contact, event: Event) -> dict[str, Any]:
        """How the place stood at the event, where the event tells it."""
        place = event.data.get("place") or {}
        entered_at = from_micros(place["entered_at"]) if "entered_at" in place else contact.entered_at
        return {
            "contact_id": contact.id,
            "seq": event.seq,
            "channel": place.get("channel", contact.channel.value),
            "queue": place.get("queue", contact.queue),
            "language": place.get("language", contact.language),
            "entered_at": rfc3339(entered_at),
        }

    def _of_event(self, work: UnitOfWork, contact: Contact, event: Event) -> dict[str, Any]:
        data = {name: event.data.get(name) for name in TOLD_DATA[event.type]}
        if event.type in {EventType.OFFER_MADE, EventType.CONTACT_CONNECTED}:
            agent_id = event.data.get("agent_id")
            data["agent"] = _agent(work.agents.get(AgentId(agent_id)) if agent_id else None)
        if event.type is EventType.CONTACT_CONNECTED:
            data["waited_seconds"] = max(0, int((event.at - contact.entered_at).total_seconds()))
        if event.type is EventType.FEEDBACK_GIVEN:
            data["comment"] = event.words.text if event.words else None
        return data

    def briefing(self, work: UnitOfWork, contact: Contact, events: list[Event]) -> dict[str, Any]:
        """What the agent was shown, as far as the caller may see it.

        No notes of colleagues and no earlier contacts; nothing of the matter where the caller wanted nothing passed
        on, and nothing from before a claim by number, until verified again.
        """
        gathered = gathered_of(work, contact, self._tenant)
        is_known = contact.customer_number is not None and contact.verification.level >= 2
        hides = contact.consent is False
        hides_facts = hides or bool(contact.veiled_seq)
        name = contact.customer_name if is_known else None
        verified = contact.verification
        return {
            "customer": {"number": contact.customer_number, "name": name} if is_known else None,
            "verification": {
                "level": verified.level,
                "method": verified.method,
                "at": rfc3339(verified.at) if verified.at else None,
            },
            "topic": None if hides_facts else gathered.topic,
            "topic_label": None if hides_facts else gathered.topic_label,
            "headline": None if hides_facts else headline(gathered, name, self._tenant.service_done),
            "facts": [] if hides_facts else [fact.as_data() for fact in gathered.facts],
            "also": [] if hides_facts else [matter.as_data() for matter in gathered.also],
            "tried": [] if contact.veiled_seq else [tried.as_data() for tried in gathered.tried],
            "transcript": [] if hides else _transcript(events, contact.veiled_seq),
            "consent": contact.consent,
        }


def _transcript(events: list[Event], after: int) -> list[dict[str, Any]]:
    return [
        {"seq": event.seq, "at": rfc3339(event.at), **data}
        for event in events
        if event.type is EventType.MESSAGE_ADDED and event.seq > after and (data := message_data(event))
    ]


def _agent(agent: Agent | None) -> dict[str, Any] | None:
    return {"username": agent.username, "name": agent.name} if agent else None
