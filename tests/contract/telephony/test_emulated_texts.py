"""Texts: sent through Twilio's own client, refused where Twilio would, and shown on the page of the embedded run."""

from __future__ import annotations

from typing import Any

import pytest
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
