"""How time passes in the emulator: as it does, at a multiple of real time, or by hand."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import re
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Protocol

WORDS_PER_SECOND = 2.9
STEP_SECONDS = 0.005
LONGEST_STEP_SECONDS = 2 * STEP_SECONDS
_WORD = re.compile(r"\w+")


class Pace(Protocol):
    """The emulator's time."""

    def now(self) -> datetime: ...

    async def sleep(self, seconds: float) -> None: ...


class ScaledPace:
    """`speed` of its seconds pass in one real second."""

    def __init__(self, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError("time can't stand still or go back: speed must be more than 0")
        self._speed = speed
        self._began = datetime.now(UTC)

    def now(self) -> datetime:
        return self._began + (datetime.now(UTC) - self._began) * self._speed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._speed)


class HurriedPace:
    """`speed` of its seconds pass in one real second, in small steps, and hardly any while this process stands still.

    A machine that is busy elsewhere is nobody's silence: what has arrived meanwhile is looked at before a time-out is
    over, however fast the time runs.
    """

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._now = datetime.now(UTC)
        self._seen = monotonic()
        self._sleepers = _Sleepers()
        self._ticking: asyncio.Task[None] | None = None

    def now(self) -> datetime:
        seen = monotonic()
        self._now += timedelta(seconds=min(seen - self._seen, LONGEST_STEP_SECONDS) * self._speed)
        self._seen = seen
        return self._now

    async def sleep(self, seconds: float) -> None:
        waking = self._sleepers.until(self.now() + timedelta(seconds=seconds))
        if self._ticking is None or self._ticking.done():
            self._ticking = asyncio.ensure_future(self._tick())
        await waking

    async def _tick(self) -> None:
        while (due := self._sleepers.next_due()) is not None:
            await asyncio.sleep(min((due - self.now()).total_seconds() / self._speed, STEP_SECONDS))
            now = self.now()
            while self._sleepers.wake(now) is not None:
                pass


class ManualPace:
    """Time stands still until `advance` is called."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._sleepers = _Sleepers()

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        await self._sleepers.until(self._now + timedelta(seconds=seconds))

    async def advance(self, seconds: float) -> None:
        """Lets that many seconds pass, waking sleepers in order and letting each do its work before the next."""
        until = self._now + timedelta(seconds=seconds)
        await settle()
        while (due := self._sleepers.wake(until)) is not None:
            self._now = max(self._now, due)
            await settle()
        self._now = until


class _Sleepers:
    """Who waits for an instant; who was cancelled waits no more."""

    def __init__(self) -> None:
        self._order = itertools.count()
        self._waiting: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def until(self, due: datetime) -> asyncio.Future[None]:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (due, next(self._order), woken))
        return woken

    def next_due(self) -> datetime | None:
        """When the first one is to be woken; None where nobody waits."""
        while self._waiting and self._waiting[0][2].done():
            heapq.heappop(self._waiting)
        return self._waiting[0][0] if self._waiting else None

    def wake(self, now: datetime) -> datetime | None:
        """Wakes the first one that is due, and gives its instant; None where nobody is."""
        due = self.next_due()
        if due is None or due > now:
            return None
        heapq.heappop(self._waiting)[2].set_result(None)
        return due


def pace_of(speed: float) -> Pace:
    """Real time, or faster or slower by this factor. Raises `ValueError` for a speed of 0 or less."""
    return HurriedPace(speed) if speed > 1 else ScaledPace(speed)


async def settle(rounds: int = 20) -> None:
    """Lets tasks run that can run without time passing or anything arriving from outside."""
    for _ in range(rounds):
        await asyncio.sleep(0)


async def within[T](pace: Pace, seconds: float, work: Coroutine[Any, Any, T]) -> T | None:
    """The work's result if it is ready in time, else None; the work is then cancelled."""
    task = asyncio.ensure_future(work)
    alarm = asyncio.ensure_future(pace.sleep(seconds))
    try:
        await asyncio.wait({task, alarm}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        task.cancel()
        alarm.cancel()


def spoken_seconds(text: str) -> float:
    """How long a telephone voice takes to say it: about 175 words a minute, with the breaths between sentences.

    Long groups of digits are read one by one, as numbers of accounts are.
    """
    words = 0.0
    for word in _WORD.findall(text.replace("'", "").replace("’", "")):
        words += len(word) * 0.8 if word.isdigit() and len(word) > 2 else 1
    return words / WORDS_PER_SECOND
