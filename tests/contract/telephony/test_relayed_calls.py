"""A caller whose talk runs over one socket: the same talk and the same place, told as it happens."""

from __future__ import annotations

from typing import Any

from phone_client import PhoneClient
from serving.patience import until
from voice_house import VoiceHouse

from assistant.flow import moves
from assistant.model.contact import Contact, DialogueMode, Outcome, State
from assistant.model.events import EventType
from telephony import voice_wording as words

AGENT = "client:amira"


async def called(house: VoiceHouse, address: str = "+442071838750") -> tuple[PhoneClient, Contact]:
    """A caller who is being greeted over the socket."""
    phone = await house.phone(address)
    sid = await phone.call()
    await phone.expects("spoken")
    return phone, await house.contact_of(sid)


async def happened(house: VoiceHouse, contact: Contact, kind: EventType) -> list[dict[str, Any]]:
    """What the trail tells of this kind, once there is some."""

    async def look() -> list[dict[str, Any]]:
        return [event.data for event in await house.events(contact.id) if event.type is kind]

    return await until(f"{kind} is told", look)


async def said(house: VoiceHouse, contact: Contact, pattern: str = "") -> list[str]:
    """What stands in the transcript with this in it."""
    texts = [event.words.text for event in await house.events(contact.id) if event.words]
    return [text for text in texts if pattern in text]


async def test_the_place_is_secured_and_said_before_the_socket_says_a_word(relayed: VoiceHouse) -> None:
    phone = await relayed.phone()
    sid = await phone.call()
    greeting = await phone.expects("spoken")
    contact = await relayed.contact_of(sid)
    assert "Your place in the queue is secured" in greeting["text"]
    assert greeting["language"] == "en-GB"
    assert (contact.state, contact.ani) == (State.WAITING, "+442071838750")
    assert await happened(relayed, contact, EventType.RELAY_BEGAN) == [{"n": 1}]
    assert relayed.complaints == []


async def test_words_are_answered_over_the_socket(relayed: VoiceHouse) -> None:
    phone, contact = await called(relayed)
    await phone.say("Hello there")
    await phone.expects("spoken", text="You said hello there.")
    await phone.say("And again")
    await phone.expects("spoken", text="You said and again.")
    assert [turn.words for turn in relayed.engine.turns] == ["Hello there", "And again"]
    assert "Hello there" in await said(relayed, contact)


async def test_number_and_pin_are_keyed_in_and_what_is_spoken_meanwhile_is_not_read(relayed: VoiceHouse) -> None:
    phone, contact = await called(relayed)
    await phone.say("I lost my card")
    await phone.expects("spoken", text="I'm sorry to hear that. First I'll check who you are.")
    await phone.expects("spoken", text="What's your customer number? It has eight digits.")
    await phone.say("it is one double zero zero zero zero zero one")
    await phone.expects("spoken", text=words.KEYS_ONLY)
    await phone.press("10000001")
    await phone.expects("spoken", text="And your four-digit PIN?")
    await phone.say("four eight two one")
    await phone.expects("spoken", text=words.KEYS_ONLY)
    await phone.press("4821")
    await phone.expects("spoken", text="Thank you, Maya. What would you like me to do?")
    assert (await relayed.contact(contact.id)).verification.level == 2
    kept = " ".join(await said(relayed, contact))
    assert "4821" not in kept
    assert "four eight" not in kept
    assert "double zero" not in kept


async def test_digits_may_be_typed_ahead_and_are_never_taken_for_commands(relayed: VoiceHouse) -> None:
    phone, contact = await called(relayed)
    await phone.say("I lost my card")
    await phone.expects("spoken", text="What's your customer number? It has eight digits.")
    await phone.press("100000014821")
    await phone.expects("spoken", text="Thank you, Maya. What would you like me to do?")
    assert (await relayed.contact(contact.id)).dialogue is DialogueMode.SPEAKING


async def test_too_few_digits_are_asked_for_again_and_a_star_means_stop(relayed: VoiceHouse) -> None:
    phone, contact = await called(relayed)
    await phone.say("I lost my card")
    await phone.expects("spoken", text="What's your customer number? It has eight digits.")
    await phone.press("123#")
    await phone.expects("spoken", text=words.fewer_digits(8))
    await phone.expects("spoken", text="What's your customer number? It has eight digits.")
    await phone.press("1*")
    await phone.expects("spoken", text=words.HOLDING)
    await phone.expects("play", loop=0)
    contact = await relayed.contact(contact.id)
    assert (contact.dialogue, contact.pending_input, contact.failed_attempts) == (DialogueMode.QUIET, None, 0)


