"""One turn of the talk: through the service (heard, answered and durable) against Rasa's own time for it.

Rasa is asked by its stock REST channel and by our connector, in one process with one model. All are asked in turn, so
that whatever else the machine does weighs on each; a commit of one row, two of which are in the service's turn, shows
what the disk has to do with it. Conversations are begun anew after a few turns, for a turn's cost
grows with its conversation.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import uuid4

import aiohttp
from serving.rasa import Rasa, own_rasa
from serving.service import Service

from bench.engine import Connector, StockChannel, both_channels
from bench.processes import load_average
from bench.table import milliseconds, print_table

TURNS_EACH = 8
CONVERSATIONS = 40
WORDS = (
    "how long will it take",
    "where am I in the queue",
    "how many people are ahead of me",
    "what can you do",
)


class Through:
    """A visitor's socket: from the words sent to the assistant's words received."""

    def __init__(self, http: aiohttp.ClientSession, service: Service) -> None:
        self._http = http
        self._url = service.url
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    async def begin(self) -> None:
        if self._socket is not None:
            await self._socket.close()
        async with self._http.post(f"{self._url}/api/v1/contacts", json={"channel": "chat"}) as response:
            joined = await response.json()
        url = f"{self._url}/api/v1/contacts/{joined['contact_id']}/socket"
        self._socket = await self._http.ws_connect(url, protocols=("holdfast.v1",))
        await self._socket.send_json({"type": "hello", "token": joined["token"]})
        await self._said_by("assistant")

    async def turn(self, words: str) -> None:
        if self._socket is None:
            raise RuntimeError("begin first")
        await self._socket.send_json({"type": "say", "text": words, "client_id": str(uuid4())})
        await self._said_by("assistant")

    async def _said_by(self, author: str) -> None:
        if self._socket is None:
            raise RuntimeError("begin first")
        while True:
            frame = await self._socket.receive_json(timeout=10)
            if frame["type"] == "message.added" and frame["data"]["author"] == author:
                return


class OneRow:
    """One row made durable by SQLite alone, where the service keeps its own."""

    def __init__(self, folder: Path) -> None:
        self._rows = sqlite3.connect(folder / "one-row.db", isolation_level=None)
        self._rows.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE said (words TEXT)")

    async def begin(self) -> None:
        self._rows.execute("DELETE FROM said")

    async def turn(self, words: str) -> None:
        self._rows.execute("INSERT INTO said VALUES (?)", (words,))


async def measure(rasa: Rasa, service: Service, folder: Path) -> None:
    async with aiohttp.ClientSession() as http:
        sides: dict[str, StockChannel | Connector | Through | OneRow] = {
            "Rasa's stock REST channel": StockChannel(http, rasa),
            "Rasa's connector": Connector(http, rasa),
            "through the service": Through(http, service),
            "one row made durable": OneRow(folder),
        }
        took: dict[str, list[float]] = {name: [] for name in sides}
        for conversation in range(CONVERSATIONS):
            for side in sides.values():
                await side.begin()
            for n in range(TURNS_EACH):
                for name, side in sides.items():
                    begun = perf_counter()
                    await side.turn(WORDS[n % len(WORDS)])
                    if conversation:  # the first one warms up
                        took[name].append(perf_counter() - begun)
    stock = median(took["Rasa's stock REST channel"])
    rows = [(name, *milliseconds(each), f"{median(each) / stock:.2f}") for name, each in took.items()]
    print_table((f"one turn (load {load_average()})", "median ms", "p95 ms", "ratio"), rows)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as folder:
        path = Path(folder)
        with (
            own_rasa(path / "rasa", credentials=both_channels(path)) as rasa,
            Service(path, **rasa.settings) as service,
        ):
            service.wait_until_ready()
            asyncio.run(measure(rasa, service, path))
