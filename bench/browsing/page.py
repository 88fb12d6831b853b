"""A browser of the benchmark's own, and what its pages' probes have seen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from browser.chromium import ARGUMENTS, chromium_path
from playwright.async_api import Browser, BrowserContext, CDPSession, Page, async_playwright

PROBES = Path(__file__).with_name("probes.js")
SCREEN = {"width": 1280, "height": 720}
WITHIN_MS = 60_000
BLANK = "<!doctype html><html lang=en><title>Blank</title><p>Blank</p></html>"


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=[*ARGUMENTS])
        yield browser
        await browser.close()


@asynccontextmanager
async def probed(browser: Browser) -> AsyncIterator[Page]:
    """A page of somebody new, with the probes in whatever it opens."""
    context: BrowserContext = await browser.new_context(viewport=SCREEN, locale="en-GB")  # type: ignore[arg-type]
    context.set_default_timeout(WITHIN_MS)
    await context.add_init_script(path=PROBES)
    yield await context.new_page()
    await context.close()


async def long_tasks(page: Page) -> list[dict[str, float]]:
    """Those since it was asked last: `{startTime, duration}` in milliseconds, each of 50 or more."""
    tasks: list[dict[str, float]] = await page.evaluate("probes.longTasks.splice(0)")
    return tasks


async def heap(inspector: CDPSession) -> tuple[int, int]:
    """Bytes of JavaScript that are held once nothing is left to collect, and nodes of documents."""
    await inspector.send("HeapProfiler.collectGarbage")
    used: dict[str, Any] = await inspector.send("Runtime.getHeapUsage")
    counters: dict[str, Any] = await inspector.send("Memory.getDOMCounters")
    return int(used["usedSize"]), int(counters["nodes"])