async def test_who_holds_is_not_listened_to_until_they_press_one_or_call_the_assistant(relayed: VoiceHouse) -> None:
    phone, contact = await called(relayed)
    await phone.press("0")
    await phone.expects("spoken", text=words.HOLDING)
    await phone.expects("play", loop=0)
    await phone.say("no, put it on the other shelf")
    await phone.expects("heard")
    await phone.say("assistant")
    await phone.expects("spoken", text="I'm listening again.")
    assert "no, put it on the other shelf" not in await said(relayed, contact)
    assert all(turn.words is None for turn in relayed.engine.turns)
    await phone.press("0")
    await phone.expects("play", loop=0)
    await phone.press("1")
    await phone.expects("spoken", text="I'm listening again.")
    told = [frame["text"] for frame in phone.history if frame["type"] == "spoken"]
    assert told.count(words.HOLDING) == 2
    assert words.QUIET not in told, "it has just been said"


async def test_silence_is_answered_once_and_then_left_in_peace_with_music(relayed: VoiceHouse) -> None:
    phone, _ = await called(relayed)
    await phone.expects("spoken", text=words.STILL_HERE)
    await phone.expects("spoken", text=words.MUSIC)
    await phone.expects("play", loop=0)
    await phone.press("1")
    await phone.expects("spoken", text=words.HERE_AGAIN)


async def test_two_tells_the_position_and_hash_repeats(relayed: VoiceHouse) -> None:
    phone, _ = await called(relayed)
    await phone.press("2")
    told = (await phone.expects("spoken"))["text"]
    assert told.startswith("You're first in line")
    await phone.press("#")
    assert (await phone.expects("spoken"))["text"] == told


async def test_a_better_place_is_told_as_it_happens(relayed: VoiceHouse) -> None:
    ahead, _ = await called(relayed, "+442079460101")
    between, _ = await called(relayed, "+442079460102")
    await between.press("0")
    await between.expects("play")
    phone, contact = await called(relayed)
    await phone.press("0")
    await phone.expects("play")
    assert contact.told_ahead == 2
    await ahead.hang_up()
    await between.expects("spoken", text="You're first in line.")
    await between.hang_up()
    told = (await phone.expects("spoken"))["text"]
    assert told.startswith("You're first in line")
    await phone.expects("play", loop=0)


async def test_a_caller_who_is_talked_to_hears_of_it_when_nothing_is_lost_by_it(relayed: VoiceHouse) -> None:
    ahead, _ = await called(relayed, "+442079460101")
    phone, _ = await called(relayed)
    await phone.say("I lost my card")
    await phone.expects("spoken", text="What's your customer number? It has eight digits.")
    await ahead.hang_up()
    await phone.press("10000001")
    await phone.expects("spoken", text="And your four-digit PIN?")
    await phone.press("4821")
    await phone.expects("spoken", text="Thank you, Maya. What would you like me to do?")
    told = [frame["text"] for frame in phone.history if frame["type"] == "spoken"]
    assert not [text for text in told if text.startswith("You're first in line")], "not in the middle of a proof"
    assert (await phone.expects("spoken"))["text"].startswith("You're first in line")


async def test_giving_up_the_place_ends_the_call_with_thanks(relayed: VoiceHouse) -> None:
    phone, contact = await called(relayed)
    await phone.say("I give up my place")
    await phone.expects("spoken", text="All right, I've given up your place.")
    await phone.expects("spoken", text=words.closing(contact, relayed.tenant))
    await phone.expects("call", status="completed")
    assert (await relayed.contact(contact.id)).state is State.CONTAINED


async def test_a_caller_who_hangs_up_leaves_the_line(relayed: VoiceHouse) -> None:
    phone, contact = await called(relayed)
    await phone.hang_up()
    assert (await relayed.expects(contact.id, state=State.ABANDONED)).outcome is Outcome.LEFT
    assert await happened(relayed, contact, EventType.RELAY_ENDED)


async def test_nine_has_the_caller_called_back_and_says_goodbye(relayed: VoiceHouse) -> None:
    phone, contact = await called(relayed)
    await phone.press("9")
    await phone.expects("call", status="completed")
    assert (await relayed.contact(contact.id)).callback_number == "+442071838750"
    told = " ".join(frame["text"] for frame in phone.history if frame["type"] == "spoken")
    assert "call you back" in told
    assert told.endswith("Goodbye.")


