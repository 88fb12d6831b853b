"""Turns that need the bank, against a plain turn of the same talk: a proof, a look-up, a read-back, a payment.

Each is what a caller waits for: from the words or the PIN that are sent on the socket to the assistant's answer on it,
durable, with the bank's own commit. All are asked in turn, so that whatever else the machine does weighs on all.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from uuid import uuid4

import aiohttp
from serving.demo import changed_tenant
from serving.rasa import shared_rasa
from serving.service import Service

from bench.table import milliseconds, print_table

CONVERSATIONS = 20
ROUNDS = 5
NUMBER, PIN = "10000001", "4821"
BALANCE = "how much is in my savings account"
PLAIN, PAGE, PROOF, LOOK_UP, READ_BACK, EFFECT = (
    "plain: where am I in the queue",
    "a page: what are the fees abroad",
    "a proof: the PIN",
    "a look-up: how much is in my savings account",
    "a look-up and a read-back: pay one pound off my bill",
    "an effect: yes, pay it",
)
# a code can be sent three times in a quarter of an hour, so here the PIN is enough to pay
PAYING = {"services": {"pay_bill": {"label": "Pay a bill", "level": 2, "looks_up": "bills"}}}

type Frame = dict[str, Any]


class Talk:
    """One verified customer's talk. The place is left when it ends: a person has one."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = url
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    async def begin(self) -> None:
        async with self._http.post(f"{self._url}/api/v1/contacts", json={"channel": "chat"}) as response:
            joined = await response.json()
        url = f"{self._url}/api/v1/contacts/{joined['contact_id']}/socket"
        self._socket = await self._http.ws_connect(url, protocols=("holdfast.v1",))
        await self._send("hello", token=joined["token"])
        await self._hears("secured")

    async def end(self) -> None:
        await self._send("leave")
        await self._until(lambda frame: frame["type"] == "contact.closed")
        if self._socket is not None:
            await self._socket.close()

    async def proves(self) -> float:
        """Seconds from the PIN to the thanks."""
        await self._say(BALANCE)
        await self._secure("customer_number", NUMBER)
        return await self._secure("pin", PIN, "you confirmed")

    async def turn(self, words: str, answer: str) -> float:
        """Seconds from the words to an answer with these ones."""
        begun = perf_counter()
        await self._say(words)
        await self._hears(answer)
        return perf_counter() - begun

    async def hears_the_rest(self, answer: str) -> None:
        await self._hears(answer)

    async def _say(self, words: str) -> None:
        await self._send("say", text=words, client_id=str(uuid4()))

    async def _secure(self, name: str, value: str, answer: str | None = None) -> float:
        asked = await self._until(lambda frame: frame["type"] == "input.requested" and frame["data"]["name"] == name)
        begun = perf_counter()
        await self._send("secure", request_id=asked["data"]["request_id"], name=name, value=value)
        if answer is not None:
            await self._hears(answer)
        return perf_counter() - begun

    async def _hears(self, answer: str) -> Frame:
        def is_heard(frame: Frame) -> bool:
            data = frame.get("data", {})
            return frame["type"] == "message.added" and data["author"] == "assistant" and answer in data["text"]

        return await self._until(is_heard)

    async def _until(self, matches: Callable[[Frame], bool]) -> Frame:
        if self._socket is None:
            raise RuntimeError("begin first")
        while True:
            frame: Frame = await self._socket.receive_json(timeout=60)
            if matches(frame):
                return frame

    async def _send(self, type: str, **fields: Any) -> None:
        if self._socket is None:
            raise RuntimeError("begin first")
        await self._socket.send_json({"type": type, **fields})


async def measure(service: Service) -> None:
    took: dict[str, list[float]] = defaultdict(list)
    async with aiohttp.ClientSession() as http:
        for conversation in range(CONVERSATIONS):
            talk = Talk(http, service.url)
            await talk.begin()
            times = {PROOF: [await talk.proves()]}
            await talk.hears_the_rest("anything else")
            for _ in range(ROUNDS):
                for name, seconds in (await _a_round(talk)).items():
                    times.setdefault(name, []).append(seconds)
            await talk.end()
            if conversation:  # the first one warms up
                for name, seconds_each in times.items():
                    took[name] += seconds_each
    plain = median(took[PLAIN])
    rows = [
        (name, *milliseconds(took[name]), f"{median(took[name]) / plain:.2f}")
        for name in (PLAIN, PAGE, PROOF, LOOK_UP, READ_BACK, EFFECT)
    ]
    print_table(("one turn through the service", "median ms", "p95 ms", "ratio"), rows)


async def _a_round(talk: Talk) -> dict[str, float]:
    """One turn of each kind; what is said after an answer is heard to its end before the next one."""
    times = {}
    for name, words, answer, rest in (
        (PLAIN, "where am i in the queue", "in line", "anything else"),
        (LOOK_UP, BALANCE, "savings account", "anything else"),
        (PAGE, "what are the fees for using my card abroad", "Fees abroad", "anything else"),
        (READ_BACK, "pay one pound off my credit card bill", "Shall I pay £1 ", None),
        (EFFECT, "yes", "I've paid £1 ", "anything else"),
    ):
        times[name] = await talk.turn(words, answer)
        if rest is not None:
            await talk.hears_the_rest(rest)
    return times


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as folder:
        path = Path(folder)
        # whoever comes again within the reclaim would first be given all that was tried before
        settings = changed_tenant(path / "tenant", parts=PAYING, reclaim_seconds=0.01)
        with shared_rasa(path / "rasa") as rasa, Service(path, **rasa.settings, **settings) as service:
            service.wait_until_ready()
            asyncio.run(measure(service))
