"""A pace that all processes share: moments that are nobody else's, in the order in which they were asked for."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from doubles import MovedClock

from assistant.model.storage import Store

SECOND = timedelta(seconds=1)


async def test_the_first_moment_is_now_and_each_other_one_follows_in_its_distance(
    store: Store, clock: MovedClock
) -> None:
    now = clock.now()
    given = [await store.transact(lambda work: work.paces.next("calls", SECOND)) for _ in range(3)]
    assert given == [now, now + SECOND, now + 2 * SECOND]


async def test_after_a_while_it_is_now_again_and_time_that_nobody_used_is_lost(store: Store, clock: MovedClock) -> None:
    await store.transact(lambda work: work.paces.next("calls", SECOND))
    clock.advance(60)
    given = [await store.transact(lambda work: work.paces.next("calls", SECOND)) for _ in range(2)]
    assert given == [clock.now(), clock.now() + SECOND]


async def test_paces_of_other_names_are_others(store: Store, clock: MovedClock) -> None:
    for name in ("calls", "texts"):
        assert await store.transact(lambda work, name=name: work.paces.next(name, SECOND)) == clock.now()


async def test_what_was_not_committed_was_not_taken(store: Store, clock: MovedClock) -> None:
    def fails(work: object) -> None:
        work.paces.next("calls", SECOND)  # type: ignore[attr-defined]
        raise RuntimeError("nothing comes of it")

    for _ in range(2):
        try:
            await store.transact(fails)
        except RuntimeError:
            continue
    assert await store.transact(lambda work: work.paces.next("calls", SECOND)) == clock.now()


async def test_of_fifty_at_once_no_two_have_the_same_moment(store: Store, clock: MovedClock) -> None:
    asked = [store.transact(lambda work: work.paces.next("calls", SECOND)) for _ in range(50)]
    given = sorted(await asyncio.gather(*asked))
    assert given == [clock.now() + n * SECOND for n in range(50)]
