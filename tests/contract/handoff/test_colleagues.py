"""Whom a contact can be passed on to, and what a supervisor sees of the places."""

from __future__ import annotations

from typing import Any

from agents_house import House
from agents_house import house as house
from arrivals import CARDS

COLLEAGUES = "/api/v1/agent/colleagues"


async def told(house: House, token: str) -> dict[str, Any]:
    status, body = await house.gets(COLLEAGUES, token)
    assert status == 200, body
    found: dict[str, Any] = body
    return found


async def test_colleagues_are_listed_with_what_they_could_take_now(house: House) -> None:
    amira = await house.signs_in("amira")
    assert (await house.gets(COLLEAGUES))[0] == 401
    (ben, *_) = (await told(house, amira))["agents"]
    assert (ben["username"], ben["presence"], ben["free"]) == ("ben", "signed_out", {"chat": 0, "voice": 0})
    console = await house.opens_console("ben")
    (ben, *_) = (await told(house, amira))["agents"]
    assert (ben["presence"], ben["free"]) == ("ready", {"chat": 3, "voice": 1})
    await console.takes(await house.arrives())
    (ben, *others) = (await told(house, amira))["agents"]
    assert ben["free"] == {"chat": 2, "voice": 0}, "a call needs every slot"
    assert "amira" not in [agent["username"] for agent in others]


async def test_queues_say_how_many_wait_and_whether_anybody_is_free(house: House) -> None:
    await house.arrives()
    amira = await house.signs_in("amira")
    cards = next(queue for queue in (await told(house, amira))["queues"] if queue["id"] == CARDS)
    assert (cards["name"], cards["is_open"], cards["waiting"], cards["free"]) == ("Cards", True, 1, 0)
    await house.opens_console("ben")
    cards = next(queue for queue in (await told(house, amira))["queues"] if queue["id"] == CARDS)
    assert cards["free"] == 1


async def test_the_board_lists_the_places_in_order_and_what_a_newcomer_would_be_told(house: House) -> None:
    contacts = [await house.arrives() for _ in range(3)]
    status, board = await house.gets("/api/v1/supervisor/board", await house.signs_in("sofia"))
    assert status == 200
    assert [place["contact_id"] for place in board["waiting"]] == [contact.id for contact in contacts]
    assert [place["position"] for place in board["waiting"]] == [1, 2, 3]
    assert board["waiting"][0]["state"] == "waiting"
    cards = next(queue for queue in board["queues"] if queue["id"] == CARDS)
    assert cards["is_open"]
    assert set(cards["wait"]) == {"low_seconds", "high_seconds", "known"}


async def test_the_snapshot_has_the_tenants_canned_texts(house: House) -> None:
    amira = await house.opens_console("amira")
    names = [canned["name"] for canned in amira.snapshot["canned_texts"]]
    assert names == list(house.tenant.canned_texts)
    assert "hello" in names
    assert amira.snapshot["verification_methods"] == ["pin", "code"]
