"""Bad lines under the pages: frames that are none, sockets that hang, tokens that open nothing, clocks that are wrong,
laptops that are closed. Nothing is lost, and the person is told what is going on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from browser.desk import Desk, Gate, sign_in
from browser.nasty import MALFORMED, Line
from browser.people import People
from browser.visitor import Visitor
from journey.chat import ChatCaller
from playwright.async_api import expect
from serving.demo import changed_tenant
from serving.rasa import Rasa
from serving.service import Service

pytestmark = pytest.mark.xdist_group("browser")

HOUR = timedelta(hours=1)
KEPT = "localStorage.getItem('holdfast.contact')"


@pytest.fixture(scope="module")
def quick_bank(tmp_path_factory: pytest.TempPathFactory, rasa: Rasa) -> Iterator[Service]:
    """Fernhill Bank whose offers stand for four seconds."""
    folder = tmp_path_factory.mktemp("quick-bank")
    with Service(folder, **rasa.settings, **changed_tenant(folder, offer_seconds=4)) as service:
        service.wait_until_ready()
        yield service
    service.assert_quiet_log()


async def _is_connected(bank: Service, people: People) -> tuple[Visitor, Desk, Line]:
    """`Line` is the console's."""
    maya = await Visitor.joins(people, bank.url)
    page = await people.somebody()
    line = await Line.of(page, "**/api/v1/agent/socket*")
    await page.goto(f"{bank.url}/console")
    await sign_in(page, "amira")
    amira = Desk(page)
    await expect(amira.presence).to_have_attribute("data-presence", "not_ready")
    await amira.becomes_ready()
    await amira.accepts()
    await expect(amira.state).to_have_text("Connected")
    return maya, amira, line


async def _is_over(amira: Desk) -> None:
    await amira.ends()
    await amira.page.get_by_test_id("wrap-up-save").click()
    await expect(amira.page.get_by_test_id("contact")).to_have_count(0)
    await amira.signs_out()


async def test_frames_of_a_wrong_shape_or_version_change_nothing_at_the_widget(bank: Service, people: People) -> None:
    page = await people.somebody()
    line = await Line.of(page, "**/api/v1/contacts/*/socket*")
    maya = await Visitor.joins(people, bank.url, page)
    await maya.hears("place in the queue is secured")
    code, before = await maya.code.inner_text(), await maya.talk()
    for raw in MALFORMED:
        line.tell(raw)
    await maya.says("hello?")
    assert "nobody said this" not in await page.locator("holdfast-widget").inner_text()
    assert (await maya.talk())[: len(before)] == before
    await expect(maya.code).to_have_text(code)
    await page.get_by_test_id("leave").click()
    await page.get_by_test_id("leave-confirm").click()
    await expect(page.get_by_test_id("closed")).to_have_attribute("data-outcome", "left")


async def test_frames_of_a_wrong_shape_or_version_change_nothing_at_the_console(bank: Service, people: People) -> None:
    maya, amira, line = await _is_connected(bank, people)
    contact = await amira.page.get_by_test_id("contact").get_attribute("data-contact") or ""
    for raw in MALFORMED:
        line.tell(raw.replace("CONTACT", contact) if isinstance(raw, str) else raw)
    await maya.says("are you there?")
    await expect(amira.said_by("caller").last).to_contain_text("are you there?")
    await amira.says("Yes, I am.")
    await maya.hears("Yes, I am", author="agent")
    await expect(amira.state).to_have_text("Connected")
    await _is_over(amira)


async def test_what_another_version_of_the_widget_kept_costs_nothing_but_the_memory_of_it(
    bank: Service, people: People
) -> None:
    page = await people.somebody_at(f"{bank.url}/demo")
    for kept in (
        '{"version": 2, "place": {}}',
        "{",
        "null",
        '{"version": 1}',
        '{"version": 1, "key": 1, "pending": {}}',
    ):
        await page.evaluate("kept => localStorage.setItem('holdfast.contact', kept)", kept)
        await page.reload()
        await expect(page.get_by_test_id("launcher")).to_contain_text("Talk to us")
    maya = Visitor(page)
    await page.get_by_test_id("launcher").click()
    await page.get_by_test_id("join").click()
    await maya.is_at(1)
    await page.get_by_test_id("leave").click()
    await page.get_by_test_id("leave-confirm").click()
    await expect(page.get_by_test_id("closed")).to_be_visible()


