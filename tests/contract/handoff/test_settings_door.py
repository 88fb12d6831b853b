"""Settings at the agents' door: who may change what, what is refused, what was changed by whom, and the way back."""

from __future__ import annotations

from typing import Any

import pytest
from agents_house import ORIGIN, House
from agents_house import house as house
from arrivals import CARDS

from assistant.flow.changing import Changing
from assistant.flow.intake import JoinRequest
from assistant.flow.line import Lines
from assistant.flow.waiting import Waiting
from assistant.model.agent import Role
from assistant.model.contact import Channel, QueueId
from assistant.model.errors import Refused
from assistant.settings.tenant import Tenant

SETTINGS = "/api/v1/settings"
VERSIONS = f"{SETTINGS}/versions"
TEXTS = {"hello": "Good morning, {customer}."}
OFFICE = {"time_zone": "UTC", "weekly": {"mon": ["09:00-17:00"], "tue": ["09:00-17:00"]}, "holidays": []}
OUTAGE = "Our app is down at the moment. We're working on it."


@pytest.fixture
async def sofia(house: House) -> str:
    return await house.signs_in("sofia")


@pytest.fixture
async def nadia(house: House) -> str:
    await house.employs("nadia", Role.ADMIN, ())
    return await house.signs_in("nadia")


async def change(house: House, token: str, section: str, value: Any, version: int = 0, **more: Any) -> tuple[int, Any]:
    return await house.puts(f"{SETTINGS}/{section}", {"value": value, "version": version, **more}, token)


async def section(house: House, token: str, name: str) -> dict[str, Any]:
    status, told = await house.gets(SETTINGS, token)
    assert status == 200, told
    (found,) = [each for each in told["sections"] if each["section"] == name]
    return dict(found)


async def versions(house: House, token: str, query: str = "") -> list[dict[str, Any]]:
    status, told = await house.gets(VERSIONS + query, token)
    assert status == 200, told
    return list(told["versions"])


async def test_a_change_holds_at_once_and_says_who_and_when(house: House, sofia: str) -> None:
    before = await section(house, sofia, "canned_texts")
    assert (before["version"], before["by"], before["value"]) == (0, None, house.tenant.canned_texts)
    status, told = await change(house, sofia, "canned_texts", TEXTS, comment="  Shorter. ")
    assert (status, told) == (200, {"version": 1, "section": "canned_texts"})
    assert house.tenant.canned_texts == TEXTS
    after = await section(house, sofia, "canned_texts")
    assert (after["version"], after["value"]) == (1, TEXTS)
    assert after["by"] == {"username": "sofia", "name": "Sofia Haddad"}
    (entry,) = await versions(house, sofia)
    assert (entry["before"], entry["after"]) == (before["value"], TEXTS)
    assert (entry["comment"], entry["undoes"], entry["can_undo"]) == ("Shorter.", None, True)


async def test_who_saw_an_older_version_is_told_who_changed_it_and_changes_nothing(
    house: House, sofia: str, nadia: str
) -> None:
    await change(house, sofia, "canned_texts", TEXTS)
    status, told = await change(house, nadia, "canned_texts", {"bye": "Goodbye."})
    assert (status, told["error"]["code"]) == (409, "settings_changed")
    assert told["error"]["by"] == {"username": "sofia", "name": "Sofia Haddad"}
    assert told["error"]["version"] == 1
    assert "Sofia Haddad" in told["error"]["message"]
    assert house.tenant.canned_texts == TEXTS
    assert (await change(house, nadia, "canned_texts", {"bye": "Goodbye."}, version=1))[0] == 200


async def test_an_impossible_change_is_refused_with_the_field_and_no_place_is_harmed(house: House, sofia: str) -> None:
    caller = await house.arrives()
    status, told = await change(house, sofia, "hours.cards", {"weekly": {"mon": ["9 to 5"]}, "time_zone": "Mars"})
    assert (status, told["error"]["code"]) == (400, "invalid_request")
    assert [each["field"] for each in told["error"]["fields"]] == ["time_zone", "weekly.mon.0"]
    assert house.tenant.queues[CARDS].hours.is_always
    assert house.lines.line(CARDS).position(caller.id) == 1
    assert await versions(house, sofia) == []


@pytest.mark.parametrize("name", ["queues.cards", "head_starts", "timing", "names"])
async def test_what_is_an_admins_is_refused_to_a_supervisor(house: House, sofia: str, nadia: str, name: str) -> None:
    value = (await section(house, sofia, name))["value"]
    assert (await change(house, sofia, name, value))[0] == 403
    assert (await house.posts(f"{SETTINGS}/{name}/preview", {"value": value}, sofia))[0] == 403
    assert (await change(house, nadia, name, value))[1]["error"]["code"] == "nothing_changed"
    may = (await house.gets(SETTINGS, sofia))[1]["may"]
    assert set(may) == {"hours", "notices", "canned_texts", "knowledge", "alarms"}


