"""The page with every component in every state: in both themes and directions, and enlarged."""

from __future__ import annotations

from typing import Literal

import pytest
from browser.eyes import SIDE_BY_SIDE, fits_across, has_no_barriers, picture
from browser.people import People
from playwright.async_api import Locator, Page, expect
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")

ARABIC, ENGLISH = "ar-EG", "en-GB"
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
OF_CONSOLE = ("rail", "offer", "contact", "dialog", "softphone")
PARTS = (
    "tokens",
    "controls",
    "launcher",
    "widget",
    "survey",
    *OF_CONSOLE,
    "board",
    "story",
    "settings",
    "phone",
    "entry",
)
LARGE = ("widget", "contact", "board", "story", "settings", "phone")
SMALL = tuple(part for part in PARTS if part not in LARGE)
STATES = {"board": 9, "story": 17, "settings": 18, "phone": 13, "softphone": 7}


async def _opens(bank: Service, page: Page, parts: tuple[str, ...]) -> None:
    await page.goto(f"{bank.url}/console/design?parts={','.join(parts)}")
    for part in parts:
        await expect(page.get_by_test_id(f"part-{part}")).to_be_visible()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("locale", [ENGLISH, ARABIC])
@pytest.mark.parametrize("parts", [SMALL, *((part,) for part in LARGE)], ids=["small", *LARGE])
async def test_no_component_has_a_barrier_in_any_state(
    bank: Service, people: People, parts: tuple[str, ...], locale: str, theme: Theme
) -> None:
    page = await people.somebody(locale, theme)
    await _opens(bank, page, parts)
    for part in STATES.keys() & set(parts):
        await expect(page.get_by_test_id(f"part-{part}").get_by_test_id("specimen")).to_have_count(STATES[part])
    await has_no_barriers(page, SIDE_BY_SIDE)
    if len(parts) == 1:
        await picture(page, f"design-{parts[0]}-{locale}-{theme}")
    for dialog in ("pass_on", "knowledge") if "dialog" in parts else ():
        await page.get_by_test_id(f"open-{dialog}").click()
        await expect(page.get_by_role("dialog").last).to_be_visible()
        await has_no_barriers(page, SIDE_BY_SIDE)
        await page.keyboard.press("Escape")


REFUSED_ERASURES = ("not_over", "not_theirs", "telephone_away", "line_down")


@pytest.mark.parametrize(("locale", "theme"), [(ENGLISH, "light"), (ENGLISH, "dark"), (ARABIC, "dark")])
async def test_whether_to_erase_is_asked_and_answered_without_a_barrier(
    bank: Service, people: People, locale: str, theme: Theme
) -> None:
    page = await people.somebody(locale, theme)
    await _opens(bank, page, ("story",))
    dialog, yes = page.get_by_test_id("erase-dialog"), page.get_by_test_id("erase-yes")
    for why in REFUSED_ERASURES:
        await page.get_by_test_id(f"open-erase_{why}").click()
        await expect(page.get_by_test_id("erase-no")).to_be_focused()
        await yes.click()
        await expect(page.get_by_test_id("erase-trouble")).to_be_visible()
        await expect(yes).to_be_focused()
        await has_no_barriers(page, SIDE_BY_SIDE)
        await picture(page, f"design-erase-{why}-{locale}-{theme}")
        await page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
    await page.get_by_test_id("open-erase").click()
    await has_no_barriers(page, SIDE_BY_SIDE)
    await picture(page, f"design-erase-{locale}-{theme}")
    await yes.click()
    await expect(yes).to_be_disabled()
    await page.keyboard.press("Escape")
    await expect(dialog.get_by_role("heading").first).to_be_focused()
    await has_no_barriers(page, SIDE_BY_SIDE)


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


async def test_the_parts_of_board_story_settings_and_telephone_are_the_pages_own(bank: Service, people: People) -> None:
    page = await people.somebody()
    await _opens(bank, page, ("board", "story", "settings", "phone"))

    def state(part: str, name: str) -> Locator:
        return page.get_by_test_id(f"part-{part}").locator(f'[data-testid="specimen"][data-state="{name}"]')

    kinds = state("board", "usual").get_by_test_id("alarm")
    await expect(kinds).to_have_count(5)
    await expect(state("board", "no_alarms").get_by_test_id("alarm")).to_have_count(0)
    await expect(state("board", "moving").get_by_test_id("move-form")).to_be_visible()
    await expect(state("story", "recorded").get_by_test_id("listen")).to_have_count(2)
    await expect(state("story", "fetching").get_by_test_id("listen").first).to_have_attribute("aria-disabled", "true")
    await expect(state("story", "playing").get_by_test_id("sound")).to_be_visible()
    await expect(state("story", "deleted").get_by_test_id("recording-told").first).to_have_text(
        "This recording was deleted meanwhile."
    )
    await expect(state("story", "deleted").get_by_test_id("listen")).to_have_count(1)
    await expect(state("story", "telephone_away").get_by_test_id("listen").first).to_have_text("Try again")
    await expect(state("story", "recorded").get_by_test_id("erase")).to_have_count(0)
    await expect(state("story", "may_be_erased").get_by_test_id("erase")).to_be_visible()
    await expect(state("story", "erased").get_by_test_id("erase")).to_have_count(0)
    await expect(state("story", "erased").get_by_test_id("nothing-said")).to_have_text("It was erased.")
    await expect(state("settings", "wrong").get_by_test_id("wrong").first).to_have_text("More than 0.")
    await expect(state("settings", "clash").get_by_test_id("keep-mine")).to_be_visible()
    await expect(state("settings", "read_only").get_by_test_id("read-only")).to_be_visible()
    await expect(state("phone", "incoming").get_by_test_id("answer")).to_be_visible()
    await expect(state("phone", "together").get_by_test_id("caption")).to_have_count(7)
    await expect(state("phone", "away").get_by_test_id("call")).to_be_disabled()
