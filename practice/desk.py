"""Discrete-event simulation of a desk: agents with slots serve the oldest caller of the queues that are theirs.

Callers who give up leave a ghost in their place: the moment at which an agent would have taken it is the wait that
they would have had (the potential wait), so that predictions are judged on everybody, not on who was served quickly.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

from practice.arrivals import Arrival, Stream
from practice.hands import Hands


class Caller:
    """One arrival at its queue. Who is away keeps the place and is not taken; `keeps_place` outlasts all patience."""

    __slots__ = (
        "arrived_at", "habits", "has_dropped", "has_left", "has_settled", "id", "is_away", "keeps_place", "order",
        "queue", "taken_at", "work",
    )  # fmt: skip

    def __init__(self, id: str, order: int, queue: str, arrival: Arrival) -> None:
        self.id = id
        self.order = order
        self.queue = queue
        self.arrived_at = arrival.at
        self.work = arrival.work
        self.habits = arrival.habits
        self.has_left = self.has_settled = self.is_away = self.has_dropped = self.keeps_place = False
        self.taken_at = -1.0

    @property
    def waits(self) -> bool:
        return self.taken_at < 0 and not self.has_left


class Agent(Hands[Caller]):
    """One agent, and the queues that are theirs."""

    __slots__ = ("is_taking", "name", "queues", "version")

    def __init__(self, name: str, queues: Iterable[str], speeds: Sequence[float]) -> None:
        super().__init__(speeds)
        self.name = name
        self.queues = frozenset(queues)
        self.is_taking = True
        self.version = 0

    @property
    def is_free(self) -> bool:
        return self.is_taking and len(self.in_hand) < len(self.speeds)


class Watcher(Protocol):
    """What a simulation tells while it runs."""

    def staffed(self, agents: Sequence[Agent], at: float) -> None: ...
    def entered(self, caller: Caller, line: Sequence[Caller], at: float, *, waits: bool) -> None: ...
    def left(self, caller: Caller, at: float) -> None: ...
    def taken(self, caller: Caller, agent: Agent, at: float) -> None: ...
    def freed(self, caller: Caller, agent: Agent, at: float) -> None: ...
    def due(self, caller: Caller, at: float) -> None:
        """An agent takes this place now, or would if its caller had stayed."""
        ...

    def looked(self, lines: Mapping[str, Sequence[Caller]], at: float) -> None:
        """A moment chosen by chance."""
        ...


@dataclass
class Desk:
    """One run. `shifts` says at which time which agents take contacts; `looks` is the rate of chance moments."""

    agents: Sequence[Agent]
    streams: Mapping[str, Stream]
    watcher: Watcher
    seed: int | str
    shifts: Iterable[tuple[float, frozenset[str]]] = ()
    looks: float = 0.0
    now: float = 0.0
    lines: dict[str, dict[Caller, None]] = field(default_factory=dict)
    _ghosts: dict[str, deque[Caller]] = field(default_factory=dict)
    _events: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = field(default_factory=list)
    _number: count[int] = field(default_factory=count)
    _orders: count[int] = field(default_factory=count)
    _came: int = 0

    def run(self, arrivals: int) -> None:
        """Until so many callers have come."""
        self._open()
        while self._came < arrivals:
            self._step()

    def run_for(self, seconds: float) -> None:
        """For so long; who waits or talks then is left as they are."""
        self._open()
        while self._events[0][0] <= seconds:
            self._step()
        self.now = seconds

    def _open(self) -> None:
        self._chance = random.Random(f"{self.seed}-looks")
        for queue, stream in self.streams.items():
            self.lines[queue], self._ghosts[queue] = {}, deque()
            self._arrive_next(queue, stream.arrivals(queue, self.seed))
        self.watcher.staffed(self.agents, 0.0)
        self._shifts = iter(self.shifts)
        self._shift_next()
        if self.looks:
            self._look_next()

    def _step(self) -> None:
        self.now, _, what, details = heapq.heappop(self._events)
        what(*details)

    def _at(self, when: float, what: Callable[..., None], *details: Any) -> None:
        heapq.heappush(self._events, (when, next(self._number), what, details))

    def _arrive_next(self, queue: str, arrivals: Iterator[Arrival]) -> None:
        arrival = next(arrivals)
        self._at(arrival.at, self._arrive, queue, arrival, arrivals)

    def _arrive(self, queue: str, arrival: Arrival, later: Iterator[Arrival]) -> None:
        self._came += 1
        caller = Caller(f"c{self._came}", next(self._orders), queue, arrival)
        self._arrive_next(queue, later)
        agent = self._free_agent(queue)
        line = self.lines[queue]
        self.watcher.entered(caller, () if agent else tuple(line), self.now, waits=agent is None)
        line[caller] = None
        if agent is not None:
            self._take(agent, caller)
            return
        if arrival.patience is not None:
            self._at(self.now + arrival.patience, self._give_up, caller)
        self._plan_habits(caller)

    def _free_agent(self, queue: str) -> Agent | None:
        free = [agent for agent in self.agents if agent.is_free and queue in agent.queues]
        return min(free, key=lambda agent: len(agent.in_hand), default=None)

    def _plan_habits(self, caller: Caller) -> None:
        habits = caller.habits
        if habits.drops_after is not None:
            self._at(self.now + habits.drops_after, self._drop, caller)
        if habits.settles_after is not None:
            self._at(self.now + habits.settles_after, self._settle, caller)
        if habits.asks_callback_after is not None:
            self._at(self.now + habits.asks_callback_after, self._ask_callback, caller)

    def _give_up(self, caller: Caller) -> None:
        if caller.waits and not caller.keeps_place:
            self._leave(caller)

    def _settle(self, caller: Caller) -> None:
        if caller.waits:
            caller.has_settled = True
            self._leave(caller)

    def _leave(self, caller: Caller) -> None:
        caller.has_left = True
        del self.lines[caller.queue][caller]
        self._ghosts[caller.queue].append(caller)
        self.watcher.left(caller, self.now)

    def _ask_callback(self, caller: Caller) -> None:
        if caller.waits:
            caller.keeps_place = True

    def _drop(self, caller: Caller) -> None:
        if caller.waits:
            caller.is_away = True
            self._at(self.now + caller.habits.away_seconds, self._come_back, caller)

    def _come_back(self, caller: Caller) -> None:
        caller.is_away = False
        caller.has_dropped = caller.waits
        agent = self._free_agent(caller.queue) if caller.waits else None
        if agent is not None:
            self._take(agent, caller)

    def _take(self, agent: Agent, caller: Caller) -> None:
        del self.lines[caller.queue][caller]
        caller.taken_at = self.now
        agent.work_until(self.now)
        agent.in_hand[caller] = caller.work
        self.watcher.taken(caller, agent, self.now)
        self.watcher.due(caller, self.now)
        self._plan(agent)

    def _plan(self, agent: Agent) -> None:
        agent.version += 1
        if agent.in_hand:
            when, caller = agent.next_finished()
            self._at(when, self._finish, agent, caller, agent.version)

    def _finish(self, agent: Agent, caller: Caller, version: int) -> None:
        if version != agent.version:
            return
        agent.work_until(self.now)
        del agent.in_hand[caller]
        self.watcher.freed(caller, agent, self.now)
        self._plan(agent)
        self._fill(agent)

    def _fill(self, agent: Agent) -> None:
        """A slot is free: the oldest caller takes it, and every ghost before it has waited long enough."""
        while agent.is_free:
            heads = [head for queue in agent.queues if (head := self._head(queue)) is not None]
            oldest = min(heads, key=lambda caller: caller.order, default=None)
            for queue in agent.queues:
                self._dismiss(queue, oldest.order if oldest else None)
            if oldest is None:
                return
            self._take(agent, oldest)

    def _head(self, queue: str) -> Caller | None:
        return next((caller for caller in self.lines[queue] if not caller.is_away), None)

    def _dismiss(self, queue: str, before: int | None) -> None:
        ghosts = self._ghosts[queue]
        kept: list[Caller] = []
        for ghost in ghosts:
            if before is None or ghost.order < before:
                self.watcher.due(ghost, self.now)
            else:
                kept.append(ghost)
        self._ghosts[queue] = deque(kept)

    def _shift_next(self) -> None:
        shift = next(self._shifts, None)
        if shift is not None:
            self._at(shift[0], self._shift, shift[1])

    def _shift(self, taking: frozenset[str]) -> None:
        for agent in self.agents:
            agent.is_taking = agent.name in taking
        self.watcher.staffed(self.agents, self.now)
        for agent in self.agents:
            self._fill(agent)
        self._shift_next()

    def _look_next(self) -> None:
        self._at(self.now + self._chance.expovariate(self.looks), self._look)

    def _look(self) -> None:
        self.watcher.looked({queue: tuple(line) for queue, line in self.lines.items()}, self.now)
        self._look_next()
