"""A call without a telephone: the caller on the telephone's page, the agent's telephone in the console."""

from __future__ import annotations

import re
from itertools import count

import aiohttp
import pytest
from browser.caller import Telephone
from browser.desk import Desk
from browser.eyes import fits_across, has_no_barriers, has_no_barriers_however_dressed, picture
from browser.people import ENLARGED, People
from journey.console import AgentConsole
from playwright.async_api import ViewportSize, expect
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")

NUMBERS = count(200)


async def test_a_call_in_the_browser(bank: Service, people: People) -> None:
    maya = Telephone(await people.somebody_at(f"{bank.url}/phone"))
    await maya.is_in("idle")
    await has_no_barriers(maya.page)
    await maya.dials()
    await maya.hears("your place in the queue is secured")
    await maya.says("where am I in the queue?")
    await maya.hears("first in line")
    await maya.is_listened_to()
    await has_no_barriers_however_dressed(maya.page, "phone-talking")
    await maya.presses("0")
    await maya.hears("quiet")
    await expect(maya.page.get_by_text("Hold music")).to_be_visible()
    await has_no_barriers_however_dressed(maya.page, "phone-holding")
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
    phone = amira.telephone
    await phone.is_in("ready")
    await amira.becomes_ready()
    await expect(amira.offer).to_contain_text("Call")
    await amira.accepts()
    await expect(amira.briefing.get_by_test_id("facts")).to_contain_text("credit")
    await phone.has("open")
    await expect(amira.state).to_have_text("Connected")
    await maya.hears("through to each other", who="event")
    await phone.says("Hello Maya, this is Amira")
    await maya.hears("this is Amira", who="other")
    await maya.says("Hello Amira")
    await phone.hears("Hello Amira")
    await has_no_barriers_however_dressed(amira.page, "softphone-open")
    await has_no_barriers_however_dressed(maya.page, "phone-together")
    await picture(amira.page, "console-on-a-call")
    await amira.ends()
    await maya.is_in("completed")
    await phone.has("none")
    await amira.wraps_up("follow_up", "")
    await amira.signs_out()


async def calling(bank: Service, people: People) -> Telephone:
    """Somebody who calls and holds."""
    caller = Telephone(await people.somebody_at(f"{bank.url}/phone?from=%2B447700900{next(NUMBERS)}"))
    await caller.is_in("idle")
    await caller.dials()
    await caller.hears("your place in the queue is secured")
    await caller.presses("0")
    await caller.hears("quiet")
    return caller


async def accepts_unseen(bank: Service, desk: Desk, username: str) -> None:
    """As before a reload: the page doesn't know of it, and its telephone waits for a hand."""
    offer_id = await desk.offer.get_attribute("data-offer")
    async with aiohttp.ClientSession() as http:
        console = await AgentConsole.sign_in(http, bank.url, username)
        await console.command("accept", offer_id=offer_id)
        await desk.telephone.has("ringing")


async def test_the_telephone_in_the_console_is_muted_holds_presses_keys_and_hangs_up(
    bank: Service, people: People
) -> None:
    caller = await calling(bank, people)
    ben = await Desk.signs_in(people, bank.url, "ben")
    await ben.telephone.is_in("ready")
    await ben.becomes_ready()
    await ben.accepts()
    await ben.telephone.has("open")
    await caller.hears("through to each other", who="event")
    await ben.presses("m")
    await expect(ben.page.get_by_test_id("mute")).to_have_attribute("aria-pressed", "true")
    await ben.page.get_by_test_id("softphone-say").fill("Nobody hears this")
    await ben.page.get_by_test_id("softphone-say").press("Enter")
    await ben.page.get_by_test_id("presence").focus()
    await ben.presses("m")
    await expect(ben.page.get_by_test_id("mute")).to_have_attribute("aria-pressed", "false")
    await ben.telephone.says("Now you hear me")
    await caller.hears("Now you hear me", who="other")
    await expect(caller.captions("other").filter(has_text="Nobody hears this")).to_have_count(0)
    await ben.page.get_by_test_id("hold").click()
    await expect(ben.page.get_by_test_id("held")).to_be_visible()
    await ben.page.get_by_test_id("hold").click()
    await expect(ben.page.get_by_test_id("held")).to_be_hidden()
    await ben.telephone.does("keypad")
    await ben.telephone.does("key-5")
    await has_no_barriers(ben.page)
    await has_no_barriers_however_dressed(ben.page, "softphone-keypad-open")
    await picture(ben.page, "softphone-keypad")
    await ben.telephone.does("hang-up")
    await ben.telephone.has("none")
    await caller.is_in("completed")
    await ben.wraps_up("resolved", "")
    await ben.signs_out()


