"""An agent at the console: from `ready` to the offer, and from `accept` to the briefing, with a thousand waiting.

Beside it: a frame on a bare aiohttp socket that is answered once one row is committed.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles
from subprocess import DEVNULL
from time import perf_counter

import aiohttp
import uvloop
from journey.console import AgentConsole
from serving.service import Service

from bench.bare import Bare, bare_server
from bench.crowd import Crowd
from bench.databases import create_database, postgres
from bench.processes import allow_many_files, load_average
from bench.table import print_table

WAITING = 1_000
ROUNDS = 150
AGENT = "bench"
DISPOSITION = "resolved"


def hire(service: Service, username: str = AGENT, role: str = "agent") -> None:
    """Somebody who can sign in; only an embedded service has people of its own."""
    command = [sys.executable, "-m", "assistant", "agent", "add", username, "--role", role]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
    subprocess.run(
        command, env=environment | service.settings, cwd=service.folder, input=b"holdfast\n", check=True, stdout=DEVNULL
    )


async def measure(service: Service) -> tuple[list[float], list[float]]:
    """Seconds to the offer and to the briefing, each round with another caller."""
    offered, briefed = [], []
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as http:
        crowd = Crowd(service.url, http)
        await crowd.join(WAITING)
        await crowd.connect()
        console = await AgentConsole.sign_in(http, service.url, AGENT)
        for _ in range(ROUNDS):
            since, begun = console.heard.mark, perf_counter()
            await asyncio.gather(console.command("ready"), console.is_offered(since=since))
            offered.append(perf_counter() - begun)
            offer = await console.is_offered(since=since)
            since, begun = console.heard.mark, perf_counter()
            told = console.about("contact.briefing", offer["contact_id"], since)
            await asyncio.gather(console.command("accept", offer_id=offer["offer_id"]), told)
            briefed.append(perf_counter() - begun)
            await _finish(console, offer["contact_id"])
        crowd.close()
    return offered, briefed


async def _finish(console: AgentConsole, contact_id: str) -> None:
    """The conversation, its wrap-up, and no more offers for now."""
    await console.command("briefing_shown", contact_id=contact_id)
    await console.command("not_ready", reason="break")
    await console.command("end", contact_id=contact_id)
    await console.command("wrap_up", contact_id=contact_id, disposition=DISPOSITION, notes="")


async def measure_bare(bare: Bare) -> list[float]:
    took = []
    async with aiohttp.ClientSession() as http, http.ws_connect(f"{bare.url}/commits") as socket:
        for _ in range(ROUNDS):
            begun = perf_counter()
            await socket.send_str('{"type": "ready"}')
            await socket.receive_str()
            took.append(perf_counter() - begun)
    return took


def rows_of(kind: str, bare_database: str, folder: Path, **settings: str) -> list[tuple[str, ...]]:
    with bare_server(bare_database) as bare:
        limit = _milliseconds(uvloop.run(measure_bare(bare)))
    with Service(folder / f"service-{kind}", HOLDFAST_RASA_URL="http://127.0.0.1:9", **settings) as service:
        hire(service)
        offered, briefed = uvloop.run(measure(service))
        service.kill()  # a thousand farewells are not measured here
    return [
        (f"{kind}: ready to offer.made", *_milliseconds(offered), *limit),
        (f"{kind}: accept to contact.briefing", *_milliseconds(briefed), *limit),
    ]


def _milliseconds(seconds: list[float]) -> tuple[str, str]:
    return f"{median(seconds) * 1e3:.1f}", f"{quantiles(seconds, n=100)[98] * 1e3:.1f}"


def main() -> None:
    allow_many_files()
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        rows = rows_of("SQLite", str(folder / "bare.db"), folder)
        with postgres(folder / "postgres") as server:
            for database in ("bare", "holdfast"):
                asyncio.run(create_database(server.url(), database))
            demo = {"HOLDFAST_DATABASE_URL": server.url("holdfast"), "HOLDFAST_SECRET_KEY": "bench"}
            rows += rows_of("PostgreSQL", server.url("bare"), folder, **demo)
    head = (f"{WAITING:,} waiting (load {load_average()})", "p50 ms", "p99 ms", "bare commit p50 ms", "bare p99 ms")
    print_table(head, rows)
