"""Calls that we make and steer through the emulator's REST interface, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import ClientError, web
from twilio.base.exceptions import TwilioRestException

from telephony import twiml
from telephony.emulator import Fault, FaultKind
from telephony.rest import is_unanswered, refusal_code
from telephony.twiml import Listening, Speaker

SPEAKER = Speaker()
HANG_UP = twiml.goodbye(["Goodbye."], speaker=SPEAKER)
AGENT = "client:amira"
LINE = "+442079460000"


def talk(exchange: Any, *lines: str, path: str = "/turn") -> str:
    return twiml.talk(lines, action=exchange.url(path), speaker=SPEAKER, listening=Listening(silence_seconds=5))


@pytest.mark.parametrize("address", [AGENT, "+442071838751"])
async def test_a_call_that_we_make_rings_the_registered_phone(exchange: Any, address: str) -> None:
    exchange.application.on("/agent", HANG_UP)
    exchange.application.on("/progress", web.Response(status=204))
    phone = await exchange.phone(address)
    call = await exchange.client.calls.create_async(
        to=address,
        from_=LINE,
        url=exchange.url("/agent"),
        status_callback=exchange.url("/progress"),
        status_callback_event=["initiated", "ringing", "answered", "completed"],
        timeout=20,
    )
    assert (call.status, call.direction, call._from) == ("queued", "outbound-api", LINE)
    ringing = await phone.expects("call", status="ringing", direction="incoming")
    assert ringing["from"] == LINE
    await phone.send("answer", call_sid=call.sid)
    await phone.expects("spoken", text="Goodbye.")
    await exchange.application.expects("/progress", CallStatus="completed")
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
    await exchange.application.expects("/progress", CallStatus="no-answer")


async def test_a_phone_that_declines_is_busy_and_one_that_registers_late_still_rings(exchange: Any) -> None:
    await exchange.client.calls.create_async(
        to=AGENT, from_=LINE, url=exchange.url("/agent"), status_callback=exchange.url("/progress"), timeout=60
    )
    phone = await exchange.phone(AGENT)
    await phone.expects("call", status="ringing")
    await phone.hang_up()
    await exchange.application.expects("/progress", CallStatus="busy")


async def test_a_ringing_call_is_canceled_and_a_queued_one_without_a_word(exchange: Any) -> None:
    calls = exchange.client.calls

    async def ring() -> Any:
        return await calls.create_async(
            to="client:nobody", from_=LINE, url=exchange.url("/agent"), status_callback=exchange.url("/progress")
        )

    first, second = await ring(), await ring()
    assert (await calls(second.sid).update_async(status="canceled")).status == "canceled"
    assert (await calls(first.sid).update_async(status="canceled")).status == "canceled"
    told = await exchange.application.expects("/progress")
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
    await phone.expects("spoken")
    await exchange.client.calls(sid).update_async(url=exchange.url("/elsewhere"), method="POST")
    await phone.expects("stop")
    await phone.expects("spoken", text="Goodbye.")
    await phone.expects("call", status="completed")
    with pytest.raises(TwilioRestException) as refused:
        await exchange.client.calls(sid).update_async(url=exchange.url("/elsewhere"))
    assert refusal_code(refused.value) == 21220


async def test_inline_documents_are_run(exchange: Any) -> None:
    phone = await exchange.phone(AGENT)
    call = await exchange.client.calls.create_async(to=AGENT, from_=LINE, twiml=HANG_UP)
    await phone.expects("call", status="ringing")
    await phone.send("answer", call_sid=call.sid)
    await phone.expects("spoken", text="Goodbye.")


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
