"""The story of a call that was recorded: whoever listens fetches a recording once, and then stands in the story."""

from __future__ import annotations

import re
from collections.abc import Iterator

import aiohttp
import pytest
from browser.desk import sign_in
from browser.eyes import everything, fits_across, has_no_barriers, has_no_barriers_however_dressed, picture
from browser.people import People
from journey.chat import ChatCaller
from journey.console import AgentConsole
from journey.emulated import EmulatedPhone
from journey.telephone import CARDS_LINE
from journey.wire import Frame
from playwright.async_api import Page, Request, expect
from serving.demo import changed_tenant
from serving.patience import until
from serving.rasa import Rasa
from serving.service import TWILIO_TOKEN, Service

ACCOUNT = "AC" + "0" * 32

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def recording_bank(tmp_path_factory: pytest.TempPathFactory, rasa: Rasa) -> Iterator[Service]:
    """Fernhill Bank as it records what callers and agents say to each other."""
    folder = tmp_path_factory.mktemp("recording-bank")
    tenant = changed_tenant(folder, parts={"recording": {}})
    with Service(folder, **rasa.settings, **tenant, HOLDFAST_EMULATOR_SPEED="5") as service:
        service.wait_until_ready()
        yield service
    service.assert_quiet_log()


async def talks(http: aiohttp.ClientSession, bank: Service, number: str) -> str:
    """Somebody calls, is through to Amira, and hangs up; until the recording is there to be heard."""
    caller = await EmulatedPhone.register(http, bank.url, number)
    desk = await EmulatedPhone.register(http, bank.url, "client:amira")
    await caller.dial(CARDS_LINE)
    await caller.hears("your place in the queue is secured", since=0)
    amira = await AgentConsole.sign_in(http, bank.url, "amira")
    since = amira.heard.mark
    await amira.command("ready")
    offer = await amira.is_offered(since=since)
    contact_id = str(offer["contact_id"])
    await amira.accept(offer)
    await amira.command("not_ready", reason="break")
    await desk.is_rung()
    await desk.take()
    await amira.about("contact.connected", contact_id)
    await amira.heard.wait_for("it is recorded", lambda frame: _is_recorded(frame, contact_id))
    await desk.speaks("Hello Maya, this is Amira")
    await caller.hears_other("this is Amira")
    await amira.command("end", contact_id=contact_id)
    await amira.command("wrap_up", contact_id=contact_id, disposition="resolved", notes="")
    sofia = await AgentConsole.sign_in(http, bank.url, "sofia")
    there = f"{bank.url}/api/v1/supervisor/contacts/{contact_id}/recordings"

    async def is_kept() -> bool:
        async with http.get(there, headers={"Authorization": f"Bearer {sofia.token}"}) as answer:
            return len((await answer.json())["recordings"]) == 1

    await until("the recording is kept", is_kept)
    for each in (caller, desk, amira, sofia):
        await each.close()
    return contact_id


def _is_recorded(frame: Frame, contact_id: str) -> bool:
    data = frame.get("data", {})
    return data.get("contact_id") == contact_id and (data.get("call") or {}).get("recording") == "on"


async def story(
    bank: Service, people: People, contact_id: str, page: Page | None = None, *, who: str = "sofia"
) -> Page:
    page = page or await people.somebody()
    await page.goto(f"{bank.url}/supervisor#contact/{contact_id}")
    await sign_in(page, who)
    await expect(page.get_by_test_id("story")).to_be_visible()
    return page


async def breaks(http: aiohttp.ClientSession, bank: Service, fault: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {TWILIO_TOKEN}"}
    async with http.post(f"{bank.url}/emulator/faults", json=fault, headers=headers) as answer:
        assert answer.status == 204


async def deletes_recordings(http: aiohttp.ClientSession, bank: Service) -> None:
    """All that there are at the telephone company."""
    account = f"{bank.url}/emulator/2010-04-01/Accounts/{ACCOUNT}"
    headers = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, TWILIO_TOKEN)}
    async with http.get(f"{account}/Recordings.json", headers=headers) as answer:
        sids = [one["sid"] for one in (await answer.json())["recordings"]]
    assert sids
    for sid in sids:
        async with http.delete(f"{account}/Recordings/{sid}.json", headers=headers) as answer:
            assert answer.status == 204


