"""Looking up and settling in the tenant's own systems: an effect once per turn, all that was tried noted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any

from assistant.flow.moves import end_input
from assistant.flow.verification import Structured
from assistant.model.briefing import Tried
from assistant.model.contact import Contact
from assistant.model.errors import Unavailable
from assistant.model.events import EventType
from assistant.model.ports import BackOffice, ServiceOutcome
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant

SLOW_SECONDS = 7.0
"""So long the back office may take, with all its tries: a turn's lease is longer."""

LONGEST_ATTEMPT = 40
NOT_LOOKED_UP = "I'm sorry, I couldn't look that up just now. I've noted it for the agent, and your place stands."
UNSURE = ServiceOutcome(
    "unsure",
    "I'm sorry, our systems didn't answer, so I can't say whether that went through. The agent will check it first.",
)
FOR_THE_AGENT = ServiceOutcome("refused", "That's one for the agent.")
NOBODY: Structured = ("not_verified", {"reason": "cancelled", "tries_left": 0})

log = logging.getLogger(__name__)


class Settling:
    def __init__(
        self, store: Store, tenant: Tenant, back_office: BackOffice, slow_seconds: float = SLOW_SECONDS
    ) -> None:
        self._store = store
        self._tenant = tenant
        self._back_office = back_office
        self._slow_seconds = slow_seconds

    async def look_up(self, contact: Contact, service: str, *, is_beside: bool = False) -> Structured:
        """`found` with the service's items, or how that ended otherwise. Pages are for everybody.

        What was asked for and waits for an answer is called off, unless this is answered `is_beside` it.
        """
        part = self._tenant.services.get(service)
        if part is None or (part.page is None and part.looks_up is None):
            return _settled(service, FOR_THE_AGENT)
        if contact.pending_input is not None and not is_beside:
            await self._store.transact(lambda work: self._call_off(work, contact))
        if part.page is not None:
            await self._store.transact(lambda work: self._tried_now(work, contact, service, "done"))
            return "found", {"service": service, "items": [{"page": part.page.title, "says": part.page.says}]}
        if contact.customer_number is None or contact.verification.level < part.level:
            return NOBODY
        try:
            found = await self._in_time(self._back_office.look_up(contact.customer_number, part.looks_up or ""))
        except Unavailable:
            await self._store.transact(lambda work: self._tried_now(work, contact, service, "failed"))
            return _settled(service, ServiceOutcome("failed", NOT_LOOKED_UP))
        return "found", {"service": service, "items": found}

    async def settle(self, contact: Contact, service: str, arguments: dict[str, Any], attempt: str) -> Structured:
        """Carries out an effect, once per contact, service and attempt, however often it is ordered.

        An attempt is one yes of the caller's: a turn that is taken up again after a crash has the same one.
        """
        part = self._tenant.services.get(service)
        if part is None or part.page is not None:
            return _settled(service, FOR_THE_AGENT)
        if contact.customer_number is None or contact.verification.level < part.level:
            return NOBODY
        customer_number, attempt = contact.customer_number, f"{service}:{attempt[:LONGEST_ATTEMPT]}"
        known = await self._store.transact(lambda work: work.effects.begin(contact.id, "settle", attempt))
        if known:
            return _settled(service, ServiceOutcome(known["outcome"], known["text"]))
        try:
            key = f"{contact.id}:{attempt}"
            outcome = await self._in_time(self._back_office.settle(customer_number, service, arguments, key))
        except Unavailable:
            outcome = UNSURE
        await self._store.transact(lambda work: self._record(work, contact, service, attempt, outcome))
        return _settled(service, outcome)

    def tried(self, work: UnitOfWork, contact: Contact, service: str, outcome: str) -> Contact:
        """Notes for the agent, and for the caller to see, what was tried and how it ended."""
        if service not in self._tenant.services:
            return contact
        work.trail.add_tried(contact.id, Tried(service, self._tenant.service_label(service), outcome))
        contact = work.trail.append(contact, EventType.SERVICE_TRIED, {"service": service, "outcome": outcome})
        return work.trail.append(contact, EventType.GATHERED_UPDATED)

    async def _in_time[T](self, asking: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout(self._slow_seconds):
                return await asking
        except TimeoutError as error:
            log.warning("the back office is slow")
            raise Unavailable("back_office_unavailable", "The back office did not answer in time.") from error

    def _call_off(self, work: UnitOfWork, contact: Contact) -> None:
        current = work.contacts.lock_only(contact.id)
        if current is not None and current.pending_input is not None:
            end_input(work, current, "cancelled")

    def _tried_now(self, work: UnitOfWork, contact: Contact, service: str, outcome: str) -> None:
        current = work.contacts.lock_only(contact.id)
        if current is not None:
            self.tried(work, current, service, outcome)

    def _record(self, work: UnitOfWork, contact: Contact, service: str, attempt: str, outcome: ServiceOutcome) -> None:
        work.effects.finish(contact.id, "settle", attempt, {"outcome": outcome.outcome, "text": outcome.text})
        self._tried_now(work, contact, service, outcome.outcome)


def _settled(service: str, outcome: ServiceOutcome) -> Structured:
    return "settled", {"service": service, "outcome": outcome.outcome, "text": outcome.text}
