"""From a figure to its contacts and their stories, by keyboard and by address; reports as files and on paper."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import aiohttp
import pytest
from browser.desk import sign_in
from browser.eyes import fits_across, has_no_barriers, picture
from browser.people import People
from journey.chat import ChatCaller
from journey.console import AgentConsole
from playwright.async_api import Page, Route, expect
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")


async def serve(http: aiohttp.ClientSession, bank: Service) -> ChatCaller:
    """Somebody says what it is about, is served by Amira, and says how it was."""
    caller = await (await ChatCaller.join(http, bank.url, "cards")).open()
    await caller.ask("I've lost my card", "card|number|note")
    amira = await AgentConsole.sign_in(http, bank.url, "amira")
    since = amira.heard.mark
    await amira.command("ready")
    await amira.accept(await amira.is_offered(caller.contact_id, since))
    await amira.command("not_ready", reason="break")
    await amira.command("say", contact_id=caller.contact_id, text="A new card is on its way.", client_id="1")
    await amira.command("end", contact_id=caller.contact_id)
    await amira.command("wrap_up", contact_id=caller.contact_id, disposition="resolved", notes="New card ordered.")
    async with http.post(
        f"{bank.url}/api/v1/contacts/{caller.contact_id}/feedback", json={"csat": 5}, headers=caller.headers
    ) as answer:
        assert answer.status == 204
    await amira.close()
    return caller


async def reports(bank: Service, people: People, rest: str = "") -> Page:
    page = await people.somebody_at(f"{bank.url}/supervisor{rest}")
    await sign_in(page, "sofia")
    return page


async def test_a_figure_leads_to_its_contacts_and_each_to_its_story_by_keyboard(
    bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    caller = await serve(http, bank)
    page = await reports(bank, people, "#reports?range=today&by=topic&show=callers")
    row = page.get_by_test_id("report-row").filter(has_text="Lost or stolen card")
    await expect(row.locator('[data-figure="csat"]')).to_have_text("100%")
    await has_no_barriers(page)
    await row.locator('[data-figure="csat"]').get_by_test_id("lead").focus()
    await page.keyboard.press("Enter")
    mine = page.locator(f'[data-testid="contact-behind"][data-contact="{caller.contact_id}"]')
    await expect(mine).to_contain_text("Amira")
    await expect(mine.get_by_test_id("part")).to_have_text("Yes")
    await has_no_barriers(page)
    await picture(page, "supervisor-contacts")
    await mine.get_by_role("link").focus()
    await page.keyboard.press("Enter")
    story = page.get_by_test_id("story")
    await expect(story.locator('[data-type="contact.connected"]')).to_contain_text("Connected to Amira")
    await expect(story.locator('[data-type="feedback.given"]')).to_contain_text("CSAT 5")
    await expect(page.get_by_test_id("said")).to_contain_text("I've lost my card")
    await expect(page.get_by_test_id("notes")).to_contain_text("New card ordered.")
    await has_no_barriers(page)
    await fits_across(page)
    await picture(page, "supervisor-story")

    await expect(page.get_by_test_id("known")).to_contain_text("Resolved")
    other = await reports(bank, people, f"#contact/{caller.contact_id}")
    await expect(other.get_by_test_id("said")).to_contain_text("A new card is on its way.")
    await page.get_by_test_id("back").click()
    await expect(mine).to_be_visible()
    await page.get_by_test_id("back").click()
    await expect(page.get_by_test_id("tiles")).to_be_visible()


async def test_a_report_is_narrowed_to_what_a_row_is_about_and_widened_again(
    bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    await serve(http, bank)
    other = await ChatCaller.join(http, bank.url, "fraud")
    await other.leave()
    page = await reports(bank, people, "#reports")
    rows = page.get_by_test_id("report-row")
    await page.get_by_test_id("by-channel").click()
    await expect(page.get_by_test_id("by-channel")).to_have_attribute("aria-pressed", "true")
    await expect(rows.get_by_role("rowheader")).to_have_text(["Chat"])
    await page.get_by_test_id("by-queue").click()
    await rows.get_by_role("link", name="Fraud").click()
    await expect(rows.get_by_role("rowheader")).to_have_text(["Fraud"])
    await expect(page.get_by_test_id("only")).to_contain_text("Fraud")
    for by in ("topic", "week", "agent"):
        await page.get_by_test_id(f"by-{by}").click()
        await expect(page.get_by_test_id(f"by-{by}")).to_have_attribute("aria-pressed", "true")
        await has_no_barriers(page)
    await page.get_by_test_id("only-queue").click()
    await expect(page.get_by_test_id("only")).to_have_count(0)
    await page.get_by_test_id("by-queue").click()
    await expect(rows.filter(has_text="Cards")).to_have_count(1)


async def test_what_alone_counts_is_named_as_people_name_it_however_one_came_there(
    bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    await serve(http, bank)
    page = await reports(bank, people, "#reports?range=today&by=topic&show=callers")
    row = page.get_by_test_id("report-row").filter(has_text="Lost or stolen card")
    await row.get_by_role("link", name="Lost or stolen card").click()
    for _ in ("led there", "come there by the address"):
        await expect(page.get_by_test_id("only-topic")).to_have_text("Lost or stolen card")
        await expect(page.get_by_test_id("report-row")).to_have_count(1)
        assert "report_lost_card" not in await page.locator("hf-reports").inner_text()
        await picture(page, "supervisor-narrowed")
        await page.reload()
    await page.locator('[data-figure="csat"]').get_by_test_id("lead").click()
    for _ in ("led there", "come there by the address"):
        await expect(page.get_by_test_id("only-topic")).to_have_text("Lost or stolen card")
        await page.reload()
    await page.goto(f"{page.url}&agent=amira")
    await expect(page.get_by_test_id("only-agent")).to_have_text("Amira Haddad")


async def test_a_long_report_is_there_before_the_board_and_before_what_needs_every_single_wait(
    bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    await serve(http, bank)
    board, rest = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        is_board = "/board" in route.request.url
        await (board if is_board else rest).wait()
        await route.continue_()

    page = await people.somebody_at(f"{bank.url}/supervisor#reports?range=month&by=queue&show=waiting")
    await page.route(lambda url: "/supervisor/board" in url, hold)
    await page.route(lambda url: "/supervisor/reports" in url and "percentiles=no" not in url, hold)
    await sign_in(page, "sofia")
    row = page.get_by_test_id("report-row").filter(has_text="Cards")
    median = row.locator('[data-figure="median_wait_seconds"]')
    await expect(row.locator('[data-figure="asa_seconds"]')).not_to_have_text("–")
    await expect(page.get_by_test_id("as-of")).to_be_empty()
    await expect(median).to_have_text("…")
    await expect(page.get_by_test_id("coming")).to_be_visible()
    await expect(page.get_by_test_id("csv")).to_be_disabled()
    await has_no_barriers(page)
    await picture(page, "supervisor-reports-coming")
    rest.set()
    await expect(median).to_have_text(re.compile(r"^\d+:\d\d$"))
    await expect(page.get_by_test_id("coming")).to_have_count(0)
    await expect(page.get_by_test_id("csv")).to_be_enabled()
    board.set()
    await expect(page.get_by_test_id("as-of")).not_to_be_empty()


async def test_a_report_is_taken_along_as_a_file_and_on_paper(
    bank: Service, http: aiohttp.ClientSession, people: People, tmp_path: Path
) -> None:
    await serve(http, bank)
    page = await reports(bank, people, "#reports?by=queue")
    await expect(page.get_by_test_id("report-row").first).to_be_visible()
    async with page.expect_download() as downloading:
        await page.get_by_test_id("parquet").click()
    file = await downloading.value
    assert file.suggested_filename.endswith(".parquet")
    content = (await file.path()).read_bytes()
    assert content[:4] == content[-4:] == b"PAR1"
    await page.emulate_media(media="print", color_scheme="dark")
    for hidden in ("csv", "range-today", "by-queue", "sign-out"):
        await expect(page.get_by_test_id(hidden)).to_be_hidden()
    for shown in ("stretch", "tile-entered", "report", "rules"):
        await expect(page.get_by_test_id(shown)).to_be_visible()
    ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgba(0, 0, 0, 0)", "paper is white, whatever the screen is"


async def test_an_alarm_is_raised_and_a_place_taken_out_of_its_line(
    bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    caller = await (await ChatCaller.join(http, bank.url, "fraud")).open()
    page = await reports(bank, people)
    alarm = page.locator('[data-testid="alarm"][data-queue="fraud"][data-kind="nobody_ready"]')
    await expect(alarm).to_contain_text("nobody who is ready")
    await expect(page).to_have_title(re.compile(r"^\(\d+\) Supervisor"))
    await has_no_barriers(page)
    place = page.locator(f'[data-testid="waiting-place"][data-contact="{caller.contact_id}"]')
    await place.get_by_test_id("take-out").click()
    form = page.get_by_test_id("take-out-form")
    await form.get_by_test_id("take-out-reason").fill("A test that nobody needs.")
    await has_no_barriers(page)
    await picture(page, "supervisor-alarm")
    await form.get_by_test_id("take-out-yes").click()
    await expect(place).to_have_count(0)
    closed = await caller.heard.wait_for_type("contact.closed")
    assert closed["data"]["outcome"] == "removed"