async def test_agents_and_strangers_see_nothing_of_it(house: House) -> None:
    amira = await house.signs_in("amira")
    for path in (SETTINGS, VERSIONS, "/api/v1/people"):
        assert (await house.gets(path, amira))[0] == 403
        assert (await house.gets(path))[0] == 401
    assert (await change(house, amira, "notices", []))[0] == 403
    assert (await house.posts(f"{VERSIONS}/1/undo", {}, amira))[0] == 403


async def test_a_cookie_counts_only_from_our_own_pages(house: House) -> None:
    body = {"username": "sofia", "password": "correct horse"}
    async with house.http.post(f"{house.url}/api/v1/agent/session", json=body) as answer:
        assert answer.status == 200
    wanted, url = {"value": TEXTS, "version": 0}, f"{house.url}{SETTINGS}/canned_texts"
    async with house.http.put(url, json=wanted, headers={"Origin": "https://evil.example"}) as answer:
        assert answer.status == 403
    async with house.http.put(url, json=wanted, headers={"Origin": ORIGIN}) as answer:
        assert answer.status == 200
    house.http.cookie_jar.clear()


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("languages", 409, "needs_restart"),
        ("back_office", 409, "needs_restart"),
        ("nothing", 404, "no_such_section"),
        ("hours.nowhere", 404, "no_such_section"),
        ("knowledge.balance", 404, "no_such_section"),
    ],
)
async def test_what_cannot_be_changed_here_says_why(
    house: House, nadia: str, name: str, status: int, code: str
) -> None:
    value = {"title": "A", "says": "B"} if name.startswith("knowledge") else "always"
    told = await change(house, nadia, name, value)
    assert (told[0], told[1]["error"]["code"]) == (status, code)


@pytest.mark.parametrize("body", [{}, {"value": []}, {"value": [], "version": "1"}, {"value": [], "version": -1}, []])
async def test_a_body_that_is_none_is_refused(house: House, sofia: str, body: Any) -> None:
    status, told = await house.puts(f"{SETTINGS}/notices", body, sofia)
    assert (status, told["error"]["code"]) == (400, "invalid_request")


async def test_undo_brings_back_what_was_before_and_the_file_in_the_end(house: House, sofia: str) -> None:
    await change(house, sofia, "canned_texts", TEXTS)
    await change(house, sofia, "canned_texts", {"bye": "Goodbye."}, version=1)
    status, told = await house.posts(f"{VERSIONS}/1/undo", {}, sofia)
    assert (status, told["error"]["code"]) == (409, "settings_changed")
    assert await house.posts(f"{VERSIONS}/2/undo", {}, sofia) == (200, {"version": 3, "section": "canned_texts"})
    assert house.tenant.canned_texts == TEXTS
    assert (await house.posts(f"{VERSIONS}/3/undo", {"comment": "After all."}, sofia))[0] == 200
    assert house.tenant.canned_texts == {"bye": "Goodbye."}
    assert [each["undoes"] for each in await versions(house, sofia)] == [3, 2, None, None]
    assert [each["can_undo"] for each in await versions(house, sofia)] == [True, False, False, False]

    await change(house, sofia, "notices", [{"says": OUTAGE}])
    await house.posts(f"{VERSIONS}/5/undo", {}, sofia)
    latest = (await versions(house, sofia, "?section=notices"))[0]
    assert (latest["is_as_in_file"], latest["after"]) == (True, [])
    assert [each["version"] for each in await versions(house, sofia, "?before=3")] == [2, 1]


async def test_what_no_database_can_hold_is_told_as_any_other_mistake(house: House, sofia: str) -> None:
    assert (await change(house, sofia, "notices", [{"says": "Down.\u0000"}], comment="\u0000\u0007 storm"))[0] == 200
    assert (await versions(house, sofia))[0]["comment"] == "storm"
    for path in (f"{VERSIONS}?section=%00", f"{VERSIONS}?section={'w' * 5000}", f"{VERSIONS}?before=x"):
        assert (await house.gets(path, sofia))[0] == 404
    body = {"name": "A", "role": "agent", "queues": [], "languages": ["en"], "version": 0}
    assert (await house.puts("/api/v1/people/%00", body, sofia))[0] == 404
    assert (await house.puts("/api/v1/people/nobody", body, sofia))[0] == 404


@pytest.mark.parametrize("version", ["0", "99", "x", "-1", "9" * 30])
async def test_a_version_that_is_none_cannot_be_undone(house: House, sofia: str, version: str) -> None:
    status, told = await house.posts(f"{VERSIONS}/{version}/undo", {}, sofia)
    assert (status, told["error"]["code"]) == (404, "no_such_version")


async def test_a_closed_hour_holds_for_the_next_who_comes_and_who_waits_keeps_the_place(
    house: House, sofia: str
) -> None:
    caller = await house.arrives()
    closed = OFFICE | {"weekly": {"sun": ["03:00-03:01"]}}
    assert (await change(house, sofia, "hours.cards", closed))[0] == 200
    with pytest.raises(Refused) as refused:
        await house.intake.join(JoinRequest(Channel.CHAT, QueueId(CARDS)))
    assert refused.value.code == "queue_closed"
    assert house.lines.line(CARDS).position(caller.id) == 1
    await house.posts(f"{VERSIONS}/1/undo", {}, sofia)
    assert (await house.arrives()).queue == CARDS


