"""What every bus promises: told at once here and soon elsewhere, in order, and no subscriber harms another."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from real_redis import RedisServer
from redis import Redis
from serving.patience import until
from wires import Heard, Wire, opened
from wires import far_wire as far_wire
from wires import wire as wire

from assistant.adapters.redis_bus import RedisBus
from assistant.adapters.redis_connection import RedisAddress

MANY = 500


async def test_what_is_told_is_heard_at_once_in_this_process_and_in_order(wire: Wire) -> None:
    heard = Heard()
    wire.here.subscribe("contact.1", heard)
    for n in range(MANY):
        wire.here.publish("contact.1", {"seq": n})
        assert heard.told[-1] == {"seq": n}
    assert heard.told == [{"seq": n} for n in range(MANY)]


async def test_nothing_of_another_topic_is_heard(wire: Wire) -> None:
    heard = Heard()
    wire.here.subscribe("contact.1", heard)
    wire.here.publish("contact.2", {"seq": 1})
    wire.here.publish("contact", {"seq": 1})
    assert heard.told == []


async def test_an_event_comes_along_within_the_process(wire: Wire) -> None:
    heard, event = Heard(), object()
    wire.here.subscribe("contact.1", heard)
    wire.here.publish("contact.1", {"seq": 1, "event": event})
    assert heard.told == [{"seq": 1, "event": event}]


async def test_a_subscriber_that_fails_harms_no_other(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: dict[str, Any]) -> None:
        raise RuntimeError("a mistake of ours")

    before, after = Heard(), Heard()
    for subscriber in (before, fail, after):
        wire.here.subscribe("contact.1", subscriber)
    wire.here.publish("contact.1", {"seq": 1})
    assert before.told == after.told == [{"seq": 1}]
    assert "a subscriber failed" in caplog.text


async def test_who_has_unsubscribed_hears_nothing_more_and_the_others_do(wire: Wire) -> None:
    gone, staying = Heard(), Heard()
    end = wire.here.subscribe("contact.1", gone)
    wire.here.subscribe("contact.1", staying)
    end()
    end()
    wire.here.publish("contact.1", {"seq": 1})
    assert (gone.told, staying.told) == ([], [{"seq": 1}])


async def test_a_subscriber_may_end_its_subscription_while_it_is_told(wire: Wire) -> None:
    ends = []
    first, second = Heard(), Heard()

    def once(payload: dict[str, Any]) -> None:
        first(payload)
        ends[0]()

    ends.append(wire.here.subscribe("contact.1", once))
    wire.here.subscribe("contact.1", second)
    wire.here.publish("contact.1", {"seq": 1})
    wire.here.publish("contact.1", {"seq": 2})
    assert (first.told, second.told) == ([{"seq": 1}], [{"seq": 1}, {"seq": 2}])


async def test_other_processes_hear_it_soon_once_and_in_order(far_wire: Wire) -> None:
    there, elsewhere = await far_wire.another(), await far_wire.another()
    heard = {bus: Heard() for bus in (far_wire.here, there, elsewhere)}
    for bus, subscriber in heard.items():
        bus.subscribe("line.cards", subscriber)
    for n in range(MANY):
        far_wire.here.publish("line.cards", {"revision": n})
    for subscriber in heard.values():
        await subscriber.wait_for(lambda each=subscriber: len(each.notices) >= MANY)
        assert subscriber.notices == [{"revision": n} for n in range(MANY)]


async def test_every_process_is_heard_by_every_other(far_wire: Wire) -> None:
    processes = [far_wire.here, await far_wire.another(), await far_wire.another()]
    heard = [Heard() for _ in processes]
    for bus, subscriber in zip(processes, heard, strict=True):
        bus.subscribe("routing", subscriber)
    for n, bus in enumerate(processes):
        bus.publish("routing", {"process": n})
    for subscriber in heard:
        await subscriber.wait_for(lambda each=subscriber: len(each.notices) == len(processes))
        assert sorted(notice["process"] for notice in subscriber.notices) == [0, 1, 2]


async def test_callers_words_never_pass_through_redis(far_wire: Wire) -> None:
    there, heard = await far_wire.another(), Heard()
    there.subscribe("contact.1", heard)
    far_wire.here.publish("contact.1", {"seq": 1, "event": {"text": "my PIN is 4821"}})
    await heard.wait_for(lambda: heard.notices)
    assert heard.notices == [{"seq": 1}]


async def test_two_deployments_on_one_redis_do_not_hear_each_other(far_wire: Wire) -> None:
    """Else the test system's lines would be taken for the real ones."""
    theirs, ours = await far_wire.another("another deployment"), await far_wire.another()
    heard_there, heard_here = Heard(), Heard()
    theirs.subscribe("line.cards", heard_there)
    ours.subscribe("line.cards", heard_here)
    far_wire.here.publish("line.cards", {"revision": 1})
    await heard_here.wait_for(lambda: heard_here.notices)
    theirs.publish("line.cards", {"revision": 2})
    far_wire.here.publish("line.cards", {"revision": 3})
    await heard_here.wait_for(lambda: len(heard_here.notices) == 2)
    assert heard_here.notices == [{"revision": 1}, {"revision": 3}]
    assert heard_there.notices == [{"revision": 2}]


