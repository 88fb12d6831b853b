"""Passing a contact on: to a queue or to one agent, cold or warm, and a supervisor's move of a place that waits.

Cold: the caller waits again, at the place that the order gives, and the first agent is free at once. Warm: the caller
stays where they are until a colleague has taken it (`flow.warm`). What was proved and what was said travel along.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from assistant.flow import direct, due, joining, moves, warm
from assistant.flow.conversation import MAX_TEXT, checked, in_hand
from assistant.flow.overflow import watch
from assistant.model.agent import USUAL_PROFICIENCY, Agent, Presence, open_channels
from assistant.model.contact import AgentId, Channel, Contact, ContactId, QueueId, State
from assistant.model.errors import Refused, Unavailable, contact_closed, no_such_contact
from assistant.model.events import Author, EventType, Words
from assistant.model.offer import PASSED_ON, OfferKind
from assistant.model.place import EntryCause, rfc3339
from assistant.model.ports import CallControl
from assistant.model.redaction import redacted, sayable
from assistant.model.storage import Deadline, Store, UnitOfWork
from assistant.model.wording import ahead_phrase
from assistant.settings.queues import QueuePart
from assistant.settings.tenant import Tenant

NOT_TAKEN = frozenset({"declined", "not_answered"})


class Mode(StrEnum):
    COLD = "cold"
    WARM = "warm"
    JOIN = "join"


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a contact is passed on to: a queue, or else one agent by username."""

    queue: QueueId | None = None
    agent: str | None = None


