"""Texts: sent through Twilio's own client, refused where Twilio would, and shown on the page of the embedded run."""

from __future__ import annotations

from typing import Any

import pytest
from serving.patience import until
from twilio.base.exceptions import TwilioRestException

from assistant.model.errors import Unavailable
from assistant.settings.tenant import Tenant
from telephony.emulator import Fault, FaultKind
from telephony.messaging import TwilioMessenger
from telephony.rest import refusal_code

CUSTOMER = "+442071838750"
LINE = "+442079460000"


async def test_a_text_that_was_sent_stands_on_the_page_and_in_the_list(exchange: Any, fernhill: Tenant) -> None:
    await TwilioMessenger(exchange.client, fernhill).send(CUSTOMER, "Your code is 123456 <b>now</b>.")
    (sent,) = await exchange.client.messages.list_async(limit=5)
    assert (sent.to, sent.from_, sent.body) == (CUSTOMER, LINE, "Your code is 123456 <b>now</b>.")
    page = exchange.emulator.texts.page()
    assert CUSTOMER in page
    assert "Your code is 123456 &lt;b&gt;now&lt;/b&gt;." in page


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": "nobody"}, 21211),
        ({"from_": "+442071830000"}, 21606),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
    ],
    ids=["to", "from", "empty", "long"],
)
async def test_what_twilio_would_refuse_is_refused(exchange: Any, fields: dict[str, str], code: int) -> None:
    right = {"to": CUSTOMER, "from_": LINE, "body": "Hello"}
    with pytest.raises(TwilioRestException) as refused:
        await exchange.client.messages.create_async(**(right | fields))
    assert refusal_code(refused.value) == code


async def test_a_refused_text_is_unavailable_and_an_unanswered_one_may_have_been_sent(
    exchange: Any, fernhill: Tenant
) -> None:
    messenger = TwilioMessenger(exchange.client, fernhill)
    exchange.emulator.faults.arm(Fault(FaultKind.REFUSE, "/Messages", code=20503))
    with pytest.raises(Unavailable):
        await messenger.send(CUSTOMER, "Hello")
    exchange.emulator.faults.arm(Fault(FaultKind.LOSE_ANSWER, "/Messages"))
    await messenger.send(CUSTOMER, "Hello again")
    assert [text.body for text in exchange.emulator.texts.all()] == ["Hello again"]


async def life_of(exchange: Any, sid: str) -> list[str]:
    """What the application was told of a text, in order."""
    await exchange.application.expects("/receipts", 3, MessageSid=sid)
    return [asked.fields["MessageStatus"] for asked in exchange.application.to("/receipts")]


async def test_a_text_goes_through_its_states_and_each_is_told(exchange: Any) -> None:
    exchange.application.on("/receipts", "")
    phone = await exchange.phone(CUSTOMER)
    sent = await exchange.client.messages.create_async(
        to=CUSTOMER, from_=LINE, body="Hello", status_callback=exchange.url("/receipts")
    )
    assert sent.status == "queued"
    assert await life_of(exchange, sent.sid) == ["sending", "sent", "delivered"]
    assert (await phone.expects("text", direction="incoming"))["body"] == "Hello"
    assert (await exchange.client.messages(sent.sid).fetch_async()).status == "delivered"
    await exchange.client.messages(sent.sid).delete_async()
    with pytest.raises(TwilioRestException) as gone:
        await exchange.client.messages(sent.sid).fetch_async()
    assert refusal_code(gone.value) == 20404


async def test_a_text_may_be_lost_on_its_way_with_a_code(exchange: Any) -> None:
    exchange.application.on("/receipts", "")
    exchange.emulator.faults.arm(Fault(FaultKind.UNDELIVERED, f"text:{CUSTOMER}", code=30003))
    sent = await exchange.client.messages.create_async(
        to=CUSTOMER, from_=LINE, body="Hello", status_callback=exchange.url("/receipts")
    )
    assert await life_of(exchange, sent.sid) == ["sending", "sent", "undelivered"]
    assert exchange.application.to("/receipts")[-1].fields["ErrorCode"] == "30003"


