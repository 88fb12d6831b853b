"""Callers who come to whatever process answers, repeat what was cut, and hold the service to what it promised."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from journey.chat import ChatCaller, join
from journey.wire import Frame, WireRefused

CUT = (aiohttp.ClientError, ConnectionError, OSError, TimeoutError)
NOT_NOW = (*CUT, WireRefused, AssertionError)
"""What a client meets while something is killed: nobody answers, 503, or a socket that closes."""
SAID = ("where am I in the queue?", "I lost my card", "hello?", "are you still there?", "how long will it take?")
PAUSE_SECONDS = 0.3
ECHO_SECONDS = 5.0


class Broken(Exception):
    """A promise was broken; the message says which, and to whom."""


@dataclass
class Doors:
    """Where the processes are reached: each visit goes to any of them, as a load balancer would send it."""

    urls: list[str]
    chance: random.Random

    def any(self) -> str:
        return self.chance.choice(self.urls)


@dataclass
class Memory:
    """What was promised, and what the callers and agents went through."""

    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    wanted_to_leave: set[str] = field(default_factory=set)
    said: dict[str, set[str]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    answers: dict[str, list[str]] = field(default_factory=dict)
    """What became of each offer as its agent saw it, with the time of day."""

    def note(self, offer_id: str, what: str) -> None:
        self.answers.setdefault(offer_id, []).append(f"{datetime.now(UTC):%H:%M:%S.%f} {what}")


@dataclass
class Visitor:
    """One caller. `stay` returns once the contact is closed; raises `Broken`."""

    http: aiohttp.ClientSession
    doors: Doors
    chance: random.Random
    memory: Memory
    key: str
    patience_seconds: float
    joined: dict[str, Any] = field(default_factory=dict)
    seen: int = 0
    open_words: dict[str, str] = field(default_factory=dict)
    is_over: bool = False

    @property
    def name(self) -> str:
        return str(self.joined["contact_id"])

    async def stay(self) -> None:
        await self._join()
        leaves_at = asyncio.get_running_loop().time() + self.patience_seconds
        while not self.is_over:
            if asyncio.get_running_loop().time() > leaves_at:
                self.memory.wanted_to_leave.add(self.name)
            device = ChatCaller(self.http, self.doors.any(), self.joined)
            try:
                await device.open(after=self.seen)
                await self._visit(device, leaves_at)
            except NOT_NOW:
                self.memory.counts["visits cut"] += 1
            finally:
                await self._end_visit(device)
            if not self.is_over:
                await asyncio.sleep(self.chance.uniform(0, PAUSE_SECONDS))

    async def _join(self) -> None:
        """With the same key until somebody acknowledges it."""
        queue = self.chance.choice(("cards", "accounts"))
        body = {"channel": "chat", "queue": queue, "idempotency_key": self.key}
        while not self.joined:
            try:
                _, self.joined = await join(self.http, self.doors.any(), body)
            except NOT_NOW:
                self.memory.counts["joins cut"] += 1
                await asyncio.sleep(self.chance.uniform(0, PAUSE_SECONDS))
        self.memory.acknowledged[self.name] = self.joined
        self.memory.said[self.name] = set()
        self.memory.counts["events"] += 1

    async def _visit(self, device: ChatCaller, leaves_at: float) -> None:
        for client_id, text in list(self.open_words.items()):
            await self._say(device, client_id, text)
        for _ in range(self.chance.randrange(5, 60)):
            if await self._is_closed_within(device, self.chance.uniform(0.2, 2.0)):
                return
            if asyncio.get_running_loop().time() > leaves_at:
                self.memory.wanted_to_leave.add(self.name)
                self.memory.counts["events"] += 1
                await device.send("leave")
            elif self.chance.random() < 0.5:
                client_id = f"{self.name[-8:]}-{len(self.memory.said[self.name])}-{self.chance.randrange(10**9)}"
                await self._say(device, client_id, self.chance.choice(SAID))
        if self.chance.random() < 0.3:
            self.memory.counts["lines dropped"] += 1
            await device.socket.drop()

    async def _say(self, device: ChatCaller, client_id: str, text: str) -> None:
        """Kept open until its echo: said again on the next visit, as the same words."""
        self.open_words[client_id] = text
        since = device.heard.mark
        await device.send("say", text=text, client_id=client_id)
        self.memory.counts["events"] += 1

        def answers(frame: Frame) -> bool:
            return bool(frame.get("data", {}).get("client_id") == client_id or frame["type"] == "contact.closed")

        answer = await device.heard.wait_for(f"the echo of {client_id}", answers, since, ECHO_SECONDS)
        if answer["type"] == "message.added":
            self.memory.said[self.name].add(client_id)
            del self.open_words[client_id]

    async def _is_closed_within(self, device: ChatCaller, seconds: float) -> bool:
        try:
            await device.heard.wait_for_type("contact.closed", seconds=seconds)
        except AssertionError:
            if device.heard.close_code is not None:
                raise
            return False
        return True

    async def _end_visit(self, device: ChatCaller) -> None:
        if device._socket is None:
            return
        frames = list(device.heard.frames)
        self._check_numbers([frame["seq"] for frame in frames if "seq" in frame])
        self._check_positions(frames)
        self.is_over = any(frame["type"] == "contact.closed" for frame in frames)
        await device.close()

    def _check_numbers(self, seqs: list[int]) -> None:
        if seqs != sorted(set(seqs)) or (seqs and seqs[0] <= self.seen):
            raise Broken(f"{self.name}: after {self.seen} was told {seqs}")
        self.seen = seqs[-1] if seqs else self.seen

    def _check_positions(self, frames: list[Frame]) -> None:
        """A place gets worse only with a reason that is told."""
        last: int | None = None
        for data in (frame["data"] for frame in frames if frame["type"] == "place.updated"):
            position = data["place"]["position"]
            if last is not None and position is not None and position > last and not data.get("reason"):
                raise Broken(f"{self.name}: from {last} to {position} without a reason")
            last = position
