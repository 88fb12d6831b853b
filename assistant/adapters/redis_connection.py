"""How Redis is reached: one server, the primary that Sentinels name, or any node of a Cluster.

redis-py knows neither `redis+sentinel://` nor `redis+cluster://`, and its own ten tries with 5 s each would hide for
half a minute that Redis is away: trying again is for whoever asks.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

TIMEOUT_SECONDS = 1.0
DEFAULT_PORT = 6379
DEFAULT_SENTINEL_PORT = 26379
DEFAULT_SERVICE = "mymaster"
AWAY = (RedisError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """What a `HOLDFAST_REDIS_URL` says. Nothing of it shows in its representation: it may hold a password.

    Raises `ValueError`, without a word of it either, where it is no address.
    """

    url: str = field(repr=False)

    def __post_init__(self) -> None:
        try:
            _hosts(self.url, DEFAULT_PORT)
            if not urlsplit(self.url).scheme.startswith("redis+"):
                Redis.from_url(self.url)
        except ValueError:
            raise ValueError("hosts with their ports are needed, as in redis://host:6379") from None

    @contextlib.asynccontextmanager
    async def connected(self) -> AsyncIterator[Redis]:
        """A client that has just been answered. Raises one of `AWAY` where nobody answers."""
        kind = urlsplit(self.url).scheme
        if kind == "redis+sentinel":
            opened = _primary(self.url)
        elif kind == "redis+cluster":
            opened = _first_node(self.url)
        else:
            opened = _closing(Redis.from_url(self.url, **_quick()))
        async with opened as client:
            await client.ping()
            yield client


def _quick() -> dict[str, Any]:
    return {
        "socket_connect_timeout": TIMEOUT_SECONDS,
        "socket_timeout": TIMEOUT_SECONDS,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,  # in version 3 the library writes what is pushed into a log of its own
    }


@contextlib.asynccontextmanager
async def _closing(client: Redis) -> AsyncIterator[Redis]:
    try:
        yield client
    finally:
        with contextlib.suppress(*AWAY):
            await client.aclose()


@contextlib.asynccontextmanager
async def _primary(url: str) -> AsyncIterator[Redis]:
    """The server that the Sentinels name, if it agrees: one that was the primary tells nobody but its own."""
    parts = urlsplit(url)
    service = parts.path.strip("/") or parse_qs(parts.query).get("service", [DEFAULT_SERVICE])[0]
    hosts = _hosts(url, DEFAULT_SENTINEL_PORT)
    sentinel = Sentinel(hosts, sentinel_kwargs=_quick(), **_quick(), **_credentials(url))  # type: ignore[no-untyped-call]
    async with sentinel, _closing(sentinel.master_for(service)) as client:
        role, *_ = await client.role()
        if role != b"master":
            raise RedisConnectionError("the server that the Sentinels name is a replica")
        yield client


@contextlib.asynccontextmanager
async def _first_node(url: str) -> AsyncIterator[Redis]:
    """The first of the named nodes that answers: a Cluster passes on to all its nodes what one of them is told."""
    for host, port in _hosts(url, DEFAULT_PORT):
        async with _closing(Redis(host=host, port=port, **_quick(), **_credentials(url))) as client:
            try:
                await client.ping()
            except AWAY:
                continue
            yield client
            return
    raise RedisConnectionError("no node of the Cluster answers")


def _hosts(url: str, default_port: int) -> list[tuple[str, int]]:
    """`h:p,h:p`; addresses of IPv6 stand in brackets."""
    found = []
    for host in urlsplit(url).netloc.rpartition("@")[2].split(","):
        name, _, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
        found.append(((name or port).strip("[]"), int(port) if name and port else default_port))
    return found


def _credentials(url: str) -> dict[str, Any]:
    username, _, password = urlsplit(url).netloc.rpartition("@")[0].partition(":")
    return {"username": unquote(username) or None, "password": unquote(password) or None}
