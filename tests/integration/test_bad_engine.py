"""Rasa down, slow, hung, killed, or talking rubbish: one honest sentence, the place stands, and the line goes on."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import aiohttp
import pytest
from journey.chat import ChatCaller, transcript
from journey.console import AgentConsole
from journey.telephone import Line, SignedCall
from rubbish import ODD, RUBBISH, MadEngine, mad_engine
from serving.patience import until, wait_until
from serving.ports import free_port
from serving.processes import children, is_running
from serving.service import TWILIO_TOKEN, Service

SORRY = "your place in the queue is safe"
TURN_PATIENCE_SECONDS = 5.0


@pytest.fixture
async def mad() -> AsyncIterator[MadEngine]:
    async with mad_engine() as engine:
        yield engine


def _service(folder: Path, url: str) -> Service:
    return Service(folder, HOLDFAST_RASA_URL=url, HOLDFAST_RASA_TOKEN="whatever")


async def _is_told_once_and_stands(caller: ChatCaller) -> None:
    """An apology within the time that a turn may take; not a second one for the next words; the place is as it was."""
    await caller.say("I lost my card")
    async with asyncio.timeout(TURN_PATIENCE_SECONDS):
        await caller.hears(SORRY)
    await caller.post("hello?")
    shown = await caller.show()
    assert (shown["state"], shown["place"]["position"]) == ("waiting", 1)
    assert [text for author, text in caller.transcript if author == "assistant" and SORRY in text] == [
        caller.transcript[2][1]
    ]


async def test_rasa_down(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    with _service(tmp_path, f"http://127.0.0.1:{free_port()}") as service:
        status, parts = service.get("/readyz")
        assert (status, parts["parts"]["database"], parts["parts"]["dialogue"]) == (503, "ready", "starting")
        caller = await (await ChatCaller.join(http, service.url)).open()
        await _is_told_once_and_stands(caller)
        call = SignedCall(Line(http, service.url, TWILIO_TOKEN))
        assert "one person is ahead of you" in await call.dial()
        assert SORRY in await call.say("I lost my card")
        assert call.listens_for(), "the call goes on"
        amira = await AgentConsole.sign_in(http, service.url, "amira")
        await amira.command("ready")
        briefing = await amira.accept(await amira.is_offered(caller.contact_id))
        said = [message["text"] for message in briefing["transcript"] if message["author"] == "caller"]
        assert said == ["I lost my card", "hello?"], "the agent sees what the assistant could not answer"
    service.assert_quiet_log()


async def test_rasa_answering_rubbish(tmp_path: Path, http: aiohttp.ClientSession, mad: MadEngine) -> None:
    with _service(tmp_path, mad.url) as service:
        for kind in RUBBISH:
            caller = await (await ChatCaller.join(http, service.url)).open()
            mad.answer = "good"
            await until(f"turns are let through again before {kind}", partial(_is_answered_well, caller))
            mad.answer = kind
            await caller.say(f"now comes {kind}")
            await caller.hears(SORRY)
            shown = await caller.show()
            assert (shown["state"], shown["place"]["position"]) == ("waiting", 1), kind
            await caller.leave()
            await caller.close()
    service.assert_quiet_log()


async def test_rasa_answering_what_nobody_agreed_on(
    tmp_path: Path, http: aiohttp.ClientSession, mad: MadEngine
) -> None:
    with _service(tmp_path, mad.url) as service:
        for kind in ODD:
            caller = await (await ChatCaller.join(http, service.url)).open()
            mad.answer = kind
            await caller.post(f"now comes {kind}")
            mad.answer = "good"
            await until(f"the talk goes on after {kind}", partial(_is_answered_well, caller), TURN_PATIENCE_SECONDS)
            shown = await caller.show()
            assert (shown["state"], shown["place"]["position"]) == ("waiting", 1), kind
            assert shown["gathered"]["tried"] == [], kind
            assert all(text for _, text in transcript(await caller.events())), f"an empty message after {kind}"
            await caller.leave()
            await caller.close()
    service.assert_quiet_log()


async def _is_answered_well(caller: ChatCaller) -> bool:
    await caller.post("hello")
    return "All is well." in str((await caller.events())[-1])


async def test_rasa_slower_than_a_turn_may_be(tmp_path: Path, http: aiohttp.ClientSession, mad: MadEngine) -> None:
    with _service(tmp_path, mad.url) as service:
        caller = await (await ChatCaller.join(http, service.url)).open()
        await caller.ask("hello", "All is well")
        mad.answer = "late"
        await caller.say("are you there?")
        async with asyncio.timeout(TURN_PATIENCE_SECONDS):
            await caller.hears(SORRY)
        call = SignedCall(Line(http, service.url, TWILIO_TOKEN))
        await call.dial()
        assert SORRY in await call.say("I lost my card")
        mad.answer = "good"
        await until("the assistant is back", lambda: _is_answered_well(caller))
    service.assert_quiet_log()


async def test_the_embedded_rasa_hung_killed_and_never_left_behind(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    """Rasa as the service's own child: it talks; stopped it costs a sentence; killed it comes back; it dies with us."""
    service = Service(tmp_path)
    with service:
        assert service.get("/healthz")[0] == 200, "the queue does not wait for Rasa"
        caller = await (await ChatCaller.join(http, service.url)).open()
        service.wait_until_ready()
        await caller.ask("where am I in the queue?", "first in line")
        (rasa,) = children(service.pid, "serve.py")
        os.kill(rasa, signal.SIGSTOP)
        await caller.say("are you still there?")
        async with asyncio.timeout(TURN_PATIENCE_SECONDS):
            await caller.hears(SORRY)
        assert (await ChatCaller.join(http, service.url)).position_at_joining == 2, "the line goes on"
        os.kill(rasa, signal.SIGCONT)
        await until("the assistant is back", lambda: _answers(caller))

        os.kill(rasa, signal.SIGKILL)
        wait_until("Rasa is started again", lambda: set(children(service.pid, "serve.py")) - {rasa})
        service.wait_until_ready()
        await until("the assistant is back", lambda: _answers(caller))
        (rasa,) = children(service.pid, "serve.py")
        service.kill_alone()
        wait_until("no orphan is left", lambda: not is_running(rasa))
    service.assert_quiet_log()


async def _answers(caller: ChatCaller) -> bool:
    await caller.post("where am I in the queue?")
    return "first in line" in (await caller.events())[-1]["data"].get("text", "")
