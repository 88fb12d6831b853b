"""The page of settings: what is changed there holds for the next who comes, says who changed it, and is undone."""

from __future__ import annotations

import re
from typing import Literal

import aiohttp
import pytest
from browser.desk import Desk, sign_in
from browser.eyes import everything, fits_across, has_no_barriers, picture
from browser.people import People
from browser.rooms import ROOMS, Rooms
from browser.visitor import Visitor
from journey.chat import ChatCaller
from journey.wire import WireRefused
from playwright.async_api import Page, expect
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")

ARABIC, ENGLISH = "ar-EG", "en-GB"
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
OUTAGE = "Our app is down at the moment. We hope to be back at four."
LONG = "W" * 4000
NASTY = '<img src=x onerror="document.title=1"><script>document.title=1</script> **bold** \u202eשלום\u202c 🙏'
NAMES = re.compile("Sofia Andersson|Nadia Rahman")
PASSWORD = "a password of mine"


async def test_a_supervisor_closes_a_line_sees_who_did_it_and_undoes_it(
    bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    waiting = await (await ChatCaller.join(http, bank.url, "fraud")).open()
    sofia = await Rooms.signs_in(people, bank.url, "sofia")
    form = await sofia.opens("hours.fraud")
    await form.get_by_test_id("by-hours").check()
    days = form.locator("[data-day]")
    for n in range(7):
        while await days.nth(n).get_by_test_id("remove").count():
            await days.nth(n).get_by_test_id("remove").first.click()
    await form.get_by_test_id("save").click()
    await expect(form).to_contain_text("Hours that never open")
    await days.nth(0).get_by_test_id("add-span").click()
    await days.nth(0).get_by_test_id("from").fill("03:00")
    await days.nth(0).get_by_test_id("to").fill("03:01")
    await expect(form.get_by_text("Hours that never open")).to_have_count(0)
    await expect(form.get_by_test_id("says")).to_contain_text("Fraud is closed at the moment. It opens again on Monday")
    await form.get_by_test_id("comment").fill("Training of the whole team")
    await sofia.saves("hours.fraud")
    await expect(sofia.row("hours.fraud").get_by_test_id("openness")).to_contain_text("Closed until")
    with pytest.raises(WireRefused, match="queue_closed"):
        await ChatCaller.join(http, bank.url, "fraud")
    assert (await waiting.show())["place"]["position"] == 1

    await sofia.goes_to("changes")
    entry = sofia.page.get_by_test_id("version").first
    await expect(entry).to_contain_text("Opening hours: Fraud")
    await expect(entry).to_contain_text("Sofia Andersson")
    await expect(entry).to_contain_text("Training of the whole team")
    await expect(entry.locator("del").first).to_contain_text("always")
    await entry.get_by_test_id("undo").click()
    await expect(sofia.told).to_contain_text("Undone")
    await expect(sofia.page.get_by_test_id("version").first).to_contain_text("it follows the tenant file again")
    again = await ChatCaller.join(http, bank.url, "fraud")
    assert again.position_at_joining == 2
    for caller in (await again.open(), waiting):
        await caller.leave()


async def test_a_notice_is_read_first_by_the_next_visitor_and_gone_after_its_undo(
    bank: Service, people: People
) -> None:
    sofia = await Rooms.signs_in(people, bank.url, "sofia")
    await sofia.goes_to("notices")
    await expect(sofia.page.get_by_test_id("none")).to_be_visible()
    await sofia.adds_notice(OUTAGE)
    await expect(sofia.page.get_by_test_id("says").first).to_contain_text(OUTAGE)
    await sofia.page.evaluate("scrollTo(0, 0)")
    await picture(sofia.page, "settings-notice")
    await sofia.saves("notices")
    visitor = await Visitor.joins(people, bank.url)
    await expect(visitor.page.get_by_text("We hope to be back at four")).to_be_visible()
    await sofia.undoes()
    await expect(sofia.page.get_by_test_id("none")).to_be_visible()
    other = await Visitor.joins(people, bank.url)
    await other.hears("place in the queue is secured")
    await expect(other.page.get_by_text("We hope to be back at four")).to_have_count(0)
    for each in (visitor, other):
        await each.page.get_by_test_id("leave").click()
        await each.page.get_by_test_id("leave-confirm").click()


async def test_a_canned_text_is_behind_the_slash_of_an_agent_who_is_signed_in_already(
    bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    caller = await (await ChatCaller.join(http, bank.url)).open()
    amira = await Desk.signs_in(people, bank.url, "amira")
    await amira.becomes_ready()
    await amira.accepts()
    sofia = await Rooms.signs_in(people, bank.url, "sofia")
    await sofia.goes_to("canned_texts")
    await sofia.page.get_by_test_id("add-text").click()
    row = sofia.page.get_by_test_id("canned-text").last
    await row.locator("input").fill("thanks")
    await row.locator("textarea").fill("Thank you, {customer}, for letting us know.")
    await expect(row).to_contain_text("Sent as: Thank you, Maya Okafor")
    await sofia.saves("canned_texts")
    composer = amira.page.get_by_test_id("agent-composer")
    await composer.fill("/thanks")
    await expect(amira.page.get_by_text("for letting us know")).to_be_visible()
    await composer.fill("")
    await sofia.undoes()
    await amira.ends()
    await amira.wraps_up("resolved", "")
    await amira.signs_out()
    await caller.close()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("locale", [ENGLISH, ARABIC])
async def test_no_room_has_a_barrier_in_either_direction_or_theme(
    bank: Service, people: People, locale: str, theme: Theme
) -> None:
    nadia = await Rooms.signs_in(people, bank.url, "nadia", await people.somebody(locale, theme))
    await expect(nadia.page.locator("html")).to_have_attribute("dir", "rtl" if locale == ARABIC else "ltr")
    for room in ROOMS:
        await nadia.goes_to(room)
        if room == "names":
            await nadia.page.get_by_test_id("at-the-start").locator("summary").click()
        await has_no_barriers(nadia.page)
    for room, section in (("hours", "hours.cards"), ("people", "people.amira"), ("queues", "queues.cards")):
        await nadia.goes_to(room)
        form = await nadia.opens(section)
        if room == "hours":
            await form.get_by_test_id("by-hours").check()
            await expect(form.get_by_test_id("says")).to_be_visible()
        await has_no_barriers(nadia.page)


@pytest.mark.parametrize("locale", [ENGLISH, ARABIC])
async def test_at_twice_the_size_nothing_lies_beside_the_page(bank: Service, people: People, locale: str) -> None:
    nadia = await Rooms.signs_in(people, bank.url, "nadia", await people.somebody(locale, is_enlarged=True))
    for room in ROOMS:
        await nadia.goes_to(room)
        await fits_across(nadia.page)
    await nadia.goes_to("hours")
    await (await nadia.opens("hours.cards")).get_by_test_id("by-hours").check()
    await fits_across(nadia.page)


async def test_every_word_of_it_that_is_ours_is_arabic(bank: Service, people: People) -> None:
    nadia = await Rooms.signs_in(people, bank.url, "nadia", await people.somebody(ARABIC))
    for room in ("hours", "notices", "knowledge", "head_starts", "timing", "changes"):
        await nadia.goes_to(room)
        lead = await nadia.page.locator("h2, .lead, nav a, label.label, .meta, .none").all_inner_texts()
        assert re.findall(r"[A-Za-z]{4,}", NAMES.sub("", " ".join(lead))) == []


async def test_rubbish_is_told_beside_its_field_and_breaks_nothing(bank: Service, people: People) -> None:
    sofia = await Rooms.signs_in(people, bank.url, "sofia")
    await sofia.goes_to("notices")
    await sofia.adds_notice(LONG)
    await sofia.form("notices").get_by_test_id("save").click()
    area = sofia.field("notices", "0.says").locator("textarea")
    await expect(sofia.field("notices", "0.says").get_by_test_id("wrong")).to_have_text("At most 600 characters.")
    await expect(area).to_be_focused()
    await expect(area).to_have_attribute("aria-invalid", "true")
    await expect(area).to_have_value(LONG)
    await fits_across(sofia.page)
    await has_no_barriers(sofia.page)

    await area.fill(NASTY + "\u0000\u0007")
    await sofia.form("notices").get_by_test_id("comment").fill(NASTY)
    await expect(sofia.page.get_by_test_id("says").first).to_contain_text("<script>")
    await sofia.saves("notices")
    await sofia.goes_to("changes")
    await expect(sofia.page.get_by_test_id("version").first).to_contain_text("<script>")
    await fits_across(sofia.page)
    await has_no_barriers(sofia.page)
    assert await sofia.page.title() == "Settings · Holdfast"
    assert await sofia.page.locator("img").count() == 0
    await sofia.page.get_by_test_id("undo").first.click()
    await expect(sofia.told).to_contain_text("Undone")


async def test_two_who_change_the_same_are_told_of_each_other_and_lose_nothing(bank: Service, people: People) -> None:
    sofia, nadia = [await Rooms.signs_in(people, bank.url, who) for who in ("sofia", "nadia")]
    for each in (sofia, nadia):
        await each.goes_to("knowledge")
        await each.opens("knowledge.routing")
    await sofia.field("knowledge.routing", "title").locator("input").fill("Sort codes")
    await sofia.saves("knowledge.routing")
    mine = nadia.field("knowledge.routing", "title").locator("input")
    await mine.fill("Bank details")
    await nadia.form("knowledge.routing").get_by_test_id("save").click()
    clash = nadia.page.get_by_test_id("clash")
    await expect(clash).to_contain_text("Sofia Andersson changed this")
    await has_no_barriers(nadia.page)
    await expect(mine).to_have_value("Bank details")
    await nadia.page.get_by_test_id("keep-mine").click()
    await nadia.saves("knowledge.routing")
    await sofia.goes_to("changes")
    await sofia.page.reload()
    versions = sofia.page.get_by_test_id("version")
    await expect(versions.first).to_contain_text("Nadia Rahman")
    await expect(versions.first.locator("del")).to_contain_text("Sort codes")
    await nadia.undoes()
    await sofia.page.reload()
    await expect(sofia.page.get_by_test_id("undo").first).to_be_visible()


async def test_where_the_service_is_away_nothing_that_was_written_is_lost(bank: Service, people: People) -> None:
    sofia = await Rooms.signs_in(people, bank.url, "sofia")
    await sofia.goes_to("notices")
    await sofia.adds_notice(OUTAGE)
    await sofia.page.route("**/api/v1/settings/notices", lambda route: route.fulfill(status=403, body="{}"))
    await sofia.form("notices").get_by_test_id("save").click()
    await expect(sofia.trouble).to_contain_text("Nothing was changed")
    await expect(sofia.page.get_by_test_id("notice").locator("textarea")).to_have_value(OUTAGE)
    sofia.page.on("dialog", lambda dialog: dialog.accept())


async def test_an_admin_adds_somebody_who_signs_in_until_access_is_taken_away(bank: Service, people: People) -> None:
    nadia = await Rooms.signs_in(people, bank.url, "nadia")
    await nadia.goes_to("people")
    await nadia.page.get_by_test_id("add-person").click()
    fields = {"username": "dana", "password": PASSWORD, "name": "Dana Levy", "phone": "client:dana"}
    for name, value in fields.items():
        await nadia.field("people.", name).locator("input").fill(value)
    await nadia.form("people.").get_by_test_id("level-cards").select_option("5")
    await nadia.saves("people.")
    await expect(nadia.row("people.dana")).to_contain_text("Dana Levy")
    assert PASSWORD not in await everything(nadia.page)

    dana = await people.somebody_at(f"{bank.url}/console")
    await dana.get_by_test_id("username").fill("dana")
    await dana.get_by_test_id("password").fill(PASSWORD)
    await dana.get_by_test_id("sign-in").click()
    await expect(dana.get_by_test_id("presence")).to_be_visible()
    await expect(dana.get_by_test_id("to-settings")).to_have_count(0)
    form = await nadia.opens("people.dana")
    await form.get_by_test_id("access").uncheck()
    await nadia.saves("people.dana")
    await expect(dana.get_by_test_id("username")).to_be_visible()
    await expect(nadia.row("people.dana").get_by_test_id("no-access")).to_be_visible()


async def test_a_supervisor_reads_what_is_an_admins_and_agents_are_told_that_it_is_not_theirs(
    bank: Service, people: People
) -> None:
    board = await people.somebody_at(f"{bank.url}/supervisor")
    await sign_in(board, "sofia")
    await board.get_by_test_id("to-settings").click()
    sofia = Rooms(board)
    await sofia.goes_to("timing")
    await expect(board.get_by_test_id("read-only")).to_be_visible()
    await expect(sofia.field("timing", "grace_seconds").locator("input")).to_be_disabled()
    await expect(board.get_by_test_id("save")).to_have_count(0)
    await has_no_barriers(board)
    agent = await people.somebody_at(f"{bank.url}/console/settings")
    await sign_in(agent, "ben")
    await expect(agent.get_by_test_id("forbidden")).to_be_visible()
    await has_no_barriers(agent)


async def test_an_article_is_changed_with_the_keyboard_alone(bank: Service, people: People) -> None:
    sofia = await Rooms.signs_in(people, bank.url, "sofia")
    page = sofia.page
    await _tabs_to(page, "room-knowledge")
    await page.keyboard.press("Enter")
    await expect(sofia.room).to_have_attribute("data-room", "knowledge")
    await expect(page.locator("#room")).to_be_focused()
    await _tabs_to(page, "open")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("End")
    await page.keyboard.type("!")
    await page.keyboard.press("Enter")
    await expect(sofia.told).to_contain_text("Saved: Knowledge")
    await expect(page.locator("#room")).to_be_focused()
    await _tabs_to(page, "undo-last")
    await page.keyboard.press("Enter")
    await expect(sofia.told).to_contain_text("Undone")


async def _tabs_to(page: Page, testid: str) -> None:
    """Presses Tab until the first control of this name has the focus."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.get_by_test_id(testid).first.evaluate("one => one.matches(':focus')"):
            return
    raise AssertionError(f"{testid} is not reached by Tab")
