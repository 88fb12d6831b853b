"""What can go wrong with a relayed call, and the place stands: a caller who cuts in, and a socket that drops."""

from __future__ import annotations

from typing import Any

import pytest
from serving.patience import until
from test_relayed_calls import called, happened, said
from voice_house import VoiceHouse

from assistant.model.contact import State
from assistant.model.events import EventType
from telephony import voice_wording as words
from telephony.emulator import Fault, FaultKind


async def drop(house: VoiceHouse) -> None:
    """Our side of every socket is gone, as when a process is killed."""
    door = house.door._relay
    assert door is not None
    for socket in list(door._open):
        transport = socket._req.transport if socket._req is not None else None
        assert transport is not None
        transport.abort()


async def has_no_session(house: VoiceHouse) -> bool:
    door = house.door._relay
    return door is not None and not door._open


# -- cutting in -------------------------------------------------------------------------------------------------------


async def test_what_was_cut_short_is_noted_and_does_not_count_as_told(slow: VoiceHouse) -> None:
    phone, contact = await called(slow)
    assert contact.told_ahead == 0
    await phone.say("hello, is anybody there")
    await phone.expects("stop")
    [cut] = await happened(slow, contact, EventType.SPEECH_CUT)
    greeting = (await said(slow, contact))[0]
    assert 0 <= cut["heard"] < len(greeting)
    assert (await slow.contact(contact.id)).told_ahead is None
    await phone.expects("spoken", text="You said hello, is anybody there.")
    assert slow.engine.turns[-1].circumstances.spoke_before, "a yes would be none to a question that was not heard"
    told = await phone.expects("spoken")
    assert told["text"].startswith("You're first in line"), "what was not heard is told when the talk pauses"
    assert (await slow.contact(contact.id)).told_ahead == 0


async def test_who_is_heard_out_has_been_told(relayed: VoiceHouse) -> None:
    phone, contact = await called(relayed)
    await phone.expects("spoken", text=words.STILL_HERE)
    await phone.say("hello")
    await phone.expects("spoken", text="You said hello.")
    await until("it has been said", lambda: is_silent(relayed))
    await phone.say("hello again")
    await phone.expects("spoken", text="You said hello again.")
    assert (await relayed.contact(contact.id)).told_ahead == 0
    assert not relayed.engine.turns[-1].circumstances.spoke_before


async def test_a_noise_that_is_no_word_only_has_it_said_again(slow: VoiceHouse, monkeypatch: Any) -> None:
    phone, contact = await called(slow)

    async def nothing_understood(*_: Any, **__: Any) -> None:
        return None

    monkeypatch.setattr("telephony.emulator.relay.Relay._prompt", nothing_understood)
    await phone.say("krks")
    await phone.expects("stop")
    again = await phone.expects("spoken")
    assert "Your place in the queue is secured" in again["text"]
    assert (await slow.contact(contact.id)).told_ahead == 0
    assert not [one for one in await slow.events(contact.id) if one.type is EventType.SPEECH_CUT]


async def test_a_key_cuts_in_too(slow: VoiceHouse) -> None:
    phone, contact = await called(slow)
    await phone.press("0")
    await phone.expects("stop")
    await phone.expects("spoken", text=words.HOLDING)
    await happened(slow, contact, EventType.SPEECH_CUT)
    told = await phone.expects("spoken")
    assert told["text"].startswith("You're first in line"), "who holds has not heard it yet"
    await phone.expects("play", loop=0)


# -- the socket drops -------------------------------------------------------------------------------------------------


async def test_a_socket_that_drops_leaves_the_caller_in_the_gather_loop(relayed: VoiceHouse) -> None:
    phone, contact = await called(relayed)
    await phone.say("Hello")
    await phone.expects("spoken", text="You said hello.")
    await until("it has been said", lambda: is_silent(relayed))
    await drop(relayed)
    listening = await phone.expects("listening", num_digits=1)
    assert listening["input"] == ["dtmf", "speech"]
    assert not [frame for frame in phone.frames if frame["type"] == "spoken"], "nothing is said twice"
    await phone.say("Once more")
    await phone.expects("spoken", text="You said once more.")
    assert (await relayed.contact(contact.id)).state is State.WAITING
    assert [code[:5] for code in relayed.complaints] == ["64105"]


async def is_silent(house: VoiceHouse) -> bool:
    """Everything has been spoken to its end."""
    door = house.door._relay
    assert door is not None
    return all(session is not None and session._voice.is_silent for session in door._open.values())


