"""The moves of a contact, each inside the transaction that decides it, with the event that tells it.

Lock order: queues by id, contact, agent slot. Every function takes a contact that its caller has locked and returns
the new record.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from assistant.flow import callback_moves, due
from assistant.model.contact import AgentId, Channel, Contact, ContactId, DialogueMode, Outcome, QueueId, Reach, State
from assistant.model.events import Author, EventType, Words
from assistant.model.offer import Offer, OfferState
from assistant.model.place import EntryCause
from assistant.model.storage import UnitOfWork
from assistant.model.supervision import Supervision
from assistant.settings.tenant import Tenant
from assistant.settings.timing import TimingPart

WHILE_WAITING = (due.DIRECT, due.OVERFLOW, due.TEXT_AWAY, due.TEXT_ASKED, due.TEXT_KEPT)
"""What falls due for a place and for nobody who is served."""

MOVED = "moved"
NOBODY_GAVE_UP = frozenset({MOVED, Outcome.HANDLED.value})
"""Why a place may leave its line without its holder having been served there or having given up."""


def say(
    work: UnitOfWork, contact: Contact, author: Author, text: str, told: dict[str, Any] | None = None, **words: object
) -> Contact:
    """One message in the contact's transcript. `told` are codes that its event tells besides the author."""
    return work.trail.append(
        contact,
        EventType.MESSAGE_ADDED,
        {"author": author.value, **(told or {})},
        Words(author, text, **words),  # type: ignore[arg-type]
    )


def end_input(work: UnitOfWork, contact: Contact, outcome: str) -> Contact:
    """Takes back what the caller was asked for, if anything."""
    if contact.pending_input is None:
        return contact
    data = {"request_id": contact.pending_input.request_id, "outcome": outcome}
    return work.trail.append(replace(contact, pending_input=None), EventType.INPUT_ENDED, data)


def set_dialogue(work: UnitOfWork, contact: Contact, mode: DialogueMode) -> Contact:
    if contact.dialogue is mode:
        return contact
    return work.trail.append(replace(contact, dialogue=mode), EventType.DIALOGUE_CHANGED, {"dialogue": mode.value})


def set_reach(work: UnitOfWork, contact: Contact, reach: Reach, **data: object) -> Contact:
    """Away places keep their position and are not offered; present ones may be offered at once.

    Who was to be called back is not any more: that begins with `call_back` alone.
    """
    if contact.reach is reach:
        return contact
    if reach is Reach.PRESENT:
        work.tell("routing", contact_id=contact.id)
    contact = replace(contact, reach=reach, callback_number=None, callback_at=None, callback_tries=0)
    return work.trail.append(contact, EventType.REACH_CHANGED, {"reach": reach.value} | data)


def change_queue(work: UnitOfWork, contact: Contact, queue: QueueId, cause: EntryCause, **data: object) -> Contact:
    """A waiting place moves to another line and keeps its order. Both queues' rows are locked by `lock_for`."""
    was = contact.queue
    work.lines.leave(contact, MOVED)
    work.deadlines.clear(due.OVERFLOW, contact.id)
    contact = replace(contact, queue=queue)
    work.lines.enter(contact, cause)
    work.tell("routing", contact_id=contact.id)
    told = {"from": was, "to": queue, "cause": cause.value, "order_at": contact.order_at}
    return work.trail.append(contact, EventType.QUEUE_CHANGED, told | data)


def lock_for(work: UnitOfWork, contact_id: ContactId, *queues: QueueId) -> Contact | None:
    """The contact, locked after its own queue's row and those of these queues, all by id."""
    while True:
        seen = work.contacts.get(contact_id)
        if seen is None:
            return None
        for queue in sorted({seen.queue, *queues}):
            work.lines.lock(queue)
        contact = work.contacts.lock_only(contact_id)
        if contact is None or contact.queue in {seen.queue, *queues}:
            return contact


