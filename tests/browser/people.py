"""People at their browsers, and whatever their pages complained about."""

from __future__ import annotations

import re
from typing import Literal

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize

SCREEN = ViewportSize(width=1280, height=800)
ENLARGED = ViewportSize(width=640, height=400)
"""What is left of the screen at 200 % zoom."""


class People:
    """Opens pages for people who share nothing: cookies, storage and windows are each one's own."""

    def __init__(self, browser: Browser, within_ms: float) -> None:
        self._browser = browser
        self._within_ms = within_ms
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    async def somebody(
        self, locale: str = "en-GB", theme: Literal["light", "dark"] = "light", *, is_enlarged: bool = False
    ) -> Page:
        """An empty page of somebody new."""
        context = await self._browser.new_context(
            viewport=ENLARGED if is_enlarged else SCREEN,
            device_scale_factor=2 if is_enlarged else 1,
            color_scheme=theme,
            reduced_motion="reduce",
            locale=locale,
            timezone_id="Europe/London",
        )
        context.set_default_timeout(self._within_ms)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error.stack or error.error}"))
        self._contexts.append(context)
        return await context.new_page()

    async def somebody_at(self, address: str) -> Page:
        page = await self.somebody()
        await page.goto(address)
        return page

    async def leave(self) -> None:
        for context in self._contexts:
            await context.close()

    def _said(self, message: ConsoleMessage) -> None:
        # That it was refused something is noted by the browser itself, whatever the page makes of it.
        is_refusal = re.search(r"Failed to load resource.* status of 40[0139]\b", message.text) is not None
        if message.type == "error" and not is_refusal:
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")
