"""Several telephones on one page: callers side by side, and the other party's view on the agent's leg."""

from __future__ import annotations

import aiohttp
import pytest
from browser.caller import Telephone
from browser.eyes import fits_across, has_no_barriers_however_dressed, picture
from browser.people import ENLARGED, People
from journey.console import AgentConsole
from playwright.async_api import expect
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")


async def test_calls_stand_side_by_side_with_the_agents_leg_beside_them(
    bank: Service, people: People, http: aiohttp.ClientSession
) -> None:
    page = await people.somebody_at(f"{bank.url}/phone?from=%2B447700900610")
    alone = Telephone(page)
    await alone.dials()
    await alone.hears("your place in the queue is secured")
    await page.get_by_test_id("add-caller").click()
    await page.get_by_test_id("add-agent").click()
    telephones = page.get_by_test_id("telephone")
    await expect(telephones).to_have_count(3)
    first, second, agent = (Telephone(telephones.nth(n)) for n in range(3))
    await first.is_in("in-progress")  # the call goes on
    await first.presses("0")
    await first.hears("quiet")
    await second.dials()
    await second.hears("is secured: .* ahead of you")
    await expect(agent.page.get_by_role("heading")).to_have_text("client:amira")

    amira = await AgentConsole.sign_in(http, bank.url, "amira")
    await amira.command("ready")
    offer = await amira.is_offered()
    await amira.accept(offer)
    await agent.is_in("incoming")
    await agent.page.get_by_test_id("answer").click()
    await agent.hears("Press 1 to take it")
    await agent.presses("1")
    await agent.hears("through to each other", who="event")
    await first.hears("through to each other", who="event")
    await agent.says("Good morning, this is Amira")
    await first.hears("this is Amira", who="other")
    await first.says("Hello Amira")
    await agent.hears("Hello Amira", who="other")
    await expect(second.captions("other")).to_have_count(0)
    tops = {(await telephones.nth(n).bounding_box() or {})["y"] for n in range(3)}
    assert len(tops) == 1, "in one row"
    await has_no_barriers_however_dressed(page)
    await page.evaluate("scrollTo(0, 0)")
    await picture(page, "phones")
    await page.set_viewport_size(ENLARGED)
    await fits_across(page)

    await agent.hangs_up()
    await first.is_in("completed")
    await second.is_in("in-progress")
    await telephones.nth(2).get_by_test_id("put-away").click()
    await telephones.nth(0).get_by_test_id("put-away").click()
    await expect(telephones).to_have_count(0)
    await alone.is_in("in-progress")  # the second caller's, alone on the page now
    await alone.hangs_up()
    await alone.is_in("completed")
    await amira.command("not_ready", reason="break")
    await amira.close()


async def test_keys_of_the_keyboard_go_to_the_telephone_in_hand_alone(bank: Service, people: People) -> None:
    page = await people.somebody_at(f"{bank.url}/phone?from=%2B447700900612&beside=%2B447700900613")
    telephones = page.get_by_test_id("telephone")
    await expect(telephones).to_have_count(2)
    one, other = (Telephone(telephones.nth(n)) for n in range(2))
    for caller in (one, other):
        await caller.dials()
        await caller.hears("your place in the queue is secured")
    await one.page.get_by_test_id("captions").focus()
    await page.keyboard.press("0")
    await one.hears("quiet")
    await expect(one.captions("me")).to_have_count(1)
    await expect(other.captions("me")).to_have_count(0)
    for caller in (one, other):
        await caller.hangs_up()
        await caller.is_in("completed")
