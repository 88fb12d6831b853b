"""Who is calling: number, PIN and code, collected apart from the talk, checked where they arrive and never kept.

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

from assistant.flow import preferring
from assistant.flow.head_starts import for_marks
from assistant.flow.merging import merge_places
from assistant.flow.moves import end_input
from assistant.flow.one_time_codes import OneTimeCodes, told_phone
from assistant.model.contact import Contact, ContactId, PendingInput, State, Verification
from assistant.model.errors import Refused, Unavailable, contact_closed, no_such_contact
from assistant.model.events import EventType
from assistant.model.ports import BackOffice, Customer
from assistant.model.storage import Store, UnitOfWork
from assistant.model.wording import number
from assistant.settings.tenant import Tenant

NUMBER, PIN, CODE, IDENTITY_TOKEN = "customer_number", "pin", "code", "identity_token"
PROVED, PROVED_TWICE = 2, 3

type Structured = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Check:
    """A counted attempt whose PIN is to be checked now."""

    customer_number: str
    subject: str
    failures: int
    contact_failures: int


@dataclass(frozen=True, slots=True)
class _SendCode:
    """The customer's number is known: a code goes to the number on file."""

    customer_number: str


@dataclass(frozen=True, slots=True)
class _RightCode:
    """A counted attempt with the right code."""

    customer_number: str
    check: _Check


