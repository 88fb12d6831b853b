"""A colleague who is asked into a conversation: it stays with its agent, and a slot is the colleague's meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from arrivals import CARDS
from passing_house import ACCOUNTS, FRAUD, House
from passing_house import house as house
from passing_house import tenant as tenant

from assistant.flow import due
from assistant.flow.supervising import Supervising
from assistant.flow.transfers import Mode, Target
from assistant.model.agent import Agent, Presence
from assistant.model.contact import Channel, Contact, State
from assistant.model.errors import Refused
from assistant.model.events import EventType
from assistant.model.offer import Offer, OfferKind, OfferState
from assistant.model.storage import Deadline
from assistant.model.supervision import Beside, Supervision


class Nobody:
    """Supervisors' telephones, of which none rings here."""

    async def ring(self, contact: Contact, supervisor: Agent) -> None: ...
    async def change(self, contact: Contact, supervisor: Agent, beside: Beside) -> None: ...
    async def take_out(self, contact: Contact, supervisor: Agent) -> None: ...
    async def announce(self, contact: Contact) -> None: ...


def supervising(house: House) -> Supervising:
    return Supervising(house.store, house.tenant, Nobody())


async def asked(house: House, channel: Channel = Channel.CHAT) -> tuple[Contact, Agent, Agent, Offer]:
    """A contact that amira has in hand, to which she has asked ben to come."""
    amira, ben = await house.hires("amira"), await house.hires("ben", ACCOUNTS)
    contact = await house.talks(amira, channel=channel)
    return contact, amira, ben, await house.joining(contact, amira, ben, "can you explain the fee?")


async def joined(house: House, channel: Channel = Channel.CHAT) -> tuple[Contact, Agent, Agent]:
    contact, amira, ben, offer = await asked(house, channel)
    await house.offers.accept(offer.id, ben.id)
    return contact, amira, ben


async def beside(house: House, contact: Contact) -> list[Supervision]:
    return list(await house.store.read(lambda work: work.supervisions.of_contact(contact.id)))


async def is_amiras(house: House, contact: Contact, amira: Agent) -> None:
    now = await house.now(contact)
    assert (now.state, now.agent_id, now.order_at) == (State.CONNECTED, amira.id, contact.order_at)
    await house.keeps_its_promises()


async def test_who_is_asked_to_come_changes_nothing_by_being_asked(house: House) -> None:
    contact, amira, ben, offer = await asked(house)
    assert (offer.kind, offer.agent_id, offer.state) == (OfferKind.JOIN, ben.id, OfferState.PENDING)
    await is_amiras(house, contact, amira)
    assert await beside(house, contact) == []
    assert (await house.slots())["ben"] == []


async def test_who_comes_is_told_to_everybody_and_the_contact_stays_with_its_agent(house: House) -> None:
    contact, amira, ben = await joined(house)
    await is_amiras(house, contact, amira)
    (one,) = await beside(house, contact)
    assert (one.agent_id, one.beside) == (ben.id, Beside.JOIN)
    assert await house.said(contact) == "Ben has joined the conversation."
    (ended,) = await house.events(contact, EventType.TRANSFER_ENDED)
    assert (ended.data["mode"], ended.data["outcome"]) == ("join", "accepted")
    assert len(await house.events(contact, EventType.CONTACT_CONNECTED)) == 1
    assert not await house.events(contact, EventType.CONTACT_RETURNED, EventType.CONTACT_CLOSED)
    await supervising(house).say(contact.id, ben, "The fee is for the lost card.")
    assert await house.said(contact) == "The fee is for the lost card."


async def test_who_is_in_a_colleagues_call_is_offered_no_other(house: House) -> None:
    call, amira, ben = await joined(house, Channel.VOICE)
    await house.arrives(ACCOUNTS, Channel.VOICE)
    await house.arrives(ACCOUNTS)
    assert await house.offered() is None
    await supervising(house).leave(call.id, ben)
    offer = await house.offered()
    assert offer is not None and offer.agent_id == ben.id
    await is_amiras(house, call, amira)


