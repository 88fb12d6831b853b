"""The machine's own limit beside the console: a page with nothing but a socket that puts each frame on it as a line."""

from __future__ import annotations

import asyncio
import json
from time import monotonic

from playwright.async_api import Browser, WebSocketRoute

from bench.browsing.page import long_tasks, probed

PAGE = """<!doctype html><html lang="en"><title>Bare</title><bare-page></bare-page><script>
  const root = document.querySelector("bare-page").attachShadow({ mode: "open" });
  new WebSocket(location.origin.replace("http", "ws") + "/bare-socket").onmessage = ({ data }) => {
    const { type } = JSON.parse(data);
    probes.cameAt[type] = performance.now(); // the browser's own socket is not the one that is used here
    const line = document.createElement("p");
    line.className = type.replace(".", "-");
    line.textContent = data;
    root.append(line);
    if (root.childElementCount > 100) root.firstElementChild.remove();
  };
</script></html>"""
ROUNDS = 20
SECONDS = 30


async def measure(browser: Browser, url: str, events_per_second: float) -> tuple[list[float], list[float]]:
    """Milliseconds from a frame to its painted line, and what held the page up at so many frames a second."""
    async with probed(browser) as page:
        sockets: list[WebSocketRoute] = []

        def opened(socket: WebSocketRoute) -> None:
            sockets.append(socket)

        await page.route_web_socket("**/bare-socket", opened)
        await page.route("**/bare", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
        await page.goto(f"{url}/bare")
        while not sockets:
            await page.wait_for_timeout(10)
        seen = []
        for n in range(ROUNDS + 1):
            script = "probes.seen('bare-page', '.offer-made').then((at) => at - probes.cameAt['offer.made'])"
            waiting = asyncio.ensure_future(page.evaluate(script))
            await asyncio.sleep(0.1)
            sockets[0].send(json.dumps({"type": "offer.made", "n": n}, separators=(",", ":")))
            seen.append(float(await waiting))
            await page.evaluate("document.querySelector('bare-page').shadowRoot.replaceChildren()")
        await long_tasks(page)
        begun, sent = monotonic(), 0
        while (elapsed := monotonic() - begun) < SECONDS:
            if elapsed * events_per_second >= sent:
                sockets[0].send(json.dumps({"type": "message.added", "text": "x" * 200}, separators=(",", ":")))
                sent += 1
            await asyncio.sleep(1 / events_per_second / 2)
        return seen[1:], [task["duration"] for task in await long_tasks(page)]
