"""Handed over warm on the phone: nothing changes for the caller until the colleague has answered the telephone."""

from __future__ import annotations

import pytest
from arrivals import CARDS
from passing_house import House
from passing_house import house as house
from passing_house import tenant as tenant

from assistant.model.agent import Agent, Presence
from assistant.model.contact import Channel, Contact, State
from assistant.model.errors import Refused
from assistant.model.events import EventType
from assistant.model.offer import Offer, OfferState


async def rung(house: House) -> tuple[Contact, Agent, Agent, Offer]:
    """A call that amira has in hand; ben has said yes to it, and his telephone rings."""
    amira, ben = await house.hires("amira"), await house.hires("ben")
    call = await house.talks(amira, channel=Channel.VOICE)
    offer = await house.warm(call, amira, ben)
    await house.offers.accept(offer.id, ben.id)
    return call, amira, ben, offer


async def is_with(house: House, call: Contact, agent: Agent) -> None:
    now = await house.now(call)
    assert (now.state, now.agent_id) == (State.CONNECTED, agent.id)
    assert [slot.contact_id for slot in (await house.slots())[agent.username]] == [call.id]
    await house.keeps_its_promises()


async def test_the_telephone_rings_first_and_the_slot_is_held_meanwhile(house: House) -> None:
    call, amira, ben, offer = await rung(house)
    assert house.telephones.rung[-1] == (offer.id, "ben")
    assert (await house.offer(offer)).is_ringing
    await is_with(house, call, amira)
    waiting = [await house.arrives(), await house.arrives(channel=Channel.VOICE)]
    assert await house.offered() is None, "who is being rung takes nobody else"
    assert all(contact.state is State.WAITING for contact in waiting)
    assert await house.offers.bridged(offer.id) == "CA0"
    await is_with(house, call, ben)
    assert (await house.now(call)).attempt == call.attempt + 1, "both meet in a conference of their own"
    assert await house.offers.bridged(offer.id) == "CA0", "a webhook that comes twice is answered alike"
    assert len(await house.events(call, EventType.CONTACT_CONNECTED)) == 2


async def test_who_has_said_yes_cannot_say_it_again(house: House) -> None:
    call, _, ben, offer = await rung(house)
    with pytest.raises(Refused) as refused:
        await house.offers.accept(offer.id, ben.id)
    assert (refused.value.code, refused.value.details["outcome"]) == ("offer_ended", "accepted")
    assert len(house.telephones.rung) == 2
    await house.offers.bridged(offer.id)
    await is_with(house, call, ben)


@pytest.mark.parametrize("how", ["in time", "busy"])
async def test_a_telephone_that_nobody_answers_changes_nothing_for_the_caller(house: House, how: str) -> None:
    call, amira, ben, offer = await rung(house)
    if how == "busy":
        await house.offers.bridge_failed(offer.id, "phone_busy")
    else:
        await house.passes(house.tenant.timing.ring_seconds + 0.1)
    await is_with(house, call, amira)
    assert (await house.offer(offer)).state is OfferState.NOT_ANSWERED
    assert (await house.agent(ben)).presence is Presence.NOT_READY
    assert (await house.slots())["ben"] == []
    (ended,) = await house.events(call, EventType.TRANSFER_ENDED)
    assert ended.data["reason"] in {"phone_busy", "phone_not_answered"}
    assert await house.offers.bridged(offer.id) is None, "a leg that comes too late says goodbye"
    await is_with(house, call, amira)


async def test_a_telephone_company_that_is_away_changes_nothing_for_the_caller(house: House) -> None:
    amira, ben = await house.hires("amira"), await house.hires("ben")
    call = await house.talks(amira, channel=Channel.VOICE)
    offer = await house.warm(call, amira, ben)
    house.telephones.is_away = True
    await house.offers.accept(offer.id, ben.id)
    assert (await house.offer(offer)).reason == "phone_unavailable"
    assert (await house.slots())["ben"] == []
    await is_with(house, call, amira)


async def test_if_the_caller_hangs_up_while_the_agent_is_ringing_the_leg_is_cancelled_freeswitch_2529(
    house: House,
) -> None:
    call, _, _, offer = await rung(house)
    await house.legs.lost("CA0")
    assert (await house.now(call)).state is State.WRAPPING
    assert house.telephones.released[-1][0] == call.id
    assert (await house.offer(offer)).state is OfferState.RESCINDED
    assert await house.offers.bridged(offer.id) is None
    assert (await house.slots())["ben"] == []
    await house.keeps_its_promises()


async def test_a_call_that_has_lost_its_leg_is_not_handed_over(house: House) -> None:
    call, amira, _, offer = await rung(house)

    def bury(work: object) -> None:
        for leg in work.legs.of_contact(call.id):  # type: ignore[attr-defined]
            house.legs.lose(work, leg, hung_up=False)  # type: ignore[arg-type]

    await house.store.transact(bury)
    assert await house.offers.bridged(offer.id) is None
    assert (await house.now(call)).agent_id == amira.id
    await house.passes(house.tenant.timing.ring_seconds + 0.1)
    await house.keeps_its_promises()


async def test_a_colleague_who_is_on_another_contact_has_no_slot_for_a_call(house: House) -> None:
    amira, ben = await house.hires("amira"), await house.hires("ben", CARDS)
    call = await house.talks(amira, channel=Channel.VOICE)
    offer = await house.warm(call, amira, ben)
    await house.talks(ben)
    with pytest.raises(Refused) as refused:
        await house.offers.accept(offer.id, ben.id)
    assert refused.value.code == "no_slot"
    assert len(house.telephones.rung) == 1
    await is_with(house, call, amira)
