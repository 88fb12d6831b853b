"""The dialogue engine by itself: turns a second, a long conversation, its start, its memory and its training.

A conversation of its own asks by our connector, as the service does, or by Rasa's stock REST channel.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import uuid4

import aiohttp
from serving.rasa import PROJECT, Rasa, own_rasa

from bench.processes import load_average, resident_bytes
from bench.table import print_table

CONVERSATIONS = 24
TURNS_EACH = 30
LONG = 160
TALK = (
    "how long will it take",
    "my card was declined at the supermarket",
    "the credit card",
    "where am I in the queue",
    "forty pounds",
    "what have you noted",
    "i want to pay my electricity bill",
    "what can you do",
)


class Connector:
    """Our connector: what the service asks, without the service."""

    def __init__(self, http: aiohttp.ClientSession, rasa: Rasa) -> None:
        self._http = http
        self._url = f"{rasa.url}/webhooks/holdfast/turn"
        self._headers = {"Authorization": f"Bearer {rasa.token}"}
        self._conversation = ""

    async def begin(self) -> None:
        self._conversation = str(uuid4())

    async def turn(self, words: str) -> None:
        known = {"topic": None, "facts": {}, "customer_name": None}
        metadata = {"channel": "chat", "language": "en", "verified_level": 0, "services": [], "known": known}
        body = {"conversation": self._conversation, "words": words, "structured": None, "metadata": metadata}
        async with self._http.post(self._url, json=body, headers=self._headers) as response:
            reply = await response.json()
            if response.status != 200 or not reply["messages"]:
                raise RuntimeError(f"Rasa did not answer: {reply}")


class StockChannel:
    """Rasa's own REST channel."""

    def __init__(self, http: aiohttp.ClientSession, rasa: Rasa) -> None:
        self._http = http
        self._url = f"{rasa.url}/webhooks/rest/webhook"
        self._conversation = ""

    async def begin(self) -> None:
        self._conversation = str(uuid4())

    async def turn(self, words: str) -> None:
        async with self._http.post(self._url, json={"sender": self._conversation, "message": words}) as response:
            reply = await response.json()
            if response.status != 200 or not reply:
                raise RuntimeError(f"Rasa did not answer: {reply}")


def both_channels(folder: Path) -> Path:
    """Credentials that open the stock REST channel beside our connector."""
    credentials = folder / "credentials.yml"
    credentials.write_text("rest:\n" + (PROJECT / "credentials.yml").read_text())
    return credentials


async def _turns_a_second(engines: Sequence[Rasa]) -> float:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:

        async def talk(rasa: Rasa) -> None:
            caller = Connector(http, rasa)
            await caller.begin()
            for n in range(TURNS_EACH):
                await caller.turn(TALK[n % len(TALK)])

        async with asyncio.TaskGroup() as warm:
            for rasa in engines:
                warm.create_task(talk(rasa))
        begun = perf_counter()
        async with asyncio.TaskGroup() as callers:
            for n in range(CONVERSATIONS * len(engines)):
                callers.create_task(talk(engines[n % len(engines)]))
        return CONVERSATIONS * len(engines) * TURNS_EACH / (perf_counter() - begun)


async def _long_conversation(rasa: Rasa) -> tuple[float, float]:
    """Seconds of a turn near the tenth and after the last of a long conversation: medians of eight, so that each of the
    sentences is counted."""
    took = []
    async with aiohttp.ClientSession() as http:
        caller = Connector(http, rasa)
        await caller.begin()
        for n in range(LONG + len(TALK)):
            begun = perf_counter()
            await caller.turn(TALK[n % len(TALK)])
            took.append(perf_counter() - begun)
    return median(took[8 : 8 + len(TALK)]), median(took[-len(TALK) :])


def _training(folder: Path) -> float:
    """Seconds from nothing to a model, in a copy of the project so that the one in use stays."""
    copy = folder / "rasa_project"
    ignored = shutil.ignore_patterns(".venv", "models", ".rasa", "__pycache__")
    shutil.copytree(PROJECT, copy, ignore=ignored)
    python = PROJECT / ".venv" / "bin" / "python"
    begun = perf_counter()
    subprocess.run(
        [python, "-W", "ignore", "-m", "rasa", "train", "--force", "--domain", "domain"],
        cwd=copy,
        check=True,
        capture_output=True,
    )
    return perf_counter() - begun


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        begun = perf_counter()
        one = stack.enter_context(own_rasa(folder / "one"))
        started = perf_counter() - begun
        alone = asyncio.run(_turns_a_second([one]))
        early, late = asyncio.run(_long_conversation(one))
        memory = resident_bytes(one.pid) / 2**20
        two = stack.enter_context(own_rasa(folder / "two"))
        together = asyncio.run(_turns_a_second([one, two]))
        rows = [
            ("turns a second, one process", f"{alone:.0f}", "120 at least"),
            ("turns a second, two processes", f"{together:.0f}", ""),
            ("a turn near the tenth, ms", f"{early * 1000:.2f}", ""),
            (f"a turn after {LONG}, ms", f"{late * 1000:.2f}", f"{late / early:.2f} x, 1.5 at most"),
            ("from the start to the first answer, s", f"{started:.1f}", "15 at most"),
            ("memory after all this, MiB", f"{memory:.0f}", "700 at most"),
            ("training from nothing, s", f"{_training(folder):.0f}", "60 at most"),
        ]
    print_table((f"the dialogue engine (load {load_average()})", "figure", "to reach"), rows)
