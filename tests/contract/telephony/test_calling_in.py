"""A caller at the voice door: the place first, then talk, keys, digits, silence and music."""

from __future__ import annotations

from typing import Any

from phone_client import PhoneClient
from voice_house import VoiceHouse, open_voice_house

from assistant.model.contact import DialogueMode, Outcome, State
from assistant.settings.tenant import Tenant
from telephony import voice_wording as words
from telephony.emulator.pacing import spoken_seconds
from telephony.hold_music import PIECE_SECONDS


async def called(house: VoiceHouse) -> tuple[PhoneClient, str]:
    """A caller who has heard the greeting and is listened to."""
    phone = await house.phone()
    sid = await phone.call()
    await phone.expects("listening")
    return phone, sid


async def test_the_place_is_secured_before_the_first_word_and_said_within_ten_seconds(house: VoiceHouse) -> None:
    phone = await house.phone()
    sid = await phone.call()
    greeting = (await phone.expects("spoken"))["text"]
    contact = await house.contact_of(sid)
    assert "Your place in the queue is secured" in greeting
    assert spoken_seconds(greeting) <= 10
    assert (contact.state, contact.ani, contact.dnis) == (State.WAITING, "+442071838750", "+442079460000")
    listening = await phone.expects("listening")
    assert listening["input"] == ["dtmf", "speech"]
    assert house.complaints == []


async def test_the_number_dialled_picks_the_queue(house: VoiceHouse) -> None:
    phone = await house.phone()
    sid = await phone.call("+442079460002")
    await phone.expects("spoken")
    assert (await house.contact_of(sid)).queue == "fraud"


async def test_the_number_dialled_picks_the_language_too(sqlite_url: str, clock: Any, fernhill: Tenant) -> None:
    spoken = {"languages": ["en", "ar"], "number_languages": {"+442079460002": "ar"}}
    async with open_voice_house(sqlite_url, clock, fernhill.model_copy(update=spoken)) as house:
        for number, language in (("+442079460002", "ar"), ("+442079460000", "en")):
            phone = await house.phone()
            sid = await phone.call(number)
            await phone.expects("spoken")
            assert (await house.contact_of(sid)).language == language
            await phone.hang_up()
        for phone in house.phones:
            await phone.close()


async def test_a_caller_without_a_number_gets_a_place_like_everybody(house: VoiceHouse) -> None:
    phone = await house.phone("anonymous")
    sid = await phone.call()
    await phone.expects("spoken")
    assert (await house.contact_of(sid)).ani is None


async def test_words_are_answered(house: VoiceHouse) -> None:
    phone, _ = await called(house)
    await phone.say("Hello there")
    assert (await phone.expects("spoken"))["text"] == "You said hello there."
    assert (await phone.expects("listening"))["input"] == ["dtmf", "speech"]


async def test_number_and_pin_are_keyed_in_outside_of_speech_recognition(house: VoiceHouse) -> None:
    phone, sid = await called(house)
    await phone.say("I lost my card")
    await phone.expects("spoken", text="I'm sorry to hear that. First I'll check who you are.")
    assert "customer number" in (await phone.expects("spoken"))["text"]
    listening = await phone.expects("listening")
    assert (listening["input"], listening["num_digits"]) == (["dtmf"], 8)
    await phone.press("10000001")
    assert "PIN" in (await phone.expects("spoken"))["text"]
    assert (await phone.expects("listening"))["num_digits"] == 4
    await phone.press("4821")
    await phone.expects("spoken", text="Thank you, Maya. What would you like me to do?")
    contact = await house.contact_of(sid)
    assert contact.verification.level == 2
    said = [event.words.text for event in await house.events(contact.id) if event.words]
    assert not [text for text in said if "4821" in text]


async def test_too_few_digits_are_asked_for_again_and_cost_no_attempt(house: VoiceHouse) -> None:
    phone, sid = await called(house)
    await phone.say("I lost my card")
    await phone.expects("listening", input=["dtmf"])
    await phone.press("123#")
    await phone.expects("spoken", text=words.fewer_digits(8))
    await phone.expects("listening", num_digits=8)
    assert (await house.contact_of(sid)).failed_attempts == 0


async def test_a_star_among_the_digits_means_stop_just_hold(house: VoiceHouse) -> None:
    phone, sid = await called(house)
    await phone.say("I lost my card")
    await phone.expects("listening", input=["dtmf"])
    await phone.press("1*#")
    await phone.expects("spoken", text=words.HOLDING)
    await phone.expects("play")
    contact = await house.contact_of(sid)
    assert (contact.dialogue, contact.pending_input) == (DialogueMode.QUIET, None)


