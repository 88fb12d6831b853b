"""A warm hand-over: the caller stays with one agent until a colleague has taken it, and then changes hands in one move.

The colleague is asked by an offer of its own kind, outside the line: the contact is connected all the while, and only
`join` changes anything for the caller. The slot is taken at the acceptance; where the colleague's telephone must ring
first it is held under the offer's id, because the contact's own still belongs to the first agent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

from uuid_utils import uuid7

from assistant.flow import beside, due, moves
from assistant.flow.outgoing import OutgoingRate
from assistant.model.agent import Agent, open_channels
from assistant.model.contact import AgentId, Channel, Contact, ContactId, OfferId, QueueId
from assistant.model.errors import IllegalMove, Refused
from assistant.model.events import Author, EventType
from assistant.model.offer import PASSED_ON, AcceptWhen, Offer, OfferKind, OfferState
from assistant.model.place import EntryCause
from assistant.model.storage import LegKind, UnitOfWork

NO_SLOT = "no_slot"


class ToRing(NamedTuple):
    """Who is to be rung for this offer; `is_there`: in the call already, beside the agent who hands over."""

    offer_id: OfferId
    contact: Contact
    agent: Agent
    is_there: bool = False


def ask(
    work: UnitOfWork, contact: Contact, colleague: Agent, asked: dict[str, Any], seconds: float, kind: OfferKind
) -> Contact:
    """Shows a connected contact to a colleague, for so long. `asked` says who asks, and for which queue."""
    expires_at = work.now + timedelta(seconds=seconds)
    offer_id = OfferId(str(uuid7()))
    offer = Offer(offer_id, contact.id, colleague.id, OfferState.PENDING, work.now, expires_at=expires_at, kind=kind)
    told = asked | {"mode": kind.value, "offer_id": offer_id, "to_agent_id": colleague.id}
    contact = work.trail.append(contact, EventType.TRANSFER_ASKED, told)
    work.offers.add(offer)
    work.deadlines.set(due.OFFER, offer_id, expires_at)
    return contact


def accept(work: UnitOfWork, offer: Offer, rate: OutgoingRate, ring_seconds: float) -> ToRing | Refused | None:
    """The colleague takes it: in chat the caller changes hands now; on the phone, who is to be rung now comes back.

    Who stands beside the contact has come to it already, and may hold a slot for that.

    Where no slot is free any more the offer has ended, and a refusal comes back to be raised after the commit.
    """
    contact = work.contacts.lock_only(offer.contact_id)
    if contact is None or offer.is_ringing:
        raise Refused("offer_ended", "You have taken this already.", outcome=OfferState.ACCEPTED.value)
    colleague = _lock_both(work, contact, offer)
    here = beside.find(work, contact.id, colleague.id)
    channel, slots = contact.slot_channel, work.agents.slots(offer.agent_id)
    has_slot = here is not None and any(slot.contact_id == here.ring_id for slot in slots)
    if not has_slot and channel not in open_channels(colleague, slots):
        moves.end_asked(work, contact, offer, OfferState.RESCINDED, NO_SLOT)
        return Refused(NO_SLOT, "You have no free slot for this contact; its agent keeps it.")
    if channel is not Channel.VOICE:
        join(work, offer, contact)
        return None
    if not has_slot:
        work.agents.take_slot(offer.agent_id, channel, ContactId(offer.id))
    work.effects.begin(contact.id, "ring", offer.id)
    work.offers.save(replace(offer, accept_when=AcceptWhen.NOW))
    work.deadlines.clear(due.OFFER, offer.id)
    if here is not None:  # no call is made
        work.deadlines.set(due.RING, offer.id, work.now + timedelta(seconds=ring_seconds))
        return ToRing(offer.id, contact, colleague, is_there=True)
    return ToRing(offer.id, contact, colleague) if rate.ring(work, offer.id, ring_seconds) else None


def ringing(work: UnitOfWork, offer_id: OfferId) -> Offer | None:
    """The warm offer whose telephone rings, with its contact locked; None for any other."""
    seen = work.offers.get(offer_id)
    if seen is None or seen.kind is not OfferKind.WARM:
        return None
    work.contacts.lock_only(seen.contact_id)
    offer = work.offers.get(offer_id)
    return offer if offer is not None and offer.is_ringing else None


def answered(work: UnitOfWork, offer_id: OfferId) -> None:
    """The colleague who is rung has answered: the caller changes hands, if the caller is on the phone still."""
    offer = ringing(work, offer_id)
    contact = work.contacts.get(offer.contact_id) if offer else None
    if offer is None or contact is None:
        return
    if call_of(work, contact.id) is not None:
        join(work, offer, contact)


def call_of(work: UnitOfWork, contact_id: ContactId) -> str | None:
    """The CallSid of the caller, who is on the phone; None for whoever is not."""
    return next((leg.ref for leg in work.legs.of_contact(contact_id) if leg.kind is LegKind.CALL), None)


def join(work: UnitOfWork, offer: Offer, contact: Contact) -> Contact:
    """The caller changes hands: one slot for the other, the first agent's part is over, and everybody is told.

    Another attempt begins, so that on the phone both meet in a conference of their own.
    """
    colleague, first_id = _lock_both(work, contact, offer), contact.agent_id
    first = work.agents.get(first_id) if first_id else None
    contact = moves.end_supervision(work, contact, PASSED_ON)
    for held_by in (contact.id, ContactId(offer.id)):
        work.agents.free_slot(held_by)
    if not work.agents.take_slot(offer.agent_id, contact.slot_channel, contact.id):
        raise IllegalMove(f"contact {contact.id} cannot change hands: the slot was not held")
    mark_passed_on(work, contact)
    contact = moves.end_input(work, contact, PASSED_ON)
    moves.end_silence(work, contact)
    taken = replace(offer.ended(OfferState.ACCEPTED, work.now), accept_when=AcceptWhen.NOW, is_joined=True)
    work.offers.save(taken)
    for kind in (due.OFFER, due.RING):
        work.deadlines.clear(kind, offer.id)
    ended = {"mode": "warm", "offer_id": offer.id, "to_agent_id": offer.agent_id, "outcome": taken.state.value}
    contact = work.trail.append(contact, EventType.TRANSFER_ENDED, ended | {"disposition": PASSED_ON})
    contact = _change_queue(work, contact, offer.id)
    text = f"{colleague.first_name} is taking over from {first.first_name if first else 'your agent'} now."
    contact = moves.say(work, contact, Author.ASSISTANT, text)
    contact = replace(
        contact, agent_id=offer.agent_id, offer_id=offer.id, attempt=contact.attempt + 1, connected_at=work.now
    )
    data = {"agent_id": offer.agent_id, "offer_id": offer.id, "agent_name": colleague.name, "from_agent_id": first_id}
    contact = work.trail.append(contact, EventType.CONTACT_CONNECTED, data)
    if first_id is not None:
        moves.begin_idle(work, first_id)
    return contact


def mark_passed_on(work: UnitOfWork, contact: Contact) -> None:
    """The agent who passes a contact on is not the one who is offered it next."""
    offer = work.offers.get(contact.offer_id) if contact.offer_id else None
    if offer is not None:
        work.offers.save(replace(offer, ended_at=work.now, reason=PASSED_ON))


def take_back(work: UnitOfWork, agent_id: AgentId, reason: str, *, ringing_too: bool) -> None:
    """The agent takes nobody for now: what colleagues ask this agent ends."""
    for seen in work.offers.of_agent(agent_id):
        if seen.kind.is_of_colleague and (ringing_too or not seen.is_ringing):
            take_back_one(work, seen.id, reason)


def take_back_one(work: UnitOfWork, offer_id: OfferId, reason: str) -> None:
    """Ends what a colleague asks by this offer, unless it has ended meanwhile."""
    seen = work.offers.get(offer_id)
    contact = work.contacts.lock_only(seen.contact_id) if seen else None
    offer = work.offers.get(offer_id)
    if contact is not None and offer is not None and offer.state is OfferState.PENDING:
        moves.end_asked(work, contact, offer, OfferState.RESCINDED, reason)


def _lock_both(work: UnitOfWork, contact: Contact, offer: Offer) -> Agent:
    """The colleague; both agents' rows are locked by id, so that two hand-overs cannot wait for each other."""
    both = sorted(agent_id for agent_id in {contact.agent_id, offer.agent_id} if agent_id)
    colleague = {agent_id: work.agents.lock(agent_id) for agent_id in both}[offer.agent_id]
    if colleague is None:
        raise Refused("no_such_agent", "There is no such agent any more.")
    return colleague


def _change_queue(work: UnitOfWork, contact: Contact, offer_id: OfferId) -> Contact:
    """A contact that was passed on to a queue belongs to it from now on; connected, it stands in no line."""
    asked = work.trail.after(contact.id, 0, frozenset({EventType.TRANSFER_ASKED}))
    told = next(event.data for event in reversed(asked) if event.data.get("offer_id") == offer_id)
    queue, was = told.get("to_queue"), contact.queue
    if queue in {None, was}:
        return contact
    contact = replace(contact, queue=QueueId(str(queue)))
    data = {"from": was, "to": queue, "cause": EntryCause.TRANSFERRED_IN.value, "order_at": contact.order_at}
    return work.trail.append(contact, EventType.QUEUE_CHANGED, data)
