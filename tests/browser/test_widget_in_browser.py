"""What a visitor can do besides talking: be called, take the place along, have it back, say how it was."""

from __future__ import annotations

import gzip

import pytest
from browser.desk import Desk
from browser.eyes import everything, has_no_barriers, has_no_barriers_however_dressed, picture
from browser.people import People
from browser.visitor import Visitor
from playwright.async_api import ViewportSize, expect
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")

HAND_HELD = ViewportSize(width=390, height=844)

LARGEST = 40 * 1024


async def test_the_widget_is_small(bank: Service, people: People) -> None:
    page = await people.somebody()
    script = await (await page.request.get(f"{bank.url}/widget.js")).body()
    assert len(gzip.compress(script)) <= LARGEST


async def test_a_visitor_asks_to_be_called_back(bank: Service, people: People) -> None:
    maya = await Visitor.joins(people, bank.url)
    page = maya.page
    await page.get_by_test_id("call-me").click()
    await page.get_by_test_id("callback-number").fill("12")
    await page.get_by_test_id("callback-send").click()
    await expect(page.get_by_test_id("refusal")).to_have_text("This is not a telephone number that can be called.")
    await has_no_barriers(page)
    await page.get_by_test_id("callback-number").fill("020 7183 8750")
    await picture(page, "widget-callback")
    await page.get_by_test_id("callback-send").click()
    await expect(page.get_by_test_id("called-back")).to_be_visible()
    await maya.is_at(1)
    await has_no_barriers(page)

    await page.reload()
    await expect(page.get_by_test_id("called-back")).to_be_visible()
    amira = await Desk.signs_in(people, bank.url, "amira")
    await amira.presses("g")
    await amira.page.get_by_test_id("tab-callbacks").click()
    await expect(amira.page.get_by_test_id("due-callback")).to_contain_text("+442071838750")
    await has_no_barriers(amira.page)

    await page.get_by_test_id("callback-cancel").click()
    await expect(page.get_by_test_id("call-me")).to_be_visible()
    await maya.is_at(1)
    await page.get_by_test_id("leave").click()
    await page.get_by_test_id("leave-confirm").click()
    await expect(page.get_by_test_id("closed")).to_have_attribute("data-outcome", "left")


async def test_a_place_goes_along_to_a_phone_and_is_had_back_after_it_was_given_up(
    bank: Service, people: People
) -> None:
    maya = await Visitor.joins(people, bank.url)
    await maya.says("I lost my debit card")
    code = await maya.code.inner_text()
    await maya.page.get_by_test_id("elsewhere-open").click()
    await expect(maya.page.get_by_test_id("qr")).to_be_visible()
    await has_no_barriers(maya.page)
    await picture(maya.page, "widget-elsewhere")
    link = await maya.page.get_by_test_id("elsewhere-copy").get_attribute("data-link")
    assert link is not None

    phone = Visitor(await people.somebody_at(link))
    await expect(phone.code).to_have_text(code)
    await expect(phone.said_by("caller").last).to_contain_text("I lost my debit card")
    assert phone.page.url == f"{bank.url}/demo"
    token = link.rpartition("%3A")[2].rpartition(":")[2].partition(".")[2]
    assert len(token) > 20
    assert token not in await everything(phone.page), "the link is used up, and its secret is nowhere"
    await expect(maya.page.get_by_test_id("closed")).to_have_attribute("data-outcome", "elsewhere")
    await has_no_barriers_however_dressed(maya.page, "widget-gone-elsewhere")
    await phone.page.set_viewport_size(HAND_HELD)
    await has_no_barriers_however_dressed(phone.page, "widget-resumed")

    other_tab = Visitor(await phone.page.context.new_page())
    await other_tab.page.goto(f"{bank.url}/demo")
    await other_tab.page.get_by_test_id("launcher").click()
    await expect(other_tab.code).to_have_text(code)

    await phone.page.get_by_test_id("settled").click()
    await phone.page.get_by_test_id("settled-confirm").click()
    await expect(phone.page.get_by_test_id("closed")).to_have_attribute("data-outcome", "contained")
    await expect(other_tab.page.get_by_test_id("closed")).to_be_visible()
    await phone.page.reload()
    await has_no_barriers(phone.page)
    await phone.page.get_by_test_id("reclaim").click()
    await expect(phone.code).to_have_text(code)
    await phone.is_at(1)
    await expect(other_tab.code).to_have_text(code)
    await other_tab.page.get_by_test_id("leave").click()
    await other_tab.page.get_by_test_id("leave-confirm").click()
    await expect(phone.page.get_by_test_id("closed")).to_have_attribute("data-outcome", "left")


async def test_a_visitor_says_how_it_was_and_keeps_the_talk(bank: Service, people: People) -> None:
    maya = await Visitor.joins(people, bank.url)
    amira = await Desk.signs_in(people, bank.url, "amira")
    await amira.becomes_ready()
    await amira.accepts()
    await expect(amira.state).to_have_text("Connected")
    await maya.page.get_by_test_id("minimise").click()
    await amira.says("Hello, this is Amira.")
    await expect(maya.page.get_by_test_id("unread")).to_be_visible()
    await maya.page.get_by_test_id("launcher").click()
    await amira.ends()
    await expect(maya.page.get_by_test_id("closed")).to_have_attribute("data-outcome", "handled")
    await maya.page.locator("label").filter(has=maya.page.get_by_test_id("csat-5")).click()
    await maya.page.locator("label").filter(has=maya.page.get_by_test_id("resolved-yes")).click()
    await maya.page.get_by_test_id("comment").fill("Quick and kind.")
    await has_no_barriers(maya.page)
    await picture(maya.page, "widget-survey")
    await maya.page.get_by_test_id("judge").click()
    await expect(maya.page.get_by_test_id("judged")).to_be_visible()
    await expect(maya.page.get_by_test_id("survey")).to_have_count(0)
    async with maya.page.expect_download() as downloading:
        await maya.page.get_by_test_id("download").click()
    kept = (await (await downloading.value).path()).read_text()
    assert "Amira: Hello, this is Amira." in kept
    await maya.page.reload()
    await expect(maya.page.get_by_test_id("judged")).to_be_visible()
    await amira.page.get_by_test_id("wrap-up-save").click()
    await expect(amira.page.get_by_test_id("contact")).to_have_count(0)
