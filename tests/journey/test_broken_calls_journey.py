"""Every way a call can break, through the real service and over HTTP; the telephone company alone is the emulator.

In each case the caller is with an agent, in the place, or over with an honest sentence, and no leg is left.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from journey.console import AgentConsole
from journey.emulated import EmulatedPhone
from journey.telephone import CARDS_LINE
from serving.demo import changed_tenant
from serving.patience import until
from serving.rasa import Rasa
from serving.service import TWILIO_TOKEN, Service

ACCOUNT = "AC" + "0" * 32
OVER = {"completed", "busy", "failed", "no-answer", "canceled"}
TIMING = {"ring_seconds": 10.0, "declined_seconds": 1.0, "wrap_up_seconds": 1.0}
NUMBERS = iter(f"+4420794609{n:02}" for n in range(10, 90))


@pytest.fixture(scope="module")
def hurried(tmp_path_factory: pytest.TempPathFactory, rasa: Rasa) -> Iterator[Service]:
    """One service for all of these; its emulator hurries, and wrap-ups end by themselves."""
    folder: Path = tmp_path_factory.mktemp("broken")
    with Service(folder, **rasa.settings, **changed_tenant(folder, **TIMING), HOLDFAST_EMULATOR_SPEED="10") as service:
        service.wait_until_ready()
        yield service
    service.assert_quiet_log()


@dataclass
class Floor:
    """A caller, amira at her console, and her telephone."""

    service: Service
    http: aiohttp.ClientSession
    caller: EmulatedPhone
    amira: AgentConsole
    desk: EmulatedPhone
    offer: dict[str, Any]

    @property
    def contact_id(self) -> str:
        contact_id: str = self.offer["contact_id"]
        return contact_id

    async def arms(self, kind: str, match: str, **more: float) -> None:
        fault = {"kind": kind, "match": match, **more}
        headers = {"Authorization": f"Bearer {TWILIO_TOKEN}"}
        async with self.http.post(f"{self.service.url}/emulator/faults", json=fault, headers=headers) as answer:
            assert answer.status == 204

    async def board(self) -> dict[str, Any]:
        sofia = await AgentConsole.sign_in(self.http, self.service.url, "sofia")
        headers = {"Authorization": f"Bearer {sofia.token}"}
        async with self.http.get(f"{self.service.url}/api/v1/supervisor/board", headers=headers) as answer:
            board: dict[str, Any] = await answer.json()
        await sofia.close()
        return board

    async def nobody_is_left(self) -> None:
        """No call is up, nobody waits in the line, and the agent is free for the next one."""
        headers = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, TWILIO_TOKEN)}
        address = f"{self.service.url}/emulator/2010-04-01/Accounts/{ACCOUNT}"

        async def is_quiet() -> bool:
            async with self.http.get(f"{address}/Calls.json", headers=headers) as answer:
                calls = (await answer.json())["calls"]
            async with self.http.get(f"{address}/Conferences.json", headers=headers) as answer:
                rooms = (await answer.json())["conferences"]
            are_over = {call["status"] for call in calls} <= OVER and {room["status"] for room in rooms} <= {
                "completed"
            }
            board = await self.board()
            cards = next(queue for queue in board["queues"] if queue["id"] == "cards")
            amira = next(agent for agent in board["agents"] if agent["username"] == "amira")
            waits = cards["waiting"] + cards["offered"] + cards["connected"] + amira["connected"]
            return bool(are_over and not waits)

        await until("nobody is left", is_quiet)

    # -- the stations of a call, each from the one before ---------------------------------------------------------

    async def accepts(self) -> None:
        await self.amira.accept(self.offer)
        await self.desk.is_rung()

    async def whispered_to(self) -> None:
        await self.accepts()
        await self.desk.answer()
        await self.desk.hears("Press 1 to take it")

    async def connected(self) -> None:
        await self.whispered_to()
        await self.desk.press("1")
        await self.desk.is_in_conference()
        await self.caller.is_in_conference()
        await self.amira.about("contact.connected", self.contact_id)

    async def on_hold(self) -> None:
        await self.connected()
        await self.amira.command("hold", contact_id=self.contact_id)

    async def asked_for_the_pin(self) -> None:
        await self.connected()
        await self.amira.command("request_verification", contact_id=self.contact_id, method="pin")
        await self.caller.hears("customer number", since=0)

    async def listened_to(self) -> None:
        await self.connected()
        ear = await EmulatedPhone.register(self.http, self.service.url, "client:sofia")
        sofia = await AgentConsole.sign_in(self.http, self.service.url, "sofia")
        await sofia.command("listen", contact_id=self.contact_id)
        await ear.is_rung()
        await ear.answer()
        await ear.is_in_conference()

    async def offered(self) -> None:
        """The offer stands at the console."""


@pytest.fixture
async def floor(hurried: Service, http: aiohttp.ClientSession) -> AsyncIterator[Floor]:
    caller = await EmulatedPhone.register(http, hurried.url, next(NUMBERS))
    desk = await EmulatedPhone.register(http, hurried.url, "client:amira")
    await caller.dial(CARDS_LINE)
    await caller.hears("your place in the queue is secured", since=0)
    await caller.press("0")
    amira = await AgentConsole.sign_in(http, hurried.url, "amira")
    await amira.command("ready")
    floor = Floor(hurried, http, caller, amira, desk, await amira.is_offered())
    yield floor
    await amira.command("not_ready", reason="break")
    for closing in (caller.close, desk.close, amira.close):
        await closing()


type Station = Callable[[Floor], Awaitable[None]]

STATIONS: dict[str, Station] = {
    "offered": Floor.offered,
    "ringing": Floor.accepts,
    "whisper": Floor.whispered_to,
    "connected": Floor.connected,
    "on hold": Floor.on_hold,
    "asked for the PIN": Floor.asked_for_the_pin,
    "listened to": Floor.listened_to,
}


@pytest.mark.parametrize("station", STATIONS)
async def test_a_caller_who_hangs_up_anywhere_leaves_nothing_behind(floor: Floor, station: str) -> None:
    await STATIONS[station](floor)
    await floor.caller.hang_up()
    await floor.caller.is_in("completed")
    await floor.nobody_is_left()


@pytest.mark.parametrize("station", ["ringing", "whisper", "connected", "on hold", "asked for the PIN"])
async def test_an_agent_who_hangs_up_leaves_the_caller_in_the_place_or_ends_the_call(
    floor: Floor, station: str
) -> None:
    await STATIONS[station](floor)
    await floor.desk.hang_up()
    if station in {"ringing", "whisper"}:
        returned = await floor.amira.about("contact.returned", floor.contact_id)
        assert returned["data"]["reason"] in {"phone_busy", "phone_lost"}
        await floor.caller.press("2")
        await floor.caller.hears("first in line")
        await floor.caller.hang_up()
    else:
        await floor.caller.hears("Thank you for calling", since=0)
    await floor.caller.is_in("completed")
    await floor.nobody_is_left()


WEBHOOKS = ["/agent/", "/answer", "/key", "/voice/bridge", "/conference/status", "/voice/after", "/voice/status"]
FAULTS = ["duplicate", "delay", "drop", "time_out"]


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("match", WEBHOOKS)
async def test_a_webhook_that_goes_wrong_still_ends_well(floor: Floor, match: str, kind: str) -> None:
    await floor.arms(kind, match, seconds=0.5)
    await floor.amira.accept(floor.offer)
    await floor.desk.is_rung()
    await floor.desk.answer()

    async def is_settled() -> bool:
        types = {frame["type"] for frame in floor.amira.heard.frames if _is_about(frame, floor.contact_id)}
        is_in = any(frame["type"] == "conference" for frame in floor.caller.heard.frames)
        return ("contact.connected" in types and is_in) or "contact.returned" in types

    await until("the two are together, or the caller is in the place", is_settled)
    await floor.caller.hang_up()
    await floor.nobody_is_left()


@pytest.mark.parametrize(("match", "code"), [("/Calls/", 21220), ("/Calls.json", 20500), ("/Calls.json", 21211)])
async def test_a_request_that_is_refused_leaves_nobody_alone(floor: Floor, match: str, code: int) -> None:
    await floor.arms("refuse", match, code=code)
    await floor.amira.accept(floor.offer)
    if match == "/Calls/":
        await floor.desk.is_rung()
        await floor.desk.take()
        await floor.desk.hears("has just hung up")
    else:
        returned = await floor.amira.about("contact.returned", floor.contact_id)
        assert returned["data"]["reason"].startswith("phone_")
        await floor.caller.press("2")
        await floor.caller.hears("first in line")
    await floor.caller.hang_up()
    await floor.nobody_is_left()


@pytest.mark.parametrize("match", ["/Calls.json", "/Calls/"])
async def test_a_request_whose_answer_is_lost_has_been_carried_out(floor: Floor, match: str) -> None:
    await floor.arms("lose_answer", match)
    await floor.amira.accept(floor.offer)
    await floor.desk.is_rung()
    await floor.desk.take()
    await floor.caller.is_in_conference()
    await floor.desk.speaks("Good morning")
    await floor.caller.hears_other("Good morning")
    await floor.desk.hang_up()
    await floor.nobody_is_left()


def _is_about(frame: dict[str, Any], contact_id: str) -> bool:
    return frame.get("data", {}).get("contact_id") == contact_id
