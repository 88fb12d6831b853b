"""The database decides every race: one winner each, and whoever is second gets a normal answer."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from arrivals import hired, offer_of, placed

from assistant.flow.offers import Offers
from assistant.flow.routing import Router
from assistant.model.agent import Agent
from assistant.model.contact import AgentId, Channel, Contact, ContactId, LegId, State
from assistant.model.errors import Refused
from assistant.model.events import EventType
from assistant.model.offer import AcceptWhen, Offer, OfferState
from assistant.model.ports import Bus
from assistant.model.storage import Deadline, Leg, LegKind, Store, UnitOfWork
from assistant.settings.tenant import Tenant

AT_ONCE = 50


class SilentTelephone:
    async def ring_agent(self, offer_id: str, contact: Contact, agent: Agent) -> None:
        raise AssertionError("nobody is rung here")

    async def release(self, contact: Contact) -> None:
        raise AssertionError("nobody is on the phone here")


@pytest.fixture
def offers(store: Store, fernhill: Tenant) -> Offers:
    return Offers(store, fernhill, SilentTelephone())


@pytest.fixture
def router(store: Store, bus: Bus, fernhill: Tenant, offers: Offers) -> Router:
    return Router(store, bus, fernhill, offers)


async def offered(router: Router) -> Offer:
    offer = await router.assign()
    assert offer is not None
    return offer


async def events_of(store: Store, contact_id: ContactId, type: EventType) -> list[dict[str, Any]]:
    return [event.data for event in await store.read(lambda work: work.trail.after(contact_id, 0, frozenset({type})))]


async def test_of_fifty_accepts_of_one_offer_one_wins(store: Store, router: Router, offers: Offers) -> None:
    agent, contact = await hired(store), await placed(store)
    offer = await offered(router)
    accepts = [offers.accept(offer.id, agent.id, AcceptWhen.NOW) for _ in range(AT_ONCE)]
    results = await asyncio.gather(*accepts, return_exceptions=True)
    refused = [result for result in results if isinstance(result, Refused)]
    assert [result for result in results if result not in refused] == [contact.id]
    assert {(refusal.code, refusal.details["outcome"]) for refusal in refused} == {("offer_ended", "accepted")}
    assert len(await events_of(store, contact.id, EventType.OFFER_ENDED)) == 1


async def test_an_offer_is_either_accepted_or_declined_and_told_once(
    store: Store, router: Router, offers: Offers
) -> None:
    agent, contact = await hired(store), await placed(store)
    offer = await offered(router)
    accepts = [offers.accept(offer.id, agent.id) for _ in range(10)]
    declines = [offers.decline(offer.id, agent.id, "busy") for _ in range(10)]
    await asyncio.gather(*accepts, *declines, return_exceptions=True)
    ended = await events_of(store, contact.id, EventType.OFFER_ENDED)
    after = await store.read(lambda work: (work.contacts.get(contact.id), work.offers.get(offer.id)))
    assert len(ended) == 1
    expected = {"accepted": (State.OFFERED, OfferState.ACCEPTED), "declined": (State.WAITING, OfferState.DECLINED)}
    assert tuple(record.state for record in after if record) == expected[ended[0]["outcome"]]


async def test_an_offer_that_expires_while_it_is_accepted_has_one_end(
    store: Store, router: Router, offers: Offers, clock: Any
) -> None:
    agent, contact = await hired(store), await placed(store)
    offer = await offered(router)
    clock.advance(3600)
    deadline = Deadline("offer", offer.id, offer.expires_at)
    await asyncio.gather(offers.accept(offer.id, agent.id), offers.expire(deadline), return_exceptions=True)
    assert len(await events_of(store, contact.id, EventType.OFFER_ENDED)) == 1


async def test_of_fifty_routers_one_offers_a_contact_to_one_agent(store: Store, router: Router) -> None:
    for n in range(5):
        await hired(store, f"agent{n}")
    contact = await placed(store)
    made = [offer for offer in await asyncio.gather(*(router.assign() for _ in range(AT_ONCE))) if offer]
    assert [offer.contact_id for offer in made] == [contact.id]
    assert len(await events_of(store, contact.id, EventType.OFFER_MADE)) == 1


async def test_contacts_are_offered_in_the_order_of_the_line_by_fifty_routers_at_once(
    store: Store, router: Router
) -> None:
    for n in range(3):
        await hired(store, f"agent{n}", chats=2)
    line = [await placed(store) for _ in range(10)]
    made = [offer for offer in await asyncio.gather(*(router.assign() for _ in range(AT_ONCE))) if offer]
    assert {offer.contact_id for offer in made} == {contact.id for contact in line[:6]}
    assert len(made) == 6


async def test_fifty_contacts_that_want_three_slots_get_three(store: Store) -> None:
    agent = await hired(store, chats=3)
    contacts = [await placed(store) for _ in range(AT_ONCE)]

    def take(work: UnitOfWork, contact: Contact) -> bool:
        return work.agents.take_slot(agent.id, Channel.CHAT, contact.id)

    taken = await asyncio.gather(*(store.transact(lambda work, c=contact: take(work, c)) for contact in contacts))
    slots = await store.read(lambda work: work.agents.slots(agent.id))
    winners = {contact.id for contact, is_taken in zip(contacts, taken, strict=True) if is_taken}
    assert len(winners) == 3
    assert {slot.contact_id for slot in slots if slot.channel is Channel.CHAT} == winners


async def test_a_slot_that_is_free_is_found_although_another_was_just_taken(store: Store) -> None:
    agent = await hired(store, chats=2)
    first, second = await placed(store), await placed(store)
    taken = await asyncio.gather(
        *(
            store.transact(lambda work, c=contact: work.agents.take_slot(agent.id, Channel.CHAT, c.id))
            for contact in (first, second)
        )
    )
    assert taken == [True, True]


async def test_one_contact_never_holds_two_slots(store: Store) -> None:
    agents = [await hired(store, f"agent{n}") for n in range(5)]
    contact = await placed(store)

    def take(work: UnitOfWork, agent_id: AgentId) -> bool:
        return work.agents.take_slot(agent_id, Channel.CHAT, contact.id)

    takes = [store.transact(lambda work, agent=agent: take(work, agent.id)) for agent in agents]
    taken = await asyncio.gather(*takes)
    assert taken.count(True) == 1
    slots = [slot for agent in agents for slot in await store.read(lambda work, id=agent.id: work.agents.slots(id))]
    assert [slot.contact_id for slot in slots].count(contact.id) == 1


async def test_a_contact_has_one_pending_offer_at_most(store: Store) -> None:
    agent, contact = await hired(store), await placed(store)

    def offer_unless_pending(work: UnitOfWork) -> bool:
        if any(offer.contact_id == contact.id for offer in work.offers.pending()):
            return False
        offer_of(work, contact, agent)
        return True

    made = await asyncio.gather(*(store.transact(offer_unless_pending) for _ in range(10)))
    assert made.count(True) == 1


async def test_a_deadline_that_fifty_take_is_fired_by_one(store: Store, clock: Any) -> None:
    due_at = clock.now()
    await store.transact(lambda work: work.deadlines.set("grace", "subject", due_at))
    deadline = Deadline("grace", "subject", due_at)
    taken = await asyncio.gather(*(store.transact(lambda work: work.deadlines.take(deadline)) for _ in range(AT_ONCE)))
    assert taken.count(True) == 1


async def test_an_effect_that_fifty_begin_is_carried_out_by_one(store: Store) -> None:
    contact = await placed(store)

    def begin(work: UnitOfWork) -> dict[str, Any] | None:
        return work.effects.begin(contact.id, "settle", "freeze_card:7")

    begun = await asyncio.gather(*(store.transact(begin) for _ in range(AT_ONCE)))
    assert begun.count(None) == 1
    assert begun.count({}) == AT_ONCE - 1


async def test_fifty_failed_attempts_at_once_are_counted_as_fifty(store: Store) -> None:
    def fail(work: UnitOfWork) -> int:
        failures, locked_until = work.attempts.failures("somebody")
        locked_until = work.now + timedelta(seconds=900) if failures >= 4 else locked_until
        work.attempts.record("somebody", failures + 1, locked_until)
        return failures + 1

    counted = await asyncio.gather(*(store.transact(fail) for _ in range(AT_ONCE)))
    assert sorted(counted) == list(range(1, AT_ONCE + 1))


async def test_a_leg_that_fifty_see_lost_is_ended_by_one(store: Store, clock: Any) -> None:
    contact = await placed(store)
    leg = Leg(LegId("leg"), contact.id, LegKind.SOCKET, "ref", "process", clock.now())
    await store.transact(lambda work: work.legs.add(leg))
    ended = await asyncio.gather(*(store.transact(lambda work: work.legs.end(leg.id)) for _ in range(AT_ONCE)))
    assert ended.count(True) == 1


async def test_events_of_one_contact_are_numbered_without_gaps_by_fifty_writers(store: Store) -> None:
    contact = await placed(store)

    def note(work: UnitOfWork) -> int:
        locked = work.contacts.lock_only(contact.id)
        assert locked is not None
        return work.trail.append(locked, EventType.REACH_CHANGED, {"reach": "away"}).seq

    numbers = await asyncio.gather(*(store.transact(note) for _ in range(AT_ONCE)))
    assert sorted(numbers) == list(range(2, AT_ONCE + 2))


async def test_a_writer_who_read_without_a_lock_is_run_again_and_overwrites_nobody(store: Store) -> None:
    contact = await placed(store)

    def note(work: UnitOfWork) -> int:
        seen = work.contacts.get(contact.id)
        assert seen is not None
        changed = replace(seen, failed_attempts=seen.failed_attempts + 1)
        return work.trail.append(changed, EventType.REACH_CHANGED, {"reach": "away"}).seq

    await asyncio.gather(*(store.transact(note) for _ in range(4)))
    after = await store.read(lambda work: work.contacts.get(contact.id))
    assert after is not None
    assert (after.failed_attempts, after.seq) == (4, contact.seq + 4)
