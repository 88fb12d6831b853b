"""The bus across processes, over Redis pub/sub: plain, Sentinel or Cluster.

Redis is never the truth, and callers' words never pass through it. Subscribers in this process are called at once;
other processes hear it through Redis. While Redis is away every subscriber is called once a second with an empty
payload, which means: look for yourself.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
from redis.asyncio import Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from uuid_utils import uuid4

from assistant.adapters.memory_bus import MemoryBus

CHANNEL = "holdfast"
TIMEOUT_SECONDS = 1.0
POLL_SECONDS = 1.0
PING_SECONDS = 5.0
MAX_OUTBOX = 10_000

log = logging.getLogger(__name__)


class RedisBus:
    """`MemoryBus` within the process, Redis between processes."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._local = MemoryBus()
        self._origin = str(uuid4())
        self._outbox: asyncio.Queue[bytes] = asyncio.Queue(MAX_OUTBOX)
        self._is_listening = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def is_connected(self) -> bool:
        return self._is_listening.is_set()

    def start(self) -> None:
        works = (self._send, self._listen, self._poll)
        self._tasks = [asyncio.create_task(work(), name=f"bus{work.__name__}") for work in works]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def publish(self, topic: str, payload: dict[str, Any]) -> None:
        self._local.publish(topic, payload)
        payload = {key: value for key, value in payload.items() if key != "event"}
        with contextlib.suppress(asyncio.QueueFull):  # Redis is slow or away: the others look for themselves
            self._outbox.put_nowait(orjson.dumps([self._origin, topic, payload]))

    def subscribe(self, topic: str, callback: Callable[[dict[str, Any]], None]) -> Callable[[], None]:
        return self._local.subscribe(topic, callback)

    async def _send(self) -> None:
        message: bytes | None = None
        while True:
            try:
                async with connected(self._url) as redis:
                    while True:
                        message = message or await self._outbox.get()
                        await redis.publish(CHANNEL, message)
                        message = None
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("redis cannot be told", extra={"error": type(error).__name__})
                await asyncio.sleep(POLL_SECONDS / 4)  # the notice that failed is told again first

    async def _listen(self) -> None:
        while True:
            try:
                async with connected(self._url) as redis, redis.pubsub() as subscription:
                    await subscription.subscribe(CHANNEL)
                    await self._hear(subscription)
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("redis cannot be heard", extra={"error": type(error).__name__})
            self._is_listening.clear()
            await asyncio.sleep(POLL_SECONDS / 2)

    async def _hear(self, subscription: Any) -> None:
        """Passes on what others tell; a ping in quiet times notices a connection that is only half there."""
        self._is_listening.set()
        self._local.wake_all()  # whatever was told between two connections
        while True:
            message = await subscription.get_message(ignore_subscribe_messages=True, timeout=PING_SECONDS)
            if message is None:
                await subscription.ping()
                continue
            if message["type"] != "message":
                continue
            origin, topic, payload = orjson.loads(message["data"])
            if origin != self._origin:
                self._local.publish(topic, payload)

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            if not self.is_connected:
                self._local.wake_all()


@contextlib.asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    """A client for `redis://`, `rediss://`, `redis+sentinel://h:p,h:p/service` or `redis+cluster://h:p,h:p`.

    Retries are ours: the library's ten tries would hide for seconds that Redis is away.
    """
    options: dict[str, Any] = {
        "socket_connect_timeout": TIMEOUT_SECONDS,
        "retry": Retry(NoBackoff(), 0),
        "decode_responses": False,
    }
    parts = urlsplit(url)
    hosts = [_address(host) for host in parts.netloc.rpartition("@")[2].split(",")]
    password = parts.netloc.rpartition("@")[0].partition(":")[2] or None
    if parts.scheme == "redis+cluster":
        from redis.asyncio.cluster import ClusterNode

        nodes = [ClusterNode(*address) for address in hosts]
        client: Any = RedisCluster(startup_nodes=nodes, password=password, socket_connect_timeout=TIMEOUT_SECONDS)
    elif parts.scheme == "redis+sentinel":
        service = parts.path.strip("/") or parse_qs(parts.query).get("service", ["mymaster"])[0]
        sentinel = Sentinel(hosts, sentinel_kwargs=options, password=password, **options)  # type: ignore[no-untyped-call]
        client = sentinel.master_for(service)
    else:
        client = Redis.from_url(url, **options)
    try:
        yield client
    finally:
        with contextlib.suppress(RedisError, OSError):
            await client.aclose()


def _address(host: str) -> tuple[str, int]:
    name, _, port = host.rpartition(":")
    return (name or host, int(port) if name else 6379)
