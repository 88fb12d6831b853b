"""What every back office promises, held by the demo's bank itself and by the same bank behind HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from bank_over_http import SECRET, BankOverHttp
from doubles import MovedClock

from assistant.adapters.http_back_office import HttpBackOffice
from assistant.model.errors import Unavailable
from assistant.model.ports import BackOffice, Customer
from assistant.settings.tenant import ConnectorPart
from demo.bank import Bank

MAYA = "10000001"


@dataclass
class Connected:
    office: HttpBackOffice
    service: BankOverHttp
    clock: MovedClock


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    return Bank(tmp_path / "bank.db")


@pytest.fixture
async def connected(bank: Bank) -> AsyncIterator[Connected]:
    service, clock = BankOverHttp(bank), MovedClock()
    async with TestServer(service.app()) as server:
        part = ConnectorPart(url=str(server.make_url("/holdfast")), timeout_seconds=5, retries=1)
        office = HttpBackOffice(part, SECRET, clock)
        yield Connected(office, service, clock)
        await office.close()


@pytest.fixture(params=["in Python", "over HTTP"])
def office(request: pytest.FixtureRequest) -> BackOffice:
    if request.param == "in Python":
        found: BackOffice = request.getfixturevalue("bank")
        return found
    connected: Connected = request.getfixturevalue("connected")
    return connected.office


async def test_the_right_pin_gives_the_customer_and_a_wrong_one_nobody(office: BackOffice) -> None:
    assert await office.check_pin(MAYA, "4821") == Customer(MAYA, "Maya Okafor", phone="+442071838750")
    assert await office.check_pin(MAYA, "0000") is None
    assert await office.check_pin("99999999", "4821") is None


async def test_a_customer_is_found_with_the_marks(office: BackOffice) -> None:
    found = await office.find("10000007")
    assert found is not None
    assert (found.name, found.marks) == ("Hannah Lindqvist", ("vulnerable",))
    assert await office.find("99999999") is None


async def test_what_is_looked_up_is_a_list_of_texts(office: BackOffice) -> None:
    cards = await office.look_up(MAYA, "cards")
    assert [card["last4"] for card in cards] == ["4417", "0926"]
    assert await office.look_up(MAYA, "the weather") == []


async def test_an_effect_is_carried_out_once_per_key(office: BackOffice) -> None:
    first = await office.settle(MAYA, "freeze_card", {"card_id": "card-1001"}, "key 1")
    assert first.outcome == "done"
    assert await office.settle(MAYA, "freeze_card", {"card_id": "card-1001"}, "key 1") == first
    again = await office.settle(MAYA, "freeze_card", {"card_id": "card-1001"}, "key 2")
    assert again.outcome == "already_done"


async def test_every_request_is_signed_anew_by_the_clock(connected: Connected) -> None:
    await connected.office.find(MAYA)
    connected.clock.advance(10)
    await connected.office.find(MAYA)
    first, second = (headers for _, headers in connected.service.asked)
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 10
    assert first["webhook-id"] != second["webhook-id"]


async def test_another_secret_is_not_believed(connected: Connected) -> None:
    part = ConnectorPart(url=connected.office._url, timeout_seconds=5, retries=0)
    stranger = HttpBackOffice(part, "another secret", connected.clock)
    with pytest.raises(Unavailable):
        await stranger.find(MAYA)
    await stranger.close()


async def test_a_request_that_failed_is_repeated_as_the_same_request(connected: Connected) -> None:
    connected.service.failures = 1
    settled = await connected.office.settle(MAYA, "freeze_card", {"card_id": "card-1001"}, "key")
    assert settled.outcome == "done"
    assert len({headers["webhook-id"] for _, headers in connected.service.asked}) == 1
    assert len(connected.service.asked) == 2


async def test_after_failures_in_a_row_nobody_waits_for_it_and_then_it_is_tried_again(connected: Connected) -> None:
    connected.service.failures = 5
    for _ in range(3):
        with pytest.raises(Unavailable):
            await connected.office.find(MAYA)
    asked = len(connected.service.asked)
    assert asked == 5
    with pytest.raises(Unavailable):
        await connected.office.find(MAYA)
    assert len(connected.service.asked) == asked, "it was not asked again"
    connected.clock.advance(6)
    assert await connected.office.find(MAYA) is not None


@pytest.mark.parametrize(
    "answer",
    ["<html>", "[]", '{"outcome": "splendid", "text": "x"}', '{"outcome": "done"}', '{"outcome": "done", "text": 5}'],
)
async def test_rubbish_is_no_answer(connected: Connected, answer: str) -> None:
    connected.service.answer = web.Response(text=answer, content_type="application/json")
    with pytest.raises(Unavailable):
        await connected.office.settle(MAYA, "freeze_card", {}, "key")
