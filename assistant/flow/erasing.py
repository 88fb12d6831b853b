"""Erasing a contact: what was said, what was known, who it was, and what was recorded. Its trail of codes stays.

Recordings go first, as they are elsewhere: while one of them can't be deleted nothing is erased, and it is tried again.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from assistant.flow import due
from assistant.flow.recording import Recording
from assistant.flow.settling import SETTLE
from assistant.flow.spoken_messages import SpokenMessages
from assistant.model.agent import Agent
from assistant.model.contact import Contact, ContactId, State
from assistant.model.erasure import WhyErased, without_person
from assistant.model.errors import Refused, Unavailable, no_such_contact
from assistant.model.events import EventType
from assistant.model.storage import Deadline, Store, UnitOfWork
from assistant.settings.tenant import Tenant

LOOK_SECONDS = 600.0
"""Between two sweeps."""
AGAIN_SECONDS = 60.0
AT_ONCE = 50
PAUSE_SECONDS = 1.0  # between so many: a rule that is new may concern all that there ever were

log = logging.getLogger(__name__)


class Erasing:
    def __init__(self, store: Store, tenant: Tenant, recording: Recording, spoken: SpokenMessages) -> None:
        self._store = store
        self._tenant = tenant
        self._recording = recording
        self._spoken = spoken

    async def erase(self, contact_id: ContactId, why: WhyErased, by: Agent | None = None) -> datetime:
        """Erases it for good; gives since when it is erased, which may be long ago.

        Raises `Refused`: `no_such_contact`, `not_over` while it is not over or its place may be reclaimed; and
        `Unavailable`, when nothing was erased.
        """
        erased_at = await self._store.read(lambda work: _checked(work, work.contacts.get(contact_id)).erased_at)
        if erased_at is not None:
            return erased_at
        await self._recording.erase(contact_id)
        await self._spoken.erase_recording(contact_id)
        return await self._store.transact(lambda work: self._erase(work, contact_id, why, by))

    def _erase(self, work: UnitOfWork, contact_id: ContactId, why: WhyErased, by: Agent | None) -> datetime:
        contact = _checked(work, work.contacts.lock_only(contact_id))
        if contact.erased_at is not None:
            return contact.erased_at
        work.trail.drop_facts(contact_id, [fact.id for fact in work.trail.facts(contact_id)])
        work.erasures.erase(contact, SETTLE)
        work.contacts.replace_token(contact_id, secrets.token_hex(32))  # nobody holds a token that opens it
        data = {"reason": why.value} | ({"by": by.id} if by is not None else {})
        work.trail.append(without_person(contact, work.now), EventType.CONTACT_ERASED, data)
        return work.now

    async def asked_for(self, deadline: Deadline) -> None:
        """Somebody has asked for it: at once, or as soon as it is over and its recordings can be deleted."""
        try:
            await self.erase(ContactId(deadline.subject), WhyErased.ASKED)
        except (Refused, Unavailable) as error:
            log.info("an erasure waits", extra={"code": error.code, "contact_id": deadline.subject})
            await self._store.transact(lambda work: _ask_again(work, deadline))
        else:
            await self._store.transact(lambda work: work.deadlines.take(deadline))

    async def sweep(self) -> int:
        """Erases those that were over for longer than the tenant keeps them, as far as it goes; gives how many."""
        erased, failed = 0, set[ContactId]()
        while True:
            found = await self._store.read(partial(self._old, limit=AT_ONCE + len(failed)))
            old = [contact_id for contact_id in found if contact_id not in failed]
            for contact_id in old:
                try:
                    await self.erase(contact_id, WhyErased.KEPT_LONG_ENOUGH)
                    erased += 1
                except (Refused, Unavailable) as error:
                    log.warning("a contact is not erased", extra={"code": error.code, "contact_id": contact_id})
                    failed.add(contact_id)
            if len(old) < AT_ONCE:
                return erased
            await asyncio.sleep(PAUSE_SECONDS)

    def _old(self, work: UnitOfWork, limit: int) -> Sequence[ContactId]:
        days = self._tenant.erased_after_days
        return [] if days is None else work.erasures.unerased(work.now - timedelta(days=days), limit)


def ask_for(work: UnitOfWork, *, customer_number: str | None = None, number: str | None = None) -> list[ContactId]:
    """Has all contacts of this customer, or of this telephone number, erased as soon as may be; gives them.

    What is remembered of the customer besides is gone with the commit.
    """
    found = list(work.erasures.of_person(customer_number=customer_number, number=number))
    for contact_id in found:
        work.deadlines.set(due.ERASE, contact_id, work.now)
    if customer_number is not None:
        work.erasures.forget_customer(customer_number)
    return found


def _checked(work: UnitOfWork, contact: Contact | None) -> Contact:
    if contact is None:
        raise no_such_contact()
    is_over = contact.state.is_over and contact.state is not State.WRAPPING
    if not is_over or work.deadlines.when(due.RECLAIM, contact.id) is not None:
        raise Refused("not_over", "It can be erased once it is over, and its place can't be reclaimed any more.")
    return contact


def _ask_again(work: UnitOfWork, deadline: Deadline) -> None:
    if work.contacts.get(ContactId(deadline.subject)) is None:
        work.deadlines.take(deadline)
    elif work.deadlines.when(deadline.kind, deadline.subject) is not None:
        work.deadlines.set(deadline.kind, deadline.subject, work.now + timedelta(seconds=AGAIN_SECONDS))
