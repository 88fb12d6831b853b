"""Who watches a line is told in turn, not more often than about once a second, and of the newest state at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise

import pytest

from assistant.flow import watchers as module
from assistant.flow.watchers import TELL_SECONDS, Tell, Watchers


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> float:
    """The second is a few milliseconds here."""
    monkeypatch.setattr(module, "TELL_SECONDS", 0.02)
    monkeypatch.setattr(module, "GRAIN_SECONDS", 0.001)
    return 0.02


def noting(told: list[str], name: str, then: Callable[[], None] = lambda: None) -> Tell:
    async def tell() -> None:
        told.append(name)
        then()

    return tell


async def everybody_is_told(watchers: Watchers) -> None:
    if watchers._telling is not None:
        await watchers._telling


@pytest.mark.usefixtures("quick")
async def test_everybody_is_told_of_a_change_once_and_in_turn() -> None:
    watchers, told = Watchers(), list[str]()
    for name in "abc":
        watchers.add(noting(told, name))
    watchers.changed()
    watchers.changed()
    await everybody_is_told(watchers)
    assert told == ["a", "b", "c"]
    watchers.changed()
    await everybody_is_told(watchers)
    assert told == ["a", "b", "c"] * 2


@pytest.mark.usefixtures("quick")
async def test_a_change_while_they_are_told_is_told_to_those_who_were_told_before_it() -> None:
    watchers, told = Watchers(), list[str]()

    def once_more() -> None:
        if told == ["a", "b"]:
            watchers.changed()

    for name in "abc":
        watchers.add(noting(told, name, once_more))
    watchers.changed()
    await everybody_is_told(watchers)
    assert told == ["a", "b", "c", "a", "b"]


async def test_nobody_is_told_more_often_than_about_once_a_second(quick: float) -> None:
    watchers, at = Watchers(), list[float]()
    loop = asyncio.get_running_loop()

    async def tell() -> None:
        at.append(loop.time())
        if len(at) < 5:
            watchers.changed()

    watchers.add(tell)
    watchers.changed()
    await everybody_is_told(watchers)
    assert len(at) == 5
    assert all(later - earlier >= quick for earlier, later in pairwise(at))
    assert 0.5 < TELL_SECONDS < 1.0


@pytest.mark.usefixtures("quick")
async def test_who_has_gone_is_not_told_and_who_came_later_is() -> None:
    watchers, told = Watchers(), list[str]()
    end_a = watchers.add(noting(told, "a"))
    watchers.add(noting(told, "b", end_a))
    watchers.changed()
    end_a()
    end_a()
    await everybody_is_told(watchers)
    watchers.add(noting(told, "c"))
    watchers.changed()
    await everybody_is_told(watchers)
    assert told == ["b", "b", "c"]


@pytest.mark.usefixtures("quick")
async def test_one_who_fails_does_not_keep_the_others_from_being_told(caplog: pytest.LogCaptureFixture) -> None:
    watchers, told = Watchers(), list[str]()

    async def fail() -> None:
        raise ValueError("a bug")

    watchers.add(fail)
    watchers.add(noting(told, "b"))
    watchers.changed()
    await everybody_is_told(watchers)
    assert told == ["b"]
    assert "a watcher failed" in caplog.text


@pytest.mark.usefixtures("quick")
async def test_many_are_told_without_keeping_others_from_their_work() -> None:
    watchers, told, turns = Watchers(), list[str](), 0

    async def work() -> None:
        nonlocal turns
        while len(told) < 1000:
            turns += 1
            await asyncio.sleep(0)

    for n in range(1000):
        watchers.add(noting(told, str(n)))
    watchers.changed()
    await asyncio.gather(work(), everybody_is_told(watchers))
    assert turns >= 1000 // module.AT_ONCE


async def test_without_watchers_a_change_begins_nothing() -> None:
    watchers = Watchers()
    watchers.changed()
    assert watchers._telling is None
