"""A call that was cut, and the next call from that number.

In line it was cut on our side: the place stands, and is had back. In an agent's hand it ended on the caller's side.
And who has asked on the phone to be called back, and calls instead, stands at that place.

Whether the line broke or the caller hung up nobody can tell; so, until the agent has recorded how it ended, the next
call goes on where that one was: at its place in line, and with the same agent first. The number moves the place and no
more: what was said stays hidden until the caller has proved who it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

from assistant.flow import direct, merging
from assistant.flow.due import RECLAIM
from assistant.model.agent import Agent, Presence
from assistant.model.contact import Channel, Contact, ContactId, Outcome, QueueId, Reach, State
from assistant.model.events import EventType
from assistant.model.storage import UnitOfWork
from assistant.settings.timing import TimingPart

CALLER = "caller"


@dataclass(frozen=True, slots=True)
class CutCall:
    """The call before, and the agent who had it, if that one takes contacts now."""

    before: Contact
    agent: Agent | None


class Before(NamedTuple):
    """What somebody who calls again had before: the contact, and the talk that was cut, if one was.

    `is_callback`: nothing was cut; they were to be called back, and have come by themselves.
    """

    contact_id: ContactId
    cut: CutCall | None = None
    is_callback: bool = False


def go_on(work: UnitOfWork, contact: Contact, timing: TimingPart) -> tuple[Contact, Before | None]:
    """An arriving contact with the place that its caller had, or the order of the talk that was cut, if any.

    Who is to be called back and calls has that place; hanging up again leaves it to be called back. The queue's row is
    locked, and its line may be shorter by one afterwards.
    """
    ani = contact.ani if contact.channel is Channel.VOICE else None
    lost = lost_in_line(work, ani, contact.queue, timing)
    if lost is not None:
        return _in_place_of(work, lost, contact, timing), Before(lost.id)
    expected = to_be_called(work, ani, contact.queue)
    if expected is not None:
        contact = _in_place_of(work, expected, contact, timing)
        return replace(contact, may_call_back=True), Before(expected.id, is_callback=True)
    cut = find(work, ani, timing)
    if cut is None:
        return contact, None
    return replace(contact, order_at=min(contact.order_at, cut.before.order_at)), Before(cut.before.id, cut)


def _in_place_of(work: UnitOfWork, before: Contact, contact: Contact, timing: TimingPart) -> Contact:
    """The place goes on as this contact's; what was said there stays there."""
    merging.give_way(work, before, contact.id, timing)
    order_at, entered_at = min(contact.order_at, before.order_at), min(contact.entered_at, before.entered_at)
    return replace(contact, order_at=order_at, entered_at=entered_at, head_start_seconds=before.head_start_seconds)


def find(work: UnitOfWork, ani: str | None, timing: TimingPart) -> CutCall | None:
    """What a call from this number goes on with, if anything."""
    if ani is None:
        return None
    before = work.contacts.last_call_of(ani, work.now - timedelta(seconds=timing.reclaim_seconds))
    if before is None or before.disposition is not None or before.state not in {State.WRAPPING, State.CLOSED}:
        return None
    ends = work.trail.after(before.id, 0, frozenset({EventType.CONTACT_CLOSED}))
    if not ends or ends[-1].data.get("ended_by") != CALLER:
        return None
    agent = work.agents.get(before.agent_id) if before.agent_id else None
    is_taking = agent is not None and agent.presence is Presence.READY and agent.is_reachable
    return CutCall(before, agent if is_taking else None)


def lost_in_line(work: UnitOfWork, ani: str | None, queue: QueueId, timing: TimingPart) -> Contact | None:
    """The place of a caller with this number whose call was cut on our side while it waited, locked with its queue.

    Who hung up has left; who is away, or was until the grace ran out, has not: nobody told of a hanging up.
    """
    since = work.now - timedelta(seconds=timing.reclaim_seconds)
    seen = work.contacts.lost_call_of(ani, queue, since) if ani else None
    lost = work.contacts.lock_only(seen.id) if seen else None
    if lost is None or lost.queue != queue or work.legs.of_contact(lost.id):
        return None
    is_kept = lost.state is State.WAITING and lost.reach is Reach.AWAY
    is_given_up = lost.state is State.ABANDONED and work.deadlines.when(RECLAIM, lost.id) is not None
    return lost if is_kept or (is_given_up and lost.outcome is Outcome.ABANDONED) else None


def to_be_called(work: UnitOfWork, ani: str | None, queue: QueueId) -> Contact | None:
    """The place of a caller who has asked for a call back to this number, by a call from it, and calls instead; locked.

    Where a later time was asked for, that call stands; and so it does while an agent is being rung for it.
    """
    seen = work.contacts.callback_to(ani) if ani else None
    if seen is None or seen.ani != ani or seen.channel is not Channel.VOICE or seen.queue != queue:
        return None
    place = work.contacts.lock_only(seen.id)
    if place is None or (place.queue, place.state, place.reach) != (queue, State.WAITING, Reach.CALLBACK):
        return None
    is_due = place.callback_at is not None and place.callback_at <= work.now
    return place if is_due or place.callback_tries else None


def keep_agent(work: UnitOfWork, contact: Contact, cut: CutCall, timing: TimingPart) -> Contact:
    """The agent who had the call before is the only one who is offered this one, for a while."""
    if cut.agent is None or contact.queue not in cut.agent.queues:
        return contact
    return direct.keep_for(work, contact, cut.agent, timing.direct_seconds)
