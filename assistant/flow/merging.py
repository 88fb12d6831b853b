"""One open place per verified person and queue: who stands in line twice keeps the older place, and one only.

The contact that the caller is talking on goes on; it takes the oldest order and what was gathered on the others, which
end. So somebody whose call was cut, and who calls again and proves who it is, has the old place back without asking.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from assistant.flow import due, moves
from assistant.flow.offer_moves import withdraw
from assistant.model.briefing import Fact, fact_id
from assistant.model.contact import Contact, ContactId, Matter, Outcome, Reach, State
from assistant.model.events import Author, EventType
from assistant.model.offer import OfferState
from assistant.model.place import EntryCause
from assistant.model.storage import UnitOfWork
from assistant.model.wording import joined_places_sentence
from assistant.settings.timing import TimingPart


def merge_places(work: UnitOfWork, contact: Contact, timing: TimingPart) -> Contact:
    """Merges the other open or lately given up places of this verified customer into this one.

    The contact and its queue's row are locked. A place that an agent has accepted already is left to that agent.
    """
    if contact.customer_number is None or not contact.state.is_in_line:
        return contact
    since = work.now - timedelta(seconds=timing.reclaim_seconds)
    before = work.lines.position(contact)
    for other in work.contacts.places_of_customer(contact.customer_number, contact.queue, since):
        if other.id != contact.id and not _is_taken_up(work, other):
            contact = take_place(work, contact, other, timing)
            contact = _take_gathered(work, contact, other)
    position = work.lines.position(contact)
    if position == before:
        return contact
    return moves.say(work, contact, Author.ASSISTANT, joined_places_sentence(position))


def take_place(work: UnitOfWork, contact: Contact, other: Contact, timing: TimingPart) -> Contact:
    """The other contact's place becomes this one's, if it is older; the other contact ends, its devices are told."""
    had_given_up = not other.state.is_in_line
    give_way(work, other, contact.id, timing)
    cause = EntryCause.RECLAIMED if had_given_up else EntryCause.RECONNECTED
    entered_at = min(contact.entered_at, other.entered_at)
    contact = moves.advance(work, replace(contact, entered_at=entered_at), other.order_at, cause)
    contact = replace(contact, head_start_seconds=max(contact.head_start_seconds, other.head_start_seconds))
    data = {"from": other.id, "order_at": contact.order_at, "cause": cause.value}
    return work.trail.append(contact, EventType.PLACES_MERGED, data)


def give_way(work: UnitOfWork, other: Contact, into: ContactId, timing: TimingPart) -> None:
    """This contact ends, for its place goes on as another's: its devices are told."""
    if not other.state.is_in_line:
        work.deadlines.clear(due.RECLAIM, other.id)
    else:
        other = withdraw(work, other, "merged")
        other = moves.leave_line(work, replace(other, reach=Reach.AWAY), State.CLOSED, Outcome.LEFT, timing)
    work.trail.append(other, EventType.PLACES_MERGED, {"into": into, "order_at": other.order_at})
    work.flush()
    work.tell(f"claimed.{other.id}", claimed=True)


def _is_taken_up(work: UnitOfWork, other: Contact) -> bool:
    """An agent is on the way to this caller already."""
    offer = work.offers.get(other.offer_id) if other.offer_id else None
    return other.state is State.OFFERED and offer is not None and offer.state is OfferState.ACCEPTED


def _take_gathered(work: UnitOfWork, contact: Contact, other: Contact) -> Contact:
    """Nobody has to say anything twice: what the other contact knew, and this one does not, is known here now."""
    known = {fact.id for fact in work.trail.facts(contact.id)}
    is_same = contact.topic in {None, other.topic}
    told = work.trail.facts(other.id) if is_same else _beside(other, work.trail.facts(other.id))
    raised = other.also if is_same or other.topic is None else (*other.also, Matter(other.topic, other.is_urgent))
    if is_same:
        contact = replace(contact, topic=contact.topic or other.topic, is_urgent=contact.is_urgent or other.is_urgent)
    have = {contact.topic, *(matter.topic for matter in contact.also)}
    contact = replace(contact, also=(*contact.also, *(matter for matter in raised if matter.topic not in have)))
    if contact.consent is None:
        contact = replace(contact, consent=other.consent, consent_asked=contact.consent_asked or other.consent_asked)
    new = [fact for fact in told if fact.id not in known]
    for fact in new:
        work.trail.put_fact(contact.id, fact)
    tried = work.trail.tried(other.id)
    for entry in tried:
        work.trail.add_tried(contact.id, entry)
    if not new and not tried and contact.topic is None:
        return contact
    return work.trail.append(contact, EventType.GATHERED_UPDATED)


def _beside(other: Contact, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts as those of matters beside the one that is talked about."""
    if other.topic is None:
        return tuple(fact for fact in facts if "." in fact.id)
    return tuple(fact if "." in fact.id else replace(fact, id=fact_id(other.topic, fact.id)) for fact in facts)