async def test_whatsapp_takes_free_words_only_after_somebody_has_written(exchange: Any) -> None:
    exchange.application.on("/receipts", "")
    exchange.application.on("/texts", "<Response/>")
    to, sender = f"whatsapp:{CUSTOMER}", f"whatsapp:{LINE}"
    for expected in ("undelivered", "delivered"):
        sent = await exchange.client.messages.create_async(
            to=to, from_=sender, body="Hello", status_callback=exchange.url("/receipts")
        )
        told = await exchange.application.expects("/receipts", 1, MessageSid=sent.sid, MessageStatus=expected)
        assert told.fields.get("ErrorCode") == ("63016" if expected == "undelivered" else None)
        phone = await exchange.phone(CUSTOMER)
        await phone.send("text", to=sender, body="hello")
        await exchange.application.expects("/texts", 1, From=to)


async def test_a_text_to_the_account_is_asked_about_and_the_answer_comes_back(exchange: Any) -> None:
    answer = "<Response><Message>one</Message><Message><Body>two</Body></Message></Response>"
    exchange.application.on("/texts", answer)
    phone = await exchange.phone(CUSTOMER)
    await phone.send("text", to=LINE, body="hello", media=1)
    asked = await exchange.application.expects("/texts", 1)
    assert {"From": CUSTOMER, "To": LINE, "Body": "hello", "NumMedia": "1"}.items() <= asked.fields.items()
    assert asked.fields["MessageSid"].startswith("SM")
    assert "MediaUrl0" in asked.fields
    assert {(await phone.expects("text", direction="incoming"))["body"] for _ in range(2)} == {"one", "two"}
    await phone.send("text", to="+442079460999", body="nobody there")
    assert (await phone.expects("error"))["code"] == "no_such_number"


async def test_an_answer_that_is_no_answer_to_a_text_is_complained_of(exchange: Any) -> None:
    phone = await exchange.phone(CUSTOMER)
    for count, wrong in enumerate(("<Response><Say>hello</Say></Response>", "hello", "<Other/>"), 1):
        exchange.application.on("/texts", wrong)
        await phone.send("text", to=LINE, body="hello")
        await exchange.application.expects("/texts", count)

        async def is_told(count: int = count) -> bool:
            return bool(exchange.complaints.count(12200) == count)

        await until("it is complained of", is_told)


async def test_the_carriers_words_are_honoured_by_the_telephone_company_itself(exchange: Any) -> None:
    exchange.application.on("/texts", "<Response><Message>our own words</Message></Response>")
    phone = await exchange.phone(CUSTOMER)
    await phone.send("text", to=LINE, body="Stop")
    assert "unsubscribed" in (await phone.expects("text", direction="incoming"))["body"]
    with pytest.raises(TwilioRestException) as refused:
        await exchange.client.messages.create_async(to=CUSTOMER, from_=LINE, body="Hello")
    assert refusal_code(refused.value) == 21610
    await phone.send("text", to=LINE, body="info")
    await exchange.application.expects("/texts", 2)
    await phone.send("text", to=LINE, body="START")
    assert "re-subscribed" in (await phone.expects("text", direction="incoming"))["body"]
    await exchange.client.messages.create_async(to=CUSTOMER, from_=LINE, body="Hello")
    await phone.send("text", to=LINE, body="Info")
    bodies = [(await phone.expects("text", direction="incoming"))["body"] for _ in range(4)]
    assert sum("Reply STOP" in body for body in bodies) == 1, "whoever has stopped is not even helped"


async def test_on_whatsapp_the_words_are_the_application_s_own_matter(exchange: Any) -> None:
    exchange.application.on("/texts", "<Response><Message>our own words</Message></Response>")
    phone = await exchange.phone(CUSTOMER)
    await phone.send("text", to=f"whatsapp:{LINE}", body="STOP")
    assert (await phone.expects("text", direction="incoming"))["body"] == "our own words"
    assert exchange.complaints == []