async def test_a_notice_is_said_first_to_whoever_comes_next(house: House, sofia: str) -> None:
    await change(house, sofia, "notices", [{"says": OUTAGE, "queues": ["cards"]}])
    house.clock.advance(1)
    joined = await house.intake.join(JoinRequest(Channel.CHAT, QueueId(CARDS)))
    said = [event.words.text for event in await house.events(joined.contact.id) if event.words]
    assert said[0] == OUTAGE
    other = await house.intake.join(JoinRequest(Channel.CHAT, QueueId("fraud")))
    assert OUTAGE not in [event.words.text for event in await house.events(other.contact.id) if event.words]


async def test_the_preview_says_what_whoever_came_now_would_be_told(house: House, sofia: str) -> None:
    path = f"{SETTINGS}/notices/preview"
    status, told = await house.posts(path, {"value": [{"says": OUTAGE, "queues": ["fraud"]}]}, sofia)
    assert status == 200
    says = {each["queue"]: each["says"] for each in told["previews"]}
    assert says["fraud"].startswith(OUTAGE)
    assert "Your place in the queue is secured" in says["fraud"]
    assert OUTAGE not in says["cards"]
    closed = OFFICE | {"weekly": {"sun": ["03:00-03:01"]}}
    status, told = await house.posts(f"{SETTINGS}/hours.cards/preview", {"value": closed}, sofia)
    (cards,) = told["previews"]
    assert not cards["is_open"]
    assert "Cards is closed at the moment. It opens again on Sunday at 3:00." in cards["says"]
    status, told = await house.posts(path, {"value": [{"says": ""}]}, sofia)
    assert (status, told["error"]["fields"][0]["field"]) == (400, "0.says")
    assert await versions(house, sofia) == []


async def test_a_new_queue_takes_callers_at_once_and_is_not_taken_away_again(house: House, nadia: str) -> None:
    status, _ = await change(house, nadia, "queues.travel", {"name": "Travel", "dnis": ["+442079460009"]})
    assert status == 200
    house.clock.advance(1)
    joined = await house.intake.join(JoinRequest(Channel.CHAT, QueueId("travel")))
    assert house.lines.view(joined.contact).position == 1
    assert house.tenant.queue_of_number("+442079460009") == "travel"
    assert not (await versions(house, nadia))[0]["can_undo"]
    status, told = await house.posts(f"{VERSIONS}/1/undo", {}, nadia)
    assert (status, told["error"]["code"]) == (409, "cannot_be_undone")
    assert (await change(house, nadia, "hours.travel", OFFICE))[0] == 200
    assert (await change(house, nadia, "queues.travel", {"name": "Travelling"}, version=1))[0] == 200
    assert house.tenant.queues[QueueId("travel")].hours.weekly[0]
    assert (await house.posts(f"{VERSIONS}/3/undo", {}, nadia))[0] == 200
    assert house.tenant.queues[QueueId("travel")].name == "Travel"


async def test_what_one_process_changed_holds_in_another_with_its_lines(
    house: House, nadia: str, fernhill: Tenant
) -> None:
    tenant = fernhill.model_copy()
    lines = Lines(house.store, house.bus, Waiting(house.store, house.clock, tenant))
    there = Changing(house.store, house.bus, tenant, lines)
    await there.begin()
    await lines.follow(tenant.queues)
    await change(house, nadia, "queues.travel", {"name": "Travel"})
    await change(house, nadia, "timing", {"offer_seconds": 7})
    await change(house, nadia, "alarms", {"waiting": 4})
    assert "travel" not in tenant.queues
    await there.catch_up()
    assert (tenant.timing.offer_seconds, tenant.alarms.waiting) == (7, 4)
    joined = await house.intake.join(JoinRequest(Channel.CHAT, QueueId("travel")))
    assert lines.view(joined.contact).position == 1
    again = fernhill.model_copy()
    await Changing(house.store, house.bus, again).begin()
    assert again == tenant


async def test_a_process_with_another_file_goes_on_with_what_it_held(
    house: House, sofia: str, fernhill: Tenant, caplog: pytest.LogCaptureFixture
) -> None:
    queues = {id: part for id, part in fernhill.queues.items() if id != "accounts"}
    tenant = fernhill.model_copy(update={"queues": queues})
    there = Changing(house.store, house.bus, tenant)
    await there.begin()
    await change(house, sofia, "hours.accounts", OFFICE)
    await there.catch_up()
    assert there.is_in_conflict
    assert set(tenant.queues) == {"cards", "fraud"}
    assert "hours.accounts" in str(caplog.records[-1].__dict__["conflict"])
    await house.posts(f"{VERSIONS}/1/undo", {}, sofia)
    await there.catch_up()
    assert not there.is_in_conflict


async def test_consoles_are_given_the_new_canned_texts_without_signing_in_again(house: House, sofia: str) -> None:
    amira = await house.opens_console("amira", ready=False)
    await change(house, sofia, "canned_texts", TEXTS)
    frame = await amira.heard("workplace.updated")
    assert frame["data"]["canned_texts"] == [{"name": "hello", "text": TEXTS["hello"]}]
