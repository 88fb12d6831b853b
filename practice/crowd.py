"""The crowd: who comes, how they behave and who serves them. One description, for a live run and a simulated one."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from practice.arrivals import Arrival, Habits, Stream
from practice.desk import Agent
from practice.draws import Draw, exponential, lognormal
from practice.hands import speeds_of
from practice.rota import rota

HOUR = 3600.0
WORK_SECONDS, WORK_SPREAD = 240.0, 0.8  # mean, and variation: a few contacts take several times as long as most
PATIENCE_SECONDS = 420.0


@dataclass(frozen=True, slots=True)
class Shares:
    """Which part of the callers does what; see `Habits`. `silent` is of those whose patience ends."""

    drops: float = 0.1
    settles: float = 0.1
    callbacks: float = 0.05
    silent: float = 0.4
    verifies: float = 0.25
    calls: float = 0.0


def habits(shares: Shares, chance: random.Random) -> Habits:
    """One caller's. Every draw is made whatever comes of it: a changed share changes nothing else.

    A telephone that loses its line hangs up, and settles nothing by hanging up: these are a writer's habits.
    """
    dice = [chance.random() for _ in range(6)]
    drops_after, away = chance.uniform(5, 120), chance.uniform(10, 60)
    settles_after, asks_after = chance.uniform(40, 200), chance.uniform(30, 150)
    calls = dice[5] < shares.calls
    return Habits(
        drops_after=drops_after if dice[0] < shares.drops and not calls else None,
        away_seconds=away,
        settles_after=settles_after if dice[1] < shares.settles and not calls else None,
        asks_callback_after=asks_after if dice[2] < shares.callbacks and not calls else None,
        leaves_silently=dice[3] < shares.silent,
        verifies=dice[4] < shares.verifies,
        calls=calls,
    )


@dataclass(frozen=True, slots=True)
class Crowd:
    """Callers an hour, spread over `queues` by weight. `work` is an agent's, with wrap-up; no `patience` never ends.

    `slots`: how many chats an agent may have at the same time. The same seed gives the same crowd.
    """

    queues: Mapping[str, float]
    agents: tuple[str, ...]
    arrivals_per_hour: float = 60.0
    work: Draw = lognormal(WORK_SECONDS, WORK_SPREAD)  # noqa: RUF009 - makes a function, and nothing to share
    patience: Draw | None = exponential(PATIENCE_SECONDS)  # noqa: RUF009 - as above
    slots: int = 3
    shares: Shares = field(default_factory=Shares)
    has_breaks: bool = True
    seed: int = 7

    @property
    def name(self) -> str:
        """What all chance of this crowd is drawn from."""
        return f"crowd-{self.seed}"

    def streams(self) -> dict[str, Stream]:
        total = sum(self.queues.values())
        return {queue: self._stream(weight / total) for queue, weight in self.queues.items()}

    def _stream(self, share: float) -> Stream:
        return Stream(
            peak=self.arrivals_per_hour * share / HOUR,
            work=self.work,
            patience=self.patience,
            habits=partial(habits, self.shares),
        )

    def arrivals(self) -> Iterator[tuple[str, Arrival]]:
        """Everybody with their queue, in order, for ever."""
        coming = (_of_queue(queue, stream, self.name) for queue, stream in self.streams().items())
        return heapq.merge(*coming, key=lambda arrived: arrived[1].at)

    def staff(self) -> list[Agent]:
        """Everybody serves all queues."""
        return [Agent(name, self.queues, speeds_of(self.slots)) for name in self.agents]

    def shifts(self) -> Iterator[tuple[float, frozenset[str]]]:
        return rota(self.agents, self.name) if self.has_breaks else iter(())


def _of_queue(queue: str, stream: Stream, seed: str) -> Iterator[tuple[str, Arrival]]:
    return ((queue, arrival) for arrival in stream.arrivals(queue, seed))
