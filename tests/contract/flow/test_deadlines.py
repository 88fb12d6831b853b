"""Stored deadlines: many at the same time, each once, and none waits for one that stands still."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest
from doubles import MovedClock, ToldBus
from serving.patience import until

from assistant.flow.deadlines import OF_ONE_KIND, DeadlineRunner
from assistant.model.storage import Deadline, Store, UnitOfWork

AN_HOUR = timedelta(hours=1)


class Firing:
    """A runner with deadlines that only take their row, and some that first wait for somebody."""

    def __init__(self, store: Store, bus: ToldBus, clock: MovedClock) -> None:
        self.store, self.clock = store, clock
        self.answers = asyncio.Event()
        self.begun: Counter[str] = Counter()
        self.fired: Counter[str] = Counter()
        self.runner = DeadlineRunner(store, bus, clock, {"waits": self._waits, "quick": self._take, "bad": self._fails})

    async def _take(self, deadline: Deadline) -> None:
        if await self.store.transact(lambda work: work.deadlines.take(deadline)):
            self.fired[deadline.kind] += 1

    async def _waits(self, deadline: Deadline) -> None:
        self.begun[deadline.subject] += 1
        await self.answers.wait()
        await self._take(deadline)

    async def _fails(self, deadline: Deadline) -> None:
        self.begun[deadline.kind] += 1
        raise ZeroDivisionError

    async def set(self, kind: str, count: int = 1, *, ago: timedelta = timedelta()) -> None:
        def set_all(work: UnitOfWork) -> None:
            for n in range(count):
                work.deadlines.set(kind, f"{kind}-{n}", work.now - ago)

        await self.store.transact(set_all)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(self.runner.run())
        try:
            yield task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def seen[T](what: str, check: Callable[[], T]) -> T:
    async def look() -> T:
        return check()

    return await until(what, look)


@pytest.fixture
def firing(store: Store, bus: ToldBus, clock: MovedClock) -> Firing:
    return Firing(store, bus, clock)


async def test_a_crowd_that_waits_for_who_does_not_answer_holds_up_no_other(firing: Firing) -> None:
    await firing.set("waits", 250, ago=AN_HOUR)
    await firing.set("quick")
    async with firing.running():
        await seen("the quick one has fired", lambda: firing.fired["quick"])
        assert len(firing.begun) == OF_ONE_KIND
        firing.answers.set()
        await seen("all have fired", lambda: firing.fired["waits"] == 250)
    assert set(firing.begun.values()) == {1}


async def test_one_that_is_under_way_is_not_begun_again(firing: Firing) -> None:
    await firing.set("waits")
    async with firing.running():
        await seen("it is under way", lambda: firing.begun["waits-0"])
        for _ in range(5):
            await firing.set("quick")
            fired = firing.fired["quick"]
            await seen("a sweep is over", lambda fired=fired: firing.fired["quick"] > fired)
        assert firing.begun["waits-0"] == 1
        firing.answers.set()
        await seen("it has fired", lambda: firing.fired["waits"])


async def test_one_that_fails_by_surprise_stops_nobody_and_stays(firing: Firing, store: Store) -> None:
    await firing.set("bad", ago=AN_HOUR)
    await firing.set("quick", 30)
    async with firing.running():
        await seen("the others have fired", lambda: firing.fired["quick"] == 30)
    assert firing.begun["bad"]
    assert await store.read(lambda work: work.deadlines.when("bad", "bad-0")) is not None


async def test_what_is_under_way_at_the_end_is_left_to_who_comes_after(firing: Firing, store: Store) -> None:
    await firing.set("waits", 3)
    async with firing.running():
        await seen("they are under way", lambda: len(firing.begun) == 3)
    firing.answers.set()
    assert not firing.fired
    assert await firing.runner.fire_due() == 3
    assert firing.fired["waits"] == 3
