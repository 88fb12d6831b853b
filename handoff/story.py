"""What happened to a contact, event by event, for a supervisor: codes and names, none of the words that were said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.model.agent import Agent
from assistant.model.contact import AgentId
from assistant.model.events import Event, EventType
from assistant.model.place import rfc3339
from assistant.settings.tenant import Tenant

# What is worth a line, and of its data what the line says. Messages and notes stand in the transcript.
TOLD: Mapping[EventType, tuple[str, ...]] = {
    EventType.CONTACT_PLACED: ("queue", "position", "wait", "connecting"),
    EventType.INPUT_REQUESTED: ("name",),
    EventType.INPUT_ENDED: ("outcome",),
    EventType.VERIFICATION_ATTEMPTED: ("method", "outcome", "level"),
    EventType.VERIFICATION_ASKED: ("method", "again"),
    EventType.VERIFICATION_ENDED: ("outcome",),
    EventType.GATHERED_UPDATED: ("topic", "consent"),
    EventType.SERVICE_TRIED: ("service", "outcome"),
    EventType.DIALOGUE_CHANGED: ("dialogue",),
    EventType.REACH_CHANGED: ("reach", "callback_at", "reason"),
    EventType.HEAD_START_GRANTED: ("seconds", "rule"),
    EventType.QUEUE_CHANGED: ("from", "to", "cause", "reason"),
    EventType.PLACES_MERGED: ("into", "from"),
    EventType.TRANSFER_ASKED: ("mode", "to_queue"),
    EventType.TRANSFER_ENDED: ("mode", "outcome", "reason"),
    EventType.CALLBACK_TRIED: ("outcome", "tries"),
    EventType.AGENT_SILENT: ("silent_seconds",),
    EventType.CALLER_IDLE: (),
    EventType.OFFER_MADE: ("attempt",),
    EventType.OFFER_ENDED: ("outcome", "when", "reason"),
    EventType.CONTACT_CONNECTED: (),
    EventType.CONTACT_RETURNED: ("from", "reason"),
    EventType.CONTACT_CLOSED: ("outcome",),
    EventType.CONTACT_WRAPPED: ("disposition",),
    EventType.PLACE_CLAIMED: (),
    EventType.PLACE_RECLAIMED: (),
    EventType.SUPERVISION_CHANGED: ("beside", "was"),
    EventType.FEEDBACK_GIVEN: ("csat", "nps", "ces", "resolved"),
    EventType.WAIT_ANNOUNCED: ("position", "wait"),
    EventType.MESSAGE_SPOKEN: ("seconds",),
    EventType.RECORDING_CHANGED: ("state",),
    EventType.RECORDING_HEARD: (),
    EventType.CONTACT_ERASED: ("reason",),
    EventType.CONTAINMENT_TAKEN_BACK: (),
    EventType.TEXT_LOST: (),
}
AGENTS = ("to_agent_id", "agent_id", "by")


def story_of(
    events: Sequence[Event], agents: Mapping[AgentId, Agent], tenant: Tenant, *, tells_topic: bool
) -> list[dict[str, Any]]:
    """`[{seq, at, type, data}]`. Of what was gathered only a change of the topic, or of consent, is told."""
    told, topic = [], None
    for event in events:
        if event.type not in TOLD:
            continue
        data = {name: event.data[name] for name in TOLD[event.type] if event.data.get(name) is not None}
        if event.type is EventType.GATHERED_UPDATED:
            is_news = "consent" in data or (tells_topic and data.get("topic") not in {None, topic})
            topic = data.pop("topic", None) if tells_topic else None
            if not is_news:
                continue
            data |= {"topic_label": tenant.topic_label(topic)} if topic else {}
        elif event.type is EventType.SERVICE_TRIED:
            data["service_label"] = tenant.service_label(data.pop("service", ""))
        named = (agents.get(AgentId(str(event.data.get(name)))) for name in AGENTS)
        if (agent := next(filter(None, named), None)) is not None:
            data["agent_name"] = agent.name
        told.append({"seq": event.seq, "at": rfc3339(event.at), "type": event.type.value, "data": data})
    return told