async def test_a_token_that_opens_nothing_any_more_is_told_and_the_way_is_free(bank: Service, people: People) -> None:
    maya = await Visitor.joins(people, bank.url)
    kept: dict[str, Any] = json.loads(await maya.page.evaluate(KEPT))
    spoilt = json.dumps(kept | {"token": kept["token"][:-6] + "aaaaaa"})
    await maya.page.evaluate("kept => localStorage.setItem('holdfast.contact', kept)", spoilt)
    await maya.page.reload()
    await expect(maya.page.get_by_test_id("closed")).to_have_attribute("data-outcome", "gone")
    await expect(maya.page.get_by_test_id("closed")).to_contain_text("no longer available here")
    await maya.page.get_by_test_id("again").click()
    await expect(maya.page.get_by_test_id("join")).to_be_visible()


async def test_a_stolen_token_is_used_up_by_the_thief_once_and_its_owner_is_told(
    bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    maya = await Visitor.joins(people, bank.url)
    kept: dict[str, Any] = json.loads(await maya.page.evaluate(KEPT))
    code = await maya.code.get_attribute("data-code")
    claim = {"code": code, "proof": {"token": kept["token"]}}
    async with http.post(f"{bank.url}/api/v1/places/claim", json=claim) as answer:
        assert answer.status == 200
        stolen = await answer.json()
    await expect(maya.page.get_by_test_id("closed")).to_have_attribute("data-outcome", "elsewhere")
    await expect(maya.page.get_by_test_id("closed")).to_contain_text("another device")
    async with http.post(f"{bank.url}/api/v1/places/claim", json=claim) as answer:
        assert answer.status == 404, "the old token opens nothing any more"
    headers = {"Authorization": f"Bearer {stolen['token']}"}
    async with http.delete(f"{bank.url}/api/v1/contacts/{kept['contactId']}", headers=headers) as answer:
        assert answer.status == 204


async def test_an_agent_whose_session_is_over_is_told_and_loses_no_word(bank: Service, people: People) -> None:
    maya, amira, _ = await _is_connected(bank, people)
    await maya.says("hello?")
    await amira.page.get_by_test_id("agent-composer").fill("Half of a sentence that")
    await amira.page.evaluate("fetch('/api/v1/agent/session', { method: 'DELETE' })")
    await expect(amira.page.get_by_test_id("session-over")).to_contain_text("Your session has ended")
    await sign_in(amira.page, "amira")
    await expect(amira.state).to_have_text("Connected")
    await expect(amira.page.get_by_test_id("agent-composer")).to_have_value("Half of a sentence that")
    await expect(amira.said_by("caller").last).to_contain_text("hello?")
    await amira.says("Half of a sentence that is whole now.")
    await maya.hears("that is whole now", author="agent")
    await _is_over(amira)


async def test_what_one_agent_was_writing_is_not_shown_to_the_next(bank: Service, people: People) -> None:
    _, amira, _ = await _is_connected(bank, people)
    await amira.page.get_by_test_id("agent-composer").fill("For Amira alone")
    contact = await amira.page.get_by_test_id("contact").get_attribute("data-contact")
    await amira.page.evaluate("fetch('/api/v1/agent/session', { method: 'DELETE' })")
    await expect(amira.page.get_by_test_id("session-over")).to_be_visible()
    await sign_in(amira.page, "ben")
    await expect(amira.presence).to_be_visible()
    await amira.signs_out()
    await sign_in(amira.page, "amira")
    await expect(amira.page.locator(f'[data-testid="contact"][data-contact="{contact}"]')).to_be_visible()
    await expect(amira.page.get_by_test_id("agent-composer")).to_have_value("")
    await _is_over(amira)


@pytest.mark.parametrize("skew", [HOUR, -HOUR], ids=["ahead", "behind"])
async def test_a_clock_that_is_an_hour_wrong_misleads_nobody(bank: Service, people: People, skew: timedelta) -> None:
    wrong = datetime.now(UTC) + skew
    page = await people.somebody()
    await page.clock.install(time=wrong)
    maya = await Visitor.joins(people, bank.url, page)
    await maya.hears("place in the queue is secured")
    code = await maya.code.inner_text()
    desk = await people.somebody()
    await desk.clock.install(time=wrong)
    amira = await Desk.signs_in(people, bank.url, "amira", desk)
    await amira.becomes_ready()
    await expect(amira.offer).to_be_visible()
    seconds = int(await amira.countdown.inner_text())
    assert 10 <= seconds <= 20, "of the twenty in which an offer stands"
    await amira.page.get_by_test_id("decline").click()
    await expect(amira.offer).to_have_count(0)
    await amira.signs_out()

    await page.get_by_test_id("settled").click()
    await page.get_by_test_id("settled-confirm").click()
    await expect(page.get_by_test_id("closed")).to_have_attribute("data-outcome", "contained")
    await expect(page.get_by_test_id("reclaim")).to_be_visible()
    await page.reload()
    await page.get_by_test_id("reclaim").click()
    await expect(maya.code).to_have_text(code)
    await page.get_by_test_id("leave").click()
    await page.get_by_test_id("leave-confirm").click()
    await expect(page.get_by_test_id("closed")).to_have_attribute("data-outcome", "left")


async def test_words_on_a_socket_that_has_died_without_a_word_arrive_once(bank: Service, people: People) -> None:
    page = await people.somebody()
    await page.clock.install()
    line = await Line.of(page, "**/api/v1/contacts/*/socket*")
    maya = await Visitor.joins(people, bank.url, page)
    await maya.hears("place in the queue is secured")
    await maya.says("where am I in the queue?")
    await maya.hears("in line")  # the last that comes over this socket
    line.dies()
    await page.clock.run_for(6_000)
    await page.get_by_test_id("composer").fill("are you still there?")
    await page.get_by_test_id("composer").press("Enter")
    await expect(page.get_by_test_id("pending")).to_contain_text("Sending")
    await page.clock.run_for(10_500)
    await expect(page.get_by_test_id("reconnecting")).to_be_visible()
    await expect(page.get_by_test_id("pending")).to_contain_text("when the connection is back")
    line.lives()
    await page.clock.run_for(11_000)
    await expect(page.get_by_test_id("reconnecting")).to_have_count(0)
    await expect(page.get_by_test_id("pending")).to_have_count(0)
    await expect(maya.said_by("caller").filter(has_text="are you still there?")).to_have_count(1)
    await page.get_by_test_id("leave").click()
    await page.get_by_test_id("leave-confirm").click()
    await expect(page.get_by_test_id("closed")).to_be_visible()


async def test_refused_words_of_an_agent_stay_and_go_again_when_asked(bank: Service, people: People) -> None:
    maya, amira, line = await _is_connected(bank, people)

    def refuses(frame: dict[str, Any]) -> dict[str, Any] | None:
        if frame["type"] != "say":
            return None
        told = {"ref": frame["ref"], "code": "not_connected", "message": "The caller is not connected just now."}
        return {"type": "error", "ref": frame["ref"], "data": told}

    line.answers = refuses
    await amira.page.get_by_test_id("agent-composer").fill("Your card is frozen.")
    await amira.page.get_by_test_id("agent-composer").press("Enter")
    await expect(amira.page.get_by_test_id("pending")).to_contain_text("Not sent")
    await expect(amira.page.get_by_test_id("trouble")).to_contain_text("not connected just now")
    line.answers = lambda frame: None
    await amira.page.get_by_test_id("again").click()
    await expect(amira.page.get_by_test_id("pending")).to_have_count(0)
    await maya.hears("Your card is frozen", author="agent")
    await expect(maya.said_by("agent")).to_have_count(1)
    await _is_over(amira)


async def test_a_laptop_that_is_closed_during_an_offer_shows_no_stale_one_and_the_agent_is_told(
    quick_bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    page = await people.somebody()
    await page.clock.install()
    gate = Gate("offer.ended")
    await page.route_web_socket("**/api/v1/agent/socket*", gate.stand_between)
    await page.goto(f"{quick_bank.url}/console")
    await sign_in(page, "amira")
    amira = Desk(page)
    await expect(amira.presence).to_have_attribute("data-presence", "not_ready")
    await amira.becomes_ready()
    gate.shut()  # asleep, it hears nothing
    caller = await (await ChatCaller.join(http, quick_bank.url)).open()
    await expect(amira.offer).to_be_visible()
    await gate.reached.wait()
    await page.clock.fast_forward("01:00:00")
    await expect(amira.offer).to_have_count(0)
    await amira.presses("a")
    await expect(page.get_by_test_id("trouble")).to_have_count(0)
    gate.open()
    await expect(amira.presence).to_have_attribute("data-reason", "rona")
    await expect(page.get_by_test_id("reason")).to_contain_text("You missed an offer")
    assert (await caller.show())["place"]["position"] == 1, "the caller keeps the place"
    await caller.leave()
    await amira.signs_out()
