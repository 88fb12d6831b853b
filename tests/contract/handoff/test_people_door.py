"""People at the agents' door: added, changed, signed out; never without an admin, never by whom it is not to do."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from agents_house import PASSWORD, House
from agents_house import house as house
from arrivals import CARDS

from assistant.model.agent import Presence, Role
from assistant.model.contact import AgentId, Channel, State

PEOPLE = "/api/v1/people"
VERSIONS = "/api/v1/settings/versions"
SESSION = "/api/v1/agent/session"
NEW = "a new password"


@pytest.fixture
async def sofia(house: House) -> str:
    return await house.signs_in("sofia")


@pytest.fixture
async def nadia(house: House) -> str:
    await house.employs("nadia", Role.ADMIN, ())
    return await house.signs_in("nadia")


async def person(house: House, token: str, username: str) -> dict[str, Any]:
    status, told = await house.gets(PEOPLE, token)
    assert status == 200, told
    (found,) = [each for each in told["people"] if each["username"] == username]
    return dict(found)


async def change(house: House, token: str, username: str, **changes: Any) -> tuple[int, Any]:
    """Changes what is told of somebody, as whoever has just looked at them."""
    now = await person(house, token, username)
    return await house.puts(f"{PEOPLE}/{username}", now | changes, token)


async def sign_in(house: House, username: str, password: str) -> int:
    body = {"username": username, "password": password, "want_token": True}
    async with house.http.post(house.url + SESSION, json=body) as answer:
        house.http.cookie_jar.clear()
        return answer.status


async def latest(house: House, token: str) -> dict[str, Any]:
    return dict((await house.gets(VERSIONS, token))[1]["versions"][0])


def joined(**changes: Any) -> dict[str, Any]:
    about = {"username": "dana", "name": "Dana Levy", "role": "agent", "queues": ["cards"], "languages": ["en"]}
    return about | {"password": NEW, "phone": "020 7946 0999", "proficiency": {"cards": 5}} | changes


async def test_somebody_who_is_added_signs_in_and_serves_what_was_said(house: House, nadia: str) -> None:
    assert await house.posts(PEOPLE, joined(), nadia) == (201, {"username": "dana"})
    assert await sign_in(house, "dana", NEW) == 200
    dana = await house.agent("dana")
    assert (dana.queues, dana.phone, dict(dana.proficiency)) == (("cards",), "+442079460999", {"cards": 5})
    slots = await house.store.read(lambda work: work.agents.slots(dana.id))
    assert [slot.channel for slot in slots] == [Channel.CHAT] * 3 + [Channel.VOICE]
    entry = await latest(house, nadia)
    assert (entry["section"], entry["before"], entry["by"]["username"]) == ("people.dana", None, "nadia")
    assert NEW not in str(entry)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"username": "Dana Levy"}, "username"),
        ({"username": "<b>"}, "username"),
        ({"username": "d" * 41}, "username"),
        ({"password": "short"}, "password"),
        ({"name": "  "}, "name"),
        ({"name": "W" * 4000}, "name"),
        ({"role": "king"}, "role"),
        ({"queues": ["cards", "nowhere"]}, "queues"),
        ({"languages": []}, "languages"),
        ({"languages": ["tlh"]}, "languages"),
        ({"phone": "call me"}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"proficiency": {"cards": 6}}, "proficiency.cards"),
        ({"proficiency": {"fraud": 4}}, "proficiency.fraud"),
    ],
)
async def test_what_is_wrong_is_named_and_nobody_is_added(
    house: House, nadia: str, wrong: dict[str, Any], field: str
) -> None:
    status, told = await house.posts(PEOPLE, joined(**wrong), nadia)
    assert (status, told["error"]["code"]) == (400, "invalid_request")
    assert told["error"]["message"].startswith(f"{field}: ")
    assert NEW not in str(told)
    assert len(told["error"]["message"]) < 400
    assert await sign_in(house, "dana", NEW) == 401


async def test_c24_a_telephone_behind_a_switchboard_is_refused_and_does_not_lose_its_extension(
    house: House, nadia: str
) -> None:
    """Elsewhere a call is passed on to the switchboard, and nobody dials the extension."""
    for phone in ("+44 20 7946 0999 ext 12", "020 7946 0999 x12", "tel:+442079460999;ext=12"):
        status, told = await house.posts(PEOPLE, joined(phone=phone), nadia)
        assert (status, told["error"]["message"].partition(":")[0]) == (400, "phone")
        assert "extension" in told["error"]["message"]
    assert await sign_in(house, "dana", NEW) == 401


async def test_a_name_that_is_taken_is_refused(house: House, nadia: str) -> None:
    status, told = await house.posts(PEOPLE, joined(username="amira"), nadia)
    assert (status, told["error"]["code"]) == (409, "username_taken")


async def test_a_supervisor_changes_skills_and_nothing_else(house: House, sofia: str) -> None:
    status, _ = await change(house, sofia, "amira", queues=["cards", "fraud"], proficiency={"fraud": 4})
    assert status == 200
    assert (await house.agent("amira")).queues == ("cards", "fraud")
    for forbidden in (
        {"name": "Someone"},
        {"role": "admin"},
        {"phone": None},
        {"has_access": False},
        {"proficiency": {}, "role": "supervisor"},
    ):
        status, told = await change(house, sofia, "amira", **forbidden)
        assert (status, told["error"]["code"]) == (403, "forbidden")
    assert (await house.posts(PEOPLE, joined(), sofia))[0] == 403
    assert (await house.puts(f"{PEOPLE}/amira/password", {"password": NEW}, sofia))[0] == 403
    assert (await house.agent("amira")).role is Role.AGENT


async def test_nobody_changes_their_own_role_or_access(house: House, sofia: str, nadia: str) -> None:
    assert (await change(house, sofia, "sofia", role="admin"))[0] == 403
    for own in ({"role": "agent"}, {"has_access": False}):
        status, told = await change(house, nadia, "nadia", **own)
        assert (status, told["error"]["code"]) == (409, "own_access")


async def test_the_last_admin_stays_one_however_two_go_about_it(house: House, nadia: str) -> None:
    await house.posts(PEOPLE, joined(role="admin"), nadia)
    dana = await house_token(house, "dana")
    nadia_s, dana_s = await person(house, nadia, "nadia"), await person(house, nadia, "dana")
    answers = await asyncio.gather(
        house.puts(f"{PEOPLE}/dana", dana_s | {"has_access": False}, nadia),
        house.puts(f"{PEOPLE}/nadia", nadia_s | {"role": "agent"}, dana),
    )
    assert sorted(status for status, _ in answers) in ([200, 401], [200, 403], [200, 409])
    people = await house.store.read(lambda work: work.agents.all())
    assert len([one for one in people if one.role is Role.ADMIN and one.has_access]) == 1


async def house_token(house: House, username: str) -> str:
    body = {"username": username, "password": NEW, "want_token": True}
    async with house.http.post(house.url + SESSION, json=body) as answer:
        token: str = (await answer.json())["token"]
    house.http.cookie_jar.clear()
    return token


async def test_who_loses_access_is_signed_out_at_once_and_their_caller_is_back_in_the_line(
    house: House, nadia: str
) -> None:
    amira = await house.opens_console("amira")
    token = await house.signs_in("amira")
    caller = await house.arrives()
    await amira.takes(caller)
    status, _ = await change(house, nadia, "amira", has_access=False)
    assert status == 200
    assert (await house.gets(SESSION, token))[0] == 401
    assert await sign_in(house, "amira", PASSWORD) == 401
    await amira.closes()
    assert (await house.agent("amira")).presence is Presence.SIGNED_OUT
    await house.until(lambda work: not work.agents.has_console(AgentId("id-of-amira")))
    await house.passes(31)
    assert (await house.contact(caller.id)).state in {State.WAITING, State.OFFERED}
    assert (await house.contact(caller.id)).order_at == caller.order_at
    names = [each["username"] for each in (await house.gets("/api/v1/supervisor/board", nadia))[1]["agents"]]
    assert "amira" not in names


async def test_access_that_was_taken_away_is_given_back_by_undo_with_the_old_password(house: House, nadia: str) -> None:
    await change(house, nadia, "amira", has_access=False)
    entry = await latest(house, nadia)
    assert entry["can_undo"]
    assert (await house.posts(f"{VERSIONS}/{entry['version']}/undo", {}, nadia))[0] == 200
    assert await sign_in(house, "amira", PASSWORD) == 200


async def test_undoing_that_somebody_was_added_takes_their_access_away(house: House, nadia: str) -> None:
    await house.posts(PEOPLE, joined(), nadia)
    assert (await house.posts(f"{VERSIONS}/1/undo", {}, nadia))[0] == 200
    assert await sign_in(house, "dana", NEW) == 401
    assert not (await person(house, nadia, "dana"))["has_access"]


async def test_a_new_password_signs_out_everywhere_and_cannot_be_undone(house: House, nadia: str) -> None:
    amira = await house.opens_console("amira", ready=False)
    assert await house.puts(f"{PEOPLE}/amira/password", {"password": NEW}, nadia) == (204, None)
    await amira.closes()
    assert [await sign_in(house, "amira", password) for password in (PASSWORD, NEW)] == [401, 200]
    entry = await latest(house, nadia)
    assert (entry["section"], entry["after"], entry["can_undo"]) == ("passwords.amira", {"password": "set"}, False)
    status, told = await house.posts(f"{VERSIONS}/{entry['version']}/undo", {}, nadia)
    assert (status, told["error"]["code"]) == (409, "cannot_be_undone")
    assert (await house.puts(f"{PEOPLE}/nobody/password", {"password": NEW}, nadia))[0] == 404


async def test_who_is_given_another_role_signs_in_anew_with_it(house: House, nadia: str, sofia: str) -> None:
    console = await house.opens(sofia)
    assert (await change(house, nadia, "sofia", role="agent"))[0] == 200
    await console.closes()
    assert (await house.gets("/api/v1/supervisor/board", await house.signs_in("sofia")))[0] == 403


async def test_who_has_no_telephone_any_more_takes_no_calls(house: House, nadia: str) -> None:
    assert (await change(house, nadia, "amira", phone=None, has_softphone=False))[0] == 200
    amira = await house.agent("amira")
    slots = await house.store.read(lambda work: work.agents.slots(amira.id))
    assert {slot.channel for slot in slots} == {Channel.CHAT}
    assert (await change(house, nadia, "amira", phone="sip:amira@example.org"))[0] == 200
    slots = await house.store.read(lambda work: work.agents.slots(amira.id))
    assert [slot.channel for slot in slots].count(Channel.VOICE) == 1


async def test_the_telephone_of_somebody_in_a_call_is_not_taken_away(house: House, nadia: str) -> None:
    caller = await house.arrives(channel=Channel.VOICE)
    agent = await house.agent("amira")
    assert await house.store.transact(lambda work: work.agents.take_slot(agent.id, Channel.VOICE, caller.id))
    status, told = await change(house, nadia, "amira", phone=None, has_softphone=False)
    assert (status, told["error"]["code"]) == (409, "in_a_call")
    assert (await house.agent("amira")).phone == "client:amira"


async def test_two_who_change_one_person_do_not_overwrite_each_other(house: House, nadia: str, sofia: str) -> None:
    seen = await person(house, sofia, "amira")
    assert (await change(house, nadia, "amira", name="Amira H. Haddad"))[0] == 200
    status, told = await house.puts(f"{PEOPLE}/amira", seen | {"queues": [CARDS, "fraud"]}, sofia)
    assert (status, told["error"]["code"]) == (409, "settings_changed")
    assert told["error"]["by"]["username"] == "nadia"
    assert (await house.agent("amira")).queues == (CARDS,)


async def test_a_supervisor_undoes_what_a_supervisor_may_do(house: House, nadia: str, sofia: str) -> None:
    await change(house, nadia, "amira", queues=["fraud"])
    await change(house, nadia, "ben", name="Ben W.")
    told = (await house.gets(VERSIONS, sofia))[1]["versions"]
    assert {each["section"]: each["can_undo"] for each in told} == {"people.amira": True, "people.ben": False}
    assert (await house.posts(f"{VERSIONS}/1/undo", {}, sofia))[0] == 200
    assert (await house.posts(f"{VERSIONS}/2/undo", {}, sofia))[0] == 403
    assert (await house.agent("amira")).queues == (CARDS,)
