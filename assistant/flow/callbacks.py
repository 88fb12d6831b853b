"""Callbacks: a place that its holder need not wait at. It counts in the line as before, and neither overtakes nor is
overtaken for it; how the call is made when its turn has come is in `calling_back`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from assistant.flow import callback_moves, due, moves
from assistant.flow.numbers import callable_number
from assistant.flow.offer_moves import withdraw
from assistant.flow.text_presence import is_there
from assistant.model.contact import Channel, Contact, ContactId, DialogueMode, Reach, State
from assistant.model.errors import Refused, Unavailable, contact_closed, no_such_contact
from assistant.model.ports import CallControl
from assistant.model.storage import LegKind, Store, UnitOfWork
from assistant.settings.tenant import Tenant

PAST_SECONDS = 60.0
GOODBYE_SECONDS = 30.0
ASKED, TAKEN_BACK, CUT = "callback_asked", "callback_taken_back", "caller_away"


class Callbacks:
    def __init__(self, store: Store, tenant: Tenant, call_control: CallControl) -> None:
        self._store = store
        self._tenant = tenant
        self._call_control = call_control

    async def request(self, contact_id: ContactId, number: str, not_before: datetime | None = None) -> None:
        """The caller keeps the place and is called on this number when it is served, not before `not_before`.

        Asked again it is changed; asked for what is happening just now, it goes on. Raises `Refused`:
        `no_such_contact`, `contact_closed`, `place_taken_up` where an agent is there already, `invalid_number`,
        `number_not_allowed`, `invalid_request` (a time that has passed or is too far ahead) and `callback_open` where
        this number, or this customer, is to be called back already.
        """
        normal = callable_number(number, self._tenant)

        def request(work: UnitOfWork) -> Contact | None:
            contact = _in_line(work, contact_id)
            at = self._checked_time(work, not_before)
            if contact.state is State.OFFERED and contact.callback_number == normal and at <= work.now:
                return None
            if _is_called_already(work, contact, normal):
                raise Refused("callback_open", "Somebody is to be called back on this number, or for you, already.")
            keep_place(work, contact, normal, at, ASKED)
            return contact

        await self._silence(await self._store.transact(request))

    async def cancel(self, contact_id: ContactId) -> None:
        """The caller is here after all, or has the grace to come. Nothing happens where no callback is open.

        Raises `Refused`: `no_such_contact`, `contact_closed`, `place_taken_up`.
        """

        def cancel(work: UnitOfWork) -> Contact:
            contact = _in_line(work, contact_id)
            if contact.reach is not Reach.CALLBACK:
                return contact
            kept = _back_in_place(work, contact, TAKEN_BACK)
            if contact.channel.is_text:
                is_there(work, moves.set_reach(work, kept, Reach.AWAY), self._tenant)
            elif work.legs.of_contact(contact_id):
                moves.set_reach(work, kept, Reach.PRESENT)
            else:
                grace = timedelta(seconds=self._tenant.timing.grace_seconds)
                work.deadlines.set(due.GRACE, contact_id, work.now + grace)
                moves.set_reach(work, kept, Reach.AWAY)
            return contact

        await self._silence(await self._store.transact(cancel))

    async def agree(self, contact_id: ContactId) -> None:
        """If this call is cut before an agent has come, the caller is called back on the number that it came from.

        Raises `Refused` as `request` does; `invalid_number` for a withheld number.
        """

        def agree(work: UnitOfWork) -> None:
            contact = _in_line(work, contact_id)
            callable_number(contact.ani or "", self._tenant)
            work.contacts.save(replace(contact, may_call_back=True))

        await self._store.transact(agree)

    def _checked_time(self, work: UnitOfWork, not_before: datetime | None) -> datetime:
        if not_before is None:
            return work.now
        if not_before < work.now - timedelta(seconds=PAST_SECONDS):
            raise Refused("invalid_request", "not_before: this time has passed.")
        if not_before > work.now + timedelta(days=self._tenant.callbacks.latest_days):
            raise Refused("invalid_request", f"not_before: at most {self._tenant.callbacks.latest_days} days ahead.")
        return max(not_before, work.now)

    async def _silence(self, before: Contact | None) -> None:
        """Who was rung for an offer that has been taken back is rung no more."""
        if before is None or before.state is not State.OFFERED or before.serving_channel is not Channel.VOICE:
            return
        try:
            await self._call_control.release(before)
        except Unavailable:
            return  # legs that are left over end by themselves: their next webhook hears goodbye


def keep_place(work: UnitOfWork, contact: Contact, number: str, at: datetime, reason: str) -> Contact:
    """A place in line becomes one that is called back, wherever it was in being served. The contact is locked.

    A call that its holder is still in has to end first: who is told goodbye must not be rung meanwhile.
    """
    is_on_the_phone = any(leg.kind is LegKind.CALL for leg in work.legs.of_contact(contact.id))
    if is_on_the_phone and work.deadlines.when(due.CALLBACK_RING, contact.id) is None:
        work.deadlines.set(due.CALLBACK_RING, contact.id, work.now + timedelta(seconds=GOODBYE_SECONDS))
    if contact.channel is Channel.VOICE and contact.reach is not Reach.CALLBACK:
        # nobody is left whom the assistant could ask, or who could finish a step
        contact = moves.set_dialogue(work, moves.end_input(work, contact, "cancelled"), DialogueMode.SPEAKING)
    return callback_moves.call_back(work, _back_in_place(work, contact, reason), number, at)


def instead_of_leaving(work: UnitOfWork, contact: Contact, tenant: Tenant) -> bool:
    """Whether a caller whose call was cut is called back, as was agreed. The contact is locked."""
    if not (contact.may_call_back and contact.ani and contact.state.is_in_line):
        return False
    try:
        number = callable_number(contact.ani, tenant)
    except Refused:
        return False
    if _is_called_already(work, contact, number):
        return False
    keep_place(work, contact, number, work.now, CUT)
    return True


def _in_line(work: UnitOfWork, contact_id: ContactId) -> Contact:
    seen = work.contacts.get(contact_id)
    if seen is not None and seen.customer_number is not None:
        _places_of_customer(work, seen.customer_number)  # all by id, before this one
    contact = work.contacts.lock_only(contact_id)
    if contact is None:
        raise no_such_contact()
    if contact.state.is_over:
        raise contact_closed()
    if not contact.state.is_in_line:
        raise Refused("place_taken_up", "An agent has taken this up already.")
    return contact


def _back_in_place(work: UnitOfWork, contact: Contact, reason: str) -> Contact:
    """Takes back an offer that was made to an agent, if there is one."""
    if contact.state is not State.OFFERED:
        return contact
    return moves.return_to_place(work, withdraw(work, contact, reason), reason)


def _is_called_already(work: UnitOfWork, contact: Contact, number: str) -> bool:
    """One open callback per number, which the database guards, and per customer, whose places are locked for it."""
    called = work.contacts.callback_to(number)
    if called is not None and called.id != contact.id:
        return True
    places = _places_of_customer(work, contact.customer_number) if contact.customer_number is not None else []
    return any(place.id != contact.id and place.reach is Reach.CALLBACK for place in places)


def _places_of_customer(work: UnitOfWork, customer_number: str) -> list[Contact]:
    found = [work.contacts.lock_only(id) for id in work.contacts.of_customer_in_line(customer_number)]
    return [place for place in found if place is not None]
