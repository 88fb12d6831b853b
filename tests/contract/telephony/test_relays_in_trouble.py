"""What can go wrong with a relayed call, and the place stands: cutting in, a dropped socket, a forged one, nonsense."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest
from phone_client import PhoneClient
from serving.patience import until
from test_relayed_calls import called, happened, said
from twilio.request_validator import RequestValidator
from voice_house import TOKEN, VoiceHouse

from assistant.model.contact import Contact, State
from assistant.model.events import EventType
from telephony import voice_wording as words
from telephony.addresses import VOICE_RELAY
from telephony.emulator import Fault, FaultKind
from telephony.payloads import SPEECH_LIMIT
from telephony.relay.frames import FRAME_LIMIT


async def drop(house: VoiceHouse) -> None:
    """Our side of every socket is gone, as when a process is killed."""
    door = house.door._relay
    assert door is not None
    for socket in list(door._open):
        transport = socket._req.transport if socket._req is not None else None
        assert transport is not None
        transport.abort()


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


# -- forged and nonsensical sockets -----------------------------------------------------------------------------------


def handshake(house: VoiceHouse, contact: Contact, n: int, token: str = TOKEN) -> tuple[str, dict[str, str]]:
    path = VOICE_RELAY.format(contact_id=contact.id, n=n)
    url = house.addresses.socket(path)
    return house.url + path, {"X-Twilio-Signature": RequestValidator(token).compute_signature(url, {})}


def setup(house: VoiceHouse, contact: Contact, call_sid: str, n: int, **changed: str) -> dict[str, Any]:
    """A first message as Twilio sends it; right, but for what is changed."""
    door = house.door._relay
    assert door is not None
    ticket = door._tickets.of(contact.id, n)
    parameters = {"ticket": ticket, "told": "0", "after": str(contact.seq), "mode": "talk"} | changed
    return {"type": "setup", "callSid": call_sid, "customParameters": parameters}


@pytest.mark.parametrize("signed", ["not", "by somebody else", "for another address", "twice"])
async def test_a_forged_handshake_opens_nothing(relayed: VoiceHouse, signed: str) -> None:
    _, contact = await called(relayed)
    url, headers = handshake(relayed, contact, 7, "another" if signed == "by somebody else" else TOKEN)
    multi = list(headers.items())
    if signed == "not":
        multi = []
    elif signed == "for another address":
        multi = list(handshake(relayed, contact, 8)[1].items())
    elif signed == "twice":
        multi = multi * 2
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await relayed.http.ws_connect(url, headers=multi)
    assert refused.value.status == 403


async def test_either_form_of_the_signed_address_opens_it(relayed: VoiceHouse) -> None:
    _, contact = await called(relayed)
    path = VOICE_RELAY.format(contact_id=contact.id, n=9)
    for address in (relayed.addresses.socket(path), relayed.addresses.of(path)):
        signature = RequestValidator(TOKEN).compute_signature(address, {})
        socket = await relayed.http.ws_connect(relayed.url + path, headers={"x-twilio-signature": signature})
        await socket.close()


async def turned_away(house: VoiceHouse, contact: Contact, n: int, first: Any) -> int | None:
    """How a socket is closed that begins so."""
    url, headers = handshake(house, contact, n)
    socket = await house.http.ws_connect(url, headers=headers)
    await socket.send_str(first if isinstance(first, str) else json.dumps(first))
    async for _ in socket:
        raise AssertionError("nothing is said to such a socket")
    return socket.close_code


async def test_a_signed_socket_is_no_proof_without_its_ticket_its_call_and_its_turn(relayed: VoiceHouse) -> None:
    phone, contact = await called(relayed)
    other, stranger = await called(relayed, "+442079460101")
    good = setup(relayed, contact, phone.call_sid, 5)
    assert await turned_away(relayed, contact, 5, good | {"callSid": other.call_sid}) == 1008
    assert await turned_away(relayed, contact, 5, good | {"callSid": "CA0"}) == 1008
    assert await turned_away(relayed, contact, 5, setup(relayed, contact, phone.call_sid, 6)) == 1008
    assert await turned_away(relayed, contact, 5, setup(relayed, contact, phone.call_sid, 5, ticket="")) == 1008
    assert await turned_away(relayed, contact, 5, setup(relayed, contact, phone.call_sid, 5, after="x")) == 1008
    assert await turned_away(relayed, contact, 1, setup(relayed, contact, phone.call_sid, 1)) == 1008, "used before"
    assert await turned_away(relayed, stranger, 5, good) == 1008
    await phone.say("Hello")
    await phone.expects("spoken", text="You said hello.")


@pytest.mark.parametrize(
    "first",
    ["", "{", "[]", "null", '{"type": 7}', '{"type": "prompt", "voicePrompt": "x", "last": true}', "[" * 20_000],
)
async def test_a_socket_that_does_not_begin_as_it_should_is_closed(relayed: VoiceHouse, first: str) -> None:
    _, contact = await called(relayed)
    assert await turned_away(relayed, contact, 5, first) == 1007


async def opened(house: VoiceHouse) -> tuple[PhoneClient, Contact, aiohttp.ClientWebSocketResponse]:
    """A second session of a call, at whose other end is the test itself."""
    phone, contact = await called(house)
    url, headers = handshake(house, contact, 5)
    socket = await house.http.ws_connect(url, headers=headers)
    await socket.send_json(setup(house, contact, phone.call_sid, 5))
    return phone, contact, socket


async def test_odd_messages_are_left_out_and_the_talk_goes_on(relayed: VoiceHouse) -> None:
    _, _, socket = await opened(relayed)
    for frame in (
        {"type": "dance"},
        {"type": "prompt"},
        {"type": "prompt", "voicePrompt": 7, "last": True},
        {"type": "dtmf", "digit": "12"},
        {"type": "dtmf", "digit": "A"},
        {"type": "interrupt"},
        {"type": "info", "name": "tokensPlayed", "value": None},
        {"type": "info"},
        {"type": "prompt", "voicePrompt": "   ", "last": True},
        {"type": "prompt", "voicePrompt": "half a sen", "last": False},
    ):
        await socket.send_json(frame)
    await socket.send_bytes(b"\x00\xff")
    await socket.send_json({"type": "prompt", "voicePrompt": "Hello", "last": True, "lang": "en-GB", "new": "field"})
    while (told := await socket.receive_json()).get("token") != "You said hello. ":
        assert told["type"] in {"text", "play"}, told
    assert [turn.words for turn in relayed.engine.turns] == ["Hello"]


async def test_a_socket_that_talks_only_nonsense_is_closed(relayed: VoiceHouse) -> None:
    _, _, socket = await opened(relayed)
    for _ in range(10):
        await socket.send_str("{")
    async for _ in socket:
        pass
    assert socket.close_code == 1007


@pytest.mark.parametrize(("size", "code"), [(FRAME_LIMIT, None), (FRAME_LIMIT + 1, 1009)])
async def test_a_message_of_64_kib_is_read_and_a_larger_one_ends_it(
    relayed: VoiceHouse, size: int, code: int | None
) -> None:
    _, contact, socket = await opened(relayed)
    frame = {"type": "prompt", "voicePrompt": "", "last": True}
    frame["voicePrompt"] = "a" * (size - len(json.dumps(frame)))
    await socket.send_json(frame)
    if code is None:
        await until("the longest words are kept", lambda: said(relayed, contact, "a" * SPEECH_LIMIT))
    else:
        async for _ in socket:
            pass
        assert socket.close_code == code


async def test_a_company_that_keeps_complaining_gets_the_call_back(relayed: VoiceHouse) -> None:
    _, _, socket = await opened(relayed)
    for _ in range(5):
        await socket.send_json({"type": "error", "description": "Invalid message received: 4821"})
    while (told := await socket.receive_json())["type"] != "end":
        pass
    assert json.loads(told["handoffData"]).keys() == {"told"}