async def test_what_is_no_notice_is_passed_over(redis_url: str) -> None:
    async with opened(redis_url) as wire:
        there, heard = await wire.another(), Heard()
        there.subscribe("routing", heard)
        with Redis.from_url(redis_url) as stranger:
            for rubbish in (b"", b"{", b"7", b"[1]", b'["a",[1]]', b'["a",[["b"]]]', b'["a",null]', b"\xff"):
                stranger.publish(f"holdfast.{wire.deployment}", rubbish)
        wire.here.publish("routing", {"contact_id": "1"})
        await heard.wait_for(lambda: heard.notices)
        assert heard.notices == [{"contact_id": "1"}]


async def test_a_notice_that_cannot_be_passed_on_costs_its_publisher_nothing(redis_url: str) -> None:
    async with opened(redis_url) as wire:
        there, heard = await wire.another(), Heard()
        there.subscribe("routing", heard)
        looks = heard.looks
        wire.here.publish("routing", {"odd": object()})
        wire.here.publish("routing", {"contact_id": "1"})
        await heard.wait_for(lambda: heard.notices)
        assert heard.looks == looks + 1, "the others look for themselves"


async def test_a_password_shows_neither_in_the_log_nor_in_a_representation(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server = RedisServer(tmp_path / "guarded", requirepass="s3cr3t/word")
    server.start()
    try:
        async with opened(f"redis://:s3cr3t%2Fword@127.0.0.1:{server.port}") as wire:
            there, heard = await wire.another(), Heard()
            there.subscribe("routing", heard)
            wire.here.publish("routing", {"contact_id": "1"})
            await heard.wait_for(lambda: heard.notices)
            shown = repr((wire.address, vars(there)))
            denied = RedisBus(RedisAddress(f"redis://:s3cr3t-too@127.0.0.1:{server.port}"), "any")
            denied.start()
            await until("who has the wrong password is told", lambda: is_logged(caplog, "AuthenticationError"))
            await denied.close()
            server.kill()
            await heard.wait_for(lambda: heard.looks > 1)
    finally:
        server.kill()
    assert await is_logged(caplog, "ConnectionError")
    assert "s3cr3t" not in caplog.text + shown + repr(vars(denied))


async def is_logged(caplog: pytest.LogCaptureFixture, error: str) -> bool:
    return any(getattr(record, "error", None) == error for record in caplog.records)


@pytest.mark.parametrize("url", ["redis://h:word", "redis+sentinel://a:b:c:x/name", "redis+cluster://h:1,h:two"])
def test_an_address_that_is_none_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(ValueError, match=r"redis://host:6379") as refused:
        RedisAddress(url)
    assert url not in str(refused.value)
