"""How time passes in the emulator: at a multiple of real time, or by hand."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import re
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

WORDS_PER_SECOND = 2.9
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


class ManualPace:
    """Time stands still until `advance` is called."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._order = itertools.count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), next(self._order), woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Lets that many seconds pass, waking sleepers in order and letting each do its work before the next."""
        until = self._now + timedelta(seconds=seconds)
        await settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            due, _, woken = heapq.heappop(self._sleepers)
            self._now = max(self._now, due)
            if not woken.done():
                woken.set_result(None)
            await settle()
        self._now = until


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
