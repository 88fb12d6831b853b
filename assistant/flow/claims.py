"""Regaining a place: on another device or channel, or after it was given up, by its code and a proof."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from assistant.flow import due, moves, silence, text_presence
from assistant.flow.line import Lines
from assistant.flow.overflow import watch
from assistant.model.contact import Channel, Contact, DialogueMode, Reach, State, Verification
from assistant.model.errors import Refused
from assistant.model.events import EventType
from assistant.model.place import EntryCause, PlaceView
from assistant.model.storage import Store, UnitOfWork
from assistant.settings.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody says that a place is theirs. One proof is needed: the contact's own token, the caller's number, or the
    number of the customer whom a signed token names.
    """

    code: str
    channel: Channel
    token: str | None = None
    number: str | None = None
    customer_number: str | None = None

    @property
    def is_by_number_alone(self) -> bool:
        return self.token is None and self.customer_number is None


@dataclass(frozen=True, slots=True)
class Claimed:
    contact: Contact
    token: str
    place: PlaceView


class Claims:
    def __init__(self, store: Store, tenant: Tenant, lines: Lines) -> None:
        self._store = store
        self._tenant = tenant
        self._lines = lines

    async def claim(self, claim: Claim) -> Claimed:
        """The same place for whoever has proved it, with a new token; the old token and its connections end.

        Proved by number only the place moves: what was said and noted stays hidden until verified again. A place that
        was given up is had back, with its order, for as long as the tenant says. Raises `Refused`: `no_such_place`
        (also for a wrong proof, so that codes cannot be guessed) and `place_taken_up` where an agent has it.
        """
        token_bits = secrets.token_urlsafe(32)
        contact, token = await self._store.transact(lambda work: self._claim(work, claim, token_bits))
        revision = await self._store.read(lambda work: work.lines.revision(contact.queue))
        await self._lines.at_least(contact.queue, revision)
        return Claimed(contact, token, self._lines.view(contact))

    def _claim(self, work: UnitOfWork, claim: Claim, token_bits: str) -> tuple[Contact, str]:
        seen = work.contacts.by_code(claim.code)
        contact = work.contacts.lock(seen.id) if seen else None
        if contact is None or contact.code != claim.code or not self._is_proved(work, contact, claim):
            raise _no_such_place()
        if contact.state in {State.OFFERED, State.CONNECTED, State.WRAPPING}:
            raise Refused("place_taken_up", "An agent has taken this up already.")
        if contact.state is not State.WAITING:
            contact = self._reclaim(work, contact)
        # who followed the link in a text goes on with what was asked: the link was sent for it
        goes_on = claim.token is not None and contact.channel.is_text and contact.pending_input is not None
        if not goes_on:
            contact = replace(moves.end_input(work, contact, "claimed"), dialogue=DialogueMode.SPEAKING)
        for leg in work.legs.of_contact(contact.id):
            work.legs.end(leg.id)
        contact = replace(
            contact,
            channel=claim.channel,
            verification=Verification(2, "identity_token", work.now)
            if claim.customer_number
            else Verification(1, "place_code", work.now),
            veiled_seq=contact.seq if claim.is_by_number_alone else contact.veiled_seq,
        )
        if silence.is_parked(work, contact):
            contact = silence.come_back(work, contact, self._tenant)
        contact = moves.set_reach(work, contact, Reach.PRESENT)
        proof = "token" if claim.token else "identity_token" if claim.customer_number else "number"
        data = {"channel": claim.channel.value, "proof": proof}
        contact = work.trail.append(contact, EventType.PLACE_CLAIMED, data)
        token = f"{contact.id}.{token_bits}"
        work.contacts.replace_token(contact.id, hashlib.sha256(token.encode()).hexdigest())
        if contact.channel.is_text:
            work.deadlines.clear(due.GRACE, contact.id)
            text_presence.there_until(work, contact, self._tenant.timing)
        else:
            text_presence.clear(work, contact)
            work.deadlines.set(due.GRACE, contact.id, work.now + timedelta(seconds=self._tenant.timing.grace_seconds))
        work.tell(f"claimed.{contact.id}", claimed=True)
        return contact, token

    def _reclaim(self, work: UnitOfWork, contact: Contact) -> Contact:
        """Back into the line, where it stood, if it was given up a short while ago."""
        if work.deadlines.when(due.RECLAIM, contact.id) is None:
            raise _no_such_place()
        work.deadlines.clear(due.RECLAIM, contact.id)
        contact = contact.moved(State.WAITING, outcome=None, ended_at=None)
        work.lines.enter(contact, EntryCause.RECLAIMED)
        watch(work, contact, self._tenant.queues)
        work.tell("routing", contact_id=contact.id)
        return work.trail.append(contact, EventType.PLACE_RECLAIMED)

    def _is_proved(self, work: UnitOfWork, contact: Contact, claim: Claim) -> bool:
        if claim.token is not None:
            stored = work.contacts.token_hash(contact.id) or ""
            return hmac.compare_digest(stored, hashlib.sha256(claim.token.encode()).hexdigest())
        if claim.customer_number is not None:
            return contact.customer_number == claim.customer_number
        return bool(claim.number and contact.ani and _digits(claim.number) == _digits(contact.ani))


def _digits(number: str) -> str:
    """A number's digits, however it is written: `+44 20 …`, `0044-20-…`."""
    digits = "".join(character for character in number if character.isdecimal())
    return digits.removeprefix("00")


def _no_such_place() -> Refused:
    return Refused("no_such_place", "There is no place with this code and proof.")
