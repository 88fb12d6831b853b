"""The alarms of the board, as a supervisor sets them on the page of settings."""

from __future__ import annotations

import aiohttp
import pytest
from browser.desk import sign_in
from browser.eyes import has_no_barriers, picture
from browser.people import People
from browser.rooms import Rooms
from journey.chat import ChatCaller
from playwright.async_api import expect
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")


async def test_a_supervisor_sets_when_the_board_raises_an_alarm_and_it_goes_by_it_at_once(
    bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    callers = [await (await ChatCaller.join(http, bank.url, "fraud")).open() for _ in range(2)]
    board = await people.somebody_at(f"{bank.url}/supervisor")
    await sign_in(board, "sofia")
    many = board.locator('[data-testid="alarm"][data-queue="fraud"][data-kind="waiting"]')
    nobody = board.locator('[data-testid="alarm"][data-queue="fraud"][data-kind="nobody_ready"]')
    await expect(nobody).to_be_visible()
    await expect(many).to_have_count(0)

    sofia = await Rooms.signs_in(people, bank.url, "sofia")
    await sofia.goes_to("alarms")
    await sofia.field("alarms", "waiting").locator("input").fill("2")
    await sofia.field("alarms", "service_level").locator("input").fill("180")
    await sofia.form("alarms").get_by_test_id("nobody-ready").uncheck()
    await sofia.form("alarms").get_by_test_id("save").click()
    await expect(sofia.field("alarms", "service_level").get_by_test_id("wrong")).to_have_text("At most 100.")
    await has_no_barriers(sofia.page)
    await picture(sofia.page, "settings-alarms")
    await sofia.field("alarms", "service_level").locator("input").fill("62.5")
    await sofia.saves("alarms")
    await expect(many).to_contain_text("2 are waiting")
    await expect(nobody).to_have_count(0)

    await sofia.goes_to("changes")
    entry = sofia.page.get_by_test_id("version").first
    for told in ("Alarms", "Sofia Andersson", "So many are waiting, or more", "Service level below"):
        await expect(entry).to_contain_text(told)
    await expect(entry).to_contain_text("62.5")
    await picture(sofia.page, "settings-alarms-changed")
    await entry.get_by_test_id("undo").click()
    await expect(sofia.told).to_contain_text("Undone")
    await expect(many).to_have_count(0)
    await expect(nobody).to_be_visible()
    for caller in callers:
        await caller.leave()
