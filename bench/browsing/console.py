"""The agent's console under load: three chats, thousands of messages, twenty events a second, as long as is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from time import monotonic

import aiohttp
from browser.desk import sign_in
from journey.chat import ChatCaller
from playwright.async_api import Browser, CDPSession, Page, expect

from bench.browsing.page import heap, long_tasks, probed

AGENT = "amira"
MESSAGES = 2_000
"""So many a chat has when it ends and another takes its place; together there are never fewer."""
EVENTS_PER_SECOND = 20
ROUNDS = 20
TYPING_EVERY, HANDS_EVERY = 10, 5.0
HOST = "holdfast-console"
WORDS = (
    "I was charged twice for the same train ticket on Monday, and the second payment is still there. Can you see it?"
)


@dataclass
class Loaded:
    """What was measured while the load lasted; `heaps` after each chat that was replaced: bytes, nodes."""

    opened: list[float] = field(default_factory=list)
    tasks: list[float] = field(default_factory=list)
    heaps: list[tuple[int, int]] = field(default_factory=list)
    events: int = 0
    seconds: float = 0


class Desk:
    """An agent who works at the console by keyboard, as fast as the page lets them."""

    def __init__(self, page: Page, http: aiohttp.ClientSession, url: str) -> None:
        self.page = page
        self._http = http
        self._url = url
        self.offered: list[float] = []
        self.briefed: list[float] = []

    async def signs_in(self) -> None:
        await self.page.goto(f"{self._url}/console")
        await sign_in(self.page, AGENT)
        await self.page.get_by_test_id("presence").click()
        await expect(self.page.get_by_test_id("presence")).to_have_attribute("data-presence", "ready")

    async def takes(self) -> ChatCaller:
        """A caller comes and is taken; how long the offer and the briefing took to be seen is noted."""
        seen = self.page.evaluate(f"probes.seen('{HOST}', '.offer').then((at) => at - probes.cameAt['offer.made'])")
        waiting = asyncio.ensure_future(seen)
        await asyncio.sleep(0.1)
        caller = await (await ChatCaller.join(self._http, self._url)).open()
        self.offered.append(float(await waiting))
        briefing = f'.briefing[data-contact="{caller.contact_id}"]'
        shown = f"probes.seen('{HOST}', '{briefing}').then((at) => at - probes.pressedAt)"
        waiting = asyncio.ensure_future(self.page.evaluate(shown))
        await asyncio.sleep(0.1)
        await self.page.keyboard.press("Alt+a")
        self.briefed.append(float(await waiting))
        await expect(self._contact(caller)).to_have_attribute("data-state", "connected")
        return caller

    async def finishes(self, caller: ChatCaller) -> None:
        await self.page.locator(f'[data-testid="slot"][data-contact="{caller.contact_id}"]').click()
        contact = self._contact(caller)
        await contact.get_by_test_id("end").click()
        await contact.get_by_test_id("wrap-up-save").click()
        await expect(contact).to_have_count(0)
        await caller.close()

    async def does_something(self, n: int) -> None:
        """Turns to a contact, looks further up, and answers."""
        await self.page.keyboard.press(f"Alt+{n % 3 + 1}")
        current = self.page.locator('[data-testid="contact"]:not([hidden])')
        talk = current.locator(".talk")
        await talk.hover()
        await self.page.mouse.wheel(0, -3_000)
        await current.get_by_test_id("agent-composer").fill("Let me look that up for you.")
        await current.get_by_test_id("agent-composer").press("Enter")
        newest = current.get_by_test_id("newest")
        if await newest.count():
            await newest.click()

    def _contact(self, caller: ChatCaller):  # type: ignore[no-untyped-def]
        return self.page.locator(f'[data-testid="contact"][data-contact="{caller.contact_id}"]')


async def speed(browser: Browser, http: aiohttp.ClientSession, url: str) -> tuple[list[float], list[float]]:
    """Milliseconds from an offer's frame to the painted offer, and from the accepting key to the painted briefing."""
    async with probed(browser) as page:
        desk = Desk(page, http, url)
        await desk.signs_in()
        for _ in range(ROUNDS + 1):
            await desk.finishes(await desk.takes())
        await page.get_by_test_id("sign-out").click()
        return desk.offered[1:], desk.briefed[1:]


async def load(browser: Browser, http: aiohttp.ClientSession, url: str, minutes: float) -> Loaded:
    loaded = Loaded()
    async with probed(browser) as page:
        desk = Desk(page, http, url)
        await desk.signs_in()
        chats = [Chat(await desk.takes()) for _ in range(3)]
        await asyncio.gather(
            *(chat.says_much(MESSAGES * share // 3) for chat, share in zip(chats, (3, 2, 1), strict=True))
        )
        loaded.opened = await _opens_again(page)
        inspector = await page.context.new_cdp_session(page)
        await inspector.send("HeapProfiler.enable")
        await _works(desk, chats, inspector, loaded, minutes * 60)
        for chat in chats:
            await desk.finishes(chat.caller)
        await page.get_by_test_id("sign-out").click()
    return loaded


@dataclass
class Chat:
    caller: ChatCaller
    said: int = 0

    async def says(self) -> None:
        self.said += 1
        await self.caller.send("say", text=f"{self.said}: {WORDS}", client_id=f"{self.caller.contact_id}-{self.said}")

    async def says_much(self, messages: int) -> None:
        while self.said < messages:
            for _ in range(min(50, messages - self.said)):
                await self.says()
            await self._is_heard()

    async def _is_heard(self) -> None:
        last = f"{self.caller.contact_id}-{self.said}"
        await self.caller.heard.wait_for(
            "the last words", lambda frame: frame.get("data", {}).get("client_id") == last, seconds=60
        )


async def _opens_again(page: Page) -> list[float]:
    """What holds up the page while it opens with all that was said."""
    await page.reload()
    await expect(page.get_by_test_id("contact")).to_have_count(3)
    await page.wait_for_timeout(2_000)
    return [task["duration"] for task in await long_tasks(page)]


async def _works(desk: Desk, chats: list[Chat], inspector: CDPSession, loaded: Loaded, seconds: float) -> None:
    begun, turns, hands = monotonic(), _turns(chats), 0.0
    while (elapsed := monotonic() - begun) < seconds:
        behind = elapsed * EVENTS_PER_SECOND - loaded.events
        if behind < 1:
            await asyncio.sleep(1 / EVENTS_PER_SECOND)
            continue
        chat = next(turns)
        loaded.events += 1
        if loaded.events % TYPING_EVERY == 0:
            await chat.caller.send("typing")
        else:
            await chat.says()
        if elapsed - hands > HANDS_EVERY:
            hands = elapsed
            await desk.does_something(int(elapsed))
        if chat.said >= MESSAGES:
            await desk.finishes(chat.caller)
            chat.caller, chat.said = await desk.takes(), 0
            loaded.tasks += [task["duration"] for task in await long_tasks(desk.page)]
            loaded.heaps.append(await heap(inspector))
            await desk.page.wait_for_timeout(100)
            await long_tasks(desk.page)  # the collection itself is none of the page's
    loaded.tasks += [task["duration"] for task in await long_tasks(desk.page)]
    loaded.seconds = monotonic() - begun


def _turns(chats: list[Chat]) -> Iterator[Chat]:
    yield from cycle(chats)
