"""The wait predictor: fed with what happens at a desk, asked how long a caller will wait.

It is never told a rate. From the events it learns how fast agents work by what they have in hand (`services`), how
long callers stay (`patience`) and how good its own predictions are (`calibration`); from the lines it knows who waits
before whom, in each queue that shares agents with the caller's (`sharing`). The same object runs in the service and in
the simulation that measures it. Instants are seconds since any epoch, as floats, and never go back by much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assistant.model.contact import AgentId, ContactId, QueueId
from assistant.model.waiting.queue import Forecast, QueueWaits
from assistant.model.waiting.ranges import Pace, mean, quantile
from assistant.model.waiting.services import Team
from assistant.model.waiting.sharing import allotted

FORETOLD_EVERY = 3  # departures, after which a caller in the middle of the line gets a forecast to be scored

type TeamKey = tuple[frozenset[QueueId], int]


@dataclass(frozen=True, slots=True)
class Taker:
    """An agent: the queues served, the slots for written contacts, and whether new contacts are taken now."""

    agent: AgentId
    queues: frozenset[QueueId]
    slots: int
    is_taking: bool = True

    @property
    def key(self) -> TeamKey:
        return self.queues, max(self.slots, 1)


@dataclass(slots=True)
class _Hands:
    """What one agent has in hand, since when it is so much."""

    taker: Taker
    team: Team
    since: float
    contacts: set[ContactId] = field(default_factory=set)
    calls: set[ContactId] = field(default_factory=set)

    @property
    def load(self) -> int:
        """Slots taken; a call takes them all."""
        return self.team.slots if self.calls else len(self.contacts)

    @property
    def is_free(self) -> bool:
        return self.taker.is_taking and self.load < self.team.slots

    def work_until(self, at: float, *, finished: bool = False) -> None:
        if not self.contacts:
            self.since = at
            return
        self.team.worked(self.load, max(at - self.since, 0.0), at, finished=finished)
        self.since = max(at, self.since)


class Forecaster:
    def __init__(self, expected_seconds: Mapping[QueueId, float]) -> None:
        """`expected_seconds` is, by queue, what the tenant guesses that one contact takes."""
        self._queues = {queue: QueueWaits(seconds) for queue, seconds in expected_seconds.items()}
        self._teams: dict[TeamKey, Team] = {}
        self._hands: dict[AgentId, _Hands] = {}
        self._holder: dict[ContactId, AgentId] = {}
        self._taking: dict[TeamKey, int] = {}
        self._departures = 0

    def expect(self, expected_seconds: Mapping[QueueId, float]) -> None:
        """The tenant's guesses are these now; a queue that is new begins with nothing seen."""
        for queue, seconds in expected_seconds.items():
            self._queues.setdefault(queue, QueueWaits(seconds)).expected_seconds = seconds

    def staffed(self, takers: Iterable[Taker], at: float) -> None:
        """The agents there are, from this instant. One who takes no more still finishes what is in hand."""
        self._taking = {}
        gone = set(self._hands)
        for taker in takers:
            gone.discard(taker.agent)
            if taker.is_taking:
                self._taking[taker.key] = self._taking.get(taker.key, 0) + 1
            hands = self._hands.get(taker.agent)
            if hands is None:
                self._hands[taker.agent] = _Hands(taker, self._team(taker.key), at)
            elif hands.taker != taker:
                hands.work_until(at)
                hands.taker, hands.team = taker, self._team(taker.key)
        for agent in gone:
            for contact in self._hands.pop(agent).contacts:
                del self._holder[contact]

    def _team(self, key: TeamKey) -> Team:
        return self._teams.setdefault(key, Team(key[1]))

    def entered(self, queue: QueueId, contact: ContactId, at: float, place_at: float | None = None) -> Forecast | None:
        """A contact takes its place, an older one if it comes back or has a head start.

        The forecast made for it, None if somebody is free, is scored once it is served.
        """
        waits = self._queues[queue]
        place_at = at if place_at is None else place_at
        forecast = None
        if not any(hands.is_free and queue in hands.taker.queues for hands in self._hands.values()):
            forecast = self.forecast(queue, waits.before(place_at), at, is_first=True)
            if forecast is not None:
                waits.remember(contact, forecast, at)
        waits.add(contact, place_at, at)
        return forecast

    def left(self, queue: QueueId, contact: ContactId, at: float, *, was_served: bool) -> None:
        """A contact leaves its line: an agent took it, or it was given up for whatever reason."""
        waits = self._queues[queue]
        waits.remove(contact, at, was_served=was_served)
        self._departures += 1
        if self._departures % FORETOLD_EVERY == 0 and len(waits):
            middle = len(waits) // 2
            forecast = self.forecast(queue, middle, at)
            if forecast is not None:
                waits.remember(waits.contact(middle), forecast, at)

    def moved(self, queue: QueueId, contact: ContactId) -> None:
        """A contact leaves this line for another, or to enter it anew: nothing is learned from that."""
        self._queues[queue].forget(contact)

    def taken(self, agent: AgentId, contact: ContactId, at: float, *, takes_all: bool = False) -> None:
        """A contact takes a slot of the agent, or all of them, as a call does."""
        hands = self._hands.get(agent)
        if hands is None or contact in self._holder:
            return
        hands.work_until(at)
        hands.contacts.add(contact)
        if takes_all:
            hands.calls.add(contact)
        self._holder[contact] = agent

    def freed(self, contact: ContactId, at: float, *, finished: bool = True) -> None:
        """The slot is free again; `finished` is False where the offer came to nothing."""
        agent = self._holder.pop(contact, None)
        hands = self._hands.get(agent) if agent is not None else None
        if hands is None:
            return
        hands.work_until(at, finished=finished)
        hands.contacts.discard(contact)
        hands.calls.discard(contact)

    def resumed(self, at: float) -> None:
        """Nothing was seen until now, or the clock was set: the time since the last event counts for nobody."""
        for hands in self._hands.values():
            hands.since = at

    def forecast(
        self, queue: QueueId, ahead: int, at: float, *, takes_all: bool = False, is_first: bool | None = None
    ) -> Forecast | None:
        """The remaining wait behind `ahead` places of this queue; None where nobody serves it."""
        waits = self._queues[queue]
        is_first = ahead >= len(waits) if is_first is None else is_first
        teams, slots = self._rates(queue, waits.expected_seconds, takes_all)
        if not slots:
            return None
        before: dict[QueueId, float] = {queue: ahead + 1}
        if any(len(queues) > 1 for queues in teams):
            place_at = waits.place_at(ahead, at)
            before |= {other: line.before(place_at) for other, line in self._queues.items() if other != queue}
        of_it, in_all = allotted(queue, before, teams)
        effective = (ahead + 1) * in_all / of_it - 1
        pace = Pace(slots, in_all / slots, waits.leaving(ahead, effective, in_all, at))
        calibration = waits.calibration(is_first)
        low, high = (quantile(effective, pace, level) for level in calibration.levels)
        return Forecast(effective, pace, is_first, mean(effective, pace) * calibration.factor, low, high)

    def _rates(
        self, queue: QueueId, expected_seconds: float, takes_all: bool
    ) -> tuple[dict[frozenset[QueueId], float], int]:
        """Contacts a second by the queues of those who take them, and the slots that serve this queue."""
        rates: dict[frozenset[QueueId], float] = {}
        slots = 0
        for key, count in self._taking.items():
            queues, each = key
            expected = expected_seconds * (each if takes_all else 1)
            rates[queues] = rates.get(queues, 0.0) + count * self._teams[key].rate(expected)
            slots += count * each * (queue in queues)
        return rates, slots

    def coverage(self, queue: QueueId) -> float | None:
        """The measured share of waits that ended within the range told on arrival; None before enough are scored."""
        return self._queues[queue].on_arrival.coverage

    def is_poor(self, queue: QueueId) -> bool:
        """The ranges have been wrong so often that the position alone should be told."""
        return self._queues[queue].on_arrival.is_poor
