"""The manners of waiting on the phone: what there is to choose from, and an agent who has accepted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from phone_client import PhoneClient
from voice_house import VoiceHouse, open_voice_house

from assistant.model.contact import State
from assistant.model.events import Author
from assistant.model.offer import AcceptWhen, Choice
from telephony import voice_wording as words


@pytest.fixture
async def unhurried(sqlite_url: str, clock: Any, fernhill: Any) -> AsyncIterator[VoiceHouse]:
    """The same house with a caller who is in no haste: words come before a silence is taken for one."""
    async with open_voice_house(sqlite_url, clock, fernhill, speed=4) as house:
        yield house
        for phone in house.phones:
            await phone.close()


async def called(house: VoiceHouse, address: str = "+442071838750") -> tuple[PhoneClient, str]:
    phone = await house.phone(address)
    sid = await phone.call()
    await phone.expects("listening")
    return phone, sid


async def accepted(house: VoiceHouse, sid: str, when: AcceptWhen) -> Any:
    """Amira accepts this call; gives the contact as it was."""
    contact, agent = await house.contact_of(sid), await house.agent()

    def make(work: Any) -> Any:
        return house.flow.offers.make(
            work, work.contacts.lock(contact.id), agent.id, Choice.of(agent, [contact.channel], [])
        )

    offer = await house.store.transact(make)
    await house.flow.offers.accept(offer.id, agent.id, when)
    return contact


async def said(house: VoiceHouse, contact: Any) -> list[str]:
    events = await house.events(contact.id)
    return [event.words.text for event in events if event.words and event.words.author is Author.ASSISTANT]


async def test_who_called_before_needs_less_guidance(house: VoiceHouse) -> None:
    phone, _ = await called(house)
    await phone.expects("spoken", text=words.STILL_HERE)
    await phone.hang_up()
    again, _ = await called(house)
    await again.expects("spoken", text=words.STILL_HERE_AGAIN)


async def test_who_has_talked_already_is_not_told_everything_again(house: VoiceHouse) -> None:
    phone, _ = await called(house)
    await phone.expects("spoken", text=words.STILL_HERE)
    await phone.say("hello")
    await phone.expects("spoken", text=words.STILL_HERE_AGAIN)


@pytest.mark.parametrize("address", ["anonymous", "+15005550006"])
async def test_a_callback_that_cannot_be_is_not_offered(house: VoiceHouse, address: str) -> None:
    phone, _ = await called(house, address)
    await phone.expects("spoken", text=words.STILL_HERE_NO_CALLBACK)
    await phone.press("5")
    await phone.expects("spoken", text=words.HELP_NO_CALLBACK)


async def test_from_the_acceptance_on_the_caller_hears_who_is_coming_and_not_a_word_more(unhurried: VoiceHouse) -> None:
    house = unhurried
    phone, sid = await called(house)
    contact = await accepted(house, sid, AcceptWhen.NOW)
    await phone.say("hello is anybody there")
    await phone.expects("spoken", text="Amira is coming to the phone now.")
    await phone.expects("play")
    assert house.engine.turns == []
    heard = [event.words.text for event in await house.events(contact.id) if event.words]
    assert heard[-1].lower().startswith("hello is anybody there"), "it is kept for the agent"


async def test_in_the_middle_of_the_digits_a_star_means_talk_now(unhurried: VoiceHouse) -> None:
    house = unhurried
    phone, sid = await called(house)
    await phone.say("I lost my card")
    await phone.expects("listening", input=["dtmf"])
    contact = await accepted(house, sid, AcceptWhen.AFTER_STEP)
    assert (await said(house, contact))[-1] == (
        "Amira is free for you. Carry on to finish this first, or press star to talk now."
    )
    await phone.press("*#")
    await phone.expects("spoken", text="Amira is coming to the phone now.")
    await phone.expects("play")
    now = await house.contact(contact.id)
    assert (now.state, now.pending_input) == (State.OFFERED, None)


async def test_who_carries_on_is_connected_when_the_step_is_done(unhurried: VoiceHouse) -> None:
    house = unhurried
    phone, sid = await called(house)
    await phone.say("I lost my card")
    await phone.expects("listening", input=["dtmf"])
    await accepted(house, sid, AcceptWhen.AFTER_STEP)
    await phone.press("10000001")
    await phone.expects("listening", num_digits=4)
    await phone.press("4821")
    await phone.expects("spoken", text="Thank you, Maya. What would you like me to do?")
    await phone.expects("spoken", text="Amira is coming to the phone now.")
    assert (await house.contact_of(sid)).verification.level == 2


async def test_an_agent_who_does_not_come_after_all_is_told_of(house: VoiceHouse) -> None:
    phone, sid = await called(house)
    contact = await accepted(house, sid, AcceptWhen.NOW)
    offer_id = (await house.contact(contact.id)).offer_id
    assert offer_id is not None
    await house.flow.offers.bridge_failed(offer_id, "phone_busy")
    assert (await house.contact(contact.id)).state is State.WAITING
    await phone.say("hello")
    await phone.expects(
        "spoken", text="I'm sorry, Amira couldn't come after all. You keep your place: you're first in line."
    )
