"""Whether somebody who texts is there. No connection says so: who has just written is, and is asked before their turn.

In line they are present for a while after each text, and away afterwards: the place stands, and is not offered. When
nobody is left before it they are asked; without an answer the place is kept for an hour, and nobody waits for it.
"""

from __future__ import annotations

from datetime import timedelta

from assistant.flow import due, moves
from assistant.flow.announcements import announce as announce_wait
from assistant.flow.line import Lines
from assistant.model.agent import open_channels
from assistant.model.announcing import OVERDUE
from assistant.model.contact import Channel, Contact, ContactId, DialogueMode, Outcome, QueueId, Reach, State
from assistant.model.events import Author
from assistant.model.place import Staffing
from assistant.model.storage import Deadline, Store, UnitOfWork
from assistant.model.text_wording import LET_GO, kept_sentence, your_turn_sentence
from assistant.model.wording import filled
from assistant.settings.tenant import Tenant
from assistant.settings.timing import TimingPart

NOT_THERE = "not_there"


def is_there(work: UnitOfWork, contact: Contact, tenant: Tenant) -> Contact:
    """The caller has just written. A place that is put off to the opening, or called back, stays so."""
    if not contact.channel.is_text or not contact.state.is_in_line:
        return contact
    clear(work, contact)
    if contact.reach is Reach.CALLBACK or tenant.is_shut(contact.queue, work.now):
        return contact
    there_until(work, contact, tenant.timing)
    return moves.set_reach(work, contact, Reach.PRESENT)


def there_until(work: UnitOfWork, contact: Contact, timing: TimingPart) -> None:
    later = work.now + timedelta(seconds=timing.text_present_seconds)
    work.deadlines.set(due.TEXT_AWAY, contact.id, later)


def clear(work: UnitOfWork, contact: Contact) -> None:
    for kind in (due.TEXT_AWAY, due.TEXT_ASKED, due.TEXT_KEPT):
        work.deadlines.clear(kind, contact.id)


def was_asked(work: UnitOfWork, contact: Contact) -> bool:
    """Whether a `yes` is an answer to our question."""
    kinds = (due.TEXT_ASKED, due.TEXT_KEPT)
    return any(work.deadlines.when(kind, contact.id) is not None for kind in kinds)


def keep(work: UnitOfWork, contact: Contact, timing: TimingPart, text: str) -> Contact:
    """Nobody waits for this place any more; it stands for a while."""
    clear(work, contact)
    work.deadlines.set(due.TEXT_KEPT, contact.id, work.now + timedelta(seconds=timing.text_kept_seconds))
    contact = moves.set_reach(work, contact, Reach.AWAY, reason=NOT_THERE)
    return moves.say(work, contact, Author.ASSISTANT, text)


