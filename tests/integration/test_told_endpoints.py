"""Outgoing webhooks of the service as it runs: kills lose none, processes share them, supervisors see the parked."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from journey.chat import ChatCaller
from journey.console import AgentConsole
from serving.endpoint import Endpoint, endpoint, telling
from serving.patience import until
from serving.rasa import Rasa
from serving.service import Service, run_to_its_end
from serving.together import together

PATH = "/api/v1/supervisor/deliveries"
EVENTS = ["contact.placed", "contact.offered", "contact.connected", "contact.closed"]


def told(folder: Path, url: str, **options: Any) -> dict[str, str]:
    return telling(folder, url, **{"events": EVENTS} | options)


async def come_and_go(http: aiohttp.ClientSession, url: str, count: int) -> list[str]:
    """So many join, and leave at once."""
    callers = await asyncio.gather(*(ChatCaller.join(http, url) for _ in range(count)))
    for caller in callers:
        await caller.leave()
    return [caller.contact_id for caller in callers]


async def all_told(crm: Endpoint, contacts: list[str]) -> None:
    async def is_so() -> bool:
        return all(crm.of_contact(contact)[-1:] == ["contact.closed"] for contact in contacts)

    await until("every contact has been told to its end", is_so, 90)
    for contact in contacts:
        assert crm.of_contact(contact) == ["contact.placed", "contact.closed"]
    assert crm.most_at_once == 1


def test_a_secret_that_is_missing_or_none_is_told_before_anything_starts(tmp_path: Path) -> None:
    settings = told(tmp_path, "http://127.0.0.1:9/hooks")
    for secret in ("", "whsec_", "whsec_dG9vIHNob3J0", "a password"):
        code, said = run_to_its_end(tmp_path, "check", **settings | {"CRM_SECRET": secret})
        assert (code, "CRM_SECRET" in said) == (2, True), said
        assert "password" not in said
    assert run_to_its_end(tmp_path, "check", **settings)[0] == 0


@pytest.mark.timeout(300)
async def test_a_kill_in_the_middle_of_telling_loses_and_reorders_nothing(
    tmp_path: Path, rasa: Rasa, http: aiohttp.ClientSession
) -> None:
    async with endpoint(pause=lambda: asyncio.sleep(0.1)) as crm:
        with Service(tmp_path, **rasa.settings, **told(tmp_path, crm.url)) as service:
            contacts = await come_and_go(http, service.url, 20)

            async def has_begun() -> bool:
                return len(crm.heard) > 4

            await until("the telling has begun", has_begun)
            service.kill()
            assert len(crm.accepted) < 40
            service.start()
            contacts += await come_and_go(http, service.url, 2)
            await all_told(crm, contacts)
        service.assert_quiet_log()


@pytest.mark.timeout(300)
async def test_processes_share_the_telling_and_the_living_take_over_from_the_dead(
    tmp_path: Path, rasa: Rasa, postgres_url: str, redis_url: str, http: aiohttp.ClientSession
) -> None:
    async with endpoint(pause=lambda: asyncio.sleep(0.1)) as crm:
        settings = rasa.settings | told(tmp_path, crm.url)
        with together(tmp_path, 2, (), database_url=postgres_url, redis_url=redis_url, **settings) as deployment:
            first, second = deployment.services
            contacts = await come_and_go(http, first.url, 30)
            contacts += await come_and_go(http, second.url, 10)
            first.kill_alone()
            await all_told(crm, contacts)


async def test_supervisors_see_what_is_parked_and_send_it_again(
    tmp_path: Path, rasa: Rasa, http: aiohttp.ClientSession
) -> None:
    async with endpoint(answers=lambda _: 410) as crm:
        with Service(tmp_path, **rasa.settings, **told(tmp_path, crm.url, briefing=True)) as service:
            service.wait_until_ready()
            caller = await (await ChatCaller.join(http, service.url)).open()
            sofia = await AgentConsole.sign_in(http, service.url, "sofia")
            amira = await AgentConsole.sign_in(http, service.url, "amira")
            as_sofia = {"Authorization": f"Bearer {sofia.token}"}

            async def shown(**query: str) -> Any:
                async with http.get(service.url + PATH, params=query, headers=as_sofia) as answer:
                    assert answer.status == 200
                    return await answer.json()

            async def is_parked() -> Any:
                return (await shown(state="parked"))["deliveries"]

            (parked,) = await until("the first event is parked", is_parked)
            assert (parked["type"], parked["contact_id"]) == ("contact.placed", caller.contact_id)
            listed = await shown()
            assert listed["parked_endpoints"] == {"crm": "http_410"}
            assert [(each["endpoint"], each["state"], each["count"]) for each in listed["counts"]] == [
                ("crm", "parked", 1)
            ]
            assert (await shown(state="pending"))["deliveries"] == []
            for path, method, token, status in (
                (PATH, "GET", amira.token, 403),
                (f"{PATH}/retry", "POST", amira.token, 403),
                (f"{PATH}?state=lost", "GET", sofia.token, 400),
                (f"{PATH}?limit=0", "GET", sofia.token, 400),
                (f"{PATH}/retry", "POST", sofia.token, 400),
                (f"{PATH}/msg_nobody/retry", "POST", sofia.token, 404),
            ):
                headers = {"Authorization": f"Bearer {token}"}
                async with http.request(method, service.url + path, headers=headers, json={}) as answer:
                    assert answer.status == status, (path, method)

            crm.answers = lambda _: 200
            async with http.post(f"{service.url}{PATH}/{parked['id']}/retry", headers=as_sofia) as answer:
                assert (answer.status, await answer.json()) == (200, {"retried": 1})
            await amira.command("ready")
            await amira.accept(await amira.is_offered(caller.contact_id))
            await caller.heard.wait_for_type("contact.connected")
            await amira.command("end", contact_id=caller.contact_id)

            async def is_told() -> bool:
                return crm.of_contact(caller.contact_id) == EVENTS

            await until("the whole contact is told", is_told)
            (connected,) = [each for each in crm.accepted if each.type == "contact.connected"]
            assert connected.data["briefing"]["transcript"][0]["author"] == "assistant"
            assert (connected.data["agent"]["username"], connected.id[:4]) == ("amira", "msg_")

            async def is_counted() -> bool:
                async with http.get(f"{service.url}/metrics") as answer:
                    text = await answer.text()
                counts = 'holdfast_delivery_attempts_total{endpoint="crm",outcome="http_200"} 4.0' in text
                return counts and 'holdfast_deliveries{endpoint="crm",state="parked"} 0.0' in text

            await until("the metrics tell of it", is_counted)
        service.assert_quiet_log()
