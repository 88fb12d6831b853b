"""Discrete-event simulation of a desk: agents with slots serve the oldest caller of the queues that are theirs.

Callers who give up leave a ghost in their place: the moment at which an agent would have taken it is the wait that
they would have had (the potential wait), so that predictions are judged on everybody, not on who was served quickly.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

type Draw = Callable[[random.Random], float]


class Caller:
    """One arrival: its queue, the seconds of work that it takes of an agent who does nothing else."""

    __slots__ = ("arrived_at", "has_left", "id", "order", "queue", "taken_at", "work")

    def __init__(self, id: str, order: int, queue: str, arrived_at: float, work: float) -> None:
        self.id = id
        self.order = order
        self.queue = queue
        self.arrived_at = arrived_at
        self.work = work
        self.has_left = False
        self.taken_at = -1.0


class Agent:
    """Works on all in hand at once, each at `speeds[n - 1]` of full speed where n are in hand; a slot per speed."""

    __slots__ = ("in_hand", "is_taking", "name", "queues", "since", "speeds", "version")

    def __init__(self, name: str, queues: Iterable[str], speeds: Sequence[float]) -> None:
        self.name = name
        self.queues = frozenset(queues)
        self.speeds = tuple(speeds)
        self.is_taking = True
        self.in_hand: dict[Caller, float] = {}
        self.since = 0.0
        self.version = 0

    @property
    def is_free(self) -> bool:
        return self.is_taking and len(self.in_hand) < len(self.speeds)

    def work_until(self, at: float) -> None:
        if self.in_hand:
            done = (at - self.since) * self.speeds[len(self.in_hand) - 1]
            for caller in self.in_hand:
                self.in_hand[caller] -= done
        self.since = at

    def next_finished(self) -> tuple[float, Caller]:
        """When which contact will be finished if nothing else happens."""
        caller = min(self.in_hand, key=self.in_hand.__getitem__)
        return self.since + max(self.in_hand[caller], 0.0) / self.speeds[len(self.in_hand) - 1], caller


@dataclass(frozen=True, slots=True)
class Stream:
    """Who comes to one queue: arrivals a second by the time (never above `peak`), how long they stay, their work.

    `burden` says by the time how many times as long the work takes as on a common day.
    """

    peak: float
    work: Draw
    patience: Draw | None = None
    rate: Callable[[float], float] | None = None
    burden: Callable[[float], float] | None = None


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
    seed: int
    shifts: Iterable[tuple[float, frozenset[str]]] = ()
    looks: float = 0.0
    now: float = 0.0
    lines: dict[str, dict[Caller, None]] = field(default_factory=dict)
    _ghosts: dict[str, deque[Caller]] = field(default_factory=dict)
    _events: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = field(default_factory=list)
    _number: count[int] = field(default_factory=count)
    _orders: count[int] = field(default_factory=count)

    def run(self, arrivals: int) -> None:
        """Until so many callers have come."""
        self._random = {queue: random.Random(f"{self.seed}-{queue}") for queue in self.streams}
        self._chance = random.Random(f"{self.seed}-looks")
        self._left = arrivals
        for queue in self.streams:
            self.lines[queue], self._ghosts[queue] = {}, deque()
            self._arrive_next(queue, 0.0)
        self.watcher.staffed(self.agents, 0.0)
        self._shifts = iter(self.shifts)
        self._shift_next()
        if self.looks:
            self._look_next()
        while self._left > 0:
            self.now, _, what, details = heapq.heappop(self._events)
            what(*details)

    def _at(self, when: float, what: Callable[..., None], *details: Any) -> None:
        heapq.heappush(self._events, (when, next(self._number), what, details))

    def _arrive_next(self, queue: str, after: float) -> None:
        stream, draw = self.streams[queue], self._random[queue]
        when = after + draw.expovariate(stream.peak)
        while stream.rate is not None and draw.random() * stream.peak > stream.rate(when):
            when += draw.expovariate(stream.peak)
        self._at(when, self._arrive, queue)

    def _arrive(self, queue: str) -> None:
        self._left -= 1
        stream, draw = self.streams[queue], self._random[queue]
        work = stream.work(draw) * (stream.burden(self.now) if stream.burden else 1.0)
        caller = Caller(f"c{self._left}", next(self._orders), queue, self.now, work)
        patience = stream.patience(draw) if stream.patience else None
        self._arrive_next(queue, self.now)
        free = [agent for agent in self.agents if agent.is_free and queue in agent.queues]
        line = self.lines[queue]
        self.watcher.entered(caller, tuple(line) if not free else (), self.now, waits=not free)
        line[caller] = None
        if free:
            self._take(min(free, key=lambda agent: len(agent.in_hand)), caller)
        elif patience is not None:
            self._at(self.now + patience, self._give_up, caller)

    def _give_up(self, caller: Caller) -> None:
        if caller.taken_at >= 0:
            return
        caller.has_left = True
        del self.lines[caller.queue][caller]
        self._ghosts[caller.queue].append(caller)
        self.watcher.left(caller, self.now)

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
            heads = [next(iter(self.lines[queue])) for queue in agent.queues if self.lines[queue]]
            oldest = min(heads, key=lambda caller: caller.order, default=None)
            for queue in agent.queues:
                self._dismiss(queue, oldest.order if oldest else None)
            if oldest is None:
                return
            self._take(agent, oldest)

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
