"""A contact is passed on from one agent's console to another's, by keyboard alone."""

from __future__ import annotations

import pytest
from browser.desk import Desk
from browser.eyes import has_no_barriers, picture
from browser.people import People
from browser.visitor import Visitor
from playwright.async_api import expect
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")

NOTE = "Lost it on the bus, needs a new one by Friday."


async def test_an_agent_passes_a_contact_on_by_keyboard(bank: Service, people: People) -> None:
    maya = await Visitor.joins(people, bank.url)
    await maya.says("I lost my debit card")
    await maya.hears("when did you last have it")
    amira = await Desk.signs_in(people, bank.url, "amira")
    await amira.presses("r")
    await expect(amira.offer).to_have_count(1)
    await amira.presses("a")
    await expect(amira.state).to_have_text("Connected")
    ben = await Desk.signs_in(people, bank.url, "ben")
    await ben.becomes_ready()

    await _chooses_ben(amira)
    await amira.page.keyboard.press("Tab")  # to the way of it
    await amira.page.keyboard.press("Tab")  # to the note
    await expect(amira.page.get_by_test_id("pass-on-note")).to_be_focused()
    await amira.page.keyboard.type(NOTE)
    await has_no_barriers(amira.page)
    await picture(amira.page, "console-pass-on")
    await amira.presses("Control+Enter")
    await expect(amira.page.get_by_test_id("contact")).to_have_count(0)
    await expect(amira.page.get_by_test_id("pass-on-dialog")).to_have_count(0)
    await maya.hears("Amira is passing you on to Ben")

    await expect(ben.offer).to_contain_text("Lost or stolen card")
    await ben.presses("a")
    await expect(ben.state).to_have_text("Connected")
    await expect(ben.briefing).to_contain_text(NOTE)
    await ben.says("Hello, I have read it all.")
    await maya.hears("I have read it all", author="agent")
    assert NOTE not in "\n".join(await maya.talk()), "the note is for agents"

    await ben.presses("Escape")
    await ben.page.get_by_test_id("talk-time").click()
    await ben.presses("t")
    await expect(ben.page.get_by_test_id("pass-on-search")).to_be_focused()
    await ben.page.keyboard.type("amira")
    await ben.presses("Tab", "ArrowRight", "Tab")
    await ben.page.keyboard.type("Wants you again.")
    await ben.presses("Control+Enter")
    await expect(ben.page.get_by_test_id("hand-over")).to_have_attribute("data-state", "pending")
    await expect(ben.state).to_have_text("Connected")
    await expect(amira.offer.get_by_test_id("warm")).to_contain_text("Ben")
    await expect(amira.offer.get_by_test_id("offer-note")).to_have_text("Wants you again.")
    await has_no_barriers(amira.page)
    await amira.presses("a")
    await expect(amira.state).to_have_text("Connected")
    await expect(ben.page.get_by_test_id("contact")).to_have_count(0)

    await _ends_with_what_is_known(amira)


async def _chooses_ben(amira: Desk) -> None:
    await amira.presses("t")
    await expect(amira.page.get_by_test_id("pass-on-search")).to_be_focused()
    ben = amira.page.locator('[data-testid="target"][data-key="agent/ben"]')
    await expect(ben).to_have_attribute("data-free", "true")
    await expect(ben).to_have_attribute("aria-selected", "true")
    await amira.page.keyboard.press("ArrowDown")
    await expect(ben).to_have_attribute("aria-selected", "false")
    await amira.page.keyboard.type("ben")
    await expect(ben).to_have_attribute("aria-selected", "true")


async def _ends_with_what_is_known(amira: Desk) -> None:
    """A canned text by its name; the wrap-up is there already and only has to be saved."""
    await amira.presses("i")
    await amira.page.keyboard.type("/anyth")
    await expect(amira.page.get_by_test_id("canned-text")).to_have_count(1)
    await has_no_barriers(amira.page)
    await amira.presses("Enter")
    await expect(amira.page.get_by_test_id("agent-composer")).to_have_value(
        "Is there anything else that I can do for you?"
    )
    await amira.presses("Enter")
    await expect(amira.said_by("agent").last).to_contain_text("anything else")
    await amira.presses("Alt+e", "Alt+e")
    notes = amira.page.get_by_test_id("wrap-up-notes")
    await expect(notes).to_have_value("Lost or stolen card\nCard: debit; Lost or stolen: lost")
    await picture(amira.page, "console-wrap-up")
    await amira.page.get_by_test_id("wrap-up-save").press("Enter")
    await expect(amira.page.get_by_test_id("contact")).to_have_count(0)