def advance(work: UnitOfWork, contact: Contact, order_at: int, cause: EntryCause) -> Contact:
    """A waiting place gets an older order, for the reason given; never a younger one. The queue's row is locked."""
    if order_at >= contact.order_at:
        return contact
    work.lines.leave(contact, MOVED)
    contact = replace(contact, order_at=order_at)
    work.lines.enter(contact, cause)
    work.contacts.save(contact)
    work.tell("routing", contact_id=contact.id)
    return contact


def return_to_place(
    work: UnitOfWork, contact: Contact, reason: str, cause: EntryCause = EntryCause.RETURNED
) -> Contact:
    """The one arrow that runs back: offered or connected to waiting, with the original order.

    An offered contact never left the line; a connected one enters it again where it stood.
    """
    was = contact.state
    data = {"reason": reason, "from": was.value}
    if was is State.CONNECTED:
        contact = rescind_asked(work, end_input(work, contact, reason), reason)
    work.agents.free_slot(contact.id)
    contact = contact.moved(State.WAITING, agent_id=None, offer_id=None, connected_at=None)
    if was is State.CONNECTED:
        end_silence(work, contact)
        contact = end_supervision(work, contact, reason)
        contact = replace(contact, dialogue=DialogueMode.SPEAKING)
        work.lines.enter(contact, cause)
        data["cause"] = cause.value
    contact = callback_moves.when_hung_up(work, contact)
    contact = work.trail.append(contact, EventType.CONTACT_RETURNED, data)
    work.tell("routing", contact_id=contact.id)
    return contact


def connect(work: UnitOfWork, contact: Contact) -> Contact:
    """The agent and the caller are together: the place has served its purpose and leaves the line."""
    contact = end_input(work, contact, "agent_connected")
    work.lines.leave(contact, "connected")
    for kind in WHILE_WAITING:
        work.deadlines.clear(kind, contact.id)
    contact = contact.moved(
        State.CONNECTED, connected_at=work.now, dialogue=DialogueMode.QUIET, turn_until=None, direct_agent_id=None
    )
    agent = work.agents.get(contact.agent_id) if contact.agent_id else None
    data = {"agent_id": contact.agent_id, "offer_id": contact.offer_id, "agent_name": agent.name if agent else None}
    return work.trail.append(contact, EventType.CONTACT_CONNECTED, data)


def leave_line(work: UnitOfWork, contact: Contact, state: State, outcome: Outcome, timing: TimingPart) -> Contact:
    """Ends a contact that was waiting. A contained or abandoned place can be reclaimed for a while."""
    contact = end_input(work, contact, outcome.value)
    work.agents.free_slot(contact.id)
    work.lines.leave(contact, outcome.value)
    work.deadlines.clear(due.GRACE, contact.id)
    contact = set_reach(work, contact, Reach.AWAY) if contact.reach is Reach.CALLBACK else contact
    contact = contact.moved(
        state,
        outcome=outcome,
        ended_at=work.now,
        agent_id=None,
        offer_id=None,
        turn_until=None,
        direct_agent_id=None,
    )
    for kind in (
        due.DIRECT,
        due.OVERFLOW,
        due.CALLBACK_RING,
        due.CALLER_IDLE,
        due.TEXT_AWAY,
        due.TEXT_ASKED,
        due.TEXT_KEPT,
    ):
        work.deadlines.clear(kind, contact.id)
    if state is not State.CLOSED:
        work.deadlines.set(due.RECLAIM, contact.id, work.now + timedelta(seconds=timing.reclaim_seconds))
    return work.trail.append(contact, EventType.CONTACT_CLOSED, {"outcome": outcome.value})


def close_abandoned(work: UnitOfWork, contact: Contact, outcome: Outcome) -> Contact:
    """Who had hung up while waiting has ended otherwise, as is only learnt now: the place can't be had back."""
    work.deadlines.clear(due.RECLAIM, contact.id)
    contact = contact.moved(State.CLOSED, outcome=outcome, ended_at=work.now)
    return work.trail.append(contact, EventType.CONTACT_CLOSED, {"outcome": outcome.value})


