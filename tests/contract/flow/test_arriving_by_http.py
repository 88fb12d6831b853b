"""POST /api/v1/contacts where nobody can come: what is refused carries a way out, and the way out works."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from arrivals import CARDS
from chat_door import chat_flow
from closing_house import MONDAY_CLOSING, NUMBER, House, office
from doubles import MovedClock, ToldBus

from assistant.edge.errors import map_errors
from assistant.model.storage import Store
from assistant.settings.tenant import Tenant
from assistant.web.chat_api import ChatApi

CHAT = {"channel": "chat", "queue": CARDS}
MESSAGE = {"text": "My card is gone.", "reply_to": "maya@example.com"}


@dataclass
class Door:
    """The chat door on the house, reached over HTTP."""

    house: House
    url: str
    http: aiohttp.ClientSession

    async def posts(self, **body: Any) -> tuple[int, Any]:
        async with self.http.post(f"{self.url}/api/v1/contacts", json=CHAT | body) as answer:
            return answer.status, await answer.json()

    async def shows(self, joined: dict[str, Any], path: str = "") -> Any:
        headers = {"Authorization": f"Bearer {joined['token']}"}
        address = f"{self.url}/api/v1/contacts/{joined['contact_id']}{path}"
        async with self.http.get(address, headers=headers) as answer:
            assert answer.status == 200
            return await answer.json()


@pytest.fixture
async def door(store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant) -> AsyncIterator[Door]:
    """On Monday evening, after the closing of the cards queue, which takes three places."""
    tenant = office(fernhill, limit=3)
    house = await House.open(store, clock, bus, tenant)
    await house.until(MONDAY_CLOSING + timedelta(hours=2))
    app = web.Application(middlewares=[map_errors])
    app.add_routes(ChatApi(chat_flow(house, bus)).routes())
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        yield Door(house, str(server.make_url("/")).rstrip("/"), http)


async def test_what_a_closed_queue_offers_instead_can_be_had(door: Door) -> None:
    status, answer = await door.posts()
    error = answer["error"]
    assert (status, error["code"], error["opens_at"]) == (409, "queue_closed", "2026-03-03T09:00:00.000000Z")
    ways = {"callback": {"number": NUMBER}, "message": MESSAGE}
    assert set(error["instead"]) == ways.keys()
    for way in error["instead"]:
        status, answer = await door.posts(**{way: ways[way]})
        assert status == 201, answer


async def test_a_callback_is_a_place_with_a_token(door: Door) -> None:
    status, joined = await door.posts(callback={"number": "020 7183 8750"})
    assert (status, joined["place"]["position"], joined["place"]["state"]) == (201, 1, "waiting")
    assert "We'll call you when we open tomorrow at 9:00." in joined["greeting"]["text"]
    shown = await door.shows(joined)
    assert (shown["state"], shown["reach"], shown["place"]["position"]) == ("waiting", "callback", 1)


async def test_a_message_is_a_contact_that_is_over(door: Door) -> None:
    status, joined = await door.posts(message=MESSAGE)
    assert (status, joined["place"]["state"], joined["place"]["position"]) == (201, "closed", None)
    shown = await door.shows(joined)
    assert (shown["state"], shown["outcome"]) == ("closed", "message_left")
    events = (await door.shows(joined, "/events"))["events"]
    assert [event["data"]["text"] for event in events if event["type"] == "message.added"] == [
        "My card is gone.",
        "Thank you. Your message is kept for the team.",
    ]
    assert events[-1]["type"] == "contact.closed"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"callback": {"number": "not a number"}}, 400, "invalid_number"),
        ({"callback": {"number": "+14155550100"}}, 403, "number_not_allowed"),
        ({"callback": {"number": "0906 123 4567"}}, 403, "number_not_allowed"),
        ({"callback": {}}, 400, "invalid_request"),
        ({"callback": "020 7183 8750"}, 400, "invalid_request"),
        ({"callback": {"number": 2071838750}}, 400, "invalid_request"),
        ({"callback": {"number": "0" * 41}}, 400, "invalid_request"),
        ({"callback": {"number": NUMBER}, "message": MESSAGE}, 400, "invalid_request"),
        ({"message": {"text": "Hello"}}, 400, "invalid_request"),
        ({"message": {"text": "", "reply_to": "maya@example.com"}}, 400, "empty_text"),
        ({"message": {"text": "a" * 4001, "reply_to": "maya@example.com"}}, 400, "text_too_long"),
        ({"message": {"text": "Hello", "reply_to": "my neighbour"}}, 400, "invalid_reply_to"),
        ({"message": MESSAGE, "queue": "loans"}, 404, "unknown_queue"),
    ],
)
async def test_what_cannot_be_had_is_refused_and_leaves_nothing(
    door: Door, body: dict[str, Any], status: int, code: str
) -> None:
    answered, answer = await door.posts(**body)
    assert (answered, answer["error"]["code"]) == (status, code)
    assert "020 7183" not in answer["error"]["message"]
    assert await door.house.line_of() == []


async def test_a_second_callback_of_one_number_is_refused(door: Door) -> None:
    assert (await door.posts(callback={"number": NUMBER}))[0] == 201
    status, answer = await door.posts(callback={"number": NUMBER})
    assert (status, answer["error"]["code"]) == (409, "callback_open")


async def test_a_full_queue_names_what_is_left(door: Door) -> None:
    for n in range(3):
        assert (await door.posts(callback={"number": f"+4420718387{n}0"}))[0] == 201
    status, answer = await door.posts(callback={"number": "+442071838799"})
    assert (status, answer["error"]["code"], answer["error"]["instead"]) == (409, "queue_full", ["message"])
    assert (await door.posts())[1]["error"]["instead"] == ["message"]
    assert (await door.posts(message=MESSAGE))[0] == 201


async def test_clients_that_know_nothing_of_it_are_served_as_before(door: Door) -> None:
    status, joined = await door.posts(queue="fraud", callback=None, message=None)
    assert (status, joined["place"]["position"], joined["place"]["staffed"]) == (201, 1, False)
