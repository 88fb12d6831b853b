"""What `make soak` does for an hour, for a minute: services, Redis and PostgreSQL are killed under a crowd.

A run prints its seed; `HOLDFAST_SOAK_SEED=…` rolls the same dice again (the races between the processes differ).
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

import aiohttp
import pytest
from real_postgres import PostgresServer
from real_redis import RedisServer, Started
from serving.demo import changed_tenant
from serving.rasa import Rasa
from serving.together import together
from soaking.soak import AGENTS, HURRIED, Soak
from soaking.upheaval import Upheaval

KILLS = 10
PROCESSES = 2
EVENTS_PER_SECOND = 30


@pytest.mark.timeout(600)
async def test_ten_kills_of_services_redis_and_postgres_break_no_promise(
    tmp_path: Path,
    rasa: Rasa,
    own_postgres: PostgresServer,
    own_redis: Callable[[str], Started],
    http: aiohttp.ClientSession,
) -> None:
    seed = int(os.environ.get("HOLDFAST_SOAK_SEED") or random.SystemRandom().randrange(10**6))
    sys.stdout.write(f"HOLDFAST_SOAK_SEED={seed}\n")
    redis = cast(RedisServer, own_redis("plain"))
    settings = rasa.settings | changed_tenant(tmp_path, **HURRIED)
    stores = {"database_url": own_postgres.url(), "redis_url": redis.url}
    with together(tmp_path, PROCESSES, AGENTS, **stores, **settings) as deployment:
        upheaval = Upheaval(deployment, own_postgres, redis, random.Random(seed))
        soak = Soak(http, deployment, upheaval, seed, events_per_second=EVENTS_PER_SECOND, say=tell)
        summary = await soak.run(KILLS)
    tell(str(summary))
    assert summary.breaches == []
    assert sum(summary.kills.values()) == KILLS
    assert summary.outcomes["handled"] > 0


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
