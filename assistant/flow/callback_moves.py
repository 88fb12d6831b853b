"""The moves of a place that is to be called back: from when on, and never while a call with its holder may be up.

As in `moves`: each takes a contact that its caller has locked, and returns the new record.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from assistant.flow import due
from assistant.model.contact import Contact, Reach, State
from assistant.model.events import EventType
from assistant.model.place import MICROSECOND, rfc3339
from assistant.model.storage import UnitOfWork


def call_back(work: UnitOfWork, contact: Contact, number: str, at: datetime, **told: object) -> Contact:
    """The place is kept, and its holder called on this number from `at` on: nobody has to stay for it."""
    for kind in (due.GRACE, due.CALLER_IDLE):
        work.deadlines.clear(kind, contact.id)
    work.tell("routing", contact_id=contact.id)
    tries = contact.callback_tries if contact.callback_number == number else 0
    asked = replace(contact, reach=Reach.CALLBACK, callback_number=number, callback_at=at, callback_tries=tries)
    data = {"reach": Reach.CALLBACK.value, "callback_at": rfc3339(at)} | told
    return work.trail.append(when_hung_up(work, asked), EventType.REACH_CHANGED, data)


def when_hung_up(work: UnitOfWork, contact: Contact) -> Contact:
    """Nobody is called twice at once: while a call with them may be up, their callback waits for its end.

    `due.CALLBACK_RING` says until when it may be up; one microsecond more marks a time that was asked for.
    """
    until = work.deadlines.when(due.CALLBACK_RING, contact.id) if contact.reach is Reach.CALLBACK else None
    if until is None or contact.callback_at is None:
        return contact
    waits = contact.callback_at <= work.now
    return replace(contact, callback_at=until if waits else max(contact.callback_at, until + MICROSECOND))


def hung_up(work: UnitOfWork, contact: Contact) -> Contact:
    """The call that might have been up is over: a callback that waited for nothing else may begin."""
    if contact.state is not State.WAITING:
        return contact
    waits = _waits_for_end(work, contact)
    work.deadlines.clear(due.CALLBACK_RING, contact.id)
    return call_at(work, contact, work.now, "hung_up") if waits else contact


def is_up_until(work: UnitOfWork, contact: Contact, until: datetime) -> Contact:
    """The call that might have been up is up, and may be for so long: in its place a callback waits for its end."""
    asked = replace(contact, callback_at=work.now) if _waits_for_end(work, contact) else contact
    work.deadlines.set(due.CALLBACK_RING, contact.id, until)
    if contact.state is not State.WAITING:
        return contact
    at = when_hung_up(work, asked).callback_at
    return contact if at is None or at == contact.callback_at else call_at(work, contact, at, "call_up")


def _waits_for_end(work: UnitOfWork, contact: Contact) -> bool:
    """Whether this place would be called back now, but for a call with its holder that may be up."""
    until = work.deadlines.when(due.CALLBACK_RING, contact.id)
    is_place = contact.state is State.WAITING and contact.reach is Reach.CALLBACK
    return is_place and until is not None and contact.callback_at == until


def call_at(work: UnitOfWork, contact: Contact, at: datetime | None, reason: str) -> Contact:
    """The callback is to begin at another time (None: at none that is known), and the trail tells so.

    For whoever waits for that is passed over meanwhile, and with good reason.
    """
    work.tell("routing", contact_id=contact.id)
    data = {"reach": contact.reach.value, "reason": reason} | ({"callback_at": rfc3339(at)} if at else {})
    return work.trail.append(replace(contact, callback_at=at), EventType.REACH_CHANGED, data)
