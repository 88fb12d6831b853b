"""Agents sign in and out: who gets in, for how long, and what is kept of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from agents_house import ORIGIN, PASSWORD, House
from agents_house import house as house
from aiohttp import web
from aiohttp.test_utils import TestServer

from assistant.edge.errors import map_errors
from assistant.edge.keys import token_hash
from assistant.edge.limits import Limits
from assistant.flow.recounting import Recounting
from assistant.model.agent import Presence
from assistant.model.contact import AgentId
from assistant.model.storage import UnitOfWork
from handoff import passwords
from handoff.app import AgentsDoor

SESSION = "/api/v1/agent/session"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def tried(house: House, username: Any, password: Any, **more: Any) -> tuple[int, Any]:
    body = {"username": username, "password": password, **more}
    async with house.http.post(house.url + SESSION, json=body) as answer:
        house.http.cookie_jar.clear()
        return answer.status, await answer.json()


async def test_the_cookie_is_for_this_site_and_no_script(house: House) -> None:
    body = {"username": "amira", "password": PASSWORD}
    async with house.http.post(house.url + SESSION, json=body) as answer:
        cookie = answer.headers["Set-Cookie"]
        signed_in = await answer.json()
    assert {"HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert "token" not in signed_in
    assert signed_in["agent"]["username"] == "amira"
    assert signed_in["agent"]["softphone"] == "emulator"
    assert [slot["channel"] for slot in signed_in["agent"]["slots"]] == ["chat", "chat", "chat", "voice"]
    assert (await house.gets(SESSION))[1] == signed_in


async def test_outside_of_the_embedded_run_the_cookie_needs_https(house: House) -> None:
    door = AgentsDoor(
        store=house.store,
        bus=house.bus,
        tenant=house.tenant,
        offers=house.offers,
        conversation=house.conversation,
        transfers=house.transfers,
        presence=house.presence,
        holding=house.holding,
        supervising=house.supervising,
        lines=house.lines,
        asked_verification=house.asked_verification,
        spoken=house.spoken,
        recording=house.recording,
        erasing=house.erasing,
        changing=house.changing,
        people=house.people,
        recounting=Recounting(house.store),
        limits=Limits(house.clock),
        origins={ORIGIN},
        has_secure_cookie=True,
    )
    app = web.Application(middlewares=[map_errors])
    app.add_routes(door.routes())
    async with TestServer(app) as server:
        body = {"username": "amira", "password": PASSWORD}
        async with house.http.post(server.make_url(SESSION), json=body) as answer:
            assert "Secure" in answer.headers["Set-Cookie"]
            assert (await answer.json())["agent"]["softphone"] is None


async def test_a_token_is_the_same_secret_for_clients_without_cookies(house: House) -> None:
    token = await house.signs_in("amira")
    status, told = await house.gets(SESSION, token)
    assert (status, told["agent"]["name"]) == (200, "Amira Haddad")
    assert (await house.gets(SESSION, "another"))[0] == 401
    assert (await house.gets(SESSION, Cookie=f"holdfast_agent={token}"))[0] == 200
    assert (await house.gets(SESSION))[0] == 401


async def test_only_hashes_are_stored(house: House, sqlite_url: str) -> None:
    token = await house.signs_in("amira")
    database = Path(sqlite_url.removeprefix("sqlite:///"))
    stored = b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
    assert b"amira" in stored
    assert token.encode() not in stored
    assert PASSWORD.encode() not in stored


async def test_a_wrong_name_and_a_wrong_password_are_told_apart_by_nobody(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    verify = passwords._verify

    def spied(stored_hash: str, password: str) -> bool:
        checked.append(stored_hash)
        return verify(stored_hash, password)

    monkeypatch.setattr(passwords, "_verify", spied)
    wrong_password = await tried(house, "amira", "wrong")
    wrong_name = await tried(house, "nobody", PASSWORD)
    assert wrong_password == wrong_name
    assert wrong_name[0] == 401
    assert wrong_name[1]["error"]["code"] == "wrong_credentials"
    # the same work is done for both, at the same cost
    assert len(checked) == 2
    assert len({stored.split("$")[3] for stored in checked}) == 1


async def test_guessing_is_stopped_after_five_tries_a_minute(house: House) -> None:
    for _ in range(5):
        assert (await tried(house, "amira", "guess"))[0] == 401
    status, told = await tried(house, "AMIRA", PASSWORD)
    assert (status, told["error"]["code"]) == (429, "too_many_tries")
    assert told["error"]["retry_after_seconds"] > 0
    assert (await tried(house, "ben", PASSWORD))[0] == 200
    house.clock.advance(61)
    assert (await tried(house, "amira", PASSWORD))[0] == 200


async def test_a_session_ends_after_twelve_hours(house: House) -> None:
    token = await house.signs_in("amira")
    house.clock.advance(12 * 3600 - 1)
    assert (await house.gets(SESSION, token))[0] == 200
    house.clock.advance(2)
    assert (await house.gets(SESSION, token))[0] == 401


async def test_signing_out_closes_the_consoles_of_that_session_and_no_others(house: House) -> None:
    left, right = await house.signs_in("amira"), await house.signs_in("amira")
    leaving, staying = await house.opens(left), await house.opens(right)
    async with house.http.delete(house.url + SESSION, headers={"Authorization": f"Bearer {left}"}) as answer:
        assert answer.status == 204
    assert await leaving.closes() == 1008
    assert leaving.frames[-1]["data"]["code"] == "unauthorized"
    assert (await house.gets(SESSION, left))[0] == 401
    await staying.does("ready")
    async with house.http.delete(house.url + SESSION, headers={"Authorization": f"Bearer {right}"}) as answer:
        assert answer.status == 204
    assert await staying.closes() == 1008
    await house.until(lambda work: not work.agents.has_console(AgentId("id-of-amira")))
    await house.until(lambda work: presence_of(work) is Presence.SIGNED_OUT)


async def test_who_signs_out_is_signed_out_at_once_however_long_the_console_takes_to_close(house: House) -> None:
    token = await house.signs_in("amira")
    amira = await house.agent("amira")
    await house.presence.console_opened(amira.id, "one that takes its time", token_hash(token))
    await house.presence.set(amira.id, Presence.READY)
    async with house.http.delete(house.url + SESSION, headers={"Authorization": f"Bearer {token}"}) as answer:
        assert answer.status == 204
    assert await house.store.read(presence_of) is Presence.SIGNED_OUT
    again = await house.opens(await house.signs_in("amira"))
    assert again.snapshot["agent"]["presence"] == "not_ready"
    await house.presence.console_closed("one that takes its time")
    assert (await house.agent("amira")).is_reachable


def presence_of(work: UnitOfWork) -> Presence:
    agent = work.agents.get(AgentId("id-of-amira"))
    assert agent is not None
    return agent.presence


async def test_another_sites_page_can_use_no_cookie(house: House) -> None:
    token = await house.signs_in("amira")
    foreign = {"Origin": "https://evil.example", "Cookie": f"holdfast_agent={token}"}
    assert (await house.gets(SESSION, **foreign))[0] == 403
    async with house.http.delete(house.url + SESSION, headers=foreign) as answer:
        assert answer.status == 403
    body = {"username": "amira", "password": PASSWORD}
    async with house.http.post(house.url + SESSION, json=body, headers={"Origin": "https://evil.example"}) as answer:
        assert answer.status == 403
    assert (await house.gets(SESSION, Origin=ORIGIN, Cookie=f"holdfast_agent={token}"))[0] == 200


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"{", "JSON"),
        (b"[]", "valid"),
        (b'{"username": "amira"}', "password"),
        (b'{"username": 7, "password": "x"}', "username"),
    ],
)
async def test_a_body_that_is_wrong_is_refused_by_its_field(house: House, body: bytes, told: str) -> None:
    async with house.http.post(house.url + SESSION, data=body) as answer:
        assert answer.status == 400
        assert told in (await answer.json())["error"]["message"]


async def test_the_board_is_for_supervisors(house: House) -> None:
    board = "/api/v1/supervisor/board"
    assert (await house.gets(board))[0] == 401
    assert (await house.gets(board, await house.signs_in("amira")))[0] == 403
    assert (await house.gets(board, await house.signs_in("sofia")))[0] == 200


async def test_the_board_counts_who_waits_and_who_is_served(house: House) -> None:
    served = await house.arrives()
    amira = await house.opens_console("amira")
    await amira.takes(served)
    await amira.does("not_ready", reason="break")
    for _ in range(2):
        await house.arrives()
    ben = await house.opens_console("ben", ready=False)
    house.clock.advance(29)
    await ben.does("ready")
    await ben.heard("offer.made")
    _, board = await house.gets("/api/v1/supervisor/board", await house.signs_in("sofia"))
    cards = next(queue for queue in board["queues"] if queue["id"] == "cards")
    # three chats fit: ben is offered both
    await ben.heard("agent.updated")
    assert cards["name"] == "Cards"
    assert cards["connected"] == 1
    assert cards["waiting"] + cards["offered"] == 2
    assert cards["longest_wait_seconds"] == 30
    empty = next(queue for queue in board["queues"] if queue["id"] == "fraud")
    counted = {"waiting": 0, "longest_wait_seconds": 0, "offered": 0, "connected": 0}
    assert {name: empty[name] for name in counted} == counted
    agents = {agent["username"]: agent for agent in board["agents"]}
    assert (agents["amira"]["presence"], agents["amira"]["reason"]) == ("not_ready", "break")
    assert (agents["amira"]["connected"], agents["ben"]["connected"]) == (1, 0)
    assert agents["sofia"]["presence"] == "signed_out"
