"""Changes in both databases: rows that are only added, in the order of their commits."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from arrivals import hired
from doubles import MovedClock, ToldBus

from assistant.model.changes import Change
from assistant.model.storage import Store, UnitOfWork


async def changes(store: Store, section: str, after: Any = None, **options: Any) -> Change:
    def append(work: UnitOfWork) -> Change:
        work.changes.lock()
        return work.changes.append(section, None, before={"was": 1}, after=after, **options)

    return await store.transact(append)


async def test_before_the_first_change_there_is_nothing(store: Store) -> None:
    assert await store.read(lambda work: (work.changes.latest(), list(work.changes.current()))) == (0, [])
    assert await store.transact(lambda work: work.changes.lock()) == 0
    assert await store.read(lambda work: work.changes.get(1)) is None


async def test_a_change_comes_back_as_it_was_kept(store: Store, clock: MovedClock) -> None:
    amira = (await hired(store)).id

    def append(work: UnitOfWork) -> Change:
        work.changes.lock()
        after = {"says": "\u202eשלום 🙏 <b>"}
        return work.changes.append("notices", amira, before=[], after=after, comment="storm", undoes=None)

    kept = await store.transact(append)
    assert (kept.version, kept.at, kept.by) == (1, clock.now(), amira)
    assert await store.read(lambda work: work.changes.get(1)) == kept
    assert await store.read(lambda work: work.changes.latest()) == 1


async def test_a_section_as_in_the_file_again_is_nothing_and_not_the_word_null(store: Store) -> None:
    await changes(store, "hours.cards", "always")
    await changes(store, "hours.cards", None, undoes=1)
    (latest,) = await store.read(lambda work: work.changes.current())
    assert (latest.after, latest.undoes) == (None, 1)


async def test_the_current_ones_are_the_latest_of_each_section(store: Store) -> None:
    for section in ("notices", "hours.cards", "notices", "timing", "hours.cards"):
        await changes(store, section, section)
    assert [each.version for each in await store.read(lambda work: work.changes.current())] == [3, 4, 5]
    assert [each.version for each in await store.read(lambda work: work.changes.listed(3))] == [5, 4, 3]
    assert [each.version for each in await store.read(lambda work: work.changes.listed(9, before=3))] == [2, 1]
    assert [each.version for each in await store.read(lambda work: work.changes.listed(9, section="notices"))] == [3, 1]
    earlier = await store.read(lambda work: work.changes.of_section("notices", before=3))
    assert earlier is not None
    assert earlier.version == 1


async def test_versions_of_many_at_once_have_no_gap_and_no_double(store: Store) -> None:
    made = await asyncio.gather(*(changes(store, f"hours.q{n % 3}", n) for n in range(20)))
    assert sorted(each.version for each in made) == list(range(1, 21))


async def test_a_change_is_told_to_every_process_after_its_commit(store: Store, bus: ToldBus) -> None:
    await changes(store, "notices", [])
    assert ("settings", {"version": 1}) in bus.told


async def test_a_unit_that_fails_leaves_no_change(store: Store) -> None:
    def fail(work: UnitOfWork) -> None:
        work.changes.lock()
        work.changes.append("notices", None, before=None, after=[])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await store.transact(fail)
    assert await store.read(lambda work: work.changes.latest()) == 0
