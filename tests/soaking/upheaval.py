"""`kill -9` of processes of the service, of Redis and of PostgreSQL, at random moments; each is started again."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass

from real_postgres import PostgresServer
from real_redis import RedisServer
from serving.patience import until
from serving.service import Service
from serving.together import Together

KINDS = {"service": 0.6, "redis": 0.2, "postgres": 0.2}
KILLED_WHILE_STARTING = 0.15
BACK_SECONDS = 60.0


@dataclass
class Upheaval:
    deployment: Together
    postgres: PostgresServer
    redis: RedisServer
    chance: random.Random

    async def strike(self) -> str:
        """Kills one of them and starts it again after a moment; gives which kind, once everything answers."""
        (kind,) = self.chance.choices(list(KINDS), list(KINDS.values()))
        if kind == "service":
            await self._kill_service(self.chance.choice(self.deployment.services))
        elif kind == "redis":
            self.redis.kill()
            await asyncio.sleep(self.chance.uniform(0.2, 4))
            self.redis.launch()
        else:
            await asyncio.to_thread(self.postgres.kill)
            await asyncio.sleep(self.chance.uniform(0.1, 3))
            await asyncio.to_thread(self.postgres.start)
        await until("everything answers again", self._is_whole, BACK_SECONDS)
        return kind

    async def _kill_service(self, service: Service) -> None:
        await asyncio.to_thread(service.kill)
        await asyncio.sleep(self.chance.uniform(0.2, 3))
        service.launch()
        if self.chance.random() < KILLED_WHILE_STARTING:
            await asyncio.sleep(self.chance.uniform(0.5, 3))
            await asyncio.to_thread(service.kill)
            service.launch()

    async def _is_whole(self) -> bool:
        """Every process is up and has the database and the bus; one that could not start is started again."""
        for service in self.deployment.services:
            if service.has_ended:
                service.launch()  # as its supervisor would: there was no database when it began
        states = await asyncio.gather(*(asyncio.to_thread(service.get, "/readyz") for service in self._services))
        return all(
            status and parts["parts"]["database"] == "ready" == parts["parts"]["bus"] for status, parts in states
        )

    @property
    def _services(self) -> list[Service]:
        return self.deployment.services
