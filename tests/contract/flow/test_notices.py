"""A notice of the tenant's: what everybody is told first who comes, whatever becomes of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from arrivals import CARDS
from closing_house import House, office
from doubles import MovedClock, ToldBus

from assistant.flow.intake import Joined
from assistant.model.contact import Channel, QueueId
from assistant.model.errors import Refused
from assistant.model.events import Author, EventType
from assistant.model.hours import ALWAYS
from assistant.model.storage import Store
from assistant.settings.reaching import NoticePart
from assistant.settings.tenant import Tenant

OUTAGE = "Our app is down just now, and we are working on it. Your cards work."
FLOOD = "Our branch in York is closed today."


async def opened(store: Store, clock: MovedClock, bus: ToldBus, tenant: Tenant, *notices: NoticePart) -> House:
    return await House.open(store, clock, bus, tenant.model_copy(update={"notices": list(notices)}))


async def told(house: House, joined: Joined) -> list[tuple[Author, str]]:
    said = frozenset({EventType.MESSAGE_ADDED})
    events = await house.store.read(lambda work: work.trail.after(joined.contact.id, 0, said))
    return [(event.words.author, event.words.text) for event in events if event.words]


@pytest.mark.parametrize("channel", [Channel.CHAT, Channel.VOICE, Channel.SMS])
async def test_it_comes_before_the_greeting_on_every_channel(
    store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant, channel: Channel
) -> None:
    house = await opened(store, clock, bus, office(fernhill, ALWAYS), NoticePart(says=OUTAGE), NoticePart(says=FLOOD))
    joined = await house.joins(channel=channel)
    first, second, greeting = await told(house, joined)
    assert [first, second] == [(Author.SYSTEM, OUTAGE), (Author.SYSTEM, FLOOD)]
    assert greeting == (Author.ASSISTANT, joined.greeting)
    assert "secured" in joined.greeting


async def test_a_repeated_request_is_greeted_as_before(
    store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant
) -> None:
    house = await opened(store, clock, bus, office(fernhill, ALWAYS), NoticePart(says=OUTAGE))
    first = await house.joins(idempotency_key="a-key-of-at-least-128-random-bits")
    again = await house.joins(idempotency_key="a-key-of-at-least-128-random-bits")
    assert again.greeting == first.greeting
    assert len(await told(house, again)) == 2


async def test_who_is_turned_away_is_told_too(store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant) -> None:
    house = await opened(store, clock, bus, office(fernhill), NoticePart(says=OUTAGE))
    clock.advance(12 * 3600)
    with pytest.raises(Refused) as caught:
        await house.joins()
    assert caught.value.code == "queue_closed"
    assert caught.value.message.startswith(f"{OUTAGE} Cards is closed at the moment.")
    assert caught.value.details["instead"] == ["callback", "message"]


async def test_only_the_queues_that_it_names_hear_it(
    store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant
) -> None:
    notice = NoticePart(says=OUTAGE, queues=[QueueId("fraud")])
    house = await opened(store, clock, bus, office(fernhill, ALWAYS), notice)
    assert len(await told(house, await house.joins(queue=QueueId(CARDS)))) == 1
    assert len(await told(house, await house.joins(queue=QueueId("fraud")))) == 2


@pytest.mark.parametrize(
    ("begins", "ends", "is_told"),
    [(None, None, True), (-60, 60, True), (0, None, True), (60, None, False), (None, 0, False), (-60, -1, False)],
)
async def test_it_is_told_while_it_holds(
    store: Store,
    clock: MovedClock,
    bus: ToldBus,
    fernhill: Tenant,
    begins: int | None,
    ends: int | None,
    is_told: bool,
) -> None:
    def at(seconds: int | None) -> Any:
        return None if seconds is None else clock.now() + timedelta(seconds=seconds)

    notice = NoticePart(says=OUTAGE, begin=at(begins), end=at(ends))
    house = await opened(store, clock, bus, office(fernhill, ALWAYS), notice)
    assert (len(await told(house, await house.joins())) == 2) == is_told
