"""Sockets of a call that are forged, replayed or talk nonsense: none harms the call."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest
from phone_client import PhoneClient
from serving.patience import until
from test_relayed_calls import called, said
from twilio.request_validator import RequestValidator
from voice_house import TOKEN, VoiceHouse

from assistant.model.contact import Contact
from telephony.addresses import VOICE_RELAY
from telephony.payloads import SPEECH_LIMIT
from telephony.relay.frames import FRAME_LIMIT


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
        assert not socket.closed
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
    assert json.loads(told["handoffData"]).keys() == {"told", "message"}
