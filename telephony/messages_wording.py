"""What a caller who texts is told of an event, if anything."""

from __future__ import annotations

from assistant.model import text_wording as words
from assistant.model.contact import Contact, Outcome
from assistant.model.events import Author, Event, EventType


def told(contact: Contact, event: Event, link: str) -> str | None:
    """The words of one event; None where there is nothing to say, or no longer."""
    match event.type:
        case EventType.MESSAGE_ADDED:
            return _message(event)
        case EventType.INPUT_REQUESTED:
            return _request(contact, event, link)
        case EventType.CONTACT_CONNECTED:
            return words.with_agent_sentence(str(event.data.get("agent_name") or "a person").partition(" ")[0])
        case EventType.CONTACT_RETURNED:
            is_lost = event.data.get("from") == "connected" and event.data.get("reason") not in SAID_OTHERWISE
            return words.BACK_IN_LINE if is_lost else None
        case EventType.CONTACT_CLOSED:
            is_agents = event.data.get("outcome") == Outcome.HANDLED and event.data.get("ended_by") == "agent"
            return words.OVER if is_agents else None
    return None


SAID_OTHERWISE = frozenset({"transferred", "idle", "caller_away"})


def _message(event: Event) -> str | None:
    said = event.words
    if said is None or said.author is Author.CALLER:
        return None
    if said.author is Author.AGENT and said.agent_name:
        return f"{said.agent_name}: {said.text}"
    titles = [title for button in said.buttons if (title := button.get("title"))]
    return f"{said.text} (Reply: {' / '.join(titles)})" if titles else said.text


def _request(contact: Contact, event: Event, link: str) -> str | None:
    pending = contact.pending_input
    if pending is None or pending.request_id != event.data.get("request_id"):
        return None
    if pending.kind != "secret" or not link:
        return pending.prompt
    return f"{pending.prompt} {words.link_sentence(link, pending.digits)}"