class TextPresence:
    def __init__(self, store: Store, tenant: Tenant, lines: Lines) -> None:
        self._store = store
        self._tenant = tenant
        self._lines = lines

    async def away(self, deadline: Deadline) -> None:
        """Nothing was heard for a while: the place stands, and is not offered until its holder is asked."""

        def leave(work: UnitOfWork) -> None:
            contact = self._taken(work, deadline)
            if contact is None:
                return
            if contact.state is State.WAITING and contact.reach is Reach.PRESENT:
                moves.set_reach(work, contact, Reach.AWAY, reason=NOT_THERE)
            elif contact.state is State.OFFERED:
                there_until(work, contact, self._tenant.timing)

        await self._store.transact(leave)

    async def not_answered(self, deadline: Deadline) -> None:
        """Asked, and no answer: the next one's turn."""

        def skip(work: UnitOfWork) -> None:
            contact = self._taken(work, deadline)
            if contact is not None and contact.state is State.WAITING and contact.reach is Reach.AWAY:
                keep(work, contact, self._tenant.timing, kept_sentence(self._tenant.timing.text_kept_seconds))

        await self._store.transact(skip)

    async def kept_long_enough(self, deadline: Deadline) -> None:
        """The place is let go; while the queue is closed it is kept until it has been open for as long."""

        def let_go(work: UnitOfWork) -> None:
            contact = self._taken(work, deadline)
            if contact is None or contact.state is not State.WAITING or contact.reach is not Reach.AWAY:
                return
            part = self._tenant.queues.get(contact.queue)
            if part is not None and not part.hours.is_open(work.now):
                opens_at = part.hours.next_opening(work.now) or work.now
                later = opens_at + timedelta(seconds=self._tenant.timing.text_kept_seconds)
                work.deadlines.set(due.TEXT_KEPT, contact.id, later)
                return
            contact = moves.say(work, contact, Author.ASSISTANT, LET_GO)
            moves.leave_line(work, contact, State.ABANDONED, Outcome.ABANDONED, self._tenant.timing)

        await self._store.transact(let_go)

    def _taken(self, work: UnitOfWork, deadline: Deadline) -> Contact | None:
        """The contact with its queue, if the deadline is ours to fire."""
        contact = work.contacts.lock(ContactId(deadline.subject))
        return contact if work.deadlines.take(deadline) else None

    async def sweep(self) -> None:
        """Asks whose turn comes whether they are there, and tells who waits what has changed by much."""
        waiting = await self._store.read(lambda work: work.texts.waiting())
        if not waiting:
            return
        for queue in {contact.queue for contact in waiting}:
            mine = [contact for contact in waiting if contact.queue == queue]
            await self._store.transact(lambda work, queue=queue, mine=mine: self._ask(work, queue, mine))  # type: ignore[misc]
        for contact in waiting:
            await self._announce(contact)

    def _ask(self, work: UnitOfWork, queue: QueueId, waiting: list[Contact]) -> None:
        if self._tenant.is_shut(queue, work.now) or queue not in self._tenant.queues:
            return
        for seen in waiting:
            if seen.reach is not Reach.AWAY or self._lines.staffing(queue, seen.language) is not Staffing.STAFFED:
                continue
            if was_asked(work, seen):
                continue
            contact = work.contacts.lock_only(seen.id)
            if contact is None or contact.state is not State.WAITING or contact.reach is not Reach.AWAY:
                continue
            if was_asked(work, contact):
                continue  # by another process, just now
            rivals = work.texts.rivals(queue, contact, due.TEXT_ASKED)
            if rivals and rivals >= self._free_slots(work, queue, contact.language):
                return
            seconds = self._tenant.timing.text_answer_seconds
            work.deadlines.set(due.TEXT_ASKED, contact.id, work.now + timedelta(seconds=seconds))
            moves.say(work, contact, Author.ASSISTANT, your_turn_sentence(seconds))

    def _free_slots(self, work: UnitOfWork, queue: QueueId, language: str) -> int:
        free = 0
        for agent in work.agents.takers():
            if queue in agent.queues and language in agent.languages:
                slots = work.agents.slots(agent.id)
                if Channel.CHAT in open_channels(agent, slots):
                    free += sum(slot.contact_id is None and slot.channel is Channel.CHAT for slot in slots)
        return free

    async def _announce(self, seen: Contact) -> None:
        """A step that is worth a text: half of those who were ahead are gone, or it takes longer than was told."""
        before, place = seen.announced, self._lines.view(seen)
        if before is None or place.position is None or seen.dialogue is DialogueMode.IN_STEP or not place.staffed:
            return
        longer = self._lines.why_longer(seen, place)
        ahead = place.position - 1
        is_nearer = 0 < ahead <= before.ahead // 2
        if seen.pending_input is not None or not (is_nearer or (longer is not None and longer != OVERDUE)):
            return
        text = filled("You're <position> in line; <wait>.", place, longer=longer)

        def tell(work: UnitOfWork) -> None:
            contact = work.contacts.lock_only(seen.id)
            if contact is None or contact.state is not State.WAITING or contact.announced != seen.announced:
                return  # told meanwhile
            moves.say(work, announce_wait(work, contact, place, longer), Author.ASSISTANT, text)

        await self._store.transact(tell)
