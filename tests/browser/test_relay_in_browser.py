"""A call over one socket, written down while caller and agent talk; with the real service and the real assistant."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser.caller import Telephone
from browser.desk import Desk
from browser.eyes import has_no_barriers, picture
from browser.people import People
from playwright.async_api import expect
from serving.demo import changed_tenant
from serving.rasa import Rasa
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def relayed_bank(tmp_path_factory: pytest.TempPathFactory, rasa: Rasa) -> Iterator[Service]:
    """Fernhill Bank with its calls over ConversationRelay, and its conversations written down."""
    folder = tmp_path_factory.mktemp("relayed-bank")
    tenant = changed_tenant(folder, parts={"relay": {"silence_seconds": 3}, "transcription": {}})
    with Service(folder, **rasa.settings, **tenant, HOLDFAST_EMULATOR_SPEED="5") as service:
        service.wait_until_ready()
        yield service
    service.assert_quiet_log()


async def test_the_talk_the_proof_and_the_agent_over_one_socket(relayed_bank: Service, people: People) -> None:
    maya = Telephone(await people.somebody_at(f"{relayed_bank.url}/phone"))
    await maya.is_in("idle")
    await maya.dials()
    await maya.hears("your place in the queue is secured")
    await maya.is_listened_to()
    await maya.says("I lost my debit card this morning")
    await maya.hears("customer number")
    await maya.is_listened_to()
    for key in "10000001":
        await maya.presses(key)
    await maya.hears("PIN")
    await maya.is_listened_to()
    for key in "4821":
        await maya.presses(key)
    await maya.hears("freeze your debit card ending 4417")
    await maya.is_listened_to()
    await maya.says("yes please")
    await maya.hears("is frozen")
    await maya.presses("0")
    await maya.hears("quiet")
    await expect(maya.page.get_by_text("Hold music")).to_be_visible()
    await picture(maya.page, "phone-relayed")
    amira = await Desk.signs_in(people, relayed_bank.url, "amira")
    await amira.becomes_ready()
    await amira.accepts()
    await expect(amira.state).to_have_text("Connected")
    await maya.hears("through to each other", who="event")
    await maya.hears("written down for your agent")
    await expect(amira.page.get_by_test_id("written-down")).to_be_visible()
    phone = amira.telephone
    await maya.says("Hello, when will the new card be here?")
    await expect(amira.said_by("caller").last).to_contain_text("when will the new card be here?")
    await phone.says("In about five days, Maya")
    await expect(amira.said_by("agent").last).to_contain_text("In about five days, Maya")
    await maya.says("The old one was 4539 1488 0343 6467")
    await expect(amira.said_by("caller").last).to_contain_text("•••6467")
    await has_no_barriers(amira.page)
    await picture(amira.page, "console-written-down")
    await amira.page.get_by_test_id("hold").click()
    await expect(amira.page.get_by_test_id("held")).to_be_visible()
    await expect(amira.page.get_by_test_id("written-down")).to_be_hidden()
    await amira.page.get_by_test_id("hold").click()
    await expect(amira.page.get_by_test_id("written-down")).to_be_visible()
    await amira.ends()
    await maya.is_in("completed")