class Transfers:
    def __init__(self, store: Store, tenant: Tenant, call_control: CallControl) -> None:
        self._store = store
        self._tenant = tenant
        self._call_control = call_control

    async def transfer(self, contact_id: ContactId, by: Agent, to: Target, mode: Mode, note: str = "") -> None:
        """The agent passes a connected contact on, or (`join`) keeps it and asks a colleague to come too.

        What another colleague was asked about it before ends.

        Raises `Refused`: `no_such_contact`, `not_connected`, `contact_closed`, `no_such_agent`, `agent_away`,
        `same_agent`, `unknown_queue`, `queue_closed`, `queue_busy` (not cold, where somebody would be overtaken),
        `beside_already` (join), `text_too_long`.
        """
        note = redacted(sayable(note))
        if len(note) > MAX_TEXT:
            raise Refused("text_too_long", f"note: at most {MAX_TEXT} characters.")
        if mode is not Mode.COLD:
            kind = OfferKind(mode)
            await self._store.transact(partial(self._ask, contact_id=contact_id, by=by, to=to, note=note, kind=kind))
            return
        work = partial(self._pass_on, contact_id=contact_id, by=by, to=to, note=note)
        await self._part(await self._store.transact(work))

    def _pass_on(self, work: UnitOfWork, contact_id: ContactId, by: Agent, to: Target, note: str) -> Contact:
        """Gives the contact as it was: its conference ends, and the caller's call goes on in our own loop."""
        seen = in_hand(work.contacts.get(contact_id), by.id, State.CONNECTED)
        colleague = _colleague(work, to.agent, by) if to.agent is not None else None
        queue = self._queue_of(work, seen, colleague) if colleague else self._open_queue(work, to.queue)
        was = in_hand(moves.lock_for(work, contact_id, queue), by.id, State.CONNECTED)
        if colleague is not None:
            _lock_present(work, by, colleague)
        asked: dict[str, Any] = {"mode": Mode.COLD.value, "by": by.id, "to_queue": queue, "disposition": PASSED_ON}
        asked |= {"to_agent_id": colleague.id if colleague else None, "order_at": was.order_at}
        contact = work.trail.append(was, EventType.TRANSFER_ASKED, asked)
        contact = _add_note(work, contact, by, note)
        warm.mark_passed_on(work, contact)
        if queue != was.queue:
            moved = {"from": was.queue, "to": queue, "cause": EntryCause.TRANSFERRED_IN.value}
            contact = replace(contact, queue=queue)
            contact = work.trail.append(contact, EventType.QUEUE_CHANGED, moved | {"order_at": was.order_at})
        if colleague is not None:  # before the return, whose event tells for whom the place is
            contact = direct.keep_for(work, contact, colleague, self._tenant.timing.direct_seconds)
        contact = moves.return_to_place(work, contact, PASSED_ON, EntryCause.TRANSFERRED_IN)
        watch(work, contact, self._tenant.queues)
        moves.begin_idle(work, by.id)
        whom = colleague.first_name if colleague else self._tenant.queues[queue].name
        where = ahead_phrase(work.lines.position(contact) - 1)
        text = f"{by.first_name} is passing you on to {whom}. You keep the place you had: {where}."
        moves.say(work, contact, Author.ASSISTANT, text)
        return was

    def _ask(self, work: UnitOfWork, contact_id: ContactId, by: Agent, to: Target, note: str, kind: OfferKind) -> None:
        contact = in_hand(work.contacts.lock_only(contact_id), by.id, State.CONNECTED)
        asked: dict[str, Any] = {"by": by.id}
        if to.agent is not None:
            colleague = _colleague(work, to.agent, by)
        else:
            asked["to_queue"] = queue = self._open_queue(work, to.queue)
            colleague = self._next_of(work, queue, contact, by)
        if kind is OfferKind.JOIN:
            joining.check_absent(work, contact, colleague)
        _lock_present(work, by, colleague)
        contact = moves.rescind_asked(work, contact, "asked_anew")
        contact = warm.ask(work, contact, colleague, asked, self._tenant.timing.offer_seconds, kind)
        _add_note(work, contact, by, note)

    def _open_queue(self, work: UnitOfWork, queue: QueueId | None) -> QueueId:
        part = self._tenant.queues.get(queue) if queue is not None else None
        if queue is None or part is None:
            raise Refused("unknown_queue", f"There is no queue named {queue!r}.")
        if not part.hours.is_open(work.now):
            raise _closed(part, work)
        return queue

    def _queue_of(self, work: UnitOfWork, contact: Contact, colleague: Agent) -> QueueId:
        """The contact's own queue where the colleague serves it, else the first open one that the colleague serves."""
        mine = [queue for queue in colleague.queues if queue in self._tenant.queues]
        fitting = (queue for queue in mine if self._tenant.queues[queue].hours.is_open(work.now))
        return contact.queue if contact.queue in mine else next(fitting, contact.queue)

    def _next_of(self, work: UnitOfWork, queue: QueueId, contact: Contact, by: Agent) -> Agent:
        """Who would be offered this contact next in that queue, if nobody who waits were overtaken by it."""
        since = work.now - timedelta(seconds=self._tenant.timing.declined_seconds)
        unwilling = self._unwilling(work, contact, since)
        takers = [agent for agent in work.agents.takers() if queue in agent.queues and agent.id not in unwilling]
        if self._tenant.queues[queue].prefers_proficiency:
            takers.sort(key=lambda agent: -agent.proficiency.get(queue, USUAL_PROFICIENCY))
        for agent in takers:
            channels = sorted(open_channels(agent, work.agents.slots(agent.id)))
            is_fitting = contact.slot_channel in channels and contact.language in agent.languages
            if agent.id != by.id and is_fitting and not self._overtakes(work, contact, agent, channels, since):
                return agent
        name = self._tenant.queues[queue].name
        raise Refused("queue_busy", f"Nobody in {name} is free for it now. Passed on cold, the caller keeps the place.")

    def _overtakes(
        self, work: UnitOfWork, contact: Contact, agent: Agent, channels: list[Channel], since: datetime
    ) -> bool:
        """Somebody with an older order waits for this agent: the line decides who is next."""
        head = work.contacts.head(agent, channels, since)
        return head is not None and (head.order_at, head.contact_id) < (contact.order_at, contact.id)

    def _unwilling(self, work: UnitOfWork, contact: Contact, since: datetime) -> set[AgentId]:
        """Who has just turned down the hand-over of this contact."""
        ended = work.trail.after(contact.id, 0, frozenset({EventType.TRANSFER_ENDED}))
        return {
            AgentId(event.data["to_agent_id"])
            for event in ended
            if event.at > since and event.data.get("outcome") in NOT_TAKEN
        }

    async def move(self, contact_id: ContactId, by: Agent, queue: QueueId, reason: str) -> None:
        """A supervisor moves a waiting contact to another queue; its order stays, and the reason is kept as a note.

        Raises `Refused`: `no_such_contact`, `contact_closed`, `place_taken_up`, `unknown_queue`, `queue_closed`,
        `same_queue`, `empty_text`, `text_too_long`.
        """
        reason = redacted(checked(reason, "reason"))
        await self._store.transact(partial(self._move, contact_id=contact_id, by=by, queue=queue, reason=reason))

    def _move(self, work: UnitOfWork, contact_id: ContactId, by: Agent, queue: QueueId, reason: str) -> None:
        if work.contacts.get(contact_id) is None:
            raise no_such_contact()
        contact = moves.lock_for(work, contact_id, self._open_queue(work, queue))
        if contact is None or contact.state.is_over:
            raise contact_closed()
        if contact.state is not State.WAITING:
            raise Refused("place_taken_up", "An agent has taken this up already.")
        if contact.queue == queue:
            raise Refused("same_queue", "It waits there already.")
        work.deadlines.clear(due.DIRECT, contact.id)
        contact = replace(contact, direct_agent_id=None)
        contact = moves.change_queue(work, contact, queue, EntryCause.SUPERVISOR, by=by.id)
        watch(work, contact, self._tenant.queues)
        contact = _add_note(work, contact, by, reason, is_for_transfer=False)
        where = ahead_phrase(work.lines.position(contact) - 1)
        text = f"You've been moved to {self._tenant.queues[queue].name}. You keep the place you had: {where}."
        moves.say(work, contact, Author.ASSISTANT, text)

    async def direct_ended(self, deadline: Deadline) -> None:
        """The agent for whom the place was kept has not come to it: it is open to everybody in the queue."""

        def open_it(work: UnitOfWork) -> None:
            contact = work.contacts.lock_only(ContactId(deadline.subject))
            if not work.deadlines.take(deadline) or contact is None or contact.direct_agent_id is None:
                return
            if contact.state.is_in_line:
                direct.open_to_all(work, contact, "not_in_time")

        await self._store.transact(open_it)

    async def _part(self, contact: Contact) -> None:
        if contact.channel is not Channel.VOICE:
            return
        try:
            await self._call_control.release(contact)
        except Unavailable:
            return  # whoever takes the place next calls the caller out of the conference


