"""The database locked by another process: whoever asks is told honestly, nothing half-done stays, and it goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from journey.chat import ChatCaller, join
from journey.console import AgentConsole, CommandRefused
from journey.telephone import Line, SignedCall
from journey.wire import WireRefused
from serving.locking import locked
from serving.patience import until
from serving.service import TWILIO_TOKEN, Service


async def test_a_locked_database_is_told_and_costs_nobody_anything(
    service: Service, http: aiohttp.ClientSession
) -> None:
    caller = await (await ChatCaller.join(http, service.url)).open()
    call = SignedCall(Line(http, service.url, TWILIO_TOKEN))
    await call.dial()
    late = SignedCall(Line(http, service.url, TWILIO_TOKEN))
    amira = await AgentConsole.sign_in(http, service.url, "amira")
    body = {"channel": "chat", "queue": "cards", "idempotency_key": uuid4().hex}
    with locked(service.data_dir / "holdfast.db"):
        await asyncio.gather(
            _is_told(join(http, service.url, body)),
            _is_told(caller.post("I lost my card", "lost")),
            _is_told_at_the_console(amira),
            _is_told_on_the_phone(call, late),
        )
        assert (await caller.show())["state"] == "waiting", "reading goes on"

    async def joins() -> int:
        try:
            return (await join(http, service.url, body))[0]
        except WireRefused as refused:
            assert refused.status == 503
            return 0

    assert await until("the same request finds its place in the end", joins) == 201
    assert "third" not in await call.say("what is my position?")
    assert "Your place in the queue is secured" in await late.dial()
    await caller.post("I lost my card", "lost")
    said = [text for author, text in caller.transcript if author == "caller"]
    assert said.count("I lost my card") == 1
    shown = await caller.show()
    assert (shown["state"], shown["place"]["position"]) == ("waiting", 1)
    await amira.command("ready")
    await amira.is_offered(caller.contact_id)


async def _is_told(request: Coroutine[Any, Any, object]) -> None:
    with pytest.raises(WireRefused) as refused:
        await request
    assert (refused.value.status, refused.value.code) == (503, "database_unavailable")
    assert refused.value.retryable


async def _is_told_at_the_console(amira: AgentConsole) -> None:
    with pytest.raises(CommandRefused) as refused:
        await amira.command("ready")
    assert refused.value.code == "database_unavailable"
    assert refused.value.data["retryable"] is True


async def _is_told_on_the_phone(talking: SignedCall, arriving: SignedCall) -> None:
    heard = await talking.say("I lost my card")
    assert "place in the queue is safe" in heard
    assert talking.listens_for(), "the call goes on"
    document = await arriving.fetch(f"{arriving.line.public_url}/telephony/voice/incoming", CallStatus="ringing")
    said = " ".join(line.text or "" for line in document.iter("Say"))
    assert "One moment" in said or "can't secure your place just now" in said
    assert "secured" not in said, "nothing is promised that is not durable"


async def test_words_said_while_the_bank_is_slow_are_answered_too(
    service: Service, http: aiohttp.ClientSession
) -> None:
    caller = await (await ChatCaller.join(http, service.url)).open()
    await caller.say("my debit card was stolen yesterday")
    await caller.gives("customer_number", "10000001")
    await caller.gives("pin", "4821")
    await caller.hears("shall I freeze")
    with locked(service.data_dir / "bank.db"):
        await caller.say("yes")
        await caller.say("where am I in the queue?")
    await caller.hears("debit card ending 4417 is frozen")
    await caller.hears("first in line")
