"""Who comes to one queue, and what each of them will do: drawn once, lived through live or in virtual time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from practice.draws import Draw


@dataclass(frozen=True, slots=True)
class Habits:
    """What a caller does besides waiting. Seconds count from the arrival; None: never.

    `drops_after` loses the line, to be back `away_seconds` later, and costs nothing but the time. `settles_after` gives
    the place up because the matter is settled. `asks_callback_after` keeps the place and hangs up. Who
    `leaves_silently` says nothing when patience ends. `calls` by telephone, else writes; `verifies` when asked.
    """

    drops_after: float | None = None
    away_seconds: float = 0.0
    settles_after: float | None = None
    asks_callback_after: float | None = None
    leaves_silently: bool = False
    verifies: bool = False
    calls: bool = False


PLAIN = Habits()


@dataclass(frozen=True, slots=True)
class Arrival:
    """One caller: when, the seconds of work of an agent who does nothing else, how long they stay (None: for ever)."""

    at: float
    work: float
    patience: float | None
    habits: Habits = PLAIN


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
    habits: Callable[[random.Random], Habits] | None = None

    def arrivals(self, queue: str, seed: int | str) -> Iterator[Arrival]:
        """All who come to this queue, in order, for ever: the same for the same seed.

        Habits are drawn apart, so that another habit leaves arrivals, work and patience as they were.
        """
        draw, chance = random.Random(f"{seed}-{queue}"), random.Random(f"{seed}-{queue}-habits")
        at = 0.0
        while True:
            at = self._next_after(at, draw)
            work = self.work(draw) * (self.burden(at) if self.burden else 1.0)
            patience = self.patience(draw) if self.patience else None
            yield Arrival(at, work, patience, self.habits(chance) if self.habits else PLAIN)

    def _next_after(self, at: float, draw: random.Random) -> float:
        """A Poisson process, thinned where its rate changes."""
        at += draw.expovariate(self.peak)
        while self.rate is not None and draw.random() * self.peak > self.rate(at):
            at += draw.expovariate(self.peak)
        return at
