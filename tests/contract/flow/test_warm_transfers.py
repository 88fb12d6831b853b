"""Handed over warm: the caller stays with one agent until a colleague has taken it, and never with two or none."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from arrivals import CARDS, told
from passing_house import ACCOUNTS, FRAUD, House
from passing_house import house as house
from passing_house import tenant as tenant

from assistant.flow.transfers import Mode, Target, Transfers
from assistant.model.agent import Agent, Presence
from assistant.model.contact import Contact, Outcome, State
from assistant.model.errors import Refused
from assistant.model.events import EventType
from assistant.model.offer import Offer, OfferKind, OfferState


async def asked(house: House) -> tuple[Contact, Agent, Agent, Offer]:
    """A contact that amira has in hand, and has asked ben to take."""
    amira, ben = await house.hires("amira"), await house.hires("ben", ACCOUNTS)
    contact = await house.talks(amira)
    return contact, amira, ben, await house.warm(contact, amira, ben, "she knows about the fee")


async def is_with(house: House, contact: Contact, agent: Agent) -> None:
    """The contact is this agent's alone, and nobody else holds a slot for it."""
    now = await house.now(contact)
    assert (now.state, now.agent_id) == (State.CONNECTED, agent.id)
    holders = [name for name, slots in (await house.slots()).items() for slot in slots if slot.contact_id == contact.id]
    assert holders == [agent.username]
    assert now.order_at == contact.order_at
    await house.keeps_its_promises()


async def test_the_caller_stays_with_the_first_agent_until_the_colleague_accepts(house: House) -> None:
    contact, amira, ben, offer = await asked(house)
    assert (offer.kind, offer.agent_id, offer.state) == (OfferKind.WARM, ben.id, OfferState.PENDING)
    await is_with(house, contact, amira)
    assert (await house.slots())["ben"] == []
    said = await house.said(contact)
    (was_asked,) = await house.events(contact, EventType.TRANSFER_ASKED)
    assert told(was_asked) == {"by": amira.id, "mode": "warm", "offer_id": offer.id, "to_agent_id": ben.id}
    house.clock.advance(5)
    await house.offers.accept(offer.id, ben.id)
    await is_with(house, contact, ben)
    assert await house.said(contact) == "Ben is taking over from Amira now." != said
    assert (await house.agent(amira)).idle_since == house.clock.now()
    connected = (await house.events(contact, EventType.CONTACT_CONNECTED))[-1]
    assert (connected.data["agent_name"], connected.data["from_agent_id"]) == ("Ben Example", amira.id)
    (ended,) = await house.events(contact, EventType.TRANSFER_ENDED)
    assert (ended.data["outcome"], ended.data["disposition"]) == ("accepted", "transferred")
    assert not await house.events(contact, EventType.CONTACT_RETURNED, EventType.CONTACT_WRAPPED)


async def test_a_declined_hand_over_changes_nothing_for_the_caller(house: House) -> None:
    contact, amira, ben, offer = await asked(house)
    said = await house.said(contact)
    await house.offers.decline(offer.id, ben.id, "busy")
    await is_with(house, contact, amira)
    assert await house.said(contact) == said
    (ended,) = await house.events(contact, EventType.TRANSFER_ENDED)
    assert (ended.data["outcome"], ended.data["reason"]) == ("declined", "busy")
    assert (await house.agent(ben)).presence is Presence.READY


async def test_a_hand_over_that_nobody_answers_ends_and_is_a_rona_as_any_other(house: House) -> None:
    contact, amira, ben, offer = await asked(house)
    await house.passes(house.tenant.timing.offer_seconds + 0.1)
    await is_with(house, contact, amira)
    assert (await house.offer(offer)).state is OfferState.NOT_ANSWERED
    assert (await house.agent(ben)).reason == "rona"


async def test_agent_gets_more_chats_than_max_rocket_chat_18217_a_hand_over_needs_a_free_slot(house: House) -> None:
    contact, amira, ben, offer = await asked(house)
    for _ in range(3):
        await house.talks(ben, ACCOUNTS)
    with pytest.raises(Refused) as refused:
        await house.offers.accept(offer.id, ben.id)
    assert refused.value.code == "no_slot"
    await is_with(house, contact, amira)
    assert len((await house.slots())["ben"]) == 3
    (ended,) = await house.events(contact, EventType.TRANSFER_ENDED)
    assert (ended.data["outcome"], ended.data["reason"]) == ("rescinded", "no_slot")
    with pytest.raises(Refused, match="ended"):
        await house.offers.accept(offer.id, ben.id)


