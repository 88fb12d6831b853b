"""Calls through the emulator: what Twilio does with our documents, and what it tells us meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web

from telephony import twiml
from telephony.emulator import Fault, FaultKind
from telephony.emulator.leg import APPLICATION_ERROR
from telephony.twiml import Listening, Speaker

SPEAKER = Speaker()
HANG_UP = twiml.goodbye(["Goodbye."], speaker=SPEAKER)
AGENT = "client:amira"
LINE = "+442079460000"


def talk(exchange: Any, *lines: str, path: str = "/turn") -> str:
    return twiml.talk(lines, action=exchange.url(path), speaker=SPEAKER, listening=Listening(silence_seconds=5))


async def test_a_call_is_asked_about_answered_and_told_to_be_over(exchange: Any) -> None:
    exchange.application.on("/incoming", HANG_UP)
    exchange.application.on("/status", web.Response(status=204))
    phone = await exchange.phone()
    sid = await phone.call()
    await phone.expects("call", status="in-progress", direction="outgoing", to=LINE)
    assert (await phone.expects("spoken"))["text"] == "Goodbye."
    await phone.expects("call", status="completed")
    asked = exchange.application.to("/incoming")[0].fields
    assert asked["CallSid"] == sid
    assert (asked["CallStatus"], asked["Direction"]) == ("ringing", "inbound")
    told = await exchange.application.expects("/status")
    assert told.fields["CallStatus"] == "completed"
    assert (told.fields["SequenceNumber"], told.fields["CallbackSource"]) == ("0", "call-progress-events")
    assert told.token
    assert exchange.complaints == []


async def test_words_end_the_prompt_and_arrive_after_the_pause(exchange: Any) -> None:
    exchange.application.on("/incoming", talk(exchange, "word " * 200))
    exchange.application.on("/turn", HANG_UP)
    phone = await exchange.phone()
    await phone.call()
    await phone.expects("spoken")
    await phone.say("my card")
    await phone.say("is gone")
    await phone.expects("stop")
    assert (await phone.expects("heard"))["text"] == "my card is gone"
    turn = await exchange.application.expects("/turn")
    assert turn.fields["SpeechResult"] == "my card is gone"
    assert float(turn.fields["Confidence"]) > 0.5
    assert "Digits" not in turn.fields


async def test_one_key_is_enough_where_one_was_asked_for(exchange: Any) -> None:
    exchange.application.on("/incoming", talk(exchange, "Hello."))
    exchange.application.on("/turn", HANG_UP)
    phone = await exchange.phone()
    await phone.call()
    listening = await phone.expects("listening")
    assert (listening["input"], listening["num_digits"], listening["timeout_seconds"]) == (["dtmf", "speech"], 1, 5)
    await phone.press("#0")
    assert (await exchange.application.expects("/turn")).fields["Digits"] == "#"


async def test_silence_is_reported_as_neither_and_counted_from_the_prompt_s_end(exchange: Any) -> None:
    exchange.application.on("/incoming", talk(exchange, "word " * 29))
    exchange.application.on("/turn", HANG_UP)
    phone = await exchange.phone()
    await phone.call()
    await phone.expects("call", status="in-progress")
    began = exchange.emulator.stage.pace.now()
    turn = await exchange.application.expects("/turn")
    took = (exchange.emulator.stage.pace.now() - began).total_seconds()
    assert took >= 10 + 5 - 1
    assert not {"Digits", "SpeechResult"} & turn.fields.keys()


async def test_digits_end_with_their_number_or_with_the_finishing_key(exchange: Any) -> None:
    digits = twiml.collect_digits(["Your PIN."], action=exchange.url("/turn"), speaker=SPEAKER, length=4)
    exchange.application.on("/incoming", digits)
    exchange.application.on("/turn", digits)
    phone = await exchange.phone()
    await phone.call()
    await phone.expects("listening", input=["dtmf"])
    await phone.say("four eight two one")
    await phone.expects("error", code="not_listening")
    await phone.press("48")
    await phone.press("21")
    assert (await exchange.application.expects("/turn", 1)).fields["Digits"] == "4821"
    await phone.expects("listening")
    await phone.press("12#")
    assert (await exchange.application.expects("/turn", 2)).fields["Digits"] == "12"
    await phone.expects("listening")
    await phone.press("*")
    assert (await exchange.application.expects("/turn", 3)).fields["Digits"] == "*"


async def test_hold_music_is_played_and_any_key_interrupts_it(exchange: Any) -> None:
    music = twiml.hold(
        ["You are third."], action=exchange.url("/turn"), speaker=SPEAKER, music_url=exchange.url("/music.wav")
    )
    exchange.application.on("/incoming", music)
    exchange.application.on("/turn", HANG_UP)
    phone = await exchange.phone()
    await phone.call()
    await phone.expects("spoken", text="You are third.")
    await phone.expects("play", url=exchange.url("/music.wav"), loop=1)
    await phone.press("1")
    await phone.expects("stop")
    assert (await exchange.application.expects("/turn")).fields["Digits"] == "1"


@pytest.mark.parametrize(("path", "code"), [("/nothing.wav", 11200), ("/page", 12300)])
async def test_media_that_is_not_there_is_silence_and_a_complaint_and_the_call_goes_on(
    exchange: Any, path: str, code: int
) -> None:
    exchange.application.on("/page", web.Response(text="<html/>", content_type="text/html"))
    music = twiml.hold(["You are third."], action=exchange.url("/turn"), speaker=SPEAKER, music_url=exchange.url(path))
    exchange.application.on("/incoming", music)
    exchange.application.on("/turn", HANG_UP)
    phone = await exchange.phone()
    await phone.call()
    await phone.expects("spoken", text="You are third.")
    assert "Digits" not in (await exchange.application.expects("/turn")).fields
    await phone.expects("call", status="completed")
    assert exchange.complaints == [code]
    assert not [frame for frame in phone.frames if frame["type"] == "play"]


@pytest.mark.parametrize(
    "answer",
    [
        web.Response(status=500),
        web.Response(text="<Response><Gather/></Response>", content_type="text/xml"),
        web.Response(text="not xml", content_type="text/xml"),
        web.Response(text="<Response/>", content_type="text/html"),
        web.Response(status=204),
    ],
    ids=["error", "grammar", "no xml", "wrong type", "empty"],
)
async def test_an_answer_that_is_none_is_asked_for_at_the_fallback(exchange: Any, answer: web.Response) -> None:
    exchange.application.on("/incoming", lambda _: answer)
    exchange.application.on("/fallback", HANG_UP)
    phone = await exchange.phone()
    await phone.call()
    assert (await phone.expects("spoken"))["text"] == "Goodbye."
    fallback = exchange.application.to("/fallback")[0].fields
    assert fallback["ErrorUrl"] == exchange.url("/incoming")
    assert int(fallback["ErrorCode"]) in exchange.complaints


async def test_without_any_answer_the_caller_hears_twilio_s_own_apology(exchange: Any) -> None:
    phone = await exchange.phone()
    await phone.call()
    assert (await phone.expects("spoken"))["text"] == APPLICATION_ERROR
    await phone.expects("call", status="completed")


async def test_a_call_that_hangs_up_stops_everything_at_once(exchange: Any) -> None:
    exchange.application.on("/incoming", talk(exchange, "word " * 500))
    exchange.application.on("/status", web.Response(status=204))
    phone = await exchange.phone()
    await phone.call()
    await phone.expects("spoken")
    await phone.hang_up()
    await phone.expects("call", status="completed")
    await exchange.application.expects("/status", CallStatus="completed")
    assert exchange.application.to("/turn") == []


async def test_a_phone_that_vanishes_has_hung_up(exchange: Any) -> None:
    exchange.application.on("/incoming", talk(exchange, "word " * 500))
    phone = await exchange.phone()
    await phone.call()
    await phone.expects("spoken")
    await phone.close()
    await exchange.application.expects("/status", CallStatus="completed")


async def test_webhooks_can_come_twice_late_or_never(exchange: Any) -> None:
    exchange.application.on("/incoming", HANG_UP)
    exchange.application.on("/fallback", HANG_UP)
    exchange.application.on("/status", web.Response(status=204))
    faults = exchange.emulator.faults
    faults.arm(Fault(FaultKind.DUPLICATE, "/incoming"))
    faults.arm(Fault(FaultKind.DROP, "/incoming"))
    phone = await exchange.phone()
    await phone.call()
    await exchange.application.expects("/incoming", 2)
    first, second = exchange.application.to("/incoming")
    assert first.token == second.token
    assert first.fields == second.fields
    await phone.expects("call", status="completed")
    await phone.call()
    await exchange.application.expects("/fallback", ErrorCode="11205")


async def test_numbers_out_of_service_and_odd_frames_are_told(exchange: Any) -> None:
    phone = await exchange.phone()
    await phone.send("dial", to="+442079460099")
    await phone.expects("error", code="no_such_number")
    await phone.send("dance")
    await phone.expects("error", code="unknown_type")
    await phone.send("press", call_sid="CA1", digits="1")
    await phone.expects("error", code="no_such_call")
    await phone.send("register", address="somewhere")
    await phone.expects("error", code="bad_address")
    await phone.send("dial")
    await phone.expects("error", code="malformed")
    await phone._socket.send_str("[]")
    await phone.expects("error", code="malformed")
    await phone.send("ping")
    await phone.expects("pong")


async def test_pages_of_other_origins_place_no_calls(exchange: Any) -> None:
    async with exchange.session.get(
        f"{exchange.api_url}/phone", headers={"Origin": "https://elsewhere.example"}
    ) as answer:
        assert answer.status == 403
