"""What the database counts is what a replay of the events counts, to the microsecond."""

from __future__ import annotations

from datetime import timedelta

import pytest
from busy_day import Lived
from busy_day import lived as lived

from assistant.flow.recounting import Recounting
from assistant.model.counting import measured
from assistant.model.facts import replayed
from assistant.model.measures import Asked, By, Group, Measures
from assistant.model.storage import UnitOfWork


def asked_of(day: Lived, by: By, begin: timedelta = timedelta(0)) -> Asked:
    targets = {id: queue.target_seconds for id, queue in day.tenant.queues.items()}
    return Asked(day.began_at + begin, day.ended_at, by, targets, day.tenant.timing.short_abandon_seconds)


async def both(day: Lived, asked: Asked) -> tuple[dict[Group, Measures], dict[Group, Measures]]:
    def count(work: UnitOfWork) -> tuple[dict[Group, Measures], dict[Group, Measures]]:
        facts = [replayed(work.trail.after(contact_id, 0)) for contact_id in day.contacts]
        return work.reports.measures(asked), measured(facts, asked)

    await Recounting(day.store).catch_up()
    return await day.store.read(count)


@pytest.mark.parametrize("by", By)
async def test_asterisk_1736_statistics_equal_a_replay_of_the_events(lived: Lived, by: By) -> None:
    """Counters that were incremented twice under load (asterisk #1736): here nothing is a counter."""
    counted, replayed_ones = await both(lived, asked_of(lived, by))
    assert counted == replayed_ones
    assert counted


async def test_a_part_of_the_day_is_counted_alike_and_by_itself(lived: Lived) -> None:
    later = asked_of(lived, By.NOTHING, timedelta(minutes=10))
    counted, replayed_ones = await both(lived, later)
    assert counted == replayed_ones
    whole, _ = await both(lived, asked_of(lived, By.NOTHING))
    assert counted[Group(0, "")].entered < whole[Group(0, "")].entered


async def test_the_day_had_everything_that_is_counted(lived: Lived) -> None:
    counted, _ = await both(lived, asked_of(lived, By.NOTHING))
    (whole,) = counted.values()
    none_of = {"messages", "unexplained"}
    assert [name for name in whole.__slots__ if not getattr(whole, name) and name not in none_of] == []
    assert whole.unexplained == 0
