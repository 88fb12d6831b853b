"""The moves of an offer, each inside the transaction that decides it; what becomes of its contact is in `moves`.

Lock order: queues by id, contact, offer.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.flow import direct, due, moves
from assistant.model.agent import Presence
from assistant.model.contact import AgentId, Contact, OfferId, Reach, State
from assistant.model.errors import Refused
from assistant.model.events import Author, EventType
from assistant.model.offer import Offer, OfferState
from assistant.model.storage import UnitOfWork
from assistant.model.wording import ordinal


def pending(work: UnitOfWork, offer_id: OfferId, agent_id: AgentId) -> Offer:
    """This agent's offer that waits for an answer, locked with its contact. Raises `Refused`: see `Offers.accept`."""
    offer = work.offers.get(offer_id)
    if offer is None or offer.agent_id != agent_id:
        raise Refused("no_such_offer", "There is no such offer for you.")
    # lock order: contact before the offer is judged, so that two answers cannot both win
    work.contacts.lock_only(offer.contact_id)
    offer = work.offers.get(offer_id) or offer
    if offer.state is not OfferState.PENDING:
        raise Refused("offer_ended", "This offer has ended.", outcome=offer.state.value)
    return offer


def accepted(work: UnitOfWork, offer_id: OfferId) -> tuple[Offer | None, Contact | None]:
    """The offer with its contact, both locked, if it was accepted and nobody was connected through it yet."""
    seen = work.offers.get(offer_id)
    contact = work.contacts.lock(seen.contact_id) if seen else None
    offer = work.offers.get(offer_id)
    if offer is None or contact is None or offer.state is not OfferState.ACCEPTED or offer.is_joined:
        return None, None
    if contact.offer_id != offer_id or contact.state is not State.OFFERED:
        return None, None
    return offer, contact


def set_not_ready(work: UnitOfWork, agent_id: AgentId, reason: str) -> None:
    """The agent gets no more offers for now, for a reason that the service gives."""
    direct.open_kept_places(work, agent_id, reason)
    agent = work.agents.lock(agent_id)
    if agent is not None and agent.presence is Presence.READY:
        work.agents.save(replace(agent, presence=Presence.NOT_READY, reason=reason, idle_since=None))


def withdraw(work: UnitOfWork, contact: Contact, reason: str) -> Contact:
    """Ends the open offer of a contact that is leaving the line; the contact itself is moved by who calls."""
    offer = work.offers.get(contact.offer_id) if contact.offer_id else None
    if offer is None or contact.state is not State.OFFERED:
        return contact
    for kind in (due.OFFER, due.BRIEFING, due.AFTER_STEP, due.RING):
        work.deadlines.clear(kind, offer.id)
    if offer.state is not OfferState.PENDING:
        work.offers.save(replace(offer, is_joined=True))
        return contact
    work.offers.save(offer.ended(OfferState.RESCINDED, work.now, reason))
    data = {"offer_id": offer.id, "agent_id": offer.agent_id, "outcome": "rescinded", "reason": reason}
    return work.trail.append(contact, EventType.OFFER_ENDED, data)


def end(work: UnitOfWork, offer: Offer, state: OfferState, reason: str) -> Contact | None:
    """Ends a pending offer without a connection: the contact is where it was, and may be offered at once."""
    contact = work.contacts.lock_only(offer.contact_id)
    if offer.kind.is_of_colleague and contact is not None:
        return moves.end_asked(work, contact, offer, state, reason)
    work.offers.save(offer.ended(state, work.now, reason))
    work.deadlines.clear(due.OFFER, offer.id)
    if contact is None or contact.offer_id != offer.id:
        return contact
    data = {"offer_id": offer.id, "agent_id": offer.agent_id, "outcome": state.value, "reason": reason}
    contact = work.trail.append(contact, EventType.OFFER_ENDED, data)
    contact = moves.return_to_place(work, contact, state.value)
    if contact.direct_agent_id == offer.agent_id and state is not OfferState.RESCINDED:
        return direct.open_to_all(work, contact, state.value)
    return _apologise(work, contact)


def forget(work: UnitOfWork, offer: Offer) -> None:
    """An accepted offer that came to nothing must not stay open on the agent's console."""
    work.offers.save(replace(offer, is_joined=True))
    for kind in (due.BRIEFING, due.AFTER_STEP, due.RING):
        work.deadlines.clear(kind, offer.id)


def _apologise(work: UnitOfWork, contact: Contact) -> Contact:
    """A caller who was told "Connecting you now" on arrival hears that it came to nothing, and why to stay."""
    placed = work.trail.after(contact.id, 0, frozenset({EventType.CONTACT_PLACED}))
    is_told = contact.attempt == 1 and contact.reach is not Reach.CALLBACK
    if not is_told or not placed or not placed[0].data.get("connecting"):
        return contact
    where = ordinal(work.lines.position(contact))
    text = f"I'm sorry, nobody could take it just then. You keep your place: {where} in line. Can I help meanwhile?"
    return moves.say(work, contact, Author.ASSISTANT, text)
