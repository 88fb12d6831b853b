"""A telephone in the browser."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, expect


class Telephone:
    """What a person can see and do on the telephone's page, or on one of several telephones on it."""

    def __init__(self, page: Page | Locator) -> None:
        self.page = page
        self.status = page.get_by_test_id("call-status")
        self.listening = page.get_by_test_id("listening")

    def captions(self, who: str) -> Locator:
        return self.page.locator(f'[data-testid="caption"][data-who="{who}"]')

    async def is_in(self, status: str) -> None:
        await expect(self.status).to_have_attribute("data-status", status)

    async def hears(self, words: str, who: str = "line") -> None:
        """Some caption of theirs has these words, whatever the case."""
        said = self.captions(who).filter(has_text=re.compile(words, re.IGNORECASE))
        await expect(said.last).to_be_visible()

    async def dials(self) -> None:
        await self.page.get_by_test_id("call").click()

    async def says(self, words: str) -> None:
        await self.page.get_by_test_id("say").fill(words)
        await self.page.get_by_test_id("say-send").click()
        await expect(self.captions("me").last).to_contain_text(words)

    async def is_listened_to(self) -> None:
        await expect(self.listening).to_have_attribute("data-on", "yes")

    async def presses(self, key: str) -> None:
        await self.page.get_by_test_id(f"key-{key}").click()

    async def hangs_up(self) -> None:
        await self.page.get_by_test_id("hang-up").click()
