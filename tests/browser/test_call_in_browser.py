"""A call without a telephone: the caller on the telephone's page, the agent's telephone in the console."""

from __future__ import annotations

import pytest
from browser.caller import Telephone
from browser.desk import Desk
from browser.eyes import has_no_barriers, picture
from browser.people import People
from playwright.async_api import expect
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")


async def test_a_call_in_the_browser(bank: Service, people: People) -> None:
    maya = Telephone(await people.somebody_at(f"{bank.url}/phone"))
    await maya.is_in("idle")
    await has_no_barriers(maya.page)
    await maya.dials()
    await maya.hears("your place in the queue is secured")
    await maya.says("where am I in the queue?")
    await maya.hears("first in line")
    await maya.presses("0")
    await maya.hears("quiet")
    await expect(maya.page.get_by_text("Hold music")).to_be_visible()
    await has_no_barriers(maya.page)
    await picture(maya.page, "phone")
    await maya.hangs_up()
    await maya.is_in("completed")


async def test_caller_and_agent_meet_by_phone_without_leaving_the_browser(bank: Service, people: People) -> None:
    maya = Telephone(await people.somebody_at(f"{bank.url}/phone"))
    await maya.is_in("idle")
    await maya.dials()
    await maya.hears("your place in the queue is secured")
    await maya.says("I lost my credit card yesterday")
    await maya.hears("customer number")
    amira = await Desk.signs_in(people, bank.url, "amira")
    phone = await amira.telephone()
    await phone.is_in("idle")
    await amira.becomes_ready()
    await expect(amira.offer).to_contain_text("Call")
    await amira.accepts()
    await expect(amira.briefing.get_by_test_id("facts")).to_contain_text("credit")
    await phone.is_in("in-progress")
    await expect(amira.state).to_have_text("Connected")
    for telephone in (phone, maya):
        await telephone.hears("through to each other", who="event")
    await phone.says("Hello Maya, this is Amira")
    await maya.hears("this is Amira", who="other")
    await maya.says("Hello Amira")
    await phone.hears("Hello Amira", who="other")
    await has_no_barriers(amira.page)
    await has_no_barriers(phone.page)
    await amira.ends()
    await maya.is_in("completed")
    await phone.is_in("completed")
    await amira.wraps_up("follow_up", "")
