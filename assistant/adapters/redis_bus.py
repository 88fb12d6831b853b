"""The bus across processes, over Redis pub/sub: plain, Sentinel or Cluster.

Redis is never the truth, and callers' words never pass through it. Subscribers in this process are called at once;
other processes hear it through Redis. While Redis is away every subscriber is called once a second with an empty
payload, which means: look for yourself. Whoever publishes never waits and never learns of it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import ConnectionError as RedisConnectionError
from uuid_utils import uuid4

from assistant.adapters.memory_bus import MemoryBus
from assistant.adapters.redis_connection import AWAY, TIMEOUT_SECONDS, RedisAddress

POLL_SECONDS = 1.0
RETRY_SECONDS = 0.25
QUIET_SECONDS = 2.0
MAX_OUTBOX = 10_000
AT_ONCE = 200
LOOK = b'["",{}]'  # the notice that so much was missed that everybody looks for themselves

log = logging.getLogger(__name__)


class RedisBus:
    """`MemoryBus` within the process, Redis between the processes of one `deployment`.

    Two deployments may share one Redis: neither hears the other.
    """

    def __init__(self, address: RedisAddress, deployment: str) -> None:
        self._address = address
        self._channel = f"holdfast.{deployment}"
        self._local = MemoryBus()
        self._origin = str(uuid4())
        self._outbox: deque[bytes] = deque()
        self._has_notices = asyncio.Event()
        self._is_listening = False
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def is_connected(self) -> bool:
        return self._is_listening

    def start(self) -> None:
        works = (_patiently("told", self._tell), _patiently("heard", self._listen), self._poll())
        self._tasks = [asyncio.create_task(work, name="bus") for work in works]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def publish(self, topic: str, payload: dict[str, Any]) -> None:
        self._local.publish(topic, payload)
        if len(self._outbox) >= MAX_OUTBOX:  # Redis is slow or away
            self._outbox.clear()
            self._outbox.append(LOOK)
        self._outbox.append(_notice(topic, payload))
        self._has_notices.set()

    def subscribe(self, topic: str, callback: Callable[[dict[str, Any]], None]) -> Callable[[], None]:
        return self._local.subscribe(topic, callback)

    async def _tell(self, works: Callable[[], None]) -> None:
        async with self._address.connected() as redis:
            works()
            while True:
                await self._has_notices.wait()
                await self._tell_next(redis)

    async def _tell_next(self, redis: Redis) -> None:
        """Notices leave the outbox once Redis has them: what failed is told again first."""
        notices = [self._outbox[n] for n in range(min(AT_ONCE, len(self._outbox)))]
        if notices:
            await redis.publish(self._channel, orjson.dumps([self._origin, [orjson.Fragment(n) for n in notices]]))
        for notice in notices:
            if self._outbox and self._outbox[0] is notice:  # else it has overflowed meanwhile
                self._outbox.popleft()
        if not self._outbox:
            self._has_notices.clear()

    async def _listen(self, works: Callable[[], None]) -> None:
        try:
            async with self._address.connected() as redis, redis.pubsub() as subscription:
                await subscription.subscribe(self._channel)
                while True:
                    message = await _next(subscription)
                    if message["type"] == "subscribe":
                        works()
                        self._is_listening = True
                        self._local.wake_all()  # whatever was told between two connections
                    elif message["type"] == "message":
                        self._hear(message["data"])
        finally:
            self._is_listening = False

    def _hear(self, data: bytes) -> None:
        try:
            origin, notices = orjson.loads(data)
            for topic, payload in notices if origin != self._origin else ():
                if topic:
                    self._local.publish(topic, payload)
                else:
                    self._local.wake_all()
        except (ValueError, TypeError):
            log.warning("somebody tells on our channel what is no notice")

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            if not self._is_listening:
                self._local.wake_all()


def _notice(topic: str, payload: dict[str, Any]) -> bytes:
    """The notice as others get it: without the event, whose words stay here."""
    try:
        return orjson.dumps([topic, {key: value for key, value in payload.items() if key != "event"}])
    except TypeError:
        log.exception("a notice cannot be passed on")
        return LOOK


async def _next(subscription: PubSub) -> dict[str, Any]:
    """The next message. A ping in quiet times notices a connection whose other end is gone without a word."""
    message = await subscription.get_message(timeout=QUIET_SECONDS)
    if message is None:
        await subscription.ping()
        message = await subscription.get_message(timeout=TIMEOUT_SECONDS)
    if message is None:
        raise RedisConnectionError("nothing comes back")
    return dict(message)


async def _patiently(what: str, work: Callable[[Callable[[], None]], Awaitable[None]]) -> None:
    """Does it again whenever it ends, for ever; says once that it cannot, and once that it can again."""
    is_away = False

    def works() -> None:
        nonlocal is_away
        if is_away:
            log.info("redis can be %s again", what)
        is_away = False

    while True:
        try:
            await work(works)
        except AWAY as error:
            if not is_away:
                log.warning("redis cannot be %s", what, extra={"error": type(error).__name__})
            is_away = True
        except Exception:
            log.exception("the bus begins again")
        await asyncio.sleep(RETRY_SECONDS)
