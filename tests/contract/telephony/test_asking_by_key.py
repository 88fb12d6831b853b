"""Asking for a callback on the telephone: 9 instead of waiting, 8 in case that the call is cut."""

from __future__ import annotations

from datetime import timedelta

from arrivals import placed
from callbacks_house import calls, to_be_called_back
from callbacks_house import house as house
from phone_client import PhoneClient
from voice_house import CALLER, VoiceHouse

from assistant.model.contact import Channel, Contact, Reach, State
from assistant.model.wording import came_instead_sentence
from telephony import voice_wording as words
from telephony.emulator.pacing import spoken_seconds


async def test_nine_asks_for_a_callback_ends_the_call_and_keeps_the_place(house: VoiceHouse) -> None:
    phone, sid = await calls(house)
    contact = await house.contact_of(sid)
    await phone.press("9")
    await phone.expects("spoken", text=words.CALL_BACK)
    await phone.expects("call", status="completed")
    kept = await house.expects(contact.id, callback_at=house.clock.now())
    assert (kept.state, kept.reach, kept.callback_number) == (State.WAITING, Reach.CALLBACK, CALLER)
    assert await house.store.read(lambda work: work.legs.of_contact(contact.id)) == []


async def test_nine_works_while_holding_too(house: VoiceHouse) -> None:
    phone, _ = await calls(house)
    await phone.press("0")
    await phone.expects("play")
    await phone.press("9")
    await phone.expects("spoken", text=words.CALL_BACK)


async def test_a_withheld_number_is_told_that_it_cannot_be_called(house: VoiceHouse) -> None:
    phone, sid = await calls(house, "anonymous")
    for key in ("9", "8"):
        await phone.press(key)
        await phone.expects("spoken", text=words.NO_CALLER_NUMBER)
        await phone.expects("listening")
    assert (await house.contact_of(sid)).reach is Reach.PRESENT


async def test_a_number_that_may_not_be_called_is_told_so_and_waits_on(house: VoiceHouse) -> None:
    phone, sid = await calls(house, "+12025550143")
    for key in ("9", "8"):
        await phone.press(key)
        await phone.expects("spoken", text=words.NOT_THIS_NUMBER)
        await phone.expects("listening")
    contact = await house.contact_of(sid)
    assert (contact.reach, contact.may_call_back) == (Reach.PRESENT, False)


async def test_c6_a_number_that_is_to_be_called_already_is_told_so_and_waits_on(house: VoiceHouse) -> None:
    await to_be_called_back(house)
    phone, sid = await calls(house)
    await phone.press("9")
    await phone.expects("spoken", text=words.CALLED_ALREADY)
    await phone.expects("listening")
    assert (await house.contact_of(sid)).reach is Reach.PRESENT


async def test_the_help_tells_of_the_callback(house: VoiceHouse) -> None:
    phone, _ = await calls(house)
    await phone.press("7")
    assert "9 to be called back" in (await phone.expects("spoken", text=words.HELP))["text"]


async def test_a_call_that_is_cut_after_eight_is_called_back(house: VoiceHouse) -> None:
    phone, sid = await calls(house)
    contact = await house.contact_of(sid)
    await phone.press("8")
    await phone.expects("spoken", text=words.CALL_BACK_IF_CUT)
    await phone.hang_up()
    kept = await house.expects(contact.id, reach=Reach.CALLBACK)
    assert (kept.state, kept.callback_number) == (State.WAITING, CALLER)


async def asked_by_nine(house: VoiceHouse) -> tuple[PhoneClient, Contact]:
    phone, sid = await calls(house)
    contact = await house.contact_of(sid)
    await phone.press("9")
    await phone.expects("call", status="completed")
    return phone, await house.expects(contact.id, callback_at=house.clock.now())


async def test_who_calls_instead_of_being_called_has_the_place_and_nobody_is_called(house: VoiceHouse) -> None:
    phone, before = await asked_by_nine(house)
    behind = await placed(house.store, channel=Channel.CHAT)
    house.clock.advance(60)
    sid = await phone.call()
    greeting = (await phone.expects("spoken"))["text"]
    assert greeting == came_instead_sentence("Fernhill Bank", 1)
    assert spoken_seconds(greeting) <= 10
    again = await house.contact_of(sid)
    assert (again.order_at, again.reach) == (before.order_at, Reach.PRESENT)
    line = await house.store.read(lambda work: work.lines.snapshot(before.queue))
    assert [place for _, place in line.places] == [again.id, behind.id], "one place, and the one that was kept"
    assert await house.store.read(lambda work: work.contacts.callback_to(CALLER)) is None
    assert again.customer_number is None, "the number moves the place and no more"


async def test_who_hangs_up_again_is_called_back_as_before(house: VoiceHouse) -> None:
    phone, before = await asked_by_nine(house)
    sid = await phone.call()
    await phone.expects("spoken")
    again = await house.contact_of(sid)
    await phone.hang_up()
    kept = await house.expects(again.id, reach=Reach.CALLBACK)
    assert (kept.callback_number, kept.order_at) == (CALLER, before.order_at)


async def test_who_calls_and_gives_the_place_up_is_not_called_back(house: VoiceHouse) -> None:
    phone, _ = await asked_by_nine(house)
    sid = await phone.call()
    await phone.expects("listening")
    again = await house.contact_of(sid)
    await phone.say("give up my place")
    await house.expects(again.id, state=State.CONTAINED)
    assert await house.store.read(lambda work: work.contacts.callback_to(CALLER)) is None


async def test_a_call_for_a_later_time_stands_beside_a_call_now(house: VoiceHouse) -> None:
    phone, before = await asked_by_nine(house)
    later = house.clock.now() + timedelta(hours=3)
    await house.flow.callbacks.request(before.id, CALLER, later)
    sid = await phone.call()
    assert "place back" not in (await phone.expects("spoken"))["text"]
    assert (await house.contact_of(sid)).order_at > before.order_at
    assert (await house.contact(before.id)).callback_at == later


async def test_a_number_that_somebody_has_typed_in_a_chat_is_no_proof_on_the_phone(house: VoiceHouse) -> None:
    chat = await to_be_called_back(house)
    _, sid = await calls(house)
    assert (await house.contact_of(sid)).order_at > chat.order_at
    assert (await house.contact(chat.id)).reach is Reach.CALLBACK
