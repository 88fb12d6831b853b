"""The connector's messages: what the service may ask, and what it is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional

LONGEST_WORDS = 4000
STRUCTURED = frozenset(
    [
        "verified",
        "not_verified",
        "found",
        "settled",
        "resume",
        "agent_unavailable",
        "consent",
        "moved",
        "which_number",
        "another_number",
        "will_call",
        "called_already",
    ]
)
CONSENTS = frozenset({None, "asked", "given", "refused"})


class Malformed(ValueError):
    """The request is not as agreed; the text names the field and is safe to send back."""


@dataclass(frozen=True)
class Known:
    """What the service knows already.

    A fact whose value is None was taken back; `also` are earlier topics with their facts; `done` is what was settled.
    """

    topic: Optional[str] = None
    facts: Mapping[str, Optional[str]] = field(default_factory=dict)
    customer_name: Optional[str] = None
    also: Mapping[str, Mapping[str, Optional[str]]] = field(default_factory=dict)
    done: List[str] = field(default_factory=list)


@dataclass(frozen=True)
class Circumstances:
    """How the caller stands with us just now.

    `consent` is one of `CONSENTS`; it is asked for where `asks_consent`. `agent_waits`: an agent has accepted and waits
    for the step to end. `suits` are topics that another line handles, each with its `queue` and `name`. `earlier` is
    what an earlier contact was about: `topic`, `spoken`, `facts`. `is_familiar`: None where nobody asked.
    `spoke_before`: the words were said before the caller could have heard the assistant's last ones.
    """

    asks_consent: bool = False
    consent: Optional[str] = None
    agent_waits: bool = False
    suits: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    earlier: Optional[Mapping[str, Any]] = None
    is_familiar: Optional[bool] = None
    spoke_before: bool = False


@dataclass(frozen=True)
class TurnRequest:
    """One turn: either `words`, or a structured message with its `data`.

    `services` are on offer; `levels` are the levels of verification that they need.
    """

    conversation: str
    words: Optional[str]
    structured: Optional[str]
    data: Mapping[str, Any]
    channel: str
    language: str
    verified_level: int
    services: List[str]
    levels: Mapping[str, int]
    known: Known
    circumstances: Circumstances = Circumstances()


def read(body: Any) -> TurnRequest:
    """The request in this JSON body; raises `Malformed`."""
    body = _object(body, "body")
    conversation = body.get("conversation")
    if not isinstance(conversation, str) or not 0 < len(conversation) <= 200:
        raise Malformed("conversation: a text of 1 to 200 characters.")
    words, structured = body.get("words"), body.get("structured")
    if (words is None) == (structured is None):
        raise Malformed("words, structured: exactly one of the two.")
    if words is not None and (not isinstance(words, str) or len(words) > LONGEST_WORDS):
        raise Malformed(f"words: a text of at most {LONGEST_WORDS} characters.")
    name, data = _structured(structured) if structured is not None else (None, {})
    metadata = _object(body.get("metadata", {}), "metadata")
    level = metadata.get("verified_level", 0)
    services = metadata.get("services", [])
    if not isinstance(level, int) or isinstance(level, bool):
        raise Malformed("metadata.verified_level: a whole number.")
    if not isinstance(services, list) or not all(isinstance(service, str) for service in services):
        raise Malformed("metadata.services: a list of texts.")
    levels = _object(metadata.get("levels", {}), "metadata.levels")
    if not all(type(needed) is int for needed in levels.values()):
        raise Malformed("metadata.levels: whole numbers.")
    return TurnRequest(
        conversation=conversation,
        words=words,
        structured=name,
        data=data,
        channel=str(metadata.get("channel") or "chat"),
        language=str(metadata.get("language") or "en"),
        verified_level=level,
        services=services,
        levels=levels,
        known=_known(_object(metadata.get("known", {}), "metadata.known")),
        circumstances=_circumstances(_object(metadata.get("circumstances", {}), "metadata.circumstances")),
    )


def reply(
    collected: List[Dict[str, Any]], gathered: Dict[str, Any], step: Optional[str], intent: Optional[Dict[str, Any]]
) -> Dict[str, Any]:
    """The answer to a turn, from what Rasa said in its order. Raises ValueError when it gave two orders at once."""
    messages = []
    orders = []
    for said in collected:
        if said.get("text"):
            buttons = [{"title": button["title"], "say": button["payload"]} for button in said.get("buttons") or []]
            messages.append({"text": said["text"], "buttons": buttons})
        order = (said.get("custom") or {}).get("order")
        if order:
            orders.append(order)
    if len(orders) > 1:
        raise ValueError(f"two orders in one turn: {', '.join(order['name'] for order in orders)}")
    return {
        "messages": messages,
        "order": orders[0] if orders else None,
        "gathered": gathered,
        "step": step,
        "intent": intent,
    }


def neutral(words: str) -> str:
    """The words with no leading sign by which Rasa would take them for a command."""
    return words.strip().lstrip("/\\ \t\r\n").strip()


def _structured(structured: Any) -> tuple[str, Dict[str, Any]]:
    structured = _object(structured, "structured")
    name = structured.get("name")
    if name not in STRUCTURED:
        raise Malformed(f"structured.name: one of {', '.join(sorted(STRUCTURED))}.")
    return name, _object(structured.get("data", {}), "structured.data")


def _known(known: Dict[str, Any]) -> Known:
    topic, name = known.get("topic"), known.get("customer_name")
    facts = _object(known.get("facts", {}), "metadata.known.facts")
    if topic is not None and not isinstance(topic, str):
        raise Malformed("metadata.known.topic: a text or null.")
    _check_facts(facts, "metadata.known.facts")
    also = {}
    for each in known.get("also") or []:
        earlier = _object(each, "metadata.known.also")
        kept = _object(earlier.get("facts") or {}, "metadata.known.also.facts")
        _check_facts(kept, "metadata.known.also.facts")
        also[str(earlier.get("topic"))] = kept
    done = known.get("done") or []
    if not isinstance(done, list) or not all(isinstance(service, str) for service in done):
        raise Malformed("metadata.known.done: a list of texts.")
    return Known(topic, facts, name if isinstance(name, str) else None, also, done)


def _circumstances(told: Dict[str, Any]) -> Circumstances:
    where = "metadata.circumstances"
    consent, earlier, is_familiar = told.get("consent"), told.get("earlier"), told.get("is_familiar")
    if consent not in CONSENTS:
        raise Malformed(f"{where}.consent: one of {', '.join(sorted(filter(None, CONSENTS)))}, or null.")
    suits = _object(told.get("suits") or {}, f"{where}.suits")
    for topic, line in suits.items():
        _check_facts(_object(line, f"{where}.suits.{topic}"), f"{where}.suits.{topic}")
    return Circumstances(
        asks_consent=bool(told.get("asks_consent")),
        consent=consent,
        agent_waits=bool(told.get("agent_waits")),
        suits=suits,
        earlier=_object(earlier, f"{where}.earlier") if earlier is not None else None,
        is_familiar=None if is_familiar is None else bool(is_familiar),
        spoke_before=bool(told.get("spoke_before")),
    )


def _check_facts(facts: Dict[str, Any], where: str) -> None:
    if not all(value is None or isinstance(value, str) for value in facts.values()):
        raise Malformed(f"{where}: texts or nulls.")


def _object(value: Any, where: str) -> Dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(f"{where}: an object.")
    return value
