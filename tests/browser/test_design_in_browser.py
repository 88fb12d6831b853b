"""The page with every component in every state: in both themes and directions, and enlarged."""

from __future__ import annotations

from typing import Literal

import pytest
from browser.eyes import fits_across, has_no_barriers, picture
from browser.people import People
from playwright.async_api import expect
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")

ARABIC, ENGLISH = "ar-EG", "en-GB"
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
PARTS = ("tokens", "controls", "launcher", "widget", "survey", "rail", "offer", "contact", "dialog", "entry")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("locale", [ENGLISH, ARABIC])
async def test_no_component_has_a_barrier_in_any_state(
    bank: Service, people: People, locale: str, theme: Theme
) -> None:
    page = await people.somebody(locale, theme)
    await page.goto(f"{bank.url}/console/design")
    await expect(page.get_by_test_id("part-entry")).to_be_visible()
    await has_no_barriers(page)
    for part in PARTS:
        await expect(page.get_by_test_id(f"part-{part}")).to_be_attached()
    if (locale, theme) == (ENGLISH, "light"):
        await page.get_by_test_id("part-contact").scroll_into_view_if_needed()
        await picture(page, "design")
    for dialog in ("pass_on", "knowledge"):
        await page.get_by_test_id(f"open-{dialog}").click()
        await expect(page.get_by_role("dialog").last).to_be_visible()
        await has_no_barriers(page)
        await page.keyboard.press("Escape")


@pytest.mark.parametrize("locale", [ENGLISH, ARABIC])
async def test_at_twice_the_size_every_component_fits(bank: Service, people: People, locale: str) -> None:
    page = await people.somebody(locale, is_enlarged=True)
    await page.goto(f"{bank.url}/console/design")
    await expect(page.get_by_test_id("part-entry")).to_be_visible()
    await fits_across(page)
