"""Nobody can come: what a visitor leaves then reaches a supervisor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from browser.desk import sign_in
from browser.eyes import has_no_barriers, picture
from browser.people import People
from browser.visitor import Visitor
from playwright.async_api import expect
from serving.demo import changed_tenant
from serving.rasa import Rasa
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")

MESSAGE = "My statement for October never arrived.\nCould you send it again?"


@pytest.fixture(scope="module")
def closed_bank(tmp_path_factory: pytest.TempPathFactory, rasa: Rasa) -> Iterator[Service]:
    """Fernhill Bank on a day on which its cards line does not open."""
    folder = tmp_path_factory.mktemp("closed-bank")
    day = f"{datetime.now(UTC) + timedelta(days=3):%a}".lower()
    hours = {"time_zone": "UTC", "weekly": {day: ["09:00-17:00"]}}
    with Service(folder, **rasa.settings, **changed_tenant(folder, queues={"cards": {"hours": hours}})) as service:
        service.wait_until_ready()
        yield service
    service.assert_quiet_log()


async def test_a_message_that_was_left_is_read_by_a_supervisor(closed_bank: Service, people: People) -> None:
    maya = await Visitor.arrives(people, closed_bank.url)
    await maya.page.get_by_test_id("join").click()
    await expect(maya.page.get_by_test_id("shut")).to_contain_text("Cards is closed at the moment.")
    await maya.page.get_by_test_id("instead-message").click()
    await has_no_barriers(maya.page)
    await maya.page.get_by_test_id("message-text").fill(MESSAGE)
    await maya.page.get_by_test_id("message-reply-to").fill("nowhere")
    await maya.page.get_by_test_id("instead-send").click()
    await expect(maya.page.get_by_test_id("trouble")).to_contain_text("A mail address or a telephone number is needed.")
    await maya.page.get_by_test_id("message-reply-to").fill("maya@example.org")
    await picture(maya.page, "widget-closed-line")
    await maya.page.get_by_test_id("instead-send").click()
    await expect(maya.page.get_by_test_id("closed")).to_have_attribute("data-outcome", "message_left")

    page = await people.somebody_at(f"{closed_bank.url}/supervisor")
    await sign_in(page, "sofia")
    await expect(page.get_by_test_id("to-left")).to_have_text("Messages and callbacks (1)")
    await page.get_by_test_id("to-left").click()
    left = page.get_by_test_id("left-message")
    await expect(left).to_contain_text("My statement for October never arrived.")
    await expect(left.get_by_test_id("reply-to")).to_have_attribute("href", "mailto:maya@example.org")
    await has_no_barriers(page)
    await picture(page, "supervisor-messages")
    await left.get_by_test_id("mark-done").click()
    await expect(page.get_by_test_id("left-none")).to_be_visible()
    await page.get_by_test_id("tab-done").click()
    await expect(left).to_contain_text("Done by Sofia Andersson")
    await left.get_by_test_id("reopen").click()
    await page.get_by_test_id("tab-messages").click()
    await expect(left).to_have_count(1)


async def test_a_visitor_who_comes_too_late_is_called_at_the_next_opening(closed_bank: Service, people: People) -> None:
    maya = await Visitor.arrives(people, closed_bank.url)
    await maya.page.get_by_test_id("join").click()
    await maya.page.get_by_test_id("instead-callback").click()
    await maya.page.get_by_test_id("callback-number").fill("020 7183 8751")
    await maya.page.get_by_test_id("instead-send").click()
    await expect(maya.page.get_by_test_id("called-back")).to_contain_text("not before")
    await expect(maya.place).to_be_visible()
    await has_no_barriers(maya.page)
