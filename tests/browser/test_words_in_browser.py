"""The pages in Arabic, from right to left: read, talked and worked through, and in both themes, beside English."""

from __future__ import annotations

import re
from typing import Literal

import aiohttp
import pytest
from browser.desk import Desk, sign_in
from browser.eyes import fits_across, has_no_barriers, picture
from browser.people import People
from browser.visitor import Visitor
from journey.chat import ChatCaller
from journey.console import AgentConsole
from playwright.async_api import Page, expect
from serving.demo import card_status
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")

ARABIC = "ar-EG"
ENGLISH = "en-GB"
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
DIRECTIONS = [(ENGLISH, "ltr"), (ARABIC, "rtl")]
LATIN = re.compile(r"[A-Za-z]{3,}")
OWN_NAMES = re.compile(r"Holdfast|English|SMS|CSV|Alt|Enter|/\S+|amira|ben|carla|sofia|Maya Okafor|holdfast")


async def _runs(page: Page, direction: str) -> None:
    await expect(page.locator("html")).to_have_attribute("dir", direction)


async def _leaves(visitor: Visitor) -> None:
    await visitor.page.get_by_test_id("leave").click()
    await visitor.page.get_by_test_id("leave-confirm").click()
    await expect(visitor.page.get_by_test_id("closed")).to_be_visible()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("locale", "direction"), DIRECTIONS)
async def test_no_first_page_has_a_barrier_in_either_direction_or_theme(
    bank: Service, people: People, locale: str, direction: str, theme: Theme
) -> None:
    for address, sign in (("/", "overall"), ("/phone", "call"), ("/console", "username")):
        page = await people.somebody(locale, theme)
        await page.goto(bank.url + address)
        await expect(page.get_by_test_id(sign)).to_be_visible()
        await _runs(page, direction)
        await has_no_barriers(page)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("locale", "direction"), DIRECTIONS)
async def test_no_page_at_work_has_a_barrier_in_either_direction_or_theme(
    bank: Service, people: People, locale: str, direction: str, theme: Theme
) -> None:
    visitor = await Visitor.arrives(people, bank.url, await people.somebody(locale, theme))
    await has_no_barriers(visitor.page)
    await visitor.page.get_by_test_id("join").click()
    await visitor.hears("place in the queue is secured")
    await visitor.says("I've lost my card")
    await visitor.page.get_by_test_id("gathered").locator("summary").click()
    await has_no_barriers(visitor.page)

    board = await people.somebody(locale, theme)
    await board.goto(f"{bank.url}/supervisor")
    await sign_in(board, "sofia")
    await expect(board.get_by_test_id("waiting-place")).to_have_count(1)
    await has_no_barriers(board)

    amira = await Desk.signs_in(people, bank.url, "amira", await people.somebody(locale, theme))
    await amira.becomes_ready()
    await amira.accepts()
    await expect(amira.page.get_by_test_id("agent-composer")).to_be_visible()
    await has_no_barriers(amira.page)
    await amira.presses("t")
    await expect(amira.page.get_by_test_id("target").first).to_be_visible()
    await has_no_barriers(amira.page)
    await amira.presses("Escape", "?")
    await has_no_barriers(amira.page)
    await amira.presses("Escape")
    await has_no_barriers(visitor.page)
    await expect(board.get_by_test_id("served-contact")).to_have_count(1)
    await has_no_barriers(board)
    await board.get_by_test_id("to-reports").click()
    await board.get_by_test_id("by-hour").click()
    await expect(board.get_by_test_id("chart").locator("canvas")).to_be_visible()
    await has_no_barriers(board)
    if direction == "rtl" and theme == "light":
        await picture(board, "arabic-reports")

    await amira.ends()
    await has_no_barriers(amira.page)
    await expect(visitor.page.get_by_test_id("closed")).to_be_visible()
    await visitor.page.get_by_test_id("csat-5").check()
    await has_no_barriers(visitor.page)
    await amira.page.get_by_test_id("wrap-up-save").click()
    await expect(amira.page.get_by_test_id("contact")).to_have_count(0)
    await amira.signs_out()


