"""Passed on to one agent: nobody else is offered it for a while, and then everybody in the queue is."""

from __future__ import annotations

import asyncio

import pytest
from arrivals import CARDS
from passing_house import ACCOUNTS, FRAUD, House
from passing_house import house as house
from passing_house import tenant as tenant

from assistant.flow.claims import Claim
from assistant.model.agent import Agent, Presence
from assistant.model.contact import Channel, Contact, State
from assistant.model.events import EventType
from assistant.model.offer import Offer, OfferState


async def kept(house: House) -> tuple[Contact, Agent, Agent]:
    """A contact that amira has passed on to ben; carla serves the same queue and has been idle longest."""
    carla = await house.hires("carla")
    amira, ben = await house.hires("amira"), await house.hires("ben")
    contact = await house.cold(await house.talks(amira), amira, ben, "he asked for you")
    return contact, ben, carla


async def offered(house: House) -> Offer:
    offer = await house.offered()
    assert offer is not None
    return offer


async def test_only_the_agent_who_is_meant_is_offered_it(house: House) -> None:
    contact, ben, carla = await kept(house)
    assert contact.direct_agent_id == ben.id
    later = await house.arrives()
    offer = await offered(house)
    assert (offer.contact_id, offer.agent_id) == (contact.id, ben.id)
    following = await offered(house)
    assert (following.contact_id, following.agent_id) == (later.id, carla.id)
    connected = await house.takes(offer)
    assert (connected.agent_id, connected.direct_agent_id) == (ben.id, None)
    assert (await house.said(contact)).startswith("Amira is passing you on to Ben. You keep the place you had:")
    await house.passes(house.tenant.timing.direct_seconds + 1)
    assert not await house.events(contact, EventType.TRANSFER_ENDED)


async def test_the_return_itself_tells_for_whom_the_place_is_kept(house: House) -> None:
    """Else the audit would call everybody who is offered before it a queue-jumper."""
    contact, ben, _ = await kept(house)
    (returned,) = await house.events(contact, EventType.CONTACT_RETURNED)
    assert returned.data["place"]["direct_agent_id"] == ben.id


async def test_after_the_deadline_it_is_open_to_everybody_in_the_queue_again(house: House) -> None:
    contact, ben, carla = await kept(house)
    for _ in range(3):  # ben is busy
        await house.connects(await house.arrives(), ben)
    assert await house.offered() is None
    later = await house.arrives()
    following = await offered(house)
    assert (following.contact_id, following.agent_id) == (later.id, carla.id)
    made = (await house.events(later, EventType.OFFER_MADE))[0]
    assert made.data["passed_over"] == [{"contact_id": contact.id, "why": "direct_transfer"}]
    await house.takes(following)
    await house.passes(house.tenant.timing.direct_seconds - 1)
    assert await house.offered() is None
    await house.passes(1.1)
    offer = await offered(house)
    assert (offer.contact_id, offer.agent_id) == (contact.id, carla.id)
    (ended,) = await house.events(contact, EventType.TRANSFER_ENDED)
    assert (ended.data["outcome"], ended.data["reason"]) == ("opened", "not_in_time")
    assert await house.said(contact) == "Ben can't take it just now. You keep your place, for whoever is free first."
    await house.keeps_its_promises()


async def test_a_contact_that_is_declined_is_offered_to_others_at_once_chatwoot_14508(house: House) -> None:
    contact, ben, carla = await kept(house)
    offer = await offered(house)
    assert offer.agent_id == ben.id
    await house.offers.decline(offer.id, ben.id, "busy")
    assert (await house.now(contact)).direct_agent_id is None
    following = await offered(house)
    assert (following.contact_id, following.agent_id) == (contact.id, carla.id)
    assert (await house.now(contact)).order_at == contact.order_at


async def test_an_agent_who_does_not_answer_keeps_it_no_longer(house: House) -> None:
    contact, ben, carla = await kept(house)
    offer = await offered(house)
    await house.passes(house.tenant.timing.offer_seconds + 0.1)
    assert (await house.offer(offer)).state is OfferState.NOT_ANSWERED
    assert (await house.agent(ben)).presence is Presence.NOT_READY
    assert (await offered(house)).agent_id == carla.id
    (ended,) = await house.events(contact, EventType.TRANSFER_ENDED)
    assert ended.data["reason"] == "not_answered"


@pytest.mark.parametrize("presence", [Presence.NOT_READY, Presence.SIGNED_OUT])
@pytest.mark.parametrize("is_offered", [False, True])
async def test_an_agent_who_goes_keeps_nobody(house: House, presence: Presence, is_offered: bool) -> None:
    contact, ben, carla = await kept(house)
    second = await house.cold(await house.talks(carla), carla, ben)
    if is_offered:
        assert (await offered(house)).agent_id == ben.id
    await house.goes(ben, presence)
    assert [(await house.now(each)).direct_agent_id for each in (contact, second)] == [None, None]
    await house.goes(carla, Presence.READY)
    assert (await offered(house)).agent_id == carla.id
    await house.keeps_its_promises()


