"""Redis stopped, frozen, flushed, failed over: nobody waits for it, followers look for themselves, and it comes back.

Jepsen has seen Sentinel lose more than half of what was acknowledged in a partition (aphyr.com/posts/283): nothing here
asks Redis to keep anything.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import pytest
from real_redis import RedisCluster, RedisServer, SentinelSet, Started
from serving.patience import until
from wires import SOON_SECONDS, Heard, Wire, hears_again, opened

from assistant.adapters import redis_bus
from assistant.adapters.redis_bus import RedisBus

type Starts = Callable[[str], Started]


@dataclass
class Line:
    """Two processes, one of which follows a topic that the other one tells on."""

    wire: Wire
    there: RedisBus
    heard: Heard
    told_at: list[int] = field(default_factory=list)

    @property
    def here(self) -> RedisBus:
        return cast(RedisBus, self.wire.here)

    def tells(self) -> int:
        """Tells of the next revision, and notes how much had been heard by then."""
        self.told_at.append(len(self.heard.told))
        revision = len(self.told_at)
        self.here.publish("line.cards", {"revision": revision})
        return revision

    async def is_heard(self) -> None:
        """What is told from now on arrives there, and nothing from before went by without a look."""

        async def arrives() -> bool:
            self.tells()
            return any(revision > before for revision in self.revisions)

        before = len(self.told_at)
        await until("what is told is heard", arrives, SOON_SECONDS)
        self.has_missed_nothing()

    @property
    def revisions(self) -> list[int]:
        return [notice["revision"] for notice in self.heard.notices]

    def has_missed_nothing(self) -> None:
        """Each revision was heard, or the follower was woken to look after it was told."""
        arrived = set(self.revisions)
        last_look = max((n for n, payload in enumerate(self.heard.told) if not payload), default=-1)
        newest = max(arrived)
        for revision, heard_by_then in enumerate(self.told_at[:newest], start=1):
            assert revision in arrived or last_look >= heard_by_then, f"{revision} went by without a look"

    async def looks_again(self, times: int = 2) -> None:
        """The follower is woken that often from now on."""
        looked = self.heard.looks
        await self.heard.wait_for(lambda: self.heard.looks >= looked + times)


@asynccontextmanager
async def line(url: str) -> AsyncIterator[Line]:
    async with opened(url) as wire:
        there, heard = await wire.another(), Heard()
        there.subscribe("line.cards", heard)
        opened_line = Line(wire, there, heard)
        await opened_line.is_heard()
        yield opened_line


@pytest.fixture
async def plain(own_redis: Starts) -> AsyncIterator[tuple[Line, RedisServer]]:
    server = cast(RedisServer, own_redis("plain"))
    async with line(server.url) as opened_line:
        yield opened_line, server


async def test_a_stopped_redis_costs_publishers_nothing_and_followers_look_for_themselves(
    plain: tuple[Line, RedisServer],
) -> None:
    line, server = plain
    own = Heard()
    line.here.subscribe("line.cards", own)
    server.kill()
    await line.looks_again()
    assert not line.there.is_connected
    for _ in range(3 * redis_bus.MAX_OUTBOX):
        line.tells()  # neither blocks nor raises, nor does it grow without end
    assert own.notices[-1] == {"revision": len(line.told_at)}
    await line.looks_again()
    server.start()
    await line.is_heard()
    assert line.there.is_connected


async def test_who_could_not_pass_everything_on_makes_the_others_look(plain: tuple[Line, RedisServer]) -> None:
    """Redis takes no notices for a while, and those who listen to it see nothing of that."""
    line, server = plain
    looked = line.heard.looks
    server.ask("CLIENT", "PAUSE", 2000, "WRITE")
    missed = [line.tells() for _ in range(redis_bus.MAX_OUTBOX + 1)]
    await line.is_heard()
    assert missed[0] not in line.revisions
    assert line.heard.looks > looked


async def test_what_was_told_during_a_short_absence_arrives_in_order(plain: tuple[Line, RedisServer]) -> None:
    line, server = plain
    for _ in range(3):
        server.kill()
        for _ in range(100):
            line.tells()
        server.start()
        await line.is_heard()
        await hears_again(line.there)
    assert list(dict.fromkeys(line.revisions)) == sorted(set(line.revisions))  # some perhaps told twice, as by a retry


async def test_who_hears_again_looks_for_what_was_told_in_between(plain: tuple[Line, RedisServer]) -> None:
    line, server = plain
    looked = line.heard.looks
    server.ask("CLIENT", "KILL", "TYPE", "pubsub")
    await line.heard.wait_for(lambda: line.heard.looks > looked)
    await line.is_heard()


async def test_a_frozen_redis_is_noticed_although_its_connections_stand(
    plain: tuple[Line, RedisServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    line, server = plain
    monkeypatch.setattr(redis_bus, "QUIET_SECONDS", 0.2)
    server.freeze()
    line.tells()
    await line.looks_again()
    assert not line.there.is_connected
    server.thaw()
    await line.is_heard()


async def test_a_flushed_redis_makes_no_difference(plain: tuple[Line, RedisServer]) -> None:
    line, server = plain
    server.ask("FLUSHALL")
    await line.is_heard()
    assert server.ask("DBSIZE") == 0, "nothing of ours was ever kept there"


async def test_a_bus_that_begins_without_redis_works_once_it_is_there(own_redis: Starts) -> None:
    server = cast(RedisServer, own_redis("plain"))
    server.kill()
    bus, heard = RedisBus(redis_bus.RedisAddress(server.url), "any"), Heard()
    bus.start()
    bus.subscribe("line.cards", heard)
    bus.publish("line.cards", {"revision": 1})
    assert heard.notices == [{"revision": 1}]
    await heard.wait_for(lambda: heard.looks >= 2)
    server.start()
    await hears_again(bus)
    await bus.close()


async def test_after_a_failover_the_new_primary_carries_the_bus(own_redis: Starts) -> None:
    sentinels = cast(SentinelSet, own_redis("sentinel"))
    async with line(sentinels.url) as opened_line:
        sentinels.primary.kill()
        opened_line.tells()
        await opened_line.looks_again(1)
        sentinels.wait_for_primary(sentinels.replica)
        await opened_line.is_heard()
        sentinels.primary.start()  # it comes back, and is a replica now
        await opened_line.is_heard()


async def test_a_primary_that_was_frozen_and_replaced_is_left(own_redis: Starts) -> None:
    """It wakes as a primary whose subscribers nobody tells anything any more."""
    sentinels = cast(SentinelSet, own_redis("sentinel"))
    async with line(sentinels.url) as opened_line:
        sentinels.primary.freeze()
        sentinels.wait_for_primary(sentinels.replica)
        opened_line.tells()
        await opened_line.looks_again(1)
        sentinels.primary.thaw()
        await hears_again(opened_line.here, opened_line.there)
        await opened_line.is_heard()
        assert sentinels.replica.ask("PUBSUB", "NUMSUB", opened_line.here._channel)[1] == 2


async def test_sentinels_that_are_away_are_asked_one_after_the_other(own_redis: Starts) -> None:
    sentinels = cast(SentinelSet, own_redis("sentinel"))
    for sentinel in sentinels.sentinels[:2]:
        sentinel.kill()
    async with line(sentinels.url) as opened_line:
        await opened_line.is_heard()


async def test_a_node_of_the_cluster_may_be_killed(own_redis: Starts) -> None:
    cluster = cast(RedisCluster, own_redis("cluster"))
    async with line(cluster.url) as opened_line:
        for node in cluster.nodes:
            node.kill()
            opened_line.tells()
            await opened_line.is_heard()
            node.start()
        await hears_again(opened_line.here, opened_line.there)
        await opened_line.is_heard()


async def test_a_cluster_passes_on_what_is_told_on_another_node(own_redis: Starts) -> None:
    cluster = cast(RedisCluster, own_redis("cluster"))
    first, second, third = (f"127.0.0.1:{node.port}" for node in cluster.nodes)
    async with line(f"redis+cluster://{first},{second}") as opened_line:
        far = RedisBus(redis_bus.RedisAddress(f"redis+cluster://{third}"), opened_line.wire.deployment)
        opened_line.wire.ends.append(far)
        far.start()
        await hears_again(far)
        far.publish("line.cards", {"revision": -1})
        await opened_line.heard.wait_for(lambda: {"revision": -1} in opened_line.heard.notices)


@pytest.mark.parametrize("kind", ["plain", "sentinel", "cluster"])
async def test_with_everything_of_redis_gone_followers_look_for_themselves(own_redis: Starts, kind: str) -> None:
    started = own_redis(kind)
    async with line(started.url) as opened_line:
        started.kill()
        opened_line.tells()
        await opened_line.looks_again()
        assert not opened_line.there.is_connected
