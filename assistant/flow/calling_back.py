"""Calling back: the turn of a callback has come, an agent has accepted, and the customer is called.

The contact stays offered and the agent's slot taken until both are there. One offer is one call at most, because its
intent is a row; from then on `CALLBACK_RING` says until when the call may be up, so that nothing else rings the same
person meanwhile, and an end that is never told costs no more than that.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from assistant.flow import callback_moves, due, moves
from assistant.flow.legs import Legs
from assistant.flow.offers import Offers
from assistant.flow.outgoing import QUEUED_UNNOTICED, UNLIMITED, OutgoingRate
from assistant.model.contact import Channel, Contact, ContactId, OfferId, Outcome, Reach, State, Verification
from assistant.model.errors import Unavailable
from assistant.model.events import Author, EventType
from assistant.model.ports import CallControl
from assistant.model.storage import Deadline, LegKind, Store, UnitOfWork
from assistant.settings.tenant import Tenant

CALL = "callback"
SETUP_SECONDS = 15.0  # what the telephone company takes before it rings, and before it tells of the end
TAKING_SECONDS = 60.0  # from the answer to the key that takes the call
NO_ANSWER = "no_answer"
NUMBER_REFUSED = "number_refused"
TRY_AGAIN = "I've just called you back, and nobody took the call. You keep your place; I'll try again soon."
GAVE_UP = "I've tried to call you back several times, and nobody took the call. I've given up your place now."


class CallingBack:
    """`agent` first: the agent waits on the phone while the customer is called. `customer` first: the other way."""

    def __init__(
        self,
        store: Store,
        tenant: Tenant,
        offers: Offers,
        legs: Legs,
        call_control: CallControl,
        rate: OutgoingRate = UNLIMITED,
    ) -> None:
        self._store = store
        self._rate = rate
        self._tenant = tenant
        self._offers = offers
        self._legs = legs
        self._call_control = call_control

    async def call_customer(self, deadline: Deadline) -> None:
        """Customer first: the agent has accepted and sees the briefing, and is rung once the customer is there."""

        def begin(work: UnitOfWork) -> Contact | None:
            contact = work.contacts.lock_only(ContactId(deadline.subject))
            if not work.deadlines.take(deadline) or contact is None or contact.offer_id is None:
                return None
            return contact if self._begin(work, contact, contact.offer_id) else None

        await self._call(await self._store.transact(begin))

    async def begins(self, deadline: Deadline) -> None:
        """The moment has come at which this customer may be called, for the offer by which that was decided."""
        offer_id = OfferId(deadline.subject)

        def begin(work: UnitOfWork) -> tuple[Contact | None, bool]:
            offer = work.offers.get(offer_id)
            contact = work.contacts.lock_only(offer.contact_id) if offer is not None else None
            if not work.deadlines.take(deadline) or contact is None:
                return None, False
            if work.effects.outcome(contact.id, CALL, offer_id) != {}:
                return None, False
            if _is_being_called(contact, offer_id):
                work.deadlines.set(due.CALLBACK_RING, contact.id, self._over_at(work.now))
                return contact, True
            return contact, False

        contact, is_wanted = await self._store.transact(begin)
        if contact is not None and is_wanted:
            await self._call(contact)
        elif contact is not None:
            await self._end(offer_id, contact.id, "not_begun", counts=False)

    async def agent_answered(self, offer_id: OfferId, contact_id: ContactId) -> bool | None:
        """Agent first: the agent is on the phone, so the customer is called.

        True: the agent is to wait for the customer, who may be there already. False: the customer can't be called.
        None: the offer is void, or no callback's.
        """

        def begin(work: UnitOfWork) -> tuple[bool, Contact | None]:
            contact = work.contacts.lock_only(contact_id)
            if contact is None or not _is_being_called(contact, offer_id):
                return False, None
            work.deadlines.clear(due.RING, offer_id)
            return True, contact if self._begin(work, contact, offer_id) else None

        is_wanted, to_call = await self._store.transact(begin)
        return await self._call(to_call) if is_wanted else None

    def _begin(self, work: UnitOfWork, contact: Contact, offer_id: OfferId) -> bool:
        """The intent to call, which is ours to carry out now where this is True; else it is somebody's, or later's."""
        if not _is_being_called(contact, offer_id) or work.effects.begin(contact.id, CALL, offer_id) is not None:
            return False
        begins_at = self._rate.begins_at(work)
        work.deadlines.set(due.CALLBACK_RING, contact.id, self._over_at(begins_at))
        if begins_at > work.now:
            work.deadlines.set(due.CALLBACK_BEGINS, offer_id, begins_at)
        return begins_at <= work.now

    def _over_at(self, begins_at: datetime) -> datetime:
        return begins_at + timedelta(seconds=self._tenant.callbacks.ring_seconds + SETUP_SECONDS)

    async def _call(self, contact: Contact | None) -> bool:
        if contact is None or contact.offer_id is None:
            return True
        try:
            await self._call_control.call_customer(contact.offer_id, contact)
        except Unavailable as failed:
            await self._end(contact.offer_id, contact.id, failed.code, counts=failed.code == NUMBER_REFUSED)
            return False
        return True

    async def rings(self, offer_id: OfferId, contact_id: ContactId) -> None:
        """The customer's telephone begins to ring only now: the call stood in the telephone company's own queue."""

        def extend(work: UnitOfWork) -> None:
            contact = work.contacts.lock_only(contact_id)
            until = work.deadlines.when(due.CALLBACK_RING, contact_id)
            if contact is None or until is None or not self._can_be_taken(work, contact, offer_id):
                return
            if self._over_at(work.now) - until > QUEUED_UNNOTICED:
                callback_moves.is_up_until(work, contact, self._over_at(work.now))

        await self._store.transact(extend)

    async def answered(self, offer_id: OfferId, contact_id: ContactId) -> bool:
        """Somebody, or a machine, has answered. Whether the callback is still wanted: then a key is to be pressed."""

        def extend(work: UnitOfWork) -> bool:
            contact = work.contacts.lock_only(contact_id)
            if contact is None or not self._can_be_taken(work, contact, offer_id):
                return False
            callback_moves.is_up_until(work, contact, work.now + timedelta(seconds=TAKING_SECONDS))
            return True

        return await self._store.transact(extend)

    async def taken(self, offer_id: OfferId, contact_id: ContactId, call_sid: str) -> bool:
        """A person has taken the call, so the contact is on the phone now, in its place.

        Agent first: the two are connected. Customer first: the agent is rung. Where the agent has gone meanwhile, the
        customer waits on the line like every caller. False: the callback is not wanted any more.
        """

        def take(work: UnitOfWork) -> bool:
            contact = work.contacts.lock(contact_id)
            if contact is None or work.legs.by_ref(call_sid) is not None:
                return contact is not None
            if not self._can_be_taken(work, contact, offer_id):
                return False
            contact = self._on_the_phone(work, contact, call_sid)
            offer = work.offers.get(offer_id)
            if offer is not None and contact.state is State.OFFERED and self._tenant.callbacks.first == "agent":
                self._offers.connect(work, offer, contact)
            elif contact.state is State.OFFERED:
                work.deadlines.set(due.BRIEFING, offer_id, work.now)  # the agent is rung at once
            return True

        return await self._store.transact(take)

    def _on_the_phone(self, work: UnitOfWork, contact: Contact, call_sid: str) -> Contact:
        """The contact is on one channel at a time: this call is its one leg now.

        Who takes the call has proved no more than to be at that number: what was proved elsewhere ends here.
        """
        for leg in work.legs.of_contact(contact.id):
            work.legs.end(leg.id)
        self._legs.open(work, contact, call_sid, LegKind.CALL)
        proved = contact.verification
        if proved.level > 1:
            proved = Verification(1, "callback_number", work.now)
        work.deadlines.clear(due.CALLBACK_RING, contact.id)
        contact = replace(contact, channel=Channel.VOICE, ani=contact.callback_number, verification=proved)
        return moves.set_reach(work, contact, Reach.PRESENT)

    async def ended(self, offer_id: OfferId, contact_id: ContactId, reason: str) -> None:
        """The call to the customer is over. If nobody has taken it, it was a try: see `_tried`."""
        await self._end(offer_id, contact_id, reason)

    async def ring_ended(self, deadline: Deadline) -> None:
        """The call must be over by now, though nothing was told of it."""

        def end(work: UnitOfWork) -> Contact | None:
            contact = work.contacts.lock(ContactId(deadline.subject))
            if not work.deadlines.take(deadline) or contact is None or contact.offer_id is None:
                return None
            return self._ended(work, contact, contact.offer_id, NO_ANSWER, counts=True)

        await self._release(await self._store.transact(end))

    async def came_to_nothing(self, offer_id: OfferId, contact_id: ContactId) -> bool:
        """Whether the customer was called for this offer and nobody took the call: what the agent is to be told."""
        tried = frozenset({EventType.CALLBACK_TRIED})
        events = await self._store.read(lambda work: work.trail.after(contact_id, 0, tried))
        return any(event.data.get("offer_id") == offer_id for event in events)

    async def _end(self, offer_id: OfferId, contact_id: ContactId, reason: str, *, counts: bool = True) -> None:
        def end(work: UnitOfWork) -> Contact | None:
            contact = work.contacts.lock(contact_id)
            return self._ended(work, contact, offer_id, reason, counts=counts) if contact is not None else None

        await self._release(await self._store.transact(end))

    def _ended(
        self, work: UnitOfWork, contact: Contact, offer_id: OfferId, reason: str, *, counts: bool
    ) -> Contact | None:
        """The contact as it was where an agent waits for it; an end that is told twice ends nothing more."""
        if work.effects.outcome(contact.id, CALL, offer_id) != {}:
            return None
        work.effects.finish(contact.id, CALL, offer_id, {"ended": reason})
        if not _is_being_called(contact, offer_id):
            callback_moves.hung_up(work, contact)
            return None
        self._tried(work, contact, reason, counts=counts)
        return contact

    def _tried(self, work: UnitOfWork, contact: Contact, reason: str, *, counts: bool) -> None:
        """Back to the place and snoozed; after the last try the contact is closed. The agent stays ready.

        A call that could not be made through no fault of the customer's line is no try.
        """
        offer_id, again_at = contact.offer_id, work.now + timedelta(seconds=self._tenant.callbacks.snooze_seconds)
        work.deadlines.clear(due.CALLBACK_RING, contact.id)
        contact = self._offers.rescind(work, contact, f"callback_{reason}")
        tries = contact.callback_tries + counts
        is_last = tries >= self._tenant.callbacks.tries
        contact = replace(contact, callback_at=again_at, callback_tries=tries)
        data = {"offer_id": offer_id, "outcome": reason, "tries": tries}
        contact = work.trail.append(contact, EventType.CALLBACK_TRIED, data)
        if counts:
            contact = moves.say(work, contact, Author.ASSISTANT, GAVE_UP if is_last else TRY_AGAIN)
        if is_last:
            contact = replace(contact, ani=contact.callback_number)  # who leaves the line is called back no more
            work.deadlines.set(due.CALLBACK_TEXT, contact.id, work.now)
            moves.leave_line(work, contact, State.CLOSED, Outcome.CALLBACK_FAILED, self._tenant.timing)

    def _can_be_taken(self, work: UnitOfWork, contact: Contact, offer_id: OfferId) -> bool:
        """The call of this offer is up as far as we know, and the contact waits for it, or again in its place."""
        is_in_place = contact.state is State.WAITING and contact.reach is Reach.CALLBACK
        is_up = work.effects.outcome(contact.id, CALL, offer_id) == {}
        return is_up and (is_in_place or _is_being_called(contact, offer_id))

    async def _release(self, contact: Contact | None) -> None:
        if contact is None:
            return
        try:
            await self._call_control.release(contact)
        except Unavailable:
            return  # legs that are left over end by themselves: their next webhook hears goodbye


def _is_being_called(contact: Contact, offer_id: OfferId) -> bool:
    return contact.state is State.OFFERED and contact.reach is Reach.CALLBACK and contact.offer_id == offer_id
