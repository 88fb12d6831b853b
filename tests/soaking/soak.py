"""A crowd of callers and agents on several processes while one thing after the other is killed under them."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic

import aiohttp
from serving.books import Books, books
from serving.patience import until
from serving.together import Together
from soaking.agents import Worker
from soaking.proofs import proofs
from soaking.upheaval import Upheaval
from soaking.verdict import Verdict
from soaking.visitors import Doors, Memory, Visitor

AGENTS = tuple(f"agent{n}" for n in range(6))
TALK_SECONDS = 1.5
EVENTS_PER_CALLER = 10
MOST_CALLERS = 160
MOST_PATIENT_SECONDS = 60.0
AT_THE_END_SECONDS = 120.0
BETWEEN_SECONDS = (0.5, 3.0)
HURRIED = {"declined_seconds": 1, "wrap_up_seconds": 15, "console_grace_seconds": 10}
"""Timings of the tenant that let much happen in a short time. The grace is as it is by default."""

type Progress = Callable[[str], None]


@dataclass
class Summary:
    """What happened, and every promise that was broken."""

    seconds: float = 0
    kills: Counter[str] = field(default_factory=Counter)
    contacts: int = 0
    offers: int = 0
    deadlocks: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    recoveries: list[float] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)


class Soak:
    """`events_per_second`: what callers and agents do together, about."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        deployment: Together,
        upheaval: Upheaval,
        seed: int,
        *,
        events_per_second: float,
        say: Progress,
    ) -> None:
        self._http = http
        self._deployment = deployment
        self._upheaval = upheaval
        self._database_url = upheaval.postgres.url()
        self._seed = seed
        self._chance = random.Random(seed)
        self._doors = Doors([service.url for service in deployment.services], random.Random(seed + 1))
        self._arrivals_per_second = events_per_second / EVENTS_PER_CALLER
        self._say = say
        self._memory = Memory()
        self._verdict = Verdict(self._memory)
        self._callers: set[asyncio.Task[None]] = set()
        self._is_enough = False
        self.summary = Summary(counts=self._memory.counts)

    def end_soon(self) -> None:
        """No more kills; everybody is served, and all is checked."""
        self._is_enough = True

    async def run(self, kills: int, ends_at: float = float("inf")) -> Summary:
        """So many kills, or as many as fit before `ends_at`; then everybody is served or leaves, and all is checked."""
        begun_at = monotonic()
        workers = [asyncio.create_task(self._worker(name).work()) for name in AGENTS]
        arriving = asyncio.create_task(self._arrive())
        await asyncio.sleep(2)
        for n in range(1, kills + 1):
            if self._is_enough or monotonic() > ends_at or self.summary.breaches:
                break
            await self._strike(n)
        arriving.cancel()
        await self._end()
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, arriving, return_exceptions=True)
        self.summary.seconds = monotonic() - begun_at
        return self.summary

    async def _strike(self, n: int) -> None:
        await asyncio.sleep(self._chance.uniform(*BETWEEN_SECONDS))
        struck_at = monotonic()
        kind = await self._upheaval.strike()
        self.summary.kills[kind] += 1
        self.summary.recoveries.append(monotonic() - struck_at)
        await self._check()
        waiting = len(self._callers)
        self._say(f"kill {n} {kind}: {len(self._memory.acknowledged)} places acknowledged, {waiting} callers there")

    async def _check(self) -> None:
        async with books(self._database_url) as book:
            self.summary.breaches += await self._verdict.now(book)
        self.summary.breaches += [service.surprise for service in self._deployment.services if service.surprise]

    async def _end(self) -> None:
        """No more arrivals: the callers who are there are served, or go when they have had enough."""

        async def are_all_gone() -> bool:
            return not self._callers

        with suppress(AssertionError):
            await until("everybody is served or gone", are_all_gone, MOST_PATIENT_SECONDS + AT_THE_END_SECONDS)
        async with books(self._database_url) as book:
            with suppress(AssertionError):
                await until("the agents are done", lambda: _is_quiet(book), AT_THE_END_SECONDS)
            self.summary.breaches += await self._verdict.at_the_end(book)
            everybody = [row["id"] for row in await book.rows("SELECT id FROM contacts")]
            self.summary.breaches += await proofs(self._database_url, everybody)
            self.summary.offers = len(await book.rows("SELECT id FROM offers"))
            rows = await book.rows("SELECT outcome, count(*) AS n FROM contacts GROUP BY outcome")
            self.summary.outcomes.update({str(row["outcome"]): row["n"] for row in rows})
        self.summary.contacts = len(self._memory.acknowledged)

    async def _arrive(self) -> None:
        n = 0
        while True:
            await asyncio.sleep(self._chance.expovariate(self._arrivals_per_second))
            if len(self._callers) >= MOST_CALLERS:
                continue
            n += 1
            task = asyncio.create_task(self._visitor(n).stay())
            self._callers.add(task)
            task.add_done_callback(self._gone)

    def _gone(self, task: asyncio.Task[None]) -> None:
        self._callers.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self.summary.breaches.append(f"{type(error).__name__}: {error}")

    def _visitor(self, n: int) -> Visitor:
        chance = random.Random(self._seed * 1_000_003 + n)
        key = f"soak-{self._seed}-arrival-{n:08d}-{chance.randrange(10**12)}"
        patience = chance.uniform(5, MOST_PATIENT_SECONDS)
        return Visitor(self._http, self._doors, chance, self._memory, key, patience)

    def _worker(self, name: str) -> Worker:
        chance = random.Random(f"{self._seed} {name}")
        return Worker(self._http, self._doors, chance, self._memory, name, TALK_SECONDS)


async def _is_quiet(book: Books) -> bool:
    held = await book.rows("SELECT id FROM contacts WHERE state IN ('waiting', 'offered', 'connected', 'wrapping')")
    return not held
