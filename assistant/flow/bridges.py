"""What becomes of a call between caller and agent: the agent's leg answered, both met, the agent's leg gone.

A leg that ends is no proof of a conversation: until both have met, the caller is owed the place. Webhooks come late and
out of order, so the notice that the conference has begun is waited for a moment before the caller is told otherwise.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from assistant.flow import due, moves, preferring, warm
from assistant.flow.offer_moves import accepted, set_not_ready
from assistant.flow.outgoing import QUEUED_UNNOTICED
from assistant.flow.overflow import watch
from assistant.flow.presence import AGENT_LOST, lost_sentence
from assistant.model.contact import Contact, ContactId, OfferId, State
from assistant.model.errors import Unavailable
from assistant.model.events import Author, EventType
from assistant.model.ports import CallControl, ConferenceControl
from assistant.model.storage import Deadline, Store, UnitOfWork
from assistant.settings.tenant import Tenant

TAKING_SECONDS = 45.0  # from the answer to the key that takes the call
LATE_SECONDS = 2.0
LOOK_SECONDS = 0.1
STEPS = frozenset({EventType.CONTACT_CONNECTED, EventType.CALLS_MET})

log = logging.getLogger(__name__)


class Bridges:
    def __init__(self, store: Store, tenant: Tenant, call_control: CallControl, conferences: ConferenceControl) -> None:
        self._store = store
        self._tenant = tenant
        self._call_control = call_control
        self._conferences = conferences

    async def answered(self, offer_id: OfferId) -> bool:
        """The agent's telephone was answered, by a person or a machine: there is a while to press the key.

        False where the offer is void.
        """

        def extend(work: UnitOfWork) -> bool:
            if warm.ringing(work, offer_id) is None:
                offer, contact = accepted(work, offer_id)
                if offer is None or contact is None:
                    return _is_on(work, offer_id)
            work.deadlines.set(due.RING, offer_id, work.now + timedelta(seconds=TAKING_SECONDS))
            return True

        return await self._store.transact(extend)

    async def rings(self, offer_id: OfferId) -> None:
        """The agent's telephone begins to ring only now: the call stood in the telephone company's own queue."""

        def look(work: UnitOfWork) -> bool:
            due_at = work.deadlines.when(due.RING, offer_id)
            return due_at is not None and due_at - work.now < self._tenant.timing.ring - QUEUED_UNNOTICED

        def extend(work: UnitOfWork) -> None:
            if warm.ringing(work, offer_id) is not None or accepted(work, offer_id)[0] is not None:
                work.deadlines.set(due.RING, offer_id, work.now + self._tenant.timing.ring)

        if await self._store.read(look):
            await self._store.transact(extend)

    async def met(self, contact_id: ContactId, attempt: int) -> None:
        """The conference of this attempt has begun: caller and agent hear each other."""

        def note(work: UnitOfWork) -> None:
            contact = work.contacts.lock_only(contact_id)
            if contact is not None and _is_of(contact, attempt) and not _have_met(work, contact):
                work.trail.append(contact, EventType.CALLS_MET, {"attempt": attempt})

        await self._store.transact(note)

    async def caller_of(self, contact_id: ContactId) -> str | None:
        """The CallSid of the caller, as far as we know on the line."""
        return await self._store.read(lambda work: warm.call_of(work, contact_id))

    async def caller_is_out(self, contact_id: ContactId, attempt: int) -> None:
        """The caller has come out of the conference of this attempt: because it is over, or to be asked for keys.

        While the agent is in it still, nothing has ended.
        """
        contact = await self._store.read(lambda work: work.contacts.get(contact_id))
        if contact is None or not _is_of(contact, attempt) or contact.pending_input is not None:
            return
        try:
            is_agent_there = await self._conferences.has_agent(contact)
        except Unavailable:
            is_agent_there = False
        if not is_agent_there:
            await self.agent_left(contact_id, attempt)

    async def agent_left(self, contact_id: ContactId, attempt: int) -> None:
        """The conference of this attempt is over without the caller's having hung up.

        After a conversation it was the agent's hanging up; of an agent whose console is lost too it was none, and the
        caller is back in the place, as where the two had never met.
        """
        await self._wait_for_notices(contact_id, attempt)

        def part(work: UnitOfWork) -> Contact | None:
            contact = work.contacts.lock(contact_id)
            if contact is None or not _is_of(contact, attempt):
                return None
            is_lost = _is_lost(work, contact)
            if _have_met(work, contact) and not is_lost:
                asked = preferring.ask(work, contact, self._tenant)
                moves.end_conversation(work, asked, "agent", self._tenant)
                return contact
            return self._give_back(work, contact, is_lost=is_lost)

        await self._release(await self._store.transact(part))

    async def agent_absent(self, deadline: Deadline) -> None:
        """The agent of a call has no console any more. While the two still talk nothing is done; this is seen again.

        Raises `Unavailable`: the deadline then stands.
        """
        contact_id = ContactId(deadline.subject)
        seen = await self._store.read(lambda work: work.contacts.get(contact_id))
        is_there = seen is not None and seen.state is State.CONNECTED and await self._conferences.has_agent(seen)

        def see(work: UnitOfWork) -> Contact | None:
            contact = work.contacts.lock(contact_id)
            if not work.deadlines.take(deadline) or contact is None or seen is None:
                return None
            agent_id = contact.agent_id
            if not _is_of(contact, seen.attempt) or agent_id is None or work.agents.has_console(agent_id):
                return None
            if is_there:
                work.deadlines.set(due.AGENT_ABSENT, contact_id, work.now + self._tenant.timing.console_grace)
                return None
            return self._give_back(work, contact, is_lost=True)

        await self._release(await self._store.transact(see))

    def _give_back(self, work: UnitOfWork, was: Contact, *, is_lost: bool) -> Contact:
        """The contact as it was, whose conference is to be ended."""
        agent = work.agents.get(was.agent_id) if was.agent_id else None
        reason = AGENT_LOST if is_lost else "phone_lost"
        contact = moves.return_to_place(work, was, reason)
        watch(work, contact, self._tenant.queues)
        moves.say(work, contact, Author.ASSISTANT, lost_sentence(work, contact, agent))
        if agent is not None:
            set_not_ready(work, agent.id, "disconnected" if is_lost else reason)
        return was

    async def _wait_for_notices(self, contact_id: ContactId, attempt: int) -> None:
        def is_clear(work: UnitOfWork) -> bool:
            contact = work.contacts.get(contact_id)
            return contact is None or not _is_of(contact, attempt) or _have_met(work, contact)

        for _ in range(round(LATE_SECONDS / LOOK_SECONDS)):
            if await self._store.read(is_clear):
                return
            await asyncio.sleep(LOOK_SECONDS)

    async def _release(self, contact: Contact | None) -> None:
        if contact is None:
            return
        try:
            await self._call_control.release(contact)
        except Unavailable as unavailable:
            # whoever is alone in the conference asks for music, and is freed then
            log.warning("a conference goes on", extra={"code": unavailable.code, "contact_id": contact.id})


def _is_lost(work: UnitOfWork, contact: Contact) -> bool:
    """The agent's console is gone, be it for a moment or for so long that the call itself is looked at."""
    gone = (due.CONSOLE, contact.agent_id or ""), (due.AGENT_ABSENT, contact.id)
    return contact.agent_id is None or any(work.deadlines.when(*deadline) is not None for deadline in gone)


def _is_of(contact: Contact, attempt: int) -> bool:
    return contact.state is State.CONNECTED and contact.attempt == attempt


def _is_on(work: UnitOfWork, offer_id: OfferId) -> bool:
    """Taken already: a webhook that comes twice."""
    offer = work.offers.get(offer_id)
    contact = work.contacts.get(offer.contact_id) if offer is not None and offer.is_joined else None
    return contact is not None and contact.state is State.CONNECTED and contact.offer_id == offer_id


def _have_met(work: UnitOfWork, contact: Contact) -> bool:
    """Since the last connection."""
    steps = work.trail.after(contact.id, 0, STEPS)
    return bool(steps) and steps[-1].type is EventType.CALLS_MET