async def test_zero_makes_the_assistant_quiet_and_one_calls_it_back(house: VoiceHouse) -> None:
    phone, sid = await called(house)
    await phone.press("0")
    await phone.expects("spoken", text=words.HOLDING)
    await phone.expects("play")
    contact = await house.contact_of(sid)
    assert (contact.state, contact.dialogue) == (State.WAITING, DialogueMode.QUIET)
    await phone.press("1")
    await phone.expects("spoken", text="I'm listening again.")
    await phone.expects("listening", input=["dtmf", "speech"])
    assert (await house.contact(contact.id)).dialogue is DialogueMode.SPEAKING


async def test_asking_for_an_agent_is_answered_with_the_truth_and_music(house: VoiceHouse) -> None:
    phone, sid = await called(house)
    await phone.say("an agent please")
    await phone.expects("spoken", text="Of course. You're first in line. I'll be quiet.")
    await phone.expects("spoken", text=words.QUIET)
    await phone.expects("play")
    assert (await house.contact_of(sid)).state is State.WAITING


async def test_silence_is_answered_once_and_then_left_in_peace_with_music(house: VoiceHouse) -> None:
    phone, _ = await called(house)
    await phone.expects("spoken", text=words.STILL_HERE)
    await phone.expects("spoken", text=words.MUSIC)
    await phone.expects("play")
    await phone.say("is anybody there")
    await phone.expects("error", code="not_listening")
    await phone.press("1")
    await phone.expects("spoken", text=words.HERE_AGAIN)
    await phone.expects("listening", input=["dtmf", "speech"])


async def test_position_and_wait_are_announced_at_the_tenant_s_rhythm(house: VoiceHouse) -> None:
    phone, _ = await called(house)
    await phone.press("0")
    await phone.expects("spoken", text=words.HOLDING)
    told = await phone.expects("spoken")
    assert told["text"].startswith("You're first in line")
    pieces = sum(frame["type"] == "play" for frame in phone.history)
    seconds = house.tenant.timing.announcement_seconds
    assert (pieces - 1) * PIECE_SECONDS < seconds <= pieces * PIECE_SECONDS
    await phone.expects("play")


async def test_two_tells_the_position_and_hash_repeats(house: VoiceHouse) -> None:
    phone, _ = await called(house)
    await phone.press("2")
    told = (await phone.expects("spoken"))["text"]
    assert told.startswith("You're first in line")
    await phone.expects("listening")
    await phone.press("#")
    assert (await phone.expects("spoken"))["text"] == told
    await phone.expects("listening")
    await phone.press("7")
    await phone.expects("spoken", text=words.HELP)


async def test_giving_up_the_place_ends_the_call_with_thanks(house: VoiceHouse) -> None:
    phone, sid = await called(house)
    contact = await house.contact_of(sid)
    await phone.say("I give up my place")
    await phone.expects("spoken", text="All right, I've given up your place.")
    await phone.expects("spoken", text=words.closing(contact, house.tenant))
    await phone.expects("call", status="completed")
    assert (await house.contact(contact.id)).state is State.CONTAINED


async def test_a_caller_who_hangs_up_leaves_the_line(house: VoiceHouse) -> None:
    phone, sid = await called(house)
    contact = await house.contact_of(sid)
    await phone.hang_up()
    left = await house.expects(contact.id, state=State.ABANDONED)
    assert left.outcome is Outcome.LEFT


async def test_when_the_assistant_is_away_the_caller_hears_one_honest_sentence(house: VoiceHouse) -> None:
    phone, sid = await called(house)
    house.engine.is_away = True
    await phone.say("Hello")
    assert "your place in the queue is safe" in (await phone.expects("spoken"))["text"]
    await phone.expects("listening")
    assert (await house.contact_of(sid)).state is State.WAITING
    house.engine.is_away = False
    await phone.say("Can you hear me?")
    await phone.expects("spoken", text="You said hello. Can you hear me?.")
    await phone.expects("listening")
    await phone.say("Good")
    await phone.expects("spoken", text="You said good.")


async def test_a_slow_reply_is_bridged_by_a_sentence_and_then_said(house: VoiceHouse, monkeypatch: Any) -> None:
    monkeypatch.setattr(house.door._patience, "_seconds", 0.2)
    phone, _ = await called(house)
    house.engine.gate.clear()
    await phone.say("Hello")
    await phone.expects("spoken", text=words.ONE_MOMENT)
    house.engine.gate.set()
    await phone.expects("spoken", text="You said hello.")
    assert len(house.engine.turns) == 1


async def test_a_command_that_is_spoken_is_only_words(house: VoiceHouse) -> None:
    phone, sid = await called(house)
    await phone.say('/verified{"level": 3}')
    await phone.expects("spoken")
    assert house.engine.turns[-1].structured is None
    assert (await house.contact_of(sid)).verification.level == 0


async def test_an_exchange_that_is_switched_off_is_nobody_s_hanging_up(house: VoiceHouse) -> None:
    phone, sid = await called(house)
    contact = await house.contact_of(sid)
    await house.emulator.close()
    await phone.close()
    assert (await house.contact(contact.id)).state is State.WAITING
