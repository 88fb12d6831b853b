"""Agents who work through whatever happens: back at once after a cut, at the contacts that they had."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from journey.console import AgentConsole, CommandRefused
from serving.together import PASSWORD
from soaking.visitors import NOT_NOW, PAUSE_SECONDS, Doors, Memory

LOOK_SECONDS = 0.1
DECLINES = 0.1


@dataclass
class Worker:
    """One agent's shift: answers every offer, so that none may ever be called unanswered."""

    http: aiohttp.ClientSession
    doors: Doors
    chance: random.Random
    memory: Memory
    username: str
    talk_seconds: float
    token: str | None = None
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def work(self) -> None:
        """Until cancelled."""
        try:
            while True:
                try:
                    await self._shift(await self._console())
                except (*NOT_NOW, CommandRefused):
                    self.memory.counts["consoles cut"] += 1
                await asyncio.sleep(self.chance.uniform(0, PAUSE_SECONDS))
        finally:
            for task in self.tasks:
                task.cancel()

    async def _console(self) -> AgentConsole:
        url = self.doors.any()
        if self.token is None:
            console = await AgentConsole.sign_in(self.http, url, self.username, PASSWORD)
            self.token = console.token
            return console
        return await AgentConsole(self.http, url, self.token).open()

    async def _shift(self, console: AgentConsole) -> None:
        seen = 0
        try:
            for card in console.snapshot["contacts"]:
                self._begin(self._serve(console, card["contact_id"]))
            for offer in console.snapshot["offers"]:
                self._begin(self._answer(console, offer))
            await console.command("ready")
            while console.heard.close_code is None:
                for frame in console.heard.frames[seen:]:
                    if frame["type"] == "offer.made":
                        self._begin(self._answer(console, frame["data"]))
                    elif frame["type"] == "agent.updated" and frame["data"]["presence"] != "ready":
                        self._begin(self._do(console, "ready"))
                seen = console.heard.mark
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await console.close()

    def _begin(self, work: Coroutine[Any, Any, object]) -> None:
        async def to_its_end() -> None:
            await work

        task = asyncio.create_task(to_its_end())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _note(self, command: str, fields: dict[str, str], what: str) -> None:
        if "offer_id" in fields:
            self.memory.note(fields["offer_id"], f"{command} {what}")

    async def _answer(self, console: AgentConsole, offer: dict[str, Any]) -> None:
        self.memory.note(offer["offer_id"], "seen")
        await asyncio.sleep(self.chance.uniform(0, 0.5))
        if self.chance.random() < DECLINES:
            await self._do(console, "decline", offer_id=offer["offer_id"], reason="busy")
        elif await self._do(console, "accept", offer_id=offer["offer_id"]):
            await self._serve(console, offer["contact_id"])

    async def _serve(self, console: AgentConsole, contact_id: str) -> None:
        """From wherever the contact stands to the end of the wrap-up."""
        await self._do(console, "briefing_shown", contact_id=contact_id)
        await self._do(console, "say", contact_id=contact_id, text="Hello")
        await asyncio.sleep(self.chance.uniform(0.5, 1.5) * self.talk_seconds)
        await self._do(console, "end", contact_id=contact_id)
        await self._do(console, "wrap_up", contact_id=contact_id, disposition="resolved", notes="")

    async def _do(self, console: AgentConsole, command: str, **fields: str) -> bool:
        """False where somebody was first, or the console has just been cut. A database that is away is waited for."""
        while True:
            self._note(command, fields, "said")
            try:
                await console.command(command, **fields)
            except CommandRefused as refused:
                self._note(command, fields, refused.code)
                if not refused.data.get("retryable"):
                    return False
            except NOT_NOW as cut:
                self._note(command, fields, f"cut: {str(cut).partition(chr(10))[0]}")
                return False
            else:
                self._note(command, fields, "done")
                self.memory.counts["events"] += 1
                self.memory.counts[command] += 1
                return True
            await asyncio.sleep(PAUSE_SECONDS)
