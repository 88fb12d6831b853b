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


async def test_a_supervisor_changes_states_moves_places_and_reads_reports(
    bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    callers = [await ChatCaller.join(http, bank.url, queue) for queue in ("accounts", "accounts")]
    ben = await AgentConsole.sign_in(http, bank.url, "ben")
    await ben.command("not_ready", reason="break")
    page = await people.somebody_at(f"{bank.url}/supervisor")
    await sign_in(page, "sofia")
    person = page.locator('[data-testid="agent"][data-username="ben"]')
    await person.get_by_test_id("change").click()
    await person.get_by_test_id("set-meeting").click()
    await expect(person).to_contain_text("Meeting")

    first = page.locator(f'[data-testid="waiting-place"][data-contact="{callers[0].contact_id}"]')
    await first.get_by_test_id("move").click()
    form = page.get_by_test_id("move-form")
    await form.get_by_test_id("move-to").select_option("fraud")
    await form.get_by_test_id("move-reason").fill("It is a payment that she does not know.")
    await has_no_barriers(page)
    await picture(page, "supervisor-moving")
    await form.get_by_test_id("move-yes").click()
    await expect(first).to_contain_text("Fraud")

    await page.get_by_test_id("to-reports").click()
    await expect(page.get_by_test_id("tile-entered")).to_be_visible()
    await page.get_by_test_id("by-hour").click()
    await expect(page.get_by_test_id("chart").locator("canvas")).to_be_visible()
    await page.get_by_test_id("group-waiting").click()
    await page.get_by_test_id("report").get_by_test_id("name-service_level").focus()
    await expect(page.get_by_test_id("formula")).to_contain_text("Answered within the line’s target")
    await has_no_barriers(page)
    await picture(page, "supervisor-reports")
    async with page.expect_download() as downloading:
        await page.get_by_test_id("csv").click()
    lines = (await (await downloading.value).path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("at,queue,entered,served")
    assert len(lines) > 1
    for caller in callers:
        await caller.leave()
    await ben.close()
