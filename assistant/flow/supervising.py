"""Supervisors beside a contact that an agent has in hand: listening, coaching the agent, joining both.

Colleagues who were asked to come (`flow.joining`) say their words and leave in the same way.

It is durable, so that a console that comes back goes on where it was, and ends with the agent's part in the contact.
Before anybody listens the caller has been told, or has agreed, where the tenant's rule asks for it.
"""

from __future__ import annotations

from collections.abc import Awaitable

from uuid_utils import uuid7

from assistant.flow import due, moves, silence
from assistant.flow.beside import find, part, stand
from assistant.flow.conversation import checked
from assistant.flow.outgoing import UNLIMITED, OutgoingRate
from assistant.model.agent import Agent
from assistant.model.contact import AgentId, Channel, Contact, ContactId, State
from assistant.model.errors import Refused, Unavailable, contact_closed, no_such_contact
from assistant.model.events import Author, EventType, Words
from assistant.model.ports import SupervisorCalls
from assistant.model.redaction import redacted
from assistant.model.storage import Deadline, Store, UnitOfWork
from assistant.model.supervision import Beside, Supervision
from assistant.settings.tenant import Tenant

STEPS = frozenset({EventType.CONTACT_CONNECTED, EventType.SUPERVISION_CHANGED})


class Supervising:
    def __init__(self, store: Store, tenant: Tenant, calls: SupervisorCalls, rate: OutgoingRate = UNLIMITED) -> None:
        self._store = store
        self._rate = rate
        self._tenant = tenant
        self._calls = calls

    async def stand_beside(self, contact_id: ContactId, supervisor: Agent, beside: Beside) -> None:
        """Begins to listen, coach or join, or changes from one to another; for a call a telephone is rung.

        Raises `Refused`: `no_such_contact`, `contact_closed`, `not_connected`, `same_agent`, `consent_missing`,
        `no_telephone`; and `Unavailable`, after which nobody listens.
        """

        def begin(work: UnitOfWork) -> tuple[Contact, bool, Deadline | None]:
            contact = self._connected(work, contact_id)
            if contact.agent_id == supervisor.id:
                raise Refused("same_agent", "You are this contact's agent.")
            if (
                beside is not Beside.JOIN
                and self._tenant.supervision.needs == "consent"
                and contact.consent is not True
            ):
                raise Refused("consent_missing", "The caller has not agreed to being listened to.")
            found = find(work, contact_id, supervisor.id)
            if found is not None and found.beside is beside:
                return contact, False, None
            is_call = contact.channel is Channel.VOICE
            if is_call and found is None:
                _check_telephone(work, supervisor.id)
            is_notice_due = self._is_notice_due(work, contact, beside)
            ring_id = found.ring_id if found else str(uuid7())
            notice = self._tenant.supervision.notice if is_notice_due else None
            stand(work, contact, supervisor, Supervision(contact_id, supervisor.id, beside, ring_id), notice)
            if not is_call or found is not None:
                return contact, is_notice_due, None
            begins = self._rate.ring_supervisor(work, ring_id, self._tenant.timing.ring_seconds)
            return contact, is_notice_due, begins

        contact, is_notice_due, begins = await self._store.transact(begin)
        if begins is not None:
            await self._ring(begins)
        elif contact.channel is Channel.VOICE:
            changing = self._change(contact, supervisor, beside, is_notice_due=is_notice_due)
            await self._surely(contact, supervisor, changing)

    async def ring_begins(self, deadline: Deadline) -> None:
        """The moment has come at which a supervisor's telephone may be rung. Raises as `stand_beside`."""
        await self._ring(deadline)

    async def _ring(self, deadline: Deadline) -> None:
        """Nobody listens before the notice was heard: whoever rings tells it first, whichever process that is."""

        def take(work: UnitOfWork) -> tuple[Contact, Agent, bool] | None:
            if not due.is_due(work, deadline):
                return None
            found = _locked(work, deadline)
            contact = work.contacts.get(found.contact_id) if found and work.deadlines.take(deadline) else None
            supervisor = work.agents.get(found.agent_id) if found else None
            if contact is None or supervisor is None:
                return None
            return contact, supervisor, _is_to_be_announced(work, contact, supervisor.id)

        taken = await self._store.transact(take)
        if taken is not None:
            contact, supervisor, is_notice_due = taken
            await self._surely(contact, supervisor, self._call(contact, supervisor, is_notice_due=is_notice_due))

    async def _change(self, contact: Contact, supervisor: Agent, beside: Beside, *, is_notice_due: bool) -> None:
        if is_notice_due:
            await self._calls.announce(contact)
        await self._calls.change(contact, supervisor, beside)

    async def _call(self, contact: Contact, supervisor: Agent, *, is_notice_due: bool) -> None:
        if is_notice_due:
            await self._calls.announce(contact)
        await self._calls.ring(contact, supervisor)

    async def _surely(self, contact: Contact, supervisor: Agent, asked: Awaitable[None]) -> None:
        """Where the telephone company does not do it, nobody is beside the contact."""
        try:
            await asked
        except (Refused, Unavailable):
            await self._store.transact(lambda work: self._end(work, contact.id, supervisor, "telephone_unavailable"))
            raise

    async def taken(self, contact_id: ContactId, supervisor_id: AgentId) -> None:
        """The supervisor has taken the call."""

        def take(work: UnitOfWork) -> None:
            found = find(work, contact_id, supervisor_id)
            if found is not None:
                work.deadlines.clear(due.SUPERVISOR_RING, found.ring_id)

        await self._store.transact(take)

    async def ring_expired(self, deadline: Deadline) -> None:
        """Nothing was told of a supervisor's telephone: it was not answered, or the call was never made."""

        def expire(work: UnitOfWork) -> None:
            found = _locked(work, deadline)
            supervisor = work.agents.get(found.agent_id) if found else None
            if work.deadlines.take(deadline) and found is not None and supervisor is not None:
                self._end(work, found.contact_id, supervisor, "phone_not_answered")

        await self._store.transact(expire)

    async def leave(self, contact_id: ContactId, supervisor: Agent) -> None:
        """Ends it; who is beside nobody changes nothing."""
        contact = await self._store.transact(lambda work: self._end(work, contact_id, supervisor, "left"))
        if contact is not None and contact.channel is Channel.VOICE:
            await self._calls.take_out(contact, supervisor)

    async def leg_ended(self, contact_id: ContactId, supervisor_id: AgentId, attempt: int, reason: str) -> None:
        """The supervisor's telephone has hung up, or was not answered."""

        def end(work: UnitOfWork) -> None:
            supervisor, contact = work.agents.get(supervisor_id), work.contacts.get(contact_id)
            if supervisor is not None and contact is not None and contact.attempt == attempt:
                self._end(work, contact_id, supervisor, reason)

        await self._store.transact(end)

    async def wanted(
        self, contact_id: ContactId, supervisor_id: AgentId, attempt: int
    ) -> tuple[Contact, Beside] | None:
        """What a supervisor's telephone that was answered is for; None where it is needed no more."""

        def look(work: UnitOfWork) -> tuple[Contact, Beside] | None:
            contact, found = work.contacts.get(contact_id), find(work, contact_id, supervisor_id)
            is_on = contact is not None and contact.state is State.CONNECTED and contact.attempt == attempt
            return (contact, found.beside) if contact is not None and is_on and found is not None else None

        return await self._store.read(look)

    async def say(self, contact_id: ContactId, supervisor: Agent, text: str, client_id: str | None = None) -> None:
        """To the agent alone from who coaches, to everybody from who has joined.

        Raises `Refused`: `no_such_contact` (also where the supervisor is not beside it), `not_connected`,
        `contact_closed`, `listening_only`, `not_supported` (joined to a call, which is spoken), `empty_text`,
        `text_too_long`.
        """
        text = redacted(checked(text))

        def say(work: UnitOfWork) -> None:
            found = find(work, contact_id, supervisor.id)
            if found is None:
                raise no_such_contact()
            beside = found.beside
            contact = self._connected(work, contact_id)
            if beside is Beside.LISTEN:
                raise Refused("listening_only", "You are listening: coach or join to say something.")
            if client_id is not None and work.trail.has_client_id(contact_id, client_id):
                return
            if beside is Beside.COACH:
                words = Words(Author.AGENT, text, client_id, agent_name=supervisor.name)
                work.trail.append(contact, EventType.COACHING_ADDED, {"agent_id": supervisor.id}, words)
                return
            if contact.channel is Channel.VOICE:
                raise Refused("not_supported", "A caller on the telephone cannot read.")
            moves.say(work, contact, Author.AGENT, text, client_id=client_id, agent_name=supervisor.first_name)
            silence.caller_is_awaited(work, contact, self._tenant.timing)

        await self._store.transact(say)

    def _connected(self, work: UnitOfWork, contact_id: ContactId) -> Contact:
        contact = work.contacts.lock_only(contact_id)
        if contact is None:
            raise no_such_contact()
        if contact.state is not State.CONNECTED:
            closed = contact_closed()
            raise closed if contact.state.is_over else Refused("not_connected", "No agent has this contact in hand.")
        return contact

    def _is_notice_due(self, work: UnitOfWork, contact: Contact, beside: Beside) -> bool:
        """Once per connection, before somebody listens unseen."""
        if beside is Beside.JOIN or self._tenant.supervision.needs == "nothing":
            return False
        steps = work.trail.after(contact.id, 0, STEPS)
        connected = max((event.seq for event in steps if event.type is EventType.CONTACT_CONNECTED), default=0)
        return not any(event.data.get("notice") for event in steps if event.seq > connected)

    def _end(self, work: UnitOfWork, contact_id: ContactId, supervisor: Agent, reason: str) -> Contact | None:
        contact = work.contacts.lock_only(contact_id)
        if contact is None or find(work, contact_id, supervisor.id) is None:
            return None
        part(work, contact, supervisor, reason)
        return contact


def _locked(work: UnitOfWork, deadline: Deadline) -> Supervision | None:
    """What this deadline is about, with its contact locked; None where it is over."""
    seen = work.supervisions.rung_by(deadline.subject)
    if seen is not None:
        work.contacts.lock_only(seen.contact_id)
    return work.supervisions.rung_by(deadline.subject)


def _check_telephone(work: UnitOfWork, supervisor_id: AgentId) -> None:
    supervisor = work.agents.get(supervisor_id)
    if supervisor is None or supervisor.rings_at is None:
        raise Refused("no_telephone", "You have no telephone that can be rung now.")


def _is_to_be_announced(work: UnitOfWork, contact: Contact, supervisor_id: AgentId) -> bool:
    """Whether the notice was written down since this supervisor came, and is to be heard too."""
    steps = work.trail.after(contact.id, 0, frozenset({EventType.SUPERVISION_CHANGED}))
    mine = [step.data for step in steps if step.data.get("by") == supervisor_id]
    came = max((n for n, data in enumerate(mine) if data.get("was") is None), default=0)
    return any(data.get("notice") for data in mine[came:])
