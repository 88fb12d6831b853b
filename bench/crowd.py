"""Callers in line through the service's own doors, each with a socket, who look at their position and leave."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter

import aiohttp
import orjson

from bench.watchers import Watcher

JOINING = 50
OPENING = 100


@dataclass(slots=True)
class Caller:
    """One who waits. `seen` has for each look that told of departures how many were known from then on, and when."""

    contact_id: str
    token: str
    rank: int
    seen: list[tuple[int, float]] = field(default_factory=list)

    def late(self, left_at: list[float]) -> Iterator[float]:
        """For each departure how long it took until this caller knew of it."""
        known = 0
        for seen, at in self.seen:
            for departure in range(known, seen):
                yield at - left_at[departure]
            known = seen


class Crowd:
    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self._url = url
        self._http = http
        self._sockets: list[Watcher] = []
        self._left_at: list[float] = []
        self.answered: list[float] = []
        """How long each departure took to be answered."""
        self.callers: list[Caller] = []
        self.frames = 0

    async def join(self, count: int) -> None:
        left = iter(range(count))

        async def join() -> None:
            for _ in left:
                async with self._http.post(f"{self._url}/api/v1/contacts", json={"channel": "chat"}) as answer:
                    joined = await answer.json()
                    self.callers.append(Caller(joined["contact_id"], joined["token"], joined["place"]["position"]))

        await asyncio.gather(*(join() for _ in range(JOINING)))
        self.callers.sort(key=lambda caller: caller.rank)

    async def connect(self) -> None:
        """A socket for each of them; returns when all of them were told their place."""
        callers = iter(self.callers)

        async def connect() -> None:
            for caller in callers:
                await self._connect(caller)

        await asyncio.gather(*(connect() for _ in range(OPENING)))

    async def _connect(self, caller: Caller) -> None:
        hello = orjson.dumps({"type": "hello", "token": caller.token})
        path = f"/api/v1/contacts/{caller.contact_id}/socket"
        watcher = Watcher(path, hello, lambda position, at: self._see(caller, position, at))
        port = int(self._url.rpartition(":")[2])
        await asyncio.get_running_loop().create_connection(lambda: watcher, "127.0.0.1", port)
        self._sockets.append(watcher)
        await watcher.told

    def _see(self, caller: Caller, position: int, at: float) -> None:
        self.frames += 1
        seen = caller.rank - position
        if (caller.seen[-1][0] if caller.seen else 0) < seen <= len(self._left_at):
            caller.seen.append((seen, at))

    async def leave(self, per_second: float, seconds: float) -> None:
        """The first in line goes, again and again."""
        begun = perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for n in range(round(per_second * seconds)):
                await asyncio.sleep(max(0.0, begun + n / per_second - perf_counter()))
                self._left_at.append(perf_counter())
                tasks.create_task(self._leave(self.callers[n], self._left_at[n]))

    async def _leave(self, caller: Caller, left_at: float) -> None:
        headers = {"Authorization": f"Bearer {caller.token}"}
        async with self._http.delete(f"{self._url}/api/v1/contacts/{caller.contact_id}", headers=headers) as answer:
            if answer.status != 204:
                raise RuntimeError(f"could not leave: {answer.status}")
        self.answered.append(perf_counter() - left_at)

    def late(self) -> array[float]:
        """For each who waits and each departure how long it took until the one knew of the other.

        Fails where somebody does not know of all departures.
        """
        waiting, left = self.callers[len(self._left_at) :], len(self._left_at)
        wrong = [caller.rank for caller in waiting if not caller.seen or caller.seen[-1][0] != left]
        if wrong:
            raise RuntimeError(f"{len(wrong)} callers do not know their position, among them the {wrong[0]}th")
        return array("d", (late for caller in waiting for late in caller.late(self._left_at)))

    def close(self) -> None:
        for socket in self._sockets:
            socket.close()
