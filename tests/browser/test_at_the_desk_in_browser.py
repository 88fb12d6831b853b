"""What an agent has at hand beside the talk itself: who is writing, articles, a talk that is long."""

from __future__ import annotations

import aiohttp
import pytest
from browser.desk import Desk
from browser.eyes import has_no_barriers, picture
from browser.people import People
from browser.visitor import Visitor
from journey.chat import ChatCaller
from playwright.async_api import expect
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")

LONG_TALK = 420
MOST_ON_THE_PAGE = 150


async def _takes_it(bank: Service, people: People) -> Desk:
    amira = await Desk.signs_in(people, bank.url, "amira")
    await amira.becomes_ready()
    await amira.accepts()
    await expect(amira.state).to_have_text("Connected")
    return amira


async def _is_over(amira: Desk) -> None:
    await amira.ends()
    await amira.page.get_by_test_id("wrap-up-save").click()
    await expect(amira.page.get_by_test_id("contact")).to_have_count(0)
    await amira.signs_out()


async def test_each_sees_that_the_other_is_writing_until_the_words_are_there(bank: Service, people: People) -> None:
    maya = await Visitor.joins(people, bank.url)
    amira = await _takes_it(bank, people)
    await expect(maya.page.get_by_test_id("agent-name")).to_be_visible()
    await maya.page.get_by_test_id("composer").press_sequentially("My card ")
    await expect(amira.transcript.get_by_test_id("typing")).to_be_visible()
    await has_no_barriers(amira.page)
    await maya.page.get_by_test_id("composer").press("Enter")
    await expect(amira.said_by("caller").last).to_contain_text("My card")
    await expect(amira.transcript.get_by_test_id("typing")).to_have_count(0)
    await amira.page.get_by_test_id("agent-composer").press_sequentially("One moment")
    await expect(maya.page.get_by_test_id("typing")).to_be_visible()
    await has_no_barriers(maya.page)
    await amira.page.get_by_test_id("agent-composer").press("Enter")
    await maya.hears("One moment", author="agent")
    await expect(maya.page.get_by_test_id("typing")).to_have_count(0)
    await _is_over(amira)


async def test_an_article_is_found_and_put_into_the_answer_by_keyboard_alone(bank: Service, people: People) -> None:
    maya = await Visitor.joins(people, bank.url)
    amira = await _takes_it(bank, people)
    await amira.page.get_by_test_id("agent-composer").fill("Of course.")
    await amira.presses("Alt+k")
    await expect(amira.page.get_by_test_id("knowledge-search")).to_be_focused()
    await amira.page.keyboard.type("fees")
    await expect(amira.page.get_by_test_id("article").first).to_contain_text("Fees abroad")
    await has_no_barriers(amira.page)
    await picture(amira.page, "console-knowledge")
    await amira.presses("Enter")
    box = amira.page.get_by_test_id("agent-composer")
    await expect(box).to_have_value(
        "Of course. Paying by card abroad costs 2.75 percent of the sum, and taking out cash costs 1 pound 50 besides."
    )
    await expect(box).to_be_focused()
    await amira.presses("Enter")
    await maya.hears("costs 2.75 percent", author="agent")
    await _is_over(amira)


async def test_a_long_talk_is_drawn_in_parts_and_read_from_end_to_end(
    bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    caller = await (await ChatCaller.join(http, bank.url)).open()
    amira = await _takes_it(bank, people)
    for n in range(1, LONG_TALK + 1):
        await caller.send("say", text=f"Line {n} of what I have to say", client_id=f"long-{n}")
    last = amira.said_by("caller").last
    await expect(last).to_contain_text(f"Line {LONG_TALK} of")
    await expect(last).to_be_in_viewport()
    messages = amira.transcript.get_by_test_id("message")
    first = amira.said_by("caller").filter(has_text="Line 1 of what")
    talk = amira.transcript.locator(".talk")
    await talk.hover()
    for _ in range(60):
        assert await messages.count() <= MOST_ON_THE_PAGE
        if await first.count() and await first.is_visible():
            break
        await amira.page.mouse.wheel(0, -2_500)
        await amira.page.wait_for_timeout(40)
    await expect(first).to_be_visible()
    await caller.send("say", text="And something new", client_id="new")
    await expect(amira.page.get_by_test_id("newest")).to_be_visible()
    await expect(first).to_be_visible()
    await has_no_barriers(amira.page)
    await amira.page.get_by_test_id("newest").click()
    await expect(amira.said_by("caller").last).to_contain_text("And something new")
    await expect(amira.said_by("caller").last).to_be_in_viewport()
    await expect(amira.page.get_by_test_id("newest")).to_have_count(0)
    await _is_over(amira)
    await caller.close()


async def test_words_say_what_language_they_are_in(bank: Service, people: People) -> None:
    """A screen reader in Arabic reads what the English assistant says as English, and Arabic words as no English."""
    maya = await Visitor.joins(people, bank.url, await people.somebody("ar-EG"))
    amira = await _takes_it(bank, people)
    await expect(maya.page.get_by_test_id("agent-name")).to_be_visible()
    greeting = maya.said_by("assistant").first.locator("p")
    await expect(greeting).to_have_attribute("lang", "en")
    await maya.says("شكرًا لكم")
    await expect(maya.said_by("caller").last.locator("p")).to_have_attribute("lang", "")
    await expect(amira.said_by("caller").last.locator("p")).to_have_attribute("lang", "")
    await maya.says("Thank you")
    await expect(amira.said_by("caller").last.locator("p")).to_have_attribute("lang", "en")
    await maya.page.reload()
    await expect(maya.said_by("caller").last.locator("p")).to_have_attribute("lang", "en")
    await _is_over(amira)
