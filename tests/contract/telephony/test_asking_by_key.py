"""Asking for a callback on the telephone: 9 instead of waiting, 8 in case that the call is cut."""

from __future__ import annotations

from callbacks_house import calls, to_be_called_back
from callbacks_house import house as house
from voice_house import CALLER, VoiceHouse

from assistant.model.contact import Reach, State
from telephony import voice_wording as words


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