async def test_an_agent_whose_console_is_lost_keeps_it_for_the_grace_only(house: House) -> None:
    contact, ben, _ = await kept(house)
    await house.store.transact(lambda work: house.presence.lose_console(work, ben.id))
    assert (await house.now(contact)).direct_agent_id == ben.id
    await house.passes(house.tenant.timing.console_grace_seconds + 0.1)
    assert (await house.now(contact)).direct_agent_id is None


async def test_an_agent_whose_telephone_cannot_be_reached_keeps_it_no_longer(house: House) -> None:
    amira, ben = await house.hires("amira"), await house.hires("ben")
    contact = await house.cold(await house.talks(amira, channel=Channel.VOICE), amira, ben)
    offer = await offered(house)
    house.telephones.is_away = True
    await house.offers.accept(offer.id, ben.id)
    await house.offers.join(offer.id)
    after = await house.now(contact)
    assert (after.state, after.direct_agent_id, after.order_at) == (State.WAITING, None, contact.order_at)


async def test_a_caller_who_drops_meanwhile_comes_back_to_the_agent_who_was_meant(house: House) -> None:
    contact, ben, _ = await kept(house)
    offer = await offered(house)
    await house.legs.lost(f"socket of {contact.id}")
    assert (await house.offer(offer)).state is OfferState.RESCINDED
    assert (await house.now(contact)).direct_agent_id == ben.id
    await house.legs.connected(contact.id, "another socket")
    again = await offered(house)
    assert (again.contact_id, again.agent_id) == (contact.id, ben.id)
    await house.legs.lost("another socket")
    await house.passes(house.tenant.timing.direct_seconds + 1)
    await house.legs.connected(contact.id, "a third socket")
    assert (await house.now(contact)).direct_agent_id is None, "nobody is kept for ever"


async def test_what_the_agent_turned_down_before_is_offered_when_it_is_passed_on_to_this_very_agent(
    house: House,
) -> None:
    ben = await house.hires("ben")
    contact = await house.arrives()
    await house.offers.decline((await offered(house)).id, ben.id, "busy")
    amira = await house.hires("amira")
    await house.cold(await house.connects(contact, amira), amira, ben)
    offer = await offered(house)
    assert (offer.contact_id, offer.agent_id) == (contact.id, ben.id)
    await house.cold(await house.takes(offer), ben, amira)
    back = await offered(house)
    assert (back.contact_id, back.agent_id) == (contact.id, amira.id)


async def test_the_queue_stays_where_the_colleague_serves_it_and_is_theirs_otherwise(house: House) -> None:
    amira = await house.hires("amira")
    both = await house.hires("ben", FRAUD, CARDS)
    other = await house.hires("carla", ACCOUNTS, FRAUD)
    nobody = await house.hires("sofia", queues=())
    for colleague, queue in ((both, CARDS), (other, ACCOUNTS), (nobody, CARDS)):
        contact = await house.cold(await house.talks(amira), amira, colleague)
        assert (contact.queue, contact.direct_agent_id) == (queue, colleague.id)
    await house.keeps_its_promises()


async def test_a_place_that_was_kept_and_given_up_comes_back_open(house: House) -> None:
    contact, _, carla = await kept(house)
    await house.conversation.give_up_place(contact.id)
    token = house.joined[contact.id].token
    await house.claims.claim(Claim(contact.code, Channel.CHAT, token=token))
    assert (await house.now(contact)).direct_agent_id is None
    assert (await offered(house)).agent_id == carla.id


async def test_of_a_deadline_and_an_acceptance_at_once_neither_hurts_the_other(house: House) -> None:
    for _ in range(3):
        contact, ben, carla = await kept(house) if not house.joined else await again(house)
        offer = await offered(house)
        assert offer.agent_id == ben.id
        house.clock.advance(house.tenant.timing.offer_seconds - 1)
        house.clock.advance(house.tenant.timing.direct_seconds)
        deadline = next(
            due for due in await house.store.read(lambda work: work.deadlines.due(work.now, 20)) if due.kind == "direct"
        )
        await asyncio.gather(house.transfers.direct_ended(deadline), house.offers.accept(offer.id, ben.id))
        await house.offers.join(offer.id)
        assert (await house.now(contact)).agent_id == ben.id
        assert carla.id != ben.id
        await house.keeps_its_promises()


async def again(house: House) -> tuple[Contact, Agent, Agent]:
    """Another contact passed on to ben by amira."""
    amira, ben, carla = [
        (await house.store.read(lambda work, name=name: work.agents.by_username(name)))[0]  # type: ignore[index]
        for name in ("amira", "ben", "carla")
    ]
    contact = await house.cold(await house.talks(amira), amira, ben)
    return contact, ben, carla
