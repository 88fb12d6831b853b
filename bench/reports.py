"""A report over a million contacts: what the service takes to answer, and until Chromium has painted it.

Beside it, what the same PostgreSQL takes to do no more than count the rows that are summed.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import aiohttp
import asyncpg
from browser.conftest import ARGUMENTS, chromium_path
from playwright.async_api import async_playwright
from serving.service import Service

from bench.databases import create_database, postgres
from bench.offers import hire
from bench.processes import load_average
from bench.quarter import DAYS, counted_anew, fill, summed_up
from bench.table import print_table

CONTACTS = 1_000_000
ROUNDS = 7
COUNTED_ANEW = 2_000
BY = ("queue", "channel", "topic", "agent", "day", "week")
FIGURES = ("abandoned", "csat", "unexplained")
PAINTED = """() => new Promise((done) => {
  const find = (root) => root.querySelector('[data-testid="report"] tbody tr')
    ?? [...root.querySelectorAll("*")].map((each) => each.shadowRoot && find(each.shadowRoot)).find(Boolean);
  const painted = () => done(performance.now());
  const look = () => requestAnimationFrame(find(document) ? painted : look);
  look();
})"""


async def timed(ask: Callable[[], Awaitable[object]]) -> float:
    took = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        await ask()
        took.append(perf_counter() - begun)
    return median(took)


async def bare(address: str) -> float:
    connection = await asyncpg.connect(address)
    try:
        return await timed(lambda: connection.fetchval("SELECT count(*) FROM counted_parts"))
    finally:
        await connection.close()


async def answers(service: Service) -> dict[str, float]:
    """Seconds until the whole answer is there, told apart by each of `BY`, and of a page of contacts."""
    to = datetime.now(UTC)
    since = (to - timedelta(days=DAYS + 1)).isoformat()
    query = {"from": since, "to": to.isoformat()}
    took = {}
    async with aiohttp.ClientSession() as http:
        body = {"username": "sofia", "password": "holdfast", "want_token": True}
        async with http.post(f"{service.url}/api/v1/agent/session", json=body) as answer:
            token = (await answer.json())["token"]
        headers = {"Authorization": f"Bearer {token}"}

        async def ask(path: str, **more: str) -> None:
            async with http.get(f"{service.url}{path}", params=query | more, headers=headers) as answer:
                assert answer.status == 200, await answer.text()
                await answer.read()

        for by in BY:
            report = partial(ask, "/api/v1/supervisor/reports", by=by)
            took[f"report by {by}, without percentiles"] = await timed(partial(report, percentiles="no"))
            took[f"report by {by}"] = await timed(report)
        for figure in FIGURES:
            took[f"contacts behind {figure}"] = await timed(partial(ask, "/api/v1/supervisor/contacts", figure=figure))
    return took


async def paints(service: Service) -> float:
    """Seconds from the address to the painted table; each time in a page of its own that has loaded nothing before."""
    to = datetime.now(UTC)
    query = f"from={(to - timedelta(days=DAYS + 1)):%Y-%m-%dT%H:%M:%SZ}&to={to:%Y-%m-%dT%H:%M:%SZ}&by=queue"
    took = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        for _ in range(ROUNDS):
            context = await browser.new_context()
            page = await context.new_page()
            body = {"username": "sofia", "password": "holdfast"}
            await context.request.post(f"{service.url}/api/v1/agent/session", data=body)
            await page.goto(f"{service.url}/supervisor#reports?{query}", wait_until="commit")
            took.append(await page.evaluate(PAINTED) / 1000)
            await context.close()
        await browser.close()
    return median(took)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with postgres(folder / "postgres") as server:
            asyncio.run(create_database(server.url(), "holdfast"))
            address = server.url("holdfast")
            settings = {"HOLDFAST_DATABASE_URL": address, "HOLDFAST_SECRET_KEY": "bench"}
            with Service(folder / "service", HOLDFAST_RASA_URL="http://127.0.0.1:9", **settings) as service:
                hire(service, "sofia", "supervisor")
                begun = perf_counter()
                asyncio.run(fill(address, CONTACTS))
                print(f"{CONTACTS:,} contacts over {DAYS} days were made in {perf_counter() - begun:.0f} s")
                print(f"their hours were summed up in {asyncio.run(summed_up(address)):.0f} s")
                limit = asyncio.run(bare(address))
                took = asyncio.run(answers(service))
                took["first paint in Chromium, by queue"] = asyncio.run(paints(service))
            different, a_second = asyncio.run(counted_anew(address, COUNTED_ANEW))
    print(f"of {COUNTED_ANEW:,} counted anew from their events ({a_second:,.0f} a second), {different} otherwise\n")
    head = (f"{CONTACTS:,} contacts (load {load_average()})", "p50 ms", "bare count(*) p50 ms")
    print_table(head, [(what, f"{seconds * 1e3:.0f}", f"{limit * 1e3:.0f}") for what, seconds in took.items()])