def end_conversation(work: UnitOfWork, contact: Contact, ended_by: str, tenant: Tenant) -> Contact:
    """Caller and agent have parted: the caller's side is over, the agent wraps up within a deadline."""
    contact = rescind_asked(work, end_input(work, contact, f"ended_by_{ended_by}"), f"ended_by_{ended_by}")
    work.deadlines.clear(due.GRACE, contact.id)
    end_silence(work, contact)
    contact = end_supervision(work, contact, f"ended_by_{ended_by}")
    work.deadlines.set(due.WRAP_UP, contact.id, work.now + timedelta(seconds=tenant.timing.wrap_up_seconds))
    asked_after = tenant.survey.text_after_seconds
    if asked_after is not None and contact.channel is not Channel.CHAT:
        work.deadlines.set(due.SURVEY, contact.id, work.now + timedelta(seconds=asked_after))
    contact = contact.moved(State.WRAPPING, outcome=Outcome.HANDLED, ended_at=work.now)
    data = {"outcome": Outcome.HANDLED.value, "ended_by": ended_by}
    return work.trail.append(contact, EventType.CONTACT_CLOSED, data)


def end_silence(work: UnitOfWork, contact: Contact) -> None:
    """Nobody's answer is waited for any more."""
    for kind in (due.AGENT_SILENT, due.CALLER_IDLE, due.AGENT_ABSENT):
        work.deadlines.clear(kind, contact.id)


def end_supervision(work: UnitOfWork, contact: Contact, reason: str) -> Contact:
    """The agent's part in the contact is over, and with it everybody's who stood beside."""
    for supervision in work.supervisions.of_contact(contact.id):
        end_supervision_of(work, supervision)
        data = {"by": supervision.agent_id, "beside": None, "was": supervision.beside.value, "reason": reason}
        contact = work.trail.append(contact, EventType.SUPERVISION_CHANGED, data)
    return contact


def end_supervision_of(work: UnitOfWork, supervision: Supervision) -> None:
    """One who stood beside it does so no more, and nobody rings for that; who was asked to is free again."""
    work.supervisions.end(supervision.contact_id, supervision.agent_id)
    for kind in (due.SUPERVISOR_RING, due.SUPERVISOR_RING_BEGINS):
        work.deadlines.clear(kind, supervision.ring_id)
    agent_id = work.agents.free_slot(ContactId(supervision.ring_id))
    if agent_id is not None:
        begin_idle(work, agent_id)


def wrap_up(work: UnitOfWork, contact: Contact, disposition: str | None) -> Contact:
    """The agent's work on this contact is done; the slot is free and the agent's idle time begins."""
    work.deadlines.clear(due.WRAP_UP, contact.id)
    agent_id = work.agents.free_slot(contact.id)
    contact = contact.moved(State.CLOSED, disposition=disposition)
    contact = work.trail.append(contact, EventType.CONTACT_WRAPPED, {"disposition": disposition})
    if agent_id is not None:
        begin_idle(work, agent_id)
    return contact


def begin_idle(work: UnitOfWork, agent_id: AgentId) -> None:
    """The agent's work on a contact is over: from now on the agent counts as idle."""
    agent = work.agents.lock(agent_id)
    if agent is not None:
        work.agents.save(replace(agent, idle_since=work.now))


def end_asked(work: UnitOfWork, contact: Contact, offer: Offer, state: OfferState, reason: str) -> Contact:
    """A colleague's asking comes to nothing: nothing changes for the caller, and the agent who asked sees why."""
    work.offers.save(offer.ended(state, work.now, reason))
    for kind in (due.OFFER, due.RING):
        work.deadlines.clear(kind, offer.id)
    work.agents.free_slot(ContactId(offer.id))  # the slot that was held while the telephone rang
    data = {"mode": offer.kind.value, "offer_id": offer.id, "to_agent_id": offer.agent_id}
    return work.trail.append(contact, EventType.TRANSFER_ENDED, data | {"outcome": state.value, "reason": reason})


def rescind_asked(work: UnitOfWork, contact: Contact, reason: str) -> Contact:
    """Takes back what a colleague is asked about a connected contact, if anybody is."""
    offer = work.offers.pending_of(contact.id)
    if offer is None or not offer.kind.is_of_colleague:
        return contact
    return end_asked(work, contact, offer, OfferState.RESCINDED, reason)
