"""Supervisors beside a contact that an agent has in hand: listening, coaching the agent, joining both.

It is durable, so that a console that comes back goes on where it was, and ends with the agent's part in the contact.
Before anybody listens the caller has been told, or has agreed, where the tenant's rule asks for it.
"""

from __future__ import annotations

from assistant.flow import moves, silence
from assistant.flow.conversation import checked
from assistant.flow.outgoing import UNLIMITED, OutgoingRate
from assistant.model.agent import Agent
from assistant.model.contact import AgentId, Channel, Contact, ContactId, State
from assistant.model.errors import Refused, Unavailable, contact_closed, no_such_contact
from assistant.model.events import Author, EventType, Words
from assistant.model.ports import SupervisorCalls
from assistant.model.redaction import redacted
from assistant.model.storage import Store, UnitOfWork
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

        Raises `Refused`: `no_such_contact`, `contact_closed`, `not_connected`, `same_agent`, `consent_missing`; and
        `Unavailable`, after which nobody listens.
        """

        def begin(work: UnitOfWork) -> tuple[Contact, bool]:
            contact = self._connected(work, contact_id)
            if contact.agent_id == supervisor.id:
                raise Refused("same_agent", "You are this contact's agent.")
            if (
                beside is not Beside.JOIN
                and self._tenant.supervision.needs == "consent"
                and contact.consent is not True
            ):
                raise Refused("consent_missing", "The caller has not agreed to being listened to.")
            before = find(work, contact_id, supervisor.id)
            if before is beside:
                return contact, False
            is_notice_due = self._is_notice_due(work, contact, beside)
            work.supervisions.put(Supervision(contact_id, supervisor.id, beside))
            data = {"by": supervisor.id, "beside": beside.value, "was": before.value if before else None}
            told = work.trail.append(contact, EventType.SUPERVISION_CHANGED, data | {"notice": is_notice_due})
            if is_notice_due:
                told = moves.say(work, told, Author.SYSTEM, self._tenant.supervision.notice)
            if beside is Beside.JOIN:
                moves.say(work, told, Author.SYSTEM, f"{supervisor.first_name} has joined the conversation.")
            elif before is Beside.JOIN:
                moves.say(work, told, Author.SYSTEM, f"{supervisor.first_name} has left the conversation.")
            return contact, is_notice_due

        contact, is_notice_due = await self._store.transact(begin)
        if contact.channel is not Channel.VOICE:
            return
        try:
            if is_notice_due:
                await self._calls.announce(contact)
            await self._rate.wait(self._store)
            await self._calls.bring(contact, supervisor, beside)
        except (Refused, Unavailable):
            await self._store.transact(lambda work: self._end(work, contact_id, supervisor, "telephone_unavailable"))
            raise

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
            contact, beside = work.contacts.get(contact_id), find(work, contact_id, supervisor_id)
            is_on = contact is not None and contact.state is State.CONNECTED and contact.attempt == attempt
            return (contact, beside) if contact is not None and is_on and beside is not None else None

        return await self._store.read(look)

    async def say(self, contact_id: ContactId, supervisor: Agent, text: str, client_id: str | None = None) -> None:
        """To the agent alone from who coaches, to everybody from who has joined.

        Raises `Refused`: `no_such_contact` (also where the supervisor is not beside it), `not_connected`,
        `contact_closed`, `listening_only`, `not_supported` (joined to a call, which is spoken), `empty_text`,
        `text_too_long`.
        """
        text = redacted(checked(text))

        def say(work: UnitOfWork) -> None:
            beside = find(work, contact_id, supervisor.id)
            if beside is None:
                raise no_such_contact()
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
        contact, beside = work.contacts.lock_only(contact_id), find(work, contact_id, supervisor.id)
        if contact is None or beside is None:
            return None
        work.supervisions.end(contact_id, supervisor.id)
        data = {"by": supervisor.id, "beside": None, "was": beside.value, "reason": reason}
        told = work.trail.append(contact, EventType.SUPERVISION_CHANGED, data)
        if beside is Beside.JOIN and contact.state is State.CONNECTED:
            moves.say(work, told, Author.SYSTEM, f"{supervisor.first_name} has left the conversation.")
        return contact


def find(work: UnitOfWork, contact_id: ContactId, supervisor_id: AgentId) -> Beside | None:
    """How this supervisor is beside this contact, if at all."""
    rows = work.supervisions.of_contact(contact_id)
    return next((row.beside for row in rows if row.agent_id == supervisor_id), None)
