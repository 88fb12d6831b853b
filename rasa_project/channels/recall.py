"""What the service knows is put back into a tracker, and what a tracker has gathered is read out of it."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional

from components.conversation.consent import REFUSED
from components.conversation.state import STEPS, Stage
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from channels.wire import Circumstances, TurnRequest

OTHER_REQUEST = "other_request"


def differences(request: TurnRequest, tracker: DialogueStateTracker, domain: Domain) -> List[Event]:
    """The events that bring the tracker to what the service knows; none when it knows that already.

    A tracker that is empty (Rasa was started anew) gets its topic's form back as well, at the first fact that is
    missing, unless a service of the topic's name settles it without its facts, and what was done already. Facts that
    the tracker has and the service does not are kept: a late reply may have been thrown away.
    """
    wanted: Dict[str, Any] = {
        "services": request.services,
        "levels": request.levels,
        "verified_level": request.verified_level,
        **{fact: value for fact, value in request.known.facts.items() if fact in tracker.slots},
    }
    if request.known.customer_name:
        wanted["customer_name"] = request.known.customer_name
    topic = request.known.topic if _is_topic(request.known.topic, domain) else None
    has_form = f"{topic}_form" in domain.form_names
    moved = topic is not None and topic != tracker.get_slot("topic")
    if moved:
        wanted.update(topic=topic, stage=None, service=None)
    if request.known.done and not any(isinstance(event, UserUttered) for event in tracker.events):
        wanted["done"] = request.known.done
    wanted.update(_circumstances(request.circumstances, tracker))
    wanted["set_aside"] = _set_aside(request.known.also, tracker, topic or tracker.get_slot("topic"))
    events: List[Event] = [SlotSet(name, value) for name, value in wanted.items() if tracker.get_slot(name) != value]
    is_refused = request.circumstances.consent == REFUSED
    if moved and has_form and topic not in request.services and not is_refused:
        events += _form_events(str(topic), {**tracker.current_slot_values(), **wanted}, domain)
    return events


def _circumstances(now: Circumstances, tracker: DialogueStateTracker) -> Dict[str, Any]:
    """What the service says of the caller's standing holds: a question that was never heard was not asked."""
    told: Dict[str, Any] = {
        "asks_consent": now.asks_consent,
        "consent": now.consent,
        "agent_waits": now.agent_waits,
        "suits": dict(now.suits),
        "earlier": dict(now.earlier) if now.earlier else None,
        "is_familiar": now.is_familiar,
        "spoke_before": now.spoke_before,
    }
    if not now.agent_waits:
        told["finishing"] = None
    return {name: value for name, value in told.items() if value or tracker.get_slot(name)} | {
        "is_familiar": now.is_familiar
    }


def _set_aside(
    also: Mapping[str, Mapping[str, Optional[str]]], tracker: DialogueStateTracker, topic: Optional[str]
) -> Optional[Dict[str, Any]]:
    """The matters kept apart with their facts as the service knows them, which the caller may have mended."""
    apart: Dict[str, Dict[str, Any]] = dict(tracker.get_slot("set_aside") or {})
    for name, facts in also.items():
        if name != topic:
            apart[name] = {**apart.get(name, {}), **facts}
    return apart or tracker.get_slot("set_aside")


def _is_topic(name: Optional[str], domain: Domain) -> bool:
    """One with a form, or one that goes straight to a person: an intent with a sentence of its own."""
    return f"{name}_form" in domain.form_names or (name in domain.intents and f"utter_{name}" in domain.responses)


def _form_events(topic: str, slots: Dict[str, Any], domain: Domain) -> List[Event]:
    form = f"{topic}_form"
    missing = next((fact for fact in domain.required_slots_for_form(form) if slots.get(fact) is None), None)
    return [ActiveLoop(form if missing else None), SlotSet(REQUESTED_SLOT, missing)]


def gathered(tracker: DialogueStateTracker, domain: Domain) -> Dict[str, Any]:
    """The whole of what is known now.

    The topic and its facts, what could not be helped with, and `also` the topics beside it. A topic that went straight
    to a person has no facts of its own: it keeps whatever was told, for nobody will be asked again. Of a caller who
    wants nothing noted only the topic is known, for as long as it is being settled.
    """
    topic: Optional[str] = tracker.get_slot("topic")
    names: Iterable[str] = ()
    if topic:
        form = f"{topic}_form"
        names = domain.required_slots_for_form(form) if form in domain.form_names else _fact_slots(domain)
    consent: Optional[str] = tracker.get_slot("consent")
    facts = {name: tracker.get_slot(name) for name in (*names, OTHER_REQUEST)}
    apart: Dict[str, Dict[str, Any]] = dict(tracker.get_slot("set_aside") or {})
    if consent == REFUSED:
        facts, apart = {}, {}
    urgent_apart = tracker.get_slot("urgent_apart") or ()
    also = [{"topic": other, "facts": _told(kept), "urgent": other in urgent_apart} for other, kept in apart.items()]
    urgent = bool(tracker.get_slot("urgent"))
    return {"topic": topic, "facts": _told(facts), "urgent": urgent, "also": also, "consent": consent}


def _fact_slots(domain: Domain) -> List[str]:
    named = {slot.name for slot in domain.slots}
    return [entity for entity in domain.entities if entity in named]


def _told(facts: Dict[str, Any]) -> Dict[str, str]:
    return {name: str(value) for name, value in facts.items() if value is not None}


def step(tracker: DialogueStateTracker) -> Optional[str]:
    """What would be lost by cutting in now, in the words of the wire."""
    stage = tracker.get_slot("stage")
    return STEPS.get(Stage(stage)) if stage else None


def intent(tracker: DialogueStateTracker) -> Optional[Dict[str, Any]]:
    message: Optional[UserUttered] = tracker.latest_message
    if message is None or not message.intent.get("name"):
        return None
    return {"name": message.intent["name"], "confidence": round(float(message.intent.get("confidence") or 0.0), 4)}
