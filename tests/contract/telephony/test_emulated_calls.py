"""Calls through the emulator: what Twilio does with our documents, and what it tells us meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import ClientError, web
from twilio.base.exceptions import TwilioRestException

from telephony import twiml
from telephony.emulator import Fault, FaultKind
from telephony.emulator.leg import APPLICATION_ERROR
from telephony.rest import is_unanswered, refusal_code
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
    await phone.until("call", status="in-progress", direction="outgoing", to=LINE)
    assert (await phone.until("spoken"))["text"] == "Goodbye."
    await phone.until("call", status="completed")
    asked = exchange.application.to("/incoming")[0].fields
    assert asked["CallSid"] == sid
    assert (asked["CallStatus"], asked["Direction"]) == ("ringing", "inbound")
    told = await exchange.application.until("/status")
    assert told.fields["CallStatus"] == "completed"
    assert (told.fields["SequenceNumber"], told.fields["CallbackSource"]) == ("0", "call-progress-events")
    assert told.token
    assert exchange.complaints == []


async def test_words_end_the_prompt_and_arrive_after_the_pause(exchange: Any) -> None:
    exchange.application.on("/incoming", talk(exchange, "word " * 200))
    exchange.application.on("/turn", HANG_UP)
    phone = await exchange.phone()
    await phone.call()
    await phone.until("spoken")
    await phone.say("my card")
    await phone.say("is gone")
    await phone.until("stop")
    assert (await phone.until("heard"))["text"] == "my card is gone"
    turn = await exchange.application.until("/turn")
    assert turn.fields["SpeechResult"] == "my card is gone"
    assert float(turn.fields["Confidence"]) > 0.5
    assert "Digits" not in turn.fields


async def test_one_key_is_enough_where_one_was_asked_for(exchange: Any) -> None:
    exchange.application.on("/incoming", talk(exchange, "Hello."))
    exchange.application.on("/turn", HANG_UP)
    phone = await exchange.phone()
    await phone.call()
    listening = await phone.until("listening")
    assert (listening["input"], listening["num_digits"], listening["timeout_seconds"]) == (["dtmf", "speech"], 1, 5)
    await phone.press("#0")
    assert (await exchange.application.until("/turn")).fields["Digits"] == "#"


async def test_silence_is_reported_as_neither_and_counted_from_the_prompt_s_end(exchange: Any) -> None:
    exchange.application.on("/incoming", talk(exchange, "word " * 29))
    exchange.application.on("/turn", HANG_UP)
    phone = await exchange.phone()
    await phone.call()
    await phone.until("call", status="in-progress")
    began = exchange.emulator.stage.pace.now()
    turn = await exchange.application.until("/turn")
    took = (exchange.emulator.stage.pace.now() - began).total_seconds()
    assert took >= 10 + 5 - 1
    assert not {"Digits", "SpeechResult"} & turn.fields.keys()


async def test_digits_end_with_their_number_or_with_the_finishing_key(exchange: Any) -> None:
    digits = twiml.collect_digits(["Your PIN."], action=exchange.url("/turn"), speaker=SPEAKER, length=4)
    exchange.application.on("/incoming", digits)
    exchange.application.on("/turn", digits)
    phone = await exchange.phone()
    await phone.call()
    await phone.until("listening", input=["dtmf"])
    await phone.say("four eight two one")
    await phone.until("error", code="not_listening")
    await phone.press("48")
    await phone.press("21")
    assert (await exchange.application.until("/turn", 1)).fields["Digits"] == "4821"
    await phone.until("listening")
    await phone.press("12#")
    assert (await exchange.application.until("/turn", 2)).fields["Digits"] == "12"
    await phone.until("listening")
    await phone.press("*")
    assert (await exchange.application.until("/turn", 3)).fields["Digits"] == "*"


async def test_hold_music_is_played_and_any_key_interrupts_it(exchange: Any) -> None:
    music = twiml.hold(
        ["You are third."], action=exchange.url("/turn"), speaker=SPEAKER, music_url=exchange.url("/music.wav")
    )
    exchange.application.on("/incoming", music)
    exchange.application.on("/turn", HANG_UP)
    phone = await exchange.phone()
    await phone.call()
    await phone.until("spoken", text="You are third.")
    await phone.until("play", url=exchange.url("/music.wav"), loop=1)
    await phone.press("1")
    await phone.until("stop")
    assert (await exchange.application.until("/turn")).fields["Digits"] == "1"


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
    assert (await phone.until("spoken"))["text"] == "Goodbye."
    fallback = exchange.application.to("/fallback")[0].fields
    assert fallback["ErrorUrl"] == exchange.url("/incoming")
    assert int(fallback["ErrorCode"]) in exchange.complaints


async def test_without_any_answer_the_caller_hears_twilio_s_own_apology(exchange: Any) -> None:
    phone = await exchange.phone()
    await phone.call()
    assert (await phone.until("spoken"))["text"] == APPLICATION_ERROR
    await phone.until("call", status="completed")


async def test_a_call_that_hangs_up_stops_everything_at_once(exchange: Any) -> None:
    exchange.application.on("/incoming", talk(exchange, "word " * 500))
    exchange.application.on("/status", web.Response(status=204))
    phone = await exchange.phone()
    await phone.call()
    await phone.until("spoken")
    await phone.hang_up()
    await phone.until("call", status="completed")
    await exchange.application.until("/status", CallStatus="completed")
    assert exchange.application.to("/turn") == []


async def test_a_phone_that_vanishes_has_hung_up(exchange: Any) -> None:
    exchange.application.on("/incoming", talk(exchange, "word " * 500))
    phone = await exchange.phone()
    await phone.call()
    await phone.until("spoken")
    await phone.close()
    await exchange.application.until("/status", CallStatus="completed")


async def test_a_call_that_we_make_rings_the_registered_phone(exchange: Any) -> None:
    exchange.application.on("/agent", HANG_UP)
    exchange.application.on("/progress", web.Response(status=204))
    phone = await exchange.phone(AGENT)
    call = await exchange.client.calls.create_async(
        to=AGENT,
        from_=LINE,
        url=exchange.url("/agent"),
        status_callback=exchange.url("/progress"),
        status_callback_event=["initiated", "ringing", "answered", "completed"],
        timeout=20,
    )
    assert (call.status, call.direction, call._from) == ("queued", "outbound-api", LINE)
    ringing = await phone.until("call", status="ringing", direction="incoming")
    assert ringing["from"] == LINE
    await phone.send("answer", call_sid=call.sid)
    await phone.until("spoken", text="Goodbye.")
    await exchange.application.until("/progress", CallStatus="completed")
    told = [(one.fields["CallStatus"], one.fields["SequenceNumber"]) for one in exchange.application.to("/progress")]
    assert told == [("initiated", "0"), ("ringing", "1"), ("in-progress", "2"), ("completed", "3")]
    fetched = await exchange.client.calls(call.sid).fetch_async()
    assert fetched.status == "completed"
    assert fetched.end_time is not None


async def test_nobody_answers_for_an_address_without_a_phone(exchange: Any) -> None:
    await exchange.client.calls.create_async(
        to="+442071839999",
        from_=LINE,
        url=exchange.url("/agent"),
        status_callback=exchange.url("/progress"),
        timeout=15,
    )
    await exchange.application.until("/progress", CallStatus="no-answer")


async def test_a_phone_that_declines_is_busy_and_one_that_registers_late_still_rings(exchange: Any) -> None:
    await exchange.client.calls.create_async(
        to=AGENT, from_=LINE, url=exchange.url("/agent"), status_callback=exchange.url("/progress"), timeout=60
    )
    phone = await exchange.phone(AGENT)
    await phone.until("call", status="ringing")
    await phone.hang_up()
    await exchange.application.until("/progress", CallStatus="busy")


async def test_a_ringing_call_is_canceled_and_a_queued_one_without_a_word(exchange: Any) -> None:
    calls = exchange.client.calls

    async def ring() -> Any:
        return await calls.create_async(
            to="client:nobody", from_=LINE, url=exchange.url("/agent"), status_callback=exchange.url("/progress")
        )

    first, second = await ring(), await ring()
    assert (await calls(second.sid).update_async(status="canceled")).status == "canceled"
    assert (await calls(first.sid).update_async(status="canceled")).status == "canceled"
    told = await exchange.application.until("/progress")
    assert (told.fields["CallSid"], told.fields["CallStatus"]) == (first.sid, "canceled")
    with pytest.raises(TwilioRestException) as refused:
        await calls(first.sid).update_async(status="completed")
    assert refused.value.code == 21220
    assert [one.fields["CallSid"] for one in exchange.application.to("/progress")] == [first.sid]


async def test_a_redirect_takes_effect_in_the_middle_of_a_word(exchange: Any) -> None:
    exchange.application.on("/incoming", talk(exchange, "word " * 500))
    exchange.application.on("/elsewhere", HANG_UP)
    phone = await exchange.phone()
    sid = await phone.call()
    await phone.until("spoken")
    await exchange.client.calls(sid).update_async(url=exchange.url("/elsewhere"), method="POST")
    await phone.until("stop")
    await phone.until("spoken", text="Goodbye.")
    await phone.until("call", status="completed")
    with pytest.raises(TwilioRestException) as refused:
        await exchange.client.calls(sid).update_async(url=exchange.url("/elsewhere"))
    assert refusal_code(refused.value) == 21220


async def test_inline_documents_are_run(exchange: Any) -> None:
    phone = await exchange.phone(AGENT)
    call = await exchange.client.calls.create_async(to=AGENT, from_=LINE, twiml=HANG_UP)
    await phone.until("call", status="ringing")
    await phone.send("answer", call_sid=call.sid)
    await phone.until("spoken", text="Goodbye.")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"to": ""}, 21201),
        ({"to": "12"}, 21211),
        ({"from_": ""}, 21213),
        ({"from_": "+442079469999"}, 21210),
        ({"url": None}, 21205),
        ({"url": "/agent"}, 21205),
        ({"status_callback": "nowhere"}, 21609),
        ({"status_callback_event": ["ended"]}, 21626),
        ({"method": "PATCH"}, 21206),
        ({"timeout": 601}, 21224),
        ({"url": None, "twiml": "x" * 4001}, 21629),
    ],
)
async def test_a_call_that_can_not_be_made_is_refused_with_twilio_s_code(
    exchange: Any, changed: dict[str, Any], code: int
) -> None:
    asked = {"to": AGENT, "from_": LINE, "url": exchange.url("/agent")} | changed
    with pytest.raises(TwilioRestException) as refused:
        await exchange.client.calls.create_async(**asked)
    assert refused.value.code == code


async def test_strangers_and_unknown_calls_are_refused(exchange: Any) -> None:
    url = f"{exchange.api_url}/2010-04-01/Accounts/AC{'1' * 32}/Calls/CA{'0' * 32}.json"
    async with exchange.session.get(url) as answer:
        assert answer.status == 401
        assert (await answer.json())["code"] == 20003
    with pytest.raises(TwilioRestException) as refused:
        await exchange.client.calls("CA" + "0" * 32).fetch_async()
    assert (refused.value.status, refused.value.code) == (404, 20404)


async def test_a_refused_and_a_lost_rest_answer_can_be_armed(exchange: Any) -> None:
    exchange.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Calls.json", code=20429))
    asked = {"to": AGENT, "from_": LINE, "url": exchange.url("/agent")}
    with pytest.raises(TwilioRestException) as refused:
        await exchange.client.calls.create_async(**asked)
    assert refused.value.code == 20429
    exchange.emulator.faults.arm(Fault(FaultKind.LOSE_ANSWER, "/Calls.json"))
    with pytest.raises(ClientError) as lost:
        await exchange.client.calls.create_async(**asked)
    assert is_unanswered(lost.value)
    assert len(await exchange.client.calls.list_async()) == 1


async def test_webhooks_can_come_twice_late_or_never(exchange: Any) -> None:
    exchange.application.on("/incoming", HANG_UP)
    exchange.application.on("/fallback", HANG_UP)
    exchange.application.on("/status", web.Response(status=204))
    faults = exchange.emulator.faults
    faults.arm(Fault(FaultKind.DUPLICATE, "/incoming"))
    faults.arm(Fault(FaultKind.DROP, "/incoming"))
    phone = await exchange.phone()
    await phone.call()
    await exchange.application.until("/incoming", 2)
    first, second = exchange.application.to("/incoming")
    assert first.token == second.token
    assert first.fields == second.fields
    await phone.until("call", status="completed")
    await phone.call()
    await exchange.application.until("/fallback", ErrorCode="11205")


async def test_numbers_out_of_service_and_odd_frames_are_told(exchange: Any) -> None:
    phone = await exchange.phone()
    await phone.send("dial", to="+442079460099")
    await phone.until("error", code="no_such_number")
    await phone.send("dance")
    await phone.until("error", code="unknown_type")
    await phone.send("press", call_sid="CA1", digits="1")
    await phone.until("error", code="no_such_call")
    await phone.send("register", address="somewhere")
    await phone.until("error", code="bad_address")
    await phone.send("dial")
    await phone.until("error", code="malformed")
    await phone._socket.send_str("[]")
    await phone.until("error", code="malformed")
    await phone.send("ping")
    await phone.until("pong")


async def test_pages_of_other_origins_place_no_calls(exchange: Any) -> None:
    async with exchange.session.get(
        f"{exchange.api_url}/phone", headers={"Origin": "https://elsewhere.example"}
    ) as answer:
        assert answer.status == 403
