"""What callers leave when nobody can take the call, what everybody is told first, and the page behind a texted link."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from browser.desk import sign_in
from browser.eyes import everything, has_no_barriers, has_no_barriers_however_dressed, picture
from browser.people import People
from browser.visitor import Visitor
from journey.chat import ChatCaller
from journey.console import AgentConsole
from journey.emulated import EmulatedPhone
from journey.telephone import CARDS_LINE
from playwright.async_api import expect
from serving.demo import changed_tenant
from serving.rasa import Rasa
from serving.service import ROOT, Service

from assistant.flow.surveys import Surveys
from assistant.model.contact import ContactId
from assistant.settings.tenant import load_tenant

pytestmark = pytest.mark.xdist_group("browser")

SAID = "Please call me back about the fee on my statement. My card is 4111 1111 1111 1111."
NOTICE = "Our app is down just now, and we are working on it. Your cards work as always."


@pytest.fixture(scope="module")
def night_bank(tmp_path_factory: pytest.TempPathFactory, rasa: Rasa) -> Iterator[Service]:
    """Fernhill Bank on a day on which its cards line does not open, with something to tell everybody."""
    folder = tmp_path_factory.mktemp("night-bank")
    day = f"{datetime.now(UTC) + timedelta(days=3):%a}".lower()
    hours = {"time_zone": "UTC", "weekly": {day: ["09:00-17:00"]}}
    tenant = changed_tenant(folder, queues={"cards": {"hours": hours}}, parts={"notices": [{"says": NOTICE}]})
    with Service(folder, **rasa.settings, **tenant, HOLDFAST_EMULATOR_SPEED="10") as service:
        service.wait_until_ready()
        yield service
    service.assert_quiet_log()


async def test_a_message_that_was_spoken_at_night_is_read_and_heard_in_the_morning(
    night_bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    phone = await EmulatedPhone.register(http, night_bank.url, "+442071838750")
    await phone.dial(CARDS_LINE)
    await phone.hears("Our app is down just now", since=0)
    await phone.press("2")
    await phone.heard.wait_for_type("recording")
    await phone.say(SAID)
    await phone.press("#")
    await phone.hears("Your message is kept")
    await phone.is_in("completed")
    page = await people.somebody_at(f"{night_bank.url}/supervisor")
    await sign_in(page, "sofia")
    await expect(page.get_by_test_id("to-left")).to_have_text("Messages and callbacks (1)")
    await page.get_by_test_id("to-left").click()
    left = page.get_by_test_id("left-message")
    await expect(left).to_contain_text("Please call me back about the fee on my statement. My card is •••1111.")
    await expect(left.get_by_test_id("reply-to")).to_have_attribute("href", "tel:+442071838750")
    await expect(left.get_by_test_id("spoken")).to_have_attribute("data-state", "written")
    assert "4111 1111" not in await everything(page)
    await has_no_barriers(page)
    await picture(page, "supervisor-spoken-message")


async def test_a_notice_is_the_first_thing_that_a_visitor_reads(night_bank: Service, people: People) -> None:
    maya = await Visitor.arrives(people, night_bank.url)
    await maya.page.evaluate("document.querySelector('holdfast-widget')?.setAttribute('queue', 'accounts')")
    await maya.page.get_by_test_id("join").click()
    first = maya.page.get_by_test_id("message").or_(maya.page.get_by_test_id("shut")).first
    await expect(first).to_contain_text(NOTICE)
    await has_no_barriers(maya.page)
    await picture(maya.page, "widget-notice")


async def test_the_page_behind_a_texted_link_asks_and_thanks(
    bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    visitor = await ChatCaller.join(http, bank.url)
    amira = await AgentConsole.sign_in(http, bank.url, "amira")
    await amira.command("ready")
    offer = await amira.is_offered()
    await amira.accept(offer)
    await amira.about("contact.connected", offer["contact_id"])
    await amira.command("end", contact_id=offer["contact_id"])
    key = (bank.data_dir / "secret_key").read_text().strip().encode()
    tenant = load_tenant(ROOT / "demo" / "tenant.yml")
    token = Surveys(None, tenant, None, key, "").token_of(ContactId(visitor.contact_id))  # type: ignore[arg-type]
    page = await people.somebody_at(f"{bank.url}/survey#{token}")
    await expect(page.get_by_test_id("survey-page")).to_have_attribute("data-step", "asking")
    await has_no_barriers_however_dressed(page)
    await page.get_by_test_id("judge").click()
    await expect(page.get_by_role("alert")).to_contain_text("Choose an answer first")
    await has_no_barriers_however_dressed(page, "survey-unanswered")
    for chosen in ("csat-4", "resolved-yes", "nps-9"):
        await page.locator("label").filter(has=page.get_by_test_id(chosen)).click()
    await has_no_barriers_however_dressed(page, "survey-asking")
    await picture(page, "survey")
    await page.get_by_test_id("judge").click()
    await expect(page.get_by_test_id("survey-page")).to_have_attribute("data-step", "thanks")
    again = await people.somebody("ar-EG")
    await again.goto(f"{bank.url}/survey#{token}")
    await expect(again.get_by_test_id("survey-page")).to_have_attribute("data-step", "thanks")
    await expect(again.get_by_role("status")).to_have_text("شكرًا لك، هذا يساعدنا.")
    await has_no_barriers_however_dressed(again, "survey-thanks")
    await amira.command("wrap_up", contact_id=offer["contact_id"], disposition="resolved", notes="")