async def test_what_was_not_heard_when_it_dropped_is_said_again(slow: VoiceHouse) -> None:
    phone, _ = await called(slow)
    await drop(slow)
    again = await phone.expects("spoken")
    assert "Your place in the queue is secured" in again["text"]
    await phone.expects("listening", num_digits=1)


async def test_a_process_that_dies_with_the_socket_has_the_last_reply_said_again(
    slow: VoiceHouse, monkeypatch: Any
) -> None:
    phone, contact = await called(slow)
    await phone.say("Hello")
    await phone.expects("spoken", text="You said hello.")

    async def forgotten(*_: Any) -> None:
        return None

    monkeypatch.setattr(slow.flow.relayed, "end", forgotten)
    await drop(slow)
    await phone.expects("spoken", text="You said hello.")
    await phone.expects("listening", num_digits=1)
    assert not [one for one in await slow.events(contact.id) if one.type is EventType.RELAY_ENDED]


async def test_a_socket_that_drops_while_digits_are_collected_asks_for_them_by_gather(relayed: VoiceHouse) -> None:
    phone, contact = await called(relayed)
    await phone.say("I lost my card")
    await phone.expects("spoken", text="What's your customer number? It has eight digits.")
    await phone.press("1000")
    await drop(relayed)
    await phone.expects("spoken", text="What's your customer number? It has eight digits.")
    await phone.expects("listening", input=["dtmf"], num_digits=8)
    await phone.press("10000001")
    await phone.expects("spoken", text="And your four-digit PIN?")
    await phone.press("4821")
    await phone.expects("spoken", text="Thank you, Maya. What would you like me to do?")
    assert (await relayed.contact(contact.id)).verification.level == 2


async def test_who_holds_when_it_drops_goes_on_holding(relayed: VoiceHouse) -> None:
    phone, contact = await called(relayed)
    await phone.press("0")
    await phone.expects("play", loop=0)
    await drop(relayed)
    await phone.expects("play", loop=1)
    assert (await relayed.contact(contact.id)).state is State.WAITING


async def test_words_that_are_being_answered_when_it_drops_are_answered(relayed: VoiceHouse) -> None:
    phone, _ = await called(relayed)
    relayed.engine.gate.clear()
    await phone.say("Hello")
    await until("the engine is asked", lambda: asked(relayed))
    await drop(relayed)
    await phone.expects("listening", num_digits=1)
    relayed.engine.gate.set()
    await phone.expects("spoken", text="You said hello.")


async def asked(house: VoiceHouse) -> bool:
    return bool(house.engine.turns)


async def test_a_socket_that_cannot_be_opened_costs_the_caller_nothing(relayed: VoiceHouse) -> None:
    relayed.emulator.faults.arm(Fault(FaultKind.DROP, "/voice/relay/"))
    phone = await relayed.phone()
    sid = await phone.call()
    assert "Your place in the queue is secured" in (await phone.expects("spoken"))["text"]
    await phone.expects("listening", num_digits=1)
    assert (await relayed.contact_of(sid)).state is State.WAITING
    assert [code[:5] for code in relayed.complaints] == ["64102"]


async def test_an_agent_accepted_after_it_dropped_meets_the_caller(relayed: VoiceHouse) -> None:
    caller, contact = await called(relayed)
    await drop(relayed)
    await caller.expects("listening", num_digits=1)
    agent = await relayed.phone("client:amira")
    await relayed.offer(contact, await relayed.agent())
    await agent.expects("call", status="ringing")
    await agent.send("answer", call_sid=agent.call_sid)
    await caller.expects("conference", joined=True)


async def test_a_redirect_that_is_lost_is_made_good_by_the_socket_itself(relayed: VoiceHouse) -> None:
    caller, contact = await called(relayed)
    agent = await relayed.phone("client:amira")
    await relayed.offer(contact, await relayed.agent())
    await agent.expects("call", status="ringing")
    relayed.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Calls/", code=20503))
    await agent.send("answer", call_sid=agent.call_sid)
    await agent.expects("conference", joined=True)
    await caller.expects("conference", joined=True)
    await relayed.expects(contact.id, state=State.CONNECTED)


async def test_a_session_that_cannot_begin_gives_the_call_back_once(
    relayed: VoiceHouse, monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("telephony.relay.talk.RelayTalk.begin", broken)
    monkeypatch.setattr("telephony.relay.session.CLOSE_SECONDS", 0.1)
    phone, contact = await called(relayed)
    await until("no session is left", lambda: has_no_session(relayed))
    assert caplog.text.count("a relayed call could not be told") == 1
    assert (await relayed.contact(contact.id)).state is State.WAITING
    await phone.expects("listening", input=["dtmf", "speech"])
    await phone.say("hello")
    await phone.expects("spoken", text="You said hello.")
