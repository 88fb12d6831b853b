"""Who is offered what was passed on: the agent who is meant first, and not the one who has just passed it on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from arrivals import hired, offer_of, placed
from doubles import MovedClock

from assistant.model.agent import Agent
from assistant.model.contact import Channel, Contact, ContactId, QueueId, State
from assistant.model.offer import PASSED_ON, OfferKind, OfferState
from assistant.model.place import PassedOver, WhyPassed
from assistant.model.storage import Store, UnitOfWork

LAST_MINUTE = timedelta(seconds=60)


async def head_for(store: Store, agent: Agent) -> ContactId | None:
    def look(work: UnitOfWork) -> ContactId | None:
        head = work.contacts.head(agent, [Channel.CHAT], work.now - LAST_MINUTE)
        return head.contact_id if head else None

    return await store.read(look)


async def turned_down(store: Store, contact: Contact, agent: Agent, **ended: Any) -> None:
    await store.transact(lambda work: offer_of(work, contact, agent, ended_at=work.now, **ended))


async def test_who_has_passed_a_contact_on_is_not_offered_it_for_a_minute(store: Store, clock: MovedClock) -> None:
    amira, ben = await hired(store), await hired(store, "ben")
    contact, other = await placed(store), await placed(store)
    await turned_down(store, contact, amira, state=OfferState.ACCEPTED, reason=PASSED_ON)
    assert (await head_for(store, amira), await head_for(store, ben)) == (other.id, contact.id)
    found = await store.read(lambda work: work.contacts.singled_out(work.now - LAST_MINUTE))
    assert found == {amira.id}
    passed_over = await store.read(
        lambda work: work.contacts.passed_over(amira, [Channel.CHAT], work.now - LAST_MINUTE, other)
    )
    assert passed_over == [PassedOver(contact.id, WhyPassed.DECLINED_RECENTLY)]
    clock.advance(61)
    assert await head_for(store, amira) == contact.id


async def test_what_an_agent_turned_down_may_be_passed_on_to_this_very_agent(store: Store) -> None:
    amira = await hired(store)
    contact = await placed(store)
    await turned_down(store, contact, amira, state=OfferState.DECLINED)
    assert await head_for(store, amira) is None

    def keep(work: UnitOfWork) -> None:
        locked = work.contacts.lock_only(contact.id)
        assert locked is not None
        work.contacts.save(replace(locked, direct_agent_id=amira.id))

    await store.transact(keep)
    assert await head_for(store, amira) == contact.id


async def test_a_kept_place_is_its_agents_whatever_the_queue_and_the_language_and_nobody_elses(
    store: Store, clock: MovedClock
) -> None:
    amira, ben = await hired(store), await hired(store, "ben")
    kept = await placed(store, queue=QueueId("fraud"), language="es", direct_agent_id=ben.id)
    clock.advance(1)
    later = await placed(store)
    assert (await head_for(store, amira), await head_for(store, ben)) == (later.id, kept.id)


@pytest.mark.parametrize("state", [state for state in State if state is not State.WAITING])
async def test_places_that_are_kept_are_those_that_wait(store: Store, state: State) -> None:
    amira, ben = await hired(store), await hired(store, "ben")
    kept = [await placed(store, direct_agent_id=ben.id) for _ in range(2)]
    await placed(store, direct_agent_id=ben.id, state=state)
    await placed(store, direct_agent_id=amira.id)
    await placed(store)
    found = await store.read(lambda work: work.contacts.kept_for(ben.id))
    assert {contact.id for contact in found} == {contact.id for contact in kept}


async def test_the_pending_offer_of_a_contact_is_found_and_no_ended_one(store: Store) -> None:
    amira, contact, other = await hired(store), await placed(store), await placed(store)
    await turned_down(store, contact, amira, state=OfferState.DECLINED)
    assert await store.read(lambda work: work.offers.pending_of(contact.id)) is None
    pending = await store.transact(lambda work: offer_of(work, contact, amira, kind=OfferKind.WARM))
    await store.transact(lambda work: offer_of(work, other, amira))
    found = await store.read(lambda work: work.offers.pending_of(contact.id))
    assert found == pending
    assert not pending.is_ringing