type Ending = Callable[[House, Contact, Agent, Agent], Coroutine[Any, Any, Any]]
ENDINGS: dict[str, Ending] = {
    "the first agent ends": lambda house, contact, amira, ben: house.conversation.end(contact.id, amira.id),
    "the caller leaves": lambda house, contact, amira, ben: house.conversation.leave(contact.id),
    "the first agent is lost": lambda house, contact, amira, ben: house.loses(amira),
    "the first agent passes it on cold": lambda house, contact, amira, ben: house.cold(contact, amira, FRAUD),
    "the colleague is not ready any more": lambda house, contact, amira, ben: house.goes(ben),
    "the colleague signs out": lambda house, contact, amira, ben: house.goes(ben, Presence.SIGNED_OUT),
    "the colleague is lost": lambda house, contact, amira, ben: house.loses(ben),
}


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
async def test_a_hand_over_is_rescinded_when(house: House, ending: Ending) -> None:
    contact, amira, ben, offer = await asked(house)
    await ending(house, contact, amira, ben)
    with pytest.raises(Refused) as refused:
        await house.offers.accept(offer.id, ben.id)
    assert refused.value.code == "offer_ended"
    assert (await house.offer(offer)).state is OfferState.RESCINDED
    assert len(await house.events(contact, EventType.TRANSFER_ENDED)) == 1
    assert (await house.slots())["ben"] == []
    assert (await house.now(contact)).order_at == contact.order_at
    await house.keeps_its_promises()


async def test_who_was_only_asked_is_offered_it_at_once_when_it_is_passed_on_cold_instead(house: House) -> None:
    """Nobody but the agent who passes it on has turned it down."""
    contact, amira, ben, _ = await asked(house)
    await house.cold(contact, amira, ACCOUNTS)
    offer = await house.offered()
    assert offer is not None, "a caller waits, and an agent is free"
    assert (offer.contact_id, offer.agent_id) == (contact.id, ben.id)


async def test_a_caller_whose_agent_is_lost_in_mid_transfer_is_back_in_the_place(house: House) -> None:
    contact, amira, _, _ = await asked(house)
    behind = await house.arrives()
    await house.keeps_its_promises()
    await house.loses(amira)
    after = await house.now(contact)
    assert (after.state, after.queue, after.order_at) == (State.WAITING, CARDS, contact.order_at)
    assert [await house.position(each) for each in (contact, behind)] == [1, 2]
    assert "lost the connection to Amira" in await house.said(contact)
    await house.keeps_its_promises()


async def test_asking_somebody_else_ends_what_was_asked_before(house: House) -> None:
    contact, amira, ben, offer = await asked(house)
    carla = await house.hires("carla", FRAUD)
    second = await house.warm(contact, amira, carla)
    assert (await house.offer(offer)).state is OfferState.RESCINDED
    with pytest.raises(Refused):
        await house.offers.accept(offer.id, ben.id)
    await house.offers.accept(second.id, carla.id)
    await is_with(house, contact, carla)


async def test_an_outage_in_mid_transfer_is_nobody_s_rona(house: House) -> None:
    contact, amira, ben, offer = await asked(house)
    await house.recovery.begin(alone=True)
    house.clock.advance(60)
    await house.recovery.begin(alone=True)
    await house.passes(0)
    assert (await house.offer(offer)).state is OfferState.RESCINDED
    assert (await house.agent(ben)).presence is Presence.READY
    await is_with(house, contact, amira)


async def test_who_takes_over_may_hand_over_and_hand_back(house: House) -> None:
    contact, amira, ben, offer = await asked(house)
    await house.offers.accept(offer.id, ben.id)
    back = await house.warm(contact, ben, amira, "it was yours after all")
    await house.offers.accept(back.id, amira.id)
    await is_with(house, contact, amira)
    await house.conversation.end(contact.id, amira.id)
    assert (await house.now(contact)).outcome is Outcome.HANDLED
    await house.conversation.wrap_up(contact.id, amira, "resolved", "")
    assert (await house.slots()) == {"amira": [], "ben": []}


