"""Legs: the connections of a contact. A lost leg never loses a place; it starts the grace."""

from __future__ import annotations

from uuid_utils import uuid7

from assistant.flow import callback_moves, due, moves, silence
from assistant.flow.conversation import Conversation
from assistant.flow.offers import Offers
from assistant.model.contact import Channel, Contact, ContactId, LegId, Reach, State
from assistant.model.errors import no_such_contact
from assistant.model.storage import Leg, LegKind, Store, UnitOfWork
from assistant.settings.tenant import Tenant


class Legs:
    def __init__(
        self, store: Store, tenant: Tenant, offers: Offers, conversation: Conversation, process_id: str
    ) -> None:
        self._store = store
        self._tenant = tenant
        self._offers = offers
        self._conversation = conversation
        self._process_id = process_id

    @property
    def process_id(self) -> str:
        """Whose legs those are that are opened here."""
        return self._process_id

    async def connected(self, contact_id: ContactId, ref: str, kind: LegKind = LegKind.SOCKET) -> Contact:
        """A socket or call of this contact is up: the caller is present, and the grace is called off.

        Who is to be called back stays so: looking in is not taking the callback back, and a place that is kept for the
        next opening waits for that. Nor is a page that is still open a sign of who is on the telephone since.
        """

        def connect(work: UnitOfWork) -> Contact:
            contact = work.contacts.lock_only(contact_id)
            if contact is None:
                raise no_such_contact()
            if contact.state.is_over:
                return contact
            self.open(work, contact, ref, kind)
            if silence.is_parked(work, contact):
                return silence.come_back(work, contact, self._tenant)
            if contact.reach is Reach.CALLBACK or not _counts(contact, kind) or self._is_kept(work, contact):
                return contact
            work.deadlines.clear(due.GRACE, contact_id)
            return moves.set_reach(work, contact, Reach.PRESENT)

        return await self._store.transact(connect)

    def open(self, work: UnitOfWork, contact: Contact, ref: str, kind: LegKind) -> None:
        """The leg is up, and this process knows it."""
        leg = work.legs.by_ref(ref)
        if leg is None:
            work.legs.add(Leg(LegId(str(uuid7())), contact.id, kind, ref, self._process_id, work.now))
        else:  # a call outlives the process that knew it: this one takes it up
            work.legs.reopen(leg.id, self._process_id)

    async def lost(self, ref: str) -> None:
        """A socket dropped or a call ended. The last leg's end makes the caller `away` for the grace.

        A call that ends while waiting is the caller's hanging up: the place is given back at once, and can be
        reclaimed; unless the caller is to be called back, or agreed to be when cut off.
        """
        leg = await self._store.read(lambda work: work.legs.by_ref(ref))
        if leg is None:
            return
        if await self._store.transact(lambda work: self.lose(work, leg)):
            await self._conversation.hang_up(leg.contact_id)

    def lose(self, work: UnitOfWork, leg: Leg, *, hung_up: bool = True) -> bool:
        """The same inside a transaction; True where the caller has hung up and the contact is to be ended.

        A place that needs no leg loses nothing: of who is called back, or parked, or kept for the next opening.
        """
        contact = work.contacts.lock_only(leg.contact_id)
        if contact is None or not work.legs.end(leg.id) or contact.state.is_over:
            return False
        others = work.legs.of_contact(contact.id)
        if contact.reach is Reach.CALLBACK:
            if hung_up and leg.kind is LegKind.CALL and not any(other.kind is LegKind.CALL for other in others):
                callback_moves.hung_up(work, contact)
            return False
        if not _counts(contact, leg.kind) or any(_counts(contact, other.kind) for other in others):
            return False
        is_waiting = contact.state is State.WAITING
        if is_waiting and contact.reach is not Reach.PRESENT:
            return False
        is_shut = is_waiting and self._tenant.is_shut(contact.queue, work.now)
        if leg.kind is LegKind.CALL and hung_up and contact.channel is Channel.VOICE and not is_shut:
            return True
        work.deadlines.set(due.GRACE, contact.id, work.now + self._tenant.timing.grace)
        if contact.state is State.OFFERED:
            contact = self._offers.rescind(work, contact, "caller_away")
        moves.set_reach(work, contact, Reach.AWAY)
        return False

    async def touched(self, contact_id: ContactId) -> None:
        """A request of a contact without a leg counts as a sign of life: the grace begins anew."""

        if not await self._store.read(lambda work: self._needs_touch(work, contact_id)):
            return

        def touch(work: UnitOfWork) -> None:
            contact = work.contacts.lock_only(contact_id)
            if contact is None or not self._is_touched(work, contact):
                return
            work.deadlines.set(due.GRACE, contact_id, work.now + self._tenant.timing.grace)
            if contact.reach is Reach.AWAY:
                moves.set_reach(work, contact, Reach.PRESENT)

        await self._store.transact(touch)

    def _needs_touch(self, work: UnitOfWork, contact_id: ContactId) -> bool:
        """Written once in a twentieth of the grace: requests are frequent, and most need no new deadline."""
        contact = work.contacts.get(contact_id)
        if contact is None or not self._is_touched(work, contact):
            return False
        due_at = work.deadlines.when(due.GRACE, contact_id)
        return due_at is None or due_at - work.now < self._tenant.timing.grace * 0.95 or contact.reach is Reach.AWAY

    def _is_touched(self, work: UnitOfWork, contact: Contact) -> bool:
        """Whether a sign of life counts: a look alone brings nobody back who was parked or is kept or called back."""
        if contact.state.is_over or contact.reach is Reach.CALLBACK or not _counts(contact, LegKind.SOCKET):
            return False
        if work.legs.of_contact(contact.id):
            return False
        return not self._is_kept(work, contact) and not silence.is_parked(work, contact)

    def _is_kept(self, work: UnitOfWork, contact: Contact) -> bool:
        """Put off to the next opening, whoever is there meanwhile."""
        is_away = contact.state is State.WAITING and contact.reach is Reach.AWAY
        return is_away and self._tenant.is_shut(contact.queue, work.now)


def _counts(contact: Contact, kind: LegKind) -> bool:
    """Whether such a leg makes the caller present: on the telephone, or by text, they are reached there alone."""
    return not contact.channel.is_text and (contact.channel is not Channel.VOICE or kind is LegKind.CALL)
