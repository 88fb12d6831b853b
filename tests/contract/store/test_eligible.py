"""Whom an agent is offered: the smallest eligible place over all of the agent's queues."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from arrivals import CARDS, hired, offer_of, place, placed
from doubles import MovedClock

from assistant.model.agent import Agent
from assistant.model.contact import Channel, Contact, ContactId, QueueId, Reach, State
from assistant.model.offer import OfferState
from assistant.model.place import micros
from assistant.model.storage import Store, UnitOfWork

ACCOUNTS = QueueId("accounts")
LAST_MINUTE = timedelta(seconds=60)


async def next_for(store: Store, agent: Agent, *channels: Channel) -> ContactId | None:
    def pick(work: UnitOfWork) -> ContactId | None:
        found = work.contacts.next_eligible(agent, list(channels) or [Channel.CHAT], work.now - LAST_MINUTE)
        return found.id if found else None

    return await store.transact(pick)


async def test_the_smallest_order_over_all_queues_of_the_agent_comes_first(store: Store, clock: MovedClock) -> None:
    agent = await hired(store, queues=(CARDS, ACCOUNTS))
    at = micros(clock.now())
    await placed(store, order_at=at + 2)
    earliest = await placed(store, queue=ACCOUNTS, order_at=at)
    await placed(store, order_at=at + 1)
    assert await next_for(store, agent) == earliest.id


async def test_a_tie_goes_to_the_smaller_id_whatever_the_queue(store: Store, clock: MovedClock) -> None:
    agent = await hired(store, queues=(CARDS, ACCOUNTS))
    at = micros(clock.now())
    tied = [await placed(store, queue=queue, order_at=at) for queue in (CARDS, ACCOUNTS, CARDS, ACCOUNTS)]
    assert await next_for(store, agent) == min(contact.id for contact in tied)


async def test_places_of_other_queues_channels_languages_and_states_are_passed_over(store: Store) -> None:
    agent = await hired(store)
    passed_over: list[dict[str, Any]] = [
        {"queue": ACCOUNTS},
        {"channel": Channel.VOICE},
        {"language": "es"},
        {"reach": Reach.AWAY},
        {"reach": Reach.CALLBACK},
        {"state": State.OFFERED},
        {"state": State.ABANDONED},
    ]
    for changes in passed_over:
        await placed(store, **changes)
    assert await next_for(store, agent) is None
    fitting = await placed(store)
    assert await next_for(store, agent) == fitting.id


async def test_an_agent_of_several_languages_and_channels_is_offered_all_of_them(store: Store) -> None:
    agent = await hired(store, languages=("en", "es"))
    spanish_call = await placed(store, channel=Channel.VOICE, language="es")
    assert await next_for(store, agent, Channel.CHAT, Channel.VOICE) == spanish_call.id
    assert await next_for(store, agent, Channel.CHAT) is None


async def test_an_agent_without_queues_is_offered_nothing(store: Store) -> None:
    agent = await hired(store, queues=())
    await placed(store)
    assert await next_for(store, agent) is None


async def test_a_place_that_the_agent_declined_in_the_last_minute_is_passed_over_for_now(
    store: Store, clock: MovedClock
) -> None:
    agent, other = await hired(store), await hired(store, "ben")
    declined, following = await placed(store), await placed(store)

    def decline(work: UnitOfWork) -> None:
        offer_of(work, declined, agent, state=OfferState.DECLINED, ended_at=work.now)

    await store.transact(decline)
    assert await next_for(store, agent) == following.id
    assert await next_for(store, other) == declined.id
    clock.advance(61)
    assert await next_for(store, agent) == declined.id


async def test_an_offer_that_was_rescinded_says_nothing_against_the_agent(store: Store) -> None:
    agent, contact = await hired(store), await placed(store)
    rescinded = {"state": OfferState.RESCINDED}
    await store.transact(lambda work: offer_of(work, contact, agent, ended_at=work.now, **rescinded))
    assert await next_for(store, agent) == contact.id


async def test_a_change_of_this_very_unit_counts(store: Store) -> None:
    agent = await hired(store)

    def place_and_pick(work: UnitOfWork) -> tuple[Contact, Contact | None]:
        contact = place(work)
        return contact, work.contacts.next_eligible(agent, [Channel.CHAT], work.now)

    contact, found = await store.transact(place_and_pick)
    assert found == contact


async def test_a_place_that_is_being_written_to_is_waited_for_and_not_overtaken(store: Store) -> None:
    agent = await hired(store)
    first = await placed(store)
    await placed(store)

    def talk(work: UnitOfWork) -> None:
        contact = work.contacts.lock_only(first.id)
        assert contact is not None
        work.lines.length(CARDS)
        work.contacts.save(contact)

    turns = [store.transact(talk) for _ in range(10)]
    picks = [next_for(store, agent) for _ in range(10)]
    assert set((await asyncio.gather(*turns, *picks))[10:]) == {first.id}


async def test_waiting_and_present_places_are_counted(store: Store) -> None:
    for changes in ({}, {}, {"reach": Reach.AWAY}, {"queue": ACCOUNTS}, {"state": State.OFFERED}):
        await placed(store, **changes)
    assert await store.transact(lambda work: work.contacts.count_waiting(CARDS)) == 2
