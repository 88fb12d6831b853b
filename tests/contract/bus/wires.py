"""Buses of every kind for the one suite: two processes' ends where the kind has any, and who has heard what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from serving.patience import until

from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.redis_bus import RedisBus
from assistant.adapters.redis_connection import RedisAddress
from assistant.model.ports import Bus

SOON_SECONDS = 20.0  # with failovers that take two seconds on a quiet machine


class Heard:
    """What one subscriber was told, in order."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self._news = asyncio.Event()

    def __call__(self, payload: dict[str, Any]) -> None:
        self.told.append(payload)
        self._news.set()

    async def wait_for(self, what: Callable[[], object]) -> None:
        """Returns once this is so; looks again whenever something is told."""
        async with asyncio.timeout(SOON_SECONDS):
            while not what():
                self._news.clear()
                await self._news.wait()

    @property
    def notices(self) -> list[dict[str, Any]]:
        """Without the calls to look for oneself."""
        return [payload for payload in self.told if payload]

    @property
    def looks(self) -> int:
        return self.told.count({})


@dataclass
class Wire:
    """One end of the bus, and how to open others of the same deployment; none for a kind that has one end."""

    here: Bus
    ends: list[RedisBus] = field(default_factory=list)
    address: RedisAddress | None = None
    deployment: str = ""

    async def another(self, deployment: str | None = None) -> RedisBus:
        """The bus of another process, which hears already."""
        assert self.address is not None
        bus = RedisBus(self.address, self.deployment if deployment is None else deployment)
        self.ends.append(bus)
        bus.start()
        await hears_again(bus)
        return bus


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Wire]:
    address, deployment = RedisAddress(url), uuid4().hex
    wire = Wire(MemoryBus(), address=address, deployment=deployment)
    wire.here = await wire.another()
    try:
        yield wire
    finally:
        for end in wire.ends:
            await end.close()


async def hears_again(*buses: RedisBus) -> None:
    async def all_do() -> bool:
        return all(bus.is_connected for bus in buses)

    await until("what others tell is heard", all_do, SOON_SECONDS)


@pytest.fixture(params=["memory", "plain", "sentinel", "cluster"])
async def wire(request: pytest.FixtureRequest, shared_redis: Callable[[str], str]) -> AsyncIterator[Wire]:
    """Each test that asks for it runs on every kind of bus."""
    if request.param == "memory":
        yield Wire(MemoryBus())
        return
    async with opened(shared_redis(request.param)) as wire:
        yield wire


@pytest.fixture(params=["plain", "sentinel", "cluster"])
async def far_wire(request: pytest.FixtureRequest, shared_redis: Callable[[str], str]) -> AsyncIterator[Wire]:
    """As `wire`, for what only those kinds can do that reach other processes."""
    async with opened(shared_redis(request.param)) as wire:
        yield wire