async def test_an_agent_lost_after_taking_over_gives_the_place_back_as_ever(house: House) -> None:
    contact, _, ben, offer = await asked(house)
    await house.offers.accept(offer.id, ben.id)
    await house.loses(ben)
    after = await house.now(contact)
    assert (after.state, after.order_at) == (State.WAITING, contact.order_at)
    await house.keeps_its_promises()


async def test_to_a_queue_it_goes_to_who_has_been_idle_longest_there(house: House) -> None:
    amira = await house.hires("amira", CARDS, ACCOUNTS)
    await house.hires("spanish", ACCOUNTS, languages=("es",))
    ben = await house.hires("ben", ACCOUNTS)
    await house.hires("carla", ACCOUNTS)
    contact = await house.talks(amira)
    offer = await house.warm(contact, amira, ACCOUNTS)
    assert offer.agent_id == ben.id
    await house.offers.accept(offer.id, ben.id)
    await is_with(house, contact, ben)
    assert (await house.now(contact)).queue == ACCOUNTS, "it belongs there from now on"
    (moved,) = await house.events(contact, EventType.QUEUE_CHANGED)
    assert moved.data["cause"] == "transferred_in"
    await house.loses(ben)
    assert (await house.now(contact)).queue == ACCOUNTS


async def test_who_turned_it_down_is_not_asked_again_for_the_queue(house: House) -> None:
    amira, ben = await house.hires("amira"), await house.hires("ben", ACCOUNTS)
    carla = await house.hires("carla", ACCOUNTS)
    contact = await house.talks(amira)
    await house.offers.decline((await house.warm(contact, amira, ACCOUNTS)).id, ben.id, "busy")
    second = await house.warm(contact, amira, ACCOUNTS)
    assert second.agent_id == carla.id
    await house.passes(house.tenant.timing.offer_seconds + 0.1)
    assert await house.is_refused(contact, amira, Target(queue=ACCOUNTS), Mode.WARM) == "queue_busy"


async def test_where_the_queue_prefers_it_the_best_agent_is_asked_first(house: House) -> None:
    amira, _ = await house.hires("amira"), await house.hires("ben", ACCOUNTS)
    carla = await house.hires("carla", ACCOUNTS, proficiency={ACCOUNTS: 5})
    contact = await house.talks(amira)
    accounts = house.tenant.queues[ACCOUNTS].model_copy(update={"prefers_proficiency": True})
    picky = house.tenant.model_copy(update={"queues": house.tenant.queues | {ACCOUNTS: accounts}})
    transfers = Transfers(house.store, picky, house.telephones)
    await transfers.transfer(contact.id, amira, Target(queue=ACCOUNTS), Mode.WARM)
    offer = await house.store.read(lambda work: work.offers.pending_of(contact.id))
    assert offer is not None
    assert offer.agent_id == carla.id


async def test_nobody_who_waits_is_overtaken_by_a_hand_over(house: House) -> None:
    amira, ben = await house.hires("amira"), await house.hires("ben", ACCOUNTS, FRAUD)
    older = await house.arrives(FRAUD)
    contact = await house.talks(amira)
    with pytest.raises(Refused) as refused:
        await house.warm(contact, amira, ACCOUNTS)
    assert refused.value.code == "queue_busy"
    assert "keeps the place" in refused.value.message
    await is_with(house, contact, amira)
    await house.conversation.leave(older.id)
    await house.arrives(ACCOUNTS)
    offer = await house.warm(contact, amira, ACCOUNTS)
    assert offer.agent_id == ben.id, "who came later is not overtaken by an older place"


async def test_where_nobody_is_free_a_hand_over_to_the_queue_is_refused(house: House) -> None:
    amira, ben = await house.hires("amira"), await house.hires("ben", ACCOUNTS)
    contact = await house.talks(amira)
    for _ in range(3):
        await house.talks(ben, ACCOUNTS)
    assert await house.is_refused(contact, amira, Target(queue=ACCOUNTS), Mode.WARM) == "queue_busy"
    assert await house.is_refused(contact, amira, Target(queue=FRAUD), Mode.WARM) == "queue_busy"


async def test_who_has_handed_it_over_is_not_who_gets_it_back_when_it_is_passed_on_again(house: House) -> None:
    contact, amira, ben, offer = await asked(house)
    await house.offers.accept(offer.id, ben.id)
    await house.cold(contact, ben, CARDS)
    assert await house.offered() is None
    house.clock.advance(house.tenant.timing.declined_seconds + 1)
    again = await house.offered()
    assert again is not None
    assert again.agent_id == amira.id
