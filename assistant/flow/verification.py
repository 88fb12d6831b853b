"""Who is calling: number and PIN, collected apart from the talk, checked where they arrive and never kept.

Every attempt is counted durably before it is checked, so that a crash or a hundred parallel tries gain nothing. The
count belongs to the customer number and survives contacts, channels and restarts; a number that does not exist counts
and sounds just the same.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from uuid_utils import uuid7

from assistant.flow.head_starts import for_marks
from assistant.flow.merging import merge_places
from assistant.flow.moves import end_input
from assistant.model.contact import Contact, ContactId, PendingInput, Verification
from assistant.model.errors import Refused, Unavailable, contact_closed, no_such_contact
from assistant.model.events import EventType
from assistant.model.ports import BackOffice, Customer
from assistant.model.storage import Store, UnitOfWork
from assistant.model.wording import number
from assistant.settings.tenant import Tenant

NUMBER, PIN, IDENTITY_TOKEN = "customer_number", "pin", "identity_token"
PIN_LEVEL = TOKEN_LEVEL = 2

type Structured = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Check:
    """A counted attempt that is to be checked now."""

    customer_number: str
    subject: str
    failures: int
    contact_failures: int


class VerificationDesk:
    def __init__(self, store: Store, tenant: Tenant, back_office: BackOffice, secret_key: bytes) -> None:
        self._store = store
        self._tenant = tenant
        self._rules = tenant.verification
        self._back_office = back_office
        self._secret_key = secret_key

    def begin(self, work: UnitOfWork, contact: Contact) -> Contact:
        """Asks for the customer number; the PIN follows."""
        return self._ask(work, end_input(work, contact, "asked_again"), NUMBER)

    def _ask(self, work: UnitOfWork, contact: Contact, name: str) -> Contact:
        if name == NUMBER:
            digits = self._rules.customer_number_digits
            prompt = f"What's your customer number? It has {number(digits)} digits."
            pending = PendingInput(str(uuid7()), "text", NUMBER, digits, prompt)
        else:
            digits = self._rules.pin_digits
            pending = PendingInput(str(uuid7()), "secret", PIN, digits, f"And your {number(digits)}-digit PIN?")
        asked = replace(contact, pending_input=pending)
        return work.trail.append(asked, EventType.INPUT_REQUESTED, pending.as_data())

    async def answer(self, contact_id: ContactId, request_id: str, name: str, value: str) -> Structured | None:
        """One answer to what was asked. Gives the structured message for the dialogue when the attempt is decided.

        A `request_id` that was answered before changes nothing. Raises `Refused`: `no_such_contact`,
        `contact_closed`, `no_such_request`, `invalid_value` (which is not counted as an attempt).
        """
        digits = "".join(character for character in value if character.isdecimal())
        check = await self._store.transact(lambda work: self._count(work, contact_id, request_id, name, digits))
        if check is None:
            return None
        if isinstance(check, dict):
            return "not_verified", check
        try:
            customer = await self._back_office.check_pin(check.customer_number, digits)
        except Unavailable:
            return "not_verified", {"reason": "unavailable", "tries_left": 0}
        return await self._store.transact(lambda work: self._decide(work, contact_id, check, customer))

    def _count(
        self, work: UnitOfWork, contact_id: ContactId, request_id: str, name: str, digits: str
    ) -> _Check | dict[str, Any] | None:
        contact = work.contacts.lock_only(contact_id)
        if contact is None:
            raise no_such_contact()
        if contact.state.is_over:
            raise contact_closed()
        pending = contact.pending_input
        if pending is None or pending.request_id != request_id or pending.name != name:
            if self._was_asked(work, contact_id, request_id):
                return None
            raise Refused("no_such_request", "Nothing of that name was asked for.")
        if len(digits) != pending.digits:
            raise Refused("invalid_value", f"value: {pending.digits} digits were asked for.")
        contact = end_input(work, contact, "answered")
        if name == NUMBER:
            self._ask(work, replace(contact, pending_number=digits), PIN)
            return None
        subject = self._subject(contact.pending_number or "")
        failures, locked_until = work.attempts.failures(subject)
        if locked_until is not None and locked_until <= work.now:
            failures, locked_until = 0, None
        if locked_until is not None or contact.failed_attempts >= self._rules.failures:
            work.contacts.save(replace(contact, pending_number=None))
            return {"reason": "locked", "tries_left": 0}
        failures += 1
        lock_until = work.now + timedelta(seconds=self._rules.lock_seconds)
        work.attempts.record(subject, failures, lock_until if failures >= self._rules.failures else None)
        counted = replace(contact, failed_attempts=contact.failed_attempts + 1)
        work.contacts.save(counted)
        return _Check(contact.pending_number or "", subject, failures, counted.failed_attempts)

    def _decide(
        self, work: UnitOfWork, contact_id: ContactId, check: _Check, customer: Customer | None
    ) -> Structured | None:
        contact = work.contacts.lock(contact_id)  # with its queue: the place may become an older one
        if contact is None or contact.state.is_over:
            return None
        attempted = {"method": PIN, "failures": check.failures}
        contact = replace(contact, pending_number=None)
        if customer is None:
            work.trail.append(contact, EventType.VERIFICATION_ATTEMPTED, attempted | {"outcome": "failed"})
            left = self._rules.failures - max(check.failures, check.contact_failures)
            return "not_verified", {"reason": "failed" if left > 0 else "locked", "tries_left": max(left, 0)}
        work.attempts.record(check.subject, 0, None)
        level = max(contact.verification.level, PIN_LEVEL)
        self._verified(work, contact, customer, level, PIN, attempted)
        return "verified", {"level": level, "name": customer.name.split()[0]}

    async def recognise(self, contact_id: ContactId, customer: Customer) -> Contact | None:
        """A signed token of the host page names the customer: level 2, without a question.

        None where the contact is over, or another customer has been verified on it: a token proves nothing about that
        one, and changes nothing.
        """

        def recognise(work: UnitOfWork) -> Contact | None:
            contact = work.contacts.lock(contact_id)
            if contact is None or contact.state.is_over or contact.customer_number not in {None, customer.number}:
                return None
            if contact.verification.level >= TOKEN_LEVEL:
                return contact
            contact = end_input(work, replace(contact, pending_number=None), "recognised")
            return self._verified(work, contact, customer, TOKEN_LEVEL, IDENTITY_TOKEN, {"method": IDENTITY_TOKEN})

        return await self._store.transact(recognise)

    def _verified(
        self,
        work: UnitOfWork,
        contact: Contact,
        customer: Customer,
        level: int,
        method: str,
        attempted: dict[str, Any],
    ) -> Contact:
        """The evidence, and what follows from knowing who it is: one place per person, head starts by rule."""
        is_same = contact.customer_number in {None, customer.number}
        contact = replace(
            contact,
            customer_number=customer.number,
            customer_name=customer.name,
            failed_attempts=0,
            veiled_seq=0 if is_same else contact.veiled_seq,
            verification=Verification(level, method, work.now),
        )
        passed = attempted | {"outcome": "passed", "level": level}
        contact = work.trail.append(contact, EventType.VERIFICATION_ATTEMPTED, passed)
        contact = work.trail.append(contact, EventType.GATHERED_UPDATED)
        contact = merge_places(work, contact, self._tenant.timing)
        return for_marks(work, contact, self._tenant.head_starts, customer.marks)

    def _was_asked(self, work: UnitOfWork, contact_id: ContactId, request_id: str) -> bool:
        asked = work.trail.after(contact_id, 0, frozenset({EventType.INPUT_REQUESTED}))
        return any(event.data["request_id"] == request_id for event in asked)

    def _subject(self, customer_number: str) -> str:
        """Customer numbers are personal data: attempts are kept under a keyed hash."""
        return hmac.new(self._secret_key, f"attempts:{customer_number}".encode(), hashlib.sha256).hexdigest()
