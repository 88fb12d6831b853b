"""An agent has accepted and is not connected yet: what the caller is asked and told meanwhile, and what is not said."""

from __future__ import annotations

from dataclasses import replace

from assistant.flow import due, moves
from assistant.model.contact import AgentId, Channel, Contact, Reach, State
from assistant.model.events import Author
from assistant.model.offer import AcceptWhen, Offer, OfferState
from assistant.model.storage import UnitOfWork
from assistant.model.wording import coming_sentence, finish_or_talk, gone_sentence

FINISH_OR_TALK = ({"title": "Finish this first", "say": "finish this first"}, {"title": "Talk now", "say": "talk now"})


def is_coming(work: UnitOfWork, contact: Contact) -> bool:
    """An agent has accepted and is about to be connected: from now on the assistant says nothing."""
    offer = _accepted(work, contact)
    return offer is not None and offer.accept_when is AcceptWhen.NOW


def waits_for_step(work: UnitOfWork, contact: Contact) -> bool:
    """An agent has accepted and waits for the caller's step to end."""
    offer = _accepted(work, contact)
    return offer is not None and offer.accept_when is AcceptWhen.AFTER_STEP


def _accepted(work: UnitOfWork, contact: Contact) -> Offer | None:
    if contact.state is not State.OFFERED or contact.offer_id is None:
        return None
    offer = work.offers.get(contact.offer_id)
    return offer if offer is not None and offer.state is OfferState.ACCEPTED and not offer.is_joined else None


def ask_to_finish(work: UnitOfWork, contact: Contact, agent_id: AgentId) -> Contact:
    """The agent waits for the step to end; the caller is asked the same."""
    by_keys = contact.channel is Channel.VOICE and contact.pending_input is not None
    text = finish_or_talk(_name(work, agent_id), by_keys=by_keys)
    return moves.say(work, contact, Author.ASSISTANT, text, buttons=FINISH_OR_TALK)


def tell_coming(work: UnitOfWork, contact: Contact, agent_id: AgentId) -> Contact:
    """On the phone it takes a while until the agent's telephone is answered: the caller hears who comes, and music."""
    if contact.channel is not Channel.VOICE or contact.reach is not Reach.PRESENT:
        return contact
    return moves.say(work, contact, Author.ASSISTANT, coming_sentence(_name(work, agent_id)))


def tell_gone(work: UnitOfWork, contact: Contact, offer: Offer) -> Contact:
    """A caller who was told that an agent is free, or on the way, hears that it came to nothing."""
    is_told = offer.accept_when is AcceptWhen.AFTER_STEP or contact.channel is Channel.VOICE
    if not is_told or contact.reach is not Reach.PRESENT:
        return contact
    text = gone_sentence(_name(work, offer.agent_id), work.lines.position(contact))
    return moves.say(work, contact, Author.ASSISTANT, text)


def step_ended(work: UnitOfWork, contact: Contact) -> Contact:
    """The step that an accepted agent was waiting for is done, or given up: connect now."""
    offer = work.offers.get(contact.offer_id) if contact.offer_id else None
    if offer is None or offer.accept_when is not AcceptWhen.AFTER_STEP or offer.is_joined:
        return contact
    work.offers.save(replace(offer, accept_when=AcceptWhen.NOW))
    work.deadlines.clear(due.AFTER_STEP, offer.id)
    work.deadlines.set(due.BRIEFING, offer.id, work.now)
    return tell_coming(work, contact, offer.agent_id)


def _name(work: UnitOfWork, agent_id: AgentId) -> str:
    agent = work.agents.get(agent_id)
    return agent.name if agent else ""
