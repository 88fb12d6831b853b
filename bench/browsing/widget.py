"""The widget on its host page: how much is fetched, and from when on it can be used on a slow device."""

from __future__ import annotations

import gzip
from statistics import median

from playwright.async_api import Browser, Page

from bench.browsing.page import BLANK, long_tasks, probed

THROTTLE = 4
ROUNDS = 9
QUIET_MS = 2_000
"""So long the page is watched for tasks that would hold up whoever clicks."""
LAUNCHER = "probes.seen('holdfast-widget', '.launcher')"


async def gzipped_bytes(browser: Browser, url: str) -> int:
    async with probed(browser) as page:
        return len(gzip.compress(await (await page.request.get(f"{url}/widget.js")).body()))


async def interactive_ms(browser: Browser, url: str) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds from navigation to use, each round in a browser that has seen nothing yet: of the demo page with
    the widget, of the same page without it, and of a blank one."""
    rounds: tuple[list[float], list[float], list[float]] = ([], [], [])
    for _ in range(ROUNDS + 1):
        for times, show in zip(rounds, (_with_widget, _without, _blank), strict=True):
            async with probed(browser) as page:
                inspector = await page.context.new_cdp_session(page)
                await inspector.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
                times.append(await show(page, url))
    return rounds[0][1:], rounds[1][1:], rounds[2][1:]  # the first one warms up


async def _with_widget(page: Page, url: str) -> float:
    await page.goto(f"{url}/demo", wait_until="commit")
    return await _quiet(page, float(await page.evaluate(LAUNCHER)))


async def _without(page: Page, url: str) -> float:
    await page.route("**/widget.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    await page.goto(f"{url}/demo")
    return await _quiet(page, await _loaded(page))


async def _blank(page: Page, url: str) -> float:
    await page.route("**/blank", lambda route: route.fulfill(body=BLANK, content_type="text/html"))
    await page.goto(f"{url}/blank")
    return await _quiet(page, await _loaded(page))


async def _loaded(page: Page) -> float:
    return float(await page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"))


async def _quiet(page: Page, seen_at: float) -> float:
    """The moment from which it is seen and no task holds it up any more."""
    await page.wait_for_timeout(QUIET_MS)
    ends = [task["startTime"] + task["duration"] for task in await long_tasks(page)]
    return max([seen_at, *ends])


def told(times: list[float]) -> str:
    return f"{median(times):.0f} / {max(times):.0f} ms"