async def test_who_leaves_is_told_to_everybody_and_free_at_once(house: House) -> None:
    contact, amira, ben = await joined(house)
    house.clock.advance(60)
    await supervising(house).leave(contact.id, ben)
    await is_amiras(house, contact, amira)
    assert await beside(house, contact) == []
    assert await house.said(contact) == "Ben has left the conversation."
    assert (await house.slots())["ben"] == []
    assert (await house.agent(ben)).idle_since == house.clock.now()
    await supervising(house).leave(contact.id, ben)
    assert await house.said(contact) == "Ben has left the conversation.", "who has left leaves no more"
    with pytest.raises(Refused) as refused:
        await supervising(house).say(contact.id, ben, "One more thing.")
    assert refused.value.code == "no_such_contact"


type Ending = Callable[[House, Contact, Agent, Agent], Coroutine[Any, Any, Any]]
ENDINGS: dict[str, Ending] = {
    "the agent ends": lambda house, contact, amira, ben: house.conversation.end(contact.id, amira.id),
    "the caller leaves": lambda house, contact, amira, ben: house.conversation.leave(contact.id),
    "the agent is lost": lambda house, contact, amira, ben: house.loses(amira),
    "the agent passes it on": lambda house, contact, amira, ben: house.cold(contact, amira, FRAUD),
}


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
async def test_a_colleagues_part_is_over_and_the_slot_free_when(house: House, ending: Ending) -> None:
    contact, amira, ben = await joined(house)
    await ending(house, contact, amira, ben)
    assert await beside(house, contact) == []
    assert (await house.slots())["ben"] == []
    assert (await house.agent(ben)).idle_since == house.clock.now()
    await house.keeps_its_promises()


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
async def test_nobody_comes_any_more_once(house: House, ending: Ending) -> None:
    contact, amira, ben, offer = await asked(house)
    await ending(house, contact, amira, ben)
    with pytest.raises(Refused) as refused:
        await house.offers.accept(offer.id, ben.id)
    assert (refused.value.code, refused.value.details["outcome"]) == ("offer_ended", "rescinded")
    assert await beside(house, contact) == []
    assert (await house.slots())["ben"] == []


async def test_a_colleague_who_is_lost_has_left_a_chat(house: House) -> None:
    contact, amira, ben = await joined(house)
    await house.loses(ben)
    await is_amiras(house, contact, amira)
    assert await beside(house, contact) == []
    assert await house.said(contact) == "Ben has left the conversation."
    assert (await house.slots())["ben"] == []


async def test_a_colleague_whose_console_is_lost_talks_on_in_a_call(house: House) -> None:
    call, amira, ben = await joined(house, Channel.VOICE)
    await house.loses(ben)
    await is_amiras(house, call, amira)
    assert len(await beside(house, call)) == 1, "until the telephone tells its end"
    await supervising(house).leg_ended(call.id, ben.id, (await house.now(call)).attempt, "phone_ended")
    assert await beside(house, call) == []
    assert (await house.slots())["ben"] == []


async def test_a_telephone_of_which_nothing_is_told_keeps_no_slot_for_ever(house: House) -> None:
    call, amira, _ = await joined(house, Channel.VOICE)
    (one,) = await beside(house, call)
    at = await house.store.read(lambda work: work.deadlines.when(due.SUPERVISOR_RING, one.ring_id))
    assert at is not None
    house.clock.advance((at - house.clock.now()).total_seconds())
    await supervising(house).ring_expired(Deadline(due.SUPERVISOR_RING, one.ring_id, at))
    assert await beside(house, call) == []
    assert (await house.slots())["ben"] == []
    await is_amiras(house, call, amira)


async def test_a_declined_asking_changes_nothing_for_the_caller(house: House) -> None:
    contact, amira, ben, offer = await asked(house)
    said = await house.said(contact)
    await house.offers.decline(offer.id, ben.id, "busy")
    await is_amiras(house, contact, amira)
    assert await house.said(contact) == said
    (ended,) = await house.events(contact, EventType.TRANSFER_ENDED)
    assert (ended.data["mode"], ended.data["outcome"], ended.data["reason"]) == ("join", "declined", "busy")


async def test_an_asking_that_nobody_answers_ends_and_is_a_rona_as_any_other(house: House) -> None:
    contact, amira, ben, offer = await asked(house)
    await house.passes(house.tenant.timing.offer_seconds + 0.1)
    await is_amiras(house, contact, amira)
    assert (await house.offer(offer)).state is OfferState.NOT_ANSWERED
    assert (await house.agent(ben)).reason == "rona"


