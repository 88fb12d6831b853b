"""A call that was cut, and the next call from that number.

In line it was cut on our side: the place stands, and is had back. In an agent's hand it ended on the caller's side.

Whether the line broke or the caller hung up nobody can tell; so, until the agent has recorded how it ended, the next
call goes on where that one was: at its place in line, and with the same agent first. The number moves the place and no
more: what was said stays hidden until the caller has proved who it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from assistant.flow import direct
from assistant.flow.moves import RECLAIM
from assistant.model.agent import Agent, Presence
from assistant.model.contact import Contact, Outcome, QueueId, Reach, State
from assistant.model.events import EventType
from assistant.model.storage import UnitOfWork
from assistant.settings.timing import TimingPart

CALLER = "caller"


@dataclass(frozen=True, slots=True)
class CutCall:
    """The call before, and the agent who had it, if that one takes contacts now."""

    before: Contact
    agent: Agent | None


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


def keep_agent(work: UnitOfWork, contact: Contact, cut: CutCall, timing: TimingPart) -> Contact:
    """The agent who had the call before is the only one who is offered this one, for a while."""
    if cut.agent is None or contact.queue not in cut.agent.queues:
        return contact
    return direct.keep_for(work, contact, cut.agent, timing.direct_seconds)
