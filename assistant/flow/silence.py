"""Chats in which somebody falls silent: the agent is reminded, the caller is asked and, after a while, parked.

A parked place is back in line where it stood, away, with the agent's slot free; the same agent takes it up again if
that can be. Who speaks ends the other's deadline and begins the own one, so that one of the two runs at a time.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from assistant.flow import direct, due, moves
from assistant.flow.overflow import watch
from assistant.flow.text_presence import there_until
from assistant.model.agent import Agent, Presence, open_channels
from assistant.model.contact import AgentId, Channel, Contact, ContactId, Outcome, Reach, State
from assistant.model.events import Author, Event, EventType
from assistant.model.storage import Deadline, Store, UnitOfWork
from assistant.model.wording import STILL_THERE, parked_sentence
from assistant.settings.tenant import Tenant
from assistant.settings.timing import TimingPart

IDLE = "idle"
CALLER_AWAY = "caller_away"
TALK = frozenset({EventType.CONTACT_CONNECTED, EventType.MESSAGE_ADDED, EventType.AGENT_SILENT, EventType.CALLER_IDLE})

AWAITED = {EventType.CONTACT_CONNECTED, EventType.MESSAGE_ADDED}
TOLD = ("agent", "supervisor")


def agent_is_awaited(work: UnitOfWork, contact: Contact, timing: TimingPart) -> None:
    """The caller was connected or has spoken: it is the agent's turn. Later words do not put the deadline off."""
    if not _is_chat(contact):
        return
    work.deadlines.clear(due.CALLER_IDLE, contact.id)
    if work.deadlines.when(due.AGENT_SILENT, contact.id) is None:
        work.deadlines.set(due.AGENT_SILENT, contact.id, work.now + timedelta(seconds=timing.agent_silent_seconds))


def caller_is_awaited(work: UnitOfWork, contact: Contact, timing: TimingPart) -> None:
    """The agent has spoken: it is the caller's turn, and each word of the agent gives the caller the time anew."""
    if not _is_chat(contact):
        return
    work.deadlines.clear(due.AGENT_SILENT, contact.id)
    work.deadlines.set(due.CALLER_IDLE, contact.id, work.now + timedelta(seconds=timing.caller_idle_seconds))


def park(work: UnitOfWork, contact: Contact, reason: str, timing: TimingPart) -> Contact:
    """The caller does not answer or is gone: back to the place that was never given away, and the slot is free.

    The contact's queue and row are locked.
    """
    agent_id = contact.agent_id
    work.deadlines.clear(due.GRACE, contact.id)
    contact = moves.return_to_place(work, contact, reason)
    contact = moves.set_reach(work, contact, Reach.AWAY, reason=reason)
    work.deadlines.set(due.CALLER_IDLE, contact.id, work.now + timedelta(seconds=timing.reclaim_seconds))
    text = parked_sentence(work.lines.position(contact), timing.reclaim_seconds)
    contact = moves.say(work, contact, Author.ASSISTANT, text)
    if agent_id is not None:
        moves.begin_idle(work, agent_id)
    return contact


def is_parked(work: UnitOfWork, contact: Contact) -> bool:
    is_away = contact.state is State.WAITING and contact.reach is Reach.AWAY
    return is_away and work.deadlines.when(due.CALLER_IDLE, contact.id) is not None


def come_back(work: UnitOfWork, contact: Contact, tenant: Tenant) -> Contact:
    """A parked caller is there again: present at the own place, and for the same agent alone if that one is free."""
    timing = tenant.timing
    work.deadlines.clear(due.CALLER_IDLE, contact.id)
    watch(work, contact, tenant.queues)
    agent = _last_agent(work, contact)
    kept_for = {}
    if agent is not None and _can_take(work, agent, contact.slot_channel):
        contact = direct.keep_for(work, contact, agent, timing.direct_seconds)
        kept_for = {"direct_agent_id": agent.id}
    if contact.channel.is_text:
        there_until(work, contact, timing)
    elif not work.legs.of_contact(contact.id):
        work.deadlines.set(due.GRACE, contact.id, work.now + timedelta(seconds=timing.grace_seconds))
    return moves.set_reach(work, contact, Reach.PRESENT, **kept_for)