LET_GO = """(() => {
  window.letGo = [];
  const revoke = URL.revokeObjectURL.bind(URL);
  URL.revokeObjectURL = (url) => { window.letGo.push(url); revoke(url); };
})()"""
PLAYS = "sound => sound.played.length > 0 && sound.played.end(0) > 0"
SEEKS = "sound => { sound.pause(); sound.currentTime = 0.25; return [sound.currentTime, sound.seekable.end(0)] }"


async def test_a_recording_is_fetched_when_it_is_asked_for_once_and_whoever_hears_it_stands_in_the_story(
    recording_bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    contact_id = await talks(http, recording_bank, "+447700900301")
    page = await people.somebody()
    await page.add_init_script(LET_GO)
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/recordings" in request.url:
            asked.append(request.url.rpartition("/recordings")[2])

    page.on("request", note)
    await story(recording_bank, people, contact_id, page)
    recording = page.get_by_test_id("recording")
    await expect(recording).to_contain_text("with Amira Haddad")
    await expect(recording.get_by_test_id("recording-length")).to_have_text(re.compile(r"^\d+:\d\d$"))
    await has_no_barriers_however_dressed(page, "story-recorded")
    assert asked == [""], "the list alone"
    steps = page.get_by_test_id("story")
    await expect(steps.locator('[data-type="recording.heard"]')).to_have_count(0)

    await recording.get_by_test_id("listen").focus()
    await page.keyboard.press("Enter")
    sound = recording.get_by_test_id("sound")
    await expect(sound).to_be_focused()
    await expect(steps.locator('[data-type="recording.heard"]')).to_have_text(re.compile("Sofia Andersson listened to"))
    await expect(sound).to_be_focused()
    await page.wait_for_function(PLAYS, arg=await sound.element_handle())
    at, end = await sound.evaluate(SEEKS)
    assert (at, end >= 1) == (0.25, True)
    assert asked == ["", "/1"], "moving within it is no other hearing"
    await has_no_barriers_however_dressed(page, "story-listening")
    await fits_across(page)
    url = await sound.get_attribute("src")
    assert url is not None
    assert url.startswith("blob:")

    other = await ChatCaller.join(http, recording_bank.url)
    await other.leave()
    await page.goto(f"{recording_bank.url}/supervisor#contact/{other.contact_id}")
    await expect(page.get_by_test_id("headline")).to_be_visible()
    await expect(page.get_by_test_id("recordings")).to_have_count(0)
    assert await page.evaluate("window.letGo") == [url]
    assert asked == ["", "/1"], "nobody is asked for recordings of what was written"
    await page.get_by_test_id("to-reports").click()
    await expect(page.get_by_test_id("tiles")).to_be_visible()


async def test_a_recording_that_cannot_be_had_is_said_to_be_away_or_gone(
    recording_bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    contact_id = await talks(http, recording_bank, "+447700900302")
    page = await story(recording_bank, people, contact_id, await people.somebody(is_enlarged=True))
    recording = page.get_by_test_id("recording")
    listen, told = recording.get_by_test_id("listen"), recording.get_by_test_id("recording-told")
    await breaks(http, recording_bank, {"kind": "refuse", "match": "/Recordings/*.wav"})
    await listen.click()
    await expect(told).to_contain_text("The telephone company")
    await expect(listen).to_have_text("Try again")
    await expect(listen).to_be_focused()
    await has_no_barriers(page)
    await fits_across(page)
    await picture(page, "story-telephone-away")

    await deletes_recordings(http, recording_bank)
    await page.keyboard.press("Enter")
    await expect(told).to_have_text("This recording was deleted meanwhile.")
    await expect(told).to_be_focused()
    await expect(listen).to_have_count(0)
    await expect(page.locator('[data-type="recording.heard"]')).to_have_count(0)
    await has_no_barriers(page)
    assert "no_recording" not in await everything(page)
    assert [re.search(r"status of (\d+)", each)[1] for each in people.complaints] == ["503", "404"]  # type: ignore[index]
    people.complaints.clear()


async def test_an_admin_erases_what_was_said_and_what_happened_stays(
    recording_bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    contact_id = await talks(http, recording_bank, "+447700900303")
    sofia = await story(recording_bank, people, contact_id)
    await expect(sofia.get_by_test_id("recording")).to_have_count(1)
    await expect(sofia.get_by_test_id("erase")).to_have_count(0)

    nadia = await story(recording_bank, people, contact_id, who="nadia")
    ask, dialog = nadia.get_by_test_id("erase"), nadia.get_by_test_id("erase-dialog")
    yes, no = nadia.get_by_test_id("erase-yes"), nadia.get_by_test_id("erase-no")
    await expect(nadia.get_by_test_id("recording")).to_have_count(1)
    assert "is coming to the phone" in await everything(nadia)
    await has_no_barriers_however_dressed(nadia, "story-to-erase")
    await ask.focus()
    for key, closes in (("Enter", "Escape"), ("Space", "Enter")):
        await nadia.keyboard.press(key)
        await expect(no).to_be_focused()
        await nadia.keyboard.press(closes)
        await expect(dialog).to_have_count(0)
        await expect(ask).to_be_focused()

    await breaks(http, recording_bank, {"kind": "refuse", "match": "/Recordings/*.json"})
    await nadia.keyboard.press("Enter")
    await has_no_barriers(nadia)
    await picture(nadia, "story-erase")
    await nadia.keyboard.press("Tab")
    await nadia.keyboard.press("Enter")
    await expect(nadia.get_by_test_id("erase-trouble")).to_contain_text("Nothing was erased")
    await has_no_barriers(nadia)
    assert [re.search(r"status of (\d+)", each)[1] for each in people.complaints] == ["503"]  # type: ignore[index]
    people.complaints.clear()
    await expect(yes).to_be_focused()
    await nadia.keyboard.press("Enter")
    await expect(nadia.get_by_test_id("erased")).to_be_focused()
    await expect(dialog).to_have_count(0)
    for page in (nadia, await story(recording_bank, people, contact_id)):
        await expect(page.get_by_test_id("erased")).to_contain_text("What was said was erased on")
        await expect(page.get_by_test_id("nothing-said")).to_have_text("It was erased.")
        steps = page.get_by_test_id("story")
        await expect(steps.locator('[data-type="contact.erased"]')).to_have_text(re.compile("Nadia Rahman erased"))
        await expect(steps.locator('[data-type="contact.connected"]')).to_contain_text("Connected to Amira")
        for gone in ("recordings", "erase", "notes"):
            await expect(page.get_by_test_id(gone)).to_have_count(0)
        held = await everything(page)
        for word in ("is coming to the phone", "+447700900303", "7700900303"):
            assert word not in held
    await has_no_barriers_however_dressed(nadia, "story-erased")


async def test_what_is_not_over_or_may_be_had_back_is_not_erased(
    recording_bank: Service, http: aiohttp.ClientSession, people: People
) -> None:
    caller = await (await ChatCaller.join(http, recording_bank.url)).open()
    await caller.ask("I've lost my card", "card|number|note")
    page = await story(recording_bank, people, caller.contact_id, who="nadia")
    await expect(page.get_by_test_id("said")).to_contain_text("I've lost my card")
    await expect(page.get_by_test_id("erase")).to_have_count(0)
    await caller.leave()
    await page.reload()
    await page.get_by_test_id("erase").click()
    await page.get_by_test_id("erase-yes").click()
    await expect(page.get_by_test_id("erase-trouble")).to_contain_text("once it is over")
    await page.get_by_test_id("erase-no").click()
    await expect(page.get_by_test_id("said")).to_contain_text("I've lost my card")
