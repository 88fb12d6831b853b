"""The supervisor's board."""

from __future__ import annotations

import aiohttp
import pytest
from browser.desk import sign_in
from browser.eyes import has_no_barriers, picture
from browser.people import People
from journey.chat import ChatCaller
from journey.console import AgentConsole
from playwright.async_api import expect
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")


async def test_the_board_shows_who_waits_and_who_is_there(
    service: Service, http: aiohttp.ClientSession, people: People
) -> None:
    for queue in ("cards", "cards", "fraud"):
        await ChatCaller.join(http, service.url, queue)
    page = await people.somebody_at(f"{service.url}/supervisor")
    await has_no_barriers(page)
    await sign_in(page, "sofia")
    for queue, waiting in (("cards", 2), ("accounts", 0), ("fraud", 1)):
        line = page.locator(f'[data-testid="queue"][data-queue="{queue}"]')
        await expect(line.get_by_test_id("waiting")).to_have_text(str(waiting))
    amira = await AgentConsole.sign_in(http, service.url, "amira")
    await amira.command("ready")
    await expect(page.locator('[data-testid="agent"][data-username="amira"]')).to_have_attribute(
        "data-presence", "ready"
    )
    await expect(page.locator('[data-queue="cards"]').get_by_test_id("offered")).to_have_text("2")
    await has_no_barriers(page)
    await picture(page, "supervisor")
    await amira.close()


async def test_the_board_is_not_for_agents(service: Service, people: People) -> None:
    page = await people.somebody_at(f"{service.url}/supervisor")
    await sign_in(page, "amira")
    await expect(page.get_by_test_id("forbidden")).to_be_visible()
