"""The page with every component in every state: in both themes and directions, and enlarged."""

from __future__ import annotations

from typing import Literal

import pytest
from browser.eyes import SIDE_BY_SIDE, fits_across, has_no_barriers, picture
from browser.people import People
from playwright.async_api import Page, expect
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")

ARABIC, ENGLISH = "ar-EG", "en-GB"
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
PARTS = ("tokens", "controls", "launcher", "widget", "survey", "rail", "offer", "contact", "dialog", "entry")
SMALL = tuple(part for part in PARTS if part not in {"widget", "contact"})


async def _opens(bank: Service, page: Page, parts: tuple[str, ...]) -> None:
    await page.goto(f"{bank.url}/console/design?parts={','.join(parts)}")
    for part in parts:
        await expect(page.get_by_test_id(f"part-{part}")).to_be_visible()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("locale", [ENGLISH, ARABIC])
@pytest.mark.parametrize("parts", [SMALL, ("widget",), ("contact",)], ids=["small", "widget", "contact"])
async def test_no_component_has_a_barrier_in_any_state(
    bank: Service, people: People, parts: tuple[str, ...], locale: str, theme: Theme
) -> None:
    page = await people.somebody(locale, theme)
    await _opens(bank, page, parts)
    await has_no_barriers(page, SIDE_BY_SIDE)
    for dialog in ("pass_on", "knowledge") if "dialog" in parts else ():
        await page.get_by_test_id(f"open-{dialog}").click()
        await expect(page.get_by_role("dialog").last).to_be_visible()
        await has_no_barriers(page, SIDE_BY_SIDE)
        await page.keyboard.press("Escape")


@pytest.mark.parametrize("locale", [ENGLISH, ARABIC])
async def test_at_twice_the_size_every_component_fits(bank: Service, people: People, locale: str) -> None:
    page = await people.somebody(locale, is_enlarged=True)
    await _opens(bank, page, PARTS)
    await fits_across(page)


async def test_all_components_stand_on_one_page(bank: Service, people: People) -> None:
    page = await people.somebody_at(f"{bank.url}/console/design")
    for part in PARTS:
        await expect(page.get_by_test_id(f"part-{part}")).to_be_visible()
    await page.get_by_test_id("part-rail").scroll_into_view_if_needed()
    await picture(page, "design")
