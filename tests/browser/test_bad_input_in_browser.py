"""Words that no page likes, in every field: no script runs, no layout breaks, nothing is lost."""

from __future__ import annotations

import aiohttp
import pytest
from browser.desk import Desk, sign_in
from browser.eyes import fits_across, has_no_barriers
from browser.nasty import EMOJI, LONG, MARKDOWN, MARKUP, NASTY, TURNED, runs_nothing
from browser.people import People
from browser.visitor import Visitor
from journey.chat import ChatCaller
from playwright.async_api import Locator, Page, expect
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")

AS_IT_IS = "element => element.textContent"
PLAIN = (MARKUP, MARKDOWN, TURNED, EMOJI)
"""What must come out as it went in; control characters are taken out on the way."""


async def _is_unharmed(*pages: Page) -> None:
    for page in pages:
        await runs_nothing(page)
        await fits_across(page)


async def _says(page: Page, box: str, words: str) -> None:
    await page.get_by_test_id(box).fill(words)
    await page.get_by_test_id(box).press("Enter")


async def _texts(messages: Locator) -> list[str]:
    return [await message.locator("p").first.evaluate(AS_IT_IS) for message in await messages.all()]


async def _is_connected(bank: Service, people: People) -> tuple[Visitor, Desk]:
    maya = await Visitor.joins(people, bank.url)
    amira = await Desk.signs_in(people, bank.url, "amira")
    await amira.becomes_ready()
    await amira.accepts()
    await expect(amira.state).to_have_text("Connected")
    await expect(maya.page.get_by_test_id("agent-name")).to_be_visible()
    return maya, amira


async def _is_over(amira: Desk) -> None:
    await amira.ends()
    await amira.page.get_by_test_id("wrap-up-save").click()
    await expect(amira.page.get_by_test_id("contact")).to_have_count(0)
    await amira.signs_out()


async def test_nasty_words_between_caller_and_agent_are_shown_as_they_are(bank: Service, people: People) -> None:
    maya, amira = await _is_connected(bank, people)
    for n, words in enumerate(NASTY, 1):
        await _says(maya.page, "composer", words)
        await expect(amira.said_by("caller")).to_have_count(n)
        await _says(amira.page, "agent-composer", words)
        await expect(maya.said_by("agent")).to_have_count(n)
    for messages in (maya.said_by("caller"), maya.said_by("agent"), amira.said_by("caller"), amira.said_by("agent")):
        texts = await _texts(messages)
        assert [words for words in PLAIN if words not in texts] == []
        assert LONG in texts
        assert "\x07" not in "".join(texts)
    await _is_unharmed(maya.page, amira.page)
    await has_no_barriers(maya.page)
    await has_no_barriers(amira.page)
    for page in (maya.page, amira.page):
        await page.reload()
    await expect(amira.said_by("caller")).to_have_count(len(NASTY))
    await _is_unharmed(maya.page, amira.page)
    await _is_over(amira)


async def test_nasty_words_in_every_field_of_the_widget_harm_nothing(bank: Service, people: People) -> None:
    maya = await Visitor.joins(people, bank.url)
    page = maya.page
    await maya.says("I lost my debit card")
    await page.get_by_test_id("gathered").locator("summary").click()
    for words in (MARKUP, TURNED, LONG):
        await page.locator('[data-fact="card_kind"]').get_by_test_id("correct").click()
        await page.get_by_test_id("correct-value").fill(words[:200])
        await page.get_by_test_id("correct-save").click()
        await expect(page.locator('[data-fact="card_kind"]').or_(page.get_by_test_id("trouble")).first).to_be_visible()
        await _is_unharmed(page)
    await page.get_by_test_id("call-me").click()
    for words in NASTY:
        await page.get_by_test_id("callback-number").fill(words)
        await page.get_by_test_id("callback-send").click()
        await expect(page.get_by_test_id("refusal")).to_be_visible()
        await _is_unharmed(page)
    await page.get_by_test_id("stay").click()
    await maya.is_at(1)
    await page.get_by_test_id("settled").click()
    await page.get_by_test_id("settled-confirm").click()
    await page.get_by_test_id("csat-5").check()
    await page.get_by_test_id("comment").fill("".join(NASTY))
    await page.get_by_test_id("judge").click()
    await expect(page.get_by_test_id("judged")).to_be_visible()
    await _is_unharmed(page)


async def test_nasty_words_in_every_field_of_the_console_harm_nothing(
    bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    page = await people.somebody_at(f"{bank.url}/console")
    for words in NASTY:
        await page.get_by_test_id("username").fill(words)
        await page.get_by_test_id("password").fill(words)
        await page.get_by_test_id("sign-in").click()
        await expect(page.get_by_test_id("trouble")).to_be_visible()
        await _is_unharmed(page)
    caller = await (await ChatCaller.join(http, bank.url)).open()
    amira = await Desk.signs_in(people, bank.url, "amira")
    await amira.becomes_ready()
    await amira.accepts()
    await expect(amira.state).to_have_text("Connected")
    for n, words in enumerate(NASTY, 1):
        await amira.presses("Alt+n")
        await _says(amira.page, "note-composer", words)
        await expect(amira.page.get_by_test_id("notes").locator(".note")).to_have_count(n)
    assert MARKUP in [await note.locator("span").evaluate(AS_IT_IS) for note in await amira.page.locator(".note").all()]
    await _is_unharmed(amira.page)
    for opens, field in (("Alt+k", "knowledge-search"), ("Alt+t", "pass-on-search")):
        await amira.presses(opens)
        for words in NASTY:
            await amira.page.get_by_test_id(field).fill(words)
            await _is_unharmed(amira.page)
        await has_no_barriers(amira.page)
        if field == "pass-on-search":
            await amira.page.get_by_test_id("pass-on-note").fill("".join(NASTY))
            await _is_unharmed(amira.page)
        await amira.presses("Escape")
    await amira.presses("Alt+i")
    await amira.page.get_by_test_id("agent-composer").fill("/" + MARKUP)
    await expect(amira.page.get_by_test_id("canned-text")).to_have_count(0)
    await amira.page.get_by_test_id("agent-composer").fill("")
    await amira.ends()
    await amira.page.get_by_test_id("wrap-up-notes").fill("".join(NASTY)[:4000])
    await amira.page.get_by_test_id("wrap-up-save").click()
    await expect(amira.page.get_by_test_id("contact")).to_have_count(0)
    await _is_unharmed(amira.page)
    await caller.close()
    await amira.signs_out()


async def test_nasty_words_of_a_caller_harm_neither_board_nor_listening_supervisor(
    bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    _, amira = await _is_connected(bank, people)
    waiting = await ChatCaller.join(http, bank.url, "fraud")
    page = await people.somebody_at(f"{bank.url}/supervisor")
    await sign_in(page, "sofia")
    await page.get_by_test_id("served-contact").get_by_test_id("coach").click()
    for n, words in enumerate(NASTY, 1):
        await page.get_by_test_id("beside-words").fill(words)
        await page.get_by_test_id("beside-say").click()
        await expect(amira.briefing.get_by_test_id("coaching").locator(".note")).to_have_count(n)
    await _is_unharmed(page, amira.page)
    place = page.locator(f'[data-testid="waiting-place"][data-contact="{waiting.contact_id}"]')
    await place.get_by_test_id("move").click()
    await page.get_by_test_id("move-form").get_by_test_id("move-reason").fill("".join(NASTY)[:4000])
    await _is_unharmed(page)
    await page.get_by_test_id("beside-leave").click()
    await waiting.leave()
    await _is_over(amira)
