"""Many chat sockets at once: they come, are cut off and are told to go without keeping anybody from the database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import ClientConnectionResetError, web
from aiohttp.test_utils import TestServer
from arrivals import CARDS
from chat_door import chat_flow
from closing_house import House
from doubles import MovedClock, ToldBus
from serving.patience import until

from assistant.flow.intake import Joined, JoinRequest
from assistant.model.contact import Channel, ContactId, Reach
from assistant.model.events import EventType
from assistant.model.storage import Store
from assistant.settings.tenant import Tenant
from assistant.web import chat_sockets as module
from assistant.web.chat_protocol import SUBPROTOCOL
from assistant.web.chat_sockets import ChatSockets

CALLERS = 6


@dataclass
class Door:
    house: House
    sockets: ChatSockets
    url: str
    http: aiohttp.ClientSession

    async def opens(self) -> tuple[Joined, aiohttp.ClientWebSocketResponse]:
        """A caller who was told the place, and from then on reads nothing."""
        joined = await self.house.intake.join(JoinRequest(Channel.CHAT, CARDS))
        address = f"{self.url}/api/v1/contacts/{joined.contact.id}/socket"
        socket = await self.http.ws_connect(address, protocols=(SUBPROTOCOL,), autoping=False)
        await socket.send_json({"type": "hello", "token": joined.token})
        while (await socket.receive_json())["type"] != "place.updated":
            pass
        return joined, socket

    async def reaches(self, callers: list[Joined]) -> set[Reach]:
        found = [await self.house.contact(joined.contact.id) for joined in callers]
        return {contact.reach for contact in found}

    async def open_legs(self, contact_id: ContactId) -> int:
        return len(await self.house.store.read(lambda work: work.legs.of_contact(contact_id)))


@pytest.fixture
async def door(
    store: Store, clock: MovedClock, bus: ToldBus, fernhill: Tenant, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Door]:
    monkeypatch.setattr(module, "CLOSE_SECONDS", 0.1)
    monkeypatch.setattr(module, "AT_ONCE", 2)
    house = await House.open(store, clock, bus, fernhill)
    sockets = ChatSockets(chat_flow(house, bus))
    app = web.Application()
    app.add_routes(sockets.routes())
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        yield Door(house, sockets, str(server.make_url("/")).rstrip("/"), http)


async def test_who_does_not_answer_the_farewell_is_cut_off_with_all_others(door: Door) -> None:
    opened = [await door.opens() for _ in range(CALLERS)]
    callers = [joined for joined, _ in opened]
    async with asyncio.timeout(5):  # a socket by itself would wait ten seconds for the answer
        await door.sockets.close()

    async def all_are_away() -> bool:
        return await door.reaches(callers) == {Reach.AWAY}

    await until("every leg is lost", all_are_away)


async def test_a_stop_leaves_the_legs_to_whoever_gives_up_all_at_once(door: Door) -> None:
    opened = [await door.opens() for _ in range(CALLERS)]
    callers = [joined for joined, _ in opened]
    await door.sockets.stop()

    async def all_are_closed() -> bool:
        return not door.sockets._open

    await until("every handler has ended", all_are_closed)
    assert await door.reaches(callers) == {Reach.PRESENT}
    assert [await door.open_legs(joined.contact.id) for joined in callers] == [1] * CALLERS


async def test_many_who_are_cut_off_at_once_come_to_the_database_a_few_at_a_time(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = [await door.opens() for _ in range(CALLERS)]
    callers = [joined for joined, _ in opened]
    lose, there, most = door.house.legs.lost, 0, 0

    async def lost(ref: str) -> None:
        nonlocal there, most
        there += 1
        most = max(most, there)
        await lose(ref)
        there -= 1

    monkeypatch.setattr(door.house.legs, "lost", lost)
    for _, socket in opened:
        socket._response.close()

    async def all_are_away() -> bool:
        return await door.reaches(callers) == {Reach.AWAY}

    await until("every leg is lost", all_are_away)
    assert most == module.AT_ONCE


async def test_what_no_notice_told_of_is_found_by_the_sweep_on_every_device(door: Door, bus: ToldBus) -> None:
    joined, first = await door.opens()
    subscribers, bus._subscribers = bus._subscribers, {}  # the bus loses everything
    async with asyncio.timeout(10):
        await door.house.store.transact(
            lambda work: work.trail.append(
                work.contacts.lock(joined.contact.id), EventType.DIALOGUE_CHANGED, {"dialogue": "quiet"}
            )
        )
        bus._subscribers = subscribers
        await door.sockets.sweep()
        while (await first.receive_json())["type"] != "dialogue.changed":
            pass


async def test_who_hangs_up_while_the_socket_opens_is_no_failure_of_ours(
    door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def write_to_nobody(*_: object) -> None:
        raise ClientConnectionResetError("Cannot write to closing transport")

    monkeypatch.setattr(web.WebSocketResponse, "prepare", write_to_nobody)
    async with door.http.get(f"{door.url}/api/v1/contacts/any/socket") as answer:
        assert answer.status == 200
    assert not caplog.records
