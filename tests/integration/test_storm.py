"""Many callers and agents at once who come, go, drop, decline and forget: what was promised holds for each of them.

A run prints its seed; `HOLDFAST_STORM_SEED=…` rolls the same dice again (the races between the processes differ).
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from journey.chat import ChatCaller
from journey.console import AgentConsole, CommandRefused
from journey.wire import Frame
from serving.demo import changed_tenant
from serving.rasa import Rasa
from serving.service import Service

CALLERS = 24
AGENTS = ("amira", "ben", "carla")
HURRIED = {
    "offer_seconds": 1.5,
    "declined_seconds": 0.5,
    "grace_seconds": 5.0,
    "console_grace_seconds": 1.0,
    "wrap_up_seconds": 3.0,
}
TOLD_ONCE = {"message.added", "contact.connected", "contact.returned", "contact.closed"}
SLOTS = 3


@pytest.fixture
def hurried(tmp_path: Path, rasa: Rasa) -> Iterator[Service]:
    with Service(tmp_path, **rasa.settings, **changed_tenant(tmp_path, **HURRIED)) as service:
        service.wait_until_ready()
        yield service
    service.assert_quiet_log()


@dataclass
class Visit:
    """One caller's stay: `told` are the frames of each connection, apart."""

    caller: ChatCaller
    told: list[list[Frame]] = field(default_factory=list)

    async def stay(self, chance: random.Random) -> None:
        """Until the contact is closed: talks, loses the line now and then, and may leave."""
        closed = False
        while not closed:
            seen = max((frame["seq"] for frames in self.told for frame in frames if "seq" in frame), default=0)
            device = await self.caller.another_device().open(after=seen)
            self.told.append(device.heard.frames)
            for _ in range(chance.randrange(2, 8)):
                closed = await _is_closed_within(device, chance.uniform(0.05, 0.6))
                if closed:
                    break
                if chance.random() < 0.05:
                    await device.send("leave")
                    continue
                await device.send("say", text=chance.choice(("hello?", "I lost my card", "where am I?")))
            if not closed and chance.random() < 0.5:
                await device.socket.drop()
            else:
                await device.close()


async def _is_closed_within(device: ChatCaller, seconds: float) -> bool:
    try:
        await device.heard.wait_for_type("contact.closed", seconds=seconds)
    except AssertionError:
        return False
    return True


class Worker:
    """One agent's shift: takes most offers, declines some, forgets some, and sometimes loses the console."""

    def __init__(self, console: AgentConsole, chance: random.Random) -> None:
        self.console = console
        self._chance = chance
        self._seen = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def work(self) -> None:
        """Until cancelled."""
        while True:
            await self._command("ready")
            for frame in self.console.heard.of("offer.made", self._seen):
                task = asyncio.create_task(self._answer(frame["data"]))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            self._seen = self.console.heard.mark
            await asyncio.sleep(0.1)  # an agent looks at the screen ten times a second
            if self._chance.random() < 0.01:
                await self.console.close()
                await self.console.open()
                self._seen = 0
            assert len(self._busy_slots()) <= SLOTS

    def _busy_slots(self) -> list[dict[str, object]]:
        """As the console was told last."""
        updates = self.console.heard.of("agent.updated")
        agent = updates[-1]["data"] if updates else self.console.snapshot["agent"]
        return [slot for slot in agent["slots"] if slot.get("contact_id")]

    async def _answer(self, offer: dict[str, str]) -> None:
        dice = self._chance.random()
        if dice < 0.15:
            return
        if dice < 0.3:
            await self._command("decline", offer_id=offer["offer_id"], reason="busy")
            return
        if not await self._command("accept", offer_id=offer["offer_id"]):
            return
        await self._command("briefing_shown", contact_id=offer["contact_id"])
        await asyncio.sleep(self._chance.uniform(0.1, 0.5))  # the talk
        await self._command("say", contact_id=offer["contact_id"], text="Hello")
        if await self._command("end", contact_id=offer["contact_id"]):
            await self._command("wrap_up", contact_id=offer["contact_id"], disposition="resolved", notes="")

    async def _command(self, name: str, **fields: str) -> bool:
        """False where somebody was first, or the console has just been lost: both are part of the day."""
        try:
            await self.console.command(name, **fields)
        except (CommandRefused, AssertionError, ConnectionError):
            return False
        return True


@pytest.mark.timeout(240)
async def test_what_was_promised_holds_in_a_storm(hurried: Service, http: aiohttp.ClientSession) -> None:
    seed = int(os.environ.get("HOLDFAST_STORM_SEED") or random.SystemRandom().randrange(10**6))
    sys.stdout.write(f"HOLDFAST_STORM_SEED={seed}\n")
    chance = random.Random(seed)
    workers = [
        Worker(await AgentConsole.sign_in(http, hurried.url, name), random.Random(chance.random())) for name in AGENTS
    ]
    shifts = [asyncio.create_task(worker.work()) for worker in workers]
    visits: list[Visit] = []
    async with asyncio.timeout(150), asyncio.TaskGroup() as stays:
        for _ in range(CALLERS):
            caller = await ChatCaller.join(http, hurried.url, chance.choice(("cards", "accounts")))
            visits.append(Visit(caller))
            stays.create_task(visits[-1].stay(random.Random(chance.random())))
            await asyncio.sleep(chance.uniform(0, 0.3))  # arrivals are spread
    for shift in shifts:
        assert not shift.done(), shift.exception()
        shift.cancel()
    await asyncio.gather(*shifts, return_exceptions=True)
    for visit in visits:
        _assert_each_frame_came_once(visit, await visit.caller.events())
        _assert_worse_only_with_a_reason(visit)
        _assert_a_life_in_order(await visit.caller.events())
    for queue in ("cards", "accounts"):
        assert (await ChatCaller.join(http, hurried.url, queue)).position_at_joining == 1, "nobody is left in line"


def _assert_each_frame_came_once(visit: Visit, events: list[Frame]) -> None:
    """What was told live over all connections is what a fresh look shows."""
    for frames in visit.told:
        seqs = [frame["seq"] for frame in frames if "seq" in frame]
        assert seqs == sorted(set(seqs)), f"{visit.caller.contact_id}: {seqs}"
    live = [(frame["seq"], frame["type"]) for frames in visit.told for frame in frames if frame["type"] in TOLD_ONCE]
    fresh = [(frame["seq"], frame["type"]) for frame in events if frame["type"] in TOLD_ONCE]
    last = max(live)
    assert live == [told for told in fresh if told <= last]


def _assert_worse_only_with_a_reason(visit: Visit) -> None:
    for frames in visit.told:
        position = None
        for frame in (frame["data"] for frame in frames if frame["type"] == "place.updated"):
            now = frame["place"]["position"]
            assert now is not None or frame["place"]["state"] not in {"waiting", "offered"}, frame
            if position is not None and now is not None and now > position:
                assert frame.get("reason"), f"from {position} to {now} without a reason: {frames}"
            position = now


def _assert_a_life_in_order(events: list[Frame]) -> None:
    """Connected, perhaps returned and connected again, closed once, and nothing after that."""
    life = [frame["type"] for frame in events if frame["type"].startswith("contact.")]
    assert life.count("contact.closed") == 1, life
    assert life[-1] == "contact.closed", life
    together = False
    for step in life[:-1]:
        assert (step == "contact.connected") is not together, life
        together = step == "contact.connected"
