"""`holdfast serve`: the service alone, as it runs in production, without anything that is there for trying it out."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest
from journey.chat import ChatCaller
from journey.console import AgentConsole
from journey.wire import WireRefused
from serving.rasa import Rasa
from serving.service import Service, run_to_its_end

PASSWORD = "a password of amira's"
NEEDED = ("HOLDFAST_DATABASE_URL", "HOLDFAST_SECRET_KEY")


@pytest.mark.parametrize("given", [(), NEEDED[:1], NEEDED[1:]], ids=["nothing", "a database", "a key"])
def test_serving_needs_a_database_and_a_secret_key(tmp_path: Path, given: tuple[str, ...]) -> None:
    settings = dict(zip(NEEDED, ("postgresql://127.0.0.1:1/none", "kept over restarts"), strict=True))
    code, said = run_to_its_end(tmp_path, "serve", **{name: settings[name] for name in given})
    assert code == 2
    for name in NEEDED:
        assert (name in said) is (name not in given)
    assert "holdfast serve" in said
    assert "Traceback" not in said


def test_an_address_of_redis_that_is_none_is_told_without_its_password(tmp_path: Path, postgres_url: str) -> None:
    settings = {"HOLDFAST_REDIS_URL": "redis+cluster://:s3cr3t@host:word", "HOLDFAST_DATABASE_URL": postgres_url}
    code, said = run_to_its_end(tmp_path, "serve", HOLDFAST_SECRET_KEY="key", **settings)
    assert code == 2
    assert "HOLDFAST_REDIS_URL" in said
    assert "s3cr3t" not in said


async def test_what_is_there_for_trying_out_is_not_there_in_production(
    tmp_path: Path, rasa: Rasa, postgres_url: str, redis_url: str, http: aiohttp.ClientSession
) -> None:
    settings = {"HOLDFAST_DATABASE_URL": postgres_url, "HOLDFAST_REDIS_URL": redis_url, "HOLDFAST_SECRET_KEY": "key"}
    added = run_to_its_end(tmp_path, "agent", "add", "amira", said=f"{PASSWORD}\n", **settings)
    assert added == (0, "")
    with Service(tmp_path, "serve", **rasa.settings, **settings) as service:
        service.wait_until_ready()
        for path in ("/demo", "/demo/page/language.js", "/phone", "/emulator/phone"):
            assert await status_of(http, service.url + path) == 404, path
        for path in ("/console", "/supervisor", "/widget.js", "/widget-ar.json", "/metrics"):
            assert await status_of(http, service.url + path) == 200, path
        with pytest.raises(WireRefused) as refused:
            await AgentConsole.sign_in(http, service.url, "ben")
        assert refused.value.code == "wrong_credentials"
        async with http.post(f"{service.url}/telephony/voice/incoming", data={"CallSid": "CA1"}) as answer:
            assert answer.status == 403, "no account, no webhook that is believed"

        caller = await (await ChatCaller.join(http, service.url)).open()
        amira = await AgentConsole.sign_in(http, service.url, "amira", PASSWORD)
        await amira.command("ready")
        await amira.accept(await amira.is_offered(caller.contact_id))
        await caller.heard.wait_for_type("contact.connected")
        _, ready = service.get("/readyz")
        assert ready["parts"] == {
            "database": "ready",
            "dialogue": "ready",
            "clock": "ready",
            "bus": "ready",
            "settings": "ready",
        }
        async with http.get(f"{service.url}/metrics") as answer:
            assert "holdfast_clock_skew_seconds 0" in await answer.text()
    service.assert_quiet_log()


async def status_of(http: aiohttp.ClientSession, address: str) -> int:
    async with http.get(address) as answer:
        return answer.status