async def test_a_page_that_has_not_accepted_itself_rings_and_waits_for_a_hand(bank: Service, people: People) -> None:
    caller = await calling(bank, people)
    carla = await Desk.signs_in(people, bank.url, "carla")
    await carla.telephone.is_in("ready")
    await carla.becomes_ready()
    await expect(carla.offer).to_be_visible()
    await accepts_unseen(bank, carla, "carla")
    await carla.telephone.has("ringing")
    await expect(carla.state).to_have_text("Connecting…")
    await has_no_barriers(carla.page)
    await has_no_barriers_however_dressed(carla.page, "softphone-rings")
    await picture(carla.page, "softphone-ringing")
    await carla.telephone.does("answer")
    await expect(carla.state).to_have_text("Connected")
    await carla.ends()
    await caller.is_in("completed")
    await carla.wraps_up("resolved", "")
    await carla.signs_out()


async def test_an_agent_who_declines_the_ring_gives_the_caller_back_to_the_place(bank: Service, people: People) -> None:
    caller = await calling(bank, people)
    amira = await Desk.signs_in(people, bank.url, "amira")
    await amira.telephone.is_in("ready")
    await amira.becomes_ready()
    await expect(amira.offer).to_be_visible()
    await accepts_unseen(bank, amira, "amira")
    await amira.telephone.has("ringing")
    await amira.telephone.does("hang-up")
    await expect(amira.presence).to_have_attribute("data-reason", "phone_busy")
    await amira.telephone.has("none")
    await caller.is_in("in-progress")
    await caller.hangs_up()
    await amira.signs_out()


async def test_calls_ring_at_the_other_telephone_for_who_wants_them_there(bank: Service, people: People) -> None:
    caller = await calling(bank, people)
    amira = await Desk.signs_in(people, bank.url, "amira")
    await amira.telephone.is_in("ready")
    await amira.telephone.chooses("phone")
    await amira.telephone.is_in("elsewhere")
    desk = Telephone(await people.somebody_at(f"{bank.url}/phone?as=client%3Aamira&answer=auto"))
    await desk.is_in("idle")
    await amira.becomes_ready()
    await amira.accepts()
    await desk.is_in("in-progress")
    await expect(amira.state).to_have_text("Connected")
    await amira.telephone.has("none")
    await amira.ends()
    await caller.is_in("completed")
    await amira.wraps_up("resolved", "")
    await amira.telephone.chooses("softphone")
    await amira.telephone.is_in("ready")
    await amira.signs_out()


SMALL = ViewportSize(width=1280, height=720)
CALLED = (
    "(name, words) => { [...name.childNodes].find((node) => node.nodeType === 3 && node.data.trim()).data = words }"
)
CUT = "name => name.scrollWidth > name.clientWidth + 1 || name.scrollHeight > name.clientHeight + 2"


async def test_the_callers_name_is_never_cut_beside_the_buttons_of_a_call(bank: Service, people: People) -> None:
    caller = await calling(bank, people)
    amira = await Desk.signs_in(people, bank.url, "amira")
    await amira.page.set_viewport_size(SMALL)
    await amira.telephone.is_in("ready")
    await amira.becomes_ready()
    await amira.accepts()
    await amira.telephone.has("open")
    await caller.hears("through to each other", who="event")
    await amira.page.get_by_test_id("hold").click()
    await expect(amira.page.get_by_test_id("held")).to_be_visible()
    name, end = amira.page.get_by_test_id("caller-name"), amira.page.get_by_test_id("end")
    for language in ("ar", "en"):
        await amira.page.locator("hf-language select").select_option(language)
        await expect(amira.page.locator("html")).to_have_attribute("lang", re.compile(language))
        own = await name.inner_text()
        for screen in (SMALL, ENLARGED):
            await amira.page.set_viewport_size(screen)
            # A name that the bank really has, and one that fills the line.
            for words in (own, "Maximiliane Featherstonehaugh-Cholmondeley of Wolstenholme"):
                await name.evaluate(CALLED, words)
                assert not await name.evaluate(CUT), f"{words} is cut at {screen} in {language}"
                await fits_across(amira.page)
                await expect(end).to_be_visible()
                await picture(amira.page, f"call-name-{language}-{screen['width']}-{len(words)}")
            await has_no_barriers(amira.page)
    await amira.page.set_viewport_size(SMALL)
    await amira.ends()
    await caller.is_in("completed")
    await amira.wraps_up("resolved", "")
    await amira.signs_out()
