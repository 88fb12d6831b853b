"""A visitor of the bank's page with the chat widget in its corner."""

from __future__ import annotations

import re

from browser.people import People
from playwright.async_api import Locator, Page, expect

# Read in one go: a message that is drawn anew between being found and being read would be read as it was written.
TALK = """talk => [...talk.querySelectorAll('[data-testid="message"]')].map(message => message.innerText)"""


class Visitor:
    """What a person can see and do in the widget."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.place = page.get_by_test_id("place")
        self.position = page.get_by_test_id("position")
        self.code = page.get_by_test_id("code")
        self.field = page.get_by_test_id("secure-field")
        self.transcript = page.get_by_test_id("transcript")
        self.messages = self.transcript.get_by_test_id("message")

    @classmethod
    async def arrives(cls, people: People, url: str, page: Page | None = None) -> Visitor:
        """On `page`, where it is to be a page of their own kind."""
        visitor = cls(page or await people.somebody())
        await visitor.page.goto(f"{url}/demo")
        await visitor.page.get_by_test_id("launcher").click()
        return visitor

    @classmethod
    async def joins(cls, people: People, url: str, page: Page | None = None) -> Visitor:
        """Takes a place and sees it."""
        visitor = await cls.arrives(people, url, page)
        await visitor.page.get_by_test_id("join").click()
        await expect(visitor.place).to_be_visible()
        return visitor

    def said_by(self, author: str) -> Locator:
        return self.page.locator(f'[data-testid="message"][data-author="{author}"]')

    async def is_at(self, position: int) -> None:
        await expect(self.position).to_have_attribute("data-position", str(position))

    async def says(self, words: str) -> None:
        """Writes it, and sees it delivered."""
        before = await self.said_by("caller").count()
        await self.page.get_by_test_id("composer").fill(words)
        await self.page.get_by_test_id("composer").press("Enter")
        delivered = self.said_by("caller").nth(before)
        await expect(delivered).to_contain_text(words)
        await expect(delivered.get_by_test_id("delivered")).to_be_visible()

    async def hears(self, words: str, author: str = "assistant") -> None:
        """The latest of this author's messages has these words in it, whatever the case."""
        await expect(self.said_by(author).last).to_contain_text(re.compile(words, re.IGNORECASE))

    async def gives(self, name: str, value: str) -> None:
        """Fills in the field that was asked for apart from the talk."""
        await expect(self.field).to_have_attribute("data-name", name)
        await self.field.fill(value)
        await self.page.get_by_test_id("secure-send").click()
        await expect(self.page.locator(f'[data-testid="secure-field"][data-name="{name}"]')).to_have_count(0)

    async def talk(self) -> list[str]:
        """Who said what at what time, as it is shown."""
        talk: list[str] = await self.transcript.evaluate(TALK)
        return talk