class Silence:
    def __init__(self, store: Store, tenant: Tenant) -> None:
        self._store = store
        self._tenant = tenant

    async def agent_silent(self, deadline: Deadline) -> None:
        """The caller's words have been unanswered for long: the agent is told, and after as long the supervisors."""

        def remind(work: UnitOfWork) -> None:
            contact = work.contacts.lock_only(ContactId(deadline.subject))
            if not work.deadlines.take(deadline) or contact is None or contact.state is not State.CONNECTED:
                return
            talk = _since_agent_spoke(work, contact)
            told = sum(event.type is EventType.AGENT_SILENT for event in talk)
            since = next((event.at for event in talk if event.type in AWAITED), work.now)
            seconds = max(round((work.now - since).total_seconds()), 0)
            data = {"agent_id": contact.agent_id, "silent_seconds": seconds, "told": TOLD[min(told, 1)]}
            contact = work.trail.append(contact, EventType.AGENT_SILENT, data)
            if told == 0:
                later = work.now + timedelta(seconds=self._tenant.timing.agent_silent_seconds)
                work.deadlines.set(due.AGENT_SILENT, contact.id, later)

        await self._store.transact(remind)

    async def caller_idle(self, deadline: Deadline) -> None:
        """The caller is asked, then parked, and at last the contact is over: it had been connected, so it was handled.

        Where the deadline comes so late that the clock was set or the service was away, the caller gets the time anew.
        """

        def look(work: UnitOfWork) -> None:
            contact = work.contacts.lock(ContactId(deadline.subject))
            if not work.deadlines.take(deadline) or contact is None:
                return
            if contact.state is State.CONNECTED:
                self._ask_or_park(work, contact, deadline)
            elif contact.state is State.WAITING and contact.reach is Reach.AWAY:
                if due.came_late(work, deadline):
                    self._wait_for_caller(work, contact, self._tenant.timing.reclaim_seconds)
                else:
                    moves.leave_line(work, contact, State.CLOSED, Outcome.HANDLED, self._tenant.timing)

        await self._store.transact(look)

    def _ask_or_park(self, work: UnitOfWork, contact: Contact, deadline: Deadline) -> None:
        was_asked = any(event.type is EventType.CALLER_IDLE for event in _since_agent_spoke(work, contact))
        if not was_asked:
            contact = work.trail.append(contact, EventType.CALLER_IDLE, {"agent_id": contact.agent_id})
            contact = moves.say(work, contact, Author.ASSISTANT, STILL_THERE)
        if was_asked and not due.came_late(work, deadline):
            park(work, contact, IDLE, self._tenant.timing)
        else:
            self._wait_for_caller(work, contact, self._tenant.timing.caller_warned_seconds)

    def _wait_for_caller(self, work: UnitOfWork, contact: Contact, seconds: float) -> None:
        work.deadlines.set(due.CALLER_IDLE, contact.id, work.now + timedelta(seconds=seconds))

    async def sweep(self) -> None:
        """After a clock was set back no deadline lies further ahead than it was ever set."""
        longest = {
            due.DIRECT: self._tenant.timing.direct_seconds,
            due.AGENT_SILENT: self._tenant.timing.agent_silent_seconds,
            due.CALLER_IDLE: max(
                self._tenant.timing.caller_idle_seconds,
                self._tenant.timing.caller_warned_seconds,
                self._tenant.timing.reclaim_seconds,
            ),
        }

        def too_far(work: UnitOfWork) -> list[Deadline]:
            return [
                deadline
                for kind, seconds in longest.items()
                for deadline in work.deadlines.later_than(kind, work.now + timedelta(seconds=seconds) + due.LATE)
            ]

        for deadline in await self._store.read(too_far):
            seconds = longest[deadline.kind]
            await self._store.transact(partial(_draw_near, deadline=deadline, seconds=seconds))


def _draw_near(work: UnitOfWork, deadline: Deadline, seconds: float) -> None:
    if work.deadlines.when(deadline.kind, deadline.subject) == deadline.due_at:
        work.deadlines.set(deadline.kind, deadline.subject, work.now + timedelta(seconds=seconds))


def _is_chat(contact: Contact) -> bool:
    return contact.state is State.CONNECTED and contact.channel is not Channel.VOICE


def _since_agent_spoke(work: UnitOfWork, contact: Contact) -> list[Event]:
    """The talk after the agent's last words, or from the connection on where the agent has said nothing."""
    talk: list[Event] = []
    for event in work.trail.after(contact.id, 0, TALK):
        if event.words is not None and event.words.author is Author.AGENT:
            talk = []
        elif event.type is EventType.CONTACT_CONNECTED:
            talk = [event]
        elif event.words is None or event.words.author is Author.CALLER:
            talk.append(event)
    return talk


def _last_agent(work: UnitOfWork, contact: Contact) -> Agent | None:
    connections = work.trail.after(contact.id, 0, frozenset({EventType.CONTACT_CONNECTED}))
    return work.agents.lock(AgentId(connections[-1].data["agent_id"])) if connections else None


def _can_take(work: UnitOfWork, agent: Agent, channel: Channel) -> bool:
    is_taking = agent.presence is Presence.READY and agent.is_reachable
    return is_taking and channel in open_channels(agent, work.agents.slots(agent.id))
