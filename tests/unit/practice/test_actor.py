"""Somebody who acts: what is planned is done in order and in time, and news wakes whoever waits."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from practice.actor import Actor
from practice.pace import Pace

HURRY = 20_000.0  # times as fast as the clock: a planned minute is over in three milliseconds


class Noting(Actor):
    """Notes what it did and when."""

    def __init__(self, pace: Pace) -> None:
        super().__init__(pace)
        self.done: list[tuple[str, float]] = []

    async def note(self, what: str) -> None:
        self.done.append((what, self.pace.now))

    async def end(self) -> None:
        self.over()


@pytest.fixture
async def actor() -> Noting:
    return Noting(Pace(HURRY))


async def test_what_is_planned_is_done_in_its_order_and_not_before_its_time(actor: Noting) -> None:
    for when, what in ((900.0, "third"), (300.0, "first"), (600.0, "second")):
        actor.plan.at(when, partial(actor.note, what))
    actor.plan.at(1200.0, actor.end)
    await actor.act_until_over()
    assert [what for what, _ in actor.done] == ["first", "second", "third"]
    assert all(at >= when for (_, at), when in zip(actor.done, (300, 600, 900), strict=True))


async def test_what_is_forgotten_is_not_done(actor: Noting) -> None:
    actor.plan.at(300.0, partial(actor.note, "forgotten"))
    actor.plan.forget()
    actor.plan.at(600.0, actor.end)
    await actor.act_until_over()
    assert not actor.done


async def test_who_waits_with_nothing_planned_is_woken_from_outside(actor: Noting) -> None:
    acting = asyncio.create_task(actor.act_until_over())
    await asyncio.sleep(0)
    actor.do_now(partial(actor.note, "woken"))
    actor.do_now(actor.end)
    await acting
    assert [what for what, _ in actor.done] == ["woken"]


async def test_the_crowds_seconds_are_shorter_than_the_walls(actor: Noting) -> None:
    assert actor.pace.real(HURRY) == 1.0
    assert actor.pace.crowds(1.0) == HURRY