async def test_a_caller_and_an_agent_meet_in_arabic(bank: Service, http: aiohttp.ClientSession, people: People) -> None:
    ahead = await ChatCaller.join(http, bank.url)
    ben = await AgentConsole.sign_in(http, bank.url, "ben")
    await ben.command("ready")
    await ben.accept(await ben.is_offered())

    maya = await Visitor.joins(people, bank.url, await people.somebody(ARABIC))
    await expect(maya.place).to_contain_text("دورك محجوز")
    await maya.is_at(1)
    assert (await maya.page.locator("holdfast-widget").bounding_box() or {"x": 999})["x"] < 100, "on the left"
    await maya.hears("place in the queue is secured")
    greeting = maya.said_by("assistant").first.locator("p")
    assert await greeting.evaluate("words => getComputedStyle(words).direction") == "ltr", "English stays English"
    await maya.says("I've lost my debit card, it must have fallen out of my pocket on the bus this morning")
    await maya.gives("customer_number", "١٠٠٠٠٠٠١")
    await maya.gives("pin", "٤٨٢١")
    await maya.hears("freeze your debit card ending 4417")
    await maya.says("yes")
    await expect(maya.said_by("assistant").filter(has_text="debit card ending 4417 is frozen")).to_be_visible()
    assert card_status(bank.data_dir, "card-1001") == "frozen"
    await picture(maya.page, "arabic-widget-waiting")

    amira = await Desk.signs_in(people, bank.url, "amira", await people.somebody(ARABIC))
    await expect(amira.presence).to_contain_text("غير جاهز")
    await amira.becomes_ready()
    await expect(amira.offer).to_contain_text("محادثة نصية")
    await expect(amira.countdown).to_have_text(re.compile(r"^\s*[٠-٩]+\s*$"))
    await picture(amira.page, "arabic-console-offer")
    await amira.accepts()
    await expect(amira.briefing.get_by_test_id("verification")).to_contain_text("بالرمز السري")
    await expect(amira.briefing.get_by_test_id("tried")).to_contain_text("تم")
    await expect(amira.state).to_have_text("متصل")
    await amira.says("مرحبًا، أرى أن بطاقتك مجمَّدة.")
    await expect(maya.page.get_by_test_id("connected")).to_contain_text("بدأت محادثتك مع")
    await maya.hears("بطاقتك مجمَّدة", author="agent")
    await maya.says("شكرًا لكم، كان ذلك سريعًا!")
    await expect(amira.said_by("caller").last).to_contain_text("كان ذلك سريعًا")
    words = amira.said_by("caller").last.locator("p")
    assert await words.evaluate("words => getComputedStyle(words).direction") == "rtl"
    await picture(amira.page, "arabic-console")
    await picture(maya.page, "arabic-widget-talk")

    await _is_on_the_board(bank, people)
    await amira.ends()
    await amira.wraps_up("resolved", "لا شيء متبقٍّ.")
    await expect(maya.page.get_by_test_id("closed")).to_contain_text("انتهت محادثتك")
    await amira.signs_out()
    await ahead.leave()
    await ben.close()


async def _is_on_the_board(bank: Service, people: People) -> None:
    board = await people.somebody(ARABIC)
    await board.goto(f"{bank.url}/supervisor")
    await sign_in(board, "sofia")
    await expect(board.get_by_test_id("served-contact")).to_have_count(2)
    await expect(board.locator('[data-queue="cards"]').get_by_test_id("connected")).to_have_text("٢")
    await picture(board, "arabic-board")


async def test_every_word_that_is_ours_is_arabic(bank: Service, people: People) -> None:
    """What is left in Latin letters is a name, an address, or has come from the service."""
    for address, element, sign in (
        ("/", "holdfast-home", "overall"),
        ("/phone", "holdfast-phone", "call"),
        ("/console", "hf-sign-in", "username"),
        ("/demo", "body", "launcher"),
    ):
        page = await people.somebody(ARABIC)
        await page.goto(bank.url + address)
        await expect(page.get_by_test_id(sign)).to_be_visible()
        await _runs(page, "rtl")
        text = OWN_NAMES.sub("", await page.locator(element).inner_text())
        assert LATIN.findall(re.sub(r"\b(ABC|DEF|GHI|JKL|MNO|PQRS|TUV|WXYZ)\b", "", text)) == []
        assert LATIN.findall(OWN_NAMES.sub("", await page.title())) == []


