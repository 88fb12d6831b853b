"""Who may open the agent's socket, and how."""

from __future__ import annotations

import json

import aiohttp
import pytest
from agents_house import ORIGIN, PROTOCOL, House
from agents_house import house as house

SOCKET = "/api/v1/agent/socket"
KIB = 1024


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


async def test_a_wrong_token_is_told_and_the_connection_closed(house: House) -> None:
    console = await house.connects()
    await console.sends({"type": "hello", "token": "wrong"})
    assert (await console.heard("error"))["data"]["code"] == "unauthorized"
    assert await console.closes() == 1008
    assert [frame["type"] for frame in console.frames] == ["error"]


@pytest.mark.impatient
async def test_who_says_nothing_is_not_waited_for(house: House) -> None:
    console = await house.connects()
    assert await console.closes() == 1008


async def test_nothing_is_carried_out_before_hello(house: House) -> None:
    console = await house.connects()
    await console.sends({"type": "ready"})
    assert (await console.heard("error"))["data"]["code"] == "unauthorized"
    assert await console.closes() == 1008


async def test_a_hello_is_four_kilobytes_at_most(house: House) -> None:
    console = await house.connects()
    await console.sends({"type": "hello", "token": "x" * 4 * KIB})
    assert await console.closes() == 1009


async def test_a_frame_is_sixty_four_kilobytes_at_most(house: House) -> None:
    amira = await house.opens_console("amira", ready=False)
    frame = json.dumps({"type": "ping", "ref": "long", "padding": ""})
    await amira.sends_raw(frame[:-2] + "x" * (64 * KIB - len(frame)) + frame[-2:])
    await amira.heard("ok")
    await amira.sends_raw(frame[:-2] + "x" * (64 * KIB) + frame[-2:])
    assert await amira.closes() == 1009


async def test_the_cookie_opens_the_socket_from_our_own_page(house: House) -> None:
    token = await house.signs_in("amira")
    headers = {"Origin": ORIGIN, "Cookie": f"holdfast_agent={token}"}
    console = await house.connects(headers=headers)
    assert (await console.heard("snapshot"))["data"]["agent"]["username"] == "amira"


async def test_a_foreign_page_with_the_cookie_is_refused(house: House) -> None:
    token = await house.signs_in("amira")
    headers = {"Origin": "https://evil.example", "Cookie": f"holdfast_agent={token}"}
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await house.connects(headers=headers)
    assert refused.value.status == 403


@pytest.mark.impatient
async def test_a_cookie_without_an_origin_does_not_stand_for_hello(house: House) -> None:
    token = await house.signs_in("amira")
    console = await house.connects(headers={"Cookie": f"holdfast_agent={token}"})
    assert await console.closes() == 1008


async def test_another_protocol_is_refused_by_name(house: House) -> None:
    headers = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Protocol": "holdfast.agent.v9"}
    async with house.http.get(house.url + SOCKET, headers=headers) as answer:
        assert answer.status == 400
        assert PROTOCOL in (await answer.json())["error"]["message"]