async def test_who_has_no_free_slot_cannot_come(house: House) -> None:
    contact, amira, ben, offer = await asked(house)
    for _ in range(3):
        await house.talks(ben, ACCOUNTS)
    with pytest.raises(Refused) as refused:
        await house.offers.accept(offer.id, ben.id)
    assert refused.value.code == "no_slot"
    assert await beside(house, contact) == []
    (ended,) = await house.events(contact, EventType.TRANSFER_ENDED)
    assert (ended.data["outcome"], ended.data["reason"]) == ("rescinded", "no_slot")
    await is_amiras(house, contact, amira)


async def test_who_is_there_already_is_not_asked(house: House) -> None:
    contact, amira, ben = await joined(house)
    assert await house.is_refused(contact, amira, Target(agent="ben"), Mode.JOIN) == "beside_already"
    assert await house.is_refused(contact, ben, Target(agent="amira"), Mode.JOIN) == "no_such_contact"


async def test_without_a_telephone_nobody_comes_to_a_call(house: House) -> None:
    amira, ben = await house.hires("amira"), await house.hires("ben", phone=None)
    call = await house.talks(amira, channel=Channel.VOICE)
    offer = await house.joining(call, amira, ben)
    with pytest.raises(Refused) as refused:
        await house.offers.accept(offer.id, ben.id)
    assert refused.value.code == "no_telephone"
    assert (await house.offer(offer)).state is OfferState.PENDING, "a telephone may be turned on meanwhile"


async def test_whoever_is_next_in_a_queue_is_asked_and_overtakes_nobody(house: House) -> None:
    amira, _ = await house.hires("amira"), await house.hires("ben", ACCOUNTS)
    contact = await house.talks(amira)
    offer = await house.joining(contact, amira, ACCOUNTS)
    assert offer.kind is OfferKind.JOIN
    await house.offers.accept(offer.id, offer.agent_id)
    assert (await house.now(contact)).queue == CARDS, "it is asked of another queue, and stays in its own"


async def test_warm_to_who_is_there_already_changes_hands(house: House) -> None:
    contact, amira, ben = await joined(house)
    offer = await house.warm(contact, amira, ben)
    await house.offers.accept(offer.id, ben.id)
    now = await house.now(contact)
    assert (now.state, now.agent_id) == (State.CONNECTED, ben.id)
    assert await house.said(contact) == "Ben is taking over from Amira now."
    assert await beside(house, contact) == []
    assert [slot.contact_id for slot in (await house.slots())["ben"]] == [contact.id]
    assert (await house.agent(ben)).presence is Presence.READY
    await house.keeps_its_promises()


async def test_warm_to_who_is_there_already_needs_no_second_slot(house: House) -> None:
    contact, amira, ben = await joined(house)
    for _ in range(2):
        await house.talks(ben, ACCOUNTS)
    offer = await house.warm(contact, amira, ben)
    await house.offers.accept(offer.id, ben.id)
    assert (await house.now(contact)).agent_id == ben.id
    assert len((await house.slots())["ben"]) == 3
    await house.keeps_its_promises()


async def test_warm_to_who_is_in_the_call_already_rings_nobody(house: House) -> None:
    call, amira, ben = await joined(house, Channel.VOICE)
    rung = list(house.telephones.rung)
    offer = await house.warm(call, amira, ben)
    await house.offers.accept(offer.id, ben.id)
    assert (house.telephones.fetched, house.telephones.rung) == ([(offer.id, "ben")], rung)
    await is_amiras(house, call, amira)
    assert await house.offers.bridged(offer.id) == "CA0"
    now = await house.now(call)
    assert (now.state, now.agent_id, now.attempt) == (State.CONNECTED, ben.id, call.attempt + 1)
    assert await beside(house, call) == []
    await house.keeps_its_promises()


@pytest.mark.parametrize("how", ["not in time", "no telephone company"])
async def test_a_hand_over_to_who_is_there_that_fails_leaves_all_three_together(house: House, how: str) -> None:
    call, amira, ben = await joined(house, Channel.VOICE)
    house.telephones.is_away = how == "no telephone company"
    offer = await house.warm(call, amira, ben)
    await house.offers.accept(offer.id, ben.id)
    if how == "not in time":
        await house.passes(house.tenant.timing.ring_seconds + 0.1)
    assert (await house.offer(offer)).state is OfferState.NOT_ANSWERED
    assert len(await beside(house, call)) == 1
    assert len((await house.slots())["ben"]) == 1
    await is_amiras(house, call, amira)
