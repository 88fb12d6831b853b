"""A real Chromium, and people who each have a profile of their own in it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from browser.chromium import ARGUMENTS, chromium_path
from browser.people import People
from playwright.async_api import Browser, async_playwright, expect
from serving.demo import changed_tenant
from serving.rasa import Rasa
from serving.service import Service

WITHIN_MS = 20_000
expect.set_options(timeout=WITHIN_MS)


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
