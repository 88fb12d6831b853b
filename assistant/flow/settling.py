"""Looking up and settling in the tenant's own systems: an effect once per turn, all that was tried noted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from assistant.flow.moves import end_input
from assistant.flow.verification import Structured
from assistant.model.briefing import Tried
from assistant.model.contact import Contact
from assistant.model.errors import Unavailable
from assistant.model.events import EventType
from assistant.model.ports import BackOffice, ServiceOutcome
from assistant.model.storage import UnitOfWork
from assistant.settings.tenant import Tenant

SLOW_SECONDS = 7.0
"""So long the back office may take, with all its tries: a turn's lease is longer."""

SETTLE = "settle"
"""The kind of its effects."""
LONGEST_ATTEMPT = 40
NOT_LOOKED_UP = "I'm sorry, I couldn't look that up just now. I've noted it for the agent, and your place stands."
UNSURE = ServiceOutcome(
    "unsure",
    "I'm sorry, our systems didn't answer, so I can't say whether that went through. The agent will check it first.",
)
FOR_THE_AGENT = ServiceOutcome("refused", "That's one for the agent.")
NOBODY: Structured = ("not_verified", {"reason": "cancelled", "tries_left": 0})

type Note = Callable[[UnitOfWork, Contact], Contact]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ended:
    """How an order ended: what the dialogue is told, and what is to be noted in the transaction that tells it."""

    structured: Structured
    note: Note | None = None


class Settling:
    def __init__(self, tenant: Tenant, back_office: BackOffice, slow_seconds: float = SLOW_SECONDS) -> None:
        self._tenant = tenant
        self._back_office = back_office
        self._slow_seconds = slow_seconds

    async def look_up(self, contact: Contact, service: str, *, is_beside: bool = False) -> Ended:
        """`found` with the service's items, or how that ended otherwise. Pages are for everybody. Changes nothing.

        What was asked for and waits for an answer is called off, unless this is answered `is_beside` it.
        """
        part = self._tenant.services.get(service)
        if part is None or (part.page is None and part.looks_up is None):
            return Ended(_settled(service, FOR_THE_AGENT))
        if part.page is not None:
            items = [{"page": part.page.title, "says": part.page.says}]
            return self._found(service, items, is_beside, outcome="done")
        if contact.customer_number is None or contact.verification.level < part.level:
            return Ended(NOBODY)
        try:
            found = await self._in_time(self._back_office.look_up(contact.customer_number, part.looks_up or ""))
        except Unavailable:
            failed = _settled(service, ServiceOutcome("failed", NOT_LOOKED_UP))
            return Ended(failed, lambda work, current: self.tried(work, current, service, "failed"))
        return self._found(service, found, is_beside)

    def _found(self, service: str, items: list[dict[str, str]], is_beside: bool, outcome: str | None = None) -> Ended:
        def note(work: UnitOfWork, contact: Contact) -> Contact:
            contact = contact if is_beside else end_input(work, contact, "cancelled")
            return contact if outcome is None else self.tried(work, contact, service, outcome)

        return Ended(("found", {"service": service, "items": items}), note)

    def begin(self, work: UnitOfWork, contact: Contact, service: str, attempt: str) -> ServiceOutcome | None:
        """Keeps the intent of an effect before it is carried out; its outcome, where it was carried out before."""
        known = (
            work.effects.begin(contact.id, SETTLE, _key(service, attempt)) if service in self._tenant.services else None
        )
        return ServiceOutcome(known["outcome"], known["text"]) if known else None

    async def settle(
        self, contact: Contact, service: str, arguments: dict[str, Any], attempt: str, known: ServiceOutcome | None
    ) -> Ended:
        """Carries out an effect that was begun, once per contact, service and attempt, however often it is ordered.

        An attempt is one yes of the caller's: a turn that is taken up again after a crash has the same one.
        """
        part = self._tenant.services.get(service)
        if part is None or part.page is not None:
            return Ended(_settled(service, FOR_THE_AGENT))
        if contact.customer_number is None or contact.verification.level < part.level:
            return Ended(NOBODY)
        if known is not None:
            return Ended(_settled(service, known))
        key = f"{contact.id}:{_key(service, attempt)}"
        try:
            outcome = await self._in_time(self._back_office.settle(contact.customer_number, service, arguments, key))
        except Unavailable:
            outcome = UNSURE

        def note(work: UnitOfWork, current: Contact) -> Contact:
            told = {"outcome": outcome.outcome, "text": outcome.text}
            work.effects.finish(contact.id, SETTLE, _key(service, attempt), told)
            return self.tried(work, current, service, outcome.outcome)

        return Ended(_settled(service, outcome), note)

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


def _key(service: str, attempt: str) -> str:
    return f"{service}:{attempt[:LONGEST_ATTEMPT]}"


def _settled(service: str, outcome: ServiceOutcome) -> Structured:
    return "settled", {"service": service, "outcome": outcome.outcome, "text": outcome.text}
