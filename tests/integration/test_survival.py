"""What a caller was in the middle of when everything was killed goes on where it was."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import aiohttp
from journey.chat import ChatCaller
from journey.console import AgentConsole
from journey.telephone import Line, SignedCall
from serving.demo import card_status, changed_tenant
from serving.locking import locked
from serving.rasa import Rasa
from serving.service import TWILIO_TOKEN, Service


async def test_time_away_counts_against_nobody(tmp_path: Path, rasa: Rasa, http: aiohttp.ClientSession) -> None:
    """Away for longer than the grace: everybody is there still, and has the whole grace from the return on."""
    grace = 4.0
    with Service(tmp_path, **rasa.settings, **changed_tenant(tmp_path, grace_seconds=grace)) as service:
        on_socket = await (await ChatCaller.join(http, service.url)).open()
        without = await ChatCaller.join(http, service.url)
        service.kill()
        await on_socket.close()
        await asyncio.sleep(grace + 1)  # the time away is what is tested
        service.start()
        returned_at = time.monotonic()
        again = await on_socket.another_device().open()
        assert again.position == 1
        assert (await again.show())["state"] == "waiting"

        behind = await (await ChatCaller.join(http, service.url)).open()
        assert behind.position == 3, "who did not come back yet keeps the place"
        await behind.heard.wait_for(
            "the one who never came back gives way",
            lambda frame: frame["type"] == "place.updated" and frame["data"]["place"]["position"] == 2,
        )
        assert time.monotonic() - returned_at >= grace / 2, "the grace after the return was cut short"
        shown = await without.show()
        assert (shown["state"], shown["outcome"]) == ("abandoned", "abandoned")
        assert (await again.show())["state"] == "waiting"
    service.assert_quiet_log()


async def test_a_conversation_and_an_open_question_survive_a_kill(
    service: Service, http: aiohttp.ClientSession
) -> None:
    talking = await (await ChatCaller.join(http, service.url)).open()
    proving = await (await ChatCaller.join(http, service.url)).open()
    await proving.say("my debit card was stolen yesterday")
    await proving.gives("customer_number", "10000002")
    asked = await proving.heard.wait_for("the PIN", lambda frame: frame.get("data", {}).get("name") == "pin")
    amira = await AgentConsole.sign_in(http, service.url, "amira")
    await amira.command("ready")
    await amira.accept(await amira.is_offered(talking.contact_id))
    await talking.heard.wait_for_type("contact.connected")
    await talking.say("It began on Monday")
    await amira.reads(talking.contact_id, "It began on Monday")
    service.kill()
    for client in (talking, proving, amira):
        await client.close()
    service.start()

    talking, proving = await talking.another_device().open(), await proving.another_device().open()
    await amira.open()
    (work,) = amira.snapshot["contacts"]
    assert (work["contact_id"], work["transcript"][-1]["text"]) == (talking.contact_id, "It began on Monday")
    await amira.command("say", contact_id=talking.contact_id, text="I am back too", client_id="back")
    await talking.hears("I am back too", author="agent")
    assert (await talking.show())["state"] == "connected"
    again = await proving.heard.wait_for_type("input.requested")
    assert again["data"] == asked["data"], "the same question, not another one"
    await proving.gives("pin", "7305")
    await proving.hears("that's you confirmed")


async def test_a_call_on_the_line_survives_a_kill(service: Service, http: aiohttp.ClientSession) -> None:
    """The telephone company keeps the call, and asks on as soon as somebody answers again."""
    call = SignedCall(Line(http, service.url, TWILIO_TOKEN))
    await call.dial()
    behind = await ChatCaller.join(http, service.url)
    await call.say("my debit card was stolen yesterday")
    assert call.listens_for() == {"dtmf"}
    service.kill()
    service.start()
    assert "PIN" in await call.press("10000001")
    assert "debit card ending 4417" in await call.press("4821")
    again = SignedCall(call.line, call.caller, sid=call.sid)
    assert "Your place in the queue is secured: you're next" in await again.dial()
    assert (await behind.show())["place"]["position"] == 2, "the same call has one place"
    amira = await AgentConsole.sign_in(http, service.url, "amira")
    await amira.command("ready")
    offer = await amira.is_offered()
    assert (offer["channel"], "Maya" in offer["headline"]) == ("voice", True)


async def test_a_yes_whose_order_was_cut_by_a_kill_is_carried_out_afterwards(
    service: Service, http: aiohttp.ClientSession
) -> None:
    caller = await (await ChatCaller.join(http, service.url)).open()
    await caller.say("my debit card was stolen yesterday")
    await caller.gives("customer_number", "10000001")
    await caller.gives("pin", "4821")
    await caller.hears("shall I freeze")
    with locked(service.data_dir / "bank.db"):
        await caller.say("yes")
        service.kill()
    await caller.close()
    service.start()
    again = await caller.another_device().open()
    await again.hears("debit card ending 4417 is frozen")
    assert card_status(service.data_dir, "card-1001") == "frozen"


async def test_an_identity_check_that_was_cut_by_a_kill_is_asked_for_again(
    service: Service, http: aiohttp.ClientSession
) -> None:
    caller = await (await ChatCaller.join(http, service.url)).open()
    await caller.say("my debit card was stolen yesterday")
    await caller.gives("customer_number", "10000001")
    await caller.heard.wait_for("the PIN", lambda frame: frame.get("data", {}).get("name") == "pin")
    with locked(service.data_dir / "bank.db"):
        answered = caller.heard.mark
        await caller.gives("pin", "4821")
        await caller.heard.wait_for_type("input.ended", answered)
        service.kill()
    await caller.close()
    service.start()
    again = await caller.another_device().open()
    await again.say("hello? are you still there?")
    await again.gives("customer_number", "10000001")
    await again.gives("pin", "4821")
    await again.hears("shall I freeze")
