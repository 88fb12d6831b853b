"""Texts without a mobile: written on the telephone's page, read at the console, gone on with in the web chat."""

from __future__ import annotations

import re

import pytest
from browser.caller import Telephone
from browser.desk import Desk
from browser.eyes import has_no_barriers, picture
from browser.people import People
from browser.visitor import Visitor
from playwright.async_api import Page, expect
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")


async def writes(page: Page, words: str) -> None:
    await page.get_by_test_id("text-words").fill(words)
    await page.get_by_test_id("text-send").click()
    await expect(page.locator('[data-testid="text"][data-direction="outgoing"]').last).to_contain_text(words)


async def reads(page: Page, words: str) -> None:
    read = page.locator('[data-testid="text"][data-direction="incoming"]')
    await expect(read.filter(has_text=re.compile(words, re.IGNORECASE)).last).to_be_visible()


async def test_texts_in_the_browser_from_the_first_to_an_agent_s(bank: Service, people: People) -> None:
    maya = Telephone(await people.somebody_at(f"{bank.url}/phone"))
    await maya.is_in("idle")
    page = maya.page
    assert isinstance(page, Page)
    await writes(page, "hello")
    await reads(page, "your place in the queue is secured")
    await writes(page, "my debit card was stolen yesterday")
    await reads(page, "customer number")
    await has_no_barriers(page)
    await picture(page, "texts")
    amira = await Desk.signs_in(people, bank.url, "amira")
    await amira.becomes_ready()
    await expect(amira.offer).to_contain_text("SMS")
    await amira.accepts()
    await reads(page, "You're with Amira now")
    await amira.says("Hello, this is Amira.")
    await reads(page, "Amira: Hello, this is Amira.")
    await expect(amira.transcript.get_by_test_id("arrival").last).to_have_text("Delivered")
    await has_no_barriers(amira.page)
    await writes(page, "Hello Amira")
    await expect(amira.said_by("caller").last).to_contain_text("Hello Amira")
    await amira.ends()
    await reads(page, "conversation is over")
    await amira.wraps_up("resolved", "")
    await amira.page.get_by_test_id("presence").click()


async def test_the_link_in_a_text_opens_the_same_place_in_the_web_chat(bank: Service, people: People) -> None:
    maya = Telephone(await people.somebody_at(f"{bank.url}/phone?from=%2B447700900155"))
    await maya.is_in("idle")
    page = maya.page
    assert isinstance(page, Page)
    await writes(page, "hello")
    await reads(page, "your place in the queue is secured")
    await writes(page, "my debit card was stolen yesterday")
    await reads(page, "customer number")
    await writes(page, "10000001")
    await reads(page, "PIN")
    link = await page.locator('[data-testid="text"] a').last.get_attribute("href")
    assert link is not None
    visitor = Visitor(await people.somebody_at(link))
    await expect(visitor.place).to_be_visible()
    await expect(visitor.said_by("caller").first).to_contain_text("hello")
    assert "#" not in visitor.page.url
    await visitor.gives("pin", "4821")
    await visitor.hears("freeze your debit card ending 4417")
    await writes(page, "back on my phone, where am I in the queue?")
    await reads(page, "in line")
