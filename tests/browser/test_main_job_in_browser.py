"""The main job as a person does it: a visitor at the widget, an agent at the console."""

from __future__ import annotations

import re

import aiohttp
import pytest
from browser.desk import Desk
from browser.eyes import everything, has_no_barriers, picture
from browser.people import People
from browser.visitor import Visitor
from journey.chat import ChatCaller
from journey.console import AgentConsole
from playwright.async_api import expect
from serving.demo import card_status, shows
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")

LOST = "I've lost my debit card, it must have fallen out of my pocket on the bus this morning"


async def test_a_person_is_helped_and_handed_over(bank: Service, http: aiohttp.ClientSession, people: People) -> None:
    ben = await _is_busy(bank, http, "ben")
    ahead = [await ChatCaller.join(http, bank.url) for _ in range(2)]
    maya = await Visitor.arrives(people, bank.url)
    await has_no_barriers(maya.page)
    await maya.page.get_by_test_id("join").click()
    await _is_helped_while_waiting(maya, bank)
    await _comes_first(maya, ahead)
    await _reloads_and_finds_all_as_it_was(maya)
    behind = await Visitor.joins(people, bank.url)
    await behind.is_at(2)

    amira = await Desk.signs_in(people, bank.url, "amira")
    await _is_offered(amira)
    await _reads_the_briefing_first(amira)
    await behind.is_at(1)
    await _talk(amira, maya)
    await amira.ends()
    await has_no_barriers(amira.page)
    await amira.wraps_up("resolved", "Card frozen, nothing left to do.")
    await expect(maya.page.get_by_test_id("closed")).to_have_attribute("data-outcome", "handled")
    await expect(maya.page.get_by_test_id("preference")).to_contain_text("you’d rather write to us here, in English?")
    await has_no_barriers(maya.page)
    await picture(maya.page, "widget-preference")
    await maya.page.get_by_test_id("prefer-yes").click()
    await expect(maya.page.get_by_test_id("remembered")).to_have_attribute("data-kept", "yes")
    await maya.page.get_by_test_id("prefer-forget").click()
    await expect(maya.page.get_by_test_id("remembered")).to_have_attribute("data-kept", "no")
    await expect(amira.offer).to_contain_text("Cards")
    await behind.page.get_by_test_id("leave").click()
    await behind.page.get_by_test_id("leave-confirm").click()
    await expect(behind.page.get_by_test_id("closed")).to_have_attribute("data-outcome", "left")
    await expect(amira.offer).to_have_count(0)
    await ben.close()


async def _is_busy(bank: Service, http: aiohttp.ClientSession, username: str) -> AgentConsole:
    """An agent who has a caller already: there is somebody to wait for."""
    await ChatCaller.join(http, bank.url)
    agent = await AgentConsole.sign_in(http, bank.url, username)
    await agent.command("ready")
    await agent.accept(await agent.is_offered())
    return agent


async def _is_helped_while_waiting(maya: Visitor, bank: Service) -> None:
    """The place first; a lost card in the caller's own words; identity apart from the talk; a yes before the effect."""
    await maya.is_at(3)
    await expect(maya.position).to_contain_text("3rd")
    await expect(maya.code).to_have_text(re.compile(r"^\d{4} \d{4}$"))
    await expect(maya.page.get_by_test_id("wait")).to_have_text(re.compile(r"^(About|Up to) .*minutes?"))
    await maya.hears("your place in the queue is secured")
    await maya.says(LOST)
    await maya.gives("customer_number", "10000001")
    await expect(maya.field).to_have_attribute("type", "password")
    await has_no_barriers(maya.page)
    await maya.gives("pin", "4821")
    await maya.hears("freeze your debit card ending 4417")
    assert not shows("4821", await everything(maya.page)), "a PIN is nowhere once it was sent"
    assert card_status(bank.data_dir, "card-1001") == "active"
    await maya.says("yes")
    await expect(maya.said_by("assistant").filter(has_text="debit card ending 4417 is frozen")).to_be_visible()
    assert card_status(bank.data_dir, "card-1001") == "frozen"
    await expect(maya.page.get_by_test_id("verified")).to_be_visible()
    await maya.hears("replacement")
    await expect(maya.page.get_by_test_id("choice")).to_have_count(2)
    await picture(maya.page, "widget-waiting")
    await maya.says("no thanks")
    await maya.hears("anything else")
    await maya.is_at(3)
    await maya.page.get_by_test_id("gathered").locator("summary").click()
    await expect(maya.page.locator('[data-fact="card_kind"]')).to_contain_text("debit")
    await expect(maya.page.get_by_test_id("tried")).to_be_visible()
    await has_no_barriers(maya.page)


async def _comes_first(maya: Visitor, ahead: list[ChatCaller]) -> None:
    for position, caller in zip((2, 1), ahead, strict=True):
        await caller.leave()
        await maya.is_at(position)
    await expect(maya.position).to_contain_text("next")


async def _reloads_and_finds_all_as_it_was(maya: Visitor) -> None:
    code, talk = await maya.code.inner_text(), await maya.talk()
    assert len(talk) > 6
    await maya.page.reload()
    await expect(maya.code).to_have_text(code)
    await expect(maya.messages).to_have_count(len(talk))
    assert await maya.talk() == talk
    await maya.is_at(1)


async def _is_offered(amira: Desk) -> None:
    await has_no_barriers(amira.page)
    await amira.becomes_ready()
    await expect(amira.offer).to_have_count(1)
    await expect(amira.offer).to_contain_text("Maya")
    await has_no_barriers(amira.page)
    await expect(amira.countdown).to_have_text(re.compile(r"^\s*1\d\s*$"))
    await picture(amira.page, "console-offer")


async def _reads_the_briefing_first(amira: Desk) -> None:
    """All of it stands on the page while nobody is connected yet."""
    amira.connecting.shut()
    await amira.accepts()
    await amira.connecting.reached.wait()
    await expect(amira.state).to_have_text("Connecting…")
    await expect(amira.briefing).to_be_in_viewport()
    await expect(amira.briefing.get_by_test_id("headline")).to_contain_text("Maya")
    await expect(amira.briefing.get_by_test_id("verification")).to_have_attribute("data-level", "2")
    await expect(amira.briefing.get_by_test_id("verification")).to_contain_text("by PIN")
    await expect(amira.briefing.get_by_test_id("facts")).to_contain_text("this morning")
    await expect(amira.briefing.get_by_test_id("facts")).to_contain_text("Maya Okafor")
    await expect(amira.briefing.get_by_test_id("tried")).to_contain_text("Done")
    await expect(amira.said_by("caller").first).to_contain_text(LOST)
    await expect(amira.page.get_by_test_id("agent-composer")).to_have_count(0)
    assert not shows("4821", await everything(amira.page))
    amira.connecting.open()
    await expect(amira.state).to_have_text("Connected")


async def _talk(amira: Desk, maya: Visitor) -> None:
    await expect(maya.place).to_have_count(0)
    await amira.says("Hello Maya, I see that your card is frozen.")
    await maya.hears("your card is frozen", author="agent")
    await maya.says("Thank you, that was quick!")
    await expect(amira.said_by("caller").last).to_contain_text("Thank you, that was quick!")
    await amira.says("You're welcome. Is there anything else?")
    await maya.hears("anything else", author="agent")
    for page, name in ((amira.page, "console-briefing"), (maya.page, "widget-talk")):
        await has_no_barriers(page)
        await picture(page, name)