class VerificationDesk:
    def __init__(
        self, store: Store, tenant: Tenant, back_office: BackOffice, codes: OneTimeCodes, secret_key: bytes
    ) -> None:
        self._store = store
        self._tenant = tenant
        self._back_office = back_office
        self._codes = codes
        self._secret_key = secret_key

    def begin(self, work: UnitOfWork, contact: Contact) -> Contact:
        """Asks for the customer number; the PIN follows, or a code where the tenant has no PINs."""
        return self.ask(work, end_input(work, contact, "asked_again"), NUMBER)

    def ask_for_pin(self, work: UnitOfWork, contact: Contact, customer_number: str) -> Contact:
        """Of a caller whose number is known."""
        prompt = f"What's your {number(self._tenant.verification.pin_digits)}-digit PIN?"
        return self.ask(work, replace(contact, pending_number=customer_number), PIN, prompt=prompt)

    def ask(
        self, work: UnitOfWork, contact: Contact, name: str, *, sent_to: str | None = None, prompt: str | None = None
    ) -> Contact:
        """Asks for the number, the PIN or a code that was sent; nothing else may be asked for just now."""
        match name:
            case "customer_number":
                kind, digits = "text", self._tenant.verification.customer_number_digits
                said = f"What's your customer number? It has {number(digits)} digits."
            case "pin":
                kind, digits = "secret", self._tenant.verification.pin_digits
                said = f"And your {number(digits)}-digit PIN?"
            case _:
                kind, digits = "secret", self._codes.digits
                # the same words whether the number exists or not
                where = sent_to or "the phone we have on file for that number"
                said = f"A {number(digits)}-digit code is on its way to {where}. What is it?"
        said = prompt or said
        asked = replace(contact, pending_input=PendingInput(str(uuid7()), kind, name, digits, said))
        return work.trail.append(asked, EventType.INPUT_REQUESTED, asked.pending_input.as_data())  # type: ignore[union-attr]

    async def ask_for_code(self, contact_id: ContactId) -> Structured | None:
        """Sends a code to the number on file of the customer who was verified, and asks for it: for level 3."""
        contact = await self._store.read(lambda work: work.contacts.get(contact_id))
        if contact is None or contact.customer_number is None or contact.verification.level < PROVED:
            return "not_verified", {"reason": "cancelled", "tries_left": 0}
        return await self.send_code(contact_id, contact.customer_number)

    async def send_code(self, contact_id: ContactId, customer_number: str) -> Structured | None:
        """Sends a code and asks for it. Where nobody is known by that number nothing is sent, in the same words."""
        code = self._codes.make()
        try:
            customer = await self._back_office.find(customer_number)
            phone = customer.phone if customer else None
            refused = await self._store.transact(
                lambda work: self._ask_for_code(work, contact_id, customer_number, code, phone)
            )
            if refused is None:
                await self._codes.send(phone, code)
        except Unavailable:
            await self._store.transact(lambda work: self._call_off(work, contact_id))
            return "not_verified", {"reason": "unavailable", "tries_left": 0}
        return refused

    def _ask_for_code(
        self, work: UnitOfWork, contact_id: ContactId, customer_number: str, code: str, phone: str | None
    ) -> Structured | None:
        contact = work.contacts.lock_only(contact_id)
        if contact is None or contact.state.is_over:
            return None
        subject = self._subject(customer_number)
        if self._is_locked(work, contact, subject):
            return "not_verified", {"reason": "locked", "tries_left": 0}
        if not self._codes.keep(work, subject, contact_id, code):
            return "not_verified", {"reason": "too_many_codes", "tries_left": 0}
        contact = replace(end_input(work, contact, "asked_again"), pending_number=customer_number)
        is_known = contact.customer_number == customer_number and contact.verification.level >= PROVED
        self.ask(work, contact, CODE, sent_to=told_phone(phone) if phone and is_known else None)
        return None

    def _call_off(self, work: UnitOfWork, contact_id: ContactId) -> None:
        contact = work.contacts.lock_only(contact_id)
        if contact is not None and contact.pending_input is not None and contact.pending_input.name == CODE:
            end_input(work, contact, "cancelled")

    async def answer(self, contact_id: ContactId, request_id: str, name: str, value: str) -> Structured | None:
        """One answer to what was asked. Gives the structured message for the dialogue when the attempt is decided.

        A `request_id` that was answered before changes nothing. Raises `Refused`: `no_such_contact`,
        `contact_closed`, `no_such_request`, `invalid_value` (which is not counted as an attempt).
        """
        digits = "".join(character for character in value if character.isdecimal())
        counted = await self._store.transact(lambda work: self._count(work, contact_id, request_id, name, digits))
        match counted:
            case None:
                return None
            case _SendCode(customer_number):
                return await self.send_code(contact_id, customer_number)
            case dict():
                return "not_verified", counted
        try:
            if isinstance(counted, _RightCode):
                check, customer = counted.check, await self._back_office.find(counted.customer_number)
            else:
                check, customer = counted, await self._back_office.check_pin(counted.customer_number, digits)
        except Unavailable:
            return "not_verified", {"reason": "unavailable", "tries_left": 0}
        return await self._store.transact(lambda work: self._decide(work, contact_id, name, check, customer))

    def _count(
        self, work: UnitOfWork, contact_id: ContactId, request_id: str, name: str, digits: str
    ) -> _Check | _SendCode | _RightCode | dict[str, Any] | None:
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
            contact = replace(contact, pending_number=digits)
            if PIN not in self._tenant.verification.methods or _is_asked_for_code(work, contact):
                work.contacts.save(contact)
                return _SendCode(digits)
            self.ask(work, contact, PIN)
            return None
        return self._attempt(work, contact, name, digits)

    def _attempt(
        self, work: UnitOfWork, contact: Contact, name: str, digits: str
    ) -> _Check | _RightCode | dict[str, Any]:
        """Counts an attempt before it is checked, against the customer number and against this contact."""
        customer_number = contact.pending_number or ""
        subject = self._subject(customer_number)
        if self._is_locked(work, contact, subject):
            work.contacts.save(replace(contact, pending_number=None))
            return {"reason": "locked", "tries_left": 0}
        failures = self._failures(work, subject) + 1
        lock_until = work.now + timedelta(seconds=self._tenant.verification.lock_seconds)
        work.attempts.record(subject, failures, lock_until if failures >= self._tenant.verification.failures else None)
        counted = replace(contact, failed_attempts=contact.failed_attempts + 1)
        work.contacts.save(counted)
        check = _Check(customer_number, subject, failures, counted.failed_attempts)
        if name != CODE:
            return check
        if self._codes.is_right(work, subject, contact.id, digits):
            return _RightCode(customer_number, check)
        return self._failed(work, counted, CODE, check)

    def _failures(self, work: UnitOfWork, subject: str) -> int:
        """In a row, since the last lock has ended."""
        failures, locked_until = work.attempts.failures(subject)
        return 0 if locked_until is not None and locked_until <= work.now else failures

    def is_locked(self, work: UnitOfWork, contact: Contact, customer_number: str) -> bool:
        """Whether no attempt for this customer, or on this contact, is taken for now."""
        return self._is_locked(work, contact, self._subject(customer_number))

    def _is_locked(self, work: UnitOfWork, contact: Contact, subject: str) -> bool:
        _, locked_until = work.attempts.failures(subject)
        is_locked = locked_until is not None and locked_until > work.now
        return is_locked or contact.failed_attempts >= self._tenant.verification.failures

    def _failed(self, work: UnitOfWork, contact: Contact, method: str, check: _Check) -> dict[str, Any]:
        attempted = {"method": method, "failures": check.failures, "outcome": "failed"}
        work.trail.append(replace(contact, pending_number=None), EventType.VERIFICATION_ATTEMPTED, attempted)
        left = self._tenant.verification.failures - max(check.failures, check.contact_failures)
        return {"reason": "failed" if left > 0 else "locked", "tries_left": max(left, 0)}

    def _decide(
        self, work: UnitOfWork, contact_id: ContactId, method: str, check: _Check, customer: Customer | None
    ) -> Structured | None:
        contact = work.contacts.lock(contact_id)  # with its queue: the place may become an older one
        if contact is None or contact.state.is_over:
            return None
        if customer is None:
            return "not_verified", self._failed(work, contact, method, check)
        work.attempts.record(check.subject, 0, None)
        was_proved = contact.verification.level >= PROVED and contact.customer_number == customer.number
        before = contact.verification.level if was_proved else PROVED
        level = PROVED_TWICE if method == CODE and was_proved else before
        attempted = {"method": method, "failures": check.failures}
        self._verified(work, replace(contact, pending_number=None), customer, level, method, attempted)
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
            if contact.verification.level >= PROVED:
                return contact
            contact = end_input(work, replace(contact, pending_number=None), "recognised")
            return self._verified(work, contact, customer, PROVED, IDENTITY_TOKEN, {"method": IDENTITY_TOKEN})

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
        contact = preferring.use(work, contact, self._tenant)
        return for_marks(work, contact, self._tenant.head_starts, customer.marks)

    def _was_asked(self, work: UnitOfWork, contact_id: ContactId, request_id: str) -> bool:
        asked = work.trail.after(contact_id, 0, frozenset({EventType.INPUT_REQUESTED}))
        return any(event.data["request_id"] == request_id for event in asked)

    def _subject(self, customer_number: str) -> str:
        """Customer numbers are personal data: attempts are kept under a keyed hash."""
        return hmac.new(self._secret_key, f"attempts:{customer_number}".encode(), hashlib.sha256).hexdigest()


def _is_asked_for_code(work: UnitOfWork, contact: Contact) -> bool:
    """The agent who has the contact in hand wants a code, not the PIN."""
    if contact.state is not State.CONNECTED:
        return False
    asked = work.trail.after(contact.id, 0, frozenset({EventType.VERIFICATION_ASKED}))
    return bool(asked) and asked[-1].data["method"] == CODE