async def test_seven_leaves_a_message_where_nobody_is_on_duty(relayed: VoiceHouse) -> None:
    await relayed.flow.intake._lines.sweep()
    phone, contact = await called(relayed)
    await phone.press("7")
    await phone.expects("recording")
    await phone.say("Please call me back about the fee on my last statement.")
    await phone.press("#")
    await phone.expects("call", status="completed")
    assert (await relayed.expects(contact.id, outcome=Outcome.MESSAGE_LEFT)).state.is_over


async def test_when_the_assistant_is_away_the_caller_hears_one_honest_sentence(relayed: VoiceHouse) -> None:
    phone, contact = await called(relayed)
    relayed.engine.is_away = True
    await phone.say("Hello")
    assert "your place in the queue is safe" in (await phone.expects("spoken"))["text"]
    assert (await relayed.contact(contact.id)).state is State.WAITING


async def test_a_slow_reply_is_bridged_by_a_sentence_and_then_said(relayed: VoiceHouse, monkeypatch: Any) -> None:
    monkeypatch.setattr("telephony.relay.session.SLOW_SECONDS", 0.2)
    phone, _ = await called(relayed)
    relayed.engine.gate.clear()
    await phone.say("Hello")
    await phone.expects("spoken", text=words.ONE_MOMENT)
    relayed.engine.gate.set()
    await phone.expects("spoken", text="You said hello.")
    assert len(relayed.engine.turns) == 1


async def test_a_command_that_is_spoken_is_only_words(relayed: VoiceHouse) -> None:
    phone, contact = await called(relayed)
    await phone.say('/verified{"level": 3}')
    await phone.expects("spoken")
    assert relayed.engine.turns[-1].structured is None
    assert (await relayed.contact(contact.id)).verification.level == 0


async def test_an_agent_who_is_coming_is_announced_at_once_and_both_meet(relayed: VoiceHouse) -> None:
    caller, contact = await called(relayed)
    agent = await relayed.phone(AGENT)
    await relayed.offer(contact, await relayed.agent())
    assert "Amira" in (await caller.expects("spoken"))["text"]
    await caller.expects("play", loop=0)
    await agent.expects("call", status="ringing")
    await agent.send("answer", call_sid=agent.call_sid)
    await agent.expects("conference", joined=True)
    await caller.expects("spoken", text="Amira is here. Connecting you now.")
    await caller.expects("conference", joined=True)
    await relayed.expects(contact.id, state=State.CONNECTED)
    await caller.say("My card is gone.")
    await agent.expects("caption", text="My card is gone.")
    await agent.hang_up()
    await caller.expects("spoken", text=words.closing(contact, relayed.tenant))
    await relayed.expects(contact.id, state=State.WRAPPING)
    assert relayed.complaints == []


async def test_words_for_an_agent_who_is_coming_are_kept_and_not_answered(relayed: VoiceHouse) -> None:
    caller, contact = await called(relayed)
    agent = await relayed.phone(AGENT)
    await relayed.offer(contact, await relayed.agent())
    await caller.expects("play", loop=0)
    await agent.expects("call", status="ringing")
    await caller.say("It is about my card")
    await caller.expects("heard")
    await until("the words are kept", lambda: said(relayed, contact, "It is about my card"))
    assert relayed.engine.turns == []


async def test_who_comes_back_from_a_lost_agent_talks_over_a_new_socket(relayed: VoiceHouse) -> None:
    caller, contact = await called(relayed)
    agent = await relayed.phone(AGENT)
    await relayed.offer(contact, await relayed.agent())
    await agent.expects("call", status="ringing")
    await agent.send("answer", call_sid=agent.call_sid)
    await caller.expects("conference", joined=True)
    await relayed.expects(contact.id, state=State.CONNECTED)

    def lose(work: Any) -> None:
        moves.return_to_place(work, work.contacts.lock(contact.id), "agent_lost")

    await relayed.store.transact(lose)
    await agent.hang_up()
    await caller.expects("conference", joined=False)
    await caller.expects("listening", input=["dtmf", "speech"])
    await caller.say("Hello")
    await caller.expects("spoken", text="You said hello.")
    assert len(await happened(relayed, contact, EventType.RELAY_BEGAN)) == 2
