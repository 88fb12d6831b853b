"""A real Chromium, and people who each have a profile of their own in it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from browser.people import People
from playwright.async_api import Browser, async_playwright, expect
from serving.service import ROOT

WITHIN_MS = 20_000
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",  # as for a page that somebody has clicked in
)

expect.set_options(timeout=WITHIN_MS)


def _chromium_path() -> str:
    """The browser that `make test` has found or installed."""
    noted = ROOT / ".tools" / "chromium-path"
    path = noted.read_text().strip() if noted.exists() else shutil.which("chromium")
    assert path is not None, "no Chromium: `make test` finds or installs one"
    assert Path(path).exists(), f"{path} is missing: `make test` finds or installs a Chromium"
    return path


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_chromium_path(), args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def people(chromium: Browser) -> AsyncIterator[People]:
    """Ask for it after the service, so that every page is closed first. No page may have complained by then."""
    everyone = People(chromium, WITHIN_MS)
    yield everyone
    await everyone.leave()
    assert everyone.complaints == []
