"""A queue closes: who waits is served on for the run-off, and whoever is left then is put off to the next opening.

Nobody loses a place by it. One stored deadline per queue tells when its hours ask for something next: the closing, the
end of the run-off, the opening. What is done then depends on the hours and on who is there, not on which deadline it
was, so that it may be done twice, late, or on a clock that was set, and harms nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from assistant.flow import callback_moves, due, moves, text_presence
from assistant.flow.numbers import callable_number
from assistant.flow.overflow import watch
from assistant.model.contact import Channel, Contact, ContactId, QueueId, Reach, State
from assistant.model.errors import Refused
from assistant.model.events import Author
from assistant.model.storage import Deadline, Store, UnitOfWork
from assistant.model.wording import (
    OPEN_AGAIN,
    opening_phrase,
    put_off_in_chat,
    put_off_on_the_phone,
    put_off_to_call,
)
from assistant.settings.tenant import Tenant

PAGE = 200
CLOSED = "closed"
A_MOMENT = timedelta(microseconds=1)


def is_kept_until(tenant: Tenant, contact: Contact, until: datetime) -> bool:
    """The place was put off, and this is the end of the grace after the opening."""
    part = tenant.queues.get(contact.queue)
    if part is None or part.hours.is_always or contact.state is not State.WAITING:
        return False
    opens_at = until - timedelta(seconds=tenant.timing.grace_seconds)
    return part.hours.next_opening(opens_at - A_MOMENT) == opens_at


class Closing:
    def __init__(self, store: Store, tenant: Tenant) -> None:
        self._store = store
        self._tenant = tenant

    async def sweep(self) -> None:
        """Stores what each queue's hours ask for next, and settles what a lost deadline or a set clock has left."""

        def unsettled(work: UnitOfWork) -> list[QueueId]:
            return [queue for queue in self._tenant.queues if not self._is_settled(work, queue)]

        for queue in await self._store.read(unsettled):
            await self._store.transact(partial(self._settle, queue=queue))

    async def fire(self, deadline: Deadline) -> None:
        """The queue closes, its run-off ends, it opens again, or a page is not the last one."""

        def settle(work: UnitOfWork) -> None:
            queue = QueueId(deadline.subject)
            if queue in self._tenant.queues:
                work.lines.lock(queue)  # the queue before its deadline, as the sweep does
            if work.deadlines.take(deadline) and queue in self._tenant.queues:
                self._settle(work, queue)

        await self._store.transact(settle)

    def _is_settled(self, work: UnitOfWork, queue: QueueId) -> bool:
        if work.deadlines.when(due.RUN_OFF, queue) != self._due_at(queue, work.now):
            return False
        return self._tenant.queues[queue].hours.is_open(work.now) or not self._left_over(work, queue, 1)

    def _due_at(self, queue: QueueId, now: datetime) -> datetime | None:
        """When the hours ask for something next; None where they never do."""
        hours = self._tenant.queues[queue].hours
        if hours.is_open(now):
            return hours.closes_at(now)
        closed_at, run_off = hours.closed_since(now), timedelta(seconds=self._tenant.timing.run_off_seconds)
        if closed_at is not None and now < closed_at + run_off:
            return closed_at + run_off
        return hours.next_opening(now)

    def _settle(self, work: UnitOfWork, queue: QueueId) -> None:
        """One page of what the hours ask for now, and when to look again."""
        work.lines.lock(queue)
        is_open = self._tenant.queues[queue].hours.is_open(work.now)
        page = work.contacts.there_again(queue, PAGE) if is_open else self._left_over(work, queue, PAGE)
        for contact_id in page:
            contact = work.contacts.lock_only(contact_id)
            if contact is None or contact.state is not State.WAITING or contact.queue != queue:
                continue
            if is_open:
                self._bring_back(work, contact)
            else:
                self._put_off(work, contact)
        due_at = work.now if len(page) == PAGE else self._due_at(queue, work.now)
        if due_at is None:
            work.deadlines.clear(due.RUN_OFF, queue)
        else:
            work.deadlines.set(due.RUN_OFF, queue, due_at)

    def _left_over(self, work: UnitOfWork, queue: QueueId, limit: int) -> Sequence[ContactId]:
        """Callbacks that would be made while it is closed and, once the run-off is over, who still waits."""
        opens_at = self._tenant.queues[queue].hours.next_opening(work.now)
        if opens_at is None:
            return []  # a year ahead nothing opens: nobody can be put off to then, and whoever waits may wait
        found = list(work.contacts.callbacks_before(queue, opens_at, limit))
        if self._tenant.is_shut(queue, work.now):
            found += work.contacts.still_waiting(queue, opens_at + self._tenant.timing.grace, limit - len(found))
        return found

    def _put_off(self, work: UnitOfWork, contact: Contact) -> None:
        """Keeps the place with its order for the next opening, and says so."""
        hours = self._tenant.queues[contact.queue].hours
        opens_at = hours.next_opening(work.now)
        if opens_at is None:
            return
        opening = opening_phrase(opens_at, work.now, hours.zone)
        is_call = contact.channel is Channel.VOICE
        if contact.reach is Reach.CALLBACK:
            self._put_off_callback(work, contact, opens_at, None if is_call else put_off_to_call(opening))
            return
        work.deadlines.clear(due.OVERFLOW, contact.id)
        if is_call:
            contact = moves.end_input(work, contact, CLOSED)
        number = self._number_of(work, contact)
        if number is not None:
            contact = callback_moves.call_back(work, contact, number, opens_at, reason=CLOSED)
            text = put_off_to_call(opening)
        else:
            contact = moves.set_reach(work, contact, Reach.AWAY, reason=CLOSED)
            if contact.channel.is_text:
                text_presence.clear(work, contact)  # who texts is asked when it opens again
            else:
                work.deadlines.set(due.GRACE, contact.id, opens_at + self._tenant.timing.grace)
            text = put_off_on_the_phone(opening, contact.code) if is_call else put_off_in_chat(opening)
        moves.say(work, contact, Author.ASSISTANT, text)

    def _put_off_callback(self, work: UnitOfWork, contact: Contact, opens_at: datetime, text: str | None) -> None:
        """It is not called outside the hours. Whose call has ended hears nothing of it."""
        contact = callback_moves.call_at(work, contact, opens_at, CLOSED)
        if text is not None:
            moves.say(work, contact, Author.ASSISTANT, text)

    def _number_of(self, work: UnitOfWork, contact: Contact) -> str | None:
        """The number that was left, or the one that the call came from if we may call it and do not already."""
        if contact.callback_number is not None:
            return contact.callback_number
        if contact.channel is not Channel.VOICE or contact.ani is None:
            return None
        try:
            number = callable_number(contact.ani, self._tenant)
        except Refused:
            return None
        return number if work.contacts.by_callback_number(number) is None else None

    def _bring_back(self, work: UnitOfWork, contact: Contact) -> None:
        """The queue is open again and the visitor is there: the place is as it was."""
        if contact.reach is not Reach.AWAY or not work.legs.of_contact(contact.id):
            return
        work.deadlines.clear(due.GRACE, contact.id)
        watch(work, contact, self._tenant.queues)
        contact = moves.set_reach(work, contact, Reach.PRESENT, reason="open")
        moves.say(work, contact, Author.ASSISTANT, OPEN_AGAIN)