async def test_a_language_is_chosen_once_for_all_pages_and_tabs(bank: Service, people: People) -> None:
    page = await people.somebody_at(bank.url)
    await expect(page.get_by_test_id("door-phone")).to_contain_text("Phone")
    await page.get_by_test_id("language").select_option("ar")
    await expect(page.get_by_test_id("door-phone")).to_contain_text("الهاتف")
    await _runs(page, "rtl")
    await page.reload()
    await expect(page.get_by_test_id("door-phone")).to_contain_text("الهاتف")

    demo = await page.context.new_page()
    await demo.goto(f"{bank.url}/demo")
    await expect(demo.get_by_test_id("launcher")).to_contain_text("تحدَّث إلينا")
    await expect(demo.get_by_role("heading", level=1)).to_contain_text("دورك محفوظ")
    visitor = Visitor(demo)
    await demo.get_by_test_id("launcher").click()
    await demo.get_by_test_id("join").click()
    await expect(visitor.place).to_contain_text("دورك محجوز")
    code = await visitor.code.inner_text()

    await page.get_by_test_id("language").select_option("en")
    await _runs(demo, "ltr")
    await expect(visitor.place).to_contain_text("Place secured")
    await expect(visitor.code).to_have_text(code)
    await expect(demo.get_by_role("heading", level=1)).to_contain_text("You keep your place")
    await demo.get_by_test_id("language").select_option("ar")
    await expect(page.get_by_test_id("door-phone")).to_contain_text("الهاتف")
    await _leaves(visitor)


async def test_the_widget_speaks_what_its_own_attribute_says(bank: Service, people: People) -> None:
    page = await people.somebody_at(f"{bank.url}/demo")
    widget = page.locator("holdfast-widget")
    await widget.evaluate("widget => widget.setAttribute('language', 'ar')")
    await expect(page.get_by_test_id("launcher")).to_contain_text("تحدَّث إلينا")
    await expect(widget).to_have_attribute("dir", "rtl")
    await _runs(page, "ltr")
    await widget.evaluate("widget => widget.removeAttribute('language')")
    await expect(page.get_by_test_id("launcher")).to_contain_text("Talk to us")
    await expect(widget).to_have_attribute("dir", "ltr")


async def test_a_page_in_a_language_that_nobody_speaks_here_is_served_all_the_same(
    bank: Service, people: People
) -> None:
    visitor = await Visitor.arrives(people, bank.url)
    await visitor.page.evaluate("document.documentElement.lang = 'cy'")
    await visitor.page.get_by_test_id("join").click()
    await expect(visitor.place).to_contain_text("Place secured")
    await visitor.says("Helo, rydw i wedi colli fy ngherdyn")
    await _leaves(visitor)


async def test_where_a_catalogue_cannot_be_had_the_widget_stays_in_english(bank: Service, people: People) -> None:
    page = await people.somebody(ARABIC)
    await page.route("**/widget-ar.json", lambda route: route.fulfill(status=403, body=""))
    await page.goto(f"{bank.url}/demo")
    await expect(page.get_by_test_id("launcher")).to_contain_text("Talk to us")
    await expect(page.locator("holdfast-widget")).to_have_attribute("dir", "ltr")


@pytest.mark.parametrize("locale", [ENGLISH, ARABIC])
async def test_at_twice_the_size_nothing_lies_beside_the_page(bank: Service, people: People, locale: str) -> None:
    for address, sign in (("/", "overall"), ("/phone", "call"), ("/console", "username")):
        page = await people.somebody(locale, is_enlarged=True)
        await page.goto(bank.url + address)
        await expect(page.get_by_test_id(sign)).to_be_visible()
        await fits_across(page)

    visitor = await Visitor.arrives(people, bank.url, await people.somebody(locale, is_enlarged=True))
    await fits_across(visitor.page)
    await visitor.page.get_by_test_id("join").click()
    await visitor.hears("place in the queue is secured")
    await visitor.says("I've lost my card")
    await fits_across(visitor.page)

    board = await people.somebody(locale, is_enlarged=True)
    await board.goto(f"{bank.url}/supervisor")
    await sign_in(board, "sofia")
    await expect(board.get_by_test_id("waiting-place")).to_have_count(1)
    await fits_across(board)
    await board.get_by_test_id("to-reports").click()
    await board.get_by_test_id("by-hour").click()
    await expect(board.get_by_test_id("chart").locator("canvas")).to_be_visible()
    await fits_across(board)

    amira = await Desk.signs_in(people, bank.url, "amira", await people.somebody(locale, is_enlarged=True))
    await amira.becomes_ready()
    await expect(amira.offer).to_be_visible()
    await fits_across(amira.page)
    await amira.accepts()
    await expect(amira.page.get_by_test_id("agent-composer")).to_be_visible()
    await fits_across(amira.page)
    if locale == ENGLISH:
        await picture(amira.page, "console-enlarged")
    await amira.presses("t")
    await expect(amira.page.get_by_test_id("target").first).to_be_visible()
    await fits_across(amira.page)
    await amira.presses("Escape")
    await amira.ends()
    await fits_across(amira.page)
    await amira.page.get_by_test_id("wrap-up-save").click()
    await expect(amira.page.get_by_test_id("contact")).to_have_count(0)
    await amira.signs_out()
