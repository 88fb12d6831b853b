"""Caller and agent together: what they say, how it ends, and the wrap-up afterwards."""

from __future__ import annotations

from datetime import timedelta

from assistant.flow import due, moves, preferring, silence
from assistant.flow.callbacks import instead_of_leaving
from assistant.flow.closing import is_kept_until
from assistant.flow.offer_moves import withdraw
from assistant.model.agent import Agent
from assistant.model.contact import AgentId, Channel, Contact, ContactId, Outcome, State
from assistant.model.errors import Refused, Unavailable, contact_closed, no_such_contact
from assistant.model.events import Author, EventType, Words
from assistant.model.ports import CallControl
from assistant.model.redaction import redacted, sayable
from assistant.model.storage import Deadline, Store, UnitOfWork
from assistant.settings.tenant import Tenant

MAX_TEXT = 4000
TAKEN_OUT = "Our team has taken you out of the line. If that was a mistake, please start again."


class Conversation:
    def __init__(self, store: Store, tenant: Tenant, call_control: CallControl) -> None:
        self._store = store
        self._tenant = tenant
        self._call_control = call_control

    async def say(self, contact_id: ContactId, agent: Agent, text: str, client_id: str | None = None) -> None:
        """The agent says something to the caller. A `client_id` said before changes nothing."""
        text = checked(text)

        def say(work: UnitOfWork) -> None:
            contact = self._with_agent(work, contact_id, agent.id, State.CONNECTED)
            if client_id is None or not work.trail.has_client_id(contact_id, client_id):
                first_name = agent.name.partition(" ")[0]
                moves.say(work, contact, Author.AGENT, redacted(text), client_id=client_id, agent_name=first_name)
                silence.caller_is_awaited(work, contact, self._tenant.timing)

        await self._store.transact(say)

    async def note(self, contact_id: ContactId, agent: Agent, text: str) -> None:
        """Keeps a note that the caller does not see."""
        text = checked(text)

        def note(work: UnitOfWork) -> None:
            contact = self._with_agent(work, contact_id, agent.id, State.CONNECTED, State.WRAPPING)
            words = Words(Author.AGENT, redacted(text), agent_name=agent.name)
            work.trail.append(contact, EventType.NOTE_ADDED, {"agent_id": agent.id}, words)

        await self._store.transact(note)

    async def end(self, contact_id: ContactId, agent_id: AgentId) -> None:
        """The agent ends the conversation; the wrap-up begins."""

        def end(work: UnitOfWork) -> Contact:
            contact = self._with_agent(work, contact_id, agent_id, State.CONNECTED)
            asked = preferring.ask(work, contact, self._tenant)
            return moves.end_conversation(work, asked, "agent", self._tenant)

        await self._release(await self._store.transact(end))

    async def leave(self, contact_id: ContactId) -> None:
        """The caller leaves: out of the queue while waiting, out of the conversation when connected."""

        def leave(work: UnitOfWork) -> Contact:
            contact = work.contacts.lock(contact_id)
            if contact is None:
                raise no_such_contact()
            self._left(work, contact, Outcome.LEFT)
            return contact

        await self._release(await self._store.transact(leave))

    async def hang_up(self, contact_id: ContactId) -> None:
        """The caller's call has ended: it leaves, but for a caller who agreed to be called back when cut off."""

        def hang_up(work: UnitOfWork) -> Contact | None:
            contact = work.contacts.lock(contact_id)
            if contact is not None and not instead_of_leaving(work, contact, self._tenant):
                self._left(work, contact, Outcome.LEFT)
            return contact

        await self._release(await self._store.transact(hang_up))

    async def give_up_place(self, contact_id: ContactId) -> None:
        """The caller said that the matter is settled and gives up the place."""

        def give_up(work: UnitOfWork) -> Contact:
            contact = work.contacts.lock(contact_id)
            if contact is None:
                raise no_such_contact()
            if not contact.state.is_in_line:
                raise contact_closed()
            left = withdraw(work, contact, "caller_left")
            moves.leave_line(work, left, State.CONTAINED, Outcome.CONTAINED, self._tenant.timing)
            return contact

        await self._release(await self._store.transact(give_up))

    async def take_out(self, contact_id: ContactId, by: Agent, reason: str) -> None:
        """A supervisor takes a place out of its line for good. The caller is told so; the reason is kept as a note.

        Raises `Refused`: `no_such_contact`, `contact_closed`, `place_taken_up` once an agent is with the caller,
        `empty_text`, `text_too_long`.
        """
        reason = redacted(checked(reason, "reason"))

        def take_out(work: UnitOfWork) -> Contact:
            contact = work.contacts.lock(contact_id)
            if contact is None:
                raise no_such_contact()
            if contact.state is State.CONNECTED:
                raise Refused("place_taken_up", "An agent has taken this up already.")
            if not contact.state.is_in_line:
                raise contact_closed()
            withdrawn = withdraw(work, contact, "taken_out")
            words = Words(Author.AGENT, reason, agent_name=by.name)
            noted = work.trail.append(withdrawn, EventType.NOTE_ADDED, {"agent_id": by.id}, words)
            told = moves.say(work, noted, Author.SYSTEM, TAKEN_OUT)
            moves.leave_line(work, told, State.CLOSED, Outcome.REMOVED, self._tenant.timing)
            return contact

        await self._release(await self._store.transact(take_out))

    def _left(self, work: UnitOfWork, contact: Contact, outcome: Outcome) -> None:
        if contact.state is State.CONNECTED:
            moves.end_conversation(work, contact, "caller", self._tenant)
        elif contact.state.is_in_line:
            contact = withdraw(work, contact, "caller_left")
            moves.leave_line(work, contact, State.ABANDONED, outcome, self._tenant.timing)

    async def grace_ended(self, deadline: Deadline) -> None:
        """The caller did not come back in time. A chat that was connected is parked, for it may still go on."""

        def end(work: UnitOfWork) -> Contact | None:
            if not due.is_due(work, deadline):
                return None
            contact = work.contacts.lock(ContactId(deadline.subject))
            if not work.deadlines.take(deadline) or contact is None:
                return None
            if due.came_late(work, deadline) and is_kept_until(self._tenant, contact, deadline.due_at):
                again = work.now + timedelta(seconds=self._tenant.timing.grace_seconds)
                work.deadlines.set(due.GRACE, contact.id, again)
                return None
            if contact.state is State.CONNECTED and contact.channel is not Channel.VOICE:
                return silence.park(work, contact, silence.CALLER_AWAY, self._tenant.timing)
            if not instead_of_leaving(work, contact, self._tenant):
                self._left(work, contact, Outcome.ABANDONED)
            return contact

        await self._release(await self._store.transact(end))

    async def wrap_up(self, contact_id: ContactId, agent: Agent, disposition: str, notes: str) -> None:
        """The agent's work on the contact is done. Raises `Refused` `unknown_disposition`."""
        if disposition not in self._tenant.dispositions:
            known = ", ".join(self._tenant.dispositions)
            raise Refused("unknown_disposition", f"disposition: one of {known}.")

        def wrap_up(work: UnitOfWork) -> None:
            contact = self._with_agent(work, contact_id, agent.id, State.WRAPPING)
            if notes.strip():
                words = Words(Author.AGENT, redacted(sayable(notes)), agent_name=agent.name)
                contact = work.trail.append(contact, EventType.NOTE_ADDED, {"agent_id": agent.id}, words)
            moves.wrap_up(work, contact, disposition)

        await self._store.transact(wrap_up)

    async def wrap_up_ended(self, deadline: Deadline) -> None:
        """The time for the wrap-up is over: the slot is freed without a disposition."""

        def wrap_up(work: UnitOfWork) -> None:
            contact = work.contacts.lock_only(ContactId(deadline.subject))
            if work.deadlines.take(deadline) and contact is not None and contact.state is State.WRAPPING:
                moves.wrap_up(work, contact, None)

        await self._store.transact(wrap_up)

    async def reclaim_ended(self, deadline: Deadline) -> None:
        """A place that was given up can be had back until now and no longer."""
        await self._store.transact(lambda work: work.deadlines.take(deadline))

    async def _release(self, contact: Contact | None) -> None:
        """Ends the calls of a contact, given as it was before: who was to be called back may be rung just now."""
        if contact is None or contact.serving_channel is not Channel.VOICE:
            return
        try:
            await self._call_control.release(contact)
        except Unavailable:
            return  # legs that are left over end by themselves: their next webhook hears goodbye

    def _with_agent(self, work: UnitOfWork, contact_id: ContactId, agent_id: AgentId, *states: State) -> Contact:
        return in_hand(work.contacts.lock_only(contact_id), agent_id, *states)


def in_hand(contact: Contact | None, agent_id: AgentId, *states: State) -> Contact:
    """The contact, which is this agent's. Raises `Refused`: `no_such_contact`, `not_connected`, `contact_closed`."""
    if contact is None or contact.agent_id != agent_id:
        raise no_such_contact()
    if contact.state not in states:
        raise contact_closed() if contact.state.is_over else Refused("not_connected", "You are not connected yet.")
    return contact


def checked(text: str, field: str = "text") -> str:
    """What an agent wrote, if it can be kept. Raises `Refused`: `empty_text`, `text_too_long`."""
    text = sayable(text)
    if not text:
        raise Refused("empty_text", f"{field}: nothing was said.")
    if len(text) > MAX_TEXT:
        raise Refused("text_too_long", f"{field}: at most {MAX_TEXT} characters.")
    return text
