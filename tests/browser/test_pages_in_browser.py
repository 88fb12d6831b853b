"""The front page, and the supervisor's board."""

from __future__ import annotations

import aiohttp
import pytest
from browser.desk import sign_in
from browser.eyes import has_no_barriers, picture
from browser.people import People
from journey.chat import ChatCaller
from journey.console import AgentConsole
from playwright.async_api import Page, expect
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")


async def test_the_front_page_lists_what_runs_and_leads_there(bank: Service, people: People) -> None:
    page = await people.somebody_at(bank.url)
    await expect(page.get_by_test_id("overall")).to_have_attribute("data-status", "ready")
    for part in ("database", "dialogue"):
        await expect(page.get_by_test_id("parts")).to_contain_text(part, ignore_case=True)
    await has_no_barriers(page)
    await picture(page, "index")
    for link in await page.get_by_role("link").all():
        address = await link.get_attribute("href")
        assert (await page.request.get(f"{bank.url}{address}")).ok, address
    await page.get_by_test_id("door-demo").click()
    await expect(page.get_by_test_id("launcher")).to_be_visible()


async def test_the_board_shows_who_waits_and_who_is_there(
    bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    page = await people.somebody_at(f"{bank.url}/supervisor")
    await has_no_barriers(page)
    await sign_in(page, "amira")
    await expect(page.get_by_test_id("forbidden")).to_be_visible()
    await page.get_by_test_id("sign-out").click()
    await sign_in(page, "sofia")
    for queue in ("cards", "cards", "cards", "fraud"):
        await ChatCaller.join(http, bank.url, queue)
    carla, amira = [await AgentConsole.sign_in(http, bank.url, name) for name in ("carla", "amira")]
    await carla.command("ready")
    await carla.accept(await carla.is_offered())
    await _stands(page, "cards", waiting=2, offered=0, connected=1)
    await _stands(page, "accounts", waiting=0, offered=0, connected=0)
    await _stands(page, "fraud", waiting=1, offered=0, connected=0)
    for agent, presence in (("amira", "not_ready"), ("ben", "signed_out"), ("carla", "ready")):
        person = page.locator(f'[data-testid="agent"][data-username="{agent}"]')
        await expect(person).to_have_attribute("data-presence", presence)
    await has_no_barriers(page)
    await picture(page, "supervisor")
    await amira.command("ready")
    await _stands(page, "cards", waiting=1, offered=1, connected=1)
    for console in (carla, amira):
        await console.close()


async def _stands(page: Page, queue: str, **figures: int) -> None:
    line = page.locator(f'[data-testid="queue"][data-queue="{queue}"]')
    for name, figure in figures.items():
        await expect(line.get_by_test_id(name)).to_have_text(str(figure))
