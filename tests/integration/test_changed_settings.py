"""Settings changed while the service runs: in every process, after a restart, and against a file that has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import aiohttp
from journey.chat import ChatCaller, join
from journey.console import AgentConsole
from journey.wire import WireRefused
from real_redis import RedisServer, Started
from serving.demo import changed_tenant
from serving.patience import until
from serving.rasa import Rasa
from serving.service import Service, run_to_its_end
from serving.together import together

CLOSED = {"time_zone": "UTC", "weekly": {"mon": ["00:00-00:01"]}, "holidays": []}
OUTAGE = "Our app is down at the moment. We are working on it."
BY_LOOKING = 10.0


async def signs_in(http: aiohttp.ClientSession, url: str, username: str) -> dict[str, str]:
    body = {"username": username, "password": "holdfast", "want_token": True}
    async with http.post(f"{url}/api/v1/agent/session", json=body) as answer:
        assert answer.status == 200, await answer.text()
        token = (await answer.json())["token"]
    http.cookie_jar.clear()
    return {"Authorization": f"Bearer {token}"}


async def change(
    http: aiohttp.ClientSession, url: str, who: dict[str, str], section: str, value: Any, version: int = 0
) -> int:
    """The version that it became."""
    body = {"value": value, "version": version}
    async with http.put(f"{url}/api/v1/settings/{section}", json=body, headers=who) as answer:
        assert answer.status == 200, await answer.text()
        return int((await answer.json())["version"])


async def undo(http: aiohttp.ClientSession, url: str, who: dict[str, str], version: int) -> None:
    async with http.post(f"{url}/api/v1/settings/versions/{version}/undo", headers=who) as answer:
        assert answer.status == 200, await answer.text()


async def status_of_joining(http: aiohttp.ClientSession, url: str, queue: str = "cards") -> int:
    try:
        return (await join(http, url, {"channel": "chat", "queue": queue}))[0]
    except WireRefused as refused:
        return refused.status


async def test_what_is_changed_at_one_process_holds_at_the_other_at_once(
    tmp_path: Path, rasa: Rasa, postgres_url: str, redis_url: str, http: aiohttp.ClientSession
) -> None:
    with together(
        tmp_path, 2, ("amira",), database_url=postgres_url, redis_url=redis_url, **rasa.settings
    ) as deployment:
        deployment.employ(["nadia"], role="admin")
        here, there = (service.url for service in deployment.services)
        nadia = await signs_in(http, here, "nadia")
        waiting = await (await ChatCaller.join(http, there)).open()
        amira = await AgentConsole.sign_in(http, there, "amira")

        closed = await change(http, here, nadia, "hours.cards", CLOSED)
        await until("the other process is closed", lambda: is_status(http, there, 409))
        assert (await waiting.show())["place"]["position"] == 1
        await undo(http, here, nadia, closed)
        await until("the other process is open", lambda: is_status(http, there, 201))

        await change(http, here, nadia, "notices", [{"says": OUTAGE}])
        await change(http, here, nadia, "canned_texts", {"hello": "Good morning."})
        texts = await amira.heard.wait_for_type("workplace.updated")
        assert texts["data"]["canned_texts"] == [{"name": "hello", "text": "Good morning."}]
        greeted = await until("the notice is told", lambda: greeting_with(http, there, OUTAGE))
        assert greeted

        await change(http, here, nadia, "queues.travel", {"name": "Travel"})
        await until("the other process has the new queue", lambda: is_status(http, there, 201, "travel"))
        mine = await (await ChatCaller.join(http, here, "travel")).open()
        beside = await (await ChatCaller.join(http, there, "travel")).open()
        assert beside.position == (mine.position or 0) + 1


async def is_status(http: aiohttp.ClientSession, url: str, status: int, queue: str = "cards") -> bool:
    return await status_of_joining(http, url, queue) == status


async def greeting_with(http: aiohttp.ClientSession, url: str, sentence: str) -> bool:
    caller = await (await ChatCaller.join(http, url)).open()
    try:
        return sentence in str([frame["data"].get("text") for frame in caller.heard.of("message.added")])
    finally:
        await caller.leave()


async def test_what_the_bus_loses_is_found_by_looking(
    tmp_path: Path, rasa: Rasa, postgres_url: str, own_redis: Callable[[str], Started], http: aiohttp.ClientSession
) -> None:
    redis = cast(RedisServer, own_redis("plain"))
    with together(tmp_path, 2, (), database_url=postgres_url, redis_url=redis.url, **rasa.settings) as deployment:
        deployment.employ(["nadia"], role="admin")
        here, there = (service.url for service in deployment.services)
        nadia = await signs_in(http, here, "nadia")
        redis.kill()
        await change(http, here, nadia, "hours.cards", CLOSED)
        await until("the other process is closed", lambda: is_status(http, there, 409), BY_LOOKING)


async def test_changes_hold_after_a_restart_and_a_file_that_does_not_fit_them_says_what_conflicts(
    tmp_path: Path, rasa: Rasa, http: aiohttp.ClientSession
) -> None:
    folder = tmp_path / "service"
    whole = changed_tenant(tmp_path / "whole")
    with Service(folder, **rasa.settings, **whole) as service:
        service.wait_until_ready()
        nadia = await signs_in(http, service.url, "nadia")
        await change(http, service.url, nadia, "hours.accounts", CLOSED)
        await change(http, service.url, nadia, "canned_texts", {"hello": "Good morning."})
        service.stop()
        service.start().wait_until_ready()
        assert await status_of_joining(http, service.url, "accounts") == 409

    data = {"HOLDFAST_DATA_DIR": str(service.data_dir)}
    smaller = {"HOLDFAST_TENANT": str(without_accounts(tmp_path))}
    assert run_to_its_end(tmp_path, "check", **whole, **data) == (0, "")
    for command in ("check", "run"):
        code, said = run_to_its_end(tmp_path, command, **rasa.settings, **smaller, **data)
        assert code == 2
        assert "hours.accounts (version " in said
        assert "'accounts'" in said
        assert "canned_texts" not in said
    version = said.partition("hours.accounts (version ")[2].partition(" ")[0]
    assert run_to_its_end(tmp_path, "settings", "undo", version, **smaller, **data) == (0, "")
    assert run_to_its_end(tmp_path, "check", **smaller, **data) == (0, "")
    code, said = run_to_its_end(tmp_path, "settings", "undo", "99", **smaller, **data)
    assert (code, said) == (2, "holdfast: VERSION: There is no change 99.\n")


def without_accounts(folder: Path) -> Path:
    """The demo's tenant file, which has lost a queue."""
    path = Path(changed_tenant(folder / "smaller")["HOLDFAST_TENANT"])
    text = path.read_text(encoding="utf-8")
    begin, end = text.index("  accounts:"), text.index("  fraud:")
    path.write_text(text[:begin] + text[end:], encoding="utf-8")
    return path


