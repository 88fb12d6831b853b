"""An agent asks a colleague to join, who reads and writes beside, and takes over or leaves."""

from __future__ import annotations

import pytest
from browser.desk import Desk
from browser.eyes import everything, has_no_barriers, picture
from browser.people import People
from browser.visitor import Visitor
from playwright.async_api import expect
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")

NOTE = "She asks about the fee for a new card."


async def test_a_colleague_is_asked_to_join_and_takes_over(bank: Service, people: People) -> None:
    maya = await Visitor.joins(people, bank.url)
    amira = await Desk.signs_in(people, bank.url, "amira")
    await amira.becomes_ready()
    await amira.accepts()
    await expect(amira.state).to_have_text("Connected")
    await amira.says("Hello, this is Amira.")
    await maya.hears("this is Amira", author="agent")
    ben = await Desk.signs_in(people, bank.url, "ben")
    await ben.becomes_ready()

    await _asks_ben(amira, "pass-on-join", NOTE)
    await expect(amira.page.get_by_test_id("hand-over")).to_have_attribute("data-mode", "join")
    await expect(ben.offer).to_have_attribute("data-kind", "join")
    await expect(ben.offer.get_by_test_id("join")).to_contain_text("Amira")
    await expect(ben.offer.get_by_test_id("offer-note")).to_have_text(NOTE)
    await has_no_barriers(ben.page)
    await picture(ben.page, "console-asked-to-join")
    await ben.presses("a")
    await expect(ben.page.get_by_test_id("contact")).to_have_attribute("data-mode", "join")
    await expect(ben.page.get_by_test_id("beside-whose")).to_contain_text("Amira")
    await expect(amira.page.get_by_test_id("beside")).to_contain_text("Ben")
    await maya.hears("Ben has joined the conversation", author="system")

    await ben.says("The fee is ten pounds.")
    await maya.hears("ten pounds", author="agent")
    await expect(amira.transcript).to_contain_text("The fee is ten pounds.")
    await amira.says("And I can waive it.")
    await expect(ben.transcript).to_contain_text("And I can waive it.")
    await maya.says("That is kind of you both.")
    for desk in (amira, ben):
        await expect(desk.transcript).to_contain_text("kind of you both")
        await has_no_barriers(desk.page)
    await picture(ben.page, "console-joined")
    await ben.page.reload()
    await expect(ben.page.get_by_test_id("beside-whose")).to_contain_text("Amira")
    await expect(ben.transcript).to_contain_text("kind of you both")
    assert NOTE not in await everything(maya.page)

    await ben.page.get_by_test_id("beside-leave").click()
    await expect(ben.page.get_by_test_id("contact")).to_have_count(0)
    await maya.hears("Ben has left the conversation", author="system")
    await expect(amira.page.get_by_test_id("beside")).to_have_count(0)

    await _asks_ben(amira, "pass-on-join", "Once more, please.")
    await ben.accepts()
    await expect(ben.page.get_by_test_id("contact")).to_have_attribute("data-mode", "join")
    await _asks_ben(amira, "pass-on-warm", "It's yours.")
    await ben.accepts()
    await expect(ben.state).to_have_text("Connected")
    await expect(ben.page.get_by_test_id("beside-whose")).to_have_count(0)
    await expect(amira.page.get_by_test_id("contact")).to_have_count(0)
    await ben.says("I'll take care of it.")
    await maya.hears("take care of it", author="agent")
    await ben.ends()


async def _asks_ben(amira: Desk, how: str, note: str) -> None:
    await amira.page.get_by_test_id("pass-on").click()
    await amira.page.locator('[data-testid="target"][data-key="agent/ben"]').click()
    await amira.page.get_by_test_id(how).check()
    await amira.page.get_by_test_id("pass-on-note").fill(note)
    await amira.page.get_by_test_id("pass-on-send").click()
    await expect(amira.page.get_by_test_id("pass-on-dialog")).to_have_count(0)
