"""Who stands beside a contact that an agent has in hand, each step inside the transaction that decides it.

A supervisor comes unasked (`flow.supervising`), a colleague because the agent asked (`flow.joining`).
"""

from __future__ import annotations

from assistant.flow import moves
from assistant.model.agent import Agent
from assistant.model.contact import AgentId, Contact, ContactId, State
from assistant.model.events import Author, EventType
from assistant.model.storage import UnitOfWork
from assistant.model.supervision import Beside, Supervision


def find(work: UnitOfWork, contact_id: ContactId, agent_id: AgentId) -> Supervision | None:
    """How this agent is beside this contact, if at all."""
    rows = work.supervisions.of_contact(contact_id)
    return next((row for row in rows if row.agent_id == agent_id), None)


def stand(work: UnitOfWork, contact: Contact, who: Agent, now: Supervision, notice: str | None = None) -> Contact:
    """From now on `who` is beside it like this, and not as before; everybody is told of who joins and who leaves.

    `notice` is told before, to everybody.
    """
    found = find(work, contact.id, who.id)
    was = found.beside if found else None
    work.supervisions.put(now)
    data = {"by": who.id, "beside": now.beside.value, "was": was.value if was else None, "notice": notice is not None}
    contact = work.trail.append(contact, EventType.SUPERVISION_CHANGED, data)
    if notice is not None:
        contact = moves.say(work, contact, Author.SYSTEM, notice)
    if now.beside is Beside.JOIN:
        return moves.say(work, contact, Author.SYSTEM, f"{who.first_name} has joined the conversation.")
    return _left(work, contact, who) if was is Beside.JOIN else contact


def part(work: UnitOfWork, contact: Contact, who: Agent, reason: str) -> Contact:
    """`who` is beside it no more; who was not changes nothing."""
    found = find(work, contact.id, who.id)
    if found is None:
        return contact
    moves.end_supervision_of(work, found)
    data = {"by": who.id, "beside": None, "was": found.beside.value, "reason": reason}
    contact = work.trail.append(contact, EventType.SUPERVISION_CHANGED, data)
    is_missed = found.beside is Beside.JOIN and contact.state is State.CONNECTED
    return _left(work, contact, who) if is_missed else contact


def _left(work: UnitOfWork, contact: Contact, who: Agent) -> Contact:
    return moves.say(work, contact, Author.SYSTEM, f"{who.first_name} has left the conversation.")