async def test_many_who_change_at_once_lose_nothing(
    tmp_path: Path, rasa: Rasa, postgres_url: str, redis_url: str, http: aiohttp.ClientSession
) -> None:
    """Two processes, one section: of those who saw the same version one is first, and the others are told who."""
    with together(tmp_path, 2, (), database_url=postgres_url, redis_url=redis_url, **rasa.settings) as deployment:
        deployment.employ(["nadia"], role="admin")
        urls = [service.url for service in deployment.services]
        nadia = await signs_in(http, urls[0], "nadia")

        async def attempt(n: int) -> tuple[int, Any]:
            body = {"value": {"hello": f"Hello from {n}."}, "version": 0}
            path = f"{urls[n % 2]}/api/v1/settings/canned_texts"
            async with http.put(path, json=body, headers=nadia) as answer:
                return answer.status, await answer.json()

        answers = await asyncio.gather(*(attempt(n) for n in range(12)))
        assert sorted(status for status, _ in answers) == [200] + [409] * 11
        assert {told["error"]["by"]["username"] for status, told in answers if status == 409} == {"nadia"}
        async with http.get(f"{urls[1]}/api/v1/settings/versions", headers=nadia) as answer:
            told = await answer.json()
        assert [each["section"] for each in told["versions"]] == ["canned_texts", "people.nadia"]
