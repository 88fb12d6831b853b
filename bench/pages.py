"""The pages in a real Chromium, on the real service: what the widget costs its host page, how quick and how steady the
console is, and what Lighthouse says of each page.

`python -m bench.pages --minutes 30 --only console` watches the console for half an hour, and exits with 1 where a task
held it up for more than 50 ms or its heap has grown.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from statistics import median

import aiohttp
from playwright.async_api import Browser
from serving.service import Service

from bench.browsing import bare, console, lighthouse, widget
from bench.browsing.page import chromium
from bench.processes import load_average
from bench.table import print_table

PARTS = ("widget", "console", "lighthouse")
MINUTES = 4.0
LONGEST_MS = 50
GROWTH = 1.05
"""What a heap may be larger by at the end of a long run than soon after its beginning and still be called flat."""
NO_DIALOGUE = {"HOLDFAST_RASA_URL": "http://127.0.0.1:9"}


async def measure(service: Service, parts: tuple[str, ...], minutes: float) -> list[str]:
    """Prints the tables; gives what missed its target."""
    missed: list[str] = []
    async with chromium() as browser, aiohttp.ClientSession() as http:
        if "widget" in parts:
            await _widget(browser, service.url)
        if "console" in parts:
            missed += await _console(browser, http, service.url, minutes)
    if "lighthouse" in parts:
        missed += await _lighthouse(service.url)
    return missed


async def _widget(browser: Browser, url: str) -> None:
    size = await widget.gzipped_bytes(browser, url)
    demo, without, blank = await widget.interactive_ms(browser, url)
    rows = [
        ("script, gzipped", f"{size / 1024:.1f} KiB", "40 KiB", ""),
        (f"/demo can be used, CPU throttled {widget.THROTTLE}x", widget.told(demo), "1000 ms", widget.told(blank)),
        ("the same page without the widget", widget.told(without), "", ""),
    ]
    print_table((f"widget (load {load_average()})", "median / worst", "to reach", "a blank page"), rows)


async def _console(browser: Browser, http: aiohttp.ClientSession, url: str, minutes: float) -> list[str]:
    seen, bare_tasks = await bare.measure(browser, url, console.EVENTS_PER_SECOND)
    offered, briefed = await console.speed(browser, http, url)
    loaded = await console.load(browser, http, url, minutes)
    rows = [
        ("offer frame received to painted", widget.told(offered), "50 ms", widget.told(seen)),
        ("key that accepts to painted briefing", widget.told(briefed), "150 ms", ""),
        ("longest task while it opens", _longest(loaded.opened), f"{LONGEST_MS} ms", ""),
        (_what_was_done(loaded), _longest(loaded.tasks), f"{LONGEST_MS} ms", _longest(bare_tasks)),
        ("heap in the first / second / last third", _heap(loaded), "flat from the second", ""),
        ("nodes in the first / second / last third", _nodes(loaded), "flat from the second", ""),
    ]
    head = (f"console (load {load_average()})", "median / worst", "to reach", "a bare page")
    print()
    print_table(head, rows)
    return [*_held_up(loaded), *_grown(loaded)]


def _what_was_done(loaded: console.Loaded) -> str:
    pace = loaded.events / loaded.seconds
    return f"longest task: 3 chats, {console.MESSAGES:,}+ messages, {pace:.0f} events/s, {loaded.seconds / 60:.0f} min"


def _longest(tasks: list[float]) -> str:
    return f"{max(tasks):.0f} ms ({len(tasks)} of 50 or more)" if tasks else "none of 50 ms"


def _heap(loaded: console.Loaded) -> str:
    return " / ".join(f"{used / 2**20:.2f}" for used in _thirds([used for used, _ in loaded.heaps])) + " MiB"


def _nodes(loaded: console.Loaded) -> str:
    return " / ".join(f"{nodes:,.0f}" for nodes in _thirds([nodes for _, nodes in loaded.heaps]))


def _thirds(measured: list[int]) -> list[float]:
    """The median of each third, at moments that are alike; nothing where there are not three."""
    third = len(measured) // 3
    return [median(measured[n * third : (n + 1) * third]) for n in range(3)] if third else []


def _held_up(loaded: console.Loaded) -> list[str]:
    late = [task for task in loaded.tasks if task > LONGEST_MS]
    return [f"the console was held up {len(late)} times, for {max(late):.0f} ms at worst"] if late else []


def _grown(loaded: console.Loaded) -> list[str]:
    """In the first third the browser compiles what runs often; after that the beginning is compared with the end."""
    thirds = _thirds([used for used, _ in loaded.heaps])
    if not thirds:
        return []
    _, before, after = thirds
    return [f"the console's heap grew from {before:,.0f} to {after:,.0f} bytes"] if after > before * GROWTH else []


async def _lighthouse(url: str) -> list[str]:
    rows, missed = [], []
    for verdict in await lighthouse.verdicts(url):
        who = f" ({verdict.page.username})" if verdict.page.username else ""
        scores = [verdict.scores[name] for name in lighthouse.CATEGORIES]
        rows.append((verdict.page.address.partition("#")[0] + who, *scores, lighthouse.LOWEST))
        if min(scores) < lighthouse.LOWEST:
            missed.append(f"{verdict.page.address}: {'; '.join(verdict.failed)}")
        for failed in verdict.failed:
            print(f"{verdict.page.address}{who}: {failed}", file=sys.stderr)
    print()
    print_table(("Lighthouse", *lighthouse.CATEGORIES, "to reach"), rows)
    return missed


def read_options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="of the console under load (%(default)s)")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part alone; may be given again")
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> None:
    options = read_options(words or [])
    with (
        tempfile.TemporaryDirectory(prefix="holdfast-bench-") as folder,
        Service(Path(folder), **NO_DIALOGUE) as service,
    ):
        missed = asyncio.run(measure(service, tuple(options.only or PARTS), options.minutes))
        service.kill()  # whoever waits still is none of this
    for what in missed:
        print(f"MISSED: {what}")
    if missed:
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
