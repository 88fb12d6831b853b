"""A real Chromium, and people who each have a profile of their own in it."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from browser.people import People
from playwright.async_api import Browser, async_playwright, expect
from serving.demo import changed_tenant
from serving.rasa import Rasa
from serving.service import ROOT, Service

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


def chromium_path() -> str:
    """The browser that `make test` has found or installed."""
    noted = ROOT / ".tools" / "chromium-path"
    path = noted.read_text().strip() if noted.exists() else shutil.which("chromium")
    assert path is not None, "no Chromium: `make test` finds or installs one"
    assert Path(path).exists(), f"{path} is missing: `make test` finds or installs a Chromium"
    return path


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory, rasa: Rasa) -> Iterator[Service]:
    """Fernhill Bank as it runs, for all tests of a module: with one chat at once per agent, and a telephone exchange
    where people speak five times as fast."""
    folder = tmp_path_factory.mktemp("bank")
    tenant = changed_tenant(folder)
    path = Path(tenant["HOLDFAST_TENANT"])
    path.write_text(re.sub(r"chat_slots: \d+", "chat_slots: 1", path.read_text()))
    with Service(folder, **rasa.settings, **tenant, HOLDFAST_EMULATOR_SPEED="5") as service:
        service.wait_until_ready()
        yield service
    service.assert_quiet_log()


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def people(chromium: Browser) -> AsyncIterator[People]:
    """Whoever a test brings. By its end no page may have complained."""
    everyone = People(chromium, WITHIN_MS)
    yield everyone
    await everyone.leave()
    assert everyone.complaints == []
