"""What callers are told of their wait: the predictor, fed from the database once a second, asked at each turn.

The lines' own changes and the slots that are held are read, so that every process learns the same, a restart begins
with what was seen before it, and no notice is needed to be right.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from threading import Lock

from assistant.flow.moves import MOVED, NOBODY_GAVE_UP
from assistant.model.agent import Agent, Presence
from assistant.model.announcing import why_longer_than_announced
from assistant.model.contact import AgentId, Announced, Channel, ContactId, QueueId
from assistant.model.place import EntryCause, PlaceView, Staffing
from assistant.model.ports import Clock
from assistant.model.storage import Store, UnitOfWork
from assistant.model.waiting import (
    NOBODY_SERVES,
    Curve,
    Forecaster,
    InHand,
    Observed,
    Outlook,
    Passage,
    Taker,
    Told,
    WaitRange,
    told,
)
from assistant.settings.tenant import Tenant

FIRST_GUESS_SECONDS = 300.0  # of a queue that is new, until the tenant's own guess is read a second later
UNSEEN_SECONDS = 60.0  # longer than this between two looks: the service was away, or the clock was set


class Waiting:
    """The ranges by queue and rank. Stale by a second at most while the service's sweep runs."""

    def __init__(self, store: Store, clock: Clock, tenant: Tenant) -> None:
        self._store = store
        self._clock = clock
        self._tenant = tenant
        self._forecaster = Forecaster(_expected(tenant))
        self._agents: tuple[Agent, ...] = ()
        self._changed: set[QueueId] = set(tenant.queues)
        self._revisions: dict[QueueId, int] = {}
        self._in_hand: dict[ContactId, InHand] = {}
        self._looked_at: float | None = None
        self._curves: dict[tuple[QueueId, bool], Curve] = {}
        self._staffing: dict[tuple[QueueId, str], Staffing] = {}
        self._told: dict[ContactId, tuple[QueueId, Told]] = {}
        self._lock = Lock()  # arrivals ask in the thread of their transaction

    def begin(self, queue: QueueId) -> None:
        """A queue that may be new: its waits can be asked for at once."""
        with self._lock:
            if queue in self._tenant.queues:
                return
            self._forecaster.expect({queue: FIRST_GUESS_SECONDS})
        self.line_changed(queue)

    def line_changed(self, queue: QueueId) -> None:
        """The queue's newest changes are read at the next refresh."""
        self._changed.add(queue)

    async def refresh(self) -> bool:
        """Learns what has happened; True where agents have come or gone, so that every wait is another."""
        changed, self._changed = self._changed, set()
        after = {queue: self._revisions.get(queue) for queue in changed}

        def look(work: UnitOfWork) -> tuple[tuple[Agent, ...], Observed]:
            return tuple(work.agents.all()), work.contacts.observed(after)

        try:
            agents, observed = await self._store.read(look)
        except BaseException:
            self._changed |= changed
            raise
        before, self._agents = self._agents, agents
        self._staffing = {}
        with self._lock:
            self._forecaster.expect(_expected(self._tenant))
            self._learn(observed, self._clock.now().timestamp())
            self._curves.clear()
        return _takers(before) != _takers(agents) or _on_duty(before) != _on_duty(agents)

    def staffing(self, queue: QueueId, language: str) -> Staffing:
        """Who is on duty for this queue, as of the last look; before the first one nobody is said to be missing."""
        if self._looked_at is None:
            return Staffing.STAFFED
        known, key = self._staffing, (queue, language)
        if key not in known:
            serving = [agent for agent in self._agents if queue in agent.queues and _is_on_duty(agent)]
            speaks = any(language in agent.languages for agent in serving)
            known[key] = Staffing.STAFFED if speaks else Staffing.OTHER_LANGUAGES if serving else Staffing.NOBODY
        return known[key]

    def wait(self, queue: QueueId, channel: Channel, ahead: int) -> WaitRange:
        """The range behind `ahead` places; unknown where nobody takes contacts or the ranges have proved wrong."""
        with self._lock:
            return self._outlook(queue, channel, ahead).wait

    def told(
        self, queue: QueueId, channel: Channel, ahead: int, contact: ContactId, announced: Announced | None = None
    ) -> Told:
        """The same for one caller, to whom it does not rise but for a reason.

        What this process has not told before, another may have: `announced` is what was said last.
        """
        with self._lock:
            was_in, before = self._told.get(contact, (queue, None))
            if was_in != queue:
                before = None  # another line is another wait
            if before is None and announced is not None and announced.queue == queue:
                heard = WaitRange(announced.low_seconds, announced.high_seconds)
                before = Told(heard, announced.ahead, announced.slots, announced.capacity)
            now = told(before, ahead, self._outlook(queue, channel, ahead))
            self._told[contact] = queue, now
            return now

    def why_longer(self, announced: Announced | None, place: PlaceView) -> str | None:
        """Why the place's wait is longer than the one announced last: see `why_longer_than_announced`."""
        return why_longer_than_announced(announced, place, self._clock.now())

    def coverage(self, queue: QueueId) -> float | None:
        """The measured share of waits that ended within the range told on arrival; None before enough are scored."""
        return self._forecaster.coverage(queue)

    def _outlook(self, queue: QueueId, channel: Channel, ahead: int) -> Outlook:
        return NOBODY_SERVES if self._forecaster.is_poor(queue) else self._curve(queue, channel).outlook(ahead)

    def _curve(self, queue: QueueId, channel: Channel) -> Curve:
        key = queue, channel is Channel.VOICE
        if key not in self._curves:
            at = self._clock.now().timestamp()
            self._curves[key] = Curve(lambda ahead: self._forecaster.forecast(queue, ahead, at, takes_all=key[1]))
        return self._curves[key]

    def _learn(self, observed: Observed, now: float) -> None:
        if self._looked_at is None:
            self._staff(now, is_taking=False)  # of who was there then nothing is known: no forecast is scored
            self._remember_services(observed.passages)
            self._follow(observed.passages, now)
        elif not 0 <= now - self._looked_at <= UNSEEN_SECONDS:
            self._forecaster.resumed(now)
        self._staff(now)
        self._see_hands(observed.in_hand, now)
        if self._looked_at is not None:
            self._follow(observed.passages, now)
        self._looked_at = now

    def _staff(self, now: float, *, is_taking: bool = True) -> None:
        self._forecaster.staffed(
            [
                Taker(agent.id, frozenset(agent.queues), self._tenant.chat_slots, is_taking and _takes_contacts(agent))
                for agent in self._agents
                if agent.queues
            ],
            now,
        )

    def _see_hands(self, in_hand: Sequence[InHand], now: float) -> None:
        """Compares the slots held now with those held at the last look."""
        held = {hand.contact: hand for hand in in_hand}
        for contact, hand in self._in_hand.items():
            if contact not in held or held[contact].agent != hand.agent:
                self._forecaster.freed(contact, now, finished=hand.is_served)
        for contact, hand in held.items():
            if contact not in self._in_hand or self._in_hand[contact].agent != hand.agent:
                self._forecaster.taken(hand.agent, contact, now, takes_all=hand.is_call)
        self._in_hand = held

    def _follow(self, passages: Sequence[Passage], now: float) -> None:
        for passage in passages:
            self._revisions[passage.queue] = passage.revision
            self._changed.add(passage.queue)  # until a look finds nothing newer
            if passage.op == "enter":
                is_first = passage.cause == EntryCause.JOINED
                at = passage.entered_at.timestamp() if is_first else now
                self._forecaster.entered(passage.queue, passage.contact, at, passage.order_at / 1e6)
                continue
            was_served = passage.cause == "connected"
            left_at = passage.connected_at if was_served else passage.ended_at
            at = left_at.timestamp() if left_at else now
            if passage.cause != MOVED:  # to another line or another order: the wait that was told goes on
                self._told.pop(passage.contact, None)
            if passage.cause in NOBODY_GAVE_UP or self._was_put_off(passage, at):
                self._forecaster.moved(passage.queue, passage.contact)
            else:
                self._forecaster.left(passage.queue, passage.contact, at, was_served=was_served)

    def _was_put_off(self, passage: Passage, at: float) -> bool:
        """A wait over closed time teaches nothing about the line."""
        part = self._tenant.queues.get(passage.queue)
        if part is None or part.hours.is_always:
            return False
        if not part.hours.is_open(passage.entered_at):
            return True
        closes_at = part.hours.closes_at(passage.entered_at)
        return closes_at is not None and at > closes_at.timestamp() + self._tenant.timing.run_off_seconds

    def _remember_services(self, passages: Sequence[Passage]) -> None:
        """The services before this process began, in the order in which slots were taken and freed."""
        steps: dict[ContactId, tuple[datetime, datetime, AgentId, bool]] = {}
        for passage in passages:
            if passage.agent and passage.taken_at and passage.freed_at:
                steps[passage.contact] = passage.taken_at, passage.freed_at, passage.agent, passage.is_call
        taken = [(begun, False, contact) for contact, (begun, _, _, _) in steps.items()]
        freed = [(ended, True, contact) for contact, (_, ended, _, _) in steps.items()]
        for at, is_freed, contact in sorted([*taken, *freed]):
            _, _, agent, is_call = steps[contact]
            if is_freed:
                self._forecaster.freed(contact, at.timestamp())
            else:
                self._forecaster.taken(agent, contact, at.timestamp(), takes_all=is_call)


def _expected(tenant: Tenant) -> dict[QueueId, float]:
    return {id: part.expected_handle_seconds for id, part in tenant.queues.items()}


def _takes_contacts(agent: Agent) -> bool:
    return agent.presence is Presence.READY and agent.is_reachable


def _is_on_duty(agent: Agent) -> bool:
    """Signed in, if only for a break."""
    return agent.presence is not Presence.SIGNED_OUT and agent.is_reachable


def _on_duty(agents: tuple[Agent, ...]) -> set[str]:
    return {agent.id for agent in agents if _is_on_duty(agent)}


def _takers(agents: tuple[Agent, ...]) -> set[str]:
    return {agent.id for agent in agents if _takes_contacts(agent)}
