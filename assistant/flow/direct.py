"""A place that is kept for one agent for a while, because a colleague has passed it on to this very agent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from assistant.flow import due, moves
from assistant.model.agent import Agent
from assistant.model.contact import AgentId, Contact, State
from assistant.model.events import Author, EventType
from assistant.model.storage import UnitOfWork


def keep_for(work: UnitOfWork, contact: Contact, agent: Agent, seconds: float) -> Contact:
    """Only this agent is offered the place, until the deadline; its order and its line stay as they are."""
    work.deadlines.set(due.DIRECT, contact.id, work.now + timedelta(seconds=seconds))
    contact = replace(contact, direct_agent_id=agent.id)
    work.contacts.save(contact)
    return contact


def open_to_all(work: UnitOfWork, contact: Contact, reason: str) -> Contact:
    """A place that was kept for one agent is open to everybody in its queue; a caller who waits is told so."""
    work.deadlines.clear(due.DIRECT, contact.id)
    agent = work.agents.get(contact.direct_agent_id) if contact.direct_agent_id else None
    data = {"mode": "cold", "to_agent_id": contact.direct_agent_id, "outcome": "opened", "reason": reason}
    contact = work.trail.append(replace(contact, direct_agent_id=None), EventType.TRANSFER_ENDED, data)
    work.tell("routing", contact_id=contact.id)
    if contact.state is not State.WAITING:
        return contact
    who = agent.first_name if agent else "Your agent"
    text = f"{who} can't take it just now. You keep your place, for whoever is free first."
    return moves.say(work, contact, Author.ASSISTANT, text)


def open_kept_places(work: UnitOfWork, agent_id: AgentId, reason: str) -> None:
    """The agent takes nobody for now: the places that were kept for this agent are open to everybody."""
    for seen in work.contacts.kept_for(agent_id):
        contact = work.contacts.lock_only(seen.id)
        if contact is not None and contact.direct_agent_id == agent_id and contact.state is State.WAITING:
            open_to_all(work, contact, reason)
