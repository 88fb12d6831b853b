"""While agent and visitor talk: the agent asks for proof, and a supervisor stands beside."""

from __future__ import annotations

import pytest
from browser.desk import Desk, sign_in
from browser.eyes import everything, has_no_barriers, picture
from browser.people import People
from browser.visitor import Visitor
from playwright.async_api import expect
from serving.demo import shows
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")


async def test_an_agent_asks_for_proof_and_a_supervisor_stands_beside(bank: Service, people: People) -> None:
    maya = await Visitor.joins(people, bank.url)
    amira = await Desk.signs_in(people, bank.url, "amira")
    await amira.becomes_ready()
    await amira.accepts()
    await expect(amira.state).to_have_text("Connected")
    await amira.says("Hello, this is Amira.")
    await maya.hears("this is Amira", author="agent")
    await _is_asked_for_proof(amira, maya)

    page = await people.somebody_at(f"{bank.url}/supervisor")
    await sign_in(page, "sofia")
    served = page.get_by_test_id("served-contact")
    await served.get_by_test_id("listen").click()
    beside = page.get_by_test_id("beside")
    await expect(beside).to_have_attribute("data-mode", "listen")
    await expect(beside.get_by_test_id("beside-talk")).to_contain_text("Hello, this is Amira.")
    await expect(beside.get_by_test_id("beside-words")).to_have_count(0)
    await served.get_by_test_id("coach").click()
    await expect(beside).to_have_attribute("data-mode", "coach")
    await beside.get_by_test_id("beside-words").fill("Offer her a new card.")
    await beside.get_by_test_id("beside-say").click()
    await expect(amira.briefing.get_by_test_id("coaching")).to_contain_text("Offer her a new card.")
    await expect(amira.page.get_by_test_id("beside")).to_contain_text("Sofia")
    assert "Offer her a new card." not in await everything(maya.page)
    for seen in (page, amira.page):
        await has_no_barriers(seen)
    await picture(page, "supervisor-beside")
    await beside.get_by_test_id("beside-leave").click()
    await expect(beside).to_have_count(0)
    await amira.ends()
    await amira.page.get_by_test_id("wrap-up-save").click()
    await expect(amira.page.get_by_test_id("contact")).to_have_count(0)


async def _is_asked_for_proof(amira: Desk, maya: Visitor) -> None:
    await amira.page.get_by_test_id("talk-time").click()
    await amira.presses("v")
    await has_no_barriers(amira.page)
    await amira.page.get_by_test_id("verify-pin").click()
    await expect(amira.page.get_by_test_id("asked-proof")).to_have_attribute("data-state", "pending")
    await maya.gives("customer_number", "10000001")
    await maya.gives("pin", "4821")
    await expect(amira.briefing.get_by_test_id("verification")).to_have_attribute("data-level", "2")
    await expect(amira.page.get_by_test_id("asked-proof")).to_have_count(0)
    assert not shows("4821", await everything(amira.page))
