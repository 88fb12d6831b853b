"""A supervisor or an admin on the page of settings."""

from __future__ import annotations

from browser.desk import sign_in
from browser.people import People
from playwright.async_api import Locator, Page, expect

ROOMS = (
    "hours",
    "notices",
    "canned_texts",
    "knowledge",
    "people",
    "alarms",
    "queues",
    "head_starts",
    "timing",
    "names",
    "changes",
)


class Rooms:
    """What can be seen and done there."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.room = page.get_by_test_id("room")
        self.told = page.get_by_test_id("told")
        self.trouble = page.get_by_test_id("trouble")

    @classmethod
    async def signs_in(cls, people: People, url: str, username: str, page: Page | None = None) -> Rooms:
        rooms = cls(page or await people.somebody())
        await rooms.page.goto(f"{url}/console/settings")
        await sign_in(rooms.page, username)
        await expect(rooms.room).to_be_visible()
        return rooms

    async def goes_to(self, room: str) -> None:
        await self.page.get_by_test_id(f"room-{room}").click()
        await expect(self.room).to_have_attribute("data-room", room)

    def row(self, section: str) -> Locator:
        return self.page.locator(f'[data-testid="row"][data-section="{section}"]')

    def form(self, section: str) -> Locator:
        return self.page.locator(f'[data-testid="form"][data-section="{section}"]')

    def field(self, section: str, name: str) -> Locator:
        return self.form(section).locator(f'[data-field="{name}"]')

    async def opens(self, section: str) -> Locator:
        await self.row(section).get_by_test_id("open").click()
        await expect(self.form(section)).to_be_visible()
        return self.form(section)

    async def saves(self, section: str) -> None:
        """What was written holds."""
        await self.form(section).get_by_test_id("save").click()
        await expect(self.told).to_contain_text("Saved")

    async def undoes(self) -> None:
        await self.page.get_by_test_id("undo-last").click()
        await expect(self.told).to_contain_text("Undone")

    async def adds_notice(self, says: str) -> None:
        await self.page.get_by_test_id("add-notice").click()
        await self.page.get_by_test_id("notice").last.locator("textarea").fill(says)
