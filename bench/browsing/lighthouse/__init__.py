"""Lighthouse's verdict on each page, as its people see it. Installed beside this file when it is first asked for."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from browser.chromium import ARGUMENTS, chromium_path
from browser.desk import sign_in
from playwright.async_api import async_playwright, expect
from serving.ports import free_port
from serving.service import ROOT

HERE = Path(__file__).parent
LIGHTHOUSE = HERE / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = ("accessibility", "best-practices")
LOWEST = 95


@dataclass(frozen=True, slots=True)
class Visited:
    """A page, who is signed in on it, and what shows that they are."""

    address: str
    username: str | None = None
    sign: str = ""


PAGES = (
    Visited("/"),
    Visited("/demo"),
    Visited("/phone"),
    Visited("/survey#none"),
    Visited("/console"),
    Visited("/console", "amira", "presence"),
    Visited("/console/design"),
    Visited("/console/settings", "nadia", "room"),
    Visited("/supervisor", "sofia", "queue"),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    page: Visited
    scores: dict[str, int]
    failed: tuple[str, ...]


def install() -> None:
    """As locked; nothing where it is there already."""
    if not LIGHTHOUSE.exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=HERE, env=_environment(), check=True)


def _environment() -> dict[str, str]:
    """With the Node that preparation settled on, if it made one."""
    own = ROOT / ".tools" / "node" / "bin"
    path = os.environ.get("PATH", os.defpath)
    return os.environ | {"PATH": f"{own}{os.pathsep}{path}" if own.exists() else path}


async def verdicts(url: str, pages: Sequence[Visited] = PAGES) -> list[Verdict]:
    """Each page in a browser of its own, looked at by Lighthouse where its people are signed in."""
    await asyncio.to_thread(install)
    return [await _verdict(url, page) for page in pages]


async def _verdict(url: str, page: Visited) -> Verdict:
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as folder:
        async with _open_browser(Path(folder)) as (port, context):
            if page.username:
                shown = await context.new_page()
                await shown.goto(url + page.address)
                await sign_in(shown, page.username)
                await expect(shown.get_by_test_id(page.sign).first).to_be_visible(timeout=30_000)
                await shown.close()
            report = await asyncio.to_thread(_run, url + page.address, port, Path(folder))
    failed = [
        f"{audit['id']}: {audit['title']}"
        for audit in report["audits"].values()
        if audit["score"] is not None and audit["score"] < 1 and audit["scoreDisplayMode"] in {"binary", "numeric"}
    ]
    scores = {name: round(report["categories"][name]["score"] * 100) for name in CATEGORIES}
    return Verdict(page, scores, tuple(failed))


@asynccontextmanager
async def _open_browser(folder: Path):  # type: ignore[no-untyped-def]
    port = free_port()
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            folder / "profile",
            executable_path=chromium_path(),
            args=[*ARGUMENTS, f"--remote-debugging-port={port}"],
            locale="en-GB",
        )
        yield port, context
        await context.close()


def _run(address: str, port: int, folder: Path) -> dict:  # type: ignore[type-arg]
    told = folder / "report.json"
    words = ("node", str(LIGHTHOUSE), address, f"--port={port}", "--disable-storage-reset", "--output=json")
    more = (f"--output-path={told}", f"--only-categories={','.join(CATEGORIES)}", "--preset=desktop", "--quiet")
    subprocess.run([*words, *more], env=_environment(), check=True, cwd=folder)
    report: dict = json.loads(told.read_text())  # type: ignore[type-arg]
    return report
