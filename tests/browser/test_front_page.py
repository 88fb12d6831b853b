"""The front page tells what runs here and leads there."""

from __future__ import annotations

import pytest
from browser.eyes import has_no_barriers, picture
from browser.people import People
from playwright.async_api import expect
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")


async def test_the_front_page_lists_what_runs_and_leads_to_it(service: Service, people: People) -> None:
    page = await people.somebody_at(service.url)
    await expect(page.get_by_test_id("overall")).to_have_attribute("data-status", "ready")
    await expect(page.get_by_test_id("parts")).to_contain_text("database", ignore_case=True)
    for door in ("demo", "phone", "console", "supervisor"):
        await expect(page.get_by_test_id(f"door-{door}")).to_have_attribute("href", f"/{door}")
    await has_no_barriers(page)
    await picture(page, "index")
    await page.get_by_test_id("door-demo").click()
    await expect(page.get_by_test_id("launcher")).to_be_visible()
