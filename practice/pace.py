"""The crowd's time, some times as fast as the clock on the wall, and what somebody means to do in it."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from itertools import count

type Act = Callable[[], Awaitable[None]]


class Pace:
    """Begins when it is made, inside a running loop. `now` and what is planned are the crowd's seconds."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._began = asyncio.get_running_loop().time()

    @property
    def now(self) -> float:
        return (asyncio.get_running_loop().time() - self._began) * self.speed

    def real(self, seconds: float) -> float:
        """How long that takes on the wall's clock."""
        return seconds / self.speed

    def crowds(self, real_seconds: float) -> float:
        """How long that is for the crowd."""
        return real_seconds * self.speed

    def loop_time(self, at: float) -> float:
        return self._began + at / self.speed


class Plan:
    """What somebody means to do and when. The first that is due is done first."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._acts: list[tuple[float, int, Act]] = []
        self._number = count()

    def at(self, when: float, act: Act) -> None:
        heapq.heappush(self._acts, (when, next(self._number), act))

    def soon(self, seconds: float, act: Act) -> None:
        self.at(self._pace.now + seconds, act)

    def forget(self) -> None:
        self._acts.clear()

    def take_due(self) -> Act | None:
        if self._acts and self._acts[0][0] <= self._pace.now:
            return heapq.heappop(self._acts)[2]
        return None

    @property
    def next_loop_time(self) -> float | None:
        return self._pace.loop_time(self._acts[0][0]) if self._acts else None
