"""Three in one conversation: an agent keeps the contact in hand and a colleague comes too, asked by an offer.

The colleague stands beside it as a supervisor does who has joined, and holds a slot of its kind meanwhile, under the
offer's id: who is in a call takes no other. It ends with the agent's part, or when the colleague leaves.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.flow import beside, due, moves
from assistant.flow.outgoing import OutgoingRate
from assistant.flow.warm import NO_SLOT
from assistant.model.agent import Agent, open_channels
from assistant.model.contact import Channel, Contact, ContactId, State
from assistant.model.errors import Refused
from assistant.model.events import EventType
from assistant.model.offer import AcceptWhen, Offer, OfferState
from assistant.model.storage import UnitOfWork
from assistant.model.supervision import Beside, Supervision


def check_absent(work: UnitOfWork, contact: Contact, colleague: Agent) -> None:
    """Raises `Refused` `beside_already` for who is in this conversation, in whichever way."""
    if beside.find(work, contact.id, colleague.id) is not None:
        raise Refused("beside_already", f"{colleague.first_name} is in this conversation already.")


def accept(work: UnitOfWork, offer: Offer, rate: OutgoingRate, ring_seconds: float) -> Refused | None:
    """The colleague comes; on the phone the colleague's telephone is to ring, by `SUPERVISOR_RING_BEGINS`.

    Where no slot is free any more the offer has ended, and a refusal comes back to be raised after the commit. Raises
    `Refused`: `offer_ended`, `no_telephone`, `beside_already`; the offer then stands.
    """
    contact, colleague = work.contacts.lock_only(offer.contact_id), work.agents.lock(offer.agent_id)
    if contact is None or contact.state is not State.CONNECTED or colleague is None:
        raise Refused("offer_ended", "The conversation is over.", outcome=OfferState.RESCINDED.value)
    check_absent(work, contact, colleague)
    is_call = contact.channel is Channel.VOICE
    if is_call and colleague.rings_at is None:
        raise Refused("no_telephone", "You have no telephone that can be rung now.")
    channel, held_by = contact.slot_channel, ContactId(offer.id)
    is_free = channel in open_channels(colleague, work.agents.slots(colleague.id))
    if not is_free or not work.agents.take_slot(colleague.id, channel, held_by):
        moves.end_asked(work, contact, offer, OfferState.RESCINDED, NO_SLOT)
        return Refused(NO_SLOT, "You have no free slot for this contact; its agent keeps it.")
    taken = replace(offer.ended(OfferState.ACCEPTED, work.now), accept_when=AcceptWhen.NOW, is_joined=True)
    work.offers.save(taken)
    work.deadlines.clear(due.OFFER, offer.id)
    data = {"mode": offer.kind.value, "offer_id": offer.id, "to_agent_id": colleague.id, "outcome": taken.state.value}
    contact = work.trail.append(contact, EventType.TRANSFER_ENDED, data)
    beside.stand(work, contact, colleague, Supervision(contact.id, colleague.id, Beside.JOIN, offer.id))
    if is_call:
        rate.ring_supervisor(work, offer.id, ring_seconds)
    return None


def lose(work: UnitOfWork, agent: Agent, reason: str) -> None:
    """The agent's console is gone for good: the agent has left what colleagues asked for. Not calls: the telephone is
    on still, and tells its own end."""
    held = {slot.contact_id for slot in work.agents.slots(agent.id)}
    for one in work.supervisions.of_agent(agent.id):
        contact = work.contacts.get(one.contact_id) if one.ring_id in held else None
        if contact is not None and contact.channel is not Channel.VOICE:
            beside.part(work, contact, agent, reason)