def _colleague(work: UnitOfWork, username: str, by: Agent) -> Agent:
    found = work.agents.by_username(username)
    if found is None:
        raise Refused("no_such_agent", "to.agent: there is nobody of that name.")
    if found[0].id == by.id:
        raise Refused("same_agent", "to.agent: that is you.")
    return found[0]


def _lock_present(work: UnitOfWork, by: Agent, colleague: Agent) -> None:
    """Both agents to the commit, so that nobody goes unnoticed; raises `Refused` `agent_away`."""
    locked = {agent_id: work.agents.lock(agent_id) for agent_id in sorted({by.id, colleague.id})}[colleague.id]
    if locked is None or locked.presence is not Presence.READY or not locked.is_reachable:
        raise Refused("agent_away", f"{colleague.first_name} takes no contacts at the moment.")


def _add_note(work: UnitOfWork, contact: Contact, by: Agent, note: str, *, is_for_transfer: bool = True) -> Contact:
    if not note:
        return contact
    data = {"agent_id": by.id} | ({"transfer": True} if is_for_transfer else {})
    return work.trail.append(contact, EventType.NOTE_ADDED, data, Words(Author.AGENT, note, agent_name=by.name))


def _closed(part: QueuePart, work: UnitOfWork) -> Refused:
    opening = part.hours.next_opening(work.now)
    opens_at = rfc3339(opening) if opening else None
    return Refused("queue_closed", f"{part.name} is closed at the moment.", opens_at=opens_at)
