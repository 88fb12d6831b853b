"""A queue closes: who is placed is served on for the run-off, and whoever is left keeps the place until it opens."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from arrivals import CARDS
from closing_house import LONDON, MONDAY_CLOSING, NUMBER, OFFICE, TUESDAY_OPENING, House, office
from doubles import MovedClock, ToldBus

from assistant.flow import closing, due
from assistant.flow.closing import Closing
from assistant.model.contact import AgentId, ContactId, OfferId, QueueId, Reach, State
from assistant.model.events import EventType
from assistant.model.hours import Hours
from assistant.model.place import rfc3339
from assistant.model.storage import Deadline, Store, UnitOfWork
from assistant.model.waiting.patience import REBUILT_AFTER
from assistant.settings.queues import OverflowPart
from assistant.settings.tenant import Tenant

FRAUD = QueueId("fraud")
RUN_OFF = timedelta(seconds=1800)
GRACE = timedelta(seconds=120)
RUN_OFF_ENDS = MONDAY_CLOSING + RUN_OFF
AFTERWARDS = RUN_OFF_ENDS + timedelta(seconds=1)


@pytest.fixture
async def house(store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant) -> House:
    return await House.open(store, clock, bus, office(fernhill))


async def called_back(house: House, **request: Any) -> ContactId:
    return (await house.joins(callback=NUMBER, **request)).contact.id


async def test_who_called_is_called_back_at_the_next_opening_with_the_order_kept(house: House) -> None:
    caller = await house.calls()
    before = await house.contact(caller)
    await house.until(AFTERWARDS)
    found = await house.contact(caller)
    assert (found.state, found.reach, found.order_at) == (State.WAITING, Reach.CALLBACK, before.order_at)
    assert (found.callback_number, found.callback_at) == (NUMBER, TUESDAY_OPENING)
    told = "We're closed now. You keep your place, and we'll call you when we open again tomorrow at 9:00."
    assert await house.told(caller) == [told]


async def test_a_visitor_without_a_number_keeps_the_place_until_the_next_opening(house: House) -> None:
    visitor = await house.visits()
    before = await house.contact(visitor)
    await house.until(AFTERWARDS)
    found = await house.contact(visitor)
    assert (found.state, found.reach, found.order_at) == (State.WAITING, Reach.AWAY, before.order_at)
    assert await house.due(due.GRACE, visitor) == TUESDAY_OPENING + GRACE
    assert "Your place is kept until we open again tomorrow at 9:00; leave a number" in (await house.told(visitor))[0]


async def test_a_visitor_who_left_a_number_is_called(house: House) -> None:
    visitor = await house.visits()

    def leaves_a_number(work: UnitOfWork) -> None:
        contact = work.contacts.lock_only(visitor)
        assert contact is not None
        work.contacts.save(replace(contact, callback_number="+442071838751"))

    await house.store.transact(leaves_a_number)
    await house.until(AFTERWARDS)
    found = await house.contact(visitor)
    assert (found.reach, found.callback_number) == (Reach.CALLBACK, "+442071838751")
    assert await house.due(due.GRACE, visitor) is None


@pytest.mark.parametrize("ani", [None, "+14155550100"], ids=["withheld", "abroad"])
async def test_a_caller_whom_we_cannot_call_hears_under_which_code_the_place_is_kept(
    house: House, ani: str | None
) -> None:
    caller = await house.calls(ani)
    await house.until(AFTERWARDS)
    found = await house.contact(caller)
    assert (found.state, found.reach) == (State.WAITING, Reach.AWAY)
    assert f"your place is kept, under {found.code[:4]} {found.code[4:]}." in (await house.told(caller))[0]
    await house.call_ends()
    assert (await house.contact(caller)).state is State.WAITING


async def test_two_places_of_one_number_are_kept_and_the_number_is_called_once(house: House) -> None:
    first, second = await house.calls(sid="CA1"), await house.calls(sid="CA2")
    await house.until(AFTERWARDS)
    reaches = [(await house.contact(contact)).reach for contact in (first, second)]
    assert reaches == [Reach.CALLBACK, Reach.AWAY]
    assert await house.line_of() == [first, second]


async def test_during_the_run_off_whoever_waits_is_served_on(house: House) -> None:
    visitor = await house.visits()
    await house.until(RUN_OFF_ENDS - timedelta(seconds=1))
    amira = await house.agent()
    await house.meets(visitor, amira)
    assert (await house.contact(visitor)).state is State.CONNECTED
    assert await house.told(visitor) == []


async def test_who_is_offered_or_connected_when_the_run_off_ends_is_let_finish(house: House) -> None:
    talking, offered = await house.visits(), await house.visits()
    await house.meets(talking, await house.agent(chats=1))
    await house.until(RUN_OFF_ENDS - timedelta(seconds=5))
    await house.agent("ben", chats=1)
    await house.works()
    await house.until(AFTERWARDS)
    assert (await house.contact(talking)).state is State.CONNECTED
    assert (await house.contact(offered)).state is State.OFFERED
    assert await house.told(offered) == await house.told(talking) == []


async def test_an_offer_that_comes_to_nothing_after_the_run_off_puts_the_place_off_too(house: House) -> None:
    visitor = await house.visits()
    amira = await house.agent()
    await house.works()
    house.clock.at = AFTERWARDS
    offered = await house.contact(visitor)
    await house.offers.decline(OfferId(str(offered.offer_id)), AgentId(amira.id), "home time")
    await house.works()
    found = await house.contact(visitor)
    assert (found.state, found.reach, found.order_at) == (State.WAITING, Reach.AWAY, offered.order_at)


async def test_what_is_kept_for_the_morning_does_not_flow_over_in_the_night(
    store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant
) -> None:
    to_fraud = OverflowPart(to=FRAUD, after_seconds=10 * 3600)
    house = await House.open(store, clock, bus, office(fernhill, overflow=to_fraud))
    visitor, caller = await house.visits(), await house.calls()
    await house.until(AFTERWARDS)
    await house.agent("carla", queues=(FRAUD,))
    for _ in range(6):
        await house.passes(1800)
    assert await house.line_of() == [visitor, caller]
    assert await house.line_of(FRAUD) == []
    await house.until(TUESDAY_OPENING)
    assert await house.due(due.OVERFLOW, visitor) == TUESDAY_OPENING + timedelta(hours=10)


async def test_nobody_is_offered_a_place_that_is_kept_for_the_morning(house: House) -> None:
    visitor, caller = await house.visits(), await house.calls()
    await house.until(AFTERWARDS)
    await house.agent()
    await house.passes(60)
    states = {(await house.contact(contact)).state for contact in (visitor, caller)}
    assert states == {State.WAITING}


async def test_at_the_opening_who_is_there_is_present_again_and_first(house: House) -> None:
    visitor = await house.visits()
    await house.until(AFTERWARDS)
    await house.until(TUESDAY_OPENING)
    found = await house.contact(visitor)
    assert (found.reach, await house.due(due.GRACE, visitor)) == (Reach.PRESENT, None)
    assert (await house.told(visitor))[1:] == ["We're open again, and you kept your place."]
    newcomer = await house.visits()
    assert await house.line_of() == [visitor, newcomer]
    await house.meets(visitor, await house.agent())


async def test_at_the_opening_callbacks_come_due_in_their_order(house: House) -> None:
    caller, visitor = await house.calls(), await house.visits()
    await house.until(AFTERWARDS)
    await house.until(TUESDAY_OPENING + timedelta(seconds=1))
    await house.agent(chats=0)
    await house.works()
    assert (await house.contact(caller)).state is State.OFFERED
    assert (await house.contact(visitor)).state is State.WAITING


async def test_who_does_not_come_back_at_the_opening_has_left_after_the_grace(house: House) -> None:
    visitor = await house.visits()
    await house.until(AFTERWARDS)
    await house.drops(visitor)
    await house.until(TUESDAY_OPENING + GRACE - timedelta(seconds=1))
    assert (await house.contact(visitor)).state is State.WAITING
    await house.passes(2)
    assert (await house.contact(visitor)).state is State.ABANDONED


async def test_who_comes_back_at_the_opening_has_the_place(house: House) -> None:
    visitor = await house.visits()
    await house.until(AFTERWARDS)
    await house.drops(visitor)
    await house.until(TUESDAY_OPENING + timedelta(seconds=60))
    await house.reconnects(visitor)
    await house.passes(600)
    found = await house.contact(visitor)
    assert (found.state, found.reach, await house.position(visitor)) == (State.WAITING, Reach.PRESENT, 1)


async def test_coming_and_going_in_the_night_changes_nothing_and_is_told_nothing_again(house: House) -> None:
    visitor, caller = await house.visits(), await house.calls()
    await house.until(AFTERWARDS)
    kept = await house.contact(visitor)
    for _ in range(3):
        await house.passes(900)
        await house.drops(visitor)
        await house.legs.touched(visitor)
        await house.passes(900)
        await house.reconnects(visitor)
    await house.call_ends()
    assert await house.contact(visitor) == kept
    assert (await house.contact(caller)).reach is Reach.CALLBACK
    assert await house.due(due.GRACE, visitor) == TUESDAY_OPENING + GRACE
    assert [len(await house.told(contact)) for contact in (visitor, caller)] == [1, 1]


async def test_a_caller_who_hangs_up_in_the_moment_of_the_run_off_keeps_the_place(house: House) -> None:
    caller = await house.calls()
    house.clock.at = AFTERWARDS
    await house.call_ends()
    await house.works()
    found = await house.contact(caller)
    assert (found.state, found.reach, found.callback_at) == (State.WAITING, Reach.CALLBACK, TUESDAY_OPENING)


async def test_a_caller_who_hangs_up_during_the_run_off_has_left(house: House) -> None:
    caller = await house.calls()
    await house.until(RUN_OFF_ENDS - timedelta(seconds=60))
    await house.call_ends()
    assert (await house.contact(caller)).state is State.ABANDONED


async def test_a_callback_is_not_called_outside_the_hours(house: House) -> None:
    callback = await called_back(house)
    await house.until(MONDAY_CLOSING)
    await house.agent()
    await house.works()
    found = await house.contact(callback)
    assert (found.state, found.reach, found.callback_at) == (State.WAITING, Reach.CALLBACK, TUESDAY_OPENING)


async def test_a_callback_that_comes_due_in_closed_time_is_moved_and_holds_up_nobody(house: House) -> None:
    first = await called_back(house)
    visitor = await house.visits()
    await house.until(MONDAY_CLOSING + timedelta(seconds=60))

    def snooze(work: UnitOfWork) -> None:
        contact = work.contacts.lock_only(first)
        assert contact is not None
        work.contacts.save(replace(contact, callback_at=work.now))

    await house.store.transact(snooze)
    await house.agent()
    await house.router.assign()
    assert (await house.contact(first)).callback_at == TUESDAY_OPENING
    told = (await house.events(first, EventType.REACH_CHANGED))[-1].data
    assert (told["reason"], told["callback_at"]) == ("closed", rfc3339(TUESDAY_OPENING))
    assert (await house.contact(visitor)).state is State.OFFERED


async def test_weekends_and_holidays_are_passed_over(house: House) -> None:
    caller = await house.calls()
    await house.until(AFTERWARDS + timedelta(days=1))
    assert (await house.contact(caller)).callback_at == datetime(2026, 3, 5, 9, tzinfo=UTC)
    assert "on Thursday at 9:00" in (await house.told(caller))[0]


async def test_a_shop_that_opens_again_within_its_run_off_puts_nobody_off(
    store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant
) -> None:
    lunch = Hours(LONDON, (((time(9), time(12)), (time(13), time(17))),) * 7)
    house = await House.open(store, clock, bus, office(fernhill, lunch, timing={"run_off_seconds": 7200}))
    visitor = await house.visits()
    for hour in (11, 12, 13, 14):
        await house.until(datetime(2026, 3, 2, hour, 30, tzinfo=UTC))
    assert (await house.contact(visitor)).reach is Reach.PRESENT
    assert await house.told(visitor) == []


async def test_where_nothing_opens_within_a_year_nobody_is_put_off(
    store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant
) -> None:
    first = datetime(2026, 3, 3).date()
    closing_down = Hours(LONDON, OFFICE.weekly, frozenset(first + timedelta(days=n) for n in range(500)))
    house = await House.open(store, clock, bus, office(fernhill, closing_down))
    visitor = await house.visits()
    await house.until(AFTERWARDS)
    assert (await house.contact(visitor)).reach is Reach.PRESENT


async def test_the_deadline_of_each_step_is_stored(house: House) -> None:
    assert await house.due(due.RUN_OFF, CARDS) == MONDAY_CLOSING
    await house.until(MONDAY_CLOSING)
    assert await house.due(due.RUN_OFF, CARDS) == RUN_OFF_ENDS
    await house.until(RUN_OFF_ENDS)
    assert await house.due(due.RUN_OFF, CARDS) == TUESDAY_OPENING
    await house.until(TUESDAY_OPENING)
    assert await house.due(due.RUN_OFF, CARDS) == TUESDAY_OPENING + timedelta(hours=8)


async def test_a_queue_that_never_closes_has_no_deadline(house: House) -> None:
    assert await house.due(due.RUN_OFF, "fraud") is None


async def test_a_service_that_was_away_over_the_closing_puts_off_whom_it_finds(house: House) -> None:
    visitor = await house.visits()
    house.clock.at = AFTERWARDS + timedelta(hours=3)
    await house.works()
    assert (await house.contact(visitor)).reach is Reach.AWAY


async def test_a_service_that_was_away_all_night_finds_everybody_in_place(house: House) -> None:
    visitor = await house.visits()
    house.clock.at = TUESDAY_OPENING + timedelta(minutes=5)
    await house.works()
    assert (await house.contact(visitor)).reach is Reach.PRESENT
    assert await house.told(visitor) == []


async def test_a_long_line_is_put_off_in_pages(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "PAGE", 2)
    visitors = [await house.visits() for _ in range(5)]
    house.clock.at = AFTERWARDS
    fired = 0
    while due := await house.store.read(lambda work: work.deadlines.due(work.now, 10)):
        await asyncio.gather(*(house.closing.fire(deadline) for deadline in due))
        fired += 1
        away = [(await house.contact(visitor)).reach is Reach.AWAY for visitor in visitors]
        assert sum(away) == min(2 * fired, 5)
    assert fired == 3
    assert [len(await house.told(visitor)) for visitor in visitors] == [1] * 5
    assert await house.line_of() == visitors


async def test_of_many_processes_each_contact_is_told_once(house: House) -> None:
    visitors = [await house.visits() for _ in range(4)]
    house.clock.at = AFTERWARDS
    deadline = Deadline(due.RUN_OFF, CARDS, MONDAY_CLOSING)
    processes = [Closing(house.store, house.tenant) for _ in range(4)]
    await asyncio.gather(*(work() for each in processes for work in (each.sweep, partial(each.fire, deadline))))
    assert [len(await house.told(visitor)) for visitor in visitors] == [1] * 4


async def test_a_clock_that_jumps_over_the_closing_and_back_harms_no_place(house: House) -> None:
    """The clock goes wrong by an hour and is set right: the line stands, and whoever is there is present."""
    visitor, caller, newcomer = await house.visits(), await house.calls(), await house.visits()
    line = await house.line_of()
    await house.until(MONDAY_CLOSING - timedelta(minutes=20))
    await house.until(MONDAY_CLOSING + timedelta(minutes=40))
    assert {(await house.contact(contact)).reach for contact in line} == {Reach.AWAY, Reach.CALLBACK}
    await house.until(MONDAY_CLOSING - timedelta(minutes=19))
    assert await house.line_of() == line == [visitor, caller, newcomer]
    assert [(await house.contact(contact)).reach for contact in (visitor, newcomer)] == [Reach.PRESENT] * 2
    assert await house.due(due.RUN_OFF, CARDS) == MONDAY_CLOSING
    await house.until(AFTERWARDS)
    assert (await house.contact(visitor)).reach is Reach.AWAY


async def test_a_clock_that_jumps_over_the_opening_and_back_harms_no_place(house: House) -> None:
    visitor, gone = await house.visits(), await house.visits()
    await house.until(AFTERWARDS)
    await house.drops(gone)
    await house.until(TUESDAY_OPENING - timedelta(minutes=20))
    await house.until(TUESDAY_OPENING + timedelta(minutes=40))
    assert (await house.contact(visitor)).reach is Reach.PRESENT
    assert (await house.contact(gone)).state is State.WAITING, "the grace is given anew"
    await house.until(TUESDAY_OPENING - timedelta(minutes=19))
    assert (await house.contact(visitor)).reach is Reach.AWAY
    await house.until(TUESDAY_OPENING)
    assert [(await house.contact(contact)).state for contact in (visitor, gone)] == [State.WAITING] * 2
    assert (await house.contact(visitor)).reach is Reach.PRESENT
    assert await house.line_of() == [visitor, gone]


async def test_what_was_put_off_teaches_the_wait_nothing(house: House) -> None:
    """A night in line is no patience, and its end no service: the ranges stay what the day has taught."""
    visitors = [await house.visits() for _ in range(REBUILT_AFTER + 1)]
    patience = house.lines._waiting._forecaster._queues[CARDS].patience
    before = patience.rate
    await house.until(AFTERWARDS)
    await house.until(TUESDAY_OPENING)
    amira = await house.agent(chats=len(visitors))
    for visitor in visitors:
        await house.meets(visitor, amira)
    await house.works()
    assert patience.rate == before


async def test_the_reason_is_in_the_trail_and_no_number_is(house: House) -> None:
    caller = await house.calls()
    await house.until(AFTERWARDS)
    changed = await house.events(caller, EventType.REACH_CHANGED)
    opening = "2026-03-03T09:00:00.000000Z"
    told = {"reach": "callback", "reason": "closed", "callback_at": opening}
    assert [event.data.items() >= told.items() for event in changed] == [True]
    assert NUMBER not in str([event.data for event in await house.events(caller)])
