"""An agent at the console."""

from __future__ import annotations

import asyncio
import json

from browser.people import People
from playwright.async_api import Locator, Page, WebSocketRoute, expect

Held = list[str | bytes]


class Desk:
    """What an agent can see and do. `connecting` holds back what the console hears from the connection on."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.connecting = Gate("contact.connected")
        self.presence = page.get_by_test_id("presence")
        self.offer = page.get_by_test_id("offer")
        self.countdown = self.offer.get_by_test_id("countdown")
        self.briefing = page.get_by_test_id("briefing")
        self.state = page.get_by_test_id("contact-state")
        self.transcript = page.get_by_test_id("agent-transcript")

    @classmethod
    async def signs_in(cls, people: People, url: str, username: str, page: Page | None = None) -> Desk:
        """On `page`, where it is to be a page of their own kind."""
        desk = cls(page or await people.somebody())
        await desk.page.route_web_socket("**/api/v1/agent/socket*", desk.connecting.stand_between)
        await desk.page.goto(f"{url}/console")
        await sign_in(desk.page, username)
        await expect(desk.presence).to_have_attribute("data-presence", "not_ready")
        return desk

    @property
    def telephone(self) -> Softphone:
        """The telephone in the console."""
        return Softphone(self.page)

    async def becomes_ready(self) -> None:
        await self.presence.click()
        await expect(self.presence).to_have_attribute("data-presence", "ready")

    async def accepts(self) -> None:
        await self.offer.get_by_test_id("accept").click()

    async def signs_out(self) -> None:
        await self.page.get_by_test_id("sign-out").click()
        await expect(self.page.get_by_test_id("username")).to_be_visible()

    async def presses(self, *keys: str) -> None:
        """Somewhere on the page where nothing is being written."""
        for key in keys:
            await self.page.keyboard.press(key)

    def said_by(self, author: str) -> Locator:
        return self.transcript.locator(f'[data-testid="message"][data-author="{author}"]')

    async def says(self, words: str) -> None:
        await self.page.get_by_test_id("agent-composer").fill(words)
        await self.page.get_by_test_id("agent-composer").press("Enter")
        await expect(self.said_by("agent").last).to_contain_text(words)

    async def ends(self) -> None:
        await self.page.get_by_test_id("end").click()
        await expect(self.page.get_by_test_id("wrap-up")).to_be_visible()

    async def wraps_up(self, disposition: str, notes: str) -> None:
        # The button's own circle is drawn by its label: a person clicks on the word.
        await self.page.locator("label").filter(has=self.page.get_by_test_id(f"disposition-{disposition}")).click()
        await expect(self.page.get_by_test_id(f"disposition-{disposition}")).to_be_checked()
        await self.page.get_by_test_id("wrap-up-notes").fill(notes)
        await self.page.get_by_test_id("wrap-up-save").click()
        await expect(self.page.get_by_test_id("contact")).to_have_count(0)


async def sign_in(page: Page, username: str) -> None:
    """As any of the demo's people."""
    await page.get_by_test_id("username").fill(username)
    await page.get_by_test_id("password").fill("holdfast")
    await page.get_by_test_id("sign-in").click()


class Softphone:
    """What an agent can see and do on the telephone in the console."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.itself = page.get_by_test_id("softphone")
        self.standing = page.get_by_test_id("softphone-standing")

    async def is_in(self, standing: str) -> None:
        await expect(self.standing).to_have_attribute("data-standing", standing)

    async def has(self, call: str) -> None:
        """`none`, one that is `ringing`, or one that is `open`."""
        await expect(self.itself).to_have_attribute("data-call", call)

    async def hears(self, words: str) -> None:
        await expect(self._captions("other").filter(has_text=words).last).to_be_visible()

    async def says(self, words: str) -> None:
        await self.page.get_by_test_id("softphone-say").fill(words)
        await self.page.get_by_test_id("softphone-say").press("Enter")
        await expect(self._captions("me").last).to_contain_text(words)

    async def does(self, what: str) -> None:
        await self.page.get_by_test_id(f"softphone-{what}").click()

    async def chooses(self, where: str) -> None:
        """`softphone` or `phone`."""
        await self.does("settings")
        await self.page.get_by_test_id(f"ring-at-{where}").check()
        await self.does("settings")

    def _captions(self, who: str) -> Locator:
        return self.page.locator(f'[data-testid="softphone-caption"][data-who="{who}"]')


class Gate:
    """Stands between a page and its socket: shut, it keeps the first frame of a type and all that follow it."""

    def __init__(self, frame_type: str) -> None:
        self._frame_type = frame_type
        self._is_shut = False
        self._held: Held = []
        self._page: WebSocketRoute | None = None
        self.reached = asyncio.Event()

    def shut(self) -> None:
        self._is_shut = True

    def open(self) -> None:
        """Lets everything that was held go on, in its order."""
        self._is_shut = False
        for frame in self._held:
            assert self._page is not None
            self._page.send(frame)
        self._held.clear()

    def stand_between(self, page: WebSocketRoute) -> None:
        self._page = page
        page.connect_to_server().on_message(self._came)

    def _came(self, frame: str | bytes) -> None:
        assert self._page is not None
        if self._is_shut and (self._held or json.loads(frame)["type"] == self._frame_type):
            self._held.append(frame)
            self.reached.set()
        else:
            self._page.send(frame)
