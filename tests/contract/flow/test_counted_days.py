"""What the database counts is what a replay of the events counts, to the microsecond."""

from __future__ import annotations

from dataclasses import replace
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


@pytest.mark.parametrize("by", By)
@pytest.mark.parametrize("minutes", [0, -30, 95])
async def test_hours_that_are_summed_up_tell_what_each_contact_tells(lived: Lived, by: By, minutes: int) -> None:
    """From the middle of an hour on, or from before, or from one that was summed up to one that was not."""
    await Recounting(lived.store).catch_up()
    asked = asked_of(lived, by, timedelta(minutes=minutes))
    for before in (lived.ended_at - timedelta(hours=1), lived.ended_at + timedelta(days=2)):
        await lived.store.transact(lambda work, before=before: work.parts.sum_up(asked, before, 24))
        counted, replayed_ones = await both(lived, asked)
        assert counted == replayed_ones


async def test_other_rules_or_a_contact_that_is_counted_anew_undo_the_summing_up(lived: Lived) -> None:
    await Recounting(lived.store).catch_up()
    asked = asked_of(lived, By.QUEUE)
    end = lived.ended_at + timedelta(days=2)
    assert await lived.store.transact(lambda work: work.parts.sum_up(asked, end, 24)) > 1
    assert await lived.store.transact(lambda work: work.parts.sum_up(asked, end, 24)) == 0
    others = replace(asked, targets=dict.fromkeys(asked.targets, 100_000), short_abandon_seconds=0)
    for rules in (others, asked):
        counted, replayed_ones = await both(lived, rules)
        assert counted == replayed_ones
    await lived.store.transact(lambda work: work.parts.count_all_anew())
    counted, replayed_ones = await both(lived, asked)
    assert counted == replayed_ones
    assert await lived.store.transact(lambda work: work.parts.sum_up(asked, end, 24)) > 1


@pytest.mark.parametrize("only", [{By.QUEUE: "cards"}, {By.CHANNEL: "voice"}, {By.TOPIC: ""}, {By.AGENT: "amira"}])
@pytest.mark.parametrize("by", [By.QUEUE, By.TOPIC, By.AGENT])
async def test_what_alone_is_to_count_is_told_alike_of_sums_and_of_contacts(
    lived: Lived, by: By, only: dict[By, str]
) -> None:
    asked = replace(asked_of(lived, by), only=only)
    for is_summed in (False, True):
        if is_summed:
            await lived.store.transact(lambda work: work.parts.sum_up(asked, work.now + timedelta(days=2), 24))
        counted, replayed_ones = await both(lived, asked)
        assert counted == replayed_ones
        assert counted


@pytest.mark.parametrize("only", [{}, {By.QUEUE: "cards"}, {By.AGENT: "amira"}])
@pytest.mark.parametrize("by", By)
async def test_the_total_is_what_all_come_to_though_the_contacts_are_looked_at_once(
    lived: Lived, by: By, only: dict[By, str]
) -> None:
    asked = replace(asked_of(lived, by), only=only)
    await Recounting(lived.store).catch_up()
    for is_summed in (False, True):
        if is_summed:
            await lived.store.transact(lambda work: work.parts.sum_up(asked, work.now + timedelta(days=2), 24))
        for wanted in (asked, replace(asked, percentiles=False)):
            groups, total = await lived.store.read(lambda work, wanted=wanted: work.reports.with_total(wanted))
            assert groups == (await both(lived, wanted))[1]
            everything = await both(lived, replace(wanted, by=By.NOTHING))
            assert total == everything[1][Group(0, "")]
    assert total.median_wait_seconds is None


async def test_where_nobody_came_the_total_is_nothing(lived: Lived) -> None:
    asked = asked_of(lived, By.QUEUE)
    before = replace(asked, begin=asked.begin - timedelta(days=9), end=asked.begin - timedelta(days=8))
    assert await lived.store.read(lambda work: work.reports.with_total(before)) == ({}, Measures())
